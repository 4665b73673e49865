/** What the terminals note, and when an operator calls its script. No shell runs here. */
import { expect, test } from 'vitest'
import { initialWorld } from '../../../src/core/model.ts'
import { createSim } from '../../../src/core/sim.ts'
import type { Entry } from '../../../src/core/trace.ts'
import { stack, type SimEvent, type World } from '../../../src/models/stack.ts'
import { checkScenario } from '../../../src/scenario/build.ts'

function simOf(operators: unknown[], date = '2026-01-05T00:00Z') {
  const { scenario, problems } = checkScenario({
    until: '2d',
    system: { hypervisor: { systems: { p5: {} }, guests: { i5a: { on: 'p5', os: 'ibm-i', ipl: '20m' }, router: { on: 'p5', os: 'linux' } } }, terminal: { date } },
    operators,
  })
  expect(problems).toEqual([])
  const trace: Entry<SimEvent>[] = []
  const sim = createSim({ models: stack, world: initialWorld(stack, scenario!.configs) as World, seed: 1, onEntry: entry => trace.push(entry) })
  return { sim, trace, calls: () => trace.filter(({ event }) => event.type === 'operator.scriptDue').map(({ at }) => at / 60_000_000) }
}
const SCRIPT = { on: 'router', run: { file: 'x.sh', text: 'true\n' } }

test('a session that was opened takes commands and output until it is closed, and its end is told with its status and length', () => {
  const { sim, trace } = simOf([]), session = 's1' as never
  expect(sim.dispatch({ type: 'terminal.enter', session, line: 1, command: 'ls' })?.text).toBe('there is no session s1')
  expect(sim.dispatch({ type: 'terminal.open', session, guest: 'router' as never, script: 'x.sh', by: 'admin' })).toBeUndefined()
  expect(sim.dispatch({ type: 'terminal.open', session, guest: 'router' as never, script: 'x.sh', by: 'admin' })?.text).toBe('there is a session s1 already')
  sim.runUntil(5_000_000)
  sim.dispatch({ type: 'terminal.enter', session, line: 7, command: 'ls' })
  expect(sim.world.terminal.open[session]).toMatchObject({ commands: 1, line: 7 })
  sim.dispatch({ type: 'terminal.close', session, status: 3, how: 'ended' })
  expect(trace.at(-1)!.event).toEqual({ type: 'terminal.closed', session, guest: 'router', script: 'x.sh', status: 3, how: 'ended', micros: 5_000_000 })
  expect(sim.world.terminal).toMatchObject({ open: {}, opened: 1, succeeded: 0, failed: 1 })
  expect(sim.check()).toEqual([])
})

test('a request from outside may name the entry that it follows from, and then that is its cause', () => {
  const { sim, trace } = simOf([]), session = 's1' as never
  sim.dispatch({ type: 'terminal.open', session, guest: 'router' as never, script: 'x.sh', by: 'admin' })
  const { seq } = trace.at(-1)!
  sim.dispatch({ type: 'terminal.enter', session, line: 1, command: 'ls' }, seq)
  expect(trace.at(-1)).toMatchObject({ cause: seq })
})

test('a fact calls the script after the delay, each time anew', () => {
  const { sim, calls } = simOf([{ ...SCRIPT, when: { type: 'hypervisor.guestUp', guest: 'i5a' }, after: '2m' }])
  sim.schedule(60_000_000, { type: 'hypervisor.crash', guest: 'i5a' as never, down: 600_000_000 })
  sim.schedule(3_600_000_000, { type: 'hypervisor.crash', guest: 'i5a' as never, down: 600_000_000 })
  sim.runUntil(10_000_000_000)
  expect(calls()).toEqual([13, 72])
})

test('a crontab line calls it by the clock of the partition, which may begin at any time of day', () => {
  const { sim, calls } = simOf([{ ...SCRIPT, when: { cron: '30 4 * * *' } }], '2026-01-05T03:20Z')
  sim.runUntil(2 * 24 * 3_600_000_000)
  expect(calls()).toEqual([70, 70 + 1440])
})

test('two operators call at the same time; rounds limit how often', () => {
  const { sim, calls } = simOf([{ ...SCRIPT, when: { every: '1h' }, rounds: 2 }, { ...SCRIPT, when: { at: '1h' } }])
  sim.runUntil(10 * 3_600_000_000)
  expect(calls()).toEqual([60, 60, 120])
})

test('what only a procedure has is refused beside a script, and a crontab line that is none', () => {
  const of = (operator: object) => checkScenario({ until: '1h', system: { hypervisor: { systems: { p5: {} }, guests: { router: { on: 'p5', os: 'linux' } } } }, operators: [{ ...SCRIPT, ...operator }] }).problems.map(({ path, expected }) => `${path.join('.')}: ${expected}`)
  expect(of({ timeout: '1h' })).toEqual(['operators.0.timeout: expected run or timeout: a script knows its own procedure'])
  expect(of({ when: { cron: '61 * * * *' } })[0]).toContain('"61"')
  expect(of({})).toEqual([])
  const runs = (first: string) => of({ run: { file: 'x', text: `${first}\n` } })
  expect(['#!/bin/bash -e', '#!/usr/bin/env bash', '#!/usr/bin/env -S bash -x', '#!/bin/sh', '#! /bin/dash', 'echo', ''].map(runs)).toEqual([[], [], [], [], [], [], []])
  expect(runs('#!/usr/bin/python3')[0]).toContain('python3')
  expect(runs('#!/usr/bin/env perl')[0]).toContain('perl')
})
