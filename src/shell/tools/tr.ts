/**
 * tr: characters translated, deleted, squeezed. Sets are read as GNU tr 9.1 reads them: ranges, classes, escapes, [x*n], [=x=].
 */
import { defineCommand } from '../kernel/command.ts'
import { failed } from '../kernel/errno.ts'
import { complain, misused, out, quote, readChunk } from './io.ts'
import { options } from './options.ts'

interface Set1 { readonly codes: number[]; /** Where `[x*]` stands, to be filled. */ readonly fill: number | null; readonly fillCode: number; readonly classes: readonly string[] }

export const TR = [defineCommand({
  name: 'tr',
  *run(p) {
    const o = yield* options(p, { short: '+cCdst', long: { complement: 'c', delete: 'd', 'squeeze-repeats': 's', 'truncate-set1': 't' } }, { usage: '[OPTION]... SET1 [SET2]' })
    if (typeof o === 'number') return o
    const [one, two, ...more] = o.operands, deletes = o.has('d'), squeezes = o.has('s'), complements = o.has('c', 'C'), translates = !deletes && two !== undefined
    const least = deletes === squeezes ? 2 : 1, most = deletes && !squeezes ? 1 : 2
    if (o.operands.length < least || o.operands.length > most) {
      const note = one === undefined ? '' : o.operands.length < least ? `\n${deletes && squeezes ? 'Two strings must be given when both deleting and squeezing repeats.' : 'Two strings must be given when translating.'}`
        : o.operands.length === 2 && deletes ? '\nOnly one string may be given when deleting without squeezing repeats.' : ''
      yield* misused(p, `${one === undefined ? 'missing operand' : o.operands.length < least ? `missing operand after ${quote(one)}` : `extra operand ${quote(deletes && !squeezes ? two! : more[0]!)}`}${note}`)
      return 1
    }
    const first = setOf(one!, false), second = two === undefined ? null : setOf(two, true)
    const wrong = typeof first === 'string' ? first : typeof second === 'string' ? second : undefined
    if (wrong !== undefined || typeof first === 'string' || typeof second === 'string') {
      yield* complain(p, wrong!)
      return 1
    }
    const from = complements ? all().filter(code => !first.codes.includes(code)) : first.codes
    const map = all(), remove = new Array<boolean>(256).fill(false), squeeze = new Array<boolean>(256).fill(false)
    if (translates) {
      const to = [...second!.codes]
      if (second!.fill !== null) to.splice(second!.fill, 0, ...new Array<number>(Math.max(0, from.length - to.length)).fill(second!.fillCode))
      if (to.length === 0 && from.length > 0 && !o.has('t')) {
        yield* complain(p, 'when not truncating set1, string2 must be non-empty')
        return 1
      }
      const odd = second!.classes.find(name => name !== 'upper' && name !== 'lower')
      if (odd !== undefined) {
        yield* complain(p, "when translating, the only character classes that may appear in\nstring2 are 'upper' and 'lower'")
        return 1
      }
      if (second!.classes.length > 0 && complements) {
        yield* complain(p, 'when translating with complemented character classes,\nstring2 must map all characters in the domain to one')
        return 1
      }
      if (second!.classes.length > 0 && !first.classes.some(name => name === 'upper' || name === 'lower')) {
        yield* complain(p, 'misaligned [:upper:] and/or [:lower:] construct')
        return 1
      }
      from.forEach((code, i) => { if (i < to.length || !o.has('t')) map[code] = to[Math.min(i, to.length - 1)]! })
    }
    if (deletes) for (const code of from) remove[code] = true
    if (squeezes) for (const code of second !== null ? second.codes : from) squeeze[code] = true
    const table = map.map((code, i) => remove[i] ? '' : String.fromCharCode(code)), same = map.every((code, i) => code === i)
    const change = changer(table, same && !deletes, squeezes ? squeeze : null)
    for (;;) {
      const data = yield* readChunk(p, 0)
      if (failed(data)) {
        yield* complain(p, `read error: ${data.text}`)
        return 1
      }
      if (data === '') return 0
      if (!(yield* out(p, change(data)))) return 1
    }
  },
})]
const all = (): number[] => Array.from({ length: 256 }, (_, i) => i)

function changer(table: readonly string[], same: boolean, squeeze: readonly boolean[] | null): (data: string) => string {
  const codes = table.map(to => to === '' ? -1 : to.charCodeAt(0))
  let last = -1
  return data => {
    // Codes first, strings of them then: a string put together byte by byte would be as many pieces.
    const bytes = new Uint8Array(data.length)
    let n = 0, changed = false
    for (let i = 0; i < data.length; i++) {
      const from = data.charCodeAt(i), code = same ? from : codes[from]!
      if (code !== from) changed = true
      if (code < 0) continue
      if (squeeze !== null && code === last && squeeze[code]) { changed = true; continue }
      last = code
      bytes[n++] = code
    }
    return changed ? textOf(bytes.subarray(0, n)) : data
  }
}
function textOf(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode.apply(null, bytes.subarray(i, i + 8192) as unknown as number[])
  return text
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/, alpha: /[A-Za-z]/, blank: /[ \t]/, cntrl: /[\0-\x1f\x7f]/, digit: /[0-9]/, graph: /[!-~]/, lower: /[a-z]/, print: /[ -~]/, punct: /[!-/:-@[-`{-~]/, space: /[ \t-\r]/, upper: /[A-Z]/, xdigit: /[0-9A-Fa-f]/,
}
const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 }

function setOf(text: string, second: boolean): Set1 | string {
  const codes: number[] = [], classes: string[] = []
  let fill: number | null = null, fillCode = 0
  // Characters with their escapes resolved; an escaped one has no meaning of its own.
  const chars: { code: number; plain: boolean }[] = []
  for (let i = 0; i < text.length; i++) {
    const octal = text[i] === '\\' ? /^[0-7]{1,3}/.exec(text.slice(i + 1, i + 4))?.[0] : undefined
    if (octal !== undefined) {
      // \400 and beyond are \40 and a 0.
      const digits = parseInt(octal, 8) > 255 ? octal.slice(0, 2) : octal
      chars.push({ code: parseInt(digits, 8), plain: false })
      i += digits.length
    } else if (text[i] === '\\' && i + 1 < text.length) chars.push({ code: ESCAPES[text[++i]!] ?? text.charCodeAt(i), plain: false })
    else chars.push({ code: text.charCodeAt(i), plain: text[i] !== '\\' })
  }
  const is = (i: number, char: string): boolean => chars[i]?.plain === true && chars[i]!.code === char.charCodeAt(0)
  const textOf = (from: number, to: number): string => chars.slice(from, to).map(({ code }) => String.fromCharCode(code)).join('')
  for (let i = 0; i < chars.length; i++) {
    if (is(i, '[') && (is(i + 1, ':') || is(i + 1, '='))) {
      const mark = is(i + 1, ':') ? ':' : '='
      let close = -1
      for (let j = i + 2; j + 1 < chars.length; j++) if (is(j, mark) && is(j + 1, ']') && (mark === ':' || j > i + 2)) { close = j; break }
      const name = close < 0 ? '' : textOf(i + 2, close)
      if (close >= 0 && mark === ':') {
        if (name === '') return "missing character class name '[::]'"
        const wanted = CLASSES[name]
        if (wanted === undefined) return `invalid character class ${quote(name)}`
        classes.push(name)
        for (let code = 0; code < 256; code++) if (wanted.test(String.fromCharCode(code))) codes.push(code)
        i = close + 1
        continue
      }
      if (close >= 0) {
        if (name.length !== 1) return `${name}: equivalence class operand must be a single character`
        codes.push(name.charCodeAt(0))
        i = close + 1
        continue
      }
    }
    if (is(i, '[') && chars[i + 1] !== undefined && is(i + 2, '*')) {
      let close = i + 3
      while (close < chars.length && !is(close, ']')) close++
      const count = textOf(i + 3, close)
      if (close < chars.length && /^\d*$/.test(count)) {
        if (!second) return `the [c*] repeat construct may not appear in string1`
        const { code } = chars[i + 1]!, n = count.startsWith('0') ? parseInt(count, 8) : Number(count)
        if (count === '' || n === 0) { fill = codes.length; fillCode = code }
        else for (let k = 0; k < n; k++) codes.push(code)
        i = close
        continue
      }
    }
    if (is(i + 1, '-') && chars[i + 2] !== undefined) {
      const from = chars[i]!.code, to = chars[i + 2]!.code
      if (to < from) return `range-endpoints of '${textOf(i, i + 1)}-${textOf(i + 2, i + 3)}' are in reverse collating sequence order`
      for (let code = from; code <= to; code++) codes.push(code)
      i += 2
      continue
    }
    codes.push(chars[i]!.code)
  }
  return { codes, fill, fillCode, classes }
}
