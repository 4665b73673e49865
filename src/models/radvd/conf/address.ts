/**
 * Addresses of a radvd.conf are kept as text in the form of RFC 5952; here is what the parser and the linter ask about them.
 *
 * The scanner decides which spellings radvd reads at all (no dotted numbers, no zones); what it lets through is an address or not by base/ipv6.ts.
 */
import { must } from '../../../base/assert.ts'
import { canonicalIpv6, formatIpv6, isWithin, masked, parseIpv6 } from '../../../base/ipv6.ts'

/** null: no address. */
export const canonical = (text: string): string | null => canonicalIpv6(text) ?? null

/** Does the address begin with the first `length` bits of the prefix? */
export const inside = (address: string, prefix: string, length: number): boolean =>
  isWithin(bytesOf(address), { address: bytesOf(prefix), length })

/** The address without the bits behind its first `length`. */
export const network = (address: string, length: number): string => formatIpv6(masked(bytesOf(address), length))

const bytesOf = (address: string): Uint8Array => must(parseIpv6(address), 'addresses were checked when they were read')
