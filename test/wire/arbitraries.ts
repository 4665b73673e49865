/** Random packets for properties: every kind of message and option, with any field that its bytes have room for. */
import fc from 'fast-check'
import { formatIpv6, formatMac, masked } from '../../src/base/ipv6.ts'
import { toHex } from '../../src/wire/bytes.ts'
import type { Frame } from '../../src/wire/frame.ts'
import type { Icmpv6 } from '../../src/wire/icmpv6.ts'
import type { ExtensionHeader, HeaderOption, Ipv6Packet } from '../../src/wire/ipv6.ts'
import { RECORD_KINDS } from '../../src/wire/mld.ts'
import { unitsForRoute, type NdOption, type RouterPreference } from '../../src/wire/nd-option.ts'

const u8 = fc.nat(0xff), u16 = fc.nat(0xffff), u32 = fc.oneof(fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff), fc.nat(0xffffffff))
const bits = (n: number): fc.Arbitrary<number> => fc.nat(2 ** n - 1)
const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length })
const hex = (unit: number, offset = 0, max = 4): fc.Arbitrary<string> => fc.nat(max).chain(n => bytes(offset + n * unit)).map(toHex)
const address = bytes(16).map(b => formatIpv6(b)), mac = bytes(6).map(b => formatMac(b))
const label = fc.uint8Array({ minLength: 1, maxLength: 63 }).map(b => Array.from(b, byte => /[!-~]/.test(String.fromCharCode(byte)) && !/[.\\]/.test(String.fromCharCode(byte))
  ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, '0')}`).join(''))
const preference = fc.constantFrom<RouterPreference>('high', 'medium', 'low', 'reserved')
/** A field that must be zero, and mostly is. */
const reserved = (value: fc.Arbitrary<number>): fc.Arbitrary<{ reserved?: number }> =>
  fc.oneof(fc.constant({}), value.filter(n => n > 0).map(n => ({ reserved: n })))

export const ndOption: fc.Arbitrary<NdOption> = fc.oneof(
  fc.record({ kind: fc.constantFrom('source-link-layer' as const, 'target-link-layer' as const), address: mac }),
  fc.record({
    kind: fc.constant('prefix' as const), prefix: address, length: u8, onLink: fc.boolean(), autonomous: fc.boolean(), routerAddress: fc.boolean(),
    dhcpv6PdPreferred: fc.boolean(), validSeconds: u32, preferredSeconds: u32,
  }),
  fc.record({ kind: fc.constant('redirected-header' as const), packet: hex(8) }),
  fc.record({ kind: fc.constant('mtu' as const), mtu: u32 }),
  fc.record({ kind: fc.constant('interval' as const), intervalMillis: u32 }),
  fc.record({ kind: fc.constant('home-agent' as const), mobileRouters: fc.boolean(), preference: u16, lifetimeSeconds: u16 }),
  fc.record({ kind: fc.constant('nonce' as const), nonce: hex(8, 6) }),
  fc.tuple(bytes(16), fc.nat(128), preference, u32, fc.nat(2)).map(([prefix, length, preferred, lifetimeSeconds, more]): NdOption => {
    const units = Math.min(3, unitsForRoute(length) + more)
    return { kind: 'route', prefix: formatIpv6(masked(prefix, 64 * (units - 1))), length, preference: preferred, lifetimeSeconds, units }
  }),
  fc.record({ kind: fc.constant('rdnss' as const), lifetimeSeconds: u32, servers: fc.array(address, { minLength: 1, maxLength: 5 }) }),
  fc.record({ kind: fc.constant('dnssl' as const), lifetimeSeconds: u32, names: fc.array(fc.array(label, { minLength: 1, maxLength: 4 }).map(labels => labels.join('.')), { minLength: 1, maxLength: 3 }) }),
  fc.record({ kind: fc.constant('captive-portal' as const), uri: fc.webUrl() }),
  fc.tuple(bytes(16), fc.constantFrom(96, 64, 56, 48, 40, 32), bits(13)).map(([prefix, length, eighths]): NdOption =>
    ({ kind: 'nat64-prefix', prefix: formatIpv6(masked(prefix, 96)), length, lifetimeSeconds: 8 * eighths })),
  fc.record({ kind: fc.constant('unknown' as const), type: fc.constantFrom(0, 6, 13, 34, 35, 138, 200, 253), bytes: hex(8, 6) }),
)
const options = fc.array(ndOption, { maxLength: 6 })

const plain: fc.Arbitrary<Icmpv6> = fc.oneof(
  fc.tuple(fc.record({ kind: fc.constant('RS' as const), options }), reserved(u32)).map(([m, r]) => ({ ...m, ...r, code: 0 })),
  fc.tuple(fc.record({
    kind: fc.constant('RA' as const), hopLimit: u8, managed: fc.boolean(), otherConfig: fc.boolean(), homeAgent: fc.boolean(), preference,
    routerLifetimeSeconds: u16, reachableTimeMillis: u32, retransTimerMillis: u32, options,
  }), reserved(bits(3))).map(([m, r]) => ({ ...m, ...r, code: 0 })),
  fc.tuple(fc.record({ kind: fc.constant('NS' as const), target: address, options }), reserved(u32)).map(([m, r]) => ({ ...m, ...r, code: 0 })),
  fc.tuple(fc.record({ kind: fc.constant('NA' as const), router: fc.boolean(), solicited: fc.boolean(), override: fc.boolean(), target: address, options }), reserved(bits(29)))
    .map(([m, r]) => ({ ...m, ...r, code: 0 })),
  fc.tuple(fc.record({ kind: fc.constant('redirect' as const), target: address, destination: address, options }), reserved(u32)).map(([m, r]) => ({ ...m, ...r, code: 0 })),
  fc.record({ kind: fc.constantFrom('echo-request' as const, 'echo-reply' as const), identifier: u16, sequence: u16, data: hex(1, 0, 60), code: u8 }),
  fc.record({ kind: fc.constantFrom('unreachable' as const, 'too-big' as const, 'time-exceeded' as const, 'parameter-problem' as const), parameter: u32, invoking: hex(1, 0, 60), code: u8 }),
  fc.tuple(fc.array(fc.tuple(
    fc.record({ record: fc.constantFrom(...RECORD_KINDS), group: address, sources: fc.array(address, { maxLength: 3 }) }),
    fc.oneof(fc.constant({}), hex(4, 4).map(auxiliary => ({ auxiliary })))).map(([record, more]) => ({ ...record, ...more })), { maxLength: 4 }), reserved(u16))
    .map(([records, r]): Icmpv6 => ({ kind: 'mld-report', records, ...r, code: 0 })),
  fc.tuple(fc.record({ kind: fc.constant('mld-query' as const), responseCode: u16, group: address }), reserved(u16),
    fc.oneof(fc.constant({}), fc.record({ flags: u8, queryIntervalCode: u8, sources: fc.array(address, { maxLength: 3 }) }).map(v2 => ({ v2 }))))
    .map(([m, r, v2]) => ({ ...m, ...r, ...v2, code: 0 })),
  fc.tuple(fc.record({ kind: fc.constantFrom('mld-v1-report' as const, 'mld-v1-done' as const), responseCode: u16, group: address }), reserved(u16)).map(([m, r]) => ({ ...m, ...r, code: 0 })),
  fc.record({ kind: fc.constant('other' as const), type: fc.constantFrom(0, 5, 100, 127, 138, 139, 144, 160, 255), body: hex(1, 0, 40), code: u8 }),
)

const headerOption: fc.Arbitrary<HeaderOption> = fc.record({ type: fc.constantFrom(5, 4, 0xc2, 0x26, 255), value: hex(1, 0, 20) })
const extension: fc.Arbitrary<ExtensionHeader> = fc.oneof(
  fc.record({ header: fc.constantFrom('hop-by-hop' as const, 'destination' as const), options: fc.array(headerOption, { maxLength: 4 }) }),
  fc.record({ header: fc.constant('routing' as const), type: u8, segmentsLeft: u8, data: hex(8, 4) }),
  fc.tuple(u32, reserved(bits(10))).map(([identification, r]): ExtensionHeader => ({ header: 'fragment', offset: 0, more: false, identification, ...r })),
)
const pieces: fc.Arbitrary<ExtensionHeader> = fc.record({ header: fc.constant('fragment' as const), offset: fc.integer({ min: 1, max: 8191 }), more: fc.boolean(), identification: u32 })

export const packet: fc.Arbitrary<Ipv6Packet> = fc.tuple(
  fc.record({ kind: fc.constant('ipv6' as const), source: address, destination: address, hopLimit: u8, trafficClass: u8, flowLabel: bits(20) }),
  fc.oneof(
    fc.record({ extensions: fc.array(extension, { maxLength: 3 }), payload: plain }),
    fc.tuple(fc.array(extension, { maxLength: 2 }), fc.oneof(fc.constant([]), pieces.map(piece => [piece])), fc.constantFrom(6, 17, 59, 50), hex(1, 0, 40)).map(([before, piece, protocol, data]) =>
      ({ extensions: [...before, ...piece], payload: { kind: 'protocol' as const, protocol, bytes: data } })),
  )).map(([head, rest]) => ({ ...head, ...rest }))

export const frame: fc.Arbitrary<Frame> = fc.tuple(
  fc.record({
    destination: mac, source: mac,
    tags: fc.array(fc.tuple(fc.record({ vlan: bits(12), priority: bits(3), dropEligible: fc.boolean() }), fc.constantFrom({}, { provider: true as const })).map(([tag, p]) => ({ ...tag, ...p })), { maxLength: 2 }),
  }),
  fc.oneof(
    { weight: 6, arbitrary: packet.map(payload => ({ payload })) },
    { weight: 1, arbitrary: fc.tuple(packet, hex(1, 1, 20)).map(([payload, trailer]) => ({ payload, trailer })) },
    { weight: 1, arbitrary: fc.record({ payload: fc.record({ kind: fc.constant('raw' as const), etherType: fc.constantFrom(0x0800, 0x0806, 0x88cc, 64), bytes: hex(1, 0, 60) }) }) },
  )).map(([head, rest]) => ({ ...head, ...rest }))
