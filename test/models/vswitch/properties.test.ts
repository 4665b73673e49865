/**
 * What holds of switches whatever is plugged into them and whatever is sent when: a chain of switches of any profile and mode, stations
 * in any VLANs, trunks, relays, isolated ports, carriers that come and go.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PortId } from '../../../src/models/net/ids.ts'
import { property } from '../../support/property.ts'
import { ALL_NODES, BROADCAST, Lan, macOf, portOf, UNKNOWN, type Written } from './lan.ts'

const VLANS = [1, 2, 3]
interface Station { vlan: number; tagged: number[]; relay: boolean; isolated: boolean; promiscuous: boolean; joined: boolean }
interface Plugged { kind: 'veb' | 'vepa' | 'aware' | 'plain' | 'macvlan'; mode: 'bridge' | 'vepa' | 'private'; relay: boolean; stations: Station[] }
interface Step { from: number; to: number; spoof: boolean; tag: number; toggles: number | null }

const stationOf = fc.record({
  vlan: fc.constantFrom(...VLANS), tagged: fc.subarray(VLANS), relay: fc.boolean(), isolated: fc.boolean(), promiscuous: fc.boolean(), joined: fc.boolean(),
}).map(station => ({ ...station, tagged: station.tagged.filter(vlan => vlan !== station.vlan) }))
const pluggedOf = fc.record({
  kind: fc.constantFrom('veb', 'vepa', 'aware', 'plain'), mode: fc.constant('vepa'), relay: fc.boolean(), stations: fc.array(stationOf, { minLength: 1, maxLength: 4 }),
}) as fc.Arbitrary<Plugged>
const edgeOf = fc.record({
  kind: fc.constant('macvlan'), mode: fc.constantFrom('bridge', 'vepa', 'private'), relay: fc.boolean(), stations: fc.array(stationOf, { minLength: 1, maxLength: 3 }),
}) as fc.Arbitrary<Plugged>
/** A virtual switch or macvlan devices at one end, then switches in a row. */
const topologyOf = fc.tuple(fc.oneof(pluggedOf, edgeOf), fc.array(pluggedOf, { maxLength: 2 })).map(([first, rest]) => [first, ...rest])
const stepsOf = fc.array(fc.record({
  from: fc.nat(11), to: fc.nat(14), spoof: fc.boolean(), tag: fc.constantFrom(0, 0, ...VLANS), toggles: fc.option(fc.nat(14), { freq: 6 }),
}), { minLength: 1, maxLength: 12 }) as fc.Arbitrary<Step[]>

const nameOf = (n: number): string => `x${n}`
function build(topology: readonly Plugged[]): { lan: Lan; owners: { name: string; station: Station; plugged: Plugged; at: number }[] } {
  const switches: Written = {}, cables: Written[] = [], owners: { name: string; station: Station; plugged: Plugged; at: number }[] = []
  topology.forEach((plugged, n) => {
    const ports: Written = {}, bridge = plugged.kind === 'aware' || plugged.kind === 'plain', macvlan = plugged.kind === 'macvlan'
    for (const station of plugged.stations) {
      const name = nameOf(owners.length)
      owners.push({ name, station, plugged, at: n })
      ports[name] = macvlan ? {} : {
        ...(plugged.kind !== 'plain' && { vlan: station.vlan, tagged: station.tagged }),
        ...(bridge ? { relay: station.relay, isolated: station.isolated } : { promiscuous: station.promiscuous }),
      }
    }
    // The way to the next switch carries every VLAN.
    for (const [key, there] of [['up', n + 1 < topology.length], ['down', n > 0]] as const) if (there)
      ports[key] = macvlan ? {} : { ...(plugged.kind !== 'plain' && { vlan: 1, tagged: [2, 3] }), ...(bridge && key === 'down' ? { relay: plugged.relay } : {}), ...(!bridge && key === 'down' ? { trunk: 2 } : {}) }
    switches[`S${n}`] = macvlan ? { profile: 'linux-macvlan', mode: plugged.mode, ports: topology.length > 1 ? ports : { ...ports, up: {} } }
      : bridge ? { profile: 'linux-bridge', ports } : { id: n + 1, mode: plugged.kind, ports }
    if (n > 0) cables.push({ from: `S${n - 1}/up`, to: `S${n}/down` })
  })
  // Macvlan devices that lie on an adapter which leads nowhere else.
  if (topology[0]!.kind === 'macvlan' && topology.length === 1) {
    switches['nowhere'] = { profile: 'linux-bridge', ports: { p: {} } }
    cables.push({ from: 'S0/up', to: 'nowhere/p' })
  }
  const lan = new Lan({ switches, cables }, owners.map(({ name }) => name))
  lan.join(ALL_NODES, ...owners.filter(({ station }) => station.joined).map(({ name }) => name))
  return { lan, owners }
}

function addressOf(n: number, count: number): string {
  return n === 12 ? BROADCAST : n === 13 ? ALL_NODES : n === 14 ? UNKNOWN : macOf(n % count)
}

/** Plays the steps and hands each to a judge, with who heard what. */
function play(topology: readonly Plugged[], steps: readonly Step[], judge: (at: { lan: Lan; owners: ReturnType<typeof build>['owners']; sender: number; step: Step; heard: ReturnType<Lan['send']>; events: Lan['events'] }) => void): Lan {
  const { lan, owners } = build(topology)
  for (const step of steps) {
    if (step.toggles !== null) {
      const port = portOf(owners[step.toggles % owners.length]!.name)
      lan.setAdapter(owners[step.toggles % owners.length]!.name, !lan.world.net.ports[port]!.up)
    }
    const sender = step.from % owners.length, before = lan.events.length
    const heard = lan.send(owners[sender]!.name, { to: addressOf(step.to, owners.length), ...(step.spoof && { from: '02:00:00:00:cc:cc' }), ...(step.tag > 0 && { tag: step.tag }) })
    judge({ lan, owners, sender, step, heard, events: lan.events.slice(before) })
  }
  return lan
}

describe('whatever is plugged in and sent', () => {
  test('every frame that a switch takes in goes to a port or is dropped for a reason; every copy on the wire is accounted for', () => {
    property(fc.property(topologyOf, stepsOf, (topology, steps) => {
      const lan = play(topology, steps, ({ events }) => {
        for (const { type, ports } of events) if (type === 'net.transmit') expect((ports as PortId[]).length).toBeGreaterThan(0)
      })
      expect(lan.sim.check()).toEqual([])
      for (const sw of Object.values(lan.world.vswitch.switches))
        expect(sw.taken).toBe(sw.passedOn + Object.values(sw.dropped).reduce((sum, count) => sum + count, 0))
      const told = lan.events.filter(({ type }) => type === 'vswitch.dropped').length
      expect(Object.values(lan.world.vswitch.switches).flatMap(({ dropped }) => Object.values(dropped)).reduce((sum, count) => sum + count, 0)).toBe(told)
    }), { numRuns: 150 })
  })

  test('VE-2 no switch gives a frame back to the port it came from, unless that port reflects', () => {
    property(fc.property(topologyOf, stepsOf, (topology, steps) => {
      const lan = play(topology, steps, () => {})
      const { ports } = lan.world.vswitch
      for (const { type, ports: out, trail } of lan.events) {
        const at = type === 'net.transmit' ? (trail as PortId[] | undefined)?.at(-1) : undefined
        if (at === undefined) continue
        const isMacvlan = lan.world.vswitch.switches[ports[at]!.switch]!.profile === 'linux-macvlan'
        if (!ports[at]!.relay && !isMacvlan) expect(out).not.toContain(at)
        expect(new Set(out as PortId[]).size).toBe((out as PortId[]).length)
      }
    }), { numRuns: 150 })
  })

  test('VE-2 at most one copy reaches a station of each pass, and without a relay at most one at all', () => {
    property(fc.property(topologyOf, stepsOf, (topology, steps) => {
      const still = topology.map(plugged => ({ ...plugged, relay: false, stations: plugged.stations.map(station => ({ ...station, relay: false })) }))
      play(still, steps, ({ heard }) => {
        const ports = heard.map(({ port }) => port)
        expect(new Set(ports).size).toBe(ports.length)
      })
    }), { numRuns: 150 })
  })

  test('VE-2 a frame of a VLAN is seen only by its members', () => {
    const kinds = pluggedOf.filter(({ kind }) => kind !== 'plain')
    property(fc.property(fc.array(kinds, { minLength: 1, maxLength: 3 }), stepsOf, (topology, steps) => {
      play(topology, steps, ({ owners, sender, step, heard }) => {
        const own = owners[sender]!.station, vlan = step.tag || own.vlan
        if (step.tag > 0 && step.tag !== own.vlan && !own.tagged.includes(step.tag)) expect(heard).toEqual([])
        for (const { port, frame } of heard) {
          const { station } = owners.find(({ name }) => portOf(name) === port)!
          expect([station.vlan, ...station.tagged]).toContain(vlan)
          expect(frame.tags.map(tag => tag.vlan)).toEqual(station.vlan === vlan ? [] : [vlan])
        }
      })
    }), { numRuns: 150 })
  })

  test('VE-2 VE-61 in VEPA no frame goes from station to station without passing the uplink', () => {
    property(fc.property(topologyOf, stepsOf, (topology, steps) => {
      play(topology, steps, ({ owners, sender, heard, events }) => {
        const own = owners[sender]!
        if (own.plugged.kind !== 'vepa') return
        const neighbours = heard.filter(({ port }) => owners.some(({ name, at }) => portOf(name) === port && at === own.at))
        if (neighbours.length === 0) return
        const outwards = events.filter(({ type, ports, trail }) => type === 'net.transmit' && (trail as PortId[] | undefined)?.length === 1 && (ports as PortId[]).every(port => /\/(up|down)$/.test(port)))
        expect(outwards.length).toBeGreaterThan(0)
      })
    }), { numRuns: 150 })
  })

  test('VE-61 two clients of the management switch never exchange a frame, whatever they send and whoever is up', () => {
    const sends = fc.array(fc.record({ from: fc.nat(4), to: fc.nat(8), spoofed: fc.nat(6), toggles: fc.option(fc.nat(4), { freq: 4 }) }), { minLength: 1, maxLength: 25 })
    property(fc.property(sends, list => {
      const names = ['novalink', 'a', 'b', 'c', 'd']
      const lan = new Lan({ switches: { MGMTSWITCH: { ports: { novalink: { trunk: 1 }, a: {}, b: { promiscuous: true }, c: {}, d: {} } } } }, names.map(name => [name, { promiscuous: true }]))
      for (const { from, to, spoofed, toggles } of list) {
        if (toggles !== null) lan.setAdapter(names[toggles]!, !lan.world.net.ports[portOf(names[toggles]!)]!.up)
        const address = to < 5 ? names[to]! : [BROADCAST, ALL_NODES, UNKNOWN, names[from]!][to - 5]!
        const heard = lan.send(names[from]!, { to: address, ...(spoofed < 5 ? { from: names[spoofed]! } : {}) }).map(({ port }) => port)
        if (from > 0) expect(heard.filter(port => port !== portOf('novalink'))).toEqual([])
      }
    }), { numRuns: 150 })
  })

  test('a switch of many stations passes a group frame to those who joined, and counts the others', () => {
    property(fc.property(fc.array(fc.boolean(), { minLength: 2, maxLength: 60 }), joined => {
      const names = joined.map((_, n) => nameOf(n))
      const lan = new Lan({ switches: { ETHERNET0: { ports: Object.fromEntries(names.map(name => [name, {}])) } } }, names)
      lan.join(ALL_NODES, ...names.filter((_, n) => joined[n]))
      const expected = names.filter((_, n) => joined[n] && n > 0), sent = lan.world.net.sent
      expect(Object.keys(lan.copies(names[0]!, { to: ALL_NODES }))).toEqual(expected)
      expect(lan.switch('ETHERNET0').unheard).toBe(names.length - 1 - expected.length)
      expect(lan.world.net.sent - sent).toBe(1 + expected.length)
    }), { numRuns: 60 })
  })
})
