/**
 * Expansion of words in each place where they stand: arguments, values, patterns, regular expressions, here-documents. Each comes in two forms: one that
 * may wait for a command substitution, and one (`…Now`) for words that have none, which is a plain function.
 * Source of truth: bash(1) 5.2, EXPANSION; the order is braces, tildes, everything with `$`, splitting, pathnames.
 */
import { assert } from '../../../base/assert.ts'
import type { Run } from '../../kernel/wait.ts'
import { quoteRegex } from '../../regex/posix.ts'
import type { Integer } from '../../syntax/arithmetic.ts'
import type { ArithmeticText, Subscript, Word } from '../../syntax/tree.ts'
import { evaluate as evaluateIn } from './arithmetic.ts'
import { expandBraces } from './braces.ts'
import { compiledArithmetic, expandParts, joined, keyFrom, pattern, plainParts } from './parts.ts'
import { expandPathname } from './pathnames.ts'
import { ExpansionFault, type Scope } from './scope.ts'
import { Fields, Joined, Separators } from './sinks.ts'
import { argumentTildes } from './tilde.ts'

export { evaluate } from './arithmetic.ts'

/** Runs through what cannot wait. */
function now<T>(run: Run<T>): T {
  const step = run.next('ready')
  assert(step.done === true, 'a word without substitutions waits for nothing')
  return step.value
}

// ---- arguments

/** All expansions: the fields that the words become. */
export function* expandWords(scope: Scope, words: readonly Word[]): Run<string[]> {
  const out: string[] = []
  for (const word of words) {
    if (word.literal !== null) out.push(word.literal)
    else if (!word.blocks) now(expandInto(scope, word, out))
    else yield* expandInto(scope, word, out)
  }
  return out
}
export function expandWordsNow(scope: Scope, words: readonly Word[]): string[] {
  const out: string[] = []
  for (const word of words) {
    if (word.literal !== null) out.push(word.literal)
    else if (word.plain) {
      const fields = new Fields(Separators.of(scope.get('IFS')))
      plainParts(scope, word.parts, fields, false)
      collect(scope, fields, out)
    } else now(expandInto(scope, word, out))
  }
  return out
}
function* expandInto(scope: Scope, word: Word, out: string[]): Run<void> {
  if (!word.braces) return yield* expandOne(scope, word, out)
  for (const each of expandBraces(word)) {
    if (each.literal !== null) out.push(each.literal)
    else yield* expandOne(scope, each, out)
  }
}
function* expandOne(scope: Scope, word: Word, out: string[]): Run<void> {
  const fields = new Fields(Separators.of(scope.get('IFS')))
  yield* expandParts(scope, argumentTildes(scope, word), fields, false)
  collect(scope, fields, out)
}
function collect(scope: Scope, fields: Fields, out: string[]): void {
  for (const { text, pattern, magic } of fields.finish()) {
    if (!magic || scope.options.noglob) {
      out.push(text)
      continue
    }
    const found = expandPathname(scope, pattern ?? text)
    if (found === null) out.push(text)
    else if (found.length > 0) for (const name of found) out.push(name)
    else if (scope.options.failglob) throw new ExpansionFault(`no match: ${text}`, { fatal: false })
    else if (!scope.options.nullglob) out.push(text)
  }
}

// ---- one text

/** A value, a here-string, the word of `case`: neither split nor matched with files. */
export function* expandText(scope: Scope, word: Word): Run<string> {
  return word.literal ?? (yield* joined(scope, word, { assigning: true }))
}
export function expandTextNow(scope: Scope, word: Word): string {
  if (word.literal !== null) return word.literal
  if (!word.plain) return now(joined(scope, word, { assigning: true }))
  const [first] = word.parts
  // x=$y and x="$y".
  if (word.parts.length === 1 && first!.kind === 'parameter') {
    const value = scope.get(first!.name)
    if (value !== undefined) return value
  }
  const sink = new Joined(' ')
  plainParts(scope, word.parts, sink, false)
  return sink.result
}
/** A pattern for globMatcher: what is quoted has a backslash before it. */
export function* expandPattern(scope: Scope, word: Word): Run<string> { return yield* pattern(scope, word) }
export const expandPatternNow = (scope: Scope, word: Word): string => now(pattern(scope, word))
/** The right side of `=~`: what is quoted stands for itself. */
export function* expandRegex(scope: Scope, word: Word): Run<string> { return yield* joined(scope, word, { escape: quoteRegex }) }
/** The body of a here-document. */
export function* expandDocument(scope: Scope, word: Word): Run<string> { return word.literal ?? (yield* joined(scope, word, { quoted: true, document: true })) }
export const expandDocumentNow = (scope: Scope, word: Word): string => word.literal ?? now(joined(scope, word, { quoted: true, document: true }))

// ---- arithmetic

/** The expression of `(( ))`, `for ((…))`, an index. Throws ArithmeticFault, before which the caller puts who asked (`((: `). */
export function* evaluateArithmetic(scope: Scope, expression: ArithmeticText): Run<Integer> {
  return compiledArithmetic(scope, expression) ?? evaluateIn(scope, yield* joined(scope, expression.word, { quoted: true }))
}
export function evaluateArithmeticNow(scope: Scope, expression: ArithmeticText): Integer {
  return compiledArithmetic(scope, expression) ?? now(evaluateArithmetic(scope, expression))
}
/** A subscript: its key, or its index counted from the beginning; null where that is before it. */
export const expandKeyNow = (scope: Scope, name: string, subscript: Subscript): number | string | null => now(keyFrom(scope, name, subscript))
