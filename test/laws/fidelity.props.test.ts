/**
 * A steady network without its advertisements (fidelity state) against one with all of them. While no rest lasts longer than the intervals that
 * are drawn one by one, nothing that anybody could notice may differ, to the microsecond, whatever happens; only advertisements may be missing.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatClock, SECOND } from '../../src/base/time.ts'
import { canonical, type Entry } from '../../src/core/trace.ts'
import type { SimEvent } from '../../src/models/stack.ts'
import { anyNetwork, anyNetworkFault, planOf, restful } from '../support/networks.ts'
import { property } from '../support/property.ts'
import { play, type Plan, type Sections } from '../support/systems.ts'

const OUTCOMES = /^(service\.(?!pingDue)|slaac\.(?!due|standStill|runDown)|ip\.(addressChanged|addressRemoved|routeAdded|routeRemoved|neighbourChanged|replied|pingLost|interface)|hypervisor\.|radvd\.(exited|started|reloaded|disagreed))/
/** What hosts, services and people notice; of one moment in any order. */
const outcomes = (trace: readonly Entry<SimEvent>[]): string[] => trace.flatMap(({ at, event, refusal }) =>
  OUTCOMES.test(event.type) || event.type === 'radvd.advertised' && event.occasion !== 'periodic' ? [`${String(at).padStart(12, '0')} ${formatClock(at)} ${canonical([event, refusal ?? null])}`] : []).sort()
const advertised = (trace: readonly Entry<SimEvent>[]): string[] => trace.flatMap(({ at, event }) => event.type === 'radvd.advertised' ? [`${formatClock(at)} ${event.interface} ${event.to}`] : [])

/** Routers that disagree do not rest: often all say the same. */
const agreed = (sections: Sections): Sections =>
  JSON.parse(JSON.stringify(sections).replaceAll(/AdvValidLifetime \d+/g, 'AdvValidLifetime 200').replaceAll(/AdvPreferredLifetime \d+/g, 'AdvPreferredLifetime 150')) as Sections
const cases = fc.tuple(anyNetwork({ hosts: [1, 6], clones: true }), fc.boolean()).chain(([network, agree]) => planOf(anyNetworkFault(network), { most: 8, span: 320 * SECOND }).map((plan): readonly [Sections, Plan] =>
  [agree ? agreed(network.sections) : network.sections, plan.map(({ at, request }) => ({ at: at + 60 * SECOND, request }))]))

test('a network that comes to rest has the very course of one whose advertisements are all sent', () => {
  let saved = 0, rests = 0, whole = 0
  property(fc.property(cases, fc.nat(100_000), ([sections, plan], seed) => {
    const until = (plan.at(-1)?.at ?? 0) + 40 * SECOND, frames = play(sections, plan, { seed, until }), state = play(restful(sections), plan, { seed, until })
    // A longer rest has another course, of the same distribution.
    fc.pre(state.sim.snapshot().rng['ra length'] === undefined)
    expect(outcomes(state.trace)).toEqual(outcomes(frames.trace))
    const all = new Set(advertised(frames.trace)), some = advertised(state.trace)
    expect(some.filter(text => !all.has(text))).toEqual([])
    saved += all.size - some.length
    whole += all.size
    rests += Object.values(state.sim.world.radvd.rest!.segments).reduce((sum, segment) => sum + segment.rests, 0)
  }), { numRuns: 40 })
  expect(rests, 'networks do come to rest').toBeGreaterThan(10)
  expect(saved).toBeGreaterThan(whole / 20)
})
