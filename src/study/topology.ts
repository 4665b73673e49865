/** What stands where: the systems, partitions, mirrors, switches and components of a variant, for the picture in its report. Read off its configuration. */
import { entriesOf } from '../base/id.ts'
import type { Scenario } from '../scenario/build.ts'
import type { Topology } from './result.ts'

type Node = Topology['nodes'][number]
type Edge = Topology['edges'][number]

export function topologyOf({ configs }: Scenario): Topology {
  const { hypervisor, vscsi, md, vswitch, service, component } = configs, nodes: Node[] = [], edges: Edge[] = []
  const hosts = new Set<string>(Object.values(vscsi.spaces).map(({ host }) => host))
  for (const system of Object.keys(hypervisor.systems)) nodes.push({ id: `system ${system}`, kind: 'system', label: system })
  for (const [name, { on }] of entriesOf(hypervisor.guests)) nodes.push({ id: name, kind: hosts.has(name) ? 'host' : 'guest', label: name, inside: `system ${on}` })
  for (const [name, array] of entriesOf(md.arrays)) {
    nodes.push({ id: `array ${name}`, kind: 'array', label: name, inside: array.on })
    const disks = (places: readonly { readonly disk: string; readonly partition: string }[], kind: 'disk' | 'spare'): void => {
      for (const { disk, partition } of places) {
        const space = vscsi.spaces[disk as never] as { host: string } | undefined
        if (space !== undefined) edges.push({ from: space.host, to: `array ${name}`, kind, label: `${disk}/${partition}` })
      }
    }
    disks(array.members.filter(each => each !== 'missing'), 'disk')
    disks(array.spares ?? [], 'spare')
  }
  for (const [name, { ports }] of entriesOf(vswitch.switches)) {
    nodes.push({ id: `switch ${name}`, kind: 'switch', label: name })
    for (const port of Object.keys(ports)) edges.push({ from: `switch ${name}`, to: port.split('.')[0]!, kind: 'link', label: port })
  }
  // `lan/p10` is a port of a switch, `vios1.ent0` an adapter of a partition.
  const ending = (port: string): string => port.includes('/') ? `switch ${port.split('/')[0]!}` : port.split('.')[0]!
  for (const { from, to } of vswitch.cables) edges.push({ from: ending(from), to: ending(to), kind: 'link', label: `${from} - ${to}` })
  for (const [name, { feeds = [] }] of entriesOf(component)) {
    nodes.push({ id: `component ${name}`, kind: 'component', label: name })
    for (const fed of feeds) edges.push({ from: `component ${name}`, to: component[fed as never] !== undefined ? `component ${fed}` : hypervisor.guests[fed as never] !== undefined ? fed : `system ${fed}`, kind: 'feeds', label: '' })
  }
  for (const [name, { needs }] of entriesOf(service.services)) {
    nodes.push({ id: `service ${name}`, kind: 'service', label: name })
    const known = new Map(nodes.map(({ id, label }) => [label, id])), seen = new Set<string>()
    for (const need of JSON.stringify(needs).matchAll(/"([A-Za-z][\w.-]*)"/g)) {
      const to = known.get(need[1]!)
      if (to === undefined || seen.has(to) || to === `service ${name}`) continue
      seen.add(to)
      edges.push({ from: `service ${name}`, to, kind: 'needs', label: '' })
    }
  }
  const there = new Set(nodes.map(({ id }) => id))
  return { nodes, edges: edges.filter(({ from, to }) => there.has(from) && there.has(to)) }
}
