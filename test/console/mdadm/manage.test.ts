import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { property } from '../../support/property.ts'
import { mirrored, Session } from './session.ts'

describe('members of a running array', () => {
  it('VS-48 a member in use is not removed, a present one not added; failed, removed and added back it is a spare', () => {
    const s = mirrored()
    expect(s.run('mdadm /dev/md1 --remove /dev/sdb3')).toEqual({ out: '', err: 'mdadm: hot remove failed for /dev/sdb3: Device or resource busy\n', status: 1 })
    expect(s.run('mdadm /dev/md1 -a /dev/sda3')).toEqual({ out: '', err: 'mdadm: Cannot open /dev/sda3: Device or resource busy\n', status: 1 })
    expect(s.err('mdadm /dev/md1 -f /dev/sda3')).toBe('mdadm: set /dev/sda3 faulty in /dev/md1\n')
    s.settle()
    expect(s.err('mdadm /dev/md1 --remove /dev/sda3 -a /dev/sda3')).toBe('mdadm: hot removed /dev/sda3 from /dev/md1\nmdadm: added /dev/sda3\n')
    expect(s.mdstat).toContain('sda3[3](S) sdc3[2] sdb3[1]')
  })
  it('VS-82 the last member is refused with exit 2, but with --test the status is 1', () => {
    const s = mirrored()
    s.run('mdadm /dev/md1 -f /dev/sdb3 --remove /dev/sdc3')
    s.run('mdadm /dev/md1 -f /dev/sdc3')
    expect(s.run('mdadm /dev/md1 -f /dev/sda3')).toEqual({ out: '', err: 'mdadm: set device faulty failed for /dev/sda3:  Device or resource busy\n', status: 2 })
    expect(s.run('mdadm --manage /dev/md1 --test -f /dev/sda3').status).toBe(1)
  })
  it('VS-96 messages go to standard error, not a member is exit 1, keywords with nothing to do succeed in silence', () => {
    const s = mirrored()
    expect(s.run('mdadm /dev/md1 -f /dev/sdc2')).toEqual({ out: '', err: 'mdadm: set device faulty failed for /dev/sdc2:  No such device\n', status: 1 })
    expect(s.run('mdadm /dev/md1 --remove /dev/sdc2')).toEqual({ out: '', err: 'mdadm: hot remove failed for /dev/sdc2: No such device or address\n', status: 1 })
    expect(s.run('mdadm /dev/md1 -f /dev/sdz3')).toEqual({ out: '', err: 'mdadm: stat failed for /dev/sdz3: No such file or directory\n', status: 1 })
    for (const words of ['--remove failed', '--remove detached', '-f detached', '--remove faulty']) expect(s.run(`mdadm /dev/md1 ${words}`)).toEqual({ out: '', err: '', status: 0 })
    expect(s.run('mdadm --manage /dev/md1 --test --remove failed').status).toBe(2)
  })
  it('VS-60 keywords find what has lost its name, by its numbers', () => {
    const s = mirrored()
    s.do({ type: 'scsi.losePath', disk: 'd2' })
    s.do({ type: 'scsi.deleteDevice', guest: 'lpar1', name: 'sdb' })
    expect(s.err('mdadm /dev/md1 -f /dev/sdb3')).toBe('mdadm: stat failed for /dev/sdb3: No such file or directory\n')
    expect(s.err('mdadm /dev/md1 -f detached --remove detached')).toBe('mdadm: set 8:19 faulty in /dev/md1\nmdadm: hot removed 8:19 from /dev/md1\n')
    expect(s.mdstat).not.toContain('sdb3')
  })
  it('a name without a slash is the name by which the array knows its member', () => {
    const s = mirrored()
    expect(s.err('mdadm /dev/md1 -f sdb3')).toBe('mdadm: set sdb3 faulty in /dev/md1\n')
    expect(s.err('mdadm /dev/md1 --remove sdz3')).toBe('mdadm: sdz3 does not appear to be a component of /dev/md1\n')
    expect(s.err('mdadm /dev/md1 -a sdb3')).toBe('mdadm: sdb3 only meaningful with -r or -f, not -a\n')
  })
  it('keywords in the wrong place are refused by the letter of their option', () => {
    const s = mirrored()
    expect(s.err('mdadm /dev/md1 -a failed')).toBe('mdadm: failed only meaningful with -r or --re-add, not -a\n')
    expect(s.err('mdadm /dev/md1 --re-add detached')).toBe('mdadm: detached only meaningful with -r of -f, not -A\n')
    expect(s.err('mdadm /dev/md1 -a missing')).toBe("mdadm: 'missing' only meaningful with --re-add\n")
  })
  it('VS-88 without a bitmap -a says re-added if nothing was written since; with one a re-add copies what changed', () => {
    const s = mirrored(' --bitmap=internal')
    s.run('mdadm /dev/md1 --remove /dev/sdc3 -f /dev/sdb3')
    expect(s.err('mdadm /dev/md1 --remove /dev/sdb3 -a /dev/sdb3')).toBe('mdadm: hot removed /dev/sdb3 from /dev/md1\nmdadm: re-added /dev/sdb3\n')
    expect(s.err('mdadm /dev/md1 --re-add /dev/sdc3')).toBe('mdadm: --re-add for /dev/sdc3 to /dev/md1 is not possible\n')
  })
  it('a spare that is named takes the place of a member, and says for which', () => {
    const s = mirrored()
    expect(s.err('mdadm /dev/md1 --replace /dev/sda3 --with /dev/sdb3')).toBe('mdadm: Marked /dev/sda3 (device 0 in /dev/md1) for replacement\nmdadm: /dev/sdb3 is active and cannot be a replacement\n')
    const t = mirrored()
    expect(t.err('mdadm /dev/md1 --replace /dev/sda3 --with /dev/sdc3')).toBe('mdadm: Marked /dev/sda3 (device 0 in /dev/md1) for replacement\nmdadm: Marked /dev/sdc3 in /dev/md1 as replacement for device 0\n')
    t.settle()
    expect(t.mdstat).toContain('sdc3[2] sdb3[1] sda3[0](F)')
    expect(t.err('mdadm /dev/md1 --replace /dev/sda3')).toBe('mdadm: /dev/sda3 is not active and so cannot be replaced.\n')
  })
  it('what is not modelled fails loudly and changes nothing', () => {
    const s = mirrored(), before = s.mdstat
    for (const words of ['--add-journal /dev/sdb2', '--cluster-confirm /dev/sdb2']) {
      const { err, status } = s.run(`mdadm --manage /dev/md1 ${words}`)
      expect([err.startsWith('hotspare: mdadm: option --'), status]).toEqual([true, 2])
    }
    expect(s.mdstat).toBe(before)
  })
  it('stops, but not what is in use; scans in silence', () => {
    const s = mirrored()
    s.do({ type: 'md.hold', array: 'md1' })
    expect(s.run('mdadm --stop /dev/md1')).toEqual({ out: '', err: 'mdadm: Cannot get exclusive access to /dev/md1:Perhaps a running process, mounted filesystem or active volume group?\n', status: 1 })
    expect(s.run('mdadm --stop --scan').status).toBe(1)
    s.do({ type: 'md.release', array: 'md1' })
    expect(s.run('mdadm --stop --scan')).toEqual({ out: '', err: '', status: 0 })
    expect(s.run('mdadm --stop /dev/md1')).toEqual({ out: '', err: 'mdadm: error opening /dev/md1: No such file or directory\n', status: 1 })
  })
  it('waits in virtual time until nothing is copied; 1 if nothing was', () => {
    const s = mirrored()
    expect(s.run('mdadm --wait /dev/md1').status).toBe(1)
    s.run('mdadm /dev/md1 -f /dev/sda3')
    const before = s.sim.now, { p, answer } = s.start('mdadm --wait /dev/md1')
    s.advance(0.1)
    expect(p.dead).toBe(false)
    s.advance(10)
    expect([p.exit?.status, answer.err, s.sim.world.md.arrays['md1' as never]!.sync]).toEqual([0, '', null])
    expect(s.sim.now).toBeGreaterThan(before)
  })
  it('VS-63 a typographic dash fails as it does in the real tool, and whoever watches gets a hint', () => {
    const s = mirrored()
    expect(s.run(['mdadm', '/dev/md1', '–-add', '/dev/sdb2'])).toEqual({ out: '', err: 'mdadm: An option must be given to set the mode before a second device\n       (–-add) is listed\n', status: 2 })
    expect(s.hints).toEqual(['the dash in "–-add" is a typographic one, as web pages have it: an option begins with - or --'])
  })

  it('whatever is typed, it ends with a status, every line is in its own words, and the rules of md hold', () => {
    const device = fc.constantFrom('/dev/sda3', '/dev/sdb3', '/dev/sdc3', '/dev/sdc2', 'sdb3', 'failed', 'detached', '8:19', '/etc/passwd', '/dev/md1')
    const step = fc.tuple(fc.constantFrom('-f', '--remove', '-a', '--re-add', '--add-spare', '--replace', '-a --write-mostly', '-a --failfast'), device).map(words => words.join(' '))
    const command = fc.oneof(
      fc.array(step, { minLength: 1, maxLength: 3 }).map(steps => `mdadm /dev/md1 ${steps.join(' ')}`),
      fc.tuple(fc.constantFrom('-D', '-E', '-Q', '-X', '--stop', '--zero-superblock', '-o', '-w', '-R', '-I', '--examine-badblocks'), device).map(words => `mdadm ${words.join(' ')}`),
      fc.constantFrom('mdadm -As', 'mdadm -Es', 'mdadm -Ds', 'mdadm -A /dev/md1 /dev/sda3 /dev/sdb3', 'mdadm -A --run /dev/md2 /dev/sdb3', 'mdadm -IRs', 'mdadm -G /dev/md1 -n 3 --force', 'mdadm -G /dev/md1 -n 2', 'mdadm -G /dev/md1 -b internal',
        'mdadm -If sdb3', 'mdadm -C /dev/md1 -R -l1 -n2 /dev/sda3 /dev/sdb3', 'mdadm -C /dev/md3 -l1 -n2 /dev/sdb2 missing',
        'mdadm -G /dev/md1 -b /tmp/bits', 'mdadm -G /dev/md1 -f -b /tmp/bits', 'mdadm -G /dev/md1 -b none', 'mdadm -A /dev/md1 -b /tmp/bits /dev/sda3 /dev/sdb3', 'mdadm -X /tmp/bits', 'mdadm -S /dev/md1', 'mdadm -B /dev/md1 -l1 -n2 /dev/sda3 /dev/sdb3',
        'mdadm -B /dev/md1 -l1 -n3 --assume-clean -b /tmp/bits /dev/sda3 missing -W /dev/sdc3', 'mdadm -C /dev/md1 -R -l1 -n2 -b /tmp/bits --failfast /dev/sda3 /dev/sdb3'),
    )
    property(fc.property(fc.array(command, { minLength: 1, maxLength: 6 }), fc.constantFrom('', ' --bitmap=internal'), (commands, bitmap) => {
      const s = new Session()
      s.run(`mdadm --create /dev/md1 --run --level=1 --raid-devices=2 --spare-devices=1${bitmap} /dev/sda3 /dev/sdb3 /dev/sdc3`)
      for (const words of commands) {
        const { err, status } = s.run(words, { seconds: 2 })
        if (status === null || !/^(mdadm: .*\n|hotspare: .*\n|device .*\n|Continue .*| .*\n)*$/.test(err)) throw new Error(`${words}: ${status} ${err}`)
        const broken = s.sim.check()
        if (broken.length > 0) throw new Error(`${words}: ${broken.join()}`)
      }
    }), { numRuns: 40 })
  })
})
