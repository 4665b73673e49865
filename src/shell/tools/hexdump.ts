/**
 * hexdump's formats: `16/1 "%02x " "\n"` says how often, over how many bytes, and how. All formats look at the same block, one after another; where
 * the data ends within it, conversions leave blanks. Source: hexdump(1) of util-linux 2.38.
 */
import { formatInteger, formatReal, formatString, PLAIN, type Layout } from './format.ts'

interface Part { readonly text: string; readonly layout: Layout | null; readonly type: string; readonly bytes: number }
interface Unit { reps: number; readonly fixed: boolean; readonly size: number; readonly parts: readonly Part[]; readonly blankEnd: boolean }
export type Format = readonly Unit[]

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v', 0: '\0' }
const NAMES = ['nul', 'soh', 'stx', 'etx', 'eot', 'enq', 'ack', 'bel', 'bs', 'ht', 'lf', 'vt', 'ff', 'cr', 'so', 'si', 'dle', 'dc1', 'dc2', 'dc3', 'dc4', 'nak', 'syn', 'etb', 'can', 'em', 'sub', 'esc', 'fs', 'gs', 'rs', 'us']
const CODES: Readonly<Record<string, string>> = { '\0': '\\0', '\x07': '\\a', '\b': '\\b', '\t': '\\t', '\n': '\\n', '\v': '\\v', '\f': '\\f', '\r': '\\r' }
export const LETTERS: Readonly<Record<string, string>> = {
  b: '"%07.7_ax " 16/1 "%03o " "\\n"', c: '"%07.7_ax " 16/1 "%3_c " "\\n"', d: '"%07.7_ax " 8/2 "  %05u " "\\n"', o: '"%07.7_ax " 8/2 " %06o " "\\n"',
}

/** A string is the complaint. */
export function hexFormat(text: string): Format | string {
  const units: Unit[] = []
  let rest = text.trimStart()
  while (rest !== '') {
    const [all, reps, bytes, body] = /^(\d+)?(?:\s*\/\s*(\d+))?\s*"((?:[^"\\]|\\.)*)"\s*/s.exec(rest) ?? []
    if (all === undefined) return `bad format {${text}}`
    const parts = partsOf(body!.replace(/\\(.)/gs, (_, c: string) => ESCAPES[c] ?? c), bytes === undefined ? null : Number(bytes))
    if (typeof parts === 'string') return parts
    units.push({ reps: Number(reps ?? 1), fixed: reps !== undefined, size: parts.reduce((sum, part) => sum + part.bytes, 0), parts, blankEnd: /\s$/.test(parts.at(-1)?.text ?? '') && parts.at(-1)!.layout === null })
    rest = rest.slice(all.length)
  }
  return units
}
function partsOf(text: string, bytes: number | null): Part[] | string {
  const parts: Part[] = []
  let at = 0
  for (const found of text.matchAll(/%([-+ #0]*)(\d*)(?:\.(\d*))?(_[aA][dox]|_[cpu]|[a-zA-Z%])/g)) {
    if (found.index > at) parts.push({ text: text.slice(at, found.index), layout: null, type: '', bytes: 0 })
    at = found.index + found[0].length
    const [, flags = '', width, precision, type = ''] = found
    if (type === '%') { parts.push({ text: '%', layout: null, type: '', bytes: 0 }); continue }
    const kind = type.startsWith('_a') || type.startsWith('_A') ? 'address' : type === 'c' || type.startsWith('_') ? 'char' : /^[dioxXu]$/.test(type) ? 'integer' : /^[eEfgG]$/.test(type) ? 'real' : type === 's' ? 'string' : null
    if (kind === null) return `bad conversion character %${type}`
    const size = kind === 'address' ? 0 : kind === 'string' ? Number(precision ?? bytes ?? 0) : bytes ?? (kind === 'char' ? 1 : kind === 'integer' ? 4 : 8)
    if (kind === 'char' && size !== 1 || kind === 'integer' && ![1, 2, 4, 8].includes(size) || kind === 'real' && ![4, 8].includes(size)) return `bad byte count for conversion character ${type}`
    parts.push({ text: '', type, bytes: size, layout: { ...PLAIN, minus: flags.includes('-'), plus: flags.includes('+'), space: flags.includes(' '), alternate: flags.includes('#'), zero: flags.includes('0'), width: Number(width || 0), precision: kind === 'string' || precision === undefined ? -1 : Number(precision || 0) } })
  }
  if (at < text.length) parts.push({ text: text.slice(at), layout: null, type: '', bytes: 0 })
  return parts
}

const bytesOf = (format: Format): number => format.reduce((sum, { reps, size }) => sum + reps * size, 0)
function converted({ type, layout, bytes }: Part, data: string, address: number): string {
  const l = layout!
  if (type.startsWith('_a') || type.startsWith('_A')) return formatInteger(l, type[2]!, address)
  if (data === '') return ' '.repeat(l.width)
  if (type === 's') return formatString(l, data.replace(/\0.*$/s, ''))
  const [char = ''] = data, code = char.charCodeAt(0), shown = char >= ' ' && char <= '~'
  if (type === 'c') return formatString(l, char)
  if (type === '_p') return formatString(l, shown ? char : '.')
  if (type === '_u') return formatString(l, shown ? char : NAMES[code] ?? (code === 127 ? 'del' : code.toString(16)))
  if (type === '_c') return formatString(l, shown ? char : CODES[char] ?? code.toString(8).padStart(3, '0'))
  let n = 0n
  for (let i = bytes - 1; i >= 0; i--) n = n << 8n | BigInt(i < data.length ? data.charCodeAt(i) : 0)
  if (/[eEfgG]/.test(type)) {
    const view = new DataView(new ArrayBuffer(8))
    view.setBigUint64(0, n, true)
    return formatReal(l, type, bytes === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true))
  }
  return formatInteger(l, type, type === 'd' || type === 'i' ? BigInt.asIntN(bytes * 8, n) : n)
}

/** The data from this address on, in all formats; `all`: equal blocks are shown, too. */
export function hexdumped(data: string, skip: number, formats: readonly Format[], all: boolean): string {
  const size = Math.max(...formats.map(bytesOf)), lines: string[] = []
  if (size === 0) return ''
  for (const format of formats) {
    // The last unit of a shorter format is repeated until the block is used up.
    const last = format.findLast(unit => unit.size > 0)
    if (last !== undefined && !last.fixed) last.reps += Math.floor((size - bytesOf(format)) / last.size)
  }
  let before: string | null = null, starred = false
  for (let at = 0; at < data.length; at += size) {
    const block = data.slice(at, at + size)
    if (!all && before === block) {
      if (!starred) lines.push('*\n')
      starred = true
      continue
    }
    before = block
    starred = false
    for (const format of formats) lines.push(blockIn(format, block, skip + at))
  }
  for (const unit of formats.flat()) if (isEnd(unit)) lines.push(unit.parts.map(part => part.layout === null ? part.text : converted(part, '', skip + data.length)).join(''))
  return lines.join('')
}
/** `%_Ax` is shown once, behind the data. */
const isEnd = ({ parts }: Unit): boolean => parts.some(({ type }) => type.startsWith('_A'))
function blockIn(format: Format, block: string, address: number): string {
  let text = '', at = 0
  for (const unit of format) if (!isEnd(unit)) for (let { reps, parts, blankEnd } = unit, i = reps; i > 0; i--) for (const part of parts) {
    // Between, not after.
    text += part.layout !== null ? converted(part, block.slice(at, at + part.bytes), address + at) : blankEnd && reps > 1 && i === 1 && part === parts.at(-1) ? part.text.slice(0, -1) : part.text
    at += part.bytes
  }
  return text
}
