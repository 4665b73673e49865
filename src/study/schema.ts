/**
 * A study: a system whose parts fail and are repaired by themselves, and what a planner wants to know about it.
 *
 * The system is written as in a scenario (`system`, `operators`, `faults`, and what else a scenario has at its top), or taken from one by `base`;
 * variants are changes to it, in the way of a JSON Merge Patch (RFC 7396): what is given replaces, null takes away, lists are replaced whole.
 * Nothing here says how things fail: that is in the sections of the scenario, so that `hotspare run` can show one such year.
 */
import { z } from 'zod'
import { DAY, YEAR, type Micros } from '../base/time.ts'
import { duration, id } from '../models/schema.ts'
import type { ServiceId } from '../models/service/state.ts'

/** `5%` or `0.05`. */
export const share = z.union([
  z.string().regex(/^\d+(\.\d+)?\s*%$/, 'expected a share such as 5% or 0.05').transform(text => Number(text.replace('%', '')) / 100),
  z.number(),
], { error: 'expected a share such as 5% or 0.05' }).pipe(z.number().gt(0, 'expected a share above 0').max(1, 'expected a share of at most 100%'))

// Squares and cubes of sums are added up: larger ones would leave the range of numbers.
const amount = z.number().min(0).max(1e15)
export const costs = z.strictObject({
  currency: z.string().optional().describe('for display; default EUR'),
  perOutage: amount.optional().describe('of each outage, however short'),
  perMinute: amount.optional().describe('of each minute of downtime'),
  perYear: amount.optional().describe('of the design itself: hosts, licences, people'),
  perDataLoss: amount.optional(),
})
export type Costs = z.output<typeof costs>

export const sla = z.strictObject({
  availability: share.optional().describe('in each year, such as 99.9%'),
  downtimePerYear: duration.optional().describe('at most so long in a year'),
  outage: duration.optional().describe('no single outage longer than this'),
}).check(({ value, issues }) => {
  if ((value.availability === undefined) === (value.downtimePerYear === undefined) && value.outage === undefined)
    issues.push({ code: 'custom', message: 'expected availability or downtimePerYear, such as { availability: 99.9% }', input: value })
})

const level = z.union([z.string(), z.number()])
export const uncertainInput = z.strictObject({
  input: z.string().describe('where it stands in the study, such as faults.crashes.mttf'),
  between: z.tuple([level, level]).describe('its lowest and highest figure'),
})

export const studySchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().optional(),
  question: z.string().optional().describe('one line: what the study is to answer'),
  base: z.string().optional().describe('a scenario beside the study, whose system, operators and faults it takes'),
  seed: z.union([z.number().int().nonnegative(), z.string()], { error: 'expected a whole number or a word' }).optional(),
  precision: share.default(0.05).describe('half the width of the 95 % interval of the downtime, relative to it, at which the study is content'),
  years: z.number().positive().optional().describe('at most so many simulated years for each variant; default 200000'),
  yearsPerRun: z.number().int().min(1).max(250).default(10).describe('a run is one history of the system, independent of all others'),
  warmUp: duration.default(30 * DAY).describe('from the start, when everything is new and in order, until counting begins'),
  services: z.array(id<ServiceId>('a service')).min(1).optional().describe('which it is about, the most important first; default: all'),
  sla: sla.optional(),
  costs: costs.optional(),
  fidelity: z.enum(['state', 'frames']).default('state').describe('frames: every router advertisement is simulated; state: those that change nothing are not'),
  baseline: z.string().optional().describe('the variant that the others are compared with; default: the first'),
  variants: z.record(z.string().regex(/^[^\n\r"\\]{1,60}$/, 'expected a short name'), z.record(z.string(), z.unknown())).optional().describe('changes to the system above; without them there is one'),
  uncertain: z.array(uncertainInput).optional().describe('inputs that nobody knows well, with the range in which they lie'),
})
export type StudyInput = z.input<typeof studySchema>
export type StudyKeys = z.output<typeof studySchema>

/** Longer than this a study does not go on by itself. */
export const MOST_YEARS = 200_000
export const runLength = ({ yearsPerRun, warmUp }: Pick<StudyKeys, 'yearsPerRun' | 'warmUp'>): Micros => warmUp + yearsPerRun * YEAR
