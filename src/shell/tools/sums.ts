/**
 * md5sum, sha1sum, sha256sum, sha512sum, cksum, base64: sums of files, and checking them. Source: GNU coreutils 9.1.
 */
import { defineCommand } from '../kernel/command.ts'
import { cksum as crc, md5, sha1, sha256, sha512 } from './digests.ts'
import { complain, linesOf, misused, out, quote, quoteIfOdd, slurp } from './io.ts'
import { options } from './options.ts'

const summing = (name: string, title: string, length: number, digest: (text: string) => string) => defineCommand({
  name,
  *run(p) {
    const o = yield* options(p, { short: 'bctwz', long: { binary: 'b', check: 'c', tag: 'tag', text: 't', zero: 'z', 'ignore-missing': 'missing', quiet: 'quiet', status: 'status', strict: 'strict', warn: 'w' } })
    if (typeof o === 'number') return o
    const names = o.operands.length === 0 ? ['-'] : o.operands
    let status = 0
    if (!o.has('c')) {
      for (const file of names) {
        const text = yield* slurp(p, file)
        if (text === null) { status = 1; continue }
        const escaped = !o.has('z') && /[\\\n]/.test(file), shown = escaped ? file.replaceAll('\\', '\\\\').replaceAll('\n', '\\n') : file
        if (!(yield* out(p, `${escaped ? '\\' : ''}${o.has('tag') ? `${title} (${shown}) = ${digest(text)}` : `${digest(text)} ${o.lastOf('b', 't') === 'b' ? '*' : ' '}${shown}`}${o.has('z') ? '\0' : '\n'}`))) return 1
      }
      return status
    }
    for (const list of names) {
      const text = yield* slurp(p, list)
      if (text === null) { status = 1; continue }
      let good = 0, malformed = 0, unread = 0, wrong = 0, missing = 0
      for (const line of linesOf(text)) {
        if (line.startsWith('#')) continue
        const plain = /^\\?([\da-fA-F]+) [ *](.+)$/s.exec(line), tagged = /^\\?([\w-]+) \((.*)\) = ([\da-fA-F]+)$/s.exec(line)
        const sum = plain?.[1] ?? (tagged?.[1] === title ? tagged[3] : undefined), file = plain?.[2] ?? tagged?.[2]
        if (sum === undefined || file === undefined || sum.length !== length) { malformed++; continue }
        good++
        if (o.has('missing') && 'errno' in (p.find(file) as object)) { missing++; continue }
        const content = yield* slurp(p, file)
        if (content === null) {
          unread++
          if (!o.has('status')) yield* out(p, `${quoteIfOdd(file)}: FAILED open or read\n`)
        } else if (digest(content) !== sum.toLowerCase()) {
          wrong++
          if (!o.has('status')) yield* out(p, `${quoteIfOdd(file)}: FAILED\n`)
        } else if (!o.has('status', 'quiet')) yield* out(p, `${quoteIfOdd(file)}: OK\n`)
      }
      if (good === 0) {
        yield* complain(p, `${list === '-' ? "'standard input'" : quoteIfOdd(list)}: no properly formatted checksum lines found`)
        status = 1
        continue
      }
      if (!o.has('status')) {
        if (malformed > 0) yield* complain(p, `WARNING: ${malformed} line${malformed === 1 ? ' is' : 's are'} improperly formatted`)
        if (unread > 0) yield* complain(p, `WARNING: ${unread} listed file${unread === 1 ? '' : 's'} could not be read`)
        if (wrong > 0) yield* complain(p, `WARNING: ${wrong} computed checksum${wrong === 1 ? '' : 's'} did NOT match`)
        if (missing > 0 && missing === good) yield* complain(p, `${list}: no file was verified`)
      }
      if (unread + wrong > 0 || (malformed > 0 && o.has('strict')) || (missing > 0 && missing === good)) status = 1
    }
    return status
  },
})

const cksum = defineCommand({
  name: 'cksum',
  *run(p) {
    const o = yield* options(p, { short: 'a:', long: { algorithm: 'a:' } })
    if (typeof o === 'number') return o
    if (o.has('a') && o.get('a') !== 'crc') {
      yield* complain(p, `hotspare: cksum algorithm ${o.get('a')} is not modelled`)
      return 1
    }
    let status = 0
    for (const name of o.operands.length === 0 ? ['-'] : o.operands) {
      const text = yield* slurp(p, name)
      if (text === null) { status = 1; continue }
      if (!(yield* out(p, `${crc(text)} ${text.length}${o.operands.length === 0 ? '' : ` ${name}`}\n`))) return 1
    }
    return status
  },
})

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
function encoded(text: string): string {
  let result = ''
  for (let i = 0; i < text.length; i += 3) {
    const n = text.charCodeAt(i) << 16 | (text.charCodeAt(i + 1) || 0) << 8 | (text.charCodeAt(i + 2) || 0)
    result += DIGITS[n >> 18]! + DIGITS[n >> 12 & 63]! + (i + 1 < text.length ? DIGITS[n >> 6 & 63]! : '=') + (i + 2 < text.length ? DIGITS[n & 63]! : '=')
  }
  return result
}
function decoded(text: string): { bytes: string; bad: boolean } {
  let bytes = ''
  for (let i = 0; i < text.length; i += 4) {
    const four = text.slice(i, i + 4), digits = [...four].map(char => DIGITS.indexOf(char)), pads = four.endsWith('==') ? 2 : four.endsWith('=') ? 1 : 0
    const n = digits.reduce((sum, digit, j) => sum | Math.max(0, digit) << 18 - 6 * j, 0), whole = four.length === 4 && !digits.slice(0, 4 - pads).includes(-1)
    bytes += String.fromCharCode(n >> 16 & 255, n >> 8 & 255, n & 255).slice(0, whole ? 3 - pads : Math.max(0, digits.findIndex(digit => digit < 0) < 0 ? four.length - 1 : digits.findIndex(digit => digit < 0) - 1))
    if (!whole) return { bytes, bad: true }
  }
  return { bytes, bad: false }
}
const base64 = defineCommand({
  name: 'base64',
  *run(p) {
    const o = yield* options(p, { short: 'diw:', long: { decode: 'd', 'ignore-garbage': 'i', wrap: 'w:' } })
    if (typeof o === 'number') return o
    if (o.operands.length > 1) {
      yield* misused(p, `extra operand ${quote(o.operands[1]!)}`)
      return 1
    }
    if (!/^\d+$/.test(o.get('w') ?? '76')) {
      yield* complain(p, `invalid wrap size: ${quote(o.get('w')!)}`)
      return 1
    }
    const text = yield* slurp(p, o.operands[0] ?? '-')
    if (text === null) return 1
    if (o.has('d')) {
      const { bytes, bad } = decoded(text.replace(o.has('i') ? /[^A-Za-z0-9+/=]/g : /\n/g, ''))
      if (!(yield* out(p, bytes))) return 1
      if (bad) yield* complain(p, 'invalid input')
      return bad ? 1 : 0
    }
    const wrap = Number(o.get('w') ?? 76), all = encoded(text)
    if (wrap === 0) return (yield* out(p, all)) ? 0 : 1
    const lines: string[] = []
    for (let i = 0; i < all.length; i += wrap) lines.push(`${all.slice(i, i + wrap)}\n`)
    return (yield* out(p, lines.join(''))) ? 0 : 1
  },
})
export const SUMS = [summing('md5sum', 'MD5', 32, md5), summing('sha1sum', 'SHA1', 40, sha1), summing('sha256sum', 'SHA256', 64, sha256), summing('sha512sum', 'SHA512', 128, sha512), cksum, base64]
