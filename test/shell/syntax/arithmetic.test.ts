/**
 * Arithmetic: 64 bits that wrap around, bash's precedence, and, where bash exists, the same answers as bash for expressions drawn at random.
 */
import fc from 'fast-check'
import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { ArithmeticFault, evaluateText, type Variables } from '../../../src/shell/syntax/arithmetic.ts'
import { property } from '../../support/property.ts'

function variables(values: Record<string, string> = {}): Variables & { readonly all: Map<string, string> } {
  const all = new Map(Object.entries(values))
  return { all, nounset: false, value: ({ name }) => all.get(name), assign: ({ name }, value) => { all.set(name, value) } }
}
const value = (text: string, values?: Record<string, string>): string => {
  try {
    return String(evaluateText(text, variables(values)))
  } catch (error) {
    if (error instanceof ArithmeticFault) return error.message
    throw error
  }
}

describe('arithmetic', () => {
  test('wraps around in 64 bits', () => {
    expect(['9223372036854775807+1', '-9223372036854775808-1', '1<<40', '1<<63', '1<<64', '-1>>63', '3037000500*3037000500', '2**63', '-9223372036854775808/-1', '99999999999999999999']
      .map(each => value(each))).toEqual(['-9223372036854775808', '9223372036854775807', '1099511627776', '-9223372036854775808', '1', '-1', '-9223372036709301616', '-9223372036854775808',
      '-9223372036854775808', '7766279631452241919'])
  })
  test('a value is an expression itself', () => {
    expect(value('a*2', { a: 'b+1', b: '3' })).toBe('8')
    expect(value('a', { a: 'a' })).toBe('a: expression recursion level exceeded (error token is "a")')
    expect(value('a+1', { a: '08' })).toBe('08: value too great for base (error token is "08")')
  })
  test('only the side that counts is evaluated', () => {
    const scope = variables({ x: '1', y: '1' })
    evaluateText('0 && x++, 1 || y++, 1 ? z=1 : (w=1)', scope)
    expect([...scope.all]).toEqual([['x', '1'], ['y', '1'], ['z', '1']])
  })
})

const bash = spawnSync('bash', ['-c', 'echo $BASH_VERSION'], { encoding: 'latin1' }).status === 0
const number = fc.oneof(fc.integer({ min: -20, max: 20 }).map(String), fc.constantFrom('x', 'y', 'n', '9223372036854775807', '0x7fffffff', '4294967296', '010', '2#1011', '(-9223372036854775807-1)', '9007199254740993'))
const expression = fc.letrec<{ e: string }>(tie => ({
  e: fc.oneof({ depthSize: 'small', withCrossShrink: true }, number,
    fc.tuple(tie('e'), fc.constantFrom('+', '-', '*', '/', '%', '<<', '>>', '<', '>', '<=', '>=', '==', '!=', '&', '|', '^', '&&', '||', ','), tie('e')).map(([a, o, b]) => `${a} ${o} ${b}`),
    fc.tuple(fc.constantFrom('-', '~', '!', '+'), tie('e')).map(([o, a]) => `${o} ${a}`),
    tie('e').map(a => `(${a})`), tie('e').map(a => `(${a})**3`),
    fc.tuple(fc.constantFrom('x', 'y'), fc.constantFrom('=', '+=', '-=', '*=', '|=', '^='), tie('e')).map(([v, o, a]) => `(${v} ${o} ${a})`),
    fc.constantFrom('x++', '++y', 'y--', '--x'),
    fc.tuple(tie('e'), tie('e'), tie('e')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`)),
})).e

describe.skipIf(!bash)('beside the real bash', () => {
  test('a hundred expressions in one process give the same answers and the same faults', () => {
    property(fc.property(fc.array(expression, { minLength: 60, maxLength: 60 }), all => {
      const script = all.map(each => `x=7 y=-3 n=x+1; (echo "$(( ${each} ))") 2>&1`).join('\n')
      const real = spawnSync('bash', ['-c', script], { encoding: 'latin1', env: { LC_ALL: 'C' } }).stdout.split('\n').map(line => line.replace(/^bash: line \d+: /, ''))
      const ours = all.map(each => value(` ${each} `, { x: '7', y: '-3', n: 'x+1' }))
      all.forEach((each, i) => expect(`${each} → ${ours[i]}`).toBe(`${each} → ${real[i]}`))
    }), { numRuns: 4 })
  })
})
