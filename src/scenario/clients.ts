/**
 * The clients of a network, told: by whose rules each node speaks, and for how long each client was without an address or a router.
 *
 * Every client keeps its address and its route, or the run says for how long it did not, and why. What a client lacked while it was
 * down itself is told apart from what others did to it.
 */
import { entriesOf } from '../base/id.ts'
import type { DeepReadonly } from '../base/readonly.ts'
import type { Micros } from '../base/time.ts'
import type { NodeId } from '../models/ip/state.ts'
import { timesWithout, withoutByItself, withoutMicros } from '../models/service/clients.ts'
import type { Client } from '../models/service/state.ts'
import { chainOf } from './chain.ts'
import type { Run } from './run.ts'
import { sentence } from './telling/index.ts'
import { and } from './telling/telling.ts'
import { clock, exactly, plural } from './text.ts'

/** Whom a result rests on: the profiles of nodes and daemons, by name. */
export function profilesOf({ start }: Pick<Run, 'start'>): { nodes: Record<string, string>; daemons: Record<string, string> } {
  return {
    nodes: Object.fromEntries(entriesOf(start.ip?.nodes ?? {}).map(([name, { profile }]) => [name, profile])),
    daemons: Object.fromEntries(entriesOf(start.radvd?.daemons ?? {}).map(([name, { profile }]) => [name, profile])),
  }
}

/** The same in a line; and what is known to be untested about it. Empty without nodes. */
export function profileLines(run: Pick<Run, 'start' | 'trace'>): string[] {
  const { nodes, daemons } = profilesOf(run), { start } = run
  if (Object.keys(nodes).length === 0) return []
  const by = new Map<string, string[]>()
  for (const [name, profile] of Object.entries({ ...nodes, ...daemons })) by.set(profile, [...by.get(profile) ?? [], name])
  const ibmi = entriesOf(start.ip.nodes).some(([, { guest, profile }]) => guest !== null && profile === 'rfc' && start.hypervisor.guests[guest]?.os === 'ibm-i')
  const told = [...by].map(([profile, names]) => `${profile} (${few(names)})`)
  const siteLocal = new Set(run.trace.flatMap(({ event }) => event.type === 'slaac.siteLocalUsed' ? [event.prefix] : []))
  return [
    `Profiles: ${and(told)}${ibmi ? '; i5/OS hosts by the standards (rfc): not verified against the real thing' : ''}`,
    ...siteLocal.size === 0 ? [] : [`Site-local: ${and([...siteLocal])} ${siteLocal.size === 1 ? 'works' : 'work'}, though RFC 3879 has deprecated fec0::/10`],
  ]
}

const few = (names: readonly string[]): string => names.length > 6 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ')

const MOST = 4

/** Those that kept both in one line, each of the others in a line of its own, the worst first. */
export function clientLines(run: Run): string[] {
  const { until } = run, clients = entriesOf(run.world.service?.clients ?? {})
  const lost = (client: DeepReadonly<Client>) => withoutMicros(client.address, until) + withoutMicros(client.router, until)
  const never = clients.filter(([, { address }]) => address.firstAt === null).map(([name]) => name)
  const kept = clients.filter(([, client]) => client.address.firstAt !== null && lost(client) === 0)
  const others = clients.filter(([, client]) => client.address.firstAt !== null && lost(client) > 0).sort((a, b) => lost(b[1]) - lost(a[1]))
  const without = kept.map(([name, { address }]) => [name, withoutByItself(address, until)] as const).filter(([, micros]) => micros > 0), own = without.map(([, micros]) => micros)
  const whose = own.length === kept.length ? own.length === 1 ? 'its own downtime' : 'their own downtime' : `the own downtime of ${few(without.map(([name]) => name))}`
  const lines: string[] = []
  if (kept.length > 0) lines.push(`${few(kept.map(([name]) => name))} ${kept.length === 1 ? 'keeps its address and its router' : 'keep their addresses and their router'}${
    own.length === 0 ? '' : `, but for ${whose} (${range(own)})`}`)
  // Those who were without by the same cause are told together.
  const groups = new Map<string, [NodeId, DeepReadonly<Client>][]>()
  for (const [name, client] of others) {
    const key = `${reasonOf(run, name)} ${HOLDINGS.map(([holding]) => withoutMicros(client[holding], until) > 0).join()}`
    groups.set(key, [...groups.get(key) ?? [], [name, client]])
  }
  for (const group of [...groups.values()].slice(0, MOST)) lines.push(lackOf(run, clients.filter(([name]) => group.some(([each]) => each === name))))
  const more = [...groups.values()].slice(MOST).flat().length
  if (more > 0) lines.push(`${more} more were without one (--json lists all)`)
  if (never.length > 0) lines.push(`${few(never)} never had a global address`)
  return lines
}

const HOLDINGS = [['address', 'an address'], ['router', 'a live router']] as const

function lackOf(run: Run, group: readonly (readonly [NodeId, DeepReadonly<Client>])[]): string {
  const { until } = run, names = group.map(([name]) => name)
  const parts = HOLDINGS.flatMap(([holding, what]) => {
    const micros = group.map(([, client]) => withoutMicros(client[holding], until)), times = Math.max(...group.map(([, client]) => timesWithout(client[holding], until)))
    return Math.max(...micros) === 0 ? [] : [`without ${what} for ${range(micros)}${times === 1 ? '' : ` (${plural(times, 'time')})`}`]
  })
  const own = group.map(([, { address }]) => withoutByItself(address, until)), because = reasonOf(run, names[0]!)
  return `${few(names)} ${names.length === 1 ? 'was' : 'were'} ${parts.join(', ')}${Math.max(...own) === 0 ? '' : `, and ${range(own)} by ${names.length === 1 ? 'its own downtime' : 'their own downtime'}`}${because === '' ? '' : `: ${because}`}`
}

function range(micros: readonly Micros[]): string {
  const least = exactly(Math.min(...micros)), most = exactly(Math.max(...micros))
  return least === most ? least : `${least} to ${most}`
}

/** What it began with. */
function reasonOf(run: Run, client: NodeId): string {
  const first = run.trace.find(({ event }) => (event.type === 'service.routerLost' || event.type === 'service.addressLost') && event.client === client && !event.own)
  if (first === undefined) return ''
  const [root] = chainOf(run, first.seq), { because } = first.event as { because: string }
  return root === undefined || root.seq === first.seq || root.event.type === 'sim.started' ? because : `at ${clock(root.at)} ${sentence(root.event)}`
}

/** For programs: both columns of every client, in microseconds. */
export const clientsSummary = ({ world, until }: Pick<Run, 'world' | 'until'>): Record<string, unknown> => Object.fromEntries(entriesOf(world.service?.clients ?? {}).map(([name, client]) => [name,
  Object.fromEntries((['address', 'preferred', 'router'] as const).map(holding => {
    const book = client[holding]
    return [holding, {
      firstMicros: book.firstAt, has: book.has, withoutMicros: withoutMicros(book, until), ownMicros: withoutByItself(book, until), times: timesWithout(book, until),
      list: book.list.map(({ from, to, ownMicros, because }) => ({ fromMicros: from, toMicros: to, ownMicros, because })),
    }]
  })),
]))
