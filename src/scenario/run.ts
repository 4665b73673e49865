/**
 * A run: scenario and seed in; trace, final world and verdict out. The same twice gives the same.
 *
 * While it runs, three things are noted that could not be read off its end: the looks that expectations take at stated times, the line
 * that mdstat shows for an array whenever it changes, and, if asked for, the rules that the models hold about their own slices.
 */
import { copy, type DeepReadonly } from '../base/readonly.ts'
import type { Micros } from '../base/time.ts'
import { initialWorld, type Model } from '../core/model.ts'
import { createSim } from '../core/sim.ts'
import type { Entry } from '../core/trace.ts'
import type { PortId } from '../models/net/ids.ts'
import type { SimEvent, World } from '../models/stack.ts'
import { stack } from '../models/stack.ts'
import { assumptionsOf, type Assumption } from './assumptions.ts'
import { readyScenario, type Scenario } from './build.ts'
import { commonCauses } from './causes.ts'
import type { Look } from './evidence.ts'
import { judge, looksOf, type Verdict } from './expect.ts'
import { statusLine, touches } from './mdstat.ts'
import type { ScenarioInput } from './schema.ts'
import { hasScripts, Scripts } from './scripts.ts'

export interface Options<Ms extends readonly Model[] = typeof stack> {
  /** A stack with models of one's own, `[...stack, mine]`, whose sections and requests the scenario then has too. For one that is not checked yet. */
  readonly models?: Ms
  /** Instead of the scenario's. */
  readonly seed?: number | string
  readonly until?: Micros
  /** Ask the models after every event whether their rules hold. Slow; for tests and hunts. */
  readonly check?: boolean
  /** Ports at which whatever passes is told (`net.overheard`); everything else stays as it is. */
  readonly capture?: readonly PortId[]
  readonly onEntry?: (entry: Entry<SimEvent>) => void
}

/** From the event with this number on, mdstat shows this line for the array. */
export interface StatusChange { readonly seq: number; readonly at: Micros; readonly array: string; readonly line: string }

export interface Run {
  readonly scenario: Scenario
  readonly seed: string
  readonly until: Micros
  readonly trace: readonly Entry<SimEvent>[]
  /** Before the first event, and after the last. */
  readonly start: DeepReadonly<World>
  readonly world: DeepReadonly<World>
  readonly mdstat: readonly StatusChange[]
  readonly verdict: Verdict
  /** The defaults that nobody overrode and that are only plans: the result rests on them. */
  readonly assumptions: readonly Assumption[]
  /** What could take several of the things away at once that are meant to stand in for each other. */
  readonly causes: readonly string[]
  /** With `check`: rules of the models that did not hold. A fault of hotspare. */
  readonly broken: readonly { readonly seq: number; readonly rule: string }[]
}

/** Throws a BadScenario, which lists every issue, if what it is given cannot be run. */
export function simulate<const Ms extends readonly Model[] = typeof stack>(input: Scenario | ScenarioInput<Ms>, options: Options<Ms> = {}): Run {
  const scenario = readyScenario(input as Scenario | ScenarioInput, options.models)
  const seed = String(options.seed ?? scenario.seed), until = options.until ?? scenario.until
  const trace: Entry<SimEvent>[] = [], mdstat: StatusChange[] = [], broken: { seq: number; rule: string }[] = []
  const shown = new Map<string, string>()
  let scripts: Scripts | null = null

  const first = initialWorld(scenario.models as typeof stack, options.capture === undefined ? scenario.configs : { ...scenario.configs, net: { ...scenario.configs.net, capture: [...options.capture] } })
  const sim = createSim({ models: scenario.models as typeof stack, world: first, seed, onEntry })
  const start = copy(sim.world) as DeepReadonly<World>
  noteStatus(-1)
  for (const { at, request } of scenario.timeline) if (at <= until) sim.schedule(at, request)
  if (hasScripts(scenario)) scripts = new Scripts(sim, scenario, { seed })
  const runUntil = (time: Micros): void => scripts === null ? sim.runUntil(time) : scripts.runUntil(time)

  const looks: Look[] = []
  for (const at of looksOf(scenario.expect, until)) {
    runUntil(at)
    looks.push({ at, world: copy(sim.world) as DeepReadonly<World> })
  }
  runUntil(until)
  const world = sim.world
  return {
    scenario, seed, until, trace, start, world, mdstat, broken,
    verdict: judge(scenario.expect, { until, trace, world, start, looks }),
    assumptions: assumptionsOf(world), causes: commonCauses(scenario),
  }

  function onEntry(entry: Entry<SimEvent>): void {
    trace.push(entry)
    scripts?.onEntry(entry)
    if (touches(entry.event)) noteStatus(entry.seq)
    if (options.check) for (const rule of sim.check()) broken.push({ seq: entry.seq, rule })
    options.onEntry?.(entry)
  }

  function noteStatus(seq: number): void {
    for (const [array, state] of Object.entries(sim.world.md?.arrays ?? {})) {
      const line = statusLine(state)
      if (shown.get(array) === line) continue
      shown.set(array, line)
      mdstat.push({ seq, at: sim.now, array, line })
    }
  }
}
