/**
 * From what somebody wrote, in YAML or in TypeScript, to a scenario that can run: defaults filled in, names and durations in the form
 * the models count in, repeated steps written out. Or the problems that it has, all of them.
 */
import type { ConfigsOf, Model } from '../core/model.ts'
import type { Micros } from '../base/time.ts'
import { formatDuration } from '../base/time.ts'
import { must } from '../base/assert.ts'
import { stack, type SimRequest } from '../models/stack.ts'
import { crossCheck } from './check.ts'
import type { Expectation } from './expectation.ts'
import { explain } from './explain.ts'
import { BadScenario, type Problem } from './issue.ts'
import { typedOf, type Typed, type TypedStep } from './typed.ts'
import { promise, varyDefaults, type Promised, type Vary } from './vary.ts'
import { blanks, scenarioSchema, TOP_SECTIONS, type ScenarioInput } from './schema.ts'

export interface Step { readonly at: Micros; readonly request: SimRequest }

/** What strikes while a script is at work. */
export interface Strike {
  readonly between: readonly [number, number] | 'drawn' | null
  readonly before: number | null
  readonly script: string | null
  readonly time: number
  readonly requests: readonly SimRequest[]
  readonly then: { readonly after: Micros; readonly requests: readonly SimRequest[] } | null
}

export interface Scenario {
  readonly name: string | null
  readonly story: string | null
  readonly claim: string | null
  readonly source: string | null
  readonly until: Micros
  readonly seed: string
  readonly models: readonly Model[]
  /** The section of each model, checked and filled in. */
  readonly configs: ConfigsOf<typeof stack>
  /** In the order in which they are given to the simulation: by time, and as written where times are equal. */
  readonly timeline: readonly Step[]
  readonly strikes: readonly Strike[]
  /** By time, and as written where times are equal. */
  readonly typed: readonly Typed[]
  readonly expect: readonly Expectation[]
  readonly vary: Vary
  readonly promise: Promised
}

const MOST_STEPS = 100_000

export function checkScenario(input: unknown, models: readonly Model[] = stack): { scenario: Scenario | undefined; problems: Problem[] } {
  const schema = scenarioSchema(models)
  const parsed = schema.safeParse(input)
  const problems = parsed.success ? [] : explain(parsed.error.issues, schema, input)
  const known = new Set(problems.map(problem => JSON.stringify(problem.path)))
  // What the schema has already complained about needs no second complaint.
  for (const problem of crossCheck(input, models)) if (!known.has(JSON.stringify(problem.path))) problems.push(problem)
  if (!parsed.success || problems.length > 0) return { scenario: undefined, problems }
  const written = parsed.data as Written
  const timeline = stepsOf(written, problems)
  if (problems.length > 0) return { scenario: undefined, problems }
  return {
    problems,
    scenario: {
      name: written.name ?? null, story: written.story ?? null, claim: written.claim ?? null, source: written.source ?? null,
      until: written.until, seed: String(written.seed ?? 1), models,
      configs: Object.fromEntries(models.map(model => [model.name, sectionOf(model, written)])) as never,
      timeline, strikes: strikesOf(written), typed: typedOf(written.typed ?? []), expect: written.expect ?? [],
      vary: written.vary ?? varyDefaults(), promise: written.promise ?? promise.parse({}),
    },
  }
}

/** A scenario that is ready to run, from one that is or is not yet; throws a BadScenario that lists what is wrong with it. */
export function readyScenario(scenario: Scenario | ScenarioInput, models: readonly Model[] = stack): Scenario {
  if ('configs' in scenario) return scenario
  const { scenario: ready, problems } = checkScenario(scenario, models)
  if (!ready) throw new BadScenario(problems)
  return ready
}

interface Written {
  name?: string; story?: string; claim?: string; source?: string
  until: Micros
  seed?: number | string
  system: Record<string, unknown>
  timeline?: {
    at?: Micros; every?: Micros; to?: Micros; between?: [number, number] | 'drawn'; before?: number; script?: string; time?: number
    do: SimRequest | SimRequest[]; then?: { after: Micros; do: SimRequest | SimRequest[] }
  }[]
  typed?: TypedStep[]
  operators?: unknown
  faults?: unknown
  expect?: Expectation[]
  vary?: Vary
  promise?: Promised
}

function sectionOf(model: Model, written: Written): unknown {
  const top = TOP_SECTIONS[model.name], own = top ? written[top] : written.system[model.name]
  return own ?? must(blankSection(model), 'a section that may be left out means something when it is empty').section
}

/** What a section means that nobody wrote; undefined for one that must be written. */
function blankSection(model: Model): { section: unknown } | undefined {
  const config = model.config as unknown as { safeParse(input: unknown): { success: boolean; data?: unknown } }
  for (const blank of blanks) {
    const parsed = config.safeParse(blank)
    if (parsed.success) return { section: parsed.data }
  }
  return undefined
}

const listOf = (requests: SimRequest | SimRequest[]): SimRequest[] => Array.isArray(requests) ? requests : [requests]

function strikesOf({ timeline = [] }: Written): Strike[] {
  return timeline.filter(({ at }) => at === undefined).map(({ between, before, script, time, then, ...step }) => ({
    between: between ?? null, before: before ?? null, script: script ?? null, time: time ?? 1,
    requests: listOf(step.do), then: then === undefined ? null : { after: then.after, requests: listOf(then.do) },
  }))
}

function stepsOf(written: Written, problems: Problem[]): Step[] {
  const steps: Step[] = []
  written.timeline?.forEach((step, index) => {
    if (step.at === undefined) return
    const requests = listOf(step.do), last = Math.min(step.to ?? written.until, written.until)
    if (step.every === 0 || (step.every && (last - step.at) / step.every > MOST_STEPS)) {
      problems.push({ path: ['timeline', index, 'every'], at: 'value', found: `every ${formatDuration(step.every)}`, expected: `expected at most ${MOST_STEPS} repetitions` })
      return
    }
    for (let at = step.at; at <= last; at += step.every ?? Infinity) for (const request of requests) steps.push({ at, request })
  })
  return steps.sort((a, b) => a.at - b.at)
}
