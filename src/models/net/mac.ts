/**
 * MAC addresses as platforms give them to adapters: pure functions of random bits, or of a name.
 *
 * PowerVM draws 48 bits and makes the address one that is locally administered and belongs to one adapter (VE-28). Xen, KVM and VMware
 * have ranges of their own (VE-70, VE-71). No generator gives a group address or all zeros (VE-72). Bits are a whole number below 2^48.
 * Source: the adapters of a HMC listing for VE-28; the registered prefixes 00:16:3e, 52:54:00, 00:0c:29, 00:50:56 for the others.
 */
import { formatMac, parseMac, type MacText } from '../../base/ipv6.ts'

export const MAC_BITS = 48
const TWO_TO_24 = 0x100_0000

/** All 48 bits are drawn; then the locally administered bit is set and the group bit cleared. */
export function powervmMac(bits: number): MacText {
  const octets = octetsOf(bits)
  octets[0] = octets[0]! & ~1 | 2
  return formatMac(octets)
}

/** 00:16:3e, then 23 free bits: the usual generators draw the fourth octet below 0x80. */
export const xenMac = (bits: number): MacText => within(0x00163e, bits % 0x80_0000)
export const kvmMac = (bits: number): MacText => within(0x525400, bits % TWO_TO_24)

/** Who named the adapter: the host by itself, a person, or a vCenter; the latter two share a prefix and differ in the fourth octet. */
export type VmwareRange = 'host' | 'manual' | 'vcenter'
export function vmwareMac(bits: number, range: VmwareRange): MacText {
  if (range === 'host') return within(0x000c29, bits % TWO_TO_24)
  return within(0x005056, bits % 0x40_0000 + (range === 'vcenter' ? 0x80_0000 : 0))
}

/** The address of an adapter that was given none: by PowerVM's rule, with a hash of its name for the random bits. */
export const macOfName = (name: string): MacText => powervmMac(bitsOfName(name))

/** One address for each name, none twice and none of those taken: who comes later gives way. */
export function macsOfNames(names: Iterable<string>, taken: Iterable<MacText> = []): Map<string, MacText> {
  const used = new Set(taken), macs = new Map<string, MacText>()
  for (const name of names) {
    let mac = macOfName(name)
    for (let again = 1; used.has(mac); again++) mac = macOfName(`${name}#${again}`)
    used.add(mac)
    macs.set(name, mac)
  }
  return macs
}

/** As management consoles print it: `02224842CB34`. */
export const hmcMac = (mac: MacText): string => mac.replaceAll(':', '').toUpperCase()

/** Is it for many? The group bit is the lowest of the first octet, so that of its second digit. */
export function isGroupMac(mac: MacText): boolean {
  const digit = mac.charCodeAt(1)
  return (digit & 1) === (digit < 58 ? 1 : 0)
}

/** Is it an address that one adapter can have (VE-72)? */
export function isAdapterMac(mac: MacText): boolean {
  const octets = parseMac(mac)
  return octets !== undefined && (octets[0]! & 1) === 0 && octets.some(octet => octet !== 0)
}

const within = (prefix: number, rest: number): MacText => formatMac(octetsOf(prefix * TWO_TO_24 + rest))

function octetsOf(bits: number): Uint8Array {
  const octets = new Uint8Array(6)
  for (let n = 5, rest = bits; n >= 0; n--, rest = Math.floor(rest / 256)) octets[n] = rest % 256
  return octets
}

/** 48 bits of a name: each character is multiplied into two lanes, which are mixed at the end (the finalizer of MurmurHash3). */
function bitsOfName(name: string): number {
  let high = 0x9e3779b9, low = 0x7f4a7c15
  for (let n = 0; n < name.length; n++) {
    high = Math.imul(high ^ name.charCodeAt(n), 0x01000193)
    low = Math.imul(low ^ name.charCodeAt(n), 0x5bd1e995) ^ high >>> 15
  }
  high = mixed(high ^ name.length)
  low = mixed(low + high)
  return (high >>> 8) * TWO_TO_24 + (low >>> 8)
}

function mixed(hash: number): number {
  hash = Math.imul(hash ^ hash >>> 16, 0x85ebca6b)
  hash = Math.imul(hash ^ hash >>> 13, 0xc2b2ae35)
  return (hash ^ hash >>> 16) >>> 0
}
