/** Two routers of Linux 6.18, of which the used one dies silently and comes back: h03, packet by packet as it was recorded. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { describe, expect, test } from 'vitest'
import type { IpState, NodeId } from '../../../src/models/ip/state.ts'
import { ra, SECOND, sourceOption } from './craft.ts'
import { lab } from './hub.ts'

interface Sample { readonly t: number; readonly nextHop: string; readonly pingAnswered: number; readonly neigh: readonly string[] }
interface Heard { readonly t: number; readonly kind: string; readonly src: string; readonly dst: string; readonly target?: string }
const file = (name: string): string => readFileSync(new URL(`../../golden/ra/h03-two-routers-equal/${name}`, import.meta.url), 'utf8')
const { derived: { samples }, icmp6 } = JSON.parse(file('facts.json')) as { derived: { samples: readonly Sample[] }; icmp6: readonly Heard[] }
const { timeline } = parse(file('timeline.yaml')) as { timeline: readonly { t: number; do: string; ns: string }[] }

const HOST = 'fe80::ff:fe00:c01', ROUTERS = ['fe80::ff:fe00:a01', 'fe80::ff:fe00:a02'] as const, MACS = ['02:00:00:00:0a:01', '02:00:00:00:0a:02'] as const
const WORLD = '2001:db8:ffff::1', PREFIX = 'fec0:301:0:5678'
const micros = (t: number): number => Math.round(t * 1e6)
const solicitations = icmp6.filter(({ kind, src, target }) => kind === 'NS' && src === HOST && target === ROUTERS[0])
/** Drawn by Linux: until the first of the probes that got no answer. Here timers have no ticks: the first delay ends after five seconds. */
const REACHABLE_MILLIS = Math.round((solicitations[1]!.t - 5 - (icmp6.find(({ kind }) => kind === 'ECHO')!.t + 5)) * 1000)

interface Seen { readonly nextHop: string; readonly pingAnswered: number; readonly states: readonly string[] }

function replay(): { seen: Seen[]; asked: number[] } {
  const eth0 = (mac: string, ...addresses: string[]) => ({ eth0: { mac, addresses, dad: false, keepAddresses: true } })
  const router = (n: 0 | 1) => ({
    profile: 'linux', forwarding: true, loopback: [WORLD], interfaces: eth0(MACS[n], `${ROUTERS[n]}/64`), routes: [{ to: `${PREFIX}::/64`, interface: `r${n + 1}.eth0` }],
  })
  const l = lab({ ip: { nodes: { c1: { profile: 'linux', interfaces: eth0('02:00:00:00:0c:01', `${HOST}/64`, `${PREFIX}:0:ff:fe00:c01/64`) }, r1: router(0), r2: router(1) } } })
  const advertise = (n: 0 | 1): void => l.sim.dispatch({ type: 'ip.sendOnLink', interface: `r${n + 1}.eth0` as never, packet: ra([sourceOption(MACS[n])], ROUTERS[n]) }) as undefined
  const seen: Seen[] = [], at: [number, () => void][] = []
  at.push([1.875, () => ([0, 1] as const).forEach(n => {
    advertise(n)
    l.sim.dispatch({ type: 'ip.addRoute', node: 'c1' as NodeId, destination: '::/0', via: ROUTERS[n], interface: 'c1.eth0' as never, origin: 'ra' })
  })])
  for (const { t, kind } of icmp6) if (kind === 'ECHO') at.push([t, () => l.sim.dispatch({ type: 'ip.ping', node: 'c1' as NodeId, to: WORLD, timeout: 10_000 })])
  for (const { t, do: what, ns } of timeline) {
    if (what === 'link_down') at.push([t, () => l.ask({ type: 'ip.setInterface', interface: `${ns}.eth0`, up: false })])
    if (what === 'link_up' && ns === 'r1') at.push([t, () => {
      l.ask({ type: 'ip.setInterface', interface: 'r1.eth0', up: true })
      l.ask({ type: 'ip.addAddress', interface: 'r1.eth0', address: ROUTERS[0], origin: 'link-local', dad: false })
    }], [t + 1.5, () => advertise(0)])
  }
  // `ip neigh` was run last, some milliseconds after the time noted.
  for (const { t } of samples) at.push([t + 0.015, () => {
    const { neighbours } = (l.sim.world.ip as IpState).interfaces['c1.eth0' as never]!
    const [sent] = l.told.filter(({ event }) => event.type === 'net.transmit' && event.ports[0] === 'c1.eth0' && event.frame.payload.payload.kind === 'echo-request').slice(-1)
    const pinged = l.all('ip.pinged').at(-1)!, answered = l.all('ip.replied').some(({ event }) => event.sequence === pinged.event.sequence)
    seen.push({ nextHop: ROUTERS[MACS.indexOf(sent!.event.frame.destination)]!, pingAnswered: Number(answered), states: ROUTERS.map(address => neighbours[address]?.state ?? 'none') })
  }])
  for (const [t, act] of at.toSorted(([a], [b]) => a - b)) {
    l.sim.runUntil(micros(t))
    Object.assign((l.sim.world.ip as IpState).interfaces['c1.eth0' as never]!, { reachableMillis: REACHABLE_MILLIS, reachableDrawnAt: 0 })
    act()
    l.run(0)
  }
  return { seen, asked: l.sent('c1.eth0', 'NS').filter(({ packet: { payload } }) => payload.kind === 'NS' && payload.target === ROUTERS[0]).map(({ at: when }) => when / SECOND) }
}

describe('h03', () => {
  const { seen, asked } = replay()
  const stateOf = ({ neigh }: Sample, router: string): string => neigh.find(line => line.startsWith(`${router} `))!.trim().split(' ').at(-1)!.toLowerCase()

  test.each(samples.map((sample, n) => [sample.t, sample, seen[n]!] as const))('ND-70 ND-55 at %d s: next hop, answer, and what is known of the router that dies', (_, sample, one) =>
    expect([one.nextHop, one.pingAnswered, one.states[0]]).toEqual([sample.nextHop, sample.pingAnswered, stateOf(sample, ROUTERS[0])]))

  test('ND-105 ND-33 the solicitations to it, second by second; none while it is known to have failed for less than a minute', () => {
    expect(asked.map(t => Math.round(t))).toEqual(solicitations.map(({ t }) => Math.round(t)))
  })
})
