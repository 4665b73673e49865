import { applyPatches } from 'immer'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { copy } from '../../src/base/readonly.ts'
import { DAY, HOUR } from '../../src/base/time.ts'
import { createSim } from '../../src/core/sim.ts'
import { firstDifference, type Entry } from '../../src/core/trace.ts'
import { record, throughImmer } from '../../src/record/history.ts'
import { lampId, toys, toyWorld } from '../core/toys.ts'
import { property } from '../support/property.ts'

const NAMES = ['attic', 'cellar', 'hall']
type Act = { after: number; type: 'lamp.switchOn' | 'lamp.switchOff' | 'lamp.replaceBulb'; lamp: string; later: number | null }
const acts: fc.Arbitrary<Act[]> = fc.array(fc.record({
  after: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5 * DAY })),
  type: fc.constantFrom('lamp.switchOn' as const, 'lamp.switchOff' as const, 'lamp.replaceBulb' as const),
  lamp: fc.constantFrom(...NAMES),
  later: fc.oneof(fc.constant(null), fc.constant(0), fc.integer({ min: 0, max: 3 * DAY })),
}), { maxLength: 12 })

/** A recorded run, with requests dispatched and scheduled on the way, and what really happened, copied after each event. */
function recorded(acts: readonly Act[], every: number) {
  const seen: { world: unknown; at: number }[] = []
  const entries: Entry[] = []
  const recording = record({ models: toys, world: toyWorld(NAMES), seed: 5, every, onEntry: entry => {
    entries.push(entry)
    seen.push({ world: copy(recording.world), at: entry.at })
  } })
  const first = copy(recording.world)
  for (const { after, type, lamp, later } of acts) {
    recording.runUntil(recording.now + after)
    const request = { type, lamp: lampId(lamp) }
    if (later === null) recording.dispatch(request)
    else recording.schedule(recording.now + later, request)
  }
  recording.runUntil(recording.now + 3 * DAY)
  return { recording, entries, seen, first }
}

test('a window of the past shows the events, the world after each, and patches that lead there and back', () => {
  property(fc.property(acts, fc.constantFrom(1, 3, 7, 1024), fc.nat(), fc.nat(), (acts, every, a, b) => {
    const { recording, entries, seen, first } = recorded(acts, every)
    expect(recording.handled).toBe(entries.length)
    const [from, to] = [a % (entries.length + 1), b % (entries.length + 1)].sort((x, y) => x - y) as [number, number]
    const moments = recording.window(from, to)
    expect(firstDifference(moments.map(moment => moment.entry), entries.slice(from, to))).toBeUndefined()
    let before = from === 0 ? first : seen[from - 1]!.world as typeof first
    for (const [i, { world, patches, inverse }] of moments.entries()) {
      expect(world).toEqual(seen[from + i]!.world)
      expect(applyPatches(before, patches)).toEqual(world)
      expect(applyPatches(world, inverse)).toEqual(before)
      before = world
    }
  }), { numRuns: 60 })
})

test('stepping back and forward, also across keyframes, shows each moment as it was', () => {
  const { recording, entries, seen } = recorded([], 4)
  recording.runUntil(30 * DAY)
  const path = [...entries.keys(), ...[...entries.keys()].reverse()]
  for (const index of path) {
    const { entry, world } = recording.moment(index)
    expect(entry).toEqual(entries[index])
    expect(world).toEqual(seen[index]!.world)
  }
})

test('a time is found among the events: the index of the first event after it', () => {
  const { recording, entries } = recorded([], 4)
  recording.runUntil(30 * DAY)
  for (const time of [0, 1, 18 * HOUR - 1, 18 * HOUR, 20 * DAY, 30 * DAY, 99 * DAY])
    expect(recording.indexAfter(time), String(time)).toBe(entries.filter(entry => entry.at <= time).length)
})

test('recording does not change the run, and a recording may begin at a snapshot', () => {
  const plain = createSim({ models: toys, world: toyWorld(NAMES), seed: 5 })
  plain.runUntil(20 * DAY)
  const from = plain.snapshot()
  const recording = record({ models: toys, from, every: 8 })
  expect(recording.handled).toBe(0)
  for (const sim of [plain, recording]) {
    sim.dispatch({ type: 'lamp.switchOff', lamp: lampId('hall') })
    sim.runUntil(60 * DAY)
  }
  expect(recording.world).toEqual(plain.world)
  expect(recording.handled).toBe(plain.handled - from.handled)
  expect(recording.moment(recording.handled - 1).world).toEqual(plain.world)
})

test('committed through immer with freezing, whoever keeps a piece of a slice and writes to it later, throws', () => {
  const kept: { lamp?: { lit: boolean } } = {}
  const nosy = { ...toys[0], on: { ...toys[0].on, 'lamp.lit'(s: any) { if (kept.lamp) kept.lamp.lit = false; else kept.lamp = s.lamps.hall } } }
  const sim = createSim({ models: [nosy], world: { lamp: toyWorld(['hall']).lamp }, seed: 1, commit: throughImmer })
  const flip = () => {
    sim.dispatch({ type: 'lamp.switchOn', lamp: lampId('hall') })
    sim.dispatch({ type: 'lamp.switchOff', lamp: lampId('hall') })
  }
  flip()
  expect(flip).toThrow()
})
