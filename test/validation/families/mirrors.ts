/** How long md copies: size divided by speed, and the shipped models. */
import { HOUR, SECOND } from '../../../src/base/time.ts'
import type { SimRequest } from '../../../src/models/stack.ts'
import { play, type Sections } from '../../support/systems.ts'
import { figures, numbersOf, type Family, type Parameters } from '../family.ts'

const KIB_PER_GIB = 1024 ** 2, KIB_PER_MIB = 1024
const resync = (p: Parameters) => numbersOf(p, 'sizeGiB', 'speedMaxKiBps', 'speedMinKiBps', 'dirtyChunks', 'bitmapChunkMiB')

/** A mirror of exactly this size on disks faster than the limit; its first half fails, leaves, and is added again. */
function recoverySeconds(p: Parameters, way: 'idle' | 'throttled' | 'bitmap'): number {
  const of = resync(p), sizeMib = Math.round(of.sizeGiB * 1024), disk = (host: string) => ({ host, to: 'client', size: `${sizeMib + 1024} MiB`, online: 'auto' })
  const sections: Sections = {
    hypervisor: { systems: { power5: {} }, guests: { i5a: { on: 'power5', os: 'ibm-i' }, i5b: { on: 'power5', os: 'ibm-i' }, client: { on: 'power5', os: 'linux' } } },
    vscsi: { spaces: { d1: disk('i5a'), d2: disk('i5b') } },
    scsi: { layout: { client: { data: 'rest' } } },
    md: {
      arrays: { md0: { on: 'client', members: ['d1/data', 'd2/data'], size: `${sizeMib} MiB`, io: 'idle', ...(way === 'bitmap' && { bitmap: { chunk: `${of.bitmapChunkMiB} MiB` } }) } },
      // Under other I/O the disks would leave nothing to a recovery: it gets its lower limit.
      speed: { limitMin: Math.round(of.speedMinKiBps), limitMax: Math.round(of.speedMaxKiBps), rate: 1_000_000, busyShare: 0 },
    },
  }
  const write = (chunk: number): object => ({ type: 'md.write', array: 'md0', atKib: chunk * 7 * of.bitmapChunkMiB * KIB_PER_MIB % (sizeMib * KIB_PER_MIB), kib: 4, buffered: false })
  const steps = [
    { type: 'md.fail', array: 'md0', device: 'sda1' }, { type: 'md.remove', array: 'md0', device: 'sda1' },
    // Without a bitmap a single write is enough to make the whole disk stale.
    ...(way === 'bitmap' ? Array.from({ length: of.dirtyChunks }, (_, chunk) => write(chunk)) : [write(0)]),
    ...(way === 'throttled' ? [{ type: 'md.setBusy', array: 'md0', busy: true }] : []),
    { type: 'md.add', array: 'md0', device: 'sda1', reAdd: true },
  ]
  const run = play(sections, steps.map((request, i) => ({ at: (i + 1) * SECOND, request: request as SimRequest })), { until: 240 * HOUR })
  const refused = run.trace.find(entry => entry.refusal !== undefined)
  if (refused !== undefined) throw new Error(refused.refusal!.text)
  const at = (type: string): number => run.trace.find(entry => entry.event.type === type)!.at
  return (at('md.syncDone') - at('md.syncStarted')) / SECOND
}

const mdResync: Family = {
  analytic(p) {
    const { sizeGiB, speedMaxKiBps, speedMinKiBps, dirtyChunks, bitmapChunkMiB } = resync(p), whole = sizeGiB * KIB_PER_GIB
    return figures({
      fullResyncSecondsIdle: () => whole / speedMaxKiBps, fullResyncSecondsThrottled: () => whole / speedMinKiBps, bitmapResyncSecondsIdle: () => dirtyChunks * bitmapChunkMiB * KIB_PER_MIB / speedMaxKiBps,
    })
  },
  // Simulated time is whole microseconds, and a recovery is paced a few times.
  near: 1e-6,
  otherwise: p => figures({
    fullResyncSecondsIdle: () => recoverySeconds(p, 'idle'), fullResyncSecondsThrottled: () => recoverySeconds(p, 'throttled'), bitmapResyncSecondsIdle: () => recoverySeconds(p, 'bitmap'),
  }),
}

export const mirrors: Readonly<Record<string, Family>> = { 'md-resync': mdResync }
