/**
 * find: walks trees, and does with each file what the expression (find-parse.ts) says. Entries come by name, so that equal
 * runs print equal lists. Source: GNU findutils 4.9.
 */
import { defineCommand } from '../kernel/command.ts'
import { E, failed } from '../kernel/errno.ts'
import type { Process } from '../kernel/process.ts'
import { inside, type Node } from '../kernel/tree.ts'
import type { Run } from '../kernel/wait.ts'
import { launch, reap } from './child.ts'
import { letterOf, parseExpression, Syntax, type Actions, type Search, type Seen, type Test } from './find-parse.ts'
import { complain, out, quote } from './io.ts'
import { blocksOf, entriesOf, inodeOf, linksOf, modeText, nameOfGroup, nameOfUser, sizeOfNode } from './nodes.ts'
import { agreed, unlink } from './remove.ts'
import { strftime } from './strftime.ts'

export const FIND = [defineCommand({
  name: 'find',
  *run(p) {
    let at = 1, follows: 'never' | 'always' | 'top' = 'never'
    for (; /^-[HLPO]\d?$/.test(p.argv[at] ?? ''); at++) follows = p.argv[at] === '-L' ? 'always' : p.argv[at] === '-H' ? 'top' : p.argv[at] === '-P' ? 'never' : follows
    const starts: string[] = []
    while (at < p.argv.length && !/^(?:-.+|[(!])$/.test(p.argv[at]!)) starts.push(p.argv[at++]!)
    if (p.argv[at] === '--version' || p.argv[at] === '-version') return (yield* out(p, 'find (GNU findutils) 4.9.0\n')) ? 0 : 1
    if (p.argv[at] === '--help' || p.argv[at] === '-help') return (yield* out(p, 'Usage: find [-H] [-L] [-P] [-Olevel] [-D debugopts] [path...] [expression]\n')) ? 0 : 1
    const buffer = new Printer(p), batches: (() => Run<void>)[] = [], search: Search = { prune: false, quit: false, status: 0 }
    let plan
    try {
      plan = parseExpression(p, p.argv.slice(at), actionsOf(p, buffer, batches, search))
    } catch (error) {
      if (!(error instanceof Syntax)) throw error
      yield* complain(p, error.message)
      if (error.message.startsWith('paths must')) yield* complain(p, `possible unquoted pattern after predicate \`${[...p.argv.slice(at)].filter(word => word.startsWith('-')).pop() ?? ''}'?`)
      return 1
    }
    const { test, depthFirst, least, most } = plan, following = plan.follow === 'always' ? 'always' : follows
    const judge = function* (file: Seen): Run<void> {
      if (file.depth < least) return
      const answer = test(file, search)
      if (typeof answer !== 'boolean') yield* answer
    }
    const walk = function* (file: Seen, way: readonly Node[]): Run<void> {
      const { node, depth } = file
      search.prune = false
      if (!depthFirst) yield* judge(file)
      if (search.quit || p.dead) return
      if (node.kind === 'directory' && depth < most && !(search.prune && !depthFirst)) {
        if (way.includes(node)) {
          yield* complain(p, `File system loop detected; ${quote(file.path)} is part of the same file system loop as ${quote(file.path)}.`)
          search.status = 1
        } else for (const [name, child] of entriesOf(node)) {
          const path = `${file.path.replace(/(?<=.)\/+$/, '').replace(/^\/$/, '')}/${name}`, target = following === 'always' && child.kind === 'symlink' ? p.find(path) : child
          yield* walk({ path, name, node: failed(target) ? child : target, depth: depth + 1, start: file.start }, [...way, node])
          if (search.quit || p.dead) return
        }
      }
      search.prune = false
      if (depthFirst) yield* judge(file)
    }
    for (const start of starts.length === 0 ? ['.'] : starts) {
      const seen = p.find(start, following !== 'never'), node = failed(seen) && following !== 'never' ? p.find(start, false) : seen
      if (failed(node)) {
        yield* complain(p, `${quote(start)}: ${node.text}`)
        search.status = 1
        continue
      }
      yield* walk({ path: start, name: start.replace(/(?<=.)\/+$/, '').replace(/^.*\/(?=.)/, ''), node: node.kind === 'directory' ? inside(node) : node, depth: 0, start }, [])
      if (search.quit || p.dead) break
    }
    for (const run of batches) yield* run()
    if (!(yield* buffer.flush())) return 1
    return search.status
  },
})]

/** Output is kept until a child might print as well, or there is much of it. */
class Printer {
  private text = ''
  private readonly p: Process
  constructor(p: Process) {
    this.p = p
  }
  *add(text: string): Run<boolean> {
    this.text += text
    return this.text.length < 32_768 || (yield* this.flush())
  }
  *flush(): Run<boolean> {
    const { text } = this
    this.text = ''
    return yield* out(this.p, text)
  }
}

function actionsOf(p: Process, buffer: Printer, batches: (() => Run<void>)[], search: Search): Actions {
  const files = new Map<string, number>()
  return {
    print: text => buffer.add(text),
    toFile: name => function* (text) {
      let fd = files.get(name)
      if (fd === undefined) {
        const opened = yield* p.open(name, { write: true, create: true, truncate: true }, 3)
        if (failed(opened)) {
          yield* complain(p, `${quote(name)}: ${opened.text}`)
          search.status = 1
          return false
        }
        files.set(name, fd = opened)
      }
      yield* p.write(fd, text)
      return true
    },
    format: (format, file) => formatted(p, format, file),
    exec(words, many, inDirectory, asks): Test {
      const run = function* (argv: readonly string[], dir: string | null): Run<boolean> {
        yield* buffer.flush()
        const child = launch(p, argv, no => `${quote(argv[0]!)}: ${no.text}`)
        if (failed(child)) {
          yield* complain(p, `cannot fork: ${child.text}`)
          search.status = 1
          return false
        }
        const where = dir === null ? null : p.find(dir)
        if (where !== null && !failed(where) && where.kind === 'directory') child.cwd = where
        return (yield* reap(p, child)).status === 0
      }
      if (many) {
        const paths = new Map<string, string[]>()
        batches.push(function* () {
          for (const [dir, list] of paths) if (!(yield* run([...words, ...list], dir === '' ? null : dir))) search.status = 1
        })
        return ({ path, name }) => {
          const dir = inDirectory ? directoryOf(path) : ''
          if (!paths.has(dir)) paths.set(dir, [])
          paths.get(dir)!.push(inDirectory ? `./${name}` : path)
          return true
        }
      }
      return function* ({ path, name }) {
        const target = inDirectory ? `./${name}` : path
        if (asks) {
          yield* buffer.flush()
          if (!(yield* agreed(p, '', `< ${words[0]} ... ${path} > ? `))) return false
        }
        return yield* run(words.map(word => word.replaceAll('{}', () => target)), inDirectory ? directoryOf(path) : null)
      }
    },
    *remove({ path }) {
      const place = p.machine.tree.place(path, p.cwd, false), { node } = failed(place) ? { node: undefined } : place
      let no = failed(place) ? place : undefined
      if (node?.kind === 'directory') for (const _ of node.list()) { no = E.ENOTEMPTY; break }
      no ??= unlink(p.machine, place as Exclude<typeof place, { errno: unknown }>)
      if (no === undefined) return true
      yield* complain(p, `cannot delete ${quote(path)}: ${no.text}`)
      search.status = 1
      return false
    },
    list: ({ path, node }) => buffer.add(`${String(inodeOf(p.machine, node)).padStart(9)} ${String(blocksOf(node) / 2).padStart(6)} ${modeText(node)} ${String(linksOf(node)).padStart(3)} ${nameOfUser(p.machine, node.uid).padEnd(8)} ${nameOfGroup(p.machine, node.gid).padEnd(8)} ${node.kind === 'block' || node.kind === 'char' ? `${String(node.major).padStart(3)}, ${String(node.minor).padStart(3)}` : String(sizeOfNode(node)).padStart(8)} ${strftime(p.machine.unixSeconds() - node.mtime < 15_778_476 ? '%b %e %H:%M' : '%b %e  %Y', { seconds: node.mtime, nanos: 0 })} ${path}${node.kind === 'symlink' ? ` -> ${node.target}` : ''}\n`),
  }
}
const directoryOf = (path: string): string => path.includes('/') ? path.slice(0, path.lastIndexOf('/')) || '/' : '.'

const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' }
function formatted(p: Process, format: string, { path, name, node, depth, start }: Seen): string {
  const { machine } = p
  return format.replace(/\\([0-7]{1,3}|c.*|.)|%([-+ #0]*)(\d*)(?:\.(\d+))?(T[@A-Za-z+]|[AC][@A-Za-z+]|[%A-Za-z])/gs, (all, escape: string | undefined, flags: string, width: string, precision: string | undefined, letter: string) => {
    if (escape !== undefined) return escape.startsWith('c') ? '' : /^[0-7]/.test(escape) ? String.fromCharCode(parseInt(escape, 8) & 255) : ESCAPES[escape] ?? all
    let text: string
    switch (letter[0]) {
      case '%': return '%'
      case 'p': text = path; break
      case 'f': text = name; break
      case 'h': text = directoryOf(path) === '/' ? '' : directoryOf(path); break
      case 'P': text = path === start ? '' : path.slice(start.length).replace(/^\//, ''); break
      case 'H': text = start; break
      case 'd': text = String(depth); break
      case 's': text = String(sizeOfNode(node)); break
      case 'b': text = String(blocksOf(node)); break
      case 'k': text = String(blocksOf(node) / 2); break
      case 'm': text = (flags.includes('#') ? '0' : '') + (node.mode & 0o7777).toString(8); break
      case 'M': text = modeText(node); break
      case 'u': text = nameOfUser(machine, node.uid); break
      case 'g': text = nameOfGroup(machine, node.gid); break
      case 'U': text = String(node.uid); break
      case 'G': text = String(node.gid); break
      case 'n': text = String(linksOf(node)); break
      case 'i': text = String(inodeOf(machine, node)); break
      case 'l': text = node.kind === 'symlink' ? node.target : ''; break
      case 'y': text = letterOf(node); break
      case 'Y': { const target = p.find(path); text = failed(target) ? 'N' : letterOf(target); break }
      case 't': case 'a': case 'c': text = strftime('%a %b %e %H:%M:%S', { seconds: node.mtime, nanos: 0 }) + `.0000000000 ${strftime('%Y', { seconds: node.mtime, nanos: 0 })}`; break
      case 'T': case 'A': case 'C': {
        const k = letter[1]
        text = k === '@' ? `${node.mtime}.0000000000` : k === '+' ? `${strftime('%Y-%m-%d+%H:%M:%S', { seconds: node.mtime, nanos: 0 })}.0000000000` : k === 'S' ? `${strftime('%S', { seconds: node.mtime, nanos: 0 })}.0000000000` : k === 'T' ? `${strftime('%H:%M:%S', { seconds: node.mtime, nanos: 0 })}.0000000000` : strftime(`%${k}`, { seconds: node.mtime, nanos: 0 })
        break
      }
      default: return all
    }
    if (precision !== undefined) text = text.slice(0, Number(precision))
    return flags.includes('-') ? text.padEnd(Number(width || 0)) : text.padStart(Number(width || 0), flags.includes('0') ? '0' : ' ')
  })
}
