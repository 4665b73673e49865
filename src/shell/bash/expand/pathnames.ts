/**
 * Pathname expansion against the file tree of the machine, in byte order, as in the C locale.
 * Source of truth: bash(1) 5.2, Pathname Expansion (globskipdots is on: `.` and `..` never match).
 */
import { failed } from '../../kernel/errno.ts'
import { inside, type Directory, type Node } from '../../kernel/tree.ts'
import { globMatcher, hasGlob, unquoteGlob } from '../../regex/glob.ts'
import type { Scope } from './scope.ts'

/** Names that match, sorted; empty if there are none, null if the text is no pattern. */
export function expandPathname(scope: Scope, pattern: string): readonly string[] | null {
  const { extglob } = scope.options
  if (!hasGlob(pattern, extglob)) return null
  const found: string[] = [], absolute = pattern.startsWith('/')
  const key = (extglob ? 'x' : '-') + pattern
  let parts = known.get(key)
  if (parts === undefined) {
    if (known.size > 500) known.clear()
    known.set(key, parts = components(absolute ? pattern.replace(/^\/+/, '') : pattern, extglob))
  }
  const root = absolute ? inside(scope.tree.root) : scope.cwd
  walk(scope, absolute ? '/'.repeat(/^\/+/.exec(pattern)![0].length) : '', root, parts, 0, found)
  return found.length > 1 ? found.sort() : found
}
/** Of patterns seen before: loops expand the same ones again and again. */
const known = new Map<string, readonly Component[]>()
/** Between slashes, which come back as they were written. */
interface Component { readonly part: string; readonly slashes: string }
/** Slashes within a group do not separate. */
function components(pattern: string, extglob: boolean): readonly Component[] {
  const parts: Component[] = []
  let depth = 0, from = 0
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!
    if (c === '\\' && pattern[i + 1] !== '/') i++
    else if (extglob && c === '(' && i > 0 && '?*+@!'.includes(pattern[i - 1]!)) depth++
    else if (c === ')' && depth > 0) depth--
    else if (c === '/' && depth === 0) {
      const part = pattern.slice(from, pattern[i - 1] === '\\' ? i - 1 : i), first = i
      while (pattern[i + 1] === '/') i++
      parts.push({ part, slashes: pattern.slice(first, i + 1) })
      from = i + 1
    }
  }
  parts.push({ part: pattern.slice(from), slashes: '' })
  return parts
}
/** `dir` is the directory that `prefix` leads to. */
function walk(scope: Scope, prefix: string, dir: Directory, parts: readonly Component[], at: number, found: string[]): void {
  const { part, slashes } = parts[at]!, last = at === parts.length - 1
  if (part === '') {
    // A slash at the end: directories only.
    if (prefix !== '') found.push(prefix)
    return
  }
  if (part === '**' && scope.options.globstar) return everywhere(scope, prefix, parts, at, found)
  if (!hasGlob(part, scope.options.extglob)) {
    const name = unquoteGlob(part)
    if (last) {
      if (!failed(scope.tree.find(name, dir, false))) found.push(prefix + name)
      return
    }
    const next = directoryIn(scope, dir, name)
    if (next !== null) walk(scope, prefix + name + slashes, next, parts, at + 1, found)
    return
  }
  const { extglob, nocaseglob, dotglob } = scope.options, matcher = globMatcher(part, { extglob, icase: nocaseglob, period: !dotglob })
  for (const name of namesIn(dir)) {
    if (!matcher.matches(name)) continue
    const next = last ? null : directoryIn(scope, dir, name)
    if (last) found.push(prefix + name)
    else if (next !== null) walk(scope, prefix + name + slashes, next, parts, at + 1, found)
  }
}
function directoryIn(scope: Scope, dir: Directory, name: string): Directory | null {
  const node = scope.tree.find(name, dir)
  return failed(node) || node.kind !== 'directory' ? null : node
}
/** `**`: this directory and all below; links are not followed. */
function everywhere(scope: Scope, prefix: string, parts: readonly Component[], at: number, found: string[]): void {
  let next = at
  while (parts[next + 1]?.part === '**') next++
  const last = next === parts.length - 1, dir = directoryAt(scope, prefix)
  if (dir === null) return
  if (last) {
    if (prefix !== '') found.push(prefix)
  } else walk(scope, prefix, dir, parts, next + 1, found)
  for (const name of namesIn(dir)) {
    if (name.startsWith('.') && !scope.options.dotglob) continue
    const path = prefix + name, node = nodeAt(scope, path)
    if (node?.kind === 'directory') {
      if (last) found.push(path)
      below(scope, `${path}/`, parts, next, found)
    } else if (last) found.push(path)
  }
}
function below(scope: Scope, prefix: string, parts: readonly Component[], at: number, found: string[]): void {
  const last = at === parts.length - 1, inner: string[] = []
  everywhere(scope, prefix, parts, at, inner)
  for (const each of inner) if (!last || each !== prefix) found.push(each)
}
function nodeAt(scope: Scope, path: string): Node | null {
  const node = scope.tree.find(path, scope.cwd, false)
  return failed(node) ? null : node
}
function directoryAt(scope: Scope, path: string): Directory | null {
  const node = path === '' ? scope.cwd : scope.tree.find(path, scope.cwd, true)
  return failed(node) || node.kind !== 'directory' ? null : node
}
function namesIn(dir: Directory): readonly string[] {
  if (dir.names !== undefined) return [...dir.names()]
  const names: string[] = []
  for (const [name] of dir.list()) names.push(name)
  return names
}
