/**
 * cp, mv, install: files to another place. What a file is decides how it is copied: the bytes that reading gives, a link, or a new directory.
 * Source: GNU coreutils 9.1.
 */
import { defineCommand } from '../kernel/command.ts'
import { E, failed, type Failure } from '../kernel/errno.ts'
import { makeable, type Process } from '../kernel/process.ts'
import { directory, symlink, type Directory, type Node, type Place } from '../kernel/tree.ts'
import type { Run } from '../kernel/wait.ts'
import { complain, misused, out, quote } from './io.ts'
import { groupId, modeChange, userId } from './nodes.ts'
import { options, type Options } from './options.ts'
import { agreed, makeParents, unlink } from './remove.ts'

/** The name of what is copied inside a directory. */
const inDirectory = (dir: string, source: string): string => `${dir.replace(/(?<=.)\/+$/, '').replace(/^\/$/, '')}/${source.replace(/\/+$/, '').replace(/^.*\//, '')}`

/** Sources and where each goes; null if that makes no sense, which has been said. */
function* targets(p: Process, o: Options): Run<readonly (readonly [from: string, to: string])[] | null> {
  const given = [...o.operands], into = o.get('t')
  if (given.length === 0 || (into === undefined && given.length === 1)) {
    yield* misused(p, given.length === 0 ? 'missing file operand' : `missing destination file operand after ${quote(given[0]!)}`)
    return null
  }
  const target = into ?? given.pop()!, node = p.find(target), isDirectory = !failed(node) && node.kind === 'directory'
  if (o.has('T')) {
    if (given.length === 1) return [[given[0]!, target]]
    yield* misused(p, `extra operand ${quote(target)}`)
    return null
  }
  if (into !== undefined && !isDirectory) {
    yield* complain(p, `target directory ${quote(target)}: ${failed(node) ? node.text : E.ENOTDIR.text}`)
    return null
  }
  if (!isDirectory && (given.length > 1 || (target.endsWith('/') && !failed(node)))) {
    yield* complain(p, `target ${quote(target)}: ${failed(node) ? node.text : E.ENOTDIR.text}`)
    return null
  }
  return given.map(from => [from, isDirectory ? inDirectory(target, from) : target] as const)
}

interface Copying { readonly p: Process; readonly recursive: boolean; readonly keep: boolean; readonly links: 'follow' | 'top' | 'never'; readonly verbose: boolean; readonly force: boolean; readonly asks: boolean; readonly never: boolean; readonly update: boolean; readonly hard: boolean; readonly symbolic: boolean; readonly backup: string | null; readonly mode: number | null }

function copying(p: Process, o: Options): Copying {
  const a = o.has('a'), keep = a || o.has('p') || (o.has('preserve') && /^$|mode|timestamps|all/.test(o.get('preserve')!)), recursive = a || o.has('r', 'R'), over = o.lastOf('f', 'i', 'n')
  const links = o.lastOf('L', 'P', 'd', 'H', 'a')
  return {
    p, recursive, keep, links: links === 'L' ? 'follow' : links === 'H' ? 'top' : links !== undefined || recursive ? 'never' : 'follow', verbose: o.has('v'), force: o.has('f'), asks: over === 'i', never: over === 'n', update: o.has('u'), hard: o.has('l'), symbolic: o.has('s'),
    backup: o.has('b', 'backup') && !['none', 'off'].includes(o.get('backup') ?? '') ? o.get('S') ?? '~' : null, mode: null,
  }
}

/** One file or tree. False: something could not be copied, which has been said. */
function* copy(c: Copying, from: string, to: string, top = true): Run<boolean> {
  const { p } = c, { machine } = p, say = function* (text: string): Run<false> {
    yield* complain(p, text)
    return false
  }
  const node = p.find(from, c.links === 'follow' || (c.links === 'top' && top))
  if (failed(node)) return yield* say(`cannot stat ${quote(from)}: ${node.text}`)
  if (node.kind === 'directory' && !c.recursive) return yield* say(`-r not specified; omitting directory ${quote(from)}`)
  const place = machine.tree.place(to, p.cwd, !(node.kind === 'symlink'))
  if (failed(place)) return yield* say(node.kind === 'directory' ? `cannot create directory ${quote(to)}: ${place.text}` : `${place.errno === 'ENOTDIR' ? (to.endsWith('/') ? 'cannot stat' : 'failed to access') : 'cannot create regular file'} ${quote(to)}: ${place.text}`)
  const there = place.node
  if (there === undefined && node.kind !== 'directory' && node.kind !== 'symlink' && !failed(p.find(to, false))) return yield* say(`not writing through dangling symlink ${quote(to)}`)
  if (there === node && !c.hard) return c.backup !== null ? true : yield* say(`${quote(from)} and ${quote(to)} are the same file`)
  if (node.kind === 'directory') return yield* copyDirectory(c, from, to, node, place)
  if (there?.kind === 'directory') return yield* say(`cannot overwrite directory ${quote(to)} with non-directory`)
  if (there !== undefined) {
    if (c.never || (c.update && there.mtime >= node.mtime)) return true
    if (c.asks && !(yield* agreed(p, `overwrite ${quote(to)}`))) return false
    if (c.backup !== null) {
      place.dir.delete!(place.name)
      place.dir.set!(place.name + c.backup, there)
    }
  }
  const no = yield* copyFile(c, from, to, node, { ...place, node: c.backup !== null ? undefined : there })
  if (no !== undefined) return yield* say(no)
  if (c.verbose) yield* out(p, `${quote(from)} -> ${quote(to)}${there !== undefined && c.backup !== null ? ` (backup: ${quote(to + c.backup)})` : ''}\n`)
  return true
}
function* copyDirectory(c: Copying, from: string, to: string, node: Directory, place: Place): Run<boolean> {
  const { p } = c
  for (let at: Directory | null = place.dir; at !== null; at = at.parent) if (at === node) {
    yield* complain(p, `cannot copy a directory, ${quote(from)}, into itself, ${quote(to)}`)
    return false
  }
  let target = place.node
  if (target !== undefined && target.kind !== 'directory') {
    yield* complain(p, `cannot overwrite non-directory ${quote(to)} with directory ${quote(from)}`)
    return false
  }
  if (target === undefined) {
    const no = makeable(place.dir), now = p.machine.unixSeconds()
    if (no !== undefined) {
      yield* complain(p, `cannot create directory ${quote(to)}: ${no.text}`)
      return false
    }
    target = directory({}, c.keep ? node.mode : node.mode & ~p.umask, now)
    place.dir.set!(place.name, target)
    place.dir.mtime = now
    if (c.verbose) yield* out(p, `${quote(from)} -> ${quote(to)}\n`)
  }
  let all = true
  for (const [name] of [...node.list()]) all = (yield* copy(c, `${from.replace(/\/+$/, '')}/${name}`, `${to.replace(/\/+$/, '')}/${name}`, false)) && all
  if (c.keep) Object.assign(target, { mode: node.mode, uid: node.uid, gid: node.gid, mtime: node.mtime })
  return all
}
/** A complaint if it cannot be done. */
function* copyFile(c: Copying, from: string, to: string, node: Node, place: Place): Run<string | undefined> {
  const { p } = c, { machine } = p
  const put = (made: Node, what: string): string | undefined => {
    const no = makeable(place.dir)
    if (no !== undefined) return `cannot create ${what} ${quote(to)}: ${no.text}`
    if (place.node !== undefined) unlink(machine, place)
    place.dir.set!(place.name, made)
    place.dir.mtime = machine.unixSeconds()
    return undefined
  }
  if (c.hard || c.symbolic) {
    if (place.node === node) return undefined
    if (place.node !== undefined && !c.force) return `cannot create ${c.hard ? 'hard link' : 'symbolic link'} ${quote(to)} to ${quote(from)}: ${E.EEXIST.text}`
    if (c.hard) node.nlink++
    return put(c.hard ? node : symlink(from, machine.unixSeconds()), c.hard ? 'hard link' : 'symbolic link')
  }
  if (node.kind === 'symlink') return put(symlink(node.target, c.keep ? node.mtime : machine.unixSeconds()), 'symbolic link')
  if (c.recursive && (node.kind === 'fifo' || node.kind === 'block' || node.kind === 'char')) return put({ ...node, nlink: 1, mtime: machine.unixSeconds(), ...(node.kind === 'fifo' && { pipe: null }) } as Node, node.kind === 'fifo' ? 'fifo' : 'special file')
  const input = yield* p.open(from, { read: true }, 3)
  if (failed(input)) return `cannot open ${quote(from)} for reading: ${input.text}`
  const existed = place.node !== undefined
  let output = yield* p.open(to, { write: true, create: true, truncate: true }, 3)
  if (failed(output) && existed && c.force && place.node !== undefined && unlink(machine, place) === undefined) output = yield* p.open(to, { write: true, create: true, truncate: true }, 3)
  if (failed(output)) {
    p.close(input)
    return `cannot create regular file ${quote(to)}: ${output.text === E.EISDIR.text ? E.ENOTDIR.text : output.text}`
  }
  let problem: string | undefined
  for (;;) {
    const data = yield* p.read(input)
    if (failed(data)) { problem = `error reading ${quote(from)}: ${data.text}`; break }
    if (data === '') break
    p.charge(Math.ceil(data.length / 1024))
    yield* p.settle()
    const no = yield* p.write(output, data)
    if (no !== undefined) { problem = `error writing ${quote(to)}: ${no.text}`; break }
  }
  const made = p.fds.get(output)!.node!
  p.close(input)
  p.close(output)
  if (!existed && made.kind === 'file') made.mode = node.mode & 0o777 & ~p.umask
  if (c.keep && made.kind === 'file') Object.assign(made, { mode: node.mode, uid: node.uid, gid: node.gid, mtime: node.mtime })
  if (c.mode !== null && made.kind === 'file') made.mode = c.mode
  return problem
}

const OVER = { force: 'f', interactive: 'i', 'no-clobber': 'n', 'target-directory': 't:', 'no-target-directory': 'T', update: 'u', verbose: 'v', suffix: 'S:', backup: 'backup::', 'strip-trailing-slashes': 'slashes' }
const cp = defineCommand({
  name: 'cp',
  *run(p) {
    const o = yield* options(p, { short: 'abdfHilLnprRsS:t:TuvxP', long: { ...OVER, archive: 'a', dereference: 'L', 'no-dereference': 'P', preserve: 'preserve::', 'no-preserve': 'nopreserve:', recursive: 'r', link: 'l', 'symbolic-link': 's', 'one-file-system': 'x', 'remove-destination': 'f', sparse: 'sparse:', reflink: 'reflink::', parents: 'parents', 'attributes-only': 'attributes' } }, { usage: '[OPTION]... [-T] SOURCE DEST' })
    if (typeof o === 'number') return o
    if (o.has('parents', 'attributes')) {
      yield* complain(p, 'hotspare: cp options --parents and --attributes-only are not modelled')
      return 1
    }
    const pairs = yield* targets(p, o), c = copying(p, o)
    if (pairs === null) return 1
    let status = 0
    for (const [from, to] of pairs) if (!(yield* copy(c, from, to))) status = 1
    return status
  },
})

const mv = defineCommand({
  name: 'mv',
  *run(p) {
    const o = yield* options(p, { short: 'bfinS:t:TuvZ', long: OVER }, { usage: '[OPTION]... [-T] SOURCE DEST' })
    if (typeof o === 'number') return o
    const pairs = yield* targets(p, o), c = copying(p, o)
    if (pairs === null) return 1
    let status = 0
    for (const [from, to] of pairs) {
      const problem = yield* move(c, from, to)
      if (problem === undefined) continue
      yield* complain(p, problem)
      status = 1
    }
    return status
  },
})
function* move(c: Copying, from: string, to: string): Run<string | undefined> {
  const { p } = c, { tree } = p.machine, source = tree.place(from.replace(/(?<=.)\/+$/, ''), p.cwd, false), target = tree.place(to.replace(/(?<=.)\/+$/, ''), p.cwd, false)
  if (failed(source) || source.node === undefined) return `cannot stat ${quote(from)}: ${(failed(source) ? source : E.ENOENT).text}`
  const cannot = (no: Failure): string => `cannot move ${quote(from)} to ${quote(to)}: ${no.text}`
  if (failed(target)) return target.errno === 'ENOTDIR' ? `failed to access ${quote(to)}: ${target.text}` : cannot(target)
  const { node } = source, there = target.node
  if (to.endsWith('/') && there === undefined && node.kind !== 'directory') return `cannot move ${quote(from)} to ${quote(to)}: ${E.ENOTDIR.text}`
  if (there === node) return `${quote(from)} and ${quote(to)} are the same file`
  if (there !== undefined) {
    if (c.never || (c.update && there.mtime >= node.mtime)) return undefined
    if (c.asks && !(yield* agreed(p, `overwrite ${quote(to)}`))) return undefined
  }
  if (node.kind === 'directory') {
    for (let at: Directory | null = target.dir; at !== null; at = at.parent) if (at === node) return `cannot move ${quote(from)} to a subdirectory of itself, ${quote(to)}`
    if (there !== undefined && there.kind !== 'directory') return `cannot overwrite non-directory ${quote(to)} with directory ${quote(from)}`
    if (there?.kind === 'directory' && c.backup === null) for (const _ of there.list()) return cannot(E.ENOTEMPTY)
  } else if (there?.kind === 'directory') return `cannot overwrite directory ${quote(to)} with non-directory`
  const no = makeable(source.dir) ?? makeable(target.dir)
  if (no !== undefined) return cannot(no)
  if (node.kind === 'directory' && (source.dir.get(source.name) as Directory | undefined)?.mounted !== undefined) return cannot(E.EBUSY)
  const now = p.machine.unixSeconds()
  if (there !== undefined && c.backup !== null) {
    target.dir.delete!(target.name)
    target.dir.set!(target.name + c.backup, there)
  } else if (there !== undefined) unlink(p.machine, target)
  source.dir.delete!(source.name)
  target.dir.set!(target.name, node)
  source.dir.mtime = target.dir.mtime = now
  if (c.verbose) yield* out(p, `renamed ${quote(from)} -> ${quote(to)}${there !== undefined && c.backup !== null ? ` (backup: ${quote(to + c.backup)})` : ''}\n`)
  return undefined
}

const install = defineCommand({
  name: 'install',
  *run(p) {
    const o = yield* options(p, { short: 'bcCdDg:m:o:pst:Tv', long: { directory: 'd', group: 'g:', mode: 'm:', owner: 'o:', 'preserve-timestamps': 'p', strip: 's', 'target-directory': 't:', 'no-target-directory': 'T', verbose: 'v', compare: 'C' } }, { usage: '[OPTION]... [-T] SOURCE DEST' })
    if (typeof o === 'number') return o
    const change = modeChange(o.get('m') ?? '755', 0), uid = o.has('o') ? userId(p.machine, o.get('o')!) : 0, gid = o.has('g') ? groupId(p.machine, o.get('g')!) : 0
    if (change === null || uid === null || gid === null) {
      yield* complain(p, change === null ? `invalid mode ${quote(o.get('m')!)}` : uid === null ? `invalid user ${quote(o.get('o')!)}` : `invalid group ${quote(o.get('g')!)}`)
      return 1
    }
    let status = 0
    if (o.has('d')) {
      if (o.operands.length === 0) {
        yield* misused(p, 'missing file operand')
        return 1
      }
      for (const path of o.operands) {
        const no = yield* makeParents(p, path, change(0, true), function* (made) { if (o.has('v')) yield* out(p, `${p.argv[0]}: creating directory ${quote(made)}\n`) }), node = p.find(path)
        if (no !== undefined) {
          yield* complain(p, `cannot create directory ${quote(no.path)}: ${no.no.text}`)
          status = 1
        } else if (!failed(node)) Object.assign(node, { mode: change(0, true), uid, gid })
      }
      return status
    }
    if (o.has('D')) {
      const last = o.get('t') ?? o.operands[o.operands.length - 1] ?? '', dir = o.has('t') ? last : last.slice(0, Math.max(0, last.lastIndexOf('/')))
      if (dir !== '') yield* makeParents(p, dir, 0o755, function* (made) { if (o.has('v')) yield* out(p, `${p.argv[0]}: creating directory ${quote(made)}\n`) })
    }
    const pairs = yield* targets(p, o)
    if (pairs === null) return 1
    const c: Copying = { ...copying(p, o), keep: false, mode: change(0, false), links: 'follow', force: true }
    for (const [from, to] of pairs) {
      const node = p.find(from)
      if (!failed(node) && node.kind === 'directory') {
        yield* complain(p, `omitting directory ${quote(from)}`)
        status = 1
        continue
      }
      if (!(yield* copy(c, from, to))) { status = 1; continue }
      const made = p.find(to)
      if (!failed(made) && !failed(node)) Object.assign(made, { uid, gid, ...(o.has('p') && { mtime: node.mtime }) })
    }
    return status
  },
})
export const COPY = [cp, mv, install]
