/** A second opinion, where tshark is installed: what is written is read by Wireshark without a complaint. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { join as together, ofHex } from '../../src/wire/bytes.ts'
import { decodeFrame, encodeFrame } from '../../src/wire/frame.ts'
import { captureFrame, captureHead } from '../../src/wire/pcapng.ts'
import { packetsOf } from '../conformance/ra-bytes.ts'
import { ndOption } from './arbitraries.ts'

const golden = join(import.meta.dirname, '..', 'golden', 'ra')
const present = spawnSync('tshark', ['--version']).status === 0

function opinion(frames: readonly Uint8Array[]): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'hotspare-')), file = join(folder, 'a.pcapng')
  try {
    writeFileSync(file, together(captureHead([{ name: 'router' }, { name: 'i5a' }]), ...frames.map((bytes, n) => captureFrame({ port: n % 2, at: 250 * n + 1, bytes }))))
    const fields = ['frame.interface_name', 'frame.time_epoch', '_ws.malformed', 'icmpv6.checksum.status', 'icmpv6.type'].flatMap(field => ['-e', field])
    return execFileSync('tshark', ['-r', file, '-T', 'fields', ...fields], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1e8 }).trimEnd().split('\n').map(row => row.split('\t'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test.skipIf(!present)('frames that were decoded and encoded again: names, nanoseconds, no malformed packet, no bad checksum', () => {
  // Scenarios that sent defective frames on purpose are left out.
  const sane = readdirSync(golden).filter(name => !/^(b04|b05|f03|g01)/.test(name))
  const frames = sane.flatMap(name => packetsOf(join(golden, name))).map(({ frame }) => encodeFrame(decodeFrame(ofHex(frame))!))
  expect(frames.length).toBeGreaterThan(2000)
  const rows = opinion(frames)
  expect(rows.length).toBe(frames.length)
  expect(rows.filter(([, , malformed, checksum]) => malformed !== '' || checksum !== '1')).toEqual([])
  expect(rows.slice(0, 3).map(([name, time]) => [name, time])).toEqual([['router', '0.000001000'], ['i5a', '0.000251000'], ['router', '0.000501000']])
})

test.skipIf(!present)('advertisements with random options carry good checksums', () => {
  const frames = fc.sample(fc.array(ndOption, { maxLength: 5 }), { numRuns: 100, seed: 1 }).map(options => encodeFrame({
    destination: '33:33:00:00:00:01', source: '02:00:00:00:0a:01', tags: [{ vlan: 1, priority: 0, dropEligible: false }],
    payload: {
      kind: 'ipv6', source: 'fe80::ff:fe00:a01', destination: 'ff02::1', hopLimit: 255, trafficClass: 0, flowLabel: 0, extensions: [],
      payload: { kind: 'RA', code: 0, hopLimit: 64, managed: false, otherConfig: false, homeAgent: false, preference: 'medium', routerLifetimeSeconds: 1800, reachableTimeMillis: 0, retransTimerMillis: 0, options },
    },
  }))
  expect(opinion(frames).map(([, , , checksum, type]) => [checksum, type])).toEqual(frames.map(() => ['1', '134']))
})
