/** The list of models as a whole: who stands on whom, who answers what, and how much a host's outage costs. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { HOUR, MINUTE, SECOND } from '../../src/base/time.ts'
import type { Model } from '../../src/core/model.ts'
import { stack, type SimRequest } from '../../src/models/stack.ts'
import { property } from '../support/property.ts'
import { anyFault, anyRouter, play, router } from '../support/systems.ts'

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

const verb = (type: string, rest: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> => fc.record({ type: fc.constant(type), ...rest })
const guest = fc.constantFrom('i5a', 'i5b', 'router'), disk = fc.constantFrom('d1', 'd2'), host = fc.constantFrom('i5a', 'i5b')
const asp1 = { host, asp: fc.constant('asp1') }, client = { guest: fc.constant('router') }, nwsd = fc.constantFrom('i5a-router', 'i5b-router')
/** What `anyFault` leaves out: power, spaces and kernels. */
const anyMishap = fc.oneof(
  ...['powerOn', 'ipl', 'crash', 'hang', 'resume', 'suspend', 'enterRestricted', 'bootFromFirmware'].map(each => verb(`hypervisor.${each}`, { guest })),
  ...['systemIpl', 'systemPowerOff', 'systemPowerOn', 'loseManagement'].map(each => verb(`hypervisor.${each}`, { system: fc.constant('power5') })),
  verb('hypervisor.powerOff', { guest }), verb('hypervisor.powerOff', { guest, how: fc.constantFrom('os-immediate', 'vsp-hard'), restart: fc.boolean() }),
  verb('vscsi.varyOn', { nwsd }), verb('vscsi.varyOff', { nwsd }), verb('vscsi.loseSpace', { space: disk }), verb('vscsi.recreateSpace', { space: disk }),
  verb('vscsi.failDisk', asp1), verb('vscsi.repairDisk', asp1), verb('vscsi.migrateClient', client),
  verb('boot.copyPrep', { ...client, from: disk, to: disk }), verb('boot.updateKernel', client), verb('scsi.partitionDisk', { disk }),
) as fc.Arbitrary<SimRequest>

test('whatever people, machines and disks do, and be it at the very same moment, the rules of every model hold after each event', () => {
  const gap = fc.oneof(fc.constantFrom(0, 1, SECOND), fc.integer({ min: 0, max: 30 * MINUTE }))
  const any = anyRouter.chain(sections => fc.array(fc.tuple(gap, fc.oneof({ weight: 2, arbitrary: anyMishap }, { weight: 1, arbitrary: anyFault(sections) })), { maxLength: 30 })
    .map(steps => [sections, steps] as const))
  property(fc.property(any, fc.nat(), ([sections, steps], seed) => {
    let at = 0
    const plan = steps.map(([wait, request]) => ({ at: at += wait, request }))
    play(sections, plan, { seed, until: at + 6 * HOUR, onEntry: (_, sim) => expect(sim.check()).toEqual([]) })
  }), { numRuns: 200 })
})
