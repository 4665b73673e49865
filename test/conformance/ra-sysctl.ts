/** The settings of Linux, `net.ipv6.conf.eth0.accept_ra = 2`, as fields of the sections `slaac` and `ip`. */
import { table } from '../../src/base/id.ts'

export type Sysctl = Readonly<Record<string, string | number>>
type Fields = Record<string, unknown>
export interface Settings {
  /** Of `slaac.hosts.X`. */
  readonly host: Fields
  /** Of `ip.nodes.X`. */
  readonly node: Fields
  /** Of `ip.nodes.X.interfaces.Y`. */
  readonly interface: Fields
  /** `disable_ipv6`. */
  readonly disabled: boolean
  /** What has no meaning here. */
  readonly unknown: readonly string[]
}

const on = (value: string | number): boolean => Number(value) !== 0
const seconds = (value: string | number): string => `${Number(value)}s`
const HOST: Readonly<Record<string, (value: string | number) => Fields>> = {
  accept_ra: value => ({ acceptRa: ['off', 'on', 'forwarding'][Number(value)] }),
  accept_ra_from_local: value => ({ acceptRaFromLocal: on(value) }),
  accept_ra_defrtr: value => ({ useDefaultRouter: on(value) }),
  accept_ra_pinfo: value => ({ usePrefixes: on(value) }),
  accept_ra_mtu: value => ({ acceptMtu: on(value) }),
  accept_ra_rtr_pref: value => ({ useRouterPreference: on(value) }),
  accept_ra_rt_info_min_plen: value => ({ minRouteInfoLength: Number(value) }),
  accept_ra_rt_info_max_plen: value => ({ maxRouteInfoLength: Number(value) }),
  accept_ra_min_hop_limit: value => ({ minHopLimit: Number(value) }),
  accept_ra_min_lft: value => ({ minLifetime: seconds(value) }),
  autoconf: value => ({ autoconfigure: on(value) }),
  router_solicitations: value => ({ solicitations: Number(value) < 0 ? 'unlimited' : Number(value) }),
  router_solicitation_delay: value => ({ solicitationDelay: seconds(value) }),
  router_solicitation_interval: value => ({ solicitationInterval: seconds(value) }),
  router_solicitation_max_interval: value => ({ maxSolicitationInterval: seconds(value) }),
  max_addresses: value => ({ maxAddresses: Number(value) }),
  addr_gen_mode: value => ({ addressGeneration: ['eui64', 'none', 'stable-privacy', 'random'][Number(value)] }),
  // Writing a secret switches to stable addresses. The recorded adapters are veth: they have no permanent address.
  stable_secret: value => ({ stableSecret: String(value), addressGeneration: 'stable-privacy' }),
  use_tempaddr: value => ({ temporary: Number(value) <= 0 ? 'off' : Number(value) === 1 ? 'on' : 'preferred' }),
  temp_valid_lft: value => ({ temporaryValid: seconds(value) }),
  temp_prefered_lft: value => ({ temporaryPreferred: seconds(value) }),
  max_desync_factor: value => ({ temporaryMaxDesync: seconds(value) }),
  optimistic_dad: value => ({ optimisticDad: on(value) }),
  // Whether an optimistic address is preferred as a source: no traffic was recorded.
  use_optimistic: () => ({}),
  ra_honor_pio_life: value => ({ honourAllValidLifetimes: on(value) }),
}
const NODE: Readonly<Record<string, (value: string | number) => Fields>> = { forwarding: value => ({ forwarding: on(value) }) }
const INTERFACE: Readonly<Record<string, (value: string | number) => Fields>> = {
  dad_transmits: value => ({ dadProbes: Number(value) }),
  accept_dad: value => ({ acceptDad: Number(value) }),
  enhanced_dad: value => ({ enhancedDad: on(value) }),
  keep_addr_on_down: value => ({ keepAddresses: on(value) }),
}

/** For one interface; `default` and `all` count for it unless it has a setting of its own. */
export function settingsOf(sysctl: Sysctl, device = 'eth0'): Settings {
  const values = new Map<string, string | number>()
  for (const where of ['all', 'default', device])
    for (const [key, value] of Object.entries(sysctl)) {
      const [, scope, name] = /^net\.ipv6\.conf\.([^.]+)\.(\w+)$/.exec(key) ?? []
      if (scope === where && name !== undefined) values.set(name, value)
    }
  const host: Fields = { permanentAddress: 'none' }, node: Fields = table(), port: Fields = table(), unknown: string[] = []
  for (const [name, value] of values) {
    if (name === 'disable_ipv6') continue
    if (HOST[name] === undefined && NODE[name] === undefined && INTERFACE[name] === undefined) unknown.push(name)
    Object.assign(host, HOST[name]?.(value))
    Object.assign(node, NODE[name]?.(value))
    Object.assign(port, INTERFACE[name]?.(value))
  }
  return { host, node, interface: port, disabled: values.has('disable_ipv6') && on(values.get('disable_ipv6')!), unknown }
}
