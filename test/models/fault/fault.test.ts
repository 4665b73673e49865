/** What breaks by itself: when the strokes come, whom they hit, and whom they spare. */
import { describe, expect, test } from 'vitest'
import { HOUR, MINUTE, type Micros } from '../../../src/base/time.ts'
import type { Entry } from '../../../src/core/trace.ts'
import { faultConfig } from '../../../src/models/fault/config.ts'
import type { FaultId } from '../../../src/models/fault/state.ts'
import type { SimEvent } from '../../../src/models/stack.ts'
import { play, type Plan, type Sections } from '../../support/systems.ts'

const host = { on: 'power5', os: 'ibm-i', ipl: '10m', abnormalIpl: '30m' }
const hosts = (fault: unknown, more: Sections = {}): Sections =>
  ({ hypervisor: { systems: { power5: {} }, guests: { i5a: host, i5b: host, i5c: host } }, fault, ...more })

/** `[hours, thing]` of each event of this type. */
function times(trace: readonly Entry<SimEvent>[], type: string): [hours: number, thing: string][] {
  return trace.filter(entry => entry.event.type === type).map(({ at, event }) => {
    const { guest, space, system } = event as { guest?: string; space?: string; system?: string }
    return [at / HOUR, guest ?? space ?? system ?? '']
  })
}
const run = (fault: unknown, until: Micros, plan: Plan = [], seed = 1, more: Sections = {}) => play(hosts(fault, more), plan, { until, seed })

describe('calendars', () => {
  test('maintenance strikes the hosts one after the other, so far apart as it says, and again after the period', () => {
    const { trace } = run({ maintenance: { ipl: ['i5a', 'i5b', 'i5c'], every: '100h', at: '10h', stagger: '3h' } }, 150 * HOUR)
    expect(times(trace, 'hypervisor.ipl')).toEqual([[10, 'i5a'], [13, 'i5b'], [16, 'i5c'], [110, 'i5a'], [113, 'i5b'], [116, 'i5c']])
  })

  test('without a first time a calendar begins after one period, for each host alike', () => {
    const { trace } = run({ monthly: { ipl: ['i5a', 'i5b'], every: '30h' } }, 70 * HOUR)
    expect(times(trace, 'hypervisor.ipl')).toEqual([[30, 'i5a'], [30, 'i5b'], [60, 'i5a'], [60, 'i5b']])
  })

  test('a host that is down, or hangs, when its turn comes is spared', () => {
    const plan: Plan = [{ at: 9.9 * HOUR, request: { type: 'hypervisor.crash', guest: 'i5a' as never } }, { at: 9 * HOUR, request: { type: 'hypervisor.hang', guest: 'i5b' as never } }]
    const { trace, sim } = run({ monthly: { ipl: ['i5a', 'i5b', 'i5c'], every: '10h' } }, 11 * HOUR, plan)
    expect(times(trace, 'hypervisor.ipl')).toEqual([[10, 'i5c']])
    expect(sim.world.fault.rules['monthly' as FaultId]!.hits).toBe(1)
  })
})

describe('times to failure', () => {
  test('the clock of a host starts anew when it is up again', () => {
    const { trace } = run({ crashes: { crash: ['i5a'], upFor: '2h', lasts: '30m' } }, 8 * HOUR)
    expect(times(trace, 'hypervisor.guestDown').map(([at]) => at)).toEqual([2, 4.5, 7])
    expect(times(trace, 'hypervisor.guestUp').map(([at]) => at)).toEqual([2.5, 5, 7.5])
  })

  test('whatever takes the host down, its time to failure begins again', () => {
    const plan: Plan = [{ at: HOUR, request: { type: 'hypervisor.ipl', guest: 'i5a' as never, down: 30 * MINUTE } }]
    const { trace } = run({ crashes: { crash: ['i5a'], upFor: '2h', lasts: '30m' } }, 4 * HOUR, plan)
    expect(times(trace, 'hypervisor.crash')).toEqual([[3.5, 'i5a']])
  })

  test('a stroke that misses by chance is followed by another', () => {
    const { trace, sim } = run({ crashes: { crash: ['i5a'], upFor: '1h', lasts: '30m', chance: 0.25 } }, 2000 * HOUR)
    const struck = trace.filter(entry => entry.event.type === 'fault.struck').length, { hits } = sim.world.fault.rules['crashes' as FaultId]!
    expect(hits / struck).toBeGreaterThan(0.2)
    expect(hits / struck).toBeLessThan(0.3)
  })
})

describe('common causes', () => {
  const together = { power: { crash: ['i5a', 'i5b', 'i5c'], every: { exponential: '100h' }, together: true } }

  test('VS-26 one stroke hits all its hosts in the same moment', () => {
    const crashes = times(run(together, 2000 * HOUR).trace, 'hypervisor.crash')
    expect(crashes.length).toBeGreaterThan(30)
    for (let i = 0; i < crashes.length; i += 3) expect(new Set(crashes.slice(i, i + 3).map(([at]) => at)).size).toBe(1)
  })

  test('with a chance each host is hit, or not, on its own', () => {
    const { trace } = run({ power: { ...together.power, chance: 0.5 } }, 6000 * HOUR)
    const strokes = trace.filter(entry => entry.event.type === 'fault.struck').length, crashes = times(trace, 'hypervisor.crash')
    expect(crashes.length / strokes).toBeGreaterThan(1)
    expect(crashes.length / strokes).toBeLessThan(2)
    const atOnce = new Map<number, number>()
    for (const [at] of crashes) atOnce.set(at, (atOnce.get(at) ?? 0) + 1)
    expect(new Set(atOnce.values())).toEqual(new Set([1, 2, 3]))
  })

  test('VS-26 a system IPL takes every partition of the system', () => {
    const { trace } = run({ yearly: { systemIpl: ['power5'], every: '100h', lasts: '20m' } }, 110 * HOUR)
    expect(times(trace, 'hypervisor.guestDown').map(([, guest]) => guest).toSorted()).toEqual(['i5a', 'i5b', 'i5c'])
    expect(times(trace, 'hypervisor.systemUp')).toHaveLength(1)
  })
})

describe('kinds of faults', () => {
  test('a hang ends after the time its rule says, and its clock starts anew', () => {
    const { trace } = run({ hangs: { hang: ['i5a'], upFor: '1h', lasts: '15m' } }, 3 * HOUR)
    expect(times(trace, 'hypervisor.guestHung').map(([at]) => at)).toEqual([1, 2.25])
    expect(times(trace, 'hypervisor.guestResumed').map(([at]) => at)).toEqual([1.25, 2.5])
  })

  test('PM-12 restricted state comes and goes, and the disks of the host stay', () => {
    const more = { vscsi: { spaces: { d1: { host: 'i5a', to: 'router', size: '1 GiB', online: 'auto' } } }, scsi: { layout: { router: { root: 'rest' } } } }
    const sections = hosts({ saves: { restrict: ['i5a'], every: '24h', lasts: '2h' } }, more)
    Object.assign((sections.hypervisor as { guests: object }).guests, { router: { on: 'power5', os: 'linux' } })
    const { trace, sim } = play(sections, [], { until: 25 * HOUR })
    expect(times(trace, 'hypervisor.restrictedEntered')).toEqual([[24, 'i5a']])
    expect(sim.world.scsi.disks['d1' as never]!.path).toBe('ok')
    expect(trace.some(entry => entry.event.type.startsWith('scsi.'))).toBe(false)
  })

  const pool = (protection: string, disks: number): Sections => ({
    vscsi: { spaces: { d1: { host: 'i5a', to: 'i5b', size: '1 GiB', online: 'auto' } }, asps: { i5a: { asp1: { protection, disks } } } },
  })

  test('a physical disk fails: a mirrored pool absorbs it, an unprotected one loses the space', () => {
    const rule = { disks: { failDisk: ['i5a/asp1'], upFor: '10h', lasts: '1h' } }
    const mirrored = run(rule, 12 * HOUR, [], 1, pool('mirrored', 2)).trace, bare = run(rule, 12 * HOUR, [], 1, pool('none', 2)).trace
    expect([times(mirrored, 'vscsi.diskAbsorbed').length, times(mirrored, 'vscsi.spaceLost').length]).toEqual([1, 0])
    expect(times(bare, 'vscsi.spaceLost')).toEqual([[10, 'd1']])
  })

  test('a lost storage space is created anew after its time, and may be lost again', () => {
    const { trace } = run({ spaces: { loseSpace: ['d1'], upFor: '10h', lasts: '5h' } }, 26 * HOUR, [], 1, pool('mirrored', 2))
    expect(times(trace, 'vscsi.spaceLost').map(([at]) => at)).toEqual([10, 25])
    expect(times(trace, 'vscsi.spaceRecreated').map(([at]) => at)).toEqual([15])
  })
})

test('GEN-2 another rule, or another host in a rule, leaves the strokes of a host as they were', () => {
  const crashes = (things: string[], more = {}) => times(run({ crashes: { crash: things, upFor: { exponential: '50h' }, lasts: { uniform: ['5m', '2h'] } }, ...more }, 2000 * HOUR).trace, 'hypervisor.crash')
    .filter(([, guest]) => guest === 'i5a')
  const alone = crashes(['i5a'])
  expect(alone.length).toBeGreaterThan(20)
  expect(crashes(['i5b', 'i5a', 'i5c'])).toEqual(alone)
  expect(crashes(['i5a'], { others: { hang: ['i5b'], upFor: { weibull: ['20h', 1.5] }, lasts: '1h' } })).toEqual(alone)
})

test('a rule without a clock, with two, or with two kinds of fault is refused with what was expected', () => {
  const messages = (rule: unknown) => faultConfig.safeParse({ rule }).error?.issues.map(issue => issue.message).join('; ') ?? 'accepted'
  expect(messages({ crash: ['i5a'] })).toMatch(/expected one clock/)
  expect(messages({ crash: ['i5a'], every: '1h', upFor: '1h' })).toMatch(/expected one clock/)
  expect(messages({ crash: ['i5a'], ipl: ['i5b'], every: '1h' })).toMatch(/found ipl and crash/)
  expect(messages({ crash: ['i5a'], upFor: '1h', stagger: '1h' })).toMatch(/these belong to a calendar/)
  expect(messages({ failDisk: ['i5a'], every: '1h' })).toMatch(/host\/asp/)
  expect(messages({ crash: ['i5a'], every: '0s' })).toMatch(/longer than 0s/)
  expect(messages({ crash: ['i5a'], every: '1h', together: true, stagger: '1h' })).toMatch(/together or stagger/)
})
