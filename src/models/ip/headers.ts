/**
 * Extension headers for which a packet is discarded (RFC 8200 4.2, 4.3, 4.4; RFC 5095).
 *
 * Everybody discards what asks for it by the highest bits of an unknown option, a route that is still under way, and a hop-by-hop header
 * that is not the first. Linux, as measured, also discards a routing header to a group, the types 3 and 4, which want to be switched on,
 * padding that is longer than seven bytes or not of zeros, and more than eight options.
 */
import { ofHex } from '../../wire/bytes.ts'
import type { ExtensionHeader, Ipv6Packet } from '../../wire/ipv6.ts'
import { isGroup } from './kinds.ts'

const PAD_1 = 0, PAD_N = 1, ROUTER_ALERT = 5, JUMBO = 0xc2
const MOST_PADDING = 7, MOST_OPTIONS = 8
const SWITCHED_OFF: readonly number[] = [3, 4]

/** Who discards the packet: everybody, hosts of profile linux, or nobody. */
export function refusedBy({ extensions, destination }: Ipv6Packet): 'all' | 'linux' | null {
  if (extensions.length === 0) return null
  if (extensions.some((extension, at) => isRefused(extension, at))) return 'all'
  return extensions.some(extension => isRefusedByLinux(extension, isGroup(destination))) ? 'linux' : null
}

function isRefused(extension: ExtensionHeader, at: number): boolean {
  if (extension.header === 'routing') return extension.segmentsLeft > 0
  if (extension.header === 'fragment') return false
  const known = extension.header === 'hop-by-hop' ? [ROUTER_ALERT, JUMBO] : []
  return extension.header === 'hop-by-hop' && at > 0 || extension.options.some(({ type }) => type >= 0x40 && !known.includes(type))
}

function isRefusedByLinux(extension: ExtensionHeader, toGroup: boolean): boolean {
  if (extension.header === 'routing') return toGroup || SWITCHED_OFF.includes(extension.type)
  if (extension.header === 'fragment') return false
  const { options, asReceived } = extension
  if (options.length > MOST_OPTIONS || extension.header === 'hop-by-hop' && options.some(({ type, value }) => type === JUMBO || type === ROUTER_ALERT && value.length !== 4)) return true
  return asReceived !== undefined && isBadlyPadded(ofHex(asReceived).subarray(1))
}

function isBadlyPadded(b: Uint8Array): boolean {
  let padding = 0
  for (let at = 0; at < b.length;) {
    const type = b[at]!, size = type === PAD_1 ? 1 : 2 + b[at + 1]!
    padding = type > PAD_N ? 0 : padding + size
    if (padding > MOST_PADDING || type === PAD_N && b.subarray(at + 2, at + size).some(byte => byte !== 0)) return true
    at += size
  }
  return false
}
