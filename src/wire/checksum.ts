/**
 * The checksum of the Internet (RFC 1071): the complement of the one's complement sum of 16-bit words, here over the pseudo-header of
 * IPv6 (RFC 8200 8.1) and an upper-layer message whose own checksum field counts as zero.
 */
import { join, of32 } from './bytes.ts'

export function internetChecksum(bytes: Uint8Array): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += bytes[at]! << 8 | (bytes[at + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000)
  return ~sum & 0xffff
}

/** The checksum that belongs into a message from `source` to `destination`; its field at bytes 2 and 3 does not count. */
export function icmpv6Checksum(source: Uint8Array, destination: Uint8Array, message: Uint8Array): number {
  const bytes = join(source, destination, of32(message.length), Uint8Array.of(0, 0, 0, 58), message)
  bytes[42] = bytes[43] = 0
  return internetChecksum(bytes)
}
