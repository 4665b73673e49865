import { expect, test } from 'vitest'
import { SECOND } from '../../../src/base/time.ts'
import { play } from '../../support/systems.ts'
import type { GuestId } from '../../../src/models/hypervisor/ids.ts'
import type { DaemonId } from '../../../src/models/radvd/ids.ts'

/** The router and one host as partitions on one virtual Ethernet, through all models. */
function run(profile: 'rfc' | 'radvd-2.19', startAfter: string) {
  const { trace } = play({
    hypervisor: { systems: { power5: {} }, guests: { router: { on: 'power5', os: 'linux', start: '90s' }, i5a: { on: 'power5', os: 'ibm-i', ipl: '10m' } } },
    vswitch: { switches: { ETHERNET0: { ports: { router: {}, i5a: {} } } } },
    ip: { nodes: { router: { profile: 'linux', forwarding: true }, i5a: {} } },
    radvd: { daemons: { radvd: { on: 'router', profile, startAfter } } },
  }, [{ at: 100 * SECOND, request: { type: 'hypervisor.ipl', guest: 'router' as GuestId } }], { until: 400 * SECOND })
  const times = (type: string, from = 0) => trace.filter(({ at, event }) => event.type === type && at >= from * SECOND).map(({ at }) => at / SECOND)
  const deprecated = trace.filter(({ event }) => event.type === 'ip.addressChanged' && event.state === 'deprecated').length
  return { times, deprecated, preferred: trace.find(({ event }) => event.type === 'ip.addressChanged' && event.state === 'preferred' && event.address.startsWith('fec0:301:0:1234:'))!.at / SECOND }
}

test.each(['rfc', 'radvd-2.19'] as const)('RD-58 a host configures itself, loses its router at once when that shuts down in order and keeps its address, and has it again after the boot (%s)', profile => {
  const { times, deprecated, preferred } = run(profile, '5s')
  expect(preferred).toBeGreaterThan(5)
  expect(preferred).toBeLessThan(10)
  expect(times('slaac.routerRemoved')).toEqual([100])
  expect(deprecated).toBe(0)
  const [, again] = times('slaac.routerAdded')
  expect(again).toBeGreaterThanOrEqual(225)
  expect(again).toBeLessThan(225.1)
})

test.each(['rfc', 'radvd-2.19'] as const)('RD-57 a daemon that is killed takes nothing from the hosts: the router stays for its lifetime from the last advertisement on, addresses for theirs (%s)', profile => {
  const { trace } = play({
    vswitch: { switches: { ETHERNET0: { ports: { router: {}, i5a: {} } } } },
    ip: { nodes: { router: { profile: 'linux', forwarding: true }, i5a: {} } },
    radvd: { daemons: { radvd: { on: 'router', profile, startAfter: '5s' } } },
  }, [{ at: 100 * SECOND, request: { type: 'radvd.signal', daemon: 'radvd' as DaemonId, signal: 'KILL' } }], { until: 20_000 * SECOND })
  const last = trace.findLast(({ event }) => event.type === 'radvd.advertised')!.at
  expect(last).toBeLessThan(100 * SECOND)
  const ended = (type: string) => trace.filter(({ event }) => event.type === type).map(({ at, event }) => [(at - last) / SECOND, 'because' in event ? event.because : null])
  expect(ended('slaac.routerRemoved')).toEqual([[1800, 'expired']])
  expect(ended('slaac.addressDeprecated').map(([at]) => at)).toEqual([14_400])
})

test('RD-51 a daemon of radvd 2.19 that starts with its interface: after a boot the hosts wait 16 s longer for their router; one of profile rfc waits for its address', () => {
  const [, early] = run('radvd-2.19', '0s').times('slaac.routerAdded'), [, late] = run('rfc', '0s').times('slaac.routerAdded')
  expect(early).toBeCloseTo(236.02, 2)
  expect(late).toBeGreaterThan(221)
  expect(late).toBeLessThan(222.1)
})

test('RD-49 RD-50 with forwarding off a Linux system configures itself from what its own daemon says, and the daemon begins anew one second after that', () => {
  const { trace } = play({
    hypervisor: { systems: { power5: {} }, guests: { router: { on: 'power5', os: 'linux' } } },
    vswitch: { switches: { ETHERNET0: { ports: { router: {} } } } },
    ip: { nodes: { router: { profile: 'linux' } } },
    radvd: { daemons: { radvd: { on: 'router', profile: 'radvd-2.19', startAfter: '5s' } } },
  }, [], { until: 60 * SECOND })
  const usable = trace.find(({ event }) => event.type === 'ip.addressChanged' && event.state === 'preferred' && event.address.startsWith('fec0:'))!.at
  const sent = trace.filter(({ event }) => event.type === 'radvd.advertised').map(({ at }) => at)
  expect(sent).toEqual([5.02 * SECOND, usable + SECOND, usable + 17 * SECOND, usable + 33 * SECOND])
})

test('VE-62 on the management switch link-local addresses are enough, and no client has a default router from it, not even if another client has a daemon there', () => {
  const other = { eth0: {}, eth1: {} }
  const { sim, trace } = play({
    vswitch: { switches: { MGMTSWITCH: { ports: { novalink: { trunk: 1 }, a: {}, b: {} } }, ETHERNET0: { ports: { 'a.eth1': {}, 'b.eth1': {}, router: {} } } } },
    ip: { nodes: { novalink: { interfaces: { eth0: { mac: '02:00:00:00:0a:01' } } }, a: { forwarding: true, interfaces: other }, b: { interfaces: other }, router: { forwarding: true } } },
    radvd: { daemons: { mistaken: { on: 'a', startAfter: '5s' }, radvd: { on: 'router', startAfter: '5s' } } },
  }, [{ at: 60 * SECOND, request: { type: 'ip.ping', node: 'b' as never, to: 'fe80::ff:fe00:a01', interface: 'b.eth0' as never } }], { until: 100 * SECOND })
  const own = (id: string) => Object.keys(sim.world.ip.interfaces[id as never]!.addresses).map(address => address.slice(0, 5))
  // NovaLink itself, at the trunk, is the only one that hears the mistake.
  expect([own('b.eth0'), own('b.eth1')]).toEqual([['fe80:'], ['fe80:', 'fec0:']])
  expect(sim.world.ip.nodes['b' as never]!.routes.filter(({ destination }) => destination === '::/0').map(({ interface: id }) => id)).toEqual(['b.eth1'])
  expect(trace.filter(({ event }) => event.type === 'ip.replied')).toHaveLength(1)
  expect(trace.some(({ event }) => event.type === 'radvd.advertised' && event.interface === 'a.eth0')).toBe(true)
})
