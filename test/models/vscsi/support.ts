/** Hosts that serve disks to a client, without mirrors: what the bus is told, and in which order. */
import { createSim } from '../../../src/core/sim.ts'
import { initialWorld } from '../../../src/core/model.ts'
import type { AnyEvent, FactOf, Refusal, RequestOf } from '../../../src/core/model.ts'
import { HOUR, type Micros } from '../../../src/base/time.ts'
import { hypervisor } from '../../../src/models/hypervisor/model.ts'
import { scsi } from '../../../src/models/scsi/model.ts'
import { vscsi } from '../../../src/models/vscsi/model.ts'

export const models = [hypervisor, scsi, vscsi] as const
type Request = RequestOf<(typeof models)[number]>
export type Fact = FactOf<(typeof models)[number]>

export const ibmI = { on: 'power5', os: 'ibm-i', ipl: '10m', abnormalIpl: '30m', shutdown: '5m' }
export const SECTIONS = {
  hypervisor: {
    systems: { power5: {} },
    guests: { i5a: ibmI, i5b: ibmI, vios: { on: 'power5', os: 'vios', start: '4m' }, router: { on: 'power5', os: 'linux', start: '90s' } },
  },
  vscsi: {
    spaces: {
      d1: { host: 'i5a', to: 'router', size: '20 GiB', online: 'auto' },
      d2: { host: 'i5b', to: 'router', sizeGib: 20 },
      d3: { host: 'vios', to: 'router', size: '20 GiB' },
    },
  },
  scsi: { layout: { router: { prep: '8 MiB', root: 'rest' } } },
}

export interface Told { at: Micros; event: AnyEvent & Record<string, unknown>; refusal?: Refusal }

export function lab(sections: { hypervisor: unknown; vscsi: unknown; scsi?: unknown } = SECTIONS, seed: string | number = 1) {
  const told: Told[] = []
  const world = initialWorld(models, {
    hypervisor: hypervisor.config.parse(sections.hypervisor), scsi: scsi.config.parse(sections.scsi ?? {}), vscsi: vscsi.config.parse(sections.vscsi),
  })
  const sim = createSim({ models, world, seed, onEntry: ({ at, event, refusal }) => { told.push({ at, event: event as never, ...(refusal && { refusal }) }) } })
  sim.runUntil(0)
  return {
    sim, told,
    ask: (request: object) => sim.dispatch(request as Request),
    after: (micros: Micros = 10 * HOUR) => sim.runUntil(sim.now + micros),
    all: (type: string) => told.filter(entry => entry.event.type === type),
    path: (disk: string) => sim.world.scsi.disks[disk as never]!.path,
    nwsd: (id: string) => sim.world.vscsi.nwsds[id as never]!,
    device: (disk: string) => {
      const { device } = sim.world.scsi.disks[disk as never]!
      return device === null ? null : sim.world.scsi.devices[device]!
    },
    /** Ends the client and boots it, as the boot model would. */
    reboot() {
      sim.dispatch({ type: 'hypervisor.powerOff', guest: 'router' as never, how: 'vsp-hard' })
      sim.dispatch({ type: 'scsi.busDown', guest: 'router' as never })
      sim.dispatch({ type: 'hypervisor.powerOn', guest: 'router' as never })
      sim.dispatch({ type: 'scsi.busUp', guest: 'router' as never })
      sim.dispatch({ type: 'hypervisor.loadOs', guest: 'router' as never })
      sim.runUntil(sim.now + 2 * 60_000_000)
    },
  }
}
