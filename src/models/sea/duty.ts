/**
 * Which trunks a shared Ethernet adapter should bridge, from what it is and what it last heard of its peer.
 *
 * Rules (VE-41 to VE-44): the lower priority number is active; who has no link, a silent target, or is set standby, is not; without a peer
 * everything is its own. Nobody takes a trunk while the peer still bridges it, so that a role is handed over and not doubled.
 */
import type { DeepReadonly } from '../../base/readonly.ts'
import type { NetState } from '../net/state.ts'
import type { SeaPhase } from './events.ts'
import type { Sea } from './state.ts'

type Self = DeepReadonly<Sea>

/** For each trunk in turn: bridge it? */
export function duty(sea: Self, link: boolean): boolean[] {
  const wanted = wantedOf(sea, link), { peer } = sea
  return wanted.map((want, n) => want && (sea.active[n] === true || peer === null || peer.active[n] !== true || sea.mode === 'disabled'))
}

function wantedOf(sea: Self, link: boolean): boolean[] {
  const { mode, peer, active, trunks, priority } = sea, all = (value: boolean) => trunks.map(() => value)
  if (!sea.running) return all(false)
  if (mode === 'disabled') return all(true)
  if (mode === 'standby' || !isFit(sea, link)) return all(false)
  if (sea.phase === 'starting' && peer === null) return all(false)
  if (peer === null || !peer.able) return all(true)
  if (mode === 'sharing' && peer.sharing) return trunks.map((_, n) => (n < Math.ceil(trunks.length / 2)) === (priority < peer.priority))
  const mine = priority < peer.priority
  // Without fail-back who is active stays so, unless both are.
  if (!sea.failBack) {
    if (active.includes(true) && !peer.active.includes(true)) return all(true)
    if (!active.includes(true) && peer.active.includes(true)) return all(false)
  }
  return all(mine)
}

export const isFit = ({ target, unanswered, missed }: Self, link: boolean): boolean => link && !(target !== null && unanswered > missed)

/** What its state is called. */
export function phaseOf(sea: Self, link: boolean): SeaPhase {
  if (!sea.running && sea.phase === 'down') return 'down'
  const count = sea.active.filter(Boolean).length
  if (count === sea.trunks.length) return 'primary'
  if (count > 0) return 'sharing'
  if (sea.mode === 'standby') return 'standby'
  if (!isFit(sea, link)) return 'limbo'
  return sea.phase === 'starting' && sea.peer === null ? 'starting' : 'backup'
}

export const hasLink = (sea: Self, net: DeepReadonly<NetState>): boolean => net.ports[sea.physical]?.carrier === true
/** As its peer is told. */
export const isAble = (sea: Self, net: DeepReadonly<NetState>): boolean => sea.mode !== 'standby' && isFit(sea, hasLink(sea, net))
