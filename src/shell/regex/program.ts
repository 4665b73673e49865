/**
 * A regular expression as a program for an abstract machine (Thompson, Pike): sets of bytes, forks with a preference, marks of groups, assertions.
 * Also the same backwards, to find where matches can start. Assertions look at what lies on both sides of a place: `Context`.
 */
import type { ByteSet } from './classes.ts'
import { WORD } from './classes.ts'
import { RegexError, type Assertion, type Parsed, type Tree } from './regex-parse.ts'

export type Instruction =
  | { readonly op: 'set'; readonly set: ByteSet }
  /** `to` first, then `or`; null: the next. */
  | { readonly op: 'fork'; to: number; or: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'open' | 'close'; readonly group: number; readonly optional: boolean }
  | { readonly op: 'assert'; readonly what: Assertion }
  | { readonly op: 'reference'; readonly group: number }
  | { readonly op: 'match' }
export type Program = readonly Instruction[]

/** What lies beside a place: bits. */
export const WORD_BESIDE = 1, LINE_BESIDE = 2, EDGE_BESIDE = 4
export const contextOf = (byte: number, newline: boolean): number => WORD[byte] === 1 ? WORD_BESIDE : newline && byte === 10 ? LINE_BESIDE : 0

export function holds(what: Assertion, before: number, after: number): boolean {
  switch (what) {
    case '^': return (before & LINE_BESIDE) !== 0
    case '$': return (after & LINE_BESIDE) !== 0
    case '`': return (before & EDGE_BESIDE) !== 0
    case '\'': return (after & EDGE_BESIDE) !== 0
    case '<': return (before & WORD_BESIDE) === 0 && (after & WORD_BESIDE) !== 0
    case '>': return (before & WORD_BESIDE) !== 0 && (after & WORD_BESIDE) === 0
    case 'b': return ((before ^ after) & WORD_BESIDE) !== 0
    case 'B': return ((before ^ after) & WORD_BESIDE) === 0
  }
}

const LONGEST = 200_000

/** Throws a RegexError if it unfolds to more than can be had. */
export function programOf({ tree }: Parsed, backwards = false): Program {
  const program: Instruction[] = []
  const emit = (instruction: Instruction): number => {
    if (program.length >= LONGEST) throw new RegexError('Regular expression too big')
    return program.push(instruction) - 1
  }
  const go = (tree: Tree): void => {
    switch (tree.kind) {
      case 'empty': return
      case 'set': emit({ op: 'set', set: tree.set }); return
      case 'assert': emit({ op: 'assert', what: tree.what }); return
      case 'reference': emit({ op: 'reference', group: tree.group }); return
      case 'group': {
        const { group, optional } = tree
        if (!backwards) emit({ op: 'open', group, optional })
        go(tree.of)
        if (!backwards) emit({ op: 'close', group, optional })
        return
      }
      case 'cat':
        for (let i = 0; i < tree.of.length; i++) go(tree.of[backwards ? tree.of.length - 1 - i : i]!)
        return
      case 'alt': {
        const ends: { to: number }[] = []
        tree.of.forEach((branch, i) => {
          if (i === tree.of.length - 1) return go(branch)
          const fork = { op: 'fork' as const, to: program.length + 1, or: 0 }, jump = { op: 'jump' as const, to: 0 }
          emit(fork)
          go(branch)
          emit(jump)
          ends.push(jump)
          fork.or = program.length
        })
        for (const jump of ends) jump.to = program.length
        return
      }
      case 'star': case 'maybe': {
        const fork = { op: 'fork' as const, to: program.length + 1, or: 0 }, at = emit(fork)
        go(tree.of)
        if (tree.kind === 'star') emit({ op: 'jump', to: at })
        fork.or = program.length
      }
    }
  }
  go(tree)
  emit({ op: 'match' })
  return program
}
