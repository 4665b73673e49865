/** Arrays as a scenario describes them, on one guest with a disk on each of many hosts: bus and mirrors alone, no adapter, no operator. */
import { createSim, type Commit, type Sim } from '../../../src/core/sim.ts'
import { initialWorld, type EventOf, type RequestOf, type WorldOf } from '../../../src/core/model.ts'
import type { Entry } from '../../../src/core/trace.ts'
import { md } from '../../../src/models/md/model.ts'
import { scsi } from '../../../src/models/scsi/model.ts'

const models = [scsi, md] as const
export type PlannedWorld = WorldOf<typeof models>
export type PlannedRequest = RequestOf<(typeof models)[number]>
export type PlannedEvent = EventOf<(typeof models)[number]>

export interface Plan {
  arrays: Record<string, Record<string, unknown>>
  disks?: number
  layout?: Record<string, string>
  sizeMib?: number
  speed?: Record<string, unknown>
  more?: Record<string, unknown>
  seed?: number
  commit?: Commit<PlannedWorld>
  onEntry?: (entry: Entry<PlannedEvent>) => void
}
export function planned({ arrays, disks = 6, layout = { root: 'rest' }, sizeMib = 128, speed = { rate: 20_000 }, more = {}, seed = 1, commit, onEntry }: Plan): Sim<PlannedWorld, PlannedRequest> {
  const config = {
    scsi: scsi.config.parse({ layout: { router: layout }, disks: Array.from({ length: disks }, (_, i) => ({ disk: `d${i + 1}`, guest: 'router', host: i, sizeKib: sizeMib * 1024 })) }),
    md: md.config.parse({ arrays: Object.fromEntries(Object.entries(arrays).map(([id, one]) => [id, { on: 'router', ...one }])), speed, ...more }),
  }
  return createSim({ models, world: initialWorld(models, config as never) as PlannedWorld, seed, ...(commit && { commit }), ...(onEntry && { onEntry }) })
}
