/**
 * The random delays of a recording, for the simulation that replays it: each draw gets the number with which the next thing comes when
 * it was recorded. So everything after it is decided by rules alone; and since a number lies between 0 and 1, a recorded delay outside
 * the range of the model is not reproduced and shows as a difference. Where nothing was recorded to follow (a host that lost its
 * address while it waited) the delay is as long as it can be; draws of other kinds stay those of the seed.
 */
import type { Draws } from '../../src/core/rng.ts'
import type { DeepReadonly } from '../../src/base/readonly.ts'
import type { RadvdState, Advertiser } from '../../src/models/radvd/state.ts'
import type { SlaacState } from '../../src/models/slaac/state.ts'
import type { InterfaceId, IpState } from '../../src/models/ip/state.ts'
import { masked } from './ra-frames.ts'
import type { Happening, Mask, Recording } from './ra-recording.ts'

interface Looked { readonly now: number; readonly world: DeepReadonly<{ ip: IpState; slaac: SlaacState; radvd: RadvdState }> }
/** Timers of the kernel fire up to an eighth late: what was drawn is taken to be this part of what was seen. */
const WHEEL = 0.97
const LATEST = 0.9995, EARLIEST = 0.0005
const part = (from: number, to: number, value: number): number => to <= from ? 0.5 : Math.min(LATEST, Math.max(EARLIEST, (value - from) / (to - from)))

/** `look`: the simulation at the moment of the draw, its clock in seconds of the timeline. */
export function recordedDraws(recording: Recording, mask: Mask, look: () => Looked): Draws {
  const { happenings } = recording, advertised = multicastTimes(recording), taken = new Map<string, number>()
  const next = (from: number, to: number, fits: (one: Happening) => boolean): number | undefined => {
    for (const one of happenings) if (one.at > to) return undefined
      else if (one.at >= from && fits(one)) return one.at
    return undefined
  }
  const split = (thing: string): [host: string, address: string] => [thing.slice(0, thing.indexOf('.')), thing.slice(thing.indexOf('/') + 1)]

  return (purpose, thing) => {
    const { now, world } = look(), [host, address] = split(thing)
    switch (purpose) {
      case 'dad delay': {
        const { dadProbes, addresses } = world.ip.interfaces[thing.slice(0, thing.indexOf('/')) as InterfaceId]!
        const name = addresses[address]?.origin === 'temporary' ? masked(address, true) : mask(host, address)
        const text = dadProbes === 0 ? `${name} preferred` : `probes ${name}`
        // One probe for each draw, unless what was drawn did not come to pass.
        const key = `${host} ${text}`, before = taken.get(key) ?? -Infinity
        const at = next(Math.max(now - 0.05, before <= now + 0.05 ? before + 1e-6 : -Infinity), now + 1.15, one => one.host === host && one.text === text)
        if (at !== undefined) taken.set(key, at)
        // The second after a probe takes up to 1.04 s: what follows from the end of it counts, not the probe.
        const isReady = (one: Happening): boolean => one.host === host && one.text === `${name} preferred`
        const ready = at === undefined || dadProbes === 0 ? undefined : next(at + 0.95 * dadProbes, at + 1.06 * dadProbes, isReady)
        if (ready !== undefined) return part(now, now + 1, ready - dadProbes)
        return at !== undefined ? part(now, now + 1, at) : lastingProbe(recording, host, name, now)
      }
      case 'desync': {
        const { rules } = world.slaac.interfaces[thing as InterfaceId]!, { dadProbes, retransMillis } = world.ip.interfaces[thing as InterfaceId]!
        const successor = happenings.find(one => one.host === host && one.expiry === true && one.text.startsWith('probes temporary') && one.at > now)
        if (successor === undefined) return undefined
        const preferred = rules.temporaryPreferred / 1e6, advance = 2 + 3 * dadProbes * retransMillis / 1000
        return part(0, Math.min(rules.temporaryMaxDesync / 1e6, preferred), now + preferred - advance - successor.at)
      }
      case 'solicitation delay': {
        const at = next(now - 0.05, now + 1.15, one => one.host === host && one.text.startsWith('solicits'))
        return at === undefined ? undefined : part(now, now + 1, at)
      }
      case 'solicitation gap': {
        const { solicitGap, rules } = world.slaac.interfaces[thing as InterfaceId]!, last = solicitGap / 1e6, base = last === 0 ? rules.solicitationInterval / 1e6 : last
        const middle = last === 0 ? base : 2 * last, at = next(now + middle * 0.7, now + middle * 1.3, one => one.host === host && one.text.startsWith('solicits'))
        return at === undefined ? undefined : part(middle - 0.1 * base, middle + 0.1 * base, (at - now) * WHEEL)
      }
      case 'reachable time': {
        const seconds = reachableSeconds(recording, host)
        return seconds === undefined ? undefined : part(0.5, 1.5, seconds / (world.ip.interfaces[thing as InterfaceId]!.baseReachableMillis / 1000))
      }
      case 'ra interval': {
        const own = speaker(world.radvd, thing, now), a = own?.a
        if (a === undefined) return undefined
        const [device, lastAt] = [a.interface as string, a.lastMulticastAt === null ? null : a.lastMulticastAt / 1e6 - own!.zero]
        const times = advertised.get(device) ?? advertised.get(device.split('.')[0]!) ?? []
        if (own!.replies) {
          const from = (lastAt ?? now) + a.conf.minDelayBetweenRasSeconds, at = times.find(time => time >= from - 0.05 && time <= from + 0.6)
          return at === undefined ? undefined : part(from, from + 0.5, at)
        }
        const [least, most] = bounds(a), mine = fits(times, now, [least, most])
        if (mine !== undefined) return part(now + least, now + most, mine)
        // One that will not speak any more draws for another of its sequence that has still to draw this number.
        for (const { a: other, zero } of own!.others) {
          if (other.dueAt === null) continue
          const then = other.dueAt / 1e6 - zero, [from, to] = bounds(other), at = fits(advertised.get((other.interface as string).split('.')[0]!) ?? [], then, [from, to])
          if (at !== undefined) return part(then + from, then + to, at)
        }
        return LATEST
      }
      default: return undefined
    }
  }

  /** Which interface of which daemon draws: the one whose time has come; else one that was just asked. */
  function speaker({ daemons }: DeepReadonly<RadvdState>, sequence: string, now: number): Speaking | undefined {
    const zero = ZERO + recording.fraction, micros = Math.round((now + zero) * 1e6)
    const all = Object.values(daemons).filter(d => d.running && d.sequence === sequence).flatMap(d => d.advertisers.map(a => ({ a, drawn: d.drawn, zero })))
    const due = all.find(({ a }) => a.dueAt === null || a.dueAt <= micros) ?? all.find(({ a }) => a.lastMulticastAt === micros), drawing = due ?? all[0]
    return drawing && { a: drawing.a, replies: due === undefined, zero, others: all.filter(other => other.a !== drawing.a && other.drawn === drawing.drawn) }
  }
}

interface Speaking {
  readonly a: DeepReadonly<Advertiser>
  /** Draws the delay of an answer, not a gap. */
  readonly replies: boolean
  readonly zero: number
  /** Those that have still to draw the same number. */
  readonly others: readonly { readonly a: DeepReadonly<Advertiser>; readonly zero: number }[]
}

type Bounds = readonly [least: number, most: number]
const bounds = ({ settled, conf }: DeepReadonly<Advertiser>): Bounds =>
  [settled?.minRtrAdvIntervalSeconds ?? 0, settled?.maxRtrAdvIntervalSeconds ?? conf.maxRtrAdvIntervalSeconds]
const fits = (all: readonly number[], from: number, [least, most]: Bounds): number | undefined => all.find(time => time >= from + least - 0.3 && time <= from + most + 0.3)

/** Whole seconds before the timeline starts, in which routers come up. */
export const ZERO = 10

/** Where its frames were not recorded: the address was assigned a second after its probe. If it never was, nothing is known of a probe. */
function lastingProbe({ happenings }: Recording, host: string, address: string, now: number): number {
  const ready = happenings.find(one => one.host === host && one.at >= now + 0.95 && one.at < now + 2.2 && one.text === `${address} preferred`)
  return ready === undefined ? LATEST : part(now, now + 1, ready.at - 1.02)
}

/** Whoever solicits is answered within these seconds. */
const ANSWERED = 0.05

/** By interface where these were told apart, else by host. A list of clients is sent to by timer, one by one. */
function multicastTimes({ happenings, captured, heard, actions, files }: Recording): Map<string, number[]> {
  const times = new Map<string, number[]>()
  const solicited = actions.filter(action => action.do === 'send_frame').map(({ t }) => t), toClients = [...files.values()].some(text => /\bclients\b/.test(text))
  for (const { at, host, text } of happenings) {
    const byTimer = toClients && text.startsWith('advertises to ') && !happenings.some(one => one.text.startsWith('solicits') && at - one.at >= 0 && at - one.at < ANSWERED) && !solicited.some(t => at - t >= 0 && at - t < ANSWERED)
    if (text === 'advertises' || text.startsWith('advertises to ff02::1 ') || byTimer) times.set(host, [...times.get(host) ?? [], at])
  }
  const router = actions.find(action => action.do === 'radvd_start')?.ns
  if (!captured && times.size === 0 && router !== undefined) {
    const several = heard.filter((one, n) => heard.some((other, m) => m !== n && other.host !== one.host && Math.abs(other.at - one.at) < 0.05)).map(({ at }) => at)
    times.set(router, several.filter((at, n) => n === 0 || at - several[n - 1]! > 0.05))
  }
  return times
}

const DELAY_SECONDS = 5

/**
 * From when reachability was last confirmed to five seconds before the next probe, where it is the neighbour that is spoken to all the
 * time. The wait of five seconds itself is up to an eighth late, which is not counted: an answer is taken to come five seconds after
 * the packet that began the wait.
 */
function reachableSeconds({ probes, echoes }: Recording, host: string): number | undefined {
  for (const probe of probes) {
    if (probe.host !== host) continue
    const before = probes.findLast(other => other.host === host && other.target === probe.target && other.at < probe.at && other.answeredAt !== null)
    if (before === undefined) continue
    const began = echoes.findLast(({ at, host: who }) => who === host && at <= before.at - DELAY_SECONDS && at > before.at - DELAY_SECONDS * 1.125)
    const seconds = probe.at - DELAY_SECONDS - (began === undefined ? before.answeredAt! : began.at + DELAY_SECONDS)
    if (seconds >= 15 && seconds <= 45) return seconds
  }
  return undefined
}
