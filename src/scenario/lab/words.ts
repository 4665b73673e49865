/** The words of the console about what was typed wrongly: what was found, what was expected, and what was probably meant. */
import { describe, listedNear, meant } from '../issue.ts'

/** `found the guest "i5x"; did you mean "i5a"?`; where nothing is near, those that there are. */
export function unknown(kind: string, word: string, known: readonly string[]): string {
  if (known.length === 0) return `found ${kind} ${describe(word)}, but there is none of these`
  const { suggestion } = meant(word, known)
  if (word === '') return `expected ${kind}: ${listedNear(word, known)}`
  return `found ${kind} ${describe(word)}${suggestion === undefined ? `, expected ${listedNear(word, known)}` : `; did you mean "${suggestion}"?`}`
}
