/** A frame that a switch passes on to nobody is told of with the reason: those that no row of the forwarding table asserts. */
import { expect, test } from 'vitest'
import type { PortId } from '../../../src/models/net/ids.ts'
import { BROADCAST, Lan, UNKNOWN, type Sent, type Written } from './lan.ts'

const reasonsOf = (sw: Written, from: string, sent: Sent): string[] => {
  const names = Object.keys(sw['ports'] as object), lan = new Lan({ switches: { lan: sw } }, names)
  lan.copies(from, sent)
  return lan.reasons()
}

test('VE-20 a tag of a VLAN that the port is not in', () =>
  expect(reasonsOf({ ports: { a: { vlan: 1, tagged: [10] }, b: { vlan: 1, tagged: [11] } } }, 'a', { to: 'b', tag: 11 })).toEqual(['not in VLAN']))

test.each([['powervm'], ['linux-bridge']] as const)('%s: a group frame in a VLAN where nobody else is', profile =>
  expect(reasonsOf({ profile, ports: { a: {} } }, 'a', { to: BROADCAST })).toEqual(['no member']))

test('powervm: a group frame from a trunk behind which nobody is', () =>
  expect(reasonsOf({ ports: { u: { trunk: 1 } } }, 'u', { to: BROADCAST, from: UNKNOWN })).toEqual(['no member']))

test.each([['bridge', 'reflected'], ['vepa', 'no member']] as const)('linux-macvlan, %s: a group frame of its only device that comes from outside: %s; and one to nobody', (mode, reason) => {
  const lan = new Lan({
    switches: { up0: { profile: 'linux-macvlan', mode, ports: { a: {} } }, lan: { profile: 'linux-bridge', ports: { p1: {}, e: {} } } },
    cables: [{ from: 'up0/uplink', to: 'lan/p1' }],
  }, ['a', 'e'])
  lan.copies('e', { to: BROADCAST, from: 'a' })
  lan.copies('e', { to: UNKNOWN })
  expect(lan.reasons()).toEqual([reason, 'unregistered'])
})

test('linux-macvlan: without its cable a frame for elsewhere has no uplink, and in bridge mode one for a group has no member', () => {
  for (const [mode, toGroup] of [['bridge', 'no member'], ['vepa', 'no uplink']] as const) {
    const lan = new Lan({
      switches: { up0: { profile: 'linux-macvlan', mode, ports: { a: {} } }, lan: { profile: 'linux-bridge', ports: { p1: {}, e: {} } } },
      cables: [{ from: 'up0/uplink', to: 'lan/p1' }],
    }, ['a', 'e'])
    lan.do({ type: 'net.setPort', port: 'lan/p1' as PortId, up: false })
    lan.copies('a', { to: UNKNOWN })
    lan.copies('a', { to: BROADCAST })
    expect(lan.reasons()).toEqual(['no uplink', toGroup])
  }
})
