/**
 * Whether redundancy is lost: something is worse than it has been at its best, so that less than before separates a service from an outage.
 *
 * Three things are looked at. Copies: an array has fewer that are in sync and within reach than before (of three, two are a loss). Needs: of what a
 * service needs, fewer are met (one of several guests, a component, a path), the service itself included. Whatever the needs do not see while another
 * does its work: routers, bridges and daemons of the network, components, disks of protected pools. A host that only serves disks is judged by the
 * arrays on them: when a spare has taken over, nothing is lost. Where this judges wrongly, forks are in vain or outages stay rare; no figure gets wrong.
 */
import type { DeepReadonly } from '../../base/readonly.ts'
import type { GuestId } from '../../models/hypervisor/state.ts'
import { service } from '../../models/service/model.ts'
import type { World } from '../../models/stack.ts'

type Read = DeepReadonly<World>

/** What redundancy can change with: all that changes needs and copies, and what a pool absorbs. */
const TELLING: ReadonlySet<string> = new Set([...Object.keys(service.on), 'service.cameUp', 'vscsi.diskAbsorbed', 'vscsi.aspLost', 'vscsi.diskRepaired'])
/** Of these, what makes things of the network come or go, or components or disks. */
const isOfThings = (type: string): boolean => type.startsWith('hypervisor.') || type.startsWith('component.') || type.startsWith('vscsi.')

/** Array by array its copies, need by need how many are met, and how many things work. */
interface Level { readonly copies: number[]; readonly met: number[]; things: number }

export class Redundancy {
  private readonly guests: readonly GuestId[]
  private best: Level = { copies: [], met: [], things: 0 }
  private things = 0

  constructor(world: Read) {
    const { ip, sea, radvd } = world, nodes = Object.values(ip.nodes)
    this.guests = [...new Set([
      ...Object.keys(sea.byGuest), ...nodes.filter(({ forwarding }) => forwarding).map(({ guest }) => guest), ...Object.values(radvd.daemons).map(({ node }) => ip.nodes[node]?.guest),
    ])].filter((guest): guest is GuestId => world.hypervisor.guests[guest as GuestId] !== undefined)
  }

  /** A new run begins. */
  restart(world: Read): void {
    this.best.copies.length = this.best.met.length = this.best.things = 0
    this.things = this.countThings(world)
    this.improve(world)
  }

  /** A branch leaves the run, which has just been looked at. */
  follow(run: Redundancy): void {
    this.best = { copies: [...run.best.copies], met: [...run.best.met], things: run.best.things }
    this.things = run.things
  }

  /** Whether it can have changed with an event of this type; then look. */
  tells(type: string): boolean {
    return TELLING.has(type)
  }

  isLost(type: string, world: Read): boolean {
    if (isOfThings(type)) this.things = this.countThings(world)
    const { best } = this, { nodes, exposure } = world.service
    let better = this.things > best.things
    if (this.things < best.things) return true
    for (let i = 0; i < nodes.length; i++) {
      const { met } = nodes[i]!, most = best.met[i]!
      if (met < most) return true
      if (met > most) better = true
    }
    let i = 0
    for (const array in exposure) {
      const copies = copiesOf(world, array as never), most = best.copies[i++]!
      if (copies < most) return true
      if (copies > most) better = true
    }
    if (better) this.improve(world)
    return false
  }

  /** Nothing has been better than now. */
  private improve(world: Read): void {
    const { best } = this
    best.things = this.things
    world.service.nodes.forEach(({ met }, i) => best.met[i] = met)
    Object.keys(world.service.exposure).forEach((array, i) => best.copies[i] = copiesOf(world, array as never))
  }

  private countThings({ hypervisor, component, vscsi }: Read): number {
    let working = 0
    for (const guest of this.guests) {
      const { up, hung, restricted, state } = hypervisor.guests[guest]!
      if (up && !hung && !restricted && state === 'running') working++
    }
    for (const name in component.components) {
      const { failed, starvedOf } = component.components[name as never]!
      if (!failed && starvedOf === null) working++
    }
    for (const key in vscsi.asps) working -= vscsi.asps[key]!.failed
    return working
  }
}

/** Beyond what it needs, copies count for nothing; one that does not run has none. */
function copiesOf({ md, service }: Read, array: keyof Read['md']['arrays']): number {
  const { state, raidDevices } = md.arrays[array]!
  return state === 'active' ? Math.min(service.exposure[array]!.copies, raidDevices) : 0
}
