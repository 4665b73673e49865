/**
 * A scenario as a program, because nobody wants to write a thousand advertisements by hand: somebody on the link invents a router and
 * three prefixes twenty times a second, and a host that believed all of it would run out of room.
 */
import { defineScenario } from '../src/index.ts'
import { toHex } from '../src/wire/bytes.ts'
import { encodeFrame } from '../src/wire/frame.ts'

const floods = 1000, perSecond = 20
const hex = (number: number) => number.toString(16)

/** An advertisement of router `n`, preferred and alone good for three prefixes of its own: the bytes that leave the attacker's port. */
const invented = (n: number): string => toHex(encodeFrame({
  source: '02:00:00:00:0b:ad', destination: '33:33:00:00:00:01', tags: [],
  payload: {
    kind: 'ipv6', source: `fe80::bad:${hex(n + 1)}`, destination: 'ff02::1', hopLimit: 255, trafficClass: 0, flowLabel: 0, extensions: [],
    payload: {
      kind: 'RA', code: 0, hopLimit: 64, managed: false, otherConfig: false, homeAgent: false, preference: 'high',
      routerLifetimeSeconds: 1800, reachableTimeMillis: 0, retransTimerMillis: 0,
      options: [1, 2, 3].map(which => ({
        kind: 'prefix' as const, prefix: `2001:db8:${hex(n + 1)}:${which}::`, length: 64, onLink: true, autonomous: true,
        routerAddress: false, dhcpv6PdPreferred: false, validSeconds: 7200, preferredSeconds: 1800,
      })),
    },
  },
}))

export default defineScenario({
  name: 'A flood of advertisements',
  story: 'A thousand invented routers and three thousand prefixes in fifty seconds. The lists of a host are bounded, and who was in them first stays.',
  claim: 'A flood costs a host full lists, not its router: 64 routers, 256 prefixes, 16 addresses, the right ones among them; half an hour later the invented routers are gone.',
  source: 'ND-45, ND-46, ND-30; RFC 4861 6.3.4 (lists may be bounded), RFC 6104; the bounds are those of Linux',
  until: '2h40m',
  system: {
    vswitch: { switches: { ETHERNET0: { ports: { router: {}, c1: {}, c2: {}, attacker: {} } } } },
    net: { ports: { 'attacker.eth0': { mac: '02:00:00:00:0b:ad' } } },
    ip: {
      nodes: {
        router: { profile: 'linux', forwarding: true, interfaces: { eth0: { mac: '02:00:00:00:00:01', addresses: ['2001:db8:1::1/64'] } } },
        c1: {},
        c2: { profile: 'linux' },
      },
    },
    radvd: {
      daemons: { radvd: { on: 'router', profile: 'radvd-2.19', startAfter: '5s', config: 'interface eth0 { AdvSendAdvert on; AdvDefaultPreference high; prefix 2001:db8:1::/64 { }; };' } },
    },
    service: { services: { router: { needs: [{ reaches: { from: 'c1', to: 'router', every: '1m' } }] } } },
  },
  timeline: Array.from({ length: floods }, (_, n) => ({
    at: `${600_000 + n * 1000 / perSecond}ms`, do: { type: 'net.inject' as const, port: 'attacker.eth0', hex: invented(n) },
  })),
  expect: [
    { happens: { type: 'slaac.routerAdded', interface: 'c1.eth0' }, from: '10m', times: 63, note: 'and then the list is full' },
    { happens: { type: 'slaac.prefixAdded', interface: 'c1.eth0' }, from: '10m', times: 255 },
    { happens: { type: 'slaac.addressFormed', interface: 'c1.eth0' }, from: '10m', times: 14, note: 'sixteen with the link-local one' },
    { client: 'c1', router: 'fe80::ff:fe00:1', at: '15m', note: 'who was there first stays' },
    { client: 'c2', router: 'fe80::ff:fe00:1', at: '15m' },
    { client: 'c1', preferredIn: '2001:db8:1::/64', by: '15m' },
    { never: { type: 'slaac.routerRemoved', interface: 'c1.eth0', router: 'fe80::ff:fe00:1' } },
    { service: 'router', downAtMost: '0s', outages: 0 },
    { happens: { type: 'slaac.routerRemoved', interface: 'c1.eth0', because: 'expired' }, times: 63, by: '41m', note: 'by themselves, when their lifetime ends' },
    { client: 'c1', withoutAddressAtMost: '0s', withoutPreferredAtMost: '0s', withoutRouterAtMost: '0s' },
    { client: 'c1', address: 'preferred', in: '2001:db8:1::/64' },
  ],
})
