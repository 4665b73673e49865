/** A session at the console against what is kept of it: the same steps give the same run, to the last event. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fingerprint } from '../../src/core/trace.ts'
import { exact, sessionAsScenario } from '../../src/record/session.ts'
import { parseDuration } from '../../src/base/time.ts'
import type { Scenario } from '../../src/scenario/build.ts'
import { loadScenario, readYaml, writeYaml } from '../../src/scenario/load.ts'
import { simulate } from '../../src/scenario/run.ts'
import { Session } from '../../src/scenario/lab/session.ts'
import { property } from '../support/property.ts'
import { changed, THREE_HOSTS } from '../scenario/systems.ts'

/** Something happens again and again, a script comes at its time, and the end is near. */
const BUSY = changed('until: 12h', 'until: 90m', changed('operators:\n', `  - { at: 5m, every: 10m, do: { type: vscsi.varyOn, nwsd: i5b-router } }
operators:
  - { name: script, on: router, when: { every: 7m }, run: "for d in a b; do sleep 0.5; grep -c sd$d /proc/mdstat; done; echo $RANDOM > /tmp/drawn" }
`, THREE_HOSTS))

const read = (text: string): Scenario => {
  const { scenario, issues } = loadScenario(text, 'lab.yaml')
  expect(issues).toEqual([])
  return scenario!
}
function finish(work: Iterable<void>): void {
  for (const _ of work) continue
}
function sit(text: string, lines: readonly string[], seed = '1', at = 0): { session: Session; shown: string } {
  const seen = { shown: '' }
  const session = new Session(read(text), { show: piece => { seen.shown += piece }, tell() {}, save: () => '' }, { seed, input: readYaml(text) })
  session.lab.patience = 100_000_000
  finish(session.begin(at, null))
  for (const line of lines) finish(session.enter(line))
  return { session, get shown() { return seen.shown } }
}
const kept = (text: string, { lab }: Session): string =>
  writeYaml(sessionAsScenario(readYaml(text) as Record<string, unknown>, { seed: lab.seed, until: lab.scenario.until, now: lab.now, steps: lab.steps }))

const LINES = [
  'mdadm /dev/md1 --fail /dev/sda3', 'mdadm /dev/md1 --remove /dev/sda3', 'mdadm /dev/md1 --add /dev/sda3', 'mdadm --detail /dev/md0 > /tmp/detail', 'mdadm --wait /dev/md1', 'sleep 7', 'echo $RANDOM; date',
  '(sleep 100; echo late; cat /proc/mdstat) &', 'for i in 1 2 3; do sleep 0.$i; done', 'echo "- - -" > /sys/class/scsi_host/host0/scan', 'logger hello', 'if true', 'then', 'fi', 'cat', 'x=$((x + 1)); echo $x', 'while sleep 1; do :; done', 'exit',
]
const OWN = [
  ':advance 37s', ':advance 1h', ':ipl i5a', ':ipl i5b down=3m', ':crash i5b', ':hang i5c', ':resume i5c', ':vary-off i5a', ':vary-on i5a', ':until md1 degraded within 1h', ':until guest up i5a within 1h', ':until md.syncDone within 30m', ':ctrl-c',
  ':hang router', ':resume router', ':ipl router', ':crash router', ':patience 5s', ':patience 10m', ':login router', ':until in-sync within 10m', ':back', ':back 2', ':advance',
]
const lines = fc.array(fc.oneof(fc.constantFrom(...LINES), fc.constantFrom(...OWN)), { minLength: 1, maxLength: 12 })

describe('a session that is kept', () => {
  test('is a scenario whose run has the same fingerprint, from the same seed, whatever was typed and done', () => {
    property(fc.property(lines, fc.constantFrom('1', '77', 'a word'), fc.constantFrom(0, 3_600_000_000), (typed, seed, at) => {
      const { session } = sit(BUSY, typed, seed, at), { trace, now } = session.lab, run = simulate(read(kept(BUSY, session)))
      expect(fingerprint(run.trace.filter(entry => entry.at <= now))).toBe(fingerprint(trace))
    }), { numRuns: 12, examples: [[[':patience 5s', 'while sleep 1; do :; done', ':ctrl-c', ':ipl i5a', ':advance 2h', ':crash router', ':until guest up router', 'echo $x'], '1', 0]] })
  })
  test('is gone on with where it ended: the shell has its variables, and going back again does not undo what was kept', () => {
    const first = sit(THREE_HOSTS, ['x=3', 'cd /tmp', ':advance 5m']).session, text = kept(THREE_HOSTS, first)
    const { session, shown } = sit(text, ['echo $x $PWD', ':back', 'echo $x'], '1', first.lab.now + 1)
    expect([shown, session.lab.marks.length]).toEqual(['3 /tmp\n3\n', 1])
  })
  test('writes its times to the microsecond', () => {
    property(fc.property(fc.integer({ min: 0, max: 9e12 }), at => { expect(parseDuration(exact(at))).toBe(at) }))
    expect([0, 60_000_000, 7_260_000_417].map(exact)).toEqual(['0s', '1m', '2h1m0.000417s'])
  })
})

describe('going back', () => {
  test('is as if the last commands had never been given', () => {
    property(fc.property(lines, lines, (before, after) => {
      const some = before.filter(line => !line.startsWith(':back')), more = after.filter(line => !line.startsWith(':back'))
      const { session } = sit(BUSY, some), { lab } = session, was = { now: lab.now, print: fingerprint(lab.trace), marks: lab.marks.length, prompt: session.prompt }
      for (const line of more) finish(session.enter(line))
      fc.pre(lab.marks.length > was.marks && !session.more)
      finish(session.enter(`:back ${lab.marks.length - was.marks}`))
      // A line that belongs to an earlier command is undone with it.
      fc.pre(was.prompt.endsWith('# '))
      expect([lab.now, fingerprint(lab.trace), session.prompt]).toEqual([was.now, was.print, was.prompt])
    }), { numRuns: 8 })
  })
})
