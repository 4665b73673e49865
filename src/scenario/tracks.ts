/**
 * A run as tracks: per guest, disk, array, service and client of a network the states it was in, one after the other, and the moments that mattered.
 * For every picture of a run; Perfetto's is one.
 */
import { entriesOf } from '../base/id.ts'
import type { Micros } from '../base/time.ts'
import type { SimEvent } from '../models/stack.ts'
import type { Run } from './run.ts'
import { sentence, weightOf } from './telling/index.ts'

export type Group = 'guests' | 'disks' | 'arrays' | 'services' | 'clients'
export interface Stretch { readonly from: Micros; readonly to: Micros; readonly state: string; readonly seq: number }
export interface Moment { readonly at: Micros; readonly text: string; readonly seq: number }
export interface Track { readonly group: Group; readonly name: string; readonly stretches: readonly Stretch[]; readonly moments: readonly Moment[] }

export function tracksOf(run: Run): Track[] {
  const { start, until } = run
  const tracks = new Map<string, Growing>()
  const add = (group: Group, name: string, state: string) => tracks.set(`${group}/${name}`, new Growing(group, name, state))
  for (const [name, guest] of Object.entries(start.hypervisor?.guests ?? {})) add('guests', name, guest.state)
  for (const [name, disk] of Object.entries(start.scsi?.disks ?? {})) add('disks', name, disk.path === 'ok' ? 'reachable' : disk.path)
  for (const { array, line } of run.mdstat.filter(change => change.seq < 0)) add('arrays', array, line)
  for (const [name, service] of Object.entries(start.service?.services ?? {})) add('services', name, service.status === 'down' ? 'down' : 'up')

  const status = new Map(run.mdstat.filter(change => change.seq >= 0).map(change => [`${change.seq} ${change.array}`, change]))
  for (const { at, seq, event, refusal } of run.trace) {
    const change = stateAfter(event)
    if (change) tracks.get(`${change[0]}/${change[1]}`)?.become(change[2], at, seq)
    const subject = subjectOf(event)
    const track = subject && tracks.get(`${subject[0]}/${subject[1]}`)
    if (track && (weightOf(event) <= 2 || refusal)) track.moments.push({ at, seq, text: refusal ? `${sentence(event)}: refused, "${refusal.text}"` : sentence(event) })
    if (run.mdstat.length > 0 && event.type.startsWith('md.')) for (const [key, growing] of tracks) {
      const line = growing.group === 'arrays' ? status.get(`${seq} ${key.slice('arrays/'.length)}`) : undefined
      if (line) growing.become(line.line, at, seq)
    }
  }
  return [...[...tracks.values()].map(track => track.finish(until)), ...clientTracks(run)]
}

/** What each client has: nothing is told of the first time, so that is taken from its books. */
function clientTracks(run: Run): Track[] {
  return entriesOf(run.world.service?.clients ?? {}).map(([client, { address, router }]) => {
    const track = new Growing('clients', client, 'not configured'), has = { address: false, router: false }
    const gains = ([['address', address.firstAt], ['router', router.firstAt]] as const).flatMap(([holding, at]) => at === null ? [] : [{ at, holding, seq: 0, gained: true, own: false, text: null as string | null }])
    const changes = run.trace.flatMap(({ at, seq, event }) => {
      const holding = event.type === 'service.addressLost' || event.type === 'service.addressRegained' ? 'address' : event.type === 'service.routerLost' || event.type === 'service.routerRegained' ? 'router' : undefined
      return holding === undefined || !('client' in event) || event.client !== client ? [] : [{ at, holding: holding as 'address' | 'router', seq, gained: !('own' in event), own: 'own' in event && event.own, text: sentence(event) }]
    })
    for (const { at, seq, holding, gained, own, text } of [...gains, ...changes].sort((a, b) => a.at - b.at || a.seq - b.seq)) {
      has[holding] = gained
      track.become(has.address && has.router ? 'address and router' : own ? 'its own downtime' : has.address ? 'no router' : has.router ? 'no address' : 'neither', at, seq)
      if (text !== null) track.moments.push({ at, seq, text })
    }
    return track.finish(run.until)
  })
}

class Growing {
  readonly moments: Moment[] = []
  readonly group: Group
  readonly name: string
  private readonly stretches: Stretch[] = []
  private state: string
  private from: Micros = 0
  private seq = 0
  constructor(group: Group, name: string, state: string) {
    this.group = group
    this.name = name
    this.state = state
  }
  become(state: string, at: Micros, seq: number): void {
    if (state === this.state) return
    this.close(at)
    this.state = state
    this.from = at
    this.seq = seq
  }
  finish(until: Micros): Track {
    this.close(until)
    return { group: this.group, name: this.name, stretches: this.stretches, moments: this.moments }
  }
  private close(to: Micros): void {
    if (to > this.from) this.stretches.push({ from: this.from, to, state: this.state, seq: this.seq })
  }
}

function stateAfter(event: SimEvent): [Group, string, string] | undefined {
  switch (event.type) {
    case 'hypervisor.stateChanged': return ['guests', event.guest, event.to]
    case 'hypervisor.shuttingDown': return ['guests', event.guest, 'shutting down']
    case 'hypervisor.guestDown': return ['guests', event.guest, 'down']
    case 'hypervisor.guestStarting': return ['guests', event.guest, 'starting']
    case 'hypervisor.guestUp': return ['guests', event.guest, 'running']
    case 'hypervisor.guestHung': return ['guests', event.guest, 'hung']
    case 'hypervisor.guestResumed': return ['guests', event.guest, 'running']
    case 'scsi.pathLost': return ['disks', event.disk, 'lost']
    case 'scsi.pathSilent': return ['disks', event.disk, 'silent']
    case 'scsi.mediumBroken': return ['disks', event.disk, 'broken']
    case 'scsi.pathRestored': return ['disks', event.disk, 'reachable']
    case 'service.wentDown': return ['services', event.service, 'down']
    case 'service.cameUp': return ['services', event.service, 'up']
    case 'service.stallBegan': return ['services', event.service, 'stalled']
    case 'service.stallEnded': return ['services', event.service, 'up']
    default: return undefined
  }
}

function subjectOf(event: SimEvent): [Group, string] | undefined {
  if ('service' in event) return ['services', event.service]
  if ('array' in event) return ['arrays', event.array]
  if ('disk' in event && event.disk !== undefined) return ['disks', event.disk]
  if ('guest' in event) return ['guests', event.guest]
  return undefined
}
