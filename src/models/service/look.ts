/**
 * What is true of the things that services need, read from the slices below, and what follows when it has changed: the nodes above the
 * leaf are counted anew, and the services whose own node has changed are reassessed.
 *
 * Things that do not exist are never there. What merely waits (a silent disk, a hung guest) is neither there nor gone.
 */
import type { DeepReadonly } from '../../base/readonly.ts'
import type { Context, WorldOf } from '../../core/model.ts'
import type { boot } from '../boot/model.ts'
import { rootAccess } from '../boot/state.ts'
import type { component } from '../component/model.ts'
import { worksOf, type ComponentId } from '../component/state.ts'
import type { hypervisor } from '../hypervisor/model.ts'
import type { GuestId } from '../hypervisor/state.ts'
import type { IpRequest } from '../ip/events.ts'
import type { ip } from '../ip/model.ts'
import type { NodeId } from '../ip/state.ts'
import type { md } from '../md/model.ts'
import type { ArrayId } from '../md/state.ts'
import type { scsi } from '../scsi/model.ts'
import type { DiskId } from '../scsi/state.ts'
import { reassess } from './booking.ts'
import type { ServiceFact } from './events.ts'
import { hasPreferred, hasRouter } from './holdings.ts'
import { isBearable, isMet, setLeaf } from './network.ts'
import type { LeafKind, ServiceState, Truth } from './state.ts'

export type Below = WorldOf<readonly [typeof hypervisor, typeof scsi, typeof md, typeof boot, typeof ip, typeof component]>
export type Cx = Context<Below, ServiceFact | IpRequest>

export function truthOf(s: ServiceState, world: DeepReadonly<Below>, kind: LeafKind, thing: string): Truth {
  switch (kind) {
    case 'guest': {
      const guest = world.hypervisor.guests[thing as GuestId]
      return guest === undefined || !guest.up || guest.state === 'shutting down' ? 'no' : guest.hung ? 'waits' : 'yes'
    }
    case 'arrayReadable':
    case 'arrayWritable': {
      const array = world.md.arrays[thing as ArrayId]
      if (array === undefined || array.state !== 'active') return 'no'
      const { readable, writable, stalled } = array.access
      return !(kind === 'arrayReadable' ? readable : writable) ? 'no' : stalled ? 'waits' : 'yes'
    }
    case 'arrayRedundant': return (s.exposure[thing as ArrayId]?.copies ?? 0) >= 2 ? 'yes' : 'no'
    case 'rootReadable':
    case 'rootWritable': {
      const { readable, writable, stalled } = rootAccess(world.boot, thing as GuestId)
      return !(kind === 'rootReadable' ? readable : writable) ? 'no' : stalled ? 'waits' : 'yes'
    }
    case 'disk': {
      const path = world.scsi.disks[thing as DiskId]?.path
      return path === 'ok' ? 'yes' : path === 'silent' ? 'waits' : 'no'
    }
    case 'service': {
      const root = s.nodes[s.services[thing as never]?.root ?? -1]
      return root === undefined ? 'no' : isMet(root) ? 'yes' : isBearable(root) ? 'waits' : 'no'
    }
    case 'component': return worksOf(world.component.components[thing as ComponentId]) ? 'yes' : 'no'
    case 'preferredAddress': {
      const [node = '', prefix] = thing.split(' in ')
      return ofNode(world, node, hasPreferred(world.ip, node as NodeId, prefix))
    }
    case 'defaultRouter': return ofNode(world, thing, hasRouter(world.ip, thing as NodeId, s.silent[thing as NodeId] ?? []))
    // What an echo request does not tell is not known.
    case 'reaches': return s.reaches[thing]?.answered === true ? 'yes' : 'no'
  }
}

/** A node that hangs still has what it has, and does nothing with it. */
const ofNode = (world: DeepReadonly<Below>, node: string, has: boolean): Truth => !has ? 'no' : world.ip.nodes[node as NodeId]!.hung ? 'waits' : 'yes'

/** The words for a need that is not met; those of a guest are the event's. */
const WORDS: Readonly<Record<LeafKind, readonly [no: string, waits: string]>> = {
  guest: ['is down', 'hangs'],
  arrayReadable: ['cannot be read', 'waits for a silent disk'],
  arrayWritable: ['cannot be written', 'waits for a silent disk'],
  arrayRedundant: ['has one good copy at most', 'has one good copy at most'],
  rootReadable: ['cannot read its root', 'waits for its root'],
  rootWritable: ['cannot write its root', 'waits for its root'],
  disk: ['cannot be reached', 'is silent'],
  service: ['is down', 'stalls'],
  component: ['does not work', 'does not work'],
  preferredAddress: ['has no preferred global address', 'hangs'],
  defaultRouter: ['has no live default router', 'hangs'],
  reaches: ['gets no answer', 'gets no answer'],
}

export function look(s: ServiceState, kind: LeafKind, thing: string, cx: Cx): void {
  const leaf = s.leaves[kind][thing]
  if (leaf === undefined) return
  const truth = truthOf(s, cx.world, kind, thing)
  if (truth !== leaf.truth) set(s, kind, thing, truth, WORDS[kind][truth === 'waits' ? 1 : 0], cx)
}

export function set(s: ServiceState, kind: LeafKind, thing: string, truth: Truth, words: string, cx: Cx): void {
  if (s.leaves[kind][thing] === undefined) return
  setLeaf(s, kind, thing, truth, id => {
    reassess(s, id, phrase(s, kind, thing, words), cx)
    // Whoever needs this service goes the same way at once: a stall is passed on as a stall, for others may be more patient.
    look(s, 'service', id, cx)
  })
}

function phrase(s: ServiceState, kind: LeafKind, thing: string, words: string): string {
  if (kind === 'reaches') return `${s.reaches[thing]!.from} ${words} from ${s.reaches[thing]!.to}`
  const [node, prefix] = thing.split(' in ')
  return kind === 'preferredAddress' && prefix !== undefined ? `${node} ${words} in ${prefix}` : `${thing} ${words}`
}
