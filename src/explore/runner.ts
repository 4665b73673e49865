/**
 * Runs one schedule and says what became of it. No history is kept beyond the trace; a failure is run again in full by whoever reports it.
 * Faults are asked of the models from outside, as a timeline would, when their time or their statement has come, unless the promise does not cover them.
 */
import type { DeepReadonly } from '../base/readonly.ts'
import { HOUR, type Micros } from '../base/time.ts'
import { createSim } from '../core/sim.ts'
import type { Entry } from '../core/trace.ts'
import type { GuestId } from '../models/hypervisor/state.ts'
import { stack, type SimEvent, type World } from '../models/stack.ts'
import { Scripts } from '../scenario/scripts.ts'
import { Coverage, phaseOf } from './coverage.ts'
import { heldBack } from './guard.ts'
import { notWhole, overwrites, unsafe, type Failure } from './judge.ts'
import { requestsOf, type Fault, type Schedule } from './schedule.ts'
import type { Target } from './target.ts'

export interface Struck { readonly fault: Fault; readonly at: Micros }
export interface Outcome {
  readonly failure: Failure | null
  /** The faults that came, in the order in which they did. */
  readonly struck: readonly Struck[]
  /** Until when it ran. */
  readonly until: Micros
  readonly events: number
  readonly trace: readonly Entry<SimEvent>[]
}

/** How long a host, or a partition, may take to be up again after what struck it is over. */
const RETURN: Micros = 2 * HOUR

export function runSchedule(target: Target, schedule: Schedule, seed: string, coverage: Coverage | null = null): Outcome {
  const { scenario } = target, { promise } = scenario
  const trace: Entry<SimEvent>[] = [], struck: Struck[] = [], away = new Set<string>(), ending = new Map<string, Micros>()
  let failure: Failure | null = null, spoilt: Failure | undefined, scripts: Scripts | null = null
  const stage = begun(target, seed, delayed(target, schedule), entry => {
    trace.push(entry)
    // Whether it does harm is known only now: later the member may be out of its mirror.
    spoilt ??= overwrites(stage.sim.world as DeepReadonly<World>, entry)
    scripts?.onEntry(entry)
    if (entry.event.type === 'hypervisor.guestUp' || entry.event.type === 'vscsi.loggedIn') back(entry.event)
  })
  const { sim } = stage, world = sim.world as DeepReadonly<World>
  scripts = new Scripts(sim, { ...scenario, strikes: [], typed: [], ...schedule.drawnOrder && { configs: { ...scenario.configs, terminal: { ...scenario.configs.terminal, order: 'drawn' as const } } } }, {
    seed, statement: (_, script, line, statement, start) => {
      coverage?.line(script, line)
      for (const fault of waiting) if (typeof fault.at !== 'number' && fault.at.script === script && fault.at.start === start && fault.at.statement === statement) strike(fault)
    },
  })
  const waiting = new Set(schedule.faults.filter(({ at }) => typeof at !== 'number'))
  const timed = schedule.faults.filter(({ at }) => typeof at === 'number').toSorted((a, b) => (a.at as number) - (b.at as number))

  let judged = 0
  for (const fault of timed) {
    go(fault.at as number)
    if (failure !== null) return outcome()
    strike(fault)
  }
  // Faults inside scripts may yet come as long as scripts are called.
  for (let end = over(); failure === null && sim.now < end; end = over()) go(end)
  let wholeBy = sim.now + promise.inSyncWithin, counted = struck.length
  for (let before = -1; failure === null && sim.now < wholeBy;) {
    go(Math.min(wholeBy, sim.now + HOUR))
    // Nothing has happened for an hour, and all is well: nothing will.
    if (trace.length === before && notWhole(target, world) === undefined && !atWork()) break
    before = trace.length
    // A script that is called late may be struck late: the time counts from the last fault.
    if (struck.length > counted) {
      counted = struck.length
      for (let end = over(); failure === null && sim.now < end; end = over()) go(end)
      wholeBy = over() + promise.inSyncWithin
    }
  }
  failure ??= notWhole(target, world) ?? (promise.scriptsEnd && atWork() ? { rule: 'script still at work', says: 'a script is still at work', at: sim.now, seq: -1 } : null)
  if (failure !== null && failure.seq < 0) failure = { ...failure, at: sim.now }
  return outcome()

  function go(to: Micros): void {
    if (to > sim.now) scripts!.runUntil(to)
    for (; judged < trace.length && failure === null; judged++) {
      coverage?.event(trace[judged]!.event)
      failure = (spoilt?.seq === trace[judged]!.seq ? spoilt : unsafe(target, world, trace, trace[judged]!)) ?? null
    }
    coverage?.state(target, world)
  }
  function strike(fault: Fault): void {
    waiting.delete(fault)
    if (heldBack(target, world, fault, away) !== null) return
    coverage?.hit(fault.kind, fault.target, phaseOf(target, world))
    struck.push({ fault, at: sim.now })
    const { begin, end } = requestsOf(fault, target.nwsdsOf.get(fault.target) ?? [])
    away.add(fault.target)
    ending.set(fault.target, sim.now + fault.lasts)
    for (const request of begin) sim.dispatch(request as never)
    for (const request of end) sim.schedule(sim.now + fault.lasts, request as never)
  }
  /** Who serves again is struck no more. */
  function back(event: { type: string; guest?: string; nwsd?: string }): void {
    const host = event.type === 'vscsi.loggedIn' ? world.vscsi.nwsds[event.nwsd as never]?.host : event.guest
    if (host !== undefined && (ending.get(host) ?? 0) <= sim.now && (target.clients.includes(host as GuestId) || serves(host))) away.delete(host)
  }
  function serves(host: string): boolean {
    return (target.disksOf.get(host) ?? []).every(disk => world.scsi.disks[disk]?.path === 'ok')
  }
  /** When all that has struck is over, as far as is known now. */
  function over(): Micros {
    let end = 0
    for (const [who, at] of ending) {
      if (at <= sim.now && away.has(who) && (serves(who) && !target.clients.includes(who as GuestId) || world.hypervisor.guests[who as GuestId] === undefined)) away.delete(who)
      end = Math.max(end, away.has(who) && sim.now < at + RETURN ? Math.max(at, Math.min(sim.now + HOUR / 4, at + RETURN)) : at)
    }
    return end
  }
  function atWork(): boolean {
    return Object.values(world.terminal.open).some(({ script }) => script !== 'mdadm-monitor')
  }
  function outcome(): Outcome {
    stages.set(target, stage)
    return { failure, struck, until: sim.now, events: sim.handled, trace }
  }
}

interface Stage { readonly sim: ReturnType<typeof simOf>; hears: (entry: Entry<SimEvent>) => void }
const stages = new WeakMap<Target, Stage>()
const simOf = (target: Target, world: World, seed: string, onEntry: (entry: Entry<SimEvent>) => void) => createSim({ models: target.scenario.models as typeof stack, seed, world, onEntry })
/** One simulation for all runs of a target, from the beginning each time: nothing of an outcome belongs to it. After a run that has thrown there is a new one. */
function begun(target: Target, seed: string, world: World, hears: Stage['hears']): Stage {
  const known = stages.get(target)
  stages.delete(target)
  if (known !== undefined) {
    known.hears = hears
    known.sim.restart({ seed, world })
    return known
  }
  const stage: Stage = { sim: simOf(target, world, seed, entry => stage.hears(entry)), hears }
  return stage
}

/** The first world, with the delay of this schedule for whoever calls a script. */
function delayed({ world }: Target, { delay }: Schedule): World {
  if (delay === null) return world
  const operators = Object.fromEntries(Object.entries(world.operator.operators).map(([id, o]) => [id, o.script === null ? o : { ...o, after: delay }]))
  return { ...world, operator: { ...world.operator, operators: operators as never } }
}
