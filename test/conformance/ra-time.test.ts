/**
 * The replay of recorded scenarios: that a comparison can fail, that what is laid down is used, and a part of the recordings themselves;
 * all of them are `npm run conformance -- --only ra-time`.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { property } from '../support/property.ts'
import { differences } from './ra-compare.ts'
import { readRecording, recordingOf, recordingsIn, type Action, type Happening, type Recording } from './ra-recording.ts'
import { reduced } from './ra-reduce.ts'
import { recordedPings } from './ra-actions.ts'
import { run } from './ra-run.ts'
import { isTimed, judge } from './ra-time.ts'

const DIR = join(import.meta.dirname, '../golden/ra')
const named = new Map(recordingsIn(DIR).map(name => [name.slice(0, 3), name]))
const read = (id: string): Recording => readRecording(DIR, named.get(id)!)
const everything = (recording: Recording): Happening[] => [...recording.happenings, ...recordedPings(recording)].sort((a, b) => a.at - b.at)

describe('the comparison', () => {
  const all = [...named.keys()].map(read).filter(isTimed).map(recording => ({ recording, happenings: everything(recording) }))
  test('a recording is like itself', () => {
    expect(all.length).toBeGreaterThan(60)
    for (const { recording, happenings } of all) expect(differences(happenings, happenings, recording), recording.name).toEqual([])
  })

  /** One thing that is no lifetime's end, nor so near to the end of the recording that it may be missing. */
  const choice = fc.constantFrom(...all.filter(({ happenings }) => happenings.length < 400)).chain(({ recording, happenings }) => {
    const sure = happenings.filter(({ at, expiry, optional }) => at > 0.7 && at < recording.endsAt - 1.5 && expiry !== true && optional !== true)
    return sure.length === 0 ? fc.constant(undefined) : fc.constantFrom(...sure).map(one => ({ recording, happenings, one }))
  })
  const found = (change: (one: Happening) => Happening[]) => property(fc.property(choice, chosen => {
    if (chosen === undefined) return
    const { recording, happenings, one } = chosen, changed = [...happenings.filter(other => other !== one), ...change(one)].sort((a, b) => a.at - b.at)
    expect(differences(changed, happenings, recording), `recorded otherwise: ${recording.name} ${one.at} ${one.text}`).not.toEqual([])
    expect(differences(happenings, changed, recording), `happened otherwise: ${recording.name} ${one.at} ${one.text}`).not.toEqual([])
  }), { numRuns: 40 })

  test('finds what is missing', () => found(() => []))
  test('finds what happens twice', () => found(one => [one, one]))
  test('finds it on another host, or in other words', () => {
    found(one => [{ ...one, host: `${one.host}x` }])
    found(one => [{ ...one, text: `${one.text} or not` }])
  })
  test('finds what is more than half a second off', () => {
    property(fc.property(choice, fc.constantFrom(-0.55, 0.55), (chosen, by) => {
      if (chosen === undefined || chosen.one.text.startsWith('solicits')) return
      const { recording, happenings, one } = chosen, changed = happenings.map(other => other === one ? { ...one, at: one.at + by } : other).sort((a, b) => a.at - b.at)
      expect(differences(changed, happenings, recording), `${recording.name} ${one.at} ${one.text}`).not.toEqual([])
    }), { numRuns: 60 })
  })
  test('finds another lifetime in an advertisement', () => {
    const { recording, happenings } = all.find(({ recording: { name } }) => name.startsWith('a01'))!
    const changed = happenings.map(one => one.lifetimes === undefined ? one : { ...one, lifetimes: one.lifetimes.map(seconds => seconds + 1) })
    expect(differences(happenings, changed, recording).length).toBe(happenings.filter(({ lifetimes }) => (lifetimes ?? []).length > 0).length)
  })
})

describe('one moment', () => {
  const told = (texts: readonly string[], gap: number): Happening[] => texts.map((text, n) => ({ at: 10 + n * gap, host: 'c1', text }))
  const differs = (recorded: string[], happened: string[]) => differences(told(recorded, 1e-4), told(happened, 0), { endsAt: 100 }).length
  test('has an order, where the kernel tells of it', () => {
    expect(differs(['route - a', 'x gone', 'route + b'], ['route - a', 'x gone', 'route + b'])).toBe(0)
    expect(differs(['route - a', 'x gone', 'route + b'], ['x gone', 'route - a', 'route + b'])).toBe(1)
    expect(differs(['route - a', 'x gone', 'route + b'], ['route + b', 'x gone', 'route - a'])).toBe(3)
    expect(differs(['solicits from a', 'a preferred'], ['a preferred', 'solicits from a'])).toBe(0)
  })
  test('what an address has left is compared, to a second', () => {
    const at = (valid: number, preferred: number): Happening[] => [{ at: 10, host: 'c1', text: 'a preferred', left: [valid, preferred] }]
    const lefts: [[number, number], [number, number]][] = [[[60, 30], [60.9, 29.1]], [[60, 30], [58, 30]], [[60, 30], [60, 32]], [[Infinity, 30], [Infinity, 30]], [[60, 30], [Infinity, 30]]]
    expect(lefts.map(([a, b]) => differences(at(...a), at(...b), { endsAt: 100 }).length)).toEqual([0, 1, 1, 0, 1])
  })
})

describe('what is late by nature', () => {
  const options = { endsAt: 100 }, at = (time: number, text: string, more: Partial<Happening> = {}): Happening => ({ at: time, host: 'c1', text, ...more })
  const differs = (a: Happening[], b: Happening[]) => differences(a, b, options).length > 0
  test('the end of an address, up to two seconds and never early', () => {
    expect([-0.2, 0, 1.9, 2.2].map(late => differs([at(20 + late, 'a gone', { expiry: true })], [at(20, 'a gone')]))).toEqual([true, false, false, true])
  })
  test('the end of a route, until the next collection, and only if it is one', () => {
    const ends = (late: number, expiry: boolean) => differs([at(20 + late, 'route - x metric 1 medium')], [at(20, 'route - x metric 1 medium', { expiry })])
    expect([-0.2, 0, 31, 33].map(late => ends(late, true))).toEqual([true, false, false, true])
    expect([0, 1].map(late => ends(late, false))).toEqual([false, true])
  })
  test('a route that comes back before it is collected has never gone', () => {
    const there = [at(1, 'route + x metric 1 medium')], blinking = [...there, at(20, 'route - x metric 1 medium', { expiry: true }), at(30, 'route + x metric 1 medium')]
    expect(differs(there, blinking)).toBe(false)
    expect(differs(there, blinking.map(one => ({ ...one, expiry: false })))).toBe(true)
    expect(differs(there, blinking.slice(0, 2))).toBe(true)
  })
  test('what follows from something late is as late, not later', () => {
    const chain = (second: number) => differs([at(10.09, 'first'), at(second, 'second')], [at(10, 'first'), at(11, 'second')])
    expect([11.15, 11.3].map(chain)).toEqual([false, true])
  })
})

describe('the recordings, by the models', () => {
  // One of each kind and what is peculiar: shared sequences, clones on one bridge, NUD, macvlan, a table of delays.
  for (const id of ['a01', 'a02', 'a06', 'b02', 'c03', 'c09', 'd03', 'd04', 'e03', 'e07', 'f02', 'h01', 'h03', 'j06', 'j12', 'l03', 'l05', 'l06', 'l10'])
    test(named.get(id)!, () => expect(judge(read(id))).toEqual([]))

  test('without the recorded delays they differ', () => {
    for (const id of ['a04', 'c03', 'e02', 'l06']) {
      const recording = read(id), { happenings } = run(recording, { injected: false })
      expect(differences(everything(recording), happenings, recording), id).not.toEqual([])
    }
  })
  test('a delay that no rule allows is not reproduced', () => {
    const recording = read('l06'), probe = recording.happenings.find(({ text, at }) => at > 0.3 && text.startsWith('probes fe80'))!
    for (const late of [1.2, 2.5]) {
      const happenings = recording.happenings.map(one => one.host === probe.host && one.at >= probe.at && one.at < 20 ? { ...one, at: one.at + late } : one).sort((a, b) => a.at - b.at)
      expect(judge({ ...recording, happenings }), `${late} s`).not.toEqual([])
    }
  })
  test('other settings, other happenings', () => {
    const isolated = read('j05'), switches = isolated.topology.switches!.map(one => ({ ...one, isolated: [] }))
    expect(judge({ ...isolated, topology: { ...isolated.topology, switches } })).not.toEqual([])
    const killed = read('c05'), actions = killed.actions.map(action => action.do === 'signal' ? { ...action, signal: 'TERM' } : action)
    expect(judge({ ...killed, actions })).not.toEqual([])
    const strict = read('e04'), { c2, ...rest } = strict.topology.namespaces
    expect(judge({ ...strict, topology: { ...strict.topology, namespaces: { ...rest, c2: { ...c2!, sysctl: {} } } } })).not.toEqual([])
  })
  test('what is not understood is not passed over', () => {
    const recording = read('d01'), strange: Action = { t: 3, do: 'command', ns: 'c1', dev: null, command: 'ip -6 route flush all' }
    expect(judge({ ...recording, actions: [...recording.actions, strange] })[0]).toMatch(/cannot be run: nothing is known of command ip -6 route flush all/)
  })
})

test('a reduced recording tells the same', () => {
  for (const id of ['j01', 'j12', 'e09', 'h03', 'i02']) {
    const folder = join(DIR, named.get(id)!), facts = JSON.parse(readFileSync(join(folder, 'facts.json'), 'utf8')), timeline = parse(readFileSync(join(folder, 'timeline.yaml'), 'utf8'))
    const once = reduced(facts)
    expect(JSON.stringify(once).length).toBeLessThan(JSON.stringify(facts).length)
    expect(recordingOf(id, timeline, once, new Map()), id).toEqual(recordingOf(id, timeline, facts, new Map()))
    expect(reduced(once)).toEqual(once)
  }
})
