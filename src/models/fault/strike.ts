/**
 * What a stroke does: whom it spares, what it breaks, and how that ends: by itself after a time, or by a repair that somebody has to come
 * for, perhaps with a part.
 *
 * The time that the repair itself takes is drawn when the thing breaks, whoever repairs it and whenever. A partition that waits for a
 * repair stays down; `lasts` then ends with its system up, so that a boot is part of it, as without a crew.
 */
import type { DeepReadonly } from '../../base/readonly.ts'
import { worksOf, type ComponentId } from '../component/state.ts'
import type { Guest, GuestId, SystemId } from '../hypervisor/state.ts'
import type { DiskId } from '../scsi/state.ts'
import type { AspId } from '../vscsi/state.ts'
import type { FaultKind } from './config.ts'
import type { Cx } from './context.ts'
import type { FaultId, Rule } from './state.ts'

/** The thing can be struck: a guest that is down, or hangs, is spared. */
export function works(kind: FaultKind, thing: string, cx: Cx): boolean {
  const { hypervisor, vscsi, component } = cx.world
  switch (kind) {
    case 'systemIpl': return hypervisor.systems[thing as SystemId]?.phase === 'up'
    case 'failDisk': return vscsi.asps[thing]?.lost === false
    case 'loseSpace': return vscsi.spaces[thing as DiskId]?.lost === false
    case 'fail': return worksOf(component.components[thing as ComponentId])
    case 'restrict': return isRunning(hypervisor.guests[thing as GuestId]) && !hypervisor.guests[thing as GuestId]!.restricted
    default: return isRunning(hypervisor.guests[thing as GuestId])
  }
}

const isRunning = (guest: DeepReadonly<Guest> | undefined): boolean => guest !== undefined && guest.up && !guest.hung && guest.state === 'running'

/** Whether it has hit. */
export function strike(fault: FaultId, rule: Rule, thing: string, cx: Cx): boolean {
  if (rule.chance < 1 && !cx.rng(rule.streams.chance, thing).chance(rule.chance)) return false
  if (!works(rule.kind, thing, cx)) return false
  if (rule.unless === 'degraded' && servesDegraded(rule.kind, thing, cx)) {
    rule.skipped++
    cx.emit({ type: 'fault.skipped', fault, thing })
    return false
  }
  rule.hits++
  const lasts = rule.lasts === null ? null : cx.rng(rule.streams.lasts, thing).sample(rule.lasts)
  const guest = thing as GuestId, repaired = rule.crew !== null || rule.part !== null
  switch (rule.kind) {
    case 'ipl':
      cx.emit(lasts === null ? { type: 'hypervisor.ipl', guest } : { type: 'hypervisor.ipl', guest, down: lasts })
      return true
    case 'crash':
      if (repaired) {
        cx.emit({ type: 'hypervisor.crash', guest, restart: false })
        break
      }
      cx.emit(lasts === null ? { type: 'hypervisor.crash', guest } : { type: 'hypervisor.crash', guest, down: lasts })
      return true
    case 'systemIpl':
      cx.emit(lasts === null ? { type: 'hypervisor.systemIpl', system: thing as SystemId } : { type: 'hypervisor.systemIpl', system: thing as SystemId, takes: lasts })
      return true
    case 'hang': cx.emit({ type: 'hypervisor.hang', guest }); break
    case 'restrict': cx.emit({ type: 'hypervisor.enterRestricted', guest }); break
    case 'failDisk': cx.emit({ type: 'vscsi.failDisk', ...aspOf(thing) }); break
    case 'loseSpace': cx.emit({ type: 'vscsi.loseSpace', space: thing as DiskId }); break
    case 'fail': cx.emit({ type: 'component.fail', component: thing as ComponentId }); break
  }
  if (repaired) cx.emit({ type: 'repair.order', fault, thing, takes: lasts ?? 0, ...rule.crew !== null && { crew: rule.crew }, ...rule.part !== null && { part: rule.part } })
  else if (lasts !== null) cx.after(lasts, { type: 'fault.mended', fault, thing })
  return true
}

export function mend(kind: FaultKind, thing: string, cx: Cx): void {
  const guest = thing as GuestId
  switch (kind) {
    case 'hang': return cx.emit({ type: 'hypervisor.resume', guest })
    case 'restrict': return cx.emit({ type: 'hypervisor.leaveRestricted', guest })
    case 'failDisk': return cx.emit({ type: 'vscsi.repairDisk', ...aspOf(thing) })
    case 'loseSpace': return cx.emit({ type: 'vscsi.recreateSpace', space: thing as DiskId })
    case 'fail': return cx.emit({ type: 'component.repair', component: thing as ComponentId })
    case 'crash': {
      const state = cx.world.hypervisor.guests[guest]?.state
      if (state === 'error') cx.emit({ type: 'hypervisor.powerOff', guest })
      if (state === 'error' || state === 'not activated') cx.emit({ type: 'hypervisor.powerOn', guest, takes: 0 })
    }
  }
}

/** An array has less than all its copies, as md knows it, and lives on a disk of the host that is to go down. */
function servesDegraded(kind: FaultKind, thing: string, cx: Cx): boolean {
  const { hypervisor, vscsi, md } = cx.world
  const hosts = kind === 'systemIpl' ? hypervisor.systems[thing as SystemId]!.guests : [thing as GuestId]
  return hosts.some(host => (vscsi.servedBy[host] ?? []).some(nwsd => vscsi.nwsds[nwsd]!.spaces.some(disk => (md.arraysOn[disk] ?? []).some(id => {
    const { inSync, raidDevices } = md.arrays[id]!
    return inSync < raidDevices
  }))))
}

/** `i5a/asp1`. */
function aspOf(thing: string): { host: GuestId; asp: AspId } {
  const at = thing.indexOf('/')
  return { host: thing.slice(0, at) as GuestId, asp: thing.slice(at + 1) as AspId }
}
