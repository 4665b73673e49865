/**
 * Manage mode: what is done to members of a running array, one after the other, until something fails.
 *
 * A name without a slash is the array's own and means a member although /dev has it no more; `failed` and `detached` stand for numbers such as 8:19; several
 * additions are made with recovery held back. Busy is exit 2, everything else 1. Source: mdadm 4.2 Manage.c Manage_subdevs, read as facts; recordings s11, s12, s21.
 */
import type { ArrayId, MemberView } from '../../../models/md/state.ts'
import { partitionNamed } from '../../../models/scsi/state.ts'
import { E, failed, type Failure } from '../../../shell/kernel/errno.ts'
import type { Run } from '../../../shell/kernel/wait.ts'
import type { DeviceArg, Flag } from './line-parts.ts'
import { answers } from './super.ts'
import type { Dev, Tool } from './tool.ts'

const flag = (value: Flag | undefined): boolean | undefined => (value === 'set' ? true : value === 'clear' ? false : undefined)
/** As mdadm calls what is to be done in its messages. */
const LETTER: Readonly<Record<string, string>> = { ReAdd: 'A', Replace: 'R', With: 'W' }
interface Item { readonly name: string; readonly how: string; readonly writeMostly?: Flag; readonly failfast?: Flag; /** Of a replacement: the slot, once it is known. */ slot?: number }
/** What a name turned out to be: a member, or a device that is none. */
interface Target { readonly member: MemberView | undefined; readonly dev: Dev | undefined }

/** open_mddev: the array of a path, or -1 after a complaint. */
export function openArray(t: Tool, path: string): ArrayId | null {
  const dev = t.device(path)
  if (failed(dev)) t.say(`error opening ${path}: ${dev.text}`)
  else if (dev.kind === 'block') t.say(`error opening ${path}: ${E.ENXIO.text}`)
  else if (dev.kind !== 'md' || dev.array === undefined) t.say(`${path} does not appear to be an md device`)
  else {
    t.ask({ type: 'md.open', array: dev.array })
    return dev.array
  }
  return null
}

export function* manageDevices(t: Tool, id: ArrayId, path: string, devices: readonly DeviceArg[], held = false): Run {
  const { line } = t
  if (t.array(id).state !== 'active') { t.say(`Cannot get array info for ${path}`); return 1 }
  if (devices.some(one => one.how === 'j' || one.how === 'c')) return t.unmodelled(devices.some(one => one.how === 'j') ? 'option --add-journal' : 'option --cluster-confirm')
  if (line.update !== null) return t.unmodelled(`option --update=${line.update} with --re-add`)
  return yield* new Subdevs(t, id, path, held).all(devices)
}

class Subdevs {
  private readonly t: Tool
  private readonly id: ArrayId
  private readonly path: string
  private readonly queue: Item[] = []
  private frozen = false
  /** Somebody else holds recovery back and lets go. */
  private readonly held: boolean
  private count = 0
  private busy = false
  /** Marked for replacement; who replaces it may be named by what follows. */
  private replaced: MemberView | null = null
  constructor(t: Tool, id: ArrayId, path: string, held: boolean) {
    this.t = t
    this.id = id
    this.path = path
    this.held = held
  }

  *all(devices: readonly DeviceArg[]): Run {
    this.queue.push(...devices)
    let fine = true
    while (fine && this.queue.length > 0) {
      fine = yield* this.one(this.queue.shift()!)
      yield* this.t.flush()
    }
    if (this.replaced !== null) this.t.ask({ type: 'md.replace', array: this.id, device: this.replaced.name })
    if (this.frozen && !this.held) this.t.ask({ type: 'md.thaw', array: this.id })
    const { test } = this.t.line
    if (!fine) return !test && this.busy ? 2 : 1
    return test && this.count === 0 ? 2 : 0
  }
  private get members(): readonly MemberView[] { return this.t.array(this.id).members }
  private no(text: string): false {
    this.t.say(text)
    return false
  }

  /** False: it goes no further. */
  private *one(item: Item): Run<boolean> {
    const { name, how } = item, letter = LETTER[how] ?? how
    if (name === 'failed' || name === 'faulty') {
      if (how !== 'ReAdd' && how !== 'r') return this.no(`${name} only meaningful with -r or --re-add, not -${letter}`)
      this.expand(m => m.faulty, how === 'ReAdd' ? 'F' : 'r')
      return true
    }
    if (name === 'detached') {
      if (how !== 'r' && how !== 'f') return this.no(`${name} only meaningful with -r of -f, not -${letter}`)
      this.expand(m => this.t.world.scsi.devices[m.device]?.state !== 'running' && !(how === 'f' && m.faulty), how)
      return true
    }
    if (name === 'missing') {
      if (how !== 'ReAdd') return this.no("'missing' only meaningful with --re-add")
      const all = this.t.devices()
      if (all.length === 0) this.t.say('no devices to scan for missing members.')
      this.queue.unshift(...all.map(one => ({ name: one, how: 'M' })))
      return true
    }
    if (/^set-.$/.test(name)) return this.no(how === 'r' || how === 'f' ? `'${name}' only meaningful with RAID10 arrays` : `'${name}' only meaningful with -r or -f`)
    const target = this.find(name, how, letter)
    if (target === null) return how === 'M'
    switch (how) {
      case 'r': return this.remove(item, target)
      case 'f': return this.fail(item, target)
      case 'Replace': return this.replace(item, target)
      case 'With': return this.with(item, target)
      default: return yield* this.add(item, target)
    }
  }
  private expand(which: (m: MemberView) => boolean, how: string): void {
    const found = this.members.filter(which).sort((x, y) => x.number - y.number)
    this.queue.unshift(...found.map(m => ({ name: this.t.numbers(m).join(':'), how })))
  }

  /** null after a complaint. */
  private find(name: string, how: string, letter: string): Target | null {
    const { t } = this
    if (!name.includes('/') && !name.includes(':') && name.length < 50) {
      if (how !== 'r' && how !== 'f') { t.say(`${name} only meaningful with -r or -f, not -${letter}`); return null }
      const member = this.members.find(m => m.name === name)
      if (member === undefined) t.say(`${name} does not appear to be a component of ${this.path}`)
      return member === undefined ? null : { member, dev: undefined }
    }
    const [, major, minor] = /^(\d+):(\d+)$/.exec(name) ?? []
    if (major !== undefined) {
      const member = this.members.find(m => t.numbers(m).join(':') === `${Number(major)}:${Number(minor)}`), dev = t.byNumbers(Number(major), Number(minor), name)
      const no = how === 'r' || how === 'f' ? undefined : t.openable(dev)
      if (no !== undefined && how !== 'M') t.say(`Cannot open ${name}: ${no.text}`)
      return no === undefined ? { member, dev } : null
    }
    const dev = t.device(name)
    if (failed(dev)) { if (how !== 'M') t.say(`stat failed for ${name}: ${dev.text}`); return null }
    if (dev.kind === 'other') { if (how !== 'M') t.say(`${name} is not a block device.`); return null }
    const no = t.openable(dev)
    if (no !== undefined && how !== 'r') { if (how !== 'M') t.say(`Cannot open ${name}: ${no.text}`); return null }
    return { member: dev.kind === 'sd' ? this.members.find(m => m.device === dev.device && m.partition === dev.number) : undefined, dev }
  }

  private remove({ name }: Item, { member }: Target): boolean {
    const refusal = member === undefined ? E.ENXIO : this.ask({ type: 'md.remove', array: this.id, device: member.name, known: true })
    if (refusal !== undefined) return this.no(`hot remove failed for ${name}: ${refusal.text}`)
    this.count++
    if (this.t.line.verbose >= 0) this.t.say(`hot removed ${name} from ${this.path}`)
    return true
  }
  private fail({ name }: Item, { member }: Target): boolean {
    const refusal = member === undefined ? E.ENODEV : this.ask({ type: 'md.fail', array: this.id, device: member.name, known: true })
    if (refusal !== undefined) {
      if (refusal.text === E.EBUSY.text) this.busy = true
      return this.no(`set device faulty failed for ${name}:  ${refusal.text}`)
    }
    this.count++
    if (this.t.line.verbose >= 0) this.t.say(`set ${name} faulty in ${this.path}`)
    return true
  }
  /** The kernel's answer: what stands behind the last colon of the model's words. */
  private ask(request: { type: string; [key: string]: unknown }): Pick<Failure, 'text'> | undefined {
    const refusal = this.t.ask(request)
    return refusal && { text: refusal.text.slice(refusal.text.lastIndexOf(':') + 1).trim() }
  }

  private *add({ name, how, writeMostly, failfast }: Item, { member, dev }: Target): Run<boolean> {
    const { t, id } = this, flags = { writeMostly: flag(writeMostly), failfast: flag(failfast) }, bare = t.array(id).metadata === 'none'
    if ((how === 'ReAdd' || how === 'F') && member !== undefined && t.ask({ type: 'md.reAdd', array: id, device: member.name }) === undefined) {
      t.say(`re-add ${name} to ${t.array(id).name} succeed`)
      return true
    }
    if (how === 'F' && member !== undefined) this.ask({ type: 'md.remove', array: id, device: member.name, known: true })
    const no = dev === undefined ? E.ENXIO : t.openable(dev, true)
    if (no !== undefined) return how === 'M' ? true : this.no(`Cannot open ${name}: ${no.text}`)
    if (!this.frozen) {
      t.ask({ type: 'md.freeze', array: id })
      this.frozen = true
    }
    // Whatever is found in the search for missing members and is none is passed over.
    if (how === 'M' && (dev!.kind !== 'sd' || dev!.number === 0)) return true
    if (how === 'M' && (dev!.kind !== 'sd' || dev!.number === 0)) return true
    if (dev!.kind !== 'sd') return this.no(`${name} not large enough to join array`)
    if (dev!.number === 0) { t.unmodelled(`a whole disk (${name}) as a member`); return false }
    if (!(yield* answers(t, dev!)) && !bare && outcomeOfRead(t, this.members)) return how === 'M' ? true : this.no(`Failed to write metadata to ${name}`)
    const refusal = t.ask(how === 'ReAdd' || how === 'M' ? { type: 'md.reAdd', array: id, device: dev!.name, ...flags } : { type: 'md.add', array: id, device: dev!.name, reAdd: how !== 'S', ...flags })
    if (refusal !== undefined) {
      if (how !== 'M') for (const text of refusal.text.split('\n')) t.say(text.replace(/^mdadm: /, '').replaceAll(`/dev/${dev!.name}`, name).replace(`/dev/${t.array(id).name}`, this.path))
      return how === 'M'
    }
    this.count++
    const now = this.members.find(m => m.name === dev!.name)
    if (t.line.verbose >= 0) t.say(`${now?.reAdded && !bare ? 're-added' : 'added'} ${name}`)
    return true
  }

  private replace({ name }: Item, { member }: Target): boolean {
    if (this.replaced !== null) this.t.ask({ type: 'md.replace', array: this.id, device: this.replaced.name })
    this.replaced = null
    if (!this.frozen) {
      this.t.ask({ type: 'md.freeze', array: this.id })
      this.frozen = true
    }
    if (member === undefined) return this.no(`${name} not found in ${this.path} so cannot --replace it`)
    if (member.slot < 0) return this.no(`${name} is not active and so cannot be replaced.`)
    this.replaced = member
    this.count++
    if (this.t.line.verbose >= 0) this.t.say(`Marked ${name} (device ${member.slot} in ${this.path}) for replacement`)
    const by = this.queue.find(one => one.how === 'With')
    if (by !== undefined) by.slot ??= member.slot
    return true
  }
  private with({ name, slot }: Item, { member }: Target): boolean {
    if (slot === undefined) return this.no(`No matching --replace device for --with ${name}`)
    if (member === undefined) return this.no(`${name} not found in ${this.path} so cannot make it preferred replacement`)
    if (member.faulty) return this.no(`${name} is faulty and cannot be a replacement`)
    if (member.slot >= 0) return this.no(`${name} is active and cannot be a replacement`)
    const { replaced } = this
    this.replaced = null
    if (replaced === null || this.t.ask({ type: 'md.replace', array: this.id, device: replaced.name, with: member.name }) !== undefined) return this.no(`Failed to set ${name} as preferred replacement.`)
    if (this.t.line.verbose >= 0) this.t.say(`Marked ${name} in ${this.path} as replacement for device ${slot}`)
    return true
  }
}

/** Whether a member in sync can be read: only then is a new one's metadata prepared at all. */
const outcomeOfRead = (t: Tool, members: readonly MemberView[]): boolean =>
  members.some(m => m.inSync && partitionNamed(t.world.scsi, t.guest, m.name)?.device === m.device && t.world.scsi.devices[m.device]!.path === 'ok')
