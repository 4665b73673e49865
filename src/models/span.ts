/**
 * A duration of a thing in a slice: the user's own, or a default whose id is noted when it is first used. A result then names exactly
 * those planning defaults that it rests on.
 */
import type { Distribution } from '../base/distribution.ts'
import type { Micros } from '../base/time.ts'
import type { AnyEvent, Context } from '../core/model.ts'
import { DEFAULTS, type DefaultId } from './defaults.ts'

export interface Span { readonly of: Distribution; readonly default: DefaultId | null }

/** Without a default, what is left out takes no time. */
export const spanOf = (own: Distribution | undefined, id: DefaultId | null): Span =>
  own !== undefined ? { of: own, default: null } : { of: id === null ? 0 : DEFAULTS[id].value, default: id }

/** How long it takes this time. A fixed duration draws nothing. */
export function take(span: Span, assumed: DefaultId[], cx: Context<unknown, AnyEvent>, purpose: string, thing: string): Micros {
  if (span.default !== null && !assumed.includes(span.default)) assumed.push(span.default)
  return typeof span.of === 'number' ? span.of : cx.rng(purpose, thing).sample(span.of)
}
