/**
 * split: a file in pieces of so many lines or bytes, or so many pieces. Source: GNU coreutils 9.1.
 */
import { defineCommand } from '../kernel/command.ts'
import { failed } from '../kernel/errno.ts'
import type { Process } from '../kernel/process.ts'
import type { Run } from '../kernel/wait.ts'
import { complain, linesOf, misused, out, quote, quoteIfOdd, sizeOf, slurp } from './io.ts'
import { options, type Options } from './options.ts'

const LONG = {
  'suffix-length': 'a:', 'additional-suffix': 'add:', bytes: 'b:', 'line-bytes': 'C:', 'numeric-suffixes': 'digits::', 'hex-suffixes': 'hex::', 'elide-empty-files': 'e', filter: 'filter:', lines: 'l:', number: 'n:', separator: 't:', unbuffered: 'u', verbose: 'verbose',
}
const WHAT: Readonly<Record<string, string>> = { l: 'lines', b: 'bytes', C: 'lines', n: 'chunks' }

/** Lines as long as they fit together, longer ones cut. */
function filled(lines: readonly string[], size: number): string[] {
  const pieces: string[] = []
  let piece = ''
  for (let line of lines) {
    if (piece !== '' && piece.length + line.length > size) { pieces.push(piece); piece = '' }
    for (; line.length > size; line = line.slice(size)) pieces.push(line.slice(0, size))
    piece += line
  }
  if (piece !== '') pieces.push(piece)
  return pieces
}
function chunks(text: string, lines: readonly string[], kind: string, n: number): string[] {
  const size = Math.floor(text.length / n), pieces = Array.from({ length: n }, () => '')
  if (kind === 'r') lines.forEach((line, i) => { pieces[i % n] += line })
  // The last has what is over.
  else if (kind === '') for (let i = 0; i < n; i++) pieces[i] = text.slice(i * size, i === n - 1 ? undefined : (i + 1) * size)
  else {
    // A line belongs to the piece in which it begins.
    let at = 0, i = 0
    for (const line of lines) {
      while (i < n - 1 && at >= (i + 1) * size) i++
      pieces[i] += line
      at += line.length
    }
  }
  return pieces
}

const power = (base: number, n: number): number => n === 0 ? 1 : base * power(base, n - 1)

class Names {
  private n: number
  private length: number
  private readonly digits: string
  private readonly fixed: boolean
  private readonly prefix: string
  private readonly ending: string
  constructor(o: Options, prefix: string, pieces: number | null) {
    const style = o.lastOf('d', 'x', 'digits', 'hex'), from = style === 'digits' || style === 'hex' ? o.get(style)! : ''
    this.digits = style === undefined ? 'abcdefghijklmnopqrstuvwxyz' : style === 'x' || style === 'hex' ? '0123456789abcdef' : '0123456789'
    this.n = Number(from || 0)
    this.length = Number(o.get('a') ?? 0) || Math.max(2, from.length)
    if (!o.has('a') && pieces !== null) while (power(this.digits.length, this.length) < pieces) this.length++
    this.fixed = o.has('a') || from !== '' || pieces !== null
    this.prefix = prefix
    this.ending = o.get('add') ?? ''
  }
  /** null: there are no more. */
  next(): string | null {
    const base = this.digits.length
    let n = this.n++, { prefix, length } = this
    // Names grow before the last letter is used up: xyz, xzaaa.
    if (!this.fixed) {
      for (let room = (base - 1) * power(base, length - 1); n >= room; room = (base - 1) * power(base, length - 1)) {
        n -= room
        prefix += this.digits.at(-1)!
        length++
      }
    } else if (n >= power(base, length)) return null
    let name = ''
    for (let i = 0; i < length; i++, n = Math.floor(n / base)) name = this.digits[n % base]! + name
    return prefix + name + this.ending
  }
}

const split = defineCommand({
  name: 'split',
  *run(p): Run {
    const old = p.argv.findIndex(arg => /^-\d+$/.test(arg))
    if (old > 0) p.argv = [...p.argv.slice(0, old), `-l${p.argv[old]!.slice(1)}`, ...p.argv.slice(old + 1)]
    const o = yield* options(p, { short: 'a:b:C:del:n:t:ux', long: LONG }, { usage: '[OPTION]... [FILE [PREFIX]]' })
    if (typeof o === 'number') return o
    const ways = o.all.filter(([key]) => 'bCln'.includes(key)), [way, amount] = ways[0] ?? ['l', '1000']
    if (ways.length > 1 || o.operands.length > 2) {
      yield* misused(p, ways.length > 1 ? 'cannot split in more than one way' : `extra operand ${quote(o.operands[2]!)}`)
      return 1
    }
    if (o.has('filter')) {
      yield* complain(p, 'hotspare: split option --filter is not modelled')
      return 1
    }
    const [, kind = '', one, number = ''] = way === 'n' ? /^(?:([lr])\/)?(?:(\d+)\/)?(.*)$/s.exec(amount)! : [], count = sizeOf(way === 'n' ? number : amount), of = one === undefined ? null : Number(one)
    if (count === null || count === 0) {
      yield* complain(p, `invalid number of ${WHAT[way]!}: ${quote(way === 'n' ? number : amount)}${count === 0 ? ': Numerical result out of range' : ''}`)
      return 1
    }
    const end = o.get('t') === undefined ? '\n' : o.get('t') === '\\0' ? '\0' : o.get('t')!
    const text = yield* slurp(p, o.operands[0] ?? '-', (name, no) => `cannot open ${quote(name)} for reading: ${no.text}`)
    if (text === null) return 1
    const lines = linesOf(text, end).map((line, i, all) => i < all.length - 1 || text.endsWith(end) ? line + end : line)
    let pieces: string[] = []
    if (way === 'n') pieces = chunks(text, lines, kind, count)
    else if (way === 'C') pieces = filled(lines, count)
    else if (way === 'l') for (let i = 0; i < lines.length; i += count) pieces.push(lines.slice(i, i + count).join(''))
    else for (let i = 0; i < text.length; i += count) pieces.push(text.slice(i, i + count))
    if (of !== null) return (yield* out(p, pieces[of - 1] ?? '')) ? 0 : 1
    return yield* write(p, o, pieces, new Names(o, o.operands[1] ?? 'x', way === 'n' ? count : null))
  },
})
function* write(p: Process, o: Options, pieces: readonly string[], names: Names): Run {
  for (const piece of pieces) {
    if (piece === '' && o.has('e')) continue
    const name = names.next()
    if (name === null) {
      yield* complain(p, 'output file suffixes exhausted')
      return 1
    }
    if (o.has('verbose')) yield* out(p, `creating file ${quote(name)}\n`)
    const fd = yield* p.open(name, { write: true, create: true, truncate: true }, 3)
    const no = failed(fd) ? fd : yield* p.write(fd, piece)
    if (!failed(fd)) p.close(fd)
    if (no !== undefined) {
      yield* complain(p, `${quoteIfOdd(name)}: ${no.text}`)
      return 1
    }
  }
  return 0
}
export const SPLIT = [split]
