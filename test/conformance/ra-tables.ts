/**
 * The row `ra-tables`: for each case of a recorded table, the same verdict, and the same addresses, routes and messages where they were
 * recorded. Tables of hosts are played to hosts of profile linux; the configurations of k01 go through configtest and start-up.
 *
 * Lifetimes are whole seconds that were read some time after: two seconds of difference are allowed, and as Linux ends lifetimes up to two
 * seconds late, what ends within that time may be there or not. A route whose time is over is listed by Linux until it cleans up; it counts as gone.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeFrame } from '../../src/wire/frame.ts'
import { ofHex } from '../../src/wire/bytes.ts'
import { configtest } from '../../src/models/radvd/conf/configtest.ts'
import { startUp } from '../../src/models/radvd/conf/start.ts'
import { advertised } from './ra-encoder.ts'
import { Player, type ShownAddress, type ShownRoute } from './ra-play.ts'
import { solicitationUnits } from './ra-tables-rs.ts'
import type { Row } from './rows.ts'

type Case = Record<string, any>
interface Snapshot { readonly t: number; readonly ns: string; readonly cmd: string; readonly text: string }
interface Facts { readonly cases?: readonly Case[] | number; readonly snapshots?: readonly Snapshot[]; readonly endedAt: number }
interface Verdict { readonly id: string; readonly why: string | undefined }

export function raTables(dir: string): Omit<Row, 'name'> {
  const verdicts = [...readdirSync(dir).sort().flatMap(name => judge(join(dir, name), name)), ...solicitationUnits(dir)]
  const differs = verdicts.flatMap(({ id, why }) => why === undefined ? [] : [{ id, why }])
  return { passed: verdicts.length - differs.length, total: verdicts.length, differs }
}

/** All cases of one recording; none where it is no table. */
export function judge(folder: string, name: string): Verdict[] {
  const facts = read(folder, 'facts.json'), cases = Array.isArray(facts?.cases) ? facts.cases as Case[] : []
  const timeline = existsSync(join(folder, 'timeline.yaml')) ? readFileSync(join(folder, 'timeline.yaml'), 'utf8') : undefined
  if (facts === undefined) return []
  const verdict = (id: string | number, why: string | undefined): Verdict => ({ id: `${name} ${id}`, why })
  const first = cases[0]
  if (first !== undefined && 'configtestExit' in first) return cases.map(one => verdict(one['case'], configurationDiffers(one)))
  if (timeline === undefined) return []
  if (first === undefined) return isTableOfFrames(timeline) ? snapshots(timeline, facts).map(({ id, why }) => verdict(id, why)) : []
  if ('initialValid' in first) return lifetimes(timeline, cases, facts).map(({ id, why }) => verdict(id, why))
  const player = new Player(timeline)
  if ('outcome' in first) {
    player.until(facts.endedAt)
    return cases.map((one, n) => verdict(one['case'], differs(one['outcome'], outcome(player, `h${n}`, one['target']))))
  }
  const readAt = facts.snapshots?.findLast(({ cmd }) => cmd === 'ip -6 route show')?.t ?? facts.endedAt
  player.until(readAt)
  return cases.map(one => verdict(one['case'] ?? one['host'], 'host' in one ? settingDiffers(player, one) : caseDiffers(player, one, facts)))
}

function read(folder: string, file: string): Facts | undefined {
  const path = join(folder, file)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) as Facts : undefined
}

/** Frames to one host and nothing else, and looks at it in between. */
const isTableOfFrames = (timeline: string): boolean => !/do: (?!send_frame)/.test(timeline) && /do: send_frame/.test(timeline)

// g01, f03: one frame, its prefix and its source.

function caseDiffers(player: Player, one: Case, facts: Facts): string | undefined {
  const packet = decodeFrame(ofHex(one['frame']))!.payload, source = packet.kind === 'ipv6' ? packet.source : ''
  const prefixes = prefixesOf(one['frame']), mine = (prefix: string | undefined): boolean => prefix !== undefined && prefixes.some(base => prefix.startsWith(`${base}/`))
  const addresses = player.addresses('h').filter(({ address }) => mine(player.prefixOf('h', address)))
    .map(({ address, state }) => `${address}/64${state === 'deprecated' ? ' deprecated' : state === 'preferred' ? '' : ` ${state}`}`)
  const routes = player.routes('h').filter(({ destination, via }) => destination === '::/0' ? via === source : mine(destination) && !destination.startsWith('fe80:'))
  // The recorder could not tell what belongs to the prefix ::, its last look at the host can.
  const unattributed = prefixes.includes('::') ? lastLook(facts) : { addresses: [], routes: [] }
  return differs([...one['addresses'], ...unattributed.addresses], addresses) ?? routesDiffer([...one['routes'], ...unattributed.routes], routes)
}

/** The prefixes of a frame's options; where the frame is damaged, whatever looks like one of those that the cases are told apart by. */
function prefixesOf(hex: string): string[] {
  const packet = decodeFrame(ofHex(hex))!.payload, options = packet.kind === 'ipv6' && 'options' in packet.payload ? packet.payload.options : []
  const likely = [...hex.slice(HEADERS).matchAll(/20010db8(\w{4})/g)].map(([, group]) => `2001:db8:${parseInt(group!, 16).toString(16)}::`)
  return [...likely, ...options.flatMap(option => option.kind === 'prefix' ? [option.prefix.replace(/::[0-9a-f:]+$/, '::')] : [])]
}
const HEADERS = 2 * (14 + 40)

function lastLook({ snapshots = [] }: Facts): { addresses: string[]; routes: string[] } {
  const look = (cmd: string): string[] => snapshots.findLast(one => one.cmd === cmd)?.text.split('\n').map(line => line.trim()) ?? []
  return {
    addresses: look('ip -6 addr show dev eth0').flatMap(line => /^inet6 (::[0-9a-f:]+\/64)/.exec(line)?.[1] ?? []),
    routes: look('ip -6 route show').filter(line => line.startsWith('::/64 ')),
  }
}

// g02: one frame to hosts with different settings.

function settingDiffers(player: Player, one: Case): string | undefined {
  const host = one['host'] as string, [mtu] = player.parameters(host)
  return differs((one['addresses'] as string[]).map(text => text.split(' ')[0]!), player.addresses(host).filter(({ state }) => state !== 'duplicate').map(({ address }) => address))
    ?? routesDiffer((one['routes'] as string[]).filter(text => text !== ''), player.routes(host)) ?? differs([Number(one['mtu'])], [mtu])
}

// e06: one address each.

function outcome(player: Player, host: string, address: string): string {
  const found = player.addresses(host).find(one => one.address === address)
  return found?.state === 'preferred' ? 'assigned' : found?.state === 'duplicate' ? 'dadfailed' : found?.state ?? 'gone'
}

// f01: two lifetimes in turn for many prefixes.

function lifetimes(timeline: string, cases: readonly Case[], facts: Facts): Verdict[] {
  const player = new Player(timeline), second = player.actions.find(({ label }) => label?.startsWith('second'))!.t
  const look = (t: number): { addresses: ShownAddress[]; routes: ShownRoute[] } => {
    player.until(t)
    return { addresses: player.addresses('h'), routes: player.routes('h') }
  }
  const before = look(second - 0.1), after = look(facts.snapshots?.[0]?.t ?? facts.endedAt)
  return cases.map((one, n) => ({
    id: String(one['case'] ?? n),
    why: lifetimeDiffers(one['prefix'], one['before'], one['routeBefore'], before) ?? lifetimeDiffers(one['prefix'], one['after'], one['routeAfter'], after),
  }))
}

function lifetimeDiffers(prefix: string, recorded: Case | null, route: string | null, { addresses, routes }: { addresses: readonly ShownAddress[]; routes: readonly ShownRoute[] }): string | undefined {
  const ours = addresses.find(({ address }) => address.startsWith(prefix.replace('::/64', ':')))
  if (recorded === null || ours === undefined) return recorded === null && ours === undefined ? undefined : `${prefix}: ${ours?.address ?? 'no address'}, recorded ${JSON.stringify(recorded)}`
  const { valid, preferred, flags } = recorded as { valid: number | 'infinite'; preferred: number | 'infinite'; flags: string[] }
  if (!near(valid, ours.valid) || !near(preferred, ours.preferred)) return `${prefix}: valid ${ours.valid}, preferred ${ours.preferred}, recorded ${valid}, ${preferred}`
  if (flags.includes('deprecated') !== (ours.preferred === 0)) return `${prefix}: ${ours.state}, recorded ${flags.join(' ')}`
  return routesDiffer(route === null ? [] : [route], routes.filter(({ destination }) => destination === prefix))
}

// f02, f04, i01, i02: looks at a host between frames.

function snapshots(timeline: string, { snapshots: looks = [] }: Facts): Verdict[] {
  const player = new Player(timeline)
  return looks.flatMap(({ t, ns, cmd, text }): Verdict[] => {
    player.until(t)
    const id = `${cmd.split(' ').slice(0, 3).join(' ')} at ${t.toFixed(1)}`
    if (cmd.startsWith('ip -6 addr')) return [{ id, why: addressesDiffer(text, player.addresses(ns)) }]
    if (cmd.startsWith('ip -6 route')) return [{ id, why: routesDiffer(text.split('\n'), player.routes(ns)) }]
    if (!cmd.startsWith('sysctl')) return []
    return [{ id: `sysctl at ${t.toFixed(1)}`, why: differs(text.split('\n').map(line => Number(line.split('= ')[1])), [...player.parameters(ns)]) }]
  })
}

function addressesDiffer(text: string, ours: readonly ShownAddress[]): string | undefined {
  const recorded = [...text.matchAll(/inet6 ([0-9a-f:]+)\/\d+ scope \w+ ([^\n]*)\n\s+valid_lft (\w+) preferred_lft (\w+)/g)]
    .map(([, address, flags, valid, preferred]) => ({ address: address!, flags: flags!.split(' '), valid: secondsOf(valid!), preferred: secondsOf(preferred!) }))
  for (const one of recorded) {
    const own = ours.find(({ address }) => address === one.address)
    // It ends within the time that Linux takes to notice.
    if (own === undefined && one.valid !== null && one.valid <= LATE) continue
    if (own === undefined) return `${one.address} is missing`
    const forever = own.valid === null && one.valid === null
    if (!forever && (!near(one.valid ?? 'infinite', own.valid) || !near(one.preferred ?? 'infinite', own.preferred)))
      return `${one.address}: valid ${own.valid}, preferred ${own.preferred}, recorded ${one.valid}, ${one.preferred}`
    const justNow = own.preferredEnds !== null && own.preferredEnds <= 0 && own.preferredEnds > -LATE
    if (one.flags.includes('deprecated') !== (own.preferred === 0) && !justNow) return `${one.address}: ${own.state}, recorded ${one.flags.join(' ')}`
  }
  const more = ours.find(({ address }) => !recorded.some(one => one.address === address))
  return more === undefined ? undefined : `${more.address} was not recorded`
}

// What all have in common.

const LATE = 2
/** The kernel tells what is left of a route in hundredths of a second, of 31 bits. */
const MOST_SHOWN = 21_474_836
const near = (recorded: number | 'infinite', ours: number | null): boolean => recorded === 'infinite' || ours === null ? recorded === 'infinite' && ours === null : Math.abs(recorded - ours) <= LATE
const secondsOf = (text: string): number | null => text === 'forever' ? null : parseInt(text, 10)

/** Without those whose time is over, and the order. */
function routesDiffer(lines: readonly string[], ours: readonly ShownRoute[]): string | undefined {
  const recorded = lines.map(line => ({
    destination: prefixText(line.split(' ')[0]!), via: / via (\S+)/.exec(line)?.[1] ?? null, preference: / pref (\w+)/.exec(line)?.[1] ?? 'medium',
    expires: / expires (-?\d+)sec/.exec(line)?.[1],
  }))
  for (const one of recorded) {
    const left = one.expires === undefined ? 'infinite' as const : Number(one.expires), own = ours.find(({ destination, via }) => destination === one.destination && via === one.via)
    if (own === undefined && left !== 'infinite' && left <= 0) continue
    if (own === undefined) return `the route to ${one.destination} is missing`
    if (!near(left, own.expires === null ? null : Math.min(own.expires, MOST_SHOWN)) || own.preference !== one.preference) return `the route to ${one.destination}: ${own.preference}, ${own.expires} s, recorded ${one.preference}, ${left} s`
  }
  const more = ours.find(({ destination, via }) => !recorded.some(one => one.destination === destination && one.via === via))
  return more === undefined ? undefined : `the route to ${more.destination}${more.via === null ? '' : ` via ${more.via}`} was not recorded`
}

const prefixText = (text: string): string => text === 'default' ? '::/0' : text.includes('/') ? text : `${text}/128`

function differs(recorded: unknown, ours: unknown): string | undefined {
  const [theirs, own] = [recorded, ours].map(value => JSON.stringify(Array.isArray(value) ? [...value].sort() : value))
  return theirs === own ? undefined : `${own}, recorded ${theirs}`
}

// k01: configurations of radvd.

const MAC = '02:00:00:00:0a:01', ETHERNET = { maxMtuOctets: 1500 }
/** Of the daemon coming and going, and of the kernel that it tells of its settings. */
const COMING_AND_GOING = /^(version|sending stop|removing|returning|Exiting|\(privsep\))/

function configurationDiffers(one: Case): string | undefined {
  const { status, says, parsed } = configtest(one['config'], 'radvd.conf'), verdict = differs([one['configtestExit'], ...one['configtestOutput']], [status, ...says])
  if (verdict !== undefined) return verdict
  const logged = (one['startOutput'] as string[]).filter(line => !COMING_AND_GOING.test(line))
  if (parsed.conf === null) return differs([1, ...logged], [1, ...says]) ?? differs(one['start'], 1)
  const conf = parsed.conf.interfaces[0]!, there = conf.name === 'eth0', { says: told, faults } = startUp(conf, ETHERNET), fails = !there || faults.length > 0
  const lines = [
    ...parsed.says, ...there ? [] : [`${conf.name} not found: No such device`], ...told,
    ...fails && !conf.ignoreIfMissing ? [`interface ${conf.name} does not exist or is not set up properly`] : [],
  ]
  const sent = fails ? [] : advertised({ config: one['config'], mac: MAC }).messages
  return differs(logged, lines) ?? differs(one['start'], fails && !conf.ignoreIfMissing ? 1 : 'running')
    ?? differs((one['advertisements'] as string[]).map(withoutChecksum), sent.map(withoutChecksum))
}

const withoutChecksum = (hex: string): string => hex.slice(0, 4) + hex.slice(8)
