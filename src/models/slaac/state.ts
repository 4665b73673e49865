/**
 * The slice of hosts: what each interface has learned from routers, and until when it holds.
 *
 * On-link prefixes and addresses are two lists (ND-52, ND-53): one may outlive the other. Ends of lifetimes are points in time, NEVER for
 * infinite ones, so that an advertisement that changes nothing writes numbers and no more; one timer per interface stands at the earliest
 * end that was known when it was set, and sets itself again if that has moved on.
 */
import { entriesOf, table } from '../../base/id.ts'
import type { Ipv6Text } from '../../base/ipv6.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import type { Micros } from '../../base/time.ts'
import type { TimerId } from '../../core/model.ts'
import type { RoutePreference } from '../ip/events.ts'
import type { InterfaceId, NodeId } from '../ip/ids.ts'
import type { IpState } from '../ip/state.ts'
import { rulesOf, type Rules, type SlaacConfig } from './config.ts'

export type { InterfaceId, NodeId } from '../ip/ids.ts'

/** An end that does not come: the largest whole number of microseconds, 285 years. */
export const NEVER: Micros = Number.MAX_SAFE_INTEGER

export interface Router { address: Ipv6Text; until: Micros; preference: RoutePreference }
export interface OnLinkPrefix { prefix: string; until: Micros }
export interface LearnedRoute { destination: string; router: Ipv6Text; until: Micros; preference: RoutePreference }
export interface FormedAddress {
  address: Ipv6Text
  prefix: string
  /** Who advertised the prefix last. */
  router: Ipv6Text
  validUntil: Micros
  preferredUntil: Micros
  deprecated: boolean
  /** How many identifiers were duplicates before (DAD_Counter of RFC 7217). */
  conflicts: number
  /** Of a temporary address: the public one it belongs to; null: this is a public one. */
  of: Ipv6Text | null
  createdAt: Micros
  /** A temporary one is preferred no longer than this, whatever its public one is. */
  preferredLimit: Micros
  /** Has been through duplicate address detection. */
  assigned: boolean
  /** When a temporary address gets its successor: some seconds before it is deprecated. NEVER: it has one, or is none. */
  renewAt: Micros
  renewed: boolean
  /** How many temporary addresses of this public one were duplicates, in a row. */
  failures: number
}
/** After a duplicate: the next identifier comes a second later (IDGEN_DELAY). */
export interface Retry { at: Micros; prefix: string; router: Ipv6Text; linkLocal: boolean; conflicts: number; validUntil: Micros; preferredUntil: Micros }

export interface HostInterface {
  node: NodeId
  rules: Rules
  /** Its node forwards. */
  forwards: boolean
  /** Tried or in use; null: not formed yet, or none is to be. */
  linkLocal: Ipv6Text | null
  linkLocalConflicts: number
  /** 16 octets as hexadecimal text: configured, or drawn. */
  secret: string | null
  /** Solicitations sent since they began. */
  solicited: number
  /** By a router, since the interface came up: one solicitation is sent nevertheless. */
  answered: boolean
  solicitAt: Micros
  solicitGap: Micros
  /** Lists, not tables: they are short, and an advertisement walks through them for every host that hears it. */
  routers: Router[]
  prefixes: OnLinkPrefix[]
  routes: LearnedRoute[]
  addresses: FormedAddress[]
  /** Prefixes for which no identifier was free. */
  givenUp: string[]
  retries: Retry[]
  /** Ends of the lifetimes of name servers and of search domains. */
  servers: Record<Ipv6Text, Micros>
  domains: Record<string, Micros>
  /** There may be some of these two: most hosts have none, and need not look. */
  named: boolean
  /** By how much temporary addresses are deprecated early (DESYNC_FACTOR); null: not drawn. */
  desync: Micros | null
  timer: TimerId | null
  timerAt: Micros
}
export interface SlaacState {
  interfaces: Record<InterfaceId, HostInterface>
  /** Prefixes in fec0::/10 that were told of. */
  siteLocals: string[]
  /** How often anything but the ends of lifetimes has changed here, see ../revision.ts. */
  revision: number
}

export function initialSlaac(config: SlaacConfig, ip: DeepReadonly<IpState>): SlaacState {
  const state: SlaacState = { interfaces: table(), siteLocals: [], revision: 0 }
  for (const [id, { node, mac }] of entriesOf(ip.interfaces)) {
    const rules = rulesOf(ip.nodes[node]!.profile, mac, { ...config.hosts[node as string as InterfaceId], ...config.hosts[id] })
    state.interfaces[id] = { node, rules, forwards: ip.nodes[node]!.forwarding, ...blank(), secret: rules.stableSecret, timer: null, timerAt: NEVER }
  }
  return state
}

/** What an interface knows that knows nothing. */
export const blank = () => ({
  linkLocal: null, linkLocalConflicts: 0, solicited: 0, answered: false, solicitAt: NEVER, solicitGap: 0,
  routers: [] as Router[], prefixes: [] as OnLinkPrefix[], routes: [] as LearnedRoute[], addresses: [] as FormedAddress[], givenUp: [] as string[], retries: [] as Retry[], servers: table<Ipv6Text, Micros>(), domains: table<string, Micros>(), named: false, desync: null,
})

/** RFC 4862 5.5.4: whole seconds that an address has left, as `ip -6 addr` shows them; null: without end. */
export const secondsLeft = (until: Micros, now: Micros): number | null => until === NEVER ? null : Math.max(0, Math.floor((until - now) / 1_000_000))

/** The first rule that is broken, as a sentence. */
export function brokenRule(s: DeepReadonly<SlaacState>): string | undefined {
  for (const [id, i] of entriesOf(s.interfaces)) {
    for (const a of i.addresses) {
      if (a.preferredUntil > a.validUntil) return `${id}: ${a.address} is preferred for longer than it is valid`
      if (Math.min(a.validUntil, a.deprecated ? NEVER : a.preferredUntil) < i.timerAt) return `${id}: nothing will end ${a.address}`
    }
    for (const { address, until } of i.routers) if (until < i.timerAt) return `${id}: nothing will end the router ${address}`
    for (const { prefix, until } of i.prefixes) if (until < i.timerAt) return `${id}: nothing will end the prefix ${prefix}`
    if (i.routers.length > i.rules.maxRouters) return `${id}: more routers than it has room for`
    if (i.rules.acceptRa === 'off' && i.routers.length + i.addresses.length > 0) return `${id}: believes what it does not listen to`
  }
  return undefined
}
