import { describe, expect, test } from 'vitest'
import { SECOND } from '../../../src/base/time.ts'
import { planned } from './planned.ts'
import { Session } from './session.ts'
import { syncProgress, type ArrayId } from '../../../src/models/md/state.ts'

describe('who is taken, and when', () => {
  test('VS-44 a spare starts at once when a member becomes faulty; without a spare nothing happens', () => {
    const s = new Session(3)
    s.mirror('abc')
    s.mirror('ab', { name: 'md0', partition: 2 })
    s.type('mdadm /dev/md1 -f /dev/sda3')
    expect(s.look()).toBe('sdc3[2] sdb3[1] sda3[0](F) | [2/1] [_U] | recovery')
    s.type('mdadm /dev/md0 -f /dev/sda2')
    s.wait(60)
    expect(s.look('md0')).toBe('sdb2[1] sda2[0](F) | [2/1] [_U]')
  })
  test('VS-85 the newest spare is taken first, and mdstat lists members newest first', () => {
    const s = new Session(4)
    s.mirror('abcd')
    s.type('mdadm /dev/md1 -f /dev/sda3')
    expect(s.look()).toBe('sdd3[3] sdc3[2](S) sdb3[1] sda3[0](F) | [2/1] [_U] | recovery')
    s.wait(10)
    s.type('mdadm /dev/md1 --remove /dev/sda3 -a /dev/sda3')
    s.type('mdadm /dev/md1 -f /dev/sdb3')
    expect(s.look()).toBe('sda3[4] sdd3[3] sdc3[2](S) sdb3[1](F) | [2/1] [U_] | recovery')
  })
  test('VS-49 after a spare took over, the old disk is the spare: nothing moves back', () => {
    const s = new Session(3)
    s.mirror('abc')
    s.type('mdadm /dev/md1 -f /dev/sda3')
    s.wait(10)
    s.type('mdadm /dev/md1 --remove /dev/sda3 -a /dev/sda3')
    s.wait(10)
    expect(s.look()).toBe('sda3[3](S) sdc3[2] sdb3[1] | [2/2] [UU]')
  })
  test('VS-44 a monitor moves a spare between arrays of a group at its next look, and without one, or across groups, nobody does', () => {
    for (const [monitor, group, moved] of [[true, 'g', true], [false, 'g', false], [true, 'h', false]] as const) {
      const sim = planned({
        arrays: { md0: { members: ['d1/root', 'd2/root'], spares: ['d3/root'], spareGroup: 'g' }, md1: { members: ['d4/root', 'd5/root'], spareGroup: group } },
        more: monitor ? { monitor: { delay: '60s' } } : {},
      })
      sim.runUntil(10 * SECOND)
      sim.dispatch({ type: 'md.fail', array: 'md1' as ArrayId, device: 'sde1' })
      sim.runUntil(59 * SECOND)
      expect(sim.world.md.arrays['md1' as ArrayId]!.members).toHaveLength(2)
      sim.runUntil(3600 * SECOND)
      expect(sim.world.md.arrays['md1' as ArrayId]!.inSync).toBe(moved ? 2 : 1)
      expect(sim.world.md.arrays['md0' as ArrayId]!.members).toHaveLength(moved ? 2 : 3)
    }
  })
})

describe('one at a time', () => {
  test('VS-45 VS-90 arrays on the same disks recover one after the other, the second shows resync=DELAYED; on other disks both run', () => {
    const s = new Session(4, { speed: 5000 })
    s.mirror('ab', { name: 'md0', partition: 2 })
    s.mirror('ab', { name: 'md1', partition: 3 })
    for (const [array, part] of [['md0', 2], ['md1', 3]] as const) s.type(`mdadm /dev/${array} -f /dev/sdb${part} --remove /dev/sdb${part}`)
    s.type('mdadm /dev/md0 -a /dev/sdc2')
    s.type('mdadm /dev/md1 -a /dev/sdc3')
    expect(s.look('md0')).toContain('| recovery')
    expect(s.look('md1')).toContain('| resync=DELAYED')
    s.wait(8)
    expect(s.look('md0')).toContain('[UU]')
    expect(s.look('md1')).toContain('| recovery')

    const apart = new Session(4, { speed: 5000 })
    apart.mirror('ab', { name: 'md0', partition: 2 })
    apart.mirror('cd', { name: 'md1', partition: 3 })
    for (const [array, member] of [['md0', 'sdb2'], ['md1', 'sdd3']] as const) {
      apart.type(`mdadm /dev/${array} -f /dev/${member} --remove /dev/${member}`)
      apart.type(`mdadm /dev/${array} -a /dev/${member === 'sdb2' ? 'sdb3' : 'sdd2'}`)
    }
    // Too small for the one, big enough for the other: what counts is that neither waits.
    expect(apart.look('md0')).not.toContain('DELAYED')
    expect(apart.look('md1')).not.toContain('DELAYED')
  })
  test('VS-87 adding a spare while another recovers interrupts the recovery and resumes it from its checkpoint', () => {
    const s = new Session(3, { speed: 5000 })
    s.mirror('a-')
    s.type('mdadm /dev/md1 -a /dev/sdb3')
    s.wait(5)
    const before = syncProgress(s.array(), s.sim.now)!.doneKib
    s.type('mdadm /dev/md1 -a /dev/sdc3')
    const after = syncProgress(s.array(), s.sim.now)!
    expect(after.doneKib).toBeGreaterThanOrEqual(before)
    expect(after.doneKib).toBeLessThan(before + 5000)
    expect(s.array().sync!.startKib).toBeGreaterThanOrEqual(before)
    expect(s.look()).toBe('sdc3[3](S) sdb3[2] sda3[0] | [2/1] [U_] | recovery')
  })
})

test('VS-87 the interruption is told, and the same recovery starts again from where it was, with no other command involved', () => {
  const told: string[] = []
  const sim = planned({
    disks: 3, arrays: { md1: { members: ['d1/root', 'd2/root'] } }, speed: { rate: 5000 },
    onEntry: ({ event }) => { if (event.type === 'md.syncStarted' || event.type === 'md.syncInterrupted' || event.type === 'md.syncDone') told.push(`${event.type} ${event.action}`) },
  })
  const md1 = 'md1' as ArrayId, request = (type: 'md.fail' | 'md.remove' | 'md.add', device: string) => sim.dispatch({ type, array: md1, device })
  request('md.fail', 'sdb1')
  request('md.remove', 'sdb1')
  request('md.add', 'sdb1')
  sim.runUntil(5 * SECOND)
  request('md.add', 'sdc1')
  expect(sim.world.md.arrays[md1]!.sync!.startKib).toBe(25_000)
  sim.runUntil(100 * SECOND)
  expect(told).toEqual(['md.syncStarted recovery', 'md.syncInterrupted recovery', 'md.syncStarted recovery', 'md.syncDone recovery'])
})

describe('what goes wrong meanwhile', () => {
  test('VS-47 with its source lost a recovery is over: the target is a spare again and the array never silently good', () => {
    const s = new Session(3, { speed: 5000 })
    s.mirror('abc')
    s.hostDown(1, false)
    s.write()
    s.wait(3)
    s.hostDown(2, false)
    s.wait(60)
    expect(s.look()).toBe('sdc3[2](S) sdb3[1] sda3[0](F) | [2/1] [_U]')
    expect(s.state()).toBe('broken')
    expect(s.read()).toBe(1)
    s.hostUp(2)
    expect(s.read()).toBe(0)
    s.wait(60)
    expect(s.look()).toBe('sdc3[2](S) sdb3[1] sda3[0](F) | [2/1] [_U]')
  })
  test('VS-47 with its target lost the next spare starts from the beginning', () => {
    const s = new Session(4, { speed: 5000 })
    s.mirror('abcd')
    s.hostDown(1, false)
    s.write()
    s.wait(5)
    s.hostDown(4, false)
    s.wait(0.5)
    expect(s.look()).toBe('sdd3[3](F) sdc3[2] sdb3[1] sda3[0](F) | [2/1] [_U] | recovery')
    expect(syncProgress(s.array(), s.sim.now)!.doneKib).toBeLessThan(10_000)
  })
})

describe('speed and progress', () => {
  test('VS-46 a recovery takes size by speed, capped by speed_limit_max', () => {
    for (const speed of [5000, 20_000]) {
      const s = new Session(2, { speed })
      s.mirror('a-')
      s.type('mdadm /dev/md1 -a /dev/sdb3')
      const began = s.array().sync!.startedAt
      s.wait(s.array().sizeKib / speed - 1)
      expect(s.array().inSync).toBe(1)
      s.wait(1)
      expect(s.array().inSync).toBe(2)
      expect(began).toBeGreaterThan(0)
    }
  })
  test.each([
    ['what the disks give, 50,000 KiB/s', {}, false, 50_000], ['speed_limit_max, 200,000 KiB/s', { rate: 1_000_000 }, false, 200_000],
    ['under other I/O speed_limit_min, 1,000 KiB/s', { rate: 1_000_000 }, true, 1_000],
  ] as const)('DD-54 without figures of its own a recovery goes at %s, and the assumption is noted', (_, speed, busy, kibPerSecond) => {
    const times: Record<string, number> = {}
    const sim = planned({ disks: 3, arrays: { md1: { members: ['d1/root', 'd2/root'], spares: ['d3/root'] } }, speed, onEntry: ({ at, event }) => { times[event.type] = at } })
    sim.dispatch({ type: 'md.setBusy', array: 'md1' as ArrayId, busy })
    sim.dispatch({ type: 'md.fail', array: 'md1' as ArrayId, device: 'sda1' })
    sim.runUntil(3600 * SECOND)
    const { sizeKib } = sim.world.md.arrays['md1' as ArrayId]!
    expect(times['md.syncDone']! - times['md.syncStarted']!).toBe(Math.ceil(sizeKib * SECOND / kibPerSecond))
    expect(sim.world.md.assumed.toSorted()).toEqual(['rate' in speed ? [] : ['DD-54'], 'DD-54.max', 'DD-54.min'].flat())
  })
  test('VS-46 with foreground I/O it falls to speed_limit_min, and rises again afterwards', () => {
    const s = new Session(2, { speed: 20_000 })
    s.mirror('a-')
    s.type('echo 2000 > /proc/sys/dev/raid/speed_limit_min')
    s.do({ type: 'md.setBusy', array: 'md1' as never, busy: true })
    s.type('mdadm /dev/md1 -a /dev/sdb3')
    const at = syncProgress(s.array(), s.sim.now)!.doneKib
    s.wait(10)
    expect(syncProgress(s.array(), s.sim.now)!.doneKib - at).toBe(20_000)
    s.do({ type: 'md.setBusy', array: 'md1' as never, busy: false })
    s.wait(1)
    expect(syncProgress(s.array(), s.sim.now)!.rate).toBe(20_000)
  })
  test('VS-46 a lowered limit makes a sync wait until its average is below the limit again', () => {
    const s = new Session(2, { speed: 20_000 })
    s.mirror('a-')
    s.type('mdadm /dev/md1 -a /dev/sdb3')
    s.wait(2)
    s.type('echo 1000 > /proc/sys/dev/raid/speed_limit_max')
    const at = syncProgress(s.array(), s.sim.now)!
    expect(at.rate).toBe(0)
    s.wait(15)
    expect(syncProgress(s.array(), s.sim.now)!.doneKib).toBe(at.doneKib)
    s.wait(60)
    expect(syncProgress(s.array(), s.sim.now)!.doneKib).toBeGreaterThan(at.doneKib)
  })
  test('sync_max holds a check where it is, frozen and idle end it, and a mirror on one member has nothing to check', () => {
    const s = new Session(2)
    s.mirror('ab')
    s.type('echo 65536 > /sys/block/md1/md/sync_max')
    s.type('echo check > /sys/block/md1/md/sync_action')
    s.wait(30)
    expect(syncProgress(s.array(), s.sim.now)!.doneKib).toBe(32_768)
    expect(s.type('echo repair > /sys/block/md1/md/sync_action')).toBe(1)
    s.type('echo max > /sys/block/md1/md/sync_max')
    s.wait(10)
    expect(s.look()).toBe('sdb3[1] sda3[0] | [2/2] [UU]')
    s.type('mdadm /dev/md1 -f /dev/sdb3')
    s.type('echo check > /sys/block/md1/md/sync_action')
    expect(s.look()).toBe('sdb3[1](F) sda3[0] | [2/1] [U_]')
  })
  test('VS-90 repair shows as resync, and differences count in whole requests until they are repaired', () => {
    const s = new Session(2)
    s.mirror('ab')
    s.type('dd if=/dev/urandom of=/dev/sdb3 bs=4k count=4 seek=10000 oflag=direct')
    s.type('echo check > /sys/block/md1/md/sync_action')
    expect(s.look()).toContain('| check')
    s.wait(10)
    expect(s.array().mismatches).toBe(128)
    s.type('echo repair > /sys/block/md1/md/sync_action')
    expect(s.look()).toContain('| resync')
    s.wait(10)
    s.type('echo check > /sys/block/md1/md/sync_action')
    s.wait(10)
    expect(s.array().mismatches).toBe(0)
  })
  test('VS-90 a request in which several writes differ counts once, for each member and stretch', () => {
    const s = new Session(2)
    s.mirror('ab')
    for (const atKib of [40_008, 40_000, 40_004, 50_000]) s.do({ type: 'md.writePlace', guest: 'lpar1' as never, device: 'sdb3', atKib, kib: 4 })
    s.do({ type: 'md.writePlace', guest: 'lpar1' as never, device: 'sda3', atKib: 40_000, kib: 100 })
    s.type('echo check > /sys/block/md1/md/sync_action')
    s.wait(10)
    expect(s.array().mismatches).toBe((1 + 1 + 2) * 128)
  })
})
