import { expect, test } from 'vitest'
import { DAY, YEAR } from '../../src/base/time.ts'
import { join } from '../../src/wire/bytes.ts'
import { captureFrame, captureHead } from '../../src/wire/pcapng.ts'

interface Block { readonly type: number; readonly body: DataView; readonly options: (at: number) => [number, string][] }

/** A reader by the text of the format, apart from the writer: lengths at both ends, everything aligned to four bytes. */
function blocks(file: Uint8Array): Block[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length), found: Block[] = []
  for (let at = 0; at < file.length;) {
    const length = view.getUint32(at + 4, true)
    expect([length % 4, view.getUint32(at + length - 4, true)]).toEqual([0, length])
    const body = new DataView(file.buffer, file.byteOffset + at + 8, length - 12)
    found.push({
      type: view.getUint32(at, true), body,
      options: from => {
        const list: [number, string][] = []
        for (let n = from; n < body.byteLength;) {
          const code = body.getUint16(n, true), size = body.getUint16(n + 2, true)
          if (code === 0) {
            expect([size, n + 4]).toEqual([0, body.byteLength])
            break
          }
          list.push([code, Buffer.from(body.buffer, body.byteOffset + n + 4, size).toString(code === 9 || code === 6 || size === 4 ? 'hex' : 'utf8')])
          n += 4 + size + (-size & 3)
        }
        return list
      },
    })
    at += length
  }
  return found
}

test('a capture has one interface per port, with its name and nanoseconds', () => {
  const [section, ...ports] = blocks(captureHead([{ name: 'router', mac: Uint8Array.of(2, 0, 0, 0, 0, 1) }, { name: 'i5a.eth0', description: 'Wächter 🖧' }]))
  expect([section!.type, section!.body.getUint32(0, true), section!.body.getUint16(4, true), section!.options(16)]).toEqual([0x0a0d0d0a, 0x1a2b3c4d, 1, [[4, 'hotspare']]])
  expect(ports.map(({ type, body, options }) => [type, body.getUint16(0, true), options(8)])).toEqual([
    [1, 1, [[2, 'router'], [6, '020000000001'], [9, '09']]],
    [1, 1, [[2, 'i5a.eth0'], [3, 'Wächter 🖧'], [9, '09']]],
  ])
})

test.each([0, 1, 1_000_001, 3 * DAY + 7, 200 * YEAR])('a frame captured after %d µs carries that time in nanoseconds', at => {
  const bytes = Uint8Array.from({ length: 61 }, (_, n) => n)
  const [block, rest] = blocks(join(captureFrame({ port: 1, at, bytes, direction: 'out', comment: 'dropped: no port' })))
  const { body } = block!
  expect(rest).toBeUndefined()
  expect([block!.type, body.getUint32(0, true), body.getUint32(12, true), body.getUint32(16, true)]).toEqual([6, 1, 61, 61])
  expect(BigInt(body.getUint32(4, true)) << 32n | BigInt(body.getUint32(8, true))).toBe(BigInt(at) * 1000n)
  expect(new Uint8Array(body.buffer, body.byteOffset + 20, 61)).toEqual(bytes)
  expect(block!.options(20 + 64)).toEqual([[1, 'dropped: no port'], [2, '02000000']])
})
