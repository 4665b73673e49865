/**
 * What a user of an array gets now: readable and writable are two things, and a stalled array is neither failed nor working.
 *
 * Readable: a member in sync can be reached, whether or not md has noticed the others are gone. Writable: readable, never broken since
 * it was started (VS-81), not read-only. Stalled: an I/O waits for a silent disk until the bus gives it up or it answers again (VS-5).
 */
import type { Context } from '../../core/model.ts'
import type { ScsiRequest } from '../scsi/events.ts'
import { outcome, type DeviceId, type ScsiState } from '../scsi/state.ts'
import type { MdFact, MdRequest } from './events.ts'
import type { ArrayId, MdArray, MdState } from './state.ts'

export type Cx = Context<{ scsi: ScsiState; md: MdState }, MdRequest | MdFact | ScsiRequest>

export function tellAccess(id: ArrayId, a: MdArray, cx: Cx): void {
  let readable = false
  if (a.state === 'active')
    for (const at of a.slotted) {
      const m = a.members[at]!
      if (m.inSync && !m.hollow && outcome(cx.world.scsi, m.device, 'read') !== 'error') {
        readable = true
        break
      }
    }
  const writable = readable && !a.broken && a.mode !== 'ro', stalled = a.waitsFor.length > 0, { access } = a
  if (access.readable === readable && access.writable === writable && access.stalled === stalled) return
  access.readable = readable
  access.writable = writable
  access.stalled = stalled
  cx.emit({ type: 'md.accessChanged', array: id, readable, writable, stalled })
}

/** An I/O waits for this device; the bus begins to count. */
export function stall(a: MdArray, device: DeviceId, cx: Cx): void {
  if (a.waitsFor.includes(device)) return
  a.waitsFor.push(device)
  cx.emit({ type: 'scsi.awaitCommand', device })
}
