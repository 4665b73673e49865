/** How long it takes from switching an interface on to a usable global address, through switch, daemon and stack. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SECOND } from '../../../src/base/time.ts'
import type { SimRequest } from '../../../src/models/stack.ts'
import { property } from '../../support/property.ts'
import { play } from '../../support/systems.ts'

const BEGAN = 60 * SECOND

/** Seconds until the address is preferred. */
function configured(seed: number, host: string, daemon: string): number {
  const { trace } = play({
    vswitch: { switches: { lan: { ports: { r: {}, c: {} } } } },
    ip: { nodes: { r: { profile: 'linux', forwarding: true }, c: { profile: host, interfaces: { eth0: { up: false } } } } },
    radvd: { daemons: { radvd: { on: 'r', profile: daemon, startAfter: '5s' } } },
  }, [{ at: BEGAN, request: { type: 'ip.setInterface', interface: 'c.eth0', up: true } as unknown as SimRequest }], { seed, until: BEGAN + 20 * SECOND })
  const usable = trace.find(({ event }) => event.type === 'ip.addressChanged' && event.state === 'preferred' && event.interface.startsWith('c.') && event.address.startsWith('fec0:'))
  return (usable!.at - BEGAN) / SECOND
}

test('DD-10 from link up to a usable global address: 2.0 to 4.1 s with radvd, up to 4.6 s with a router that waits before it answers', () => {
  const quick: number[] = [], slow: number[] = []
  property(fc.property(fc.integer({ min: 0 }), seed => {
    quick.push(configured(seed, 'linux', 'radvd-2.19'))
    slow.push(configured(seed, 'rfc', 'rfc'))
  }), { numRuns: 60 })
  expect(Math.min(...quick)).toBeGreaterThanOrEqual(2)
  expect(Math.max(...quick)).toBeLessThanOrEqual(4.1)
  expect(Math.min(...slow)).toBeGreaterThanOrEqual(2)
  expect(Math.max(...slow)).toBeLessThanOrEqual(4.6)
  // Both delays of up to a second are really drawn.
  expect(Math.max(...quick) - Math.min(...quick)).toBeGreaterThan(1)
})
