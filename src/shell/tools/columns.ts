/**
 * fold, expand, unexpand: how wide lines are. Source: GNU coreutils 9.1.
 */
import { defineCommand } from '../kernel/command.ts'
import { byLines, complain, quote } from './io.ts'
import { options } from './options.ts'

const fold = defineCommand({
  name: 'fold',
  *run(p) {
    p.argv = p.argv.map((arg, i) => i > 0 && /^-\d+$/.test(arg) ? `-w${arg.slice(1)}` : arg)
    const o = yield* options(p, { short: 'bsw:', long: { bytes: 'b', spaces: 's', width: 'w:' } })
    if (typeof o === 'number') return o
    const width = Number(o.get('w') ?? 80)
    if (!/^\d+$/.test(o.get('w') ?? '80') || width === 0) {
      yield* complain(p, `invalid number of columns: ${quote(o.get('w')!)}`)
      return 1
    }
    const next = (column: number, char: string): number => o.has('b') ? column + 1 : char === '\b' ? Math.max(0, column - 1) : char === '\r' ? 0 : char === '\t' ? column + 8 - column % 8 : column + 1
    const one = (line: string): string => {
      if (line.length <= width && !line.includes('\t')) return line
      const lines: string[] = []
      let text = '', column = 0
      for (let i = 0; i < line.length; i++) {
        const char = line[i]!
        let to = next(column, char)
        if (to > width && text !== '') {
          const blank = o.has('s') ? Math.max(text.lastIndexOf(' '), text.lastIndexOf('\t')) : -1, rest = blank >= 0 ? text.slice(blank + 1) : ''
          lines.push(blank >= 0 ? text.slice(0, blank + 1) : text)
          text = rest
          column = 0
          for (const each of rest) column = next(column, each)
          to = next(column, char)
          if (to > width && text !== '') { i--; continue }
        }
        text += char
        column = to
      }
      return [...lines, text].join('\n')
    }
    return yield* byLines(p, o.operands, (lines, open) => lines.map(one).join('\n') + (open ? '' : '\n'))
  },
})

/** Where tabs stop: each n columns, or at these columns. */
const stops = (spec: string): ((column: number) => number) | null => {
  const list = spec.split(/[, ]+/).map(Number)
  if (list.some(n => !(n > 0))) return null
  if (list.length === 1) return column => column + list[0]! - column % list[0]!
  return column => list.find(stop => stop > column) ?? column + 1
}

const expand = defineCommand({
  name: 'expand',
  *run(p) {
    const o = yield* options(p, { short: 'it:0123456789', long: { initial: 'i', tabs: 't:' } })
    if (typeof o === 'number') return o
    const old = o.all.filter(([key]) => /\d/.test(key)).map(([key]) => key).join(''), next = stops(o.get('t') ?? (old || '8'))
    if (next === null) {
      yield* complain(p, `tab size contains invalid character(s): ${quote(o.get('t') ?? old)}`)
      return 1
    }
    const one = (line: string): string => {
      if (!line.includes('\t')) return line
      let text = '', column = 0, initial = true
      for (const char of line) {
        if (char === '\t' && (initial || !o.has('i'))) {
          const to = next(column)
          text += ' '.repeat(to - column)
          column = to
          continue
        }
        if (char !== ' ' && char !== '\t') initial = false
        text += char
        column = char === '\b' ? Math.max(0, column - 1) : char === '\t' ? next(column) : column + 1
      }
      return text
    }
    return yield* byLines(p, o.operands, (lines, open) => lines.map(one).join('\n') + (open ? '' : '\n'))
  },
})

const unexpand = defineCommand({
  name: 'unexpand',
  *run(p) {
    const o = yield* options(p, { short: 'at:', long: { all: 'a', 'first-only': 'first', tabs: 't:' } })
    if (typeof o === 'number') return o
    const next = stops(o.get('t') ?? '8'), everywhere = (o.has('a') || o.has('t')) && !o.has('first')
    if (next === null) {
      yield* complain(p, `tab size contains invalid character(s): ${quote(o.get('t')!)}`)
      return 1
    }
    const one = (line: string): string => {
      let text = '', blanks = '', column = 0, i = 0
      for (; i < line.length && (line[i] === ' ' || line[i] === '\t' || everywhere); i++) {
        const char = line[i]!
        if (char === ' ' || char === '\t') {
          const stop = next(column)
          column = char === '\t' ? stop : column + 1
          blanks += char
          // A single blank before a stop stays one unless more blanks follow.
          if (column === stop && (char === '\t' || blanks.length > 1 || line[i + 1] === ' ' || line[i + 1] === '\t')) { text += '\t'; blanks = '' }
        } else {
          text += blanks + char
          blanks = ''
          column++
        }
      }
      return text + blanks + line.slice(i)
    }
    return yield* byLines(p, o.operands, (lines, open) => lines.map(one).join('\n') + (open ? '' : '\n'))
  },
})

export const COLUMNS = [fold, expand, unexpand]
