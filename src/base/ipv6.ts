/**
 * IPv6 addresses and prefixes: text to sixteen bytes and back, and the questions that neighbour discovery asks about them.
 *
 * Text is read as RFC 4291 2.2 has it (also with a dotted quad at the end; no zone, no brackets) and written as RFC 5952 has it:
 * lower case, no leading zeros, the first of the longest runs of two or more zero groups as `::`. Slices and packets hold the
 * written form, so that equal addresses are equal strings; bytes are for arithmetic only and never part of a slice.
 */

/** An address in its canonical text, such as `fe80::ff:fe00:a01`. */
export type Ipv6Text = string
/** A MAC address in lower case with colons, such as `02:00:00:00:0a:01`. */
export type MacText = string

/** An address with a length. Bits behind the length are kept: `prefix 2001:db8::5/64` of a radvd.conf goes out as it is written. */
export interface Ipv6Prefix { readonly address: Uint8Array; readonly length: number }

/** Sixteen bytes, or undefined where the text is not an address. */
export function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = groupsOf(halves[0]!, halves.length === 1), tail = halves.length === 2 ? groupsOf(halves[1]!, true) : []
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  // `::` stands for at least one group.
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const bytes = new Uint8Array(16)
  const put = (group: number, n: number): void => { bytes[2 * n] = group >> 8, bytes[2 * n + 1] = group & 0xff }
  head.forEach(put)
  tail.forEach((group, n) => put(group, head.length + missing + n))
  return bytes
}

/** The address that stands at `offset`. */
export function formatIpv6(bytes: Uint8Array, offset = 0): Ipv6Text {
  const group = (n: number): number => bytes[offset + 2 * n]! << 8 | bytes[offset + 2 * n + 1]!
  let start = -1, length = 1
  for (let n = 0; n < 8; n++) {
    let end = n
    while (end < 8 && group(end) === 0) end++
    if (end - n > length) start = n, length = end - n
    n = end
  }
  // An IPv4-mapped address is written with its dotted quad (RFC 5952 section 5).
  if (start === 0 && length === 5 && group(5) === 0xffff) return `::ffff:${bytes.slice(offset + 12, offset + 16).join('.')}`
  const hex = (from: number, to: number): string => {
    let text = ''
    for (let n = from; n < to; n++) text += (n > from ? ':' : '') + group(n).toString(16)
    return text
  }
  return start < 0 ? hex(0, 8) : `${hex(0, start)}::${hex(start + length, 8)}`
}

/** The one way to write an address, or undefined where the text is none. */
export function canonicalIpv6(text: string): Ipv6Text | undefined {
  const bytes = parseIpv6(text)
  return bytes && formatIpv6(bytes)
}

/** `fec0:301:0:1234::/64`; the length is a plain decimal number from 0 to 128. */
export function parsePrefix(text: string): Ipv6Prefix | undefined {
  const slash = text.indexOf('/'), length = text.slice(slash + 1)
  if (slash < 0 || !/^\d{1,3}$/.test(length) || Number(length) > 128) return undefined
  const address = parseIpv6(text.slice(0, slash))
  return address && { address, length: Number(length) }
}

export const formatPrefix = ({ address, length }: Ipv6Prefix): string => `${formatIpv6(address)}/${length}`

/** The address with every bit behind the length cleared. */
export function masked(address: Uint8Array, length: number): Uint8Array {
  const bytes = address.slice(0, 16)
  for (let n = 0; n < 16; n++) bytes[n] = bytes[n]! & maskByte(length, n)
  return bytes
}

/** Is the address inside the prefix? Bits of the prefix behind its length do not count. */
export function isWithin(address: Uint8Array, { address: prefix, length }: Ipv6Prefix): boolean {
  for (let n = 0; n < 16; n++) if (((address[n]! ^ prefix[n]!) & maskByte(length, n)) !== 0) return false
  return true
}

/** How many bits two addresses have in common from the front (rule 8 of RFC 6724). */
export function commonPrefixLength(a: Uint8Array, b: Uint8Array): number {
  for (let n = 0; n < 16; n++) {
    const differs = a[n]! ^ b[n]!
    if (differs !== 0) return 8 * n + Math.clz32(differs) - 24
  }
  return 128
}

export const isUnspecified = (address: Uint8Array): boolean => address.every(byte => byte === 0)
export const isLoopback = (address: Uint8Array): boolean => address[15] === 1 && address.every((byte, n) => n === 15 || byte === 0)
export const isMulticast = (address: Uint8Array): boolean => address[0] === 0xff
export const isLinkLocal = (address: Uint8Array): boolean => address[0] === 0xfe && (address[1]! & 0xc0) === 0x80
/** fec0::/10: deprecated by RFC 3879, plain unicast all the same. */
export const isSiteLocal = (address: Uint8Array): boolean => address[0] === 0xfe && (address[1]! & 0xc0) === 0xc0
/** fc00::/7, the unique local addresses of RFC 4193. */
export const isUniqueLocal = (address: Uint8Array): boolean => (address[0]! & 0xfe) === 0xfc

/** Six bytes, or undefined; colons or dashes, either case. */
export function parseMac(text: string): Uint8Array | undefined {
  if (!/^[0-9a-f]{2}([:-])[0-9a-f]{2}(\1[0-9a-f]{2}){4}$/i.test(text)) return undefined
  return Uint8Array.from(text.split(/[:-]/), part => parseInt(part, 16))
}

export function formatMac(bytes: Uint8Array, offset = 0): MacText {
  let text = ''
  for (let n = offset; n < offset + 6; n++) text += (n > offset ? ':' : '') + (bytes[n]! < 16 ? '0' : '') + bytes[n]!.toString(16)
  return text
}

/** The modified EUI-64 identifier of a MAC address: ff:fe in the middle, the universal bit flipped (RFC 4291 appendix A). */
export function eui64(mac: Uint8Array): Uint8Array {
  return Uint8Array.of(mac[0]! ^ 0x02, mac[1]!, mac[2]!, 0xff, 0xfe, mac[3]!, mac[4]!, mac[5]!)
}

/** The first half of a prefix followed by an interface identifier of eight bytes. */
export function withIdentifier(prefix: Uint8Array, identifier: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16)
  bytes.set(prefix.subarray(0, 8))
  bytes.set(identifier.subarray(0, 8), 8)
  return bytes
}

/** fe80:: with the identifier of a MAC address: what a host calls itself before anybody told it anything. */
export function linkLocalOf(mac: Uint8Array): Uint8Array {
  return withIdentifier(Uint8Array.of(0xfe, 0x80, 0, 0, 0, 0, 0, 0), eui64(mac))
}

/** The group in which whoever has this address can be found: ff02::1:ff and its last 24 bits. */
export function solicitedNodeGroup(address: Uint8Array): Uint8Array {
  return Uint8Array.of(0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, address[13]!, address[14]!, address[15]!)
}

/** 33:33 and the last 32 bits of a group (RFC 2464 section 7). */
export function macOfGroup(group: Uint8Array): Uint8Array {
  return Uint8Array.of(0x33, 0x33, group[12]!, group[13]!, group[14]!, group[15]!)
}

/** The groups of a half; undefined where one is none. A dotted quad may only end the whole text. */
function groupsOf(text: string, atEnd: boolean): number[] | undefined {
  if (text === '') return []
  const parts = text.split(':'), groups: number[] = []
  for (const [n, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(parseInt(part, 16))
    else {
      const quad = atEnd && n === parts.length - 1 ? quadOf(part) : undefined
      if (quad === undefined) return undefined
      groups.push(...quad)
    }
  }
  return groups
}

/** Two groups of a dotted quad. A leading zero is refused: some would read it as octal. */
function quadOf(text: string): number[] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every(part => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return undefined
  const [a, b, c, d] = parts.map(Number) as [number, number, number, number]
  return [a << 8 | b, c << 8 | d]
}

/** The bits of byte `n` that lie within a prefix of this length. */
function maskByte(length: number, n: number): number {
  const inside = length - 8 * n
  return inside >= 8 ? 0xff : inside <= 0 ? 0 : 0xff << 8 - inside & 0xff
}
