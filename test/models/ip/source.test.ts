/** Source address selection (RFC 6724 section 5), with the examples of its section 10.1 and those of site-local prefixes. */
import { describe, expect, test } from 'vitest'
import { selectSource } from '../../../src/models/ip/source.ts'
import type { AddressOrigin, AddressState } from '../../../src/models/ip/events.ts'
import type { InterfaceId, IpState } from '../../../src/models/ip/state.ts'
import { lab } from './hub.ts'

interface Own { readonly address: string; readonly length?: number; readonly state?: AddressState; readonly origin?: AddressOrigin }
const own = (address: string | Own): Own => typeof address === 'string' ? { address } : address

/** What a node with these addresses on eth0, and perhaps on eth1 and its loopback, takes towards a destination out of eth0. */
function source(destination: string, eth0: readonly (string | Own)[], { eth1 = [], loopback = [], profile = 'rfc', preferTemporary }: {
  eth1?: readonly (string | Own)[]; loopback?: readonly string[]; profile?: string; preferTemporary?: boolean
} = {}): string | undefined {
  const l = lab({ ip: { nodes: { n: { profile, loopback, interfaces: { eth0: {}, eth1: {} } } } } })
  for (const [id, addresses] of [['n.eth0', eth0], ['n.eth1', eth1]] as const) {
    for (const { address, length, state, origin } of addresses.map(own))
      l.sim.dispatch({ type: 'ip.addAddress', interface: id as InterfaceId, address, length: length ?? 64, origin: origin ?? 'static', dad: state === 'tentative' || state === 'optimistic', optimistic: state === 'optimistic', deprecated: state === 'deprecated' })
    if (preferTemporary !== undefined) l.sim.dispatch({ type: 'ip.setParameters', interface: id as InterfaceId, preferTemporary })
  }
  return selectSource(l.sim.world.ip as IpState, 'n.eth0' as InterfaceId, destination)
}

describe('the examples of RFC 6724 10.1', () => {
  test.each<[string, string, (string | Own)[], string]>([
    ['prefer appropriate scope', '2001:db8:1::1', ['2001:db8:3::1', 'fe80::1'], '2001:db8:3::1'],
    ['prefer appropriate scope', 'ff05::1', ['2001:db8:3::1', 'fe80::1'], '2001:db8:3::1'],
    ['prefer same address', '2001:db8:1::1', [{ address: '2001:db8:1::1', state: 'deprecated' }, '2001:db8:2::1'], '2001:db8:1::1'],
    ['prefer appropriate scope', 'fe80::1', [{ address: 'fe80::2', state: 'deprecated' }, '2001:db8:1::1'], 'fe80::2'],
    ['longest matching prefix', '2001:db8:1::1', ['2001:db8:1::2', '2001:db8:3::2'], '2001:db8:1::2'],
    ['prefer matching label', '2002:c633:6401::1', ['2002:c633:6401::d5e3:7953:13eb:22e8', '2001:db8:1::2'], '2002:c633:6401::d5e3:7953:13eb:22e8'],
  ])('%s: towards %s', (_, destination, addresses, expected) => {
    expect(source(destination, addresses)).toBe(expected)
    expect(source(destination, addresses.toReversed())).toBe(expected)
  })
})

describe('rule by rule', () => {
  test('rule 1 the destination itself', () => expect(source('2001:db8::5', ['2001:db8::4', '2001:db8::5'])).toBe('2001:db8::5'))
  test('of two that no rule tells apart the first is taken in profile rfc; in profile linux the one added last, which heads its list', () => {
    const alike = ['2001:db8:3::1', '2001:db8:4::1'] as const
    for (const order of [alike, alike.toReversed()]) {
      expect(source('2001:db9::9', order)).toBe(order[0])
      expect(source('2001:db9::9', order, { profile: 'linux' })).toBe(order[1])
    }
  })
  test('rule 2 a smaller scope only where it is enough', () => {
    expect(source('2001:db8::1', ['fe80::1', 'fec0::1'])).toBe('fec0::1')
    expect(source('fe80::9', ['fec0::1', 'fe80::1'])).toBe('fe80::1')
    expect(source('ff02::1', ['2001:db8::1', 'fe80::1'])).toBe('fe80::1')
  })
  test('ND-65 rule 3 a deprecated address gives way to one of enough scope, and is used where there is none', () => {
    const old: Own = { address: '2001:db8:1::1', state: 'deprecated' }
    expect(source('2001:db8:1::99', [old, '2001:db8:2::1'])).toBe('2001:db8:2::1')
    expect(source('2001:db8:1::99', [old, 'fe80::1'])).toBe('2001:db8:1::1')
    expect(source('2001:db8:1::99', [old])).toBe('2001:db8:1::1')
  })
  test('ND-90 rule 3 an optimistic address gives way like a deprecated one; ND-80 a tentative one is none', () => {
    expect(source('2001:db8:1::99', [{ address: '2001:db8:1::1', state: 'optimistic' }, '2001:db8:2::1'])).toBe('2001:db8:2::1')
    expect(source('2001:db8:1::99', [{ address: '2001:db8:1::1', state: 'optimistic' }])).toBe('2001:db8:1::1')
    expect(source('2001:db8:1::99', [{ address: '2001:db8:1::1', state: 'tentative' }])).toBeUndefined()
  })
  test('rule 5 the interface it leaves by, then others and the loopback, whose link-local addresses are none of ours', () => {
    expect(source('2001:db8:1::99', ['2001:db8:2::1'], { eth1: ['2001:db8:1::1'], loopback: ['2001:db8:1::2'] })).toBe('2001:db8:2::1')
    expect(source('2001:db8:1::99', ['fe80::1'], { loopback: ['2001:db8:ffff::1'] })).toBe('2001:db8:ffff::1')
    expect(source('2001:db8:1::99', [], { eth1: ['fe80::1', '2001:db8:7::1'] })).toBe('2001:db8:7::1')
    expect(source('fe80::9', [], { eth1: ['fe80::1'] })).toBeUndefined()
    expect(source('2001:db8:1::99', [], { eth1: ['fe80::1'] })).toBeUndefined()
    expect(source('fe80::9', [], { eth1: ['2001:db8:7::1'], loopback: ['2001:db8:ffff::1'] })).toBeUndefined()
  })
  test('rule 6 the label of the destination, before bits in common', () => {
    expect(source('2003::1', ['2002::1', '2a00::1'])).toBe('2a00::1')
    expect(source('fd00:2::1', ['2001:db8::1', 'fd00:1::1'])).toBe('fd00:1::1')
    expect(source('2001:db8:9::1', ['fd00:1::1', '2001:db8::1'])).toBe('2001:db8::1')
  })
  test('rule 7 a temporary address where that is preferred: by the standard, by Linux when told', () => {
    const both: (string | Own)[] = ['2001:db8::1', { address: '2001:db8::aaaa', origin: 'temporary' }]
    expect(source('2001:db8:9::1', both)).toBe('2001:db8::aaaa')
    expect(source('2001:db8:9::1', both, { profile: 'linux' })).toBe('2001:db8::1')
    expect(source('2001:db8:9::1', both, { profile: 'linux', preferTemporary: true })).toBe('2001:db8::aaaa')
    expect(source('2001:db8:9::1', both.toReversed(), { preferTemporary: false })).toBe('2001:db8::1')
  })
  test('rule 8 bits in common, no further than the prefix of the source', () => {
    expect(source('2001:db8:1:1::1', ['2001:db8:2::1', '2001:db8:1:2::1'])).toBe('2001:db8:1:2::1')
    expect(source('2001:db8::ffff', [{ address: '2001:db8::f000', length: 64 }, { address: '2001:db8::fffe', length: 64 }])).toBe('2001:db8::f000')
  })
})

describe('ND-71 fec0::/10 is site scope still', () => {
  const both = ['2001:db8::1', 'fec0:301:0:1234::1']
  test('ND-71 towards the world the global address, towards fec0 the other', () => {
    expect(source('2001:db8:ffff::1', both)).toBe('2001:db8::1')
    expect(source('fec0:301:0:5678::1', both)).toBe('fec0:301:0:1234::1')
    expect(source('fec0:301:0:5678::1', ['2001:db8::1'])).toBe('2001:db8::1')
  })
  test('ND-71 scope comes before being deprecated, on either side', () => {
    expect(source('2001:db8:ffff::1', [{ address: '2001:db8::1', state: 'deprecated' }, 'fec0:301:0:1234::1'])).toBe('2001:db8::1')
    expect(source('fec0:301:0:5678::1', [{ address: 'fec0:301:0:1234::1', state: 'deprecated' }, '2001:db8::1'])).toBe('fec0:301:0:1234::1')
  })
  test('ND-71 alone it is used towards the world, as recorded in h03', () => expect(source('2001:db8:ffff::1', ['fe80::1', 'fec0:301:0:5678:0:ff:fe00:c01'])).toBe('fec0:301:0:5678:0:ff:fe00:c01'))
})
