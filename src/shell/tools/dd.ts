/**
 * dd: blocks from one file to another, and what became of them. The time in its last line is virtual. Source: GNU coreutils 9.1.
 */
import { SECOND } from '../../base/time.ts'
import { defineCommand } from '../kernel/command.ts'
import { E, failed } from '../kernel/errno.ts'
import type { Process } from '../kernel/process.ts'
import type { Run } from '../kernel/wait.ts'
import { formatReal, PLAIN } from './format.ts'
import { complain, misused, quote, quoteIfOdd, sizeOf } from './io.ts'

const CONVERSIONS = ['ascii', 'ebcdic', 'ibm', 'block', 'unblock', 'lcase', 'ucase', 'sparse', 'swab', 'sync', 'excl', 'nocreat', 'notrunc', 'noerror', 'fdatasync', 'fsync']
const UNMODELLED = ['ascii', 'ebcdic', 'ibm', 'block', 'unblock']
const FLAGS = ['append', 'direct', 'directory', 'dsync', 'sync', 'fullblock', 'nonblock', 'noatime', 'nocache', 'noctty', 'nofollow', 'count_bytes', 'skip_bytes', 'seek_bytes']

interface Job {
  input: string | null; output: string | null; ibs: number; obs: number; joined: boolean; count: number; skip: number; seek: number; status: string
  readonly conv: Set<string>; readonly iflag: Set<string>; readonly oflag: Set<string>
}
/** `1k`, `2x512`, `1M`; with a B at the end it counts bytes. */
function amount(text: string): { n: number; bytes: boolean } | null {
  const parts = text.split('x').map(part => sizeOf(part, 'cwbBkKMGTPEZY') ?? (/^\d+B$/.test(part) ? Number(part.slice(0, -1)) : null))
  return parts.some(part => part === null) ? null : { n: parts.reduce<number>((product, part) => product * part!, 1), bytes: text.endsWith('B') && !/[kKMGTPEZYi]B$/.test(text) }
}

function parse(words: readonly string[]): Job | { text: string; hint: boolean } {
  const job: Job = { input: null, output: null, ibs: 512, obs: 512, joined: false, count: Infinity, skip: 0, seek: 0, status: '', conv: new Set(), iflag: new Set(), oflag: new Set() }
  for (const word of words) {
    const eq = word.indexOf('='), name = word.slice(0, Math.max(0, eq)), value = word.slice(eq + 1)
    if (eq < 0) return { text: `unrecognized operand ${quote(word)}`, hint: true }
    switch (name) {
      case 'if': job.input = value; break
      case 'of': job.output = value; break
      case 'status':
        if (!['none', 'noxfer', 'progress'].includes(value)) return { text: `invalid status level: ${quote(value)}`, hint: true }
        job.status = value
        break
      case 'conv': case 'iflag': case 'oflag':
        for (const each of value.split(',')) {
          if (!(name === 'conv' ? CONVERSIONS : FLAGS).includes(each)) return { text: `invalid ${name === 'conv' ? 'conversion' : name === 'iflag' ? 'input flag' : 'output flag'}: ${quote(each)}`, hint: true }
          job[name].add(each)
        }
        break
      case 'bs': case 'ibs': case 'obs': case 'cbs': case 'count': case 'skip': case 'iseek': case 'seek': case 'oseek': {
        const size = amount(value)
        if (size === null || (size.n === 0 && /bs$/.test(name))) return { text: `invalid number: ${quote(value)}`, hint: false }
        if (name === 'bs') { job.ibs = job.obs = size.n; job.joined = true }
        else if (name === 'ibs' || name === 'obs') { if (!job.joined) job[name] = size.n }
        else if (name === 'count') { job.count = size.n; if (size.bytes) job.iflag.add('count_bytes') }
        else if (name === 'skip' || name === 'iseek') { job.skip = size.n; if (size.bytes) job.iflag.add('skip_bytes') }
        else if (name !== 'cbs') { job.seek = size.n; if (size.bytes) job.oflag.add('seek_bytes') }
        break
      }
      default: return { text: `unrecognized operand ${quote(word)}`, hint: true }
    }
  }
  const odd = UNMODELLED.find(each => job.conv.has(each))
  if (odd !== undefined) return { text: `hotspare: dd conversion ${odd} is not modelled`, hint: false }
  if (job.conv.has('excl') && job.conv.has('nocreat')) return { text: 'cannot combine excl and nocreat', hint: false }
  if (job.conv.has('lcase') && job.conv.has('ucase')) return { text: 'cannot combine lcase and ucase', hint: false }
  return job
}

export const DD = [defineCommand({
  name: 'dd',
  *run(p) {
    if (p.argv[1] === '--help' || p.argv[1] === '--version') {
      yield* p.out(p.argv[1] === '--help' ? 'Usage: dd [OPERAND]...\n  or:  dd OPTION\n' : 'dd (coreutils) 9.1\n')
      return 0
    }
    const dash = p.argv.slice(1).find(word => word.startsWith('-') && word !== '--')
    if (dash !== undefined) {
      yield* misused(p, dash.startsWith('--') ? `unrecognized option '${dash}'` : `invalid option -- '${dash[1]}'`)
      return 1
    }
    const job = parse(p.argv.slice(1).filter(word => word !== '--'))
    if ('text' in job) {
      yield* (job.hint ? misused : complain)(p, job.text)
      return 1
    }
    if (job.input !== null) {
      const file = yield* p.openFile(job.input, { read: true })
      if (failed(file)) {
        yield* complain(p, `failed to open ${quote(job.input)}: ${file.text}`)
        return 1
      }
      p.put(0, file)
    }
    if (job.output !== null) {
      const whole = !job.conv.has('notrunc') && job.seek === 0
      const file = yield* p.openFile(job.output, { write: true, create: !job.conv.has('nocreat'), truncate: whole, exclusive: job.conv.has('excl'), append: job.oflag.has('append') })
      if (failed(file)) {
        yield* complain(p, `failed to open ${quote(job.output)}: ${file.text}`)
        return 1
      }
      p.put(1, file)
    }
    return yield* new Copy(p, job).run()
  },
})]

class Copy {
  private readonly p: Process
  private readonly job: Job
  private readonly input: string
  private readonly output: string
  private inFull = 0
  private inPart = 0
  private outFull = 0
  private outPart = 0
  private written = 0
  private readonly began: number
  private steps = 0
  private moved = 0
  constructor(p: Process, job: Job) {
    this.p = p
    this.job = job
    this.input = job.input ?? 'standard input'
    this.output = job.output ?? 'standard output'
    this.began = p.kernel.now
  }

  *run(): Run {
    const { p, job } = this, file = p.fds.get(0), target = p.fds.get(1)
    if (file === undefined || target === undefined) {
      yield* complain(p, `failed to open 'standard ${file === undefined ? 'input' : 'output'}': ${E.EBADF.text}`)
      return 1
    }
    const skip = job.iflag.has('skip_bytes') ? job.skip : job.skip * job.ibs, seek = job.oflag.has('seek_bytes') ? job.seek : job.seek * job.obs
    if (skip > 0 && !(yield* this.skip(skip))) return yield* this.end(1)
    if (seek > 0) {
      const { node } = target, kind = node?.kind
      if (node?.kind === 'file') {
        target.offset += seek
        if (!job.conv.has('notrunc') && job.output !== null && p.machine.account(seek - node.content.length) === undefined) node.content = node.content.slice(0, seek).padEnd(seek, '\0')
      } else if (kind === 'block') target.offset += seek
      else if (kind !== 'char') {
        yield* complain(p, `${quote(this.output)}: cannot seek: ${E.ESPIPE.text}`)
        return yield* this.end(1)
      }
    }
    const status = yield* this.copy(), { conv } = job, sync = conv.has('fsync') || conv.has('fdatasync') ? p.machine.sync : null
    const no = sync === null ? undefined : yield* sync(p, target)
    if (no === undefined) return yield* this.end(status)
    yield* complain(p, `${conv.has('fsync') ? 'fsync' : 'fdatasync'} failed for ${quote(this.output)}: ${no.text}`)
    return yield* this.end(1)
  }
  /** Seeks where that is possible, reads and forgets elsewhere. */
  private *skip(bytes: number): Run<boolean> {
    const { p } = this, file = p.fds.get(0)!, kind = file.node?.kind
    if (kind === 'file' || kind === 'block') {
      const size = file.node!.kind === 'file' ? file.node!.content.length : file.node!.kind === 'block' ? file.node!.block?.size() ?? 0 : 0
      if (file.offset + bytes > size) yield* complain(p, `${quoteIfOdd(this.input)}: cannot skip to specified offset`)
      file.offset = Math.min(size, file.offset + bytes)
      return true
    }
    if (kind === 'char') return true
    for (let left = bytes; left > 0;) {
      const data = yield* p.read(0, Math.min(left, this.job.ibs))
      if (failed(data)) {
        yield* complain(p, `error reading ${quote(this.input)}: ${data.text}`)
        return false
      }
      if (data === '') {
        yield* complain(p, `${quoteIfOdd(this.input)}: cannot skip to specified offset`)
        return true
      }
      left -= data.length
    }
    return true
  }
  private *copy(): Run {
    const { p, job } = this, bytes = job.iflag.has('count_bytes')
    let left = job.count, waiting = '', status = 0
    while (left > 0) {
      const want = bytes ? Math.min(left, job.ibs) : job.ibs
      let data = yield* this.read(want)
      if (failed(data)) {
        yield* complain(p, `error reading ${quote(this.input)}: ${data.text}`)
        status = 1
        if (!job.conv.has('noerror')) break
        if (job.status !== 'none') yield* this.report()
        // The block that cannot be read is passed over.
        const file = p.fds.get(0)!
        if (file.node?.kind === 'block') {
          if (file.offset >= (file.node.block?.size() ?? 0)) break
          file.offset += want
        } else if (file.node?.kind !== 'file') break
        left -= bytes ? want : 1
        if (!job.conv.has('sync')) continue
        this.inPart++
        data = '\0'.repeat(want)
      } else {
        if (data === '') break
        if (data.length === job.ibs) this.inFull++
        else this.inPart++
        left -= bytes ? data.length : 1
        if (job.conv.has('sync') && data.length < job.ibs) data += '\0'.repeat(job.ibs - data.length)
      }
      if (job.conv.has('ucase')) data = data.replace(/[a-z]+/g, s => s.toUpperCase())
      if (job.conv.has('lcase')) data = data.replace(/[A-Z]+/g, s => s.toLowerCase())
      if (job.conv.has('swab')) data = data.replace(/([^])([^])/g, '$2$1')
      if (job.joined || job.ibs === job.obs) {
        if (!(yield* this.write(data))) return 1
      } else {
        waiting += data
        while (waiting.length >= job.obs) {
          if (!(yield* this.write(waiting.slice(0, job.obs)))) return 1
          waiting = waiting.slice(job.obs)
        }
      }
      yield* this.work(data.length)
    }
    if (waiting !== '' && !(yield* this.write(waiting))) return 1
    return status
  }
  private *read(want: number): Run<string | typeof E.EIO> {
    const { p, job } = this, first = yield* p.read(0, want)
    if (typeof first !== 'string') return first as typeof E.EIO
    let data = first
    while (job.iflag.has('fullblock') && data.length < want) {
      const more = yield* p.read(0, want - data.length)
      if (typeof more !== 'string' || more === '') break
      data += more
    }
    return data
  }
  private *write(data: string): Run<boolean> {
    const { p, job } = this, target = p.fds.get(1)!, before = target.offset, no = yield* p.write(1, data)
    if (no === undefined) {
      this.written += data.length
      if (data.length === job.obs) this.outFull++
      else this.outPart++
      return true
    }
    if (p.dead) return false
    // What fitted before the end of a device was written.
    const some = target.node?.kind === 'block' || target.node?.kind === 'file' ? Math.max(0, target.offset - before) : 0
    if (some > 0) {
      this.written += some
      this.outPart++
    }
    yield* complain(p, `error writing ${quote(this.output)}: ${no.text}`)
    return false
  }
  /** Moving bytes takes time, and a copy without an end is a busy loop. */
  private *work(bytes: number): Run<void> {
    const { p } = this
    this.moved += bytes
    if (++this.steps % 16 !== 0 && this.moved < 65_536) return
    p.charge(Math.ceil(this.moved / 1024) + 1)
    this.moved = 0
    p.machine.countStatement(p, p.scriptLine ?? 0)
    yield* p.settle()
  }
  private *end(status: number): Run {
    if (this.p.dead) return 1
    this.p.charge(Math.ceil(this.moved / 1024))
    yield* this.p.settle()
    if (this.job.status !== 'none') yield* this.report()
    return status
  }
  private *report(): Run<void> {
    const { p, written } = this, seconds = (p.kernel.now - this.began) / SECOND
    let text = `${this.inFull}+${this.inPart} records in\n${this.outFull}+${this.outPart} records out\n`
    if (this.job.status !== 'noxfer') {
      const size = written < 1000 ? '' : written < 1024 ? ` (${scaled(written, 1000)}B)` : ` (${scaled(written, 1000)}B, ${scaled(written, 1024)}iB)`
      text += `${written} byte${written === 1 ? '' : 's'}${size} copied, ${formatReal({ ...PLAIN, precision: 6 }, 'g', seconds)} s, ${seconds > 0 ? `${scaled(written / seconds, 1000)}B` : 'Infinity B'}/s\n`
    }
    yield* p.err(text)
  }
}
/** `4.1 k`, `34 M`, `12 `. */
function scaled(n: number, base: 1000 | 1024): string {
  let value = n, unit = 0
  while (value >= base) { value /= base; unit++ }
  const letter = unit === 0 ? '' : (base === 1000 ? 'kMGTPE' : 'KMGTPE')[unit - 1]!
  if (unit === 0 && Number.isInteger(n)) return `${n} `
  const text = value < 10 ? (Math.round(value * 10) / 10).toFixed(1) : String(Math.round(value))
  return `${text === '10.0' ? '10' : text} ${letter}`
}
