/**
 * Where things come from: for every event the strike, slip or step from outside that began it, kept while a run goes on.
 *
 * A fault's clock that runs out is an origin (what wound it up long ago explains nothing), so is an operator's round, a slip, a request from outside.
 * All else inherits the origin of its cause. One number per event, so that a study of millions of events can afford it.
 */
import type { Entry } from '../core/trace.ts'
import type { SimEvent } from '../models/stack.ts'

/** What began something, as reports name it. */
export interface Origin {
  readonly kind: 'fault' | 'operator' | 'slip' | 'timeline' | 'none'
  /** The rule of the faults, the operator, the request. */
  readonly name: string
  /** Whom it struck; empty: several, or nobody in particular. */
  readonly thing: string
}
const NONE: Origin = { kind: 'none', name: '', thing: '' }

export class Origins {
  private roots = new Int32Array(1 << 14)
  private readonly origins = new Map<number, Origin>()

  restart(): void {
    this.origins.clear()
  }

  /** Call it with every entry, in order, or `inherit`; returns the number of the event in which this one has its origin, -1: it has none. */
  note({ seq, cause, event }: Entry<SimEvent>): number {
    if (seq >= this.roots.length) this.grow(seq)
    let root = cause < 0 ? -1 : this.roots[cause]!
    const origin = originOf(event, cause)
    if (origin !== undefined) {
      root = seq
      this.origins.set(seq, origin)
    }
    return this.roots[seq] = root
  }

  /** Of an event that is no origin: the same as its cause. */
  inherit(seq: number, cause: number): void {
    if (seq >= this.roots.length) this.grow(seq)
    this.roots[seq] = cause < 0 ? -1 : this.roots[cause]!
  }

  of(root: number): Origin {
    return this.origins.get(root) ?? NONE
  }

  private grow(seq: number): void {
    const larger = new Int32Array(Math.max(seq + 1, this.roots.length * 2))
    larger.set(this.roots)
    this.roots = larger
  }
}

/** Besides what comes from outside. */
export const BEGINNINGS = ['fault.struck', 'operator.started', 'operator.slipped'] as const

function originOf(event: SimEvent, cause: number): Origin | undefined {
  switch (event.type) {
    case 'fault.struck': return { kind: 'fault', name: event.fault, thing: event.thing }
    case 'operator.started': return { kind: 'operator', name: event.operator, thing: '' }
    case 'operator.slipped': return { kind: 'slip', name: event.operator, thing: event.slip }
  }
  return cause < 0 && event.type !== 'sim.started' ? { kind: 'timeline', name: event.type, thing: '' } : undefined
}
