/**
 * How radvd 2.19 behaves, its quirks included.
 *
 * The first advertisement goes out at once, then fixed gaps of min(16 s, MaxRtrAdvInterval) until three were sent, then a draw between
 * the two intervals (RD-30). Whatever is sent counts, unicast answers (RD-34) and what could not be sent (RD-51) too; and while the
 * count is below three every change of plan means the fixed gap from now, the answer to a solicitation included (RD-33).
 * A solicitation is answered at once, to its sender (RD-31); by multicast only if MinDelayBetweenRAs allows (RD-32).
 * What happens to the interface is looked at one second after the last of it (RD-50). Forwarding that is off is noticed once (RD-36).
 * Source: measured (the recorded scenarios a, b, c, l), behaviour of the published source of that version.
 */
import type { Ipv6Text } from '../../base/ipv6.ts'
import { MILLISECOND, SECOND, type Micros } from '../../base/time.ts'
import { startUp } from './conf/start.ts'
import { contentOf, isLinkLocalText, shrink } from './content.ts'
import { log, type Cx, type Profile } from './context.ts'
import { between, draw } from './draws.ts'
import type { RaOccasion } from './events.ts'
import { arm } from './schedule.ts'
import { ALL_NODES, canSendFrom, deviceOf, sourceOf, transmit } from './sending.ts'
import type { Speaker } from './state.ts'

/** From exec to the first set-up; 15 to 85 ms were measured. */
const START_UP: Micros = 20 * MILLISECOND
const INITIAL_COUNT = 3
const INITIAL_SECONDS = 16
const CHANGED_DELAY: Micros = 1 * SECOND
/** Of MaxRtrAdvInterval: when an interface that is not ready is looked at again. */
const NOT_READY_FACTOR = 10
const MAX_DELAY_SECONDS = 0.5

export const radvd219: Profile = {
  startUpMicros: START_UP,
  setUp: (x, cx) => setUp(x, true, cx) || x.a.conf.ignoreIfMissing,
  begin(x, cx) {
    // From here MinDelayBetweenRAs counts, even if nothing is sent to all: what goes to a list of clients does not count (as measured).
    x.a.lastMulticastAt = cx.now
    if (x.a.settled !== null) speak(x, null, 'periodic', cx)
    plan(x, interval(x, cx), cx)
  },
  interval,
  due(x, cx) {
    if (x.a.dueAt === null || cx.now < x.a.dueAt) return arm(x, cx)
    if (x.a.settled === null) setUp(x, x.a.changed, cx)
    if (x.a.settled !== null) speak(x, null, 'periodic', cx)
    plan(x, interval(x, cx), cx)
  },
  solicited(x, from, cx) {
    const { a, name } = x
    if (a.settled === null && !setUp(x, false, cx)) return log(name, `received RS or RA on ${a.conf.name} but ${a.conf.name} is not ready and setup_iface failed`, cx)
    if (!a.conf.advSendAdvert) return
    const delay = between(0, MAX_DELAY_SECONDS, draw(x, cx)), known = from !== '::', least = Math.round(a.conf.minDelayBetweenRasSeconds * SECOND)
    if (known ? a.conf.unicastOnly || a.conf.advRaSolicitedUnicast : a.conf.unicastOnly) {
      if (known) speak(x, from, 'solicited', cx)
    } else if (a.lastMulticastAt !== null && cx.now - a.lastMulticastAt < least) plan(x, a.lastMulticastAt + least - cx.now + delay, cx)
    else {
      speak(x, null, 'solicited', cx)
      plan(x, interval(x, cx), cx)
    }
  },
  linkChanged: touch,
  addressesChanged(x, announced, cx) {
    const device = deviceOf(cx.world.ip, x.a), now = device === undefined ? [] : Object.keys(device.addresses), { known } = x.a
    if (!announced || (now.length === known.length && now.every(address => known.includes(address)))) return
    x.a.known = now
    touch(x, cx)
  },
  forwardingChanged: () => {},
}

/** SIGTERM, SIGINT: one last advertisement, at once (RD-55). */
export function farewell(x: Speaker, cx: Cx): void {
  const { conf, settled } = x.a
  if (settled !== null && conf.advSendAdvert && !conf.unicastOnly) speak(x, null, 'final', cx)
}

/** Checks the settings and the device. False: nothing is sent here. */
function setUp({ a, name }: Speaker, aloud: boolean, cx: Cx): boolean {
  const device = deviceOf(cx.world.ip, a), { settled, faults, says } = startUp(a.conf, { maxMtuOctets: device?.linkMtu ?? null })
  a.known = device === undefined ? [] : Object.keys(device.addresses)
  a.changed = false
  const ready = device !== undefined && device.up && device.running && !device.disabled && a.known.some(isLinkLocalText) && faults.length === 0
  a.settled = ready ? settled : null
  if (aloud) {
    for (const text of says) log(name, text, cx)
    if (!ready) log(name, `interface ${a.conf.name} does not exist or is not set up properly${a.conf.ignoreIfMissing ? ', ignoring the interface' : ''}`, cx)
  }
  return ready
}

function touch(x: Speaker, cx: Cx): void {
  const { a } = x
  a.changed = true
  a.settled = null
  a.raCount = 0
  a.dueAt = cx.now + CHANGED_DELAY
  arm(x, cx)
}

function interval(x: Speaker, cx: Cx): Micros {
  const { conf, settled } = x.a
  return between(settled?.minRtrAdvIntervalSeconds ?? 0, settled?.maxRtrAdvIntervalSeconds ?? conf.maxRtrAdvIntervalSeconds, draw(x, cx))
}

/** The next attempt, as wanted; unless the interface is not ready, or has not yet sent its first three. */
function plan(x: Speaker, wanted: Micros, cx: Cx): void {
  const { a } = x, max = a.conf.maxRtrAdvIntervalSeconds
  const delay = a.settled === null ? Math.max(SECOND, Math.round(NOT_READY_FACTOR * max * SECOND))
    : a.raCount < INITIAL_COUNT ? Math.round(Math.min(INITIAL_SECONDS, max) * SECOND) : wanted
  a.dueAt = cx.now + delay
  arm(x, cx)
}

/** To all, or to one; with a list of clients to each of them, or to the one if it is on the list (RD-35). */
function speak(x: Speaker, to: Ipv6Text | null, occasion: RaOccasion, cx: Cx): void {
  const { a } = x, { clients, unicastOnly } = a.conf
  if (a.raCount < INITIAL_COUNT) a.raCount++
  if (clients.length > 0) {
    for (const client of clients) if (to === null || to === client) speakTo(x, client, occasion, cx)
  } else if (to !== null || !unicastOnly) speakTo(x, to ?? ALL_NODES, occasion, cx)
}

function speakTo(x: Speaker, to: Ipv6Text, occasion: RaOccasion, cx: Cx): void {
  const { a, name } = x, device = deviceOf(cx.world.ip, a)
  if (!a.conf.advSendAdvert || device === undefined) return
  shrink(a, occasion === 'final', cx.now)
  if (to === ALL_NODES) a.lastMulticastAt = cx.now
  const { advDefaultLifetimeSeconds } = a.settled!, content = contentOf(x, device, cx.now, noticesForwardingOff(x, cx) ? 0 : advDefaultLifetimeSeconds)
  const source = sourceOf(device, a)
  if (canSendFrom(device, source)) return transmit(x, { to, occasion, source, content }, device, cx)
  if (source !== null) cx.emit({ type: 'radvd.sendFailed', daemon: name, interface: a.interface })
}

function noticesForwardingOff({ d, name }: Speaker, cx: Cx): boolean {
  if (d.forwardingNoticed || cx.world.ip.nodes[d.node]?.forwarding !== false) return false
  d.forwardingNoticed = true
  log(name, 'IPv6 forwarding setting is: 0, should be 1 or 2', cx)
  return true
}
