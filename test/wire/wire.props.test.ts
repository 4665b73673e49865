import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ofHex, toHex } from '../../src/wire/bytes.ts'
import { internetChecksum } from '../../src/wire/checksum.ts'
import { decodeFrame, encodeFrame, lengthOfFrame } from '../../src/wire/frame.ts'
import { encodeIpv6 } from '../../src/wire/ipv6.ts'
import { property } from '../support/property.ts'
import { packetsOf } from '../conformance/ra-bytes.ts'
import { frame, packet } from './arbitraries.ts'

const golden = join(import.meta.dirname, '..', 'golden', 'ra')
const recorded = readdirSync(golden).flatMap(name => packetsOf(join(golden, name))).map(({ frame: hex }) => ofHex(hex))

/** Bytes changed, cut out, repeated or put in: most of the frame stays what it was. */
const mutated = (bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
  fc.tuple(bytes, fc.array(fc.tuple(fc.nat(0xffff), fc.oneof(fc.nat(0xff), fc.constantFrom(0, 1, 58, 0x80, 0xff)), fc.nat(9)), { minLength: 1, maxLength: 4 })).map(([from, changes]) => {
    let b = [...from]
    for (const [where, value, how] of changes) {
      const at = where % (b.length + 1)
      if (how < 6) b[Math.min(at, b.length - 1)] = value
      else if (how < 7) b.splice(at, 1 + value % 9)
      else if (how < 8) b = b.slice(0, at)
      else b.splice(at, 0, ...b.slice(at, at + 8), value)
    }
    return Uint8Array.from(b)
  })
const anything = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.uint8Array({ maxLength: 100 }).map(tail => Uint8Array.from([...recorded[0]!.subarray(0, 54), ...tail])),
  mutated(fc.constantFrom(...recorded)),
  mutated(frame.map(encodeFrame)),
)

test('what is encoded decodes to the same, and is as long as was said before, for every kind of message, option and header', () => {
  property(fc.property(frame, it => {
    expect(decodeFrame(encodeFrame(it))).toEqual(it)
    expect(lengthOfFrame(it)).toBe(encodeFrame(it).length)
  }), { numRuns: 1500 })
})

test('no bytes make the decoder throw, and nothing is lost: what it made of them encodes to the same bytes', () => {
  property(fc.property(anything, bytes => {
    const decoded = decodeFrame(bytes)
    expect(decoded === undefined).toBe(bytes.length < 14)
    if (decoded === undefined) return
    expect(toHex(encodeFrame(decoded))).toBe(toHex(bytes))
    expect(lengthOfFrame(decoded)).toBe(bytes.length)
  }), { numRuns: 4000 })
})

test('a decoded frame is plain data', () => {
  property(fc.property(anything, bytes => {
    const decoded = decodeFrame(bytes) ?? null
    expect(JSON.parse(JSON.stringify(decoded))).toEqual(decoded)
  }), { numRuns: 300 })
})

test('the checksum of what is sent sums up to zero, and a receiver sees every flipped bit', () => {
  property(fc.property(packet.filter(({ payload, extensions }) => payload.kind !== 'protocol' && extensions.length === 0), fc.nat(), fc.nat(7), (it, where, bit) => {
    const bytes = encodeIpv6(it), upper = bytes.subarray(40)
    const pseudo = Uint8Array.from([...bytes.subarray(8, 40), 0, 0, upper.length >> 8, upper.length & 0xff, 0, 0, 0, 58])
    expect(internetChecksum(Uint8Array.from([...pseudo, ...upper]))).toBe(0)
    const hurt = upper.slice()
    hurt[where % hurt.length]! ^= 1 << bit
    expect(internetChecksum(Uint8Array.from([...pseudo, ...hurt]))).not.toBe(0)
    const header = Uint8Array.from([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x86, 0xdd, ...bytes.subarray(0, 40), ...hurt])
    expect(decodeFrame(header)).toMatchObject({ payload: { payload: { checksum: expect.any(Number) as number } } })
  }), { numRuns: 300 })
})
