/**
 * Regular expressions of awk as extended POSIX ones: awk reads backslash escapes inside them, also in brackets, and mawk 1.3.4 20200120 takes braces literally.
 * Patterns become a form in which nothing is left to interpretation, and the shell's own engine does the rest.
 */
import { compile, RegexError, type Regex } from '../../regex/posix.ts'

export interface RegexDialect { readonly gawk: boolean; readonly icase?: boolean }

const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, f: 12, b: 8, r: 13, a: 7, v: 11, '"': 34, '/': 47 }
/** What gawk adds: word edges, classes. `\y` is `\b` elsewhere. */
const GNU: Readonly<Record<string, string>> = { y: '\\b', B: '\\B', '<': '\\<', '>': '\\>', w: '\\w', W: '\\W', s: '\\s', S: '\\S', '`': '\\`', "'": "\\'" }
const literal = (c: string): string => /[\\^$.[\]|()?*+{}]/.test(c) ? `\\${c}` : c

const cache = new Map<string, Regex | string>()
/** The compiled form, or in mawk's words what is wrong. */
export function awkRegex(source: string, { gawk, icase = false }: RegexDialect): Regex | string {
  const key = (gawk ? icase ? 'i' : 'g' : 'm') + source
  let found = cache.get(key)
  if (found === undefined) {
    if (cache.size > 500) cache.clear()
    const regex = compile(extended(source, gawk), { extended: true, icase, dialect: 'grep' })
    cache.set(key, found = regex instanceof RegexError ? complaint(regex.error) : regex)
  }
  return found
}
function complaint(error: string): string {
  if (error.includes('Unmatched (')) return "missing ')'"
  if (error.includes('Unmatched [') || error.includes('Unmatched \\[')) return 'bad class -- [], [^] or ['
  return error.includes('preceding') ? 'missing operand' : error
}

function extended(source: string, gawk: boolean): string {
  let out = ''
  for (let i = 0; i < source.length; i++) {
    const c = source[i]!
    if (c === '\\') {
      const escaped = escapeAt(source, i, gawk)
      i = escaped.end
      out += escaped.operator ?? literal(String.fromCharCode(escaped.code))
    } else if (c === '[') {
      const end = endOfBracket(source, i)
      if (end < 0) return out + source.slice(i)
      out += bracket(source.slice(i + 1, end))
      i = end
    } else if ((c === '{' || c === '}') && !gawk) out += `\\${c}`
    else out += c
  }
  return out
}
function escapeAt(source: string, at: number, gawk: boolean): { readonly code: number; readonly end: number; readonly operator?: string } {
  const letter = source[at + 1]
  if (letter === undefined) return { code: 92, end: at }
  const octal = /^[0-7]{1,3}/.exec(source.slice(at + 1, at + 4))
  if (octal !== null) return { code: parseInt(octal[0], 8) & 255, end: at + octal[0].length }
  const code = ESCAPES[letter]
  if (code !== undefined) return { code, end: at + 1 }
  const operator = gawk ? GNU[letter] : undefined
  return { code: letter.charCodeAt(0), end: at + 1, ...(operator !== undefined && { operator }) }
}
function endOfBracket(source: string, open: number): number {
  let i = open + 1
  if (source[i] === '^') i++
  if (source[i] === ']') i++
  for (; i < source.length; i++) {
    const c = source[i]!
    if (c === ']') return i
    if (c === '\\') i++
    else if (c === '[' && /[:.=]/.test(source[i + 1] ?? '')) {
      const end = source.indexOf(`${source[i + 1]!}]`, i + 2)
      if (end > 0) i = end + 1
    }
  }
  return -1
}
/** Escapes inside are read; what has a meaning of its own by its place is moved there. */
function bracket(inner: string): string {
  const negated = inner[0] === '^'
  let ranges = '', closing = false, minus = false, caret = false, open = false
  const one = (c: string): void => {
    if (c === ']') closing = true
    else if (c === '-') minus = true
    else if (c === '^') caret = true
    else if (c === '[') open = true
    else ranges += c
  }
  let i = negated ? 1 : 0
  const next = (): string => {
    if (inner[i] === '\\' && i + 1 < inner.length) {
      const { code, end } = escapeAt(inner, i, false)
      i = end + 1
      return String.fromCharCode(code)
    }
    return inner[i++]!
  }
  while (i < inner.length) {
    const named = /^\[([:.=])(.*?)\1\]/.exec(inner.slice(i))
    if (named !== null) {
      ranges += named[0]
      i += named[0].length
      continue
    }
    const from = next()
    if (inner[i] === '-' && i + 1 < inner.length) {
      i++
      const to = next()
      if (from > to) { one(from); one('-'); one(to) } else if ('[]^-'.includes(from) || '[]^-'.includes(to)) for (let c = from.charCodeAt(0); c <= to.charCodeAt(0); c++) one(String.fromCharCode(c))
      else ranges += `${from}-${to}`
    } else one(from)
  }
  // A lone caret needs something before it.
  const body = (closing ? ']' : '') + ranges + (open ? '[' : '') + (caret ? '^' : '') + (minus ? '-' : '')
  if (body === '^' && !negated) return '\\^'
  if (body === '^-' && !negated) return '[-^]'
  if (body === '[' && !negated) return '\\['
  return body === '' ? negated ? '[^]' : '[]' : `[${negated ? '^' : ''}${body}]`
}
