/**
 * /proc of one machine: clocks, what the kernel says of itself, and a directory for each process. `self` is the process that looks.
 * Source: proc(5), Linux 6.1. Memory and processor are of a small partition and never change.
 */
import { MILLISECOND, SECOND, type Micros } from '../../base/time.ts'
import type { Machine } from '../kernel/machine.ts'
import type { Process } from '../kernel/process.ts'
import { signalNumber, type Signal } from '../kernel/signal.ts'
import { directory, dynDirectory, dynFile, symlink, type Directory, type Node } from '../kernel/tree.ts'

/** As much of the kernel as /proc shows. */
export interface Processes { readonly processes: ReadonlyMap<number, Process>; readonly current: Process | null }
type Entry = readonly [string, Node]

/** Clock ticks of 10 ms, as the kernel counts for users. */
const ticks = (micros: Micros): number => Math.floor(micros / (10 * MILLISECOND))
const seconds = (micros: Micros): string => `${Math.floor(micros / SECOND)}.${String(Math.floor(micros / 10_000) % 100).padStart(2, '0')}`
const file = (read: () => string): Node => dynFile({ read })

export function procDirectory(machine: Machine, kernel: Processes, more?: () => Iterable<Entry>): Directory {
  const own = new Map<string, Node>(fixed(machine, kernel)), known = new Map<number, Node>()
  const extra = (): Map<string, Node> => {
    const top = new Map<string, Node>()
    for (const [path, node] of more?.() ?? []) hang(top, path.split('/'), node)
    for (const [path, node] of sysctl(machine)) hang(top, path.split('/'), node)
    return top
  }
  let nested: Map<string, Node> | null = null
  const extras = (): Map<string, Node> => nested ??= extra()
  const ofProcess = (pid: number): Node | undefined => {
    const p = kernel.processes.get(pid)
    if (p?.machine !== machine && pid !== 1) return void known.delete(pid)
    if (!known.has(pid)) known.set(pid, p === undefined ? initDirectory() : processDirectory(machine, p))
    return known.get(pid)
  }
  return dynDirectory(function* () {
    yield* own
    for (const [name, node] of extras()) if (!own.has(name)) yield [name, node] as const
    yield ['1', ofProcess(1)!] as const
    for (const [pid, p] of kernel.processes) if (p.machine === machine) yield [String(pid), ofProcess(pid)!] as const
  }, name => /^\d+$/.test(name) ? ofProcess(Number(name)) : own.get(name) ?? extras().get(name))
}
/** A node at a path of directories in which nothing can be made. */
function hang(top: Map<string, Node>, [name, ...rest]: readonly string[], node: Node): void {
  if (rest.length === 0) return void top.set(name!, node)
  const there = top.get(name!) as (Directory & { readonly entries?: Map<string, Node> }) | undefined
  const entries = there?.entries ?? new Map<string, Node>()
  if (there === undefined) top.set(name!, Object.assign(dynDirectory(() => entries, each => entries.get(each)), { entries }))
  hang(entries, rest, node)
}

function* sysctl(machine: Machine): Iterable<Entry> {
  yield ['sys/kernel/hostname', dynFile({ read: () => `${machine.hostname}\n`, write: bytes => { machine.hostname = bytes.trim(); return undefined } })]
  yield ['sys/kernel/ostype', file(() => 'Linux\n')]
  yield ['sys/kernel/osrelease', file(() => `${machine.system.release}\n`)]
  yield ['sys/kernel/version', file(() => `${machine.system.version}\n`)]
  yield ['sys/kernel/pid_max', file(() => '32768\n')]
  yield ['sys/kernel/random/uuid', file(() => uuid(machine))]
  yield ['sys/vm/drop_caches', dynFile({ write: () => undefined }, 0o200)]
}
function uuid(machine: Machine): string {
  let hex = ''
  for (let i = 0; i < 32; i++) hex += i === 12 ? '4' : i === 16 ? (8 + Math.floor(machine.random() * 4)).toString(16) : Math.floor(machine.random() * 16).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}\n`
}

function* fixed(machine: Machine, kernel: Processes): Iterable<Entry> {
  const { system } = machine, alive = (): Process[] => [...kernel.processes.values()].filter(p => p.machine === machine)
  yield ['uptime', file(() => `${seconds(machine.uptime())} ${seconds(Math.max(0, machine.uptime() - alive().reduce((sum, p) => sum + p.cpu, 0)))}\n`)]
  yield ['version', file(() => `Linux version ${system.release} (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40) ${system.version}\n`)]
  yield ['loadavg', file(() => `0.00 0.00 0.00 ${alive().filter(p => p.waiting === null && !p.stopped).length}/${alive().length + 40} ${Math.max(0, ...alive().map(p => p.pid))}\n`)]
  yield ['meminfo', file(() => MEMINFO)]
  yield ['cpuinfo', file(() => system.arch.startsWith('ppc') ? CPU_POWER : CPU_X86)]
  yield ['cmdline', file(() => 'root=/dev/md0 ro\n')]
  yield ['stat', file(() => `cpu  ${ticks(alive().reduce((sum, p) => sum + p.cpu, 0))} 0 0 ${ticks(machine.uptime())} 0 0 0 0 0 0\nbtime ${Math.floor((machine.epoch + machine.bootedAt) / SECOND)}\nprocesses ${alive().length}\nprocs_running 1\nprocs_blocked 0\n`)]
  const self = symlink('')
  Object.defineProperty(self, 'target', { get: () => String(kernel.current?.pid ?? 1), enumerable: true })
  yield ['self', self]
}

const MEMINFO = 'MemTotal:        2029448 kB\nMemFree:         1523912 kB\nMemAvailable:    1740012 kB\nBuffers:           22408 kB\nCached:           312456 kB\nSwapCached:            0 kB\nSwapTotal:             0 kB\nSwapFree:              0 kB\n'
const CPU_POWER = 'processor\t: 0\ncpu\t\t: POWER8 (architected), altivec supported\nclock\t\t: 3425.000000MHz\nrevision\t: 2.0 (pvr 004d 0200)\n\ntimebase\t: 512000000\nplatform\t: pSeries\nmodel\t\t: IBM pSeries (emulated by qemu)\nmachine\t\t: CHRP IBM pSeries (emulated by qemu)\nMMU\t\t: Hash\n'
const CPU_X86 = 'processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel name\t: Virtual CPU\ncpu MHz\t\t: 2400.000\ncpu cores\t: 1\nflags\t\t: fpu lm\nbogomips\t: 4800.00\n\n'

/** R, S, T: running, waiting, stopped. */
export const stateOf = (p: Process): 'R' | 'S' | 'T' => p.stopped ? 'T' : p.waiting === null ? 'R' : 'S'
/** The name of the program, as the kernel keeps it: 15 bytes. */
const commOf = (p: Process): string => p.name.slice(0, 15)

function processDirectory(machine: Machine, p: Process): Directory {
  const dir = directory({
    comm: file(() => `${commOf(p)}\n`),
    cmdline: file(() => p.argv.map(word => `${word}\0`).join('')),
    environ: file(() => [...p.env].map(([name, value]) => `${name}=${value}\0`).join('')),
    stat: file(() => `${p.pid} (${commOf(p)}) ${stateOf(p)} ${p.ppid} ${p.pgid} ${p.session} 0 -1 4194304 0 0 0 0 ${ticks(p.cpu)} 0 0 0 20 0 1 0 ${ticks(p.startedAt - machine.bootedAt)} 7000000 900${' 0'.repeat(28)}\n`),
    status: file(() => status(p)),
    limits: file(() => 'Limit                     Soft Limit           Hard Limit           Units     \nMax open files            1024                 1048576              files     \n'),
    fd: dynDirectory(() => [...p.fds].map(([fd, { name }]) => [String(fd), symlink(name)] as const)),
    mounts: symlink('../mounts'), cwd: link(() => machine.tree.pathOf(p.cwd)), root: symlink('/'), exe: link(() => `/usr/bin/${p.name}`),
  }, 0o555)
  delete dir.set
  delete dir.delete
  return dir
}
function link(target: () => string): Node {
  const node = symlink('')
  Object.defineProperty(node, 'target', { get: target, enumerable: true })
  return node
}
const mask = (signals: Iterable<Signal>): string => {
  let bits = 0
  for (const signal of signals) bits += 2 ** (signalNumber(signal) - 1)
  return bits.toString(16).padStart(16, '0')
}
const status = (p: Process): string => [
  `Name:\t${commOf(p)}`, `Umask:\t${p.umask.toString(8).padStart(4, '0')}`, `State:\t${{ R: 'R (running)', S: 'S (sleeping)', T: 'T (stopped)' }[stateOf(p)]}`, `Tgid:\t${p.pid}`, 'Ngid:\t0', `Pid:\t${p.pid}`, `PPid:\t${p.ppid}`,
  'TracerPid:\t0', 'Uid:\t0\t0\t0\t0', 'Gid:\t0\t0\t0\t0', 'FDSize:\t64', 'Groups:\t0 ', 'VmSize:\t    7000 kB', 'VmRSS:\t    3600 kB', 'Threads:\t1', `SigPnd:\t${mask(p.pending)}`, 'SigBlk:\t0000000000000000', `SigIgn:\t${mask(p.ignored)}`, `SigCgt:\t${mask(p.caught)}`, '',
].join('\n')
function initDirectory(): Directory {
  const dir = directory({ comm: file(() => 'init\n'), cmdline: file(() => '/sbin/init\0'), stat: file(() => `1 (init) S 0 1 1 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 0 2400000 400${' 0'.repeat(28)}\n`), status: file(() => 'Name:\tinit\nState:\tS (sleeping)\nTgid:\t1\nPid:\t1\nPPid:\t0\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n') }, 0o555)
  delete dir.set
  delete dir.delete
  return dir
}
