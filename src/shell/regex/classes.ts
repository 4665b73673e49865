/**
 * Sets of bytes, and the character classes of the C locale: what `[:alpha:]` and its siblings hold in shell patterns, regular expressions and `tr`.
 * Source: POSIX.1-2017 7.3.1 (LC_CTYPE of the POSIX locale).
 */

/** 256 places, 1 where the byte is in. */
export type ByteSet = Uint8Array

export const emptySet = (): ByteSet => new Uint8Array(256)
export function addRange(set: ByteSet, from: number, to: number): void {
  for (let c = from; c <= to; c++) set[c] = 1
}
export function addSet(set: ByteSet, other: ByteSet): void {
  for (let c = 0; c < 256; c++) if (other[c] === 1) set[c] = 1
}
export function invert(set: ByteSet): void {
  for (let c = 0; c < 256; c++) set[c] = set[c] === 1 ? 0 : 1
}
/** Whoever is in comes with its other case. */
export function foldSet(set: ByteSet): void {
  for (let c = 65; c <= 90; c++) if (set[c] === 1 || set[c + 32] === 1) set[c] = set[c + 32] = 1
}
const setOf = (...ranges: readonly (readonly [from: number, to: number])[]): ByteSet => {
  const set = emptySet()
  for (const [from, to] of ranges) addRange(set, from, to)
  return set
}

const CLASSES: ReadonlyMap<string, ByteSet> = new Map([
  ['alpha', setOf([65, 90], [97, 122])],
  ['digit', setOf([48, 57])],
  ['alnum', setOf([48, 57], [65, 90], [97, 122])],
  ['upper', setOf([65, 90])],
  ['lower', setOf([97, 122])],
  ['space', setOf([9, 13], [32, 32])],
  ['blank', setOf([9, 9], [32, 32])],
  ['punct', setOf([33, 47], [58, 64], [91, 96], [123, 126])],
  ['print', setOf([32, 126])],
  ['graph', setOf([33, 126])],
  ['cntrl', setOf([0, 31], [127, 127])],
  ['xdigit', setOf([48, 57], [65, 70], [97, 102])],
])
/** `alpha`: its bytes; undefined if there is no such class. Not to be changed. */
export const classNamed = (name: string): ByteSet | undefined => CLASSES.get(name)
/** What `\w` means: letters, digits, underscore. */
export const WORD: ByteSet = setOf([48, 57], [65, 90], [95, 95], [97, 122])
export const SPACE: ByteSet = CLASSES.get('space')!

/** ASCII letters only: what tolower(3) does in the C locale. */
export const lower = (text: string): string => /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, run => run.toLowerCase()) : text
export const upper = (text: string): string => /[a-z]/.test(text) ? text.replace(/[a-z]+/g, run => run.toUpperCase()) : text

/** Names of the portable character set, as `[.space.]` may use them. Source: POSIX.1-2017 table 6-1. */
const NAMES = new Map<string, string>()
for (const [from, list] of [
  [0, 'NUL SOH STX ETX EOT ENQ ACK alert backspace tab newline vertical-tab form-feed carriage-return SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC IS4 IS3 IS2 IS1'],
  [32, 'space exclamation-mark quotation-mark number-sign dollar-sign percent-sign ampersand apostrophe left-parenthesis right-parenthesis asterisk plus-sign comma hyphen period slash'],
  [48, 'zero one two three four five six seven eight nine colon semicolon less-than-sign equals-sign greater-than-sign question-mark commercial-at'],
  [91, 'left-square-bracket backslash right-square-bracket circumflex underscore grave-accent'],
  [123, 'left-brace vertical-line right-brace tilde DEL'],
] as const) names(from, list)
for (const [code, name] of [[45, 'hyphen-minus'], [46, 'full-stop'], [47, 'solidus'], [92, 'reverse-solidus'], [94, 'circumflex-accent'], [95, 'low-line'], [123, 'left-curly-bracket'], [125, 'right-curly-bracket']] as const)
  NAMES.set(name, String.fromCharCode(code))
function names(from: number, list: string): void {
  list.split(' ').forEach((name, i) => NAMES.set(name, String.fromCharCode(from + i)))
}
/** The byte of a collating symbol: one character stands for itself. */
export const collating = (symbol: string): string | undefined => symbol.length === 1 ? symbol : NAMES.get(symbol)
