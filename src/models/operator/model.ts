/**
 * Operators: recovery as a procedure. They hear facts, take their time, and send requests to the models below, which may refuse.
 *
 * An operator knows what can be seen (mdstat, the bus) and nothing else. Sources: the founding article's recovery steps, and what the
 * recordings of the real commands say of each step out of order. Not modelled: operators who talk to each other, or learn.
 */
import type { DeepReadonly } from '../../base/readonly.ts'
import { nextCron, parseCron } from '../../base/cron.ts'
import { defineModel, type } from '../../core/model.ts'
import { boot } from '../boot/model.ts'
import { hypervisor } from '../hypervisor/model.ts'
import type { GuestId } from '../hypervisor/state.ts'
import { md } from '../md/model.ts'
import type { ArrayId } from '../md/state.ts'
import { scsi } from '../scsi/model.ts'
import type { DiskId } from '../scsi/state.ts'
import { service } from '../service/model.ts'
import { terminal } from '../terminal/model.ts'
import { vscsi } from '../vscsi/model.ts'
import type { Nwsd, NwsdId } from '../vscsi/state.ts'
import { operatorConfig } from './config.ts'
import { operatorRequests, type OperatorFact } from './events.ts'
import { FACT_FIELDS, matches, type Heard, type HeardFact } from './heard.ts'
import { initialOperators } from './plan.ts'
import { abandon, beginNext, endSilence, enlist, lookLater, maybeGoOn, start, stepDone, waitsFor, waitTimedOut } from './procedure.ts'
import type { Cx } from './context.ts'
import { signature, type OperatorId, type OperatorState } from './state.ts'

export const operator = defineModel({
  name: 'operator',
  uses: [hypervisor, scsi, vscsi, md, boot, service, terminal],
  config: operatorConfig,
  state: initialOperators,
  requests: operatorRequests,
  facts: type<OperatorFact>(),
  on: {
    ...everyHeardFact(),
    'sim.started'(s, _, cx) {
      s.clocks.forEach(({ at, cron }, clock) => cron === null ? cx.after(at, { type: 'operator.clockStruck', clock }) : windCron(cron, clock, cx))
    },
    'operator.clockStruck'(s, { clock }, cx) {
      const { operator, every, cron } = s.clocks[clock]!
      enlist(s, operator, s.operators[operator]!.disks ?? [], cx)
      if (every !== null) cx.after(every, { type: 'operator.clockStruck', clock })
      else if (cron !== null) windCron(cron, clock, cx)
    },
    'operator.looked'(s, { operator }, cx) {
      s.operators[operator]!.look = null
      enlist(s, operator, [], cx)
    },
    'operator.started'(s, { operator, disks }, cx) {
      start(s, operator, disks, cx)
    },
    'operator.stepDone'(s, { operator }, cx) {
      stepDone(s, operator, cx)
    },
    'operator.waitTimedOut'(s, { operator }, cx) {
      waitTimedOut(s, operator, cx)
    },
    'hypervisor.guestUp'(s, event, cx) {
      for (const operator of s.caring[event.guest] ?? []) beginNext(s, operator, s.operators[operator]!.after, cx)
      hear(s, event, cx)
    },
    'hypervisor.guestDown'(s, event, cx) {
      for (const operator of s.caring[event.guest] ?? []) abandon(s, operator, cx)
      hear(s, event, cx)
    },
    'service.exposureBegan'(s, event, cx) {
      const silence = s.silence[event.array]
      if (silence !== undefined) {
        silence.times++
        silence.since = cx.now
      }
      hear(s, event, cx)
    },
    'service.exposureEnded'(s, event, cx) {
      endSilence(s, event.array, cx.now)
      hear(s, event, cx)
    },
    'md.memberFailed'(s, event, cx) {
      lookForIt(s, event.array, cx)
      hear(s, event, cx)
    },
    'md.redundancyChanged'(s, event, cx) {
      if (event.inSync < event.of) lookForIt(s, event.array, cx)
      hear(s, event, cx)
    },
  },
  check: s => {
    for (const [fact, waiting] of Object.entries(s.waiting))
      for (const id of waiting) if (s.operators[id]!.round?.waits == null) return `${id} is listed as waiting for ${fact} and does not wait`
    for (const [id, o] of Object.entries(s.operators)) {
      if (o.round === null) continue
      if (o.round.turn >= o.round.order.length && o.round.timer === null) return `${id} has no steps left and has not finished`
      if (o.begins !== null) return `${id} is about to begin a round and is in one`
    }
    return undefined
  },
  signature,
  // Most facts are nothing that anybody begins upon or waits for.
  deaf: (s, fact): boolean => operator.on[fact as HeardFact] === hear && s.triggers[fact] === undefined
    && !Object.values(s.operators).some(({ steps }) => steps.some(step => waitsFor(step)?.includes(fact) === true)),
})

/** The next time of a crontab line, by the partition's clock. */
function windCron(text: string, clock: number, cx: Cx): void {
  const cron = parseCron(text), { epoch } = cx.world.terminal
  const next = typeof cron === 'string' ? null : nextCron(cron, epoch + cx.now)
  if (next !== null) cx.after(next - epoch - cx.now, { type: 'operator.clockStruck', clock })
}

/** Everybody who polls sees it at the next look. */
function lookForIt(s: OperatorState, array: string, cx: Cx): void {
  const guest = cx.world.md.arrays[array as never]!.guest
  for (const id of s.caring[guest] ?? []) if (s.operators[id]!.poll !== null) lookLater(s, id, cx)
}

/** All facts of the list in heard.ts go to one ear; those with more to do above replace theirs. */
function everyHeardFact(): { [T in HeardFact]: (s: OperatorState, event: Extract<Heard, { type: T }>, cx: Cx) => void } {
  return Object.fromEntries(Object.keys(FACT_FIELDS).map(fact => [fact, hear])) as never
}

function hear(s: OperatorState, event: Heard, cx: Cx): void {
  const waiting = s.waiting[event.type], triggers = s.triggers[event.type]
  // A copy: who goes on leaves the list.
  if (waiting !== undefined && waiting.length > 0) for (const id of [...waiting]) maybeGoOn(s, id, event, cx)
  if (triggers !== undefined)
    for (const trigger of triggers) {
      // A script looks for itself what a fact is about.
      const disks = !matches(trigger.pattern, event) ? null : s.operators[trigger.operator]!.script !== null ? [] : disksMeant(s, trigger.operator, event, cx)
      if (disks !== null) enlist(s, trigger.operator, disks, cx)
    }
}

/** Which disks a fact is about: its own, those that a host or an NWSD serves; none: have a look. null: nothing of this operator's. */
function disksMeant(s: OperatorState, id: OperatorId, event: Heard, cx: Cx): DiskId[] | null {
  const { on } = s.operators[id]!
  const { disk, space, guest, nwsd, array } = event as { disk?: DiskId; space?: DiskId; guest?: GuestId; nwsd?: NwsdId; array?: ArrayId }
  const one = disk ?? space
  if (one !== undefined) return cx.world.scsi.disks[one]?.guest === on ? [one] : null
  if (nwsd !== undefined) return served(cx.world.vscsi.nwsds[nwsd]!, on)
  if (array !== undefined) return cx.world.md.arrays[array]!.guest === on ? [] : null
  if (guest === undefined || guest === on) return []
  const disks = (cx.world.vscsi.servedBy[guest] ?? []).flatMap(each => served(cx.world.vscsi.nwsds[each]!, on) ?? [])
  return disks.length > 0 ? disks : null
}

const served = ({ client, spaces }: DeepReadonly<Nwsd>, to: GuestId): DiskId[] | null => client === to ? [...spaces] : null
