/**
 * A program run over text as a deterministic automaton whose states are made when they are first reached: one step for each byte, whatever the
 * expression is. It finds where the longest match from a place ends, and whether (running backwards: where) there is one at all.
 *
 * A state is what the program waits for after the bytes so far. An assertion waits for the next byte, which decides it. Bytes that no part of the
 * program tells apart are one class. Not for programs with back-references.
 */
import { contextOf, EDGE_BESIDE, holds, LINE_BESIDE, type Program } from './program.ts'

interface State {
  /** Sets, assertions and the end, ascending. */
  readonly waits: readonly number[]
  readonly before: number
  /** By class of byte; the last place is the end of the text. */
  readonly next: (State | undefined)[]
  /** Whether the match may end before a byte of that class. */
  readonly ends: boolean[]
}
/** So many states are kept; then they are made anew. */
const KEPT = 1000

export class Dfa {
  private readonly program: Program
  /** A match may begin at each place, not only where the run begins. */
  private readonly anywhere: boolean
  private readonly backwards: boolean
  private readonly newline: boolean
  private readonly classOf = new Uint8Array(256)
  /** One byte of each class. */
  private readonly sample: number[] = []
  private states = new Map<string, State>()
  private readonly dead: State

  constructor(program: Program, how: { anywhere?: boolean; backwards?: boolean; newline: boolean }) {
    this.program = program
    this.anywhere = how.anywhere === true
    this.backwards = how.backwards === true
    this.newline = how.newline
    this.classify()
    this.dead = { waits: [], before: 0, next: [], ends: [] }
  }
  private classify(): void {
    const asserts = this.program.some(({ op }) => op === 'assert'), known = new Map<number, number>()
    for (const instruction of this.program) if (instruction.op === 'set') this.split(c => instruction.set[c]!)
    if (asserts) this.split(c => contextOf(c, this.newline))
    for (let c = 0; c < 256; c++) {
      const group = this.classOf[c]!
      if (!known.has(group)) {
        known.set(group, known.size)
        this.sample.push(c)
      }
      this.classOf[c] = known.get(group)!
    }
  }
  private split(by: (c: number) => number): void {
    const ids = new Map<number, number>()
    for (let c = 0; c < 256; c++) {
      const key = this.classOf[c]! * 8 + by(c)
      let id = ids.get(key)
      if (id === undefined) ids.set(key, id = ids.size)
      this.classOf[c] = id
    }
  }

  private state(from: readonly number[], before: number): State {
    const waits = this.close(from), key = `${before}:${waits.join()}`
    let state = this.states.get(key)
    if (state === undefined) {
      if (this.states.size >= KEPT) this.states = new Map()
      this.states.set(key, state = { waits, before, next: [], ends: [] })
    }
    return state
  }
  /** What is waited for after all that needs no byte. */
  private close(from: readonly number[]): number[] {
    const { program } = this, seen = new Set<number>(), stack = [...from], waits: number[] = []
    while (stack.length > 0) {
      const pc = stack.pop()!
      if (seen.has(pc)) continue
      seen.add(pc)
      const instruction = program[pc]!
      switch (instruction.op) {
        case 'fork': stack.push(instruction.or, instruction.to); break
        case 'jump': stack.push(instruction.to); break
        case 'open': case 'close': stack.push(pc + 1); break
        default: waits.push(pc)
      }
    }
    return waits.sort((a, b) => a - b)
  }
  /** Computes what comes after a byte of this class (or, with the last one, at the end of the text). */
  private step(state: State, kind: number, edge: number): State {
    const { program } = this, atEnd = kind === this.sample.length, byte = atEnd ? -1 : this.sample[kind]!
    const after = atEnd ? edge : contextOf(byte, this.newline), [left, right] = this.backwards ? [after, state.before] : [state.before, after]
    let waits = state.waits
    for (let passed = new Set<number>(); ;) {
      const more: number[] = []
      for (const pc of waits) {
        const instruction = program[pc]!
        if (instruction.op === 'assert' && !passed.has(pc) && holds(instruction.what, left, right)) {
          passed.add(pc)
          more.push(pc + 1)
        }
      }
      if (more.length === 0) break
      waits = this.close([...waits, ...more])
    }
    let ends = false
    const to: number[] = []
    for (const pc of waits) {
      const instruction = program[pc]!
      if (instruction.op === 'match') ends = true
      else if (!atEnd && instruction.op === 'set' && instruction.set[byte] === 1) to.push(pc + 1)
    }
    state.ends[kind] = ends
    if (!atEnd && this.anywhere) to.push(0)
    return state.next[kind] = atEnd || to.length === 0 ? this.dead : this.state(to, after)
  }

  /** The end of the longest match from `from`; -1. `before`: what lies before it. */
  longest(text: string, from: number, before: number): number {
    const { classOf } = this, n = text.length
    let state = this.state([0], before), end = -1
    for (let at = from; at < n; at++) {
      const kind = classOf[text.charCodeAt(at)]!, next = state.next[kind] ?? this.step(state, kind, 0)
      if (state.ends[kind]) end = at
      if (next === this.dead) { this.stopped = at; return end }
      state = next
    }
    this.stopped = n
    return this.endsHere(state, EDGE_BESIDE | LINE_BESIDE) ? n : end
  }
  /** Where the last run came to nothing: what it cost. */
  stopped = 0
  /** Whether there is a match that begins at `from` or later (needs `anywhere`). */
  any(text: string, from: number, before: number): boolean {
    const { classOf } = this, n = text.length
    let state = this.state([0], before)
    for (let at = from; at < n; at++) {
      const kind = classOf[text.charCodeAt(at)]!, next = state.next[kind] ?? this.step(state, kind, 0)
      if (state.ends[kind]) return true
      state = next
    }
    return this.endsHere(state, EDGE_BESIDE | LINE_BESIDE)
  }
  /** Backwards from the end of the text: the leftmost place from `from` on where a match begins; -1. `before`: what lies before `from`. */
  leftmost(text: string, from: number, before: number): number {
    const { classOf } = this
    let state = this.state([0], EDGE_BESIDE | LINE_BESIDE), start = -1
    for (let at = text.length; at > from; at--) {
      const kind = classOf[text.charCodeAt(at - 1)]!, next = state.next[kind] ?? this.step(state, kind, 0)
      if (state.ends[kind]) start = at
      state = next
    }
    // What lies before `from` is no byte to go on with, only something to look at.
    return this.endsHere(state, before) ? from : start
  }
  private endsHere(state: State, beside: number): boolean {
    const kind = this.sample.length
    if (beside === (EDGE_BESIDE | LINE_BESIDE) && state.ends[kind] !== undefined) return state.ends[kind]
    this.step(state, kind, beside)
    const ends = state.ends[kind]!
    if (beside !== (EDGE_BESIDE | LINE_BESIDE)) delete state.ends[kind]
    return ends
  }
}
