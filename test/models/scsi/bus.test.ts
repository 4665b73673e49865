import { describe, expect, test } from 'vitest'
import { GUEST } from '../../conformance/md-guest.ts'
import { Session } from '../md/session.ts'
import { outcome, sdName, type DiskId } from '../../../src/models/scsi/state.ts'
import { procScsi } from '../../../src/console/views/scsi-proc.ts'

const scan = (host: number) => `echo "- - -" > /sys/class/scsi_host/host${host - 1}/scan`
const drop = (host: number) => `echo "scsi remove-single-device ${host - 1} 0 0 0" > /proc/scsi/scsi`

describe('paths', () => {
  test('VS-7 a path that is back works again on a device that is still running, and does not for one that went offline', () => {
    const s = new Session(2)
    s.hostDown(2, false)
    expect(s.type('dd if=/dev/sdb of=/dev/null count=1')).toBe(1)
    s.hostUp(2)
    expect(s.type('dd if=/dev/sdb of=/dev/null count=1')).toBe(0)
    s.type('echo offline > /sys/block/sdb/device/state')
    s.hostDown(2, false)
    s.hostUp(2)
    expect(s.stateOf('sdb')).toBe('offline')
    expect(s.type('dd if=/dev/sdb of=/dev/null count=1')).toBe(1)
    s.type('echo running > /sys/block/sdb/device/state')
    expect(s.type('dd if=/dev/sdb of=/dev/null count=1')).toBe(0)
  })
  test('VS-8 an offline device comes back by remove and scan as well', () => {
    const s = new Session(2)
    s.type('echo offline > /sys/block/sdb/device/state')
    s.type(drop(2))
    s.type(scan(2))
    expect(s.stateOf('sdb')).toBe('running')
  })
  test('a broken medium answers INQUIRY and flush and nothing else', () => {
    const s = new Session(1), device = s.world.scsi.disks['d1' as DiskId]!.device!
    s.hostDown(1, true)
    expect((['read', 'write', 'flush'] as const).map(kind => outcome(s.world.scsi, device, kind))).toEqual(['error', 'error', 'ok'])
  })
})

describe('error handling of a silent device', () => {
  test('VS-5 DD-51 commands wait for the timeout, abort, reset and host reset, and only then is the device offline', () => {
    const s = new Session(2), steps: [number, string][] = []
    s.mirror('ab')
    s.silence(2)
    s.write()
    const began = s.now
    expect(s.array().access.stalled).toBe(true)
    for (let waited = 0; waited < 700; waited += 10) {
      s.wait(10)
      const d = s.world.scsi.devices[s.world.scsi.disks['d2' as DiskId]!.device!]!
      if (steps.at(-1)?.[1] !== (d.escalation ?? d.state)) steps.push([Math.floor((s.now - began) / 10) * 10, d.escalation ?? d.state])
    }
    expect(steps.map(([, step]) => step)).toEqual(['timeout', 'abort', 'reset', 'hostReset', 'offline'])
    expect(steps.slice(1).map(([at]) => at)).toEqual([120, 180, 240, 540])
    expect(s.look()).toBe('sdb3[1](F) sda3[0] | [2/1] [U_]')
    expect(s.array().access).toEqual({ readable: true, writable: true, stalled: false })
  })
  test('VS-5 nothing is counted before a command is sent: a silent disk under an idle array goes unnoticed', () => {
    const s = new Session(2)
    s.mirror('ab')
    s.silence(2)
    s.wait(3600)
    expect(s.stateOf('sdb')).toBe('running')
    expect(s.look()).toBe('sdb3[1] sda3[0] | [2/2] [UU]')
  })
  test('VS-7 a disk that answers again in time completes what waited, and nothing has failed', () => {
    const s = new Session(2)
    s.mirror('ab')
    s.silence(2)
    s.write()
    s.wait(100)
    s.hostUp(2)
    expect(s.array().access).toEqual({ readable: true, writable: true, stalled: false })
    expect(s.look()).toBe('sdb3[1] sda3[0] | [2/2] [UU]')
    expect(s.stateOf('sdb')).toBe('running')
  })
  test('VS-4 a silent host that is found dead fails what waited at once', () => {
    const s = new Session(2)
    s.mirror('ab')
    s.silence(2)
    s.write()
    s.wait(10)
    s.hostDown(2, false)
    expect(s.look()).toBe('sdb3[1](F) sda3[0] | [2/1] [U_]')
    expect(s.stateOf('sdb')).toBe('running')
  })
})

describe('scans', () => {
  test('VS-92 a scan touches neither an offline nor a present device', () => {
    const s = new Session(2)
    s.type('echo offline > /sys/block/sdb/device/state')
    expect(s.type(scan(2))).toBe(0)
    expect(s.stateOf('sdb')).toBe('offline')
    expect(s.names()).toEqual({ d1: 'sda', d2: 'sdb' })
  })
  test('VS-92 too early a scan gives a disk without partitions, and another scan does not help: it takes delete and scan', () => {
    const s = new Session(2)
    s.hostDown(2, true)
    s.type('echo 1 > /sys/block/sdb/device/delete')
    s.type(scan(2))
    s.hostUp(2)
    s.type(scan(2))
    expect(s.names()).toEqual({ d1: 'sda', d2: 'sdb' })
    s.mirror('a-')
    expect(s.type('mdadm /dev/md1 -a /dev/sdb3')).toBe(1)
    s.type('echo 1 > /sys/block/sdb/device/delete')
    s.type(scan(2))
    expect(s.type('mdadm /dev/md1 -a /dev/sdb3')).toBe(0)
  })
  test('VS-92 a rescanned host goes to the end of /proc/scsi/scsi', () => {
    const s = new Session(3)
    s.type(drop(2))
    s.type(scan(2))
    expect(procScsi(s.world.scsi, GUEST).match(/scsi\d Ch/g)).toEqual(['scsi0 Ch', 'scsi2 Ch', 'scsi1 Ch'])
  })
  test('VS-60 a scan while the host is away finds nothing and says nothing, as does add-single-device', () => {
    const s = new Session(2)
    s.hostDown(2, false)
    s.type(drop(2))
    expect(s.type(scan(2))).toBe(0)
    expect(s.type('echo "scsi add-single-device 1 0 0 0" > /proc/scsi/scsi')).toBe(0)
    expect(s.names()).toEqual({ d1: 'sda' })
  })
  test('VS-62 remove-single-device removes a device and leaves its adapter, which can be scanned', () => {
    const s = new Session(2)
    expect(s.type(drop(1))).toBe(0)
    expect(s.names()).toEqual({ d2: 'sdb' })
    expect(s.type(scan(1))).toBe(0)
    expect(s.names()).toEqual({ d1: 'sda', d2: 'sdb' })
    expect(s.type('echo "scsi remove-single-device 9 0 0 0" > /proc/scsi/scsi')).toBe(1)
    expect(s.type('echo "scsi remove-single-device 0 0 5 0" > /proc/scsi/scsi')).toBe(1)
    expect(s.type('echo x > /sys/class/scsi_host/host0/scan')).toBe(1)
    expect(s.type('echo "- - -" > /sys/class/scsi_host/host9/scan')).toBe(1)
  })
})

describe('names', () => {
  test('VS-93 VS-9 with one member left behind, sdb comes back as sdc where two hosts are, and as sdd where three', () => {
    for (const [hosts, name] of [[2, 'sdc'], [3, 'sdd']] as const) {
      const s = new Session(hosts)
      s.mirror('ab')
      s.hostDown(2, false)
      s.type(drop(2))
      s.hostUp(2)
      s.type(scan(2))
      expect(s.names().d2).toBe(name)
      // Once nothing holds it, the letter is free for the next one.
      s.write()
      s.type('mdadm /dev/md1 --remove failed')
      s.type(drop(2))
      s.type(scan(2))
      expect(s.names().d2).toBe('sdb')
    }
  })
  test('VS-93 even the right order gives another name if an earlier letter is free', () => {
    const s = new Session(3)
    s.type(drop(1))
    s.type(drop(3))
    s.type(scan(3))
    expect(s.names()).toEqual({ d2: 'sdb', d3: 'sda' })
  })
  test('VS-10 letters go on after sdz', () => {
    expect([0, 25, 26, 27, 701, 702].map(sdName)).toEqual(['sda', 'sdz', 'sdaa', 'sdab', 'sdzz', 'sdaaa'])
  })
  test('VS-2 a guest that boots names the disks it reaches from sda on; a late one needs a scan', () => {
    const s = new Session(3)
    s.hostDown(1, false)
    s.restart(true)
    expect(s.names()).toEqual({ d2: 'sda', d3: 'sdb' })
    s.hostUp(1)
    s.wait(60)
    expect(s.names()).toEqual({ d2: 'sda', d3: 'sdb' })
    s.type(scan(1))
    expect(s.names()).toEqual({ d2: 'sda', d3: 'sdb', d1: 'sdc' })
  })
})
