/**
 * The compression function of SHA-1 (FIPS 180-4 6.1.2) on one block of 64 octets from its usual start, without padding and without a length.
 *
 * Linux makes stable interface identifiers with it (net/ipv6/addrconf.c), so it has to give the same five words; nothing here relies on it
 * being a good hash.
 */

const START = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0] as const
const SCHEDULE = 80

/** Five 32-bit words; those of the block before go in as `start`. */
export function sha1Compress(block: Uint8Array, start: ArrayLike<number> = START): Uint32Array {
  const w = new Uint32Array(SCHEDULE)
  for (let n = 0; n < 16; n++) w[n] = block[4 * n]! << 24 | block[4 * n + 1]! << 16 | block[4 * n + 2]! << 8 | block[4 * n + 3]!
  for (let n = 16; n < SCHEDULE; n++) w[n] = rotated(w[n - 3]! ^ w[n - 8]! ^ w[n - 14]! ^ w[n - 16]!, 1)
  let [a, b, c, d, e] = Array.from(start) as [number, number, number, number, number]
  for (let n = 0; n < SCHEDULE; n++) {
    const [mix, constant] = n < 20 ? [b & c | ~b & d, 0x5a827999] : n < 40 ? [b ^ c ^ d, 0x6ed9eba1]
      : n < 60 ? [b & c | b & d | c & d, 0x8f1bbcdc] : [b ^ c ^ d, 0xca62c1d6]
    const next = rotated(a, 5) + mix + e + constant + w[n]! | 0
    e = d, d = c, c = rotated(b, 30), b = a, a = next
  }
  return Uint32Array.of(start[0]! + a, start[1]! + b, start[2]! + c, start[3]! + d, start[4]! + e)
}

const rotated = (word: number, by: number): number => word << by | word >>> 32 - by
