/**
 * NWSDs going on and off, and what that means for the client's adapter and for each path.
 *
 * One rule decides a path: an NWSD that is not varied on serves nothing (`lost`: the hypervisor told the client, commands fail at
 * once); a hung host serves nothing and nobody tells (`silent`); a space whose disks are gone answers, but neither reads nor writes
 * (`broken`). The bus is told of changes only.
 */
import { must } from '../../base/assert.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import type { Context } from '../../core/model.ts'
import type { HypervisorRequest } from '../hypervisor/events.ts'
import type { GuestId, HypervisorState } from '../hypervisor/state.ts'
import type { ScsiRequest } from '../scsi/events.ts'
import type { DiskId, ScsiState } from '../scsi/state.ts'
import { take } from '../span.ts'
import type { VscsiFact, VscsiRequest } from './events.ts'
import { GRANTED, type Nwsd, type NwsdId, type SpacePath, type VscsiState } from './state.ts'

export type Cx = Context<{ hypervisor: HypervisorState; scsi: ScsiState; vscsi: VscsiState }, VscsiRequest | VscsiFact | HypervisorRequest | ScsiRequest>

export const nwsdIn = (s: VscsiState, id: NwsdId): Nwsd => must(s.nwsds[id], 'the NWSD exists')

/** The host is up and answers: somebody can vary an NWSD on there. */
export function hostServes(hypervisor: DeepReadonly<HypervisorState>, host: GuestId): boolean {
  const guest = hypervisor.guests[host]
  return guest !== undefined && guest.up && !guest.hung && guest.state === 'running'
}

function pathOf(n: Nwsd, lost: boolean, hung: boolean): SpacePath {
  if (n.state !== 'varied on') return 'lost'
  if (hung) return 'silent'
  return lost ? 'broken' : 'ok'
}

/** Tells the bus what has changed about the paths of an NWSD. */
export function tellPaths(s: VscsiState, n: Nwsd, cx: Cx): void {
  const hung = cx.world.hypervisor.guests[n.host]?.hung === true
  for (const disk of n.spaces) tellPath(s, n, disk, hung, cx)
}

export function tellPath(s: VscsiState, n: Nwsd, disk: DiskId, hung: boolean, cx: Cx): void {
  const space = must(s.spaces[disk], 'a linked storage space exists'), path = pathOf(n, space.lost, hung)
  if (path === space.path) return
  space.path = path
  switch (path) {
    case 'ok': return cx.emit({ type: 'scsi.restorePath', disk })
    case 'lost': return cx.emit({ type: 'scsi.losePath', disk })
    case 'silent': return cx.emit({ type: 'scsi.silencePath', disk })
    case 'broken': return cx.emit({ type: 'scsi.breakMedium', disk })
  }
}

/** The vary on begins; what it ends with is the fact `nwsdChanged`. An NWSD none of whose spaces is left fails at once. */
export function beginVaryOn(s: VscsiState, id: NwsdId, cx: Cx): void {
  const n = nwsdIn(s, id)
  if (n.spaces.length > 0 && n.spaces.every(space => s.spaces[space]!.lost)) return fail(s, id, cx)
  n.state = 'vary on pending'
  n.timer = cx.after(take(n.varyOn, s.assumed, cx, 'vary on', id), { type: 'vscsi.nwsdChanged', nwsd: id, state: 'varied on' })
}

/** The NWSD serves: its init message makes the client's driver log in again, with no action by an operator. */
export function serve(s: VscsiState, id: NwsdId, cx: Cx): void {
  const n = nwsdIn(s, id)
  n.timer = null
  n.state = 'varied on'
  logIn(n, id, cx)
  tellPaths(s, n, cx)
}

/**
 * Connection set-up, in the order of CONNECTION_STEPS: only after the last is I/O sent, so a path is restored after the login. It needs
 * a client that has registered its queue; without one the server just waits.
 */
export function logIn(n: Nwsd, id: NwsdId, cx: Cx, silently = false): void {
  const { adapter } = n, hung = cx.world.hypervisor.guests[n.host]?.hung === true
  if (!adapter.registered || n.state !== 'varied on' || hung) return
  adapter.requestLimit = GRANTED
  if (!silently) cx.emit({ type: 'vscsi.loggedIn', nwsd: id, guest: n.client, requestLimit: GRANTED, fastFail: adapter.fastFail })
}

/**
 * The server's side goes: the hypervisor delivers a transport event, outstanding commands fail, the queue is reset and finds no partner
 * (a limit of -1). Until somebody logs in again each command fails at once.
 */
export function stopServing(s: VscsiState, id: NwsdId, state: 'varied off' | 'failed', cx: Cx): void {
  const n = nwsdIn(s, id), served = n.state === 'varied on'
  if (n.timer !== null) cx.cancel(n.timer)
  n.timer = null
  n.state = state
  if (!served) return
  n.adapter.requestLimit = -1
  if (n.adapter.registered) cx.emit({ type: 'vscsi.transportEvent', nwsd: id, guest: n.client, event: 'closed' })
  tellPaths(s, n, cx)
}

export function fail(s: VscsiState, id: NwsdId, cx: Cx): void {
  stopServing(s, id, 'failed', cx)
  cx.emit({ type: 'vscsi.nwsdChanged', nwsd: id, state: 'failed' })
}

/** The space is gone. The server goes on: the client's commands are answered, with errors. */
export function loseSpace(s: VscsiState, disk: DiskId, cx: Cx): void {
  const space = must(s.spaces[disk], 'the storage space exists')
  if (space.lost) return
  space.lost = true
  cx.emit({ type: 'vscsi.spaceLost', space: disk })
  const n = nwsdIn(s, space.nwsd)
  tellPath(s, n, disk, cx.world.hypervisor.guests[n.host]?.hung === true, cx)
}
