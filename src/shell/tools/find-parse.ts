/**
 * The expression of find: operators by precedence, tests and actions as functions of a file. Source: GNU findutils 4.9.
 */
import { failed } from '../kernel/errno.ts'
import type { Process } from '../kernel/process.ts'
import { inside, type Node } from '../kernel/tree.ts'
import type { Run } from '../kernel/wait.ts'
import { compile } from '../regex/posix.ts'
import { globMatcher } from '../regex/glob.ts'
import { parseDate } from './date-parse.ts'
import { fullMode, groupId, inodeOf, linksOf, modeChange, sizeOfNode, userId } from './nodes.ts'

export interface Seen { readonly path: string; readonly name: string; readonly node: Node; readonly depth: number; /** The operand that it was found below. */ readonly start: string }
/** What an expression does beside saying yes or no. */
export interface Search { prune: boolean; quit: boolean; status: number }
export type Test = (file: Seen, search: Search) => boolean | Run<boolean>
/** What the actions need of find itself. */
export interface Actions {
  print(text: string): Run<boolean>
  /** Where -fprint and the like write. */
  toFile(name: string): (text: string) => Run<boolean>
  format(format: string, file: Seen): string
  exec(words: readonly string[], many: boolean, inDirectory: boolean, asks: boolean): Test
  remove(file: Seen): Run<boolean>
  list(file: Seen): Run<boolean>
}
export interface Plan { readonly test: Test; readonly depthFirst: boolean; readonly follow: 'never' | 'always'; readonly least: number; readonly most: number; readonly warnings: readonly string[] }

export class Syntax extends Error {}

const LETTER: Readonly<Record<Node['kind'], string>> = { file: 'f', dyn: 'f', directory: 'd', symlink: 'l', fifo: 'p', block: 'b', char: 'c' }
export const letterOf = (node: Node): string => LETTER[node.kind]

export function parseExpression(p: Process, words: readonly string[], actions: Actions): Plan {
  let at = 0, acts = false, depthFirst = false, least = 0, most = Infinity
  let follow: 'never' | 'always' = 'never', fromStartOfDay = false
  const warnings: string[] = []
  const value = (name: string): string => {
    const word = words[at++]
    if (word === undefined) throw new Syntax(`missing argument to \`${name}'`)
    return word
  }
  /** `+n`, `-n`, `n`. */
  const compare = (name: string, text: string): ((n: number) => boolean) => {
    const [all, sign, digits] = /^([-+]?)(\d+(?:\.\d+)?)$/.exec(text) ?? []
    if (all === undefined) throw new Syntax(`invalid argument \`${text}' to \`${name}'`)
    const wanted = Number(digits)
    return sign === '+' ? n => n > wanted : sign === '-' ? n => n < wanted : n => n === wanted
  }
  const nodeOf = (name: string): Node => {
    const node = p.find(name)
    if (failed(node)) throw new Syntax(`'${name}': ${node.text}`)
    return node
  }
  const age = (name: string, unit: number): Test => {
    const yes = compare(name, value(name)), now = p.machine.unixMicros() / 1e6, base = fromStartOfDay ? Math.ceil(now / 86_400) * 86_400 : now
    // Ages are cut to whole units, as +1 means at least two.
    return ({ node }) => yes(Math.floor((base - node.mtime) / unit))
  }
  const glob = (pattern: string, icase: boolean): ((text: string) => boolean) => {
    const matcher = globMatcher(pattern, { icase })
    return text => matcher.matches(text)
  }
  const newer = (seconds: number): Test => ({ node }) => node.mtime > seconds

  const primary = (): Test => {
    const word = words[at++]!
    switch (word) {
      case '(': {
        if (words[at] === ')') throw new Syntax("invalid expression; empty parentheses are not allowed.")
        const inner = or()
        if (words[at++] !== ')') throw new Syntax("invalid expression; I was expecting to find a ')' somewhere but did not see one.")
        return inner
      }
      case '!': case '-not': {
        if (at >= words.length) throw new Syntax(`expected an expression after '${word}'`)
        const inner = primary()
        return (file, search) => negate(inner(file, search))
      }
      case '-true': return () => true
      case '-false': return () => false
      case '-name': case '-iname': {
        const matches = glob(value(word), word === '-iname')
        return ({ name }) => matches(name)
      }
      case '-path': case '-wholename': case '-ipath': case '-iwholename': {
        const matches = glob(value(word), word.startsWith('-i'))
        return ({ path }) => matches(path)
      }
      case '-lname': case '-ilname': {
        const matches = glob(value(word), word === '-ilname')
        return ({ node }) => node.kind === 'symlink' && matches(node.target)
      }
      case '-regex': case '-iregex': {
        const regex = compile(`^\\(${value(word)}\\)$`, { icase: word === '-iregex' })
        if ('error' in regex) throw new Syntax(regex.error)
        return ({ path }) => regex.exec(path) !== null
      }
      case '-regextype': {
        const kind = value(word)
        if (!/^(?:emacs|findutils-default|posix-basic|sed|grep)$/.test(kind)) throw new Syntax(`hotspare: find -regextype ${kind} is not modelled`)
        return () => true
      }
      case '-type': case '-xtype': {
        const kinds = value(word).split(',')
        const bad = kinds.find(kind => !/^[bcdpflsD]$/.test(kind))
        if (bad !== undefined) throw new Syntax(bad.length > 1 ? `Must separate multiple arguments to ${word} using: ','` : bad === '' ? `Arguments to ${word} should contain at least one letter` : `Unknown argument to ${word}: ${bad}`)
        return ({ node, path }) => {
          const other = word === '-xtype' && node.kind === 'symlink' ? p.find(path) : node
          return kinds.includes(failed(other) ? 'l' : letterOf(other))
        }
      }
      case '-mtime': case '-atime': case '-ctime': return age(word, 86_400)
      case '-mmin': case '-amin': case '-cmin': {
        const yes = compare(word, value(word)), now = p.machine.unixMicros() / 1e6
        return ({ node }) => yes(Math.ceil((now - node.mtime) / 60))
      }
      case '-daystart': fromStartOfDay = true; return () => true
      case '-newer': case '-anewer': case '-cnewer': return newer(nodeOf(value(word)).mtime)
      case '-newermt': {
        const text = value(word), now = p.machine.unixSeconds(), time = parseDate(text, { seconds: now, nanos: 0 })
        if (time === null) throw new Syntax(`I cannot figure out how to interpret '${text}' as a date or time`)
        return newer(time.seconds)
      }
      case '-newermm': return newer(nodeOf(value(word)).mtime)
      case '-size': {
        const text = value(word), unit = { b: 512, c: 1, w: 2, k: 1024, M: 2 ** 20, G: 2 ** 30 }[/[bcwkMG]$/.exec(text)?.[0] ?? 'b']!
        if (!/^[-+]?\d+[bcwkMG]?$/.test(text)) throw new Syntax(`Invalid argument \`${text}' to -size`)
        const yes = compare(word, text.replace(/[bcwkMG]$/, ''))
        return ({ node }) => yes(Math.ceil(sizeOfNode(node) / unit))
      }
      case '-empty': return ({ node }) => {
        if (node.kind === 'file') return node.content === ''
        if (node.kind !== 'directory') return false
        for (const _ of inside(node).list()) return false
        return true
      }
      case '-perm': {
        const text = value(word), [, how, mode] = /^([-/]?)(.*)$/s.exec(text)!, change = modeChange(mode!, 0)
        if (change === null) throw new Syntax(`invalid mode \`${text}'`)
        const bits = change(0, false) & 0o7777
        return ({ node }) => how === '-' ? (node.mode & bits) === bits : how === '/' ? bits === 0 || (node.mode & bits) !== 0 : (fullMode(node) & 0o7777) === bits
      }
      case '-user': case '-uid': case '-group': case '-gid': {
        const text = value(word), id = word === '-user' || word === '-uid' ? userId(p.machine, text) : groupId(p.machine, text)
        if (id === null) throw new Syntax(`${word === '-user' ? `'${text}' is not the name of a known user` : `'${text}' is not the name of an existing group`}`)
        return ({ node }) => (word === '-user' || word === '-uid' ? node.uid : node.gid) === id
      }
      case '-nouser': case '-nogroup': return () => false
      case '-links': { const yes = compare(word, value(word)); return ({ node }) => yes(linksOf(node)) }
      case '-inum': { const yes = compare(word, value(word)); return ({ node }) => yes(inodeOf(p.machine, node)) }
      case '-samefile': { const other = nodeOf(value(word)); return ({ node }) => node === other }
      case '-readable': return ({ node }) => node.kind !== 'symlink' || true
      case '-writable': return () => true
      case '-executable': return ({ node }) => node.kind === 'directory' || (node.mode & 0o111) !== 0
      case '-maxdepth': case '-mindepth': {
        const text = value(word)
        if (!/^\d+$/.test(text)) throw new Syntax(`Expected a positive decimal integer argument to ${word}, but got '${text}'`)
        if (word === '-maxdepth') most = Number(text)
        else least = Number(text)
        return () => true
      }
      case '-depth': case '-d': depthFirst = true; return () => true
      case '-follow': follow = 'always'; return () => true
      case '-mount': case '-xdev': case '-noleaf': case '-ignore_readdir_race': case '-warn': case '-nowarn': return () => true
      case '-prune': return (_, search) => { search.prune = true; return true }
      case '-quit': acts = true; return (_, search) => { search.quit = true; return true }
      case '-print': acts = true; return ({ path }) => actions.print(`${path}\n`)
      case '-print0': acts = true; return ({ path }) => actions.print(`${path}\0`)
      case '-printf': {
        const format = value(word)
        acts = true
        return file => actions.print(actions.format(format, file))
      }
      case '-fprint': case '-fprint0': {
        const put = actions.toFile(value(word)), end = word === '-fprint' ? '\n' : '\0'
        acts = true
        return ({ path }) => put(path + end)
      }
      case '-ls': acts = true; return file => actions.list(file)
      case '-delete': acts = depthFirst = true; return file => file.path === '.' ? true : actions.remove(file)
      case '-exec': case '-execdir': case '-ok': case '-okdir': {
        const from = at
        while (at < words.length && words[at] !== ';' && !(words[at] === '+' && words[at - 1] === '{}' && at > from + 1)) at++
        if (at >= words.length || at === from) throw new Syntax(`missing argument to \`${word}'`)
        const many = words[at] === '+', command = words.slice(from, many ? at - 1 : at)
        at++
        acts = true
        return actions.exec(command, many, word.endsWith('dir'), word.startsWith('-ok'))
      }
      default:
        if (word === ')') throw new Syntax("invalid expression; you have too many ')'")
        if (/^(?:-o|-or|-a|-and|,)$/.test(word)) throw new Syntax(`invalid expression; you have used a binary operator '${word}' with nothing before it.`)
        throw new Syntax(word.startsWith('-') ? `unknown predicate \`${word}'` : `paths must precede expression: \`${word}'`)
    }
  }
  const and = (): Test => {
    let left = primary()
    while (at < words.length && words[at] !== ')' && words[at] !== '-o' && words[at] !== '-or' && words[at] !== ',') {
      const operator = words[at]!
      if (operator === '-a' || operator === '-and') {
        at++
        if (at >= words.length) throw new Syntax(`expected an expression after '${operator}'`)
      }
      const first = left, second = primary()
      left = (file, search) => both(first(file, search), yes => yes ? second(file, search) : false)
    }
    return left
  }
  function or(): Test {
    let left = and()
    while (words[at] === '-o' || words[at] === '-or' || words[at] === ',') {
      const operator = words[at++]!
      if (at >= words.length) throw new Syntax(`expected an expression after '${operator}'`)
      const first = left, second = and()
      left = (file, search) => both(first(file, search), yes => yes && operator !== ',' ? true : second(file, search))
    }
    return left
  }
  let test: Test = () => true
  if (words.length > 0) {
    test = or()
    if (at < words.length) throw new Syntax(words[at] === ')' ? "invalid expression; you have too many ')'" : `paths must precede expression: \`${words[at]}'`)
  }
  if (!acts) {
    const asked = test
    test = (file, search) => both(asked(file, search), yes => yes ? actions.print(`${file.path}\n`) : false)
  }
  return { test, depthFirst, follow, least, most, warnings }
}

function both(first: boolean | Run<boolean>, next: (yes: boolean) => boolean | Run<boolean>): boolean | Run<boolean> {
  if (typeof first === 'boolean') return next(first)
  return (function* (): Run<boolean> {
    const answer = next(yield* first)
    return typeof answer === 'boolean' ? answer : yield* answer
  })()
}
function negate(answer: boolean | Run<boolean>): boolean | Run<boolean> {
  return typeof answer === 'boolean' ? !answer : (function* (): Run<boolean> { return !(yield* answer) })()
}
