import fc from 'fast-check'
import { Address6 } from 'ip-address'
import { expect, test } from 'vitest'
import { commonPrefixLength, formatIpv6, isWithin, masked, parseIpv6, parsePrefix } from '../../src/base/ipv6.ts'
import { property } from '../support/property.ts'

/** Addresses with many zero groups, so that runs of them compete. */
const address = fc.array(fc.oneof(fc.constant(0), fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 })
  .map(groups => Uint8Array.from(groups.flatMap(group => [group >> 8, group & 0xff])))
/** Text that is nearly an address: written forms with a character put in, taken out or changed. */
const nearly = fc.tuple(fc.oneof(address.map(bytes => formatIpv6(bytes)), fc.ipV6()), fc.nat(), fc.nat(2), fc.constantFrom(...':.0f1/%g '))
  .map(([text, at, cut, put]) => text.slice(0, at % (text.length + 1)) + put + text.slice(at % (text.length + 1) + cut))

const oracle = (text: string): Uint8Array | undefined => {
  // The library also takes zones, lengths, and octets such as 01 in a dotted quad: not addresses here.
  if (!/^[0-9a-f:.]*$/i.test(text) || /(^|[:.])0\d+(?=\.|$)/.test(text.slice(text.search(/[^:]*\./)))) return undefined
  try {
    return Uint8Array.from(new Address6(text).toUnsignedByteArray().reduceRight<number[]>((all, byte) => [byte, ...all], []))
  } catch {
    return undefined
  }
}
const widened = (bytes: Uint8Array): number[] => [...new Array<number>(16 - bytes.length).fill(0), ...bytes]

test('ND-72 what is written is read back, and is written as another implementation writes it', () => {
  property(fc.property(address, bytes => {
    const text = formatIpv6(bytes)
    expect(parseIpv6(text)).toEqual(bytes)
    if (!text.includes('.')) expect(text).toBe(Address6.fromUnsignedByteArray([...bytes]).correctForm())
  }), { numRuns: 500 })
})

test('ND-72 text is read, or refused, as another implementation does', () => {
  property(fc.property(fc.oneof(fc.ipV6(), nearly, fc.string({ unit: fc.constantFrom(...'0123456789abcdef::::..'), maxLength: 40 })), text => {
    const ours = parseIpv6(text), theirs = oracle(text)
    expect(ours && [...ours], text).toEqual(theirs && widened(theirs))
  }), { numRuns: 2000 })
})

test('an address is within what is left of it when bits are cleared, and shares that many bits with it', () => {
  property(fc.property(address, address, fc.integer({ min: 0, max: 128 }), (a, b, length) => {
    const prefix = masked(a, length)
    expect(isWithin(a, { address: prefix, length })).toBe(true)
    expect(commonPrefixLength(a, prefix)).toBeGreaterThanOrEqual(length)
    expect(isWithin(b, { address: a, length })).toBe(commonPrefixLength(a, b) >= length)
    expect(parsePrefix(`${formatIpv6(a)}/${length}`)).toEqual({ address: a, length })
  }))
})
