/**
 * head and tail. head leaves a file's offset behind what it has shown, so that the next reader of the same descriptor goes on there; tail -f waits
 * in virtual time for the file to grow. Source: GNU coreutils 9.1.
 */
import { SECOND } from '../../base/time.ts'
import { defineCommand } from '../kernel/command.ts'
import { failed } from '../kernel/errno.ts'
import type { Process } from '../kernel/process.ts'
import type { Run } from '../kernel/wait.ts'
import { closeInput, complain, COPIES, misused, openInput, out, quote, readChunk, sizeOf } from './io.ts'
import { follow } from './follow.ts'
import { options, type Options } from './options.ts'

const LONG = { lines: 'n:', bytes: 'c:', quiet: 'q', silent: 'q', verbose: 'v', 'zero-terminated': 'z' }
const cannotOpen = (name: string, no: { text: string }): string => `cannot open ${quote(name)} for reading: ${no.text}`

const head = defineCommand({
  name: 'head',
  *run(p) {
    const asked = yield* wanted(p, { short: 'c:n:qvz', long: LONG })
    if (typeof asked === 'number') return asked
    const { by, text, n, names, titled, end } = asked
    let status = 0, first = true
    for (const name of names) {
      const input = yield* openInput(p, name, cannotOpen)
      if (input === null) { status = 1; continue }
      if (titled) {
        if (!(yield* out(p, title(name, first)))) return 1
        first = false
      }
      const done = text.startsWith('-') ? yield* allBut(p, input.fd, name, n, by, end) : yield* firstOf(p, input.fd, name, n, by, end)
      closeInput(p, input)
      if (done === null) return 1
      status ||= done
    }
    return status
  },
})
/** The first n lines or bytes; null if nobody takes them any more. */
function* firstOf(p: Process, fd: number, name: string, n: number, by: string, end: string): Run<number | null> {
  for (let left = n; left > 0;) {
    const data = by === 'c' && left < 65_536 ? yield* p.read(fd, left) : yield* readChunk(p, fd, COPIES)
    if (failed(data)) {
      yield* complain(p, `error reading ${quote(name)}: ${data.text}`)
      return 1
    }
    if (data === '') return 0
    let taken = data.length
    if (by === 'c') {
      taken = Math.min(left, taken)
      left -= taken
    } else {
      let at = 0
      while (left > 0) {
        const next = data.indexOf(end, at)
        if (next < 0) { at = data.length; break }
        at = next + 1
        left--
      }
      taken = at
    }
    const file = p.fds.get(fd)
    if (taken < data.length && (file?.node?.kind === 'file' || file?.node?.kind === 'block')) file.offset -= data.length - taken
    if (!(yield* out(p, taken < data.length ? data.slice(0, taken) : data))) return null
  }
  return 0
}
function* allBut(p: Process, fd: number, name: string, n: number, by: string, end: string): Run<number | null> {
  const data = yield* p.readAll(fd)
  if (failed(data)) {
    yield* complain(p, `error reading ${quote(name)}: ${data.text}`)
    return 1
  }
  return (yield* out(p, data.slice(0, by === 'c' ? Math.max(0, data.length - n) : data.length - lastLines(data, n, end).length))) ? 0 : null
}

const tail = defineCommand({
  name: 'tail',
  *run(p) {
    const asked = yield* wanted(p, { short: 'c:fFn:qs:vz', long: { ...LONG, follow: 'f::', retry: 'retry', pid: 'pid:', 'sleep-interval': 's:' } })
    if (typeof asked === 'number') return asked
    const { o, by, text, n, names, titled, end } = asked
    const follows = o.has('f', 'F'), byName = o.has('F') || o.get('f') === 'name', kept: { name: string; fd: number | null }[] = []
    if (!['', undefined, 'name', 'descriptor'].includes(o.get('f'))) {
      yield* misused(p, `invalid argument ${quote(o.get('f')!)} for '--follow'\nValid arguments are:\n  - 'descriptor'\n  - 'name'`)
      return 1
    }
    let status = 0, first = true
    for (const name of names) {
      const input = yield* openInput(p, name, cannotOpen)
      if (input === null) {
        status = 1
        if (byName || o.has('retry')) kept.push({ name, fd: null })
        continue
      }
      if (titled) {
        if (!(yield* out(p, title(name, first)))) return 1
        first = false
      }
      const done = yield* last(p, input.fd, name, n, by, end, text.startsWith('+'))
      if (done === null) return 1
      status ||= done
      if (follows) kept.push({ name, fd: input.fd })
      else closeInput(p, input)
    }
    // A pipe is at its end when it has been read.
    const followed = kept.filter(({ fd }) => fd === null || p.fds.get(fd)?.node != null && p.fds.get(fd)!.node!.kind !== 'fifo')
    if (!follows || followed.length === 0) {
      if (follows && kept.length === 0) yield* complain(p, 'no files remaining')
      return status
    }
    const every = Number(o.get('s') ?? 1)
    return yield* follow(p, followed, { byName, titled, pid: o.has('pid') ? Number(o.get('pid')) : null, every: Number.isFinite(every) && every > 0 ? Math.round(every * SECOND) : SECOND })
  },
})
function* last(p: Process, fd: number, name: string, n: number, by: string, end: string, from: boolean): Run<number | null> {
  const file = p.fds.get(fd)
  if (from && n > 1 && by === 'n' || !from || file?.node?.kind !== 'file') {
    const data = yield* p.readAll(fd)
    if (failed(data)) {
      yield* complain(p, `error reading ${quote(name)}: ${data.text}`)
      return 1
    }
    const text = from ? (by === 'c' ? data.slice(Math.max(0, n - 1)) : afterLines(data, n - 1, end)) : by === 'c' ? (n === 0 ? '' : data.slice(-n)) : lastLines(data, n, end)
    return (yield* out(p, text)) ? 0 : null
  }
  // From a byte or the start of a file on: nothing need be read twice.
  if (by === 'c' && n > 1) file.offset += n - 1
  for (;;) {
    const data = yield* readChunk(p, fd, COPIES)
    if (failed(data) || data === '') return 0
    if (!(yield* out(p, data))) return null
  }
}
function lastLines(data: string, n: number, end: string): string {
  if (n === 0) return ''
  let at = data.endsWith(end) ? data.length - 1 : data.length
  for (let left = n; left > 0; left--) {
    if (at === 0) return data
    at = data.lastIndexOf(end, at - 1)
    if (at < 0) return data
  }
  return data.slice(at + 1)
}
function afterLines(data: string, n: number, end: string): string {
  let at = 0
  for (let left = n; left > 0; left--) {
    const next = data.indexOf(end, at)
    if (next < 0) return ''
    at = next + 1
  }
  return data.slice(at)
}

interface Wanted { o: Options; by: string; text: string; n: number; names: readonly string[]; titled: boolean; end: string }
/** What both understand: how much, of which files, with titles or without; the status if it is not understood. */
function* wanted(p: Process, spec: Parameters<typeof options>[1]): Run<Wanted | number> {
  oldStyle(p)
  const o = yield* options(p, spec)
  if (typeof o === 'number') return o
  const by = o.lastOf('c', 'n') ?? 'n', text = o.get(by) ?? '10', n = sizeOf(text.replace(/^[-+]/, '')), names = o.operands.length === 0 ? ['-'] : o.operands
  if (n !== null) return { o, by, text, n, names, titled: heads(o, names), end: o.has('z') ? '\0' : '\n' }
  yield* complain(p, `invalid number of ${by === 'c' ? 'bytes' : 'lines'}: ${quote(text)}`)
  return 1
}
const heads = (o: Options, names: readonly string[]): boolean => {
  const said = o.lastOf('q', 'v')
  return said === 'v' || (said !== 'q' && names.length > 1)
}
export const title = (name: string, first: boolean): string => `${first ? '' : '\n'}==> ${name === '-' ? 'standard input' : name} <==\n`

/** `-5`, `-5c`, `+5`: the way it was before -n. */
function oldStyle(p: Process): void {
  const [, sign, digits, letters] = /^([-+])(\d+)([bcklqvfm]*)$/.exec(p.argv[1] ?? '') ?? []
  if (digits === undefined || (sign === '+' && p.name === 'head')) return
  const bytes = /[bckm]/.exec(letters!)?.[0]
  p.argv.splice(1, 1, bytes ? '-c' : '-n', `${sign === '+' ? '+' : ''}${digits}${bytes === undefined || bytes === 'c' ? '' : bytes}`, ...[.../[qvf]/g[Symbol.match](letters!) ?? []].map(letter => `-${letter}`))
}
export const HEAD = [head, tail]
