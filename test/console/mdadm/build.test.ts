import { describe, expect, it } from 'vitest'
import { mirrored, Session } from './session.ts'

const built = (more = ''): Session => {
  const s = new Session()
  s.run(`mdadm --build /dev/md1 --level=1 --raid-devices=2 ${more}/dev/sda3 /dev/sdb3`)
  s.settle()
  return s
}
const dirty = (s: Session, file: string): number => Number(/, (\d+) dirty/.exec(s.run(`mdadm -X ${file}`).out)?.[1] ?? NaN)

describe('an array without superblocks', () => {
  it('is as large as its smallest member, is resynced unless the members are said to be equal, and leaves nothing on them', () => {
    const s = new Session()
    expect(s.err('mdadm --build /dev/md1 -l mirror -n2 /dev/sda3 /dev/sdb3')).toBe('mdadm: array /dev/md1 built and started.\n')
    expect(s.mdstat).toMatch(/md1 : active raid1 sdb3\[1\] sda3\[0\]\n {6}93184 blocks super non-persistent \[2\/2\] \[UU\]\n {6}\[.*resync =/)
    s.settle()
    expect(s.run('mdadm --detail /dev/md1').out).not.toContain('Persistence')
    s.run('mdadm --stop /dev/md1')
    expect(s.err('mdadm -A /dev/md1 /dev/sda3 /dev/sdb3')).toContain('mdadm: no recogniseable superblock on /dev/sda3')
    s.run('mdadm -B /dev/md1 -l1 -n2 --assume-clean /dev/sda3 /dev/sdb3')
    expect(s.mdstat).not.toContain('resync')
  })
  it('refuses what is in use, too few devices and a bitmap beside superblocks', () => {
    const s = built()
    expect(s.err('mdadm -B /dev/md2 -l1 -n2 /dev/sda3 /dev/sdb2')).toBe('mdadm: Cannot open /dev/sda3: Device or resource busy\n')
    expect(s.err('mdadm -B /dev/md2 -l1 -n2 /dev/sdb2')).toBe('mdadm: requested 2 devices in array but listed 1\n')
    expect(s.err('mdadm -B /dev/md2 -l1 -n1 -f -binternal /dev/sdb2')).toBe("mdadm: 'internal' and 'clustered' bitmaps not supported with --build\n")
  })
  it('a member that is added is copied in full; --re-add believes that it was one, and trusts the bitmap if there is one', () => {
    const copied = (more: string, how: string): string | undefined => {
      const s = built(more)
      s.run('mdadm /dev/md1 -f /dev/sdb3')
      s.run('mdadm /dev/md1 --remove /dev/sdb3')
      s.do({ type: 'md.write', array: 'md1', atKib: 0, kib: 93_184 })
      expect(s.err(`mdadm /dev/md1 ${how} /dev/sdb3`)).toBe('mdadm: added /dev/sdb3\n')
      return s.sim.world.md.arrays['md1' as never]!.sync?.copies
    }
    expect([copied('', '--add'), copied('-b/tmp/bits ', '--add'), copied('-b/tmp/bits ', '--re-add')]).toEqual(['all', 'all', 'changed'])
  })
})

describe('a bitmap in a file', () => {
  it('counts what was written, and clears it when the array has been quiet for a while', () => {
    const s = mirrored()
    expect(s.run('mdadm --grow /dev/md1 --bitmap=/tmp/bits --delay=1')).toEqual({ out: '', err: '', status: 0 })
    expect(s.mdstat).toContain('4KB chunk, file: /tmp/bits')
    expect(s.run('mdadm -D /dev/md1').out).toContain('     Intent Bitmap : /tmp/bits\n')
    expect(s.run('mdadm -X /tmp/bits').out).toContain('          Daemon : 1s flush period\n')
    s.advance(4)
    expect(dirty(s, '/tmp/bits')).toBe(0)
    s.do({ type: 'md.write', array: 'md1', atKib: 0, kib: 40 })
    expect(dirty(s, '/tmp/bits')).toBe(10)
    s.advance(4)
    expect(dirty(s, '/tmp/bits')).toBe(0)
  })
  it('keeps its bits while a member is missing, over a stop too; without its file the array has none', () => {
    const s = mirrored(' --bitmap=/tmp/bits')
    s.run('mdadm /dev/md1 --fail /dev/sda3 --remove /dev/sda3 --fail /dev/sdc3 --remove /dev/sdc3')
    s.do({ type: 'md.write', array: 'md1', atKib: 0, kib: 40 })
    s.advance(60)
    s.run('mdadm --stop /dev/md1')
    expect(dirty(s, '/tmp/bits')).toBe(10)
    expect(s.err('mdadm -A --run /dev/md1 --bitmap=/tmp/bits /dev/sdb3')).toBe('mdadm: /dev/md1 has been started with 1 drive (out of 2).\n')
    expect(dirty(s, '/tmp/bits')).toBe(10)
    s.run('mdadm --stop /dev/md1')
    s.run('mdadm -A --run /dev/md1 /dev/sdb3')
    expect(s.mdstat).not.toContain('bitmap')
  })
  it('is made once: --force overwrites it; one of another array is refused', () => {
    const s = mirrored()
    s.run('mdadm -G /dev/md1 -b /tmp/bits')
    expect(s.err('mdadm -G /dev/md1 -b /tmp/bits')).toBe('mdadm: /dev/md1 already has a bitmap (/tmp/bits)\n')
    s.run('mdadm -G /dev/md1 -b none')
    expect(s.mdstat).not.toContain('bitmap')
    expect(s.err('mdadm -G /dev/md1 -b /tmp/bits')).toBe('mdadm: bitmap file /tmp/bits already exists, use --force to overwrite\n')
    expect(s.err('mdadm -G /dev/md1 --force -b /tmp/bits')).toBe('')
    s.run('mdadm --stop /dev/md1')
    s.run('mdadm -C /dev/md2 -R -e1.0 -l1 -n2 -b /tmp/other /dev/sda2 /dev/sdb2')
    expect(s.err('mdadm -A /dev/md1 --bitmap=/tmp/other /dev/sda3 /dev/sdb3')).toContain('mdadm: failed to RUN_ARRAY /dev/md1: Invalid argument\n')
  })
})

describe('members that are read last, or are to fail fast', () => {
  it('are told as such everywhere, and stay so over a stop and a return', () => {
    const s = new Session(), state = (): string => {
      s.run('cp /sys/block/md1/md/dev-sdb3/state /tmp/state')
      return s.text('/tmp/state')
    }
    s.run('mdadm -C /dev/md1 -R -e1.2 -l1 -n2 --assume-clean /dev/sda3 --write-mostly --failfast /dev/sdb3')
    expect(s.mdstat).toContain('sdb3[1](W) sda3[0]\n')
    expect(s.run('mdadm -D /dev/md1').out).toMatch(/ 1 {6}active sync writemostly failfast {3}\/dev\/sdb3\n/)
    expect(s.run('mdadm -E /dev/sdb3').out).toContain('          Flags : write-mostly failfast\n')
    expect(state()).toBe('in_sync,write_mostly,failfast\n')
    s.run('mdadm --stop /dev/md1')
    s.run('mdadm -A /dev/md1 /dev/sda3 /dev/sdb3')
    expect(s.mdstat).toContain('sdb3[1](W)')
    s.run('mdadm /dev/md1 -f /dev/sdb3 --remove /dev/sdb3')
    expect(s.err('mdadm /dev/md1 --add --nofailfast /dev/sdb3')).toContain('added /dev/sdb3')
    s.settle()
    expect(s.run('mdadm -D /dev/md1').out).not.toContain('failfast')
  })
  it('a read goes to another member as long as there is one', () => {
    const read = (mostly: string, broken: string): number => {
      const s = new Session()
      s.run('mdadm -C /dev/md1 -R -e0.90 -l1 -n2 --assume-clean /dev/sda3 /dev/sdb3')
      s.do({ type: 'md.setFlags', array: 'md1', device: mostly, writeMostly: true })
      s.do({ type: 'scsi.breakMedium', disk: broken })
      s.do({ type: 'md.read', array: 'md1' })
      return s.sim.world.md.arrays['md1' as never]!.failed
    }
    // The broken disk is met by whoever reads from it; a member that is read last is not read.
    expect([read('sdb3', 'd1'), read('sda3', 'd1'), read('sda3', 'd2')]).toEqual([1, 0, 1])
  })
})
