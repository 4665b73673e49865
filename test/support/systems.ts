/**
 * Random systems and fault plans for the laws and properties: a mirrored partition on two to four storage hosts, as people would write
 * it, and requests from outside at random times. Everything goes through the models' own schemas, as a scenario does.
 */
import fc from 'fast-check'
import { initialWorld, type ConfigsOf } from '../../src/core/model.ts'
import { createSim, type Commit, type Sim } from '../../src/core/sim.ts'
import { Trace, type Entry } from '../../src/core/trace.ts'
import { HOUR, MINUTE, SECOND, type Micros } from '../../src/base/time.ts'
import { stack, type SimEvent, type SimRequest, type World } from '../../src/models/stack.ts'

/** The sections of a scenario by model, as written. */
export type Sections = Record<string, unknown>
export interface PlanStep { readonly at: Micros; readonly request: SimRequest }
export type Plan = readonly PlanStep[]

/** The sections through the schemas: what `createSim` needs to begin. */
export function worldOf(sections: Sections): World {
  const configs = Object.fromEntries(stack.map(model => [model.name, (model.config as { parse(input: unknown): unknown }).parse(sections[model.name] ?? blankOf(model.name))]))
  return initialWorld(stack, configs as ConfigsOf<typeof stack>) as World
}
const blankOf = (name: string): unknown => name === 'operator' ? [] : {}

/** More events of one moment than this are a circle. */
const MOST_AT_ONCE = 5000

export interface Run { readonly sim: Sim<World, SimRequest>; readonly trace: readonly Entry<SimEvent>[] }
export interface PlayOptions { seed?: string | number; until: Micros; commit?: Commit<World>; onEntry?: (entry: Entry<SimEvent>, sim: Sim<World, SimRequest>) => void }

/** Plays a plan to its end and keeps the trace. */
export function play(sections: Sections, plan: Plan, { seed = 1, until, commit, onEntry }: PlayOptions): Run {
  const trace = new Trace<SimEvent>()
  let last = -1, atOnce = 0
  const sim: Sim<World, SimRequest> = createSim({
    models: stack, world: worldOf(sections), seed, ...(commit && { commit }),
    onEntry: entry => {
      trace.add(entry)
      if (entry.at !== last) atOnce = 0
      else if (++atOnce > MOST_AT_ONCE) throw new Error(`time stands still at ${entry.at} with ${entry.event.type}`)
      last = entry.at
      onEntry?.(entry, sim)
    },
  })
  for (const { at, request } of plan) sim.schedule(at, request)
  sim.runUntil(until)
  return { sim, trace: trace.list() }
}

export interface RouterOptions {
  hosts: number
  raidDevices?: number
  swap?: boolean
  bitmap?: boolean
  ipl?: string
  sizeMib?: number
  operators?: unknown[]
  io?: unknown
  online?: 'auto' | 'manual'
}

/** The founding layout: hosts i5a, i5b, …, one storage space each, arrays md1 (root) and md0 (swap) on the same disks. */
export function router({ hosts, raidDevices = 2, swap = true, bitmap = false, ipl = '10m', sizeMib = 2048, operators = [], io = { commitEvery: '5s' }, online = 'auto' }: RouterOptions): Sections {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].slice(0, hosts), disks = names.map((_, i) => `d${i + 1}`)
  const array = (partition: string, pattern: unknown) => ({
    on: 'router', raidDevices, members: disks.slice(0, raidDevices).map(disk => `${disk}/${partition}`),
    spares: disks.slice(raidDevices).map(disk => `${disk}/${partition}`), io: pattern, ...(bitmap && { bitmap: 'internal' }),
  })
  return {
    hypervisor: {
      systems: { power5: {} },
      guests: { ...Object.fromEntries(names.map(name => [`i5${name}`, { on: 'power5', os: 'ibm-i', ipl }])), router: { on: 'power5', os: 'linux' } },
    },
    vscsi: { spaces: Object.fromEntries(disks.map((disk, i) => [disk, { host: `i5${names[i]!}`, to: 'router', size: `${sizeMib + 64} MiB`, online }])) },
    scsi: { layout: { router: { prep: '8 MiB', swap: '32 MiB', root: 'rest' } } },
    md: { arrays: { ...(swap && { md0: array('swap', 'idle') }), md1: array('root', io) } },
    service: { services: { routing: { needs: [{ guest: 'router' }, { arrayWritable: 'md1' }, { arrayReadable: 'md1' }] } } },
    operator: operators,
  }
}

/** Brings every disk back as soon as its host serves it again, one round per return. */
export const diligent = (more: Readonly<Record<string, unknown>> = {}): unknown =>
  ({ name: 'diligent', on: 'router', when: { type: 'scsi.pathRestored' }, after: '5s', do: 'recover', ...more })

export const hostsOf = (sections: Sections): string[] =>
  Object.keys((sections.hypervisor as { guests: Record<string, unknown> }).guests).filter(name => name.startsWith('i5'))

/** What may go wrong by itself within hours, so that a plan of half a day meets some of it. */
const ANY_FAULTS: readonly Sections[] = [
  {}, {},
  { crashes: { crash: ['i5a', 'i5b'], upFor: { exponential: '4h' }, lasts: { uniform: ['1m', '30m'] } } },
  { pairs: { crash: ['i5a', 'i5b'], mtbf: '5h', beta: 0.3, lasts: { after: '1m', then: { gamma: { mean: '20m', shape: 2 } } } }, boards: { hang: ['i5a', 'router'], mttf: '6h', life: { weibull: 2 }, lasts: '5m' } },
  { hangs: { hang: ['i5a', 'router'], upFor: { weibull: ['5h', 1.5] }, lasts: { exponential: '5m' } }, reboots: { ipl: ['router'], every: '5h' } },
  { calendar: { ipl: ['i5a', 'i5b'], every: '4h', at: '1h', stagger: '20m' }, saves: { restrict: ['i5b'], every: '3h', lasts: '10m' } },
  { power: { crash: ['i5a', 'i5b', 'router'], every: { exponential: '5h' }, together: true, chance: 0.7 }, spaces: { loseSpace: ['d1'], upFor: { exponential: '6h' }, lasts: '30m' } },
  { disks: { failDisk: ['i5a/asp1'], upFor: '5h', lasts: '1h', part: 'spare' }, monday: { ipl: ['i5b'], on: 'Mon 06:00', lasts: '10m', unless: 'degraded' } },
  { feeds: { fail: ['feeda', 'feedb'], upFor: { exponential: '3h' }, lasts: { exponential: '1h' }, crew: 'field' }, boards: { crash: ['i5a', 'router'], upFor: { exponential: '5h' }, lasts: '40m', crew: 'field', part: 'spare' } },
  { disks: { failDisk: ['i5a/asp1'], upFor: '5h', lasts: '1h' }, system: { systemIpl: ['power5'], every: '7h', lasts: '10m' } },
]

/** What stands outside, and who repairs it: two feeds of a host, one of them by way of another, and too few hands and parts. */
const outside: Sections = {
  component: { feeda: { feeds: ['i5a'] }, feedb: { feeds: ['feedc', 'i5b'] }, feedc: { feeds: ['i5a'] } },
  repair: { crews: { field: { hours: '01:00-09:00' } }, parts: { spare: { stock: 1, leadTime: { uniform: ['10m', '5h'] } } } },
}

/** A random system: two to four hosts, one or two spares or none, with or without swap, bitmap, an operator, faults of its own. */
export const anyRouter: fc.Arbitrary<Sections> = fc.record({
  hosts: fc.integer({ min: 2, max: 4 }),
  raidDevices: fc.constantFrom(2, 2, 2, 3),
  swap: fc.boolean(),
  bitmap: fc.boolean(),
  sizeMib: fc.constantFrom(256, 2048, 20480),
  online: fc.constantFrom('auto' as const, 'auto' as const, 'manual' as const),
  io: fc.constantFrom<unknown>('idle', { commitEvery: '5s' }),
  operators: fc.constantFrom<unknown[]>([], [diligent()], [diligent({ slips: { skip: 0.2, wrongHalf: 0.1, twice: 0.1, swap: 0.2 } })],
    [{ name: 'hourly', on: 'router', noticedBy: { poll: '1h' }, do: 'recover', takes: '20s' }], [diligent({ after: { byHour: [{ hours: 'Mon 02:00-08:00', after: '5s' }], otherwise: { exponential: '20m' } } })]),
  fault: fc.constantFrom(...ANY_FAULTS),
  stallTolerance: fc.constantFrom('0s', '0s', '3m'),
}).map(({ fault, stallTolerance, ...options }) => {
  const sections = router({ ...options, raidDevices: Math.min(options.raidDevices, options.hosts) })
  const needs = [{ guest: 'router' }, { arrayWritable: 'md1' }, { rootWritable: 'router' }]
  return { ...sections, ...outside, fault, service: { services: { routing: { needs, stallTolerance }, mail: { needs: [{ any: [{ service: 'routing' }, { arrayRedundant: 'md1' }] }] } } } }
})

/** What may hit a system of `router` from outside, the wrong and the useless included. */
export function anyFault(sections: Sections): fc.Arbitrary<SimRequest> {
  const hosts = hostsOf(sections), disks = hosts.map((_, i) => `d${i + 1}`), arrays = Object.keys((sections.md as { arrays: object }).arrays)
  const guest = fc.constantFrom(...hosts), anyGuest = fc.constantFrom(...hosts, 'router'), disk = fc.constantFrom(...disks), array = fc.constantFrom(...arrays)
  const device = fc.constantFrom('sda2', 'sda3', 'sdb2', 'sdb3', 'sdc2', 'sdc3', 'sdd3'), name = fc.constantFrom('sda', 'sdb', 'sdc', 'sdd')
  const host = fc.integer({ min: 0, max: hosts.length })
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ type: fc.constant('hypervisor.ipl' as const), guest }) },
    { weight: 3, arbitrary: fc.record({ type: fc.constant('hypervisor.crash' as const), guest: anyGuest }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('hypervisor.hang' as const, 'hypervisor.resume' as const), guest: anyGuest }) },
    fc.record({ type: fc.constantFrom('hypervisor.powerOn' as const, 'hypervisor.enterRestricted' as const, 'hypervisor.leaveRestricted' as const), guest }),
    fc.record({ type: fc.constant('hypervisor.ipl' as const), guest: fc.constant('router') }),
    fc.record({ type: fc.constantFrom('scsi.losePath' as const, 'scsi.silencePath' as const, 'scsi.breakMedium' as const, 'scsi.restorePath' as const), disk }),
    fc.record({ type: fc.constant('scsi.scan' as const), guest: fc.constant('router'), host }),
    fc.record({ type: fc.constant('scsi.deleteDevice' as const), guest: fc.constant('router'), name }),
    { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('md.fail' as const, 'md.remove' as const, 'md.add' as const, 'md.reAdd' as const), array, device }) },
    fc.record({ type: fc.constantFrom('md.read' as const, 'md.write' as const, 'md.stop' as const), array }),
    ...sections.component === undefined ? [] : [fc.record({ type: fc.constantFrom('component.fail' as const, 'component.repair' as const), component: fc.constantFrom('feeda', 'feedb', 'feedc') })],
    fc.record({ type: fc.constant('md.setSyncAction' as const), array, action: fc.constantFrom('check' as const, 'repair' as const, 'idle' as const) }),
  ) as unknown as fc.Arbitrary<SimRequest>
}

/** Up to `most` requests within `span`; close together as often as far apart, for that is where the trouble is. */
export function anyPlan(sections: Sections, { most = 12, span = 12 * HOUR }: { most?: number; span?: Micros } = {}): fc.Arbitrary<Plan> {
  const gap = fc.oneof(fc.constantFrom(0, 1, SECOND), fc.integer({ min: 0, max: 5 * MINUTE }), fc.integer({ min: 0, max: Math.floor(span / most) }))
  return fc.array(fc.tuple(gap, anyFault(sections)), { minLength: 1, maxLength: most }).map(steps => {
    let at = 0
    return steps.map(([after, request]) => ({ at: at += after, request }))
  })
}

/** A system together with a plan for it. */
export const systemAndPlan = (options?: { most?: number; span?: Micros }): fc.Arbitrary<readonly [Sections, Plan]> =>
  anyRouter.chain(sections => anyPlan(sections, options).map(plan => [sections, plan] as const))
