/** The team's own tests: the script brings the mirror back under every schedule tried, and one that forgets a step does not. */
import { readFileSync } from 'node:fs'
import { checkRecovery, loadScenario } from 'hotspare'
import { expect, test } from 'vitest'

const beside = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
const { scenario, issues } = loadScenario(beside('system.yaml'), 'system.yaml', undefined, { readFile: beside })
if (!scenario) throw new Error(issues.map(({ found }) => found).join('\n'))

test('our script brings every mirror back', () => {
  const recovery = checkRecovery(scenario, { runs: 200 })
  expect(recovery.kept, recovery.report).toBe(true)
})

test('without step 3 a disk of a host that hung stays offline', () => {
  const script = beside('recover-mirror.sh').replace(/^ *echo 1 > .*delete"\n/m, '')
  const { broken } = checkRecovery(scenario, { script, runs: 200 })
  expect(broken.length).toBeGreaterThan(0)
  expect(broken[0]!.schedule.faults.length).toBeLessThanOrEqual(3)
})
