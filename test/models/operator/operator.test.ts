/** Recovery as a procedure: the founding steps in their order, out of it, and spoilt; who notices, who waits, who gives up. */
import { describe, expect, test } from 'vitest'
import { HOUR, MINUTE, SECOND, type Micros } from '../../../src/base/time.ts'
import { silentTime, type OperatorId } from '../../../src/models/operator/state.ts'
import type { SimRequest } from '../../../src/models/stack.ts'
import { play, router, type Plan, type Run, type RouterOptions } from '../../support/systems.ts'

const at = (hours: number, request: object): Plan[number] => ({ at: hours * HOUR, request: request as SimRequest })
/** The host of d1 goes away for ten minutes. */
const ipl = at(1, { type: 'hypervisor.ipl', guest: 'i5a', down: 10 * MINUTE })

function recovery(operator: object, { until = 6 * HOUR, plan = [ipl], ...more }: Partial<RouterOptions> & { until?: Micros; plan?: Plan; md?: object } = {}): Run {
  const sections = router({ hosts: 2, operators: [{ name: 'op', on: 'router', ...operator }], ...more })
  return play({ ...sections, md: { ...sections.md as object, ...more.md } }, plan, { until })
}
const uponLoss = { when: { type: 'scsi.pathLost', disk: 'd1' }, after: '30s' }
const uponReturn = { when: { type: 'scsi.pathRestored', disk: 'd1' }, after: '30s' }

const inSync = ({ sim }: Run, array = 'md1'): string[] => sim.world.md.arrays[array as never]!.members.filter(member => member.inSync && !member.faulty).map(member => member.name).toSorted()
const nameOf = ({ sim }: Run, disk = 'd1'): string | null => {
  const { device } = sim.world.scsi.disks[disk as never]!
  return device === null ? null : sim.world.scsi.devices[device]!.name
}
const own = ({ trace }: Run, type: string) => trace.filter(entry => entry.event.type === `operator.${type}`).map(entry => entry.event as unknown as Readonly<Record<string, unknown>>)
const refused = (run: Run) => own(run, 'stepRefused').map(({ step, target }) => `${String(step)} ${String(target)}`)
const requests = ({ trace }: Run) => trace.filter(({ event }) => /^(md\.(fail|remove|add)|scsi\.(scan|removeDevice))$/.test(event.type)).map(({ event }) => {
  const { array, device } = event as { array?: string; device?: string }
  return [event.type, array, device].filter(Boolean).join(' ')
})
const booked = ({ sim }: Run) => sim.world.operator.operators['op' as OperatorId]!

describe('the founding procedure', () => {
  test('VS-10 in its order it brings the disk back under its old name, in every mirror', () => {
    const run = recovery(uponLoss)
    expect(requests(run)).toEqual([
      'md.fail md0 sda2', 'md.remove md0 sda2', 'md.remove md1 sda3', 'scsi.removeDevice', 'scsi.scan', 'md.add md0 sda2', 'md.add md1 sda3',
    ])
    expect([nameOf(run), inSync(run, 'md0'), inSync(run, 'md1')]).toEqual(['sda', ['sda2', 'sdb2'], ['sda3', 'sdb3']])
    expect([refused(run), own(run, 'finished').map(each => each.outcome)]).toEqual([[], ['done']])
    expect(run.sim.world.service.services['routing' as never]!.outages).toBe(0)
  })

  test('it waits for the host, and watches until the recovery has ended', () => {
    const run = recovery(uponLoss)
    expect(own(run, 'waitEnded').map(each => each.step)).toEqual(['waitForHost', 'watch'])
    const finished = run.trace.find(entry => entry.event.type === 'operator.finished')!
    const synced = run.trace.findLast(entry => entry.event.type === 'md.syncDone')!
    expect(finished.at).toBe(synced.at)
  })

  test('steps take their time, fixed or drawn, and the delay comes before them', () => {
    const run = recovery({ ...uponReturn, after: '10m', takes: '1m', do: ['fail', 'remove', { step: 'removeDevice', takes: '5m' }, { pause: '3m' }, 'scan'] })
    const returned = run.trace.find(entry => entry.event.type === 'scsi.pathRestored')!.at
    const times = run.trace.filter(entry => entry.event.type === 'operator.stepDone').map(entry => (entry.at - returned) / MINUTE)
    expect(times).toEqual([11, 12, 17, 20, 21])
  })

  test('a subset of arrays, and a request of its own, may be steps too', () => {
    const run = recovery({ ...uponReturn, do: [{ step: 'fail', arrays: ['md0'] }, { step: 'remove', arrays: ['md0'] }, { do: { type: 'md.setSpeedLimit', guest: 'router', max: 1000 } }] })
    expect(requests(run)).toEqual(['md.fail md0 sda2', 'md.remove md0 sda2'])
    expect(run.sim.world.md.guests['router' as never]!.speedMax).toBe(1000)
  })
})

describe('out of order', () => {
  const careless = (steps: unknown[], trigger: object = uponReturn) => recovery({ ...trigger, do: steps, careful: false })

  test('VS-60 the device removed before its members gives the disk a new name', () => {
    const run = careless(['removeDevice', 'scan', 'fail', 'remove', 'add', 'watch'])
    expect(nameOf(run)).toBe('sdc')
    expect(inSync(run)).toEqual(['sdb3', 'sdc3'])
  })

  test('VS-60 a scan before the host is back finds nothing and says nothing; then there is no device to add', () => {
    const run = careless(['fail', 'remove', 'removeDevice', 'scan', 'add'], uponLoss)
    expect(run.trace.find(entry => entry.event.type === 'scsi.scan')!.refusal).toBeUndefined()
    expect([nameOf(run), refused(run)]).toEqual([null, ['add sda2', 'add sda3']])
    expect(inSync(run)).toEqual(['sdb3'])
  })

  test('VS-60 added before the scan: no such device', () => {
    const run = careless(['fail', 'remove', 'removeDevice', 'add', 'scan'])
    expect(refused(run)).toEqual(['add sda2', 'add sda3'])
    expect([nameOf(run), inSync(run)]).toEqual(['sda', ['sdb3']])
  })

  test('VS-60 removed before failed: busy, where nobody has noticed the loss', () => {
    const run = careless(['remove', 'fail', 'removeDevice', 'scan', 'add'])
    expect(refused(run)).toContain('remove sda2')
    expect(run.trace.find(({ event }) => event.type === 'md.remove' && event.device === 'sda2')!.refusal?.text).toMatch(/busy/)
  })
})

describe('a healthy system', () => {
  const nothing = { plan: [] as Plan, until: 4 * HOUR }

  test('VS-61 a careful operator notices that nothing is wrong and does nothing', () => {
    const run = recovery({ when: { at: '1h' }, disks: ['d1'] }, nothing)
    expect([requests(run), own(run, 'finished').map(each => each.outcome)]).toEqual([[], ['healthy']])
    expect(booked(run).healthy).toBe(1)
  })

  test('VS-61 a careless one fails and adds on the way, and ends in the same state under the same names, without an outage', () => {
    const run = recovery({ when: { at: '1h' }, disks: ['d1'], careful: false }, nothing)
    expect(requests(run)).toEqual([
      'md.fail md0 sda2', 'md.fail md1 sda3', 'md.remove md0 sda2', 'md.remove md1 sda3', 'scsi.removeDevice', 'scsi.scan', 'md.add md0 sda2', 'md.add md1 sda3',
    ])
    expect([nameOf(run), inSync(run, 'md0'), inSync(run, 'md1')]).toEqual(['sda', ['sda2', 'sdb2'], ['sda3', 'sdb3']])
    expect(run.sim.world.service.services['routing' as never]!.outages).toBe(0)
  })

  test('a careful operator never fails the last good copy', () => {
    // The idle swap mirror has not noticed that d2 is gone: d1 holds its last copy.
    const run = recovery({ when: { at: '3h' }, disks: ['d1'], careful: true }, { plan: [at(1, { type: 'scsi.losePath', disk: 'd2' }), at(2, { type: 'md.fail', array: 'md1', device: 'sda3' })], until: 4 * HOUR })
    expect(requests(run).filter(each => each.startsWith('md.fail md0'))).toEqual([])
    expect(inSync(run, 'md0')).toContain('sda2')
  })
})

describe('the short -r', () => {
  const shortly = (profile: string) => recovery({ ...uponLoss, shortRemove: true, careful: false }, { md: { profile } })

  test('VS-94 of mdadm 4.2 it removes nothing and says nothing, so that the disk comes back under another name', () => {
    const run = shortly('mdadm-4.2')
    expect(requests(run).filter(each => each.startsWith('md.remove'))).toEqual([])
    expect(nameOf(run)).toBe('sdc')
  })

  test('VS-94 of the classic version it works', () => {
    expect(nameOf(shortly('mdadm-classic'))).toBe('sda')
  })
})

describe('slips', () => {
  test('a forgotten removal leads to the renaming that the article warns of', () => {
    const run = recovery({ ...uponReturn, slips: { skip: { remove: 1 } }, careful: false })
    expect(own(run, 'slipped').map(each => [each.slip, each.step])).toEqual([['skip', 'remove']])
    expect([nameOf(run), inSync(run)]).toEqual(['sdc', ['sdb3', 'sdc3']])
  })

  test('VS-82 the wrong half failed: refused for the mirror that knew, and it is broken all the same', () => {
    const run = recovery({ ...uponLoss, slips: { wrongHalf: { fail: 1 } } })
    expect(requests(run).slice(0, 2)).toEqual(['md.fail md0 sdb2', 'md.fail md1 sdb3'])
    expect(run.trace.find(({ event }) => event.type === 'md.fail' && event.device === 'sdb3')!.refusal?.status).toBe(2)
    expect(run.sim.world.service.services['routing' as never]!.outages).toBe(1)
    expect(inSync(run, 'md0')).not.toContain('sdb2')
  })

  test('commands given twice do no harm: the second time they are refused, or find it done', () => {
    const run = recovery({ ...uponReturn, slips: { twice: 1 } })
    expect(own(run, 'slipped').every(each => each.slip === 'twice')).toBe(true)
    expect(requests(run).filter(each => each === 'md.add md1 sda3')).toHaveLength(2)
    expect([nameOf(run), inSync(run)]).toEqual(['sda', ['sda3', 'sdb3']])
  })

  test('two steps in the wrong order: scan and add, and the add finds no device', () => {
    const run = recovery({ ...uponReturn, slips: { swap: { scan: 1 } }, careful: false })
    expect(own(run, 'slipped').map(each => [each.slip, each.step])).toEqual([['swap', 'scan']])
    expect(refused(run)).toEqual(['add sda2', 'add sda3'])
  })

  test('a slip comes as often as it is likely, and not otherwise', () => {
    let slips = 0
    for (let seed = 0; seed < 200; seed++) {
      const sections = router({ hosts: 2, sizeMib: 256, operators: [{ name: 'op', on: 'router', when: { at: '1h' }, disks: ['d1'], careful: false, slips: { skip: { remove: 0.3 } } }] })
      slips += play(sections, [], { until: 2 * HOUR, seed }).sim.world.operator.operators['op' as OperatorId]!.slipped
    }
    expect(slips / 200).toBeGreaterThan(0.2)
    expect(slips / 200).toBeLessThan(0.4)
  })
})

describe('who notices', () => {
  const silence = (run: Run, array = 'md1') => silentTime(run.sim.world.operator.silence[array as never]!, run.sim.now)
  const lost = { plan: [at(1, { type: 'hypervisor.crash', guest: 'i5a', down: 10 * MINUTE })], until: 3 * HOUR }

  test('a monitor tells of the failed member at once: silence is the time to the next write', () => {
    const run = recovery({ noticedBy: 'monitor' }, lost)
    expect(silence(run)).toBeLessThanOrEqual(5 * SECOND)
    expect(inSync(run)).toEqual(['sda3', 'sdb3'])
  })

  test('who looks at mdstat every two hours sees it at the next look', () => {
    const run = recovery({ noticedBy: { poll: '2h' } }, lost)
    expect(own(run, 'looked')).toHaveLength(1)
    expect(silence(run)).toBe(HOUR)
    expect(inSync(run)).toEqual(['sda3', 'sdb3'])
  })

  test('without a monitor and without anybody who looks, the mirror stays degraded in silence', () => {
    const run = recovery({}, lost)
    expect(own(run, 'started')).toEqual([])
    expect([silence(run), inSync(run)]).toEqual([2 * HOUR, ['sdb3']])
  })

  test('VS-43 nobody sees the loss of an idle mirror: mdstat goes on showing it whole', () => {
    const run = recovery({ noticedBy: { poll: '30m' } }, { ...lost, io: 'idle', plan: [at(1, { type: 'scsi.losePath', disk: 'd1' })] })
    expect(own(run, 'looked')).toEqual([])
    expect([silence(run), inSync(run)]).toEqual([2 * HOUR, ['sda3', 'sdb3']])
  })
})

test('VS-43 a look at mdstat does not show what md has not noticed: the operator finds nothing to do', () => {
  const run = recovery({ when: { at: '2h' } }, { io: 'idle', plan: [at(1, { type: 'scsi.losePath', disk: 'd1' })], until: 3 * HOUR })
  expect([requests(run), own(run, 'finished').map(each => each.outcome)]).toEqual([[], ['healthy']])
})

describe('waits', () => {
  test('who has waited long enough for a host gives up', () => {
    const run = recovery({ ...uponLoss, timeout: '5m' })
    expect(own(run, 'waitTimedOut').map(each => each.step)).toEqual(['waitForHost'])
    expect([own(run, 'finished').map(each => each.outcome), booked(run).gaveUp, nameOf(run)]).toEqual([['gaveUp'], 1, null])
  })

  test('a step may wait for a fact with its fields', () => {
    const run = recovery({ when: { at: '30m' }, do: [{ waitFor: { type: 'hypervisor.guestUp', guest: 'i5a' } }, { do: { type: 'md.fail', array: 'md0', device: 'sda2' } }] })
    const up = run.trace.find(({ event }) => event.type === 'hypervisor.guestUp' && event.guest === 'i5a' as never)!.at
    expect(run.trace.find(({ event }) => event.type === 'md.fail')!.at).toBe(up + SECOND)
  })

  test('who waits for one host turns to the other disk in trouble, and comes back to the first', () => {
    const plan = [at(1, { type: 'hypervisor.ipl', guest: 'i5a', down: 3 * HOUR }), at(2, { type: 'hypervisor.ipl', guest: 'i5c', down: 10 * MINUTE })]
    const run = recovery({ when: { type: 'scsi.pathLost' } }, { hosts: 3, plan, until: 8 * HOUR })
    expect(own(run, 'started').map(each => each.disks)).toEqual([['d1'], ['d3'], ['d1']])
    // Both letters were free when d3 came back first.
    expect([nameOf(run, 'd3'), nameOf(run, 'd1'), inSync(run).length]).toEqual(['sda', 'sdc', 2])
    expect(run.sim.world.md.arrays['md1' as never]!.members.map(member => member.name).toSorted()).toEqual(['sda3', 'sdb3', 'sdc3'])
  })

  test('work on a guest that goes down is taken up again when it is back', () => {
    const run = recovery(uponLoss, { plan: [ipl, at(1.05, { type: 'hypervisor.ipl', guest: 'router' })] })
    expect(own(run, 'started')).toHaveLength(2)
    expect(inSync(run)).toEqual(['sda3', 'sdb3'])
    expect(run.sim.check()).toEqual([])
  })

  test('after so many rounds an operator comes no more', () => {
    const run = recovery({ when: { every: '1h' }, rounds: 2 }, { plan: [] })
    expect([own(run, 'started').length, booked(run).rounds]).toEqual([2, 2])
  })
})

describe('a mirror that lost its last copy', () => {
  const both: Plan = [at(1, { type: 'hypervisor.crash', guest: 'i5a', down: 10 * MINUTE }), at(1, { type: 'hypervisor.crash', guest: 'i5b', down: 20 * MINUTE })]

  test('VS-81 is stopped and assembled when its disks are back, if nobody uses it', () => {
    const sections = router({ hosts: 2, operators: [{ name: 'op', on: 'router', when: { type: 'scsi.pathRestored' }, restart: true }] })
    const run = play({ ...sections, boot: { guests: { router: { root: false } } } }, both, { until: 6 * HOUR })
    expect(run.trace.filter(({ event }) => event.type === 'md.stop' || event.type === 'md.assembleScan').map(({ refusal }) => refusal)).toEqual([undefined, undefined])
    expect([inSync(run).length, run.sim.world.md.arrays['md1' as never]!.broken, run.sim.world.service.services['routing' as never]!.status]).toEqual([2, false, 'up'])
  })

  test('VS-81 stays broken with the founding steps alone', () => {
    const run = recovery({ when: { type: 'scsi.pathRestored' } }, { plan: both })
    expect([run.sim.world.md.arrays['md1' as never]!.broken, run.sim.world.service.services['routing' as never]!.status]).toEqual([true, 'down'])
  })

  test('VS-47 who watched a recovery that lost its source has not brought the mirror back, and says so', () => {
    // The recovery of md1 takes 43 s from 01:11 on.
    const lost = { ...at(1, { type: 'scsi.losePath', disk: 'd2' }), at: HOUR + 11 * MINUTE + 20 * SECOND }
    const run = recovery({ ...uponReturn, takes: '0s' }, { plan: [ipl, lost], until: 3 * HOUR })
    expect(run.trace.some(({ event }) => event.type === 'md.arrayBroken')).toBe(true)
    expect(own(run, 'finished')[0]!.outcome).toBe('gaveUp')
  })

  test('VS-81 also when its last disk came back under another name', () => {
    const removed = { ...at(1, { type: 'scsi.removeDevice', guest: 'router', host: 1, channel: 0, id: 0, lun: 0 }), at: HOUR + 5 * MINUTE }
    const run = recovery({ when: { type: 'scsi.pathRestored' }, restart: true }, { plan: [...both, removed] })
    expect(run.trace.some(({ event }) => event.type === 'scsi.deviceAdded' && event.disk === 'd2' as never)).toBe(true)
    expect([inSync(run).length, run.sim.world.service.services['routing' as never]!.status]).toEqual([2, 'up'])
  })

  test('VS-81 also while the other host stays away for ever', () => {
    const gone: Plan = [at(1, { type: 'hypervisor.crash', guest: 'i5a', down: 1000 * HOUR }), at(2, { type: 'hypervisor.crash', guest: 'i5b', down: 20 * MINUTE })]
    const run = recovery({ noticedBy: 'monitor', restart: true }, { plan: gone })
    expect([inSync(run).length, run.sim.world.service.services['routing' as never]!.status]).toEqual([1, 'up'])
  })

  test('VS-81 a device that holds one of the last copies is left alone, also while its host is down', () => {
    const [first, second] = both, plan = [first!, { ...second!, at: HOUR + 2 * MINUTE }]
    const run = recovery({ noticedBy: { poll: '5m' }, takes: '1s' }, { plan, until: HOUR + 8 * MINUTE })
    expect(run.trace.flatMap(({ event }) => event.type === 'scsi.deviceRemoved' ? [event.disk] : [])).toEqual([])
  })

  test('VS-81 below a root that is in use it takes a boot of the guest', () => {
    const run = recovery({ when: { type: 'scsi.pathRestored' }, restart: true }, { plan: both })
    expect(run.trace.filter(({ event }) => event.type === 'hypervisor.ipl' && event.guest === 'router' as never)).toHaveLength(1)
    expect([inSync(run).length, run.sim.world.service.services['routing' as never]!.status]).toEqual([2, 'up'])
  })
})

test('VS-22 an NWSD left off is varied on by an operator who hears of it', () => {
  const run = recovery({ when: { type: 'vscsi.nwsdLeftOff' }, after: '5m', do: [{ do: { type: 'vscsi.varyOn', nwsd: 'i5a-router' } }, 'waitForHost', 'fail', 'remove', 'removeDevice', 'scan', 'add'] }, { online: 'manual' })
  expect(run.sim.world.scsi.disks['d1' as never]!.path).toBe('ok')
  expect(inSync(run)).toEqual(['sda3', 'sdb3'])
})
