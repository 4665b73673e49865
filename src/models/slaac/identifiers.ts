/**
 * The second half of an address (ND-67): modified EUI-64 of the hardware address (RFC 4291), a stable one that differs from prefix to
 * prefix (RFC 7217), one configured as a token, or a random one (RFC 8981).
 *
 * F of RFC 7217 is that of Linux (net/ipv6/addrconf.c, ipv6_generate_stable_address): SHA-1 of one block, of which the first two words,
 * the least significant octet first, are the identifier. Reserved identifiers (RFC 5453) are passed over.
 */
import { eui64, formatIpv6, linkLocalOf, parseIpv6, parseMac, withIdentifier, type Ipv6Text } from '../../base/ipv6.ts'
import { must } from '../../base/assert.ts'
import { sha1Compress } from '../../base/sha1.ts'
import type { Rng } from '../../core/rng.ts'
import { ofHex, toHex } from '../../wire/bytes.ts'
import type { Cx } from './context.ts'
import type { HostInterface, InterfaceId } from './state.ts'

const HARDWARE_AT = 24, COUNTER_AT = 56, BLOCK = 64
/** IDGEN_RETRIES of RFC 7217. */
export const MOST_CONFLICTS = 3

/** An address of this prefix of 64 bits; `counter` grows with every duplicate, and past reserved identifiers. */
export function stableAddress(secret: Uint8Array, prefix: Uint8Array, hardware: Uint8Array, counter: number): Uint8Array {
  for (let at = counter; ; at++) {
    const block = new Uint8Array(BLOCK)
    block.set(secret.subarray(0, 16))
    block.set(prefix.subarray(0, 8), 16)
    block.set(hardware.subarray(0, 32), HARDWARE_AT)
    block[COUNTER_AT] = at
    const words = sha1Compress(block), identifier = new Uint8Array(8)
    for (let n = 0; n < 8; n++) identifier[n] = words[n >> 2]! >>> 8 * (n & 3)
    if (!isReserved(identifier)) return withIdentifier(prefix, identifier)
  }
}

/** The address that this prefix leads to, in the way the interface is told to make it. */
export function addressFor(i: HostInterface, id: InterfaceId, prefix: Uint8Array, conflicts: number, cx: Cx): Ipv6Text {
  const { rules: { token, addressGeneration, permanentAddress } } = i
  if (token !== null) return formatIpv6(withIdentifier(prefix, ofHex(token)))
  if (addressGeneration === 'stable-privacy' || addressGeneration === 'random')
    return formatIpv6(stableAddress(ofHex(secretOf(i, id, cx)), prefix, ofHex(permanentAddress), conflicts))
  return formatIpv6(withIdentifier(prefix, eui64(macOf(id, cx))))
}

/** A token says nothing of the link-local address. Null: none is made. */
export function linkLocalFor(i: HostInterface, id: InterfaceId, conflicts: number, cx: Cx): Ipv6Text | null {
  const { rules: { addressGeneration, permanentAddress } } = i
  if (addressGeneration === 'none') return null
  if (addressGeneration === 'eui64') return formatIpv6(linkLocalOf(macOf(id, cx)))
  return formatIpv6(stableAddress(ofHex(secretOf(i, id, cx)), parseIpv6('fe80::')!, ofHex(permanentAddress), conflicts))
}

/** Does a duplicate leave another identifier to try? */
export const isStable = ({ rules: { token, addressGeneration } }: HostInterface): boolean =>
  token === null && (addressGeneration === 'stable-privacy' || addressGeneration === 'random')

/** A new random identifier for each temporary address. */
export function randomAddress(id: InterfaceId, prefix: Uint8Array, cx: Cx): Ipv6Text {
  const rng = cx.rng('temporary identifier', id)
  for (;;) {
    const identifier = drawn(rng, 8)
    if (!isReserved(identifier)) return formatIpv6(withIdentifier(prefix, identifier))
  }
}

function secretOf(i: HostInterface, id: InterfaceId, cx: Cx): string {
  i.secret ??= toHex(drawn(cx.rng('stable secret', id), 16))
  return i.secret
}

const macOf = (id: InterfaceId, cx: Cx): Uint8Array => must(parseMac(cx.world.ip.interfaces[id]!.mac), 'an interface has a MAC address')

function drawn(rng: Rng, octets: number): Uint8Array {
  const bytes = new Uint8Array(octets)
  for (let n = 0; n < octets; n++) bytes[n] = rng.int(256)
  return bytes
}

/** Subnet-router anycast, what IANA holds for proxy mobile IPv6, and subnet anycast. */
function isReserved(identifier: Uint8Array): boolean {
  const hex = toHex(identifier)
  return hex === '0000000000000000' || hex.startsWith('02005efffe') || (hex >= 'fdffffffffffff80' && hex <= 'fdffffffffffffff')
}
