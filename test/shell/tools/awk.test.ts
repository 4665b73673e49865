/**
 * awk: what mawk 1.3.4 20200120 and gawk 5.2.1 answered to several hundred programs, hand-written and generated; and what only matters in simulated time:
 * when output gets out, what waits for what, and that no program runs for ever.
 */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { property } from '../../support/property.ts'
import { Box, run } from './machine.ts'

interface Recorded { readonly argv: readonly string[]; readonly stdin?: string; readonly md?: boolean; readonly stdout: string; readonly stderr?: string; readonly status?: number }
const recorded = JSON.parse(readFileSync(new URL('./awk-recorded.json', import.meta.url), 'utf8')) as readonly Recorded[]

const MDSTAT = `Personalities : [raid1]${' '}
md0 : active raid1 sdb1[1] sda1[0]
      1048512 blocks [2/2] [UU]
${' '.repeat(6)}
md1 : active raid1 sdb2[2](F) sda2[0] sdc2[3](S)
      524224 blocks [2/1] [U_]
      [==>..................]  recovery = 12.6% (66048/524224) finish=0.4min speed=16512K/sec
      bitmap: 0/1 pages [0KB], 65536KB chunk

unused devices: <none>
`
const awk = (program: string, stdin = '', ...operands: readonly string[]): string => run(['awk', program, ...operands], { stdin, files: { md: MDSTAT } }).stdout

describe('as recorded', () => {
  for (const name of ['mawk', 'gawk']) test(`${name} answers each program as the real one did`, () => {
    const cases = recorded.filter(({ argv }) => argv[0] === name)
    expect(cases.length).toBeGreaterThan(100)
    const different = cases.flatMap(({ argv, stdin = '', stdout, stderr = '', status = 0 }) => {
      const answer = new Box({ files: { md: MDSTAT } }).run(argv, { stdin })
      const same = answer.stdout === stdout && answer.status === status && (name === 'gawk' || answer.stderr === stderr)
      return same ? [] : [{ argv, wanted: { stdout, stderr, status }, got: answer }]
    })
    expect(different).toEqual([])
  })
})

describe('what a script sees', () => {
  test('awk is mawk', () => {
    expect(run(['awk', '-W', 'version']).stdout).toMatch(/^mawk 1\.3\.4 20200120\n/)
    expect(run(['awk', 'BEGIN { print 1 + }']).stderr).toMatch(/^awk: line 1: syntax error/)
  })
  test('concatenation binds tighter than a match: a pattern may be put together from a name', () => {
    expect(awk('BEGIN { d = "sda"; if ("sda3" ~ "^" d "[0-9]*$") print "of it"; if ("sdb3" ~ "^" d "[0-9]*$") print "not of it" }')).toBe('of it\n')
  })
  test('fields compare as numbers if both look like it, constants in quotes as text', () => {
    expect(awk('{ print ($1 < $2), ($1 < "9"), $1 == 10 }', '10 9\n10 9x\n')).toBe('0 1 1\n1 1 1\n')
  })
  test('for (k in a) names each subscript once, whatever has happened to the array', () => {
    const step = fc.oneof(fc.record({ op: fc.constant('set'), key: fc.integer({ min: -5, max: 60 }) }), fc.record({ op: fc.constant('text'), key: fc.integer({ min: -5, max: 60 }) }), fc.record({ op: fc.constant('delete'), key: fc.integer({ min: -5, max: 60 }) }),
      fc.record({ op: fc.constant('split'), key: fc.integer({ min: 0, max: 40 }) }), fc.record({ op: fc.constant('walk'), key: fc.constant(0) }))
    property(fc.property(fc.array(step, { maxLength: 25 }), steps => {
      let keys = new Set<string>()
      const program = steps.map(({ op, key }) => {
        if (op === 'delete') keys.delete(String(key))
        else if (op === 'split') keys = new Set(Array.from({ length: key }, (_, n) => String(n + 1)))
        else if (op !== 'walk') keys.add(String(key))
        return op === 'set' ? `a[${key}]` : op === 'text' ? `a["${key}"]` : op === 'delete' ? `delete a[${key}]` : op === 'split' ? `split("${'x '.repeat(key)}", a)` : 'for (k in a) n++'
      })
      const seen = awk(`BEGIN { ${program.join('; ')}; for (k in a) print k; print length(a) }`).split('\n').slice(0, -1)
      expect(Number(seen.pop())).toBe(keys.size)
      expect(seen.sort()).toEqual([...keys].sort())
    }), { numRuns: 60 })
  })
  test('what is written to a field and joined again is what was there', () => {
    property(fc.property(fc.array(fc.stringMatching(/^[a-z0-9.]{1,4}$/), { minLength: 1, maxLength: 6 }), fields => {
      expect(awk('{ $1 = $1; print; print NF; n = NF; $(n + 2) = "z"; print NF }', `  ${fields.join(' \t ')} \n`, 'OFS=:', '-')).toBe(`${fields.join(':')}\n${fields.length}\n${fields.length + 2}\n`)
    }), { numRuns: 40 })
  })
  test('a variable given as an operand counts from there on, one given with -v from BEGIN on', () => {
    expect(run(['awk', '-v', 'a=1', 'BEGIN { print a, b } { print a, b }', 'b=2', 'f', 'b=3', 'f'], { files: { f: 'x\n' } }).stdout).toBe('1 \n1 2\n1 3\n')
  })
})

describe('commands and files', () => {
  test('a command is run by sh, and its status is what close and system give', () => {
    expect(awk('BEGIN { "echo one; echo two" | getline a; "echo one; echo two" | getline b; print a, b; print system("exit 3"); print "x" | "cat; exit 4"; print close("cat; exit 4") }')).toBe('one two\n3\nx\n4\n')
  })
  test('output comes out before that of a command that is started', () => {
    expect(awk('BEGIN { print "first"; system("echo second"); print "third" }')).toBe('first\nsecond\nthird\n')
  })
  test('a command that is written to is waited for at the end', () => {
    const box = new Box()
    expect(box.run(['awk', 'BEGIN { print "b" | "sleep 5; cat"; print "a" }']).stdout).toBe('a\nb\n')
    expect(box.now).toBeGreaterThanOrEqual(5_000_000)
  })
  test('system waits in simulated time', () => {
    const box = new Box()
    expect(box.run(['awk', 'BEGIN { t = systime(); system("sleep 7"); print systime() - t }']).stdout).toBe('7\n')
  })
  test('a loop that waits for the clock comes to an end', () => {
    expect(run(['awk', 'BEGIN { t = systime() + 1; while (systime() < t) n++; print (n > 0) }'], { costs: { statement: 1000 } }).stdout).toBe('1\n')
  })
  test('output for a pipe is kept until there are 4 KiB, or until fflush', () => {
    const box = new Box(), lazy = box.start(['awk', 'BEGIN { print "a"; while (n++ < 2000) printf "0123456789" }']), eager = box.start(['awk', 'BEGIN { print "a"; fflush(); while ("sleep 9" | getline); print "b" }'])
    box.advance(1_000_000)
    expect(eager.stdout).toBe('a\n')
    box.advance()
    expect(eager.stdout).toBe('a\nb\n')
    expect(lazy.stdout.length).toBe(20_002)
  })
  test('files that are written and closed can be read', () => {
    const box = new Box()
    expect(box.run(['awk', '{ print $1 > "o"; print $1 >> "log" } END { close("o"); while ((getline l < "o") > 0) print "<" l ">" }'], { stdin: 'a\nb\n' }).stdout).toBe('<a>\n<b>\n')
    expect(box.content('log')).toBe('a\nb\n')
  })
  test('a file that cannot be written is said at once, with status 2', () => {
    expect(run(['awk', 'BEGIN { print 1 > "no/x"; print "on" }'])).toMatchObject({ stdout: '', stderr: 'awk: cannot open "no/x" for output (No such file or directory)\n', status: 2 })
  })
  test('a program may be in a file, several of them are one', () => {
    expect(run(['awk', '-f', 'a', '-f', 'b'], { files: { a: 'function f(x) { return x + 1 }', b: 'BEGIN { print f(1) }\n' } }).stdout).toBe('2\n')
  })
})

describe('programs that would not end', () => {
  const limits = { held: 1 << 20, statements: 100_000 }
  for (const [what, program, words] of [
    ['a busy loop', 'BEGIN { while (1) n++ }', /busy loop/],
    ['a text that grows for ever', 'BEGIN { for (;;) s = s "0123456789" s }', /MiB held/],
    ['an array that grows for ever', 'BEGIN { for (;;) a[n++] = 1 }', /elements in an array/],
  ] as const) test(`${what} ends with the reason`, () => {
    const box = new Box({ limits })
    box.run(['awk', program])
    expect(box.runaway).toMatch(words)
  })
  test('a function that calls itself without end is told so', () => {
    expect(run(['awk', 'function f(n) { return f(n + 1) } BEGIN { print f(1) }'])).toMatchObject({ stderr: 'awk: program limit exceeded: eval stack size=1024\n', status: 2 })
  })
  test('what prints for ever lets the clock go on: timeout ends it', () => {
    const box = new Box()
    expect(box.run(['timeout', '0.1', 'awk', 'BEGIN { for (;;) print "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy" > "/dev/null" }']).status).toBe(124)
    expect(box.now).toBeLessThan(120_000)
  })
})

test('the same seed of the machine gives the same random numbers, srand others', () => {
  const numbers = awk('BEGIN { for (i = 0; i < 5; i++) print rand() }')
  expect(awk('BEGIN { for (i = 0; i < 5; i++) print rand() }')).toBe(numbers)
  expect(new Set(numbers.trim().split('\n')).size).toBe(5)
  expect(awk('BEGIN { srand(7); a = rand(); srand(7); b = rand(); srand(8); print a == b, a == rand(), a >= 0 && a < 1 }')).toBe('1 0 1\n')
})
test('an option that is not modelled says so', () => {
  expect(run(['awk', '-W', 'dump', 'BEGIN {}'])).toMatchObject({ stderr: 'hotspare: awk option -W dump is not modelled\n', status: 2 })
})
