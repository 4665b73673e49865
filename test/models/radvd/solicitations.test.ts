import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { solicitationUnits } from '../../conformance/ra-tables-rs.ts'

const units = solicitationUnits(join(import.meta.dirname, '..', '..', 'golden', 'ra'))

describe('recorded solicitations', () => {
  test('there are two tables of fifteen', () => {
    expect(units.length).toBe(30)
  })
  test.each(units)('RD-39 RD-31 $id is answered as radvd answered it', ({ why }) => {
    expect(why).toBeUndefined()
  })
})
