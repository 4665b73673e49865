/**
 * Captures in the pcapng format (draft-ietf-opsawg-pcapng): a section header, one interface per captured port, one enhanced packet
 * per frame. Each function returns one block or a run of blocks, so that a long capture can be written as it grows.
 *
 * Times are nanoseconds of simulated time since the start of the run, which programs show as seconds after 1 January 1970.
 */
import { assert } from '../base/assert.ts'
import type { Micros } from '../base/time.ts'
import { join, padded } from './bytes.ts'

export interface CapturedPort { readonly name: string; readonly description?: string; readonly mac?: Uint8Array }
export interface CapturedFrame {
  /** Which of the ports, by its place in the head. */
  readonly port: number
  readonly at: Micros
  readonly bytes: Uint8Array
  /** As the owner of the port sees it. */
  readonly direction?: 'in' | 'out'
  readonly comment?: string
}

const ETHERNET = 1
const END_OF_OPTIONS = 0, COMMENT = 1, NAME = 2, DESCRIPTION = 3, APPLICATION = 4, MAC = 6, RESOLUTION = 9, FLAGS = 2

/** What a file begins with. A capture without ports is allowed and holds no frame. */
export function captureHead(ports: readonly CapturedPort[], application = 'hotspare'): Uint8Array {
  const unknownLength = new Uint8Array(8).fill(0xff)
  return join(
    block(0x0a0d0d0a, le32(0x1a2b3c4d), le16(1), le16(0), unknownLength, options([APPLICATION, text(application)])),
    ...ports.map(({ name, description, mac }) => block(1, le16(ETHERNET), le16(0), le32(0), options(
      [NAME, text(name)], ...(description === undefined ? [] : [[DESCRIPTION, text(description)] as const]), ...(mac === undefined ? [] : [[MAC, mac] as const]),
      // Ten to the minus ninth: nanoseconds.
      [RESOLUTION, Uint8Array.of(9)]))))
}

export function captureFrame({ port, at, bytes, direction, comment }: CapturedFrame): Uint8Array {
  assert(at >= 0 && Number.isSafeInteger(at), 'a captured frame has a time of the run')
  // Two hundred years of nanoseconds need more than the 53 bits of a number.
  const nanos = BigInt(at) * 1000n
  return block(6, le32(port), le32(Number(nanos >> 32n)), le32(Number(nanos & 0xffffffffn)), le32(bytes.length), le32(bytes.length), padded(bytes, 4), options(
    ...(comment === undefined ? [] : [[COMMENT, text(comment)] as const]), ...(direction === undefined ? [] : [[FLAGS, le32(direction === 'in' ? 1 : 2)] as const])))
}

function block(type: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = join(...parts), length = le32(body.length + 12)
  return join(le32(type), length, body, length)
}

/** Nothing at all where there is no option: the list and its end are left out together. */
function options(...list: readonly (readonly [code: number, value: Uint8Array])[]): Uint8Array {
  return list.length === 0 ? new Uint8Array(0)
    : join(...list.flatMap(([code, value]) => [le16(code), le16(value.length), padded(value, 4)]), le16(END_OF_OPTIONS), le16(0))
}

const le16 = (value: number): Uint8Array => Uint8Array.of(value, value >>> 8)
const le32 = (value: number): Uint8Array => Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24)

/** UTF-8. Option values have sixteen bits for their length. */
function text(value: string): Uint8Array {
  const bytes: number[] = []
  for (const character of value) {
    const c = character.codePointAt(0)!
    if (c < 0x80) bytes.push(c)
    else if (c < 0x800) bytes.push(0xc0 | c >> 6, 0x80 | c & 0x3f)
    else if (c < 0x10000) bytes.push(0xe0 | c >> 12, 0x80 | c >> 6 & 0x3f, 0x80 | c & 0x3f)
    else bytes.push(0xf0 | c >> 18, 0x80 | c >> 12 & 0x3f, 0x80 | c >> 6 & 0x3f, 0x80 | c & 0x3f)
  }
  assert(bytes.length <= 0xffff, 'the text of a capture is short')
  return Uint8Array.from(bytes)
}
