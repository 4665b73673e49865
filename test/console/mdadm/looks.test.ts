import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ctime } from '../../../src/console/commands/mdadm/ctime.ts'
import { humanSize, humanSizeBrief, parseSize } from '../../../src/console/commands/mdadm/size.ts'
import { mirrored, Session } from './session.ts'

/** The lines of the recordings that say a size in words: independent of what this program makes of it. */
const RECORDED = readFileSync('test/golden/md/s02-create-md090.txt', 'utf8') + readFileSync('test/golden/md/s03-create-md10-bitmap.txt', 'utf8')

describe('what mdadm shows', () => {
  it('sizes read as in the recordings', () => {
    let seen = 0
    for (const [, kib, words] of RECORDED.matchAll(/(?:Array Size|Used Dev Size) : (\d+)(?: KiB)?( \(.*\))/g)) { expect(humanSize(Number(kib) * 1024)).toBe(words); seen++ }
    for (const [, sectors, words] of RECORDED.matchAll(/: (\d+) sectors( \(.*\))/g)) { expect(humanSize(Number(sectors) * 512)).toBe(words); seen++ }
    expect(seen).toBeGreaterThan(10)
    expect([humanSize(1024), humanSizeBrief(92160 * 1024, 'IEC'), humanSizeBrief(92160 * 1024, 'JEDEC'), humanSize(3 * 2 ** 30)]).toEqual(['', '90.00MiB', '94.37MB', ' (3.00 GiB 3.22 GB)'])
    expect([parseSize('64'), parseSize('64K'), parseSize('1M'), parseSize('8s'), parseSize('0'), parseSize('1X'), parseSize('-4')]).toEqual([128, 128, 2048, 8, null, null, null])
  })
  it('times are those of the calendar', () => {
    expect(ctime(0)).toBe('Thu Jan  1 00:00:00 1970')
    for (const seconds of [951_782_400, 1_795_210_199, 4_102_444_799, 1_709_164_800]) expect(ctime(seconds)).toBe(new Date(seconds * 1000).toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) (.*) GMT$/, (_all, day: string, date: string, month: string, year: string, time: string) => `${day} ${month} ${date.replace(/^0/, ' ')} ${time} ${year}`))
  })
  it('--detail --test tells the state by its status', () => {
    const s = mirrored(), test = (): number | null => s.run('mdadm --detail --test /dev/md1').status
    expect(test()).toBe(0)
    s.run('mdadm /dev/md1 --remove /dev/sdc3 -f /dev/sdb3')
    expect(test()).toBe(1)
    expect(s.run('mdadm --detail --test /dev/md7')).toEqual({ out: '', err: 'mdadm: cannot open /dev/md7: No such file or directory\n', status: 4 })
    expect(s.run('mdadm --detail /dev/sda3')).toEqual({ out: '', err: 'mdadm: /dev/sda3 does not appear to be an md device\n', status: 1 })
    s.do({ type: 'scsi.losePath', disk: 'd1' })
    s.do({ type: 'scsi.deleteDevice', guest: 'lpar1', name: 'sda' })
    expect(s.run('mdadm --detail /dev/md1').out).toContain('clean, FAILED ')
    expect(test()).toBe(2)
  })
  it('VS-95 a removed device whose member was never touched is missing', () => {
    const s = mirrored()
    s.do({ type: 'scsi.losePath', disk: 'd2' })
    s.do({ type: 'scsi.deleteDevice', guest: 'lpar1', name: 'sdb' })
    expect(s.run('mdadm --detail /dev/md1').out).toMatch(/State : clean, degraded .*1 {7}8 {7}19 {8}1 {6}active sync {3}missing\n/s)
    expect(s.mdstat).toContain('[UU]')
  })
  it('the forms for scripts', () => {
    const s = mirrored()
    expect(s.run('mdadm --detail --export /dev/md1').out).toMatch(/^MD_LEVEL=raid1\nMD_DEVICES=2\nMD_METADATA=1\.2\nMD_UUID=([0-9a-f]{8}:){3}[0-9a-f]{8}\nMD_NAME=lpar1:1\nMD_DEVICE_dev_sdc3_ROLE=spare\nMD_DEVICE_dev_sdc3_DEV=\/dev\/sdc3\n/)
    expect(s.run('mdadm --examine --export /dev/sda3').out).toMatch(/^MD_LEVEL=raid1\nMD_DEVICES=2\nMD_NAME=lpar1:1\nMD_ARRAY_SIZE=94\.37MB\nMD_UUID=.*\nMD_UPDATE_TIME=\d+\nMD_DEV_UUID=.*\nMD_EVENTS=\d+\n$/)
    expect(s.run('mdadm --detail --brief --verbose /dev/md1').out).toMatch(/^ARRAY \/dev\/md1 level=raid1 num-devices=2 metadata=1\.2 spares=1 name=lpar1:1 UUID=\S+\n {3}devices=\/dev\/sda3,\/dev\/sdb3,\/dev\/sdc3\n$/)
    expect(s.run('mdadm --examine --scan').out).toMatch(/^ARRAY \/dev\/md\/1 {2}metadata=1\.2 UUID=\S+ name=lpar1:1\n {3}spares=1\n$/)
    expect(s.run('mdadm -Q /dev/md1 /dev/sda3').out).toBe('/dev/md1: 90.00MiB raid1 2 devices, 1 spare. Use mdadm --detail for more detail.\n' +
      '/dev/sda3: is not an md array\n/dev/sda3: device 0 in 2 device active raid1 /dev/md1.  Use mdadm --examine for more detail.\n')
    expect(s.run('mdadm -E /dev/sda').out).toBe('/dev/sda:\n   MBR Magic : aa55\nPartition[0] :         8192 sectors at         2048 (type 41)\nPartition[1] :        65536 sectors at        10240 (type fd)\nPartition[2] :       186368 sectors at        75776 (type fd)\n')
    expect(s.run('mdadm -E /dev/sda1')).toEqual({ out: '', err: 'mdadm: No md superblock detected on /dev/sda1.\n', status: 1 })
  })
  it('UUIDs and times of one array are the same on all of its members, those of devices differ', () => {
    const s = mirrored(), field = (device: string, name: string): string => new RegExp(`${name} : (.*)`).exec(s.run(`mdadm -E ${device}`).out)?.[1] ?? ''
    expect(new Set(['/dev/sda3', '/dev/sdb3', '/dev/sdc3'].map(device => field(device, 'Array UUID'))).size).toBe(1)
    expect(new Set(['/dev/sda3', '/dev/sdb3', '/dev/sdc3'].map(device => field(device, 'Device UUID'))).size).toBe(3)
    const given = new Session()
    given.run('mdadm -C /dev/md1 -R -e1.2 -l1 -n2 --uuid=01234567:89abcdef:01234567:89abcdef /dev/sda3 /dev/sdb3')
    expect(given.run('mdadm -D /dev/md1').out).toContain('UUID : 01234567:89abcdef:01234567:89abcdef\n')
  })
})

describe('mdadm --monitor', () => {
  const program = (s: Session): void => {
    s.file('/run/ev', '#!/bin/sh\necho "$*" >> /run/events\n', 0o755)
    s.file('/etc/mdadm/mdadm.conf', 'ARRAY /dev/md1 name=lpar1:1 spares=1\nPROGRAM /run/ev\n')
  }
  it('runs a program for what happens, in the order of the recording', () => {
    const s = mirrored()
    program(s)
    const { p } = s.start('mdadm --monitor --scan --delay=1')
    s.advance(2)
    s.run('mdadm /dev/md1 -f /dev/sda3')
    s.settle()
    s.advance(3)
    const events = s.text('/run/events').trim().split('\n').filter(line => !/^Rebuild\d/.test(line))
    expect(events).toEqual(['Fail /dev/md1 /dev/sda3', 'RebuildStarted /dev/md1', 'RebuildFinished /dev/md1', 'SpareActive /dev/md1 /dev/sdc3'])
    expect(p.dead).toBe(false)
  })
  it('writes mail for failures only, and keeps it in the box', () => {
    const s = mirrored()
    s.start('mdadm --monitor --mail=root --delay=1 /dev/md1')
    s.advance(2)
    s.run('mdadm /dev/md1 -f /dev/sdb3')
    s.settle()
    s.advance(2)
    const mail = s.text('/var/mail/root')
    expect(mail.match(/^Subject: .*/gm)).toEqual(['Subject: Fail event on /dev/md1:lpar1'])
    expect(mail).toContain('It could be related to component device /dev/sdb3.\n\nFaithfully yours, etc.\n\nP.S. The /proc/mdstat file currently contains the following:\n\nPersonalities : [raid1] \n')
  })
  it('looks once: a degraded array and missing spares are told, a healthy one is not; without anywhere to tell it refuses', () => {
    const s = mirrored()
    expect(s.run('mdadm --monitor --scan -1')).toEqual({ out: '', err: 'mdadm: No mail address or alert command - not monitoring.\n', status: 1 })
    expect(s.run('mdadm --monitor')).toEqual({ out: '', err: 'mdadm: Cannot monitor: need --scan or at least one device\n', status: 1 })
    expect(s.run('mdadm --monitor -1 /dev/md1')).toEqual({ out: '', err: '', status: 0 })
    program(s)
    s.run('mdadm /dev/md1 --remove /dev/sdc3')
    s.run('mdadm --monitor --scan -1')
    expect(s.text('/run/events')).toBe('SparesMissing /dev/md1\n')
    s.run('mdadm /dev/md1 -f /dev/sdb3')
    s.run('mdadm --monitor --scan -1')
    expect(s.text('/run/events')).toBe('SparesMissing /dev/md1\nDegradedArray /dev/md1\nSparesMissing /dev/md1\n')
    expect(s.run('mdadm --monitor -1 --test /dev/md1 --program=/bin/none').status).toBe(0)
  })
  it('VS-44 a spare goes to the array of its group that has none, if a monitor runs', () => {
    const s = new Session({ disks: 3 })
    s.run('mdadm -C /dev/md0 -R -e1.2 -l1 -n2 /dev/sda2 /dev/sdb2')
    s.run('mdadm -C /dev/md1 -R -e1.2 -l1 -n2 -x1 /dev/sda3 /dev/sdb3 /dev/sdc3')
    s.settle()
    s.file('/etc/mdadm/mdadm.conf', 'ARRAY /dev/md0 name=lpar1:0 spare-group=g\nARRAY /dev/md1 name=lpar1:1 spare-group=g\nMAILADDR root\n')
    s.start('mdadm --monitor --scan --daemonise --delay=1')
    s.advance(2)
    s.run('mdadm /dev/md0 -f /dev/sdb2')
    s.advance(3)
    s.settle()
    expect(s.mdstat).toMatch(/md0 : active raid1 sdc3\[2\] sdb2\[1\]\(F\) sda2\[0\]/)
    expect(s.mdstat).not.toMatch(/md1 : .*sdc3/)
  })
})
