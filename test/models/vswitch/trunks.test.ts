/** Trunks with priorities, VLANs at the way in and out, what a console shows of switches, and the management switch. */
import { describe, expect, test } from 'vitest'
import { networkName, shownMode } from '../../../src/models/vswitch/modes.ts'
import { vswitchConfig } from '../../../src/models/vswitch/config.ts'
import { BROADCAST, Lan, portOf, UNKNOWN, type Written } from './lan.ts'

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, n) => from + n)
const problems = (section: Written): string[] => {
  const parsed = vswitchConfig.safeParse(section)
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

describe('trunks', () => {
  const twoTrunks = () => new Lan({ switches: { ETHERNET0: { ports: { a: {}, v1: { trunk: 1 }, v2: { trunk: 2 } } } } }, ['a', ['v1', { promiscuous: true }], ['v2', { promiscuous: true }]])
  const outside = (lan: Lan) => lan.copies('a', { to: UNKNOWN })

  test('VE-24 only the active trunk gets what is for nobody here, and the lower priority wins', () => {
    expect(outside(twoTrunks())).toEqual({ v1: 1 })
  })
  test('VE-24 the next trunk takes over when the first loses its carrier, and gives way when it is back', () => {
    const lan = twoTrunks()
    lan.setAdapter('v1', false)
    expect(outside(lan)).toEqual({ v2: 1 })
    lan.setAdapter('v1', true)
    expect(outside(lan)).toEqual({ v1: 1 })
    expect(lan.events.filter(({ type }) => type === 'vswitch.trunkChanged').map(({ vlan, from, to }) => [vlan, from, to])).toEqual([
      [1, 'ETHERNET0/v1.eth0', 'ETHERNET0/v2.eth0'], [1, 'ETHERNET0/v2.eth0', 'ETHERNET0/v1.eth0']])
  })
  test('VE-24 a trunk that is told to be active, or to stand by, is so whatever the priorities say', () => {
    const lan = twoTrunks()
    lan.do({ type: 'vswitch.setTrunk', port: 'ETHERNET0/v1.eth0' as never, state: 'standby' })
    expect(outside(lan)).toEqual({ v2: 1 })
    lan.do({ type: 'vswitch.setTrunk', port: 'ETHERNET0/v1.eth0' as never, state: 'auto' })
    lan.do({ type: 'vswitch.setTrunk', port: 'ETHERNET0/v2.eth0' as never, state: 'active' })
    expect(outside(lan)).toEqual({ v2: 1 })
    expect(lan.do({ type: 'vswitch.setTrunk', port: 'ETHERNET0/a.eth0' as never, state: 'active' })).toBe('vswitch: ETHERNET0/a.eth0 is no trunk')
  })
  test('VE-24 a standby trunk passes on what its own adapter says, and nothing that it would bridge', () => {
    const lan = twoTrunks()
    expect(lan.copies('v2', { to: 'a' })).toEqual({ a: 1 })
    expect(lan.copies('v2', { to: 'a', from: UNKNOWN })).toEqual({})
    expect(lan.reasons()).toEqual(['standby trunk'])
    expect(lan.copies('v1', { to: 'a', from: UNKNOWN })).toEqual({ a: 1 })
  })
  test('VE-24 two trunks of one switch and VLAN with equal priority are refused, on different VLANs not', () => {
    expect(problems({ switches: { ETHERNET0: { ports: { v1: { trunk: 1 }, v2: { trunk: 1 } } } } })).toEqual([
      'switches.ETHERNET0.ports.v2.trunk: expected a priority of its own: v1 is a trunk of VLAN 1 with priority 1 as well'])
    expect(problems({ switches: { ETHERNET0: { ports: { v1: { trunk: 1, vlan: 1, tagged: [5] }, v2: { trunk: 1, vlan: 2, tagged: [5] } } } } })).toHaveLength(1)
    expect(problems({ switches: { ETHERNET0: { ports: { v1: { trunk: 1, vlan: 1 }, v2: { trunk: 1, vlan: 2 } } } } })).toEqual([])
  })
})

describe('VLANs', () => {
  const lan = () => new Lan({ switches: { ETHERNET0: { ports: { a: { vlan: 1 }, b: { vlan: 1, tagged: [10, 20] }, c: { vlan: 10 }, d: { vlan: 20, tagged: [10] } } } } }, ['a', 'b', 'c', 'd'])
  const tagsAt = (from: string, tag?: number, priority?: number) => Object.fromEntries(
    lan().send(from, { ...(tag !== undefined && { tag }), ...(priority !== undefined && { priority }) }).map(({ port, frame }) => [port[0], frame.tags.map(each => each.priority ? `${each.vlan}p${each.priority}` : each.vlan)]))

  test('VE-20 an untagged frame is of the PVID, a tagged one of its VLAN if the port has it among its additional ones', () => {
    expect(tagsAt('a')).toEqual({ b: [] })
    expect(tagsAt('b', 10)).toEqual({ c: [], d: [10] })
    expect(tagsAt('b', 20)).toEqual({ d: [] })
    expect(tagsAt('a', 10)).toEqual({})
    expect(tagsAt('b', 1)).toEqual({})
  })
  test('VE-21 frames of the PVID leave without a tag, those of additional VLANs with one', () => {
    expect(tagsAt('c')).toEqual({ b: [10], d: [10] })
    expect(tagsAt('d')).toEqual({ b: [20] })
  })
  test('VE-21 the priority in a tag is kept', () => {
    expect(tagsAt('b', 10, 5)).toEqual({ c: [], d: ['10p5'] })
  })
  test('VE-20 a tag that carries only a priority says nothing of VLANs', () => {
    expect(tagsAt('a', 0, 3)).toEqual({ b: [] })
  })
  test('VE-20 a VLAN is 1 to 4094, and an adapter has at most 20 besides its own, each once', () => {
    const port = (settings: Written) => problems({ switches: { ETHERNET0: { ports: { a: settings } } } })
    expect(port({ vlan: 4094, tagged: range(2, 20) })).toEqual([])
    expect(port({ vlan: 1, tagged: range(2, 21) })).toEqual(['switches.ETHERNET0.ports.a.tagged: expected at most 20 additional VLANs'])
    expect(port({ vlan: 0 })).toEqual(['switches.ETHERNET0.ports.a.vlan: expected a VLAN from 1 to 4094'])
    expect(port({ vlan: 4095 })).toEqual(['switches.ETHERNET0.ports.a.vlan: expected a VLAN from 1 to 4094'])
    expect(port({ tagged: [4095] })).toHaveLength(1)
    expect(port({ vlan: 7, tagged: [7] })).toHaveLength(1)
    expect(port({ tagged: [7, 7] })).toHaveLength(1)
  })
})

describe('what a managed system has', () => {
  const switches = (count: number): Written => Object.fromEntries(range(0, count).map(n => [`ETHERNET${n}`, {}]))

  test('VE-22 1 to 16 virtual switches with ids 0 to 15: ETHERNET0 is 0 and VEB, and so is the mode of a new one', () => {
    const lan = new Lan({ switches: { other: {}, ...switches(15) } }, [])
    const { vswitch } = lan.world
    expect(Object.values(vswitch.switches).map(({ id }) => id).sort((a, b) => a! - b!)).toEqual(range(0, 16))
    expect(lan.switch('ETHERNET0')).toMatchObject({ id: 0, mode: 'veb' })
    expect(lan.switch('other').mode).toBe('veb')
    expect(problems({ switches: switches(17) })).toEqual(['switches.ETHERNET16: expected at most 16 virtual switches on a managed system'])
  })
  test('VE-22 ids and names are those of one managed system, and of nothing else', () => {
    expect(problems({ switches: { a: { id: 3 }, b: { id: 3 } } })).toEqual(['switches.b.id: expected an id that no other switch of the managed system has'])
    expect(problems({ switches: { a: { id: 3, on: 'S1' }, b: { id: 3, on: 'S2' }, lan: { profile: 'linux-bridge', id: 3 } } })).toEqual([])
    expect(problems({ switches: { a: { name: 'ETHERNET0' }, b: { name: 'ETHERNET0' } } })).toHaveLength(1)
    expect(problems({ switches: { a: { id: 0 } } })).toEqual(['switches.a.id: expected 0 for ETHERNET0, and for no other'])
    expect(problems({ switches: { E: { id: 16 } } })).toHaveLength(1)
  })
  test('VE-23 modes and networks are shown as Veb, Vepa and VLAN1-ETHERNET0', () => {
    expect([shownMode('veb'), shownMode('vepa'), networkName(4094, 'MGMTSWITCH')]).toEqual(['Veb', 'Vepa', 'VLAN4094-MGMTSWITCH'])
  })
})

describe('the management switch', () => {
  const mgmt = () => new Lan({ switches: { MGMTSWITCH: { ports: { novalink: { trunk: 1 }, a: {}, b: {} } }, ETHERNET0: { ports: { 'a.eth1': {}, 'b.eth1': {} } } } }, ['novalink', 'a', 'b', 'a.eth1', 'b.eth1'])

  test('VE-60 it is VEPA, and its ports have the PVID 4094, without being told', () => {
    const { vswitch } = mgmt().world
    expect(vswitch.switches['MGMTSWITCH' as never]).toMatchObject({ mode: 'vepa' })
    expect(Object.values(vswitch.ports).filter(port => port.switch === 'MGMTSWITCH').map(port => port.pvid)).toEqual([4094, 4094, 4094])
  })
  test('VE-60 any other mode, name or VLAN is an error', () => {
    const section = (name: string, own: Written) => problems({ switches: { [name]: own } })
    expect(section('MGMTSWITCH', { mode: 'veb' })).toEqual(['switches.MGMTSWITCH.mode: expected vepa: MGMTSWITCH keeps the partitions apart'])
    expect(section('mgmtswitch', {})).toEqual(['switches.mgmtswitch: expected exactly the name MGMTSWITCH: RMC through NovaLink uses no other'])
    expect(section('MGMTSWITCH', { ports: { a: { vlan: 1 } } })).toEqual(['switches.MGMTSWITCH.ports.a: expected VLAN 4094 and no other: RMC through NovaLink uses it'])
    expect(section('m2', { name: 'MGMTSWITCH', on: 'S2' })).toEqual([])
    expect(mgmt().do({ type: 'vswitch.setMode', switch: 'MGMTSWITCH' as never, mode: 'veb' })).toContain('must be VEPA')
  })
  test('VE-61 a client reaches the NovaLink partition and nobody else', () => {
    const lan = mgmt()
    expect(lan.copies('a', { to: 'novalink' })).toEqual({ novalink: 1 })
    expect(lan.copies('novalink', { to: 'b' })).toEqual({ b: 1 })
    for (const to of ['b', BROADCAST]) expect(lan.copies('a', { to })['b']).toBeUndefined()
  })
  test('VE-64 nothing is bridged between it and the other adapters of a partition', () => {
    const lan = mgmt()
    expect(lan.copies('novalink', { to: BROADCAST })).toEqual({ a: 1, b: 1 })
    expect(lan.copies('a.eth1', { to: BROADCAST })).toEqual({ 'b.eth1': 1 })
    expect(lan.copies('novalink', { to: 'b.eth1' })).toEqual({})
  })
  test('VE-64 without the owner of the trunk everything is dropped there, and other networks go on', () => {
    const lan = mgmt()
    lan.do({ type: 'net.setPort', port: portOf('novalink'), up: false })
    for (const to of ['novalink', 'b', BROADCAST]) expect(lan.copies('a', { to })).toEqual({})
    expect(lan.reasons()).toEqual(['no uplink', 'no uplink', 'no uplink'])
    expect(lan.copies('a.eth1', { to: 'b.eth1' })).toEqual({ 'b.eth1': 1 })
  })
})
