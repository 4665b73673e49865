/**
 * What a session may do: a budget that tells a busy loop from a long life. It is spent by statements (a program weighs more) and comes back while the
 * session's processes wait; time in which they compute does not count, so that a slow processor gives nobody more of it. A monitor that looks every second
 * for weeks never gets to the end of it, and a loop that polls without waiting soon does. However much it waits, there is an end at last.
 */
import { SECOND, type Micros } from '../../base/time.ts'

/** Of all that it may spend at once, so much comes back in a second without work. */
const REFUND = 1 / 100
/** So many times what it may spend at once, it may spend in all. */
const ALTOGETHER = 400

export class Budget {
  /** Virtual CPU time of all processes. */
  cpu: Micros = 0
  private spent = 0
  private total = 0
  private at: Micros
  private cpuThen: Micros = 0

  constructor(now: Micros) {
    this.at = now
  }
  /** Null, or how much more than allowed that was. */
  spend(weight: number, limit: number, now: Micros): { readonly most: number; readonly busy: boolean } | null {
    this.spent += weight
    return this.spent <= limit ? null : this.settle(limit, now)
  }
  /** What the waiting since the last time gives back. */
  private settle(limit: number, now: Micros): { readonly most: number; readonly busy: boolean } | null {
    const idle = Math.max(0, now - this.at - (this.cpu - this.cpuThen)) / SECOND, back = Math.min(this.spent, Math.floor(idle * limit * REFUND))
    this.spent -= back
    this.total += back
    this.at = now
    this.cpuThen = this.cpu
    return this.spent > limit ? { most: limit, busy: true } : this.total > limit * ALTOGETHER ? { most: limit * ALTOGETHER, busy: false } : null
  }
  /** As new: somebody types, and each line is a beginning. */
  renew(now: Micros): void {
    this.spent = this.total = 0
    this.at = now
    this.cpuThen = this.cpu
  }
}
