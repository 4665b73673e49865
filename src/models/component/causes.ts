/** Who goes down when one component fails and nothing else: what hosts have in common without anybody having meant it. Pure, for reports and planners. */
import { keysOf } from '../../base/id.ts'
import type { GuestId, SystemId } from '../hypervisor/state.ts'
import type { ComponentConfig } from './config.ts'
import { initialComponents, lacks, type ComponentId } from './state.ts'

/** By component, the guests that it takes down alone, by way of others or of their managed system included. */
export function dependents(config: ComponentConfig, guests: Readonly<Record<GuestId, { readonly on: SystemId }>>): Record<ComponentId, GuestId[]> {
  const found: Record<ComponentId, GuestId[]> = {}
  for (const failed of keysOf(config)) {
    const s = initialComponents(config, { hypervisor: { guests } })
    s.components[failed]!.failed = true
    // Feeds have no circles: as many rounds as there are components reach the last one.
    for (const _ of keysOf(config)) for (const id of keysOf(config)) s.components[id]!.starvedOf = lacks(s, 'component', id)
    found[failed] = keysOf(guests).filter(guest => lacks(s, 'guest', guest) !== null || lacks(s, 'system', guests[guest]!.on) !== null)
  }
  return found
}
