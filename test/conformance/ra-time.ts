/**
 * The row `ra-time`: each recorded scenario with a timeline is run by the models, all or nothing (README of test/golden/ra): the same
 * things happen, each at its time. The verdict about each of many frames or settings in one scenario is the row `ra-tables`.
 */
import { differences } from './ra-compare.ts'
import { readRecording, recordingsIn, type Recording } from './ra-recording.ts'
import { recordedPings } from './ra-actions.ts'
import { run } from './ra-run.ts'
import type { Row } from './rows.ts'

/** `most`: so many differences of a scenario are told. */
export function raTime(dir: string, most = 12): Row {
  const differs: { id: string; why: string }[] = []
  let total = 0
  for (const name of recordingsIn(dir)) {
    const recording = readRecording(dir, name)
    if (!isTimed(recording)) continue
    total++
    const why = judge(recording)
    if (why.length > 0) differs.push({ id: name, why: why.length === 1 ? why[0]! : `${why.length} differences; ${why.slice(0, most).join('\n      ')}` })
  }
  return { name: 'ra-time', passed: total - differs.length, total, differs }
}

/** Something is done, and something happens. */
export const isTimed = ({ actions, happenings }: Recording): boolean => actions.length > 0 && happenings.length > 0

export function judge(recording: Recording): string[] {
  let done
  try {
    done = run(recording)
  } catch (error) {
    return [`cannot be run: ${(error as Error).message.split('\n').slice(0, 3).join(' ')}`]
  }
  const recorded = [...recording.happenings, ...recordedPings(recording)], options = { endsAt: recording.endsAt, inStep: sharesSeconds(recording) }
  return [...done.refused.map(text => `refused: ${text}`), ...differences(recorded, done.happenings, options)]
}

/** radvd seeds its generator with the time of day in whole seconds (a06). */
function sharesSeconds({ actions, fraction }: Recording): boolean {
  const starts = actions.filter(action => action.do === 'radvd_start').map(({ t }) => Math.floor(t + fraction))
  return new Set(starts).size < starts.length
}
