/**
 * The side studies of a study, once it is done: what `--importance` and a report show besides. All of them or none: time that is up, or Ctrl-C, leaves them out and says so.
 */
import { ordersOf } from '../study/hands.ts'
import type { Plan } from '../study/plan.ts'
import type { StudyResult } from '../study/result.ts'
import { WhatIf } from '../study/whatif/whatif.ts'
import type { StudySource } from './study-input.ts'
import { runStudy } from './study-run.ts'
import { progress } from './terminal.ts'

export interface SideOptions { importance?: boolean; report?: string; workers?: number; quiet?: boolean }
export const wantsSides = ({ importance, report }: SideOptions): boolean => importance === true || report !== undefined

/** `until`: on the clock of this machine. */
export async function addSides(plan: Plan, result: StudyResult, { beside }: StudySource, { workers, quiet }: SideOptions, until?: number): Promise<StudyResult> {
  const whatIf = new WhatIf(plan, { readFile: name => beside[name] ?? undefined }), stop = new AbortController(), onSignal = (): void => stop.abort()
  const timer = until === undefined ? undefined : setTimeout(onSignal, Math.max(0, until - Date.now())), bar = quiet ? undefined : progress()
  process.once('SIGINT', onSignal)
  try {
    for (let sides = whatIf.next(); sides.length > 0; sides = whatIf.next()) {
      let begun = false, did = 0
      const complete = await runStudy({
        orders: ordersOf(plan.study, sides), workers, mostRuns: whatIf.runs, signal: stop.signal, known: () => undefined, left: () => whatIf.runs - did,
        next: () => {
          const first = !begun
          begun = true
          return first ? { from: 0, to: whatIf.runs } : null
        },
        take: (_, tallies) => {
          sides.forEach((side, i) => whatIf.collect(side, tallies[i]!))
          bar?.at(++did, whatIf.runs, 'what if')
        },
      })
      if (!complete) return { ...result, verdict: [...result.verdict, 'Importance and swings are left out: there was no time for them.'] }
    }
  } finally {
    clearTimeout(timer)
    process.removeListener('SIGINT', onSignal)
    bar?.end()
  }
  return whatIf.addTo(result)
}
