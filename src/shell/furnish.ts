/**
 * A machine with the file tree of a small Debian: links of the merged /usr, what scripts read in /etc, devices, /proc, and every command of
 * tools/index.ts as a program. Nothing here knows what disks or networks there are: whoever builds a partition adds that.
 *
 * Directories are filled as they are looked at: a run furnishes a machine, and a study makes thousands of runs. Tables are shared, nodes never.
 */
import { charDevice, directory, symlink, type Directory, type Node } from './kernel/tree.ts'
import { zeros } from './kernel/bytes.ts'
import { E } from './kernel/errno.ts'
import { programFile, type Command } from './kernel/command.ts'
import type { Machine } from './kernel/machine.ts'
import { ETC, OS_RELEASE } from './furnish/etc.ts'
import { procDirectory, type Processes } from './furnish/proc.ts'
import { shelf, text, type Makers } from './furnish/shelf.ts'
import { COMMANDS } from './tools/index.ts'

export interface Furnishing {
  /** Further files of /proc by their paths there (`mdstat`, `sys/dev/raid/speed_limit_min`); asked for once, their content at each look. */
  readonly proc?: () => Iterable<readonly [path: string, node: Node]>
  /** Instead of the text that says nothing is mounted by it. */
  readonly fstab?: string
}

/** Directories of programs, by path: the same tables for every machine. */
const PROGRAMS = ((): ReadonlyMap<string, Makers> => {
  const dirs = new Map<string, Map<string, () => Node>>([['/usr/bin', new Map()], ['/usr/sbin', new Map()]])
  for (const command of COMMANDS) {
    const dir = (command.dir ?? '/usr/bin').replace(/^\/(s?bin)$/, '/usr/$1')
    if (!dirs.has(dir)) dirs.set(dir, new Map())
    dirs.get(dir)!.set(command.name, () => programFile(command))
  }
  return dirs
})()
const EMPTY: Makers = new Map()
const place = (mode = 0o755) => (): Node => directory({}, mode)
const USR: Makers = new Map<string, () => Node>([
  ['bin', () => shelf(PROGRAMS.get('/usr/bin')!)], ['sbin', () => shelf(PROGRAMS.get('/usr/sbin')!)],
  ['lib', () => directory({ 'os-release': text(OS_RELEASE)(), modules: directory(), systemd: directory(), udev: directory() })], ['lib64', place()], ['libexec', place()], ['share', place()], ['src', place()], ['include', place()],
  ['local', () => directory({ bin: directory(), sbin: directory(), lib: directory(), etc: directory(), share: directory() })],
])
const VAR: Makers = new Map<string, () => Node>([
  ['log', () => directory({ syslog: text('', 0o640)(), 'kern.log': text('', 0o640)() })], ['lib', place()], ['cache', place()], ['backups', place()], ['local', place()], ['opt', place()],
  ['spool', () => directory({ cron: directory({ crontabs: directory({}, 0o1730) }), mail: symlink('../mail') })], ['mail', place(0o2775)], ['tmp', place(0o1777)],
  ['run', () => symlink('/run')], ['lock', () => symlink('/run/lock')],
])

/** Puts the standard tree into a machine and its commands with it. */
export function furnish(machine: Machine, processes: Processes, furnishing: Furnishing = {}): Machine {
  const { root } = machine.tree, add = (name: string, node: Node): void => root.set!(name, node)
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) add(name, symlink(`usr/${name}`))
  add('usr', shelf(USR))
  add('etc', shelf(etc(machine, furnishing)))
  add('var', shelf(VAR))
  add('dev', devices(machine))
  add('proc', procDirectory(machine, processes, furnishing.proc))
  add('sys', directory({ class: directory(), block: directory(), devices: directory(), module: directory(), kernel: directory() }, 0o555))
  add('run', freshRun())
  add('tmp', directory({}, 0o1777))
  add('root', directory({}, 0o700))
  for (const name of ['home', 'mnt', 'media', 'opt', 'srv', 'boot']) add(name, shelf(EMPTY))
  return machine
}
/** /run as it is after a boot. */
export const freshRun = (): Directory => directory({ lock: directory({}, 0o1777), shm: symlink('/dev/shm'), user: directory(), mount: directory() })

/** Further commands of one machine: those that need to know its partition. */
export function install(machine: Machine, commands: Iterable<Command>): void {
  const dirs = new Map<string, Directory>()
  for (const command of commands) {
    const path = command.dir ?? '/usr/bin'
    let dir = dirs.get(path)
    if (dir === undefined) dirs.set(path, dir = machine.tree.mkdirs(path))
    dir.set!(command.name, programFile(command))
  }
}

function etc(machine: Machine, { fstab }: Furnishing): Makers {
  const makers = new Map(ETC)
  makers.set('hostname', text(`${machine.hostname}\n`))
  makers.set('hosts', text(`127.0.0.1\tlocalhost\n127.0.1.1\t${machine.hostname}\n\n::1\tlocalhost ip6-localhost ip6-loopback\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n`))
  if (fstab !== undefined) makers.set('fstab', text(fstab))
  return makers
}

/** /dev with what every machine has; disks are added by whoever knows them. */
function devices(machine: Machine): Directory {
  const noise = (max: number): string => {
    let bytes = ''
    while (bytes.length < max) {
      const drawn = Math.floor(machine.random() * 0x1000000)
      bytes += String.fromCharCode(drawn >> 16, drawn >> 8 & 255, drawn & 255)
    }
    return bytes.slice(0, max)
  }
  const link = (target: string) => (): Node => symlink(target)
  return shelf(new Map<string, () => Node>([
    ['null', () => charDevice(1, 3, {})],
    ['zero', () => charDevice(1, 5, { read: (_p, max) => zeros(max) })],
    ['full', () => charDevice(1, 7, { read: (_p, max) => zeros(max), write: () => E.ENOSPC })],
    ['random', () => charDevice(1, 8, { read: (_p, max) => noise(max) })],
    ['urandom', () => charDevice(1, 9, { read: (_p, max) => noise(max) })],
    // No terminal is attached: opening it fails with ENXIO, as under cron.
    ['tty', () => ({ ...charDevice(5, 0, {}), char: undefined } as unknown as Node)],
    ['console', () => charDevice(5, 1, {}, 0o600)],
    ['fd', link('/proc/self/fd')], ['stdin', link('/proc/self/fd/0')], ['stdout', link('/proc/self/fd/1')], ['stderr', link('/proc/self/fd/2')],
    ['shm', place(0o1777)], ['pts', place()], ['disk', place()], ['mapper', place()],
  ]))
}
