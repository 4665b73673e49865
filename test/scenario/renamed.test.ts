/** The story of a run tells of a disk that comes back under another name, and leaves out those that keep theirs when there is no room. */
import { expect, test } from 'vitest'
import { narrate } from '../../src/scenario/narrative.ts'
import { simulate } from '../../src/scenario/run.ts'
import { shippedScenarios } from '../support/scenarios.ts'

const shipped = await shippedScenarios()
const story = (wanted: string) => narrate(simulate(shipped.find(({ name }) => name === wanted)!.scenario), wanted, `hotspare run ${wanted}`).join('\n')

test('VS-93 a disk that is found under another name is told of', () => {
  expect(story('untouched-swap')).toContain('router finds d2 and calls it sdd')
  expect(story('rescan-without-removal')).toContain('router finds d2 and calls it sdc')
})

test('VS-93 a disk that has its old name again is a detail', () => {
  expect(story('founding-two-hosts')).not.toContain('calls it')
})
