/**
 * Shell patterns without groups: runs of fixed length between stars. The first run lies at the start, each further one as far left as it can, the last
 * at the end: no way back is ever needed, and the time is at most the product of both lengths.
 */
import { lower } from './classes.ts'
import type { Piece } from './glob-parse.ts'

/** What lies between two stars. */
interface Run { readonly pieces: readonly Piece[]; readonly length: number; /** All of it, if it is plain text. */ readonly text: string | null }

const runOf = (pieces: readonly Piece[]): Run => ({
  pieces, length: pieces.reduce((sum, piece) => sum + (piece.kind === 'text' ? piece.text.length : 1), 0),
  text: pieces.length === 0 ? '' : pieces.length === 1 && pieces[0]!.kind === 'text' ? pieces[0]!.text : null,
})

/** The runs, one more than there are stars; null if there are groups. */
export function segmentsOf(pieces: readonly Piece[]): readonly Run[] | null {
  const runs: Run[] = []
  let from = 0
  for (const [at, { kind }] of pieces.entries()) {
    if (kind === 'group') return null
    if (kind !== 'star') continue
    runs.push(runOf(pieces.slice(from, at)))
    from = at + 1
  }
  runs.push(runOf(pieces.slice(from)))
  return runs
}

export class Segments {
  readonly literal = null
  private readonly runs: readonly Run[]
  private readonly icase: boolean
  private readonly shortest: number
  constructor(runs: readonly Run[], icase: boolean) {
    this.runs = runs
    this.icase = icase
    this.shortest = runs.reduce((sum, { length }) => sum + length, 0)
  }

  matches(text: string): boolean {
    const { runs } = this, n = text.length
    if (n < this.shortest) return false
    const lowered = this.icase ? lower(text) : text, first = runs[0]!
    if (!lies(first, lowered, text, 0)) return false
    if (runs.length === 1) return n === first.length
    const last = runs.at(-1)!
    if (!lies(last, lowered, text, n - last.length)) return false
    if (runs.length === 2) return true
    const at = this.walk(lowered, text, first.length, n - last.length)
    return at >= 0
  }
  longestPrefix(text: string): number { return this.prefix(text, true) }
  shortestPrefix(text: string): number { return this.prefix(text, false) }
  private prefix(text: string, longest: boolean): number {
    const lowered = this.icase ? lower(text) : text
    return lies(this.runs[0]!, lowered, text, 0) ? this.endFrom(lowered, text, 0, longest) : -1
  }
  /** The end of the match that starts here, where the first run is known to lie. */
  private endFrom(lowered: string, text: string, start: number, longest: boolean): number {
    const { runs } = this, first = runs[0]!
    if (runs.length === 1) return start + first.length
    const at = this.walk(lowered, text, start + first.length, text.length), last = runs.at(-1)!
    if (at < 0) return -1
    const place = longest ? findLast(last, lowered, text, at) : findFirst(last, lowered, text, at, text.length)
    return place < 0 ? -1 : place + last.length
  }
  /** Past the inner runs, each as far left as it can lie. */
  private walk(lowered: string, text: string, from: number, to: number): number {
    let at = from
    for (let i = 1; i < this.runs.length - 1; i++) {
      const run = this.runs[i]!, place = findFirst(run, lowered, text, at, to)
      if (place < 0) return -1
      at = place + run.length
    }
    return at <= to ? at : -1
  }

  longestSuffix(text: string): number { return this.suffix(text, true) }
  shortestSuffix(text: string): number { return this.suffix(text, false) }
  private suffix(text: string, longest: boolean): number {
    const { runs } = this, n = text.length, lowered = this.icase ? lower(text) : text, last = runs.at(-1)!, first = runs[0]!
    if (n < this.shortest || !lies(last, lowered, text, n - last.length)) return -1
    if (runs.length === 1) return last.length
    let to = n - last.length
    for (let i = runs.length - 2; i > 0; i--) {
      const run = runs[i]!, place = findLastBefore(run, lowered, text, to)
      if (place < 0) return -1
      to = place
    }
    const place = longest ? findFirst(first, lowered, text, 0, to) : findLastBefore(first, lowered, text, to)
    return place < 0 ? -1 : n - place
  }

  find(text: string, from = 0): readonly [start: number, end: number] | null {
    const lowered = this.icase ? lower(text) : text, start = findFirst(this.runs[0]!, lowered, text, from, text.length)
    if (start < 0) return null
    // If the rest does not follow the first place where the beginning lies, it follows none.
    const end = this.endFrom(lowered, text, start, true)
    return end < 0 ? null : [start, end]
  }
}

/** Literal letters are compared without their case, sets hold what they hold. */
function lies(run: Run, lowered: string, text: string, at: number): boolean {
  if (at < 0 || at + run.length > text.length) return false
  if (run.text !== null) return lowered.startsWith(run.text, at)
  let place = at
  for (const piece of run.pieces) {
    if (piece.kind === 'text') {
      if (!lowered.startsWith(piece.text, place)) return false
      place += piece.text.length
    } else {
      if (piece.kind === 'set' && piece.set[text.charCodeAt(place)] !== 1) return false
      place++
    }
  }
  return true
}
function findFirst(run: Run, lowered: string, text: string, from: number, to: number): number {
  if (run.text !== null) {
    const at = from > text.length ? -1 : lowered.indexOf(run.text, from)
    return at >= 0 && at + run.length <= to ? at : -1
  }
  for (let at = from; at + run.length <= to; at++) if (lies(run, lowered, text, at)) return at
  return -1
}
const findLast = (run: Run, lowered: string, text: string, from: number): number => {
  const at = findLastBefore(run, lowered, text, text.length)
  return at >= from ? at : -1
}
function findLastBefore(run: Run, lowered: string, text: string, to: number): number {
  if (run.length > to) return -1
  if (run.text !== null) return lowered.lastIndexOf(run.text, to - run.length)
  for (let at = to - run.length; at >= 0; at--) if (lies(run, lowered, text, at)) return at
  return -1
}
