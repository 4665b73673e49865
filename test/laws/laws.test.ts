/**
 * Laws that every model obeys, played over the whole stack with random systems and fault plans: once with partitions, disks and mirrors,
 * once with switches, routers and hosts. They name no model: a new one is covered as soon as it is in the list and in a system.
 */
import fc from 'fast-check'
import { produce, setAutoFreeze } from 'immer'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSim, type Snapshot } from '../../src/core/sim.ts'
import { canonical, fingerprint, firstDifference, Trace, type Entry } from '../../src/core/trace.ts'
import { formatClock, HOUR, SECOND, type Micros } from '../../src/base/time.ts'
import { stack, type SimEvent, type World } from '../../src/models/stack.ts'
import { property } from '../support/property.ts'
import { networkAndPlan, restful } from '../support/networks.ts'
import { play, systemAndPlan, type Plan, type Sections } from '../support/systems.ts'

/** A world to play in. The frames of a network are many events: fewer and shorter runs tell as much. */
interface Half {
  readonly name: string
  readonly until: Micros
  readonly cases: (most?: number) => fc.Arbitrary<readonly [Sections, Plan]>
  /** How many runs, of so many for the other half. */
  readonly runs: (number: number) => number
  /** Chance, for the unrelated system beside it. */
  readonly chance: object
}
const halves: Half[] = [
  { name: 'disks', until: 14 * HOUR, cases: most => systemAndPlan(most === undefined ? {} : { most }), runs: number => number, chance: { rare: { crash: ['i5a', 'i5b'], upFor: { exponential: '5h' }, lasts: { uniform: ['5m', '40m'] } } } },
  { name: 'networks', until: 50 * SECOND, cases: most => networkAndPlan({ hosts: [2, 5], clones: true, most: most ?? 14, span: 35 * SECOND }).map(([{ sections }, plan]) => [sections, plan] as const), runs: number => Math.ceil(number / 3), chance: {} },
  {
    name: 'networks at rest', until: 120 * SECOND, cases: most => networkAndPlan({ hosts: [1, 3], most: Math.min(20, most ?? 5), span: 100 * SECOND }).map(([{ sections }, plan]) => [restful(sections), plan] as const),
    runs: number => Math.ceil(number / 12), chance: {},
  },
]
const seeds = fc.integer({ min: 0, max: 1_000_000 })

// Whoever keeps a piece of a slice and writes to it later throws.
beforeAll(() => setAutoFreeze(true))
afterAll(() => setAutoFreeze(true))

/** Where two traces part, in words; empty when they do not. */
function parting(left: readonly Entry<SimEvent>[], right: readonly Entry<SimEvent>[]): string {
  const difference = firstDifference(left, right)
  if (difference === undefined) return ''
  const show = (entry: Entry | undefined) => entry === undefined ? 'nothing' : `${formatClock(entry.at)} ${canonical(entry)}`
  return `entry ${difference.index}: ${show(difference.left)} against ${show(difference.right)}`
}

/** Values that JSON would lose or change, and keys that would be iterated out of order. */
function foreign(value: unknown, path = 'world'): string[] {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? [] : [`${path} is ${value}`]
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return []
  if (Array.isArray(value)) return value.flatMap((each, i) => foreign(each, `${path}[${i}]`))
  if (typeof value !== 'object') return [`${path} is ${typeof value}`]
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) return [`${path} is not plain`]
  return Object.entries(value).flatMap(([key, each]) => [...(/^\d+$/.test(key) ? [`${path} has the key ${key}`] : []), ...foreign(each, `${path}.${key}`)])
}

describe.each(halves)('$name', ({ cases, until, runs, chance }) => {
  test('in place and through immer a run is the same', () => {
    property(fc.property(cases(), seeds, ([system, plan], seed) => {
      const inPlace = play(system, plan, { seed, until })
      const drafted = play(system, plan, { seed, until, commit: produce as never })
      expect(parting(inPlace.trace, drafted.trace)).toBe('')
      expect(canonical(drafted.sim.world)).toBe(canonical(inPlace.sim.world))
    }), { numRuns: runs(40) })
  })

  test('the same seed twice gives the same run, also in a simulation that has been used before', () => {
    property(fc.property(cases(), seeds, ([system, plan], seed) => {
      const once = play(system, plan, { seed, until }), again = play(system, plan, { seed, until })
      expect(parting(once.trace, again.trace)).toBe('')
      expect(fingerprint(again.trace)).toBe(fingerprint(once.trace))
      again.sim.restart({ seed })
      for (const { at, request } of plan) again.sim.schedule(at, request)
      again.sim.runUntil(until)
      expect(canonical(again.sim.world)).toBe(canonical(once.sim.world))
    }), { numRuns: runs(40) })
  })

  test('a refusal changes nothing', () => {
    let refusals = 0
    const law = fc.property(cases(25), seeds, ([system, plan], seed) => {
      // immer gives the same object back when a recipe has changed nothing.
      let before: unknown, after: unknown
      const commit = (world: World, recipe: (draft: World) => void): World => {
        before = world
        return after = produce(world, recipe as never) as World
      }
      play(system, plan, {
        seed, until, commit,
        onEntry: ({ refusal, event }) => {
          if (refusal === undefined) return
          refusals++
          expect(after === before, `${event.type} was refused (${refusal.text}) and has changed something`).toBe(true)
        },
      })
    })
    // A plan may have nothing that is refused: few of them may all be so, and then others are drawn.
    for (let round = 0; round < 5 && refusals <= runs(20) / 2; round++) property(law, { numRuns: runs(40) })
    expect(refusals, 'the plans are refused often enough to tell').toBeGreaterThan(runs(20) / 2)
  })

  test('slices are plain data that survives JSON', () => {
    property(fc.property(cases(), seeds, ([system, plan], seed) => {
      let entries = 0
      // Also in between: what only lasts for a moment is in a snapshot of that moment.
      const { sim } = play(system, plan, { seed, until, onEntry: (_, { world }) => { if (++entries % 5 === 0) expect(foreign(world)).toEqual([]) } })
      expect(foreign(sim.world)).toEqual([])
      expect(canonical(JSON.parse(JSON.stringify(sim.world)))).toBe(canonical(sim.world))
    }), { numRuns: runs(100) })
  })

  test('the rules of every model hold after each event of a random plan', () => {
    property(fc.property(cases(25), seeds, ([system, plan], seed) => {
      play(system, plan, {
        seed, until,
        onEntry: ({ at, event }, sim) => {
          const broken = sim.check()
          if (broken.length > 0) throw new Error(`${formatClock(at)} after ${canonical(event)}: ${broken.join('; ')}`)
        },
      })
    }), { numRuns: runs(150) })
  })

  test('a snapshot that went through JSON goes on like the run that was not interrupted', () => {
    property(fc.property(cases(), seeds, fc.integer({ min: 0, max: until }), ([system, plan], seed, middle) => {
      const whole = play(system, plan, { seed, until })
      const { sim } = play(system, plan, { seed, until: middle })
      const snapshot = JSON.parse(JSON.stringify(sim.snapshot())) as Snapshot<World>
      const trace = new Trace<SimEvent>()
      const rest = createSim({ models: stack, from: snapshot, onEntry: trace.add })
      rest.runUntil(until)
      expect(parting(whole.trace.slice(whole.trace.length - trace.length), trace.list())).toBe('')
      expect(canonical(rest.world)).toBe(canonical(whole.sim.world))
      expect(rest.handled).toBe(whole.sim.handled)
    }), { numRuns: runs(40) })
  })

  test('GEN-2 an unrelated system beside it leaves every entry of a system as it was', () => {
    property(fc.property(cases(), cases(), seeds, ([system, plan], [other, otherPlan], seed) => {
      const alone = { ...system, fault: chance }
      const both = beside(alone, renamed({ ...other, fault: chance }))
      const without = play(alone, plan, { seed, until })
      const with_ = play(both, merged(plan, renamed(otherPlan)), { seed, until })
      expect(facts(with_.trace).filter(text => !text.includes(`"${MARK}`))).toEqual(facts(without.trace))
    }), { numRuns: runs(40) })
  })
})

const MARK = 'z-'
/** What happened when, without the numbers, which count all events. */
const facts = (trace: readonly Entry<SimEvent>[]): string[] => trace.map(({ at, event, refusal }) => canonical([at, event, refusal ?? null]))
  .filter(text => !text.includes('sim.started'))

/** Every name of a thing gets the mark in front: of guests, systems, disks, arrays, switches, nodes, services, operators and rules. Prefixes are others. */
function renamed<T>(value: T): T {
  const names = /(^|\/)(i5[a-h]|router|power5|d\d|md\d|routing|mail|diligent|hourly|rare|feed[abc]|field|spare|(?:radvd-)?[hrs]\d|lan|nobody)(?=$|[/.-])/g
  const other = (text: string): string => text.replace(names, `$1${MARK}$2`).replaceAll('fec0:301:', 'fec0:302:')
  const rename = (each: unknown): unknown =>
    typeof each === 'string' ? other(each)
    : Array.isArray(each) ? each.map(rename)
    : typeof each === 'object' && each !== null ? Object.fromEntries(Object.entries(each).map(([key, inner]) => [other(key), rename(inner)]))
    : each
  return rename(value) as T
}

function beside(a: unknown, b: unknown): Sections {
  if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b] as never
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return (a ?? b) as never
  const left = a as Sections, right = b as Sections
  return Object.fromEntries([...new Set([...Object.keys(left), ...Object.keys(right)])].map(key =>
    [key, key in left && key in right ? beside(left[key], right[key]) : left[key] ?? right[key]]))
}

const merged = (a: Plan, b: Plan): Plan => [...a, ...b].toSorted((x, y) => x.at - y.at)
