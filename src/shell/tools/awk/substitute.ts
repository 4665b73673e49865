/**
 * sub, gsub and gensub: replacing matches. `&` is the match, `\&` an ampersand; two backslashes are one in mawk, and in gawk only before an ampersand.
 * Source: POSIX awk; mawk 1.3.4 and gawk 5.2 observed.
 */
import type { Regex } from '../../regex/posix.ts'

export interface Replaced { readonly text: string; readonly count: number }
/** Literal pieces, and numbers of groups between them (0: the match). */
type Parts = readonly (string | number)[]

const cache = new Map<string, Parts>()
function partsOf(replacement: string, gawk: boolean): Parts {
  if (!replacement.includes('&') && !replacement.includes('\\')) return [replacement]
  const key = (gawk ? 'g' : 'm') + replacement
  let parts = cache.get(key)
  if (parts === undefined) {
    if (cache.size > 200) cache.clear()
    cache.set(key, parts = takeApart(replacement, gawk))
  }
  return parts
}
function takeApart(replacement: string, gawk: boolean): Parts {
  const parts: (string | number)[] = []
  let text = ''
  for (let i = 0; i < replacement.length; i++) {
    const c = replacement[i]!, next = replacement[i + 1]
    if (c === '\\' && next === '&') { text += '&'; i++ } else if (c === '\\' && next === '\\' && (!gawk || replacement[i + 2] === '&' || (replacement[i + 2] === '\\' && replacement[i + 3] === '&'))) { text += '\\'; i++ } else if (c === '&') {
      parts.push(text, 0)
      text = ''
    } else text += c
  }
  parts.push(text)
  return parts
}
/** gensub: `\0` to `\9`. */
function groupParts(replacement: string): Parts {
  const parts: (string | number)[] = []
  let text = ''
  for (let i = 0; i < replacement.length; i++) {
    const c = replacement[i]!, next = replacement[i + 1]
    if (c === '\\' && next !== undefined) {
      i++
      if (next >= '0' && next <= '9') {
        parts.push(text, Number(next))
        text = ''
      } else text += next
    } else if (c === '&') {
      parts.push(text, 0)
      text = ''
    } else text += c
  }
  parts.push(text)
  return parts
}
function built(parts: Parts, text: string, spans: readonly number[]): string {
  let out = ''
  for (const part of parts) out += typeof part === 'string' ? part : (spans[2 * part] ?? -1) < 0 ? '' : text.slice(spans[2 * part], spans[2 * part + 1])
  return out
}

/** At most `most` of them from the left. */
export function replaceAll(gawk: boolean, regex: Regex, text: string, replacement: string, most: number): Replaced {
  return replace(text, partsOf(replacement, gawk), most === 1 ? n => n === 1 : null, from => regex.find(text, from, from > 0))
}
/** gensub: only the match with this number, or all (0). */
export function replaceGroups(regex: Regex, text: string, replacement: string, which: number): Replaced {
  return replace(text, groupParts(replacement), which === 0 ? null : n => n === which, from => regex.exec(text, from, from > 0))
}
function replace(text: string, parts: Parts, wanted: ((n: number) => boolean) | null, find: (from: number) => readonly number[] | null): Replaced {
  let out = '', count = 0, seen = 0, kept = 0, after = -1
  const constant = parts.length === 1 ? parts[0] as string : null
  for (let at = 0; at <= text.length;) {
    const found = find(at)
    if (found === null) break
    const start = found[0]!, end = found[1]!
    // No empty match straight behind another match.
    if (!(start === end && start === after)) {
      seen++
      if (wanted === null || wanted(seen)) {
        out += text.slice(kept, start) + (constant ?? built(parts, text, found))
        kept = end
        count++
        if (wanted !== null) break
      }
    }
    after = end
    at = end > start ? end : end + 1
  }
  return count === 0 ? { text, count } : { text: out + text.slice(kept), count }
}
