/** `hotspare diff A B`: where two traces part. Exit status 0 when they are the same, 1 when they differ. */
import { canonical, firstDifference, type Entry } from '../../core/trace.ts'
import { formatClock } from '../../base/time.ts'
import { readText } from '../files.ts'
import { print, UsageError } from '../terminal.ts'

export function diff(a: string, b: string): number {
  const left = read(a), right = read(b), difference = firstDifference(left, right)
  if (!difference) {
    print(`The same: ${left.length} events.`)
    return 0
  }
  const at = Math.min(difference.left?.at ?? Infinity, difference.right?.at ?? Infinity)
  print(`The first difference is at ${formatClock(at)}, event ${difference.index + 1} of the trace:`)
  for (const [file, entry, length] of [[a, difference.left, left.length], [b, difference.right, right.length]] as const)
    print(`  ${file}: ${entry ? canonical(entry) : `ends after ${length} events`}`)
  return 1
}

function read(file: string): Entry[] {
  const entries: Entry[] = []
  readText(file).split('\n').forEach((line, index) => {
    if (line.trim() === '') return
    const entry = parse(line)
    // The first line says what was run; it may differ where the runs do not.
    if (index === 0 && entry !== undefined && 'hotspare' in entry) return
    if (entry === undefined || !('seq' in entry) || !('event' in entry))
      throw new UsageError(`${file}:${index + 1}:1: found something else than an event, expected a trace written by hotspare run --trace`)
    entries.push(entry as unknown as Entry)
  })
  return entries
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : undefined
  } catch {
    return undefined
  }
}
