import { expect, test } from 'vitest'
import { readFileSync } from 'node:fs'
import { lsscsi, procScsi } from '../../src/console/views/scsi-proc.ts'
import { mdstat } from '../../src/console/views/mdstat.ts'
import { procPartitions } from '../../src/console/views/partitions.ts'
import { letterOf, sdNumbers } from '../../src/console/views/names.ts'
import { sizeText } from '../../src/console/views/detail.ts'
import { GUEST } from '../conformance/md-guest.ts'
import { Session } from '../models/md/session.ts'

const recording = readFileSync(new URL('../golden/md/s01-create-md12.txt', import.meta.url), 'utf8')
const recorded = (command: string, nth = 0): string => {
  const block = recording.split(`$ ${command}\n`)[nth + 1]!.split('[exit')[0]!
  return block.split('\n').filter(line => line.startsWith('| ')).map(line => `${line.slice(2)}\n`).join('')
}

test('VS-50 mdstat, /proc/scsi/scsi, lsscsi and /proc/partitions are the recorded texts to the letter', () => {
  const s = new Session(3)
  expect(mdstat(s.world.md, GUEST, s.sim.now)).toBe(recorded('cat /proc/mdstat'))
  expect(procScsi(s.world.scsi, GUEST)).toBe(recorded('cat /proc/scsi/scsi'))
  expect(lsscsi(s.world.scsi, GUEST)).toBe(recorded('lsscsi'))
  expect(procPartitions(s.world.scsi, s.world.md, GUEST)).toBe(recorded('cat /proc/partitions'))
  s.mirror('abc')
  expect(mdstat(s.world.md, GUEST, s.sim.now)).toBe(recorded('cat /proc/mdstat', 5))
  expect(procPartitions(s.world.scsi, s.world.md, GUEST)).toBe(recorded('cat /proc/partitions', 1))
})

test('VS-50 the progress line', () => {
  const s = new Session(3, { speed: 10_000 })
  s.mirror('abc')
  s.type('mdadm /dev/md1 -f /dev/sda3')
  s.advance(s.array().sync!.startedAt / 1e6 + 1.1776)
  expect(mdstat(s.world.md, GUEST, s.sim.now)).toContain('      [==>..................]  recovery = 12.7% (11776/92160) finish=0.1min speed=10000K/sec\n      \nunused')
})

test('numbers of devices, letters and sizes', () => {
  expect([sdNumbers(0, 0), sdNumbers(2, 3), sdNumbers(15, 15), sdNumbers(16, 1)]).toEqual([[8, 0], [8, 35], [8, 255], [65, 1]])
  expect(['sda', 'sdz', 'sdaa', 'sdb3'].map(letterOf)).toEqual([0, 25, 26, 1])
  expect([92160, 93120, 1000].map(sizeText)).toEqual(['92160 (90.00 MiB 94.37 MB)', '93120 (90.94 MiB 95.35 MB)', '1000'])
})
