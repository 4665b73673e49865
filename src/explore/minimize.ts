/**
 * From a schedule that breaks a promise to the smallest one that still breaks it in the same way: minimal in the number of faults, then in times.
 * Every step is tried by running it; nothing is assumed about how faults work together.
 */
import { HOUR, MINUTE, SECOND, type Micros } from '../base/time.ts'
import type { Rule } from './judge.ts'
import type { Outcome } from './runner.ts'
import type { Fault, Schedule } from './schedule.ts'
import type { Target } from './target.ts'

/** So many runs at most: a schedule has few faults, and each has few times worth trying. */
const TRIES = 400

/** `run` is called with candidates; the result is the last that failed by the same rule, and how it did. */
export function minimize(target: Target, first: Schedule, run: (schedule: Schedule) => Outcome): { schedule: Schedule; outcome: Outcome; runs: number } {
  let schedule = first, outcome = run(first), runs = 1
  const rule: Rule | undefined = outcome.failure?.rule
  const accept = (candidate: Schedule): boolean => {
    if (rule === undefined || runs >= TRIES) return false
    runs++
    const tried = run(candidate)
    if (tried.failure?.rule !== rule) return false
    schedule = candidate
    outcome = tried
    return true
  }
  // What never came, or was held back, had no part in it.
  const came = outcome.struck.map(({ fault }) => fault)
  if (came.length < schedule.faults.length) accept({ ...schedule, faults: schedule.faults.filter(fault => came.includes(fault)) })
  for (let again = true; again;) {
    again = false
    for (let i = 0; i < schedule.faults.length && schedule.faults.length > 0; i++)
      if (accept({ ...schedule, faults: schedule.faults.filter((_, at) => at !== i) })) { again = true; i-- }
  }
  if (schedule.drawnOrder) accept({ ...schedule, drawnOrder: false })
  if (schedule.delay !== null) accept({ ...schedule, delay: null })
  for (let again = true; again;) {
    again = false
    for (let i = 0; i < schedule.faults.length; i++)
      for (const simpler of simplerThan(schedule.faults[i]!, target)) {
        if (!accept({ ...schedule, faults: schedule.faults.with(i, simpler) })) continue
        again = true
        break
      }
  }
  return { schedule: { ...schedule, faults: outcome.struck.map(({ fault }) => fault) }, outcome, runs }
}

/** Strictly simpler, the simplest first: an IPL rather than a crash, round times, earlier, shorter. */
function simplerThan(fault: Fault, { vary, victims }: Target): Fault[] {
  const found: Fault[] = []
  if (fault.kind !== 'ipl' && victims.get('ipl')?.includes(fault.target)) found.push({ ...fault, kind: 'ipl' })
  const { at, lasts } = fault, [shortest] = vary.lasts
  if (typeof at === 'number') {
    for (const time of rounder(at, vary.from)) found.push({ ...fault, at: time })
  } else {
    if (at.start > 1) found.push({ ...fault, at: { ...at, start: at.start - 1 } })
    for (const statement of [1, Math.floor(at.statement / 2), at.statement - 1]) if (statement >= 1 && statement < at.statement) found.push({ ...fault, at: { ...at, statement } })
  }
  for (const time of rounder(lasts, shortest)) found.push({ ...fault, lasts: time })
  return found
}

/** Times below, from the roundest to the nearest. */
function rounder(time: Micros, least: Micros): Micros[] {
  const units = [24 * HOUR, 6 * HOUR, HOUR, 10 * MINUTE, MINUTE, 10 * SECOND]
  const times = [least, ...units.flatMap(unit => [unit, Math.floor(time / unit) * unit]), Math.floor(time / 2 / SECOND) * SECOND]
  return [...new Set(times)].filter(each => each >= least && each < time).sort((a, b) => a - b)
}
