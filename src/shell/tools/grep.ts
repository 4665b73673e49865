/**
 * grep, egrep, fgrep: lines that match, with their context, names, numbers; through files, pipes and directories. Pipes are read as they come, and
 * -q, -l and -m stop reading as soon as the answer is known. Source: grep(1) 3.8, tried.
 */
import { defineCommand, type Command } from '../kernel/command.ts'
import { failed } from '../kernel/errno.ts'
import type { Process } from '../kernel/process.ts'
import type { Node } from '../kernel/tree.ts'
import type { Run } from '../kernel/wait.ts'
import { globMatcher } from '../regex/glob.ts'
import { selector, TooCostly, type Select } from './grep/select.ts'
import { complain, out, readChunk } from './io.ts'
import { getopt, type Options } from './options.ts'

const SHORT = 'A:B:C:D:EFGHILPTUVX:Zabcd:e:f:hilm:noqRrsuvwxyz'
const LONG = {
  'after-context': 'A:', 'basic-regexp': 'G', 'before-context': 'B:', binary: 'U', 'binary-files': 'binary-files:', 'byte-offset': 'b', color: 'color::', colour: 'color::', context: 'C:', count: 'c',
  'dereference-recursive': 'R', devices: 'D:', directories: 'd:', exclude: 'exclude:', 'exclude-dir': 'exclude-dir:', 'exclude-from': 'exclude-from:', 'extended-regexp': 'E', file: 'f:',
  'files-with-matches': 'l', 'files-without-match': 'L', 'fixed-strings': 'F', 'group-separator': 'separator:', help: 'help', 'ignore-case': 'i', include: 'include:', 'initial-tab': 'T',
  'invert-match': 'v', label: 'label:', 'line-buffered': 'u', 'line-number': 'n', 'line-regexp': 'x', 'max-count': 'm:', 'no-filename': 'h', 'no-group-separator': 'no-separator', 'no-ignore-case': 'no-i',
  'no-messages': 's', null: 'Z', 'null-data': 'z', 'only-matching': 'o', 'perl-regexp': 'P', quiet: 'q', recursive: 'r', regexp: 'e:', silent: 'q', text: 'a', version: 'V', 'with-filename': 'H', 'word-regexp': 'w',
}
const USAGE = `Usage: NAME [OPTION]... PATTERNS [FILE]...\nTry 'NAME --help' for more information.\n`

interface Job {
  readonly p: Process
  readonly select: Select
  readonly invert: boolean
  readonly names: boolean
  /** What is printed: lines, their matching parts, a count, the name of a file with or without a match, nothing. */
  readonly print: 'lines' | 'parts' | 'count' | 'with' | 'without' | 'nothing'
  readonly numbers: boolean
  readonly offsets: boolean
  readonly color: boolean
  readonly tab: boolean
  readonly nul: boolean
  readonly most: number
  readonly before: number
  readonly after: number
  readonly separator: string | null
  readonly end: string
  readonly binary: 'binary' | 'text' | 'without-match'
  readonly label: string
  readonly quietly: boolean
  /** A group of lines has been printed: the next one is set apart. */
  printed: boolean
  found: boolean
  trouble: boolean
}

function grep(name: string, fixed?: 'E' | 'F'): Command {
  return defineCommand({
    name,
    *run(p) {
      p.argv.forEach((arg, i) => { if (i > 0 && /^-\d+$/.test(arg)) p.argv[i] = `-C${arg.slice(1)}` })
      const o = getopt(p.argv, { short: SHORT, long: LONG })
      if (typeof o === 'string') return yield* refuse(p, `${p.argv[0]}: ${o}\n${USAGE.replaceAll('NAME', 'grep')}`)
      if (o.has('V') || o.has('help')) {
        yield* p.out(o.has('V') ? 'grep (GNU grep) 3.8\n' : 'Usage: grep [OPTION]... PATTERNS [FILE]...\nSearch for PATTERNS in each FILE.\n')
        return 0
      }
      const patterns = yield* patternsOf(p, o)
      if (typeof patterns === 'number') return patterns
      const matchers = new Set([...(fixed === undefined ? [] : [fixed]), ...o.all.flatMap(([key]) => 'EFGP'.includes(key) && key !== '' ? [key] : [])])
      if (matchers.size > 1 && matchers.has('P')) return yield* refuse(p, 'grep: conflicting matchers specified\n')
      if (matchers.size > 1 && fixed === undefined && !(matchers.size === 2 && matchers.has('G') && matchers.has('E'))) return yield* refuse(p, 'grep: conflicting matchers specified\n')
      const matcher = ([...matchers].at(-1) ?? 'G') as 'E'
      const select = selector(patterns, { matcher, icase: o.lastOf('i', 'y', 'no-i') !== undefined && o.lastOf('i', 'y', 'no-i') !== 'no-i', word: o.has('w') && !o.has('x'), whole: o.has('x') })
      if (typeof select === 'string') return yield* refuse(p, select.startsWith('hotspare:') ? `${select}\n` : `grep: ${select}\n`)
      for (const warning of select.warnings) yield* p.err(`grep: warning: ${warning}\n`)
      const numbers = yield* numbersOf(p, o)
      if (numbers === null) return 2
      const action = o.has('r') || o.has('R') ? 'recurse' : o.get('d') ?? 'read'
      if (!['read', 'recurse', 'skip'].includes(action)) {
        yield* refuse(p, `grep: invalid argument '${action}' for '--directories'\nValid arguments are:\n  - 'read'\n  - 'recurse'\n  - 'skip'\n${USAGE.replaceAll('NAME', 'grep')}`)
        return 1
      }
      if (o.has('D') && !['read', 'skip'].includes(o.get('D')!)) return yield* refuse(p, 'grep: unknown devices method\n')
      const files = o.operands.slice(o.has('e') || o.has('f') ? 0 : 1), recurse = action === 'recurse'
      const which = o.lastOf('l', 'L'), namesWish = o.lastOf('H', 'h')
      const job: Job = {
        p, select, invert: o.has('v'), ...numbers, numbers: o.has('n'), offsets: o.has('b'), color: o.get('color') === 'always', tab: o.has('T'), nul: o.has('Z'),
        names: namesWish === undefined ? files.length > 1 || recurse : namesWish === 'H',
        print: o.has('q') ? 'nothing' : which !== undefined ? which === 'l' ? 'with' : 'without' : o.has('c') ? 'count' : o.has('o') ? 'parts' : 'lines',
        separator: o.lastOf('separator', 'no-separator') === 'no-separator' ? null : o.get('separator') ?? '--', end: o.has('z') ? '\0' : '\n',
        binary: o.lastOf('a', 'I', 'binary-files') === 'a' ? 'text' : o.lastOf('a', 'I', 'binary-files') === 'I' ? 'without-match' : (o.get('binary-files') as 'text' | undefined) ?? (o.has('z') ? 'text' : 'binary'),
        label: o.get('label') ?? '(standard input)', quietly: o.has('s'), printed: false, found: false, trouble: false,
      }
      const walk: Walk = { recurse, follow: o.has('R'), skip: action === 'skip', wanted: filter(o, 'include', 'exclude'), dirs: filter(o, null, 'exclude-dir') }
      for (const file of files.length > 0 ? files : [recurse ? '.' : '-']) {
        try {
          yield* operand(job, walk, file, files.length === 0 && recurse)
        } catch (error) {
          if (!(error instanceof TooCostly)) throw error
          return yield* refuse(p, `grep: ${error.message}\n`)
        }
        if (p.dead || (job.found && job.print === 'nothing')) break
      }
      return job.trouble && !(job.found && job.print === 'nothing') ? 2 : job.found ? 0 : 1
    },
  })
}
export const GREP: readonly Command[] = [grep('grep'), grep('egrep', 'E'), grep('fgrep', 'F')]

function* refuse(p: Process, text: string): Run {
  yield* p.err(text)
  return 2
}
function* patternsOf(p: Process, o: Options): Run<string[] | number> {
  const given: string[] = []
  for (const [key, value] of o.all) {
    if (key === 'e') given.push(...value.split('\n'))
    if (key !== 'f') continue
    const text: string | { readonly text: string } = value === '-' ? yield* p.readAll(0) : yield* p.readFile(value)
    if (typeof text !== 'string') return yield* refuse(p, `grep: ${value}: ${text.text}\n`)
    given.push(...(text === '' ? [] : text.replace(/\n$/, '').split('\n')))
  }
  if (o.has('e') || o.has('f')) return given
  return o.operands.length > 0 ? o.operands[0]!.split('\n') : yield* refuse(p, USAGE.replaceAll('NAME', 'grep'))
}
function* numbersOf(p: Process, o: Options): Run<{ most: number; before: number; after: number } | null> {
  for (const key of ['A', 'B', 'C']) if (o.has(key) && !/^\+?\d+$/.test(o.get(key)!)) {
    yield* refuse(p, `grep: ${o.get(key)}: invalid context length argument\n`)
    return null
  }
  const m = o.get('m')
  if (m !== undefined && !/^[+-]?\d+$/.test(m)) {
    yield* refuse(p, 'grep: invalid max count\n')
    return null
  }
  const lines = (key: string): number => o.has('o') ? 0 : Number(o.get(key) ?? o.get('C') ?? -1)
  return { most: m === undefined || Number(m) < 0 ? Infinity : Number(m), before: lines('B'), after: lines('A') }
}

// Files.

interface Walk { readonly recurse: boolean; readonly follow: boolean; readonly skip: boolean; wanted(name: string): boolean; dirs(name: string): boolean }
function filter(o: Options, include: string | null, exclude: string): (name: string) => boolean {
  const base = (path: string): string => path.replace(/\/+$/, '').replace(/^.*\//, '')
  const all = (key: string): ((path: string) => boolean)[] => o.every(key).map(glob => {
    const matcher = globMatcher(glob.replace(/\/+$/, ''))
    return path => matcher.matches(base(path)) || matcher.matches(path)
  })
  const wanted = include === null ? [] : all(include), not = all(exclude)
  return name => (wanted.length === 0 || wanted.some(matches => matches(name))) && !not.some(matches => matches(name))
}
function* operand(job: Job, walk: Walk, name: string, implicit: boolean): Run<void> {
  const { p } = job
  if (name === '-') return yield* file(job, 0, job.label)
  const node = p.find(name)
  if (!failed(node) && node.kind === 'directory') {
    if (walk.skip) return
    if (walk.recurse) return walk.dirs(name) || implicit ? yield* descend(job, walk, node, implicit ? '' : `${name.replace(/\/+$/, '')}/`) : undefined
    return yield* trouble(job, name, 'Is a directory')
  }
  if (walk.wanted(name)) yield* open(job, name)
}
function* descend(job: Job, walk: Walk, directory: Node & { kind: 'directory' }, prefix: string): Run<void> {
  for (const [entry, node] of [...directory.list()]) {
    if (job.p.dead || (job.found && job.print === 'nothing')) return
    const path = prefix + entry, there = node.kind === 'symlink' && walk.follow ? job.p.find(path) : node
    if (failed(there)) { yield* trouble(job, path, there.text); continue }
    if (there.kind === 'directory') {
      if (walk.dirs(entry)) {
        const inner = job.p.find(path)
        if (!failed(inner) && inner.kind === 'directory') yield* descend(job, walk, inner, `${path}/`)
      }
    } else if ((there.kind === 'file' || there.kind === 'dyn') && walk.wanted(entry)) yield* open(job, path)
  }
}
function* open(job: Job, name: string): Run<void> {
  const fd = yield* job.p.open(name, { read: true }, 3)
  if (failed(fd)) return yield* trouble(job, name, fd.text)
  yield* file(job, fd, name)
  job.p.close(fd)
}
function* trouble(job: Job, name: string, text: string): Run<void> {
  job.trouble = true
  if (!job.quietly) yield* complain(job.p, `${name}: ${text}`)
}

/** One file, to its end or until the answer is known. */
function* file(job: Job, fd: number, name: string): Run<void> {
  const { p, end, print, select, invert } = job, context = job.before >= 0 || job.after >= 0
  const held: { text: string; number: number; offset: number }[] = []
  let rest = '', number = 0, offset = 0, count = 0, owed = 0, binary = false, said = false, last = -1, output = '', over = job.most === 0
  const head = (mark: string, line: number, at: number): string => {
    let text = job.names ? name + (job.nul ? '\0' : mark) : ''
    if (job.numbers) text += `${job.tab ? String(line).padStart(2) : line}${mark}`
    if (job.offsets) text += `${job.tab ? String(at).padStart(2) : at}${mark}`
    return job.tab && text !== '' ? `${text.slice(0, job.nul && !job.numbers && !job.offsets ? undefined : -1)}${text.endsWith(mark) ? mark : ''}\t` : text
  }
  const show = (text: string, line: number, at: number, mark: string): void => {
    if (context && job.printed && line !== last + 1 && job.separator !== null) output += `${job.separator}\n`
    output += head(mark, line, at) + (job.color && mark === ':' && !invert ? colored(select, text) : text) + end
    last = line
    job.printed = true
  }
  const line = (text: string): void => {
    number++
    if (over) {
      // The context after the last line that was wanted.
      if (owed > 0) { owed--; show(text, number, offset, '-') }
    } else if (select.matches(text) !== invert) {
      job.found = true
      count++
      if (print === 'nothing' || print === 'with' || print === 'without') over = true
      else if (print !== 'count') {
        if (binary) {
          over = said = true
          owed = 0
          return
        }
        if (print === 'parts') {
          for (let at = 0; !invert && at <= text.length;) {
            const span = select.find(text, at)
            if (span === null) break
            if (span[1] > span[0]) output += head(':', number, offset + span[0]) + text.slice(span[0], span[1]) + end
            at = span[1] > span[0] ? span[1] : span[1] + 1
          }
        } else {
          for (const each of held.splice(0)) show(each.text, each.number, each.offset, '-')
          show(text, number, offset, ':')
          owed = Math.max(0, job.after)
        }
      }
      if (count >= job.most) over = true
    } else if (print === 'lines') {
      if (owed > 0) {
        owed--
        if (!binary) show(text, number, offset, '-')
      } else if (job.before > 0) {
        held.push({ text, number, offset })
        if (held.length > job.before) held.shift()
      }
    }
    offset += text.length + 1
  }
  while (!(over && owed === 0)) {
    const data: string | { readonly text: string } = yield* readChunk(p, fd)
    if (typeof data !== 'string') { yield* trouble(job, name, data.text); break }
    if (!binary && job.binary !== 'text' && data.includes('\0')) {
      if (job.binary === 'without-match') break
      binary = true
    }
    // An endless line is looked at once.
    if (data !== '' && !data.includes(end)) {
      p.machine.checkHeld((rest += data).length)
      continue
    }
    const text = rest + data, to = data === '' ? text.length : text.lastIndexOf(end) + 1
    let from = 0
    while (from < to && !(over && owed === 0)) {
      const at = text.indexOf(end, from)
      line(text.slice(from, at < 0 ? to : at))
      from = at < 0 ? to : at + 1
    }
    rest = text.slice(to)
    p.machine.checkHeld(rest.length)
    if (output !== '') {
      if (!(yield* out(p, output))) { job.trouble = true; return }
      output = ''
    }
    if (said) yield* complain(p, `${name}: binary file matches`)
    if (data === '') break
  }
  if (print === 'count') output = `${job.names ? name + (job.nul ? '\0' : ':') : ''}${count}\n`
  else if ((print === 'with' && count > 0) || (print === 'without' && count === 0)) output = `${name}${job.nul ? '\0' : '\n'}`
  if (output !== '' && !(yield* out(p, output))) job.trouble = true
}

function colored(select: Select, text: string): string {
  let result = '', at = 0
  for (let from = 0; from <= text.length;) {
    const span = select.find(text, from)
    if (span === null) break
    if (span[1] > span[0]) {
      result += `${text.slice(at, span[0])}\x1b[01;31m\x1b[K${text.slice(span[0], span[1])}\x1b[m\x1b[K`
      at = span[1]
    }
    from = span[1] > span[0] ? span[1] : span[1] + 1
  }
  return result + text.slice(at)
}
