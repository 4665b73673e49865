/**
 * Which faults a promise covers. A mirror survives as long as one complete copy can be reached; a fault that would take the last one away proves nothing
 * about a script, so it is held back. So is one that would strike who is struck already.
 */
import type { DeepReadonly } from '../base/readonly.ts'
import type { GuestId } from '../models/hypervisor/state.ts'
import { outcome } from '../models/scsi/state.ts'
import type { World } from '../models/stack.ts'
import type { Fault } from './schedule.ts'
import type { Target } from './target.ts'

type View = DeepReadonly<World>

/** null: it may strike. `away`: who is struck already, or has not finished coming back. */
export function heldBack(target: Target, world: View, fault: Fault, away: ReadonlySet<string>): string | null {
  if (away.has(fault.target)) return 'struck already'
  const guest = world.hypervisor.guests[fault.target as GuestId]
  if (guest !== undefined && (!guest.up || guest.hung || guest.state !== 'running')) return 'not running'
  // Only its network stops: its disks stay.
  if (fault.kind === 'restrict' || target.vary.copies === 0) return null
  const isClient = fault.kind === 'clientCrash' || fault.kind === 'clientIpl'
  for (const client of target.clients) {
    const { up, state } = world.hypervisor.guests[client]!
    // Which of the copies is the newest is decided when it boots.
    if (!isClient && (!up || state !== 'running')) return `${client} is down`
  }
  if (isClient) return null
  for (const id of target.arrays) if (completeCopies(target, world, id, new Set([...away, fault.target])) < target.vary.copies) return `the last complete copy of ${id}`
  return null
}

/** Members in sync whose disk answers and is served by nobody who is struck. */
export function completeCopies(target: Target, world: View, id: (typeof target.arrays)[number], away: ReadonlySet<string>): number {
  const array = world.md.arrays[id]!
  let copies = 0
  for (const { inSync, faulty, hollow, device, disk } of array.members) {
    if (!inSync || faulty || hollow || outcome(world.scsi, device, 'read') !== 'ok') continue
    let served = true
    for (const host of away) if (target.disksOf.get(host)?.includes(disk)) served = false
    if (served) copies++
  }
  return copies
}
