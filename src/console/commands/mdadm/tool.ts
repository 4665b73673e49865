/**
 * What all modes of mdadm share while one command runs: its words, the configuration file, devices by their paths, and the map of arrays.
 *
 * Standard error is written at once, standard output when it ends (or when 4 KiB have come together): that is what stdio does for a pipe or a file.
 * The map is the file /run/mdadm/map in the format of the real tool; it remembers under which name an array was made.
 * Source: mdadm 4.2 util.c, lib.c, mapfile.c, config.c, read as facts.
 */
import type { DeepReadonly } from '../../../base/readonly.ts'
import type { Kib, Micros } from '../../../base/time.ts'
import type { Refusal } from '../../../core/model.ts'
import { arrayNamed, type ArrayId, type ArrayView } from '../../../models/md/state.ts'
import { diskPartition, sdName, type DeviceId, type DiskId } from '../../../models/scsi/state.ts'
import { E, failed, type Failure } from '../../../shell/kernel/errno.ts'
import type { Process } from '../../../shell/kernel/process.ts'
import { regularFile } from '../../../shell/kernel/tree.ts'
import type { Run } from '../../../shell/kernel/wait.ts'
import type { ConsoleWorld, Partition } from '../../partition.ts'
import { letterOf, sdNumbers } from '../../views/names.ts'
import { emptyConf, readConf, type Conf } from './conf.ts'
import { ctime } from './ctime.ts'
import type { Line } from './line-parts.ts'

/** A block device that mdadm was given: a disk, a partition of one, an array; or something else that it cannot use. */
export type Dev =
  | { readonly kind: 'sd'; readonly path: string; readonly name: string; readonly device: DeviceId; readonly disk: DiskId; readonly number: number; readonly sizeKib: Kib }
  | { readonly kind: 'md'; readonly path: string; readonly name: string; readonly array: ArrayId | undefined }
  | { readonly kind: 'block'; readonly path: string }
  | { readonly kind: 'other'; readonly path: string }
export type SdDev = Extract<Dev, { kind: 'sd' }>
export interface Mapped { readonly devnm: string; readonly path: string }

export class Tool {
  readonly p: Process
  readonly partition: Partition
  readonly line: Line
  private outgoing = ''
  private erring = ''
  private read: Conf | null = null
  /** Standard input that has been read and not yet used. */
  typed = ''
  constructor(p: Process, partition: Partition, line: Line) {
    this.p = p
    this.partition = partition
    this.line = line
  }
  get world(): DeepReadonly<ConsoleWorld> { return this.partition.door.world }
  get now(): Micros { return this.partition.door.now }
  get guest() { return this.partition.guest }

  // Words.

  say(text: string): void { this.erring += `mdadm: ${text}\n` }
  /** A line that goes on, or has been begun elsewhere. */
  err(text: string): void { this.erring += text }
  out(text: string): void { this.outgoing += text }
  /** Says that something is not modelled; the status is that of a failure. */
  unmodelled(what: string): number {
    this.erring += `hotspare: mdadm: ${what} is not modelled\n`
    return 2
  }
  *flush(end = false): Run<void> {
    if (this.erring !== '') {
      const text = this.erring
      this.erring = ''
      yield* this.p.err(text)
    }
    if (this.outgoing !== '' && (end || this.outgoing.length >= 4096 || this.p.fds.get(1)?.tty)) {
      const text = this.outgoing
      this.outgoing = ''
      yield* this.p.out(text)
    }
  }
  /** A request of a model; what is undefined is left out. */
  ask(request: { readonly type: string; readonly [key: string]: unknown }): Refusal | undefined {
    return this.partition.door.dispatch(Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined)) as never)
  }
  /** `Fri Nov 20 21:29:35 2026`, as ctime(3) has it in UTC. */
  ctime(micros: Micros): string { return ctime(Math.floor((this.p.machine.epoch + micros) / 1_000_000)) }

  // Files and configuration.

  fileText(path: string): string | null {
    const node = this.p.find(path)
    if (failed(node)) return null
    if (node.kind === 'file' && node.program === undefined) return node.content
    if (node.kind !== 'directory') return null
    // A directory of .conf files, in the order of their names.
    const names = [...node.list()].flatMap(([name, one]) => name.endsWith('.conf') && name.length >= 6 && !name.startsWith('.') && one.kind === 'file' ? [[name, one.content] as const] : [])
    return names.sort(([a], [b]) => a < b ? -1 : 1).map(([, text]) => text).join('\n')
  }
  get conf(): Conf {
    if (this.read !== null) return this.read
    const conf = this.read = emptyConf(), { config } = this.line
    if (config === 'partitions') conf.devices.push('partitions')
    else if (config === null) {
      const main = this.fileText('/etc/mdadm.conf'), dir = main === null && this.fileText('/etc/mdadm/mdadm.conf') !== null ? '/etc/mdadm/mdadm.conf' : '/etc/mdadm.conf'
      readConf(conf, main ?? this.fileText(dir) ?? '')
      const more = this.fileText(`${dir}.d`)
      if (more !== null) readConf(conf, more)
    } else if (config !== 'none') readConf(conf, this.fileText(config) ?? '')
    this.erring += conf.said
    return conf
  }
  /** Whose arrays are local; null: nobody's. */
  get homehost(): string | null {
    const { line } = this
    let host = line.homehost ?? (line.requireHomehost ? this.conf.homehost : null)
    if (host === null || host.toLowerCase() === '<system>') host = this.p.machine.hostname
    return host === '' || host.toLowerCase() === '<none>' ? null : host
  }
  get requireHomehost(): boolean { return this.line.requireHomehost && this.conf.requireHomehost && this.homehost !== null }
  get udev(): boolean {
    return (!failed(this.p.find('/run/udev')) || !failed(this.p.find('/dev/.udev'))) && this.p.env.get('MDADM_NO_UDEV') !== '1'
  }

  // Devices.

  /** What a path means; ENOENT and the like where it means nothing. */
  device(path: string): Dev | Failure {
    const node = this.p.find(path)
    if (failed(node)) return node
    if (node.kind !== 'block') return { kind: 'other', path }
    return this.byNumbers(node.major, node.minor, path)
  }
  byNumbers(major: number, minor: number, path: string): Dev {
    if (major === 9) return { kind: 'md', path, name: `md${minor}`, array: this.running(`md${minor}`) }
    const letter = major === 8 ? minor >> 4 : major >= 65 && major <= 71 ? (major - 64) * 16 + (minor >> 4) : -1
    const device = letter < 0 ? undefined : this.world.scsi.buses[this.guest]?.letters[letter], d = device == null ? undefined : this.world.scsi.devices[device]
    // A name that is still taken, of a device that is gone: the node has no device behind it.
    if (d === undefined || d.state === 'removed') return { kind: 'block', path }
    const number = minor & 15, name = sdName(letter) + (number === 0 ? '' : String(number)), part = number === 0 ? undefined : diskPartition(this.world.scsi, d.disk, number)
    if (number !== 0 && (part === undefined || !d.partitioned)) return { kind: 'block', path }
    return { kind: 'sd', path, name, device: device!, disk: d.disk, number, sizeKib: part?.sizeKib ?? this.world.scsi.disks[d.disk]!.sizeKib }
  }
  /** open(2): why a block device cannot be opened; `exclusive`: nobody else may use it. */
  openable(dev: Dev, exclusive = false): Failure | undefined {
    if (dev.kind === 'other') return E.EINVAL
    if (dev.kind === 'block') return E.ENXIO
    if (dev.kind === 'md') return exclusive && dev.array !== undefined && this.world.md.arrays[dev.array]!.openers > 0 ? E.EBUSY : undefined
    if (this.world.scsi.devices[dev.device]!.state !== 'running') return E.ENXIO
    return exclusive && this.isUsed(dev) ? E.EBUSY : undefined
  }
  private isUsed(dev: SdDev): boolean {
    for (const id of this.world.md.arraysOn[dev.disk] ?? [])
      for (const m of this.world.md.arrays[id]!.members) if (m.device === dev.device && (dev.number === 0 || m.partition === dev.number)) return true
    const disk = sdName(this.world.scsi.devices[dev.device]!.letter), uses = (path: string): boolean => dev.number === 0 ? path.startsWith(`/dev/${disk}`) && /^\d*$/.test(path.slice(5 + disk.length)) : path === `/dev/${dev.name}`
    return this.partition.mounts.some(({ source }) => uses(source)) || this.partition.swaps.some(({ path }) => uses(path))
  }
  /** The array that uses a partition, running or not. */
  userOf(dev: SdDev): ArrayId | undefined {
    for (const id of this.world.md.arraysOn[dev.disk] ?? [])
      for (const m of this.world.md.arrays[id]!.members) if (m.device === dev.device && m.partition === dev.number) return id
    return undefined
  }
  /** Every block device of /proc/partitions that has a name, the last first. */
  allDevices(): string[] {
    const names: string[] = [], { scsi, md } = this.world, { guest } = this, blocks: { since: Micros; kind: number; names: string[] }[] = []
    for (const device of scsi.buses[guest]?.devices ?? []) {
      const d = scsi.devices[device]!
      blocks.push({ since: d.since, kind: 0, names: [`/dev/${d.name}`, ...d.partitioned ? scsi.disks[d.disk]!.partitions.map(({ number }) => `/dev/${d.name}${number}`) : []] })
    }
    for (const id of md.guests[guest]?.arrays ?? []) if (md.arrays[id]!.state === 'active') blocks.push({ since: md.arrays[id]!.startedAt, kind: 1, names: [`/dev/${md.arrays[id]!.name}`] })
    blocks.sort((a, b) => a.since - b.since || a.kind - b.kind)
    for (const block of blocks) names.push(...block.names)
    return names.reverse()
  }
  /** What conf_get_devs gives: DEVICE lines, or everything. */
  devices(): string[] {
    const { devices } = this.conf
    if (devices.length === 0) return this.allDevices()
    const found: string[] = []
    for (const one of devices) if (/^partitions$/i.test(one)) found.push(...this.allDevices())
    const globs = devices.filter(one => one.startsWith('/'))
    const named = globs.flatMap(one => this.expand(one)).reverse()
    return [...named, ...found]
  }
  private expand(pattern: string): string[] {
    if (!/[*?[]/.test(pattern)) return failed(this.p.find(pattern)) ? [] : [pattern]
    const all = this.allDevices().reverse(), matcher = new RegExp(`^${pattern.replace(/[.+^${}()|\\]/g, '\\$&').replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`)
    return all.filter(name => matcher.test(name)).sort()
  }

  // Arrays.

  running(name: string): ArrayId | undefined {
    const id = arrayNamed(this.world.md, this.guest, name)
    return id === undefined || this.world.md.arrays[id]!.state === 'stopped' ? undefined : id
  }
  array(id: ArrayId): ArrayView { return this.world.md.arrays[id]! }
  /** Running and inactive ones as /proc/mdstat lists them: the newest first. */
  arrays(): { id: ArrayId; a: ArrayView }[] {
    const { md } = this.world
    return (md.guests[this.guest]?.arrays ?? []).map(id => ({ id, a: md.arrays[id]! })).filter(({ a }) => a.state !== 'stopped').sort((x, y) => y.a.order - x.a.order)
  }
  /** The path in /dev of a member; null once its name is gone, or another's. */
  memberPath(m: { readonly name: string; readonly device: DeviceId }): string | null {
    const dev = this.device(`/dev/${m.name}`)
    return !failed(dev) && dev.kind === 'sd' && dev.device === m.device ? dev.path : null
  }
  numbers(m: { readonly name: string; readonly partition: number }): [number, number] { return sdNumbers(letterOf(m.name), m.partition) }

  map(): Mapped[] {
    const text = this.fileText('/run/mdadm/map')
    if (text === null) return this.arrays().reverse().map(({ a }) => ({ devnm: a.name, path: this.linkTo(a.name) ?? `/dev/md/${a.label.slice(a.label.indexOf(':') + 1)}` }))
    return text.split('\n').flatMap(line => {
      const [devnm, , , path] = line.trim().split(/\s+/)
      return devnm && path && this.running(devnm) !== undefined ? [{ devnm, path }] : []
    })
  }
  private linkTo(devnm: string): string | undefined {
    const links = Object.entries(this.world.md.guests[this.guest]?.links ?? {}), found = links.find(([, to]) => to === devnm)
    return found === undefined ? undefined : `/dev/md/${found[0]}`
  }
  pathOf(devnm: string): string { return this.map().find(one => one.devnm === devnm)?.path ?? `/dev/${devnm}` }
  mapByName(name: string): Mapped | undefined { return this.map().find(({ path }) => path === `/dev/md/${name}`) }
  setMap(devnm: string, path: string | null): void {
    const entries = this.map().filter(one => one.devnm !== devnm)
    if (path !== null) entries.unshift({ devnm, path })
    const text = entries.map(one => {
      const id = this.running(one.devnm), a = id === undefined ? undefined : this.array(id)
      return `${one.devnm} ${a?.metadata ?? 'none'} ${a?.metadata === '0.90' ? a.uuid : (a?.uuid ?? '0:0:0:0').split(':').map(word => (/../g[Symbol.match](word) ?? []).reverse().join('')).join(':')} ${one.path}\n`
    }).join('')
    this.p.machine.tree.put('/run/mdadm/map', regularFile(text, 0o600, this.p.machine.unixSeconds()))
  }
}
