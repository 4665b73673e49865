/**
 * Shell patterns: the rules by name, all ways of asking against a slow matcher that tries everything, and real bash where there is one.
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { globMatcher, hasGlob, quoteGlob, unquoteGlob } from '../../../src/shell/regex/glob.ts'
import { parseGlob, type Piece } from '../../../src/shell/regex/glob-parse.ts'
import { property } from '../../support/property.ts'

const matches = (pattern: string, text: string, options = {}): boolean => globMatcher(pattern, { extglob: true, ...options }).matches(text)

describe('what a pattern means', () => {
  test.each([
    ['sd[a-c]', 'sdb', true], ['sd[a-c]', 'sdd', false], ['sd[!a-c]', 'sdd', true], ['[]a]', ']', true], ['[a-]', '-', true], ['[[:digit:]]?', '1x', true],
    ['[a', '[a', true], ['\\*', '*', true], ['\\*', 'x', false], ['[\\]]', ']', true], ['[z-a]', 'm', false], ['a\\', 'a\\', true], ['[[:foo:]a]', 'a', true], ['', '', true],
    ['[[.space.]]', ' ', true], ['[[=a=]]', 'a', true], ['[a-[.c.]]', 'b', true], ['*(a|b)', 'abab', true], ['!(md*)', 'sda', true], ['!(md*)', 'md0', false],
    ['@(sd|vd)[a-z]', 'vda', true], ['+(a)b', 'b', false], ['?(a)b', 'b', true], ['*(ab', '*(ab', true], ['*(ab', 'xab', false], ['@((a))', '(a)', true], ['@(a|*(b|c))', 'bcb', true],
  ])('%s %s', (pattern, text, answer) => {
    expect(matches(pattern, text)).toBe(answer)
  })
  test('without extglob a group is a star and parentheses', () => {
    expect(globMatcher('*(a)').matches('x(a)')).toBe(true)
  })
  test('a dot at the start of a name is matched by a dot only, and a group may hold it', () => {
    const names = (pattern: string): string[] => ['.a', 'a', 'b.a'].filter(name => matches(pattern, name, { period: true }))
    expect(names('*')).toEqual(['a', 'b.a'])
    expect(names('.*')).toEqual(['.a'])
    expect(names('*.a')).toEqual(['b.a'])
    expect(names('[.]a')).toEqual([])
    expect(names('@(.|b.)a')).toEqual(['.a', 'b.a'])
    expect(names('!(x)')).toEqual(['a', 'b.a'])
  })
  test('without regard to case, letters and ranges are equal to their other case, and a class is what it says', () => {
    expect(['sdA', '[b-d]x', '[[:upper:]]x'].map(pattern => [matches(pattern, pattern === 'sdA' ? 'SDa' : 'CX', { icase: true }), matches(pattern, 'cx', { icase: true })]))
      .toEqual([[true, false], [true, true], [true, false]])
  })
  test('many stars and groups take no more time than few', () => {
    const text = 'a'.repeat(2000)
    expect(matches('*a'.repeat(50) + 'b', text)).toBe(false)
    expect(matches('*(*(a)*(a))b', text.slice(0, 300))).toBe(false)
    expect(matches('!(*(a|aa))', text.slice(0, 300))).toBe(false)
  })
  test('the removal of a prefix or suffix, and what is replaced', () => {
    const path = globMatcher('*/'), dot = globMatcher('.*')
    expect([path.shortestPrefix('/a/b'), path.longestPrefix('/a/b'), dot.shortestSuffix('a.b.c'), dot.longestSuffix('a.b.c'), path.longestPrefix('ab')]).toEqual([1, 3, 2, 4, -1])
    expect(globMatcher('@(a|ab)', { extglob: true }).find('xab')).toEqual([1, 3])
    expect(globMatcher('b*').find('abcb', 2)).toEqual([3, 4])
  })
  test('quoted text stands for itself', () => {
    property(fc.property(fc.string({ maxLength: 8 }), text => {
      expect(globMatcher(quoteGlob(text), { extglob: true }).literal).toBe(text)
      expect(unquoteGlob(quoteGlob(text))).toBe(text)
      expect(hasGlob(quoteGlob(text), true)).toBe(false)
    }))
  })
})

const leaf = fc.constantFrom('a', 'b', 'A', '.', '*', '?', '[ab]', '[!a]', '\\*', '[[:upper:]b]')
const pattern: fc.Arbitrary<string> = fc.letrec<{ sequence: string; atom: string; group: string }>(tie => ({
  sequence: fc.array(tie('atom'), { minLength: 1, maxLength: 4 }).map(atoms => atoms.join('')),
  atom: fc.oneof({ maxDepth: 3, depthIdentifier: 'glob' }, leaf, leaf, tie('group')),
  group: fc.tuple(fc.constantFrom('?', '*', '+', '@', '!'), fc.array(tie('sequence'), { minLength: 1, maxLength: 3 })).map(([op, of]) => `${op}(${of.join('|')})`),
})).sequence
const text = fc.array(fc.constantFrom('a', 'b', 'A', '.', '*'), { maxLength: 6 }).map(chars => chars.join(''))

/** Every place where the pieces can end; tries all ways. */
function ends([piece, ...rest]: readonly Piece[], text: string, at: number): number[] {
  if (piece === undefined) return [at]
  const one = (): number[] => {
    switch (piece.kind) {
      case 'text': return text.startsWith(piece.text, at) ? [at + piece.text.length] : []
      case 'any': return at < text.length ? [at + 1] : []
      case 'set': return at < text.length && piece.set[text.charCodeAt(at)] === 1 ? [at + 1] : []
      case 'star': return Array.from({ length: text.length - at + 1 }, (_, i) => at + i)
      case 'group': {
        const once = (from: number): number[] => piece.of.flatMap(branch => ends(branch, text, from))
        const more = (from: number): number[] => [from, ...once(from).filter(to => to > from).flatMap(more)]
        if (piece.op === '!') return ends([{ kind: 'star' }], text, at).filter(to => !once(at).includes(to))
        return piece.op === '@' ? once(at) : piece.op === '?' ? [at, ...once(at)] : piece.op === '*' ? more(at) : once(at).flatMap(more)
      }
    }
  }
  return [...new Set(one().flatMap(to => ends(rest, text, to)))].sort((a, b) => a - b)
}

describe('laws', () => {
  test('all ways of asking agree with trying everything', () => {
    property(fc.property(pattern, text, (pattern, text) => {
      const matcher = globMatcher(pattern, { extglob: true }), pieces = parseGlob(pattern, { extglob: true, icase: false })
      const from = Array.from({ length: text.length + 1 }, (_, at) => ends(pieces, text, at)), prefixes = from[0]!
      const suffixes = from.flatMap((to, at) => to.includes(text.length) ? [text.length - at] : [])
      expect([matcher.matches(text), matcher.longestPrefix(text), matcher.shortestPrefix(text), matcher.longestSuffix(text), matcher.shortestSuffix(text)])
        .toEqual([prefixes.includes(text.length), prefixes.at(-1) ?? -1, prefixes[0] ?? -1, suffixes[0] ?? -1, suffixes.at(-1) ?? -1])
      const start = from.findIndex(to => to.length > 0)
      expect(matcher.find(text)).toEqual(start < 0 ? null : [start, from[start]!.at(-1)])
    }), { numRuns: 1500 })
  })
  test.runIf(existsSync('/bin/bash'))('bash says the same', () => {
    const cases = fc.sample(fc.tuple(pattern, text.filter(each => each !== '')), { numRuns: 400, seed: 1 })
    const quote = (word: string): string => `'${word}'`
    const script = `shopt -s extglob; t() { case $2 in $1) echo Y;; *) echo n;; esac; }\n${cases.map(([pattern, text]) => `t ${quote(pattern)} ${quote(text)}`).join('\n')}`
    const said = execFileSync('/bin/bash', ['--norc', '-c', script], { encoding: 'latin1', stdio: ['ignore', 'pipe', 'ignore'], env: { LC_ALL: 'C' } }).trimEnd().split('\n')
    // After a star bash 5.2 overlooks that a group may match nothing at the end.
    const apart = cases.filter(([pattern, text], i) => matches(pattern, text) !== (said[i] === 'Y') && !/\*[?*+@!]\(/.test(pattern))
    expect(apart).toEqual([])
  })
})
