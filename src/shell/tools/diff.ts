/**
 * diff and cmp. Edit scripts are the shortest (Myers); where several are, the one that GNU diff 3.8 would show need not be the same.
 */
import { defineCommand } from '../kernel/command.ts'
import { failed } from '../kernel/errno.ts'
import type { Process } from '../kernel/process.ts'
import type { Run } from '../kernel/wait.ts'
import { complain, linesOf, out, quote, sizeOf } from './io.ts'
import { entriesOf } from './nodes.ts'
import { options, type Options } from './options.ts'
import { strftime } from './strftime.ts'

/** Lines [a0, a1) of the first become [b0, b1) of the second. */
export interface Hunk { readonly a0: number; readonly a1: number; readonly b0: number; readonly b1: number }

/** What differs, in order. Equal ends are cut off first; in between Myers' greedy search, forwards, with all its frontiers kept. */
export function differences(a: readonly string[], b: readonly string[]): Hunk[] {
  let head = 0, tail = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  const n = a.length - head - tail, m = b.length - head - tail, changedA = new Uint8Array(a.length), changedB = new Uint8Array(b.length)
  const frontiers: Int32Array[] = []
  let reached = Int32Array.of(0, 0, 0), found = n === 0 && m === 0 ? 0 : -1
  // reached[k + d + 1]: how far down diagonal k one gets with d edits.
  for (let d = 0; found < 0 && d <= n + m; d++) {
    const next = new Int32Array(2 * d + 3).fill(-1)
    for (let k = -d; k <= d; k += 2) {
      const left = k > -d ? reached[k - 1 + d]! : -1, right = k < d ? reached[k + 1 + d]! : -1
      let x = d === 0 ? 0 : k === -d || (k !== d && left < right) ? right : left + 1, y = x - k
      if (x > n || y > m || x < 0 || y < 0) { next[k + d + 1] = x > n || y > m ? Math.min(x, n + 1) : -1; continue }
      while (x < n && y < m && a[head + x] === b[head + y]) { x++; y++ }
      next[k + d + 1] = x
      if (x >= n && y >= m) { found = d; break }
    }
    frontiers.push(reached)
    reached = next
  }
  for (let d = found, x = n, y = m; d > 0; d--) {
    const before = frontiers[d]!, k = x - y, left = k > -d ? before[k - 1 + d]! : -1, right = k < d ? before[k + 1 + d]! : -1
    const down = k === -d || (k !== d && left < right), px = down ? right : left, py = px - (down ? k + 1 : k - 1)
    if (down) changedB[head + py] = 1
    else changedA[head + px] = 1
    x = px
    y = py
  }
  settle(a, changedA, changedB)
  settle(b, changedB, changedA)
  const hunks: Hunk[] = []
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    if (!changedA[i] && !changedB[j] && i < a.length && j < b.length) { i++; j++; continue }
    const a0 = i, b0 = j
    while (i < a.length && changedA[i]) i++
    while (j < b.length && changedB[j]) j++
    if (i === a0 && j === b0) break
    hunks.push({ a0, a1: i, b0, b1: j })
  }
  return hunks
}
/** A run of changes slides down as far as equal lines let it, as GNU diff does, and joins the next one it meets. */
function settle(lines: readonly string[], changed: Uint8Array, other: Uint8Array): void {
  for (let i = 0, j = 0; ;) {
    while (i < lines.length && !changed[i]) {
      while (other[j]) j++
      i++
      j++
    }
    if (i >= lines.length) return
    let start = i, end = i
    while (end < lines.length && changed[end]) end++
    // j: the line of the other file that stands before the run.
    while (other[j]) j++
    let moved = end
    for (;;) {
      let from = start, to = moved, at = j
      while (to < lines.length && lines[from] === lines[to]) {
        changed[from++] = 0
        changed[to++] = 1
        while (to < lines.length && changed[to]) to++
        at++
        while (other[at]) at++
      }
      if (to === moved) break
      start = from
      moved = to
      j = at
    }
    i = moved
  }
}

/** Here the hint has the name of the program before it as well. */
const misuse = (p: Process, text: string): Run<unknown> => p.err(`${p.argv[0]}: ${text}\n${p.argv[0]}: Try '${p.argv[0]} --help' for more information.\n`)

const diff = defineCommand({
  name: 'diff',
  *run(p) {
    p.argv = p.argv.map((arg, i) => i > 0 && /^-u?\d+$/.test(arg) ? arg.replace(/^-u?/, '-U') : arg)
    const o = yield* options(p, { short: 'abBcC:dEeiI:l:nNpqrstTuU:wWyZ', long: { brief: 'q', 'report-identical-files': 's', unified: 'u::', context: 'c::', recursive: 'r', 'new-file': 'N', 'ignore-case': 'i', 'ignore-all-space': 'w', 'ignore-space-change': 'b', 'ignore-blank-lines': 'B', text: 'a', label: 'label:', color: 'color::', 'strip-trailing-cr': 'cr', normal: 'normal', 'side-by-side': 'y', 'ignore-trailing-space': 'Z' } }, { fail: 2, prefixed: true, from: 'GNU diffutils', version: '3.8', usage: '[OPTION]... FILES' })
    if (typeof o === 'number') return o
    const odd = ['c', 'C', 'y', 'e', 'n', 'B', 'I', 'W', 'l'].find(key => o.has(key))
    if (odd !== undefined) {
      yield* complain(p, `hotspare: diff option -${odd} is not modelled`)
      return 2
    }
    const [one, two, three] = o.operands
    if (two === undefined || three !== undefined) {
      yield* misuse(p, three !== undefined ? `extra operand ${quote(three)}` : `missing operand after ${quote(one ?? p.argv[p.argv.length - 1]!)}`)
      return 2
    }
    return yield* compare(p, o, one!, two, true)
  },
})
function* compare(p: Process, o: Options, one: string, two: string, top: boolean): Run {
  const nodes = [one, two].map(name => name === '-' || /^\/dev\/(?:fd\/\d+|stdin)$/.test(name) ? null : p.find(name)), say = function* (name: string, text: string): Run {
    yield* complain(p, `${name}: ${text}`)
    return 2
  }
  let status = 0
  for (const [i, node] of nodes.entries()) if (node !== null && failed(node) && !(o.has('N') && !top)) {
    if (!(o.has('N') && node.errno === 'ENOENT')) status = yield* say([one, two][i]!, node.text)
  }
  if (status !== 0) return status
  const [a, b] = nodes, isDirectory = (node: typeof a): boolean => node !== null && node !== undefined && !failed(node) && node.kind === 'directory'
  if (isDirectory(a) && isDirectory(b)) return yield* directories(p, o, one, two)
  if (isDirectory(a) !== isDirectory(b)) {
    if (top) return yield* compare(p, o, isDirectory(a) ? `${one}/${two.replace(/^.*\//, '')}` : one, isDirectory(b) ? `${two}/${one.replace(/^.*\//, '')}` : two, false)
    yield* out(p, `File ${one} is a ${isDirectory(a) ? 'directory' : 'regular file'} while file ${two} is a ${isDirectory(b) ? 'directory' : 'regular file'}\n`)
    return 1
  }
  const texts: string[] = []
  for (const [i, name] of [one, two].entries()) {
    const node = nodes[i]
    if (node !== null && node !== undefined && failed(node)) { texts.push(''); continue }
    const text = name === '-' ? yield* p.readAll(0) : yield* p.readFile(name)
    if (failed(text)) return yield* say(name, text.text)
    texts.push(text)
  }
  const [x, y] = texts as [string, string]
  if (x === y) {
    if (o.has('s')) yield* out(p, `Files ${one} and ${two} are identical\n`)
    return 0
  }
  const binary = !o.has('a') && (x.slice(0, 32_768).includes('\0') || y.slice(0, 32_768).includes('\0'))
  const hunks = binary ? [] : hunksOf(o, x, y)
  if (!binary && hunks.length === 0) return 0
  if (o.has('q') || binary) {
    yield* out(p, binary && !o.has('q') ? `Binary files ${one} and ${two} differ\n` : `Files ${one} and ${two} differ\n`)
    return 1
  }
  const lines = [x, y].map(text => text.split('\n')), whole = lines.map(all => all[all.length - 1] === '' ? (all.pop(), true) : false)
  const line = (file: 0 | 1, i: number): string => `${lines[file]![i]!}\n${i === lines[file]!.length - 1 && !whole[file] ? '\\ No newline at end of file\n' : ''}`
  const command = top ? '' : `diff${p.argv.slice(1).filter(arg => arg.startsWith('-') && arg !== '-').map(arg => ` ${arg}`).join('')} ${one} ${two}\n`
  const shown = o.has('u', 'U') ? unified(p, o, [one, two], nodes as { mtime?: number }[], hunks, lines as [string[], string[]], line) : normal(hunks, line)
  return (yield* out(p, (o.has('r') ? command : '') + shown)) ? 1 : 2
}
function hunksOf(o: Options, x: string, y: string): Hunk[] {
  const clean = (line: string): string => {
    let text = line
    if (o.has('cr')) text = text.replace(/\r$/, '')
    if (o.has('w')) text = text.replace(/[ \t\r\v\f]+/g, '')
    else if (o.has('b')) text = text.replace(/[ \t\r\v\f]+/g, ' ').replace(/ $/, '')
    else if (o.has('Z')) text = text.replace(/[ \t\r\v\f]+$/, '')
    return o.has('i') ? text.replace(/[A-Z]+/g, s => s.toLowerCase()) : text
  }
  // A last line without its end differs from one with it, unless blanks do not count.
  const own = (text: string): string[] => linesOf(text).map((each, i, all) => i === all.length - 1 && !text.endsWith('\n') && !o.has('w', 'b', 'Z') ? `${clean(each)}\n` : clean(each))
  return differences(own(x), own(y))
}
function normal(hunks: readonly Hunk[], line: (file: 0 | 1, i: number) => string): string {
  const range = (from: number, to: number): string => to - from > 1 ? `${from + 1},${to}` : to === from ? String(from) : String(to)
  return hunks.map(({ a0, a1, b0, b1 }) => {
    let text = `${range(a0, a1)}${a0 === a1 ? 'a' : b0 === b1 ? 'd' : 'c'}${range(b0, b1)}\n`
    for (let i = a0; i < a1; i++) text += `< ${line(0, i)}`
    if (a0 !== a1 && b0 !== b1) text += '---\n'
    for (let i = b0; i < b1; i++) text += `> ${line(1, i)}`
    return text
  }).join('')
}
function unified(p: Process, o: Options, names: readonly string[], nodes: readonly ({ mtime?: number } | null)[], hunks: readonly Hunk[], lines: readonly [string[], string[]], line: (file: 0 | 1, i: number) => string): string {
  const around = Number(o.get('U') ?? (o.get('u') || 3)), labels = o.every('label')
  const title = (i: number): string => labels[i] ?? `${names[i]}\t${strftime('%Y-%m-%d %H:%M:%S.%N %z', { seconds: nodes[i]?.mtime ?? (nodes[i] === null ? p.machine.unixSeconds() : 0), nanos: 0 })}`
  let text = `--- ${title(0)}\n+++ ${title(1)}\n`
  for (let i = 0; i < hunks.length;) {
    let j = i
    while (j + 1 < hunks.length && hunks[j + 1]!.a0 - hunks[j]!.a1 <= 2 * around) j++
    const first = hunks[i]!, last = hunks[j]!, a0 = Math.max(0, first.a0 - around), b0 = Math.max(0, first.b0 - around), a1 = Math.min(lines[0].length, last.a1 + around), b1 = Math.min(lines[1].length, last.b1 + around)
    const range = (from: number, to: number): string => to - from === 1 ? String(to) : `${to === from ? from : from + 1},${to - from}`
    text += `@@ -${range(a0, a1)} +${range(b0, b1)} @@\n`
    let at = a0
    for (; i <= j; i++) {
      const hunk = hunks[i]!
      for (; at < hunk.a0; at++) text += ` ${line(0, at)}`
      for (; at < hunk.a1; at++) text += `-${line(0, at)}`
      for (let k = hunk.b0; k < hunk.b1; k++) text += `+${line(1, k)}`
    }
    for (; at < a1; at++) text += ` ${line(0, at)}`
  }
  return text
}
function* directories(p: Process, o: Options, one: string, two: string): Run {
  const dirs = [p.find(one), p.find(two)].map(node => failed(node) ? [] : entriesOf(node)), names = [...new Set(dirs.flat().map(([name]) => name))].sort((a, b) => a < b ? -1 : 1)
  let status = 0
  for (const name of names) {
    const [a, b] = dirs.map(entries => entries.find(([each]) => each === name)?.[1]), x = `${one.replace(/\/+$/, '')}/${name}`, y = `${two.replace(/\/+$/, '')}/${name}`
    if ((a === undefined || b === undefined) && !o.has('N')) {
      yield* out(p, `Only in ${(a === undefined ? two : one).replace(/(?<=.)\/+$/, '')}: ${name}\n`)
      status = Math.max(status, 1)
    } else if (a?.kind === 'directory' && b?.kind === 'directory' && !o.has('r')) yield* out(p, `Common subdirectories: ${x} and ${y}\n`)
    else {
      const differs: number = yield* compare(p, directoryOptions(o), x, y, false)
      status = Math.max(status, differs)
    }
  }
  return status
}
/** Below a directory each pair has its command line before it. */
function directoryOptions(o: Options): Options {
  o.add('r', '')
  return o
}

const cmp = defineCommand({
  name: 'cmp',
  *run(p) {
    const o = yield* options(p, { short: 'bi:ln:s', long: { 'print-bytes': 'b', 'ignore-initial': 'i:', verbose: 'l', bytes: 'n:', quiet: 's', silent: 's' } }, { fail: 2, prefixed: true, from: 'GNU diffutils', version: '3.8', usage: '[OPTION]... FILE1 [FILE2 [SKIP1 [SKIP2]]]' })
    if (typeof o === 'number') return o
    const [one, two = '-', from1, from2, extra] = o.operands
    if (one === undefined || extra !== undefined) {
      yield* misuse(p, one === undefined ? `missing operand after ${quote(p.argv[p.argv.length - 1]!)}` : `extra operand ${quote(extra!)}`)
      return 2
    }
    const [skipA = '0', skipB = skipA] = (o.get('i') ?? `${from1 ?? 0}:${from2 ?? 0}`).split(':'), skips = [sizeOf(skipA), sizeOf(skipB)], limit = o.has('n') ? sizeOf(o.get('n')!) : Infinity
    if (skips.includes(null) || limit === null) {
      yield* misuse(p, limit === null ? `invalid --bytes value ${quote(o.get('n')!)}` : `invalid --ignore-initial value ${quote(o.get('i') ?? '')}`)
      return 2
    }
    if (o.has('s') && o.has('l')) {
      yield* misuse(p, 'options -l and -s are incompatible')
      return 2
    }
    const fds: number[] = []
    let width = 1
    for (const name of [one, two]) {
      const fd = name === '-' ? 0 : yield* p.open(name, { read: true }, 3)
      if (failed(fd)) {
        if (!o.has('s')) yield* complain(p, `${name}: ${fd.text}`)
        return 2
      }
      fds.push(fd)
      const node = p.fds.get(fd)?.node
      if (node?.kind === 'file') width = Math.max(width, String(node.content.length).length)
    }
    // In pieces: two disks are longer than anything that could be held.
    const pieces = ['', ''], over = [false, false]
    let offset = 0, lines = 1, last = '\n', status = 0, first = [true, true]
    const fill = function* (i: 0 | 1): Run<boolean> {
      while (pieces[i] === '' && !over[i]) {
        const data = yield* p.read(fds[i]!)
        if (failed(data)) {
          if (!o.has('s')) yield* complain(p, `${[one, two][i]}: ${data.text}`)
          return false
        }
        over[i] = data === ''
        if (first[i] && skips[i]! > 0 && data !== '') {
          const rest = data.slice(skips[i]!)
          skips[i] = Math.max(0, skips[i]! - data.length)
          first[i] = skips[i]! > 0
          pieces[i] = rest
        } else pieces[i] = data
        p.charge(Math.ceil(data.length / 1024))
        if (data.length > 0) p.machine.countStatement(p, p.scriptLine ?? 0)
        yield* p.settle()
      }
      return true
    }
    for (;;) {
      if (!(yield* fill(0)) || !(yield* fill(1))) return 2
      const n = Math.min(pieces[0]!.length, pieces[1]!.length, limit - offset)
      if (n <= 0) break
      const a = pieces[0]!.slice(0, n), b = pieces[1]!.slice(0, n)
      if (a !== b) {
        for (let i = 0; i < n; i++) {
          const x = a.charCodeAt(i), y = b.charCodeAt(i)
          if (x === y) { if (x === 10) lines++; continue }
          if (o.has('s')) return 1
          status = 1
          const byte = (code: number): string => code.toString(8).padStart(3)
          if (o.has('l')) {
            if (!(yield* out(p, `${String(offset + i + 1).padStart(width)} ${byte(x)}${o.has('b') ? ` ${visible(x).padEnd(4)}` : ''} ${byte(y)}${o.has('b') ? ` ${visible(y)}` : ''}\n`))) return 2
          } else {
            yield* out(p, `${one} ${two} differ: ${o.has('b') ? 'byte' : 'char'} ${offset + i + 1}, line ${lines}${o.has('b') ? ` is ${byte(x)} ${visible(x)} ${byte(y)} ${visible(y)}` : ''}\n`)
            return 1
          }
        }
      } else for (let at = a.indexOf('\n'); at >= 0; at = a.indexOf('\n', at + 1)) lines++
      last = a[n - 1]!
      offset += n
      pieces[0] = pieces[0]!.slice(n)
      pieces[1] = pieces[1]!.slice(n)
    }
    if (offset >= limit || (pieces[0] === '' && pieces[1] === '')) return status
    if (!o.has('s')) {
      const short = pieces[0] === '' ? one : two
      yield* complain(p, offset === 0 ? `EOF on ${short} which is empty` : `EOF on ${short} after byte ${offset}${o.has('l') ? '' : last === '\n' ? `, line ${lines - 1}` : `, in line ${lines}`}`)
    }
    return 1
  },
})
function visible(code: number): string {
  const low = code & 127
  return `${code > 127 ? 'M-' : ''}${low < 32 ? `^${String.fromCharCode(low + 64)}` : low === 127 ? '^?' : String.fromCharCode(low)}`
}
export const DIFF = [diff, cmp]
