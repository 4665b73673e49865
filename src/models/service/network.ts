/**
 * The network of counting nodes behind the needs: built once from the configuration, then changed one leaf at a time.
 *
 * Rule: only `setLeaf` changes a count. It returns the services whose own node has changed, in the order of the needs, so that the
 * caller reassesses these and no others.
 */
import { table } from '../../base/id.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import type { AddressNeed, ServiceConfig, Need, ReachNeed } from './config.ts'
import type { Leaf, LeafKind, Node, ServiceId, ServiceState, Truth } from './state.ts'

export const LEAF_KINDS: readonly LeafKind[] =
  ['guest', 'arrayReadable', 'arrayWritable', 'arrayRedundant', 'rootReadable', 'rootWritable', 'disk', 'service', 'component', 'preferredAddress', 'defaultRouter', 'reaches']

type Network = Pick<ServiceState, 'nodes' | 'leaves'>

/** All leaves begin as `no`: nothing is up before it has been looked at. */
export function buildNetwork(config: ServiceConfig): Network & { roots: Record<ServiceId, number> } {
  const network: Network = { nodes: [], leaves: {} as Network['leaves'] }
  for (const kind of LEAF_KINDS) network.leaves[kind] = table<string, Leaf>()
  const roots: Record<ServiceId, number> = table()
  for (const [name, { needs }] of Object.entries(config.services)) {
    const service = name as ServiceId
    roots[service] = addNode(network, service, -1, needs, needs.length)
  }
  return { ...network, roots }
}

function addNode(network: Network, service: ServiceId, parent: number, needs: readonly Need[], needed: number): number {
  const at = network.nodes.length
  network.nodes.push({ parent, service, needed, met: 0, metOrWaits: 0 })
  for (const need of needs) {
    if ('all' in need && need.all !== undefined) addNode(network, service, at, need.all, need.all.length)
    else if ('any' in need && need.any !== undefined) addNode(network, service, at, need.any, 1)
    else if ('atLeast' in need && need.atLeast !== undefined) addNode(network, service, at, need.of, need.atLeast)
    else for (const kind of LEAF_KINDS) {
      const thing = thingOf(need as Partial<Record<LeafKind, unknown>>, kind)
      if (thing !== undefined) (network.leaves[kind][thing] ??= { truth: 'no', nodes: [] }).nodes.push(at)
    }
  }
  return at
}

/** The name of a leaf among those of its kind; undefined: the need is of another kind. */
function thingOf(need: Readonly<Partial<Record<LeafKind, unknown>>>, kind: LeafKind): string | undefined {
  const value = need[kind]
  if (value === undefined || typeof value === 'string') return value
  return kind === 'reaches' ? reachKey(value as ReachNeed) : addressKey(value as AddressNeed)
}
export const addressKey = (need: AddressNeed): string => typeof need === 'string' ? need : `${need.of} in ${need.in}`
/** Those who ask in the same way share the answers. */
export const reachKey = ({ from, to, every, timeout, lost }: ReachNeed): string =>
  [from, to, ...every === undefined ? [] : [`every ${every}`], ...timeout === undefined ? [] : [`timeout ${timeout}`], ...lost === undefined ? [] : [`lost ${lost}`]].join(' ')

/** The needs of all services that are no combinations. */
export function leavesOf({ services }: ServiceConfig): Need[] {
  const flat = (need: Need): Need[] => 'all' in need && need.all !== undefined ? need.all.flatMap(flat) : 'any' in need && need.any !== undefined ? need.any.flatMap(flat)
    : 'of' in need && need.of !== undefined ? need.of.flatMap(flat) : [need]
  return Object.values(services).flatMap(({ needs }) => needs.flatMap(flat))
}

export const isMet = (node: Readonly<Node>): boolean => node.met >= node.needed
/** Met, if one also counts what merely waits. */
export const isBearable = (node: Readonly<Node>): boolean => node.metOrWaits >= node.needed

/** Calls `changed` for each service that is met, or bearable, in another way than before. */
export function setLeaf(network: Network, kind: LeafKind, thing: string, truth: Truth, changed: (service: ServiceId) => void): void {
  const leaf = network.leaves[kind][thing]
  if (leaf === undefined || leaf.truth === truth) return
  const met = Number(truth === 'yes') - Number(leaf.truth === 'yes')
  const bearable = Number(truth !== 'no') - Number(leaf.truth !== 'no')
  leaf.truth = truth
  for (const at of leaf.nodes) count(network.nodes, at, met, bearable, changed)
}

function count(nodes: Node[], at: number, met: number, bearable: number, changed: (service: ServiceId) => void): void {
  const node = nodes[at]!
  const wasMet = isMet(node), wasBearable = isBearable(node)
  node.met += met
  node.metOrWaits += bearable
  const metNow = Number(isMet(node)) - Number(wasMet), bearableNow = Number(isBearable(node)) - Number(wasBearable)
  if (metNow === 0 && bearableNow === 0) return
  if (node.parent === -1) changed(node.service)
  else count(nodes, node.parent, metNow, bearableNow, changed)
}

/** Counts anew what `setLeaf` has kept counted: a sentence if they differ. */
export function miscounted(network: DeepReadonly<Network>): string | undefined {
  const met = network.nodes.map(() => 0), bearable = network.nodes.map(() => 0)
  for (const kind of LEAF_KINDS) for (const name of Object.keys(network.leaves[kind])) {
    const { truth, nodes } = network.leaves[kind][name]!
    for (const at of nodes) {
      if (truth === 'yes') met[at]!++
      if (truth !== 'no') bearable[at]!++
    }
  }
  // Children stand behind their parents, so going backwards meets every child first.
  for (let at = network.nodes.length - 1; at >= 0; at--) {
    const node = network.nodes[at]!
    if (met[at] !== node.met || bearable[at] !== node.metOrWaits) return 'a need is counted wrongly'
    if (node.parent === -1) continue
    if (isMet(node)) met[node.parent]!++
    if (isBearable(node)) bearable[node.parent]!++
  }
  return undefined
}
