import { expect, test } from 'vitest'
import fc from 'fast-check'
import { copies, copy } from '../../src/base/readonly.ts'
import { property } from '../support/property.ts'

/** Plain data with objects without a prototype at any depth. */
const { data } = fc.letrec<{ data: unknown }>(tie => ({
  data: fc.oneof({ depthSize: 'small' }, fc.integer(), fc.string(), fc.boolean(), fc.constant(null), fc.array(tie('data'), { maxLength: 4 }),
    fc.tuple(fc.boolean(), fc.dictionary(fc.string().filter(key => key !== '__proto__'), tie('data'), { maxKeys: 4 })).map(([isTable, value]) => isTable ? Object.assign(Object.create(null) as object, value) : { ...value })),
}))
/** Each object's prototype, in the order in which they are met. */
const prototypes = (value: unknown): unknown[] => typeof value !== 'object' || value === null ? [] : [Object.getPrototypeOf(value), ...Object.values(value).flatMap(prototypes)]
const objects = (value: unknown): object[] => typeof value !== 'object' || value === null ? [] : [value, ...Object.values(value).flatMap(objects)]

test.each([['copy', copy], ['copies', <T>(value: T): T => copies(value)()]] as const)('%s: equal, tables are tables, and nothing is shared', (_, copied) => {
  property(fc.property(data, value => {
    const other = copied(value), own = new Set(objects(value))
    expect(other).toEqual(value)
    expect(prototypes(other)).toEqual(prototypes(value))
    expect(objects(other).some(each => own.has(each))).toBe(false)
  }))
})

test('copies are of what was there when they were asked for, and each is another', () => {
  const original = { list: [1] }, make = copies(original)
  original.list.push(2)
  make().list.push(3)
  expect(make()).toEqual({ list: [1] })
})
