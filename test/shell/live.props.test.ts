/**
 * Scripts drawn at random do in the simulated shell what they do in the real bash, where there is one. A long run is
 * `SHELL_LIVE=5000 SHELL_SEED=7 npx vitest run test/shell/live.props.test.ts`.
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
const RUNS = Number(process.env['SHELL_LIVE'] ?? 150), SEED = Number(process.env['SHELL_SEED'] ?? 20240304)
const version = spawnSync('bash', ['--version'], { encoding: 'utf8' }).stdout ?? ''
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
    spawnSync('bash', ['-c', `umask 022; for ((i=0; i<${scripts.length}; i++)); do ( cd $i; timeout 10 bash case.sh > ../$i.out 2> ../$i.err < /dev/null; echo $? > ../$i.status ); done`],
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
    const scripts = fc.sample(script, { numRuns: RUNS, seed: SEED }).map(toBytes), differing: string[] = []
    for (let from = 0; from < scripts.length; from += 250) {
      const batch = scripts.slice(from, from + 250), wanted = runReal(batch)
      batch.forEach((text, i) => {
        if (wanted[i] === null) return
        const got = ours(text)
        if (JSON.stringify(got) !== JSON.stringify(wanted[i])) differing.push(smallest(text))
      })
      if (differing.length > 0 && process.env['SHELL_LIVE'] === undefined) break
    }
    expect(differing.slice(0, 40).join('\n=====\n')).toBe('')
    expect(differing.length).toBe(0)
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
/** Lines are left out, then words, as long as it still differs. */
function smallest(text: string): string {
  const differs = (candidates: readonly string[]): number => {
    const wanted = runReal(candidates)
    return candidates.findIndex((each, i) => wanted[i] !== null && JSON.stringify(ours(each)) !== JSON.stringify(wanted[i]))
  }
  let best = text
  for (const pieces of [/(?<=\n)/, /(?=[ \n])/]) {
    for (let again = true; again;) {
      again = false
      const parts = best.split(pieces), candidates: string[] = []
      for (let size = Math.max(1, parts.length >> 1); size >= 1; size >>= 1)
        for (let i = 0; i < parts.length; i += size) candidates.push([...parts.slice(0, i), ...parts.slice(i + size)].join(''))
      const found = differs(candidates.slice(0, 200))
      if (found >= 0 && candidates[found] !== best) { best = candidates[found]!; again = true }
    }
  }
  return `${best}\n--- real: ${JSON.stringify(runReal([best])[0])}\n--- ours: ${JSON.stringify(ours(best))}`
}
