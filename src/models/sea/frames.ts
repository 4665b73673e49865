/**
 * The frames that a shared Ethernet adapter makes itself: keep-alives on the control channel, announcements of clients (reverse ARP),
 * and the question whether its target is there (a neighbour solicitation).
 *
 * The real keep-alives are not published: ours have an EtherType for experiments (IEEE 802) and say the priority, whether the sender could
 * be active, whether it shares, and which trunks it bridges.
 */
import { formatIpv6, formatMac, linkLocalOf, macOfGroup, parseIpv6, parseMac, solicitedNodeGroup, type Ipv6Text, type MacText } from '../../base/ipv6.ts'
import { must } from '../../base/assert.ts'
import { ofHex, toHex } from '../../wire/bytes.ts'
import type { Frame } from '../../wire/frame.ts'

const KEEP_ALIVE = 0x88b5, REVERSE_ARP = 0x8035, BROADCAST: MacText = 'ff:ff:ff:ff:ff:ff'
const MARK = 0x5e, ABLE = 1, SHARING = 2
/** An Ethernet frame has at least 46 octets after its header. */
const LEAST = 46

export interface KeepAlive { readonly priority: number; readonly able: boolean; readonly sharing: boolean; readonly active: readonly boolean[] }

export function keepAliveOf(source: MacText, { priority, able, sharing, active }: KeepAlive): Frame {
  const body = Uint8Array.of(MARK, priority, (able ? ABLE : 0) | (sharing ? SHARING : 0), active.length, ...active.map(Number))
  return raw(source, KEEP_ALIVE, body)
}

export function readKeepAlive({ payload }: Frame): KeepAlive | undefined {
  if (payload.kind !== 'raw' || payload.etherType !== KEEP_ALIVE) return undefined
  const [mark, priority, flags, count, ...active] = ofHex(payload.bytes)
  if (mark !== MARK || priority === undefined || flags === undefined || count === undefined || active.length < count) return undefined
  return { priority, able: (flags & ABLE) !== 0, sharing: (flags & SHARING) !== 0, active: active.slice(0, count).map(Boolean) }
}

/** RFC 903: whoever hears it learns where the address is. */
export function announcementOf(client: MacText, vlan: number | undefined): Frame {
  const own = must(parseMac(client), 'a registered address is one'), nobody = [0, 0, 0, 0]
  const frame = raw(client, REVERSE_ARP, Uint8Array.of(0, 1, 8, 0, 6, 4, 0, 3, ...own, ...nobody, ...own, ...nobody))
  return vlan === undefined ? frame : { ...frame, tags: [{ vlan, priority: 0, dropEligible: false }] }
}

export function questionTo(target: Ipv6Text, source: MacText): Frame {
  const own = must(parseMac(source), 'its own address is one'), group = solicitedNodeGroup(must(parseIpv6(target), 'a target is an address'))
  return {
    destination: formatMac(macOfGroup(group)), source, tags: [],
    payload: {
      kind: 'ipv6', source: formatIpv6(linkLocalOf(own)), destination: formatIpv6(group), hopLimit: 255, trafficClass: 0, flowLabel: 0, extensions: [],
      payload: { kind: 'NS', code: 0, target, options: [{ kind: 'source-link-layer', address: source }] },
    },
  }
}

/** Whose presence does the frame confirm to the address that asked? */
export function answerIn({ destination, payload }: Frame, asked: MacText): Ipv6Text | undefined {
  if (destination !== asked || payload.kind !== 'ipv6' || payload.payload.kind !== 'NA') return undefined
  return payload.payload.target
}

function raw(source: MacText, etherType: number, body: Uint8Array): Frame {
  return { destination: BROADCAST, source, tags: [], payload: { kind: 'raw', etherType, bytes: toHex(body).padEnd(2 * LEAST, '0') } }
}
