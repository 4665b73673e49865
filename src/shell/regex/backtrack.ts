/**
 * A program run with a memory of its way: what each group held, and back-references.
 *
 * Among the ways to the longest match it takes the first in order of preference, as glibc's regexec does: each branch and each turn of a loop before
 * what comes after it. A turn of a loop that matched nothing undoes what its groups found. No place is tried twice in the same condition, and where
 * back-references make the conditions many, a budget ends it. Source: glibc 2.36 tried.
 */
import { lower } from './classes.ts'
import { Runaway } from '../kernel/wait.ts'
import { contextOf, EDGE_BESIDE, holds, LINE_BESIDE, type Program } from './program.ts'

/** Start and end of the whole and of each group; -1 where a group took no part. Never changed once it is made. */
export type Spans = readonly number[]
/** Forks passed since the last byte was taken, so that an empty loop is left. */
interface Passed { readonly pc: number; readonly earlier: Passed | null }
interface Thread { pc: number; at: number; spans: Spans; previous: Spans; passed: Passed | null }

const STEPS = 1_000_000
/** So many marks fit into an array of bytes. */
const DENSE = 1 << 20

export interface Task {
  readonly program: Program
  readonly groups: number
  /** Groups that are referred to; none: places alone are the condition. */
  readonly referred: readonly number[]
  readonly icase: boolean
  readonly newline: boolean
}

/** The match from `from`; `end`: where it is known to end, -1 if the longest is to be found. */
export function follow(task: Task, text: string, from: number, before: number, end: number): Spans | null {
  const { program, referred } = task, lowered = task.icase && referred.length > 0 ? lower(text) : text, last = end < 0 ? text.length : end
  const none: Spans = new Array<number>(2 * task.groups + 2).fill(-1), width = last - from + 1
  const dense = referred.length === 0 && program.length * width <= DENSE ? new Uint8Array(program.length * width) : null
  const marks = new Set<number | string>()
  /** Whether it is new. */
  const mark = (pc: number, at: number, spans: Spans): boolean => {
    const place = pc * width + at - from
    if (dense !== null) return dense[place] === 1 ? false : (dense[place] = 1) === 1
    const key = referred.length === 0 ? place : `${place} ${referred.map(group => `${spans[2 * group]},${spans[2 * group + 1]}`).join()}`
    return marks.has(key) ? false : (marks.add(key), true)
  }
  const beside = (at: number): number => at >= text.length ? EDGE_BESIDE | LINE_BESIDE : contextOf(text.charCodeAt(at), task.newline)
  const ahead = (at: number): number => at === from ? before : contextOf(text.charCodeAt(at - 1), task.newline)
  const stack: Thread[] = [{ pc: 0, at: from, spans: none, previous: none, passed: null }]
  let best: Spans | null = null, longest = -1
  for (let steps = 0, thread = stack.pop(); thread !== undefined; thread = stack.pop()) {
    let { pc, at, spans, previous, passed } = thread
    way: for (;;) {
      if (++steps > STEPS) throw new Runaway('a regular expression with back-references needs too many steps')
      const instruction = program[pc]!
      switch (instruction.op) {
        case 'set':
          if (at >= last || instruction.set[text.charCodeAt(at)] !== 1 || !mark(pc, at, spans)) break way
          pc++
          at++
          passed = null
          break
        case 'jump': pc = instruction.to; break
        case 'fork': {
          const again = isPassed(passed, pc)
          if (!again && !mark(pc, at, spans)) break way
          if (again) { pc = instruction.or; break }
          passed = { pc, earlier: passed }
          stack.push({ pc: instruction.or, at, spans, previous, passed })
          pc = instruction.to
          break
        }
        case 'open':
          spans = withSpan(spans, instruction.group, at, -1)
          pc++
          break
        case 'close': {
          const { group } = instruction
          if (spans[2 * group]! < at) previous = spans = withSpan(spans, group, spans[2 * group]!, at)
          else if (instruction.optional && previous[2 * group] !== -1) spans = previous
          else spans = withSpan(spans, group, spans[2 * group]!, at)
          pc++
          break
        }
        case 'assert':
          if (!holds(instruction.what, ahead(at), beside(at))) break way
          pc++
          break
        case 'reference': {
          const start = spans[2 * instruction.group]!, stop = spans[2 * instruction.group + 1]!
          if (start < 0 || stop < 0 || at + stop - start > last || !lowered.startsWith(lowered.slice(start, stop), at)) break way
          if (stop > start) passed = null
          at += stop - start
          pc++
          break
        }
        case 'match':
          if (end >= 0 ? at !== end : at <= longest) break way
          longest = at
          best = withSpan(spans, 0, from, at)
          if (at === last) return best
          break way
      }
    }
  }
  return best
}

function isPassed(passed: Passed | null, pc: number): boolean {
  for (let each = passed; each !== null; each = each.earlier) if (each.pc === pc) return true
  return false
}
function withSpan(spans: Spans, group: number, start: number, end: number): Spans {
  const copy = spans.slice()
  copy[2 * group] = start
  copy[2 * group + 1] = end
  return copy
}
