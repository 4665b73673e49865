/**
 * Bytes in network order: what every encoder and decoder of this room is made of.
 *
 * A decoder looks before it reads: the readers expect that the bytes are there. What is kept but not understood is kept as
 * hexadecimal text, since packets are plain data.
 */
import { must } from '../base/assert.ts'
import { formatIpv6, parseIpv6, parseMac, type Ipv6Text, type MacText } from '../base/ipv6.ts'

/** Bytes as hexadecimal text in lower case: `0a01ff`. */
export type Hex = string

export const u16 = (bytes: Uint8Array, at: number): number => bytes[at]! << 8 | bytes[at + 1]!
export const u32 = (bytes: Uint8Array, at: number): number => u16(bytes, at) * 0x10000 + u16(bytes, at + 2)

export const of16 = (value: number): Uint8Array => Uint8Array.of(value >>> 8, value)
export const of32 = (value: number): Uint8Array => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)

/** The bytes of an address in its text form. Packets hold addresses that were parsed before, so a bad one is our own bug. */
export const ofAddress = (address: Ipv6Text): Uint8Array => must(parseIpv6(address), 'a packet holds well-formed addresses')
export const ofMac = (mac: MacText): Uint8Array => must(parseMac(mac), 'a packet holds well-formed MAC addresses')
export const addressAt = (bytes: Uint8Array, at: number): Ipv6Text => formatIpv6(bytes, at)

export const join = (...parts: readonly Uint8Array[]): Uint8Array => joinAll(parts)

/** However many there are. */
export function joinAll(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** The bytes with zeros behind them, up to a multiple of `unit`. */
export const padded = (bytes: Uint8Array, unit: number): Uint8Array => join(bytes, new Uint8Array((unit - bytes.length % unit) % unit))

export function toHex(bytes: Uint8Array): Hex {
  let text = ''
  for (const byte of bytes) text += (byte < 16 ? '0' : '') + byte.toString(16)
  return text
}

/** Undefined where the text is not an even number of hexadecimal digits. Spaces, colons and line ends between bytes do not count. */
export function fromHex(text: string): Uint8Array | undefined {
  const digits = text.replaceAll(/[\s:]/g, '')
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) return undefined
  return Uint8Array.from({ length: digits.length / 2 }, (_, n) => parseInt(digits.slice(2 * n, 2 * n + 2), 16))
}

/** For hexadecimal text that a packet holds. */
export const ofHex = (hex: Hex): Uint8Array => must(fromHex(hex), 'a packet holds well-formed hexadecimal text')

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, n) => byte === b[n])
