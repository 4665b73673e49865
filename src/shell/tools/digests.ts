/**
 * MD5, SHA-256 and SHA-512 of byte strings, and the checksum of cksum(1); SHA-1 stands on base. Small and plain: scripts sum small files.
 * Source: RFC 1321, FIPS 180-4, POSIX.1-2017 cksum.
 */
import { sha1Compress } from '../../base/sha1.ts'

const hex = (words: Iterable<number>): string => [...words].map(word => (word >>> 0).toString(16).padStart(8, '0')).join('')
const bytesOf = (text: string): Uint8Array => {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}
/** With the 1 bit, zeros and the length in bits at the end of the last block. */
function padded(text: string, block: number, little: boolean): Uint8Array {
  const lengthBytes = block / 8, size = Math.ceil((text.length + 1 + lengthBytes) / block) * block, bytes = new Uint8Array(size)
  bytes.set(bytesOf(text))
  bytes[text.length] = 0x80
  let bits = text.length * 8
  for (let i = 0; i < 7; i++) {
    bytes[little ? size - 8 + i : size - 1 - i] = bits % 256
    bits = Math.floor(bits / 256)
  }
  return bytes
}

// floor(2^32 × |sin(i + 1)|) for MD5; fractions of roots of primes for SHA-2, by whole numbers.
const MD5_K = Int32Array.from(`d76aa478e8c7b756242070dbc1bdceeef57c0faf4787c62aa8304613fd469501698098d88b44f7afffff5bb1895cd7be6b901122fd987193a679438e49b40821f61e2562c040b340265e5a51e9b6c7aad62f105d02441453d8a1e681e7d3fbc821e1cde6c33707d6f4d50d87455a14eda9e3e905fcefa3f8676f02d98d2a4c8afffa39428771f6816d9d6122fde5380ca4beea444bdecfa9f6bb4b60bebfbc70289b7ec6eaa127fad4ef308504881d05d9d4d039e6db99e51fa27cf8c4ac5665f4292244432aff97ab9423a7fc93a039655b59c38f0ccc92ffeff47d85845dd16fa87e4ffe2ce6e0a30143144e0811a1f7537e82bd3af2352ad7d2bbeb86d391`.match(/.{8}/g)!, word => parseInt(word, 16) | 0)
const MD5_S = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]

export function md5(text: string): string {
  const bytes = padded(text, 64, true), view = new DataView(bytes.buffer), h = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476]
  for (let at = 0; at < bytes.length; at += 64) {
    let [a, b, c, d] = h as [number, number, number, number]
    for (let i = 0; i < 64; i++) {
      const round = i >> 4, f = round === 0 ? b & c | ~b & d : round === 1 ? d & b | ~d & c : round === 2 ? b ^ c ^ d : c ^ (b | ~d)
      const g = round === 0 ? i : round === 1 ? (5 * i + 1) & 15 : round === 2 ? (3 * i + 5) & 15 : (7 * i) & 15
      const sum = (a + f + MD5_K[i]! + view.getInt32(at + 4 * g, true)) | 0, s = MD5_S[round * 4 + (i & 3)]!
      a = d
      d = c
      c = b
      b = (b + (sum << s | sum >>> 32 - s)) | 0
    }
    h[0] = (h[0]! + a) | 0
    h[1] = (h[1]! + b) | 0
    h[2] = (h[2]! + c) | 0
    h[3] = (h[3]! + d) | 0
  }
  return hex(h.map(word => word << 24 | (word & 0xff00) << 8 | word >>> 8 & 0xff00 | word >>> 24))
}

export function sha1(text: string): string {
  const bytes = padded(text, 64, false)
  let h: Uint32Array | undefined
  for (let at = 0; at < bytes.length; at += 64) h = sha1Compress(bytes.subarray(at, at + 64), h)
  return hex(h!)
}

/** The first bits of the fraction of a root of a prime, exactly. */
function root(prime: number, cube: boolean, bits: bigint): bigint {
  const scaled = BigInt(prime) << (cube ? 3n : 2n) * bits
  let low = 0n, high = 1n << bits + 5n
  while (high - low > 1n) {
    const middle = low + high >> 1n
    if ((cube ? middle * middle * middle : middle * middle) <= scaled) low = middle
    else high = middle
  }
  return low & (1n << bits) - 1n
}
function primes(n: number): number[] {
  const found: number[] = []
  for (let candidate = 2; found.length < n; candidate++) if (found.every(prime => candidate % prime !== 0)) found.push(candidate)
  return found
}
let tables: { k256: Int32Array; h256: Int32Array; k512: bigint[]; h512: bigint[] } | null = null
const tablesOf = (): NonNullable<typeof tables> => tables ??= {
  k256: Int32Array.from(primes(64), prime => Number(root(prime, true, 32n)) | 0), h256: Int32Array.from(primes(8), prime => Number(root(prime, false, 32n)) | 0),
  k512: primes(80).map(prime => root(prime, true, 64n)), h512: primes(8).map(prime => root(prime, false, 64n)),
}

export function sha256(text: string): string {
  const { k256, h256 } = tablesOf(), bytes = padded(text, 64, false), view = new DataView(bytes.buffer), h = Int32Array.from(h256), w = new Int32Array(64), turn = (x: number, n: number): number => x >>> n | x << 32 - n
  for (let at = 0; at < bytes.length; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + 4 * i)
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15]!, y = w[i - 2]!
      w[i] = w[i - 16]! + (turn(x, 7) ^ turn(x, 18) ^ x >>> 3) + w[i - 7]! + (turn(y, 17) ^ turn(y, 19) ^ y >>> 10)
    }
    let [a, b, c, d, e, f, g, z] = h as unknown as [number, number, number, number, number, number, number, number]
    for (let i = 0; i < 64; i++) {
      const t1 = (z + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + (e & f ^ ~e & g) + k256[i]! + w[i]!) | 0, t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + (a & b ^ a & c ^ b & c)) | 0
      z = g
      g = f
      f = e
      e = (d + t1) | 0
      d = c
      c = b
      b = a
      a = (t1 + t2) | 0
    }
    ;[a, b, c, d, e, f, g, z].forEach((value, i) => { h[i] = h[i]! + value })
  }
  return hex(h)
}

export function sha512(text: string): string {
  const { k512, h512 } = tablesOf(), bytes = padded(text, 128, false), view = new DataView(bytes.buffer), mask = (1n << 64n) - 1n, turn = (x: bigint, n: bigint): bigint => (x >> n | x << 64n - n) & mask
  let h = [...h512]
  for (let at = 0; at < bytes.length; at += 128) {
    const w: bigint[] = []
    for (let i = 0; i < 16; i++) w.push(view.getBigUint64(at + 8 * i))
    for (let i = 16; i < 80; i++) {
      const x = w[i - 15]!, y = w[i - 2]!
      w.push(w[i - 16]! + (turn(x, 1n) ^ turn(x, 8n) ^ x >> 7n) + w[i - 7]! + (turn(y, 19n) ^ turn(y, 61n) ^ y >> 6n) & mask)
    }
    let [a, b, c, d, e, f, g, z] = h as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint]
    for (let i = 0; i < 80; i++) {
      const t1 = z + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + (e & f ^ (e ^ mask) & g) + k512[i]! + w[i]!, t2 = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + (a & b ^ a & c ^ b & c)
      z = g
      g = f
      f = e
      e = d + t1 & mask
      d = c
      c = b
      b = a
      a = t1 + t2 & mask
    }
    h = [a, b, c, d, e, f, g, z].map((value, i) => h[i]! + value & mask)
  }
  return h.map(word => word.toString(16).padStart(16, '0')).join('')
}

let crcTable: Int32Array | null = null
/** POSIX cksum: CRC-32 with the length behind the data. */
export function cksum(text: string): number {
  crcTable ??= Int32Array.from({ length: 256 }, (_, i) => {
    let crc = i << 24
    for (let bit = 0; bit < 8; bit++) crc = crc << 1 ^ (crc < 0 ? 0x04c11db7 : 0)
    return crc
  })
  let crc = 0
  for (let i = 0; i < text.length; i++) crc = crc << 8 ^ crcTable[(crc >>> 24 ^ text.charCodeAt(i)) & 255]!
  for (let n = text.length; n > 0; n = Math.floor(n / 256)) crc = crc << 8 ^ crcTable[(crc >>> 24 ^ n % 256) & 255]!
  return ~crc >>> 0
}
