/**
 * What attributes make of a value that is assigned (integer, upper and lower case), names, and quoting as bash's own output has it
 * (`declare -p`, `set`, `trap -p`, `set -x`, printf %q). Source: bash(1) 5.2.
 */
import type { Scope } from './expand/scope.ts'
import { evaluate } from './expand/arithmetic.ts'
import { CAPITAL, INTEGER, LOWER, UPPER, type Variable } from './variables.ts'

export const isName = (text: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(text)
export const upper = (text: string): string => text.replace(/[a-z]+/g, part => part.toUpperCase())
export const lower = (text: string): string => text.replace(/[A-Z]+/g, part => part.toLowerCase())

/** `before` is what is there already if the assignment appends. */
export function convert(scope: Scope, { flags }: Variable, value: string, before: string | null): string {
  if ((flags & INTEGER) !== 0) {
    const n = integer(scope, value)
    return before === null ? n : String(BigInt.asIntN(64, BigInt(integer(scope, before)) + BigInt(n)))
  }
  const text = before === null ? value : before + value
  if ((flags & UPPER) !== 0) return upper(text)
  if ((flags & LOWER) !== 0) return lower(text)
  return (flags & CAPITAL) !== 0 ? upper(text.slice(0, 1)) + lower(text.slice(1)) : text
}
const integer = (scope: Scope, text: string): string => /^-?(0|[1-9]\d{0,14})$/.test(text) ? text === '-0' ? '0' : text : String(evaluate(scope, text))

const NAMED: Readonly<Record<string, string>> = { '\x07': '\\a', '\b': '\\b', '\x1b': '\\E', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v', '\\': '\\\\', "'": "\\'" }
/** Bytes that the C locale does not print. */
export const hasControl = (text: string): boolean => /[\0-\x1f\x7f-\xff]/.test(text)
export const ansiQuoted = (text: string): string =>
  `$'${text.replace(/[\0-\x1f\x7f-\xff\\']/g, char => NAMED[char] ?? `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`)}'`
/** '…', with ' as '\''. */
export const singleQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
/** As dash has it. */
export const dashQuoted = (text: string): string => `'${text.replace(/'+/g, quotes => `'"${quotes}"'`)}'`
/** "…", as `declare -p` has it. */
export const doubleQuoted = (text: string): string => hasControl(text) && /[\0-\x08\x0b-\x1f\x7f-\xff\n\t]/.test(text) ? ansiQuoted(text) : `"${text.replace(/["$`\\]/g, '\\$&')}"`
/** Of `set`, `export -p` in posix mode, `trap`, `alias`: quoted only where a shell would read it otherwise. */
export const quotedIfNeeded = (text: string): string => hasControl(text) ? ansiQuoted(text) : text === '' || /[^\w%+,./:=@-]/.test(text) ? singleQuoted(text) : text
/** A word of `set -x`. */
export const traced = (text: string): string =>
  text === '' ? "''" : /[ \t\n'"\\|&;()<>!{}*[\]?^$`]|^[#~]|[=:]~/.test(text) ? singleQuoted(text) : hasControl(text) ? ansiQuoted(text) : text
/** printf %q. */
export const backslashed = (text: string): string =>
  text === '' ? "''" : hasControl(text) ? ansiQuoted(text) : text.replace(/[\s'"\\|&;()<>!{}*[\]?^$`,]|^[#~]|(?<=[=:])~/g, '\\$&')

/** What dash says instead. */
export function dashWords(text: string): string {
  if (text.startsWith('arithmetic expression: ')) return text.replace(/: bad substitution$/, '')
  const division = /^(?:.*: )?(.*): division by 0 \(error token is .*$/s.exec(text)
  if (division !== null) return `arithmetic expression: division by zero: "${division[1]}"`
  const arithmetic = /^(.*): (?:value too great for base|syntax error in expression|(syntax error: operand expected)|.*assignment to non-variable|syntax error: .*) \(error token is .*$/s.exec(text)
  if (arithmetic !== null) return `arithmetic expression: expecting ${arithmetic[2] === undefined ? 'EOF' : 'primary'}: "${arithmetic[1]}"`
  return text.replace(/: unbound variable$/, ': parameter not set').replace(/: readonly variable$/, ': is read only').replace(/: parameter null or not set$/, ': parameter not set or null')
    .replace(/^.*: bad substitution$/s, 'Bad substitution').replace(/: `(.*)': not a valid identifier$/, ': $1: bad variable name').replace(/^(\[|test): (.*): integer expression expected$/s, '$1: Illegal number: $2')
}
