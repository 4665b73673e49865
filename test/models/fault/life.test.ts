/** How long things live, as their author states it; and failures with a common cause. */
import { describe, expect, test } from 'vitest'
import { meanOf, type Distribution } from '../../../src/base/distribution.ts'
import { HOUR, YEAR } from '../../../src/base/time.ts'
import { createSim } from '../../../src/core/sim.ts'
import { runningClocks } from '../../../src/models/fault/clocks.ts'
import { faultConfig } from '../../../src/models/fault/config.ts'
import { afrOfMttf, lifeText, mttfOfAfr } from '../../../src/models/fault/life.ts'
import { initialFaults, type FaultId, type Rule } from '../../../src/models/fault/state.ts'
import { downtime, type ServiceId } from '../../../src/models/service/state.ts'
import { stack } from '../../../src/models/stack.ts'
import { estimate } from '../../support/estimate.ts'
import { play, worldOf, type Sections } from '../../support/systems.ts'
import { caseNamed } from '../../validation/cases.ts'

const host = { on: 'power5', os: 'ibm-i' }
const hosts = (rule: unknown): Sections => ({ hypervisor: { systems: { power5: {} }, guests: { i5a: host, i5b: host, i5c: host } }, fault: { rule } })
const ruleOf = (rule: unknown): Rule => initialFaults(faultConfig.parse({ rule })).rules['rule' as FaultId]!
const covers = (runs: readonly number[], value: number) => {
  const { low, high } = estimate(runs)
  expect(low).toBeLessThan(value)
  expect(high).toBeGreaterThan(value)
}
/** How often something happens in each of so many runs of so many hours, by type and thing. */
function counts(rule: unknown, runs: number, hours: number, counted: (event: { type: string; thing?: string }) => boolean): number[] {
  return Array.from({ length: runs }, (_, seed) => play(hosts(rule), [], { until: hours * HOUR, seed }).trace.filter(({ event }) => counted(event)).length)
}

describe('means', () => {
  test('a MTBF goes from failure to failure: the repair is part of it, and of a MTTF it is not', () => {
    const lasts = { uniform: ['1h', '3h'] }, crashed = ({ type }: { type: string }) => type === 'hypervisor.crash'
    covers(counts({ crash: ['i5a'], mtbf: '10h', lasts }, 30, 2000, crashed), 2000 / 10)
    covers(counts({ crash: ['i5a'], mttf: '10h', lasts }, 30, 2000, crashed), 2000 / 12)
    expect(ruleOf({ crash: ['i5a'], mtbf: '1002h', lasts: { exponential: '2h' } }).upFor).toEqual(ruleOf({ crash: ['i5a'], upFor: { exponential: '1000h' } }).upFor)
  })

  test('afr-024 a share that fails within a year is the rate of an exponential life, and not the yearly rate itself', () => {
    const { parameters, value } = caseNamed('afr-024'), { datasheetMttfHours, fieldArr } = parameters as Record<'datasheetMttfHours' | 'fieldArr', number>
    expect(afrOfMttf(datasheetMttfHours * HOUR) * 100 / value('afrExponentialPercent')).toBeCloseTo(1, 9)
    expect(mttfOfAfr(value('afrExponentialPercent') / 100) / HOUR / datasheetMttfHours).toBeCloseTo(1, 9)
    expect(YEAR / fieldArr / HOUR / value('fieldImpliedMttfHours')).toBeCloseTo(1, 9)
    expect(meanOf(ruleOf({ crash: ['i5a'], afr: '3%' }).upFor!)).toBe(mttfOfAfr(0.03))
    expect(ruleOf({ crash: ['i5a'], afr: 0.03 }).upFor).toEqual(ruleOf({ crash: ['i5a'], afr: '3 %' }).upFor)
  })

  test('a shape changes the law and leaves the mean', () => {
    for (const life of [{ weibull: 1.2 }, { weibull: 0.6 }, { gamma: 2 }, { lognormal: 0.8 }]) {
      const law = ruleOf({ crash: ['i5a'], mttf: '1000h', life }).upFor! as Exclude<Distribution, number>
      expect(Object.keys(law)).toEqual(Object.keys(life))
      expect(meanOf(law) / HOUR).toBeCloseTo(1000, 7)
    }
  })

  test('what was stated is remembered, and told with the law that follows from it', () => {
    const told = (rule: object) => lifeText(ruleOf({ crash: ['i5a', 'i5b'], ...rule }))
    expect(told({ mtbf: '1002h', lasts: '2h' })).toBe('MTBF 1002 h as stated: exponential, mean 1000 h')
    expect(told({ mttf: '1000h', life: { weibull: 1.2 } })).toBe('MTTF 1000 h as stated: Weibull, mean 1000 h, shape 1.2')
    expect(told({ afr: 0.03 })).toBe('AFR 3 % as stated: exponential, mean 287598 h')
    expect(told({ upFor: { exponential: '5000h' }, beta: 0.1 })).toBe('exponential, mean 5000 h, 10 % of the failures are common causes')
    expect(told({ every: '30d' })).toBe(undefined)
  })
})

describe('common causes by a beta factor', () => {
  const rule = { crash: ['i5a', 'i5b', 'i5c'], mttf: '50h', beta: 0.2, lasts: '1s' }

  test('ccf-beta-013 each thing fails at its rate, of which the shocks are the stated share', () => {
    const shared = counts(rule, 20, 2000, ({ type, thing }) => type === 'fault.struck' && thing === '')
    const alone = counts(rule, 20, 2000, ({ type, thing }) => type === 'fault.struck' && thing === 'i5b')
    covers(shared, 2000 / 50 * 0.2)
    covers(alone, 2000 / 50 * 0.8)
  })

  test('a shock takes all things that work in the same moment, and them only', () => {
    const { trace } = play(hosts({ ...rule, lasts: { exponential: '40h' } }), [], { until: 10_000 * HOUR })
    const up = new Set(['i5a', 'i5b', 'i5c'])
    let shocks = 0, spared = 0
    for (const [i, { at, event }] of trace.entries()) {
      if (event.type === 'hypervisor.guestUp') up.add(event.guest)
      if (event.type === 'hypervisor.guestDown') up.delete(event.guest)
      if (event.type !== 'fault.struck' || event.thing !== '') continue
      const crashed = trace.slice(i).filter(later => later.at === at && later.event.type === 'hypervisor.crash').map(later => (later.event as { guest: string }).guest)
      expect(crashed.toSorted()).toEqual([...up].toSorted())
      shocks++
      spared += 3 - up.size
    }
    expect(shocks).toBeGreaterThan(20)
    expect(spared).toBeGreaterThan(10)
  })

  test('whatever a shock hits has one clock afterwards, not two', () => {
    for (const kind of ['crash', 'hang', 'restrict']) {
      const { sim } = play(hosts({ [kind]: ['i5a', 'i5b', 'i5c'], mttf: '20h', beta: 0.5, lasts: { exponential: '5h' } }), [], { until: 3000 * HOUR })
      const waiting = sim.snapshot().pending.filter(({ event }) => event.type === 'fault.struck').map(({ event }) => (event as unknown as { thing: string }).thing)
      expect(new Set(waiting).size).toBe(waiting.length)
      expect(waiting).toContain('')
    }
  })

  test.each([['as published but faster', 50, 0.1], ['another share', 50, 0.3]])('ccf-beta-013 a redundant pair by simulation, %s', (_, mttf, beta) => {
    const mttr = 4, λ = 1 / mttf, μ = 1 / mttr
    // Both up, one up, none, of the chain: both to none at βλ, both to one at 2 (1 - β) λ, one to none at λ, repaired one by one.
    const one = (2 - beta) * λ / μ, none = (beta * λ + one * λ) / (2 * μ), expected = none / (1 + one + none)
    const world = worldOf({
      ...hosts({ crash: ['i5a', 'i5b'], mttf: `${mttf}h`, beta, lasts: { exponential: `${mttr}h` } }),
      service: { services: { serving: { needs: [{ any: [{ guest: 'i5a' }, { guest: 'i5b' }] }] } } },
    })
    const sim = createSim({ models: stack, world, seed: 0 })
    covers(Array.from({ length: 40 }, (_, seed) => {
      sim.restart({ seed })
      sim.runUntil(3 * YEAR)
      return downtime(sim.world.service.services['serving' as ServiceId]!, sim.now) / sim.now
    }), expected)
  })
})

test('a running clock says what law it obeys and when it was wound; what is down has none', () => {
  const { sim } = play(hosts({ crash: ['i5a', 'i5b'], upFor: { exponential: '10h' }, beta: 0.25, lasts: '2h' }), [
    { at: 3 * HOUR, request: { type: 'hypervisor.ipl', guest: 'i5a' as never, down: HOUR } }, { at: 4.5 * HOUR, request: { type: 'hypervisor.crash', guest: 'i5b' as never, down: HOUR } },
  ], { until: 5 * HOUR, seed: 4 })
  const struck = sim.world.fault.rules['rule' as FaultId]!.hits
  expect(struck, 'the seed leaves the hosts alone').toBe(0)
  const clocks = runningClocks(sim.world.fault)
  expect(clocks.map(({ thing, armedAt }) => [thing, armedAt / HOUR])).toEqual([['i5a', 4], ['', 0]])
  expect(clocks.map(({ law }) => meanOf(law) / HOUR)).toEqual([expect.closeTo(10 / 0.75, 9), expect.closeTo(40, 9)])
  const pending = sim.snapshot().pending.map(({ seq }) => seq)
  for (const { timer } of clocks) expect(pending).toContain(timer)
})

test('what does not fit together is refused with the reason', () => {
  const message = (rule: object) => faultConfig.safeParse({ rule: { crash: ['i5a', 'i5b'], ...rule } }).error?.issues.map(issue => issue.message).join('; ') ?? 'accepted'
  const refused: [object, RegExp][] = [
    [{ mttf: '1000h', afr: 0.1 }, /expected one clock/], [{ mttf: '1000h', at: '1h' }, /belong to a calendar/], [{ mttf: '0s' }, /longer than 0s/],
    [{ mtbf: '1000h' }, /expected lasts beside mtbf/], [{ mtbf: '2h', lasts: { exponential: '2h' } }, /longer than the mean of lasts, which is 2 h/],
    [{ mtbf: '1000h', lasts: '2h', crew: 'field' }, /mttf instead of mtbf: how long a repair waits/],
    [{ upFor: '10h', life: { weibull: 2 } }, /life beside mttf or mtbf/], [{ afr: 0.1, life: { weibull: 2 } }, /same every year only if the law is exponential/],
    [{ mttf: '1000h', life: { weibul: 2 } }, /expected the shape of one of/], [{ afr: '120%' }, /more than 0 and less than 1/], [{ afr: 0 }, /more than 0 and less than 1/],
    [{ every: '10h', beta: 0.1 }, /of a calendar, together makes a common cause/], [{ upFor: { weibull: ['10h', 2] }, beta: 0.1 }, /only where lives are exponential/],
    [{ upFor: '10h', beta: 0.1 }, /only where lives are exponential/], [{ mttf: '10h', life: { gamma: 2 }, beta: 0.1 }, /only where lives are exponential/],
    [{ crash: ['i5a'], mttf: '10h', beta: 0.1 }, /two things or more/], [{ mttf: '10h', beta: 0.1, chance: 0.5 }, /beta without chance/], [{ mttf: '10h', beta: 1 }, /more than 0 and less than 1/],
  ]
  for (const [rule, reason] of refused) expect(message(rule), JSON.stringify(rule)).toMatch(reason)
  for (const rule of [{ mttf: '1000h' }, { mtbf: '1000h', lasts: '2h' }, { afr: '3%' }, { upFor: { exponential: '10h' }, beta: 0.1 }]) expect(message(rule)).toBe('accepted')
})
