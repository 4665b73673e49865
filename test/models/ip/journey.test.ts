/** A ping as a journey of frames: partition, virtual switch, cable, switch outside, router, another switch, machine, and back. */
import { expect, test } from 'vitest'
import { initialWorld, type AnyEvent } from '../../../src/core/model.ts'
import { createSim } from '../../../src/core/sim.ts'
import { hypervisor } from '../../../src/models/hypervisor/model.ts'
import { ip } from '../../../src/models/ip/model.ts'
import { net } from '../../../src/models/net/model.ts'
import { vswitch } from '../../../src/models/vswitch/model.ts'
import { SECOND } from './craft.ts'

const models = [hypervisor, net, vswitch, ip] as const
const A = '2001:db8:a::a', B = '2001:db8:b::b'

function lan() {
  const world = initialWorld(models, {
    hypervisor: hypervisor.config.parse({ systems: { s: {} }, guests: { a: { on: 's', os: 'linux' } } }), net: net.config.parse({}),
    vswitch: vswitch.config.parse({
      switches: {
        ETHERNET0: { ports: { a: {} } },
        lan: { profile: 'linux-bridge', ports: { p: {}, 'router.eth0': { latency: '20us' } } },
        server: { profile: 'linux-bridge', ports: { 'router.eth1': {}, b: { latency: '3ms' } } },
      },
      cables: [{ from: 'ETHERNET0/uplink', to: 'lan/p', latency: '100us' }],
    }),
    ip: ip.config.parse({ nodes: {
      a: { interfaces: { eth0: { addresses: [`${A}/64`] } }, routes: [{ to: '::/0', via: '2001:db8:a::1', interface: 'a.eth0' }] },
      router: { forwarding: true, interfaces: { eth0: { addresses: ['2001:db8:a::1/64'] }, eth1: { addresses: ['2001:db8:b::1/64'] } } },
      b: { interfaces: { eth0: { addresses: [`${B}/64`] } }, routes: [{ to: '::/0', via: '2001:db8:b::1', interface: 'b.eth0' }] },
    } }),
  })
  const told: (AnyEvent & Record<string, any>)[] = []
  const sim = createSim({ models, world, seed: 7, onEntry: ({ event }) => void told.push(event) })
  sim.runUntil(5 * SECOND)
  return {
    sim, told,
    ping(node: string, to: string): unknown {
      const from = told.length
      sim.dispatch({ type: 'ip.ping', node: node as never, to, timeout: 20 * SECOND })
      sim.runUntil(sim.now + 25 * SECOND)
      const end = told.slice(from).find(({ type }) => type === 'ip.replied' || type === 'ip.pingLost')
      return end?.type === 'ip.replied' ? end['micros'] : end?.['because']
    },
  }
}
const WAY = 100 + 20 + 3000

test('the first takes two resolutions longer: the way to the router and back, and that from the router to the machine', () => {
  const l = lan()
  expect(l.ping('a', B)).toBe(2 * WAY + 2 * 120 + 2 * 3000)
  expect(l.ping('a', B)).toBe(2 * WAY)
  expect(l.ping('b', A)).toBe(2 * WAY)
})

test('all copies of all frames are accounted for', () => {
  const l = lan()
  l.ping('a', B)
  l.ping('b', '2001:db8:a::77')
  const { sent, delivered, underWay, dropped } = l.sim.world.net
  expect(sent).toBe(delivered + underWay + Object.values(dropped).reduce((sum, n) => sum + n, 0))
  expect(underWay).toBe(0)
})

test('a cable that is cut without a word costs the ping; a partition that crashes does too, and answers again when it is back', () => {
  const l = lan(), cable = Object.keys(l.sim.world.net.links).find(link => link.includes('uplink') || link.includes('lan/p'))!
  expect(l.ping('b', A)).not.toBe('timeout')
  l.sim.dispatch({ type: 'net.cut', link: cable as never })
  // The router goes on believing in its neighbour for as long as that is fresh, then asks, and then knows.
  const ends = Array.from({ length: 5 }, () => l.ping('b', A)), known = ends.indexOf('unreachable')
  expect(known).toBeGreaterThan(0)
  expect(ends).toEqual(ends.map((_, n) => n < known ? 'timeout' : 'unreachable'))
  l.sim.dispatch({ type: 'net.mend', link: cable as never })
  expect(l.ping('b', A)).toBeTypeOf('number')
  l.sim.dispatch({ type: 'hypervisor.crash', guest: 'a' as never, down: 120 * SECOND } as never)
  expect(l.ping('b', A)).toBe('timeout')
  l.sim.runUntil(l.sim.now + 600 * SECOND)
  expect(l.ping('b', A)).toBeTypeOf('number')
})
