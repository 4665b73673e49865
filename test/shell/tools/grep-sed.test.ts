/**
 * grep and sed against what the real ones printed: arguments, output, complaints, status, and the files that they changed. Recorded from GNU grep 3.8 and
 * GNU sed 4.9 in the C locale.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Box, run } from './machine.ts'

interface Group { readonly stdin: string; readonly files: Readonly<Record<string, string>>; readonly cases: readonly (readonly [argv: string[], stdout: string, stderr: string, status: number, changed?: Readonly<Record<string, string | null>>])[] }
const groups = JSON.parse(readFileSync(new URL('grep-sed-recorded.json', import.meta.url), 'utf8')) as readonly Group[]

describe('grep and sed print what the real ones print', () => {
  groups.forEach(({ stdin, files, cases }, i) => test(`${cases.length} recorded calls of ${cases[0]![0][0]}, part ${i + 1}`, () => {
    for (const [argv, stdout, stderr, status, changed = {}] of cases) {
      const box = new Box({ files }), ran = box.run(argv, { stdin }), now = Object.fromEntries(Object.keys(changed).map(name => [name, box.content(name)]))
      expect({ argv, stdout: ran.stdout, stderr: ran.stderr, status: ran.status, changed: now }).toEqual({ argv, stdout, stderr, status, changed })
    }
  }))
})

describe('grep -P stays within its bounds', () => {
  const endless = 'a'.repeat(3000)
  test('repetitions beside each other that could take for ever on a long line are refused', () => {
    const { status, stderr } = run(['grep', '-cP', 'a*a*a*b'], { stdin: `${endless}\n` })
    expect(status).toBe(2)
    expect(stderr).toContain('hotspare: ')
  })
  test('a repetition of alternatives is refused', () => {
    expect(run(['grep', '-cP', '(a|a)*b'], { stdin: 'aaa\n' }).status).toBe(2)
  })
  test('the same expressions on short lines, and harmless ones on long lines, are matched', () => {
    expect(run(['grep', '-cP', 'a*a*a*b'], { stdin: 'aaab\naaa\n' }).stdout).toBe('1\n')
    expect(run(['grep', '-oP', '(?<=Devices : )\\d+\\s+\\w+'], { stdin: `${' '.repeat(200)}Devices : 12 of${' x'.repeat(100)}\n` }).stdout).toBe('12 of\n')
  })
})
