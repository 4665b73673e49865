/**
 * A router advertisement has come: judged and read once, then applied by every host that heard it (RFC 4861 6.3.4, RFC 4862 5.5.3).
 *
 * What it does not speak of stays as it is (ND-51); zero in a parameter says nothing (ND-47). A host that learns nothing new writes the ends
 * of lifetimes and sends no event. Linux, as recorded: an advertisement whose router is not used says nothing of hop limits, and times are
 * whole ticks of 4 ms, at least two of them between probes.
 */
import type { DeepReadonly } from '../../base/readonly.ts'
import type { Ipv6Packet } from '../../wire/ipv6.ts'
import type { Interface } from '../ip/state.ts'
import { isMessage, raFault } from '../ip/validity.ts'
import { deprecateEnded, deprecateUnadvertised, hearAutonomous } from './addresses.ts'
import { adviceOf, withoutOptions, type Advice } from './advice.ts'
import { isWorthRemembering, keepOn, remember, textOf } from './again.ts'
import type { Cx } from './context.ts'
import { hearNames } from './names.ts'
import { hearOnLink } from './prefixes.ts'
import { hearRouter, isTooShort } from './routers.ts'
import { answered, listens } from './solicit.ts'
import type { HostInterface, InterfaceId, SlaacState } from './state.ts'

export function received(s: SlaacState, interfaces: readonly InterfaceId[], packet: Ipv6Packet, cx: Cx): void {
  if (!isMessage('RA', packet)) return
  const fault = raFault(packet), { payload } = packet
  if (fault !== null) return cx.emit({ type: 'slaac.raIgnored', interfaces, from: packet.source, because: fault })
  if (payload.kind !== 'RA') return
  const said = isWorthRemembering(interfaces) ? textOf(packet) : null
  if (said !== null && keepOn(s, interfaces, packet.source, said, cx)) return
  const ra = adviceOf(packet, payload), heed = { acts: 0 }, attentive = attentiveTo(heed, cx)
  for (const id of interfaces) {
    const i = s.interfaces[id]!
    if (listens(i)) apply(s, i, id, ra, attentive)
  }
  if (heed.acts > 0) s.revision++
  else if (said !== null) remember(s, interfaces, said, ra, cx)
}

/** The same context, which counts what is done with it: all that is more than writing to the slice. */
function attentiveTo(heed: { acts: number }, cx: Cx): Cx {
  return {
    now: cx.now, world: cx.world,
    emit: event => (heed.acts++, cx.emit(event)),
    after: (delay, event) => (heed.acts++, cx.after(delay, event)),
    cancel: timer => (heed.acts++, cx.cancel(timer)),
    rng: (purpose, thing) => (heed.acts++, cx.rng(purpose, thing)),
    refuse: refusal => cx.refuse(refusal), refused: false,
  }
}

function apply(s: SlaacState, i: HostInterface, id: InterfaceId, heard: Advice, cx: Cx): void {
  const { rules } = i, ra = heard.strangeAddress && rules.profile === 'linux' ? withoutOptions(heard) : heard, below = cx.world.ip.interfaces[id]!, own = below.addresses[ra.router]?.state
  // It has gone down since, at this very time.
  if (!below.running) return
  const isOwn = own !== undefined && own !== 'tentative' && own !== 'duplicate', ownVoice = isOwn && !rules.acceptRaFromLocal
  answered(i, ra.lifetime)
  // Linux cannot route by way of itself, and gives up there (as measured).
  if (isOwn && !ownVoice && rules.profile === 'linux' && rules.useDefaultRouter && ra.lifetime > 0 && !isTooShort(i, ra.lifetime)) return
  setParameters(i, id, below, ra, ownVoice, cx)
  hearRouter(i, id, ra, ownVoice, cx)
  if (rules.usePrefixes) {
    for (const option of ra.prefixes) {
      if (isTooShort(i, option.valid) || option.oversized && rules.profile !== 'linux') continue
      if (option.onLink) hearOnLink(s, i, id, option, cx)
      if (option.autonomous && rules.autoconfigure) hearAutonomous(s, i, id, ra, option, cx)
    }
    if (ra.deprecates) deprecateEnded(i, id, cx)
    if (rules.deprecateUnadvertised) deprecateUnadvertised(i, id, ra, cx)
  }
  hearNames(i, id, ra, cx)
}

const LEAST_MTU = 1280
const TICK_MILLIS = 4, LEAST_RETRANS_MILLIS = 8, LEAST_REACHABLE_MILLIS = 100

function setParameters(i: HostInterface, id: InterfaceId, now: DeepReadonly<Interface>, ra: Advice, ownVoice: boolean, cx: Cx): void {
  const { rules } = i, linux = rules.profile === 'linux', used = !linux || rules.useDefaultRouter && !isTooShort(i, ra.lifetime) && !ownVoice
  const hopLimit = used && ra.hopLimit > 0 && ra.hopLimit >= rules.minHopLimit ? ra.hopLimit : now.hopLimit
  const baseReachableMillis = ra.reachableMillis === 0 ? now.baseReachableMillis : linux ? ticks(ra.reachableMillis, LEAST_REACHABLE_MILLIS) : ra.reachableMillis
  const retransMillis = ra.retransMillis === 0 ? now.retransMillis : linux ? ticks(ra.retransMillis, LEAST_RETRANS_MILLIS) : ra.retransMillis
  const told = linux ? ra.firstMtu : ra.lastMtu, mtu = told !== null && rules.acceptMtu && told >= LEAST_MTU && told <= now.linkMtu ? told : now.mtu
  if (hopLimit === now.hopLimit && baseReachableMillis === now.baseReachableMillis && retransMillis === now.retransMillis && mtu === now.mtu) return
  cx.emit({ type: 'ip.setParameters', interface: id, hopLimit, baseReachableMillis, retransMillis, mtu })
}

const ticks = (millis: number, least: number): number => Math.max(least, millis - millis % TICK_MILLIS)
