/**
 * The expressions of `test` and `[`, and the primaries that `[[` shares with them: files, strings, numbers. With up to four arguments POSIX says what
 * is meant by their number; beyond, `!`, `-a`, `-o` and parentheses by precedence.
 * Source: POSIX.1-2017 test, bash(1) 5.2 CONDITIONAL EXPRESSIONS; the words of errors are bash's.
 */
import { failed } from '../kernel/errno.ts'
import type { Process } from '../kernel/process.ts'
import type { Node } from '../kernel/tree.ts'

/** What a test needs to know; a shell knows more than a program. */
export interface Tester { readonly p: Process; readonly options?: { is(name: never): boolean }; isSet?(name: string): boolean; isReference?(name: string): boolean }
class Bad { readonly message: string; constructor(message: string) { this.message = message } }

const UNARY = new Set('abcdefghknoprstuvwxzGLNORS'.split('').map(letter => `-${letter}`))
const BINARY = new Set(['=', '==', '!=', '<', '>', '-eq', '-ne', '-lt', '-le', '-gt', '-ge', '-nt', '-ot', '-ef'])

/** Of `test` and `[`, without the closing bracket: true, false, or what is wrong. */
export function testExpression(t: Tester, args: readonly string[]): boolean | string {
  try {
    return byNumber(t, args)
  } catch (bad) {
    if (bad instanceof Bad) return bad.message
    throw bad
  }
}
function byNumber(t: Tester, a: readonly string[]): boolean {
  const [x, y, z] = a as [string, string, string]
  switch (a.length) {
    case 0: return false
    case 1: return x !== ''
    case 2:
      if (x === '!') return y === ''
      if (UNARY.has(x)) return unary(t, x, y)
      throw new Bad(`${x}: unary operator expected`)
    case 3:
      if (BINARY.has(y)) return binaryOf(t, x, y, z)
      if (y === '-a') return x !== '' && z !== ''
      if (y === '-o') return x !== '' || z !== ''
      if (x === '!') return !byNumber(t, a.slice(1))
      if (x === '(' && z === ')') return y !== ''
      throw new Bad(`${y}: binary operator expected`)
    case 4:
      if (x === '!') return !byNumber(t, a.slice(1))
      if (x === '(' && a[3] === ')') return byNumber(t, a.slice(1, 3))
  }
  const parser = new Expression(t, a), value = parser.or()
  if (parser.at < a.length) throw new Bad('too many arguments')
  return value
}
class Expression {
  at = 0
  private readonly t: Tester
  private readonly a: readonly string[]
  constructor(t: Tester, a: readonly string[]) {
    this.t = t
    this.a = a
  }
  or(): boolean {
    let value = this.and()
    while (this.a[this.at] === '-o') {
      this.at++
      const right = this.and()
      value = value || right
    }
    return value
  }
  private and(): boolean {
    let value = this.term()
    while (this.a[this.at] === '-a') {
      this.at++
      const right = this.term()
      value = value && right
    }
    return value
  }
  private term(): boolean {
    const { a } = this, x = a[this.at]
    if (x === undefined) throw new Bad('argument expected')
    if (x === '!') {
      this.at++
      return !this.term()
    }
    const y = a[this.at + 1]
    if (y !== undefined && BINARY.has(y) && a[this.at + 2] !== undefined) {
      this.at += 3
      return binaryOf(this.t, x, y, a[this.at - 1]!)
    }
    if (x === '(') {
      this.at++
      const value = this.or()
      if (a[this.at] !== ')') throw new Bad("`)' expected")
      this.at++
      return value
    }
    if (UNARY.has(x) && y !== undefined && x.length === 2) {
      this.at += 2
      return unary(this.t, x, y)
    }
    this.at++
    return x !== ''
  }
}
function integer(text: string): bigint {
  const [, digits] = /^[ \t\n]*([-+]?\d+)[ \t\n]*$/.exec(text) ?? []
  if (digits === undefined) throw new Bad(`${text}: integer expression expected`)
  const n = BigInt(digits.replace(/^\+/, ''))
  if (BigInt.asIntN(64, n) !== n) throw new Bad(`${text}: integer expression expected`)
  return n
}
function unary(t: Tester, operator: string, text: string): boolean { return unaryTest(t, operator, text) }
function binaryOf(t: Tester, x: string, operator: string, y: string): boolean {
  switch (operator) {
    case '=': case '==': return x === y
    case '!=': return x !== y
    case '<': return x < y
    case '>': return x > y
    case '-nt': case '-ot': case '-ef': return binaryTest(t.p, x, operator, y)
  }
  const simple = /^-?\d{1,15}$/
  const a = simple.test(x) ? Number(x) : integer(x), b = simple.test(y) ? Number(y) : integer(y)
  switch (operator) {
    case '-eq': return a == b // eslint-disable-line eqeqeq -- a number or a bigint
    case '-ne': return a != b // eslint-disable-line eqeqeq
    case '-lt': return a < b
    case '-le': return a <= b
    case '-gt': return a > b
    default: return a >= b
  }
}

const nodeAt = (p: Process, path: string, follow = true): Node | null => {
  const node = p.find(path, follow)
  return failed(node) ? null : node
}
const sizeOf = (p: Process, node: Node): number => {
  if (node.kind === 'file') return node.program !== undefined ? 1 : node.content.length
  return node.kind === 'directory' ? 4096 : 0
}
export function unaryTest(t: Tester, operator: string, text: string): boolean {
  const { p } = t
  switch (operator) {
    case '-n': return text !== ''
    case '-z': return text === ''
    case '-t': return /^\d+$/.test(text) && p.fds.get(Number(text))?.tty === true
    case '-o': return t.options?.is(text as never) ?? false
    case '-v': return t.isSet?.(text) ?? false
    case '-R': return t.isReference?.(text) ?? false
    case '-h': case '-L': return nodeAt(p, text, false)?.kind === 'symlink'
  }
  const fd = /^\/dev\/fd\/(\d+)$/.exec(text)?.[1]
  const node = fd !== undefined ? p.fds.get(Number(fd))?.node ?? null : nodeAt(p, text)
  if (node === null) return fd !== undefined && p.fds.has(Number(fd)) && 'aerwp'.includes(operator[1]!)
  switch (operator) {
    case '-e': case '-a': return true
    case '-f': return node.kind === 'file' || node.kind === 'dyn'
    case '-d': return node.kind === 'directory'
    case '-b': return node.kind === 'block'
    case '-c': return node.kind === 'char'
    case '-p': return node.kind === 'fifo'
    case '-S': return false
    case '-s': return sizeOf(p, node) > 0
    // Whoever is root may read and write everything that can be at all.
    case '-r': return true
    case '-w': return true
    case '-x': return node.kind === 'directory' || (node.mode & 0o111) !== 0
    case '-u': return (node.mode & 0o4000) !== 0
    case '-g': return (node.mode & 0o2000) !== 0
    case '-k': return (node.mode & 0o1000) !== 0
    case '-O': return node.uid === 0
    case '-G': return node.gid === 0
    case '-N': return false
    default: return false
  }
}
export function binaryTest(p: Process, x: string, operator: string, y: string): boolean {
  const a = nodeAt(p, x), b = nodeAt(p, y)
  switch (operator) {
    case '-ef': return a !== null && a === b
    case '-nt': return a !== null && (b === null || a.mtime > b.mtime)
    case '-ot': return b !== null && (a === null || a.mtime < b.mtime)
    default: return false
  }
}
