/**
 * Builds the machine of a partition: the standard tree of src/shell/furnish.ts, what /proc, /sys and /dev show of the simulated world, and the
 * commands of the console. Works for a world of disks and mirrors alone and for the whole stack. It runs once for each run, and costs next to
 * nothing: whatever can wait is made when somebody looks.
 */
import type { Micros } from '../base/time.ts'
import { rootAccess } from '../models/boot/state.ts'
import type { GuestId } from '../models/hypervisor/state.ts'
import { toBytes } from '../shell/kernel/bytes.ts'
import type { Command } from '../shell/kernel/command.ts'
import type { Kernel } from '../shell/kernel/kernel.ts'
import { Machine, type Costs, type Limits, type System } from '../shell/kernel/machine.ts'
import { failed } from '../shell/kernel/errno.ts'
import { regularFile, unmount, type Directory } from '../shell/kernel/tree.ts'
import { freshRun, furnish, install } from '../shell/furnish.ts'
import { consoleCommands } from './commands/index.ts'
import { addDevices } from './files/dev.ts'
import { procFiles } from './files/proc.ts'
import { sysDirectory } from './files/sys.ts'
import type { Door, Partition } from './partition.ts'
import { VDASD, type Inquiry } from './views/scsi-proc.ts'
import { syncAll } from './volumes.ts'

export interface FurnishOptions {
  /** What is absent is as usual. */
  readonly costs?: { readonly [K in keyof Costs]?: Costs[K] | undefined }
  readonly limits?: Partial<Limits>
  readonly system?: Partial<System>
  /** Microseconds since 1970 at simulated time 0. */
  readonly epoch?: Micros
  /** A stream of the run's seed, by guest. */
  readonly random?: (guest: GuestId) => () => number
  /** What a disk says of itself. */
  readonly inquiry?: Inquiry
  /** The driver of the virtual adapters; default ibmvscsi. */
  readonly driver?: string
  readonly queueDepth?: number
  /** Seconds that sysfs shows as a disk's time limit; default: the model's. */
  readonly timeout?: number
  /** Whether the kernel has /proc/scsi/scsi. Debian's has not; default true. */
  readonly scsiProc?: boolean
  /** Further commands of each partition. */
  readonly commands?: (partition: Partition) => Iterable<Command>
  readonly fstab?: string
  /** Files of each partition, by path; made once, so what scripts change stays changed. */
  readonly files?: Readonly<Record<string, Readonly<Record<string, { readonly text: string }>>>>
}

export function furnishPartition(guest: GuestId, door: Door, kernel: Kernel, { log, touched, media }: Pick<Partition, 'log' | 'touched' | 'media'>, options: FurnishOptions = {}): Partition {
  const machine = new Machine({
    name: guest, clock: () => door.now, ...(options.epoch !== undefined && { epoch: options.epoch }), ...(options.costs && { costs: Object.fromEntries(Object.entries(options.costs).filter(([, micros]) => micros !== undefined)) }), ...(options.limits && { limits: options.limits }),
    ...(options.random && { random: options.random(guest) }), system: { release: '6.1.0-50-powerpc64le', version: '#1 SMP Debian 6.1.176-1 (2026-07-01)', arch: 'ppc64le', ...options.system },
  })
  const partition: Partition = { guest, door, machine, kernel, media, mounts: [], swaps: [], log, touched }
  const { inquiry = VDASD, driver = 'ibmvscsi', queueDepth = 16, timeout, scsiProc = true } = options
  furnish(machine, kernel, {
    proc: function* () { for (const [path, make] of Object.entries(procFiles(partition, { inquiry, scsiProc }))) yield [path, make()] as const },
    ...(options.fstab !== undefined && { fstab: options.fstab }),
  })
  const { root } = machine.tree, dev = root.get('dev') as Directory
  root.set!('sys', sysDirectory(partition, { driver, inquiry, queueDepth, ...(timeout !== undefined && { timeout }) }))
  addDevices(dev, partition)
  // The root can become read-only under a running system; what is in memory cannot.
  const access = () => door.world.boot === undefined ? null : rootAccess(door.world.boot, guest)
  Object.defineProperty(root, 'readOnly', { get: () => access()?.writable === false, enumerable: true, configurable: true })
  for (const name of ['dev', 'run']) (root.get(name) as Directory).readOnly = false
  machine.syslog = ({ tag, text, severity }) => log.says(tag, text, LEVELS.indexOf(severity))
  machine.sync = (p, file) => syncAll(partition, p, file)
  log.attach(machine, () => access()?.writable !== false)
  install(machine, consoleCommands.map(command => command(partition)))
  if (options.commands !== undefined) install(machine, options.commands(partition))
  for (const [path, { text }] of Object.entries(options.files?.[guest] ?? {})) machine.tree.put(path, regularFile(toBytes(text), path.includes('/bin/') || path.includes('/sbin/') || text.startsWith('#!') ? 0o755 : 0o644))
  return partition
}
const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug']

/** The partition ended: what was only in memory is gone. Debian empties /tmp at boot, too. */
export function forgetMemory({ machine, mounts, swaps }: Partition): void {
  const { tree } = machine, { root } = tree
  for (const { target } of mounts.splice(0).reverse()) {
    const at = tree.place(target, root), under = failed(at) ? undefined : at.dir.get(at.name)
    if (under?.kind === 'directory') unmount(under)
  }
  swaps.length = 0
  const run = freshRun()
  root.set!('run', run)
  run.readOnly = false
  for (const where of [root.get('tmp'), (root.get('dev') as Directory).get('shm')])
    if (where?.kind === 'directory') for (const [name] of [...where.list()]) where.delete?.(name)
}
