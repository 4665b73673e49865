/**
 * The words of a radvd.conf, as the scanner of radvd 2.19 cuts them.
 *
 * The longest match wins, and nearly every printable character may stand in a name. So a word ends only at a blank, a brace, a
 * semicolon, a slash or a character that belongs nowhere (a carriage return, a bar, a quote in the middle): `eth0#lan` is a name, not
 * a name and a comment, and `::1` is a name too, because an address has to begin with a digit unless it is `::` alone.
 * A comment needs the line feed at its end: on a last line without one it is an error.
 * Source: behaviour of the 2.19 binary (`--configtest`), its scanner as published.
 */
import { canonical } from './address.ts'

/** Lines and columns count from 1; a column is a UTF-16 unit. */
export interface Place { readonly line: number; readonly column: number }

export type TokenKind = 'word' | 'name' | 'number' | 'signed' | 'decimal' | 'switch' | 'address' | 'infinity' | 'mark' | 'bad' | 'end'

export interface Token extends Place {
  /** `word`: a keyword. `signed`: a negative number or a preference in words. `bad`: radvd has no name for it either. */
  readonly kind: TokenKind
  readonly text: string
  /** Number, switch (1 on, 0 off) or preference; 0 for the rest. */
  readonly value: number
  /** Where the token ends: the place behind its last character. */
  readonly after: Place
}

const NAME = /[a-zA-Z0-9`~!@#$%^&*()_\-+=:[\]<>,.?\\]+/y
/** Keeps its quotes: `interface "eth0"` names an interface with quotes in it. Line feeds inside are not counted as lines. */
const QUOTED = /L?"(?:\\[^\n]|[^\\"])*"/y
const COMMENT = /#[^\n]*(?=\n)/y
const BLANKS = /[ \t]+/y

const ADDRESS = /^(?:[0-9a-fA-F]{1,4}:(?:[0-9a-fA-F]{1,4}:)*(?::[0-9a-fA-F]{1,4})+|[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4})*::|(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|::)$/
const PREFERENCES: ReadonlyMap<string, number> = new Map([['low', -1], ['medium', 0], ['high', 1]])
const LARGEST = 4_294_967_295

export function tokens(text: string, keywords: ReadonlySet<string>): Token[] {
  const found: Token[] = []
  // The line number is radvd's: it does not see the line feeds inside quotes. The column is counted from the last real line feed.
  let at = 0, line = 1, lineStart = 0
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0]
  }
  const add = (kind: TokenKind, word: string, value = 0): void => {
    const column = at - lineStart + 1
    found.push({ kind, text: word, value, line, column, after: { line, column: column + word.length } })
    at += word.length
  }
  while (at < text.length) {
    const first = text[at]!
    if (first === '\n') {
      line++
      lineStart = ++at
      continue
    }
    const skipped = match(BLANKS) ?? (first === '#' ? match(COMMENT) : undefined)
    if (skipped !== undefined) {
      at += skipped.length
      continue
    }
    const quoted = match(QUOTED)
    if (quoted !== undefined) {
      add('name', quoted)
      continue
    }
    const word = match(NAME)
    if (word !== undefined) {
      const { kind, value } = classify(word, keywords)
      add(kind, word, value)
    } else add('{};/'.includes(first) ? 'mark' : 'bad', String.fromCodePoint(text.codePointAt(at)!))
  }
  add('end', '')
  return found
}

function classify(word: string, keywords: ReadonlySet<string>): { kind: TokenKind; value: number } {
  if (keywords.has(word)) return { kind: 'word', value: 0 }
  if (ADDRESS.test(word)) return { kind: canonical(word) === null ? 'bad' : 'address', value: 0 }
  if (/^[0-9]+$/.test(word)) return Number(word) > LARGEST ? { kind: 'bad', value: 0 } : { kind: 'number', value: Number(word) }
  if (/^-[0-9]+$/.test(word)) return { kind: 'signed', value: asInt(word) }
  if (/^[0-9]+\.[0-9]+$/.test(word)) return { kind: 'decimal', value: Number(word) }
  if (word === 'infinity') return { kind: 'infinity', value: LARGEST }
  if (word === 'on' || word === 'off') return { kind: 'switch', value: word === 'on' ? 1 : 0 }
  const preference = PREFERENCES.get(word)
  return preference === undefined ? { kind: 'name', value: 0 } : { kind: 'signed', value: preference }
}

/** What atoi makes of it on a 64-bit machine: clamped to 64 bits, then cut to 32. */
function asInt(word: string): number {
  const least = -(2n ** 63n), value = BigInt(word)
  return Number(BigInt.asIntN(32, value < least ? least : value))
}
