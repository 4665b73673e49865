/** The list of models as a whole: who stands on whom, who answers what, and how much a host's outage costs. */
import { expect, test } from 'vitest'
import { z } from 'zod'
import { HOUR } from '../../src/base/time.ts'
import type { Model } from '../../src/core/model.ts'
import { stack } from '../../src/models/stack.ts'
import { play, router } from '../support/systems.ts'

const models: readonly Model[] = stack
const typesOf = (model: Model): string[] => {
  const schema = model.requests as unknown as { def: { type: string; options?: z.ZodObject<{ type: z.ZodLiteral<string> }>[] } }
  return schema.def.type === 'never' ? [] : schema.def.options!.map(option => option.shape.type.value)
}

test('every model stands only on models before it', () => {
  for (const [i, model] of models.entries()) for (const below of model.uses) {
    expect(models.indexOf(below), `${model.name} uses ${below.name}`).toBeGreaterThanOrEqual(0)
    expect(models.indexOf(below), `${model.name} uses ${below.name}`).toBeLessThan(i)
  }
})

test('every request begins with its model\'s name and is handled there and nowhere else', () => {
  for (const model of models) for (const type of typesOf(model)) {
    expect(type.startsWith(`${model.name}.`)).toBe(true)
    expect(models.filter(other => other.on[type] !== undefined).map(other => other.name)).toEqual([model.name])
  }
  expect(models.flatMap(typesOf).length).toBeGreaterThan(50)
})

test('no model listens to an event of a model it does not use', () => {
  for (const model of models) for (const type of Object.keys(model.on)) {
    const owner = type.slice(0, type.indexOf('.'))
    if (owner !== 'sim') expect([model.name, ...model.uses.map(below => below.name)], `${model.name} hears ${type}`).toContain(owner)
  }
})

test('VS-24 a planned outage of a host is eight events of partitions and virtual SCSI, no more: studies run through millions of them', () => {
  const { trace } = play(router({ hosts: 3 }), [{ at: HOUR, request: { type: 'hypervisor.ipl', guest: 'i5a' as never } }], { until: 3 * HOUR })
  expect(trace.map(({ event }) => event.type).filter(type => /^(hypervisor|vscsi)\./.test(type))).toEqual([
    'hypervisor.ipl', 'hypervisor.shuttingDown', 'vscsi.transportEvent', 'hypervisor.guestDown', 'hypervisor.guestStarting', 'hypervisor.guestUp',
    'vscsi.nwsdChanged', 'vscsi.loggedIn',
  ])
})
