/**
 * JSON Schemas for whoever writes study files or reads results: of a study as editors check it, and of its result (`hotspare plan --json`).
 *
 * The schema of the result says what result.ts says; the compiler checks at the end of this file that neither knows more than the other.
 */
import { z } from 'zod'
import type { DeepReadonly } from '../base/readonly.ts'
import { DEFAULTS, type DefaultId } from '../models/defaults.ts'
import { scenarioSchema } from '../scenario/schema.ts'
import { RESULT_SCHEMA, type StudyResult } from './result.ts'
import { studySchema } from './schema.ts'

const figure = z.strictObject({
  value: z.number().nullable().describe('null: nothing of it was seen; low and high are then the bounds'), low: z.number().nullable(), high: z.number().nullable(),
  unit: z.enum(['share', 'nines', 'per year', 'min/yr', 's/yr', 'h', 'min', 'h/yr', 'money/yr']), seen: z.number().describe('events that it comes from'),
  atMostPerYear: z.number().exactOptional().describe('of a time that was never seen: it happens at most so often in a year'),
}).meta({ id: 'figure' })
const share = z.number().min(0).max(1)

const spread = {
  p50: figure, p95: figure, p99: figure, histogram: z.array(z.tuple([z.number(), z.number()])).describe('[up to so many microseconds, how many]'), zeros: z.number(), count: z.number(),
}
const cause = z.strictObject({ says: z.string(), rule: z.string(), thing: z.string(), downtime: figure, outages: figure, share })
const service = z.strictObject({
  name: z.string(), availability: figure, nines: figure, downtime: figure, outages: figure, mtbf: figure, mttr: figure,
  lengths: z.strictObject(spread).nullable(), yearly: z.strictObject({ ...spread, approximate: z.boolean() }).nullable(), noOutage: figure,
  sla: z.strictObject({ says: z.string(), probability: figure, approximate: z.boolean() }).nullable(), causes: z.array(cause),
})
const topology = z.strictObject({
  nodes: z.array(z.strictObject({ id: z.string(), kind: z.enum(['system', 'host', 'guest', 'array', 'switch', 'component', 'service']), label: z.string(), inside: z.string().exactOptional() })),
  edges: z.array(z.strictObject({ from: z.string(), to: z.string(), kind: z.enum(['disk', 'spare', 'link', 'feeds', 'needs']), label: z.string() })),
})
const variant = z.strictObject({
  name: z.string(), method: z.enum(['runs', 'forks']), runs: z.number(), years: z.number(), events: z.number(), services: z.array(service),
  arrays: z.array(z.strictObject({ name: z.string(), exposed: figure, exposures: figure, detection: figure, waiting: figure, recovery: figure, lossPerYear: figure })),
  clients: z.array(z.strictObject({ name: z.string(), withoutAddress: figure, withoutPreferred: figure, withoutRouter: figure })), capacity: figure,
  cost: z.strictObject({ currency: z.string(), perYear: figure, design: z.number() }).nullable(), rules: z.array(z.strictObject({ name: z.string(), says: z.string(), perYear: figure })),
  assumptions: z.array(z.strictObject({ id: z.enum(Object.keys(DEFAULTS) as DefaultId[]), kind: z.literal('P'), what: z.string(), value: z.string() })), profiles: z.array(z.string()), warnings: z.array(z.string()),
  forks: z.strictObject({ forks: z.number(), hits: z.number(), bias: z.number(), effectiveHits: z.number(), largestShare: z.number(), meanWeight: z.number() }).nullable(),
  importance: z.array(z.strictObject({ what: z.string(), birnbaum: figure.nullable(), riskReduction: z.number().nullable(), riskAchievement: z.number().nullable(), saves: figure, because: z.string().nullable() })),
  tornado: z.array(z.strictObject({ input: z.string(), low: z.string(), high: z.string(), atLow: figure, atHigh: figure, assumed: z.boolean() })), range: z.strictObject({ best: figure, worst: figure }).nullable(), topology,
  exact: z.union([
    z.strictObject({ states: z.number(), services: z.array(z.strictObject({ name: z.string(), availability: z.number(), downtimeMinutesPerYear: z.number(), outagesPerYear: z.number() })) }),
    z.strictObject({ refused: z.string() }),
  ]).nullable(),
})
const comparison = z.strictObject({
  baseline: z.string(), variant: z.string(), service: z.string(), difference: figure, outages: figure, ratio: z.number().nullable(), pairedRuns: z.number(), correlation: z.number().nullable(), narrowerBy: z.number().nullable(),
  causes: z.array(z.strictObject({ rule: z.string(), difference: figure })), cost: figure.nullable(),
})

export const resultSchema = z.strictObject({
  schema: z.literal(RESULT_SCHEMA), hotspare: z.string(), file: z.string(), name: z.string(), question: z.string().nullable(), seed: z.string(), precision: z.number(), confidence: z.literal(0.95),
  yearsPerRun: z.number(), warmUpMicros: z.number(), fidelity: z.enum(['state', 'frames']), ended: z.enum(['precise', 'years', 'budget', 'interrupted']), repeat: z.string(), verdict: z.array(z.string()),
  variants: z.array(variant), comparisons: z.array(comparison),
})

/** Compared with an earlier result, the command adds this to its JSON. */
const regression = z.strictObject({ baseline: z.string(), service: z.string(), allowed: z.number(), difference: figure, verdict: z.enum(['within', 'exceeded', 'cannot tell']), failed: z.boolean() })

/** The JSON Schema of what `hotspare plan --json` prints. */
export const resultJsonSchema = (): Record<string, unknown> =>
  ({ title: 'hotspare study result', description: 'Availability with its intervals, causes and comparisons', ...z.toJSONSchema(resultSchema.extend({ regression: regression.optional() })) })

/**
 * The JSON Schema of a study file: what a scenario says of a system, and the study's own keys. With a `base` those of a scenario are changes to it, and changes
 * leave out what stays; so they are checked only without.
 */
export function studyJsonSchema(): Record<string, unknown> {
  const scenario = Object.entries((scenarioSchema() as z.ZodObject).shape as Record<string, z.ZodType>).filter(([key]) => !(key in studySchema.shape))
  const whole = z.strictObject({ ...Object.fromEntries(scenario.map(([key, each]) => [key, each.optional()])), ...studySchema.shape })
  const { properties, ...json } = z.toJSONSchema(whole, { io: 'input', unrepresentable: 'any', reused: 'ref' }) as { properties: Record<string, unknown> }, of = (pick: (key: string) => unknown): Record<string, unknown> => Object.fromEntries(scenario.map(([key]) => [key, pick(key)]))
  return {
    title: 'hotspare study', description: 'A system whose parts fail and are repaired by themselves, and what a planner wants to know about it', ...json,
    properties: { ...properties, ...of(() => true) }, if: { required: ['base'] }, else: { required: ['system'], properties: of(key => properties[key]) },
  }
}

/** Fails to compile where a type is not the other. */
type Same<A, B> = [A] extends [B] ? [B] extends [A] ? true : never : never
export const resultSchemaIsOfResults: Same<DeepReadonly<z.output<typeof resultSchema>>, StudyResult> = true
