/**
 * Aliases: the first words of simple commands are replaced in the text before it is parsed, as bash does while it reads. What an alias stands for is
 * looked at again, but not for the same name; one that ends in a blank has the word after it looked at as well.
 *
 * Commands inside `$(…)` are expanded when those are run. Source of truth: bash(1) 5.2, ALIASES; observed.
 */
import { forEachChild, parseRaw, type SyntaxNode } from './source.ts'

/** A piece that came from aliases, which are not expanded in it again. */
interface Piece { from: number; to: number; readonly names: ReadonlySet<string> }
const MOST = 1_000

/** The text with the aliases of its commands expanded; the same text if there are none. */
export function expandAliases(text: string, aliases: ReadonlyMap<string, string>): string {
  let now = text
  const pieces: Piece[] = [], after: number[] = []
  for (let n = 0; n < MOST; n++) {
    const found = first(now, aliases, pieces, after)
    if (found === null) return now
    const { pos, name } = found, value = aliases.get(name)!, grown = value.length - name.length
    const names = new Set([name])
    for (const piece of pieces) {
      if (piece.from <= pos && pos < piece.to) for (const each of piece.names) names.add(each)
      if (piece.from > pos) piece.from += grown
      if (piece.to > pos) piece.to += grown
    }
    after.forEach((at, i) => { if (at > pos) after[i] = at + grown })
    now = now.slice(0, pos) + value + now.slice(pos + name.length)
    const end = pos + value.length
    pieces.push({ from: pos, to: end, names })
    if (/[ \t]$/.test(value)) after.push(end + /^[ \t]*/.exec(now.slice(end))![0].length)
  }
  return now
}
function first(text: string, aliases: ReadonlyMap<string, string>, pieces: readonly Piece[], after: readonly number[]): { pos: number; name: string } | null {
  let best: { pos: number; name: string } | null = null
  const look = ({ pos, end }: { pos: number; end: number }): void => {
    const name = text.slice(pos, end)
    if ((best !== null && best.pos <= pos) || !aliases.has(name)) return
    for (const piece of pieces) if (piece.from <= pos && pos < piece.to && piece.names.has(name)) return
    best = { pos, name }
  }
  const pending: SyntaxNode[] = [...parseRaw(text).commands]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.type === 'CommandExpansion' || node.type === 'ProcessSubstitution' || node.type === 'HereDoc') continue
    if (node.type === 'Command' && node.name !== undefined) look(node.name)
    if (node.type === 'Word' && after.includes(node.pos)) look(node)
    forEachChild(node, child => { pending.push(child) })
  }
  return best
}
