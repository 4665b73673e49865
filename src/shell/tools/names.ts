/**
 * basename, dirname, readlink, realpath, pwd, mktemp: names of files. Source: GNU coreutils 9.1.
 */
import { defineCommand } from '../kernel/command.ts'
import { E, failed, type Failure } from '../kernel/errno.ts'
import { makeable, type Process } from '../kernel/process.ts'
import { directory, regularFile, type Directory, type Node } from '../kernel/tree.ts'
import { complain, misused, out, quote, quoteIfOdd } from './io.ts'
import { options } from './options.ts'

const lastPart = (name: string): string => {
  const cut = name.replace(/\/+$/, '')
  return cut === '' ? (name === '' ? '' : '/') : cut.slice(cut.lastIndexOf('/') + 1)
}
const basename = defineCommand({
  name: 'basename',
  *run(p) {
    const o = yield* options(p, { short: '+as:z', long: { multiple: 'a', suffix: 's:', zero: 'z' } }, { usage: 'NAME [SUFFIX]' })
    if (typeof o === 'number') return o
    const many = o.has('a', 's'), end = o.has('z') ? '\0' : '\n'
    if (o.operands.length === 0 || (!many && o.operands.length > 2)) {
      yield* misused(p, o.operands.length === 0 ? 'missing operand' : `extra operand ${quote(o.operands[2]!)}`)
      return 1
    }
    const suffix = many ? o.get('s') ?? '' : o.operands[1] ?? ''
    const names = many ? o.operands : o.operands.slice(0, 1)
    return (yield* out(p, names.map(name => {
      const base = lastPart(name)
      return (suffix !== '' && base !== suffix && base.endsWith(suffix) ? base.slice(0, -suffix.length) : base) + end
    }).join(''))) ? 0 : 1
  },
})
const dirname = defineCommand({
  name: 'dirname',
  *run(p) {
    const o = yield* options(p, { short: 'z', long: { zero: 'z' } }, { usage: '[OPTION] NAME...' })
    if (typeof o === 'number') return o
    if (o.operands.length === 0) {
      yield* misused(p, 'missing operand')
      return 1
    }
    return (yield* out(p, o.operands.map(name => {
      const cut = name.replace(/\/+$/, '')
      if (cut === '') return name === '' ? '.' : '/'
      const at = cut.lastIndexOf('/')
      return at < 0 ? '.' : cut.slice(0, at).replace(/\/+$/, '') || '/'
    }).map(name => name + (o.has('z') ? '\0' : '\n')).join(''))) ? 0 : 1
  },
})

/** The name without links and dots. `missing`: which parts need not exist: none, the last, any. */
export function canonical(p: Process, name: string, missing: 'none' | 'last' | 'any', depth = 0): string | Failure {
  if (name === '') return E.ENOENT
  if (depth > 40) return E.ELOOP
  const { tree } = p.machine
  let at: Directory | null = name.startsWith('/') ? tree.root : p.cwd, path = name.startsWith('/') ? '' : tree.pathOf(p.cwd).replace(/^\/$/, '')
  const parts = name.split('/').filter(part => part !== '')
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!, last = i === parts.length - 1
    if (part === '.') continue
    if (part === '..') {
      path = path.slice(0, Math.max(0, path.lastIndexOf('/')))
      const up = tree.find(path || '/', tree.root)
      at = !failed(up) && up.kind === 'directory' ? up : null
      continue
    }
    const node: Node | Failure = at === null ? E.ENOENT : tree.find(part, at, false)
    if (failed(node)) {
      if (missing === 'none' || (missing === 'last' && (!last || at === null))) return node
      path += `/${part}`
      at = null
      continue
    }
    if (node.kind === 'symlink') {
      const target = canonical({ machine: p.machine, cwd: at! } as Process, node.target, missing === 'last' && !last ? 'none' : missing, depth + 1)
      if (failed(target)) {
        if (missing !== 'any') return target
        path += `/${part}`
        at = null
        continue
      }
      path = target === '/' ? '' : target
      const there = tree.find(target, tree.root)
      at = !failed(there) && there.kind === 'directory' ? there : null
      if (!last && at === null && missing !== 'any') return E.ENOTDIR
      continue
    }
    path += `/${part}`
    at = node.kind === 'directory' ? tree.find(part, at!) as Directory : null
    if (at === null && (!last || name.endsWith('/')) && missing !== 'any') return E.ENOTDIR
  }
  return path || '/'
}

const readlink = defineCommand({
  name: 'readlink',
  *run(p) {
    const o = yield* options(p, { short: 'efmnqsvz', long: { canonicalize: 'f', 'canonicalize-existing': 'e', 'canonicalize-missing': 'm', 'no-newline': 'n', quiet: 'q', silent: 's', verbose: 'v', zero: 'z' } }, { usage: '[OPTION]... FILE...' })
    if (typeof o === 'number') return o
    if (o.operands.length === 0) {
      yield* misused(p, 'missing operand')
      return 1
    }
    if (o.has('n') && o.operands.length > 1) yield* complain(p, 'ignoring --no-newline with multiple arguments')
    const way = o.lastOf('e', 'f', 'm'), end = o.has('n') && o.operands.length === 1 ? '' : o.has('z') ? '\0' : '\n'
    let status = 0
    for (const name of o.operands) {
      let answer: string | Failure
      if (way === undefined) {
        const node = p.find(name, false)
        answer = failed(node) ? node : node.kind === 'symlink' ? node.target : E.EINVAL
      } else answer = canonical(p, name, way === 'e' ? 'none' : way === 'f' ? 'last' : 'any')
      if (!failed(answer)) { if (!(yield* out(p, answer + end))) return 1 } else {
        status = 1
        if (o.has('v')) yield* complain(p, `${quoteIfOdd(name)}: ${answer.text}`)
      }
    }
    return status
  },
})
const realpath = defineCommand({
  name: 'realpath',
  *run(p) {
    const o = yield* options(p, { short: 'eLmPqsz', long: { 'canonicalize-existing': 'e', 'canonicalize-missing': 'm', logical: 'L', physical: 'P', quiet: 'q', strip: 's', 'no-symlinks': 's', zero: 'z', 'relative-to': 'to:', 'relative-base': 'base:' } }, { usage: '[OPTION]... FILE...' })
    if (typeof o === 'number') return o
    if (o.operands.length === 0) {
      yield* misused(p, 'missing operand')
      return 1
    }
    let status = 0
    const to = o.has('to') ? canonical(p, o.get('to')!, 'any') : null, base = o.has('base') ? canonical(p, o.get('base')!, 'any') : null
    for (const name of o.operands) {
      const path = o.has('s') ? plain(p, name) : canonical(p, name, o.has('e') ? 'none' : o.has('m') ? 'any' : 'last')
      if (failed(path)) {
        if (!o.has('q')) yield* complain(p, `${quoteIfOdd(name)}: ${path.text}`)
        status = 1
        continue
      }
      const from = to ?? base, within = base === null || failed(base) || path === base || path.startsWith(`${base}/`)
      if (!(yield* out(p, (from !== null && !failed(from) && within ? relative(path, from) : path) + (o.has('z') ? '\0' : '\n')))) return 1
    }
    return status
  },
})
function plain(p: Process, name: string): string | Failure {
  if (name === '') return E.ENOENT
  const parts: string[] = []
  for (const part of `${name.startsWith('/') ? '' : p.machine.tree.pathOf(p.cwd)}/${name}`.split('/')) if (part === '..') parts.pop()
  else if (part !== '' && part !== '.') parts.push(part)
  const path = `/${parts.join('/')}`, dir = p.machine.tree.find(path.slice(0, path.lastIndexOf('/')) || '/', p.machine.tree.root)
  return failed(dir) ? dir : path
}
function relative(path: string, from: string): string {
  const a = from.split('/').filter(part => part !== ''), b = path.split('/').filter(part => part !== '')
  let same = 0
  while (same < a.length && same < b.length && a[same] === b[same]) same++
  return [...a.slice(same).map(() => '..'), ...b.slice(same)].join('/') || '.'
}

const pwd = defineCommand({
  name: 'pwd',
  *run(p) {
    const o = yield* options(p, { short: 'LP', long: { logical: 'L', physical: 'P' } })
    if (typeof o === 'number') return o
    const said = p.env.get('PWD'), there = said === undefined ? E.ENOENT : p.find(said)
    return (yield* out(p, `${o.lastOf('L', 'P') === 'L' && said?.startsWith('/') && !failed(there) && there === p.cwd ? said : p.machine.tree.pathOf(p.cwd)}\n`)) ? 0 : 1
  },
})

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const mktemp = defineCommand({
  name: 'mktemp',
  *run(p) {
    const o = yield* options(p, { short: 'dp:qtu', long: { directory: 'd', 'dry-run': 'u', quiet: 'q', suffix: 'suffix:', tmpdir: 'tmpdir::' } }, { usage: '[OPTION]... [TEMPLATE]' })
    if (typeof o === 'number') return o
    const say = o.has('q') ? function* (): Generator<never, void> {} : (text: string) => complain(p, text)
    if (o.operands.length > 1) {
      yield* misused(p, 'too many templates')
      return 1
    }
    let template = o.operands[0] ?? 'tmp.XXXXXXXXXX', suffix = o.get('suffix') ?? null
    if (suffix !== null && !template.endsWith('X')) {
      yield* say(`with --suffix, template ${quote(template)} must end in X`)
      return 1
    }
    if (suffix === null) {
      const at = template.lastIndexOf('X')
      suffix = at < 0 ? '' : template.slice(at + 1)
      if (at >= 0) template = template.slice(0, at + 1)
    }
    if (suffix.includes('/')) {
      yield* say(`invalid suffix ${quote(suffix)}, contains directory separator`)
      return 1
    }
    const xs = /X*$/.exec(template)![0].length
    if (xs < 3) {
      yield* complain(p, `too few X's in template ${quote(template + suffix)}`)
      return 1
    }
    if (o.has('t', 'p', 'tmpdir') || o.operands.length === 0) {
      const tmp = p.env.get('TMPDIR') || '/tmp', dir = o.has('t') ? p.env.get('TMPDIR') || o.get('p') || '/tmp' : o.get('p') || o.get('tmpdir') || tmp
      if (o.has('t') && template.includes('/')) {
        yield* say(`invalid template, ${quote(template + suffix)}, contains directory separator`)
        return 1
      }
      if (template.startsWith('/')) {
        yield* say(`invalid template, ${quote(template + suffix)}; with --tmpdir, it may not be absolute`)
        return 1
      }
      template = `${dir.replace(/(?<=.)\/+$/, '')}/${template}`
    }
    for (let tries = 0; ; tries++) {
      let drawn = ''
      for (let i = 0; i < xs; i++) drawn += LETTERS[Math.floor(p.machine.random() * LETTERS.length)]
      const path = template.slice(0, template.length - xs) + drawn + suffix, place = p.machine.tree.place(path, p.cwd, false)
      const no = failed(place) ? place : place.node !== undefined ? E.EEXIST : o.has('u') ? undefined : makeable(place.dir)
      if (no === E.EEXIST && tries < 100) continue
      if (no !== undefined) {
        yield* say(`failed to create ${o.has('d') ? 'directory' : 'file'} via template ${quote(template + suffix)}: ${no.text}`)
        return 1
      }
      if (!o.has('u') && !failed(place)) {
        const now = p.machine.unixSeconds()
        place.dir.set!(place.name, o.has('d') ? directory({}, 0o700, now) : regularFile('', 0o600, now))
        place.dir.mtime = now
      }
      return (yield* out(p, `${path}\n`)) ? 0 : 1
    }
  },
})
export const NAMES = [basename, dirname, readlink, realpath, pwd, mktemp]
