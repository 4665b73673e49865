/**
 * link, tsort, column, sudo: small ones that are rarely needed; and those that a real system has and this one has not. They are there, so that
 * `command -v` finds them, and say what they are not, so that no script takes them for something that worked.
 * Source: GNU coreutils 9.1, util-linux 2.38 (column), sudo 1.9.
 */
import { defineCommand } from '../kernel/command.ts'
import { E, failed } from '../kernel/errno.ts'
import { makeable } from '../kernel/process.ts'
import { instead } from './child.ts'
import { complain, linesOf, misused, out, quote, slurp } from './io.ts'
import { options } from './options.ts'

const link = defineCommand({
  name: 'link',
  *run(p) {
    const o = yield* options(p, { short: '' }, { usage: 'FILE1 FILE2' })
    if (typeof o === 'number') return o
    const [from, to, extra] = o.operands
    if (from === undefined || to === undefined || extra !== undefined) {
      yield* misused(p, from === undefined ? 'missing operand' : to === undefined ? `missing operand after ${quote(from)}` : `extra operand ${quote(extra!)}`)
      return 1
    }
    const node = p.find(from, false), place = p.machine.tree.place(to, p.cwd, false)
    const no = failed(node) ? node : failed(place) ? place : node.kind === 'directory' ? E.EPERM : place.node !== undefined ? E.EEXIST : makeable(place.dir)
    if (no !== undefined || failed(node) || failed(place)) {
      yield* complain(p, `cannot create link ${quote(to)} to ${quote(from)}: ${no!.text}`)
      return 1
    }
    node.nlink++
    place.dir.set!(place.name, node)
    return 0
  },
})

const tsort = defineCommand({
  name: 'tsort',
  *run(p) {
    const o = yield* options(p, { short: '' }, { usage: '[OPTION] [FILE]' })
    if (typeof o === 'number') return o
    if (o.operands.length > 1) {
      yield* misused(p, `extra operand ${quote(o.operands[1]!)}`)
      return 1
    }
    const name = o.operands[0] ?? '-', text = yield* slurp(p, name)
    if (text === null) return 1
    const words = text.split(/[ \t\n]+/).filter(word => word !== '')
    if (words.length % 2 !== 0) {
      yield* complain(p, `${name}: input contains an odd number of tokens`)
      return 1
    }
    const before = new Map<string, number>(), after = new Map<string, string[]>()
    for (const word of words) if (!before.has(word)) { before.set(word, 0); after.set(word, []) }
    for (let i = 0; i < words.length; i += 2) if (words[i] !== words[i + 1]) {
      after.get(words[i]!)!.unshift(words[i + 1]!)
      before.set(words[i + 1]!, before.get(words[i + 1]!)! + 1)
    }
    // In the order of names to begin with, then as they become free.
    const free = [...before.keys()].filter(word => before.get(word) === 0).sort()
    const sorted: string[] = []
    for (let word; (word = free.shift()) !== undefined;) {
      sorted.push(word)
      for (const next of after.get(word)!) {
        before.set(next, before.get(next)! - 1)
        if (before.get(next) === 0) free.push(next)
      }
    }
    yield* out(p, sorted.map(word => `${word}\n`).join(''))
    if (sorted.length === before.size) return 0
    yield* complain(p, `${name}: input contains a loop; hotspare: what tsort makes of it is not modelled`)
    return 1
  },
})

const column = defineCommand({
  name: 'column',
  *run(p) {
    const o = yield* options(p, { short: 'ts:o:nJx', long: { table: 't', separator: 's:', 'output-separator': 'o:' } }, { from: 'util-linux', version: '2.38.1' })
    if (typeof o === 'number') return o
    if (!o.has('t') || o.has('n', 'J', 'x')) {
      yield* complain(p, 'hotspare: of column the options -t, -s and -o are modelled')
      return 1
    }
    const rows: string[][] = [], separators = o.get('s'), joint = o.get('o') ?? '  '
    let status = 0
    for (const name of o.operands.length === 0 ? ['-'] : o.operands) {
      const text = yield* slurp(p, name)
      if (text === null) { status = 1; continue }
      for (const line of linesOf(text)) {
        if (line.trim() === '') continue
        rows.push(separators === undefined ? line.trim().split(/[ \t]+/) : split(line, separators))
      }
    }
    const widths: number[] = []
    for (const row of rows) row.forEach((cell, i) => { widths[i] = Math.max(widths[i] ?? 0, cell.length) })
    // Each column is filled up but the last of all, and a row ends with its own last cell.
    const text = rows.map(row => `${widths.map((width, i) => i === widths.length - 1 ? row[i] ?? '' : `${(row[i] ?? '').padEnd(width)}${joint}`).join('')}\n`).join('')
    return (yield* out(p, text)) ? status : 1
  },
})
function split(line: string, separators: string): string[] {
  const cells = ['']
  for (const char of line) {
    if (separators.includes(char)) cells.push('')
    else cells[cells.length - 1] += char
  }
  return cells
}

/** Everybody is root here: it runs the command. */
const sudo = defineCommand({
  name: 'sudo',
  *run(p) {
    const o = yield* options(p, { short: '+nEHSku:', long: { 'non-interactive': 'n', 'preserve-env': 'E', 'set-home': 'H', stdin: 'S', user: 'u:' } }, { from: 'sudo', version: '1.9.13p3' })
    if (typeof o === 'number') return o
    if ((o.get('u') ?? 'root') !== 'root') {
      yield* complain(p, 'hotspare: sudo to another user than root is not modelled')
      return 1
    }
    const words = [...o.operands], env = new Map(p.env)
    p.env = env
    for (let [, name, value] = /^(\w+)=(.*)$/s.exec(words[0] ?? '') ?? []; name !== undefined; [, name, value] = /^(\w+)=(.*)$/s.exec(words[0] ?? '') ?? []) {
      env.set(name, value!)
      words.shift()
    }
    if (words.length === 0) {
      yield* p.err('usage: sudo [-EHnS] [-u user] [VAR=value] [command]\n')
      return 1
    }
    const status = yield* instead(p, words, 'sudo', no => no === E.ENOENT ? `${words[0]!}: command not found` : `unable to execute ${words[0]!}: ${no.text}`)
    return status === 127 || status === 126 ? 1 : status
  },
})

const absent = (name: string) => defineCommand({
  name,
  *run(p) {
    yield* complain(p, `hotspare: ${name} is not modelled`)
    return 2
  },
})
const ABSENT = [
  'at', 'atq', 'atrm', 'b2sum', 'base32', 'batch', 'bc', 'chroot', 'chrt', 'crontab', 'csplit', 'dc', 'fmt', 'last', 'less', 'more', 'pr', 'ptx', 'runuser', 'script', 'sha224sum', 'sha384sum', 'stdbuf', 'su', 'sum', 'taskset', 'top', 'w',
]
export const OTHERS = [link, tsort, column, sudo, ...ABSENT.map(absent)]
