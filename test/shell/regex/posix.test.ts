/**
 * Regular expressions: leftmost and longest, what groups hold, the errors' words, expressions that blow up elsewhere, and real bash where there is one.
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compile, quoteRegex, RegexError, type Regex, type Syntax } from '../../../src/shell/regex/posix.ts'
import { property } from '../../support/property.ts'

function regex(pattern: string, syntax: Syntax = { extended: true }): Regex {
  const compiled = compile(pattern, syntax)
  if (compiled instanceof RegexError) throw new Error(`${pattern}: ${compiled.error}`)
  return compiled
}
/** `<whole><group 1>…`, null where nothing matches. */
function said(pattern: string, text: string, syntax?: Syntax): string | null {
  const spans = regex(pattern, syntax).exec(text)
  return spans === null ? null : Array.from({ length: spans.length / 2 }, (_, i) => `<${spans[2 * i]! < 0 ? '' : text.slice(spans[2 * i], spans[2 * i + 1])}>`).join('')
}

describe('what matches', () => {
  test.each([
    ['a|ab|abc', 'abcd', '<abc>'], ['(a|ab)(c|bcd)(d*)', 'abcd', '<abcd><a><bcd><>'], ['((a)|b)*', 'ab', '<ab><b><a>'], ['(a*)*', 'aab', '<aa><aa>'], ['(()|a)*b', 'ab', '<ab><a><>'],
    ['(a(b)?)+', 'aba', '<aba><a><b>'], ['(a|ab|b)*', 'abab', '<abab><b>'], ['^md[0-9]+ :', 'md12 : active', '<md12 :>'], ['[[:space:]]+([^ ]*)$', 'a  bc', '<  bc><bc>'], ['\\<b\\w*', 'ab bc', '<bc>'],
    ['x{2,3}', 'xxxx', '<xxx>'], ['(a)(b)?', 'ac', '<a><a><>'], ['(.)(.)\\2\\1', 'xabba', '<abba><a><b>'], ['()', 'a', '<><>'], ['a{,2}', 'aaa', '<aa>'], ['[]a]+', ']a', '<]a>'], ['[^]]', ']b', '<b>'], ['a)', 'a)', '<a)>'],
  ])('%s in %s', (pattern, text, answer) => {
    expect(said(pattern, text)).toBe(answer)
  })
  test('in basic expressions operators have a backslash, and what cannot be one stands for itself', () => {
    const basic = (pattern: string, text: string): string | null => said(pattern, text, {})
    expect([basic('*a', '*a'), basic('\\(*a\\)', '*a'), basic('a\\|b', 'b'), basic('a\\+', 'aa'), basic('a^b$c', 'a^b$c'), basic('\\(^a\\)', 'a'), basic('a\\{2\\}', 'aaa'), basic('^*', '*'), basic('+?(){}|', '+?(){}|')])
      .toEqual(['<*a>', '<*a><*a>', '<b>', '<aa>', '<a^b$c>', '<a><a>', '<aa>', '<*>', '<+?(){}|>'])
  })
  test.each([
    ['a(', 'Unmatched ( or \\('], ['*a', 'Invalid preceding regular expression'], ['a{1', 'Unmatched \\{'], ['a{x}', 'Invalid content of \\{\\}'], ['a{2,1}', 'Invalid content of \\{\\}'], ['[a', 'Unmatched [, [^, [:, [., or [='],
    ['[b-a]', 'Invalid range end'], ['[a-z-9]', 'Invalid range end'], ['[[:foo:]]', 'Invalid character class name'], ['[[.xy.]]', 'Invalid collation character'], ['(a)\\2', 'Invalid back reference'], ['a\\', 'Trailing backslash'],
    ['a{99999}', 'Regular expression too big'], ['((a{1000}){1000}){1000}', 'Regular expression too big'],
  ])('%s is refused', (pattern, error) => {
    expect(compile(pattern, { extended: true })).toEqual(new RegexError(error))
  })
  test('grep passes over an operator without operand and says so, sed minds a closing parenthesis', () => {
    expect([said('a|*b', 'b', { extended: true, dialect: 'grep' }), regex('a|*b', { extended: true, dialect: 'grep' }).warnings, said('a{1', 'a{1', { extended: true, dialect: 'grep' })]).toEqual(['<b>', ['* at start of expression'], '<a{1>'])
    expect(compile('a)', { extended: true, dialect: 'sed' })).toEqual(new RegexError('Unmatched ) or \\)'))
  })
  test('lines inside the text count with newline only, and the start of the text is no line when told so', () => {
    expect([said('^b', 'a\nb'), said('^b', 'a\nb', { extended: true, newline: true }), said('a.b', 'a\nb'), said('a.b', 'a\nb', { extended: true, newline: true }), said('a[^x]b', 'a\nb', { extended: true, newline: true })]).toEqual([null, '<b>', '<a\nb>', null, null])
    expect([regex('^a').test('a', 0, true), regex('^a|b').find('ab', 0, true), regex('\\bb').find('ab b', 1)]).toEqual([false, [1, 2], [3, 4]])
  })
  test('case', () => {
    expect([said('[a-c]D', 'xBd', { extended: true, icase: true }), said('(a)\\1', 'aA', { extended: true, icase: true }), said('[[:upper:]]', 'a', { extended: true, icase: true })]).toEqual(['<Bd>', '<aA><a>', '<a>'])
  })
  test('expressions that explode elsewhere take one pass', () => {
    const text = 'a'.repeat(3000)
    expect(said('(a*)*b', text)).toBeNull()
    expect(regex('(a|aa)+$').find(text + 'b')).toBeNull()
    expect(regex('a.*b|c').find(text + 'c')).toEqual([3000, 3001])
    expect(regex('(x+x+)+y').test('x'.repeat(3000))).toBe(false)
    expect(said('(a*)(a*)*(a|b*)*$', text.slice(0, 200))).toContain(`<${text.slice(0, 200)}>`)
  })
  test('back-references that try everything end with a budget', () => {
    expect(() => said('(a*)(a*)(a*)(a*)(a*)\\1\\2\\3\\4\\5b', 'a'.repeat(200))).toThrow('too many steps')
  })
})

const plain = ['a', 'b', 'ab', '.', '[^a]', 'a*', 'b?', '.*', 'a{2}', '\\w']
const patternOf = (maxDepth: number, atom = fc.constantFrom(...plain, '\\b', '$', '^')): fc.Arbitrary<string> => fc.letrec<{ all: string; branch: string; part: string; group: string }>(tie => ({
  all: fc.array(tie('branch'), { minLength: 1, maxLength: 3 }).map(each => each.join('|')),
  branch: fc.array(tie('part'), { minLength: 1, maxLength: 3 }).map(each => each.join('')),
  part: fc.oneof({ maxDepth, depthIdentifier: `regex ${maxDepth}` }, atom, atom, tie('group')),
  group: fc.tuple(tie('all'), fc.constantFrom('', '', '?', '*', '+')).map(([of, times]) => `(${of})${times}`),
})).all
const pattern = patternOf(2)
const text = fc.array(fc.constantFrom('a', 'b', 'c', ' '), { maxLength: 8 }).map(each => each.join(''))

describe('laws', () => {
  test('quoted text matches itself only', () => {
    property(fc.property(fc.string(), fc.string(), (a, b) => {
      expect(regex(`^${quoteRegex(a)}$`).test(b)).toBe(a === b)
      expect(regex(`^${quoteRegex(a)}$`).test(a)).toBe(true)
    }))
  })
  test('the match is where a JavaScript expression finds one at all, and no match that begins there is longer', () => {
    property(fc.property(pattern, text, (pattern, text) => {
      const found = regex(pattern).find(text), begins = (at: number): number => {
        for (let end = text.length; end >= at; end--) if (whole(pattern, text, at, end)) return end
        return -1
      }
      const start = Array.from({ length: text.length + 1 }, (_, at) => at).find(at => begins(at) >= 0)
      expect(found).toEqual(start === undefined ? null : [start, begins(start)])
      expect(regex(pattern).test(text)).toBe(found !== null)
    }), { numRuns: 400 })
  })
  test.runIf(existsSync('/bin/bash'))('bash says the same of every group', () => {
    // Not deeper: glibc needs minutes for some of those; and it prefers other ways where assertions stand in loops.
    const cases = fc.sample(fc.tuple(patternOf(1, fc.constantFrom(...plain)), text), { numRuns: 300, seed: 3 })
    const script = `t() { if [[ $1 =~ $2 ]]; then printf '<%s>' "\${BASH_REMATCH[@]}"; echo; else echo $?; fi; }\n${cases.map(([pattern, text]) => `t '${text}' '${pattern}'`).join('\n')}`
    const answers = execFileSync('/bin/bash', ['--norc', '-c', script], { encoding: 'latin1', timeout: 20_000, stdio: ['ignore', 'pipe', 'ignore'], env: { LC_ALL: 'C' } }).trimEnd().split('\n')
    expect(cases.flatMap(([pattern, text], i) => {
      const compiled = compile(pattern, { extended: true }), mine = compiled instanceof RegexError ? '2' : said(pattern, text) ?? '1'
      return mine === answers[i] ? [] : [[pattern, text, mine, answers[i]]]
    })).toEqual([])
  })
})

/** Whether JavaScript can match exactly this piece, its surroundings in view. */
function whole(pattern: string, text: string, at: number, end: number): boolean {
  return new RegExp(`(?<=^[^]{${at}})(?:${pattern})(?<=^[^]{${end}})`).test(text)
}
