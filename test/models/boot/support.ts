/** A mirrored partition on hosts, up to the boot model: nothing above it. */
import { createSim } from '../../../src/core/sim.ts'
import { initialWorld, type AnyEvent, type FactOf, type Refusal, type RequestOf } from '../../../src/core/model.ts'
import { HOUR, type Micros } from '../../../src/base/time.ts'
import { boot } from '../../../src/models/boot/model.ts'
import { rootAccess } from '../../../src/models/boot/state.ts'
import { hypervisor } from '../../../src/models/hypervisor/model.ts'
import { md } from '../../../src/models/md/model.ts'
import { scsi } from '../../../src/models/scsi/model.ts'
import { vscsi } from '../../../src/models/vscsi/model.ts'

export const models = [hypervisor, scsi, vscsi, md, boot] as const
type Request = RequestOf<(typeof models)[number]>
export type Fact = FactOf<(typeof models)[number]>

export interface Options { hosts?: number; spares?: number; boot?: object; swap?: object; layout?: object; guests?: object; start?: string }
const NAMES = ['a', 'b', 'c', 'd']

export function sections({ hosts = 2, spares = hosts - 2, boot: given = {}, swap, layout, guests = {}, start = '90s' }: Options = {}) {
  const disks = NAMES.slice(0, hosts).map((_, i) => `d${i + 1}`), active = disks.slice(0, hosts - spares)
  return {
    hypervisor: {
      systems: { power5: {} },
      guests: {
        ...Object.fromEntries(NAMES.slice(0, hosts).map(name => [`i5${name}`, { on: 'power5', os: 'ibm-i', ipl: '10m', abnormalIpl: '30m', shutdown: '5m' }])),
        router: { on: 'power5', os: 'linux', start, shutdown: '30s' }, ...guests,
      },
    },
    vscsi: { spaces: Object.fromEntries(disks.map((disk, i) => [disk, { host: `i5${NAMES[i]!}`, to: 'router', size: '2 GiB', online: 'auto' }])) },
    scsi: { layout: { router: layout ?? { prep: '8 MiB', swap: '256 MiB', root: 'rest' } } },
    md: { arrays: {
      ...(swap && { md0: { on: 'router', io: 'idle', ...swap } }),
      md1: { on: 'router', raidDevices: active.length, members: active.map(disk => `${disk}/root`), spares: disks.slice(active.length).map(disk => `${disk}/root`), io: { commitEvery: '5s' } },
    } },
    boot: given,
  }
}

export interface Told { at: Micros; event: AnyEvent & Record<string, unknown>; refusal?: Refusal }

export function lab(options: Options = {}, seed: string | number = 1) {
  const given = sections(options), told: Told[] = []
  const world = initialWorld(models, {
    hypervisor: hypervisor.config.parse(given.hypervisor), scsi: scsi.config.parse(given.scsi), vscsi: vscsi.config.parse(given.vscsi),
    md: md.config.parse(given.md), boot: boot.config.parse(given.boot),
  })
  const sim = createSim({ models, world, seed, onEntry: ({ at, event, refusal }) => { told.push({ at, event: event as never, ...(refusal && { refusal }) }) } })
  sim.runUntil(0)
  const run = {
    sim, told,
    ask: (request: object) => sim.dispatch(request as Request),
    /** Several things to guests at one moment. */
    all: (type: string, ...guests: string[]) => guests.map(guest => sim.dispatch({ type, guest } as Request)),
    after: (micros: Micros = 10 * HOUR) => sim.runUntil(sim.now + micros),
    facts: (type: string) => told.filter(entry => entry.event.type === type),
    last: (type: string) => told.findLast(entry => entry.event.type === type)?.event,
    guest: (name = 'router') => sim.world.hypervisor.guests[name as never]!,
    boot: (name = 'router') => sim.world.boot.guests[name as never]!,
    root: () => rootAccess(sim.world.boot, 'router' as never),
    array: (id = 'md1') => sim.world.md.arrays[id as never]!,
    prep: (disk: string) => sim.world.boot.preps[disk as never]!.kernel,
    device: (disk: string) => {
      const { device } = sim.world.scsi.disks[disk as never]!
      return device === null ? null : sim.world.scsi.devices[device]!
    },
  }
  return run
}
