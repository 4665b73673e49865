/** Scripts that bring every mirror back and do harm besides, and harmless ones that look odd: what a check says of them is true. */
import { expect, test } from 'vitest'
import { checkRecovery } from '../../src/explore/recovery.ts'
import { runSchedule } from '../../src/explore/runner.ts'
import { targetOf } from '../../src/explore/target.ts'
import { withScript } from '../../src/explore/with-script.ts'
import type { Fault } from '../../src/explore/schedule.ts'
import { scenarioOf, shipped } from '../support/mirrors.ts'

const scenario = scenarioOf('recover-script.yaml'), good = shipped('scripts/recover-mirror.sh')
const MINUTE = 60_000_000, HOUR = 60 * MINUTE
const failureOf = (text: string, faults: readonly Fault[] = [{ kind: 'ipl', target: 'i5a', at: HOUR, lasts: 10 * MINUTE }], of = scenario) =>
  runSchedule(targetOf(withScript(of, { file: 'tried.sh', text })), { faults, delay: null, drawnOrder: false }, '1/0').failure

test.each([
  ['dd if=/dev/zero of=/dev/sdb3 bs=1M count=10', 'data lost'],
  ['exec 9>&-; ( while true; do sleep 60; done ) > /dev/null 2>&1 &', 'script still at work'],
  ['exec 9>&-; ( while true; do :; done ) > /dev/null 2>&1 &', 'runaway script'],
  ['trap "" TERM; exec 9>&-; sleep 100h & exit 0', 'script still at work'],
])('a good script that goes on with %s breaks a promise: %s', (more, rule) => {
  expect(failureOf(`${good}\n${more}\n`)?.rule).toBe(rule)
})

test.each([
  'exec 9>&-; sleep 1h &',
  'setsid sleep 100h 9>&- &',
  'mdadm --monitor --scan --daemonise --mail=root > /dev/null 9>&-',
  'dd if=/dev/sdb3 of=/dev/null bs=1M count=10',
])('a good script that goes on with %s keeps its promise', more => {
  expect(failureOf(`${good}\n${more}\n`)).toBeNull()
})

test('what a script does in the background is seen, and may be struck', () => {
  const target = targetOf(withScript(scenario, { file: 'tried.sh', text: `#!/bin/bash\n(\n${good}\n) &\n` }))
  const { struck, failure } = runSchedule(target, { faults: [{ kind: 'ipl', target: 'i5a', at: HOUR, lasts: MINUTE }, { kind: 'ipl', target: 'i5c', at: { script: 'tried.sh', start: 1, statement: 20 }, lasts: MINUTE }], delay: null, drawnOrder: false }, '1/0')
  expect(struck.length).toBe(2)
  expect(failure).toBeNull()
})

test('the time within which all is in sync counts from the last fault, also of one that strikes a script which begins late', () => {
  const late = good.replace('\n', '\nsleep 5h\n')
  expect(failureOf(late, [{ kind: 'ipl', target: 'i5a', at: HOUR, lasts: MINUTE }, { kind: 'ipl', target: 'i5a', at: { script: 'tried.sh', start: 1, statement: 2 }, lasts: MINUTE }])).toBeNull()
})

test('where no operator is written the script is called when anything that was struck is back', () => {
  const bare = { ...scenario, configs: { ...scenario.configs, operator: [] } }
  const { kept, report, covered } = checkRecovery(bare, { script: good, runs: 60 })
  expect(kept, report).toBe(true)
  expect(Object.keys(covered.hits).map(hit => hit.replace(/ × .*/, ''))).toEqual(expect.arrayContaining(['ipl', 'hang', 'varyOff', 'clientCrash']))
})
