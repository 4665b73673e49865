/**
 * What a maintenance calendar costs and risks before anything fails: the exposure of each window, how far apart windows must be, and which are not (VS-55).
 *
 * Two windows that take away copies of the same mirror must be as far apart as the first takes until the mirror is in sync again and its spare is ready: outage, rescan and
 * recovery, with everybody's delays. That time is simulated, at the means of all delays and as the 95th percentile of SAMPLES draws. What else windows do to each
 * other (both feeds, both partitions of a service) shows as an outage in a year of the calendar that none of them causes alone.
 */
import { DAY, YEAR, type Micros } from '../../base/time.ts'
import { entriesOf } from '../../base/id.ts'
import { initialWorld } from '../../core/model.ts'
import { createSim } from '../../core/sim.ts'
import { dependents } from '../../models/component/causes.ts'
import { stack } from '../../models/stack.ts'
import { exposedTime } from '../../models/service/state.ts'
import type { Scenario } from '../../scenario/build.ts'
import { exactly } from '../../scenario/text.ts'
import { untilHours } from '../../base/hours.ts'
import { fixed, windowRunner, type Exposure, type Passed } from './window-run.ts'
import { cycleOf, dateOf, drawnRules, isFixed, windowsOf, type Window } from './windows.ts'

export const CALENDAR_SCHEMA = 'hotspare-calendar-1'
export interface WindowResult extends Window {
  /** Lets its turn go by, for `unless: degraded`: another window has left a mirror without a copy. */
  readonly skipped: boolean
  /** Until all is in order again, at the means of all delays; null: nobody brings it back within 30 days. */
  readonly settledMicros: Micros | null
  /** Of 200 draws the 95th percentile; the same where nothing is drawn. */
  readonly p95Micros: Micros | null
  readonly exposure: readonly (Exposure & { readonly array: string; readonly p95Micros: Micros })[]
  /** Services that this window takes down by itself, and for how long. */
  readonly down: readonly { readonly service: string; readonly micros: Micros }[]
}
export interface Spacing { readonly array: string; /** At least so far apart: at the means, and at the 95th percentile. null: no distance is enough. */ readonly meanMicros: Micros | null; readonly p95Micros: Micros | null; /** Whose window takes longest. */ readonly thing: string }
export interface Conflict {
  readonly kind: 'spacing' | 'outage' | 'crew' | 'never'
  readonly at: Micros
  readonly says: string
  /** How often in a year. */
  readonly times: number
}
export interface CalendarResult {
  readonly schema: typeof CALENDAR_SCHEMA
  readonly hotspare: string
  readonly file: string
  readonly variant: string
  /** The date of time 0, in microseconds since 1970. */
  readonly epoch: Micros
  readonly cycleMicros: Micros
  /** Of one cycle, in order. */
  readonly windows: readonly WindowResult[]
  readonly spacing: readonly Spacing[]
  readonly exposedPerYear: readonly { readonly array: string; readonly micros: Micros }[]
  readonly conflicts: readonly Conflict[]
  /** What comes by chance and is no calendar. */
  readonly drawn: readonly string[]
}

const SAMPLES = 200, WEEK = 7 * DAY

export function calendarOf(file: string, variant: string, scenario: Scenario, hotspare: string): CalendarResult {
  const planned = onlyCalendar(scenario), { scenario: still, random } = fixed(planned), cycle = cycleOf(planned), year = windowsOf(planned, YEAR)
  const begin = year[0]?.at ?? 0, measured = new Map<string, Measured>(), byHour = dependsOnHour(scenario)
  const measure = (window: Window): Measured => {
    // Hours matter by the week; a first week is for the system to come to rest.
    const at = byHour ? window.at % WEEK + WEEK : WEEK, key = `${window.rule} ${window.thing} ${at}`
    let found = measured.get(key)
    if (found === undefined) measured.set(key, found = measuredOf(planned, still, random, { ...window, at }))
    return found
  }
  const whole = wholeYear(still), results = year.map((window): WindowResult => ({ ...window, skipped: whole.skipped.has(keyOf(window)), ...measure(window) })), touches = arraysTouched(scenario)
  const taken = results.filter(({ skipped }) => !skipped), close = tooClose(taken, touches)
  return {
    schema: CALENDAR_SCHEMA, hotspare, file, variant, epoch: dateOf(scenario), cycleMicros: cycle, windows: results.filter(({ at }) => at < begin + cycle), drawn: drawnRules(scenario),
    spacing: Object.keys(scenario.configs.md.arrays).flatMap(array => spacingOf(array, taken.filter(window => touches(window).has(array)))),
    exposedPerYear: whole.exposed,
    conflicts: [...withOutages(close, whole.wentDown, taken), ...crews(scenario, taken), ...neverTaken(results)].sort((a, b) => a.at - b.at),
  }
}

type Measured = Omit<WindowResult, keyof Window | 'skipped'>
const keyOf = ({ rule, thing, at }: Window): string => `${rule} ${thing} ${at}`

function measuredOf(planned: Scenario, still: Scenario, random: boolean, window: Window): Measured {
  const mean = windowRunner(still, window)('mean'), run = windowRunner(planned, window), drawn: Passed[] = random ? Array.from({ length: SAMPLES }, (_, i) => run(`calendar/${i}`)) : [mean]
  const settled = p95(drawn.map(each => each.settled ?? Infinity))
  return {
    settledMicros: mean.settled, p95Micros: settled === Infinity ? null : settled,
    exposure: [...mean.exposure].flatMap(([array, own]) => own.micros === 0 ? [] : [{ array, ...own, p95Micros: p95(drawn.map(({ exposure }) => exposure.get(array)?.micros ?? 0)) }]),
    down: [...mean.down].flatMap(([service, micros]) => micros === 0 ? [] : [{ service, micros }]),
  }
}

function p95(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.ceil(0.95 * sorted.length) - 1]!
}

/** Without what fails by chance, and without what was written for one run. */
const onlyCalendar = (scenario: Scenario): Scenario =>
  ({ ...scenario, timeline: [], configs: { ...scenario.configs, fault: Object.fromEntries(entriesOf(scenario.configs.fault).filter(([, rule]) => isFixed(rule))) as Scenario['configs']['fault'] } })

/** Somebody's hours: a window on a Sunday takes longer than one on a Monday. */
const dependsOnHour = ({ configs: { operator, repair } }: Scenario): boolean =>
  operator.some(each => JSON.stringify([each.after ?? 0, each.when ?? 0, each.noticedBy ?? 0]).search(/"byHour"|"cron"/) >= 0) || Object.values(repair.crews).some(({ hours }) => hours !== undefined)

/** The arrays that a window takes a disk from. */
function arraysTouched({ configs: { md, vscsi, hypervisor, component } }: Scenario): (window: Window) => ReadonlySet<string> {
  const fed = dependents(component, hypervisor.guests) as Readonly<Record<string, readonly string[]>>, known = new Map<string, ReadonlySet<string>>()
  const hostsOf = ({ kind, thing }: Window): readonly string[] =>
    kind === 'systemIpl' ? entriesOf(hypervisor.guests).filter(([, { on }]) => on === thing).map(([guest]) => guest) : kind === 'fail' ? fed[thing] ?? [] : kind === 'failDisk' ? [thing.slice(0, thing.indexOf('/'))] : [thing]
  return window => {
    const key = `${window.kind} ${window.thing}`, hosts = hostsOf(window)
    let found = known.get(key)
    if (found === undefined) known.set(key, found = new Set(entriesOf(md.arrays).filter(([, { members, spares }]) =>
      [...members, ...spares].some(place => place !== 'missing' && (window.kind === 'loseSpace' ? place.disk === window.thing : hosts.includes(vscsi.spaces[place.disk]!.host)))).map(([array]) => array)))
    return found
  }
}

function spacingOf(array: string, windows: readonly WindowResult[]): Spacing[] {
  if (windows.length === 0) return []
  const longest = (of: (window: WindowResult) => Micros | null): WindowResult => windows.reduce((worst, each) => (of(each) ?? Infinity) > (of(worst) ?? Infinity) ? each : worst)
  const worst = longest(({ p95Micros }) => p95Micros)
  return [{ array, meanMicros: longest(({ settledMicros }) => settledMicros).settledMicros, p95Micros: worst.p95Micros, thing: worst.thing }]
}

/** Windows of different things that touch the same array, the second within the time that the first needs. */
function tooClose(windows: readonly WindowResult[], touches: (window: Window) => ReadonlySet<string>): Map<string, Conflict> {
  const found = new Map<string, Conflict>()
  windows.forEach((a, i) => {
    for (const b of windows.slice(i + 1)) {
      const gap = b.at - a.at
      if (gap >= (a.p95Micros ?? Infinity)) break
      const shared = [...touches(a)].filter(array => touches(b).has(array))
      if (a.thing === b.thing || shared.length === 0) continue
      const need = a.p95Micros === null ? 'is never in order again by itself' : `is in order again after ${exactly(a.settledMicros ?? a.p95Micros)}${a.p95Micros === a.settledMicros ? '' : ` on average, ${exactly(a.p95Micros)} in 95 of 100 cases`}`
      note(found, pairKey(a, b), { kind: 'spacing', at: b.at, times: 1, says: `${b.rule} of ${b.thing} comes ${gap === 0 ? 'together with' : `${exactly(gap)} after`} ${a.rule} of ${a.thing}, which ${need}; both serve ${shared.join(', ')}` })
    }
  })
  return found
}
const pairKey = (a: Window, b: Window): string => `${a.rule} ${a.thing} ${b.rule} ${b.thing}`

/** Who lets every turn go by, a whole year long, is not maintained at all. */
function neverTaken(windows: readonly WindowResult[]): Conflict[] {
  const taken = new Set(windows.filter(({ skipped }) => !skipped).map(({ rule, thing }) => `${rule} ${thing}`)), found = new Map<string, Conflict>()
  for (const { rule, thing, at, skipped } of windows) if (skipped && !taken.has(`${rule} ${thing}`)) note(found, `${rule} ${thing}`, { kind: 'never', at, times: 1, says: `${rule} never gets to ${thing}: each turn goes by, for a mirror lacks a copy` })
  return [...found.values()]
}

function note(found: Map<string, Conflict>, key: string, conflict: Conflict): void {
  const before = found.get(key)
  found.set(key, before === undefined ? conflict : { ...before, times: before.times + 1 })
}

interface WholeYear { readonly skipped: ReadonlySet<string>; readonly wentDown: readonly { readonly at: Micros; readonly service: string }[]; readonly exposed: CalendarResult['exposedPerYear'] }

/** A year of the calendar and nothing else, all delays at their means. */
function wholeYear(still: Scenario): WholeYear {
  const skipped = new Set<string>(), wentDown: { at: Micros; service: string }[] = []
  const sim = createSim({
    models: stack, world: initialWorld(stack, still.configs), seed: 'calendar', onEntry: ({ at, event }) => {
      if (event.type === 'service.wentDown') wentDown.push({ at, service: event.service })
      else if (event.type === 'fault.skipped') skipped.add(keyOf({ at, rule: event.fault, kind: 'ipl', thing: event.thing }))
    },
  })
  sim.runUntil(YEAR)
  return { skipped, wentDown, exposed: entriesOf(sim.world.service.exposure).map(([array, e]) => ({ array, micros: exposedTime(e, sim.now) })).filter(({ micros }) => micros > 0) }
}

/** Outages that no window causes alone: told with the pair of windows that is too close, or by themselves. */
function withOutages(close: Map<string, Conflict>, wentDown: WholeYear['wentDown'], windows: readonly WindowResult[]): Conflict[] {
  const found = new Map(close)
  for (const { at, service } of wentDown) {
    const open = windows.filter(window => window.at <= at && at < window.at + (window.settledMicros ?? Infinity))
    if (open.length === 0 || open.some(({ down }) => down.some(each => each.service === service))) continue
    const pair = open.flatMap(a => open.map(b => pairKey(a, b))).find(key => close.has(key)), names = [...new Set(open.map(({ rule, thing }) => `${rule} of ${thing}`))]
    if (pair === undefined) note(found, `${service} ${names.join()}`, { kind: 'outage', at, times: 1, says: `${service} goes down: ${names.join(' and ')} at the same time, and nothing has failed` })
    else if (!found.get(pair)!.says.includes(`; ${service} goes down`)) found.set(pair, { ...found.get(pair)!, says: `${found.get(pair)!.says}; ${service} goes down` })
  }
  return [...found.values()]
}

/** A repair that the calendar itself orders, at an hour at which its crew does not begin any. */
function crews(scenario: Scenario, windows: readonly WindowResult[]): Conflict[] {
  const found = new Map<string, Conflict>(), epoch = dateOf(scenario), { fault, repair } = scenario.configs
  for (const { rule, thing, at } of windows) {
    const crew = fault[rule as keyof typeof fault]?.crew, hours = crew === undefined ? undefined : repair.crews[crew]?.hours, wait = hours === undefined ? 0 : untilHours(hours, epoch + at)
    if (wait > 0) note(found, `${rule} ${thing}`, { kind: 'crew', at, times: 1, says: `${rule} of ${thing} waits ${exactly(wait)} for ${crew}, who begins nothing at that hour` })
  }
  return [...found.values()]
}
