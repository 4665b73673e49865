/**
 * Where the daemons' random numbers come from.
 *
 * Profile rfc has two streams for each interface, `ra interval` and `ra delay`. radvd 2.19 seeds its generator with the time of day in
 * whole seconds: daemons that were started in the same second draw the same numbers one after the other, whatever interface they are
 * for, and advertise in step while they are asked for the same things. Their stream is called after the second. What has been drawn
 * from it is kept a while, so that each of them gets it; one that lags further behind falls out of step.
 */
import { SECOND, type Micros } from '../../base/time.ts'
import type { Cx } from './context.ts'
import type { Daemon, RadvdState, Speaker } from './state.ts'

const KEPT = 64

/** Opens the sequence of the second in which the program was started. */
export function seed(s: RadvdState, d: Daemon, startedAt: Micros): void {
  d.sequence = `second ${Math.floor(startedAt / SECOND)}`
  d.drawn = 0
  const sequence = s.sequences[d.sequence] ??= { before: 0, numbers: [], users: 0 }
  sequence.users++
}

export function unseed(s: RadvdState, d: Daemon): void {
  const sequence = s.sequences[d.sequence]
  if (sequence !== undefined && --sequence.users === 0) delete s.sequences[d.sequence]
  d.sequence = ''
}

/** The next number of the daemon's sequence, in (0, 1). */
export function draw({ s, d }: Speaker, cx: Cx): number {
  const sequence = s.sequences[d.sequence]!, { numbers } = sequence
  let at = Math.max(0, d.drawn - sequence.before)
  if (at >= numbers.length) {
    at = numbers.push(cx.rng('ra interval', d.sequence).uniform()) - 1
    if (numbers.length > KEPT) {
      numbers.shift()
      sequence.before++
      at--
    }
  }
  d.drawn = sequence.before + at + 1
  return numbers[at]!
}

/** Whole microseconds between two numbers of seconds, as far from the first as `part` says. */
export const between = (leastSeconds: number, mostSeconds: number, part: number): Micros =>
  Math.round((leastSeconds + part * (mostSeconds - leastSeconds)) * SECOND)
