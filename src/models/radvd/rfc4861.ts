/**
 * A router as RFC 4861 6.2 describes it.
 *
 * An interface advertises while it runs, has a link-local address that is assigned, and its file says so (ND-4). The first advertisement
 * goes out at once, each multicast one is followed by a draw between the two intervals (ND-8), cut to 16 s for the first three (ND-9).
 * Solicitations are answered after a draw of up to half a second (ND-12), by multicast not within MinDelayBetweenRAs of the last (ND-13).
 * When it ceases to advertise it says so up to three times (ND-16), and so it does for an address that is no longer its own (ND-21).
 */
import type { Ipv6Text } from '../../base/ipv6.ts'
import { SECOND, type Micros } from '../../base/time.ts'
import { startUp } from './conf/start.ts'
import { contentOf, isLinkLocalText, remember, shortened } from './content.ts'
import { log, type Cx, type Profile } from './context.ts'
import { between } from './draws.ts'
import type { RaOccasion } from './events.ts'
import { arm } from './schedule.ts'
import { ALL_NODES, canSendFrom, deviceOf, sourceOf, transmit } from './sending.ts'
import type { Speaker } from './state.ts'

const MAX_INITIAL_RTR_ADVERTISEMENTS = 3
const MAX_INITIAL_RTR_ADVERT_SECONDS = 16
const MAX_RA_DELAY_SECONDS = 0.5
/** More answers than these in one half second are one answer, to all. */
const MOST_REPLIES = 64

export const rfc4861: Profile = {
  startUpMicros: 0,
  setUp({ a, d, name }, cx) {
    const device = deviceOf(cx.world.ip, a), { settled, faults } = startUp(a.conf, { maxMtuOctets: device?.linkMtu ?? null }, 'rfc')
    for (const { text } of faults) log(name, text, cx)
    a.settled = faults.length > 0 ? null : d.shortPrefixLifetimes ? shortened(settled) : settled
    return true
  },
  begin: refresh,
  interval,
  due(x, cx) {
    const { a } = x
    if (a.dueAt !== null && cx.now >= a.dueAt) multicast(x, cx)
    else answer(x, cx)
    arm(x, cx)
  },
  solicited(x, from, cx) {
    const { a, d } = x
    if (a.source === null || a.settled === null || a.finals > 0 || d.stopping) return
    const { unicastOnly, advRaSolicitedUnicast, clients } = a.settled
    if (clients.length > 0 && !clients.includes(from)) return
    if (from !== '::' && (unicastOnly || clients.length > 0 || advRaSolicitedUnicast)) return answerLater(x, from, cx)
    if (!unicastOnly) answerAll(x, cx)
  },
  linkChanged: refresh,
  addressesChanged: (x, _, cx) => refresh(x, cx),
  forwardingChanged: (x, cx) => {
    // What is advertised has changed (6.2.4): as in the beginning.
    if (x.a.source !== null && x.a.finals === 0) beginAnew(x, cx)
  },
}

/** Ceases to advertise: final advertisements from now on. False: there is nobody who would have to be told. */
export function cease(x: Speaker, cx: Cx): boolean {
  const { a, d } = x
  if (a.source === null || a.settled === null || (a.settled.unicastOnly && a.settled.clients.length === 0)) return false
  a.finals = d.finalAdvertisements
  a.replies = []
  a.dueAt = soonest(x, cx.now)
  arm(x, cx)
  return true
}

/** Is it an advertising interface, and from which address? */
function refresh(x: Speaker, cx: Cx): void {
  const { a, d } = x, device = deviceOf(cx.world.ip, a), former = a.source
  const candidate = a.settled?.advSendAdvert === true && a.finals === 0 && !d.stopping ? usableSource(x, cx) : a.finals > 0 ? former : null
  if (candidate === former) return
  a.source = candidate
  a.replies = []
  a.solicited = false
  a.dueAt = null
  if (former !== null && device?.running === true) {
    a.formerSource = former
    a.formerFinals = d.finalAdvertisements
    a.dueAt = soonest(x, cx.now)
  }
  if (candidate === null || a.formerFinals > 0) arm(x, cx)
  else beginAnew(x, cx)
}

function usableSource({ a }: Speaker, cx: Cx): Ipv6Text | null {
  const device = deviceOf(cx.world.ip, a)
  if (a.conf.sourceAddresses.length === 0 && device !== undefined)
    for (const address in device.addresses) if (isLinkLocalText(address) && canSendFrom(device, address)) return address
  const source = sourceOf(device, a)
  return canSendFrom(device, source) && isLinkLocalText(source) ? source : null
}

/** A multicast advertisement may not come sooner than this. */
const soonest = ({ a }: Speaker, now: Micros): Micros =>
  a.lastMulticastAt === null || a.settled === null ? now : Math.max(now, a.lastMulticastAt + Math.round(a.settled.minDelayBetweenRasSeconds * SECOND))

function beginAnew(x: Speaker, cx: Cx): void {
  const { a } = x
  a.raCount = 0
  a.solicited = false
  a.dueAt = a.settled!.unicastOnly && a.settled!.clients.length === 0 ? null : soonest(x, cx.now)
  arm(x, cx)
}

/** The time of the next multicast advertisement has come. */
function multicast(x: Speaker, cx: Cx): void {
  const { a } = x
  if (a.formerFinals > 0) {
    a.formerFinals--
    send(x, ALL_NODES, 'final', a.formerSource!, cx)
    a.dueAt = a.formerFinals > 0 ? soonest(x, cx.now) : null
    if (a.formerFinals === 0) {
      a.formerSource = null
      if (a.source !== null) beginAnew(x, cx)
    }
  } else if (a.finals > 0) {
    a.finals--
    sendToAll(x, 'final', cx)
    a.dueAt = a.finals > 0 ? soonest(x, cx.now) : null
    if (a.finals === 0) a.source = null
  } else {
    sendToAll(x, a.solicited ? 'solicited' : 'periodic', cx)
    const drawn = interval(x, cx)
    a.dueAt = cx.now + (a.raCount < MAX_INITIAL_RTR_ADVERTISEMENTS ? Math.min(drawn, MAX_INITIAL_RTR_ADVERT_SECONDS * SECOND) : drawn)
    if (a.raCount < MAX_INITIAL_RTR_ADVERTISEMENTS) a.raCount++
    a.solicited = false
    // Whoever waited for an answer has it (ND-12).
    a.replies = []
  }
}

function interval({ a }: Speaker, cx: Cx): Micros {
  const { minRtrAdvIntervalSeconds: min, maxRtrAdvIntervalSeconds: max } = a.settled!
  return between(min, max, cx.rng('ra interval', a.interface).uniform())
}

function answer(x: Speaker, cx: Cx): void {
  const { a } = x, ready = a.replies.filter(({ at }) => at <= cx.now)
  if (ready.length === 0) return
  a.replies = a.replies.filter(({ at }) => at > cx.now)
  for (const { to } of ready) send(x, to, 'solicited', a.source!, cx)
}

/** The delay is counted from the first solicitation that the answer is for; what is sent to all anyway before that is the answer. */
function answerLater(x: Speaker, from: Ipv6Text, cx: Cx): void {
  const { a } = x
  if (a.replies.some(({ to }) => to === from)) return
  if (a.replies.length >= MOST_REPLIES && !a.settled!.unicastOnly && a.settled!.clients.length === 0) return answerAll(x, cx)
  a.replies.push({ to: from, at: cx.now + delay(x, cx) })
  arm(x, cx)
}

function answerAll(x: Speaker, cx: Cx): void {
  const { a } = x
  if (a.solicited) return
  const at = soonest(x, cx.now) + delay(x, cx)
  a.solicited = true
  if (a.dueAt === null || at < a.dueAt) a.dueAt = at
  arm(x, cx)
}

const delay = ({ a }: Speaker, cx: Cx): Micros => between(0, MAX_RA_DELAY_SECONDS, cx.rng('ra delay', a.interface).uniform())

function sendToAll(x: Speaker, occasion: RaOccasion, cx: Cx): void {
  const { a } = x, { clients } = a.settled!
  if (clients.length === 0) return send(x, ALL_NODES, occasion, a.source!, cx)
  for (const client of clients) send(x, client, occasion, a.source!, cx)
}

/** All options, every time (ND-18). */
function send(x: Speaker, to: Ipv6Text, occasion: RaOccasion, source: Ipv6Text, cx: Cx): void {
  const { a, d, name } = x, device = deviceOf(cx.world.ip, a)
  if (to === ALL_NODES) a.lastMulticastAt = cx.now
  if (device === undefined || !device.running) return cx.emit({ type: 'radvd.sendFailed', daemon: name, interface: a.interface })
  const routes = cx.world.ip.nodes[d.node]?.forwarding === true
  const content = contentOf(x, device, cx.now, routes ? a.settled!.advDefaultLifetimeSeconds : 0)
  remember(x, content, cx.now)
  transmit(x, { to, occasion, source, content }, device, cx)
}
