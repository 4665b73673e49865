/**
 * A run as a Chrome trace, which the Perfetto UI opens: a process per kind of thing, a thread per thing, a slice per state.
 * Time stamps are microseconds, as ours are. Format: "Trace Event Format", JSON object form.
 */
import type { Run } from './run.ts'
import { tracksOf, type Group } from './tracks.ts'

const GROUPS: readonly Group[] = ['guests', 'disks', 'arrays', 'services', 'clients']

export function perfetto(run: Run): Record<string, unknown> {
  const events: Record<string, unknown>[] = []
  GROUPS.forEach((group, index) => events.push(
    { ph: 'M', name: 'process_name', pid: index + 1, args: { name: group } },
    { ph: 'M', name: 'process_sort_index', pid: index + 1, args: { sort_index: index } },
  ))
  tracksOf(run).forEach((track, index) => {
    const pid = GROUPS.indexOf(track.group) + 1, tid = index + 1
    events.push({ ph: 'M', name: 'thread_name', pid, tid, args: { name: track.name } }, { ph: 'M', name: 'thread_sort_index', pid, tid, args: { sort_index: index } })
    for (const { from, to, state, seq } of track.stretches) events.push({ ph: 'X', name: state, cat: track.group, pid, tid, ts: from, dur: to - from, args: { event: seq } })
    for (const { at, text, seq } of track.moments) events.push({ ph: 'i', s: 't', name: text, cat: track.group, pid, tid, ts: at, args: { event: seq } })
  })
  return { displayTimeUnit: 'ms', otherData: { scenario: run.scenario.name, seed: run.seed }, traceEvents: events }
}
