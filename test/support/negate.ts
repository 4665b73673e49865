/**
 * The opposites of an expectation: each of them must not be met by a run that meets the expectation. An expectation that says several
 * things has opposites for each; one that is an interval has one on either side. Where no opposite can be written, the bound is moved
 * just past what the run did.
 */
import { ADDRESS_STATES, type Expectation, type Matcher } from '../../src/scenario/expectation.ts'
import { matches } from '../../src/scenario/judge-events.ts'
import { longestOutage } from '../../src/models/service/state.ts'
import type { Run } from '../../src/scenario/run.ts'

type Part = Readonly<Record<string, unknown>>
type Range = readonly [number, number]
const MANY = 1_000_000_000

export function opposites(expectation: Expectation, run: Run): Expectation[] {
  const { note, ...said } = expectation as Part & { note?: string }
  void note
  return opposed(said, run).map(part => part as unknown as Expectation)
}

function opposed(e: Part, run: Run): Part[] {
  if ('service' in e) return [...fields(e, ['service'], serviceOpposites(run))]
  if ('array' in e) return [...fields(e, ['array', 'at'], arrayOpposites(run))]
  if ('disk' in e) return [{ ...e, name: e.name === null ? 'sda' : null }, { ...e, name: 'sdzz' }]
  if ('guest' in e) return [...fields(e, ['guest', 'at'], {
    up: value => [{ up: !value }], state: value => [{ state: value === 'suspended' ? 'resuming' : 'suspended' }],
    root: value => ['good', 'read-only', 'lost', 'absent'].filter(other => other !== value).map(root => ({ root })),
    bootedFrom: value => [{ bootedFrom: `not-${String(value)}` }], kernel: value => [{ kernel: Number(value) + 1 }],
  })]
  if ('nwsd' in e) return [{ ...e, state: 'failed' === e.state ? 'varied on' : 'failed' }]
  if ('client' in e) return fields(e, ['client', 'at'], clientOpposites)
  if ('reaches' in e) return [
    ...('lost' in e ? counts(e.lost).map(lost => ({ from: e.from, reaches: e.reaches, lost })) : []),
    ...('answered' in e || !('lost' in e) ? [{ from: e.from, reaches: e.reaches, answered: e.answered === false, ...('at' in e && { at: e.at }) }] : []),
  ]
  if ('refused' in e) return [
    ...counts(e.times ?? [1, MANY]).map(times => ({ ...e, times })),
    ...('status' in e ? [{ ...e, status: Number(e.status) + 1, times: e.times ?? [1, MANY] }] : []),
    ...('saying' in e ? [{ ...e, saying: `${String(e.saying)}, never said` }] : []),
  ]
  if ('happens' in e && 'after' in e) return afterOpposites(e, run)
  if ('happens' in e) return counts(e.times ?? [1, MANY]).map(times => ({ ...e, times }))
  if ('never' in e) return [{ happens: e.never, ...('from' in e && { from: e.from }) }]
  return [{ dataIntact: !e.dataIntact }]
}

/** What follows in time does not follow sooner than it did, and nothing that never happens follows, or leads to it. */
function afterOpposites(e: Part, { trace }: Run): Part[] {
  const after = e.after as Matcher, happens = e.happens as Matcher
  const slowest = Math.max(0, ...trace.flatMap((entry, index) => entry.at >= Number(e.from ?? 0) && matches(after, entry.event)
    ? [trace.slice(index).find(later => later !== entry && matches(happens, later.event))!.at - entry.at] : []))
  return [{ ...e, happens: { type: 'nobody.everDoes' } }, { ...e, after: { type: 'nobody.everDid' } }, ...slowest > 0 ? [{ ...e, within: slowest - 1 }] : []]
}

type Opposite = (value: unknown, e: Part) => Part[]
/** The subject with one field after the other turned round. */
function fields(e: Part, keep: readonly string[], table: Readonly<Record<string, Opposite>>): Part[] {
  const subject = Object.fromEntries(Object.entries(e).filter(([key]) => keep.includes(key)))
  return Object.entries(e).flatMap(([key, value]) => keep.includes(key) ? [] : (table[key] ?? unknown(key))(value, e).map(part => ({ ...subject, ...part })))
}
const unknown = (key: string): never => {
  throw new Error(`no opposite is known of ${key}: teach test/support/negate.ts`)
}

const serviceOpposites = (run: Run): Record<string, Opposite> => ({
  downAtMost: value => [{ downAtLeast: Number(value) + 1 }],
  downAtLeast: value => Number(value) > 0 ? [{ downAtMost: Number(value) - 1 }] : [],
  downBetween: value => outside(value as Range, 'downAtLeast', 'downAtMost'),
  outages: value => counts(value).map(outages => ({ outages })),
  longestAtMost: (_, e) => {
    const longest = longestOutage(run.world.service.services[e.service as never]! as never, run.until)
    return longest > 0 ? [{ longestAtMost: longest - 1 }] : []
  },
  up: (value, e) => [{ up: !value, ...('at' in e && { at: e.at }) }],
  at: () => [],
})

const arrayOpposites = (run: Run): Record<string, Opposite> => ({
  exposedAtMost: value => [{ exposedAtLeast: Number(value) + 1 }],
  exposedAtLeast: value => Number(value) > 0 ? [{ exposedAtMost: Number(value) - 1 }] : [],
  exposedBetween: value => outside(value as Range, 'exposedAtLeast', 'exposedAtMost'),
  exposures: value => counts(value).map(exposures => ({ exposures })),
  inSyncBy: (value, e) => [{ at: value, inSync: run.start.md.arrays[e.array as never]!.raidDevices - 1 }],
  inSync: value => [{ inSync: Number(value) + 1 }, ...(Number(value) > 0 ? [{ inSync: Number(value) - 1 }] : [])],
  members: value => [{ members: [...value as string[], 'sdzz9'] }, ...(value as string[]).map((_, i) => ({ members: (value as string[]).toSpliced(i, 1) }))],
  spares: value => [{ spares: [...value as string[], 'sdzz9'] }],
  failed: value => [{ failed: [...value as string[], 'sdzz9'] }],
  flags: value => [{ flags: String(value).replace(/[U_]/g, flag => flag === 'U' ? '_' : 'U') }],
  readable: value => [{ readable: !value }],
  writable: value => [{ writable: !value }],
  dataIntact: value => [{ dataIntact: !value }],
})

const bounded = (what: string): Record<string, Opposite> => ({
  [`${what}AtMost`]: value => [{ [`${what}AtLeast`]: Number(value) + 1 }],
  [`${what}AtLeast`]: value => Number(value) > 0 ? [{ [`${what}AtMost`]: Number(value) - 1 }] : [],
  [`${what}Between`]: value => outside(value as Range, `${what}AtLeast`, `${what}AtMost`),
})

const clientOpposites: Record<string, Opposite> = {
  ...bounded('withoutAddress'), ...bounded('withoutPreferred'), ...bounded('withoutRouter'),
  preferredIn: (value, e) => [...ADDRESS_STATES.filter(state => state !== 'preferred').map(address => ({ address, in: value, ...'by' in e && { at: e.by } })), { preferredIn: '2001:db8:dead::/64' }],
  address: (value, e) => ADDRESS_STATES.filter(state => state !== value).map(address => ({ address, ...'in' in e && { in: e.in } })),
  router: value => [{ router: value === false }, ...value === false ? [] : [{ router: 'fe80::dead' }]],
  by: () => [], in: () => [],
}

/** Both sides of an interval. */
const outside = ([least, most]: Range, atLeast: string, atMost: string): Part[] => [{ [atLeast]: most + 1 }, ...(least > 0 ? [{ [atMost]: least - 1 }] : [])]

/** All counts but these, as intervals. */
function counts(value: unknown): (number | Range)[] {
  const [least, most] = typeof value === 'number' ? [value, value] : value as Range
  return [...(least > 0 ? [[0, least - 1] as const] : []), ...(most < MANY ? [[most + 1, MANY] as const] : [])]
}
