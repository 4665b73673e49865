/**
 * What the sections of a network say about each other: cables to ports that do not exist, ports with two cables, requests to either.
 *
 * Ports are brought by every model that contributes to the wire, so they are asked what their sections mean; a section that is wrong in
 * itself has been reported, and as long as there is one nothing is said about names, for what is missing may stand in it.
 */
import type { Model } from '../core/model.ts'
import type { GuestId } from '../models/hypervisor/ids.ts'
import type { SeaSection } from '../models/sea/config.ts'
import { seaProblems } from '../models/sea/problems.ts'
import { plannedPorts } from '../models/vswitch/layout.ts'
import type { VswitchConfig } from '../models/vswitch/config.ts'
import { describe, unknownName, type Path } from './issue.ts'
import { isRecord, type Names, type Report } from './names.ts'

type Parsed = { readonly success: boolean; readonly data?: unknown }
interface Cable { readonly path: Path; readonly at: 'key' | 'value'; readonly ends: readonly [string, string]; readonly whole: boolean }

export function checkNetwork(models: readonly Model[], names: Names, report: Report): void {
  const sections = new Map<string, unknown>()
  for (const { name, config, contributes } of models) {
    if (name !== 'net' && (contributes === undefined || names.at('system', name) === undefined)) continue
    const parsed = (config as unknown as { safeParse(input: unknown): Parsed }).safeParse(names.at('system', name))
    if (!parsed.success) return
    sections.set(name, parsed.data)
  }
  if (names.misspelt) return
  const sea = sections.get('sea') as SeaSection | undefined
  for (const problem of sea === undefined ? [] : seaProblems(sea, (sections.get('vswitch') ?? { switches: {}, cables: [] }) as VswitchConfig, names.of('guest') as readonly GuestId[] | undefined))
    report({ ...problem, path: ['system', 'sea', 'adapters', ...problem.path], at: 'value' })
  const ports = new Set<string>(), links = new Map<string, readonly string[]>()
  for (const { name, contributes } of models) {
    const config = sections.get(name), own = config === undefined ? undefined : name === 'net' ? config : contributes?.(config)['net']
    if (!isRecord(own)) continue
    for (const port of Object.keys(own['ports'] ?? {})) ports.add(port)
    for (const [link, { ends }] of Object.entries((own['links'] ?? {}) as Record<string, { ends: readonly string[] }>)) links.set(link, ends)
  }
  checkCables([...cablesOfNet(names), ...cablesOfSwitches(sections.get('vswitch') as VswitchConfig | undefined)], [...ports], report)
  checkRequests([...ports], links, names, report)
  names.list('system', 'net', 'capture').forEach((port, n) => {
    if (typeof port === 'string' && !ports.has(port)) report(unknownName(['system', 'net', 'capture', n], 'the port', port, [...ports]))
  })
}

function checkCables(cables: readonly Cable[], known: readonly string[], report: Report): void {
  const used = new Map<string, string>(), all = new Set(known)
  for (const { path, at, ends, whole } of cables) {
    const [a, b] = ends
    if (a === b) report({ path: [...path, 'ends', 1], at: 'value', found: `found the port ${describe(b)} at both ends`, expected: 'expected two different ports' })
    ends.forEach((end, n) => {
      const place = whole ? path : [...path, ...(at === 'value' && path[1] === 'net' ? ['ends', n] : [n === 0 ? 'from' : 'to'])]
      if (!all.has(end)) report({ ...unknownName(place, 'the port', end, known), at })
      const other = used.get(end)
      if (other !== undefined && a !== b) report({ path: place, at, found: `found the port ${describe(end)} with a second cable`, expected: `expected one, and it leads to ${other}` })
      used.set(end, ends[1 - n]!)
    })
  }
}

function cablesOfNet(names: Names): Cable[] {
  return names.entries('system', 'net', 'links').flatMap(([name, link]): Cable[] => {
    const ends = isRecord(link) && Array.isArray(link['ends']) ? link['ends'] as [string, string] : undefined
    return ends === undefined ? [] : [{ path: ['system', 'net', 'links', name], at: 'value', ends, whole: false }]
  })
}

/** The port of a switch brings its own cable, so that the name it has there says where it leads. */
function cablesOfSwitches(config: VswitchConfig | undefined): Cable[] {
  if (config === undefined) return []
  return [
    ...plannedPorts(config).filter(({ cable }) => !cable).map(({ port, leadsTo, switch: name, key }): Cable =>
      ({ path: ['system', 'vswitch', 'switches', name, 'ports', key], at: 'key', ends: [port, leadsTo], whole: true })),
    ...config.cables.map(({ from, to }, n): Cable => ({ path: ['system', 'vswitch', 'cables', n], at: 'value', ends: [from, to], whole: false })),
  ]
}

function checkRequests(ports: readonly string[], links: ReadonlyMap<string, readonly string[]>, names: Names, report: Report): void {
  names.list('timeline').forEach((step, index) => {
    const done = isRecord(step) ? step['do'] : undefined, requests = Array.isArray(done) ? done : [done]
    requests.forEach((request, turn) => {
      if (!isRecord(request) || typeof request['type'] !== 'string' || !request['type'].startsWith('net.')) return
      const path: Path = ['timeline', index, 'do', ...(Array.isArray(done) ? [turn] : [])]
      // A cable is cut towards one of its two ends.
      const ends = links.get(String(request['link'])) ?? ports
      for (const [field, kind, known] of [['port', 'the port', ports], ['towards', 'the port', ends], ['link', 'the link', [...links.keys()]]] as const) {
        const name = request[field]
        if (typeof name === 'string' && !known.includes(name)) report(unknownName([...path, field], kind, name, known))
      }
    })
  })
}
