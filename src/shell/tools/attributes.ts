/**
 * touch, chmod, chown, chgrp, ln, mkfifo, mknod, truncate: what files are besides their bytes. Source: GNU coreutils 9.1.
 */
import { defineCommand } from '../kernel/command.ts'
import { E, failed, type Failure } from '../kernel/errno.ts'
import { makeable, type Process } from '../kernel/process.ts'
import { fifo, regularFile, symlink, type Node } from '../kernel/tree.ts'
import { parseDate } from './date-parse.ts'
import { complain, misused, out, quote, sizeOf } from './io.ts'
import { groupId, modeChange, modeText, nameOfGroup, nameOfUser, sizeOfNode, userId } from './nodes.ts'
import { options } from './options.ts'
import { unlink } from './remove.ts'
import { canonical } from './names.ts'
import { civil, daysFromCivil } from './strftime.ts'

const touch = defineCommand({
  name: 'touch',
  *run(p) {
    const o = yield* options(p, { short: 'acd:fhmr:t:', long: { 'no-create': 'c', date: 'd:', 'no-dereference': 'h', reference: 'r:', time: 'time:' } })
    if (typeof o === 'number') return o
    const micros = p.machine.unixMicros(), now = Math.floor(micros / 1e6)
    let time = now
    if (o.has('r')) {
      const node = p.find(o.get('r')!)
      if (failed(node)) {
        yield* complain(p, `failed to get attributes of ${quote(o.get('r')!)}: ${node.text}`)
        return 1
      }
      time = node.mtime
    }
    if (o.has('d')) {
      const at = parseDate(o.get('d')!, { seconds: time, nanos: micros % 1e6 * 1000 })
      if (at === null) {
        yield* complain(p, `invalid date format ${quote(o.get('d')!)}`)
        return 1
      }
      time = at.seconds
    }
    if (o.has('t')) {
      const stamp = stampOf(o.get('t')!, now)
      if (stamp === null) {
        yield* complain(p, `invalid date format ${quote(o.get('t')!)}`)
        return 1
      }
      time = stamp
    }
    if (o.operands.length === 0) {
      yield* misused(p, 'missing file operand')
      return 1
    }
    let status = 0
    for (const path of o.operands) {
      const place = p.machine.tree.place(path, p.cwd, !o.has('h'))
      let no: Failure | undefined
      if (failed(place)) no = place
      else if (place.node === undefined) {
        if (o.has('c') || o.has('h')) continue
        no = place.slash ? E.ENOENT : makeable(place.dir)
        if (no === undefined) {
          place.dir.set!(place.name, regularFile('', 0o666 & ~p.umask, time))
          place.dir.mtime = now
        }
      } else if (!o.has('a') || o.has('m')) place.node.mtime = time
      if (no === undefined || (o.has('c') && no.errno === 'ENOENT')) continue
      yield* complain(p, `cannot touch ${quote(path)}: ${no.text}`)
      status = 1
    }
    return status
  },
})
/** [[CC]YY]MMDDhhmm[.ss] */
function stampOf(text: string, now: number): number | null {
  const [all, century, year, month, day, hour, minute, second = '0'] = /^(?:(\d\d)?(\d\d))?(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d\d))?$/.exec(text) ?? []
  if (all === undefined) return null
  const y = year === undefined ? civil(now).year : century !== undefined ? Number(century + year) : Number(year) + (Number(year) < 69 ? 2000 : 1900)
  if (!(Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 31 && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 61)) return null
  return daysFromCivil(y, Number(month), Number(day)) * 86_400 + Number(hour) * 3600 + Number(minute) * 60 + Number(second)
}

/** A file, and with `deep` all that is below it. */
function* below(path: string, node: Node, deep: boolean, first = false): Generator<[string, Node], void> {
  if (first) yield [path, node]
  if (deep && node.kind === 'directory') for (const [name, child] of [...node.list()]) if (child.kind !== 'symlink') yield* below(`${path.replace(/\/+$/, '')}/${name}`, child, true, first)
  if (!first) yield [path, node]
}
const octal = (mode: number): string => (mode & 0o7777).toString(8).padStart(4, '0')
const letters = (node: Node, mode: number): string => modeText({ ...node, mode } as Node).slice(1)

const chmod = defineCommand({
  name: 'chmod',
  *run(p) {
    // `-x` and `-w,+r` are modes.
    const at = p.argv.findIndex((arg, i) => i > 0 && /^-[rwxXstugoa,=+-]+$/.test(arg) && arg !== '--'), minus = at > 0 ? p.argv.splice(at, 1)[0]! : null
    const o = yield* options(p, { short: 'cfvR', long: { changes: 'c', quiet: 'f', silent: 'f', verbose: 'v', recursive: 'R', reference: 'reference:', 'preserve-root': 'root', 'no-preserve-root': 'noroot' } }, { usage: '[OPTION]... MODE[,MODE]... FILE...' })
    if (typeof o === 'number') return o
    const files = [...o.operands]
    let text = minus
    if (o.has('reference')) {
      const node = p.find(o.get('reference')!)
      if (failed(node)) {
        yield* complain(p, `failed to get attributes of ${quote(o.get('reference')!)}: ${node.text}`)
        return 1
      }
      text = octal(node.mode)
    } else text ??= files.shift() ?? null
    if (text === null || files.length === 0) {
      yield* misused(p, text === null ? 'missing operand' : `missing operand after ${quote(text)}`)
      return 1
    }
    const change = modeChange(text, p.umask)
    if (change === null) {
      yield* misused(p, `invalid mode: ${quote(text)}`)
      return 1
    }
    let status = 0
    for (const file of files) {
      const found = p.find(file)
      if (failed(found)) {
        if (!o.has('f')) yield* complain(p, !failed(p.find(file, false)) ? `cannot operate on dangling symlink ${quote(file)}` : `cannot access ${quote(file)}: ${found.text}`)
        status = 1
        continue
      }
      for (const [path, node] of below(file, found, o.has('R'), true)) {
        const old = node.mode & 0o7777, mode = change(old, node.kind === 'directory') & 0o7777
        node.mode = mode
        if (o.has('v') || (o.has('c') && mode !== old)) yield* out(p, mode === old ? `mode of ${quote(path)} retained as ${octal(mode)} (${letters(node, mode)})\n` : `mode of ${quote(path)} changed from ${octal(old)} (${letters(node, old)}) to ${octal(mode)} (${letters(node, mode)})\n`)
      }
    }
    return status
  },
})

const owning = (name: 'chown' | 'chgrp') => defineCommand({
  name,
  *run(p) {
    const o = yield* options(p, { short: 'cfhvRHLP', long: { changes: 'c', quiet: 'f', silent: 'f', 'no-dereference': 'h', dereference: 'deref', verbose: 'v', recursive: 'R', reference: 'reference:', from: 'from:', 'preserve-root': 'root' } }, { usage: `[OPTION]... ${name === 'chown' ? '[OWNER][:[GROUP]]' : 'GROUP'} FILE...` })
    if (typeof o === 'number') return o
    const files = [...o.operands], spec = o.has('reference') ? '' : files.shift()
    if (spec === undefined || files.length === 0) {
      yield* misused(p, spec === undefined ? 'missing operand' : `missing operand after ${quote(spec)}`)
      return 1
    }
    let uid: number | null | undefined, gid: number | null | undefined, said = ''
    if (o.has('reference')) {
      const node = p.find(o.get('reference')!)
      if (failed(node)) {
        yield* complain(p, `failed to get attributes of ${quote(o.get('reference')!)}: ${node.text}`)
        return 1
      }
      if (name === 'chown') uid = node.uid
      gid = node.gid
    } else {
      const [, user, colon, group] = name === 'chgrp' ? ['', '', ':', spec] : /^([^:.]*)([:.]?)(.*)$/.exec(spec)!
      if (user !== '') uid = userId(p.machine, user!)
      if (group !== '') gid = groupId(p.machine, group!)
      else if (colon !== '' && user !== '') gid = uid
      said = name === 'chgrp' ? group! : user === '' ? `:${group}` : group !== '' ? `${user}:${group}` : colon !== '' ? `${user}:${user}` : user!
      if (uid === null || gid === null) {
        yield* complain(p, uid === null ? `invalid user: ${quote(spec)}` : `invalid group: ${quote(name === 'chown' ? spec : group!)}`)
        return 1
      }
    }
    let status = 0
    const ids = (node: Node): string => name === 'chgrp' ? nameOfGroup(p.machine, node.gid) : gid === undefined ? nameOfUser(p.machine, node.uid) : uid === undefined ? `:${nameOfGroup(p.machine, node.gid)}` : `${nameOfUser(p.machine, node.uid)}:${nameOfGroup(p.machine, node.gid)}`
    for (const file of files) {
      const found = p.find(file, !o.has('h'))
      if (failed(found)) {
        if (!o.has('f')) yield* complain(p, `cannot ${!failed(p.find(file, false)) ? 'dereference' : 'access'} ${quote(file)}: ${found.text}`)
        status = 1
        continue
      }
      for (const [path, node] of below(file, found, o.has('R'))) {
        const old = ids(node), was = [node.uid, node.gid]
        if (typeof uid === 'number') node.uid = uid
        if (typeof gid === 'number') node.gid = gid
        const changed = was[0] !== node.uid || was[1] !== node.gid, what = name === 'chgrp' ? 'group' : 'ownership'
        if (o.has('v') || (o.has('c') && changed)) yield* out(p, changed ? `changed ${what} of ${quote(path)} from ${old} to ${said || ids(node)}\n` : `${what} of ${quote(path)} retained as ${said || ids(node)}\n`)
      }
    }
    return status
  },
})

const ln = defineCommand({
  name: 'ln',
  *run(p) {
    const o = yield* options(p, { short: 'bdfFiLnPrsS:t:Tv', long: { force: 'f', interactive: 'i', logical: 'L', 'no-dereference': 'n', physical: 'P', relative: 'r', symbolic: 's', suffix: 'S:', 'target-directory': 't:', 'no-target-directory': 'T', verbose: 'v', backup: 'backup::' } }, { usage: '[OPTION]... [-T] TARGET LINK_NAME' })
    if (typeof o === 'number') return o
    const given = [...o.operands], soft = o.has('s')
    if (given.length === 0) {
      yield* misused(p, 'missing file operand')
      return 1
    }
    if (o.has('T') && given.length !== 2) {
      yield* misused(p, given.length === 1 ? `missing destination file operand after ${quote(given[0]!)}` : `extra operand ${quote(given[2]!)}`)
      return 1
    }
    const target = o.get('t') ?? (given.length === 1 ? '.' : given.pop()!), raw = p.find(target, !o.has('n')), isDirectory = !o.has('T') && !failed(raw) && raw.kind === 'directory'
    if (!isDirectory && (given.length > 1 || o.has('t'))) {
      yield* complain(p, `target ${quote(target)}: ${failed(raw) ? raw.text : E.ENOTDIR.text}`)
      return 1
    }
    let status = 0
    for (const from of given) {
      const to = isDirectory ? `${target.replace(/(?<=.)\/+$/, '').replace(/^\/$/, '')}/${from.replace(/\/+$/, '').replace(/^.*\//, '')}` : target, problem = link(p, from, to, { soft, force: o.has('f'), relative: o.has('r'), follow: o.has('L'), backup: o.has('b', 'backup') ? o.get('S') ?? '~' : null })
      if (problem !== undefined) {
        yield* complain(p, problem)
        status = 1
      } else if (o.has('v')) yield* out(p, `${quote(to)} ${soft ? '->' : '=>'} ${quote(from)}\n`)
    }
    return status
  },
})
function link(p: Process, from: string, to: string, { soft, force, relative, follow, backup }: { soft: boolean; force: boolean; relative: boolean; follow: boolean; backup: string | null }): string | undefined {
  const { machine } = p, source = soft ? undefined : p.find(from, follow), now = machine.unixSeconds()
  if (source !== undefined && failed(source)) return `failed to access ${quote(from)}: ${source.text}`
  if (source?.kind === 'directory') return `${from}: hard link not allowed for directory`
  const place = machine.tree.place(to, p.cwd, false), what = soft ? `failed to create symbolic link ${quote(to)}` : `failed to create hard link ${quote(to)}`
  const words = (no: Failure): string => `${what}${soft || no === E.EEXIST ? '' : ` => ${quote(from)}`}: ${no.text}`
  if (failed(place)) return words(place)
  if (place.node !== undefined) {
    if (place.node.kind === 'directory') return force ? `${to}: cannot overwrite directory` : words(E.EEXIST)
    if (!force && backup === null) return words(E.EEXIST)
    if (place.node === source) return `${quote(from)} and ${quote(to)} are the same file`
    if (backup !== null) place.dir.set!(place.name + backup, place.node)
    else unlink(machine, place)
  }
  const no = makeable(place.dir)
  if (no !== undefined) return words(no)
  let target = from
  if (soft && relative) {
    const a = canonical(p, to.includes('/') ? to.slice(0, to.lastIndexOf('/')) || '/' : '.', 'any'), b = canonical(p, from, 'any')
    if (!failed(a) && !failed(b)) {
      const x = a.split('/').filter(part => part !== ''), y = b.split('/').filter(part => part !== '')
      let same = 0
      while (same < x.length && same < y.length && x[same] === y[same]) same++
      target = [...x.slice(same).map(() => '..'), ...y.slice(same)].join('/') || '.'
    }
  }
  if (source !== undefined) source.nlink++
  place.dir.set!(place.name, source ?? symlink(target, now))
  place.dir.mtime = now
  return undefined
}

const special = (name: 'mkfifo' | 'mknod') => defineCommand({
  name,
  *run(p) {
    const o = yield* options(p, { short: 'm:Z', long: { mode: 'm:' } }, { usage: name === 'mkfifo' ? '[OPTION]... NAME...' : '[OPTION]... NAME TYPE [MAJOR MINOR]' })
    if (typeof o === 'number') return o
    const change = modeChange(o.get('m') ?? 'a=rw', p.umask), [first, type] = o.operands
    if (first === undefined || (name === 'mknod' && type === undefined)) {
      yield* misused(p, first === undefined ? 'missing operand' : `missing operand after ${quote(first)}`)
      return 1
    }
    if (change === null) {
      yield* complain(p, 'invalid mode')
      return 1
    }
    if (name === 'mknod' && type !== 'p') {
      yield* (/^[bcu]$/.test(type!) ? complain : misused)(p, /^[bcu]$/.test(type!) ? 'hotspare: mknod of devices is not modelled' : `invalid device type ${quote(type!)}`)
      return 1
    }
    let status = 0
    for (const path of name === 'mkfifo' ? o.operands : [first]) {
      const place = p.machine.tree.place(path, p.cwd, false), no = failed(place) ? place : place.node !== undefined ? E.EEXIST : makeable(place.dir)
      if (no !== undefined) {
        yield* complain(p, name === 'mkfifo' ? `cannot create fifo ${quote(path)}: ${no.text}` : `${path}: ${no.text}`)
        status = 1
      } else if (!failed(place)) place.dir.set!(place.name, fifo(o.has('m') ? change(0o666, false) : 0o666 & ~p.umask, p.machine.unixSeconds()))
    }
    return status
  },
})

const truncate = defineCommand({
  name: 'truncate',
  *run(p) {
    const o = yield* options(p, { short: 'cor:s:', long: { 'no-create': 'c', 'io-blocks': 'o', reference: 'r:', size: 's:' } }, { usage: 'OPTION... FILE...' })
    if (typeof o === 'number') return o
    const [, sign = '', amount = ''] = /^\s*([-+<>/%]?)(.*)$/s.exec(o.get('s') ?? '') ?? [], n = sizeOf(amount)
    if (!o.has('s', 'r')) {
      yield* misused(p, "you must specify either '--size' or '--reference'")
      return 1
    }
    if (o.has('s') && n === null) {
      yield* complain(p, `Invalid number: ${quote(o.get('s')!)}`)
      return 1
    }
    if (o.operands.length === 0) {
      yield* misused(p, 'missing file operand')
      return 1
    }
    const reference = o.has('r') ? p.find(o.get('r')!) : null
    if (reference !== null && failed(reference)) {
      yield* complain(p, `cannot stat ${quote(o.get('r')!)}: ${reference.text}`)
      return 1
    }
    let status = 0
    for (const path of o.operands) {
      const fd = yield* p.open(path, { write: true, create: !o.has('c') }, 3)
      if (failed(fd)) {
        if (o.has('c') && fd.errno === 'ENOENT') continue
        yield* complain(p, `cannot open ${quote(path)} for writing: ${fd.text}`)
        status = 1
        continue
      }
      const { node } = p.fds.get(fd)!
      p.close(fd)
      if (node?.kind !== 'file') {
        yield* complain(p, `failed to truncate ${quote(path)} at ${n ?? 0} bytes: ${E.EINVAL.text}`)
        status = 1
        continue
      }
      const old = node.content.length, base = reference !== null ? sizeOfNode(reference) : old, by = n ?? 0
      const size = !o.has('s') ? base : sign === '+' ? base + by : sign === '-' ? Math.max(0, base - by) : sign === '<' ? Math.min(base, by) : sign === '>' ? Math.max(base, by) : sign === '/' ? base - base % by : sign === '%' ? Math.ceil(base / by) * by : by
      const no = size > old ? p.machine.account(size - old) : undefined
      if (no !== undefined) {
        yield* complain(p, `failed to truncate ${quote(path)} at ${size} bytes: ${E.EFBIG.text}`)
        status = 1
        continue
      }
      if (size < old) p.machine.account(size - old)
      node.content = size <= old ? node.content.slice(0, size) : node.content + '\0'.repeat(size - old)
      node.mtime = p.machine.unixSeconds()
    }
    return status
  },
})
export const ATTRIBUTES = [touch, chmod, owning('chown'), owning('chgrp'), ln, special('mkfifo'), special('mknod'), truncate]
