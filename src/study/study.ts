/**
 * From what somebody wrote to a study that can run: one scenario for each variant, or every problem it has, with its place in the text.
 *
 * A scenario may be planned with as it stands, too: then it is a study with one variant and everything else by default.
 */
import type { Micros } from '../base/time.ts'
import { entriesOf } from '../base/id.ts'
import { formatDuration, YEAR } from '../base/time.ts'
import { stack } from '../models/stack.ts'
import type { ServiceId } from '../models/service/state.ts'
import type { Beside } from '../scenario/beside.ts'
import { withFiles } from '../scenario/beside.ts'
import { checkScenario, type Scenario } from '../scenario/build.ts'
import { explain } from '../scenario/explain.ts'
import { formatPath, listedNear, meant, type Issue, type Path, type Problem } from '../scenario/issue.ts'
import { placed, readDocument, type ReadDocument } from '../scenario/load.ts'
import { LONGEST, TOP_SECTIONS } from '../scenario/schema.ts'
import { has, mergePatch, replaced, valueAt } from './patch.ts'
import { costs as costsSchema, MOST_YEARS, runLength, studySchema, type Costs, type StudyKeys } from './schema.ts'

export interface Variant {
  readonly name: string
  readonly scenario: Scenario
  /** What was written for it, all changes made: a scenario but for `until`. */
  readonly input: Readonly<Record<string, unknown>>
  readonly costs: Costs
}
/** `value`: what the system says there; a variant that says something else knows better, and the range is not its. */
export interface Uncertain { readonly input: string; readonly path: Path; readonly value: unknown; readonly between: readonly [unknown, unknown] }
export interface Sla { readonly downMicrosPerYear: Micros | null; readonly outageMicros: Micros | null }

export interface Study {
  readonly file: string
  readonly name: string
  readonly question: string | null
  readonly seed: string
  /** Relative half-width of the 95 % interval of the first service's downtime. */
  readonly precision: number
  readonly mostYears: number
  readonly yearsPerRun: number
  readonly warmUp: Micros
  /** The first is the one the study is about. */
  readonly services: readonly ServiceId[]
  readonly sla: Sla | null
  readonly fidelity: 'state' | 'frames'
  /** The baseline first; at least one. */
  readonly variants: readonly Variant[]
  readonly uncertain: readonly Uncertain[]
}
export interface LoadedStudy { readonly study: Study | undefined; readonly issues: readonly Issue[] }

/** What `base` may bring, and a variant may change. */
const SYSTEM_KEYS: readonly string[] = ['system', ...Object.values(TOP_SECTIONS), 'timeline']
/** What a scenario has besides, and a study has no use for. */
const IDLE_KEYS: readonly string[] = ['story', 'claim', 'source', 'until', 'expect', 'vary', 'promise', 'typed']

export interface StudyChange { readonly fidelity?: 'state' | 'frames' | undefined; readonly seed?: string | undefined; readonly precision?: number | undefined; readonly years?: number | undefined }

export function loadStudy(text: string, file: string, beside: Beside = {}, change: StudyChange = {}): LoadedStudy {
  const read = readDocument(text, file)
  if (read.value === undefined) return { study: undefined, issues: read.issues }
  const { study, problems } = checkStudy(read.value.data, file, beside, change)
  const issues = placed(read, problems)
  return { study: issues.length === 0 ? study : undefined, issues }
}

/** A study from data; `file` only names it. */
export function checkStudy(input: unknown, file: string, beside: Beside = {}, change: StudyChange = {}): { study: Study | undefined; problems: Problem[] } {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return { study: undefined, problems: [{ path: [], at: 'value', found: 'found something else than a mapping', expected: 'expected a study: name, system, faults, variants' }] }
  const written = input as Record<string, unknown>, own: Record<string, unknown> = {}, problems: Problem[] = []
  let system: Record<string, unknown> = {}
  const known = Object.keys(studySchema.shape)
  for (const [key, value] of Object.entries(written)) {
    if (SYSTEM_KEYS.includes(key)) system[key] = value
    else if (known.includes(key)) own[key] = value
    else if (!IDLE_KEYS.includes(key)) problems.push({ path: [key], at: 'key', found: `unknown key "${key}"`, expected: `expected ${listedNear(key, [...known, ...SYSTEM_KEYS])}`, ...meant(key, [...known, ...SYSTEM_KEYS]) })
  }
  const parsed = studySchema.safeParse(own)
  if (!parsed.success) problems.push(...explain(parsed.error.issues, studySchema, own))
  if (!parsed.success || problems.length > 0) return { study: undefined, problems }
  const keys = { ...parsed.data, ...change.fidelity !== undefined && { fidelity: change.fidelity }, ...change.precision !== undefined && { precision: change.precision }, ...change.years !== undefined && { years: change.years } }
  const base = keys.base === undefined ? undefined : readBase(keys.base, beside, problems)
  if (problems.length > 0) return { study: undefined, problems }
  if (base !== undefined) system = mergePatch(base.system, system) as Record<string, unknown>
  if (keys.warmUp > LONGEST - YEAR) problems.push({ path: ['warmUp'], at: 'value', found: `found ${formatDuration(keys.warmUp)}`, expected: `expected at most ${LONGEST / YEAR - 1} years, and one to count` })
  else if (runLength(keys) > LONGEST) problems.push({ path: ['yearsPerRun'], at: 'value', found: `found ${keys.yearsPerRun}`, expected: `expected at most ${Math.floor((LONGEST - keys.warmUp) / YEAR)} years with their warm-up` })

  const inVariants: { problem: Problem; located: Problem }[] = []
  const variants = Object.entries(keys.variants ?? { [keys.name ?? baseName(file)]: {} }).flatMap(([name, changes]): Variant[] => {
    const path = keys.variants === undefined ? [] : ['variants', name]
    for (const key of Object.keys(changes)) if (key !== 'costs' && !SYSTEM_KEYS.includes(key))
      problems.push({ path: [...path, key], at: 'key', found: `unknown key "${key}"`, expected: `expected ${listedNear(key, [...SYSTEM_KEYS, 'costs'])}`, ...meant(key, [...SYSTEM_KEYS, 'costs']) })
    const { costs: ownCosts } = changes, patch = Object.fromEntries(Object.entries(changes).filter(([key]) => SYSTEM_KEYS.includes(key))), cost = costsSchema.safeParse(mergePatch(keys.costs ?? {}, ownCosts ?? {}))
    if (!cost.success) {
      problems.push(...explain(cost.error.issues, costsSchema, ownCosts).map(problem => ({ ...problem, path: [...path, 'costs', ...problem.path] })))
      return []
    }
    const merged = mergePatch(system, patch) as Record<string, unknown>
    const made = scenarioOf(merged, name, keys, beside)
    for (const problem of made.problems) inVariants.push({ problem, located: locate(problem, written, path, base) })
    return made.scenario === undefined ? [] : [{ name, scenario: made.scenario, input: merged, costs: cost.data }]
  })
  // What is wrong in all of them is not wrong in one.
  const count = Object.keys(keys.variants ?? {}).length, placeOf = ({ path, place }: Problem, found: string): string => JSON.stringify([path, place, found])
  for (const { problem: { found }, located } of inVariants)
    problems.push(count > 1 && inVariants.filter(other => placeOf(other.located, other.problem.found) === placeOf(located, found)).length === count ? { ...located, found } : located)
  if (variants.length === 0 || problems.length > 0) return { study: undefined, problems: distinct(problems) }
  const services = servicesOf(keys, variants, problems), uncertain = uncertainOf(keys, system, beside, problems), first = baselineOf(keys, variants, problems)
  for (const { name, scenario } of variants) if (!failsByItself(scenario, keys.warmUp))
    problems.push({ path: has(written, ['variants', name]) ? ['variants', name] : [], at: 'value', found: `nothing ever fails${variants.length > 1 ? ` in "${name}"` : ''}`, expected: 'expected faults with upFor, mttf, mtbf, afr or every: a study is about what happens by itself' })
  if (problems.length > 0 || first === undefined) return { study: undefined, problems: distinct(problems) }
  return {
    problems,
    study: {
      file, name: keys.name ?? baseName(file), question: keys.question ?? null, seed: change.seed ?? String(keys.seed ?? 1), precision: keys.precision, mostYears: keys.years ?? MOST_YEARS,
      yearsPerRun: keys.yearsPerRun, warmUp: keys.warmUp, services, fidelity: keys.fidelity,
      sla: keys.sla === undefined ? null : {
        downMicrosPerYear: keys.sla.downtimePerYear ?? (keys.sla.availability === undefined ? null : Math.round((1 - keys.sla.availability) * YEAR)),
        outageMicros: keys.sla.outage ?? null,
      },
      variants: [first, ...variants.filter(each => each !== first)], uncertain,
    },
  }
}

/** The scenario of one variant, or of one variant with an input changed. */
export function scenarioOf(input: Readonly<Record<string, unknown>>, name: string, keys: Pick<StudyKeys, 'yearsPerRun' | 'warmUp' | 'fidelity'>, beside: Beside): { scenario: Scenario | undefined; problems: Problem[] } {
  const filled = withFiles({ ...atFidelity(input, keys.fidelity), name, until: `${Math.min(LONGEST, runLength(keys))}us` }, beside)
  const { scenario, problems } = checkScenario(filled.value, stack)
  return { scenario: filled.problems.length > 0 ? undefined : scenario, problems: [...filled.problems, ...problems] }
}

/** A study asks the network for what its advertisements bring about, not for each of them; what the author says of it stays. */
function atFidelity(input: Readonly<Record<string, unknown>>, fidelity: 'state' | 'frames'): Readonly<Record<string, unknown>> {
  return has(input, ['system', 'radvd']) && !has(input, ['system', 'radvd', 'fidelity']) ? mergePatch(input, { system: { radvd: { fidelity } } }) as Record<string, unknown> : input
}

const baseName = (file: string): string => /([^/]*?)(\.[a-z]+)?$/i.exec(file)?.[1] ?? file

function readBase(name: string, beside: Beside, problems: Problem[]): { read: ReadDocument; system: Record<string, unknown> } | undefined {
  const text = beside.readFile?.(name)
  if (text === undefined) {
    problems.push({ path: ['base'], at: 'value', found: `found ${JSON.stringify(name)}`, expected: 'expected a scenario beside the study: there is none of this name', ...meant(name, (beside.fileNames?.() ?? []).filter(each => /\.ya?ml$/.test(each))) })
    return undefined
  }
  const read = readDocument(text, name), data = read.value?.data
  for (const issue of read.issues) problems.push({ ...issue, path: ['base'] })
  if (typeof data !== 'object' || data === null) return undefined
  return { read, system: Object.fromEntries(Object.entries(data).filter(([key]) => SYSTEM_KEYS.includes(key) && key !== 'timeline')) }
}

/** Where a problem of a variant's scenario stands: in its changes, in the study, or in the scenario it is based on. */
function locate(problem: Problem, written: Record<string, unknown>, variant: Path, base: { read: ReadDocument; system: Record<string, unknown> } | undefined): Problem {
  const found = variant.length === 0 ? problem.found : `${problem.found} in the variant "${variant[1]}"`
  for (let depth = problem.path.length; depth > 0; depth--) {
    const path = problem.path.slice(0, depth)
    if (variant.length > 0 && has(written, [...variant, ...path])) return { ...problem, path: [...variant, ...problem.path] }
    if (has(written, path)) return { ...problem, found }
    if (base !== undefined && has(base.system, path)) return { ...problem, found, path: ['base'], place: base.read.placeOf(problem) }
  }
  return { ...problem, found }
}

const distinct = (problems: readonly Problem[]): Problem[] => [...new Map(problems.map(problem => [JSON.stringify([problem.path, problem.found, problem.place]), problem])).values()]

function servicesOf(keys: StudyKeys, variants: readonly Variant[], problems: Problem[]): ServiceId[] {
  const known = Object.keys(variants[0]!.scenario.configs.service.services) as ServiceId[]
  const common = known.filter(name => variants.every(({ scenario }) => scenario.configs.service.services[name] !== undefined))
  if (keys.services === undefined && common.length === 0) problems.push({ path: ['system'], at: 'value', found: 'no service', expected: 'expected system.service.services: what is to be available' })
  keys.services?.forEach((name, index) => {
    if (!common.includes(name)) problems.push({ path: ['services', index], at: 'value', found: `found the service "${name}"`, expected: `expected ${listedNear(name, common)}, which every variant has`, ...meant(name, common) })
  })
  return keys.services ?? common
}

function baselineOf(keys: StudyKeys, variants: readonly Variant[], problems: Problem[]): Variant | undefined {
  if (keys.baseline === undefined) return variants[0]
  const names = variants.map(({ name }) => name), found = variants.find(({ name }) => name === keys.baseline)
  if (found === undefined) problems.push({ path: ['baseline'], at: 'value', found: `found "${keys.baseline}"`, expected: `expected ${listedNear(keys.baseline, names)}`, ...meant(keys.baseline, names) })
  return found
}

/** `faults.crashes.mttf`, `operators[0].after`. */
const pathOf = (text: string): Path => text.replaceAll(/\[(\d+)\]/g, '.$1').split('.').map(part => /^\d+$/.test(part) ? Number(part) : part)

function uncertainOf(keys: StudyKeys, system: Record<string, unknown>, beside: Beside, problems: Problem[]): Uncertain[] {
  return (keys.uncertain ?? []).map(({ input, between }, index) => {
    const path = pathOf(input), at: Path = ['uncertain', index, 'input']
    if (!has(system, path)) {
      const depth = path.findIndex((_, i) => !has(system, path.slice(0, i + 1))), above = path.slice(0, depth), word = String(path[depth])
      const parent = above.reduce<unknown>((value, key) => (value as Record<string | number, unknown>)[key], system)
      const names = typeof parent === 'object' && parent !== null ? Object.keys(parent) : []
      problems.push({ path: at, at: 'value', found: `found "${input}"`, expected: `but ${above.length === 0 ? 'the study' : formatPath(above)} has no "${word}"`, ...meant(word, names) })
    } else between.forEach((value, end) => {
      const changed = replaced(system, path, value) as Record<string, unknown>
      for (const problem of scenarioOf(changed, 'x', keys, beside).problems.slice(0, 1))
        problems.push({ ...problem, path: ['uncertain', index, 'between', end], at: 'value' })
    })
    return { input, path, value: valueAt(system, path), between }
  })
}

/** A timeline that is over before counting begins is a story, and no study. */
const failsByItself = ({ configs, timeline }: Scenario, warmUp: Micros): boolean => entriesOf(configs.fault).length > 0 || timeline.some(({ at }) => at >= warmUp)
