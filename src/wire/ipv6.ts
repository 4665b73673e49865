/**
 * IPv6 packets (RFC 8200): the header, extension headers in their order, and what they carry.
 *
 * ICMPv6 is read wherever a whole message stands: behind hop-by-hop and destination options, routing headers, and a fragment header
 * that is alone (an "atomic" one), since receivers must see that and drop the message (RFC 6980). In a real fragment, and for any other
 * protocol, the payload stays bytes. The pseudo-header has the destination of the header; a routing header that is still under way
 * would need its last address, and its checksum is reported as the sender wrote it.
 */
import { assert } from '../base/assert.ts'
import type { Ipv6Text } from '../base/ipv6.ts'
import { addressAt, join, of16, of32, ofAddress, ofHex, sameBytes, toHex, u16, u32, type Hex } from './bytes.ts'
import { icmpv6Checksum } from './checksum.ts'
import { decodeIcmpv6, encodeIcmpv6, lengthOfIcmpv6, type Icmpv6 } from './icmpv6.ts'

/** Padding is not an option: the encoder pads as hosts do, and whatever was padded otherwise is kept in `asReceived`. */
export interface HeaderOption { readonly type: number; readonly value: Hex }

export type ExtensionHeader =
  | { readonly header: 'hop-by-hop' | 'destination'; readonly options: readonly HeaderOption[]; readonly asReceived?: Hex }
  /** `data`: what follows the segments left, 4 bytes and then a multiple of 8. */
  | { readonly header: 'routing'; readonly type: number; readonly segmentsLeft: number; readonly data: Hex }
  | { readonly header: 'fragment'; readonly offset: number; readonly more: boolean; readonly identification: number; readonly reserved?: number }

/** What is no ICMPv6 message, by the number of its protocol. */
export interface OtherPayload { readonly kind: 'protocol'; readonly protocol: number; readonly bytes: Hex }

export interface Ipv6Packet {
  readonly kind: 'ipv6'
  readonly source: Ipv6Text
  readonly destination: Ipv6Text
  readonly hopLimit: number
  readonly trafficClass: number
  readonly flowLabel: number
  readonly extensions: readonly ExtensionHeader[]
  readonly payload: Icmpv6 | OtherPayload
}

const ICMPV6 = 58
const PROTOCOLS = { 'hop-by-hop': 0, routing: 43, fragment: 44, destination: 60 } as const

export function encodeIpv6(packet: Ipv6Packet): Uint8Array {
  const { payload, extensions } = packet, source = ofAddress(packet.source), destination = ofAddress(packet.destination)
  const upper = payload.kind === 'protocol' ? ofHex(payload.bytes) : encodeIcmpv6(payload)
  if (payload.kind !== 'protocol') upper.set(of16(payload.checksum ?? icmpv6Checksum(source, destination, upper)), 2)
  const next = (n: number): number => n < extensions.length ? PROTOCOLS[extensions[n]!.header] : payload.kind === 'protocol' ? payload.protocol : ICMPV6
  const body = join(...extensions.map((extension, n) => encodeExtension(extension, next(n + 1))), upper)
  assert(body.length <= 0xffff, 'a packet is no jumbogram')
  return join(of32(0x60000000 + packet.trafficClass * 0x100000 + packet.flowLabel), of16(body.length), Uint8Array.of(next(0), packet.hopLimit), source, destination, body)
}

/** How many bytes it takes. */
export function lengthOfIpv6({ extensions, payload }: Ipv6Packet): number {
  let octets = 40 + (payload.kind === 'protocol' ? payload.bytes.length / 2 : lengthOfIcmpv6(payload))
  for (const extension of extensions) octets += encodeExtension(extension, 0).length
  return octets
}

/** Where the header, its length and its extension headers agree: the packet and how many bytes it takes; what follows is the link's padding. */
export function decodeIpv6(bytes: Uint8Array): { readonly packet: Ipv6Packet; readonly length: number } | undefined {
  if (bytes.length < 40 || bytes[0]! >> 4 !== 6) return undefined
  const length = 40 + u16(bytes, 4)
  if (length > bytes.length) return undefined
  const extensions: ExtensionHeader[] = []
  let protocol = bytes[6]!, at = 40
  while (!inPieces(extensions)) {
    const extension = decodeExtension(protocol, bytes.subarray(at, length))
    if (extension === undefined) break
    extensions.push(extension)
    protocol = bytes[at]!
    at += extensionLength(extension, bytes, at)
  }
  const source = addressAt(bytes, 8), destination = addressAt(bytes, 24), upper = bytes.subarray(at, length)
  const payload: Ipv6Packet['payload'] = protocol === ICMPV6 && upper.length >= 4 && !inPieces(extensions)
    ? withChecksum(decodeIcmpv6(upper), u16(upper, 2), icmpv6Checksum(bytes.subarray(8, 24), bytes.subarray(24, 40), upper))
    : { kind: 'protocol', protocol, bytes: toHex(upper) }
  const flow = u32(bytes, 0)
  return {
    length,
    packet: {
      kind: 'ipv6', source, destination, hopLimit: bytes[7]!, trafficClass: flow >>> 20 & 0xff, flowLabel: flow & 0xfffff, extensions, payload,
    },
  }
}

/** A receiver's first question (RFC 6980): was this message fragmented, if only by an atomic fragment? */
export const isFragmented = ({ extensions }: Ipv6Packet): boolean => extensions.some(({ header }) => header === 'fragment')

const inPieces = (extensions: readonly ExtensionHeader[]): boolean => extensions.some(e => e.header === 'fragment' && (e.offset > 0 || e.more))

function withChecksum(message: Icmpv6, written: number, right: number): Icmpv6 {
  return written === right ? message : { ...message, checksum: written }
}

function decodeExtension(protocol: number, b: Uint8Array): ExtensionHeader | undefined {
  if (b.length < 8) return undefined
  if (protocol === PROTOCOLS.fragment) {
    const reserved = b[1]! << 2 | b[3]! >> 1 & 3
    return { header: 'fragment', offset: u16(b, 2) >> 3, more: (b[3]! & 1) !== 0, identification: u32(b, 4), ...(reserved === 0 ? {} : { reserved }) }
  }
  const size = 8 * (b[1]! + 1)
  if (size > b.length) return undefined
  if (protocol === PROTOCOLS.routing) return { header: 'routing', type: b[2]!, segmentsLeft: b[3]!, data: toHex(b.subarray(4, size)) }
  const header = protocol === PROTOCOLS['hop-by-hop'] ? 'hop-by-hop' as const : protocol === PROTOCOLS.destination ? 'destination' as const : undefined
  const options = header && decodeHeaderOptions(b.subarray(2, size))
  if (header === undefined || options === undefined) return undefined
  const extension: ExtensionHeader = { header, options }, canonical = encodeExtension(extension, b[0]!)
  return sameBytes(canonical, b.subarray(0, size)) ? extension : { ...extension, asReceived: toHex(b.subarray(1, size)) }
}

function extensionLength(extension: ExtensionHeader, bytes: Uint8Array, at: number): number {
  return extension.header === 'fragment' ? 8 : 8 * (bytes[at + 1]! + 1)
}

function encodeExtension(extension: ExtensionHeader, next: number): Uint8Array {
  switch (extension.header) {
    case 'fragment': {
      const reserved = extension.reserved ?? 0
      return join(Uint8Array.of(next, reserved >> 2), of16(extension.offset << 3 | (reserved & 3) << 1 | (extension.more ? 1 : 0)), of32(extension.identification))
    }
    case 'routing': return sized(Uint8Array.of(next, 0, extension.type, extension.segmentsLeft), ofHex(extension.data))
    default: {
      if (extension.asReceived !== undefined) return join(Uint8Array.of(next), ofHex(extension.asReceived))
      const options = join(...extension.options.map(({ type, value }) => join(Uint8Array.of(type, value.length / 2), ofHex(value))))
      return sized(Uint8Array.of(next, 0), options, padding(-(options.length + 2) & 7))
    }
  }
}

/** PadN, or Pad1 where one byte is missing. */
const padding = (length: number): Uint8Array => length < 2 ? new Uint8Array(length) : Uint8Array.of(1, length - 2, ...new Uint8Array(length - 2))

function sized(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = join(...parts)
  assert(bytes.length % 8 === 0 && bytes.length <= 2048, 'an extension header is a multiple of eight bytes')
  bytes[1] = bytes.length / 8 - 1
  return bytes
}

/** Options without padding; undefined where one runs past the end. */
function decodeHeaderOptions(b: Uint8Array): HeaderOption[] | undefined {
  const options: HeaderOption[] = []
  for (let at = 0; at < b.length;) {
    if (b[at] === 0) {
      at++
      continue
    }
    const end = at + 2 + (b[at + 1] ?? Infinity)
    if (end > b.length) return undefined
    if (b[at] !== 1) options.push({ type: b[at]!, value: toHex(b.subarray(at + 2, end)) })
    at = end
  }
  return options
}
