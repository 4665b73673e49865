/** Who reaches whom: every ping of the recordings j01 to j13 across bridges, macvlan devices and isolated ports, with the addresses they ended with. */
import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { describe, expect, test } from 'vitest'
import { initialWorld } from '../../../src/core/model.ts'
import { createSim } from '../../../src/core/sim.ts'
import { hypervisor } from '../../../src/models/hypervisor/model.ts'
import { ip } from '../../../src/models/ip/model.ts'
import { net } from '../../../src/models/net/model.ts'
import { vswitch } from '../../../src/models/vswitch/model.ts'
import { sectionsOf, type RaTopology } from '../../conformance/ra-topology.ts'
import { SECOND } from './craft.ts'

interface Reach { readonly from: string; readonly to: string; readonly dst: string; readonly received: number }
interface Final { readonly addr: string; readonly plen: number; readonly flags: readonly string[] }
interface Facts { readonly derived: { readonly reach: readonly Reach[] }; readonly finalAddresses: Readonly<Record<string, readonly Final[]>> }

const ra = new URL('../../golden/ra/', import.meta.url), models = [hypervisor, net, vswitch, ip] as const
const folders = readdirSync(ra).filter(name => /^j\d\d/.test(name))
const read = (folder: string, file: string): string => readFileSync(new URL(`${folder}/${file}`, ra), 'utf8')

function reached(folder: string, { derived: { reach }, finalAddresses }: Facts): string[] {
  const { topology } = parse(read(folder, 'timeline.yaml')) as { topology: RaTopology }
  const { sections } = sectionsOf(topology), answered: number[] = []
  const world = initialWorld(models, {
    hypervisor: hypervisor.config.parse({}), net: net.config.parse(sections.net), vswitch: vswitch.config.parse(sections.vswitch), ip: ip.config.parse(sections.ip),
  })
  const sim = createSim({ models, world, seed: 1, onEntry: ({ event }) => { if (event.type === 'ip.replied') answered.push(event.sequence) } })
  sim.runUntil(SECOND)
  const interfaceOf = (node: string): string => sim.world.ip.nodes[node as never]!.interfaces[0]!
  const give = (node: string, address: string): void => void sim.dispatch({
    type: 'ip.addAddress', interface: interfaceOf(node) as never, address, dad: false, origin: address.startsWith('fe80') ? 'link-local' : 'static' })
  for (const [node, addresses] of Object.entries(finalAddresses))
    for (const { addr, flags } of addresses) if (!flags.includes('dadfailed') && sim.world.ip.nodes[node as never] !== undefined) give(node, addr)
  // Of the router the recording keeps no list: it has what it is asked by, and its own link-local address.
  for (const { to, dst } of reach) if (finalAddresses[to] === undefined && sim.world.ip.interfaces[interfaceOf(to) as never]!.addresses[dst] === undefined) give(to, dst)
  return reach.map(({ from, dst, to }) => {
    answered.length = 0
    sim.dispatch({ type: 'ip.ping', node: from as never, to: dst })
    sim.runUntil(sim.now + 4 * SECOND)
    return `${from} to ${to} at ${dst}: ${answered.length > 0 ? 'answered' : 'lost'}`
  })
}

describe('recorded reach', () => {
  test.each(folders)('VE-3 %s', folder => {
    const facts = JSON.parse(read(folder, 'facts.json')) as Facts
    expect(facts.derived.reach.length).toBeGreaterThan(0)
    expect(reached(folder, facts)).toEqual(facts.derived.reach.map(({ from, to, dst, received }) => `${from} to ${to} at ${dst}: ${received > 0 ? 'answered' : 'lost'}`))
  })
})
