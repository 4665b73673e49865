/**
 * A scenario: one schema for YAML and for TypeScript, and for the editors that read it as JSON Schema.
 *
 * The sections under `system` are those of the models, so a new model brings its own; so are the requests that a timeline may make.
 * `operators` and `faults` are sections too, written at the top because they are not part of the system but act upon it.
 */
import { z } from 'zod'
import { YEAR, type Micros } from '../base/time.ts'
import type { ConfigInputOf, Model, RequestInputOf } from '../core/model.ts'
import { duration } from '../models/schema.ts'
import { stack } from '../models/stack.ts'
import { expectation, type ExpectationInput } from './expectation.ts'
import { typedSteps, type TypedInput } from './typed.ts'
import { promise, vary } from './vary.ts'

/** Sections that stand at the top of a scenario, by the model they are for. */
export const TOP_SECTIONS: Readonly<Record<string, 'operators' | 'faults'>> = { operator: 'operators', fault: 'faults' }

type Name<Ms extends readonly Model[]> = Ms[number]['name']
type Named<Ms extends readonly Model[], N> = Extract<Ms[number], { name: N }>

export type RequestInput<Ms extends readonly Model[] = typeof stack> = RequestInputOf<Ms[number]>
export interface StepInput<Ms extends readonly Model[] = typeof stack> {
  at: string
  /** Again and again from then on, until `to` or the end of the run. */
  every?: string
  to?: string
  do: RequestInput<Ms> | RequestInput<Ms>[]
}

/** What strikes while a script is at work: before a statement of it, at whatever time that comes. */
export interface StrikeInput<Ms extends readonly Model[] = typeof stack> {
  /** Two lines that run one after the other; or `drawn`: before a statement drawn from the seed. */
  between?: [number, number] | 'drawn'
  /** Before the statement that is the so-many-th to run, counted from 1. */
  before?: number
  /** The name of its file; default: whatever script runs. */
  script?: string
  /** Of the so-many-th start of it, or the so-many-th time that these lines are passed; default the first. */
  time?: number
  do: RequestInput<Ms> | RequestInput<Ms>[]
  then?: { after: string; do: RequestInput<Ms> | RequestInput<Ms>[] }
}

/** A scenario as people write it. The section of a model that is left out means what an empty one means. */
export interface ScenarioInput<Ms extends readonly Model[] = typeof stack> {
  $schema?: string
  name?: string
  /** One line: what happens, and why anyone should care. */
  story?: string
  /** What it shows to be true or not, and who says so. */
  claim?: string
  source?: string
  until: string
  seed?: number | string
  system: { [N in Exclude<Name<Ms>, 'operator' | 'fault'>]?: ConfigInputOf<Named<Ms, N>> }
  timeline?: (StepInput<Ms> | StrikeInput<Ms>)[]
  /** What somebody types at partitions, and does besides, as a session at the console was saved. */
  typed?: TypedInput<RequestInput<Ms>>[]
  operators?: ConfigInputOf<Named<Ms, 'operator'>>
  faults?: ConfigInputOf<Named<Ms, 'fault'>>
  expect?: ExpectationInput[]
  vary?: z.input<typeof vary>
  promise?: z.input<typeof promise>
}

/** Returns its argument; the compiler checks it against the models' sections and requests. */
export const defineScenario = (scenario: ScenarioInput): ScenarioInput => scenario

/** Whole microseconds stay exact for 285 years. */
export const LONGEST: Micros = 250 * YEAR

const line = z.string().regex(/^[^\n]*$/, 'expected one line')

/** What may stand for a section that nobody wrote. */
export const blanks: readonly unknown[] = [undefined, {}, []]

function makeSchema(models: readonly Model[]) {
  // A section may be left out if an empty one means something.
  const section = (model: Model) => {
    const config = model.config as unknown as z.ZodType
    return blanks.some(blank => config.safeParse(blank).success) ? config.optional() : config
  }
  const inSystem = models.filter(model => TOP_SECTIONS[model.name] === undefined)
  const onTop = models.filter(model => TOP_SECTIONS[model.name] !== undefined)
  const request = requestSchema(models), line1 = z.number().int().positive()
  const requests = z.union([request, z.array(request).min(1)], { error: 'expected a request such as { type: hypervisor.ipl, guest: … }, or a list of them' })
  return z.strictObject({
    $schema: z.string().optional().describe('where an editor finds the JSON Schema of this file'),
    name: line.optional(),
    story: line.optional().describe('one line: what happens, and why anyone should care'),
    claim: z.string().optional().describe('what this scenario shows to be true, or not'),
    source: z.string().optional().describe('who says so: an article, a manual, a numbered requirement, a recording'),
    until: duration.refine(until => until <= LONGEST, `expected at most ${LONGEST / YEAR} years; a study of longer times makes several runs`).describe('how long to simulate'),
    seed: z.union([z.number().int().nonnegative(), z.string()], { error: 'expected a whole number or a word' }).optional(),
    system: z.strictObject(Object.fromEntries(inSystem.map(model => [model.name, section(model)]))).describe('one section per model'),
    timeline: z.array(z.strictObject({
      at: duration.optional().describe('since the start of the run'),
      every: duration.optional().describe('again and again from then on'),
      to: duration.optional().describe('the last time for `every`; default: the end of the run'),
      between: z.union([z.tuple([line1, line1]), z.literal('drawn')], { error: 'expected two lines of a script such as [12, 13], or drawn' }).optional().describe('instead of at: while a script is between these two lines of it'),
      before: line1.optional().describe('instead of at: before the so-many-th statement that a script runs'),
      script: z.string().optional().describe('whose lines these are; default: whatever script runs'),
      time: z.number().int().positive().optional().describe('the so-many-th start of the script, or passing of the lines; default the first'),
      do: requests.describe('one request, or several in this order'),
      then: z.strictObject({ after: duration, do: requests }).optional().describe('what follows upon a strike between two lines'),
    }).check(({ value, issues }) => {
      const given = (['at', 'between', 'before'] as const).filter(key => value[key] !== undefined)
      const complain = (message: string, path: string[] = []) => issues.push({ code: 'custom', path, message, input: value })
      if (given.length !== 1) complain(`expected one of at, between and before${given.length > 1 ? `, found ${given.join(' and ')}` : ', such as at: 1h'}`)
      if (value.at === undefined) for (const key of ['every', 'to'] as const) if (value[key] !== undefined) complain(`expected ${key} beside at`, [key])
      if (value.at !== undefined) for (const key of ['script', 'time', 'then'] as const) if (value[key] !== undefined) complain(`expected ${key} beside between or before`, [key])
    })).optional(),
    typed: typedSteps(requests).optional().describe('what somebody types at partitions, and does besides: a session of `hotspare console`'),
    ...Object.fromEntries(onTop.map(model => [TOP_SECTIONS[model.name]!, section(model)])),
    expect: z.array(expectation).optional(),
    vary: vary.optional().describe('which schedules `hotspare check` tries'),
    promise: promise.optional().describe('what must hold under all of them'),
  })
}

/** Every request of every model, told apart by its type. */
export function requestSchema(models: readonly Model[]): z.ZodType {
  const kinds = models.flatMap(model => alternatives(model.requests as unknown as z.ZodType))
  return z.discriminatedUnion('type', kinds as never)
}

function alternatives(schema: z.ZodType): z.ZodType[] {
  const def = schema._zod.def as unknown as { type: string; options?: z.ZodType[] }
  return def.type === 'never' ? [] : def.type === 'union' ? def.options!.flatMap(alternatives) : [schema]
}

const made = new WeakMap<readonly Model[], z.ZodType>()
/** Made once per list of models: building it costs as much as reading a scenario. */
export function scenarioSchema(models: readonly Model[] = stack): z.ZodType {
  let schema = made.get(models)
  if (!schema) made.set(models, schema = makeSchema(models))
  return schema
}

/** The JSON Schema of a scenario file, for editors and other checkers. */
export function scenarioJsonSchema(models: readonly Model[] = stack): Record<string, unknown> {
  const json = z.toJSONSchema(scenarioSchema(models), { io: 'input', unrepresentable: 'any', reused: 'ref' }) as Record<string, unknown>
  return { title: 'hotspare scenario', description: 'A system of virtualized partitions, what happens to it, and what is expected', ...json }
}
