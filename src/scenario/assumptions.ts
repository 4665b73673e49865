/** The planning defaults that a run rests on: figures without authority that nobody overrode (DD-100). */
import type { DeepReadonly } from '../base/readonly.ts'
import { formatDuration } from '../base/time.ts'
import { DEFAULTS, type Default, type DefaultId } from '../models/defaults.ts'
import type { World } from '../models/stack.ts'

export interface Assumption {
  readonly id: DefaultId
  /** Planning default. */
  readonly kind: 'P'
  readonly what: string
  /** With its unit, and the range in which a planner's own figure will usually lie. */
  readonly value: string
}

export function assumptionsOf(world: DeepReadonly<World>): Assumption[] {
  const ids = new Set(Object.values(world).flatMap(slice => (slice as { assumed?: readonly DefaultId[] }).assumed ?? []))
  return (Object.keys(DEFAULTS) as DefaultId[]).filter(id => ids.has(id) && DEFAULTS[id].kind === 'P').map(id => {
    const row: Default = DEFAULTS[id], { value, unit, range } = row
    const words = (amount: number) => unit === 'µs' ? formatDuration(amount) : `${amount} ${unit}`
    return { id, kind: 'P', what: row.what, value: `${words(value)}${range ? ` (${words(range[0])} to ${words(range[1])})` : ''}` }
  })
}
