/** A trace as lines of JSON: first what was run, then every event in order. */
import type { Run } from './run.ts'

export function traceText(run: Run, file: string): string {
  const lines = [JSON.stringify({ hotspare: 'trace', version: 1, file, scenario: run.scenario.name, seed: run.seed, untilMicros: run.until })]
  for (const entry of run.trace) lines.push(JSON.stringify(entry))
  return `${lines.join('\n')}\n`
}
