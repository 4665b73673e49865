/**
 * Things outside the stack that work or do not: power feeds, a SAN, an uplink, an air conditioner, the hardware of a host.
 *
 * What a component feeds goes down hard when its last feed of a kind fails, and is powered on again when it is fed again. All of it is
 * one rule, `settle`: what is not fed and runs is powered off; what was powered off so and is fed is powered on. It is looked at
 * whenever either side may have changed, so the order of events of one moment does not matter.
 */
import { defineModel, type, type Context, type Refusal, type WorldOf } from '../../core/model.ts'
import type { HypervisorRequest } from '../hypervisor/events.ts'
import { hypervisor } from '../hypervisor/model.ts'
import type { GuestId, SystemId } from '../hypervisor/state.ts'
import { componentConfig, type ComponentConfig } from './config.ts'
import { componentRequests, type ComponentFact, type ComponentRequest } from './events.ts'
import { initialComponents, lacks, signature, type ComponentId, type ComponentState, type FedKind } from './state.ts'

type Below = WorldOf<readonly [typeof hypervisor]>
type Cx = Context<Below & { component: ComponentState }, ComponentFact | ComponentRequest | HypervisorRequest>

export const component = defineModel({
  name: 'component',
  uses: [hypervisor],
  config: componentConfig,
  state: (config: ComponentConfig, world): ComponentState => initialComponents(config, world),
  requests: componentRequests,
  facts: type<ComponentFact>(),
  on: {
    'component.fail'(s, { component }, cx) {
      const c = s.components[component]
      if (c === undefined) return cx.refuse(noComponent(component))
      if (c.failed) return cx.refuse({ status: 1, text: `${component} has failed already` })
      c.failed = true
      c.failures++
      cx.emit({ type: 'component.failed', component })
    },
    'component.repair'(s, { component }, cx) {
      const c = s.components[component]
      if (c === undefined) return cx.refuse(noComponent(component))
      if (!c.failed) return cx.refuse({ status: 1, text: `${component} has not failed` })
      c.failed = false
      c.repairs++
      cx.emit({ type: 'component.repaired', component })
    },
    'component.failed': (s, { component }, cx) => settleFed(s, component, cx),
    'component.repaired': (s, { component }, cx) => settleFed(s, component, cx),
    'component.starved': (s, { component }, cx) => settleFed(s, component, cx),
    'component.fedAgain': (s, { component }, cx) => settleFed(s, component, cx),

    // Whoever starts without its feed is switched off as soon as it runs; whoever has ended may be wanted back already.
    'hypervisor.guestStarting': (s, { guest }, cx) => settle(s, 'guest', guest, cx, true),
    'hypervisor.stateChanged': (s, { guest, to }, cx) => settle(s, 'guest', guest, cx, to === 'running'),
    'hypervisor.guestDown': (s, { guest }, cx) => settle(s, 'guest', guest, cx),
    'hypervisor.systemDown': (s, { system }, cx) => settle(s, 'system', system, cx),
    'hypervisor.systemUp'(s, { system }, cx) {
      settle(s, 'system', system, cx, true)
      for (const guest in s.fed.guest) if (cx.world.hypervisor.guests[guest as GuestId]?.system === system) settle(s, 'guest', guest, cx)
    },
  },
  check: s => {
    for (const [id, c] of Object.entries(s.components)) if (c.failures - c.repairs !== Number(c.failed)) return `${id} has failed and been repaired as often as it cannot have`
    return undefined
  },
  signature,
  deaf: s => Object.keys(s.components).length === 0,
})

const noComponent = (id: ComponentId): Refusal => ({ status: 1, text: `There is no component ${id}.` })

function settleFed(s: ComponentState, id: ComponentId, cx: Cx): void {
  for (const { what, name } of s.components[id]!.feeds) settle(s, what, name, cx)
}

/** `started`: it has just begun to run, so that nobody owes it that. */
function settle(s: ComponentState, what: FedKind, name: string, cx: Cx, started = false): void {
  const fed = s.fed[what][name]
  if (fed === undefined) return
  const kind = lacks(s, what, name)
  if (what === 'component') return settleComponent(s, name as ComponentId, kind, cx)
  const guest = name as GuestId, system = name as SystemId
  const off = what === 'guest' ? isOff(guest, cx) : cx.world.hypervisor.systems[system]?.phase === 'down'
  if (kind !== null) {
    if (off) return
    fed.owed = true
    cx.emit(what === 'guest' ? { type: 'hypervisor.powerOff', guest, how: 'vsp-hard' } : { type: 'hypervisor.systemPowerOff', system })
  } else if (started) fed.owed = false
  // What is still going down is looked at again when it has ended.
  else if (fed.owed && off && (what === 'system' || isPowered(guest, cx))) {
    fed.owed = false
    cx.emit(what === 'guest' ? { type: 'hypervisor.powerOn', guest } : { type: 'hypervisor.systemPowerOn', system })
  }
}

function settleComponent(s: ComponentState, id: ComponentId, kind: string | null, cx: Cx): void {
  const c = s.components[id]!
  if ((c.starvedOf === null) === (kind === null)) return
  c.starvedOf = kind
  cx.emit(kind === null ? { type: 'component.fedAgain', component: id } : { type: 'component.starved', component: id, kind })
}

/** A partition in error has ended by something else, whose business its return is. */
function isOff(guest: GuestId, cx: Cx): boolean {
  const state = cx.world.hypervisor.guests[guest]?.state
  return state === undefined || state === 'not activated' || state === 'error'
}

function isPowered(guest: GuestId, cx: Cx): boolean {
  const { guests, systems } = cx.world.hypervisor
  return systems[guests[guest]!.system]?.phase === 'up'
}
