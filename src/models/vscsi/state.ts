/**
 * The slice of virtual SCSI: NWSDs on the hosts, the client's adapters they face, storage spaces and the ASPs they lie in.
 *
 * A path leads from a space through its NWSD to one adapter of the client. It works when the NWSD is varied on, the host executes and the
 * space is there. `path` is what the bus was told last, so that only changes are told.
 * Sources: i5/OS V5R4 network server descriptions; Linux drivers/scsi/ibmvscsi.
 */
import { entriesOf, table } from '../../base/id.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import type { Kib } from '../../base/time.ts'
import type { TimerId } from '../../core/model.ts'
import type { DefaultId } from '../defaults.ts'
import type { GuestId, HypervisorState } from '../hypervisor/state.ts'
import type { DiskId } from '../scsi/state.ts'
import { spanOf, type Span } from '../span.ts'
import { nwsdOf, type VscsiConfig } from './config.ts'
import type { NwsdId, AspId } from './ids.ts'
import { without } from '../../core/signature.ts'

export type { NwsdId, AspId } from './ids.ts'

export type NwsdState = 'varied off' | 'vary on pending' | 'varied on' | 'failed'
export type SpacePath = 'ok' | 'lost' | 'silent' | 'broken'

/** Steps of connection set-up; only after the last is a command sent. Fast fail is asked of an AIX or VIOS server alone. */
export const CONNECTION_STEPS = ['register queue', 'send init', 'partner answers', 'adapter info', 'fast fail', 'capabilities', 'SRP login'] as const
/** What a login grants: the driver's queue of 100, two of which it keeps for error handling. */
export const GRANTED = 98

export interface Nwsd {
  host: GuestId
  client: GuestId
  state: NwsdState
  /** ONLINE(*YES): varied on during the IPL of its host. */
  online: boolean
  /** The server adapter. Only one NWSD of a resource can be active. */
  resource: string
  powerControl: boolean
  spaces: DiskId[]
  varyOn: Span
  timer: TimerId | null
  adapter: Adapter
}
/** The client's side. */
export interface Adapter {
  /** host0, host1 … on the client. */
  scsiHost: number
  /** The client executes and has registered its queue. */
  registered: boolean
  /** Commands it may send: 0 while its queue is reset, -1 without a partner, else what the login granted. */
  requestLimit: number
  /** The server reported itself as AIX or VIOS. */
  fastFail: boolean
}
export interface Space {
  nwsd: NwsdId
  asp: string
  sizeKib: Kib
  lost: boolean
  path: SpacePath
}
export interface Asp {
  host: GuestId
  asp: AspId
  protection: 'none' | 'mirrored' | 'parity'
  disks: number
  failed: number
  lost: boolean
  spaces: DiskId[]
}

export interface VscsiState {
  nwsds: Record<NwsdId, Nwsd>
  spaces: Record<DiskId, Space>
  /** By `host/asp`. */
  asps: Record<string, Asp>
  /** NWSDs by host, and by client. */
  servedBy: Record<GuestId, NwsdId[]>
  servedTo: Record<GuestId, NwsdId[]>
  assumed: DefaultId[]
}

export const aspKey = (host: GuestId, asp: AspId): string => `${host}/${asp}`

export function initialVscsi(config: VscsiConfig, world: DeepReadonly<{ hypervisor: HypervisorState }>): VscsiState {
  const s: VscsiState = { nwsds: table(), spaces: table(), asps: table(), servedBy: table(), servedTo: table(), assumed: [] }
  for (const [host, declared] of entriesOf(config.asps))
    for (const [asp, { protection, disks }] of entriesOf(declared))
      s.asps[aspKey(host, asp)] = { host, asp, protection, disks, failed: 0, lost: false, spaces: [] }
  for (const { nwsd, scsiHost } of adapters(config)) s.nwsds[nwsd] = nwsdFrom(nwsd, scsiHost, config, world.hypervisor)
  for (const [id, nwsd] of entriesOf(s.nwsds)) {
    (s.servedBy[nwsd.host] ??= []).push(id)
    ;(s.servedTo[nwsd.client] ??= []).push(id)
  }
  for (const [space, given] of entriesOf(config.spaces)) {
    const asp = given.asp ?? ('asp1' as AspId), key = aspKey(given.host, asp), nwsd = nwsdOf(given, config.nwsds)
    s.asps[key] ??= { host: given.host, asp, protection: 'none', disks: 1, failed: 0, lost: false, spaces: [] }
    s.asps[key].spaces.push(space)
    s.nwsds[nwsd]!.spaces.push(space)
    s.spaces[space] = { nwsd, asp: key, sizeKib: given.sizeKib, lost: false, path: 'ok' }
  }
  return s
}

function nwsdFrom(id: NwsdId, scsiHost: number, config: VscsiConfig, hypervisor: DeepReadonly<HypervisorState>): Nwsd {
  const declared = config.nwsds[id], [space] = Object.values(config.spaces).filter(each => nwsdOf(each, config.nwsds) === id)
  const { host, to } = (declared ?? space)!
  const server = hypervisor.guests[host], client = hypervisor.guests[to]
  const isVios = server !== undefined && server.os !== 'ibm-i', online = declared?.online ?? space?.online ?? (isVios ? 'auto' : 'manual')
  const on = (declared?.initially ?? 'varied on') === 'varied on' && server?.up === true, registered = client?.alive === true
  return {
    host, client: to, state: on ? 'varied on' : 'varied off', online: online === 'auto', resource: declared?.resource ?? id,
    powerControl: declared?.powerControl ?? false, spaces: [], varyOn: spanOf(declared?.varyOn, isVios ? null : 'DD-39'), timer: null,
    adapter: { scsiHost, registered, requestLimit: on && registered ? GRANTED : -1, fastFail: isVios },
  }
}

/** All NWSDs, in the order in which clients see their adapters. Those of one resource face the same adapter. */
export function adapters(config: VscsiConfig): { nwsd: NwsdId; client: GuestId; scsiHost: number }[] {
  const result: { nwsd: NwsdId; client: GuestId; scsiHost: number }[] = [], seen = new Set<string>()
  const faces = new Map<string, number>(), next = new Map<GuestId, number>()
  const add = (nwsd: NwsdId, host: GuestId, client: GuestId) => {
    if (seen.has(nwsd)) return
    seen.add(nwsd)
    const resource = `${host} ${client} ${config.nwsds[nwsd]?.resource ?? nwsd}`
    let scsiHost = faces.get(resource)
    if (scsiHost === undefined) {
      scsiHost = next.get(client) ?? 0
      next.set(client, scsiHost + 1)
      faces.set(resource, scsiHost)
    }
    result.push({ nwsd, client, scsiHost })
  }
  for (const space of Object.values(config.spaces)) add(nwsdOf(space, config.nwsds), space.host, space.to)
  for (const [nwsd, { host, to }] of entriesOf(config.nwsds)) add(nwsd, host, to)
  return result
}

export const signature: (slice: DeepReadonly<VscsiState>) => unknown = without({ books: ['assumed'], timers: ['timer'] })
