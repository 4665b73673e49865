import { describe, expect, test } from 'vitest'
import { GUEST, Lab } from './support.ts'

describe('/proc/scsi/scsi', () => {
  test('VS-62 remove-single-device takes host, channel, id and lun of a device, and the adapter stays', () => {
    const lab = new Lab()
    expect(lab.write('/proc/scsi/scsi', 'scsi remove-single-device 1 0 0 0\n')).toBe('ok')
    expect(lab.read('/proc/scsi/scsi').match(/Host: \S+/g)).toEqual(['Host: scsi0', 'Host: scsi2'])
    expect(lab.names('/sys/class/scsi_host')).toEqual(['host0', 'host1', 'host2'])
    expect(lab.names('/dev')).not.toContain('sdb')
    expect(lab.read('/sys/block/sdb/device/state')).toBe('ENOENT')
  })
  test('VS-92 what is scanned again comes last, and a device that is there is passed over without a complaint', () => {
    const lab = new Lab({ arrays: {} })
    lab.write('/proc/scsi/scsi', 'scsi remove-single-device 0 0 0 0')
    expect(lab.write('/proc/scsi/scsi', 'scsi add-single-device 0 0 0 0')).toBe('ok')
    expect(lab.write('/proc/scsi/scsi', 'scsi add-single-device 1 0 0 0')).toBe('ok')
    expect(lab.read('/proc/scsi/scsi').match(/Host: \S+/g)).toEqual(['Host: scsi1', 'Host: scsi2', 'Host: scsi0'])
  })
  test.each([
    ['scsi nonsense', 'EINVAL'], ['“scsi remove-single-device 0 0 0 0”', 'EINVAL'], ['scsi remove-single-device 9 0 0 0', 'ENXIO'], ['scsi remove-single-device 0 0 5 0', 'ENXIO'],
    ['scsi add-single-device 9 0 0 0', 'ENXIO'], ['scsi add-single-device 0 1 0 0', 'EINVAL'],
  ])('%s: %s', (words, errno) => {
    expect(new Lab().write('/proc/scsi/scsi', Buffer.from(words).toString('latin1'))).toBe(errno)
  })
  test('a kernel built without it has no such file', () => {
    expect(new Lab({ options: { scsiProc: false } }).read('/proc/scsi/scsi')).toBe('ENOENT')
  })
})

describe('sysfs of the bus', () => {
  test.each([['- - -', 'ok'], ['0 0 0', 'ok'], ['x', 'EINVAL'], ['- -', 'EINVAL'], ['- - - -', 'EINVAL'], ['1 - -', 'EINVAL'], ['0x0 - 0', 'ok']])('scan of a host with "%s": %s', (words, errno) => {
    expect(new Lab().write('/sys/class/scsi_host/host1/scan', `${words}\n`)).toBe(errno)
  })
  test('a host that is not there has no directory, and nothing can be made in /sys', () => {
    expect(new Lab().write('/sys/class/scsi_host/host9/scan', '- - -')).toBe('ENOENT')
    expect(new Lab().write('/sys/class/scsi_host/new', 'x')).toBe('EPERM')
  })
  test('every name that leads to a device leads to the same files', () => {
    const lab = new Lab()
    for (const path of ['/sys/block/sdb/device', '/sys/class/block/sdb/device', '/sys/class/scsi_device/1:0:0:0/device', '/sys/bus/scsi/devices/1:0:0:0', '/sys/class/scsi_disk/1:0:0:0/device', '/sys/dev/block/8:16/device', '/sys/devices/vio/30000003/host1/target1:0:0/1:0:0:0'])
      expect([path, lab.read(`${path}/state`), lab.read(`${path}/vendor`)]).toEqual([path, 'running\n', 'IBM     \n'])
    expect(lab.read('/sys/class/block/sdb3/start')).toBe('75776\n')
    expect(lab.read('/sys/block/sdb/sdb3/size')).toBe(`${93_184 * 2}\n`)
    expect(lab.names('/sys/block/sdb/sdb3/holders')).toEqual(['md1'])
    expect(lab.names('/sys/block/md1/slaves')).toEqual(['sda3', 'sdb3', 'sdc3'])
  })
  test('state takes running and offline with a line end and nothing else; delete takes anything', () => {
    const lab = new Lab()
    expect([lab.write('/sys/block/sdb/device/state', 'offline'), lab.write('/sys/block/sdb/device/state', 'blocked\n'), lab.write('/sys/block/sdb/device/state', 'offline\n')]).toEqual(['EINVAL', 'EINVAL', 'ok'])
    expect(lab.read('/sys/block/sdb/device/state')).toBe('offline\n')
    expect(lab.read('/dev/sdb')).toBe('ENXIO')
    expect(lab.write('/sys/block/sdb/device/delete', 'whatever')).toBe('ok')
    expect(lab.read('/dev/sdb')).toBe('ENOENT')
  })
  test('the time limit of a disk is read back, and garbage is refused', () => {
    const lab = new Lab()
    expect([lab.write('/sys/block/sda/device/timeout', '45\n'), lab.write('/sys/block/sda/device/timeout', 'x\n')]).toEqual(['ok', 'EINVAL'])
    expect(lab.read('/sys/block/sda/device/timeout')).toBe('45\n')
  })
})

describe('sysfs of md', () => {
  test('array and members, as the kernel words them', () => {
    const lab = new Lab(), md = '/sys/block/md1/md/'
    const words = (names: string[]) => names.map(name => lab.read(md + name).trim())
    expect(words(['level', 'raid_disks', 'array_state', 'sync_action', 'degraded', 'metadata_version', 'component_size', 'resync_start', 'consistency_policy'])).toEqual(['raid1', '2', 'clean', 'idle', '0', '1.2', '92160', 'none', 'resync'])
    expect(words(['dev-sda3/state', 'dev-sda3/slot', 'dev-sdc3/state', 'dev-sdc3/slot', 'dev-sdc3/recovery_start', 'dev-sda3/offset', 'rd0/state', 'rd1/block/start'])).toEqual(['in_sync', '0', 'spare', 'none', '0', '2048', 'in_sync', '75776'])
    expect(lab.names('/sys/block/md1/md')).toEqual(expect.arrayContaining(['dev-sda3', 'dev-sdb3', 'dev-sdc3', 'rd0', 'rd1']))
  })
  test('a member is failed and removed through its state, in use it is busy', () => {
    const lab = new Lab(), state = '/sys/block/md1/md/dev-sdb3/state'
    expect([lab.write(state, 'remove\n'), lab.write(state, 'nonsense\n'), lab.write(state, 'faulty\n')]).toEqual(['EBUSY', 'EINVAL', 'ok'])
    expect(lab.read(state)).toBe('faulty\n')
    expect(lab.read('/proc/mdstat')).toContain('sdb3[1](F)')
    expect(lab.read('/sys/block/md1/md/rd1/state')).toBe('spare\n')
    expect(lab.write(state, 'remove\n')).toBe('ok')
    expect(lab.read(state)).toBe('ENOENT')
  })
  test('sync_action: what is asked for runs, a second one is busy, a word that is none is invalid', () => {
    const lab = new Lab(), action = '/sys/block/md1/md/sync_action'
    expect([lab.write(action, 'rubbish\n'), lab.write(action, 'check\n'), lab.write(action, 'repair\n')]).toEqual(['EINVAL', 'ok', 'EBUSY'])
    expect(lab.read(action)).toBe('check\n')
    expect(lab.write(action, 'idle\n')).toBe('ok')
    expect(lab.read('/sys/block/md1/md/last_sync_action')).toBe('check\n')
  })
  test('speed limits of the array and of the system', () => {
    const lab = new Lab(), max = '/sys/block/md1/md/sync_speed_max'
    expect(lab.read(max)).toBe('200000 (system)\n')
    expect([lab.write(max, '5000\n'), lab.write(max, '0\n'), lab.write(max, 'x\n')]).toEqual(['ok', 'EINVAL', 'EINVAL'])
    expect(lab.read(max)).toBe('5000 (local)\n')
    expect([lab.write('/proc/sys/dev/raid/speed_limit_max', '7000\n'), lab.write('/proc/sys/dev/raid/speed_limit_max', 'fast\n'), lab.write(max, 'system')]).toEqual(['ok', 'EINVAL', 'ok'])
    expect(lab.read(max)).toBe('7000 (system)\n')
  })
  test('what the model cannot do says so, and does not seem to succeed', () => {
    const lab = new Lab()
    expect(lab.write('/sys/block/md1/md/dev-sda3/state', 'blocked\n')).toBe('EOPNOTSUPP')
    expect(lab.said.at(-1)).toBe('hotspare: writing dev-sda3/state blocked of md1 is not modelled')
  })
  test('a stopped array is gone from /sys and /dev', () => {
    const lab = new Lab()
    expect(lab.write('/sys/block/md1/md/array_state', 'clear\n')).toBe('ok')
    expect([lab.read('/sys/block/md1/md/level'), lab.read('/dev/md1')]).toEqual(['ENOENT', 'ENOENT'])
  })
})

test('mounts, swaps and partitions', () => {
  const lab = new Lab()
  lab.partition.mounts.push({ source: '/dev/md1', target: '/mnt/a b', type: 'ext4', options: 'rw,relatime' })
  lab.partition.swaps.push({ path: '/dev/md0', sizeKib: 32_700, usedKib: 0, priority: -2 })
  for (const path of ['/proc/mounts', '/proc/self/mounts', '/etc/mtab']) expect(lab.read(path).split('\n').at(-2)).toBe('/dev/md1 /mnt/a\\040b ext4 rw,relatime 0 0')
  expect(lab.read('/proc/swaps')).toBe('Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n/dev/md0                                partition\t32700\t\t0\t\t-2\n')
  expect(lab.read('/proc/partitions')).toContain('   8       19      93184 sdb3\n')
})

test('VS-93 the node of a name is that of the disk which has it now', () => {
  const lab = new Lab({ arrays: {} }), node = () => lab.partition.machine.tree.find('/dev/sda', lab.partition.machine.tree.root)
  const before = node()
  expect(before).toMatchObject({ kind: 'block', major: 8, minor: 0 })
  expect(node()).toBe(before)
  lab.ask({ type: 'scsi.deleteDevice', guest: GUEST, name: 'sda' })
  lab.ask({ type: 'scsi.scan', guest: GUEST, host: 0 })
  expect(node()).not.toBe(before)
})
test('a node that a script deletes stays away until the device comes anew', () => {
  const lab = new Lab({ arrays: {} }), dev = lab.partition.machine.tree.mkdirs('/dev')
  dev.delete!('sdb3')
  expect(lab.names('/dev')).not.toContain('sdb3')
  lab.ask({ type: 'scsi.deleteDevice', guest: GUEST, name: 'sdb' })
  lab.ask({ type: 'scsi.scan', guest: GUEST, host: 1 })
  expect(lab.names('/dev')).toContain('sdb3')
})
test('VS-41 reading and writing an array: it serves as long as a copy can be reached, and is EIO after that', () => {
  const lab = new Lab()
  lab.loseDisk(1)
  expect([lab.head('/dev/md1'), lab.write('/dev/md1', 'x')]).toEqual(['\0', 'ok'])
  lab.loseDisk(2)
  lab.loseDisk(3)
  expect([lab.write('/dev/md1', 'x'), lab.head('/dev/md1')]).toEqual(['EIO', 'EIO'])
  expect(lab.read('/dev/sdb')).toBe('EIO')
})
