/**
 * Scripts drawn at random do in the simulated shell what they do in the real bash, where there is one. A long run is
 * `SHELL_LIVE=5000 SHELL_SEED=7 [SHELL_STDERR=1] npx vitest run test/shell/live.props.test.ts`.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toBytes } from '../../src/shell/kernel/bytes.ts'
import { session } from './battery.ts'
import { masked, type Outcome } from './battery/format.ts'
import { script } from './grammar.ts'

const FILES = new Map([['f1', 'one\ntwo words\n'], ['f2', 'b\na\n'], ['x y', 'sp\n'], ['a.txt', '']])
const RUNS = Number(process.env['SHELL_LIVE'] ?? 80), SEED = Number(process.env['SHELL_SEED'] ?? 20240304)
const version = spawnSync('bash', ['--version'], { encoding: 'utf8' }).stdout ?? ''
const LONG = process.env['SHELL_LIVE'] !== undefined, NO_STDERR = process.env['SHELL_STDERR'] !== '1'
const HEAD = /^shopt -s extglob; declare -A h\na=.*\n/
/** What differs between 5.1, 5.2 and 5.3 is not ours to test: we are 5.2. */
const real = /version 5\.2/.test(version)

/** One bash runs them all, each in a directory of its own. */
function runReal(scripts: readonly string[]): (Outcome | null)[] {
  const root = mkdtempSync(join(tmpdir(), 'live-'))
  try {
    scripts.forEach((text, i) => {
      mkdirSync(join(root, `${i}`))
      for (const [name, content] of FILES) writeFileSync(join(root, `${i}`, name), content)
      writeFileSync(join(root, `${i}`, 'case.sh'), text, 'latin1')
    })
    spawnSync('bash', ['-c', `umask 022; for ((i=0; i<${scripts.length}; i++)); do cd $i; { { timeout 10 bash case.sh < /dev/null 1>&3 3>&-; echo $? > ../$i.status; } 2>&1 | cat > ../$i.err; } 3>&1 | cat > ../$i.out; cd ..; done`],
      { cwd: root, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', HOME: '/root', TZ: 'UTC' }, stdio: 'ignore' })
    const read = (name: string): string => readFileSync(join(root, name), 'latin1')
    return scripts.map((_, i) => {
      const status = Number(read(`${i}.status`))
      return status === 124 ? null : { status, stdout: read(`${i}.out`), stderr: masked(read(`${i}.err`)) }
    })
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}
function runOurs(text: string): Outcome {
  const { status, stdout, stderr, runaway, stuck } = session({ argv: ['bash', 'case.sh'], files: new Map([...[...FILES].map(([name, content]) => [name, content] as const), ['case.sh', text]]) })
  return { status, stdout, stderr: runaway !== null ? `runaway: ${runaway}` : stuck > 0 ? `${stuck} processes never end` : stderr }
}

describe.skipIf(!real)('the simulated bash and the real one', () => {
  it(`agree on ${RUNS} scripts drawn at random`, () => {
    const drawn: string[] = [], differing: { text: string; run: number }[] = []
    fc.check(fc.property(script, text => { drawn.push(toBytes(text)) }), { seed: SEED, numRuns: RUNS })
    for (let from = 0; from < RUNS; from += 250) {
      const batch = drawn.slice(from, from + 250)
      runReal(batch).forEach((wanted, i) => {
        if (wanted !== null && !agree(ours(batch[i]!), wanted)) differing.push({ text: batch[i]!, run: from + i })
      })
    }
    expect(differing.slice(0, LONG ? 25 : 2).map(({ run }) => smallest(run)).join('\n=====\n')).toBe('')
    expect(differing.length, 'so many differ').toBe(0)
  })
})
if (!real) console.warn('the simulated bash is not compared with a real one: there is no bash 5.2 here')

function ours(text: string): Outcome {
  try {
    return runOurs(text)
  } catch (error) {
    return { status: -1, stdout: '', stderr: `internal error: ${error instanceof Error ? error.stack?.split('\n').slice(0, 4).join(' ') : String(error)}` }
  }
}
const agree = (a: Outcome, b: Outcome): boolean => a.status === b.status && a.stdout === b.stdout && (NO_STDERR || a.stderr === b.stderr)
/** What fast-check shrinks it to, with what both did. */
function smallest(run: number): string {
  let best = '', wanted: Outcome | null = null, got: Outcome | null = null
  const { failed } = fc.check(fc.property(script, drawn => {
    const text = toBytes(drawn), [outcome] = runReal([text]), mine = ours(text)
    if (!outcome || agree(mine, outcome)) return
    best = text; wanted = outcome; got = mine
    throw new Error('differs')
  }), { seed: SEED, path: `${run}`, numRuns: 1, interruptAfterTimeLimit: 8_000 })
  return `run ${run} ${failed ? '' : '(not again)'}\n${best.replace(HEAD, '')}\n--- real: ${JSON.stringify(wanted)}\n--- ours: ${JSON.stringify(got)}`
}
