import { describe, expect, test } from 'vitest'
import { Session } from './session.ts'
import { SECOND } from '../../../src/base/time.ts'
import type { ArrayId } from '../../../src/models/md/state.ts'
import { acknowledge, EXTENTS } from '../../../src/models/md/shadow.ts'
import type { MdArray, MdState } from '../../../src/models/md/state.ts'
import { planned, type PlannedEvent } from './planned.ts'

const md1 = 'md1' as ArrayId

describe('acknowledged writes', () => {
  test('VS-56 a write gives the extents it touches a new version, and no others', () => {
    const a = { sizeKib: 800, acknowledged: Array.from({ length: EXTENTS }, () => 0) } as unknown as MdArray
    acknowledge({ version: 6 } as MdState, a, 150, 100)
    expect(a.acknowledged).toEqual([0, 7, 7, 0, 0, 0, 0, 0])
  })
  test('VS-56 an acknowledged write survives the loss of each disk in turn, each after the recovery', () => {
    const s = new Session(3)
    s.mirror('abc')
    for (const [host, name] of [[1, 'sda'], [2, 'sdb'], [3, 'sdc'], [1, 'sda']] as const) {
      s.hostDown(host, false)
      expect(s.write()).toBe(0)
      s.wait(10)
      s.hostUp(host)
      s.recover(host, name, [['md1', 3]])
      s.wait(10)
    }
    expect(s.array().lostData).toBe(false)
    s.type('mdadm --stop /dev/md1')
    s.type('mdadm --assemble /dev/md1 /dev/sda3 /dev/sdb3 /dev/sdc3')
    expect(s.array().lostData).toBe(false)
    expect(s.array().inSync).toBe(2)
  })
  test('VS-56 VS-51 booting from the stale half loses what the other half had acknowledged, and is told once', () => {
    const told: PlannedEvent[] = []
    const sim = planned({ arrays: { md1: { members: ['d1/root', 'd2/root'], io: { commitEvery: '5s' } } }, onEntry: ({ event }) => { if (event.type === 'md.dataLost') told.push(event) } })
    sim.runUntil(60 * SECOND)
    sim.dispatch({ type: 'md.fail', array: md1, device: 'sdb1' })
    sim.runUntil(120 * SECOND)
    sim.dispatch({ type: 'md.powerDown', guest: 'router' as never, how: 'orderly' })
    sim.dispatch({ type: 'scsi.losePath', disk: 'd1' as never })
    sim.dispatch({ type: 'scsi.busDown', guest: 'router' as never })
    sim.runUntil(180 * SECOND)
    sim.dispatch({ type: 'scsi.busUp', guest: 'router' as never })
    sim.dispatch({ type: 'md.assembleScan', guest: 'router' as never })
    expect(told).toEqual([{ type: 'md.dataLost', array: md1, because: 'stale' }])
  })
  test('VS-97 a buffered write to a lost array looks successful, is not acknowledged, and so is not counted as kept', () => {
    const s = new Session(2)
    s.mirror('ab')
    s.write()
    const before = [...s.array().acknowledged]
    s.hostDown(1, false)
    s.hostDown(2, false)
    expect(s.do({ type: 'md.write', array: md1, buffered: true })).toBeUndefined()
    expect(s.array().acknowledged).toEqual(before)
    expect(s.do({ type: 'md.write', array: md1 })).toEqual({ status: 1, text: 'Input/output error' })
  })
  test('VS-56 a member whose space was made anew under it holds nothing: data in sync that is gone is told', () => {
    const s = new Session(2)
    s.mirror('ab')
    s.write()
    s.blank(2)
    expect(s.array().lostData).toBe(true)
  })
  test('VS-88 VS-56 taking a failed member back without a bitmap copies nothing, and stale data is in sync', () => {
    const s = new Session(3)
    s.mirror('ab', { raidDevices: 2 })
    s.type('mdadm /dev/md1 -f /dev/sdb3')
    s.write()
    expect(s.type('mdadm /dev/md1 --re-add /dev/sdb3')).toBe(0)
    s.wait(5)
    expect(s.array().inSync).toBe(2)
    expect(s.array().lostData).toBe(true)
  })
  test('VS-47 what the target of a broken recovery had copied is not taken for the whole', () => {
    const s = new Session(3, { speed: 5000 })
    s.mirror('abc')
    s.hostDown(1, false)
    s.write()
    s.wait(4)
    s.hostDown(2, false)
    s.wait(1)
    s.type('mdadm --stop /dev/md1')
    expect(s.type('mdadm --assemble --run /dev/md1 /dev/sdc3')).toBe(1)
  })
})
