import { expect, test } from 'vitest'
import { canonical, fingerprint, Fingerprint, firstDifference, Trace, why, type Entry } from '../../src/core/trace.ts'

const entry = (seq: number, cause: number, more: object = {}): Entry => ({ at: 10 * seq, seq, cause, event: { type: 'lamp.lit', lamp: 'hall', n: seq }, ...more } as Entry)
const entries = [entry(0, -1), entry(2, 0), entry(1, 0, { refusal: { status: 1, text: 'no' } }), entry(5, 2), entry(3, 1), entry(9, 5)]

test('a trace gives back the entries it was given, however many', () => {
  const trace = new Trace()
  const many = Array.from({ length: 10_000 }, (_, i) => i % 7 === 0 ? entry(i, i - 1, { refusal: { status: i, text: 'no' } }) : entry(i, i - 1))
  for (const e of many) trace.add(e)
  expect(trace.length).toBe(many.length)
  expect(trace.list()).toEqual(many)
  expect([trace.entry(0), trace.entry(4096), trace.entry(9999), trace.entry(10_000), trace.entry(-1)]).toEqual([many[0], many[4096], many[9999], undefined, undefined])
})

test('why is the chain of causes, nearest first', () => {
  expect(why(entries, 9).map(e => e.seq)).toEqual([9, 5, 2, 0])
  expect(why(entries, 3).map(e => e.seq)).toEqual([3, 1, 0])
  expect(why(entries, 0).map(e => e.seq)).toEqual([0])
  expect(why(entries, 4)).toEqual([])
})

test('a fingerprint notices every change of an entry, their order and their number, but not the order of fields', () => {
  const print = fingerprint(entries)
  expect(fingerprint(entries.map(({ event, ...rest }) => ({ event: Object.fromEntries(Object.entries(event).reverse()), ...rest }) as Entry))).toBe(print)
  const { event } = entries[3]!
  const changed: Entry[][] = [
    entries.slice(0, -1), [entries[1]!, entries[0]!, ...entries.slice(2)], [...entries, entry(10, 9)],
    ...[{ at: 51 }, { seq: 6 }, { cause: 1 }, { event: { ...event, n: 6 } }, { event: { ...event, lamp: 'hal' } }, { event: { ...event, more: null } }, { refusal: { status: 1, text: '' } }]
      .map(change => entries.with(3, { ...entries[3]!, ...change } as Entry)),
  ]
  expect(new Set([print, ...changed.map(fingerprint)]).size).toBe(changed.length + 1)
})

test('a fingerprint can be taken on the way, and is pinned: a change of it would make every recorded one worthless', () => {
  const print = new Fingerprint()
  for (const e of entries) print.add(e)
  expect(print.text()).toBe(fingerprint(entries))
  expect(print.text()).toMatchInlineSnapshot(`"8fe437ec981a2072-6"`)
  expect(fingerprint([])).toMatchInlineSnapshot(`"cbf29ce484222325-0"`)
})

test('the first difference of two traces says where they part, also when one only ends earlier', () => {
  expect(firstDifference(entries, [...entries])).toBeUndefined()
  const other = entries.with(3, entry(5, 2, { at: 51 }))
  expect(firstDifference(entries, other)).toEqual({ index: 3, left: entries[3], right: other[3] })
  expect(firstDifference(entries, entries.slice(0, 5))).toEqual({ index: 5, left: entries[5], right: undefined })
})

test('canonical text is JSON with the fields in order', () => {
  expect(canonical({ b: [1, { d: null, c: 'x"' }], a: true })).toBe('{"a":true,"b":[1,{"c":"x\\"","d":null}]}')
})
