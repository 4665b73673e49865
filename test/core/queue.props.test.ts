import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventQueue } from '../../src/core/queue.ts'
import { property } from '../support/property.ts'

/** What the queue must be equal to: a list that is sorted anew before every look at it. */
class SortedList {
  now = 0
  next = 0
  pending: { at: number; seq: number }[] = []
  push(at: number) {
    this.pending.push({ at, seq: this.next })
    return this.next++
  }
  take(until: number) {
    this.pending.sort((a, b) => a.at - b.at || a.seq - b.seq)
    if (this.pending.length === 0 || this.pending[0]!.at > until) return undefined
    this.now = this.pending[0]!.at
    return this.pending.shift()
  }
  cancel(seq: number) {
    this.pending = this.pending.filter(event => event.seq !== seq)
  }
}

type Step =
  | { do: 'push'; delay: number; times: number }
  | { do: 'take'; times: number; within: number }
  | { do: 'cancel'; which: number; twice: boolean }
  | { do: 'reload' }

/** From zero through ties to times eight orders of magnitude apart. */
const delay = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 1e13 }))
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('push' as const), delay, times: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 90 })) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('take' as const), times: fc.integer({ min: 1, max: 60 }), within: fc.oneof(fc.constant(Infinity), delay) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat(), twice: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reload' as const) }) },
)

function follow(steps: readonly Step[], capacity: number, spread: number) {
  const queue = new EventQueue<number>(capacity), list = new SortedList()
  let now = 0
  for (const s of steps) {
    if (s.do === 'push')
      for (let i = 0; i < s.times; i++) {
        const at = now + s.delay + (i * spread) % 97
        expect(queue.push(at, -1, list.next)).toBe(list.push(at))
      }
    else if (s.do === 'cancel') {
      // Any number ever given out: pending, due, taken already, cancelled already.
      const seq = list.next === 0 ? 0 : s.which % (list.next + 2)
      if (seq < list.next) for (let i = 0; i <= Number(s.twice); i++) queue.cancel(seq)
      list.cancel(seq)
    } else if (s.do === 'reload') {
      const pending = queue.list()
      expect(pending.map(({ at, seq }) => ({ at, seq }))).toEqual(list.pending.sort((a, b) => a.at - b.at || a.seq - b.seq))
      queue.load(now, queue.next, pending)
    } else {
      const until = now + s.within
      let empty = false
      for (let i = 0; i < s.times && !empty; i++) {
        const event = queue.take(until), wanted = list.take(until)
        expect(event).toBe(wanted?.seq)
        if (wanted !== undefined) expect([queue.now, queue.seq]).toEqual([wanted.at, wanted.seq])
        else empty = true
      }
      now = empty && until !== Infinity ? until : list.now
      queue.now = list.now = now
    }
  }
  for (let event = queue.take(Infinity); event !== undefined; event = queue.take(Infinity)) expect(event).toBe(list.take(Infinity)?.seq)
  expect(list.take(Infinity)).toBeUndefined()
}

test('events come in the order of time, then of number, whatever is pushed, cancelled and taken up again, in a pool that keeps growing', () => {
  property(fc.property(fc.array(step, { minLength: 1, maxLength: 120 }), fc.constantFrom(2, 4, 16), fc.constantFrom(0, 1, 13),
    (steps, capacity, spread) => follow(steps, capacity, spread)), { numRuns: 1500 })
})
