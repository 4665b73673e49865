/** The network of needs: what is met, seen through the services that are told to change. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { need, serviceConfig, type Need } from '../../../src/models/service/config.ts'
import { buildNetwork, isBearable, isMet, miscounted, setLeaf } from '../../../src/models/service/network.ts'
import type { ServiceId, Truth } from '../../../src/models/service/state.ts'
import { property } from '../../support/property.ts'

const x = 'x' as ServiceId
const networkOf = (...needs: unknown[]) => buildNetwork(serviceConfig.parse({ services: { x: { needs } } }))

test('a service is told only when its own state changes, not for every fact', () => {
  const network = networkOf({ any: [{ guest: 'a' }, { guest: 'b' }] })
  const told: boolean[] = []
  const set = (guest: string, truth: Truth) => setLeaf(network, 'guest', guest, truth, () => told.push(isMet(network.nodes[network.roots[x]!]!)))
  set('a', 'yes')
  set('b', 'yes')
  set('a', 'no')
  set('b', 'no')
  expect(told).toEqual([true, false])
})

test('two of three hosts are enough for a service that needs at least two', () => {
  const network = networkOf({ atLeast: 2, of: [{ guest: 'a' }, { guest: 'b' }, { guest: 'c' }] })
  const root = () => network.nodes[network.roots[x]!]!
  for (const guest of ['a', 'b', 'c']) setLeaf(network, 'guest', guest, 'yes', () => {})
  setLeaf(network, 'guest', 'a', 'no', () => {})
  expect(isMet(root())).toBe(true)
  setLeaf(network, 'guest', 'b', 'waits', () => {})
  expect([isMet(root()), isBearable(root())]).toEqual([false, true])
  setLeaf(network, 'guest', 'c', 'no', () => {})
  expect(isBearable(root())).toBe(false)
})

test('a need that is misspelt, empty, doubled or impossible is refused with what was expected', () => {
  const messages = (value: unknown) => need.safeParse(value).error?.issues.map(issue => issue.message).join('; ') ?? 'accepted'
  expect(messages({ arrayWriteable: 'md1' })).toMatch(/arrayWriteable/)
  expect(messages({})).toMatch(/exactly one need/)
  expect(messages({ guest: 'a', disk: 'd1' })).toMatch(/found guest and disk/)
  expect(messages({ atLeast: 3, of: [{ guest: 'a' }] })).toMatch(/at most 1/)
  expect(messages({ atLeast: 1 })).toMatch(/atLeast and of together/)
})

const guests = ['a', 'b', 'c', 'd']
const anyNeed: fc.Arbitrary<Need> = fc.letrec<{ need: Need }>(tie => ({
  need: fc.oneof({ maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(...guests).map(guest => ({ guest })) as unknown as fc.Arbitrary<Need>,
    fc.array(tie('need'), { minLength: 1, maxLength: 3 }).map(all => ({ all })),
    fc.array(tie('need'), { minLength: 1, maxLength: 3 }).map(any => ({ any })),
    fc.array(tie('need'), { minLength: 1, maxLength: 4 }).chain(of => fc.integer({ min: 1, max: of.length }).map(atLeast => ({ atLeast, of }))),
  ),
})).need

/** The meaning of a need, evaluated as a whole. */
function holds(need: Need, truths: Readonly<Record<string, Truth>>, enough: readonly Truth[]): boolean {
  if ('all' in need) return need.all.every(each => holds(each, truths, enough))
  if ('any' in need) return need.any.some(each => holds(each, truths, enough))
  if ('atLeast' in need) return need.of.filter(each => holds(each, truths, enough)).length >= need.atLeast
  return enough.includes(truths[(need as { guest: string }).guest]!)
}

test('whatever is nested in whatever, counting gives what evaluating gives', () => {
  property(fc.property(fc.array(anyNeed, { minLength: 1, maxLength: 3 }), fc.array(fc.tuple(fc.constantFrom(...guests), fc.constantFrom<Truth>('no', 'waits', 'yes')), { maxLength: 12 }), (needs, changes) => {
    const network = buildNetwork({ services: { [x]: { needs } } })
    const truths: Record<string, Truth> = Object.fromEntries(guests.map(guest => [guest, 'no']))
    for (const [guest, truth] of changes) {
      setLeaf(network, 'guest', guest, truth, () => {})
      truths[guest] = truth
      const root = network.nodes[network.roots[x]!]!
      expect(isMet(root)).toBe(holds({ all: needs }, truths, ['yes']))
      expect(isBearable(root)).toBe(holds({ all: needs }, truths, ['yes', 'waits']))
      expect(miscounted(network)).toBeUndefined()
    }
  }), { numRuns: 150 })
})
