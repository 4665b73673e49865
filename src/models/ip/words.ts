/** Addresses and prefixes in scenarios and requests: any spelling in, the canonical one out. */
import { z } from 'zod'
import { canonicalIpv6, formatPrefix, isMulticast, masked, parsePrefix, type Ipv6Text } from '../../base/ipv6.ts'

export const ipv6Address = z.string().transform((text, cx): Ipv6Text => {
  const address = canonicalIpv6(text)
  if (address === undefined) cx.addIssue({ code: 'custom', message: 'expected an IPv6 address such as fec0:301:0:1234::1', input: text })
  return address ?? text
}).meta({ description: 'an IPv6 address' })

/** Bits behind the length are cleared. */
export const ipv6Prefix = z.string().transform((text, cx): string => {
  const prefix = parsePrefix(text)
  if (prefix === undefined) cx.addIssue({ code: 'custom', message: 'expected an IPv6 prefix such as fec0:301:0:1234::/64', input: text })
  return prefix ? formatPrefix({ address: masked(prefix.address, prefix.length), length: prefix.length }) : text
}).meta({ description: 'an IPv6 prefix' })

/** An address with the length of its prefix, `fec0:301:0:1234::1/64`. */
export const ipv6AddressWithLength = z.string().transform((text, cx): { address: Ipv6Text; length: number } => {
  const prefix = parsePrefix(text)
  if (prefix === undefined) cx.addIssue({ code: 'custom', message: 'expected an IPv6 address with its length, such as fec0:301:0:1234::1/64', input: text })
  else if (isMulticast(prefix.address) || prefix.address.every(byte => byte === 0)) cx.addIssue({ code: 'custom', message: 'expected the address of one interface', input: text })
  return prefix ? { address: canonicalIpv6(text.slice(0, text.indexOf('/')))!, length: prefix.length } : { address: text, length: 64 }
}).meta({ description: 'an IPv6 address with the length of its prefix' })
