/** Sections of shared Ethernet adapters that do not fit the switches they are plugged into. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seaSection } from '../../../src/models/sea/config.ts'
import { seaProblems, unusedPvid } from '../../../src/models/sea/problems.ts'
import { vswitchConfig } from '../../../src/models/vswitch/config.ts'
import { loadScenario } from '../../../src/scenario/load.ts'
import { property } from '../../support/property.ts'
import { sectionsOf, type Written } from './pair.ts'

/** The pair of the tests, changed. */
function problems(change: (sections: Written) => void, options = {}): string[] {
  const sections = sectionsOf(options)
  change(sections)
  return seaProblems(seaSection.parse(sections['sea']), vswitchConfig.parse(sections['vswitch']), ['vios1', 'vios2'] as never).map(({ path, found, expected }) => `${path.join('.')}: ${found}, ${expected}`)
}
const ports = (sections: Written): Written => sections['vswitch'].switches.ETHERNET0.ports
const adapters = (sections: Written): Written => sections['sea'].adapters

describe('what a scenario is told', () => {
  test('nothing, of pairs that fit', () => {
    expect(problems(() => {})).toEqual([])
    expect(problems(() => {}, { shared: true, both: { mode: 'sharing' } })).toEqual([])
  })
  test('VE-41 sharing needs the priorities 1 and 2', () => {
    expect(problems(() => {}, { shared: true, both: { mode: 'sharing' }, priorities: [1, 3] })).toEqual([
      'sea2.trunks.0: found the priority 3 with mode sharing, expected 1 or 2', 'sea2.trunks.1: found the priority 3 with mode sharing, expected 1 or 2'])
    expect(problems(() => {}, { shared: true, priorities: [1, 3] })).toEqual([])
  })
  test('VE-24 trunks are ports of a switch, with a priority', () => {
    expect(problems(s => { adapters(s)['sea1'].trunks = ['ent7'] })).toEqual(['sea1.trunks.0: found the trunk vios1.ent7, but no switch has a port that leads to it'])
    expect(problems(s => { delete ports(s)['vios1.ent1'].trunk })[0]).toBe('sea1.trunks.0: found vios1.ent1, which is no trunk, expected a priority for it: trunk: 1 at the port vios1.ent1 of ETHERNET0')
  })
  test('VE-43 the control channel has a VLAN that is not bridged', () => {
    expect(problems(s => { ports(s)['vios1.ent3'].vlan = 10 })).toEqual(['sea1.control: found the control channel in VLAN 10, expected a VLAN of its own: the trunk vios1.ent1 bridges this one'])
  })
  test('VE-26 a VLAN of a switch belongs to one pair', () => {
    const third = (tagged: number[], vlan: number) => problems(s => {
      ports(s)['vios2.ent5'] = { vlan, tagged, trunk: 3 }
      adapters(s)['sea3'] = { on: 'vios2', trunks: ['ent5'], physical: 'ent6' }
    })
    expect(third([10], 20)).toEqual(['sea3.trunks.0: found VLAN 10 of ETHERNET0, expected a VLAN that no other pair has: sea1 and sea2 has it'])
    expect(third([11], 20)).toEqual([])
    expect(third([], 1)).toHaveLength(1)
  })
  test('VE-26 the trunks of a pair stand in the same order', () => {
    expect(problems(s => { adapters(s)['sea2'].trunks = ['ent2', 'ent1'] }, { shared: true }).some(line => line.includes('expected it at trunk 2, as at its peer sea1'))).toBe(true)
  })
  test('VE-27 the PVID of an additional trunk is one that nobody uses, from 4094 downwards and never 1', () => {
    expect(problems(s => { ports(s)['b'] = { vlan: 4094 } }, { shared: true })[0]).toBe('sea1.trunks.1: found the PVID 4094 at an additional trunk, expected one that nobody uses, such as 4093: its tag is stripped on the way out')
    const withOne = problems(s => {
      for (const name of ['a', 'b']) ports(s)[name] = { vlan: 20 }
      for (const vios of ['vios1', 'vios2']) { ports(s)[`${vios}.ent1`].vlan = 20; ports(s)[`${vios}.ent2`].vlan = 1 }
    }, { shared: true })
    expect(withOne.map(line => line.slice(0, 40))).toEqual(['sea1.trunks.1: found the PVID 1 at an ad', 'sea2.trunks.1: found the PVID 1 at an ad'])
    property(fc.property(fc.uniqueArray(fc.oneof(fc.integer({ min: 4080, max: 4094 }), fc.integer({ min: 1, max: 4094 }))), used => {
      const vlan = unusedPvid(used)!
      expect(used).not.toContain(vlan)
      for (let above = vlan + 1; above <= 4094; above++) expect(used).toContain(above)
    }))
    expect(unusedPvid(Array.from({ length: 4093 }, (_, n) => n + 2))).toBeUndefined()
  })
  test('an adapter belongs to one shared Ethernet adapter, on a guest that exists', () => {
    expect(problems(s => { adapters(s)['sea2'].on = 'vios1' }).some(line => line === 'sea2: found the adapter ent1 of vios1, expected one of its own: sea1 has it')).toBe(true)
    expect(problems(s => { adapters(s)['sea2'].on = 'vios3' })[0]).toBe('sea2.on: found the guest "vios3", expected vios1, vios2')
  })
  test('at its place in the file', () => {
    const scenario = (sections: Written) => loadScenario(JSON.stringify({ until: '1m', system: sections, timeline: [] }), 'x.yaml').issues.map(({ path, found }) => `${path.join('.')}: ${found}`)
    const sections = sectionsOf({})
    expect(scenario(sections)).toEqual([])
    ports(sections)['vios1.ent3'].vlan = 10
    expect(scenario(sections)).toEqual(['system.sea.adapters.sea1.control: found the control channel in VLAN 10'])
  })
})
