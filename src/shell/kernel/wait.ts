/**
 * How a simulated process waits. A process is a generator that yields only when it cannot go on; what it yields says until when.
 * The answer to a yield says why it goes on. A process never holds a promise: the same code runs inside the event loop of the simulation.
 */
import type { Micros } from '../../base/time.ts'

/** Those who wait for the same thing (data in a pipe, the end of a child, a lock) in the order in which they came. */
export class WaitQueue {
  /** Processes; only the kernel looks. */
  readonly waiting: unknown[] = []
}

/** All may carry a deadline, `at`. Only a signal that is caught wakes a process early; one that is not kills it or passes by. */
export type Wait =
  | { readonly kind: 'sleep'; readonly at: Micros }
  | { readonly kind: 'queue'; readonly queue: WaitQueue; readonly at?: Micros }
  /** The simulated world outside the kernel: `ready` is asked again after every event there. */
  | { readonly kind: 'world'; readonly ready: () => boolean; readonly at?: Micros }
  /** To the end of those that can run, and on at the same instant. */
  | { readonly kind: 'turn' }
export type Wake = 'ready' | 'timeout' | 'signal'

/** What a process runs: `yield*` it. */
export type Run<T = number> = Generator<Wait, T, Wake>
export const TURN: Wait = { kind: 'turn' }

/** A script that would never end, or would fill the machine of whoever simulates it. Ends everything that it has started. */
export class Runaway extends Error {
  readonly line: number | null
  constructor(message: string, line: number | null = null) {
    super(message)
    this.line = line
  }
}
