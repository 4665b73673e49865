/**
 * Where in the file a command or one of its words stands. The tree knows lines and the source text of each command; the column is found by looking for
 * that text, command after command, since equal texts on one line come in the order in which the tree is walked.
 */
import { fromBytes } from '../../shell/kernel/bytes.ts'
import type { Simple, Word } from '../../shell/syntax/tree.ts'

export interface Place { readonly line: number; readonly column: number }

export class Places {
  private readonly text: string
  private readonly starts: number[] = [0]
  private readonly found = new Map<Simple, number>()
  private readonly taken = new Set<string>()
  constructor(text: string) {
    this.text = text
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1)
  }

  at(offset: number): Place {
    let line = this.starts.length
    while (line > 1 && this.starts[line - 1]! > offset) line--
    return { line, column: fromBytes(this.text.slice(this.starts[line - 1], offset)).length + 1 }
  }
  lineStart(line: number): Place {
    const start = this.starts[line - 1] ?? 0, indent = /^[ \t]*/.exec(this.text.slice(start))![0].length
    return { line, column: indent + 1 }
  }
  /** Of a command, or of a word of it. */
  of(command: Simple, word?: Word): Place {
    const start = this.offset(command)
    if (start < 0) return this.lineStart(command.line)
    if (word === undefined) return this.at(start)
    let at = start
    for (const each of command.words) {
      at = this.text.indexOf(each.text, at)
      if (at < 0) return this.at(start)
      if (each === word) return this.at(at)
      at += each.text.length
    }
    // A word of a redirection.
    at = this.text.indexOf(word.text, start)
    return this.at(at < 0 ? start : at)
  }
  private offset(command: Simple): number {
    const known = this.found.get(command)
    if (known !== undefined) return known
    const { text, line } = command, rows = text.split('\n').length
    let at = this.text.indexOf(text, this.starts[Math.max(0, line - rows)] ?? 0)
    while (at >= 0 && this.taken.has(`${at} ${text}`)) at = this.text.indexOf(text, at + 1)
    if (at >= (this.starts[line] ?? Infinity)) at = -1
    if (at >= 0) this.taken.add(`${at} ${text}`)
    this.found.set(command, at)
    return at
  }
}
