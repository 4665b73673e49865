/**
 * What breaks, or is shut down, by itself: draws from the rules of the scenario and requests it of the models below.
 *
 * A calendar (`every`) goes on whatever happens; who is down already is spared. A time to failure (`upFor`) is drawn anew each time
 * the thing works again. One random stream for each rule, thing and purpose: another rule or thing never disturbs a draw.
 */
import type { DeepReadonly } from '../../base/readonly.ts'
import { defineModel, type, type Context, type RequestOf, type WorldOf } from '../../core/model.ts'
import { hypervisor } from '../hypervisor/model.ts'
import type { Guest, GuestId, SystemId } from '../hypervisor/state.ts'
import { scsi } from '../scsi/model.ts'
import type { DiskId } from '../scsi/state.ts'
import { vscsi } from '../vscsi/model.ts'
import { aspKey, type AspId } from '../vscsi/state.ts'
import { faultConfig, type FaultConfig, type FaultKind } from './config.ts'
import { faultRequests, type FaultFact } from './events.ts'
import { clockKey, initialFaults, type Clock, type FaultId, type FaultState, type Rule } from './state.ts'

type Below = readonly [typeof hypervisor, typeof scsi, typeof vscsi]
type Cx = Context<WorldOf<Below> & { fault: FaultState }, FaultFact | RequestOf<Below[number]>>

export const fault = defineModel({
  name: 'fault',
  uses: [hypervisor, scsi, vscsi],
  config: faultConfig,
  state: (config: FaultConfig): FaultState => initialFaults(config),
  requests: faultRequests,
  facts: type<FaultFact>(),
  on: {
    'sim.started'(s, _, cx) {
      for (const [name, rule] of Object.entries(s.rules)) {
        const fault = name as FaultId
        if (rule.every === null) continue
        // One clock for all, or one for each.
        if (isShared(rule)) cx.after(rule.at ?? period(rule, '', cx), { type: 'fault.struck', fault, thing: '' })
        else for (const thing of rule.things) cx.after(rule.at ?? period(rule, thing, cx), { type: 'fault.struck', fault, thing })
      }
      for (const clock of s.clocks) wind(s, clock, cx)
    },
    'fault.struck'(s, { fault, thing }, cx) {
      const rule = s.rules[fault]!
      if (rule.upFor !== null) return strikeOnce(s, fault, rule, thing, cx)
      if (thing !== '') {
        strike(fault, rule, thing, cx)
        if (!isShared(rule)) cx.after(period(rule, thing, cx), { type: 'fault.struck', fault, thing })
        return
      }
      for (let i = 0; i < rule.things.length; i++) {
        if (rule.stagger === 0 || i === 0) strike(fault, rule, rule.things[i]!, cx)
        else cx.after(i * rule.stagger, { type: 'fault.struck', fault, thing: rule.things[i]! })
      }
      cx.after(period(rule, '', cx), { type: 'fault.struck', fault, thing: '' })
    },
    'fault.mended'(s, { fault, thing }, cx) {
      const { kind } = s.rules[fault]!
      if (kind === 'hang') cx.emit({ type: 'hypervisor.resume', guest: thing as GuestId })
      else if (kind === 'restrict') cx.emit({ type: 'hypervisor.leaveRestricted', guest: thing as GuestId })
      else if (kind === 'failDisk') cx.emit({ type: 'vscsi.repairDisk', ...aspOf(thing) })
      else if (kind === 'loseSpace') cx.emit({ type: 'vscsi.recreateSpace', space: thing as DiskId })
    },
    'hypervisor.guestUp': (s, { guest }, cx) => windAll(s, guest, cx),
    'hypervisor.guestResumed': (s, { guest }, cx) => windAll(s, guest, cx),
    'hypervisor.restrictedLeft': (s, { guest }, cx) => windAll(s, guest, cx),
    'hypervisor.systemUp': (s, { system }, cx) => windAll(s, clockKey('systemIpl', system), cx),
    'hypervisor.guestDown'(s, { guest }, cx) {
      for (const at of s.clocksOf[guest] ?? []) {
        const clock = s.clocks[at]!
        if (clock.timer !== null) cx.cancel(clock.timer)
        clock.timer = null
      }
    },
    'vscsi.diskRepaired': (s, { host, asp }, cx) => windAll(s, clockKey('failDisk', aspKey(host, asp)), cx),
    'vscsi.spaceRecreated': (s, { space }, cx) => windAll(s, clockKey('loseSpace', space), cx),
  },
})

const isShared = (rule: Readonly<Rule>): boolean => rule.together || rule.stagger > 0
const period = (rule: Readonly<Rule>, thing: string, cx: Cx): number => cx.rng(rule.streams.clock, thing).sample(rule.every!)

/** Clocks of a thing that works again start anew, unless they run. */
function windAll(s: FaultState, key: string, cx: Cx): void {
  for (const at of s.clocksOf[key] ?? []) wind(s, s.clocks[at]!, cx)
}

function wind(s: FaultState, clock: Clock, cx: Cx): void {
  const rule = s.rules[clock.fault]!
  if (clock.timer !== null || !works(rule.kind, clock.thing, cx)) return
  clock.timer = cx.after(cx.rng(rule.streams.clock, clock.thing).sample(rule.upFor!), { type: 'fault.struck', fault: clock.fault, thing: clock.thing })
}

/** A time to failure has run out. What it misses by chance, or because it is under way down, gets another time. */
function strikeOnce(s: FaultState, fault: FaultId, rule: Rule, thing: string, cx: Cx): void {
  let clock: Clock | undefined
  for (const at of s.clocksOf[clockKey(rule.kind, thing)] ?? []) if (s.clocks[at]!.fault === fault) clock = s.clocks[at]!
  clock!.timer = null
  // A disk of a protected pool is one of several: the clock of the others goes on.
  if (!strike(fault, rule, thing, cx) || rule.kind === 'failDisk') wind(s, clock!, cx)
}

/** The thing can be struck: a guest that is down, or hangs, is spared. */
function works(kind: FaultKind, thing: string, cx: Cx): boolean {
  const { hypervisor, vscsi } = cx.world
  switch (kind) {
    case 'systemIpl': return hypervisor.systems[thing as SystemId]?.phase === 'up'
    case 'failDisk': return vscsi.asps[thing]?.lost === false
    case 'loseSpace': return vscsi.spaces[thing as DiskId]?.lost === false
    case 'restrict': return isRunning(hypervisor.guests[thing as GuestId]) && !hypervisor.guests[thing as GuestId]!.restricted
    default: return isRunning(hypervisor.guests[thing as GuestId])
  }
}

const isRunning = (guest: DeepReadonly<Guest> | undefined): boolean => guest !== undefined && guest.up && !guest.hung && guest.state === 'running'

/** Whether it has hit. */
function strike(fault: FaultId, rule: Rule, thing: string, cx: Cx): boolean {
  if (rule.chance < 1 && !cx.rng(rule.streams.chance, thing).chance(rule.chance)) return false
  if (!works(rule.kind, thing, cx)) return false
  rule.hits++
  const lasts = rule.lasts === null ? null : cx.rng(rule.streams.lasts, thing).sample(rule.lasts)
  const guest = thing as GuestId
  switch (rule.kind) {
    case 'ipl':
      cx.emit(lasts === null ? { type: 'hypervisor.ipl', guest } : { type: 'hypervisor.ipl', guest, down: lasts })
      return true
    case 'crash':
      cx.emit(lasts === null ? { type: 'hypervisor.crash', guest } : { type: 'hypervisor.crash', guest, down: lasts })
      return true
    case 'systemIpl':
      cx.emit(lasts === null ? { type: 'hypervisor.systemIpl', system: thing as SystemId } : { type: 'hypervisor.systemIpl', system: thing as SystemId, takes: lasts })
      return true
    case 'hang': cx.emit({ type: 'hypervisor.hang', guest }); break
    case 'restrict': cx.emit({ type: 'hypervisor.enterRestricted', guest }); break
    case 'failDisk': cx.emit({ type: 'vscsi.failDisk', ...aspOf(thing) }); break
    case 'loseSpace': cx.emit({ type: 'vscsi.loseSpace', space: thing as DiskId }); break
  }
  if (lasts !== null) cx.after(lasts, { type: 'fault.mended', fault, thing })
  return true
}

/** `i5a/asp1`. */
function aspOf(thing: string): { host: GuestId; asp: AspId } {
  const at = thing.indexOf('/')
  return { host: thing.slice(0, at) as GuestId, asp: thing.slice(at + 1) as AspId }
}
