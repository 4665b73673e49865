/**
 * The row `ra-bytes`: every recorded frame decodes to the fields that the recorder's own decoder saw in it, and encodes back to the
 * same bytes; every recorded configuration gives the bytes that radvd sent at start and at TERM. `dir` holds one folder per scenario: `packets.json` has frames; `vectors.json` the advertisements of the encoder corpus.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { ofHex, toHex } from '../../src/wire/bytes.ts'
import { decodeFrame, encodeFrame, type Frame } from '../../src/wire/frame.ts'
import { encodeIcmpv6, typeOf, type Icmpv6 } from '../../src/wire/icmpv6.ts'
import { encodeOption, INFINITE_SECONDS, type NdOption } from '../../src/wire/nd-option.ts'
import { advertised } from './ra-encoder.ts'
import type { Row } from './rows.ts'

type Fields = Record<string, unknown>
export interface RecordedPacket { readonly kind: string; readonly inputs: Fields; readonly checksumOk: boolean; readonly icmpv6: string; readonly frame: string }
export interface RecordedRa { readonly icmpv6: string; readonly frame: string; readonly src: string; readonly dst: string; readonly decoded: Fields }
export interface Vector {
  readonly case: number
  readonly label: string
  readonly mac: string
  readonly config: string
  readonly first: RecordedRa | null
  readonly final: RecordedRa | null
  readonly allMessages?: readonly string[]
}

export function raBytes(dir: string): Omit<Row, 'name'> {
  const differs: { id: string; why: string }[] = []
  let total = 0
  const judge = (id: string, why: string | undefined): void => {
    total++
    if (why !== undefined) differs.push({ id, why })
  }
  for (const scenario of readdirSync(dir, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(({ name }) => name).sort()) {
    packetsOf(join(dir, scenario)).forEach((packet, n) => judge(`${scenario}#${n}`, packetDiffers(packet)))
    for (const vector of vectorsOf(join(dir, scenario))) judge(`${scenario} ${vector.case}`, vectorDiffers(vector))
  }
  return { passed: total - differs.length, total, differs }
}

export const packetsOf = (folder: string): RecordedPacket[] => (read(join(folder, 'packets.json')) as { packets?: RecordedPacket[] }).packets ?? []
export const vectorsOf = (folder: string): Vector[] => (read(join(folder, 'vectors.json')) as { vectors?: Vector[] }).vectors ?? []
const read = (path: string): unknown => existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}

/** Undefined where all is well. */
export function packetDiffers({ inputs, checksumOk, icmpv6, frame: hex }: RecordedPacket): string | undefined {
  const frame = decodeFrame(ofHex(hex))
  return frameDiffers(hex, frame) ?? difference(fieldsOf(frame!), known(inputs))
    ?? (checksumOk === (messageOf(frame!).checksum === undefined) ? undefined : `the checksum is ${checksumOk ? 'good' : 'bad'} by the recording`)
    ?? (messageHex(messageOf(frame!), icmpv6) === icmpv6 ? undefined : 'the message differs')
}

export function vectorDiffers(vector: Vector): string | undefined {
  const { first, final, allMessages } = vector, ours = advertised(vector)
  const sent = difference({ first: ours.first, final: ours.final }, { first: first?.icmpv6 ?? null, final: final?.icmpv6 ?? null })
    ?? (allMessages === undefined ? undefined : difference({ messages: ours.messages }, { messages: allMessages }))
  if (sent !== undefined) return sent
  for (const ra of [first, final]) {
    if (ra === null) continue
    const frame = decodeFrame(ofHex(ra.frame)), why = frameDiffers(ra.frame, frame)
    if (why !== undefined) return why
    const { kind: _, checksum: __, src, dst, ...fields } = fieldsOf(frame!)
    const seen = difference({ ...fields, checksumOk: messageOf(frame!).checksum === undefined }, ra.decoded)
      ?? difference({ src, dst, icmpv6: messageHex(messageOf(frame!), ra.icmpv6) }, { src: ra.src, dst: ra.dst, icmpv6: ra.icmpv6 })
    if (seen !== undefined) return seen
    // A router writes nothing that only `asReceived` could repeat.
    if (JSON.stringify(frame).includes('asReceived')) return 'an option is known only by its bytes'
  }
  return undefined
}

function frameDiffers(hex: string, frame: Frame | undefined): string | undefined {
  if (frame === undefined) return 'too short for a frame'
  const back = toHex(encodeFrame(frame))
  if (back !== hex) return `encodes to ${back}`
  return frame.payload.kind === 'ipv6' && frame.payload.payload.kind !== 'protocol' ? undefined : 'no ICMPv6 message was seen in it'
}

export function messageOf({ payload }: Frame): Icmpv6 {
  if (payload.kind !== 'ipv6' || payload.payload.kind === 'protocol') throw new Error('a recorded frame carries an ICMPv6 message')
  return payload.payload
}

/** The message with the checksum of the recording: it depends on the packet around. */
function messageHex(message: Icmpv6, recorded: string): string {
  const hex = toHex(encodeIcmpv6(message))
  return hex.slice(0, 4) + recorded.slice(4, 8) + hex.slice(8)
}

/** Of an option that runs past the end, and of what the recorder could not decode, only the bytes are compared. */
function known({ decode_error: _, ...inputs }: Fields): Fields {
  const { options } = inputs as { options?: { type: number; len: number; hex: string }[] }
  return options === undefined ? inputs
    : { ...inputs, options: options.map(option => option.hex.length < 16 * option.len ? { type: option.type, len: option.len, hex: option.hex } : option) }
}

/** A frame in the words of the recordings. */
export function fieldsOf(frame: Frame): Fields {
  const packet = frame.payload
  if (packet.kind !== 'ipv6') return {}
  const message = messageOf(frame), hex = toHex(encodeFrame(frame)), behind = 2 * (14 + 40)
  const hop = packet.extensions[0]?.header === 'hop-by-hop' ? { hopByHop: hex.slice(behind, behind + 16) } : {}
  const checksum = message.checksum ?? parseInt(hex.slice(-2 * (encodeIcmpv6(message).length) + 4).slice(0, 4), 16)
  return {
    srcMac: frame.source, dstMac: frame.destination, src: packet.source, dst: packet.destination, hopLimit: packet.hopLimit, ...hop,
    kind: message.kind === 'mld-report' ? 'MLDv2' : message.kind === 'malformed' ? KINDS[typeOf(message)] : message.kind,
    code: message.code, checksum: checksum.toString(16).padStart(4, '0'), ...messageFields(message),
  }
}

const KINDS: Readonly<Record<number, string>> = { 133: 'RS', 134: 'RA', 135: 'NS', 136: 'NA' }
const RECORDS = { 'is-include': 'IS_IN', 'is-exclude': 'IS_EX', 'to-include': 'TO_IN', 'to-exclude': 'TO_EX', allow: 'ALLOW', block: 'BLOCK' }

function messageFields(m: Icmpv6): Fields {
  switch (m.kind) {
    case 'RS': return { options: m.options.map(optionFields) }
    case 'RA': return {
      curHopLimit: m.hopLimit, M: +m.managed, O: +m.otherConfig, H: +m.homeAgent, prf: m.preference, routerLifetime: m.routerLifetimeSeconds,
      reachableTime: m.reachableTimeMillis, retransTimer: m.retransTimerMillis, options: m.options.map(optionFields),
    }
    case 'NS': return { target: m.target, options: m.options.map(optionFields) }
    case 'NA': return { R: +m.router, S: +m.solicited, O: +m.override, target: m.target, options: m.options.map(optionFields) }
    case 'mld-report': return { records: m.records.map(({ record, group, sources }) => ({ record: RECORDS[record], group, sources: sources.length })) }
    // Too short even for its fixed part: the recorder lists no options, or says why it gave up.
    case 'malformed': return m.type === 133 ? { options: [] } : {}
    default: return {}
  }
}

function optionFields(option: NdOption): Fields {
  const hex = toHex(encodeOption(option)), head = { type: parseInt(hex.slice(0, 2), 16), len: parseInt(hex.slice(2, 4) || '0', 16), hex }
  switch (option.kind) {
    case 'source-link-layer': return { ...head, name: 'SLLAO', mac: option.address }
    case 'target-link-layer': return { ...head, name: 'TLLAO', mac: option.address }
    case 'prefix': return {
      ...head, name: 'PIO', prefixLength: option.length, L: +option.onLink, A: +option.autonomous, R: +option.routerAddress, P: +option.dhcpv6PdPreferred,
      valid: lifetime(option.validSeconds), preferred: lifetime(option.preferredSeconds), prefix: option.prefix,
    }
    case 'mtu': return { ...head, name: 'MTU', mtu: option.mtu }
    case 'interval': return { ...head, name: 'ADVINTERVAL', intervalMs: option.intervalMillis }
    case 'home-agent': return { ...head, name: 'HOMEAGENT', preference: option.preference, lifetime: option.lifetimeSeconds }
    case 'nonce': return { ...head, name: 'NONCE', nonce: option.nonce }
    case 'route': return { ...head, name: 'RIO', prefixLength: option.length, preference: option.preference, lifetime: lifetime(option.lifetimeSeconds), prefix: option.prefix }
    case 'rdnss': return { ...head, name: 'RDNSS', lifetime: lifetime(option.lifetimeSeconds), servers: option.servers }
    case 'dnssl': return { ...head, name: 'DNSSL', lifetime: lifetime(option.lifetimeSeconds), names: option.names }
    default: return head
  }
}

const lifetime = (seconds: number): number | string => seconds === INFINITE_SECONDS ? 'infinite' : seconds

function difference(ours: Fields, theirs: Fields): string | undefined {
  for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)]))
    if (!isDeepStrictEqual(ours[key], theirs[key])) return `${key}: ${JSON.stringify(ours[key])}, recorded ${JSON.stringify(theirs[key])}`
  return undefined
}
