import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ofHex } from '../../src/wire/bytes.ts'
import { decodeFrame } from '../../src/wire/frame.ts'
import { radvdump } from '../../src/wire/radvdump.ts'
import { messageOf, packetsOf } from '../conformance/ra-bytes.ts'

const folder = (name: string): string => join(import.meta.dirname, '..', 'golden', 'ra', name)

/** What the recorded radvdump printed for each advertisement that reached it. */
test.each(['k02-radvdump-default', 'k03-radvdump-rich'])('%s: advertisements are shown as the recorded radvdump showed them', name => {
  const shown = packetsOf(folder(name)).filter(({ kind }) => kind === 'RA').map(({ frame }) => {
    const decoded = decodeFrame(ofHex(frame))!, message = messageOf(decoded)
    if (message.kind !== 'RA' || decoded.payload.kind !== 'ipv6') throw new Error('no advertisement')
    return radvdump(message, decoded.payload.source, 'eth0')
  })
  expect(shown.length).toBeGreaterThan(1)
  expect(shown.join('')).toBe(readFileSync(join(folder(name), 'radvdump.txt'), 'utf8'))
})

test('infinite lifetimes are words, and an advertisement without options ends without its brace', () => {
  const bare = { kind: 'RA', hopLimit: 0, managed: false, otherConfig: true, homeAgent: false, preference: 'reserved', routerLifetimeSeconds: 0, reachableTimeMillis: 0, retransTimerMillis: 0 } as const
  expect(radvdump({ ...bare, options: [] }, 'fe80::1', 'eth0').split('\n').slice(-3)).toEqual(['\tAdvHomeAgentFlag off;', '\tAdvDefaultPreference ;', ''])
  const route = radvdump({ ...bare, options: [{ kind: 'route', prefix: '::', length: 0, preference: 'low', lifetimeSeconds: 0xffffffff, units: 1 }] }, 'fe80::1', 'eth0')
  expect(route).toContain('\troute ::/0\n\t{\n\t\tAdvRoutePreference low;\n\t\tAdvRouteLifetime infinity; # (0xffffffff)\n\t}; # End of route definition\n')
})
