/**
 * What a scenario offers to faults: hosts that serve disks to a partition with mirrors, those partitions, their scripts; and what must be true again at the end.
 */
import type { DeepReadonly } from '../base/readonly.ts'
import { initialWorld } from '../core/model.ts'
import type { GuestId } from '../models/hypervisor/state.ts'
import type { ArrayId } from '../models/md/state.ts'
import { baseName, scriptFile } from '../models/operator/script.ts'
import type { DiskId } from '../models/scsi/ids.ts'
import type { NwsdId } from '../models/vscsi/ids.ts'
import type { stack, World } from '../models/stack.ts'
import type { Scenario } from '../scenario/build.ts'
import { VARIED, type Varied, type Vary } from '../scenario/vary.ts'

export interface Target {
  readonly scenario: Scenario
  readonly vary: Vary
  /** The world before the first event; never changed. */
  readonly world: World
  /** By kind of fault, whom it may strike. */
  readonly victims: ReadonlyMap<Varied, readonly string[]>
  readonly disksOf: ReadonlyMap<string, readonly DiskId[]>
  readonly nwsdsOf: ReadonlyMap<string, readonly NwsdId[]>
  /** Partitions with mirrors. */
  readonly clients: readonly GuestId[]
  readonly arrays: readonly ArrayId[]
  readonly scripts: readonly string[]
  readonly services: readonly string[]
}

export function targetOf(scenario: Scenario): Target {
  // A schedule takes the place of the scenario's own faults.
  const world = initialWorld(scenario.models as typeof stack, { ...scenario.configs, fault: {} }) as World
  const { md, vscsi, hypervisor } = world as DeepReadonly<World>
  const arrays = Object.keys(md.arrays) as ArrayId[], clients = [...new Set(arrays.map(array => md.arrays[array]!.guest))]
  const disksOf = new Map<string, DiskId[]>(), nwsdsOf = new Map<string, NwsdId[]>()
  for (const [id, nwsd] of Object.entries(vscsi.nwsds)) {
    if (!clients.includes(nwsd.client)) continue
    disksOf.set(nwsd.host, [...disksOf.get(nwsd.host) ?? [], ...nwsd.spaces])
    nwsdsOf.set(nwsd.host, [...nwsdsOf.get(nwsd.host) ?? [], id as NwsdId])
  }
  const { vary } = scenario, hosts = (vary.hosts ?? [...disksOf.keys()]).filter(host => disksOf.has(host))
  const wanted: readonly Varied[] = vary.how ?? VARIED.filter(kind => kind !== 'systemIpl'), victims = new Map<Varied, readonly string[]>()
  for (const kind of wanted) {
    const whom = kind === 'clientCrash' || kind === 'clientIpl' ? clients : kind === 'systemIpl' ? Object.keys(hypervisor.systems)
      // Only IBM i knows a restricted state.
      : kind === 'restrict' ? hosts.filter(host => hypervisor.guests[host as GuestId]?.os === 'ibm-i') : hosts
    if (whom.length > 0) victims.set(kind, whom)
  }
  return {
    scenario, vary, world, victims, disksOf, nwsdsOf, clients, arrays,
    scripts: [...new Set(scenario.configs.operator.flatMap((given, i) => { const file = scriptFile(given, i); return file === null ? [] : [baseName(file)] }))],
    services: scenario.promise.services ?? Object.keys(world.service.services),
  }
}
