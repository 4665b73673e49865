/**
 * cut and paste: columns out of lines, and lines beside each other. Source: GNU coreutils 9.1.
 */
import { defineCommand } from '../kernel/command.ts'
import { failed } from '../kernel/errno.ts'
import { byLines, closeInput, complain, linesOf, misused, openInput, out, quote, slurp } from './io.ts'
import { options } from './options.ts'

const cut = defineCommand({
  name: 'cut',
  *run(p) {
    const o = yield* options(p, { short: 'b:c:d:f:nsz', long: { bytes: 'b:', characters: 'c:', delimiter: 'd:', fields: 'f:', complement: 'complement', 'only-delimited': 's', 'output-delimiter': 'output:', 'zero-terminated': 'z' } })
    if (typeof o === 'number') return o
    const lists = o.all.filter(([key]) => 'bcf'.includes(key)), [kind, list] = lists[0] ?? []
    const wrong = lists.length === 0 ? 'you must specify a list of bytes, characters, or fields'
      : lists.length > 1 ? 'only one list may be specified'
      : (o.get('d') ?? '').length > 1 ? 'the delimiter must be a single character'
      : kind !== 'f' && o.has('d') ? 'an input delimiter may be specified only when operating on fields'
      : kind !== 'f' && o.has('s') ? 'suppressing non-delimited lines makes sense\n\tonly when operating on fields' : undefined
    const ranges = wrong === undefined ? rangesOf(list!, kind === 'f') : wrong
    if (typeof ranges === 'string') {
      yield* misused(p, ranges)
      return 1
    }
    const chosen = o.has('complement') ? complement(ranges) : ranges, end = o.has('z') ? '\0' : '\n'
    const delimiter = o.has('d') ? o.get('d') || '\0' : '\t', joint = o.has('output') ? o.get('output') || '\0' : kind === 'f' ? delimiter : ''
    const only = o.has('s')
    const pick = (line: string): string | null => {
      if (kind !== 'f') return joint === '' && chosen.length === 1 ? line.slice(chosen[0]![0] - 1, chosen[0]![1]) : chosen.filter(([from]) => from <= line.length).map(([from, to]) => line.slice(from - 1, to)).join(joint)
      if (!line.includes(delimiter)) return only ? null : line
      const fields = line.split(delimiter)
      if (chosen.length === 1 && chosen[0]![0] === chosen[0]![1]) return fields[chosen[0]![0] - 1] ?? ''
      return chosen.flatMap(([from, to]) => fields.slice(from - 1, to)).join(joint)
    }
    return yield* byLines(p, o.operands, lines => {
      let text = ''
      for (const line of lines) {
        const picked = pick(line)
        if (picked !== null) text += picked + end
      }
      return text
    }, end)
  },
})

type Range = [from: number, to: number]
/** `1,3-5,7-`, sorted and joined; a string is the complaint. */
function rangesOf(list: string, fields: boolean): Range[] | string {
  const ranges: Range[] = []
  for (const part of list.split(/[, \t]/)) {
    const [all, a, dash, b] = /^(\d*)(-?)(\d*)$/.exec(part) ?? []
    if (all === undefined) {
      const odd = /[^\d-].*|(?<=-\d*)-.*/s.exec(part)![0]
      return odd.startsWith('-') ? `invalid ${fields ? 'field range' : 'byte or character range'}` : `invalid ${fields ? 'field value' : 'byte/character position'} ${quote(odd)}`
    }
    if (dash !== '' && a === '' && b === '') return 'invalid range with no endpoint: -'
    if (Number(a === '' ? (dash === '' ? 0 : 1) : a) === 0 || (b !== '' && Number(b) === 0 && dash !== '' && a === '')) return fields ? 'fields are numbered from 1' : 'byte/character positions are numbered from 1'
    const from = Number(a || 1), to = dash === '' ? from : b === '' ? Infinity : Number(b)
    if (to < from) return 'invalid decreasing range'
    ranges.push([from, to])
  }
  ranges.sort((x, y) => x[0] - y[0])
  const joined: Range[] = []
  for (const [from, to] of ranges) {
    const last = joined[joined.length - 1]
    // Neighbours stay apart: an output delimiter stands between them.
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to)
    else joined.push([from, to])
  }
  return joined
}
function complement(ranges: readonly Range[]): Range[] {
  const rest: Range[] = []
  let next = 1
  for (const [from, to] of ranges) {
    if (from > next) rest.push([next, from - 1])
    next = to + 1
  }
  if (next !== Infinity) rest.push([next, Infinity])
  return rest
}

const paste = defineCommand({
  name: 'paste',
  *run(p) {
    const o = yield* options(p, { short: 'd:sz', long: { delimiters: 'd:', serial: 's', 'zero-terminated': 'z' } })
    if (typeof o === 'number') return o
    const end = o.has('z') ? '\0' : '\n', list = delimiters(o.get('d') ?? '\t')
    if (list === null) {
      yield* complain(p, `delimiter list ends with an unescaped backslash: ${o.get('d')}`)
      return 1
    }
    const names = o.operands.length === 0 ? ['-'] : o.operands, between = (i: number): string => list.length === 0 ? '' : list[i % list.length]!
    let status = 0
    if (o.has('s')) {
      for (const name of names) {
        const text = yield* slurp(p, name)
        if (text === null) { status = 1; continue }
        const lines = linesOf(text, end)
        if (!(yield* out(p, lines.map((line, i) => i === 0 ? line : between(i - 1) + line).join('') + end))) return 1
      }
      return status
    }
    const stdin = names.filter(name => name === '-').length, columns: (string[] | null)[] = []
    for (const name of names) {
      if (name === '-') { columns.push(null); continue }
      const input = yield* openInput(p, name)
      if (input === null) return 1
      const text = yield* p.readAll(input.fd)
      closeInput(p, input)
      if (failed(text)) {
        yield* complain(p, `${name}: ${text.text}`)
        status = 1
      }
      columns.push(failed(text) ? [] : linesOf(text, end))
    }
    if (stdin > 0) {
      const text = yield* p.readAll(0), lines = failed(text) ? [] : linesOf(text, end)
      let nth = 0
      // Each `-` takes the next line in turn.
      columns.forEach((column, i) => {
        if (column !== null) return
        const from = nth++
        columns[i] = lines.filter((_, n) => n % stdin === from)
      })
    }
    const rows = Math.max(0, ...columns.map(column => column!.length)), text: string[] = []
    for (let r = 0; r < rows; r++) text.push(columns.map((column, i) => (i === 0 ? '' : between(i - 1)) + (column![r] ?? '')).join('') + end)
    return (yield* out(p, text.join(''))) ? status : 1
  },
})
function delimiters(text: string): string[] | null {
  const list: string[] = []
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '\\') { list.push(text[i]!); continue }
    if (++i >= text.length) return null
    list.push(({ 0: '', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' } as Readonly<Record<string, string>>)[text[i]!] ?? text[i]!)
  }
  return list
}

export const CUT = [cut, paste]
