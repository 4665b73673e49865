/**
 * Shell patterns with groups. From a set of places in the text, a piece leads to the set of places where it can end; so a pattern is walked once,
 * whatever its groups are, forwards or (for suffixes) backwards. What `!(…)` cannot match is found the same way, from each place alone.
 */
import { lower } from './classes.ts'
import type { Piece } from './glob-parse.ts'

/** Ascending, each place once. */
type Places = readonly number[]

export class Sets {
  readonly literal = null
  private readonly pieces: readonly Piece[]
  private readonly icase: boolean
  private readonly period: boolean
  private text = ''
  private lowered = ''
  /** Where a match can start in `text`, once that was needed. */
  private starts: Places | null = null

  constructor(pieces: readonly Piece[], icase: boolean, period = false) {
    this.pieces = pieces
    this.icase = icase
    this.period = period
  }
  private look(text: string): void {
    if (this.text === text) return
    this.text = text
    this.lowered = this.icase ? lower(text) : text
    this.starts = null
  }
  private ends(text: string, from: number): Places {
    this.look(text)
    return this.walk(this.pieces, [from], true)
  }
  private begins(text: string): Places {
    this.look(text)
    return this.walk(this.pieces, [text.length], false)
  }

  matches(text: string): boolean { return this.ends(text, 0).at(-1) === text.length }
  longestPrefix(text: string): number { return this.ends(text, 0).at(-1) ?? -1 }
  shortestPrefix(text: string): number { return this.ends(text, 0)[0] ?? -1 }
  longestSuffix(text: string): number { return text.length - (this.begins(text)[0] ?? text.length + 1) }
  shortestSuffix(text: string): number { return text.length - (this.begins(text).at(-1) ?? text.length + 1) }

  find(text: string, from = 0): readonly [start: number, end: number] | null {
    this.look(text)
    this.starts ??= this.walk(this.pieces, everywhere(0, text.length), false)
    for (const start of this.starts) {
      if (start < from) continue
      const end = this.ends(text, start).at(-1)
      if (end !== undefined) return [start, end]
    }
    return null
  }

  private walk(pieces: readonly Piece[], from: Places, forwards: boolean): Places {
    let at = from
    for (let i = 0; i < pieces.length && at.length > 0; i++) at = this.step(pieces[forwards ? i : pieces.length - 1 - i]!, at, forwards)
    return at
  }
  private step(piece: Piece, from: Places, forwards: boolean): Places {
    const { text } = this, n = text.length
    const places = this.period && forwards && from[0] === 0 && text.startsWith('.') && piece.kind !== 'text' && (piece.kind !== 'group' || piece.op === '!') ? from.slice(1) : from
    switch (piece.kind) {
      case 'text': {
        const { lowered } = this, { length } = piece.text
        return forwards ? places.filter(at => lowered.startsWith(piece.text, at)).map(at => at + length)
          : places.filter(at => at >= length && lowered.startsWith(piece.text, at - length)).map(at => at - length)
      }
      case 'any': return forwards ? places.filter(at => at < n).map(at => at + 1) : places.filter(at => at > 0).map(at => at - 1)
      case 'set': {
        const { set } = piece
        return forwards ? places.filter(at => at < n && set[text.charCodeAt(at)] === 1).map(at => at + 1)
          : places.filter(at => at > 0 && set[text.charCodeAt(at - 1)] === 1).map(at => at - 1)
      }
      case 'star': return places.length === 0 ? places : forwards ? everywhere(places[0]!, n) : everywhere(0, places.at(-1)!)
      case 'group': return this.group(piece.op, piece.of, places, forwards)
    }
  }
  private group(op: '?' | '*' | '+' | '@' | '!', of: readonly (readonly Piece[])[], from: Places, forwards: boolean): Places {
    const once = (places: Places): Places => union(of.map(branch => this.walk(branch, places, forwards)))
    switch (op) {
      case '@': return once(from)
      case '?': return union([from, once(from)])
      case '!': return union(from.map(start => {
        const no = new Set(once([start]))
        return (forwards ? everywhere(start, this.text.length) : everywhere(0, start)).filter(at => !no.has(at))
      }))
      case '*': case '+': {
        const seen = new Set(op === '*' ? from : [])
        for (let fresh = from; fresh.length > 0;) {
          fresh = once(fresh).filter(at => !seen.has(at))
          for (const at of fresh) seen.add(at)
        }
        return [...seen].sort((a, b) => a - b)
      }
    }
  }
}

function everywhere(from: number, to: number): Places {
  const places: number[] = []
  for (let at = from; at <= to; at++) places.push(at)
  return places
}
function union(all: readonly Places[]): Places {
  if (all.length === 1) return all[0]!
  const seen = new Set<number>()
  for (const places of all) for (const at of places) seen.add(at)
  return [...seen].sort((a, b) => a - b)
}
