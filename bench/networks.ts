/**
 * The networks the bench measures: routers that advertise one prefix, hosts that configure themselves from it, on switches with as many
 * ports as there are machines. Routers are radvd 2.19 on Linux, hosts are Linux. None of them is a guest: no partition plays a part.
 */
import { createSim } from '../src/core/sim.ts'
import type { DeepReadonly } from '../src/base/readonly.ts'
import { initialWorld, type ConfigsOf } from '../src/core/model.ts'
import type { Entry } from '../src/core/trace.ts'
import { stack, type SimEvent, type World } from '../src/models/stack.ts'

export interface NetworkPlan {
  /** Each with a switch and hosts of its own. */
  readonly routers: number
  readonly hostsPerRouter: number
  /** Of radvd, in seconds. */
  readonly minSeconds: number
  readonly maxSeconds: number
  /** Hosts are switched on one after the other within this time, evenly, from the start of the run; 0: all are on. */
  readonly startWithinSeconds: number
}

export const hostName = (router: number, host: number): string => `c${router}-${host}`

function sections({ routers, hostsPerRouter, minSeconds, maxSeconds, startWithinSeconds }: NetworkPlan): Readonly<Record<string, unknown>> {
  const nodes: Record<string, unknown> = {}, switches: Record<string, unknown> = {}, daemons: Record<string, unknown> = {}
  for (let r = 0; r < routers; r++) {
    const ports: Record<string, unknown> = { [`r${r}`]: {} }
    nodes[`r${r}`] = { profile: 'linux', forwarding: true, interfaces: { eth0: {} } }
    for (let h = 0; h < hostsPerRouter; h++) {
      const name = hostName(r, h)
      ports[name] = {}
      nodes[name] = { profile: 'linux', interfaces: { eth0: { up: startWithinSeconds === 0 } } }
    }
    switches[`sw${r}`] = { profile: 'linux-bridge', ports }
    daemons[`radvd${r}`] = {
      on: `r${r}`, profile: 'radvd-2.19', startAfter: '2s',
      config: `interface eth0 { AdvSendAdvert on; MinRtrAdvInterval ${minSeconds}; MaxRtrAdvInterval ${maxSeconds}; prefix 2001:db8:${r.toString(16)}::/64 {}; };`,
    }
  }
  return { ip: { nodes }, vswitch: { switches }, radvd: { daemons } }
}

export function networkWorld(plan: NetworkPlan): World {
  const written = sections(plan)
  const configs = Object.fromEntries(stack.map(({ name, config }) => [name, (config as { parse(input: unknown): unknown }).parse(written[name])]))
  return initialWorld(stack, configs as ConfigsOf<typeof stack>) as World
}

export function network(plan: NetworkPlan, onEntry?: (entry: Entry<SimEvent>) => void) {
  const sim = createSim({ models: stack, world: networkWorld(plan), seed: 1, ...(onEntry && { onEntry }) })
  const hosts = plan.routers * plan.hostsPerRouter
  if (plan.startWithinSeconds > 0)
    for (let i = 0; i < hosts; i++)
      sim.schedule(4_000_000 + Math.floor(i * plan.startWithinSeconds * 1e6 / hosts), {
        type: 'ip.setInterface', interface: `${hostName(Math.floor(i / plan.hostsPerRouter), i % plan.hostsPerRouter)}.eth0` as never, up: true,
      })
  return sim
}

/** Hosts that have a preferred global address. */
export function configured(world: DeepReadonly<Pick<World, 'ip'>>): number {
  let count = 0
  for (const each of Object.values(world.ip.interfaces))
    if (each.node.startsWith('c') && Object.entries(each.addresses).some(([address, { state }]) => state === 'preferred' && !address.startsWith('fe80'))) count++
  return count
}
