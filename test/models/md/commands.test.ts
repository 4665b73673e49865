import { describe, expect, test } from 'vitest'
import { detail } from '../../../src/console/views/detail.ts'
import { mdFile } from '../../../src/console/views/md-sysfs.ts'
import { GUEST } from '../../conformance/md-guest.ts'
import type { ArrayId } from '../../../src/models/md/state.ts'
import { Session } from './session.ts'

const detailOf = (s: Session) => detail(s.world.scsi, s.world.md, s.array(), s.sim.now)

describe('what mdadm 4.2 makes of what was typed', () => {
  test('VS-48 metadata 1.1 lies at the beginning and leaves as much room as 1.2', () => {
    const s = new Session(2)
    s.mirror('ab', { metadata: '1.1' })
    expect(s.array()).toMatchObject({ metadata: '1.1', sizeKib: 92160 })
    expect(s.do({ type: 'md.create', guest: GUEST, array: 'md2' as ArrayId, metadata: '1.1', devices: ['sda2', 'sdb2'], raidDevices: 2 })).toBeUndefined()
  })
  test('VS-60 VS-96 a name without /dev is the array\'s own: it fails and removes a member that /dev has no more, and adds nothing', () => {
    const s = new Session(3, { speed: 5000 })
    s.mirror('abc')
    s.hostDown(2, false)
    s.type('echo 1 > /sys/block/sdb/device/delete')
    expect(s.type('mdadm /dev/md1 --fail /dev/sdb3')).toBe(1)
    expect(s.type('mdadm /dev/md1 --fail sdb3')).toBe(0)
    expect(s.look()).toBe('sdc3[2] sdb3[1](F) sda3[0] | [2/1] [U_] | recovery')
    expect(s.type('mdadm /dev/md1 --remove sdb3')).toBe(0)
    expect(s.type('mdadm /dev/md1 --remove sdb3')).toBe(1)
    s.hostUp(2)
    s.type('echo "- - -" > /sys/class/scsi_host/host1/scan')
    expect(s.type('mdadm /dev/md1 --add sdb3')).toBe(1)
    expect(s.type('mdadm /dev/md1 --add /dev/sdb3')).toBe(0)
    expect(s.look()).toBe('sdb3[3](S) sdc3[2] sda3[0] | [2/1] [U_] | recovery')
  })
  test('VS-88 --re-add failed and --re-add missing take back whatever can be taken back', () => {
    const s = new Session(2)
    s.mirror('ab', { more: '--bitmap=internal' })
    s.type('mdadm /dev/md1 --fail /dev/sdb3')
    expect(s.type('mdadm /dev/md1 --re-add failed')).toBe(0)
    s.wait(10)
    expect(s.look()).toMatch(/^sdb3\[1\] sda3\[0\] \| \[2\/2\] \[UU\]/)
    s.type('mdadm /dev/md1 --fail /dev/sdb3 --remove /dev/sdb3')
    expect(s.type('mdadm /dev/md1 --re-add missing')).toBe(0)
    s.wait(10)
    expect(s.look()).toMatch(/^sdb3\[1\] sda3\[0\] \| \[2\/2\] \[UU\]/)
  })
  test('VS-49 VS-88 once a spare has taken over in full, a failed member has no slot to go back to: it is busy, and --re-add failed makes a spare of it', () => {
    const s = new Session(3)
    s.mirror('abc')
    s.type('mdadm /dev/md1 --fail /dev/sdb3')
    s.wait(10)
    expect(s.type('mdadm /dev/md1 --re-add /dev/sdb3')).toBe(1)
    expect(s.look()).toBe('sdc3[2] sdb3[1](F) sda3[0] | [2/2] [UU]')
    s.type('mdadm /dev/md1 --re-add failed')
    expect(s.look()).toBe('sdb3[3](S) sdc3[2] sda3[0] | [2/2] [UU]')
  })
  test('VS-44 a recovery that somebody froze goes on after a device was added', () => {
    const s = new Session(3)
    s.mirror('ab')
    s.type('echo frozen > /sys/block/md1/md/sync_action')
    s.type('mdadm /dev/md1 --fail /dev/sdb3')
    expect(s.look()).toBe('sdb3[1](F) sda3[0] | [2/1] [U_]')
    s.type('mdadm /dev/md1 --add /dev/sdc3')
    expect(s.look()).toMatch(/^sdc3\[2\] sdb3\[1\]\(F\) sda3\[0\] \| \[2\/1\] \[U_\] \| recovery/)
  })
  test('VS-98 --grow adds and enlarges in one line, and --size=max takes all there is and copies what is new', () => {
    const s = new Session(3, { speed: 5000 })
    s.mirror('ab', { more: '--size=50000' })
    s.type('mdadm --grow /dev/md1 --size=max')
    expect(s.array().sizeKib).toBe(92160)
    expect(s.look()).toBe('sdb3[1] sda3[0] | [2/2] [UU] | resync')
    s.wait(20)
    s.type('mdadm --grow /dev/md1 --raid-devices=3 --add /dev/sdc3')
    expect(s.look()).toBe('sdc3[2] sdb3[1] sda3[0] | [3/2] [UU_] | recovery')
  })
  test('VS-81 nothing is added while no member in sync can be read: its superblock is what the new one would be made from', () => {
    const s = new Session(3)
    s.mirror('ab')
    s.hostDown(1, false)
    s.hostDown(2, false)
    expect(s.do({ type: 'md.add', array: 'md1' as ArrayId, device: 'sdc3' })).toEqual({ status: 1, text: 'mdadm: cannot load array metadata from /dev/md1' })
  })
})

describe('files of /sys/block/mdN/md', () => {
  const file = (s: Session, name: string) => mdFile(s.world.md, s.array(), name, s.sim.now)
  test('VS-90 sync_max holds a recovery too, and is forgotten with sync_min when a sync has been through', () => {
    const s = new Session(3)
    s.mirror('abc')
    s.type('echo 65536 > /sys/block/md1/md/sync_max')
    s.type('mdadm /dev/md1 --fail /dev/sdb3')
    s.wait(30)
    expect(file(s, 'sync_completed')).toBe('65536 / 184320')
    s.type('echo max > /sys/block/md1/md/sync_max')
    s.wait(10)
    expect(s.look()).toBe('sdc3[2] sdb3[1](F) sda3[0] | [2/2] [UU]')
    expect(file(s, 'last_sync_action')).toBe('recovery')
    s.type('echo 65536 > /sys/block/md1/md/sync_min; echo check > /sys/block/md1/md/sync_action')
    s.wait(20)
    expect([file(s, 'sync_min'), file(s, 'sync_max'), file(s, 'last_sync_action')]).toEqual(['0', 'max', 'check'])
  })
  test('VS-90 a check that was ended goes on from where it was when it is asked for again', () => {
    const s = new Session(2)
    s.mirror('ab')
    s.type('echo 65536 > /sys/block/md1/md/sync_max; echo check > /sys/block/md1/md/sync_action')
    s.wait(20)
    s.type('echo idle > /sys/block/md1/md/sync_action')
    expect([file(s, 'sync_min'), file(s, 'sync_max'), file(s, 'sync_action')]).toEqual(['65536', '65536', 'idle'])
  })
})

describe('names and lists of commands', () => {
  test('VS-51 an array is found by the name in its superblock or by its UUID, whatever device it is to become', () => {
    const s = new Session(2)
    s.mirror('ab', { more: '--name=data --uuid=11111111:22222222:33333333:44444444' })
    s.mirror('ab', { name: 'md2', partition: 2 })
    s.type('mdadm --stop --scan')
    expect(s.type('mdadm --assemble /dev/md7 --name=data')).toBe(0)
    expect(s.look('md7')).toBe('sda3[0] sdb3[1] | [2/2] [UU]')
    s.type('mdadm --stop /dev/md7')
    expect(s.type('mdadm -A /dev/md8 -u 11111111:22222222:33333333:44444444')).toBe(0)
    expect(s.look('md8')).toBe('sda3[0] sdb3[1] | [2/2] [UU]')
    expect(s.look('md2')).toBe('')
  })
  test('VS-51 a configuration file typed by hand gives the array its device', () => {
    const s = new Session(2)
    s.mirror('ab', { more: '--name=data' })
    s.type('mdadm --stop --scan')
    s.type('echo "ARRAY /dev/md5 name=lpar1:data" > /etc/mdadm.conf')
    expect(s.type('mdadm --assemble --scan')).toBe(0)
    expect(s.look('md5')).toBe('sda3[0] sdb3[1] | [2/2] [UU]')
  })
  test('VS-96 after && only what follows a success runs, after || only what follows a failure', () => {
    const s = new Session(3)
    s.mirror('ab')
    s.type('mdadm /dev/md1 --remove /dev/sdb3 && mdadm /dev/md1 --add /dev/sdc3')
    expect(s.look()).toBe('sdb3[1] sda3[0] | [2/2] [UU]')
    s.type('mdadm /dev/md1 --remove /dev/sdb3 || mdadm /dev/md1 --add /dev/sdc3')
    expect(s.look()).toBe('sdc3[2](S) sdb3[1] sda3[0] | [2/2] [UU]')
  })
})

describe('what mdadm 4.2 takes as good', () => {
  test('VS-51 two halves that each went on without the other are not put together: the one given first of two as recent wins', () => {
    const s = new Session(2)
    s.mirror('ab')
    for (const half of ['sda3', 'sdb3']) {
      s.type('mdadm --stop /dev/md1')
      s.type(`mdadm --assemble --run /dev/md1 /dev/${half}`)
      s.write()
    }
    s.type('mdadm --stop /dev/md1')
    s.type('mdadm --assemble /dev/md1 /dev/sda3 /dev/sdb3')
    expect(s.look()).toBe('sda3[0] | [2/1] [U_]')
  })
  test('VS-91 what was bound one by one and not started breaks no rule, whatever halves it is made of', () => {
    for (const metadata of ['1.2', '0.90']) {
      const s = new Session(3)
      s.mirror('abc', { metadata })
      s.type('mdadm /dev/md1 --fail /dev/sdb3')
      s.wait(10)
      s.type('mdadm --stop /dev/md1')
      for (const name of ['sdb3', 'sdc3']) {
        s.type(`mdadm --incremental /dev/${name}`)
        expect(s.look()).toMatch(/^inactive /)
        expect(s.sim.check()).toEqual([])
      }
    }
  })
  test('VS-86 a 0.90 array that was stopped during a recovery starts without --run: the member that was being rebuilt counts as a spare', () => {
    const s = new Session(3, { speed: 5000 })
    s.mirror('abc', { metadata: '0.90' })
    s.type('mdadm /dev/md1 --fail /dev/sda3')
    s.type('mdadm --stop /dev/md1')
    expect(s.type('mdadm --assemble /dev/md1 /dev/sdb3 /dev/sdc3')).toBe(0)
    expect(s.look()).toBe('sdb3[1] sdc3[*] | [2/1] [_U] | recovery')
  })
  test('VS-95 --detail calls an array failed when no member in sync is in /dev any more', () => {
    const s = new Session(2)
    s.mirror('ab')
    s.type('for d in sda sdb; do echo 1 > /sys/block/$d/device/delete; done')
    expect(detailOf(s)).toMatch(/State : clean, FAILED \n/)
  })
})
