/**
 * The substitution of sed: which matches are replaced, and what a replacement becomes, with changes of case. Source: sed(1) 4.9.
 */
import { lower, upper } from '../../regex/classes.ts'
import type { Regex, Spans } from '../../regex/posix.ts'
import type { Part, Substitution } from './script.ts'

/** The new text; null if nothing was replaced. */
export function substitute(text: string, { parts, global, number }: Substitution, regex: Regex): string | null {
  const groups = parts.some(part => 'group' in part && part.group > 0), only = parts.length === 1 && 'text' in parts[0]! ? parts[0].text : parts.length === 0 ? '' : null
  let result = '', copied = 0, replaced = false, last = -1
  for (let from = 0, count = 0; from <= text.length;) {
    const spans = groups ? regex.exec(text, from) : regex.find(text, from)
    if (spans === null) break
    const start = spans[0]!, end = spans[1]!
    // Nothing, right after a match, is no match.
    if (!(start === end && start === last)) {
      count++
      last = end
      if (count >= number) {
        result += text.slice(copied, start) + (only ?? filled(parts, text, spans))
        copied = end
        replaced = true
        if (!global) break
      }
    }
    from = end > start ? end : end + 1
  }
  return replaced ? result + text.slice(copied) : null
}

function filled(parts: readonly Part[], text: string, spans: Spans): string {
  let result = '', fold: 'L' | 'U' | 'E' = 'E', once: 'l' | 'u' | null = null
  for (const part of parts) {
    if ('fold' in part) {
      if (part.fold === 'l' || part.fold === 'u') once = part.fold
      else fold = part.fold
      continue
    }
    let piece = 'text' in part ? part.text : spans[2 * part.group]! < 0 ? '' : text.slice(spans[2 * part.group], spans[2 * part.group + 1])
    if (piece === '') continue
    if (fold !== 'E') piece = fold === 'L' ? lower(piece) : upper(piece)
    if (once !== null) piece = (once === 'l' ? lower(piece[0]!) : upper(piece[0]!)) + piece.slice(1)
    once = null
    result += piece
  }
  return result
}
