/** What a file system's commits leave in the write-intent bitmap while a disk is away, whenever it goes. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../../../src/base/time.ts'
import { property } from '../../support/property.ts'
import { diligent, play, router } from '../../support/systems.ts'

test('VS-48 VS-55 at whatever moment a disk goes, with a bitmap no more is copied than there were commits', () => {
  property(fc.property(fc.nat(20 * SECOND), fc.integer({ min: 1, max: 30 }), (moment, minutes) => {
    const sections = router({ hosts: 2, sizeMib: 100_000, bitmap: true, swap: false, operators: [diligent()] }), lost = HOUR + moment
    const { trace } = play(sections, [{ at: lost, request: { type: 'scsi.losePath', disk: 'd1' } as never }, { at: lost + minutes * MINUTE, request: { type: 'scsi.restorePath', disk: 'd1' } as never }], { until: 3 * HOUR })
    const at = (type: string) => trace.find(({ event }) => event.type === type)!.at, seconds = (at('md.syncDone') - at('md.syncStarted')) / SECOND
    // A chunk of 64 MiB for each commit, every 5 s, as long as the disk is not back; within a gigabyte, at 50,000 KiB/s.
    const chunks = (at('md.syncStarted') - lost) / (5 * SECOND) + 2
    expect(seconds).toBeLessThanOrEqual(Math.min(chunks * 64, 1024) * 1024 / 50_000 + 1)
    expect(seconds).toBeGreaterThan(64 * 1024 / 50_000 - 1)
  }), { numRuns: 30 })
})
