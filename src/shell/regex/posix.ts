/**
 * POSIX regular expressions over bytes: grep, sed, awk, expr, [[ =~ ]]. The match is the leftmost, there the longest; what groups hold is what glibc says.
 *
 * A pattern is compiled once and kept. Plain text is searched as such; the rest by an automaton (linear time); a match whose groups are asked for is
 * followed once more between its ends. Only back-references need more, within a budget (`Runaway`).
 */
import { follow, type Spans, type Task } from './backtrack.ts'
import { emptySet, type ByteSet } from './classes.ts'
import { Dfa } from './dfa.ts'
import { contextOf, EDGE_BESIDE, LINE_BESIDE, programOf, type Program } from './program.ts'
import { parseRegex, RegexError, type Parsed, type Syntax, type Tree } from './regex-parse.ts'

export { RegexError, type Syntax } from './regex-parse.ts'
export type { Spans } from './backtrack.ts'

export interface Regex {
  /** How many groups there are. */
  readonly groups: number
  readonly warnings: readonly string[]
  /** Whether it matches somewhere at or after `from`. */
  test(text: string, from?: number, notBol?: boolean): boolean
  /** Where the match begins and ends: the leftmost that begins at or after `from`, there the longest. `notBol`: the start of the text is not the start of a line. */
  find(text: string, from?: number, notBol?: boolean): readonly [start: number, end: number] | null
  /** The same with groups: start and end of the whole, of group 1, …; -1 where a group took no part. */
  exec(text: string, from?: number, notBol?: boolean): Spans | null
}

const KEPT = 500
const kept = new Map<string, Regex | RegexError>()

/** A RegexError has `error`, in regerror's words. */
export function compile(pattern: string, syntax: Syntax = {}): Regex | RegexError {
  const key = `${syntax.extended ? 'E' : 'B'}${syntax.icase ? 'i' : ''}${syntax.newline ? 'n' : ''}${syntax.dialect ?? ''}/${pattern}`
  let regex = kept.get(key)
  if (regex === undefined) {
    if (kept.size >= KEPT) kept.clear()
    const parsed = parseRegex(pattern, syntax)
    kept.set(key, regex = parsed instanceof RegexError ? parsed : build(parsed, syntax))
  }
  return regex
}
function build(parsed: Parsed, syntax: Syntax): Regex | RegexError {
  try {
    return new Compiled(parsed, syntax)
  } catch (error) {
    if (error instanceof RegexError) return error
    throw error
  }
}
/** Text with a backslash before whatever an extended expression would take for an operator: the quoted part of `[[ x =~ p ]]`. */
export const quoteRegex = (text: string): string => text.replace(/[\\^$.[\]|()?*+{}]/g, '\\$&')

class Compiled implements Regex {
  readonly groups: number
  readonly warnings: readonly string[]
  private readonly parsed: Parsed
  private readonly newline: boolean
  private readonly task: Task
  /** All of it, if it is plain text. */
  private readonly literal: string | null
  /** The text that every match begins with. */
  private readonly prefix: string
  /** The bytes with which a match can begin; null: it may be empty. */
  private readonly first: ByteSet | null
  /** A match begins at the start of the text only. */
  private readonly anchored: boolean
  private readonly forwards: Dfa | null
  private anywhere: Dfa | null = null
  private backwards: Dfa | null = null

  constructor(parsed: Parsed, syntax: Syntax) {
    const program = programOf(parsed), newline = syntax.newline === true
    this.parsed = parsed
    this.groups = parsed.groups
    this.warnings = parsed.warnings
    this.newline = newline
    const referred = parsed.references ? [...new Set(program.flatMap(each => each.op === 'reference' ? [each.group] : []))] : []
    this.task = { program, groups: parsed.groups, referred, icase: syntax.icase === true, newline }
    const { text, whole } = prefixOf(parsed.tree)
    this.prefix = text
    this.literal = whole ? text : null
    this.first = firstBytes(program)
    this.anchored = !newline && leading(parsed.tree) === '^'
    this.forwards = parsed.references ? null : new Dfa(program, { newline })
  }

  test(text: string, from = 0, notBol = false): boolean {
    if (this.literal !== null) return text.indexOf(this.literal, from) >= 0 && from <= text.length
    if (this.forwards === null || this.anchored) return this.find(text, from, notBol) !== null
    const at = this.candidate(text, from)
    if (at < 0) return false
    this.anywhere ??= new Dfa(this.task.program, { newline: this.newline, anywhere: true })
    return this.anywhere.any(text, at, this.before(text, at, notBol))
  }
  find(text: string, from = 0, notBol = false): readonly [start: number, end: number] | null {
    if (this.literal !== null) {
      const at = from > text.length ? -1 : text.indexOf(this.literal, from)
      return at < 0 ? null : [at, at + this.literal.length]
    }
    if (this.forwards === null) {
      const spans = this.exec(text, from, notBol)
      return spans === null ? null : [spans[0]!, spans[1]!]
    }
    let budget = 200 + 4 * (text.length - from)
    for (let at = this.candidate(text, from); at >= 0; at = this.candidate(text, at + 1)) {
      const end = this.forwards.longest(text, at, this.before(text, at, notBol))
      if (end >= 0) return [at, end]
      if (this.anchored) return null
      budget -= this.forwards.stopped - at
      if (budget < 0) return this.findBackwards(text, at + 1, notBol)
    }
    return null
  }
  /** Many beginnings that come to nothing: one run from the end tells where a match begins. */
  private findBackwards(text: string, from: number, notBol: boolean): readonly [start: number, end: number] | null {
    if (from > text.length) return null
    this.backwards ??= new Dfa(programOf(this.parsed, true), { newline: this.newline, anywhere: true, backwards: true })
    const start = this.backwards.leftmost(text, from, this.before(text, from, notBol))
    return start < 0 ? null : [start, this.forwards!.longest(text, start, this.before(text, start, notBol))]
  }
  exec(text: string, from = 0, notBol = false): Spans | null {
    if (this.forwards !== null) {
      const found = this.find(text, from, notBol)
      return found === null || this.groups === 0 ? found : follow(this.task, text, found[0], this.before(text, found[0], notBol), found[1])
    }
    for (let at = this.candidate(text, from); at >= 0; at = this.candidate(text, at + 1)) {
      const spans = follow(this.task, text, at, this.before(text, at, notBol), -1)
      if (spans !== null || this.anchored) return spans
    }
    return null
  }

  /** The next place where a match can begin at all; -1. */
  private candidate(text: string, from: number): number {
    if (from > text.length || (this.anchored && from > 0)) return -1
    if (this.prefix !== '') return text.indexOf(this.prefix, from)
    const { first } = this
    if (first === null) return from
    for (let at = from; at < text.length; at++) if (first[text.charCodeAt(at)] === 1) return at
    return -1
  }
  private before(text: string, at: number, notBol: boolean): number {
    return at > 0 ? contextOf(text.charCodeAt(at - 1), this.newline) : notBol ? EDGE_BESIDE : EDGE_BESIDE | LINE_BESIDE
  }
}

function leading(tree: Tree): string | null {
  return tree.kind === 'assert' ? tree.what : tree.kind === 'cat' ? leading(tree.of[0]!) : null
}
function prefixOf(tree: Tree): { readonly text: string; readonly whole: boolean } {
  const parts = tree.kind === 'cat' ? tree.of : [tree]
  let text = ''
  for (const part of parts) {
    if (part.kind !== 'set' || part.byte < 0) return { text, whole: false }
    text += String.fromCharCode(part.byte)
  }
  return { text, whole: text !== '' }
}
function firstBytes(program: Program): ByteSet | null {
  const set = emptySet(), seen = new Set<number>(), stack = [0]
  while (stack.length > 0) {
    const pc = stack.pop()!, instruction = program[pc]!
    if (seen.has(pc)) continue
    seen.add(pc)
    switch (instruction.op) {
      case 'set': for (let c = 0; c < 256; c++) if (instruction.set[c] === 1) set[c] = 1
        break
      case 'fork': stack.push(instruction.to, instruction.or); break
      case 'jump': stack.push(instruction.to); break
      case 'match': case 'reference': return null
      default: stack.push(pc + 1)
    }
  }
  return set
}
