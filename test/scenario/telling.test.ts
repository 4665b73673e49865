/** Every event has a sentence; docs/events.md lists them all. `npx vitest run test/scenario/telling.test.ts -u` rewrites it. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { simulate } from '../../src/scenario/run.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { requestSchema } from '../../src/scenario/schema.ts'
import { eventTypes, factFields, requestTypes, sentence } from '../../src/scenario/telling/index.ts'
import { stack } from '../../src/models/stack.ts'
import { OUTAGE } from './systems.ts'

interface Option { _zod: { def: { shape: Record<string, { _zod: { def: { type: string; values?: string[] } } }> } } }
const options = (requestSchema(stack) as unknown as { options: Option[] }).options
const requestFields = new Map(options.map(({ _zod }) => [_zod.def.shape['type']!._zod.def.values![0]!, Object.keys(_zod.def.shape).filter(key => key !== 'type')]))

test('whatever may be requested has a sentence', () => {
  expect([...requestFields.keys()].filter(type => !requestTypes.includes(type))).toEqual([])
})

test('whatever happens in an outage is told without a gap in the words', () => {
  const { trace } = simulate(loadScenario(OUTAGE, 'x.yaml').scenario!)
  expect(trace.length).toBeGreaterThan(30)
  for (const { event } of trace) {
    expect(sentence(event)).not.toMatch(/undefined|null|NaN|\[object|\.$/)
    expect(sentence(event)).toMatch(/\S \S/)
    if (event.type !== 'sim.started') expect(eventTypes).toContain(event.type)
  }
})

test('facts have exactly the fields that the table says', () => {
  const { trace } = simulate(loadScenario(OUTAGE, 'x.yaml').scenario!)
  for (const { event } of trace) {
    const fields = factFields.get(event.type)
    if (fields) expect([event.type, Object.keys(event).filter(key => key !== 'type').sort()]).toEqual([event.type, Object.keys(fields).sort()])
  }
})

test('docs/events.md lists every event with its fields', async () => {
  const lines = ['# Events', '', 'What a scenario may name in `expect` (`happens`, `never`, `after`, `refused`) and what the trace holds, by model. Generated from the',
    'tables in `src/scenario/telling`. Requests are imperatives: they may stand in a timeline (`hotspare schema` has the values of their fields).', '']
  for (const { name } of stack) {
    lines.push(`## ${name}`, '', '| event | fields |', '|---|---|')
    for (const type of requestTypes.filter(each => each.startsWith(`${name}.`))) lines.push(`| \`${type}\` (request) | ${(requestFields.get(type) ?? []).map(field => `\`${field}\``).join(', ')} |`)
    for (const [type, fields] of factFields) if (type.startsWith(`${name}.`)) lines.push(`| \`${type}\` | ${Object.keys(fields).map(field => `\`${field}\``).join(', ')} |`)
    lines.push('')
  }
  await expect(lines.join('\n')).toMatchFileSnapshot('../../docs/events.md')
  expect(readFileSync('docs/scenarios.md', 'utf8')).toContain('events.md')
})
