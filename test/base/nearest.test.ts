/** The word that was probably meant. */
import { expect, test } from 'vitest'
import { lettersBetween, nearest } from '../../src/base/nearest.ts'

test.each([
  ['gests', ['systems', 'guests'], 'guests'], ['advsendadvert', ['AdvSendAdvert', 'AdvSendAdverts'], 'AdvSendAdvert'],
  ['of', ['on', 'off'], 'on'], ['nwsd', ['services', 'md'], undefined], ['md1', ['md1'], undefined],
] as const)('of %s and %j it is %s', (word, known, wanted) => {
  expect(nearest(word, known)).toBe(wanted)
})

test('letters inserted, deleted, replaced or swapped count one each, capitals none', () => {
  expect(['guest', 'gusets', 'guestss', 'guesta', 'GUESTS', 'guests'].map(word => lettersBetween(word, 'guests'))).toEqual([1, 1, 1, 1, 0, 0])
  expect(lettersBetween('a', 'a long word of many letters')).toBe(99)
})
