/**
 * Questions about an address that its canonical text answers: the path of a frame asks them for every receiver, and parsing would cost
 * more than everything else there. The first group of a canonical text has no leading zeros, so `ff02::1` is a group and `ff::1` is not.
 */
import { formatIpv6, parseIpv6, solicitedNodeGroup, type Ipv6Text, type MacText } from '../../base/ipv6.ts'
import { must } from '../../base/assert.ts'

export const UNSPECIFIED: Ipv6Text = '::', LOOPBACK: Ipv6Text = '::1', ALL_NODES: Ipv6Text = 'ff02::1'

/** ff00::/8. */
export const isGroup = (address: Ipv6Text): boolean => address.charCodeAt(0) === 0x66 && address.charCodeAt(1) === 0x66 && address.charCodeAt(4) === 0x3a
/** fe80::/10. */
export const isLinkLocal = (address: Ipv6Text): boolean => /^fe[89ab][0-9a-f]:/.test(address)
/** ff02::1:ff00:0/104. */
export const isSolicitedNodeGroup = (address: Ipv6Text): boolean => /^ff02::1:ff[0-9a-f]{2}:/.test(address)
/** The group bit of the first octet. */
export const isGroupMac = (mac: MacText): boolean => '13579bdf'.includes(mac.charAt(1))

const groups = new Map<Ipv6Text, Ipv6Text>()
const MOST_REMEMBERED = 4096

/** Where whoever has this address listens. */
export function groupOf(address: Ipv6Text): Ipv6Text {
  const known = groups.get(address)
  if (known !== undefined) return known
  if (groups.size >= MOST_REMEMBERED) groups.clear()
  const group = formatIpv6(solicitedNodeGroup(must(parseIpv6(address), 'a target is an address')))
  groups.set(address, group)
  return group
}
