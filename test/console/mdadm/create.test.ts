import { describe, expect, it } from 'vitest'
import { boxOf } from '../../../src/console/mail.ts'
import { mirrored, Session } from './session.ts'

const CREATE = 'mdadm --create /dev/md1 --level=1 --raid-devices=2'

describe('an array is made', () => {
  it('asks where something looks odd: y goes on, the end of input and n do not', () => {
    const note = "mdadm: Note: this array has metadata at the start and\n    may not be suitable as a boot device.  If you plan to\n    store '/boot' on this device please ensure that\n" +
      '    your boot-loader understands md/v1.x metadata, or use\n    --metadata=0.90\n', question = 'Continue creating array? '
    const s = new Session(), line = `${CREATE} /dev/sda3 /dev/sdb3`
    expect(s.run(line)).toEqual({ out: '', err: `${note}${question}mdadm: create aborted.\n`, status: 1 })
    expect(s.run(line, { input: 'n\n' })).toEqual({ out: '', err: `${note}${question}mdadm: create aborted.\n`, status: 1 })
    expect(s.run(line, { input: 'what\n\nno\n' }).err).toBe(`${note}${question}${question}(y/n) ${question}(y/n) mdadm: create aborted.\n`)
    expect(s.mdstat).not.toContain('md1')
    expect(s.run(line, { input: 'y\n'.repeat(100) })).toEqual({ out: '', err: `${note}${question}mdadm: Defaulting to version 1.2 metadata\nmdadm: array /dev/md1 started.\n`, status: 0 })
    expect(s.mdstat).toContain('md1 : active raid1 sdb3[1] sda3[0]')
  })
  it('tells of an array that was there before, and of a largest drive that is much larger', () => {
    const s = mirrored('', { mib: [128, 128, 64] })
    expect(s.mdstat).toContain('26624 blocks')
    s.run('mdadm --stop /dev/md1')
    const { err, status } = s.run(`${CREATE} --metadata=0.90 /dev/sda3 /dev/sdc3`)
    expect(status).toBe(1)
    expect(err).toMatch(/^mdadm: \/dev\/sda3 appears to be part of a raid array:\n {7}level=raid1 devices=2 ctime=Fri Nov 20 21:30:\d\d 2026\nmdadm: \/dev\/sdc3 appears .*\n.*\nmdadm: largest drive \(\/dev\/sda3\) exceeds size \(\d+K\) by more than 1%\nContinue/)
  })
  it('refuses what does not fit together, each with the status of the real tool', () => {
    const s = mirrored()
    for (const [words, err, status] of [
      ['mdadm -C /dev/md2 -l1 -n2 /dev/sda2', "You haven't given enough devices (real or missing) to create this array", 1],
      ['mdadm -C /dev/md2 -l1 -n2 /dev/sda2 /dev/sdb2 /dev/sdc2', 'You have listed more devices (3) than are in the array(2)!', 1],
      ['mdadm -C /dev/md2 -n2 /dev/sda2 /dev/sdb2', 'a RAID level is needed to create an array.', 1],
      ['mdadm -C /dev/md2 -l1', 'no raid-devices specified.', 1],
      ['mdadm -C -l1 -n2', 'an md device must be given in this mode', 2],
      ['mdadm -C /dev/md2 -l1 -n2 missing missing', "Subdevs can't be all missing", 1],
      ['mdadm -C /dev/md2 -l1 -n2 -c64 /dev/sda2 /dev/sdb2', 'specifying chunk size is forbidden for this level', 1],
      ['mdadm -C /dev/md2 -l1 -n2 -z 100M -e1.2 /dev/sda2 /dev/sdb2', '/dev/sda2 is smaller than given size. 31744K < 102400K + metadata\nmdadm: /dev/sdb2 is smaller than given size. 31744K < 102400K + metadata\nmdadm: create aborted', 1],
      ['mdadm -C /dev/md2 -l1 -n2 /dev/sda2 /dev/sdz2', 'cannot open /dev/sdz2: No such file or directory', 2],
      ['mdadm -C /dev/md2 -R -l1 -n2 /dev/sda3 /dev/sdb2', 'cannot open /dev/sda3: Device or resource busy', 2],
      ['mdadm -C /dev/foo -R -l1 -n2 -e1.0 /dev/sda2 /dev/sdb2', '/dev/foo is an invalid name for an md device.  Try /dev/md/foo', 1],
    ] as const) expect([words, s.run(words)]).toEqual([words, { out: '', err: expect.stringContaining(`mdadm: ${err}\n`), status }])
  })
  it('other levels and what needs more than RAID1 say that they are not modelled', () => {
    const s = new Session()
    for (const [words, what] of [['-l5 -n3 /dev/sda3 /dev/sdb3 /dev/sdc3', 'RAID level raid5'], ['-l1 -n2 -binternal --write-behind=8 /dev/sda3 -W /dev/sdb3', 'option --write-behind'], ['-l1 -n2 -eimsm /dev/sda3 /dev/sdb3', 'imsm metadata']] as const)
      expect(s.run(`mdadm -C /dev/md1 -R ${words}`)).toEqual({ out: '', err: `hotspare: mdadm: ${what} is not modelled\n`, status: 2 })
    expect(s.run('mdadm -B /dev/md1 -l0 -n2 /dev/sda3 /dev/sdb3').err).toBe('hotspare: mdadm: RAID level raid0 is not modelled\n')
  })
  it('a name under /dev/md gets a number from 127 down, and the name into the superblock', () => {
    const s = new Session()
    expect(s.err('mdadm -C /dev/md/data -R -e1.2 -l1 -n2 /dev/sda3 /dev/sdb3')).toBe('mdadm: array /dev/md/data started.\n')
    expect(s.mdstat).toContain('md127 : active')
    expect(s.run('mdadm --detail --scan').out).toMatch(/^ARRAY \/dev\/md\/data metadata=1\.2 name=lpar1:data UUID=[0-9a-f:]{35}\n$/)
    expect(s.err('mdadm -C /dev/md/data -R -e1.2 -l1 -n2 /dev/sda2 /dev/sdb2')).toBe('mdadm: Array name /dev/md/data is in use already.\n')
  })
  it('grows and shrinks as far as there are devices, and says so on standard output', () => {
    const s = mirrored()
    expect(s.run('mdadm --grow /dev/md1 -n3')).toEqual({ out: 'raid_disks for /dev/md1 set to 3\n', err: '', status: 0 })
    s.settle()
    expect(s.run('mdadm --grow /dev/md1 -n4')).toEqual({ out: '', err: 'mdadm: Need 1 spare to avoid degraded array, and only have 0.\n       Use --force to over-ride this check.\n', status: 1 })
    expect(s.run('mdadm --grow /dev/md1 -n2')).toEqual({ out: '', err: 'mdadm: failed to set raid disks\n', status: 1 })
    expect(s.run('mdadm --grow /dev/md1 -n3')).toEqual({ out: '', err: 'mdadm: /dev/md1: no change requested\n', status: 0 })
    expect(s.run('mdadm --grow /dev/md1 -z max').err).toBe('mdadm: component size of /dev/md1 unchanged at 92160K\n')
    expect(s.run('mdadm --grow /dev/md1 -b none').err).toBe('mdadm: no bitmap found on /dev/md1\n')
    expect(s.run('mdadm --grow /dev/md1 -b internal').status).toBe(0)
    expect(s.run('mdadm --grow /dev/md1 -b internal').err).toBe('mdadm: bitmap already present on /dev/md1\n')
    expect(s.run('mdadm --grow /dev/md1').err).toBe('mdadm: no changes to --grow\n')
  })
  it('mail for root, for this host and for somebody elsewhere lies in boxes of its own', () => {
    const { partition } = new Session()
    expect(['root', 'root@localhost', 'root@lpar1', 'ops@example.com', '../etc/passwd'].map(to => boxOf(partition, to))).toEqual(
      ['/var/mail/root', '/var/mail/root', '/var/mail/root', '/var/mail/ops@example.com', '/var/mail/.._etc_passwd'])
  })
})
