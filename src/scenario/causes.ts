/**
 * Common causes (VS-26), told: what could take away at once several disks that are meant to stand in for each other. Reported, never
 * refused: the founding layout has one itself, since client and hosts share a managed system. What they are is known to vscsi.
 */
import { formatClock, formatDuration } from '../base/time.ts'
import { keysOf } from '../base/id.ts'
import { dependents } from '../models/component/causes.ts'
import type { GuestId } from '../models/hypervisor/state.ts'
import type { DiskId } from '../models/scsi/state.ts'
import { commonCauses as causesOf, type CommonCause } from '../models/vscsi/causes.ts'
import type { Scenario } from './build.ts'
import { and } from './telling/telling.ts'

export function commonCauses({ configs, timeline }: Pick<Scenario, 'configs' | 'timeline'>): string[] {
  const { hypervisor, vscsi, md, component } = configs
  const groups: Record<string, DiskId[]> = {}
  for (const array of keysOf(md.arrays)) {
    const { members, spares } = md.arrays[array]!
    groups[array] = [...new Set([...members, ...spares].flatMap(place => place === 'missing' ? [] : [place.disk]))]
  }
  const causes = causesOf({ guests: hypervisor.guests, spaces: vscsi.spaces, groups, calendars: calendarsOf({ configs, timeline }), components: dependents(component, hypervisor.guests) })
  // Arrays over the same disks share their causes, which are told once.
  const told = new Map<string, { cause: CommonCause; arrays: string[] }>()
  for (const cause of causes) {
    const key = `${cause.kind} ${cause.name} ${cause.disks.join()}`, known = told.get(key)
    if (known) known.arrays.push(cause.group)
    else told.set(key, { cause, arrays: [cause.group] })
  }
  // A host takes its ASPs with it, and what takes a host takes its disks; to tell both would be to tell one thing twice.
  const hosts = new Set([...told.values()].flatMap(({ cause }) => cause.kind === 'host' ? [cause.disks.join()] : []))
  return [...told.values()].filter(({ cause }) => (cause.kind !== 'asp' && cause.kind !== 'component') || !hosts.has(cause.disks.join()))
    .map(({ cause, arrays }) => inWords(cause, arrays, cause.disks.map(disk => vscsi.spaces[disk]!.host)))
}

function inWords({ kind, name, disks, total }: CommonCause, arrays: readonly string[], hosts: readonly string[]): string {
  const what = total ? `all disks of ${and(arrays)}` : `${and(disks)} of ${and(arrays)}`
  switch (kind) {
    case 'system': return `${what} are on one managed system, ${name}`
    case 'component': return `${what} go down with one component, ${name}`
    case 'calendar': return `${what} go down by one calendar, with ${and([...new Set(hosts)])}: ${name}`
    case 'host': return `${what} are served by one host, ${name}`
    case 'asp': return `${what} lie in one ASP, ${name}`
  }
}

/** Hosts that go down at the same times: planned for the same minute, or struck by one rule. */
function calendarsOf({ configs, timeline }: Pick<Scenario, 'configs' | 'timeline'>): Record<string, GuestId[]> {
  const calendars: Record<string, GuestId[]> = {}
  for (const { at, request } of timeline)
    if (request.type === 'hypervisor.ipl' || request.type === 'hypervisor.powerOff') (calendars[`IPL at ${formatClock(at)}`] ??= []).push(request.guest)
  for (const [name, rule] of Object.entries(configs.fault)) {
    const guests = rule.ipl ?? rule.crash ?? rule.hang ?? []
    if (!rule.together && ((rule.every ?? rule.on ?? rule.cron) === undefined || rule.stagger !== undefined)) continue
    const when = typeof rule.every === 'number' ? `, every ${formatDuration(rule.every)}` : rule.on !== undefined ? `, on ${rule.on}` : rule.cron !== undefined ? `, cron ${rule.cron}` : ''
    calendars[`the fault "${name}"${when}`] = guests
  }
  return calendars
}
