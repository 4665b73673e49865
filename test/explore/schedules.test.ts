/** What is drawn, held back, made small and compared, without running a shell. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compare } from '../../src/explore/compare.ts'
import { drawn, schedules } from '../../src/explore/draw.ts'
import { completeCopies, heldBack } from '../../src/explore/guard.ts'
import { codeLines } from '../../src/explore/report.ts'
import { minimize } from '../../src/explore/minimize.ts'
import type { Outcome } from '../../src/explore/runner.ts'
import { wordsOf, type Fault, type Schedule } from '../../src/explore/schedule.ts'
import { targetOf } from '../../src/explore/target.ts'
import { createSim } from '../../src/core/sim.ts'
import { stack } from '../../src/models/stack.ts'
import { property } from '../support/property.ts'
import { scenarioOf } from '../support/mirrors.ts'

const HOUR = 3_600_000_000, MINUTE = 60_000_000
const target = targetOf(scenarioOf('recover-script.yaml')), { vary } = target.scenario

describe('what a system offers to faults', () => {
  test('hosts that serve disks to the mirrors, the partition that has them, its script', () => {
    expect([...target.disksOf]).toEqual([['i5a', ['d1']], ['i5b', ['d2']], ['i5c', ['d3']]])
    expect([target.clients, target.scripts, target.services]).toEqual([['router'], ['recover-mirror.sh'], ['routing']])
    expect([...target.victims.keys()]).toEqual(['ipl', 'crash', 'hang', 'varyOff', 'restrict', 'clientCrash', 'clientIpl'])
  })
  test('a script that is a text is called after its operator, by whoever runs it and whoever reports', () => {
    const texts = targetOf(scenarioOf('recover-script.yaml', text => text.replace('name: admin', '').replace('  - \n    on:', '  - on:').replace('run: scripts/recover-mirror.sh', 'run: "echo one\\necho two\\n"')))
    expect(texts.scripts).toEqual(['operator1.sh'])
    expect(codeLines(texts)).toEqual([{ script: 'operator1.sh', all: [1, 2] }])
    expect(Object.values(texts.world.operator.operators).map(({ script }) => script)).toEqual(['operator1.sh'])
  })
  test('what a scenario says varies is all that varies', () => {
    const few = targetOf(scenarioOf('recover-script.yaml', text => text.replace('vary:', 'vary:\n  hosts: [i5b]\n  how: [ipl, systemIpl]')))
    expect([...few.victims]).toEqual([['ipl', ['i5b']], ['systemIpl', ['power5']]])
  })
})

describe('schedules', () => {
  test('are within what the scenario says', () => {
    property(fc.property(schedules(target), ({ faults, delay }) => {
      expect(faults.length).toBeGreaterThan(0)
      expect(faults.length).toBeLessThanOrEqual(vary.most)
      for (const { kind, target: whom, at, lasts } of faults) {
        expect(target.victims.get(kind)).toContain(whom)
        if (typeof at === 'number') expect(at >= vary.from && at <= vary.from + vary.within).toBe(true)
        expect(lasts >= vary.lasts[0] && lasts <= vary.lasts[1]).toBe(true)
      }
      expect(delay! >= 0 && delay! <= 30 * MINUTE).toBe(true)
    }))
  })
  test('number n is the same whoever draws it, and others are not', () => {
    const first = Array.from({ length: 50 }, (_, run) => drawn(target, 7, run))
    expect(Array.from({ length: 50 }, (_, i) => drawn(target, 7, 49 - i)).reverse()).toEqual(first)
    expect(new Set(first.map(each => JSON.stringify(each))).size).toBeGreaterThan(45)
    expect(drawn(target, 8, 3)).not.toEqual(first[3])
  })
  test('between them have every kind of fault, every victim, and strike in scripts and out of them', () => {
    const many = Array.from({ length: 400 }, (_, run) => drawn(target, 1, run)).flatMap(({ faults }) => faults)
    for (const [kind, whom] of target.victims) for (const each of whom) expect(many.some(fault => fault.kind === kind && fault.target === each), `${kind} of ${each}`).toBe(true)
    const inScript = many.filter(({ at }) => typeof at !== 'number').length / many.length
    expect(inScript).toBeGreaterThan(0.2)
    expect(inScript).toBeLessThan(0.6)
  })
  test('are told in words', () => {
    expect(wordsOf({ kind: 'ipl', target: 'i5a', at: 3 * HOUR, lasts: 25 * MINUTE })).toBe('i5a IPLs at 3h, for 25m')
    expect(wordsOf({ kind: 'hang', target: 'i5b', at: { script: 'x.sh', start: 2, statement: 17 }, lasts: HOUR })).toBe('i5b hangs before statement 17 of start 2 of x.sh, for 1h')
  })
})

describe('a fault is held back', () => {
  const fault = (target: string, kind: Fault['kind'] = 'ipl'): Fault => ({ kind, target, at: 0, lasts: MINUTE })
  const simAt = (until: number, ...faults: [number, string][]) => {
    const sim = createSim({ models: stack, world: target.world, seed: 1 })
    for (const [at, guest] of faults) sim.schedule(at, { type: 'hypervisor.ipl', guest: guest as never, down: 25 * MINUTE })
    sim.runUntil(until)
    return sim.world
  }
  test('where it would take the last complete copy away, and not where another one is left', () => {
    const healthy = simAt(HOUR)
    expect(completeCopies(target, healthy, target.arrays[1]!, new Set())).toBe(2)
    for (const host of ['i5a', 'i5b', 'i5c']) expect(heldBack(target, healthy, fault(host), new Set())).toBeNull()
    // The spare has not been filled yet.
    const exposed = simAt(HOUR + MINUTE, [HOUR, 'i5a'])
    expect(heldBack(target, exposed, fault('i5b'), new Set(['i5a']))).toContain('the last complete copy of md')
    expect(heldBack(target, exposed, fault('i5c'), new Set(['i5a']))).toBeNull()
    // The restricted state leaves the disks where they are.
    expect(heldBack(target, exposed, fault('i5b', 'restrict'), new Set(['i5a']))).toBeNull()
  })
  test('where it would strike who is struck already, or is not up', () => {
    expect(heldBack(target, simAt(HOUR), fault('i5a'), new Set(['i5a']))).toBe('struck already')
    expect(heldBack(target, simAt(HOUR + 10 * MINUTE, [HOUR, 'i5a']), fault('i5a', 'crash'), new Set())).toBe('not running')
  })
})

describe('a failing schedule is made small', () => {
  /** Fails if i5b is struck within half an hour after i5a: whatever else is in the schedule has no part in it. */
  const run = (schedule: Schedule): Outcome => {
    const at = (host: string) => schedule.faults.flatMap(fault => fault.target === host && typeof fault.at === 'number' ? [fault.at] : [])
    const fails = at('i5a').some(a => at('i5b').some(b => b > a && b - a < 30 * MINUTE))
    return { failure: fails ? { rule: 'data lost', says: 'gone', at: 0, seq: -1 } : null, struck: schedule.faults.map(fault => ({ fault, at: 0 })), until: 0, events: 0, trace: [] }
  }
  test('to the faults that matter, by the simplest kind, at round times, for the shortest time', () => {
    const fault = (kind: Fault['kind'], whom: string, at: number): Fault => ({ kind, target: whom, at, lasts: 77 * MINUTE })
    const first: Schedule = { delay: 17 * MINUTE, drawnOrder: true, faults: [fault('hang', 'i5c', 2 * HOUR), fault('crash', 'i5a', 4 * HOUR + 1234 * 1_000_000), fault('varyOff', 'i5b', 4 * HOUR + 2000 * 1_000_000), fault('ipl', 'i5a', 7 * HOUR)] }
    const { schedule } = minimize(target, first, run)
    expect(schedule.faults.map(({ kind, target, lasts }) => [kind, target, lasts])).toEqual([['ipl', 'i5a', MINUTE], ['ipl', 'i5b', MINUTE]])
    expect([schedule.delay, schedule.drawnOrder]).toEqual([null, false])
    expect(run(schedule).failure).not.toBeNull()
  })
  test('and no fault can be left out of the result', () => {
    property(fc.property(schedules(target), schedule => {
      fc.pre(run(schedule).failure !== null)
      const small = minimize(target, schedule, run).schedule
      expect(small.faults).toHaveLength(2)
      small.faults.forEach((_, i) => expect(run({ ...small, faults: small.faults.toSpliced(i, 1) }).failure).toBeNull())
    }), { numRuns: 50, maxSkipsPerRun: 2000 })
  })
})

test('two scripts are compared run by run and rule by rule', () => {
  const part = (found: [number, 'data lost' | 'outage'][]) => ({ runs: 100, struck: 0, events: 0, found: found.map(([run, rule]) => ({ run, rule, says: '', faults: 1 })), covered: { states: [], lines: [], commands: [], hits: {} } })
  const { new: fresh, gone, common } = compare(part([[1, 'outage'], [2, 'data lost']]), part([[1, 'outage'], [2, 'outage'], [9, 'data lost']]))
  expect([fresh, gone, common].map(list => list.map(({ run, rule }) => `${run} ${rule}`))).toEqual([['2 data lost'], ['2 outage', '9 data lost'], ['1 outage']])
})
