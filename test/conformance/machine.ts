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
import { detail } from '../../src/console/views/detail.ts'
import { parseMdadm, type MdadmLine } from './mdadm-line.ts'
import { stepsOf, type Simple, type Step } from './shell-line.ts'

const models = [scsi, md] as const
type World = { scsi: ScsiState; md: MdState }
export type Request = RequestOf<(typeof models)[number]>
export const GUEST = 'lpar1' as GuestId
/** Fast enough that only a limit, or the recording's own time stamps, decide how long a sync takes. */
const FAST = 400_000
/** A new ext4 goes on writing inode tables for a while after it was mounted. */
const MOUNTED_COMMITS = SECOND / 2
const BACKGROUND_WRITES = SECOND / 10

/** What a command shows of the state, for comparison, and what could not be understood. */
export interface Look { kind: 'mdstat' | 'detail' | 'scsi' | 'lsscsi' | 'partitions' | 'file'; what: string; text: string }
export interface Outcome { looks: Look[]; status: number; unmapped: string[]; /** It printed other things too, which are not known here. */ mixed: boolean }

export class Machine {
  readonly sim: Sim<World, Request>
  readonly hotplug: boolean
  /** Simulated time at which the guest's clock stood at zero. */
  private zero = 0
  private mounts: Record<string, string> = {}
  private swaps: string[] = []
  private dirtyMounts = new Set<string>()
  private known: { array: ArrayId; name?: string }[] | undefined

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

  private step(step: Step, result: Outcome): void {
    const [first, ...filters] = step.pipeline as [Simple, ...Simple[]]
    if (step.background && ['dd', 'echo', 'cp', 'printf'].includes(first.words[0] ?? '')) return this.background(first, step, result)
    const before = result.looks.length
    let status: number
    if (['echo', 'printf'].includes(first.words[0] ?? '') && filters[0]?.words[0] === 'tee') {
      status = this.writeFile(filters[0].words.findLast(word => !word.startsWith('-')) ?? '', echoed(first), result)
      result.mixed = true
    } else status = this.simple(first, result)
    const elsewhere = first.redirects.some(({ op }) => op === '>' || op === '>>' || op === '1>')
    // What goes through a filter or into a file is not seen as it is.
    if (filters.length > 0 || elsewhere) result.looks.length = before
    if (filters.length > 0) result.mixed = true
    result.status = status
  }

  private background(command: Simple, step: Step, result: Outcome): void {
    for (const word of command.words) {
      const target = /^of=(.*)$/.exec(word)?.[1] ?? ''
      const array = this.arrayOf(target) ?? this.mountOf(target)
      if (array === undefined) continue
      this.do({ type: 'md.setIo', array, commitEveryMicros: BACKGROUND_WRITES })
      if (step.seconds !== null) this.sim.schedule(this.sim.now + step.seconds * SECOND, { type: 'md.setIo', array, commitEveryMicros: null })
      return
    }
    if (command.words[0] === 'dd') result.unmapped.push(command.words.join(' '))
  }

  private simple(command: Simple, result: Outcome): number {
    const [name = '', ...args] = command.words, into = command.redirects.find(({ op }) => op === '>' || op === '>>' || op === '1>')?.target
    switch (name.replace(/^.*\//, '')) {
      case '': case ':': case 'true': case 'sleep': case 'mkdir': case 'rm': case 'ls': case 'chmod': case 'grep': case 'cmp': case 'md5sum': case 'sha256sum': case 'lsblk': case 'blkid':
      case 'date': case 'uname': case 'uptime': case 'dmesg': case 'wait': case 'kill': case 'test': case '[': case 'udevadm': case 'hostname': case 'modprobe': case 'cd': case 'export': case 'df': case 'free': case 'set':
        if (!['', ':', 'true', 'sleep', 'mkdir', 'rm', 'chmod', 'wait', 'kill', 'test', '[', 'cd', 'export', 'set', 'udevadm', 'modprobe'].includes(name)) result.mixed = true
        return 0
      case 'echo': case 'printf':
        if (into === undefined) result.mixed = true
        return into === undefined ? 0 : this.writeFile(into, echoed(command), result)
      case 'cat': case 'head': case 'tail': return this.cat(args.filter(arg => !arg.startsWith('-')), result)
      case 'lsscsi':
        if (args.length > 0) result.mixed = true
        else result.looks.push({ kind: 'lsscsi', what: 'lsscsi', text: lsscsi(this.world.scsi, GUEST) })
        return 0
      case 'dd': return this.dd(args, result)
      case 'sync': this.flush(); return 0
      case 'mkswap': case 'mke2fs': case 'mkfs.ext4': case 'mkfs.ext3': case 'mkfs.ext2': case 'mkfs': case 'mkfs.xfs': case 'wipefs': case 'fsck': case 'e2fsck': case 'fsck.ext4':
        return this.writeAll(args.find(arg => arg.startsWith('/dev/')) ?? '', result)
      case 'swapon': case 'swapoff': return this.swap(name, args, result)
      case 'mount': return this.mount(args, result)
      case 'umount': return this.unmount(args)
      case 'sysctl': {
        for (const arg of args) {
          const [, key, value] = /^([\w.]+)=(\S+)$/.exec(arg) ?? []
          if (key !== undefined) this.writeFile(`/proc/sys/${key.replaceAll('.', '/')}`, value!, result)
        }
        result.mixed = true
        return 0
      }
      case 'blockdev':
        if (args[0] === '--rereadpt') return this.answer(this.do({ type: 'scsi.readTable', guest: GUEST, name: (args[1] ?? '').replace('/dev/', '') }))
        result.mixed = true
        return 0
      case 'partprobe': return this.answer(this.do({ type: 'scsi.readTable', guest: GUEST, name: (args[0] ?? '').replace('/dev/', '') }))
      case 'mdadm': return this.mdadm(parseMdadm(command.words, { classic: this.world.md.profile === 'mdadm-classic' }), into, result)
      case 'tee': return 0
    }
    result.unmapped.push(command.words.join(' '))
    return 0
  }

  // Looking.

  private cat(files: string[], result: Outcome): number {
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

  private sysFile(file: string): string | undefined {
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

  // Files that are more than files.

  private writeFile(file: string, value: string, result: Outcome): number {
    const word = value.trim(), guest = GUEST
    let match: RegExpExecArray | null
    if ((match = /^\/proc\/sys\/dev\/raid\/speed_limit_(min|max)$/.exec(file)) !== null) return this.answer(this.do({ type: 'md.setSpeedLimit', guest, [match[1]!]: Number(word), ...(match[1] === 'max' && { rate: FAST }) } as Request))
    if (file === '/proc/scsi/scsi') return this.procScsi(word)
    if ((match = /^\/sys\/class\/scsi_host\/host(\d+)\/scan$/.exec(file)) !== null) {
      const parts = word.split(/\s+/)
      if (parts.length !== 3 || parts.some(part => !/^(-|\d+)$/.test(part))) return 1
      const [channel, id, lun] = parts.map(part => part === '-' ? undefined : Number(part))
      return this.answer(this.do({ type: 'scsi.scan', guest, host: Number(match[1]), channel, id, lun } as Request))
    }
    if ((match = /^\/sys\/(?:block|class\/block)\/(sd[a-z]+)\/device\/(\w+)$/.exec(file)) !== null) return this.deviceWrite(match[1]!, match[2]!, word)
    if ((match = /^\/sys\/(?:class\/scsi_device|bus\/scsi\/devices|class\/scsi_disk)\/(\d+):(\d+):(\d+):(\d+)\/(?:device\/)?(\w+)$/.exec(file)) !== null) {
      const name = this.nameAt(Number(match[1]), Number(match[3]), Number(match[4]))
      return name === undefined ? 1 : this.deviceWrite(name, match[5]!, word)
    }
    if ((match = /^\/sys\/(?:block|class\/block)\/(md\d+)\/md\/(.+)$/.exec(file)) !== null) return this.arrayWrite(match[1]!, match[2]!, word, result)
    const mounted = this.mountOf(file)
    if (mounted !== undefined) {
      this.dirtyMounts.add(mounted)
      return 0
    }
    if (/^\/(run|tmp|etc|dev\/null|root|var)/.test(file) || !file.startsWith('/')) return 0
    result.unmapped.push(`> ${file}`)
    return 0
  }

  private deviceWrite(name: string, file: string, word: string): number {
    if (file === 'delete') return this.answer(this.do({ type: 'scsi.deleteDevice', guest: GUEST, name }))
    if (file === 'state') return word === 'running' || word === 'offline' ? this.answer(this.do({ type: 'scsi.setState', guest: GUEST, name, state: word })) : 1
    if (file === 'timeout') return this.answer(this.do({ type: 'scsi.setTimeout', guest: GUEST, name, seconds: Number(word) }))
    return 0
  }
  private nameAt(host: number, id: number, lun: number): string | undefined {
    for (const device of this.world.scsi.buses[GUEST]!.devices) {
      const d = this.world.scsi.devices[device]!, disk = this.world.scsi.disks[d.disk]!
      if (disk.host === host && disk.id === id && disk.lun === lun) return d.name
    }
    return undefined
  }

  private procScsi(word: string): number {
    const [, verb, ...numbers] = /^scsi\s+(add|remove)-single-device\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)$/.exec(word) ?? []
    if (verb === undefined) return 1
    const [host, channel, id, lun] = numbers.map(Number) as [number, number, number, number]
    return this.answer(this.do({ type: verb === 'add' ? 'scsi.addDevice' : 'scsi.removeDevice', guest: GUEST, host, channel, id, lun }))
  }

  private arrayWrite(name: string, file: string, word: string, result: Outcome): number {
    const array = this.idOf(name)
    if (array === undefined) return 1
    const [, member, what] = /^dev-(sd\w+)\/(\w+)$/.exec(file) ?? []
    if (member !== undefined && what === 'state') {
      if (word === 'faulty') return this.answer(this.do({ type: 'md.fail', array, device: member }))
      if (word === 'remove') return this.answer(this.do({ type: 'md.remove', array, device: member }))
      if (word === 're-add') return this.answer(this.do({ type: 'md.reAdd', array, device: member }))
      if (word === 'want_replacement') return this.answer(this.do({ type: 'md.replace', array, device: member }))
    }
    switch (file) {
      case 'sync_action': return this.answer(this.do({ type: 'md.setSyncAction', array, action: word }))
      case 'sync_max': return this.answer(this.do({ type: 'md.setSyncRange', array, maxKib: word === 'max' ? null : Math.floor(Number(word) / 2) }))
      case 'sync_min': return this.answer(this.do({ type: 'md.setSyncRange', array, minKib: Math.floor(Number(word) / 2) }))
      case 'sync_speed_max': return this.answer(this.do({ type: 'md.setArraySpeed', array, max: word === 'system' ? null : Number(word) }))
      case 'sync_speed_min': return this.answer(this.do({ type: 'md.setArraySpeed', array, min: word === 'system' ? null : Number(word) }))
      case 'array_state': {
        const mode = { readonly: 'readonly', 'read-auto': 'auto', active: 'readwrite', clean: 'readwrite' }[word] as 'readonly' | 'auto' | 'readwrite' | undefined
        if (mode !== undefined) return this.answer(this.do({ type: 'md.setMode', array, mode }))
        if (word === 'clear' || word === 'inactive') return this.answer(this.do({ type: 'md.stop', array }))
        break
      }
      case 'safe_mode_delay': case 'sync_force_parallel': case 'stripe_cache_size': return 0
    }
    result.unmapped.push(`${word} > ${file}`)
    return 0
  }

  // I/O.

  private dd(args: string[], result: Outcome): number {
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
  private answers(name: string): boolean {
    const device = deviceNamed(this.world.scsi, GUEST, name)
    return device !== undefined && this.world.scsi.devices[device]!.state === 'running' && this.world.scsi.disks[this.world.scsi.devices[device]!.disk]!.path === 'ok'
  }

  private writeAll(device: string, result: Outcome): number {
    const array = this.arrayOf(device)
    if (array !== undefined) return this.answer(this.do({ type: 'md.write', array }))
    const raw = device.replace('/dev/', '')
    if (/^sd[a-z]+\d+$/.test(raw)) return this.answer(this.do({ type: 'md.writePlace', guest: GUEST, device: raw, atKib: 0, kib: 64 }))
    result.unmapped.push(`mkfs ${device}`)
    return 0
  }
  private flush(): void {
    for (const mounted of this.dirtyMounts) this.do({ type: 'md.write', array: mounted as ArrayId, atKib: 0, kib: 64 })
    this.dirtyMounts.clear()
  }
  private mount(args: string[], result: Outcome): number {
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
  private unmount(args: string[]): number {
    for (const [at, array] of Object.entries(this.mounts)) {
      if (!args.includes(at) && !args.includes(`/dev/${this.world.md.arrays[array as ArrayId]!.name}`) && !args.includes('-a')) continue
      this.do({ type: 'md.setIo', array: array as ArrayId, commitEveryMicros: null })
      this.do({ type: 'md.write', array: array as ArrayId, atKib: 0, kib: 4 })
      this.do({ type: 'md.release', array: array as ArrayId })
      delete this.mounts[at]
    }
    return 0
  }
  private swap(name: string, args: string[], result: Outcome): number {
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

  // mdadm.

  private mdadm(line: MdadmLine, into: string | undefined, result: Outcome): number {
    if (line.unknown.length > 0) result.unmapped.push(`mdadm option ${line.unknown.join(', ')}`)
    const { options, devices } = line, guest = GUEST
    switch (line.mode) {
      case 'create': return this.create(line)
      case 'assemble': return this.assemble(line)
      case 'manage': return this.manage(line, result)
      case 'grow': return this.grow(line, result)
      case 'incremental': {
        if (options.fail === true || options.force === true) return this.answer(this.do({ type: 'md.incrementalFail', guest, device: bare(devices[0] ?? '') }))
        if (options.scan === true) {
          let status = 0
          for (const id of this.world.md.guests[GUEST]!.arrays) if (this.world.md.arrays[id]!.state === 'inactive' && options.run === true) status ||= this.answer(this.do({ type: 'md.run', array: id }))
          return status
        }
        return this.answer(this.do({ type: 'md.incremental', guest, device: bare(devices[0] ?? ''), run: options.run === true }))
      }
      case 'stop': {
        const targets = options.scan === true || devices.length === 0 ? this.running() : devices.map(device => this.target(device))
        let status = 0
        for (const array of targets) status ||= this.answer(this.do({ type: 'md.stop', array }))
        return status
      }
      case 'run': case 'readonly': case 'readwrite': {
        let status = 0
        for (const device of devices) {
          const array = this.target(device)
          status ||= this.answer(this.do(line.mode === 'run' ? { type: 'md.run', array } : { type: 'md.setMode', array, mode: line.mode as 'readonly' }))
        }
        return status
      }
      case 'zero': {
        let status = 0
        for (const device of devices) status ||= this.answer(this.do({ type: 'md.zeroSuperblock', guest, device: bare(device) }))
        return status
      }
      case 'action': return this.answer(this.do({ type: 'md.setSyncAction', array: this.target(devices[0] ?? ''), action: String(options.action) }))
      case 'detail': {
        if (options.scan === true || devices.length === 0) {
          if (into !== undefined && /mdadm\.conf$/.test(into)) this.known = this.running().sort((x, y) => this.nameOf(x) < this.nameOf(y) ? -1 : 1).map(array => ({ array, name: this.nameOf(array) }))
          result.mixed = true
          return 0
        }
        for (const device of devices) {
          const id = this.arrayOf(device)
          if (id === undefined || this.world.md.arrays[id]!.state === 'stopped') { result.mixed = true; return 1 }
          this.do({ type: 'md.open', array: id })
          if (options.brief === true || options.export === true) result.mixed = true
          else result.looks.push({ kind: 'detail', what: device, text: detail(this.world.scsi, this.world.md, this.world.md.arrays[id]!, this.sim.now) })
        }
        return 0
      }
      case 'examine':
        if (options.scan === true && into !== undefined && /mdadm\.conf$/.test(into)) this.known = this.written()
        result.mixed = true
        return 0
      case 'monitor':
        if (options.daemonise === true) this.do({ type: 'md.startMonitor', guest })
        result.mixed = true
        return 0
      case 'misc': case 'other': result.mixed = true; return 0
    }
  }

  private create({ options, devices }: MdadmLine): number {
    const [device = '', ...members] = devices, name = this.deviceName(device)
    const chunk = options['bitmap-chunk']
    return this.answer(this.do({
      type: 'md.create', guest: GUEST, array: name as ArrayId, name, level: String(options.level ?? 'raid1').replace(/^raid/, ''), metadata: metadataOf(options.metadata),
      devices: members.map(bare), raidDevices: Number(options['raid-devices'] ?? 0), spareDevices: Number(options['spare-devices'] ?? 0),
      bitmap: options.bitmap === undefined || options.bitmap === 'none' ? 'none' : 'internal', ...(typeof chunk === 'string' && { chunkKib: kibOf(chunk) }),
      assumeClean: options['assume-clean'] === true, ...(typeof options.name === 'string' && { label: options.name }), ...(typeof options.size === 'string' && options.size !== 'max' && { sizeKib: kibOf(options.size) }),
    } as Request))
  }

  private assemble({ options, devices }: MdadmLine): number {
    const [device, ...members] = devices
    if (device === undefined || (members.length === 0 && options.uuid === undefined)) {
      const known = device === undefined ? this.known : this.known?.filter(({ name }) => name === this.deviceName(device))
      return this.answer(this.do({ type: 'md.assembleScan', guest: GUEST, run: options.run === true, ...(known !== undefined && { known }) } as Request))
    }
    return this.answer(this.do({ type: 'md.assemble', guest: GUEST, name: this.deviceName(device), devices: members.map(bare), run: options.run === true, force: options.force === true }))
  }

  private manage({ devices, steps }: MdadmLine, result: Outcome): number {
    const array = this.target(devices[0] ?? '')
    this.do({ type: 'md.open', array })
    // mdadm holds recovery back while it adds, so that with several devices the newest is taken.
    const frozen = steps.some(({ op }) => op === 'add' || op === 're-add' || op === 'add-spare') && this.world.md.arrays[array]?.frozen === false
    let status = 0
    let adding = false
    for (let i = 0; i < steps.length && status === 0; i++) {
      const { op, devices: members } = steps[i]!
      if (op === 'replace' && steps[i + 1]?.op === 'with') {
        status = this.answer(this.do({ type: 'md.replace', array, device: bare(members[0] ?? ''), with: bare(steps[i + 1]!.devices[0] ?? '') }))
        i++
        continue
      }
      if (members.length === 0) result.unmapped.push(`mdadm ${op} without a device`)
      for (const member of members) {
        if (status !== 0) break
        const device = member === 'faulty' ? 'failed' : bare(member)
        if (!/^sd[a-z]+\d+$|^failed$|^detached$/.test(device)) { status = 1; break }
        if ((op === 'add' || op === 're-add' || op === 'add-spare') && frozen && !adding) {
          this.do({ type: 'md.freeze', array })
          adding = true
        }
        status = this.answer(this.do(op === 'fail' ? { type: 'md.fail', array, device } : op === 'remove' ? { type: 'md.remove', array, device }
          : op === 're-add' ? { type: 'md.reAdd', array, device } : op === 'replace' ? { type: 'md.replace', array, device } : { type: 'md.add', array, device, reAdd: op !== 'add-spare' }))
      }
    }
    if (adding) this.do({ type: 'md.thaw', array })
    return status
  }

  private grow({ options, devices, steps }: MdadmLine, result: Outcome): number {
    const array = this.target(devices[0] ?? '')
    this.do({ type: 'md.open', array })
    if (typeof options.bitmap === 'string') {
      const chunk = options['bitmap-chunk']
      return this.answer(this.do({ type: 'md.setBitmap', array, bitmap: options.bitmap === 'none' ? 'none' : 'internal', ...(typeof chunk === 'string' && { chunkKib: kibOf(chunk) }) } as Request))
    }
    for (const device of devices.slice(1)) if (options.auto === true || steps.length > 0) this.do({ type: 'md.add', array, device: bare(device), reAdd: true })
    for (const step of steps) for (const device of step.devices) this.do({ type: 'md.add', array, device: bare(device), reAdd: true })
    if (options['raid-devices'] === undefined && options.size === undefined) { result.unmapped.push('mdadm --grow'); return 0 }
    const a = this.world.md.arrays[array]
    const room = a === undefined ? 0 : a.sizeKib
    return this.answer(this.do({
      type: 'md.grow', array, ...(options['raid-devices'] !== undefined && { raidDevices: Number(options['raid-devices']) }),
      ...(typeof options.size === 'string' && { sizeKib: options.size === 'max' ? room : kibOf(options.size) }),
    } as Request))
  }

  // Names.

  private deviceName(path: string): string {
    const [, own] = /^\/dev\/md\/(.+)$/.exec(path) ?? []
    if (own === undefined) return bare(path)
    const link = this.world.md.guests[GUEST]!.links[own]
    if (link !== undefined) return link
    if (/^\d+$/.test(own)) return `md${own}`
    for (const id of this.world.md.guests[GUEST]!.arrays) if (this.world.md.arrays[id]!.label.endsWith(`:${own}`) && this.world.md.arrays[id]!.state !== 'stopped') return this.world.md.arrays[id]!.name
    return 'md127'
  }
  private idOf(name: string): ArrayId | undefined {
    const id = arrayNamed(this.world.md, GUEST, name)
    return id === undefined || this.world.md.arrays[id]!.state === 'stopped' ? undefined : id
  }
  private arrayOf(path: string): ArrayId | undefined { return /^\/dev\/md/.test(path) ? this.idOf(this.deviceName(path)) : undefined }
  private target(path: string): ArrayId { return this.idOf(this.deviceName(path)) ?? (this.deviceName(path) as ArrayId) }
  private mountOf(path: string): ArrayId | undefined {
    for (const [at, array] of Object.entries(this.mounts)) if (path.startsWith(`${at}/`)) return array as ArrayId
    return undefined
  }
  private nameOf(id: ArrayId): string { return this.world.md.arrays[id]!.name }
  /** Newest first, as mdstat lists them. */
  private running(): ArrayId[] {
    const { arrays } = this.world.md
    return this.world.md.guests[GUEST]!.arrays.filter(id => arrays[id]!.state !== 'stopped').sort((x, y) => arrays[y]!.order - arrays[x]!.order)
  }
  /** What --examine --scan finds: labels that are numbers keep their number. */
  private written(): { array: ArrayId; name?: string }[] {
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
  private answer(refusal: Refusal | undefined): number { return refusal?.status ?? 0 }
}

const bare = (path: string): string => path.replace(/^\/dev\//, '')
const echoed = ({ words }: Simple): string => words.slice(1).filter(word => !/^-[neE]+$/.test(word)).join(' ')
const metadataOf = (value: string | true | undefined): string => {
  const text = value === undefined || value === true ? '1.2' : value
  return { '0': '0.90', '0.9': '0.90', '1': '1.2', default: '1.2' }[text] ?? text
}
function bytesOf(text: string): number {
  const [, amount = '0', unit = ''] = /^(\d+)([a-zA-Z]*)$/.exec(text) ?? []
  return Number(amount) * ({ '': 1, c: 1, k: 1024, K: 1024, M: 1024 ** 2, m: 1024 ** 2, G: 1024 ** 3, kB: 1000, MB: 1e6 }[unit] ?? 1)
}
const kibOf = (text: string): number => /^\d+$/.test(text) ? Number(text) : Math.ceil(bytesOf(text.replace(/i?B$/, '')) / 1024)
