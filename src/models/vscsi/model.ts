/**
 * Virtual SCSI: the adapter between hosts and buses. It knows which host serves which disk to whom, and tells the bus what the life of
 * a host means for its paths.
 *
 * A crash and a hang are different faults: of the end of a partition the client is told, of a hang nobody tells. A host that returns
 * serves again when its NWSD is varied on, and the client logs in by itself; a disk that a booting client did not find stays away until
 * somebody scans. Sources: i5/OS V5R4 NWSDs; Linux drivers/scsi/ibmvscsi; see README.md.
 */
import { entriesOf, table } from '../../base/id.ts'
import { SECOND, type Kib } from '../../base/time.ts'
import { defineModel, type } from '../../core/model.ts'
import { hypervisor } from '../hypervisor/model.ts'
import type { GuestId } from '../hypervisor/state.ts'
import { scsi } from '../scsi/model.ts'
import type { DiskId } from '../scsi/state.ts'
import { adapters, aspKey, initialVscsi, signature, type Asp, type NwsdId } from './state.ts'
import { nwsdOf, vscsiConfig, type VscsiConfig } from './config.ts'
import { vscsiRequests, type VscsiFact } from './events.ts'
import { beginVaryOn, hostServes, logIn, loseSpace, nwsdIn, serve, stopServing, tellPath, tellPaths } from './links.ts'

export const vscsi = defineModel({
  name: 'vscsi',
  uses: [hypervisor, scsi],
  config: vscsiConfig,
  contributes,
  state: initialVscsi,
  requests: vscsiRequests,
  facts: type<VscsiFact>(),
  on: {
    // What is not served when a run begins, the bus is told first of all.
    'sim.started'(s, _, cx) {
      for (const [, nwsd] of entriesOf(s.nwsds)) tellPaths(s, nwsd, cx)
    },

    // NWSDs are varied off when the shutdown begins, not when it ends.
    'hypervisor.shuttingDown'(s, { guest }, cx) {
      for (const id of s.servedBy[guest] ?? []) if (s.nwsds[id]!.state !== 'failed') varyOff(s, id, cx)
    },
    'hypervisor.guestDown'(s, { guest }, cx) {
      for (const id of s.servedBy[guest] ?? []) stopServing(s, id, 'varied off', cx)
      for (const id of s.servedTo[guest] ?? []) {
        const { adapter } = nwsdIn(s, id)
        adapter.registered = false
        adapter.requestLimit = -1
      }
    },
    'hypervisor.guestUp'(s, { guest }, cx) {
      for (const id of s.servedBy[guest] ?? []) {
        const n = nwsdIn(s, id)
        if (n.state !== 'varied off') continue
        if (!n.online) cx.emit({ type: 'vscsi.nwsdLeftOff', nwsd: id })
        else if (!resourceTaken(s, id)) beginVaryOn(s, id, cx)
      }
    },
    'hypervisor.guestHung'(s, { guest }, cx) {
      for (const id of s.servedBy[guest] ?? []) tellPaths(s, nwsdIn(s, id), cx)
    },
    'hypervisor.guestResumed'(s, { guest }, cx) {
      for (const id of s.servedBy[guest] ?? []) {
        const n = nwsdIn(s, id)
        // A client that booted meanwhile sent its init in vain.
        if (n.adapter.requestLimit <= 0) logIn(n, id, cx)
        tellPaths(s, n, cx)
      }
    },
    // The client's firmware, and then its kernel, registers its queues and logs in wherever somebody answers.
    'hypervisor.firmwareReached'(s, { guest }, cx) {
      for (const id of s.servedTo[guest] ?? []) {
        const n = nwsdIn(s, id)
        n.adapter.registered = true
        logIn(n, id, cx, true)
      }
    },

    'vscsi.varyOn'(s, { nwsd }, cx) {
      const n = s.nwsds[nwsd]
      if (n === undefined) return cx.refuse(notFound(nwsd))
      if (!hostServes(cx.world.hypervisor, n.host)) return cx.refuse({ status: 1, text: `Vary on of ${nwsd} failed: ${n.host} is not active.` })
      if (n.state !== 'varied off') return cx.refuse({ status: 1, text: `Network server ${nwsd} is ${n.state}.` })
      const taken = resourceTaken(s, nwsd)
      if (taken) return cx.refuse({ status: 1, text: `Resource ${n.resource} is in use by another network server.` })
      beginVaryOn(s, nwsd, cx)
    },
    'vscsi.varyOff'(s, { nwsd }, cx) {
      const n = s.nwsds[nwsd]
      if (n === undefined) return cx.refuse(notFound(nwsd))
      if (n.state === 'varied off') return cx.refuse({ status: 1, text: `Network server ${nwsd} is varied off already.` })
      varyOff(s, nwsd, cx)
      cx.emit({ type: 'vscsi.nwsdChanged', nwsd, state: 'varied off' })
    },
    'vscsi.nwsdChanged'(s, { nwsd, state }, cx) {
      if (state !== 'varied on') return
      serve(s, nwsd, cx)
      const n = nwsdIn(s, nwsd)
      if (n.powerControl && cx.world.hypervisor.guests[n.client]?.state === 'not activated') cx.emit({ type: 'hypervisor.powerOn', guest: n.client })
    },
    'vscsi.setOnline'(s, { nwsd, online }, cx) {
      const n = s.nwsds[nwsd]
      if (n === undefined) return cx.refuse(notFound(nwsd))
      n.online = online === 'auto'
    },

    'vscsi.failDisk'(s, { host, asp }, cx) {
      const a = s.asps[aspKey(host, asp)]
      if (a === undefined || a.failed === a.disks) return cx.refuse(noDisk(host, asp))
      a.failed++
      if (a.lost) return
      if (survives(a)) return cx.emit({ type: 'vscsi.diskAbsorbed', host, asp, failed: a.failed })
      a.lost = true
      cx.emit({ type: 'vscsi.aspLost', host, asp })
      for (const space of a.spaces) loseSpace(s, space, cx)
    },
    'vscsi.repairDisk'(s, { host, asp }, cx) {
      const a = s.asps[aspKey(host, asp)]
      if (a === undefined || a.failed === 0) return cx.refuse(noDisk(host, asp))
      a.failed--
      // An ASP that was lost is an empty one when it works again: its spaces have to be made anew.
      if (a.lost && survives(a)) a.lost = false
      cx.emit({ type: 'vscsi.diskRepaired', host, asp, failed: a.failed })
    },
    'vscsi.loseSpace'(s, { space }, cx) {
      if (s.spaces[space]?.lost !== false) return cx.refuse({ status: 1, text: `Network server storage space ${space} not found.` })
      loseSpace(s, space, cx)
    },
    'vscsi.recreateSpace'(s, { space }, cx) {
      const p = s.spaces[space]
      if (p === undefined) return cx.refuse({ status: 1, text: `Network server storage space ${space} not found.` })
      if (!p.lost) return cx.refuse({ status: 1, text: `Network server storage space ${space} already exists.` })
      if (s.asps[p.asp]!.lost) return cx.refuse({ status: 1, text: `Auxiliary storage pool of ${space} is not available.` })
      p.lost = false
      cx.emit({ type: 'vscsi.spaceRecreated', space })
      cx.emit({ type: 'scsi.blankDisk', disk: space })
      const n = nwsdIn(s, p.nwsd)
      if (n.state !== 'failed') return tellPath(s, n, space, cx.world.hypervisor.guests[n.host]?.hung === true, cx)
      // Who makes the space anew also sees to its server.
      n.state = 'varied off'
      if (n.online && hostServes(cx.world.hypervisor, n.host) && !resourceTaken(s, p.nwsd)) beginVaryOn(s, p.nwsd, cx)
      else cx.emit({ type: 'vscsi.nwsdChanged', nwsd: p.nwsd, state: 'varied off' })
    },

    // Format 6 of the transport event: the client itself was moved. What is outstanding is queued again and done after the new login.
    'vscsi.migrateClient'(s, { guest, pause = SECOND }, cx) {
      const served = s.servedTo[guest]
      if (served === undefined || cx.world.hypervisor.guests[guest]?.up !== true) return cx.refuse({ status: 1, text: `Partition ${guest} cannot be migrated.` })
      for (const id of served) {
        const n = nwsdIn(s, id)
        if (n.adapter.requestLimit <= 0) continue
        n.adapter.requestLimit = 0
        cx.emit({ type: 'vscsi.transportEvent', nwsd: id, guest, event: 'migrated' })
        for (const disk of n.spaces) if (s.spaces[disk]!.path === 'ok') {
          s.spaces[disk]!.path = 'silent'
          cx.emit({ type: 'scsi.silencePath', disk })
        }
      }
      cx.after(pause, { type: 'vscsi.clientSettled', guest })
    },
    'vscsi.clientSettled'(s, { guest }, cx) {
      for (const id of s.servedTo[guest] ?? []) {
        const n = nwsdIn(s, id)
        if (n.adapter.requestLimit === 0) logIn(n, id, cx)
        tellPaths(s, n, cx)
      }
    },
  },
  check: s => {
    for (const id in s.nwsds) {
      const n = s.nwsds[id as NwsdId]!
      if (n.state !== 'varied on' && n.adapter.requestLimit > 0) return `the adapter that faces ${id} is logged in although nobody serves`
      if (n.adapter.requestLimit > 0 && !n.adapter.registered) return `the adapter that faces ${id} is logged in although its client does not run`
      if ((n.timer !== null) !== (n.state === 'vary on pending')) return `${id} has a vary on that does not end`
      for (const space of n.spaces) if (n.state !== 'varied on' && s.spaces[space]!.path !== 'lost') return `${space} can be reached through ${id}, which is not varied on`
    }
    return undefined
  },
  signature,
})

type Slice = ReturnType<typeof initialVscsi>

const notFound = (nwsd: NwsdId) => ({ status: 1, text: `Network server description ${nwsd} not found.` })
const noDisk = (host: GuestId, asp: string) => ({ status: 1, text: `No such disk unit: ${host}/${asp}.` })

function varyOff(s: Slice, id: NwsdId, cx: Parameters<typeof stopServing>[3]): void {
  const n = nwsdIn(s, id)
  stopServing(s, id, 'varied off', cx)
  if (n.powerControl && cx.world.hypervisor.guests[n.client]?.state === 'running') cx.emit({ type: 'hypervisor.powerOff', guest: n.client })
}

/** Several NWSDs may name one server adapter; only one of them can be active. */
function resourceTaken(s: Slice, id: NwsdId): boolean {
  const { host, resource } = nwsdIn(s, id)
  return s.servedBy[host]!.some(other => other !== id && s.nwsds[other]!.resource === resource
    && (s.nwsds[other]!.state === 'varied on' || s.nwsds[other]!.state === 'vary on pending'))
}

/** Mirrored protection and device parity make up for one disk; a second one before the repair takes the pool. */
const survives = ({ protection, failed }: Asp): boolean => failed === 0 || (protection !== 'none' && failed === 1)

/** What the section means for models below: disks on buses, and which guests serve or boot from virtual disks. */
function contributes(config: VscsiConfig) {
  const faces = new Map(adapters(config).map(({ nwsd, scsiHost }) => [nwsd, scsiHost]))
  const guests: Record<string, { virtualDisks?: true; servesStorage?: true }> = table()
  const hosts: Record<GuestId, number[]> = table()
  for (const { client, scsiHost } of adapters(config)) (hosts[client] ??= []).push(scsiHost)
  for (const { host, to } of [...Object.values(config.spaces), ...Object.values(config.nwsds)]) {
    guests[host] = { ...guests[host], servesStorage: true }
    guests[to] = { ...guests[to], virtualDisks: true }
  }
  return {
    // Merged into what the scenario says about these guests.
    hypervisor: { guests: guests as never },
    scsi: {
      hosts,
      disks: entriesOf(config.spaces).map(([disk, space]): { disk: DiskId; guest: GuestId; host: number; sizeKib: Kib } =>
        ({ disk, guest: space.to, host: faces.get(nwsdOf(space, config.nwsds))!, sizeKib: space.sizeKib })),
    },
  }
}
