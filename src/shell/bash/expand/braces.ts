/**
 * Brace expansion: `a{b,c}d`, `{1..5}`, `{01..10..3}`, `{a..e}`. It comes before all other expansions and looks at the text only; what is quoted and
 * expansions of other kinds go through as they are.
 * Source of truth: bash(1) 5.2, Brace Expansion.
 */
import { Runaway } from '../../kernel/wait.ts'
import type { Part, Word } from '../../syntax/tree.ts'
import { makeWord } from '../../syntax/words.ts'

const MOST = 1 << 20
const kept = new WeakMap<Word, readonly Word[]>()

/** The words that one word stands for. */
export function expandBraces(word: Word): readonly Word[] {
  if (!word.braces) return [word]
  const known = kept.get(word)
  if (known !== undefined) return known
  const items: Item[] = []
  for (const part of word.parts) {
    if (part.kind === 'text' && !part.quoted) items.push(...part.text)
    else items.push(part)
  }
  const expanded = expand(items, { left: MOST }), words = expanded.length === 1 && expanded[0] === items ? [word] : expanded.map(each => wordOf(each, word))
  if (words.length <= 1_000) kept.set(word, words)
  return words
}
/** One unquoted character, or a piece that is not looked into. */
type Item = string | Part

function wordOf(items: readonly Item[], word: Word): Word {
  const parts: Part[] = []
  for (const item of items) {
    const last = parts.at(-1)
    if (typeof item !== 'string') parts.push(item)
    // `$x{1,2}` is `$x1 $x2`.
    else if (last?.kind === 'parameter' && /^\$[A-Za-z_]\w*$/.test(last.text) && /\w/.test(item)) parts[parts.length - 1] = { ...last, name: last.name + item, text: last.text + item }
    else if (last?.kind === 'text' && !last.quoted) parts[parts.length - 1] = { kind: 'text', text: last.text + item, quoted: false }
    else parts.push({ kind: 'text', text: item, quoted: false })
  }
  // An alternative that is empty is no field, as an expansion to nothing.
  return { ...makeWord(parts, word.text), braces: false, ...(parts.length === 0 && { literal: null, plain: false }) }
}
interface Budget { left: number }
function spend(budget: Budget, count: number): void {
  budget.left -= count
  if (budget.left < 0) throw new Runaway(`brace expansion of more than ${MOST} words`)
}

function expand(items: readonly Item[], budget: Budget): readonly (readonly Item[])[] {
  for (let open = items.indexOf('{'); open >= 0; open = items.indexOf('{', open + 1)) {
    const close = closing(items, open)
    if (close < 0) continue
    const alternatives = alternativesOf(items, open, close, budget)
    if (alternatives === null) continue
    const before = items.slice(0, open), after = expand(items.slice(close + 1), budget)
    spend(budget, alternatives.length * after.length)
    return alternatives.flatMap(each => after.map(tail => [...before, ...each, ...tail]))
  }
  return [items]
}
function closing(items: readonly Item[], open: number): number {
  let depth = 0
  for (let i = open; i < items.length; i++) {
    if (items[i] === '{') depth++
    else if (items[i] === '}' && --depth === 0) return i
  }
  return -1
}
/** What stands for `{…}`; null if it is ordinary text. */
function alternativesOf(items: readonly Item[], open: number, close: number, budget: Budget): readonly (readonly Item[])[] | null {
  const pieces: Item[][] = [[]]
  let depth = 0
  for (let i = open + 1; i < close; i++) {
    const item = items[i]!
    if (item === '{') depth++
    else if (item === '}') depth--
    if (item === ',' && depth === 0) pieces.push([])
    else pieces.at(-1)!.push(item)
  }
  if (pieces.length > 1) return pieces.flatMap(each => expand(each, budget))
  const [only] = pieces
  return only!.every(each => typeof each === 'string') ? sequence(only!.join(''), budget) : null
}
function sequence(text: string, budget: Budget): readonly (readonly Item[])[] | null {
  const found = /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$/.exec(text)
  if (found === null) return null
  const [, from, to, by] = found as unknown as [string, string, string, string | undefined]
  const numbers = /\d/.test(from) && /\d/.test(to)
  if (!numbers && (/\d/.test(from) || /\d/.test(to))) return null
  const first = numbers ? Number(from) : from.charCodeAt(0), last = numbers ? Number(to) : to.charCodeAt(0)
  const step = Math.abs(Number(by ?? 1)) || 1, count = Math.floor(Math.abs(last - first) / step) + 1
  spend(budget, count)
  const padded = numbers && /^-?0\d/.test(from) || numbers && /^-?0\d/.test(to), width = padded ? Math.max(from.length, to.length) : 0
  return Array.from({ length: count }, (_, i) => {
    const value = first <= last ? first + i * step : first - i * step
    if (!numbers) return letter(value)
    return [...(value < 0 ? `-${String(-value).padStart(width - 1, '0')}` : String(value).padStart(width, '0'))]
  })
}
/** `{Z..a}` comes past characters that would be special: there they are not. */
const letter = (code: number): readonly Item[] => {
  const c = String.fromCharCode(code)
  return /[A-Za-z]/.test(c) ? [c] : [{ kind: 'text', text: c, quoted: true }]
}
