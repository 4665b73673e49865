/**
 * Counting changes, so that what was worked out from a slice can be remembered beside it.
 *
 * The slice has a number `revision`. Every handler of the model that does not refuse adds one to it, but for those that are named: they do so
 * themselves where they change something that others build on. While the number stands still, what was worked out holds. It is the same number in
 * every mode and after a snapshot; what is remembered is not part of any slice, and without it the same comes of everything.
 */
import type { Model } from '../core/model.ts'

export function countingChanges<M extends Model>(model: M, quiet: readonly string[]): M {
  const on: Record<string, Model['on'][string]> = {}
  for (const [type, handle] of Object.entries(model.on))
    on[type] = handle === undefined || quiet.includes(type) ? handle : (slice: { revision: number }, event, cx) => {
      handle(slice, event, cx)
      if (!cx.refused) slice.revision++
    }
  return { ...model, on }
}
