/** Captures: what tcpdump on a port would have written, read back block by block. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { canonical } from '../../src/core/trace.ts'
import { capture, portsOf } from '../../src/scenario/capture.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { simulate } from '../../src/scenario/run.ts'
import { property } from '../support/property.ts'
import { hotspare } from '../node/hotspare.ts'

interface Packet { port: string; nanos: bigint; hex: string; direction: 'in' | 'out' | undefined }

/** A reader of its own: little-endian pcapng with names and nanoseconds, as the format is described. */
function read(file: Uint8Array): { ports: string[]; macs: (string | undefined)[]; packets: Packet[] } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength), ports: string[] = [], macs: (string | undefined)[] = [], packets: Packet[] = []
  const hex = (from: number, to: number) => Buffer.from(file.subarray(from, to)).toString('hex')
  for (let at = 0; at < file.length;) {
    const type = view.getUint32(at, true), length = view.getUint32(at + 4, true), end = at + length
    expect([length % 4, view.getUint32(end - 4, true)], 'a block says its length twice').toEqual([0, length])
    const options = (from: number): Map<number, [number, number]> => {
      const found = new Map<number, [number, number]>()
      for (let n = from; n < end - 4;) {
        const code = view.getUint16(n, true), size = view.getUint16(n + 2, true)
        if (code === 0) break
        found.set(code, [n + 4, n + 4 + size])
        n += 4 + size + (-size & 3)
      }
      return found
    }
    if (type === 0x0a0d0d0a) expect([at, view.getUint32(8, true)]).toEqual([0, 0x1a2b3c4d])
    else if (type === 1) {
      const own = options(at + 16), name = own.get(2)!, mac = own.get(6)
      expect([view.getUint16(at + 8, true), file[own.get(9)![0]]], 'Ethernet, nanoseconds').toEqual([1, 9])
      ports.push(new TextDecoder().decode(file.subarray(...name)))
      macs.push(mac && hex(...mac))
    } else if (type === 6) {
      const size = view.getUint32(at + 20, true), flags = options(at + 28 + size + (-size & 3)).get(2)
      expect(view.getUint32(at + 24, true), 'nothing is cut off').toBe(size)
      packets.push({
        port: ports[view.getUint32(at + 8, true)]!, nanos: BigInt(view.getUint32(at + 12, true)) << 32n | BigInt(view.getUint32(at + 16, true)),
        hex: hex(at + 28, at + 28 + size), direction: flags === undefined ? undefined : (['in', 'out'] as const)[(view.getUint32(flags[0], true) & 3) - 1],
      })
    } else throw new Error(`a block of type ${type}`)
    at = end
  }
  return { ports, macs, packets }
}

const MAC: Readonly<Record<string, string>> = { a: '02:00:00:00:00:0a', b: '02:00:00:00:00:0b', c: '02:00:00:00:00:0c' }
const bare = (mac: string) => mac.replaceAll(':', '')
const BROADCAST = 'ffffffffffff', GROUP = '333300000099'
const bytes = (to: string, from: string, mark: number) => `${to}${bare(MAC[from]!)}88b5${mark.toString(16).padStart(4, '0')}`
const inject = (at: string, from: string, to: string, mark: number) => `  - { at: ${at}, do: { type: net.inject, port: ${from}.eth0, hex: ${bytes(to, from, mark)} } }\n`

const network = (timeline: string, cables = '', loss = 0) => `
until: 1m
system:
  net: { ports: { a.eth0: { mac: '${MAC['a']!}' }, b.eth0: { mac: '${MAC['b']!}' }, c.eth0: { mac: '${MAC['c']!}' } } }
  vswitch: { switches: { ETHERNET0: { ports: { a: { loss: ${loss} }, b: { latency: 2ms, loss: ${loss} }, c: { loss: ${loss} } } } }${cables} }
timeline:
${timeline}`
const scenarioOf = (text: string) => loadScenario(text, 'x.yaml').scenario!
const shown = (packets: readonly Packet[]) => packets.map(({ port, nanos, direction, hex }) => `${nanos} ${port} ${direction} ${hex.slice(-4)}`)

describe('captures', () => {
  const text = network(inject('1s', 'a', bare(MAC['b']!), 1) + inject('2s', 'a', GROUP, 2) + inject('3s', 'b', BROADCAST, 3)
    + '  - { at: 4s, do: { type: net.setPort, port: c.eth0, up: false } }\n' + inject('5s', 'c', BROADCAST, 4) + inject('6s', 'b', BROADCAST, 5))
  test('show what a port sends and what passes it, also for groups that it has not joined, in simulated time', () => {
    const { ports, macs, packets } = read(capture(scenarioOf(text)))
    expect(ports).toEqual(['a.eth0', 'b.eth0', 'c.eth0'])
    expect(macs).toEqual(ports.map(port => bare(MAC[port[0]!]!)))
    expect(shown(packets)).toEqual([
      // To b alone, after the latency of its cable; a virtual switch knows where b is.
      '1000000000 a.eth0 out 0001', '1002000000 b.eth0 in 0001',
      '2000000000 a.eth0 out 0002', '2000000000 c.eth0 in 0002', '2002000000 b.eth0 in 0002',
      '3000000000 b.eth0 out 0003', '3002000000 a.eth0 in 0003', '3002000000 c.eth0 in 0003',
      // c is down: it neither sends nor hears.
      '6000000000 b.eth0 out 0005', '6002000000 a.eth0 in 0005',
    ])
    expect(packets[0]!.hex).toBe(bytes(bare(MAC['b']!), 'a', 1))
  })
  test('may be of any ports, those of switches too', () => {
    const scenario = scenarioOf(text)
    expect(portsOf(scenario).switches).toEqual(['ETHERNET0/a.eth0', 'ETHERNET0/b.eth0', 'ETHERNET0/c.eth0'])
    const { packets } = read(capture(scenario, { ports: ['ETHERNET0/b.eth0' as never], until: 2_500_000 }))
    expect(shown(packets)).toEqual(['1000000000 ETHERNET0/b.eth0 out 0001', '2000000000 ETHERNET0/b.eth0 out 0002'])
  })
  test('change no outcome of a run, whatever is lost on its cables', () => {
    const sends = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(BROADCAST, GROUP, bare(MAC['a']!), bare(MAC['b']!), '0200000000ee')), { minLength: 1, maxLength: 12 })
    property(fc.property(sends, fc.integer({ min: 0, max: 1000 }), fc.constantFrom(0, 0.5), (list, seed, loss) => {
      const scenario = scenarioOf(network(list.map(([from, to], n) => inject(`${n + 1}s`, from, to, n)).join(''), '', loss))
      // To whom a switch sends copies that only onlookers see is the one difference.
      const told = (ports?: readonly never[]) => simulate(scenario, { seed, ...(ports && { capture: ports }) }).trace
        .filter(({ event }) => event.type !== 'net.overheard' && event.type !== 'net.transmit').map(({ at, event }) => canonical({ at, event }))
      expect(told(portsOf(scenario).adapters as never)).toEqual(told())
    }), { numRuns: 40 })
  })
})

describe('hotspare run --pcap', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hotspare-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'net.yaml'), out = join(folder, 'net.pcapng')
  writeFileSync(file, network(inject('1s', 'a', BROADCAST, 1)))
  test('writes the file whole, and of the ports that were asked for', async () => {
    expect((await hotspare('run', file, '--pcap', out)).status).toBe(0)
    expect(shown(read(readFileSync(out)).packets)).toEqual(['1000000000 a.eth0 out 0001', '1000000000 c.eth0 in 0001', '1002000000 b.eth0 in 0001'])
    expect((await hotspare('run', file, '--pcap', out, '--pcap-ports', 'c, ETHERNET0/a.eth0')).status).toBe(0)
    expect(shown(read(readFileSync(out)).packets)).toEqual(['1000000000 ETHERNET0/a.eth0 in 0001', '1000000000 c.eth0 in 0001'])
    expect(readdirSync(folder).sort()).toEqual(['net.pcapng', 'net.yaml'])
  })
  test('says what cannot be captured', async () => {
    for (const [args, words] of [
      [[file, '--pcap', join(folder, 'x'), '--pcap-ports', 'd'], '--pcap-ports: found the port "d", expected'],
      [[file, '--pcap-ports', 'a'], '--pcap-ports takes a --pcap <file>'],
      [[file, '--pcap', join(folder, 'x'), '--seeds', '3'], '--pcap takes one scenario and one seed, found 3 seeds'],
      [['founding-two-hosts', '--pcap', join(folder, 'x')], 'has no network, so there is nothing to capture'],
    ] as const) {
      const { status, err } = await hotspare('run', ...args)
      expect([status, err.includes(words), err]).toEqual([2, true, err])
    }
    expect(existsSync(join(folder, 'x'))).toBe(false)
  })
})
