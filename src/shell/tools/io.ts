/**
 * What utilities have in common: complaints, opening operands, reading by lines, writing, numbers with suffixes, names in quotes.
 *
 * A utility that copies reads a chunk, makes of it what it makes, and writes that: one system call each, whatever the number of lines. Bytes that
 * are moved cost virtual time, so that `cat /dev/zero > /dev/null` does not stop the clock.
 */
import { failed, type Failure } from '../kernel/errno.ts'
import type { Process } from '../kernel/process.ts'
import type { Run } from '../kernel/wait.ts'

/** `NAME: text` on standard error. */
export const complain = (p: Process, text: string): Run<unknown> => p.err(`${p.argv[0]}: ${text}\n`)
/** The same, with the hint of where to read on. */
export const misused = (p: Process, text: string): Run<unknown> => p.err(`${p.argv[0]}: ${text}\nTry '${p.argv[0]} --help' for more information.\n`)

/** Moving this many bytes takes 1 µs of virtual CPU time for each KiB. A shell's statement budget ends those who never stop. */
export function* moved(p: Process, bytes: number): Run<void> {
  p.charge(Math.ceil(bytes / 1024))
  if (bytes >= 32_768) {
    worked(p, bytes, COPIES)
    yield* p.settle()
  }
}

/** Writes to standard output. False if that failed: it has been said, and the utility ends with status 1. */
export function* out(p: Process, text: string): Run<boolean> {
  if (text === '') return true
  const no = yield* p.write(1, text)
  yield* moved(p, text.length)
  if (no === undefined) return true
  if (!p.dead) yield* complain(p, `write error: ${no.text}`)
  return false
}

export interface Input { readonly fd: number; readonly name: string }
/** Opens an operand; `-` is standard input. null if it cannot be: that has been said. */
export function* openInput(p: Process, name: string, words: (name: string, no: Failure) => string = (name, no) => `${quoteIfOdd(name)}: ${no.text}`): Run<Input | null> {
  if (name === '-') return { fd: 0, name: '-' }
  const fd = yield* p.open(name, { read: true }, 3)
  if (failed(fd)) {
    yield* complain(p, words(name, fd))
    return null
  }
  return { fd, name }
}
export function closeInput(p: Process, { fd }: Input): void {
  if (fd !== 0) p.close(fd)
}

/** What is looked at line by line counts like a statement for each so many bytes: endless input ends soon, whatever the tool does with it. */
export const worked = (p: Process, bytes: number, per = 64): void => p.machine.countStatement(p, p.scriptLine ?? 0, Math.ceil(bytes / per))

/** Chunks of a file as they come: '' at the end, a failure that is for the caller to say. `per`: see `worked`; those who only move bytes on have `COPIES`. */
export const COPIES = 8192
export function* readChunk(p: Process, fd: number, per = 64): Run<string | Failure> {
  for (;;) {
    const data = yield* p.read(fd)
    if (typeof data === 'string') {
      if (data.length >= 4096) worked(p, data.length, per)
      if (data.length >= 32_768) yield* moved(p, data.length)
      return data
    }
    if (data.errno !== 'EINTR') return data
  }
}

/** The whole content of one operand; null if that failed and has been said. */
export function* slurp(p: Process, name: string, words?: (name: string, no: Failure) => string): Run<string | null> {
  const input = yield* openInput(p, name, words)
  if (input === null) return null
  const data = yield* p.readAll(input.fd)
  closeInput(p, input)
  if (typeof data === 'string') {
    yield* moved(p, data.length)
    return data
  }
  yield* complain(p, (words ?? ((name, no) => `${quoteIfOdd(name)}: ${no.text}`))(name, data))
  return null
}

/** The next chunk of an operand, '' at its end; null: it cannot be read, and that has been said. */
export function* chunkOf(p: Process, name: string, fd: number): Run<string | null> {
  const data = yield* readChunk(p, fd)
  if (!failed(data)) return data
  yield* complain(p, `${quoteIfOdd(name)}: ${data.text}`)
  return null
}

/**
 * Lines of the operands (standard input if there are none), in blocks as they are read: `each` gets the lines of a block without their ends and
 * gives what to write. `state` of a line that has no end yet is kept till the next chunk; the very last may have none (`open`).
 */
export function* byLines(p: Process, names: readonly string[], each: (lines: string[], open: boolean, name: string) => string | null, end = '\n', words?: (name: string, no: Failure) => string): Run {
  let status = 0
  for (const name of names.length === 0 ? ['-'] : names) {
    const input = yield* openInput(p, name, words)
    if (input === null) { status = 1; continue }
    let rest = ''
    for (;;) {
      const data = yield* chunkOf(p, name, input.fd)
      if (data === null) { status = 1; break }
      if (data === '') {
        if (rest !== '') {
          const text = each([rest], true, name)
          if (text === null) { closeInput(p, input); return status }
          if (!(yield* out(p, text))) return 1
        }
        break
      }
      const at = data.lastIndexOf(end)
      if (at < 0) {
        rest += data
        p.machine.checkHeld(rest.length)
        continue
      }
      const lines = (rest + data.slice(0, at)).split(end)
      rest = data.slice(at + 1)
      const text = each(lines, false, name)
      if (text === null) { closeInput(p, input); return status }
      if (!(yield* out(p, text))) return 1
    }
    closeInput(p, input)
  }
  return status
}

/** Lines of a whole text: an unfinished last one counts. */
export function linesOf(text: string, end = '\n'): string[] {
  if (text === '') return []
  const lines = text.split(end)
  if (lines[lines.length - 1] === '') lines.pop()
  return lines
}

/** A name as GNU tools put it into messages without quotes (quotearg's shell-escape style): as it is unless a shell would read it otherwise. */
export function quoteIfOdd(name: string): string {
  return name !== '' && /^[^\0-\x20!"$&'()*;<=>?[\\\]^`{|}~#\x7f-\xff][^\0-\x20!"$&'()*;<>?[\\^`|\x7f-\xff]*$/.test(name) ? name : shellQuote(name)
}
/** The same, always in quotes: `'x'`. */
export function quote(name: string): string {
  return shellQuote(name)
}
function shellQuote(name: string): string {
  if (/[\0-\x1f\x7f-\xff]/.test(name)) {
    // Runs of what cannot be printed go into $'…'.
    let text = "'", special = false
    for (const char of name) {
      const odd = /[\0-\x1f\x7f-\xff]/.test(char)
      if (odd && !special) { text += "'$'"; special = true }
      else if (!odd && special) { text += "''"; special = false }
      text += odd ? NAMED[char] ?? `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}` : char === "'" ? "'\\''" : char
    }
    return `${text}'`
  }
  return name.includes("'") && !/["$`\\!]/.test(name) ? `"${name}"` : `'${name.replaceAll("'", "'\\''")}'`
}
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '\x07': '\\a', '\b': '\\b', '\v': '\\v', '\f': '\\f' }

const POWERS = 'KMGTPEZY'
/** `10`, `4K`, `1MB`, `2b` as dd, head, truncate and split take them; null if it is no number. */
export function sizeOf(text: string, letters = 'bKkMGTPEZY'): number | null {
  const [all, digits, suffix = ''] = /^(\d+)(.*)$/s.exec(text) ?? []
  if (all === undefined) return null
  if (suffix === '') return Number(digits)
  if (suffix === 'b' && letters.includes('b')) return Number(digits) * 512
  if (suffix === 'c' && letters.includes('c')) return Number(digits)
  if (suffix === 'w' && letters.includes('w')) return Number(digits) * 2
  const letter = suffix[0]!, power = POWERS.indexOf(letter === 'k' || letter === 'm' ? letter.toUpperCase() : letter) + 1
  if (power === 0 || !letters.includes(letter)) return null
  if (suffix.length === 1 || suffix.slice(1) === 'iB') return Number(digits) * 2 ** (10 * power)
  return suffix.slice(1) === 'B' ? Number(digits) * 10 ** (3 * power) : null
}
