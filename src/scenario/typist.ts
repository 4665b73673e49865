/**
 * Takes the steps of `typed`, or of whoever sits at the console now: logs in, types lines, presses keys, asks the models for something. One terminal
 * for each partition; whoever logs in again while the shell is there comes back to it.
 */
import type { Micros } from '../base/time.ts'
import type { AnyEvent, Refusal } from '../core/model.ts'
import type { Tty } from '../console/tty.ts'
import type { GuestId } from '../models/hypervisor/state.ts'
import { toBytes } from '../shell/kernel/bytes.ts'
import type { Typed } from './typed.ts'

/** Whoever runs shells. */
interface Desk {
  readonly terminals: { advance(until: Micros, stop?: () => boolean): void; dispatch(request: AnyEvent): Refusal | undefined; runs(guest: GuestId): boolean }
  login(guest: GuestId): Tty
}

export class Typist {
  /** The terminals at which somebody has logged in; those whose shell has ended, too. */
  readonly ttys = new Map<GuestId, Tty>()
  private readonly desk: Desk
  private readonly steps: readonly Typed[]
  private next = 0

  constructor(desk: Desk, steps: readonly Typed[]) {
    this.desk = desk
    this.steps = steps
  }

  /** Nobody hears what is typed where no shell listens. */
  take(step: Typed): Refusal | undefined {
    if (step.kind === 'do') {
      let refusal: Refusal | undefined
      for (const request of step.requests) refusal = this.desk.terminals.dispatch(request) ?? refusal
      return refusal
    }
    const tty = this.ttyOf(step.guest)
    switch (step.kind) {
      case 'login':
        if (tty === undefined && this.desk.terminals.runs(step.guest)) this.ttys.set(step.guest, this.desk.login(step.guest))
        return undefined
      case 'line': return void tty?.type(toBytes(step.line))
      case 'key': return void (step.key === 'interrupt' ? tty?.interrupt() : tty?.endInput())
    }
  }
  /** The terminal of a partition, if its shell is there. */
  ttyOf(guest: GuestId): Tty | undefined {
    const tty = this.ttys.get(guest)
    return tty === undefined || tty.over ? undefined : tty
  }
  runUntil(time: Micros, stop?: () => boolean): void {
    let stopped = false
    const halt = stop === undefined ? undefined : (): boolean => stopped ||= stop()
    for (let step = this.steps[this.next]; step !== undefined && step.at <= time; step = this.steps[this.next]) {
      this.desk.terminals.advance(step.at, halt)
      if (stopped) return
      this.next++
      this.take(step)
    }
    this.desk.terminals.advance(time, halt)
  }
}
