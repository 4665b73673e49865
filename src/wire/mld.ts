/**
 * Multicast listener discovery: who wants which groups. Version 2 reports and queries (RFC 3810 section 5) and the messages of
 * version 1 (RFC 2710), which a version 2 listener still hears. Functions here see a message without its first four bytes.
 */
import type { Ipv6Text } from '../base/ipv6.ts'
import { addressAt, join, of16, ofAddress, ofHex, toHex, u16, type Hex } from './bytes.ts'

/** Types 1 to 6 of RFC 3810 5.2.12, in the words that tcpdump uses. */
export const RECORD_KINDS = ['is-include', 'is-exclude', 'to-include', 'to-exclude', 'allow', 'block'] as const
export type MldRecordKind = (typeof RECORD_KINDS)[number]

export interface MldRecord {
  readonly record: MldRecordKind
  readonly group: Ipv6Text
  readonly sources: readonly Ipv6Text[]
  /** Auxiliary data, which no version defines; only where there is some. */
  readonly auxiliary?: Hex
}

export interface MldReport { readonly kind: 'mld-report'; readonly reserved?: number; readonly records: readonly MldRecord[] }
/** A version 1 query has no `v2` part. The response code of version 2 is a floating-point number from 32768 on; it is kept as it is. */
export interface MldQuery {
  readonly kind: 'mld-query'
  readonly responseCode: number
  readonly reserved?: number
  readonly group: Ipv6Text
  readonly v2?: { readonly flags: number; readonly queryIntervalCode: number; readonly sources: readonly Ipv6Text[] }
}
export interface MldV1 { readonly kind: 'mld-v1-report' | 'mld-v1-done'; readonly responseCode: number; readonly reserved?: number; readonly group: Ipv6Text }

/** Undefined where the counts and the bytes do not agree. */
export function decodeReport(b: Uint8Array): MldReport | undefined {
  if (b.length < 4) return undefined
  const records: MldRecord[] = []
  let at = 4
  for (let n = u16(b, 2); n > 0; n--) {
    if (at + 20 > b.length) return undefined
    const kind = RECORD_KINDS[b[at]! - 1], auxiliary = 4 * b[at + 1]!, count = u16(b, at + 2), end = at + 20 + 16 * count + auxiliary
    if (kind === undefined || end > b.length) return undefined
    records.push({
      record: kind, group: addressAt(b, at + 4), sources: addresses(b, at + 20, count),
      ...(auxiliary > 0 ? { auxiliary: toHex(b.subarray(end - auxiliary, end)) } : {}),
    })
    at = end
  }
  return at === b.length ? { kind: 'mld-report', ...kept(u16(b, 0)), records } : undefined
}

export function encodeReport({ reserved = 0, records }: MldReport): Uint8Array {
  return join(of16(reserved), of16(records.length), ...records.map(({ record, group, sources, auxiliary = '' }) => join(
    Uint8Array.of(1 + RECORD_KINDS.indexOf(record), auxiliary.length / 8), of16(sources.length), ofAddress(group), ...sources.map(ofAddress), ofHex(auxiliary))))
}

export function decodeQuery(b: Uint8Array): MldQuery | undefined {
  const common = v1Part(b)
  if (common === undefined || b.length === 20) return common && { kind: 'mld-query', ...common }
  if (b.length < 24 || b.length !== 24 + 16 * u16(b, 22)) return undefined
  return { kind: 'mld-query', ...common, v2: { flags: b[20]!, queryIntervalCode: b[21]!, sources: addresses(b, 24, u16(b, 22)) } }
}

export function encodeQuery({ responseCode, reserved = 0, group, v2 }: MldQuery): Uint8Array {
  return join(of16(responseCode), of16(reserved), ofAddress(group),
    ...(v2 === undefined ? [] : [Uint8Array.of(v2.flags, v2.queryIntervalCode), of16(v2.sources.length), ...v2.sources.map(ofAddress)]))
}

export function decodeV1(kind: MldV1['kind'], b: Uint8Array): MldV1 | undefined {
  const common = v1Part(b)
  return common && b.length === 20 ? { kind, ...common } : undefined
}

export const encodeV1 = ({ responseCode, reserved = 0, group }: MldV1): Uint8Array => join(of16(responseCode), of16(reserved), ofAddress(group))

function v1Part(b: Uint8Array): Omit<MldV1, 'kind'> | undefined {
  return b.length < 20 ? undefined : { responseCode: u16(b, 0), ...kept(u16(b, 2)), group: addressAt(b, 4) }
}

const addresses = (b: Uint8Array, at: number, count: number): Ipv6Text[] => Array.from({ length: count }, (_, n) => addressAt(b, at + 16 * n))
/** A reserved field, only where a sender used it. */
const kept = (reserved: number): { reserved?: number } => reserved === 0 ? {} : { reserved }
