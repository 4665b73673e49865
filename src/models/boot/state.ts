/**
 * The slice of booting: what each PREP partition holds, and for each guest its boot order, its root and what became of it.
 *
 * PREP partitions are not mirrored: each is a copy as of the last `dd`, or of the last kernel update that was made on its disk.
 */
import { entriesOf, table } from '../../base/id.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import { SECOND, type Micros } from '../../base/time.ts'
import type { TimerId } from '../../core/model.ts'
import type { GuestId, HypervisorState } from '../hypervisor/state.ts'
import type { ArrayId, MdState } from '../md/state.ts'
import { partitionCalled, type DiskId, type ScsiState } from '../scsi/state.ts'
import type { BootConfig } from './config.ts'
import { without } from '../../core/signature.ts'

export interface Prep {
  /** Which of the guest's kernels it holds; 0 is older than any counted here, null: none, nothing boots from it. */
  kernel: number | null
}
/** `absent`: not booted, or not from here. `read-only` and `lost` last until the next boot, whatever the array does meanwhile. */
export type RootState = 'good' | 'read-only' | 'lost' | 'absent'

export interface Boot {
  /** null: the root is not on an array, nothing is watched. */
  root: ArrayId | null
  swap: ArrayId | null
  order: DiskId[]
  rootState: RootState
  /** The root array makes its users wait: not down, but not serving. */
  stalled: boolean
  /** Where the running kernel comes from. */
  bootedFrom: DiskId | null
  kernel: number
  newestKernel: number
  /** Disks whose server is there and silent: the booting kernel waits for the first of these. */
  waits: DiskId[]
  timer: TimerId | null
  /** The last root was lost or read-only, or was not found: booting from a good one is news. */
  hurt: boolean
  boots: number
}

export interface BootState {
  guests: Record<GuestId, Boot>
  preps: Record<DiskId, Prep>
  /** Whose root, or swap, an array is. */
  rootOf: Record<ArrayId, GuestId>
  swapOf: Record<ArrayId, GuestId>
  retry: Micros
}

type Below = DeepReadonly<{ hypervisor: HypervisorState; scsi: ScsiState; md: MdState }>

export function initialBoot(config: BootConfig, world: Below): BootState {
  const s: BootState = { guests: table(), preps: table(), rootOf: table(), swapOf: table(), retry: config.retry ?? 10 * SECOND }
  for (const [guest, bus] of entriesOf(world.scsi.buses)) {
    const given = config.guests[guest], runs = world.hypervisor.guests[guest]?.alive !== false
    const root = given?.root === undefined ? rootFrom(world, guest) : given.root === false ? null : given.root
    const order = [...given?.bootOrder ?? bus.disks]
    for (const disk of bus.disks) {
      const content = given?.prep?.[disk] ?? 'current'
      s.preps[disk] = { kernel: content === 'current' ? 1 : content === 'stale' ? 0 : null }
    }
    s.guests[guest] = {
      root, swap: given?.swap ?? null, order, rootState: runs ? 'good' : 'absent', stalled: false,
      bootedFrom: runs ? order[0] ?? null : null, kernel: 1, newestKernel: 1,      waits: [], timer: null, hurt: false, boots: 0,
    }
    if (root !== null) s.rootOf[root] = guest
    if (given?.swap !== undefined) s.swapOf[given.swap] = guest
  }
  return s
}

/** The array with a member on a partition that the layout calls `root`. */
function rootFrom({ scsi, md }: Below, guest: GuestId): ArrayId | null {
  for (const disk of scsi.buses[guest]?.disks ?? []) {
    const partition = partitionCalled(scsi, disk, 'root')
    if (partition === undefined) continue
    for (const [array, { guest: owner, members }] of entriesOf(md.arrays))
      if (owner === guest && members.some(member => member.disk === disk && member.partition === partition.number)) return array
  }
  return null
}

/** What programs of the guest can do with files. Whether the guest runs is another question. */
export function rootAccess(boot: DeepReadonly<BootState>, guest: GuestId): { readable: boolean; writable: boolean; stalled: boolean } {
  const b = boot.guests[guest]
  if (b === undefined) return { readable: true, writable: true, stalled: false }
  return { readable: b.rootState === 'good' || b.rootState === 'read-only', writable: b.rootState === 'good', stalled: b.stalled }
}

export const signature: (slice: DeepReadonly<BootState>) => unknown = without({ books: ['boots'], timers: ['timer'] })
