import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { failed } from '../../src/shell/kernel/errno.ts'
import { property } from '../support/property.ts'
import { GUEST, Lab } from './support.ts'

/** Writes and reads at an offset of a device, as a process does; the errno where it fails. */
function put(lab: Lab, path: string, at: number, bytes: string): string {
  let answer = 'it waits'
  lab.process(function* (p) {
    const file = yield* p.openFile(path, { write: true })
    if (failed(file)) { answer = file.errno; return 1 }
    const fd = p.install(file)
    file.offset = at
    const no = yield* p.write(fd, bytes)
    answer = no === undefined ? 'ok' : no.errno
    return 0
  })
  return answer
}
function get(lab: Lab, path: string, at: number, length: number): string {
  let answer = 'it waits'
  lab.process(function* (p) {
    const file = yield* p.openFile(path, { read: true })
    if (failed(file)) { answer = file.errno; return 1 }
    const fd = p.install(file)
    file.offset = at
    const data = yield* p.read(fd, length)
    answer = failed(data) ? data.errno : data
    return 0
  })
  return answer
}
const settle = (lab: Lab): void => { for (let i = 0; i < 200 && Object.values(lab.sim.world.md.arrays).some(a => a.sync !== null); i++) lab.wait(0.5) }
const array = (lab: Lab) => lab.sim.world.md.arrays['md1' as never]!

describe('bytes on a mirror', () => {
  test('VS-56 what a mirror has acknowledged is read back as long as a member in sync can be reached, whatever fails and is rebuilt', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('write' as const), page: fc.nat(20), text: fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme-ascii' }) }),
      fc.record({ do: fc.constantFrom('lose' as const, 'restore' as const, 'fail' as const, 'takeBack' as const), n: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 0, max: 8 }) }),
    )
    property(fc.property(fc.array(step, { minLength: 4, maxLength: 25 }), steps => {
      const lab = new Lab(), expected = new Map<number, string>(), unsure = new Set<number>()
      for (const s of steps) {
        if (s.do === 'write') {
          const answer = put(lab, '/dev/md1', s.page * 3000, s.text)
          if (answer === 'ok') { expected.set(s.page, s.text.padEnd(40, '\0')); put(lab, '/dev/md1', s.page * 3000 + s.text.length, '\0'.repeat(40 - s.text.length)) } else unsure.add(s.page)
        } else if (s.do === 'lose') lab.loseDisk(s.n)
        else if (s.do === 'restore') lab.restoreDisk(s.n)
        else if (s.do === 'wait') lab.wait(s.seconds)
        else {
          const device = `sd${'abc'[s.n - 1]!}3`
          if (s.do === 'fail') lab.ask({ type: 'md.fail', array: 'md1', device } as never)
          else { lab.ask({ type: 'md.remove', array: 'md1', device } as never); lab.ask({ type: 'md.add', array: 'md1', device } as never) }
        }
        if (array(lab).lostData || array(lab).broken) return
        for (const [page, text] of expected) {
          if (unsure.has(page)) continue
          const found = get(lab, '/dev/md1', page * 3000, 40)
          if (found === 'EIO' || !array(lab).access.readable) return
          expect([s, page, found]).toEqual([s, page, text])
        }
      }
    }), { numRuns: 60 })
  })
  test('VS-48 a member that was away has the bytes of then until it has been rebuilt, and those of now afterwards', () => {
    const lab = new Lab(), offset = 1024 * 1024
    expect(put(lab, '/dev/md1', 0, 'then')).toBe('ok')
    lab.ask({ type: 'md.fail', array: 'md1', device: 'sdb3' } as never)
    lab.ask({ type: 'md.remove', array: 'md1', device: 'sdb3' } as never)
    expect(put(lab, '/dev/md1', 0, 'now!')).toBe('ok')
    expect([get(lab, '/dev/sda3', offset, 4), get(lab, '/dev/sdb3', offset, 4), get(lab, '/dev/md1', 0, 4)]).toEqual(['now!', 'then', 'now!'])
    // The spare has been given the slot; the one that was away becomes the spare and keeps what it has.
    settle(lab)
    lab.ask({ type: 'md.add', array: 'md1', device: 'sdb3' } as never)
    settle(lab)
    expect([get(lab, '/dev/sdc3', offset, 4), get(lab, '/dev/sdb3', offset, 4)]).toEqual(['now!', 'then'])
    lab.ask({ type: 'md.fail', array: 'md1', device: 'sda3' } as never)
    settle(lab)
    expect(get(lab, '/dev/sdb3', offset, 4)).toBe('now!')
  })
  test('VS-90 bytes written behind the back of an array are found by check, and repair puts those of the first member everywhere', () => {
    const lab = new Lab(), offset = 1024 * 1024
    put(lab, '/dev/md1', 8192, 'good')
    expect(put(lab, '/dev/sdb3', offset + 8192, 'evil')).toBe('ok')
    expect([get(lab, '/dev/md1', 8192, 4), get(lab, '/dev/sdb3', offset + 8192, 4)]).toEqual(['good', 'evil'])
    lab.write('/sys/block/md1/md/sync_action', 'check\n')
    settle(lab)
    expect(Number(lab.read('/sys/block/md1/md/mismatch_cnt'))).toBeGreaterThan(0)
    expect(get(lab, '/dev/sdb3', offset + 8192, 4)).toBe('evil')
    lab.write('/sys/block/md1/md/sync_action', 'repair\n')
    settle(lab)
    expect(get(lab, '/dev/sdb3', offset + 8192, 4)).toBe('good')
  })
  test('a disk that was made anew reads as zeros, and a name that goes to another disk takes no open file with it', () => {
    const lab = new Lab({ arrays: {} })
    put(lab, '/dev/sdb2', 0, 'secret')
    lab.ask({ type: 'scsi.blankDisk', disk: 'd2' } as never)
    expect(get(lab, '/dev/sdb', 5 * 1024 * 1024, 6)).toBe('\0'.repeat(6))
    const { guest } = lab.partition
    expect(guest).toBe(GUEST)
    const old = lab.partition.machine.tree.find('/dev/sdc', lab.partition.machine.tree.root)
    lab.ask({ type: 'scsi.deleteDevice', guest, name: 'sdb' } as never)
    lab.ask({ type: 'scsi.deleteDevice', guest, name: 'sdc' } as never)
    lab.ask({ type: 'scsi.scan', guest, host: 1 } as never)
    lab.ask({ type: 'scsi.scan', guest, host: 2 } as never)
    expect(!failed(old) && old.kind === 'block' && old.block!.open!({ pid: 1 } as never, false)).toMatchObject({ errno: 'ENXIO' })
  })
  test('the superblock of md and the partition table are seen in the bytes, and a copied table makes a new disk usable', () => {
    const lab = new Lab()
    expect(get(lab, '/dev/sda3', 4096, 4)).toBe('\xfc\x4e\x2b\xa9')
    const table = get(lab, '/dev/sda', 0, 512)
    expect(table.slice(510)).toBe('\x55\xaa')
    lab.ask({ type: 'md.fail', array: 'md1', device: 'sdc3' } as never)
    lab.ask({ type: 'md.remove', array: 'md1', device: 'sdc3' } as never)
    lab.ask({ type: 'scsi.blankDisk', disk: 'd3' } as never)
    lab.ask({ type: 'scsi.deleteDevice', guest: GUEST, name: 'sdc' } as never)
    lab.ask({ type: 'scsi.scan', guest: GUEST, host: 2 } as never)
    expect(lab.names('/dev')).not.toContain('sdc3')
    expect(put(lab, '/dev/sdc', 0, table)).toBe('ok')
    expect(lab.names('/dev')).toContain('sdc3')
    expect(put(lab, '/dev/sdc', 0, '\x01'.repeat(512))).toBe('EOPNOTSUPP')
  })
})
