/** The section `operators:` as people write it, and what is refused. */
import { expect, test } from 'vitest'
import { operatorConfig } from '../../../src/models/operator/config.ts'
import { FACT_FIELDS } from '../../../src/models/operator/heard.ts'

const issues = (operator: object): string => operatorConfig.safeParse([{ on: 'router', ...operator }]).error?.issues.map(issue => JSON.stringify(issue)).join(' ') ?? 'accepted'

test('the shortest operator is careful, recovers what is lost, and hears of nothing', () => {
  expect(operatorConfig.parse([{ on: 'router' }])).toEqual([{ on: 'router', do: 'recover', careful: true, restart: false, shortRemove: false }])
})

test('a misspelt fact, or a field that the fact does not have, is refused instead of waited for', () => {
  expect(issues({ when: { type: 'hypervisor.guestUpp' } })).toMatch(/invalid_value|invalid_union/)
  expect(issues({ when: { type: 'hypervisor.guestUp', gest: 'i5a' } })).toMatch(/gest/)
  expect(issues({ when: { type: 'hypervisor.guestUp', guest: 'i5a' } })).toBe('accepted')
})

test('steps that do not exist, and requests that no model handles, are refused', () => {
  expect(issues({ do: ['fail', 'reboot'] })).not.toBe('accepted')
  expect(issues({ do: [{ do: { type: 'md.format' } }] })).not.toBe('accepted')
  expect(issues({ noticedBy: { poll: '0s' } })).not.toBe('accepted')
  expect(issues({ slips: { skip: 1.5 } })).not.toBe('accepted')
})

test('every fact of the list can be waited for with each of its fields', () => {
  for (const [type, fields] of Object.entries(FACT_FIELDS))
    expect(issues({ when: { type, ...Object.fromEntries(fields.map(field => [field, 'x'])) } }), type).toBe('accepted')
})
