/** Expectations: each kind met and not met, with its figures, and what is to blame. */
import { describe, expect, test } from 'vitest'
import { happensExpectation } from '../../src/scenario/expectation.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { formatIssue } from '../../src/scenario/issue.ts'
import { simulate, type Run } from '../../src/scenario/run.ts'
import { becauseOf } from '../../src/scenario/chain.ts'
import { OUTAGE, THREE_HOSTS } from './systems.ts'

function run(text: string, expectations: string): Run {
  const { scenario, issues } = loadScenario(`${text}expect:\n${expectations}\n`, 'x.yaml')
  expect(issues.map(formatIssue)).toEqual([])
  return simulate(scenario!)
}

type Case = readonly [expectation: string, met: boolean, words: string]
const judged = (text: string, cases: readonly Case[]) => {
  const { verdict } = run(text, cases.map(([expectation]) => `  - ${expectation}`).join('\n'))
  verdict.results.forEach((result, index) => {
    const [expectation, met, words] = cases[index]!
    test(`${met ? 'met' : 'not met'}: ${expectation}`, () => {
      expect(`${result.says}: ${result.figures}`).toBe(words)
      expect(result.met).toBe(met)
    })
  })
}

describe('three hosts, the primary IPLs and is put back', () => judged(THREE_HOSTS, [
  ['{ service: routing, downAtMost: 0s }', true, 'routing is down at most 0 s: no outage'],
  ['{ service: routing, downAtLeast: 1s }', false, 'routing is down at least 1 s: no outage'],
  ['{ service: routing, outages: 0 }', true, 'routing has no outage: no outage'],
  ['{ service: routing, outages: [1, 2] }', false, 'routing has 1 to 2 outages: no outage'],
  ['{ service: routing, up: true, at: 1h1m }', true, 'at 01:01:00 routing is up: up'],
  ['{ service: routing }', true, 'at the end routing is up: up'],
  ['{ array: md1, exposedBetween: [5m, 7m] }', true, 'md1 is exposed for 5m to 7m: exposed 6m 17s, 1 time'],
  ['{ array: md1, exposedAtMost: 5m }', false, 'md1 is exposed at most 5m: exposed 6m 17s, 1 time'],
  ['{ array: md1, exposures: 1 }', true, 'md1 is exposed 1 time: exposed 6m 17s, 1 time'],
  ['{ array: md1, inSyncBy: 1h5m }', false, 'md1 is in sync by 01:05:00: [2/1] [_U]'],
  ['{ array: md1, inSyncBy: 1h7m }', true, 'md1 is in sync by 01:07:00: [2/2] [UU]'],
  ['{ array: md1 }', true, 'md1 is in sync at the end: [2/2] [UU]'],
  ['{ service: routing, downBetween: [1h, 1h] }', false, 'routing is down for 1h: no outage'],
  ['{ array: md1, inSync: 1, flags: "[_U]", at: 1h1m }', true, 'at 01:01:00 md1 has 1 in sync, shows [_U]: [2/1] [_U]'],
  ['{ array: md1, flags: "[U_]", at: 1h1m }', false, 'at 01:01:00 md1 shows [U_]: [2/1] [_U]'],
  ['{ array: md0, flags: "[UU]", at: 1h30m, note: VS-43 }', true, 'at 01:30:00 md0 shows [UU]: [2/2] [UU]'],
  ['{ array: md1, members: [sdc3, sdb3], spares: [sda3], failed: [] }', true, 'at the end md1 has sdc3, sdb3 in sync, has sda3 spare, has none faulty: [2/2] [UU]'],
  ['{ array: md1, members: [sda3, sdb3] }', false, 'at the end md1 has sda3, sdb3 in sync: in sync: sdb3, sdc3'],
  ['{ array: md1, failed: [sda3], at: 1h10m }', true, 'at 01:10:00 md1 has sda3 faulty: [2/2] [UU]'],
  ['{ array: md1, readable: true, writable: true, at: 1h1m }', true, 'at 01:01:00 md1 can be read, can be written: readable, writable'],
  ['{ array: md1, writable: false }', false, 'at the end md1 cannot be written: writable'],
  ['{ array: md1, dataIntact: true }', true, 'md1 keeps every acknowledged write: none was lost'],
  ['{ dataIntact: true }', true, 'every array keeps every acknowledged write: none was lost'],
  ['{ dataIntact: false }', false, 'some array loses acknowledged writes: none was lost'],
  ['{ disk: d1, name: sda }', true, 'at the end d1 is called sda: it is called sda'],
  ['{ disk: d1, name: sdd }', false, 'at the end d1 is called sdd: it is called sda'],
  ['{ disk: d1, name: null }', false, 'at the end d1 has no name: it is called sda'],
  ['{ guest: i5a, state: shutting down, at: 1h2m }', true, 'at 01:02:00 i5a is shutting down: shutting down'],
  ['{ guest: i5a, up: false, at: 1h10m }', true, 'at 01:10:00 i5a is not up: not up, running'],
  ['{ guest: i5a }', true, 'at the end i5a is up: up'],
  ['{ guest: router, bootedFrom: d1, kernel: 1, root: good }', true, 'at the end router has its root file system good, runs from d1, runs kernel 1: root good, booted from d1, kernel 1'],
  ['{ guest: router, bootedFrom: d2 }', false, 'at the end router runs from d2: booted from d1'],
  ['{ nwsd: i5a-router, state: varied off, at: 1h10m }', true, 'at 01:10:00 NWSD i5a-router is varied off: varied off'],
  ['{ nwsd: i5a-router, state: varied off }', false, 'at the end NWSD i5a-router is varied off: varied on'],
  ['{ happens: { type: md.memberFailed, array: md1 } }', true, 'md.memberFailed of md1 happens at least once: 1 time (01:00:00)'],
  ['{ happens: { type: md.memberFailed, array: md1, device: sdb3 } }', false, 'md.memberFailed of md1, sdb3 happens at least once: 0 times'],
  ['{ happens: { type: md.memberFailed }, times: 2 }', true, 'md.memberFailed happens 2 times: 2 times (01:00:00, 01:40:01)'],
  ['{ happens: { type: md.memberFailed }, times: [1, 2], from: 1h30m, by: 2h }', true, 'md.memberFailed happens 1 to 2 times from 01:30:00 by 02:00:00: 1 time (01:40:01)'],
  ['{ happens: { type: md.syncDone, array: md1 }, after: { type: md.memberFailed, array: md1 }, within: 10m }', true,
    'after each md.memberFailed of md1 comes md.syncDone of md1 within 10m: after 6m 17s at the latest, 1 time'],
  ['{ happens: { type: md.syncDone, array: md1 }, after: { type: md.memberFailed, array: md1 }, within: 5m }', false,
    'after each md.memberFailed of md1 comes md.syncDone of md1 within 5m: not after 01:00:00'],
  ['{ happens: { type: md.syncDone }, after: { type: hypervisor.guestHung } }', false, 'after each hypervisor.guestHung comes md.syncDone: the first of them never happens'],
  ['{ never: { type: md.arrayBroken } }', true, 'md.arrayBroken never happens: it does not'],
  ['{ never: { type: hypervisor.guestUp, guest: i5a } }', false, 'hypervisor.guestUp of i5a never happens: 1 time (01:30:00)'],
  ['{ never: { type: hypervisor.guestUp, guest: i5a }, from: 2h }', true, 'hypervisor.guestUp of i5a never happens from 02:00:00: it does not'],
]))

describe('requests that are refused', () => judged(THREE_HOSTS.replace('timeline:', `timeline:
  - { at: 30m, do: { type: md.remove, array: md1, device: sdb3 } }
  - { at: 31m, do: { type: md.fail, array: md1, device: sdc3 } }`), [
  ['{ refused: { type: md.remove, array: md1, device: sdb3 }, status: 1, saying: busy }', true, 'md.remove of md1, sdb3 is refused with status 1, saying "busy": 1 of 1 request (00:30:00)'],
  ['{ refused: { type: md.remove, array: md1, device: sdz3 } }', false, 'md.remove of md1, sdz3 is refused: never asked for'],
  ['{ refused: { type: md.fail, array: md1, device: sdc3 } }', false, 'md.fail of md1, sdc3 is refused: 0 of 1 request'],
  ['{ refused: { type: md.remove, array: md1, device: sdb3 }, times: 2 }', false, 'md.remove of md1, sdb3 is refused 2 times: 1 of 1 request (00:30:00)'],
]))

describe('an outage', () => {
  judged(OUTAGE, [
    ['{ service: routing, downBetween: [10h, 11h], outages: 1 }', true, 'routing is down for 10h to 11h, has 1 outage: down 10h 56m in 1 outage'],
    ['{ service: routing, longestAtMost: 1h }', false, 'routing is never down longer than 1h: the longest outage lasts 10h 56m'],
    ['{ service: routing, up: false, at: 2h }', true, 'at 02:00:00 routing is down: down'],
    ['{ array: md1, writable: false, readable: false, at: 1h5m }', true, 'at 01:05:00 md1 cannot be read, cannot be written: not readable, not writable'],
  ])

  test('is blamed on what ended the last copy, and on what had weakened the mirror before', () => {
    const done = run(OUTAGE, '  - { service: routing, downAtMost: 0s }'), [result] = done.verdict.results
    expect(done.trace.find(({ seq }) => seq === result!.cause)?.event).toMatchObject({ type: 'service.wentDown', service: 'routing' })
    expect(becauseOf(done, result!.cause!)).toMatch(/^at 01:04:00 i5b crashes, then .*, then routing is down: md1 cannot be written; md1 had been on one copy since 01:00:00, when i5a IPLs$/)
  })

  test('an expectation that is met blames nobody', () => {
    expect(run(OUTAGE, '  - { service: routing, downAtLeast: 1h }').verdict.results[0]!.cause).toBe(null)
  })
})

test('a look at a time sees the world as it was then, and does not change the run', () => {
  const one = run(THREE_HOSTS, '  - { array: md1 }'), many = run(THREE_HOSTS, ['59m59s', '1h6s', '1h3m', '2h', '11h'].map(at => `  - { array: md1, inSync: 2, at: ${at} }`).join('\n'))
  expect(many.trace).toEqual(one.trace)
  expect(many.verdict.results.map(({ met }) => met)).toEqual([true, false, false, true, true])
})

test('what happens after something else is counted from there: the words of the other forms are refused, not overlooked', () => {
  const faults = (more: object) => happensExpectation.safeParse({ happens: { type: 'a.b' }, ...more }).error?.issues.map(({ path }) => path.join('.')) ?? []
  const after = { type: 'c.d' }
  expect([{}, { times: 1, by: '2h' }, { after }, { after, within: '2h' }].flatMap(faults)).toEqual([])
  expect([{ after, times: 1 }, { after, by: '2h' }, { within: '2h' }].map(faults)).toEqual([['times'], ['by'], ['within']])
})
