/**
 * Common causes (VS-26): what could take away at once several things that are meant to stand in for each other. Reported, never
 * refused: the founding layout has one itself, since client and hosts share a managed system.
 */
import { formatClock, formatDuration } from '../base/time.ts'
import type { Scenario } from './build.ts'
import { and } from './telling/telling.ts'

export function commonCauses({ configs, timeline }: Scenario): string[] {
  const causes: string[] = []
  const { hypervisor, vscsi, md } = configs
  const hostOf = new Map<string, string>(Object.entries(vscsi.spaces).map(([disk, space]) => [disk, space.host]))
  const hosts = new Set(hostOf.values()), clients = new Set<string>(Object.values(vscsi.spaces).map(({ to }) => to))
  const stands = (guest: string) => hosts.has(guest) || clients.has(guest)
  const systemOf = new Map<string, string>(Object.entries(hypervisor.guests).map(([guest, { on }]) => [guest, on]))

  for (const [system, members] of grouped([...systemOf.keys()].filter(guest => stands(guest)), guest => systemOf.get(guest)))
    if (members.length > 1) causes.push(`${and(members)} are on one managed system, ${system}: its IPL ends them all`)

  for (const [array, { members, spares }] of Object.entries(md.arrays)) {
    const disks = [...members, ...spares].flatMap(place => place === 'missing' ? [] : [place.disk as string])
    for (const [host, shared] of grouped(disks, disk => hostOf.get(disk))) {
      if (shared.length < 2) continue
      const asps = new Set(shared.map(disk => vscsi.spaces[disk as never]?.asp ?? 'asp1'))
      causes.push(`${and(shared)} of ${array} ${asps.size === 1 ? `lie in one ASP, ${[...asps][0]} of ${host}` : `are served by one host, ${host}`}`)
    }
  }

  const planned = timeline.flatMap(({ at, request }) => request.type === 'hypervisor.ipl' && stands(request.guest) ? [{ at, guest: request.guest as string }] : [])
  for (const [at, together] of grouped(planned, ({ at }) => String(at)))
    if (together.length > 1) causes.push(`${and(together.map(({ guest }) => guest))} IPL by the same calendar, at ${formatClock(Number(at))}`)
  for (const [name, rule] of Object.entries(configs.fault)) {
    const struck = rule.ipl ?? rule.crash ?? rule.hang ?? rule.restrict ?? []
    const serving = struck.filter(guest => hosts.has(guest))
    if (serving.length > 1 && (rule.together || (rule.every !== undefined && rule.stagger === undefined)))
      causes.push(`${and(serving)} ${rule.together ? 'are struck together' : `go by one calendar${typeof rule.every === 'number' ? ` (every ${formatDuration(rule.every)})` : ''}`}: the fault "${name}"`)
  }
  return causes
}

function grouped<T>(things: readonly T[], by: (thing: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const thing of things) {
    const key = by(thing)
    if (key !== undefined) groups.set(key, [...groups.get(key) ?? [], thing])
  }
  return groups
}
