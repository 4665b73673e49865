/** The machine of a recording: SCSI disks and mirrors of one guest, run by the simulator, and what a command line means to it. */
import { initialWorld } from '../../src/core/model.ts'
import type { Refusal } from '../../src/core/model.ts'
import { createSim, type Sim } from '../../src/core/sim.ts'
import { md } from '../../src/models/md/model.ts'
import { arrayNamed, syncProgress, type ArrayId, type MdState } from '../../src/models/md/state.ts'
import { scsi } from '../../src/models/scsi/model.ts'
import { deviceNamed, type DiskId, type ScsiState } from '../../src/models/scsi/state.ts'
import type { GuestId } from '../../src/models/hypervisor/state.ts'
import type { DeepReadonly } from '../../src/base/readonly.ts'
import { SECOND } from '../../src/base/time.ts'
import type { RequestOf } from '../../src/core/model.ts'
import { procPartitions } from '../../src/console/views/partitions.ts'
import { deviceFile, lsscsi, procScsi } from '../../src/console/views/scsi-proc.ts'
import { mdstat } from '../../src/console/views/mdstat.ts'
import { mdFile } from '../../src/console/views/md-sysfs.ts'
import { writeFile } from './files.ts'
import type { Look } from './looks.ts'
import { mdadm } from './mdadm-commands.ts'
import { parseMdadm } from './mdadm-line.ts'
import { stepsOf, type Simple, type Step } from './shell-line.ts'

const models = [scsi, md] as const
type World = { scsi: ScsiState; md: MdState }
export type Request = RequestOf<(typeof models)[number]>
export const GUEST = 'lpar1' as GuestId
/** Fast enough that only a limit, or the recording's own time stamps, decide how long a sync takes. */
export const FAST = 400_000
/** A new ext4 goes on writing inode tables for a while after it was mounted. */
const MOUNTED_COMMITS = SECOND / 2
const BACKGROUND_WRITES = SECOND / 10

/** What a command shows of the state, for comparison, and what could not be understood. */
export interface Outcome { looks: Look[]; status: number; unmapped: string[]; /** It printed other things too, which are not known here. */ mixed: boolean }

export class Machine {
  readonly sim: Sim<World, Request>
  readonly hotplug: boolean
  /** Simulated time at which the guest's clock stood at zero. */
  zero = 0
  mounts: Record<string, string> = {}
  swaps: string[] = []
  dirtyMounts = new Set<string>()
  known: { array: ArrayId; name?: string }[] | undefined
  /** As far as the recording has shown them. */
  uuids = new Map<string, ArrayId>()

  constructor({ diskMib, hotplug }: { diskMib: number[]; hotplug: boolean }) {
    this.hotplug = hotplug
    const config = {
      scsi: scsi.config.parse({
        layout: { lpar1: { prep: '4 MiB', swap: '32 MiB', root: 'rest' } },
        disks: diskMib.map((mib, i) => ({ disk: `d${i + 1}`, guest: GUEST, host: i, sizeKib: mib * 1024 })),
      }),
      md: md.config.parse({ speed: { rate: FAST } }),
    }
    this.sim = createSim({ models, world: initialWorld(models, config as never) as World, seed: 1 }) as unknown as Sim<World, Request>
  }

  get world(): DeepReadonly<World> { return this.sim.world }
  /** Guest time. */
  get now(): number { return (this.sim.now - this.zero) / SECOND }
  advance(to: number): void {
    const at = this.zero + Math.round(to * SECOND)
    if (at > this.sim.now) this.sim.runUntil(at)
  }
  do(request: Request): Refusal | undefined {
    return this.sim.dispatch(Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined)) as unknown as Request)
  }

  // Outside the guest.

  hostDown(host: number, medium: boolean): void {
    const disk = `d${host}` as DiskId
    this.do({ type: medium ? 'scsi.breakMedium' : 'scsi.losePath', disk })
    const { device } = this.world.scsi.disks[disk]!
    if (this.hotplug && device !== null) this.do({ type: 'scsi.deleteDevice', guest: GUEST, name: this.world.scsi.devices[device]!.name })
  }
  hostUp(host: number): void {
    const disk = `d${host}` as DiskId
    this.do({ type: 'scsi.restorePath', disk })
    if (this.hotplug) this.do({ type: 'scsi.scan', guest: GUEST, host: host - 1 })
  }
  restart(orderly: boolean): void {
    if (orderly) this.flush()
    this.do({ type: 'md.powerDown', guest: GUEST, how: 'crash' })
    this.do({ type: 'scsi.busDown', guest: GUEST })
    this.sim.runUntil(this.sim.now + SECOND)
    this.zero = this.sim.now
    this.mounts = {}
    this.swaps = []
    this.dirtyMounts.clear()
    this.known = undefined
    this.do({ type: 'md.setSpeedLimit', guest: GUEST, min: 1000, max: 200_000, rate: FAST })
    this.do({ type: 'scsi.busUp', guest: GUEST })
  }
  /** How fast the recording's disks were, from its own time stamps: the speed of an emulator on a busy machine is no property of md. */
  pace(name: string, secondsLeft: number | undefined): void {
    const id = this.idOf(name), a = id === undefined ? undefined : this.world.md.arrays[id]
    if (a === undefined) return
    const left = a.sizeKib - (syncProgress(a, this.sim.now)?.doneKib ?? 0)
    this.do({ type: 'md.setSpeedLimit', guest: GUEST, rate: secondsLeft === undefined ? FAST : secondsLeft <= 0 ? FAST : Math.max(1000, Math.ceil(left / secondsLeft)) })
  }

  // A command line.

  run(text: string, from: number, to: number): Outcome {
    const result: Outcome = { looks: [], status: 0, unmapped: [], mixed: false }
    const steps = stepsOf(text), sleeping = steps.reduce((sum, step) => sum + (step.pipeline[0]!.words[0] === 'sleep' ? Number.parseFloat(step.pipeline[0]!.words[1] ?? '0') : 0), 0)
    // What a command does, it does shortly before it ends; a scan waits for udev afterwards.
    const early = steps.some(step => step.pipeline.some(one => one.redirects.some(({ target }) => /scan$|\/proc\/scsi\/scsi$|\/delete$/.test(target))))
    let at = early ? Math.min(to, from + 0.15) : Math.max(from, to - 0.02 - sleeping)
    this.advance(at)
    for (const step of steps) {
      if (step.pipeline[0]!.words[0] === 'sleep') this.advance(at += Number.parseFloat(step.pipeline[0]!.words[1] ?? '0'))
      else this.step(step, result)
    }
    this.advance(to)
    return result
  }

  step(step: Step, result: Outcome): void {
    if ((step.after === '&&' && result.status !== 0) || (step.after === '||' && result.status === 0)) return
    // `yes | mdadm --create …` answers its question.
    const [first, ...filters] = (step.pipeline[0]!.words[0] === 'yes' && step.pipeline.length > 1 ? step.pipeline.slice(1) : step.pipeline) as [Simple, ...Simple[]]
    if (step.background && ['dd', 'echo', 'cp', 'printf'].includes(first.words[0] ?? '')) return this.background(first, step, result)
    const before = result.looks.length
    let status: number
    if (['echo', 'printf'].includes(first.words[0] ?? '') && filters[0]?.words[0] === 'tee') {
      status = writeFile(this, filters[0].words.findLast(word => !word.startsWith('-')) ?? '', echoed(first), result)
      result.mixed = true
    } else status = this.simple(first, result)
    const elsewhere = first.redirects.some(({ op }) => op === '>' || op === '>>' || op === '1>')
    // What goes through a filter or into a file is not seen as it is.
    if (filters.length > 0 || elsewhere) result.looks.length = before
    if (filters.length > 0) result.mixed = true
    result.status = status
  }

  background(command: Simple, step: Step, result: Outcome): void {
    for (const word of command.words) {
      const target = /^of=(.*)$/.exec(word)?.[1] ?? ''
      const array = this.arrayOf(target) ?? this.mountOf(target)
      if (array === undefined) continue
      this.do({ type: 'md.write', array, atKib: 0, kib: 64 })
      this.do({ type: 'md.setIo', array, commitEveryMicros: BACKGROUND_WRITES })
      if (step.seconds !== null) this.sim.schedule(this.sim.now + step.seconds * SECOND, { type: 'md.setIo', array, commitEveryMicros: null })
      return
    }
    if (command.words[0] === 'dd') result.unmapped.push(command.words.join(' '))
  }

  simple(command: Simple, result: Outcome): number {
    const [name = '', ...args] = command.words, into = command.redirects.find(({ op }) => op === '>' || op === '>>' || op === '1>')?.target
    switch (name.replace(/^.*\//, '')) {
      case '': case ':': case 'true': case 'sleep': case 'mkdir': case 'rm': case 'ls': case 'chmod': case 'grep': case 'cmp': case 'md5sum': case 'sha256sum': case 'lsblk': case 'blkid':
      case 'date': case 'uname': case 'uptime': case 'dmesg': case 'wait': case 'kill': case 'test': case '[': case 'udevadm': case 'hostname': case 'modprobe': case 'cd': case 'export': case 'df': case 'free': case 'set':
        if (!['', ':', 'true', 'sleep', 'mkdir', 'rm', 'chmod', 'wait', 'kill', 'test', '[', 'cd', 'export', 'set', 'udevadm', 'modprobe'].includes(name)) result.mixed = true
        return 0
      case 'awk': case 'sed': case 'wc': case 'sort': case 'cut': case 'tr': case 'uniq': case 'seq': case 'ps': case 'find': case 'readlink': case 'stat': case 'file': case 'logger': case 'fdisk': case 'sfdisk': case 'parted': case 'hdparm':
      case 'tune2fs': case 'dumpe2fs': case 'debugfs': case 'hexdump': case 'od': case 'xxd': case 'strings': case 'badblocks': case 'sg_turs': case 'lsof': case 'fuser': case 'mountpoint': case 'findmnt': case 'ip': case 'id': case 'which': case 'type': case 'time': case 'usleep': case 'fsync': case 'mknod': case 'ln': case 'let': case 'resize2fs': case 'fstrim':
        result.mixed = true
        return 0
      case 'cp': case 'mv': case 'touch': case 'truncate': case 'fallocate': {
        const mounted = this.mountOf(args.at(-1) ?? '')
        if (mounted !== undefined) this.dirtyMounts.add(mounted)
        return 0
      }
      case 'false': return 1
      case 'echo': case 'printf':
        if (into !== undefined && /mdadm\.conf$/.test(into)) this.configure(echoed(command), !command.redirects.some(({ op }) => op === '>>'))
        if (into === undefined) result.mixed = true
        return into === undefined ? 0 : writeFile(this, into, echoed(command), result)
      case 'cat': case 'head': case 'tail': return this.cat(args.filter(arg => !arg.startsWith('-')), result)
      case 'lsscsi':
        if (args.length > 0) result.mixed = true
        else result.looks.push({ kind: 'lsscsi', what: 'lsscsi', text: lsscsi(this.world.scsi, GUEST) })
        return 0
      case 'dd': return this.dd(args, result)
      case 'sync': this.flush(); return 0
      case 'mkswap': case 'mke2fs': case 'mkfs.ext4': case 'mkfs.ext3': case 'mkfs.ext2': case 'mkfs': case 'mkfs.xfs': case 'wipefs': case 'fsck': case 'e2fsck': case 'fsck.ext4':
        return this.writeAll(args.find(arg => arg.startsWith('/dev/')) ?? '', result, name === 'wipefs')
      case 'swapon': case 'swapoff': return this.swap(name, args, result)
      case 'mount': return this.mount(args, result)
      case 'umount': return this.unmount(args)
      case 'sysctl': {
        for (const arg of args) {
          const [, key, value] = /^([\w.]+)=(\S+)$/.exec(arg) ?? []
          if (key !== undefined) writeFile(this, `/proc/sys/${key.replaceAll('.', '/')}`, value!, result)
        }
        result.mixed = true
        return 0
      }
      case 'blockdev':
        if (args[0] === '--rereadpt') return this.answer(this.do({ type: 'scsi.readTable', guest: GUEST, name: (args[1] ?? '').replace('/dev/', '') }))
        result.mixed = true
        return 0
      case 'partprobe': return this.answer(this.do({ type: 'scsi.readTable', guest: GUEST, name: (args[0] ?? '').replace('/dev/', '') }))
      case 'mdadm': return mdadm(this, parseMdadm(command.words, { classic: this.world.md.profile === 'mdadm-classic' }), into, result)
      case 'tee': return 0
    }
    if (/^\w+=/.test(name)) return 0
    result.unmapped.push(command.words.join(' '))
    return 0
  }
  /** ARRAY lines of a configuration file, as far as it is known which array they mean. */
  configure(text: string, anew: boolean): void {
    if (anew || this.known === undefined) this.known = []
    for (const line of text.split(/\\n|\n/)) {
      const [word, ...rest] = line.trim().split(/\s+/), fields = new Map(rest.filter(one => one.includes('=')).map(one => [one.slice(0, one.indexOf('=')).toLowerCase(), one.slice(one.indexOf('=') + 1)] as const))
      if (!/^array$/i.test(word ?? '')) continue
      const path = rest.find(one => !one.includes('=')), array = this.meant(fields.get('uuid'), fields.get('name'), path)
      if (array !== undefined) this.known.push(path !== undefined && /^\/dev\/md\/?\d+$/.test(path) ? { array, name: this.deviceName(path) } : { array })
    }
  }
  /** The array that a UUID, a name in the superblock, or failing both a device, means. */
  meant(uuid: string | undefined, label: string | undefined, path: string | undefined): ArrayId | undefined {
    const written = this.written(), { arrays } = this.world.md
    if (uuid !== undefined && this.uuids.has(uuid)) return this.uuids.get(uuid)
    if (label !== undefined) return written.find(({ array }) => arrays[array]!.label === label || arrays[array]!.label.endsWith(`:${label}`))?.array
    const idle = written.filter(({ array }) => arrays[array]!.state === 'stopped')
    return written.find(({ name }) => path !== undefined && name === this.deviceName(path))?.array ?? (idle.length === 1 ? idle[0]!.array : undefined)
  }
  /** The UUIDs that a look of the recording shows. */
  learn(looks: readonly Look[], out: readonly string[]): void {
    const shown = out.flatMap(line => /^\s+UUID : (\S+)/.exec(line)?.[1] ?? [])
    for (const [i, look] of looks.filter(({ kind }) => kind === 'detail').entries()) {
      const array = this.arrayOf(look.what)
      if (array !== undefined && shown[i] !== undefined) this.uuids.set(shown[i], array)
    }
    for (const line of out) {
      const [, path, uuid] = /^ARRAY (\S+) .*UUID=(\S+)/.exec(line) ?? [], array = path === undefined ? undefined : this.meant(undefined, /name=(\S+)/.exec(line)?.[1], path)
      if (array !== undefined) this.uuids.set(uuid!, array)
    }
  }

  // Looking.

  cat(files: string[], result: Outcome): number {
    let status = 0
    for (const file of files) {
      if (file === '/proc/mdstat') result.looks.push({ kind: 'mdstat', what: file, text: mdstat(this.world.md, GUEST, this.sim.now) })
      else if (file === '/proc/scsi/scsi') result.looks.push({ kind: 'scsi', what: file, text: procScsi(this.world.scsi, GUEST) })
      else if (file === '/proc/partitions') result.looks.push({ kind: 'partitions', what: file, text: procPartitions(this.world.scsi, this.world.md, GUEST) })
      else {
        const text = this.sysFile(file)
        if (text === undefined) {
          if (/^\/sys\/(block|class\/block)\//.test(file) && !/queue_depth/.test(file)) status = 1
          result.mixed = true
        } else result.looks.push({ kind: 'file', what: file, text: `${text}\n` })
      }
    }
    return status
  }

  sysFile(file: string): string | undefined {
    const [, array, name] = /^\/sys\/(?:block|class\/block|devices\/virtual\/block)\/(md\d+)\/md\/(\w+)$/.exec(file) ?? []
    if (array !== undefined) {
      const id = this.idOf(array)
      return id === undefined ? undefined : mdFile(this.world.md, this.world.md.arrays[id]!, name!, this.sim.now)
    }
    const [, device, what] = /^\/sys\/(?:block|class\/block)\/(sd[a-z]+)\/device\/(\w+)$/.exec(file) ?? []
    if (device !== undefined) return deviceFile(this.world.scsi, GUEST, device, what!)
    const [, limit] = /^\/proc\/sys\/dev\/raid\/speed_limit_(min|max)$/.exec(file) ?? []
    const guest = this.world.md.guests[GUEST]!
    return limit === 'min' ? String(guest.speedMin) : limit === 'max' ? String(guest.speedMax) : undefined
  }

  // I/O.

  dd(args: string[], result: Outcome): number {
    const option = (key: string) => args.find(arg => arg.startsWith(`${key}=`))?.slice(key.length + 1)
    const from = option('if') ?? '', to = option('of') ?? '', blockKib = bytesOf(option('bs') ?? option(to === '' ? 'ibs' : 'obs') ?? '512') / 1024
    const count = option('count'), kib = count === undefined ? undefined : Math.ceil(Number(count) * blockKib)
    const at = (key: string) => Math.floor(Number(option(key) ?? 0) * blockKib)
    const source = this.arrayOf(from)
    if (source !== undefined && this.do({ type: 'md.read', array: source, atKib: at('skip'), ...(kib !== undefined && { kib }) }) !== undefined) return 1
    const disk = /^\/dev\/(sd[a-z]+)\d*$/.exec(from)?.[1]
    if (disk !== undefined && !this.answers(disk)) return 1
    const target = this.arrayOf(to) ?? this.mountOf(to)
    if (target !== undefined) return this.answer(this.do({ type: 'md.write', array: target, atKib: at('seek'), ...(kib !== undefined && { kib: Math.max(1, kib) }) }))
    if (/^\/dev\/md/.test(to) || /^\/dev\/md/.test(from) && source === undefined) return 1
    const raw = /^\/dev\/(sd[a-z]+\d+)$/.exec(to)?.[1]
    if (raw !== undefined) return this.answer(this.do({ type: 'md.writePlace', guest: GUEST, device: raw, atKib: at('seek'), ...(kib !== undefined && { kib }) }))
    if (to.startsWith('/dev/sd')) result.unmapped.push(`dd of=${to}`)
    return 0
  }
  answers(name: string): boolean {
    const device = deviceNamed(this.world.scsi, GUEST, name)
    return device !== undefined && this.world.scsi.devices[device]!.state === 'running' && this.world.scsi.disks[this.world.scsi.devices[device]!.disk]!.path === 'ok'
  }

  writeAll(device: string, result: Outcome, wipes = false): number {
    const array = this.arrayOf(device)
    if (array !== undefined) return this.answer(this.do({ type: 'md.write', array }))
    const raw = device.replace('/dev/', '')
    if (wipes && /^sd[a-z]+\d+$/.test(raw)) return this.answer(this.do({ type: 'md.zeroSuperblock', guest: GUEST, device: raw }))
    if (/^sd[a-z]+\d+$/.test(raw)) return this.answer(this.do({ type: 'md.writePlace', guest: GUEST, device: raw, atKib: 0, kib: 64 }))
    result.unmapped.push(`mkfs ${device}`)
    return 0
  }
  flush(): void {
    for (const mounted of this.dirtyMounts) this.do({ type: 'md.write', array: mounted as ArrayId, atKib: 0, kib: 64 })
    this.dirtyMounts.clear()
  }
  mount(args: string[], result: Outcome): number {
    if (args.length === 0 || args[0] === '-l' || args.some(arg => /remount/.test(arg))) { result.mixed = true; return 0 }
    const [device = '', at = ''] = args.filter((arg, i) => !arg.startsWith('-') && !/^-[ot]$/.test(args[i - 1] ?? '')), array = this.arrayOf(device)
    if (array === undefined) {
      if (/^\/dev\/md/.test(device)) return 32
      result.unmapped.push(`mount ${args.join(' ')}`)
      return 0
    }
    if (this.do({ type: 'md.read', array }) !== undefined) return 32
    this.do({ type: 'md.hold', array })
    this.do({ type: 'md.write', array, atKib: 0, kib: 4 })
    this.do({ type: 'md.setIo', array, commitEveryMicros: MOUNTED_COMMITS })
    this.mounts[at] = array
    return 0
  }
  unmount(args: string[]): number {
    for (const [at, array] of Object.entries(this.mounts)) {
      if (!args.includes(at) && !args.includes(`/dev/${this.world.md.arrays[array as ArrayId]!.name}`) && !args.includes('-a')) continue
      this.do({ type: 'md.setIo', array: array as ArrayId, commitEveryMicros: null })
      this.do({ type: 'md.write', array: array as ArrayId, atKib: 0, kib: 4 })
      this.do({ type: 'md.release', array: array as ArrayId })
      delete this.mounts[at]
    }
    return 0
  }
  swap(name: string, args: string[], result: Outcome): number {
    if (name === 'swapon' && args.every(arg => /^(-s|--show.*|--summary)$/.test(arg))) { result.mixed = true; return 0 }
    const array = this.arrayOf(args.find(arg => arg.startsWith('/dev/')) ?? '')
    if (array === undefined && !args.includes('-a')) { result.unmapped.push(`${name} ${args.join(' ')}`); return 0 }
    if (name === 'swapon' && array !== undefined) {
      const no = this.do({ type: 'md.read', array })
      if (no !== undefined) return 255
      this.do({ type: 'md.hold', array })
      this.swaps.push(array)
    } else for (const held of array === undefined ? this.swaps.splice(0) : [array]) this.do({ type: 'md.release', array: held as ArrayId })
    return 0
  }

  // Names.

  deviceName(path: string): string {
    const [, own] = /^\/dev\/md\/(.+)$/.exec(path) ?? []
    if (own === undefined) return bare(path)
    const link = this.world.md.guests[GUEST]!.links[own]
    if (link !== undefined) return link
    if (/^\d+$/.test(own)) return `md${own}`
    for (const id of this.world.md.guests[GUEST]!.arrays) if (this.world.md.arrays[id]!.label.endsWith(`:${own}`) && this.world.md.arrays[id]!.state !== 'stopped') return this.world.md.arrays[id]!.name
    for (let number = 127; ; number--) if (this.idOf(`md${number}`) === undefined) return `md${number}`
  }
  /** The number that a name under /dev/md gets when an array is made or assembled: one that no older link points at. */
  freshName(path: string): { name: string; link?: string } {
    const [, own] = /^\/dev\/md\/(.+)$/.exec(path) ?? []
    if (own === undefined || /^\d+$/.test(own)) return { name: this.deviceName(path) }
    const linked = Object.values(this.world.md.guests[GUEST]!.links)
    for (let number = 127; ; number--) if (this.idOf(`md${number}`) === undefined && !linked.includes(`md${number}`)) return { name: `md${number}`, link: own }
  }
  idOf(name: string): ArrayId | undefined {
    const id = arrayNamed(this.world.md, GUEST, name)
    return id === undefined || this.world.md.arrays[id]!.state === 'stopped' ? undefined : id
  }
  arrayOf(path: string): ArrayId | undefined { return /^\/dev\/md/.test(path) ? this.idOf(this.deviceName(path)) : undefined }
  target(path: string): ArrayId { return this.idOf(this.deviceName(path)) ?? (this.deviceName(path) as ArrayId) }
  mountOf(path: string): ArrayId | undefined {
    for (const [at, array] of Object.entries(this.mounts)) if (path.startsWith(`${at}/`)) return array as ArrayId
    return undefined
  }
  nameOf(id: ArrayId): string { return this.world.md.arrays[id]!.name }
  /** Newest first, as mdstat lists them. */
  running(): ArrayId[] {
    const { arrays } = this.world.md
    return this.world.md.guests[GUEST]!.arrays.filter(id => arrays[id]!.state !== 'stopped').sort((x, y) => arrays[y]!.order - arrays[x]!.order)
  }
  /** What --examine --scan finds: labels that are numbers keep their number. */
  written(): { array: ArrayId; name?: string }[] {
    const found: { array: ArrayId; name?: string }[] = []
    const ids = new Set(this.running())
    for (const { superblock } of Object.values(this.world.md.places)) if (superblock !== null) ids.add(superblock.array)
    for (const id of this.world.md.guests[GUEST]!.arrays) {
      if (!ids.has(id)) continue
      const own = this.world.md.arrays[id]!.label.split(':')[1] ?? ''
      found.push(/^\d+$/.test(own) ? { array: id, name: `md${own}` } : { array: id })
    }
    return found
  }
  answer(refusal: Refusal | undefined): number { return refusal?.status ?? 0 }
}

export const bare = (path: string): string => path.replace(/^\/dev\//, '')
const echoed = ({ words }: Simple): string => words.slice(1).filter(word => !/^-[neE]+$/.test(word)).join(' ')
export function bytesOf(text: string): number {
  const [, amount = '0', unit = ''] = /^(\d+)([a-zA-Z]*)$/.exec(text) ?? []
  return Number(amount) * ({ '': 1, c: 1, k: 1024, K: 1024, M: 1024 ** 2, m: 1024 ** 2, G: 1024 ** 3, kB: 1000, MB: 1e6 }[unit] ?? 1)
}
