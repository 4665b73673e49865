import { describe, expect, it } from 'vitest'
import { mirrored, Session } from './session.ts'

/** md1 on sda3 and sdb3, sdb3 left behind by a write. */
function stale(): Session {
  const s = mirrored()
  s.run('mdadm /dev/md1 --remove /dev/sdc3 -f /dev/sdb3')
  s.run('mdadm /dev/md1 --remove /dev/sdb3')
  s.do({ type: 'md.write', array: 'md1' })
  s.advance(1)
  s.run('mdadm --stop /dev/md1')
  return s
}

describe('an array is put together again', () => {
  it('VS-51 a stale half is left out beside the newer one, and alone it is started only on demand', () => {
    const s = stale()
    expect(s.run('mdadm -A /dev/md1 /dev/sda3 /dev/sdb3')).toEqual({ out: '', err: 'mdadm: /dev/md1 has been started with 1 drive (out of 2).\n', status: 0 })
    expect(s.mdstat).toContain('md1 : active raid1 sda3[0]\n')
    s.run('mdadm -S /dev/md1')
    expect(s.run('mdadm -A /dev/md1 /dev/sdb3')).toEqual({ out: '', err: 'mdadm: /dev/md1 assembled from 1 drive - need all 2 to start it (use --run to insist).\n', status: 1 })
    expect(s.mdstat).not.toContain('md1')
    expect(s.run('mdadm -A --run /dev/md1 /dev/sdb3').status).toBe(0)
  })
  it('a device that somebody uses, has no superblock, or belongs elsewhere', () => {
    const s = mirrored()
    s.run('mdadm -C /dev/md0 -R -e1.2 -l1 -n2 /dev/sda2 /dev/sdb2')
    s.settle()
    expect(s.run('mdadm -A /dev/md5 /dev/sda3')).toEqual({ out: '', err: 'mdadm: /dev/sda3 is busy - skipping\n', status: 2 })
    s.run('mdadm -S /dev/md1 /dev/md0')
    expect(s.run('mdadm -A /dev/md5 /dev/sda1')).toEqual({ out: '', err: 'mdadm: no recogniseable superblock on /dev/sda1\nmdadm: /dev/sda1 has no superblock - assembly aborted\n', status: 1 })
    expect(s.run('mdadm -A /dev/md5 /dev/sda')).toEqual({ out: '', err: 'mdadm: Cannot assemble mbr metadata on /dev/sda\nmdadm: /dev/sda has no superblock - assembly aborted\n', status: 1 })
    expect(s.run('mdadm -A /dev/md5 /dev/sda3 /dev/sda2')).toEqual({ out: '', err: "mdadm: superblock on /dev/sda2 doesn't match others - assembly aborted\n", status: 1 })
    expect(s.run('mdadm -A /dev/md5 /dev/sdz3')).toEqual({ out: '', err: 'mdadm: cannot open device /dev/sdz3: No such file or directory\nmdadm: /dev/sdz3 has no superblock - assembly aborted\n', status: 1 })
    expect(s.run('mdadm -A /dev/md5 --name=other /dev/sda3')).toEqual({ out: '', err: 'mdadm: /dev/sda3 has wrong name.\n', status: 2 })
    expect(s.run('mdadm -A /dev/md5').err).toBe('mdadm: /dev/md5 not identified in config file.\n')
  })
  it('a scan finds what there is without a configuration file, and by names with one', () => {
    const s = mirrored(' --name=root'), conf = s.run('mdadm --detail --scan').out
    s.run('mdadm --stop --scan')
    expect(s.run('mdadm -As')).toEqual({ out: '', err: 'mdadm: /dev/md/root has been started with 2 drives and 1 spare.\n', status: 0 })
    expect(s.mdstat).toContain('md127 : active')
    s.run('mdadm --stop --scan')
    s.file('/etc/mdadm/mdadm.conf', `# comment\n${conf}`)
    expect(s.run('mdadm -As')).toEqual({ out: '', err: 'mdadm: /dev/md1 has been started with 2 drives and 1 spare.\n', status: 0 })
    expect(s.mdstat).toContain('md1 : active')
    s.run('mdadm --stop --scan')
    expect(s.run('mdadm -As --config=none').err).toBe('mdadm: /dev/md/root has been started with 2 drives and 1 spare.\n')
    s.run('mdadm --stop --scan')
    s.file('/etc/mdadm/mdadm.conf', 'HOMEHOST other\nAUTO -all\n')
    expect(s.run('mdadm -As')).toEqual({ out: '', err: 'mdadm: No arrays found in config file or automatically\n', status: 1 })
    s.file('/etc/mdadm/mdadm.conf', 'HOMEHOST other\n')
    expect(s.run('mdadm -As').err).toBe('mdadm: /dev/md/lpar1:root has been started with 2 drives and 1 spare.\n')
  })
  it('VS-89 a 0.90 superblock in the last partition looks like one of the whole disk', () => {
    const s = new Session({ disks: 2 })
    s.run('mdadm -C /dev/md1 -R -e0.90 -l1 -n2 /dev/sda3 /dev/sdb3')
    s.settle()
    s.run('mdadm -S /dev/md1')
    const { err, status } = s.run('mdadm -As')
    expect(err).toMatch(/^mdadm: WARNING \/dev\/sdb3 and \/dev\/sdb appear to have very similar superblocks\.\n/)
    expect(status).toBe(1)
    expect(s.run('mdadm -A /dev/md1 /dev/sda3 /dev/sdb3').err).toBe('mdadm: /dev/md1 has been started with 2 drives.\n')
  })
  it('VS-91 one device at a time, and a device that is gone', () => {
    const s = mirrored()
    s.run('mdadm -S /dev/md1')
    expect(s.err('mdadm -I /dev/sda3')).toBe('mdadm: /dev/sda3 attached to /dev/md/1, not enough to start safely.\n')
    expect(s.mdstat).toContain('md1 : inactive sda3[0](S)')
    expect(s.run('mdadm -D /dev/md1').out).toMatch(/State : inactive\n {3}Working Devices : 1\n\n.*Name : lpar1:1/s)
    expect(s.err('mdadm -I /dev/sda3')).toBe('mdadm: cannot reopen /dev/sda3: Device or resource busy.\n')
    expect(s.err('mdadm -I /dev/sdb3')).toBe('mdadm: /dev/sdb3 attached to /dev/md/1, which has been started.\n')
    expect(s.err('mdadm -I /dev/sdc3')).toBe('mdadm: /dev/sdc3 attached to /dev/md/1 which is already active.\n')
    expect(s.err('mdadm -If sdb3')).toBe('mdadm: set sdb3 faulty in md1\nmdadm: hot removed sdb3 from md1\n')
    expect(s.mdstat).toContain('active (auto-read-only)')
    expect(s.run('mdadm -If /dev/sdb3')).toEqual({ out: '', err: 'mdadm: incremental removal requires a kernel device name, not a file: /dev/sdb3\n', status: 1 })
  })
  it('a disk that is silent keeps mdadm waiting until its error handling is through', () => {
    const s = mirrored()
    s.do({ type: 'scsi.silencePath', disk: 'd2' })
    const { p, answer } = s.start('mdadm --examine /dev/sdb3')
    s.advance(60)
    expect(p.dead).toBe(false)
    s.advance(3600)
    expect([p.exit?.status, answer.err]).toEqual([1, 'mdadm: No md superblock detected on /dev/sdb3.\n'])
  })
})

describe('superblocks are changed at assembly', () => {
  it('another name, another UUID, a resync; what the format does not know is refused', () => {
    const s = mirrored(), field = (name: string): string => new RegExp(` ${name} : (.*)`).exec(s.run('mdadm -E /dev/sda3').out)?.[1] ?? '', again = (words: string): string => {
      s.run('mdadm --stop --scan')
      return s.err(`mdadm -A /dev/md1 ${words} /dev/sda3 /dev/sdb3`)
    }
    const uuid = field('Array UUID')
    expect(again('--update=name --name=other')).toBe('mdadm: /dev/md1 has been started with 2 drives.\n')
    expect([field('Name'), field('Array UUID')]).toEqual(['lpar1:other  (local to host lpar1)', uuid])
    again('--update=uuid --uuid=01234567:89abcdef:01234567:89abcdef')
    expect([field('Array UUID'), field('Name')]).toEqual(['01234567:89abcdef:01234567:89abcdef', 'lpar1:other  (local to host lpar1)'])
    again('--update=homehost --homehost=elsewhere')
    expect(field('Name')).toBe('elsewhere:other')
    again('--update=resync')
    expect(s.mdstat).toMatch(/resync =/)
    expect(again('--update=summaries')).toBe('mdadm: --update=summaries not understood for 1.x metadata\n')
    expect(again('--update=ppl')).toBe('hotspare: mdadm: option --update=ppl is not modelled\n')
  })
})
