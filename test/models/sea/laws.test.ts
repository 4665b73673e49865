/** The laws of all models, played on a pair of shared Ethernet adapters: the random systems of test/laws have no network. */
import fc from 'fast-check'
import { produce } from 'immer'
import { expect, test } from 'vitest'
import { initialWorld } from '../../../src/core/model.ts'
import { createSim } from '../../../src/core/sim.ts'
import { canonical, type Entry } from '../../../src/core/trace.ts'
import { SECOND } from '../../../src/base/time.ts'
import { hypervisor } from '../../../src/models/hypervisor/model.ts'
import { ip } from '../../../src/models/ip/model.ts'
import { net } from '../../../src/models/net/model.ts'
import { sea } from '../../../src/models/sea/model.ts'
import { vswitch } from '../../../src/models/vswitch/model.ts'
import { property } from '../../support/property.ts'
import { MACS, sectionsOf } from './pair.ts'

const models = [hypervisor, net, vswitch, sea, ip] as const
type Step = [wait: number, request: { type: string }]
const mac = fc.constantFrom(...Object.values(MACS), 'ff:ff:ff:ff:ff:ff')
const requests: fc.Arbitrary<{ type: string }> = fc.oneof(
  fc.record({ type: fc.constantFrom('hypervisor.crash', 'hypervisor.hang', 'hypervisor.resume', 'hypervisor.ipl'), guest: fc.constantFrom('vios1', 'vios2') }),
  fc.record({ type: fc.constantFrom('net.cut', 'net.mend'), link: fc.constantFrom('outside/p1', 'ETHERNET0/vios1.ent3') }),
  fc.record({ type: fc.constant('net.setLink'), link: fc.constantFrom('outside/p1', 'outside/p2'), up: fc.boolean() }),
  fc.record({ type: fc.constant('sea.setMode'), sea: fc.constantFrom('sea1', 'sea2', 'sea3'), mode: fc.constantFrom('auto', 'standby', 'sharing', 'disabled') }),
  fc.tuple(fc.constantFrom('a', 'c', 'x'), mac).map(([from, destination]) => ({
    type: 'net.transmit', ports: [`${from}.eth0`], frame: { destination, source: MACS[from], tags: [], payload: { kind: 'raw', etherType: 0x88b6, bytes: '00' } },
  })))
const steps: fc.Arbitrary<Step[]> = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 * SECOND }), requests), { maxLength: 10 })

function play(list: readonly Step[], more: object = {}): { trace: string[]; world: string; sim: { check(): string[]; snapshot(): unknown; runUntil(at: number): void } } {
  const sections = sectionsOf({ both: { target: '2001:db8::1', spanningTree: '3s' } }), trace: string[] = []
  const configs = Object.fromEntries(models.map(({ name, config }) => [name, (config as { parse(input: unknown): unknown }).parse(sections[name])]))
  const sim = createSim({ models, seed: 1, world: initialWorld(models, configs as never), onEntry: (entry: Entry) => { trace.push(canonical(entry)) }, ...more } as never) as any
  let at = 0
  for (const [wait, request] of list) sim.schedule(at += wait, request)
  sim.runUntil(at + 8 * SECOND)
  return { trace, world: canonical(sim.world), sim }
}

test('in place and through immer a run of a pair is the same, its slices survive JSON, and its rules hold', () => {
  property(fc.property(steps, list => {
    const bare = play(list), drafted = play(list, { commit: produce })
    expect(drafted.trace).toEqual(bare.trace)
    expect(drafted.world).toBe(bare.world)
    expect(canonical(JSON.parse(bare.world))).toBe(bare.world)
    expect(bare.sim.check()).toEqual([])
  }), { numRuns: 5 })
})

test('a refused request changes nothing', () => {
  property(fc.property(steps, list => {
    let before: unknown, after: unknown
    const commit = (world: unknown, recipe: (draft: unknown) => void) => {
      before = world
      return after = produce(world, recipe as never)
    }
    play(list, { commit, onEntry: ({ refusal, event }: Entry) => { if (refusal !== undefined && after !== before) throw new Error(`${event.type} was refused and has changed something`) } })
  }), { numRuns: 5 })
})

test('a snapshot continued equals the run that was not interrupted', () => {
  property(fc.property(steps, list => {
    const { sim } = play(list), snapshot = JSON.stringify(sim.snapshot()), from = JSON.parse(snapshot) as { now: number }
    const again = createSim({ models, from } as never) as any
    for (const each of [again, sim]) each.runUntil(from.now + 8 * SECOND)
    expect(canonical(again.snapshot())).toBe(canonical(sim.snapshot()))
  }), { numRuns: 5 })
})
