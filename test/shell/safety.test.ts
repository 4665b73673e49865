/**
 * Nothing that a script does harms whoever simulates it: broken scripts are answered in bash's words and never by an error of ours, runaway ones end
 * with a message that says why, and nothing of the real machine is in reach. A long run: `SHELL_FUZZ=20000 SHELL_SEED=3 npx vitest run test/shell/safety.test.ts`.
 */
import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import { allCases, session, type Simulated } from './battery.ts'
import { SCRIPTS } from './safety/scripts.ts'

const LIMITS = { statements: 10_000, processes: 64, output: 1 << 20, files: 8 << 20, held: 4 << 20 }
const run = (script: string, files: ReadonlyMap<string, string> = new Map()): Simulated =>
  session({ argv: ['bash', 'case.sh'], files: new Map([...files, ['case.sh', script]]), limits: LIMITS, seconds: 60 })

describe('a mutated script', () => {
  const runs = Number(process.env['SHELL_FUZZ'] ?? 400), seed = Number(process.env['SHELL_SEED'] ?? 1)
  it(`is answered without an error of ours (${runs} of them)`, () => {
    const cases = allCases(), failures: string[] = []
    let state = seed * 7919 + 1
    const draw = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return Math.floor(state / 2 ** 32 * below)
    }
    for (let i = 0; i < runs; i++) {
      const one = cases[draw(cases.length)]!, script = mutated(one.script, cases[draw(cases.length)]!.script, draw)
      try {
        session({ argv: [one.shell, 'case.sh', ...one.args], files: new Map([...one.files, ['case.sh', script]]), stdin: one.stdin, limits: LIMITS, seconds: 30 })
      } catch (error) {
        failures.push(`${JSON.stringify(script)}\n  ${error instanceof Error ? error.stack?.split('\n').slice(0, 5).join('\n  ') : JSON.stringify(error)}`)
      }
    }
    expect(failures.slice(0, 10).join('\n\n')).toBe('')
    expect(failures).toHaveLength(0)
  })
})

/** Bytes or words deleted, doubled, exchanged, replaced, or taken from another script; one to three times. */
function mutated(script: string, other: string, draw: (below: number) => number): string {
  const BYTES = '\'"`$(){}[]|&;<>\\\n\t #!*?~=+-/:@%^,.0aA\0\x80\xff'
  let text = script
  for (let n = 1 + draw(3); n > 0; n--) {
    const words = text.split(/(?<=[ \n;|&()])/), w = draw(words.length), v = draw(words.length), at = draw(text.length + 1), b = BYTES[draw(BYTES.length)]!
    switch (draw(8)) {
      case 0: text = text.slice(0, at) + text.slice(at + 1 + draw(4)); break
      case 1: text = text.slice(0, at) + b + text.slice(at); break
      case 2: text = text.slice(0, at) + b + text.slice(at + 1); break
      case 3: words.splice(w, 1); text = words.join(''); break
      case 4: words.splice(w, 0, words[v] ?? ''); text = words.join(''); break
      case 5: [words[w], words[v]] = [words[v]!, words[w]!]; text = words.join(''); break
      case 6: text = text.slice(0, at); break
      case 7: { const from = draw(other.length); text = text.slice(0, at) + other.slice(from, from + draw(40)) + text.slice(at) }
    }
  }
  return text
}

describe('a script that runs away', () => {
  for (const [name, script] of SCRIPTS.runaway)
    it(`${name}: it is ended, and why is said`, () => {
      const got = run(script)
      expect(got.runaway ?? got.stderr, JSON.stringify({ ...got, stdout: got.stdout.slice(0, 200), machine: undefined })).toMatch(/busy loop|more than|too deep|nest|limit|maximum|Resource temporarily|No space|too (large|long|many|big)|exhausted|cannot allocate|steps|overflow|recursion|File too large/i)
      expect(got.stdout.length).toBeLessThanOrEqual(LIMITS.output + 65_536)
    })
  for (const [name, script, stdout] of SCRIPTS.harmless)
    it(`${name}: it is no more than slow`, () => {
      const got = run(script)
      expect(got.runaway).toBeNull()
      expect(got.stdout).toBe(stdout)
    })
  it('ends with all that its session has started', () => {
    const got = run('while :; do :; done & wait $!; echo "not reached in the same session"')
    expect(got.runaway).toMatch(/busy loop at line 1/)
    expect(got.stdout).toBe('')
  })
})

describe('the real machine', () => {
  it('is not in reach: files, environment, processes, names and network are those of the simulated one', () => {
    process.env['HOTSPARE_SECRET'] = 'leak-7f3a'
    const here = import.meta.filename
    const got = run(SCRIPTS.reach(here, process.pid))
    delete process.env['HOTSPARE_SECRET']
    const all = `${got.stdout}\n${got.stderr}`
    expect(got.runaway).toBeNull()
    expect(all).toContain('the end')
    for (const real of ['leak-7f3a', process.cwd(), process.version, `Node.js`, 'node_modules', `uid-real`]) expect(all).not.toContain(real)
    if (!['localhost', 'lpar1', 'vm'].includes(hostname())) expect(all).not.toContain(hostname())
    expect(got.stdout).toContain('file: no')
    expect(got.stdout).toContain('host: lpar1')
    expect(got.stdout).toContain('process: no')
    expect(got.stdout).toContain('tcp: no')
    expect(got.stdout).toContain('year: 2023')
  })
  it('gets nothing written', () => {
    const got = run('echo x > /tmp/hotspare-escape-test; ls /tmp/hotspare-escape-test; rm -rf /tmp/* /var/tmp/* 2> /dev/null; echo "$?"')
    expect(got.stdout).toContain('/tmp/hotspare-escape-test\n')
  })
})
