/**
 * What the copies of a mirror have in common, and so can lose together: the same managed system, component outside (a power feed), host, ASP or IPL calendar.
 *
 * Common causes are told, not refused: the founding layout has one, its single managed system. Pure, for reports and planners.
 */
import { table } from '../../base/id.ts'
import type { GuestId, SystemId } from '../hypervisor/state.ts'
import type { DiskId } from '../scsi/state.ts'
import type { AspId } from './state.ts'

export interface CauseInput {
  /** On which managed system each guest runs. */
  readonly guests: Readonly<Record<GuestId, { readonly on: SystemId }>>
  readonly spaces: Readonly<Record<DiskId, { readonly host: GuestId; readonly to: GuestId; readonly asp?: AspId | undefined }>>
  /** Sets of disks that are meant to fail independently, such as the members and spares of an array. Default: the disks of each client. */
  readonly groups?: Readonly<Record<string, readonly DiskId[]>>
  /** Guests that are shut down at the same times. */
  readonly calendars?: Readonly<Record<string, readonly GuestId[]>>
  /** Guests that something outside takes down alone. */
  readonly components?: Readonly<Record<string, readonly GuestId[]>>
}

export interface CommonCause {
  /** What depends on it. */
  readonly group: string
  readonly kind: 'system' | 'component' | 'host' | 'asp' | 'calendar'
  /** The thing they share; an ASP is called `host/asp`. */
  readonly name: string
  readonly disks: readonly DiskId[]
  /** Nothing of the group is left when it strikes. */
  readonly total: boolean
}

/** In the order of groups; within one the widest cause first. Disks that share a host share its system: all of it is told. */
export function commonCauses({ guests, spaces, groups = disksByClient(spaces), calendars = {}, components = {} }: CauseInput): CommonCause[] {
  const causes: CommonCause[] = []
  for (const [group, disks] of Object.entries(groups)) {
    const known = disks.filter(disk => spaces[disk] !== undefined)
    const host = (disk: DiskId) => spaces[disk]!.host
    const tell = (kind: CommonCause['kind'], nameOf: (disk: DiskId) => string | undefined) => {
      const byName = new Map<string, DiskId[]>()
      for (const disk of known) {
        const name = nameOf(disk)
        if (name !== undefined) byName.set(name, [...byName.get(name) ?? [], disk])
      }
      for (const [name, shared] of byName) if (shared.length > 1) causes.push({ group, kind, name, disks: shared, total: shared.length === known.length })
    }
    tell('system', disk => guests[host(disk)]?.on)
    for (const [name, members] of Object.entries(components)) tell('component', disk => members.includes(host(disk)) ? name : undefined)
    for (const [name, members] of Object.entries(calendars)) tell('calendar', disk => members.includes(host(disk)) ? name : undefined)
    tell('host', host)
    tell('asp', disk => `${host(disk)}/${spaces[disk]!.asp ?? 'asp1'}`)
  }
  return causes
}

function disksByClient(spaces: CauseInput['spaces']): Record<string, DiskId[]> {
  const groups: Record<string, DiskId[]> = table()
  for (const [disk, { to }] of Object.entries(spaces)) (groups[to] ??= []).push(disk as DiskId)
  return groups
}

/** Power control on more than one NWSD of a client: whichever is varied off ends the client, whatever the others serve. */
export function powerControlLint(nwsds: Readonly<Record<string, { readonly to: GuestId; readonly powerControl?: boolean | undefined }>>): { client: GuestId; nwsds: string[] }[] {
  const byClient = new Map<GuestId, string[]>()
  for (const [name, { to, powerControl }] of Object.entries(nwsds)) if (powerControl) byClient.set(to, [...byClient.get(to) ?? [], name])
  return [...byClient].filter(([, names]) => names.length > 1).map(([client, names]) => ({ client, nwsds: names }))
}
