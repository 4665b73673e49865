import { expect, test } from 'vitest'
import { decimal } from '../../src/console/kernel-log.ts'
import { stamp } from '../../src/console/log.ts'
import { GUEST, Lab } from './support.ts'

test('VS-43 a disk that is lost is not in the log until somebody writes, then in the words of the real kernel', () => {
  const lab = new Lab({ options: { driver: 'virtio_scsi' } })
  lab.loseDisk(2)
  lab.wait(30)
  expect(lab.said).toEqual([])
  lab.write('/dev/md1', 'x')
  expect(lab.said).toEqual([
    'sd 1:0:0:0: [sdb] tag#0 FAILED Result: hostbyte=DID_BAD_TARGET driverbyte=DRIVER_OK cmd_age=0s', 'sd 1:0:0:0: [sdb] tag#0 CDB: Synchronize Cache(10) 35 00 00 00 00 00 00 00 00 00',
    'I/O error, dev sdb, sector 8 op 0x1:(WRITE) flags 0x9800 phys_seg 1 prio class 2', 'md: super_written gets error=-5',
    'md/raid1:md1: Disk failure on sdb3, disabling device.', 'md/raid1:md1: Operation continuing on 1 devices.', 'md: recovery of RAID array md1',
  ])
})
test('a member that is failed by request has no failed command before it, and a spare takes no copy with it', () => {
  const lab = new Lab()
  lab.ask({ type: 'md.fail', array: 'md1' as never, device: 'sdc3' })
  lab.wait(0)
  expect(lab.said).toEqual(['md/raid1:md1: Disk failure on sdc3, disabling device.', 'md/raid1:md1: Operation continuing on 2 devices.'])
})
test('two members that fail in one write leave two, then one', () => {
  const lab = new Lab({ disks: 4, arrays: { md1: { members: ['d1/root', 'd2/root', 'd3/root'], raidDevices: 3 } } })
  lab.loseDisk(1)
  lab.loseDisk(2)
  lab.write('/dev/md1', 'x')
  expect(lab.said.filter(line => line.includes('continuing'))).toEqual(['md/raid1:md1: Operation continuing on 2 devices.', 'md/raid1:md1: Operation continuing on 1 devices.'])
})
test('stop and assembly', () => {
  const lab = new Lab()
  lab.ask({ type: 'md.stop', array: 'md1' as never })
  lab.ask({ type: 'md.assemble', guest: GUEST, name: 'md1', devices: ['sda3', 'sdb3', 'sdc3'] })
  expect(lab.said).toEqual(['md1: detected capacity change from 184320 to 0', 'md: md1 stopped.', 'md: md1 stopped.', 'md/raid1:md1: active with 2 out of 2 mirrors', 'md1: detected capacity change from 0 to 184320'])
})
test('a replaced member goes without a word', () => {
  const lab = new Lab()
  lab.ask({ type: 'md.replace', array: 'md1' as never, device: 'sdb3' })
  lab.wait(60)
  expect(lab.said).toEqual(['md: recovery of RAID array md1', 'md: md1: recovery done.'])
  expect(lab.read('/sys/block/md1/md/dev-sdb3/state')).toBe('faulty\n')
})
test('VS-9 removal and rescan; a reset is told only of a disk that was away', () => {
  const lab = new Lab({ arrays: {} })
  const again = () => {
    lab.ask({ type: 'scsi.deleteDevice', guest: GUEST, name: 'sdb' })
    lab.restoreDisk(2)
    lab.ask({ type: 'scsi.scan', guest: GUEST, host: 1 })
    return lab.said.splice(0)
  }
  expect(again().filter(line => /Synchroniz|reset/.test(line))).toEqual(['sd 1:0:0:0: [sdb] Synchronizing SCSI cache'])
  lab.loseDisk(2)
  expect(again()).toEqual(expect.arrayContaining(['sd 1:0:0:0: [sdb] Synchronize Cache(10) failed: Result: hostbyte=DID_ERROR driverbyte=DRIVER_OK', 'sd 1:0:0:0: Power-on or device reset occurred',
    'sd 1:0:0:0: [sdb] 262144 512-byte logical blocks: (134 MB/128 MiB)', ' sdb: sdb1 sdb2 sdb3']))
})
test('VS-5 error handling of a disk whose server hangs, step by step, in the words of ibmvscsi', () => {
  const lab = new Lab()
  lab.ask({ type: 'scsi.silencePath', disk: 'd2' as never })
  lab.ask({ type: 'md.write', array: 'md1' as never })
  lab.wait(3600)
  expect(lab.said.slice(0, 5)).toEqual(['sd 1:0:0:0: aborting command. lun 0x8000000000000000, tag 0x0', 'sd 1:0:0:0: resetting device. lun 0x8000000000000000', 'ibmvscsi 30000003: Resetting connection due to error recovery',
    'sd 1:0:0:0: Device offlined - not ready after error recovery', 'sd 1:0:0:0: rejecting I/O to offline device'])
})
test('dmesg is what was said since the boot, /var/log/syslog has it all, with what programs say', () => {
  const lab = new Lab({ options: { epoch: 1_767_571_200_000_000 } })
  lab.wait(61)
  lab.ask({ type: 'md.fail', array: 'md1' as never, device: 'sdc3' })
  lab.wait(1)
  lab.partition.log.says('mdadm[312]', 'FailSpare event detected', 5)
  expect(lab.write('/dev/kmsg', '<3>from a script\n')).toBe('ok')
  expect(lab.read('/var/log/syslog')).toBe('Jan  5 00:01:01 router kernel: [   61.000000] md/raid1:md1: Disk failure on sdc3, disabling device.\n' +
    'Jan  5 00:01:01 router kernel: [   61.000000] md/raid1:md1: Operation continuing on 2 devices.\nJan  5 00:01:02 router mdadm[312]: FailSpare event detected\nJan  5 00:01:02 router kernel: [   62.000000] from a script\n')
  expect(lab.read('/var/log/kern.log').split('\n')).toHaveLength(4)
  expect(lab.said).toHaveLength(3)
})
test('sizes as the kernel rounds them', () => {
  expect([[134_217_728, 1000], [134_217_728, 1024], [1_500_000_000, 1000], [999, 1000], [73_400_320_000, 1024]].map(([bytes, base]) => decimal(bytes!, base as 1000))).toEqual(['134 MB', '128 MiB', '1.50 GB', '999 B', '68.4 GiB'])
  expect([stamp(0), stamp(123_456_789), stamp(99_999_000_001)]).toEqual(['    0.000000', '  123.456789', '99999.000001'])
})
