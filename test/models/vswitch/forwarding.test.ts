/**
 * The forwarding table of a virtual switch, row by row: three stations, an uplink to a bridge outside, and a station E out there.
 * Each row in both modes, without tags and with one.
 */
import { describe, expect, test } from 'vitest'
import { ALL_NODES, BROADCAST, Lan, macOf, UNKNOWN, type Sent, type Written } from './lan.ts'

type Mode = 'veb' | 'vepa'
const TAGGED = 10

interface Variant { mode: Mode; tagged: boolean; relay?: boolean; promiscuous?: boolean; uplink?: boolean; copy?: boolean }

/** S0, S1, S2 on the switch, and a copy of S0 if wanted; E on the bridge outside, whose addresses it knows all. */
function lanOf({ mode, tagged, relay = false, promiscuous = false, uplink = true, copy = false }: Variant): { lan: Lan; copies: (from: string, sent: Sent) => Record<string, number> } {
  const station: Written = tagged ? { vlan: 1, tagged: [TAGGED] } : { vlan: 1 }
  const lan = new Lan({
    switches: {
      ETHERNET0: { mode, ports: { s0: station, s1: station, s2: { ...station, ...(promiscuous && { promiscuous: true }) }, ...(copy && { copy: station }) } },
      lan: { profile: 'linux-bridge', ports: { p1: { relay }, e: {} } },
    },
    cables: [{ from: 'ETHERNET0/uplink', to: 'lan/p1', latency: '5us' }],
  }, ['s0', 's1', ['s2', promiscuous ? { promiscuous: true } : {}], 'e', ...(copy ? [['copy', { mac: macOf(0) }] as const] : [])])
  const copies = (from: string, sent: Sent) => lan.copies(from, { ...sent, ...(tagged && { tag: TAGGED }) })
  for (const name of ['s0', 's1', 's2', 'e']) copies(name, { to: '02:00:00:00:dd:dd' })
  lan.join(ALL_NODES, 's0', 's1', 's2', 'e')
  if (!uplink) lan.setLink('ETHERNET0/uplink', false)
  lan.events.length = 0
  return { lan, copies }
}

for (const tagged of [false, true]) describe(tagged ? 'frames with a tag' : 'frames without a tag', () => {
  const veb = (more: Partial<Variant> = {}) => lanOf({ mode: 'veb', tagged, ...more }), vepa = (more: Partial<Variant> = {}) => lanOf({ mode: 'vepa', tagged, ...more })

  test('VE-1 F1 VEB: a frame to another station goes to it alone', () => {
    const { lan, copies } = veb()
    const outside = lan.switch('lan').taken
    expect(copies('s0', { to: 's1' })).toEqual({ s1: 1 })
    expect(lan.switch('lan').taken).toBe(outside)
  })
  test('VE-1 F1 F12 VEPA: a frame to another station goes to the uplink alone, and without a relay it is lost there', () => {
    const { lan, copies } = vepa()
    expect(copies('s0', { to: 's1' })).toEqual({})
    expect(lan.reasons()).toEqual(['not back'])
    expect(lan.world.vswitch.ports['lan/p1' as never]).toMatchObject({ relay: false })
  })
  test('VE-1 F13 VEPA: with a relay outside it comes once, after two passes over the uplink', () => {
    const { lan, copies } = vepa({ relay: true })
    const before = lan.world.net.ports['ETHERNET0/uplink' as never] as { sentFrames: number; receivedFrames: number }, { sentFrames, receivedFrames } = before
    expect(copies('s0', { to: 's1' })).toEqual({ s1: 1 })
    const after = lan.world.net.ports['ETHERNET0/uplink' as never] as typeof before
    expect([after.sentFrames - sentFrames, after.receivedFrames - receivedFrames]).toEqual([1, 1])
    expect(copies('s0', { to: BROADCAST })).toEqual({ s1: 1, s2: 1, e: 1 })
  })
  test('VE-1 F2 VEB: a frame to the address of its sender is dropped', () => {
    const { lan, copies } = veb()
    expect(copies('s0', { to: 's0' })).toEqual({})
    expect(lan.reasons()).toEqual(['own address'])
  })
  test('VE-1 F2 VEPA: it goes out, and the copy that comes back is dropped by its source', () => {
    const { lan, copies } = vepa({ relay: true })
    expect(copies('s0', { to: 's0' })).toEqual({})
    expect(lan.reasons()).toEqual(['reflected'])
    const plain = vepa()
    expect(plain.copies('s0', { to: 's0' })).toEqual({})
    expect(plain.lan.reasons()).toEqual(['not back'])
  })
  test.each([['veb'], ['vepa']] as const)('VE-1 F3 %s: a frame to an address that is not registered goes to the uplink alone', mode => {
    const { lan, copies } = lanOf({ mode, tagged })
    expect(copies('s0', { to: 'e' })).toEqual({ e: 1 })
    const before = lan.world.net.sent
    copies('s0', { to: UNKNOWN })
    // From the station, from the uplink, and on from the bridge to nobody: no copy to a station.
    expect(lan.world.net.sent - before).toBe(2)
    expect(lan.switch('lan').unheard).toBeGreaterThan(0)
  })
  test('VE-1 F4 VEB: promiscuous members hear what nobody has registered', () => {
    const { copies } = veb({ promiscuous: true })
    expect(copies('s0', { to: UNKNOWN })).toEqual({ s2: 1 })
    expect(copies('s0', { to: 's1' })).toEqual({ s1: 1 })
    expect(copies('s2', { to: UNKNOWN })).toEqual({})
  })
  test('VE-1 F4 VEPA: not even promiscuous members do', () => {
    const { copies } = vepa({ promiscuous: true })
    expect(copies('s0', { to: UNKNOWN })).toEqual({})
  })
  test.each([[BROADCAST], [ALL_NODES]])('VE-1 F5 VEB: a frame to %s goes to all members but its sender, and to the uplink', to => {
    expect(veb().copies('s0', { to })).toEqual({ s1: 1, s2: 1, e: 1 })
  })
  test.each([[BROADCAST], [ALL_NODES]])('VE-1 F5 VEPA: a frame to %s goes to the uplink alone', to => {
    expect(vepa().copies('s0', { to })).toEqual({ e: 1 })
  })
  test.each([['veb'], ['vepa']] as const)('VE-1 F6 %s: from the uplink to whoever is registered', mode => {
    expect(lanOf({ mode, tagged }).copies('e', { to: 's1' })).toEqual({ s1: 1 })
  })
  test('VE-1 F6 VEPA: unless it is the frame of that very station; VEB does not look', () => {
    const station = tagged ? { tagged: [TAGGED] } : {}
    const behind = (mode: Mode) => new Lan({ switches: { ETHERNET0: { mode, ports: { u: { ...station, trunk: 1 }, s1: station } } } }, ['u', 's1'])
    const copies = (lan: Lan) => lan.copies('u', { to: 's1', from: 's1', ...(tagged && { tag: TAGGED }) })
    expect([copies(behind('veb')), copies(behind('vepa'))]).toEqual([{ s1: 1 }, {}])
  })
  test.each([['veb'], ['vepa']] as const)('VE-1 F7 %s: from the uplink to nobody here it is dropped, or heard by promiscuous members', mode => {
    const { lan, copies } = lanOf({ mode, tagged })
    expect(copies('e', { to: UNKNOWN })).toEqual({})
    expect(lan.reasons()).toEqual(['unregistered'])
    expect(lanOf({ mode, tagged, promiscuous: true }).copies('e', { to: UNKNOWN })).toEqual({ s2: 1 })
  })
  test.each([['veb', BROADCAST], ['vepa', BROADCAST], ['veb', ALL_NODES], ['vepa', ALL_NODES]] as const)('VE-1 F8 %s: from outside to %s it goes to all members', (mode, to) => {
    expect(lanOf({ mode, tagged }).copies('e', { to })).toEqual({ s0: 1, s1: 1, s2: 1 })
  })
  test('VE-1 F9 VEB: a group frame of one of its stations that comes from outside is dropped and counted', () => {
    const { lan, copies } = veb()
    expect(copies('e', { to: BROADCAST, from: 's0' })).toEqual({})
    expect(lan.switch('ETHERNET0').dropped).toMatchObject({ reflected: 1 })
    expect(lan.reasons()).toEqual(['reflected'])
  })
  test('VE-1 F9 VEPA: it goes to all members but the one that sent it', () => {
    expect(vepa().copies('e', { to: BROADCAST, from: 's0' })).toEqual({ s1: 1, s2: 1 })
    expect(vepa({ relay: true }).copies('s0', { to: ALL_NODES })).toEqual({ s1: 1, s2: 1, e: 1 })
  })
  test.each([['veb', {}], ['vepa', { s1: 1, s2: 1 }]] as const)('VE-1 F9 %s: the address of a station that is down is no reflection, and takes nobody from those who hear', (mode, heard) => {
    const { lan, copies } = lanOf({ mode, tagged, copy: true })
    expect(copies('e', { to: BROADCAST, from: 's0' }), 'both up: kept from both').toEqual(heard)
    lan.setAdapter('s0', false)
    lan.setAdapter('copy', false)
    expect(copies('e', { to: BROADCAST, from: 's0' })).toEqual({ s1: 1, s2: 1 })
    lan.setAdapter('s2', false)
    expect(copies('e', { to: BROADCAST, from: 's0' })).toEqual({ s1: 1 })
  })
  test.each([['veb'], ['vepa']] as const)('VE-1 F10 %s: nothing goes back to the uplink', mode => {
    const { lan, copies } = lanOf({ mode, tagged })
    for (const to of [BROADCAST, ALL_NODES, UNKNOWN, 's1', 'e']) {
      const before = lan.switch('lan').taken
      copies('e', { to })
      expect(lan.switch('lan').taken - before).toBe(1)
    }
  })
  test('VE-1 F11 VEB without an uplink: the stations still reach each other', () => {
    const { lan, copies } = veb({ uplink: false })
    expect(copies('s0', { to: 's1' })).toEqual({ s1: 1 })
    expect(copies('s0', { to: BROADCAST })).toEqual({ s1: 1, s2: 1 })
    expect(copies('s0', { to: 'e' })).toEqual({})
    expect(lan.reasons()).toEqual(['no uplink'])
  })
  test('VE-1 F11 VEPA without an uplink: everything is dropped', () => {
    const { lan, copies } = vepa({ uplink: false, relay: true })
    for (const to of ['s1', BROADCAST, ALL_NODES, 'e']) expect(copies('s0', { to })).toEqual({})
    expect(lan.reasons()).toEqual(['no uplink', 'no uplink', 'no uplink', 'no uplink'])
  })
})
