/**
 * A text that is being parsed: which line a position is on, and the tree of a piece of it. Only this file and its neighbours know the package
 * that parses.
 */
import { forEachChild, parse, type ParseError, type Script as Raw, type SyntaxNode } from 'unbash'

export { forEachChild, type SyntaxNode }

export class Source {
  readonly text: string
  private readonly first: number
  private readonly starts: number[] = [0]
  private last = 0
  constructor(text: string, first: number) {
    this.text = text
    this.first = first
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1)
  }
  /** Counted from 1, or from what the text begins with. */
  line(pos: number): number {
    return this.row(pos) + this.first
  }
  /** Where the line of a position begins and ends, the newline left out. */
  lineText(pos: number): string {
    const row = this.row(pos)
    return this.text.slice(this.starts[row], (this.starts[row + 1] ?? this.text.length + 1) - 1)
  }
  /** All of the lines that a piece touches. */
  lines(from: number, to: number): string {
    const start = this.starts[this.row(from)], end = this.text.indexOf('\n', Math.max(from, to - 1))
    return this.text.slice(start, end < 0 ? undefined : end + 1)
  }
  /** bash counts the line after the last one. */
  get endLine(): number {
    return this.first + this.starts.length - (this.text.endsWith('\n') ? 1 : 0)
  }
  /** Of the last character. */
  get lastLine(): number { return this.first + this.starts.length - 1 }
  private row(pos: number): number {
    const { starts } = this
    // Positions come in order, mostly.
    let low = starts[this.last]! <= pos ? this.last : 0, high = starts.length - 1
    if (low < high && starts[low + 1]! > pos) return low
    while (low < high) {
      const mid = (low + high + 1) >> 1
      if (starts[mid]! <= pos) low = mid
      else high = mid - 1
    }
    return this.last = low
  }
}

export interface RawScript extends Raw { readonly errors?: readonly ParseError[] | undefined }
export const parseRaw = (text: string): RawScript => parse(text)
