/** Two designs over the same runs: how much narrower pairs make the interval, and the laws of a difference. */
import { describe, expect, test } from 'vitest'
import { Hands, ordersOf } from '../../../src/study/hands.ts'
import { Plan } from '../../../src/study/plan.ts'
import type { StudyResult } from '../../../src/study/result.ts'
import type { Study } from '../../../src/study/study.ts'
import { ComparisonPlan, comparisonOf, independent, pairOf, type ComparisonResult } from '../../../src/study/whatif/comparison.ts'
import { comparisonText } from '../../../src/study/whatif/comparison-text.ts'
import { studyOf } from '../studies.ts'
import { needsAll, parts, PLAIN, planned, SERIES } from './systems.ts'

const STAMP = { hotspare: '0.0.0', repeat: 'hotspare compare a b', ended: 'precise' as const }

function compared(study: Study, precision: number): { result: ComparisonResult; plan: Plan } {
  const methods = study.variants.map(() => PLAIN), main = new ComparisonPlan(new Plan(study, methods), { says: '', share: precision }), hands = new Hands(ordersOf(study, study.variants.map(({ scenario }) => ({ scenario, method: PLAIN }))))
  for (let round = main.next(false); round !== null; round = main.next(false)) for (let run = round.from; run < round.to; run++) study.variants.forEach((_, system) => main.plan.collect(system, hands.run({ system, runs: [run] })[0]!))
  return { result: comparisonOf(main.plan, main.plan.result(STAMP)), plan: main.plan }
}

const series = { ...parts(SERIES, needsAll(Object.keys(SERIES))), yearsPerRun: 5, warmUp: '10d' }
const halved = { 'as it is': {}, 'vios repaired faster': { faults: { 'vios-fails': { lasts: { exponential: '0.25h' } } } } }

test('series-attribution-031 pairs of runs tell what a faster repair saves at least five times as precisely as independent runs, and it is what the closed form says', () => {
  const { result } = compared(studyOf({ ...series, variants: halved }), 0.05), [service] = result.services, { difference, causes, narrowerBy } = service!
  expect(narrowerBy).toBeGreaterThan(5)
  const exact = (0.25 / 2000.25 - 0.5 / 2000.5) * 525_600
  expect(difference.low).toBeLessThan(exact)
  expect(difference.high).toBeGreaterThan(exact)
  expect(causes[0]!.rule).toBe('vios-fails')
  expect(causes.reduce((sum, each) => sum + each.difference.value!, 0)).toBeCloseTo(difference.value!, 6)
  expect(result.changed).toEqual(['faults.vios-fails.lasts.exponential'])
  const text = comparisonText(result).map(line => line.text)
  expect(Math.max(...text.map(line => line.length))).toBeLessThanOrEqual(80)
  expect(text.join('\n')).toMatch(/vios repaired faster saves .* min\/yr/)
})

test('maintenance-021 pairs of runs tell staggered from simultaneous windows nearly three times as precisely as independent runs, which is the closed form of the gain', () => {
  const window = (thing: string, at: string) => ({ fail: [thing], every: '720h', at, lasts: '1h' })
  const study = studyOf({
    system: { component: { hosta: {}, hostb: {}, powera: {}, powerb: {} }, service: { services: { serving: { needs: [{ any: [{ all: needsAll(['hosta', 'powera']) }, { all: needsAll(['hostb', 'powerb']) }] }] } } } },
    faults: { crashes: { fail: ['hosta', 'hostb'], upFor: { exponential: '4000h' }, lasts: { exponential: '6h' } }, first: window('powera', '100h'), second: window('powerb', '460h') },
    variants: { staggered: {}, simultaneous: { faults: { second: window('powerb', '100h') } } }, yearsPerRun: 24, // whole periods
  }), plan = planned(study, 250), { services: [service] } = comparisonOf(plan, plan.result(STAMP)), { difference, narrowerBy } = service!
  // Variances of a year in hours²: both hosts down 6u²; of a window that meets the other host's failure 0.947 u. The first is in both variants, the second in one.
  const u = 6 / 4006, both = 8760 * 6 * u * u, window1 = 2 * 8760 / 720 * 0.947 * u, limit = Math.sqrt((2 * both + window1) / window1)
  expect(limit).toBeCloseTo(2.8, 2)
  // Some 40 double failures of exponential length: the ratio of the two widths has a standard error of 2.45 / 2 / √40 = 20 %; three of them.
  expect(narrowerBy! / limit).toBeGreaterThan(0.4)
  expect(narrowerBy! / limit).toBeLessThan(1.6)
  expect(narrowerBy).toBeGreaterThan(1.5)
  const exact = 731.1774225830501 - 3.3625049196051155, width = difference.high! - difference.low!
  // Twice the half-width: four standard errors, 6e-5.
  expect(Math.abs(difference.value! - exact)).toBeLessThan(width)
})

describe('two variants that crash and come back', () => {
  const study = studyOf({ ...series, yearsPerRun: 1, variants: halved }), [a, b] = study.variants
  const pair = (first: typeof a, second: typeof a): Study => {
    const made = pairOf(study, first!, study, second!)
    if (typeof made === 'string') throw new Error(made)
    return made
  }

  test('the same design twice differs by exactly nothing, in every figure, and that is said', () => {
    const { result } = compared(pair(a, a), 0.05), [service] = result.services
    expect([service!.difference, service!.outages].map(({ value, low, high }) => [value, low, high])).toEqual([[0, 0, 0], [0, 0, 0]])
    expect(service!.variant).toBe('as it is (second)')
    expect(result.changed).toEqual([])
    expect(comparisonText(result).map(({ text }) => text).join('\n')).toMatch(/were down for the\s+same time in every run[^]*The two are the same system/)
  })

  test('swapped, every difference is the negative, after the same runs', () => {
    const { result: there } = compared(pair(a, b), 0.05), { result: back } = compared(pair(b, a), 0.05)
    expect(back.runs).toBe(there.runs)
    there.services.forEach(({ difference, causes }, i) => {
      const other = back.services[i]!
      expect(other.difference.value).toBe(-difference.value!)
      expect(other.difference.low).toBeCloseTo(-difference.high!, 9)
      for (const { rule, difference: part } of causes) expect(other.causes.find(cause => cause.rule === rule)!.difference.value).toBeCloseTo(-part.value!, 9)
    })
  })

  test('as two independent results they have the same best estimate, parts that add up to it, and a wider interval', () => {
    const { result: paired, plan } = compared(pair(a, b), 0.05), whole: StudyResult = plan.result(STAMP), apart = independent(whole, whole.variants[0]!, whole, whole.variants[1]!, '')
    if (typeof apart === 'string') throw new Error(apart)
    const [one, two] = [paired.services[0]!, apart.services[0]!], width = ({ low, high }: { low: number | null; high: number | null }): number => high! - low!
    expect(two.difference.value).toBeCloseTo(one.difference.value!, 9)
    expect(two.causes.reduce((sum, { difference }) => sum + difference.value!, 0)).toBeCloseTo(two.difference.value!, 6)
    expect(width(two.difference)).toBeGreaterThan(5 * width(one.difference))
    expect([two.pairedRuns, two.narrowerBy]).toEqual([0, null])
  })
})
