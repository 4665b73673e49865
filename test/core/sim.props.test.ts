import fc from 'fast-check'
import { produce, setAutoFreeze } from 'immer'
import { expect, test } from 'vitest'
import { DAY, HOUR } from '../../src/base/time.ts'
import type { RequestOf } from '../../src/core/model.ts'
import { createSim, type Commit, type Snapshot } from '../../src/core/sim.ts'
import { fingerprint, firstDifference, Trace, type Entry } from '../../src/core/trace.ts'
import { property } from '../support/property.ts'
import { lamp, lampId, toys, toyWorld } from './toys.ts'

setAutoFreeze(true)
type Request = RequestOf<typeof lamp>
type Input = { at: number; request: Request }
type World = ReturnType<typeof toyWorld>

const NAMES = ['attic', 'cellar', 'hall', 'stairs']
const END = 60 * DAY
const input: fc.Arbitrary<Input> = fc.record({
  at: fc.oneof(fc.integer({ min: 0, max: END }), fc.integer({ min: 0, max: 59 }).map(day => day * DAY + 18 * HOUR)),
  request: fc.record({ type: fc.constantFrom('lamp.switchOn', 'lamp.switchOff', 'lamp.replaceBulb'), lamp: fc.constantFrom(...NAMES, 'nowhere').map(lampId) }),
})
const inputs = fc.array(input, { maxLength: 30 })
const names = fc.subarray(NAMES, { minLength: 1 })
const seed = fc.nat()

function runs(world: World, inputs: readonly Input[], seed: number, commit?: Commit<World>) {
  const entries: Entry[] = []
  const sim = createSim({ models: toys, world, seed, ...(commit && { commit }), onEntry: entry => entries.push(entry) })
  for (const { at, request } of inputs) sim.schedule(at, request)
  return { sim, entries, result: () => ({ world: JSON.stringify(sim.world), print: fingerprint(entries) }) }
}

test('the same seed gives the same trace and the same world; another seed does not', () => {
  property(fc.property(names, inputs, seed, (names, inputs, seed) => {
    const [one, two, other] = [seed, seed, seed + 1].map(seed => runs(toyWorld(names), inputs, seed)) as [ReturnType<typeof runs>, ReturnType<typeof runs>, ReturnType<typeof runs>]
    for (const { sim } of [one, two, other]) sim.runUntil(END)
    expect(two.result()).toEqual(one.result())
    expect(firstDifference(one.entries, two.entries)).toBeUndefined()
    expect(other.result().print).not.toBe(one.result().print)
  }))
})

test('a run in place and a run through immer are the same run, and nothing of immer is left in it', () => {
  property(fc.property(names, inputs, seed, (names, inputs, seed) => {
    const plain = runs(toyWorld(names), inputs, seed), drafted = runs(toyWorld(names), inputs, seed, produce as Commit<World>)
    for (const { sim } of [plain, drafted]) sim.runUntil(END)
    expect(drafted.result()).toEqual(plain.result())
  }), { numRuns: 40 })
})

test('a run that was put away as JSON and taken up again is the run that was never interrupted', () => {
  property(fc.property(names, inputs, seed, fc.integer({ min: 0, max: END }), (names, inputs, seed, cut) => {
    const whole = runs(toyWorld(names), inputs, seed), first = runs(toyWorld(names), inputs, seed)
    whole.sim.runUntil(END)
    first.sim.runUntil(cut)
    const rest = new Trace()
    const second = createSim({ models: toys, from: JSON.parse(JSON.stringify(first.sim.snapshot())) as Snapshot<World>, onEntry: rest.add })
    second.runUntil(END)
    expect(firstDifference(whole.entries, [...first.entries, ...rest.list()])).toBeUndefined()
    expect(second.snapshot()).toEqual(whole.sim.snapshot())
  }))
})

test('a snapshot can be taken between any two events, also of those that are due at the same moment', () => {
  property(fc.property(names, inputs, seed, fc.integer({ min: 0, max: 200 }), (names, inputs, seed, steps) => {
    const whole = runs(toyWorld(names), inputs, seed), first = runs(toyWorld(names), inputs, seed)
    whole.sim.runUntil(END)
    for (let i = 0; i < steps; i++) if (!first.sim.step(END)) break
    const rest = new Trace()
    const second = createSim({ models: toys, from: first.sim.snapshot(), onEntry: rest.add })
    second.runUntil(END)
    expect(firstDifference(whole.entries, [...first.entries, ...rest.list()])).toBeUndefined()
  }))
})

test('a snapshot stays as it was, however the run goes on', () => {
  const { sim } = runs(toyWorld(NAMES), [], 3)
  sim.runUntil(20 * DAY)
  const snapshot = sim.snapshot(), before = JSON.stringify(snapshot)
  sim.runUntil(END)
  createSim({ models: toys, from: snapshot }).runUntil(END)
  expect(JSON.stringify(snapshot)).toBe(before)
})

test('a fork with another seed keeps what is pending and draws anew', () => {
  const { sim } = runs(toyWorld(NAMES), [], 3)
  sim.runUntil(20 * DAY)
  const from = sim.snapshot()
  const [same, fork, again] = [undefined, 4, 4].map(seed => createSim({ models: toys, from, ...(seed !== undefined && { seed }) }))
  expect(fork!.snapshot().pending).toEqual(from.pending)
  for (const sim of [same, fork, again]) sim!.runUntil(END)
  expect(fork!.world).not.toEqual(same!.world)
  expect(again!.world).toEqual(fork!.world)
})

test('a branch is the fork of a snapshot, whatever the simulation has been before; the run it leaves goes on as if nobody had left it', () => {
  property(fc.property(names, inputs, seed, fc.integer({ min: 0, max: 200 }), (names, inputs, seed, steps) => {
    const whole = runs(toyWorld(names), inputs, seed), left = runs(toyWorld(names), inputs, seed), branch = runs(toyWorld(names), inputs, seed + 1)
    whole.sim.runUntil(END)
    for (let i = 0; i < steps; i++) if (!left.sim.step(END)) break
    const fork = createSim({ models: toys, from: left.sim.snapshot(), seed: 'other' })
    branch.sim.runUntil(END / 3)
    branch.sim.branch(left.sim, { seed: 'other' })
    for (const { sim } of [fork, branch].map(each => 'sim' in each ? each : { sim: each })) sim.runUntil(END)
    expect(branch.sim.snapshot()).toEqual(fork.snapshot())
    left.sim.runUntil(END)
    expect(left.result()).toEqual(whole.result())
  }), { numRuns: 40 })
})

test('a timer that gets another time goes off then, and can still be cancelled', () => {
  const { sim, entries } = runs(toyWorld(NAMES), [], 3)
  sim.runUntil(DAY)
  const { burnsOut } = sim.world.lamp.lamps[lampId('attic')]!, at = (name: string) => entries.find(({ event }) => event.type === 'lamp.bulbBurntOut' && 'lamp' in event && event.lamp === name)?.at
  expect(sim.retime(burnsOut!, before => before + 20 * DAY)).toBe(true)
  const [, then] = [sim.retime(burnsOut!, before => before), sim.snapshot().pending.find(({ seq }) => seq === burnsOut)!.at]
  sim.runUntil(END)
  expect(at('attic')).toBe(then)
  expect(sim.retime(burnsOut!, before => before + DAY)).toBe(false)
})

test('a restarted simulation is a new one, also for a fork', () => {
  property(fc.property(names, inputs, seed, seed, (names, inputs, before, seed) => {
    const trace = new Trace()
    const used = createSim({ models: toys, world: toyWorld(names), seed: before, onEntry: trace.add })
    for (const { at, request } of inputs) used.schedule(at, request)
    used.runUntil(END / 2)
    const length = trace.list().length
    used.restart({ seed })
    used.runUntil(END)
    const fresh = runs(toyWorld(names), [], seed)
    fresh.sim.runUntil(END)
    expect(firstDifference(fresh.entries, trace.list().slice(length))).toBeUndefined()
    expect(used.snapshot()).toEqual(fresh.sim.snapshot())

    const from = used.snapshot(), forked = createSim({ models: toys, from }), reference = createSim({ models: toys, from, seed })
    forked.runUntil(2 * END)
    forked.restart({ seed })
    for (const sim of [forked, reference]) sim.runUntil(2 * END)
    expect(forked.snapshot()).toEqual(reference.snapshot())
  }), { numRuns: 40 })
})

test('adding a lamp leaves all entries of the others as they were', () => {
  property(fc.property(fc.subarray(NAMES, { minLength: 1, maxLength: 3 }), inputs, seed, (names, inputs, seed) => {
    const few = runs(toyWorld(names), inputs, seed), more = runs(toyWorld(['garage', ...names, 'roof']), inputs, seed)
    for (const { sim } of [few, more]) sim.runUntil(END)
    const mine = (entries: typeof few.entries) => entries
      .filter(({ event }) => !('lamp' in event && (event.lamp === 'garage' || event.lamp === 'roof')))
      .map(({ at, event, refusal }) => ({ at, event, refusal }))
    expect(mine(more.entries)).toEqual(mine(few.entries))
  }))
})

test('after every event the rules of every model hold', () => {
  property(fc.property(names, inputs, seed, (names, inputs, seed) => {
    const { sim } = runs(toyWorld(names), inputs, seed)
    while (sim.step(END)) expect(sim.check()).toEqual([])
  }))
})
