import { expect, test } from 'vitest'
import { idsInTitles, semanticsRow } from './semantics.ts'

test('requirements are counted by the titles of tests', () => {
  // The sources are put together here, so that this file is not counted among those that name a requirement.
  const titled = (title: string, call = 'test'): string => `${call}(${title}, () => {})`
  expect([...idsInTitles(titled("'VS-1 VS-3 to VS-5, F2 and DD-54.min x'") + titled('`ND-7`', 'it.each([1])'))]).toEqual(['VS-1', 'VS-3', 'VS-4', 'VS-5', 'F2', 'DD-54', 'ND-7'])
  expect(semanticsRow('VS-1 a\nVS-2 a\nF1 b\n', [titled("'VS-1 x'")])).toMatchObject({
    passed: 1, total: 3, differs: [{ id: 'VS-2' }, { id: 'F1' }], parts: [{ name: 'a VS', passed: 1, total: 2 }, { name: 'b F', passed: 0, total: 1 }],
  })
})
