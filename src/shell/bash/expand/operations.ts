/**
 * What the operators of `${…}` make of a value: removal, replacement, case, slices, quoting. Values and patterns are expanded already.
 * Source of truth: bash(1) 5.2, Parameter Expansion; asked of bash 5.2.15 where it is silent.
 */
import { globMatcher, type GlobMatcher } from '../../regex/glob.ts'
import { lower, upper } from '../../regex/classes.ts'
import { decodeAnsiC } from '../../syntax/ansi-c.ts'
import type { Operation } from '../../syntax/tree.ts'
import { ansiQuoted, doubleQuoted, singleQuoted } from '../values.ts'
import type { Scope } from './scope.ts'

export type Of<K extends Operation['kind']> = Extract<Operation, { kind: K }>
const matcherOf = (scope: Scope, pattern: string): GlobMatcher => globMatcher(pattern, { extglob: scope.options.extglob })

export function remove(scope: Scope, operator: Of<'remove'>['operator'], pattern: string): (value: string) => string {
  if (pattern === '') return value => value
  const matcher = matcherOf(scope, pattern)
  const cut = (value: string, n: number): string => n <= 0 ? value : operator[0] === '#' ? value.slice(n) : value.slice(0, value.length - n)
  switch (operator) {
    case '#': return value => cut(value, matcher.shortestPrefix(value))
    case '##': return value => cut(value, matcher.longestPrefix(value))
    case '%': return value => cut(value, matcher.shortestSuffix(value))
    case '%%': return value => cut(value, matcher.longestSuffix(value))
  }
}

/** In a replacement `&` is what matched, `\&` the character, and QUOTED_AMPERSAND one that was quoted. */
const QUOTED_AMPERSAND = '\0'
export const escapeReplacement = (text: string): string => text.replaceAll('&', QUOTED_AMPERSAND)
export function replace(scope: Scope, operator: Of<'replace'>['operator'], pattern: string, replacement: string): (value: string) => string {
  const special = /[&\0]/.test(replacement)
  const by = (matched: string): string => special ? replacement.replace(/\\&|[&\0]/g, each => each === '&' ? matched : '&') : replacement
  if (pattern === '') return operator === '/#' ? value => by('') + value : operator === '/%' ? value => value + by('') : value => value
  const matcher = globMatcher(pattern, { extglob: scope.options.extglob, icase: scope.options.nocasematch })
  switch (operator) {
    case '/#': return value => {
      const n = matcher.longestPrefix(value)
      return n < 0 ? value : by(value.slice(0, n)) + value.slice(n)
    }
    case '/%': return value => {
      const n = matcher.longestSuffix(value), at = value.length - n
      return n < 0 ? value : value.slice(0, at) + by(value.slice(at))
    }
    case '/': return value => {
      const found = matcher.find(value)
      return found === null ? value : value.slice(0, found[0]) + by(value.slice(found[0], found[1])) + value.slice(found[1])
    }
    case '//': return value => {
      if (value === '') return matcher.matches('') ? by('') : ''
      let out = '', from = 0
      while (from < value.length) {
        const found = matcher.find(value, from)
        if (found === null) break
        const [start, end] = found
        out += value.slice(from, start) + by(value.slice(start, end))
        if (end === start) out += value.slice(start, start + 1)
        from = end === start ? end + 1 : end
      }
      return from < value.length ? out + value.slice(from) : out
    }
  }
}

const toggled = (text: string): string => text.replace(/[A-Za-z]/g, c => c < 'a' ? lower(c) : upper(c))
export function changeCase(scope: Scope, operator: Of<'case'>['operator'], pattern: string | null): (value: string) => string {
  const convert = operator[0] === '^' ? upper : operator[0] === ',' ? lower : toggled, all = operator.length === 2
  const fits = pattern === null ? null : matcherOf(scope, pattern)
  const one = (c: string): string => fits === null || fits.matches(c) ? convert(c) : c
  return value => all ? fits === null ? convert(value) : [...value].map(one).join('') : value === '' ? '' : one(value[0]!) + value.slice(1)
}

const quoteValue = (text: string): string => /[\0-\x1f\x7f-\xff]/.test(text) ? ansiQuoted(text) : singleQuoted(text)
/** `Q E P U u L` of one value; the others look at the variable. */
export function transform(scope: Scope, operator: Of<'transform'>['operator']): (value: string) => string {
  switch (operator) {
    case 'Q': case 'K': case 'k': return quoteValue
    case 'E': return decodeAnsiC
    case 'P': return value => scope.prompt?.(value) ?? value
    case 'U': return upper
    case 'L': return lower
    case 'u': return value => upper(value.slice(0, 1)) + value.slice(1)
    default: return value => value
  }
}
/** `declare -i n='3'`: what would make the variable again. */
export function declaration(scope: Scope, name: string): string {
  const attributes = scope.attributes(name), flags = attributes === '' ? '' : `declare -${attributes} `, value = scope.get(name)
  return value === undefined ? flags === '' ? '' : `${flags}${name}` : `${flags}${name}=${quoteValue(value)}`
}
/** Of an array as a whole: `declare`, `-a`, `a=([0]="1")`. */
export function declarationWords(scope: Scope, name: string): readonly string[] {
  const kind = scope.kind(name)
  if (kind === 'unset') return []
  if (kind === 'scalar') return [declaration(scope, name)]
  const associative = kind === 'associative'
  const elements = scope.keys(name).map(key => `[${associative ? keyText(String(key)) : key}]=${doubleQuoted(scope.element(name, key) ?? '')}`)
  return ['declare', `-${scope.attributes(name)}`, `${name}=(${elements.join(' ')}${associative && elements.length > 0 ? ' ' : ''})`]
}
/** `${a[@]@K}`. */
export const keyValues = (scope: Scope, name: string): string =>
  scope.keys(name).map(key => `${typeof key === 'number' ? key : keyText(key)} ${doubleQuoted(scope.element(name, key) ?? '')}`).join(' ') + (scope.kind(name) === 'associative' ? ' ' : '')
const keyText = (key: string): string => /^[\w%+,./:=@-]+$/.test(key) ? key : doubleQuoted(key)
