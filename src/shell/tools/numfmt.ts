/**
 * numfmt: numbers with K, M, G made and read. Numbers are doubles here, long doubles there: 15 digits are exact. Source: GNU coreutils 9.1.
 */
import { defineCommand } from '../kernel/command.ts'
import type { Run } from '../kernel/wait.ts'
import { formatReal, PLAIN } from './format.ts'
import { complain, linesOf, misused, out, quote, slurp } from './io.ts'
import { options, type Options } from './options.ts'

const LONG = {
  debug: 'debug', delimiter: 'd:', field: 'field:', format: 'format:', from: 'from:', 'from-unit': 'fromunit:', grouping: 'grouping', header: 'header::', invalid: 'invalid:', padding: 'padding:', round: 'round:', suffix: 'suffix:', to: 'to:', 'to-unit': 'tounit:', 'zero-terminated': 'z',
}
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  from: ['none', 'auto', 'si', 'iec', 'iec-i'], to: ['none', 'si', 'iec', 'iec-i'], round: ['up', 'down', 'from-zero', 'towards-zero', 'nearest'], invalid: ['abort', 'fail', 'warn', 'ignore'],
}
const POWERS = 'KMGTPEZY'
const ROUND: Readonly<Record<string, (x: number) => number>> = {
  up: Math.ceil, down: Math.floor, 'from-zero': x => x < 0 ? Math.floor(x) : Math.ceil(x), 'towards-zero': Math.trunc, nearest: x => Math.sign(x) * Math.round(Math.abs(x)),
}

interface Format { readonly before: string; readonly after: string; readonly width: number; readonly precision: number | null; readonly left: boolean; readonly zero: boolean }
/** `%10.2f` with text around; a string says what is wrong with it. */
function formatOf(text: string): Format | string {
  const [, before = '', flags, width = '', precision, after = ''] = /^((?:[^%]|%%)*)%([-0' ]*)(\d*)(?:\.(\d*))?f((?:[^%]|%%)*)$/s.exec(text) ?? []
  if (flags === undefined) return `format ${quote(text)} ${/(^|[^%])(%%)*%[^%]/.test(text) ? 'must have exactly one %f directive' : 'has no % directive'}`
  return { before: before.replaceAll('%%', '%'), after: after.replaceAll('%%', '%'), width: Number(width || 0), precision: precision === undefined ? null : Number(precision || 0), left: flags.includes('-'), zero: flags.includes('0') }
}
const fixed = (x: number, precision: number): string => formatReal({ ...PLAIN, precision }, 'f', x)

class Scale {
  private readonly o: Options
  private readonly format: Format | null
  private readonly padding: number
  private readonly round: (x: number) => number
  constructor(o: Options, format: Format | null) {
    this.o = o
    this.format = format
    this.padding = Number(o.get('padding') ?? 0)
    this.round = ROUND[o.get('round') ?? 'from-zero']!
  }
  /** The number, or the complaint. */
  read(word: string): { value: number; decimals: number } | string {
    const from = this.o.get('from') ?? 'none', suffix = this.o.get('suffix') ?? ''
    const text = suffix !== '' && word.endsWith(suffix) ? word.slice(0, -suffix.length) : word
    const [all, digits, decimals = ''] = /^\s*(-?\d+(?:\.(\d*))?|-?\.(\d+))/.exec(text) ?? []
    if (all === undefined) return `invalid number: ${quote(text)}`
    const rest = text.slice(all.length).replace(/^\s+(?=[KMGTPEZYk])/, ''), power = POWERS.indexOf(rest[0] === 'k' ? 'K' : rest[0] ?? ' ') + 1
    const unit = Number(this.o.get('fromunit') ?? 1)
    if (rest === '') return { value: Number(digits) * unit, decimals: decimals.length }
    if (power === 0) return `invalid suffix in input: ${quote(text)}`
    if (from === 'none') return `rejecting suffix in input: ${quote(text)} (consider using --from)`
    const binary = from.startsWith('iec') || (from === 'auto' && rest[1] === 'i'), more = (from === 'auto' || from === 'iec-i') && rest[1] === 'i' ? rest.slice(2) : rest.slice(1)
    if (from === 'iec-i' && rest[1] !== 'i') return `missing 'i' suffix in input: ${quote(text)} (e.g Ki/Mi/Gi)`
    if (more !== '') return `invalid suffix in input ${quote(text)}: ${quote(more)}`
    return { value: Number(digits) * (binary ? 2 ** (10 * power) : 10 ** (3 * power)) * unit, decimals: 0 }
  }
  show(value: number, decimals: number): string {
    const to = this.o.get('to') ?? 'none', { format } = this, n = value / Number(this.o.get('tounit') ?? 1), given = format?.precision ?? null
    let text: string
    if (to === 'none') {
      const precision = given ?? (this.o.has('tounit') ? 0 : decimals), shift = 10 ** precision
      text = fixed(this.round(n * shift) / shift, precision)
    } else {
      const base = to === 'si' ? 1000 : 1024
      let x = n, power = 0
      while (Math.abs(x) >= base && power < 8) { x /= base; power++ }
      const shift = given !== null ? 10 ** given : power > 0 && Math.abs(x) < 10 ? 10 : 1
      x = this.round(x * shift) / shift
      // Rounding may have made it one unit more.
      if (Math.abs(x) >= base && power < 8) { x /= base; power++ }
      const digits = given ?? (power > 0 && Math.abs(x) < 10 && x !== 0 ? 1 : 0)
      text = `${fixed(x, digits)}${power > 0 ? POWERS[power - 1]! + (to === 'iec-i' ? 'i' : '') : ''}`
    }
    text += this.o.get('suffix') ?? ''
    if (format !== null && format.width > 0) text = format.zero && !format.left ? text.padStart(format.width, '0') : format.left ? text.padEnd(format.width) : text.padStart(format.width)
    else if (this.padding !== 0) text = this.padding > 0 ? text.padStart(this.padding) : text.padEnd(-this.padding)
    return format === null ? text : format.before + text + format.after
  }
}

/** `2`, `1-3,5`, `-`: whether field n is meant. */
function fieldsOf(list: string): ((n: number) => boolean) | null {
  const ranges: [number, number][] = []
  for (const part of list.split(',')) {
    const [all, from, dash, to] = /^(\d*)(-?)(\d*)$/.exec(part) ?? []
    if (all === undefined || all === '') return null
    ranges.push([Number(from || 1), dash === '' ? Number(from) : Number(to || Infinity)])
  }
  return n => ranges.some(([from, to]) => from <= n && n <= to)
}

const numfmt = defineCommand({
  name: 'numfmt',
  *run(p): Run {
    const o = yield* options(p, { short: 'd:z', long: LONG }, { usage: '[OPTION]... [NUMBER]...' })
    if (typeof o === 'number') return o
    for (const [key, possible] of Object.entries(CHOICES)) {
      const value = o.get(key)
      if (value === undefined || possible.includes(value)) continue
      yield* misused(p, `invalid argument ${quote(value)} for '--${key}'\nValid arguments are:\n${possible.map(each => `  - '${each}'`).join('\n')}`)
      return 1
    }
    const format = o.has('format') ? formatOf(o.get('format')!) : null, fields = fieldsOf(o.get('field') ?? '1')
    const wrong = typeof format === 'string' ? format : fields === null ? `invalid field value ${quote(o.get('field')!)}` : (o.get('d') ?? ' ').length > 1 ? 'the delimiter must be a single character'
      : o.has('padding') && !/^-?[1-9]\d*$/.test(o.get('padding')!) ? `invalid padding value ${quote(o.get('padding')!)}` : undefined
    if (wrong !== undefined || typeof format === 'string' || fields === null) {
      yield* complain(p, wrong ?? '')
      return 1
    }
    const scale = new Scale(o, format), mode = o.get('invalid') ?? 'abort', delimiter = o.get('d'), end = o.has('z') ? '\0' : '\n'
    let status = 0, stop = false
    const complaints: string[] = []
    const convert = (line: string): string | null => {
      const parts = delimiter === undefined ? line.match(/\s*\S+|\s+$/g) ?? [line] : line.split(delimiter)
      const done = parts.map((part, i) => {
        if (!fields(i + 1)) return part
        const [blank] = delimiter === undefined ? /^\s*/.exec(part)! : [''], word = part.slice(blank.length), n = scale.read(word)
        if (typeof n !== 'string') {
          const text = scale.show(n.value, n.decimals)
          // Where blanks stood before it, it keeps its place.
          return delimiter === undefined && !o.has('padding') && format === null && blank.length > (i > 0 ? 1 : 0) ? (i > 0 ? ' ' : '') + text.padStart(part.length - (i > 0 ? 1 : 0)) : (i > 0 && delimiter === undefined ? ' ' : '') + text
        }
        if (mode !== 'ignore') complaints.push(n)
        if (mode === 'abort' || mode === 'fail') status = 2
        if (mode === 'abort') stop = true
        return part
      })
      return stop ? null : done.join(delimiter ?? '')
    }
    let header = o.has('header') ? Number(o.get('header') || 1) : 0, lines: readonly string[] = o.operands
    if (lines.length === 0) {
      const text = yield* slurp(p, '-')
      if (text === null) return 1
      lines = linesOf(text, end)
    } else header = 0
    let text = ''
    for (const line of lines) {
      const shown = header-- > 0 ? line : convert(line)
      for (const each of complaints.splice(0)) {
        yield* out(p, text)
        text = ''
        yield* complain(p, each)
      }
      if (shown === null) return status
      text += shown + end
    }
    return (yield* out(p, text)) ? status : 1
  },
})
export const NUMFMT = [numfmt]
