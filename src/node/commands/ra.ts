/**
 * `hotspare ra decode HEX`: what is in a frame, an IPv6 packet or an ICMPv6 message, as a table, and a router advertisement also as
 * radvdump shows it. Exit status 1 where a receiver would object to something in it, 2 where the text is nothing of these.
 */
import { fromHex } from '../../wire/bytes.ts'
import { decodeFrame } from '../../wire/frame.ts'
import { decodeIcmpv6, typeOf, type Icmpv6 } from '../../wire/icmpv6.ts'
import { decodeIpv6, type Ipv6Packet } from '../../wire/ipv6.ts'
import { describeFrame, describeMessage, describePacket, type Line } from '../../wire/describe.ts'
import { radvdump } from '../../wire/radvdump.ts'
import { print, UsageError } from '../terminal.ts'

export function decode(hex: readonly string[], options: { readonly interface?: string } = {}): number {
  const bytes = fromHex(hex.join(''))
  if (bytes === undefined || bytes.length === 0) throw new UsageError('expected the bytes of a frame, an IPv6 packet or an ICMPv6 message as hexadecimal digits')
  const { lines, message, source } = read(bytes)
  const width = Math.max(...lines.map(({ field }) => field.length))
  for (const { field, value, objection } of lines) print(`${field.padEnd(width)}  ${value}${objection === undefined ? '' : `   <- ${objection}`}`)
  if (message?.kind === 'RA') print(`\n${radvdump(message, source, options.interface ?? 'eth0')}`.trimEnd())
  return lines.some(({ objection }) => objection !== undefined) ? 1 : 0
}

interface Reading { readonly lines: readonly Line[]; readonly message: Icmpv6 | undefined; readonly source: string }

/** The outermost thing that the bytes can be. */
function read(bytes: Uint8Array): Reading {
  const frame = decodeFrame(bytes)
  if (frame?.payload.kind === 'ipv6') return { lines: describeFrame(frame), ...inside(frame.payload) }
  const alone = decodeIpv6(bytes)
  if (alone?.length === bytes.length) return { lines: describePacket(alone.packet), ...inside(alone.packet) }
  const message = bytes.length < 4 ? undefined : decodeIcmpv6(bytes)
  if (message !== undefined && message.kind !== 'other' && (typeOf(message) >= 128 || frame === undefined)) return { lines: describeMessage(message), message, source: '::' }
  if (frame === undefined) throw new UsageError('too short for a frame, and no ICMPv6 message')
  return { lines: describeFrame(frame), message: undefined, source: '::' }
}

function inside({ payload, source }: Ipv6Packet): Pick<Reading, 'message' | 'source'> {
  return { message: payload.kind === 'protocol' ? undefined : payload, source }
}
