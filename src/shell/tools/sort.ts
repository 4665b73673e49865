/**
 * sort: keys (sort-keys.ts), stable, unique, checking, merging. Source: GNU sort 9.1 in the C locale.
 */
import { defineCommand } from '../kernel/command.ts'
import { failed } from '../kernel/errno.ts'
import type { Process } from '../kernel/process.ts'
import { complain, linesOf, misused, out, quote, slurp } from './io.ts'
import { options, type Options } from './options.ts'
import { bytes, comparison, keyOf, parseKey, type Key } from './sort-keys.ts'

const LONG = {
  'ignore-leading-blanks': 'b', 'dictionary-order': 'd', 'ignore-case': 'f', 'general-numeric-sort': 'g', 'ignore-nonprinting': 'i', 'month-sort': 'M', 'human-numeric-sort': 'h', 'numeric-sort': 'n',
  'random-sort': 'R', 'random-source': 'source:', reverse: 'r', sort: 'sort:', 'version-sort': 'V', 'batch-size': 'batch:', check: 'c::', 'check=quiet': 'C', debug: 'debug', 'field-separator': 't:', key: 'k:', merge: 'm',
  output: 'o:', stable: 's', 'buffer-size': 'S:', unique: 'u', 'temporary-directory': 'T:', parallel: 'parallel:', 'zero-terminated': 'z', 'files0-from': 'files0:',
}
const KINDS: Readonly<Record<string, string>> = { 'general-numeric': 'g', 'human-numeric': 'h', month: 'M', numeric: 'n', random: 'R', version: 'V' }

export const SORT = [defineCommand({
  name: 'sort',
  *run(p) {
    const o = yield* options(p, { short: 'bcCdfghik:mMno:rRsS:t:T:uVz', long: LONG }, { fail: 2 })
    if (typeof o === 'number') return o
    const made = orders(p, o)
    if (typeof made === 'string') {
      const argument = made.startsWith('invalid argument')
      yield* (argument ? misused : complain)(p, made)
      return argument ? 1 : 2
    }
    const end = o.has('z') ? '\0' : '\n', lines: string[] = [], files: string[][] = []
    const checks = o.has('c', 'C')
    if (checks && o.operands.length > 1) {
      yield* complain(p, `extra operand ${quote(o.operands[1]!)} not allowed with -${o.has('C') ? 'C' : 'c'}`)
      return 2
    }
    for (const name of o.operands.length === 0 ? ['-'] : o.operands) {
      const text = yield* slurp(p, name, (name, no) => no.errno === 'EISDIR' ? `read failed: ${name}: ${no.text}` : `cannot read: ${name}: ${no.text}`)
      if (text === null) return 2
      const own = linesOf(text, end)
      if (o.has('m')) files.push(own)
      else for (const line of own) lines.push(line)
    }
    p.machine.checkHeld(lines.length * 64)
    p.charge(Math.ceil(lines.length / 20))
    const { compare, equal } = made
    if (checks) {
      for (let i = 1; i < lines.length; i++) {
        const order = o.has('u') ? equal(lines[i - 1]!, lines[i]!) : compare(lines[i - 1]!, lines[i]!)
        if (order < 0 || (order === 0 && !o.has('u'))) continue
        if (!o.has('C') && !['quiet', 'silent'].includes(o.get('c') ?? '')) yield* complain(p, `${o.operands[0] ?? '-'}:${i + 1}: disorder: ${lines[i]!}`)
        return 1
      }
      return 0
    }
    const sorted = o.has('m') ? merged(files, made, o.has('u')) : made.sort(lines), text = sorted.length === 0 ? '' : sorted.join(end) + end
    const target = o.get('o')
    if (target === undefined) return (yield* out(p, text)) ? 0 : 2
    const fd = yield* p.open(target, { write: true, create: true, truncate: true }, 3)
    if (failed(fd)) {
      yield* complain(p, `open failed: ${target}: ${fd.text}`)
      return 2
    }
    const no = yield* p.write(fd, text)
    p.close(fd)
    if (no === undefined) return 0
    yield* complain(p, `write failed: ${target}: ${no.text}`)
    return 2
  },
})]

/** -m takes the smallest of the first lines, whether or not the files are in order. */
function merged(files: readonly string[][], { compare, equal }: Orders, unique: boolean): string[] {
  const at = files.map(() => 0), result: string[] = []
  for (;;) {
    let best = -1
    for (let i = 0; i < files.length; i++) if (at[i]! < files[i]!.length && (best < 0 || compare(files[i]![at[i]!]!, files[best]![at[best]!]!) < 0)) best = i
    if (best < 0) return result
    const line = files[best]![at[best]!++]!
    if (!unique || result.length === 0 || equal(result[result.length - 1]!, line) !== 0) result.push(line)
  }
}

interface Orders { readonly compare: (a: string, b: string) => number; readonly equal: (a: string, b: string) => number; readonly sort: (lines: string[]) => string[] }
/** What the options say about order; a string is the complaint. */
function orders(p: Process, o: Options): Orders | string {
  let tab: string | null = o.get('t') ?? null
  if (tab === '') return 'empty tab'
  if (tab === '\\0') tab = '\0'
  if (tab !== null && tab.length > 1) return `multi-character tab ${quote(tab)}`
  const global = new Set(['b', 'd', 'f', 'g', 'h', 'i', 'M', 'n', 'R', 'V'].filter(flag => o.has(flag))), kind = o.get('sort')
  if (kind !== undefined) {
    const flag = KINDS[kind]
    if (flag === undefined) return `invalid argument ${quote(kind)} for '--sort'\nValid arguments are:\n${Object.keys(KINDS).map(each => `  - '${each}'`).join('\n')}`
    global.add(flag)
  }
  const reverse = o.has('r'), keys: Key[] = []
  for (const spec of o.every('k')) {
    const key = parseKey(spec)
    if (typeof key === 'string') return key
    // A key without letters of its own takes those of the command line.
    if (key.flags.size === 0) {
      for (const flag of global) for (const each of flag === 'b' ? ['b<', 'b>'] : [flag]) key.flags.add(each)
      if (reverse) key.flags.add('r')
    }
    keys.push(key)
  }
  for (const flags of [global, ...keys.map(key => key.flags)]) {
    const clash = ['d', 'g', 'h', 'i', 'M', 'n', 'R', 'V'].filter(flag => flags.has(flag)).filter((flag, _, all) => !(flag === 'i' && all.includes('d')))
    const numeric = clash.filter(flag => 'ghnM'.includes(flag)), other = clash.filter(flag => 'dRiV'.includes(flag))
    if (numeric.length > 1 || (numeric.length === 1 && other.length > 0) || (other.includes('V') && other.length > 1) || (other.includes('R') && other.includes('V')))
      return `options '-${clash.join('')}' are incompatible`
  }
  if (keys.length === 0 && [...global].some(flag => flag !== 'r')) {
    const flags = new Set<string>([...global].flatMap(flag => flag === 'b' ? ['b<', 'b>'] : [flag]))
    if (reverse) flags.add('r')
    keys.push({ startField: 0, startChar: 0, endField: 0, endChar: 0, flags })
  }
  const unique = o.has('u'), lastResort = !o.has('s') && !unique, draws = new Map<string, number>()
  const shuffled = (text: string): number => {
    if (!draws.has(text)) draws.set(text, p.machine.random())
    return draws.get(text)!
  }
  const byteOrder = reverse ? (a: string, b: string) => bytes(b, a) : bytes
  if (keys.length === 0) {
    return { compare: byteOrder, equal: byteOrder, sort: lines => {
      lines.sort(bytes)
      if (reverse) lines.reverse()
      return unique ? lines.filter((line, i) => i === 0 || line !== lines[i - 1]) : lines
    } }
  }
  const ways = keys.map(key => ({ key, whole: key.startField === 0 && key.startChar === 0 && key.endField === 0 && !key.flags.has('b<'), sign: key.flags.has('r') ? -1 : 1, ...comparison(key.flags, shuffled) }))
  type Row = { readonly line: string; readonly keys: readonly unknown[] }
  const row = (line: string): Row => ({ line, keys: ways.map(way => way.prepare(way.whole ? line : keyOf(line, way.key, tab))) })
  const byKeys = (a: Row, b: Row): number => {
    for (let i = 0; i < ways.length; i++) {
      const order = ways[i]!.compare(a.keys[i] as never, b.keys[i] as never)
      if (order !== 0) return order * ways[i]!.sign
    }
    return 0
  }
  const full = (a: Row, b: Row): number => byKeys(a, b) || (lastResort ? byteOrder(a.line, b.line) : 0)
  return {
    compare: (a, b) => full(row(a), row(b)), equal: (a, b) => byKeys(row(a), row(b)),
    sort(lines) {
      const rows = lines.map(row).sort(full)
      return (unique ? rows.filter((each, i) => i === 0 || byKeys(rows[i - 1]!, each) !== 0) : rows).map(({ line }) => line)
    },
  }
}
