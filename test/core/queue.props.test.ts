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
  move(seq: number, at: number) {
    const event = this.pending.find(event => event.seq === seq && event.at > this.now)
    if (event !== undefined) event.at = at
    return event !== undefined
  }
  cancel(seq: number) {
    this.pending = this.pending.filter(event => event.seq !== seq)
  }
}

type Step =
  | { do: 'push'; delay: number; times: number }
  | { do: 'take'; times: number; within: number }
  | { do: 'cancel'; which: number; pending: boolean; twice: boolean }
  | { do: 'move'; which: number; pending: boolean; delay: number }
  | { do: 'cancel most'; but: number }
  | { do: 'tick'; times: number; timeout: number }
  | { do: 'churn'; times: number; delay: number }
  | { do: 'reload' }

/** From zero through ties to times eight orders of magnitude apart. */
const delay = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 1e13 }))
/** `most`: how many events are pushed at once. Few of them keep the pool small, so that its tables wrap around all the time. */
const step = (most: number): fc.Arbitrary<Step> => fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('push' as const), delay, times: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: most })) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('take' as const), times: fc.integer({ min: 1, max: 60 }), within: fc.oneof(fc.constant(Infinity), delay) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat(), pending: fc.boolean(), twice: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('move' as const), which: fc.nat(), pending: fc.boolean(), delay }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel most' as const), but: fc.integer({ min: 2, max: 9 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('tick' as const), times: fc.integer({ min: 1, max: 150 }), timeout: delay }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('churn' as const), times: fc.integer({ min: 1, max: 40 }), delay: fc.integer({ min: 0, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reload' as const) }) },
)

/** `grain`: times are multiples of it, so a coarse one makes many of them equal. */
function follow(steps: readonly Step[], capacity: number, spread: number, grain: number) {
  const queue = new EventQueue<number>(capacity), list = new SortedList()
  let now = 0
  const later = (delay: number) => now + delay - delay % grain
  for (const s of steps) {
    if (s.do === 'push')
      for (let i = 0; i < s.times; i++) {
        const at = later(s.delay + (i * spread) % 97)
        expect(queue.push(at, -1, list.next)).toBe(list.push(at))
      }
    else if (s.do === 'cancel') {
      // A pending one, also when it is due; or any number ever given out, taken or cancelled already.
      const seq = s.pending ? list.pending[s.which % list.pending.length]?.seq : s.which % Math.max(1, list.next)
      if (seq === undefined || seq >= list.next) continue
      for (let i = 0; i <= Number(s.twice); i++) queue.cancel(seq)
      list.cancel(seq)
    } else if (s.do === 'move') {
      const seq = s.pending ? list.pending[s.which % list.pending.length]?.seq : s.which % Math.max(1, list.next)
      if (seq === undefined) continue
      const at = later(s.delay) + grain
      expect(queue.move(seq, () => at)).toBe(list.move(seq, at))
    } else if (s.do === 'cancel most') {
      for (const { seq } of [...list.pending]) if (seq % s.but !== 0) {
        queue.cancel(seq)
        list.cancel(seq)
      }
    } else if (s.do === 'tick') {
      // A timeout that is armed and cancelled again and again, beside one from long ago.
      const old = queue.push(later(s.timeout), -1, list.next)
      list.push(later(s.timeout))
      for (let i = 0; i < s.times; i++) {
        const seq = queue.push(later(s.timeout), -1, list.next)
        list.push(later(s.timeout))
        queue.cancel(seq)
        list.cancel(seq)
      }
      queue.cancel(old)
      list.cancel(old)
    } else if (s.do === 'churn') {
      for (let i = 0; i < s.times; i++) {
        queue.push(later(s.delay), -1, list.next)
        list.push(later(s.delay))
        const wanted = list.take(Infinity)
        expect(queue.take(Infinity)).toBe(wanted?.seq)
        now = list.now
      }
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

const grain = fc.constantFrom(1, 5, 5, 1000, 1e12)

test('events come in the order of time, then of number, whatever is pushed, moved, cancelled and taken up again', () => {
  property(fc.property(fc.array(step(90), { minLength: 1, maxLength: 100 }), fc.constantFrom(2, 4, 16), fc.constantFrom(0, 1, 13), grain, follow), { numRuns: 800 })
})

test('the same in a pool so small that it grows, is swept and searched all the time', () => {
  property(fc.property(fc.array(step(2), { minLength: 1, maxLength: 100 }), fc.constantFrom(2, 4), fc.constantFrom(0, 1), grain, follow), { numRuns: 1500 })
})
