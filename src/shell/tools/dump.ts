/**
 * od, hexdump, xxd, strings: bytes made visible. Source: GNU coreutils 9.1, util-linux 2.38 (hexdump), vim 9.0 (xxd), GNU binutils 2.40 (strings).
 */
import { defineCommand } from '../kernel/command.ts'
import { failed } from '../kernel/errno.ts'
import type { Process } from '../kernel/process.ts'
import type { Run } from '../kernel/wait.ts'
import { complain, misused, out, quote, sizeOf, slurp } from './io.ts'
import { formatReal, PLAIN } from './format.ts'
import { hexdumped, hexFormat, LETTERS, type Format } from './hexdump.ts'
import { options } from './options.ts'

/** Of the operands one after another, `skip` bytes passed over, at most `most`: no more is read than that. */
function* window(p: Process, names: readonly string[], skip: number, most: number): Run<{ data: string; status: number }> {
  let data = '', status = 0, left = skip
  for (const name of names.length === 0 ? ['-'] : names) {
    const fd = name === '-' ? 0 : yield* p.open(name, { read: true }, 3)
    if (failed(fd)) {
      yield* complain(p, `${name}: ${fd.text}`)
      status = 1
      continue
    }
    const file = p.fds.get(fd)
    if (file !== undefined && left > 0 && (file.node?.kind === 'file' || file.node?.kind === 'block')) {
      const size = file.node.kind === 'file' ? file.node.content.length : file.node.block?.size() ?? 0, by = Math.min(left, size - file.offset)
      file.offset += by
      left -= by
    }
    while (data.length < most) {
      const chunk = yield* p.read(fd, Math.min(65_536, most - data.length + left))
      if (failed(chunk)) {
        yield* complain(p, `${name}: ${chunk.text}`)
        status = 1
        break
      }
      if (chunk === '') break
      data += left > 0 ? chunk.slice(left) : chunk
      left = Math.max(0, left - chunk.length)
      p.machine.checkHeld(data.length * 4)
    }
    if (fd !== 0) p.close(fd)
  }
  return { data: data.slice(0, Math.max(0, most)), status }
}
const number = (text: string): number | null => {
  const [, digits, suffix = ''] = /^(0[xX][\da-fA-F]+|\d+)([bkKmMG]?B?)$/.exec(text) ?? []
  if (digits === undefined) return null
  return Number(/^0\d/.test(digits) ? parseInt(digits, 8) : Number(digits)) * (suffix === '' ? 1 : sizeOf(`1${suffix}`) ?? 1)
}
const little = (bytes: string): bigint => {
  let n = 0n
  for (let i = bytes.length - 1; i >= 0; i--) n = n << 8n | BigInt(bytes.charCodeAt(i))
  return n
}

interface Type { readonly width: number; readonly size: number; show(bytes: string): string; readonly text: boolean }
const NAMED = ['nul', 'soh', 'stx', 'etx', 'eot', 'enq', 'ack', 'bel', 'bs', 'ht', 'nl', 'vt', 'ff', 'cr', 'so', 'si', 'dle', 'dc1', 'dc2', 'dc3', 'dc4', 'nak', 'syn', 'etb', 'can', 'em', 'sub', 'esc', 'fs', 'gs', 'rs', 'us', 'sp']
const C_ESCAPES: Readonly<Record<string, string>> = { '\0': '\\0', '\x07': '\\a', '\b': '\\b', '\t': '\\t', '\n': '\\n', '\v': '\\v', '\f': '\\f', '\r': '\\r' }
function typeOf(spec: string): Type[] | null {
  const types: Type[] = []
  for (const [, letter, amount, z] of spec.matchAll(/([acdfoux])([CSILFDL1248]?)(z?)|(.)/gs)) {
    if (letter === undefined) return null
    const size = 'ac'.includes(letter) ? 1 : letter === 'f' ? ({ F: 4, D: 8, 4: 4, 8: 8, '': 8 } as Readonly<Record<string, number>>)[amount!] : ({ C: 1, S: 2, I: 4, L: 8, 1: 1, 2: 2, 4: 4, 8: 8, '': 4 } as Readonly<Record<string, number>>)[amount!]
    if (size === undefined) return null
    const bits = BigInt(size * 8), unsigned = { o: Math.ceil(size * 8 / 3), x: size * 2, u: [0, 3, 5, 0, 10, 0, 0, 0, 20][size]! }
    types.push({
      size, text: z === 'z', width: letter === 'a' || letter === 'c' ? 3 : letter === 'd' ? [0, 4, 6, 0, 11, 0, 0, 0, 20][size]! : letter === 'f' ? (size === 4 ? 15 : 24) : unsigned[letter as 'o'],
      show: bytes => {
        const code = bytes.charCodeAt(0)
        if (letter === 'a') return (code & 127) < 33 ? NAMED[code & 127]! : (code & 127) === 127 ? 'del' : String.fromCharCode(code & 127)
        if (letter === 'c') return C_ESCAPES[bytes] ?? (code >= 32 && code < 127 ? bytes : code.toString(8).padStart(3, '0'))
        const n = little(bytes)
        if (letter === 'f') {
          const view = new DataView(new ArrayBuffer(8))
          view.setBigUint64(0, n, true)
          return formatReal({ ...PLAIN, precision: size === 4 ? 8 : 17 }, 'g', size === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true))
        }
        return letter === 'd' ? String(n >> bits - 1n ? n - (1n << bits) : n) : letter === 'u' ? String(n) : n.toString(letter === 'o' ? 8 : 16).padStart(unsigned[letter as 'o'], '0')
      },
    })
  }
  return types
}
const OLD: Readonly<Record<string, string>> = { a: 'a', b: 'o1', c: 'c', d: 'u2', f: 'fF', h: 'x2', i: 'dI', l: 'dL', o: 'o2', s: 'd2', x: 'x2' }

const od = defineCommand({
  name: 'od',
  *run(p) {
    const o = yield* options(p, { short: 'A:abcdfhij:lN:oS:st:vw::x', long: { 'address-radix': 'A:', 'skip-bytes': 'j:', 'read-bytes': 'N:', format: 't:', 'output-duplicates': 'v', width: 'w::', endian: 'endian:', strings: 'S:', traditional: 'traditional' } })
    if (typeof o === 'number') return o
    const radix = o.get('A') ?? 'o', skip = number(o.get('j') ?? '0'), most = o.has('N') ? number(o.get('N')!) : Infinity
    if (o.has('S', 'endian', 'traditional')) {
      yield* complain(p, 'hotspare: od options -S, --endian and --traditional are not modelled')
      return 1
    }
    if (!/^[doxn]$/.test(radix[0] ?? '')) {
      yield* complain(p, `invalid output address radix '${radix}'; it must be one character from [doxn]`)
      return 1
    }
    if (skip === null || most === null) {
      yield* complain(p, `invalid ${skip === null ? '-j' : '-N'} argument '${o.get(skip === null ? 'j' : 'N')}'`)
      return 1
    }
    const types: Type[] = []
    for (const [key, value] of o.all) {
      if (key !== 't' && OLD[key] === undefined) continue
      const found = typeOf(key === 't' ? value : OLD[key]!)
      if (found === null) {
        yield* complain(p, `invalid character '${/[^acdfouxCSILFDz1248]/.exec(value)?.[0] ?? value[0]}' in type string '${value}'`)
        return 1
      }
      types.push(...found)
    }
    if (types.length === 0) types.push(...typeOf('o2')!)
    const unit = Math.max(...types.map(({ size }) => size)), asked = o.has('w') ? Number(o.get('w') || 32) : 16, width = asked % unit === 0 && asked > 0 ? asked : unit
    const { data, status } = yield* window(p, o.operands, skip, most)
    if (status !== 0 && data === '' && o.operands.length === 1) return status
    // All columns of a block are as wide as the widest type makes them.
    const perUnit = Math.max(...types.map(({ width, size }) => (width + 1) * (unit / size))), address = (n: number): string => radix[0] === 'n' ? '' : radix[0] === 'd' ? String(n).padStart(7, '0') : n.toString(radix[0] === 'x' ? 16 : 8).padStart(radix[0] === 'x' ? 6 : 7, '0')
    const lines: string[] = []
    let last: string | null = null, starred = false
    for (let at = 0; at < data.length; at += width) {
      const row = data.slice(at, at + width)
      if (!o.has('v') && row === last && row.length === width) {
        if (!starred) lines.push('*')
        starred = true
        continue
      }
      last = row
      starred = false
      types.forEach((type, i) => {
        const fields = Math.ceil(row.length / type.size), total = perUnit * (width / unit), count = width / type.size
        let text = i === 0 ? address(skip + at) : ' '.repeat(radix[0] === 'n' ? 0 : address(0).length), pad = total - type.width * count
        // The blanks that are over are spread among the fields.
        for (let f = 0, left = count; f < fields; f++, left--) {
          const blanks = Math.ceil(pad / count * left) - Math.ceil(pad / count * (left - 1))
          text += ' '.repeat(blanks) + type.show(row.slice(f * type.size, (f + 1) * type.size).padEnd(type.size, '\0')).padStart(type.width)
        }
        pad = 0
        if (type.text) {
          text = text.padEnd((i === 0 || radix[0] !== 'n' ? address(0).length : 0) + total)
          text += `  >${row.replace(/[^ -~]/g, '.')}<`
        }
        lines.push(text)
      })
    }
    if (radix[0] !== 'n') lines.push(address(skip + data.length))
    return (yield* out(p, lines.map(line => `${line}\n`).join(''))) ? status : 1
  },
})

const hexdump = (name: string) => defineCommand({
  name,
  *run(p) {
    const o = yield* options(p, { short: 'bcCde:f:n:os:vx', long: { 'one-byte-octal': 'b', canonical: 'C', format: 'e:', length: 'n:', skip: 's:', 'no-squeezing': 'v', 'two-bytes-hex': 'x' } }, { from: 'util-linux', version: '2.38.1' })
    if (typeof o === 'number') return o
    const skip = number(o.get('s') ?? '0'), most = o.has('n') ? number(o.get('n')!) : Infinity, canonical = o.has('C') || p.name === 'hd'
    if (o.has('f') || skip === null || most === null) {
      yield* complain(p, skip === null || most === null ? `failed to parse ${skip === null ? 'offset' : 'length'}` : 'hotspare: hexdump option -f is not modelled')
      return 1
    }
    const formats: Format[] = []
    for (const [key, value] of o.all) {
      if (key !== 'e' && LETTERS[key] === undefined) continue
      const format = hexFormat(key === 'e' ? value : LETTERS[key]!)
      if (typeof format === 'string') {
        yield* complain(p, format)
        return 1
      }
      formats.push(format)
    }
    const { data, status } = yield* window(p, o.operands, skip, most), lines: string[] = []
    if (status !== 0 && data === '') yield* complain(p, 'all input file arguments failed')
    if (formats.length > 0) {
      const end = data.length > 0 && o.has('b', 'c', 'd', 'o') ? `${(skip + data.length).toString(16).padStart(7, '0')}\n` : ''
      return (yield* out(p, hexdumped(data, skip, formats, o.has('v')) + end)) ? status : 1
    }
    let last: string | null = null, starred = false
    for (let at = 0; at < data.length; at += 16) {
      const row = data.slice(at, at + 16), bytes = [...row].map(char => char.charCodeAt(0).toString(16).padStart(2, '0'))
      if (!o.has('v') && row === last && row.length === 16) {
        if (!starred) lines.push('*')
        starred = true
        continue
      }
      last = row
      starred = false
      if (canonical) lines.push(`${(skip + at).toString(16).padStart(8, '0')}  ${bytes.slice(0, 8).join(' ').padEnd(23)}  ${bytes.slice(8).join(' ').padEnd(23)}  |${row.replace(/[^ -~]/g, '.')}|`)
      else {
        const words: string[] = []
        for (let i = 0; i < bytes.length; i += 2) words.push(`${bytes[i + 1] ?? '00'}${bytes[i]!}`)
        lines.push(`${(skip + at).toString(16).padStart(7, '0')}${o.has('x') ? words.map(word => `    ${word}`).join('').padEnd(64) : words.map(word => ` ${word}`).join('').padEnd(40)}`)
      }
    }
    if (data.length > 0) lines.push((skip + data.length).toString(16).padStart(canonical ? 8 : 7, '0'))
    return (yield* out(p, lines.map(line => `${line}\n`).join(''))) ? status : 1
  },
})

const xxd = defineCommand({
  name: 'xxd',
  *run(p) {
    // xxd takes -len and -cols in one piece.
    p.argv = p.argv.map((arg, i) => i > 0 ? arg.replace(/^-(?:len|length)$/, '-l').replace(/^-(?:cols)$/, '-c').replace(/^-(?:ps|plain|postscript)$/, '-p').replace(/^-seek$/, '-s').replace(/^-revert$/, '-r') : arg)
    const o = yield* options(p, { short: 'abc:Eg:il:o:prs:uv' }, { from: 'vim', version: '9.0' })
    if (typeof o === 'number') return o
    if (o.has('b', 'E', 'i') || o.has('a', 'o')) {
      yield* complain(p, 'hotspare: of xxd the options -c, -g, -l, -p, -r, -s and -u are modelled')
      return 1
    }
    if (o.has('r')) {
      const text = yield* slurp(p, o.operands[0] ?? '-')
      if (text === null) return 2
      const digits = o.has('p') ? text.replace(/[^\da-fA-F]/g, '') : text.split('\n').map(line => /^[\da-fA-F]+: ?((?:[\da-fA-F]{2,} ?)*)/.exec(line)?.[1]?.replace(/ /g, '') ?? '').join('')
      return (yield* out(p, (digits.match(/../g) ?? []).map(pair => String.fromCharCode(parseInt(pair, 16))).join(''))) ? 0 : 1
    }
    const skip = number(o.get('s') ?? '0') ?? 0, { data, status } = yield* window(p, o.operands.slice(0, 1), skip, o.has('l') ? number(o.get('l')!) ?? 0 : Infinity)
    const plain = o.has('p'), columns = Number(o.get('c') ?? (plain ? 30 : 16)) || 16, group = Number(o.get('g') ?? 2) || columns, lines: string[] = [], pad = Math.ceil(columns / group) * (group * 2 + 1)
    for (let at = 0; at < data.length; at += columns) {
      const row = data.slice(at, at + columns), hex = [...row].map(char => char.charCodeAt(0).toString(16).padStart(2, '0')).map(pair => o.has('u') ? pair.toUpperCase() : pair)
      lines.push(plain ? hex.join('') : `${(skip + at).toString(16).padStart(8, '0')}: ${hex.map((pair, i) => pair + ((i + 1) % group === 0 ? ' ' : '')).join('').padEnd(pad)} ${row.replace(/[^ -~]/g, '.')}`)
    }
    return (yield* out(p, lines.map(line => `${line}\n`).join(''))) ? (status === 0 ? 0 : 2) : 1
  },
})

const strings = defineCommand({
  name: 'strings',
  *run(p) {
    p.argv = p.argv.map((arg, i) => i > 0 && /^-\d+$/.test(arg) ? `-n${arg.slice(1)}` : arg)
    const o = yield* options(p, { short: 'adfn:ot:', long: { all: 'a', data: 'd', bytes: 'n:', radix: 't:', 'print-file-name': 'f' } }, { from: 'GNU Binutils for Debian', version: '2.40' })
    if (typeof o === 'number') return o
    const least = Number(o.get('n') ?? 4), radix = o.has('o') ? 'o' : o.get('t')
    if (!(least > 0)) {
      yield* misused(p, `invalid minimum string length ${quote(o.get('n')!)}`)
      return 1
    }
    let status = 0
    for (const name of o.operands.length === 0 ? ['-'] : o.operands) {
      const text = yield* slurp(p, name, (name, no) => no.errno === 'ENOENT' ? `'${name}': No such file` : `${name}: ${no.text}`)
      if (text === null) { status = 1; continue }
      let found = ''
      for (const match of text.matchAll(/[\t -~]+/g)) if (match[0].length >= least)
        found += `${o.has('f') ? `${name}: ` : ''}${radix === undefined ? '' : `${match.index.toString(radix === 'x' ? 16 : radix === 'o' ? 8 : 10).padStart(7)} `}${match[0]}\n`
      if (!(yield* out(p, found))) return 1
    }
    return status
  },
})
export const DUMP = [od, hexdump('hexdump'), hexdump('hd'), xxd, strings]
