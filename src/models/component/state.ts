/**
 * The slice of the component model: what has failed, what feeds what, and whom it has taken down.
 *
 * A component works if it has not failed itself and, of each kind that feeds it, one works. The same holds of guests and managed
 * systems: they are fed as long as one of each kind works.
 */
import { entriesOf, table } from '../../base/id.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import type { GuestId } from '../hypervisor/state.ts'
import { FEED, type ComponentConfig } from './config.ts'
import type { ComponentId } from './ids.ts'
import { without } from '../../core/signature.ts'

export type { ComponentId } from './ids.ts'

export interface Component {
  /** By itself; one that works again only when it is fed again has not failed. */
  failed: boolean
  /** The kind of which nothing feeds it any more. */
  starvedOf: string | null
  failures: number
  repairs: number
  kind: string
  /** In the order in which they were written. */
  feeds: { what: FedKind; name: string }[]
}
export type FedKind = 'guest' | 'system' | 'component'
/** By kind of feed, who feeds it. `owed`: it was taken down, and is to be powered on again with its feed. */
export interface Fed { by: Record<string, ComponentId[]>; owed: boolean }
export interface ComponentState {
  components: Record<ComponentId, Component>
  fed: Record<FedKind, Record<string, Fed>>
}

export function initialComponents(config: ComponentConfig, { hypervisor }: { readonly hypervisor: { readonly guests: Readonly<Record<GuestId, unknown>> } }): ComponentState {
  const s: ComponentState = { components: table(), fed: { guest: table(), system: table(), component: table() } }
  for (const [id, { feeds = [], kind = FEED }] of entriesOf(config)) {
    const fed = feeds.map(name => ({ what: name in config ? 'component' as const : name in hypervisor.guests ? 'guest' as const : 'system' as const, name: name as string }))
    s.components[id] = { failed: false, starvedOf: null, failures: 0, repairs: 0, kind, feeds: fed }
    for (const { what, name } of fed) ((s.fed[what][name] ??= { by: table(), owed: false }).by[kind] ??= []).push(id)
  }
  return s
}

type Read<T> = DeepReadonly<T>

export const worksOf = (component: Read<Component> | undefined): boolean => component !== undefined && !component.failed && component.starvedOf === null

/** The kind of which nothing feeds it; null: it has all it needs. */
export function lacks(s: Read<ComponentState>, what: FedKind, name: string): string | null {
  const by = s.fed[what][name]?.by
  for (const kind in by) if (!by[kind]!.some(id => worksOf(s.components[id]))) return kind
  return null
}

export const signature: (slice: Read<ComponentState>) => unknown = without({ books: ['failures', 'repairs'] })
