import { expect, test } from 'vitest'
import fc from 'fast-check'
import { has, mergePatch, replaced } from '../../src/study/patch.ts'
import { property } from '../support/property.ts'

test.each([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }], [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }], [{ a: 'b' }, { a: null }, {}], [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }], [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }], [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }], [['a', 'b'], ['c', 'd'], ['c', 'd']], [{ a: 'b' }, ['c'], ['c']], [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }], [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('RFC 7396, appendix A: %j with %j is %j', (target, patch, result) => {
  expect(mergePatch(target, patch)).toEqual(result)
})

const plain = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.oneof(fc.integer(), fc.dictionary(fc.constantFrom('a', 'b'), fc.integer())))

test('a patch changes nothing of what it is applied to, and twice is as once', () => {
  property(fc.property(plain, plain, (target, patch) => {
    const before = JSON.stringify(target), once = mergePatch(target, patch)
    expect(JSON.stringify(target)).toBe(before)
    expect(mergePatch(once, patch)).toEqual(once)
  }))
})

test('what stands at a path is replaced, and nothing else', () => {
  const study = { faults: { crashes: { mttf: '1000h' } }, operators: [{ after: '10m' }] }
  expect(replaced(study, ['faults', 'crashes', 'mttf'], '2000h')).toEqual({ ...study, faults: { crashes: { mttf: '2000h' } } })
  expect(replaced(study, ['operators', 0, 'after'], '1m')).toEqual({ ...study, operators: [{ after: '1m' }] })
  expect(replaced(study, ['operators', 1, 'after'], '1m')).toBeUndefined()
  expect(has(study, ['faults', 'crash'])).toBe(false)
})
