/**
 * How a round of work goes: step after step, each taking its time, some waiting for something first, any of them spoilt by a slip.
 *
 * Rules: an operator does one round at a time; commands are requests to the models below and may be refused there, which the operator
 * sees one step later by their not having had an effect, and then goes on as a script does. Who waits, or only watches, turns to new
 * trouble and comes back later. Nobody types on a guest that is down.
 */
import type { Distribution } from '../../base/distribution.ts'
import { isWithinHours } from '../../base/hours.ts'
import type { Micros } from '../../base/time.ts'
import type { ArrayId } from '../md/state.ts'
import type { DiskId } from '../scsi/state.ts'
import { copy, type DeepReadonly } from '../../base/readonly.ts'
import { commandsOf, tookEffect } from './commands.ts'
import type { FoundingStep, Response } from './config.ts'
import type { Cx } from './context.ts'
import type { Outcome } from './events.ts'
import { diskName, isBroken, isBusy, isServed, isSick, isUp, otherHalf } from './look.ts'
import { matches, type Heard } from './heard.ts'
import type { FoundingPart, Operator, OperatorId, OperatorState, Slip, Step } from './state.ts'

/** Something has happened or was noticed: a round over these disks, or one that looks for what is lost, is to begin. */
export function enlist(s: OperatorState, id: OperatorId, disks: readonly DiskId[], cx: Cx): void {
  const o = s.operators[id]!
  if (o.roundsLeft === 0) return
  if (o.script !== null) return callScript(s, o, id, cx)
  const wanted = o.disks === null ? [...disks] : disks.filter(disk => o.disks!.includes(disk))
  if (disks.length > 0 && wanted.length === 0) return
  notice(s, o, cx.now)
  const { round } = o
  if (round !== null && round.waits === 'host' && sameDisks(round.disks, wanted)) return
  if (!o.next.some(queued => sameDisks(queued, wanted))) o.next.push(wanted)
  if (round === null) return beginNext(s, id, o.after, cx)
  // Who only watches turns to the new trouble; who waits for a host does so too, and waits again afterwards.
  if (round.waits === 'sync') finish(s, id, 'done', cx)
  else if (round.waits === 'host') {
    o.next.push([...round.disks])
    leave(s, id, cx)
    beginNext(s, id, o.after, cx)
  }
}

/** Every call starts it once more, as cron and udev do: whether two of them get into each other's way is the script's business. */
function callScript(s: OperatorState, o: Operator, id: OperatorId, cx: Cx): void {
  notice(s, o, cx.now)
  if (o.roundsLeft !== null) o.roundsLeft--
  o.rounds++
  cx.after(responseTime(o.after, id, cx), { type: 'operator.scriptDue', operator: id, guest: o.on, script: o.script! })
}

export function beginNext(s: OperatorState, id: OperatorId, after: Response, cx: Cx): void {
  const o = s.operators[id]!
  if (o.round !== null || o.begins !== null || o.next.length === 0 || !isUp(cx.world, o.on)) return
  const disks = o.next.shift()!
  o.begins = cx.after(responseTime(after, id, cx), { type: 'operator.started', operator: id, disks: [...disks] })
}

export function start(s: OperatorState, id: OperatorId, asked: readonly DiskId[], cx: Cx): void {
  const o = s.operators[id]!, { world } = cx
  o.begins = null
  if (!isUp(world, o.on)) {
    if (!o.next.some(queued => sameDisks(queued, asked))) o.next.push([...asked])
    return
  }
  if (o.roundsLeft !== null) o.roundsLeft--
  o.rounds++
  const known = asked.length > 0 ? asked : o.disks ?? s.disksOf[o.on] ?? []
  const disks = asked.length > 0 && !o.careful ? [...known] : known.filter(disk => isSick(world, s, o, disk, asked.length > 0))
  const names = disks.map(disk => diskName(world, disk) ?? ''), order = o.steps.map((_, i) => i)
  o.round = { began: cx.now, disks, order, turn: 0, timer: null, waits: null, timeout: null, slip: null, names, expects: [] }
  // A procedure of one's own steps may be about something else than disks.
  if (disks.length === 0 && o.steps.some(step => isFounding(step.kind))) return finish(s, id, 'healthy', cx)
  if (!o.steady) swapSteps(o, id, cx)
  enterStep(s, id, cx)
}

function swapSteps(o: Operator, id: OperatorId, cx: Cx): void {
  const slips = cx.rng('operator.swap', id)
  for (let i = 0; i + 1 < o.steps.length; i++) {
    const step = o.steps[o.round!.order[i]!]!, likelihood = likelihoodOf(o, 'swap', step)
    if (likelihood === 0 || !slips.chance(likelihood)) continue
    const { order } = o.round!, next = order[i + 1]!
    order[i + 1] = order[i]!
    order[i] = next
    slipped(o, id, 'swap', step, cx)
    // What has just been put off is not put off again.
    i++
  }
}

/** The step at `turn`: is it forgotten, what does it wait for, how long does it take? */
function enterStep(s: OperatorState, id: OperatorId, cx: Cx): void {
  const o = s.operators[id]!, round = o.round!
  for (; round.turn < round.order.length; round.turn++) {
    const step = stepAt(o)
    round.slip = null
    if (step.kind === 'restart' && !breaks(s, step.disks ?? round.disks, cx)) continue
    if (!o.steady) {
      if (draws(o, id, 'skip', step, cx)) continue
      if (draws(o, id, 'wrongHalf', step, cx)) round.slip = 'wrongHalf'
      else if (draws(o, id, 'twice', step, cx)) round.slip = 'twice'
    }
    // Whoever waits for a fact must not miss it; all other waits begin with a look, one step's time later.
    return step.kind === 'waitFor' ? beginWait(s, id, step, cx) : takeTime(o, id, step, cx)
  }
  // The last commands are under way: a last look at what they have come to.
  if (round.expects.length > 0) round.timer = cx.after(0, { type: 'operator.stepDone', operator: id, step: 'look', turn: round.turn })
  else finish(s, id, outcomeOf(s, o, cx), cx)
}

/** Every step was taken; whether that helped is another question: a mirror that broke meanwhile is beyond these steps. */
function outcomeOf(s: OperatorState, o: Operator, cx: Cx): Outcome {
  for (const disk of o.round!.disks) for (const { array } of s.places[disk]!) if (cx.world.md.arrays[array]!.broken) return 'gaveUp'
  return 'done'
}

function breaks(s: OperatorState, disks: readonly DiskId[], cx: Cx): boolean {
  for (const disk of disks) for (const { array } of s.places[disk]!) if (isBroken(cx.world, array)) return true
  return false
}

function takeTime(o: Operator, id: OperatorId, step: Step, cx: Cx): void {
  const takes = step.kind === 'waitFor' ? 0 : step.takes
  o.round!.timer = cx.after(drawn(takes, 'operator.takes', id, cx), { type: 'operator.stepDone', operator: id, step: step.kind, turn: o.round!.turn })
}

/** The commands of the step are given, and it is seen what the ones before have come to. */
export function stepDone(s: OperatorState, id: OperatorId, cx: Cx): void {
  const o = s.operators[id]!, round = o.round!
  round.timer = null
  lookBack(o, id, cx)
  if (round.turn === round.order.length) return finish(s, id, outcomeOf(s, o, cx), cx)
  const step = stepAt(o)
  if (step.kind === 'do') {
    for (let times = round.slip === 'twice' ? 2 : 1; times > 0; times--) cx.emit(copy(step.request))
  } else if (step.kind !== 'pause' && step.kind !== 'waitFor') {
    if (waitsFor(step) !== undefined && !isOver(s, o, step, cx)) return beginWait(s, id, step, cx)
    for (const disk of step.disks ?? round.disks) typeCommands(s, o, step, disk, cx)
  }
  round.turn++
  enterStep(s, id, cx)
}

function typeCommands(s: OperatorState, o: Operator, step: FoundingPart, disk: DiskId, cx: Cx): void {
  const round = o.round!, name = diskName(cx.world, disk), at = round.disks.indexOf(disk)
  if (name !== null && at >= 0) round.names[at] = name
  const wrong = round.slip === 'wrongHalf' ? otherHalf(cx.world, s, disk) : null
  commandsOf(s, o, step, wrong ?? disk, wrong !== null, cx)
  if (round.slip === 'twice') commandsOf(s, o, step, disk, true, cx)
}

function beginWait(s: OperatorState, id: OperatorId, step: Step, cx: Cx): void {
  const round = s.operators[id]!.round!
  round.waits = step.kind === 'waitForHost' ? 'host' : step.kind === 'watch' ? 'sync' : 'fact'
  for (const fact of waitsFor(step)!) (s.waiting[fact] ??= []).push(id)
  const timeout = 'timeout' in step ? step.timeout : null
  if (timeout !== null) round.timeout = cx.after(timeout, { type: 'operator.waitTimedOut', operator: id, step: step.kind })
}

function lookBack(o: Operator, id: OperatorId, cx: Cx): void {
  const { expects } = o.round!
  for (const expected of expects) {
    if (tookEffect(cx.world, expected)) continue
    o.refused++
    cx.emit({ type: 'operator.stepRefused', operator: id, step: expected.step, target: expected.target })
  }
  if (expects.length > 0) o.round!.expects = []
}

/** A fact has come that a waiting step may have waited for. */
export function maybeGoOn(s: OperatorState, id: OperatorId, event: Heard, cx: Cx): void {
  const o = s.operators[id]!, step = stepAt(o)
  if (step.kind === 'waitFor' ? !matches(step.pattern, event) : !isOver(s, o, step, cx)) return
  endWait(s, id, cx)
  cx.emit({ type: 'operator.waitEnded', operator: id, step: step.kind })
  o.round!.turn++
  enterStep(s, id, cx)
}

export function waitTimedOut(s: OperatorState, id: OperatorId, cx: Cx): void {
  const round = s.operators[id]!.round!
  round.timeout = null
  // Nobody waits for ever for a recovery to end; without a disk there is nothing more to do.
  finish(s, id, round.waits === 'sync' ? 'done' : 'gaveUp', cx)
}

/** The guest on which the operator worked has gone down: what was at hand is looked at again after its return. */
export function abandon(s: OperatorState, id: OperatorId, cx: Cx): void {
  const o = s.operators[id]!
  if (o.begins !== null) {
    cx.cancel(o.begins)
    o.begins = null
    o.next.unshift([])
  }
  if (o.round === null) return
  const { disks } = o.round
  if (!o.next.some(queued => sameDisks(queued, disks))) o.next.unshift([...disks])
  leave(s, id, cx)
}

function finish(s: OperatorState, id: OperatorId, outcome: Outcome, cx: Cx): void {
  const o = s.operators[id]!, { began } = o.round!
  leave(s, id, cx)
  if (outcome === 'healthy') o.healthy++
  else if (outcome === 'gaveUp') o.gaveUp++
  cx.emit({ type: 'operator.finished', operator: id, outcome, micros: cx.now - began })
  beginNext(s, id, 0, cx)
  if (o.poll !== null && outcome !== 'healthy') lookLater(s, id, cx)
}

function leave(s: OperatorState, id: OperatorId, cx: Cx): void {
  const o = s.operators[id]!, round = o.round!
  if (round.timer !== null) cx.cancel(round.timer)
  if (round.waits !== null) endWait(s, id, cx)
  o.round = null
}

function endWait(s: OperatorState, id: OperatorId, cx: Cx): void {
  const o = s.operators[id]!, round = o.round!
  for (const fact of waitsFor(stepAt(o)) ?? []) {
    const waiting = s.waiting[fact]!
    waiting.splice(waiting.indexOf(id), 1)
  }
  if (round.timeout !== null) cx.cancel(round.timeout)
  round.waits = round.timeout = null
}

/** The next time that somebody looks at mdstat, by the clock on the wall. Without anything to see, no look costs an event. */
export function lookLater(s: OperatorState, id: OperatorId, cx: Cx): void {
  const o = s.operators[id]!, poll = o.poll!
  if (o.look !== null) return
  o.look = cx.after(poll - cx.now % poll, { type: 'operator.looked', operator: id })
}

/** Whoever cares for this guest's arrays knows now. */
function notice(s: OperatorState, o: Operator, now: Micros): void {
  for (const array of s.arraysOf[o.on] ?? []) endSilence(s, array, now)
}

export function endSilence(s: OperatorState, array: ArrayId, now: Micros): void {
  const silence = s.silence[array]
  if (silence === undefined || silence.since === null) return
  const lasted = now - silence.since
  silence.since = null
  silence.micros += lasted
  if (lasted > silence.longestMicros) silence.longestMicros = lasted
}

/** Upon which facts a step looks whether its wait is over; undefined for a step that does not wait. */
export function waitsFor(step: DeepReadonly<Step>): readonly string[] | undefined {
  switch (step.kind) {
    case 'waitForHost': return HOST
    case 'watch': return SYNC
    case 'waitFor': return [step.pattern.type]
    default: return undefined
  }
}
const HOST = ['scsi.pathRestored'] as const
const SYNC = ['md.syncDone', 'md.syncInterrupted', 'md.arrayStopped'] as const

function isOver(s: OperatorState, o: Operator, step: Step, cx: Cx): boolean {
  const disks = 'disks' in step && step.disks !== null ? step.disks : o.round!.disks
  // Nobody waits for one host with a broken mirror that another's disk could bring back.
  if (step.kind === 'waitForHost') return disks.every(disk => isServed(cx.world, disk)) || (o.restarts && breaks(s, disks, cx))
  return !disks.some(disk => s.places[disk]!.some(({ array }) => isBusy(cx.world, array)))
}

/** A fixed time needs no random stream. */
const drawn = (time: Distribution, purpose: string, id: OperatorId, cx: Cx): Micros => typeof time === 'number' ? time : cx.rng(purpose, id).sample(time)

/** One number of the stream for each response, also where the hour makes it a fixed time: what is drawn later does not depend on the hour. */
function responseTime(after: Response, id: OperatorId, cx: Cx): Micros {
  if (typeof after === 'number' || !('byHour' in after)) return drawn(after, 'operator.after', id, cx)
  const now = cx.world.terminal.epoch + cx.now, time = after.byHour.find(({ hours }) => isWithinHours(hours, now))?.after ?? after.otherwise
  const stream = cx.rng('operator.after', id)
  if (typeof time !== 'number') return stream.sample(time)
  stream.uniform()
  return time
}

const stepAt = (o: Operator): Step => o.steps[o.round!.order[o.round!.turn]!]!
const isFounding = (kind: Step['kind']): kind is FoundingStep => kind !== 'pause' && kind !== 'waitFor' && kind !== 'do'

function draws(o: Operator, id: OperatorId, slip: Slip, step: Step, cx: Cx): boolean {
  const likelihood = likelihoodOf(o, slip, step)
  if (likelihood === 0 || !cx.rng(SLIP_STREAMS[slip], id).chance(likelihood)) return false
  slipped(o, id, slip, step, cx)
  return true
}
const SLIP_STREAMS = { skip: 'operator.skip', wrongHalf: 'operator.wrongHalf', twice: 'operator.twice', swap: 'operator.swap' } as const

/** One can do the wrong half of those steps only that name a disk. */
function likelihoodOf(o: Operator, slip: Slip, step: Step): number {
  if (slip === 'wrongHalf' && step.kind !== 'fail' && step.kind !== 'remove' && step.kind !== 'removeDevice') return 0
  const given = o.slips[slip]
  return typeof given === 'number' ? given : isFounding(step.kind) ? given[step.kind] ?? 0 : 0
}

function slipped(o: Operator, id: OperatorId, slip: Slip, step: Step, cx: Cx): void {
  o.slipped++
  cx.emit({ type: 'operator.slipped', operator: id, step: step.kind, slip })
}

const sameDisks = (a: readonly DiskId[], b: readonly DiskId[]): boolean => a.length === b.length && a.every((disk, i) => disk === b[i])
