/**
 * `hotspare check` on the shipped recovery script: it keeps its promise; without any of its essential lines it does not, and the schedule that shows it is
 * small; a failing schedule saved as a scenario fails there, too; and whoever does which part of a search, the result is the same.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fingerprint } from '../../src/core/trace.ts'
import { checkScenario } from '../../src/scenario/build.ts'
import { readYaml, writeYaml, loadScenario } from '../../src/scenario/load.ts'
import { simulate } from '../../src/scenario/run.ts'
import { drawn } from '../../src/explore/draw.ts'
import { checkRecovery } from '../../src/explore/recovery.ts'
import { runSchedule } from '../../src/explore/runner.ts'
import { asScenario } from '../../src/explore/save.ts'
import { merge, searchPart, shrink } from '../../src/explore/search.ts'
import { targetOf, type Target } from '../../src/explore/target.ts'
import { withScript } from '../../src/explore/with-script.ts'
import { scenarioOf, shipped } from '../support/mirrors.ts'

const scenario = scenarioOf('recover-script.yaml'), target = targetOf(scenario)
const script = shipped('scripts/recover-mirror.sh'), lines = script.split('\n')
const without = (line: number): Target => targetOf(withScript(scenario, { file: 'recover-mirror.sh', text: lines.toSpliced(line, 1).join('\n') }))
const firstFailure = (tried: Target, most: number): number | undefined => {
  for (let run = 0; run < most; run++) if (searchPart(tried, { seed: 1, part: { from: run, to: run + 1 } }).found.length > 0) return run
  return undefined
}

test('the shipped script keeps its promise', () => {
  const { kept, report, covered } = checkRecovery(scenario, { runs: 150 })
  expect(kept, report).toBe(true)
  expect(covered.states.length).toBeGreaterThan(20)
})

/** Lines that only say something, or guard against what the promise does not cover; the reasons stand here. */
const NOT_ESSENTIAL: readonly (readonly [RegExp, string])[] = [
  [/^set -u$/, 'guards against slips of whoever changes the script'],
  [/^log\(\)|^ *log "/, 'only tells'],
  [/^flock /, 'two copies at once do everything twice, which does no harm here'],
  [/copies "\$md"\)" -gt 1/, 'a promise covers no schedule that takes the last complete copy away'],
  [/^tries=|missing=1$|^      devices=/, 'the script is called again when the disk that is missing comes'],
  [/^ +holds .* (?:\|\||&&) continue$/, 'mdadm refuses what is in no mirror, or in one already, and says so'],
  [/^ +\[ \$missing -eq 1 \]|^ +sleep 30$/, 'looking for a disk again and again costs nothing but time'],
]
const essential = lines.flatMap((line, i) => /^\s*(#|$)/.test(line) || NOT_ESSENTIAL.some(([which]) => which.test(line)) ? [] : [[i, line.trim()] as const])

test.each(essential)('without line %i it breaks its promise: %s', line => {
  expect(firstFailure(without(line), 60)).toBeDefined()
})

test.each([/^ +if ! failed_in/, /faulty > /, /remove > /, /device\/delete/, /"- - -"/, /--add/])('and three faults at most show it: %s', which => {
  const tried = without(lines.findIndex(line => which.test(line))), run = firstFailure(tried, 60)!, smallest = shrink(tried, 1, run)!
  expect(smallest.schedule.faults.length).toBeLessThanOrEqual(3)
  expect(smallest.failure.rule).toBe(runSchedule(tried, drawn(tried, 1, run), smallest.seed).failure!.rule)
})

describe('a search', () => {
  test('has the same result in one part or in many, in whatever order', () => {
    const tried = without(lines.findIndex(line => line.includes('device/delete')))
    const part = (from: number, to: number) => searchPart(tried, { seed: 3, part: { from, to } })
    expect(merge([part(20, 40), part(0, 20)])).toEqual(merge([part(0, 40)]))
  })
  test('runs a schedule the same way twice', () => {
    for (let run = 0; run < 10; run++) {
      const once = runSchedule(target, drawn(target, 5, run), '5'), again = runSchedule(target, drawn(target, 5, run), '5')
      expect(fingerprint(again.trace as never)).toBe(fingerprint(once.trace as never))
    }
  })
})

test('a failing schedule, saved as a scenario, fails there in the same way', () => {
  const line = lines.findIndex(each => each.includes('device/delete')), tried = without(line), run = firstFailure(tried, 60)!
  const smallest = shrink(tried, 1, run)!
  const input = readYaml(shipped('recover-script.yaml')) as Record<string, unknown>, text = writeYaml(asScenario(input, tried, smallest))
  const { scenario: saved, issues } = loadScenario(text, 'saved.yaml', undefined, { readFile: () => lines.toSpliced(line, 1).join('\n') })
  expect(issues).toEqual([])
  const { verdict, trace } = simulate(saved!)
  expect(verdict.met).toBe(false)
  const strikes = (events: readonly { event: { type: string } }[]) => events.filter(({ event }) => ['hypervisor.ipl', 'hypervisor.crash', 'hypervisor.hang', 'vscsi.varyOff'].includes(event.type)).length
  expect(strikes(trace)).toBe(smallest.schedule.faults.length)
  // And with the line in its place the same scenario is met.
  expect(simulate(checkScenario({ ...readYaml(text) as object, operators: (readYaml(text) as { operators: object[] }).operators.map(o => ({ ...o, run: { file: 'recover-mirror.sh', text: script } })) }).scenario!).verdict.met).toBe(true)
})

test('a schedule takes the place of the scenario\'s own faults and of what is typed in it, also where it is saved', () => {
  const input = { ...readYaml(shipped('recover-script.yaml')) as object, faults: { weekly: { ipl: ['i5a'], every: '1h', at: '10m', lasts: '5m' } }, typed: [{ at: '5m', login: 'router' }] }
  const own = targetOf(checkScenario({ ...input, operators: [] }).scenario!)
  const { trace } = runSchedule(own, { faults: [], delay: null, drawnOrder: false }, '1/0')
  expect(trace.filter(({ event }) => event.type.startsWith('fault.') || event.type.startsWith('terminal.') || event.type === 'hypervisor.ipl')).toEqual([])
  const schedule = { faults: [], delay: null, drawnOrder: false }, failure = { rule: 'not in sync' as const, says: '', at: 0, seq: -1 }
  const saved = asScenario(input as never, own, { run: 0, schedule, outcome: runSchedule(own, schedule, '1/0'), failure, seed: '1/0', tries: 1 })
  expect([saved['faults'], saved['typed']]).toEqual([undefined, undefined])
})

test('the example project has the shipped script', () => {
  expect(readFileSync(new URL('../../examples/ci/recover-mirror.sh', import.meta.url), 'utf8')).toBe(script)
})
