/**
 * rm, rmdir, unlink, mkdir: names that go and directories that come. Source: GNU coreutils 9.1.
 */
import { defineCommand } from '../kernel/command.ts'
import { E, failed, type Failure } from '../kernel/errno.ts'
import type { Machine } from '../kernel/machine.ts'
import { makeable, type Process } from '../kernel/process.ts'
import { directory, type Directory, type Node, type Place } from '../kernel/tree.ts'
import type { Run } from '../kernel/wait.ts'
import { complain, misused, out, quote } from './io.ts'
import { modeChange } from './nodes.ts'
import { options } from './options.ts'

/** unlink(2), rmdir(2). */
export function unlink(machine: Machine, { dir, name, node }: Place): Failure | undefined {
  if (node === undefined) return E.ENOENT
  const no = makeable(dir)
  if (no !== undefined) return no
  if (node.kind === 'directory' && (dir.get(name) as Directory | undefined)?.mounted !== undefined) return E.EBUSY
  dir.delete!(name)
  dir.mtime = machine.unixSeconds()
  node.nlink--
  if (node.kind === 'file' && node.nlink <= 0) machine.account(-node.content.length)
  return undefined
}
const isEmpty = (dir: Directory): boolean => {
  for (const _ of dir.list()) return false
  return true
}
const KINDS: Readonly<Record<Node['kind'], string>> = { file: 'regular file', dyn: 'regular file', directory: 'directory', symlink: 'symbolic link', fifo: 'fifo', block: 'block special file', char: 'character special file' }
const kindOf = (node: Node): string => node.kind === 'file' && node.content === '' ? 'regular empty file' : KINDS[node.kind]

/** A question on standard error and the answer from standard input: yes if it begins with y. */
export function* agreed(p: Process, question: string, text = `${p.argv[0]}: ${question}? `): Run<boolean> {
  yield* p.err(text)
  let line = ''
  for (;;) {
    const char = yield* p.read(0, 1)
    if (failed(char) || char === '' || char === '\n') return /^[yY]/.test(line)
    line += char
  }
}

const rm = defineCommand({
  name: 'rm',
  *run(p) {
    const o = yield* options(p, { short: 'dfiIrRv', long: { dir: 'd', force: 'f', interactive: 'interactive::', 'no-preserve-root': 'careless', 'one-file-system': 'one', 'preserve-root': 'preserve::', recursive: 'r', verbose: 'v' } })
    if (typeof o === 'number') return o
    const said = o.lastOf('f', 'i', 'I', 'interactive'), asks = said === 'i' || (said === 'interactive' && ['', 'always', 'yes'].includes(o.get('interactive')!)), recursive = o.has('r', 'R'), force = said === 'f'
    if (o.operands.length === 0) {
      if (force) return 0
      yield* misused(p, 'missing operand')
      return 1
    }
    if (said === 'I' && (o.operands.length > 3 || recursive) && !(yield* agreed(p, `remove ${o.operands.length} argument${o.operands.length > 1 ? 's' : ''}${recursive ? ' recursively' : ''}`))) return 0
    let status = 0
    const fail = function* (path: string, no: Failure): Run<false> {
      yield* complain(p, `cannot remove ${quote(path)}: ${no.text}`)
      status = 1
      return false
    }
    const remove = function* (place: Place, path: string): Run<boolean> {
      const { node } = place
      if (node === undefined) return force ? true : yield* fail(path, E.ENOENT)
      if (node.kind === 'directory') {
        if (!recursive && !(o.has('d') && isEmpty(node))) return yield* fail(path, o.has('d') ? E.ENOTEMPTY : E.EISDIR)
        if (!isEmpty(node)) {
          if (asks && !(yield* agreed(p, `descend into directory ${quote(path)}`))) return true
          let all = true
          for (const [name, child] of [...node.list()]) all = (yield* remove({ dir: node, name, node: child, slash: false }, `${path.replace(/(?<=.)\/$/, '')}/${name}`)) && all
          if (!all || !isEmpty(node)) return false
        }
        if (asks && !(yield* agreed(p, `remove directory ${quote(path)}`))) return true
      } else if (asks && !(yield* agreed(p, `remove ${kindOf(node)} ${quote(path)}`))) return true
      const no = unlink(p.machine, place)
      if (no !== undefined) return yield* fail(path, no)
      if (o.has('v')) yield* out(p, `removed ${node.kind === 'directory' ? 'directory ' : ''}${quote(path)}\n`)
      return true
    }
    for (const path of o.operands) {
      if (recursive && /^\/+(?:\.\/*)?$/.test(path) && !o.has('careless')) {
        yield* p.err(`${p.argv[0]}: it is dangerous to operate recursively on '/'\n${p.argv[0]}: use --no-preserve-root to override this failsafe\n`)
        status = 1
        continue
      }
      if (/(?:^|\/)\.\.?\/*$/.test(path) && (recursive || o.has('d'))) {
        yield* complain(p, `refusing to remove '.' or '..' directory: skipping ${quote(path.replace(/(?<=.)\/+$/, ''))}`)
        status = 1
        continue
      }
      const place = p.machine.tree.place(path, p.cwd, false)
      if (!failed(place)) yield* remove(place, path)
      else if (!(force && (place.errno === 'ENOENT' || place.errno === 'ENOTDIR'))) yield* fail(path, place)
    }
    return status
  },
})

const rmdir = defineCommand({
  name: 'rmdir',
  *run(p) {
    const o = yield* options(p, { short: 'pv', long: { 'ignore-fail-on-non-empty': 'ignore', parents: 'p', verbose: 'v' } })
    if (typeof o === 'number') return o
    if (o.operands.length === 0) {
      yield* misused(p, 'missing operand')
      return 1
    }
    let status = 0
    for (const first of o.operands) {
      for (let path = first, parent = false; ; parent = true) {
        if (o.has('v')) yield* out(p, `${p.argv[0]}: removing directory, ${quote(path)}\n`)
        const place = p.machine.tree.place(path, p.cwd, false), node = failed(place) ? undefined : place.node
        const no = failed(place) ? place : node === undefined ? E.ENOENT : node.kind !== 'directory' ? E.ENOTDIR : /(?:^|\/)\.\/*$/.test(path) ? E.EINVAL : !isEmpty(node) ? E.ENOTEMPTY : unlink(p.machine, place)
        if (no !== undefined) {
          if (no === E.ENOTEMPTY && o.has('ignore')) break
          yield* complain(p, `failed to remove ${parent ? 'directory ' : ''}${quote(path)}: ${no.text}`)
          status = 1
          break
        }
        if (!o.has('p')) break
        const up = path.replace(/\/+$/, ''), at = up.lastIndexOf('/')
        if (at <= 0) break
        path = up.slice(0, at).replace(/\/+$/, '')
      }
    }
    return status
  },
})
const unlinkCommand = defineCommand({
  name: 'unlink',
  *run(p) {
    const o = yield* options(p, { short: '' }, { usage: 'FILE' })
    if (typeof o === 'number') return o
    if (o.operands.length !== 1) {
      yield* misused(p, o.operands.length === 0 ? 'missing operand' : `extra operand ${quote(o.operands[1]!)}`)
      return 1
    }
    const place = p.machine.tree.place(o.operands[0]!, p.cwd, false), no = failed(place) ? place : place.node?.kind === 'directory' ? E.EISDIR : unlink(p.machine, place)
    if (no === undefined) return 0
    yield* complain(p, `cannot unlink ${quote(o.operands[0]!)}: ${no.text}`)
    return 1
  },
})

/** mkdir(2). */
function makeDirectory(p: Process, path: string, mode: number): Failure | undefined {
  const place = p.machine.tree.place(path, p.cwd, false)
  if (failed(place)) return place
  if (place.node !== undefined) return E.EEXIST
  const no = makeable(place.dir)
  if (no !== undefined) return no
  const now = p.machine.unixSeconds()
  place.dir.set!(place.name, directory({}, mode, now))
  place.dir.mtime = now
  return undefined
}
/** With all that is missing on the way; `made` is told each. What is there already is fine if it is a directory. */
export function* makeParents(p: Process, path: string, mode: number, made: (path: string) => Run<unknown>): Run<{ path: string; no: Failure } | undefined> {
  const absolute = path.startsWith('/'), parts = path.split('/').filter(part => part !== '')
  for (let i = 1; i <= parts.length; i++) {
    const part = (absolute ? '/' : '') + parts.slice(0, i).join('/'), there = p.find(part), last = i === parts.length
    if (!failed(there)) {
      if (there.kind === 'directory') continue
      return { path: part, no: last ? E.EEXIST : E.ENOTDIR }
    }
    const no = there.errno === 'ENOENT' ? makeDirectory(p, part, last ? mode : 0o777 & ~p.umask | 0o300) : there
    if (no !== undefined) return { path: part, no }
    yield* made(part)
  }
  return undefined
}
const mkdir = defineCommand({
  name: 'mkdir',
  *run(p) {
    const o = yield* options(p, { short: 'm:pvZ', long: { mode: 'm:', parents: 'p', verbose: 'v', context: 'Z' } }, { usage: '[OPTION]... DIRECTORY...' })
    if (typeof o === 'number') return o
    if (o.operands.length === 0) {
      yield* misused(p, 'missing operand')
      return 1
    }
    const change = modeChange(o.get('m') ?? 'a=rwx', p.umask)
    if (change === null) {
      yield* complain(p, `invalid mode ${quote(o.get('m')!)}`)
      return 1
    }
    const mode = o.has('m') ? change(0o777, true) : 0o777 & ~p.umask
    const tell = (path: string): Run<unknown> => o.has('v') ? out(p, `${p.argv[0]}: created directory ${quote(path)}\n`) : nothing()
    let status = 0
    for (const path of o.operands) {
      const no = o.has('p') ? yield* makeParents(p, path, mode, tell) : makeDirectory(p, path, mode)
      if (no !== undefined) {
        status = 1
        yield* complain(p, `cannot create directory ${quote('no' in no ? no.path : path)}: ${'no' in no ? no.no.text : no.text}`)
      } else if (!o.has('p')) yield* tell(path)
    }
    return status
  },
})
function* nothing(): Run<void> {}
export const REMOVE = [rm, rmdir, unlinkCommand, mkdir]
