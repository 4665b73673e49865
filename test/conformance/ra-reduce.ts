/**
 * What of `facts.json` a replay reads, in the same format: frames and notifications without what says nothing new, and without what is
 * never compared (checksums, listener reports, texts of snapshots). `npx tsx test/conformance/ra-reduce.ts FROM TO` for whole folders.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { recordingsIn } from './ra-recording.ts'

type Raw = Record<string, any>
const KINDS = new Set(['RA', 'RS', 'NS', 'NA', 'ECHO'])
const FRAME = ['t', 'point', 'dir', 'srcMac', 'src', 'dst', 'kind', 'target', 'S', 'seq', 'curHopLimit', 'M', 'O', 'H', 'prf', 'routerLifetime', 'reachableTime', 'retransTimer']
const EVENT = ['t', 'ns', 'ev', 'dev', 'addr', 'flags', 'preferred', 'valid', 'proto', 'dst', 'via', 'metric', 'pref', 'running']

export function reduced(facts: Raw): Raw {
  const { scenario, title, endedAt, derived = {}, finalAddresses, ra = [], icmp6 = [], addressEvents = [], otherEvents = [] } = facts
  const { hosts, gapsPerInterface, firstRaAfterStart, t0SecondFraction } = derived, told = new Map<string, string>()
  const picked = {
    ...(Array.isArray(hosts) && { hosts: hosts.map((host: Raw) => pick(host, ['host', 'up', 'dadNs', 'addressNs', 'rs'])) }),
    ...(gapsPerInterface !== undefined && { gapsPerInterface, firstRaAfterStart: pick(firstRaAfterStart, ['median']) }), ...(t0SecondFraction !== undefined && { t0SecondFraction }),
  }
  return {
    scenario, title, endedAt, derived: picked, ...(addressEvents.length + otherEvents.length === 0 && finalAddresses !== undefined && { finalAddresses }),
    ra: ra.filter(isRead).map(frame), icmp6: icmp6.filter(isRead).map(frame),
    addressEvents: addressEvents.filter((e: Raw) => {
      const key = `${e['ns']} ${e['dev']} ${e['addr']}`, now = JSON.stringify([e['ev'], e['flags'], e['preferred'] === 0, e['valid'] === 0]), before = told.get(key)
      told.set(key, now)
      return e['ev'] === 'addr-' || now !== before
    }).map((e: Raw) => pick(e, EVENT)),
    otherEvents: otherEvents.filter((e: Raw) => ['route+', 'route-', 'link', 'prefix'].includes(e['ev'])).map((e: Raw) => e['ev'] === 'prefix' ? pick(e, ['t', 'ns', 'ev']) : pick(e, EVENT)),
  }
}

const isRead = (one: Raw): boolean => KINDS.has(one['kind']) && one['dir'] !== 'in'
const frame = (one: Raw): Raw => ({ ...pick(one, FRAME), ...(one['options'] !== undefined && { options: one['options'].map((option: Raw) => pick(option, ['hex'])) }) })
const pick = (from: Raw, names: readonly string[]): Raw => Object.fromEntries(names.flatMap(name => from[name] === undefined ? [] : [[name, from[name]]]))

/** One record a line. */
export const textOf = (facts: Raw): string => `{\n${Object.entries(facts).map(([name, value]) => Array.isArray(value) && value.length > 0
  ? `${JSON.stringify(name)}: [\n${value.map(one => JSON.stringify(one)).join(',\n')}\n]` : `${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(',\n')}\n}\n`

const [from, to] = process.argv[1]?.endsWith('ra-reduce.ts') === true ? process.argv.slice(2) : []
if (from !== undefined && to !== undefined) for (const name of recordingsIn(from)) {
  mkdirSync(join(to, name), { recursive: true })
  const present = readdirSync(join(to, name))
  for (const file of readdirSync(join(from, name))) if (/\.conf$|^timeline\.yaml$/.test(file) && !present.includes(file)) copyFileSync(join(from, name, file), join(to, name, file))
  if (!present.includes('facts.json')) writeFileSync(join(to, name, 'facts.json'), textOf(reduced(JSON.parse(readFileSync(join(from, name, 'facts.json'), 'utf8')))))
}
