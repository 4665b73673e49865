/** How long md copies, by simulation through the shipped models, against size divided by speed. */
import { describe, expect, test } from 'vitest'
import { HOUR, SECOND } from '../../src/base/time.ts'
import type { SimRequest } from '../../src/models/stack.ts'
import { play, type Sections } from '../support/systems.ts'
import { caseNamed } from './cases.ts'

const published = caseNamed('md-resync-032')
const { sizeGiB, speedMaxKiBps, speedMinKiBps, dirtyChunks, bitmapChunkMiB } = published.parameters as Record<string, number>

interface Figures { sizeGib: number; max: number; min: number; chunks: number; chunkMib: number }
const figures: Figures = { sizeGib: sizeGiB!, max: speedMaxKiBps!, min: speedMinKiBps!, chunks: dirtyChunks!, chunkMib: bitmapChunkMiB! }
const changed = (more: Partial<Figures>): Figures => ({ ...figures, ...more })

/** Simulated time is whole microseconds, and a recovery is paced a few times. */
const MICROSECONDS = 3e-6
const KIB_PER_GIB = 1024 ** 2, KIB_PER_MIB = 1024
const closedForm = {
  idle: ({ sizeGib, max }: Figures) => sizeGib * KIB_PER_GIB / max,
  throttled: ({ sizeGib, min }: Figures) => sizeGib * KIB_PER_GIB / min,
  bitmap: ({ chunks, chunkMib, max }: Figures) => chunks * chunkMib * KIB_PER_MIB / max,
}

/** A mirror of exactly this size on disks faster than the limit; its first half fails, leaves, and is added again. */
function recoverySeconds(of: Figures, way: 'idle' | 'throttled' | 'bitmap'): number {
  const sizeMib = of.sizeGib * 1024, disk = (host: string) => ({ host, to: 'client', size: `${sizeMib + 1024} MiB`, online: 'auto' })
  const sections: Sections = {
    hypervisor: { systems: { power5: {} }, guests: { i5a: { on: 'power5', os: 'ibm-i' }, i5b: { on: 'power5', os: 'ibm-i' }, client: { on: 'power5', os: 'linux' } } },
    vscsi: { spaces: { d1: disk('i5a'), d2: disk('i5b') } },
    scsi: { layout: { client: { data: 'rest' } } },
    md: {
      arrays: { md0: { on: 'client', members: ['d1/data', 'd2/data'], size: `${sizeMib} MiB`, io: 'idle', ...(way === 'bitmap' && { bitmap: { chunk: `${of.chunkMib} MiB` } }) } },
      // Under other I/O the disks would leave nothing to a recovery: it gets its lower limit.
      speed: { limitMin: Math.round(of.min), limitMax: Math.round(of.max), rate: 1_000_000, busyShare: 0 },
    },
  }
  const write = (chunk: number): object => ({ type: 'md.write', array: 'md0', atKib: chunk * 7 * of.chunkMib * KIB_PER_MIB, kib: 4, buffered: false })
  const steps = [
    { type: 'md.fail', array: 'md0', device: 'sda1' }, { type: 'md.remove', array: 'md0', device: 'sda1' },
    // Without a bitmap a single write is enough to make the whole disk stale.
    ...(way === 'bitmap' ? Array.from({ length: of.chunks }, (_, chunk) => write(chunk)) : [write(0)]),
    ...(way === 'throttled' ? [{ type: 'md.setBusy', array: 'md0', busy: true }] : []),
    { type: 'md.add', array: 'md0', device: 'sda1', reAdd: true },
  ]
  const run = play(sections, steps.map((request, i) => ({ at: (i + 1) * SECOND, request: request as SimRequest })), { until: 12 * HOUR })
  expect(run.trace.filter(entry => entry.refusal !== undefined)).toEqual([])
  const at = (type: string) => run.trace.find(entry => entry.event.type === type)!.at
  return (at('md.syncDone') - at('md.syncStarted')) / SECOND
}

describe('md-resync-032 resync duration under the default speed limits', () => {
  test('the closed forms are the published figures', () => {
    expect(closedForm.idle(figures)).toBeCloseTo(published.value('fullResyncSecondsIdle'), 9)
    expect(closedForm.throttled(figures)).toBeCloseTo(published.value('fullResyncSecondsThrottled'), 9)
    expect(closedForm.bitmap(figures)).toBeCloseTo(published.value('bitmapResyncSecondsIdle'), 9)
  })

  test.each([
    ['fullResyncSecondsIdle', 'idle'], ['fullResyncSecondsThrottled', 'throttled'], ['bitmapResyncSecondsIdle', 'bitmap'],
  ] as const)('md-resync-032, VS-46 by simulation: %s', (metric, way) => {
    expect(Math.abs(recoverySeconds(figures, way) - published.value(metric))).toBeLessThanOrEqual(MICROSECONDS)
  })

  test.each([
    ['10 % larger', changed({ sizeGib: 22 })], ['upper limit 10 % lower', changed({ max: figures.max * 0.9 })],
    ['lower limit 10 % higher', changed({ min: figures.min * 1.1 })], ['13 instead of 12 changed chunks', changed({ chunks: 13 })], ['chunks half as large', changed({ chunkMib: 32 })],
  ] as const)('md-resync-032 by simulation with one figure changed: %s', (_, of) => {
    for (const way of ['idle', 'throttled', 'bitmap'] as const)
      expect(Math.abs(recoverySeconds(of, way) - closedForm[way](of)), way).toBeLessThanOrEqual(MICROSECONDS)
  })
})
