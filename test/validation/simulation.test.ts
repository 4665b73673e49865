/**
 * Simulations agree with theory: as published, and with parameters a tenth off, several times coarser than the row `validation` of
 * `npm run conformance` asks for. An interval fails to cover with probability 1e-5, all of them together with less than 1e-3.
 */
import { describe, expect, test } from 'vitest'
import { link, survivals, waits, type Intervals, type RaProfile } from './advertised.ts'
import { caseNamed, cases } from './cases.ts'
import { configureTimes } from './configured.ts'
import { estimate, type Aim } from './experiment.ts'
import { families } from './families/index.ts'
import { allAtOnce, oneByOne } from './perturbed.ts'
import { plainly } from './plain.ts'
import { judge } from './row.ts'
import { demandOf, disagrees } from './tolerance.ts'
import type { Figure, Parameters } from './family.ts'

const simulated = cases.flatMap(one => one.expected.filter(figure => figure.simTolerance !== undefined).map(figure => [one.id, figure.metric, one, figure] as const))
const coarse = (aim: Aim): Aim => ({ ...aim, width: Math.min(aim.of === 'one' ? 0.04 : 0.3, 6 * aim.width), confidence: 1 - 1e-5 })

/** What they cost, or that a parameter means little alone. */
const AT_ONCE = new Set(['maintenance', 'ra-period', 'slaac-boot', 'cluster-prism', 'annual-downtime'])

function agrees(family: string, parameters: Parameters, figure: Figure): string | undefined {
  const demand = demandOf(figure)!, experiment = families[family]!.simulated!(parameters)(figure.metric)!, value = families[family]!.analytic(parameters)(figure.metric) as number
  return disagrees({ aim: { ...coarse(demand.aim), events: Infinity } }, value, estimate(experiment, coarse(demand.aim), 12))
}

describe('simulation', () => {
  test.each(simulated.filter(([, , { family }]) => family !== 'raid-latent'))('%s %s by simulation, as published and with parameters a tenth off', (_, __, one, figure) => {
    const others = AT_ONCE.has(one.family) ? [allAtOnce(one.parameters)] : oneByOne(one.parameters)
    for (const { name, parameters } of [{ name: 'as published', parameters: one.parameters }, ...others]) expect(agrees(one.family, parameters, figure), name).toBeUndefined()
  })

  test('raid-latent-scrub-035 by simulation: near the product of failures and defects, with each parameter a tenth off too', () => {
    const { family, parameters, expected: [figure] } = caseNamed('raid-latent-scrub-035'), { simulated, otherwise, near } = families[family]!
    for (const { name, parameters: p } of [{ name: 'as published', parameters }, ...oneByOne(parameters)]) {
      const found = estimate(simulated!(p)(figure!.metric)!, { width: 0.12, of: 'value', confidence: 1 - 1e-5 }, 12), about = otherwise!(p)(figure!.metric) as number
      expect(found.low * (1 - near!), name).toBeLessThan(about)
      expect(found.high * (1 + near!), name).toBeGreaterThan(about)
    }
  })

  test('a simulated figure that is off by more than its interval is told, and so is an interval that is too wide', () => {
    const one = caseNamed('kofn-008'), figure = one.expected.find(({ metric }) => metric === 'availability')!
    expect(judge(one, figure).why).toBeUndefined()
    const demand = demandOf(figure)!, found = judge(one, figure).simulated!
    expect(disagrees(demand, 1 - 1.15 * (1 - (figure.value as number)), found)).toMatch(/does not cover/)
    expect(disagrees(demand, figure.value as number, { ...found, narrow: false })).toMatch(/not narrow enough/)
    expect(found.high - found.low).toBeLessThanOrEqual(2.2 * 0.05 * (1 - (figure.value as number)))
  })
})

describe('what cases ask of simulations', () => {
  test('the words of all cases are understood', () => {
    expect(simulated.filter(([, , , figure]) => demandOf(figure) === undefined)).toEqual([])
    const of = (simTolerance: string) => demandOf({ metric: 'x', value: 1, unit: '1', simTolerance })?.aim
    expect(of('99.9% confidence interval of the simulated estimate must cover the value; relative half-width at most 5% of 1-A')).toMatchObject({ width: 0.05, of: 'complement' })
    expect(of('relative half-width at most 2%')).toMatchObject({ width: 0.02, of: 'value' })
    expect(of('abs 0.005')).toMatchObject({ width: 0.005, of: 'one' })
    expect(of('relative error (1 sigma) at most 5% using at most 10^6 simulated events')).toMatchObject({ width: 0.05, sigma: true, events: 1e6 })
    expect(of('rare-event simulation within 10%, or exact solver')).toMatchObject({ width: 0.1 })
  })

  test('words that are not understood pass nothing', () => {
    const one = caseNamed('kofn-008'), figure = { ...one.expected[0]!, simTolerance: 'about right' }
    expect(judge(one, figure).why).toMatch(/not understood/)
    expect(judge({ ...one, family: 'unheard-of' }, figure).why).toMatch(/no family/)
    expect(judge(one, { ...figure, metric: 'elegance' }).why).toBeDefined()
  })

  test('rare-raid6-027 plain simulation sees nothing, and says at most how likely it is', () => {
    expect(plainly(caseNamed('rare-raid6-027'))).toBeUndefined()
  })
})

describe('advertisements', () => {
  const { minRtrAdvInterval: min, maxRtrAdvInterval: max, advDefaultLifetime: lifetime } = caseNamed('ra-period-019').parameters as Record<string, number>
  const of: Intervals = { min: min!, max: max!, lifetime: lifetime! }, theory = families['ra-period']!.analytic(caseNamed('ra-period-019').parameters)
  const aim = (width: number): Aim => ({ width, of: 'value', confidence: 1 - 1e-5 })

  test.each<RaProfile>(['rfc', 'radvd-2.19'])('ND-8 ra-period-019 after a crash the default route lives on for its lifetime less the age of the last advertisement, profile %s', profile => {
    const seen: number[] = [], found = estimate(survivals(of, profile, seconds => seen.push(seconds)), aim(0.03), 20)
    expect(disagrees({ aim: aim(0.03) }, theory('meanRouteSurvivalAfterCrashSeconds') as number, found)).toBeUndefined()
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(of.lifetime - of.max)
    expect(Math.max(...seen)).toBeLessThanOrEqual(of.lifetime)
    // The ends are reached, the lower one seldom.
    expect(Math.min(...seen)).toBeLessThan(of.lifetime - of.max + 120)
    expect(Math.max(...seen)).toBeGreaterThan(of.lifetime - 30)
  })

  test('ra-period-019 the time between two, profile radvd-2.19', () => {
    expect(disagrees({ aim: aim(0.03) }, theory('meanRaPeriodSeconds') as number, estimate(waits(of, 'radvd-2.19').period, aim(0.03), 12))).toBeUndefined()
    const lan = link('radvd-2.19', of)
    lan.begin('gaps')
    lan.sim.runUntil(lan.sim.now + 400_000 * 1_000_000)
    const gaps = lan.advertisedAt.slice(4).map((at, n) => (at - lan.advertisedAt[n + 3]!) / 1e6)
    expect([Math.min(...gaps) >= of.min, Math.max(...gaps) <= of.max, gaps.length > 900]).toEqual([true, true, true])
  })

  test('ND-40 ND-83 slaac-boot-040: from link up to a usable global address, never sooner and never later than its delays allow', () => {
    const seen: number[] = [], one = caseNamed('slaac-boot-040'), bounds = families['slaac-boot']!.analytic(one.parameters)
    const times = configureTimes({ probes: 1, retrans: 1, hostDelay: 1, raDelay: 0.5 })(seconds => { seen.push(seconds); return seconds })
    for (let i = 0; i < 300; i++) times.run(i)
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(bounds('minSeconds') as number)
    expect(Math.max(...seen)).toBeLessThanOrEqual(bounds('maxSeconds') as number)
    expect(Math.max(...seen) - Math.min(...seen)).toBeGreaterThan(2)
  })
})

describe('rules that the shipped models keep', () => {
  const shipped = (id: string, metric: string) => { const { family, parameters } = caseNamed(id); return families[family]!.otherwise!(parameters)(metric) }
  const expected = (id: string, metric: string) => caseNamed(id).expected.find(figure => figure.metric === metric)!.value as number

  test.each(['a_deprecatedAfter', 'b_removedAfter', 'c_validAfter', 'd_validAfter', 'e_validAfter', 'f_validAfter', 'g_deprecatedAfter', 'g_removedAfter'])(
    'ND-62 ND-63 slaac-lifetimes-020 how long addresses last, and what an advertisement makes of it: %s', metric => {
      expect(shipped('slaac-lifetimes-020', metric)).toBe(expected('slaac-lifetimes-020', metric))
    })

  test.each(['fullResyncSecondsIdle', 'fullResyncSecondsThrottled', 'bitmapResyncSecondsIdle'])('VS-46 md-resync-032 how long md copies: %s', metric => {
    expect(Math.abs(shipped('md-resync-032', metric) as number - expected('md-resync-032', metric))).toBeLessThan(3e-6)
  })

  test('ra-period-019 a graceful stop takes the route away at once, and so many advertisements in a row must be lost before it can expire', () => {
    expect(shipped('ra-period-019', 'routeSurvivalAfterGracefulStopSeconds')).toBe(0)
    expect(shipped('ra-period-019', 'minConsecutiveLossesThatCanExpireRoute')).toBe(expected('ra-period-019', 'minConsecutiveLossesThatCanExpireRoute'))
  })
})
