/**
 * The reason behind radvd's "syntax error": what was found, what could have stood there, and what was probably meant.
 *
 * radvd itself says only the line. Words that a later radvd knows are named with that version, words of another block with that block,
 * and common slips (yes for on, decimals, units, `::1`, CRLF) are told apart.
 */
import { nearest } from '../../../base/nearest.ts'
import { canonical } from './address.ts'
import type { Token } from './tokens.ts'
import { HOME, inOtherCase, KEYWORDS, NEWER, statementsOf, type BlockKind, type ValueKind } from './vocabulary.ts'

export interface Complaint { readonly rule: string; readonly text: string; readonly suggestion?: string }

/** Instead of the beginning of a statement. */
export function noStatement(token: Token, block: BlockKind | 'file'): Complaint {
  const known = block === 'file' ? ['interface'] : statementsOf(block)
  const where = block === 'file' ? 'outside of an interface block' : `in ${blockName(block)}`
  const { text } = token
  if (!isWord(token) || text.startsWith('#')) return notHere(token, block === 'file' ? 'interface' : `an option or "}" ${where}`)
  const later = newer(text)
  if (later) return later
  const home = HOME.get(text)
  if (home !== undefined && home !== block) return { rule: 'wrong-block', text: `${quoted(text)} belongs in ${blockName(home)}, not ${where}` }
  if (KEYWORDS.has(text)) return { rule: 'wrong-block', text: `${quoted(text)} cannot stand ${where}` }
  const other = inOtherCase(text)
  if (other !== undefined && known.includes(other))
    return { rule: 'case', text: `${quoted(text)} is not known: keywords are case sensitive before radvd 2.20`, suggestion: other }
  return { rule: 'unknown-option', text: `radvd knows no ${quoted(text)} ${where}`, ...meaning(nearest(text, known)) }
}

const VALUES: Readonly<Record<ValueKind, string>> = {
  switch: 'on or off', number: 'a whole number up to 4294967295', seconds: 'seconds, such as 30 or 4.5',
  preference: 'low, medium or high', lifetime: 'whole seconds up to 4294967295, or infinity', name: 'the name of an interface',
}

/** Instead of an option's value. */
export function noValue(token: Token, option: string, kind: ValueKind): Complaint {
  const wanted = `${option} takes ${VALUES[kind]}`, { text } = token
  if (token.kind === 'mark' && text === ';') return { rule: 'value', text: `a value is missing: ${wanted}` }
  const meant = slip(text, kind)
  if (meant !== undefined) return { rule: 'value', text: `found ${quoted(text)}, ${wanted}`, suggestion: meant }
  if (token.kind === 'decimal') return { rule: 'value', text: `found ${quoted(text)}, ${wanted}; only the three intervals take decimals` }
  if (kind === 'name') return notHere(token, `${VALUES.name} as ${option}`)
  if (token.kind === 'bad' && /^\d+$/.test(text)) return { rule: 'value', text: `${text} is too large, ${wanted}` }
  if (token.kind === 'signed') return { rule: 'value', text: `found ${quoted(text)}, ${wanted}, nothing below zero` }
  return notHere(token, VALUES[kind], option)
}

const YES = ['yes', 'true', '1', 'enable', 'enabled'], NO = ['no', 'false', '0', 'disable', 'disabled', 'none']
const SECONDS: Readonly<Record<string, number>> = { s: 1, sec: 1, m: 60, min: 60, h: 3600, d: 86_400, w: 604_800 }

function slip(text: string, kind: ValueKind): string | undefined {
  const low = text.toLowerCase()
  if (kind === 'switch') return YES.includes(low) || low === 'on' ? 'on' : NO.includes(low) || low === 'off' ? 'off' : nearest(text, ['on', 'off'])
  if (kind === 'preference') return { 0: 'medium', 1: 'high', normal: 'medium', default: 'medium' }[low] ?? nearest(text, ['low', 'medium', 'high'])
  if (kind === 'lifetime' && (['infinite', 'forever', 'inf', 'never'].includes(low) || nearest(text, ['infinity']) !== undefined)) return 'infinity'
  const timed = kind === 'lifetime' || kind === 'seconds' || kind === 'number' ? /^(\d{1,6})([a-z]+)$/.exec(low) : null
  const unit = timed === null ? undefined : SECONDS[timed[2]!]
  return timed === null || unit === undefined || !Object.hasOwn(SECONDS, timed[2]!) ? undefined : String(Number(timed[1]) * unit)
}

/** Instead of an address. */
export function noAddress(token: Token, what: string): Complaint {
  const { text } = token
  if (isWord(token)) {
    if (text.startsWith('!')) return { rule: 'version', text: `an address to leave out (${quoted(text)}) is known from radvd 2.20 on` }
    if (/^::[0-9a-fA-F]/.test(text) && canonical(`0${text}`) !== null)
      return { rule: 'address', text: `radvd reads no address that begins with "::" and goes on`, suggestion: `0${text}` }
    if (text.includes('%')) return { rule: 'address', text: `found ${quoted(text)}: an address in this file has no zone`, ...meaning(text.slice(0, text.indexOf('%'))) }
    if (/^[\d.]+$/.test(text) || /:\d+\.\d+\.\d+\.\d+$/.test(text)) return { rule: 'address', text: `found ${quoted(text)}, expected ${what}: dotted numbers are not read` }
  }
  if (text.includes(':')) return { rule: 'address', text: `${quoted(text)} is no IPv6 address` }
  return notHere(token, what)
}

/** Anything else: `expected` is a noun phrase. */
export function notHere(token: Token, expected: string, option?: string): Complaint {
  const wanted = option === undefined ? `expected ${expected}` : `${option} takes ${expected}`
  if (token.kind === 'end') return { rule: 'end', text: `the file ends here, ${wanted}` }
  if (token.kind === 'bad') {
    if (token.text === '\r') return { rule: 'crlf', text: 'a carriage return: radvd takes lines that end in a line feed only' }
    if (token.text === '"') return { rule: 'quote', text: 'a quote that never ends' }
    if (token.text === '\uFEFF') return { rule: 'character', text: 'a byte order mark, which radvd does not skip' }
    if (token.text.length <= 2 && !/^\d+$/.test(token.text)) return { rule: 'character', text: `the character ${visible(token.text)} stands nowhere in a radvd.conf but in comments, ${wanted}` }
  }
  if (token.kind === 'name' && token.text.startsWith('#')) return { rule: 'comment', text: 'a comment on the last line needs a line feed at its end' }
  const later = isWord(token) ? newer(token.text) : undefined
  return later ?? { rule: 'syntax', text: `found ${quoted(token.text)}, ${wanted}` }
}

export const blockName = (block: BlockKind): string =>
  block === 'interface' ? 'an interface block' : block === 'abro' || block === 'AdvRASrcAddress' ? `an ${block} block` : `a ${block} block`

const isWord = ({ kind }: Token): boolean => kind === 'name' || kind === 'word'
const meaning = (suggestion: string | undefined): { suggestion?: string } => suggestion === undefined ? {} : { suggestion }

function newer(text: string): Complaint | undefined {
  const known = NEWER.has(text) ? text : inOtherCase(text)
  const version = known === undefined ? undefined : NEWER.get(known)
  if (version === undefined) return undefined
  return { rule: 'version', text: `${quoted(text)} is known ${version.startsWith('after') ? `only ${version}` : `from radvd ${version} on`}, this is 2.19` }
}

/** As much of a word as a person wants to see of it. */
export const quoted = (text: string): string => {
  const short = text.length > 40 ? `${text.slice(0, 37)}...` : text
  return `"${[...short].map(visible).join('')}"`
}

const visible = (character: string): string => {
  const code = character.codePointAt(0)!
  return code >= 0x20 && code !== 0x7f && !(code >= 0x80 && code < 0xa0) && code !== 0xfeff ? character : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
}
