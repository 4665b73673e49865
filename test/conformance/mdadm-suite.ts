/**
 * mdadm's own test suite in the simulated shell: its driver `test` and its tests for RAID1, not one byte of them changed. The source is under the GPL and is not
 * kept here: it is fetched, or lies in the directory that HOTSPARE_MDADM_SUITE names. Only what the driver asks of the machine around it is made
 * here: fourteen loop devices. A loop device over a file of 20 MB is a SCSI disk whose one partition has that size: /dev/loop0 is a link to its
 * name, and reading the file shows what lies on the partition.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SECOND, type Micros } from '../../src/base/time.ts'
import type { Partition } from '../../src/console/partition.ts'
import { Terminals } from '../../src/console/terminals.ts'
import { initialWorld } from '../../src/core/model.ts'
import { createSim } from '../../src/core/sim.ts'
import type { GuestId } from '../../src/models/hypervisor/state.ts'
import { md } from '../../src/models/md/model.ts'
import type { DiskId } from '../../src/models/scsi/state.ts'
import { scsi } from '../../src/models/scsi/model.ts'
import { startScript } from '../../src/shell/bash/start.ts'
import { fromBytes } from '../../src/shell/kernel/bytes.ts'
import { commandIn, defineCommand, programFile, type Command } from '../../src/shell/kernel/command.ts'
import { failed } from '../../src/shell/kernel/errno.ts'
import { LIMITS } from '../../src/shell/kernel/machine.ts'
import { regularFile, symlink, type Directory, type RegularFile } from '../../src/shell/kernel/tree.ts'
import { rowOf, type Row } from './rows.ts'
import type { Part } from './semantics.ts'

const GUEST = 'testhost' as GuestId, HOME = '/usr/src/mdadm', LOOPS = 14
/** Simulated time after which a test is given up. */
const PATIENCE: Micros = 3600 * SECOND
/** KiB of a loop device, as the driver makes them. */
const sizeOf = (loop: number): number => loop > 7 ? 65_536 : 20_000

/** Path in the package → text. */
export type Sources = ReadonlyMap<string, string>
/** 4.2 broke its short option -r, which the tests use: it swallows its argument and removes nothing. */
export type Profile = 'mdadm-classic' | 'mdadm-4.2'
/** `logs` by name, as they lie in /var/tmp; the status is null if it did not end in time. */
export interface SuiteRun { readonly out: string; readonly logs: ReadonlyMap<string, string>; readonly status: number | null }

/** The driver with these options, on a machine of its own. */
export function runDriver(sources: Sources, args: readonly string[], profile: Profile = 'mdadm-classic', patience = PATIENCE): SuiteRun {
  const config = {
    scsi: scsi.config.parse({ layout: { [GUEST]: { member: 'rest' } }, disks: Array.from({ length: LOOPS }, (_, i) => ({ disk: `loop${i}`, guest: GUEST, host: i, sizeKib: 1024 + sizeOf(i) })) }),
    md: md.config.parse({ speed: { rate: 400_000 }, profile }),
  }
  let out = ''
  const models = [scsi, md] as const
  const sim = createSim({ models, world: initialWorld(models, config as never) as never, seed: 1, onEntry: (entry: unknown) => terminals.onEntry(entry as never) } as never)
  const terminals = new Terminals(sim as never, { driver: 'virtio_scsi', epoch: 1_795_210_200 * SECOND, limits: { ...LIMITS, statements: 20_000_000 }, observers: [{ runaway: (_p, message) => { out += `\nhotspare: ${message}\n` } }], commands: partition => [losetup(partition), ...standIns(partition)] })
  const { machine } = terminals.partition(GUEST), { tree } = machine
  for (const [path, text] of sources) tree.put(`${HOME}/${path}`, regularFile(text, 0o755))
  const own = tree.find('/usr/sbin/mdadm', tree.root)
  if (failed(own)) throw new Error('there is no mdadm')
  tree.put(`${HOME}/mdadm`, programFile(commandIn(own)!))
  for (let i = 0; i < LOOPS; i++) tree.put(`/var/tmp/mdtest${i}`, backing(terminals.partition(GUEST), i))
  const home = tree.find(HOME, tree.root) as Directory
  const p = startScript(terminals.kernel, machine, { path: `${HOME}/test`, args: [...args], cwd: home, stdout: (bytes: string) => { out += bytes } } as never)
  for (const end = sim.now + patience; !p.dead && sim.now < end;) terminals.advance(sim.now + SECOND)
  const logs = [...(tree.find('/var/tmp', tree.root) as Directory).list()].flatMap(([name, node]) => name.endsWith('log') && node.kind === 'file' ? [[name, fromBytes(node.content)] as const] : [])
  return { out: fromBytes(out), logs: new Map(logs), status: p.exit?.status ?? null }
}

/** What lies on the partition that stands for the loop device over this file: whoever reads it takes slices, and only these are looked up. */
function backing({ media }: Partition, loop: number): RegularFile {
  const disk = `loop${loop}` as DiskId, length = sizeOf(loop) * 1024
  const content = { length, slice: (from: number, to: number) => from >= length ? '' : media.read({ disk, at: 1024 * 1024 + from }, Math.min(to, length) - from) } as unknown as string
  return Object.defineProperty(regularFile('', 0o644), 'content', { get: () => content, set() { throw new Error('the file of a loop device is written through the device') } })
}

/** As much of losetup(8) as the driver uses. */
const losetup = ({ machine }: Partition): Command => defineCommand({
  name: 'losetup', dir: '/usr/sbin', cost: 1_000,
  *run(p) {
    const [, first = '', ...rest] = p.argv
    if (first === '-d') {
      for (const path of rest) machine.tree.place(path, machine.tree.root, false)
      for (const path of rest) { const at = machine.tree.place(path, machine.tree.root, false); if (!failed(at)) at.dir.delete?.(at.name) }
      return 0
    }
    const [, loop] = /^\/dev\/loop(\d+)$/.exec(first) ?? [], [, file] = /^\/var\/tmp\/mdtest(\d+)$/.exec(rest[0] ?? '') ?? []
    if (loop === undefined || file === undefined) { yield* p.err(`losetup: only /dev/loopN over /var/tmp/mdtestN is made here\n`); return 1 }
    machine.tree.put(first, symlink(`/dev/${letter(Number(file))}1`))
    return 0
  },
})
const letter = (n: number): string => `sd${String.fromCharCode(97 + n)}`

/** What the partition has no command for yet does nothing, or what the driver needs of it. */
function standIns(partition: Partition): Command[] {
  const { machine } = partition, quiet = (name: string, dir = '/usr/sbin'): Command => defineCommand({ name, dir, cost: 1_000, *run() { return 0 } })
  const size = (path: string): number => { const node = machine.tree.find(path, machine.tree.root); return !failed(node) && node.kind === 'block' ? node.block!.size() : 0 }
  const all: Command[] = [
    quiet('udevadm'), quiet('modprobe'), quiet('lsblk'), quiet('df'), quiet('fsck'), quiet('mknod'),
    defineCommand({ name: 'dmesg', cost: 1_000, *run(p) {
      const text = partition.log.kernel.slice(cleared.get(partition) ?? 0).map(line => `${line.text}\n`).join('')
      if (p.argv[1] === '-c') cleared.set(partition, partition.log.kernel.length)
      yield* p.out(text)
      return 0
    } }),
    defineCommand({ name: 'blockdev', dir: '/usr/sbin', cost: 1_000, *run(p) {
      if (p.argv[1] === '--getsize') yield* p.out(`${size(p.argv[2]!) / 512}\n`)
      return 0
    } }),
    defineCommand({ name: 'mkfs.ext3', dir: '/usr/sbin', cost: 20_000, *run(p) {
      const node = machine.tree.find(p.argv.at(-1)!, machine.tree.root)
      if (failed(node) || node.kind !== 'block') return 1
      const { block } = node, bytes = block!.size(), group = 8192 * 1024, write = function* (at: number, length: number) {
        for (let done = 0; done < length; done += 65_536) {
          const answer = block!.write(at + done, String.fromCharCode(1 + at / 1024 % 255).repeat(Math.min(65_536, length - done)), p)
          if (answer !== undefined && !failed(answer)) yield* answer
        }
      }
      // Group descriptors and tables of 256-byte inodes, one for each 4 KiB; then the journal.
      for (let at = 0; at < bytes; at += group) yield* write(at + 1024, Math.min(group, bytes - at) / 16 + 8192 & -1024)
      yield* write(1024 * 1024, 1024 * 1024)
      return 0
    } }),
  ]
  return all.filter(({ name, dir = '/usr/bin' }) => ['/usr/bin', '/usr/sbin', dir].every(where => failed(machine.tree.find(`${where}/${name}`, machine.tree.root))))
}
const cleared = new WeakMap<Partition, number>()

/** The package's files that the driver and its tests read. */
export function readSources(dir: string): Sources {
  const sources = new Map<string, string>()
  for (const name of ['test', ...readdirSync(join(dir, 'tests')).map(one => `tests/${one}`)]) if (statSync(join(dir, name)).isFile()) sources.set(name, readFileSync(join(dir, name), 'latin1'))
  return sources
}
/** Which tests `--raidtype=raid1` means. */
export const raid1Tests = (sources: Sources): string[] => [...sources.keys()].flatMap(path => path.startsWith('tests/') ? [path.slice(6)] : [])
  .filter(name => /[0-9][0-9]r1|raid1/.test(name) && !/r10|raid10/i.test(name)).sort()

/**
 * `./test --raidtype=raid1 --keep-going`. A test counts if it passes with the short -r that it was written for. With the -r of 4.2 a test that removes a member by it
 * does something else or fails, here as with the real one; how many pass even so is a line of its own.
 */
export function mdadmSuiteRow(only?: string, verbose = false): Row & { parts: Part[] } {
  const given = process.env.HOTSPARE_MDADM_SUITE, temporary = given === undefined ? mkdtempSync(join(tmpdir(), 'mdadm-suite-')) : null
  try {
    const sources = readSources(given === undefined ? fetchSource(temporary!) : packageIn(given)), names = raid1Tests(sources).filter(name => only === undefined || name.startsWith(only))
    const [row, strict] = (['mdadm-classic', 'mdadm-4.2'] as const).map(profile => {
      const ran = runDriver(sources, [only === undefined ? '--raidtype=raid1' : `--tests=${names.join()}`, '--keep-going'], profile)
      if (verbose) console.log(`${profile}\n${ran.out}`)
      return rowOf('mdadm-suite', names.map(name => ({ id: name, why: whyNot(ran, name) })))
    })
    const reasons = strict!.differs.filter(({ id }) => !row!.differs.some(one => one.id === id)).map(({ id, why }) => ({ id: `${id} (profile mdadm-4.2: the short -r removes nothing)`, why }))
    return { ...row!, differs: [...row!.differs, ...reasons], parts: [{ name: 'profile mdadm-4.2', passed: strict!.passed, total: strict!.total }] }
  } finally {
    if (temporary !== null) rmSync(temporary, { recursive: true, force: true })
  }
}
/** The last things that a test's own trace says; undefined: it passes. */
function whyNot({ out, logs, status }: SuiteRun, name: string): string | undefined {
  if (out.includes(`/${name}... succeeded\n`)) return undefined
  if (!out.includes(`/${name}... `)) return status === null ? `not reached in ${PATIENCE / SECOND} s of simulated time` : `not reached: ${out.trimEnd().split('\n').at(-1)}`
  const told = (logs.get(`${name}.log`) ?? '').split('\n').filter(line => /hotspare:|ERROR|mdadm: |not found|error/i.test(line) && !/^\++ /.test(line))
  return told.slice(-3).map(line => line.trim()).join(' | ').slice(0, 300) || `no word of it; status ${status}`
}

/** Of the tarball as its authors released it. */
const TARBALL = 'mdadm_4.2.orig.tar.gz', SHA256 = 'c83447797cccc772d1c389b1917a2bfda59bd7545480bdccd792b57b310b428e'
const POOL = 'http://deb.debian.org/debian/pool/main/m/mdadm'

/** By apt-get where it knows sources, or else from Debian's pool. Debian's own patches stay out. */
function fetchSource(into: string): string {
  const quietly = (command: string, ...words: string[]): boolean => {
    try {
      execFileSync(command, words, { cwd: into, stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  }
  const file = join(into, TARBALL)
  if (!quietly('apt-get', 'source', '--download-only', '-qq', 'mdadm=4.2-5') || !existsSync(file)) quietly('curl', '-fsSL', '--max-time', '120', '-o', file, `${POOL}/${TARBALL}`)
  if (!existsSync(file)) throw new Error('the source of mdadm 4.2 cannot be fetched: set HOTSPARE_MDADM_SUITE to a directory that has it')
  const found = createHash('sha256').update(readFileSync(file)).digest('hex')
  if (found !== SHA256) throw new Error(`${TARBALL} is another one: its SHA-256 is ${found}`)
  execFileSync('tar', ['xzf', TARBALL], { cwd: into })
  return packageIn(into)
}
/** The directory itself, or the one in it that has the driver. */
const packageIn = (dir: string): string => [dir, ...readdirSync(dir).map(name => join(dir, name))].find(one => existsSync(join(one, 'test')) && existsSync(join(one, 'tests'))) ?? dir
