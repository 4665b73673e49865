import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { dadUnits, duplicates, oracleCopies, oracleUnits, recordedUnits, type OracleCase } from './ra-switch.ts'
import { sectionsOf, type RaTopology } from './ra-topology.ts'

const golden = new URL('../golden/', import.meta.url)
const oracle = (file: string): string => readFileSync(new URL(`oracle/${file}`, golden), 'utf8')
const wrong = (units: readonly { id: string; why: string | undefined }[]): string[] => units.flatMap(({ id, why }) => why === undefined ? [] : [`${id}: ${why}`])

describe('who receives a frame', () => {
  const { cases } = JSON.parse(oracle('veb-vepa-linux-macvlan.json')) as { cases: OracleCase[] }

  test('VE-1 F1 F2 F3 F5 F6 F7 F8 F9 F12 F13 macvlan under a bridge: 33 measured cases, copy for copy', () => {
    const units = oracleUnits(oracle('veb-vepa-linux-macvlan.json'))
    expect(units).toHaveLength(33)
    expect(wrong(units)).toEqual([])
  })
  test.each(cases.map(one => [`${one.mode} ${one.reflectiveRelay ? 'with' : 'without'} relay`, one.row, one.frame, one] as const))(
    'VE-1 VE-3 VE-4 the default profile, %s, %s %s: as measured, but that nobody gets back what he sent to himself', (_, row, __, one) => {
      expect(oracleCopies(one, { mode: one.mode })).toEqual(row === 'F2' ? { ...one.copiesReceived, S0: 0 } : one.copiesReceived)
    })
  test('VE-2 VE-3 VE-61 every ICMPv6 frame of the recorded switches reaches whom it reached', () => {
    const units = recordedUnits(new URL('ra', golden).pathname)
    expect(units.length).toBeGreaterThan(1400)
    expect(wrong(units)).toEqual([])
  }, 30_000)
})

describe('duplicate address detection over a switch', () => {
  test('VE-10 VE-11 VE-12 as measured over macvlan, and at a port that reflects', () => {
    expect(wrong(dadUnits(oracle('dad-veb-vepa.json')))).toEqual([])
  })
  test.each([['veb', false, 1], ['vepa', false, 0], ['vepa', true, 1]] as const)('VE-10 VE-11 over a virtual switch in mode %s, reflective relay %s: the second of two equal addresses fails %i times', (mode, relay, fails) => {
    expect(duplicates({ mode }, relay)).toEqual({ 'B fails': fails, 'A reaches B': fails })
  })
})

describe('topologies of timelines', () => {
  test.each(readdirSync(new URL('ra', golden)).filter(name => /^j/.test(name)))('%s: every device is a port of some model, and the sections are accepted', name => {
    const { topology } = parse(readFileSync(new URL(`ra/${name}/timeline.yaml`, golden), 'utf8')) as { topology: RaTopology }
    const { sections, portOf } = sectionsOf(topology), { switches, cables } = sections.vswitch as { switches: Record<string, { profile: string; ports: Record<string, unknown> }>; cables: unknown[] }
    const hosts = topology.links.flatMap(link => link.kind === 'macvlan' ? [link.dev] : [link.a]).filter(device => !device.startsWith('hyp.'))
    expect(Object.entries<{ interfaces: object }>(sections.ip['nodes']).flatMap(([node, { interfaces }]) => Object.keys(interfaces).map(each => `${node}.${each}`)).sort()).toEqual(hosts.sort())
    expect(Object.values(switches).flatMap(({ ports }) => Object.keys(ports)).filter(port => port !== 'pup').sort()).toEqual(hosts.sort())
    expect(cables.length).toBe(topology.links.some(({ kind }) => kind === 'macvlan') ? 1 : 0)
    expect(portOf('sw', 'pr')).toBe('sw.br0/router.eth0')
    expect(portOf('c1', 'eth0')).toBe('c1.eth0')
  })
})
