/**
 * uniq, comm, join: what is equal between neighbouring lines and between sorted files. Source: GNU coreutils 9.1.
 */
import { defineCommand } from '../kernel/command.ts'
import { failed } from '../kernel/errno.ts'
import type { Process } from '../kernel/process.ts'
import type { Run } from '../kernel/wait.ts'
import { complain, linesOf, misused, out, quote, slurp } from './io.ts'
import { options, type Options } from './options.ts'

const uniq = defineCommand({
  name: 'uniq',
  *run(p) {
    // `-N` is `-f N`, `+N` is `-s N`.
    p.argv.forEach((arg, i) => { if (/^-\d+$/.test(arg) && i > 0) p.argv[i] = `-f${arg.slice(1)}` })
    const o = yield* options(p, { short: 'cdDf:is:uw:z', long: { count: 'c', repeated: 'd', 'all-repeated': 'D::', group: 'group::', 'skip-fields': 'f:', 'ignore-case': 'i', 'skip-chars': 's:', unique: 'u', 'check-chars': 'w:', 'zero-terminated': 'z' } }, { usage: '[OPTION]... [INPUT [OUTPUT]]' })
    if (typeof o === 'number') return o
    if (o.operands.length > 2) {
      yield* misused(p, `extra operand ${quote(o.operands[2]!)}`)
      return 1
    }
    for (const [key, what] of [['f', 'invalid number of fields to skip'], ['s', 'invalid number of bytes to skip'], ['w', 'invalid number of bytes to compare']] as const)
      if (o.has(key) && !/^\d+$/.test(o.get(key)!)) {
        yield* complain(p, `${o.get(key)}: ${what}`)
        return 1
      }
    const group = o.get('group'), every = o.get('D')
    const method = o.has('group') ? group || 'separate' : every || 'none'
    if (o.has('group') && o.has('c', 'd', 'D', 'u')) {
      yield* misused(p, '--group is mutually exclusive with -c/-d/-D/-u')
      return 1
    }
    if (o.has('D') && o.has('c')) {
      yield* misused(p, 'printing all duplicated lines and repeat counts is meaningless')
      return 1
    }
    const fields = Number(o.get('f') ?? 0), chars = Number(o.get('s') ?? 0), width = o.has('w') ? Number(o.get('w')) : Infinity, end = o.has('z') ? '\0' : '\n'
    const keyOf = (line: string): string => {
      let at = 0
      for (let n = 0; n < fields && at < line.length; n++) at += /^[ \t]*[^ \t]*/.exec(line.slice(at))![0].length
      const key = fields + chars === 0 ? line : line.slice(at + chars), cut = key.length > width ? key.slice(0, width) : key
      return o.has('i') ? cut.replace(/[a-z]+/g, s => s.toUpperCase()) : cut
    }
    const name = o.operands[0] ?? '-', text = yield* slurp(p, name, (name, no) => no.errno === 'EISDIR' ? `error reading ${quote(name)}` : `${name}: ${no.text}`)
    if (text === null) return 1
    const result: string[] = [], run: string[] = []
    let key: string | null = null, groups = 0
    const finish = (): void => {
      const n = run.length
      if (n === 0) return
      if (o.has('group')) {
        if (method === 'prepend' || method === 'both' || (method === 'separate' && groups > 0)) if (method !== 'both' || groups === 0) result.push('')
        result.push(...run)
        if (method === 'append' || method === 'both') result.push('')
        groups++
      } else if (o.has('D')) {
        if (n > 1) {
          if (method === 'prepend' || (method === 'separate' && groups > 0)) result.push('')
          result.push(...run)
          groups++
        }
      } else if (!(o.has('d') && n === 1) && !(o.has('u') && n > 1)) result.push(o.has('c') ? `${String(n).padStart(7)} ${run[0]!}` : run[0]!)
      run.length = 0
    }
    for (const line of linesOf(text, end)) {
      const own = keyOf(line)
      if (own !== key) finish()
      key = own
      run.push(line)
    }
    finish()
    const all = result.map(line => line + end).join('')
    if (o.operands[1] === undefined || o.operands[1] === '-') return (yield* out(p, all)) ? 0 : 1
    const fd = yield* p.open(o.operands[1], { write: true, create: true, truncate: true }, 3)
    if (failed(fd)) {
      yield* complain(p, `${o.operands[1]}: ${fd.text}`)
      return 1
    }
    yield* p.write(fd, all)
    p.close(fd)
    return 0
  },
})

/** The two operands of comm and join; null if they are not two, or cannot be read. */
function* two(p: Process, o: Options, end: string): Run<[string[], string[]] | null> {
  if (o.operands.length !== 2) {
    yield* misused(p, o.operands.length === 0 ? 'missing operand' : o.operands.length === 1 ? `missing operand after ${quote(o.operands[0]!)}` : `extra operand ${quote(o.operands[2]!)}`)
    return null
  }
  const texts: string[] = []
  for (const name of o.operands) {
    const text = yield* slurp(p, name)
    if (text === null) return null
    texts.push(text)
  }
  return [linesOf(texts[0]!, end), linesOf(texts[1]!, end)]
}

const comm = defineCommand({
  name: 'comm',
  *run(p) {
    const o = yield* options(p, { short: '123z', long: { 'check-order': 'check', 'nocheck-order': 'nocheck', 'output-delimiter': 'delimiter:', total: 'total', 'zero-terminated': 'z' } }, { usage: '[OPTION]... FILE1 FILE2' })
    if (typeof o === 'number') return o
    const end = o.has('z') ? '\0' : '\n', files = yield* two(p, o, end)
    if (files === null) return 1
    const [a, b] = files, tab = o.get('delimiter') === undefined ? '\t' : o.get('delimiter') || '\0', counts = [0, 0, 0], lines: string[] = []
    const lead = ['', o.has('1') ? '' : tab, (o.has('1') ? '' : tab) + (o.has('2') ? '' : tab)]
    const put = (column: number, line: string): void => {
      counts[column]!++
      if (!o.has(String(column + 1))) lines.push(lead[column]! + line + end)
    }
    let i = 0, j = 0, unpaired = false
    const disorder = [false, false]
    while (i < a.length || j < b.length) {
      const before = j >= b.length || (i < a.length && a[i]! < b[j]!)
      if (before || i >= a.length || b[j]! < a[i]!) {
        unpaired = true
        put(before ? 0 : 1, before ? a[i++]! : b[j++]!)
      } else {
        put(2, a[i++]!)
        j++
      }
      if (i > 1 && i <= a.length && a[i - 1]! < a[i - 2]!) disorder[0] = true
      if (j > 1 && j <= b.length && b[j - 1]! < b[j - 2]!) disorder[1] = true
      // The line that comes next is looked at as well.
      if (i > 0 && i < a.length && a[i]! < a[i - 1]!) disorder[0] = true
      if (j > 0 && j < b.length && b[j]! < b[j - 1]!) disorder[1] = true
    }
    if (o.has('total')) lines.push(`${counts.join(tab)}${tab}total${end}`)
    if (!(yield* out(p, lines.join('')))) return 1
    if (o.has('nocheck') || (!unpaired && !o.has('check')) || !(disorder[0] || disorder[1])) return 0
    for (const n of [0, 1]) if (disorder[n]) yield* complain(p, `file ${n + 1} is not in sorted order`)
    if (!o.has('check')) yield* complain(p, 'input is not in sorted order')
    return 1
  },
})

const join = defineCommand({
  name: 'join',
  *run(p) {
    const o = yield* options(p, { short: 'a:e:i1:2:j:o:t:v:z', long: { 'ignore-case': 'i', 'check-order': 'check', 'nocheck-order': 'nocheck', header: 'header', 'zero-terminated': 'z' } }, { usage: '[OPTION]... FILE1 FILE2' })
    if (typeof o === 'number') return o
    const end = o.has('z') ? '\0' : '\n', files = yield* two(p, o, end)
    if (files === null) return 1
    const tab = o.get('t') ?? null, joins = [Number(o.get('1') ?? o.get('j') ?? 1), Number(o.get('2') ?? o.get('j') ?? 1)]
    if (joins.some(n => !(n > 0))) {
      yield* complain(p, `invalid field number: ${quote(o.get('1') ?? o.get('2') ?? o.get('j') ?? '')}`)
      return 1
    }
    type Row = { fields: string[]; key: string }
    const rows = files.map((lines, file) => lines.map((line): Row => {
      const fields = tab === null ? line.split(/[ \t\n]+/).filter((field, i, all) => field !== '' || (i > 0 && i < all.length - 1)) : tab === '' ? [line] : line.split(tab)
      const key = fields[joins[file]! - 1] ?? ''
      return { fields, key: o.has('i') ? key.toLowerCase() : key }
    })) as [Row[], Row[]]
    const alone = new Set([...o.every('a'), ...o.every('v')]), paired = !o.has('v'), empty = o.get('e') ?? '', separator = tab ?? ' '
    const format = o.every('o').join(',').split(/[ ,\t]+/).filter(each => each !== ''), auto = format[0] === 'auto', result: string[] = []
    const widths = rows.map(all => all[0]?.fields.length ?? 0)
    const show = (a: Row | null, b: Row | null): void => {
      const key = a?.fields[joins[0]! - 1] ?? b?.fields[joins[1]! - 1] ?? ''
      const rest = (row: Row | null, file: number): string[] => {
        const fields = row?.fields.filter((_, i) => i !== joins[file]! - 1) ?? []
        return auto ? Array.from({ length: Math.max(0, widths[file]! - 1) }, (_, i) => fields[i] ?? '') : fields
      }
      const shown = format.length > 0 && !auto
        ? format.map(each => each === '0' ? key : (each.startsWith('1') ? a : b)?.fields[Number(each.slice(2)) - 1] ?? '')
        : [key, ...(a !== null || auto ? rest(a, 0) : []), ...(b !== null || auto ? rest(b, 1) : [])]
      result.push(shown.map(field => field === '' ? empty : field).join(separator) + end)
    }
    const [a, b] = rows
    let i = 0, j = 0
    if (o.has('header') && (a.length > 0 || b.length > 0)) {
      show(a[0] ?? null, b[0] ?? null)
      i = j = 1
    }
    const disorder: string[] = []
    let unpaired = false
    while (i < a.length || j < b.length) {
      const x = a[i], y = b[j], order = x === undefined ? 1 : y === undefined ? -1 : x.key < y.key ? -1 : x.key > y.key ? 1 : 0
      if (order !== 0) unpaired = true
      if (order < 0) { if (alone.has('1')) show(x!, null); i++ }
      else if (order > 0) { if (alone.has('2')) show(null, y!); j++ }
      else {
        let m = i, n = j
        while (m < a.length && a[m]!.key === x!.key) m++
        while (n < b.length && b[n]!.key === x!.key) n++
        if (paired) for (let k = i; k < m; k++) for (let l = j; l < n; l++) show(a[k]!, b[l]!)
        i = m
        j = n
      }
      for (const [file, all, at] of [[0, a, i], [1, b, j]] as const)
        if (!o.has('nocheck') && (unpaired || o.has('check')) && at > 0 && at < all.length && all[at]!.key < all[at - 1]!.key && !disorder[file]) disorder[file] = `${o.operands[file]}:${at + 1}: is not sorted: ${files[file]![at]}`
    }
    if (!(yield* out(p, result.join('')))) return 1
    for (const text of disorder) if (text !== undefined) yield* complain(p, text)
    if (disorder.some(text => text !== undefined)) {
      if (!o.has('check')) yield* complain(p, 'input is not in sorted order')
      return 1
    }
    return 0
  },
})

export const UNIQ = [uniq, comm, join]
