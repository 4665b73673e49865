/** Random commands at random times: whatever people and machines do, partitions follow the state table and tell the truth about it. */
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HOUR, MINUTE } from '../../../src/base/time.ts'
import type { HypervisorRequest } from '../../../src/models/hypervisor/events.ts'
import { EDGES, type GuestId, type PowerState } from '../../../src/models/hypervisor/state.ts'
import { property } from '../../support/property.ts'
import { lab, SECTION } from './support.ts'

// The table as the manual has it, written down a second time: state, state.
const TABLE: readonly [PowerState, PowerState][] = [
  ['not activated', 'starting'], ['starting', 'running'], ['starting', 'open firmware'], ['open firmware', 'running'],
  ['running', 'shutting down'], ['shutting down', 'not activated'], ['shutting down', 'starting'], ['running', 'starting'],
  ['running', 'error'], ['error', 'not activated'], ['running', 'suspending'], ['suspending', 'suspended'], ['suspended', 'resuming'],
  ['resuming', 'running'], ['running', 'migrating running'], ['not activated', 'migrating not active'],
  ['migrating running', 'running'], ['migrating not active', 'not activated'],
]
const allowed = (from: PowerState, to: PowerState) => TABLE.some(([a, b]) => a === from && b === to)

const section = { ...SECTION, guests: { ...SECTION.guests, client: { on: 'power5', os: 'linux', virtualDisks: true, firmware: '20s' } } }
const names = Object.keys(section.guests)
const anyGuest = fc.constantFrom(...names) as fc.Arbitrary<GuestId>
const boolean = fc.constantFrom(undefined, true, false)
const request = (type: string, rest: Record<string, fc.Arbitrary<unknown>> = {}) =>
  fc.record({ type: fc.constant(type), ...rest }).map(({ ...r }) => Object.fromEntries(Object.entries(r).filter(([, v]) => v !== undefined)))
const anyRequest = fc.oneof(
  ...['powerOn', 'ipl', 'hang', 'resume', 'suspend', 'enterRestricted', 'leaveRestricted', 'attendIpl', 'bootFromFirmware', 'loadOs']
    .map(verb => request(`hypervisor.${verb}`, { guest: anyGuest })),
  request('hypervisor.powerOff', { guest: anyGuest, how: fc.constantFrom(undefined, 'os-normal', 'os-immediate', 'vsp-normal', 'vsp-hard'), restart: boolean }),
  request('hypervisor.powerOff', { guest: anyGuest, how: fc.constantFrom('vsp-hard'), restart: boolean }),
  request('hypervisor.crash', { guest: anyGuest, restart: boolean }),
  request('hypervisor.crash', { guest: anyGuest }),
  request('hypervisor.setRmc', { guest: anyGuest, active: fc.boolean() }),
  request('hypervisor.stopInFirmware', { guest: fc.constant('client'), reason: fc.constant('no boot device') }),
  request('hypervisor.loadOs', { guest: fc.constant('client'), stuck: fc.constantFrom(undefined, 'no root') }),
  request('hypervisor.migrate', { guest: anyGuest, to: fc.constantFrom('power5', 'power6'), takes: fc.constantFrom(undefined, 5 * MINUTE) }),
  ...['systemIpl', 'systemPowerOff', 'systemPowerOn', 'loseManagement', 'restoreManagement']
    .map(verb => request(`hypervisor.${verb}`, { system: fc.constantFrom('power5', 'power5', 'power6') })),
) as unknown as fc.Arbitrary<HypervisorRequest>
const plan = fc.array(fc.tuple(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 * MINUTE })), anyRequest), { maxLength: 40 })

test('PM-1 the edges are those of the table and no others', () => {
  const ours = Object.entries(EDGES).flatMap(([from, all]) => all.map(to => `${from} > ${to}`))
  expect(ours.toSorted()).toEqual(TABLE.map(([from, to]) => `${from} > ${to}`).toSorted())
})

test('PM-1 whatever is commanded, a partition passes from one state to another only along an edge of the table', () => {
  const seen = new Set<string>()
  property(fc.property(plan, fc.nat(), (steps, seed) => {
    const run = lab(section, seed)
    for (const [wait, each] of steps) {
      run.after(wait)
      run.ask(each)
      expect(run.sim.check()).toEqual([])
    }
    run.after()
    expect(run.sim.check()).toEqual([])
    // Edges that several facts tell, in order, from what each fact means.
    for (const { event } of run.told) if (event.type === 'hypervisor.stateChanged') {
      expect(allowed(event.from, event.to)).toBe(true)
      seen.add(`${event.from} > ${event.to}`)
    }
  }), { numRuns: 300 })
  expect(seen.size).toBeGreaterThan(6)
})

// Nearly every state can be reached from every other by some way, so watching states would not find a short cut.
test('PM-1 the state of a partition is written in one place, which asks the table', () => {
  const folder = new URL('../../../src/models/hypervisor/', import.meta.url)
  const writes = readdirSync(folder).filter(name => name.endsWith('.ts')).flatMap(name =>
    readFileSync(new URL(name, folder), 'utf8').split('\n').flatMap((line, at, lines) => /\.state = /.test(line) ? [[name, lines[at - 1]!.includes('assert(EDGES[from].includes(to)')]] : []))
  expect(writes).toEqual([['life.ts', true]])
})

test('PM-1 commands that come at the very same moment break nothing either', () => {
  property(fc.property(plan, fc.nat(), (steps, seed) => {
    const run = lab(section, seed)
    let at = 0
    for (const [wait, each] of steps) run.sim.schedule(at += wait % 3 === 0 ? 0 : wait, each)
    while (run.sim.step(at + 10 * HOUR)) expect(run.sim.check()).toEqual([])
    for (const { event } of run.told) if (event.type === 'hypervisor.stateChanged') expect(allowed(event.from, event.to)).toBe(true)
    // A partition that has ended starts before it ends again.
    for (const name of names) {
      const life = run.told.flatMap(({ event }) => 'guest' in event && event.guest === name && (event.type === 'hypervisor.guestDown' || event.type === 'hypervisor.guestStarting') ? [event.type] : [])
      for (const [i, type] of life.entries()) expect(type).toBe(i % 2 === 0 ? 'hypervisor.guestDown' : 'hypervisor.guestStarting')
    }
  }), { numRuns: 300 })
})

test('PM-2 losing the management connection changes what is shown and nothing else', () => {
  property(fc.property(plan, (steps) => {
    const managed = lab(section), blind = lab(section)
    blind.ask({ type: 'hypervisor.loseManagement', system: 'power5' as never })
    for (const [wait, each] of steps) {
      if (each.type === 'hypervisor.loseManagement' || each.type === 'hypervisor.restoreManagement' || each.type === 'hypervisor.migrate') continue
      managed.after(wait)
      blind.after(wait)
      expect(blind.ask(each)).toEqual(managed.ask(each))
      for (const name of names) {
        const { shown, ...real } = managed.guest(name), { shown: unknown, ...same } = blind.guest(name)
        if (section.guests[name as 'router'].on !== 'power5') continue
        expect({ ...same, timer: null }).toEqual({ ...real, timer: null })
        expect(unknown).toBe('Unknown')
        expect([real.state, 'not available']).toContain(shown)
      }
    }
  }), { numRuns: 60 })
})

test('PM-1 a refused command leaves every partition as it was', () => {
  property(fc.property(plan, (steps) => {
    const run = lab(section)
    for (const [wait, each] of steps) {
      run.after(wait)
      const before = JSON.stringify(run.sim.world.hypervisor)
      if (run.ask(each) !== undefined) expect(JSON.stringify(run.sim.world.hypervisor)).toBe(before)
    }
  }), { numRuns: 100 })
})
