/**
 * Redirections: in the order in which they are written, each with what it replaced kept, so that a builtin, a function or a compound command gives the
 * descriptors back. Without anywhere to keep them they stay (`exec`, a process of its own).
 * Source: bash(1) 5.2, REDIRECTION; the words of failures as bash has them.
 */
import { E, failed } from '../kernel/errno.ts'
import { RegularOpen, type OpenFile } from '../kernel/open-file.ts'
import type { OpenHow } from '../kernel/process.ts'
import { regularFile } from '../kernel/tree.ts'
import type { Run } from '../kernel/wait.ts'
import type { Redirection } from '../syntax/tree.ts'
import { expandDocument, expandText, expandWords } from './expand/words.ts'
import type { Shell } from './state.ts'

export interface Saved { readonly fd: number; readonly file: OpenFile | null; readonly cloexec: boolean }

const HOW: Readonly<Record<string, OpenHow>> = {
  '<': { read: true }, '>': { write: true, create: true, truncate: true }, '>>': { write: true, create: true, append: true }, '>|': { write: true, create: true, truncate: true },
  '<>': { read: true, write: true, create: true }, '&>': { write: true, create: true, truncate: true }, '&>>': { write: true, create: true, append: true },
}

/** False: one failed, and that has been said. What was done before it stays to be restored. */
export function* redirect(sh: Shell, redirections: readonly Redirection[], saved: Saved[] | null): Run<boolean> {
  for (const each of redirections) if (!(yield* one(sh, each, saved))) return false
  return true
}
export function restore(sh: Shell, saved: Saved[]): void {
  const { p } = sh
  if (p.dead) return
  for (let i = saved.length - 1; i >= 0; i--) {
    const { fd, file, cloexec } = saved[i]!
    p.close(fd)
    if (file === null) continue
    p.fds.set(fd, file)
    if (cloexec) p.closeOnExec.add(fd)
    else p.closeOnExec.delete(fd)
  }
  saved.length = 0
}
function keep(sh: Shell, fd: number, saved: Saved[] | null): void {
  if (saved === null) return
  const file = sh.p.fds.get(fd) ?? null
  if (file !== null) file.refs++
  saved.push({ fd, file, cloexec: sh.p.closeOnExec.has(fd) })
}
/** What `exec` did stays: what it replaced is let go. */
export function forget(sh: Shell, saved: Saved[]): void {
  for (const { file } of saved) if (file !== null && --file.refs === 0) file.close(sh.p)
  saved.length = 0
}

function* one(sh: Shell, r: Redirection, saved: Saved[] | null): Run<boolean> {
  if (r.kind !== 'file') {
    const text = r.kind === 'here-string' ? `${yield* expandText(sh, r.target)}\n` : yield* expandDocument(sh, r.body)
    return yield* put(sh, r, new RegularOpen(regularFile(text, 0o600), { readable: true, writable: false }, 'pipe:[document]'), r.fd ?? 0, saved)
  }
  const { operator } = r
  if (operator === '<&' || operator === '>&') {
    const text = yield* expandText(sh, r.target)
    const [, digits, move] = /^(\d*)(-?)$/.exec(text) ?? []
    if (text !== '' && digits !== undefined) return yield* duplicate(sh, r, digits, move === '-', saved)
    if (operator === '<&' || (r.fd !== null && r.fd !== 1) || r.fdName !== null) return yield* complaint(sh, `${r.target.text}: ambiguous redirect`)
    return yield* both(sh, text, HOW['&>']!, saved)
  }
  const target = yield* fileName(sh, r)
  if (target === null) return false
  if (operator === '&>' || operator === '&>>') return yield* both(sh, target, HOW[operator]!, saved)
  const file = yield* open(sh, target, operator)
  return file !== null && (yield* put(sh, r, file, r.fd ?? (operator.startsWith('<') ? 0 : 1), saved))
}

/** One word that is one field. */
function* fileName(sh: Shell, { target }: Extract<Redirection, { kind: 'file' }>): Run<string | null> {
  if (target.literal !== null) return target.literal
  const fields = sh.dialect === 'sh' || sh.options.posix ? [yield* expandText(sh, target)] : yield* expandWords(sh, [target])
  if (fields.length === 1) return fields[0]!
  yield* sh.complain(`${target.text}: ambiguous redirect`)
  return null
}
function* open(sh: Shell, path: string, operator: string): Run<OpenFile | null> {
  const { p } = sh
  if (sh.options.noclobber && (operator === '>' || operator === '&>')) {
    const node = p.find(path)
    if (!failed(node) && node.kind === 'file') {
      yield* sh.complain(`${path}: cannot overwrite existing file`)
      return null
    }
  }
  for (;;) {
    const file = yield* p.openFile(path, HOW[operator]!)
    if (file === E.EINTR) { yield* sh.interpreter.deliver(sh); continue }
    if (!failed(file)) return file
    yield* sh.complain(sh.dialect === 'sh' ? operator === '<' ? `cannot open ${path}: ${file === E.ENOENT ? 'No such file' : file.text}` : `cannot create ${path}: ${file === E.ENOENT ? 'Directory nonexistent' : file.text}` : `${path}: ${file.text}`)
    return null
  }
}
function* both(sh: Shell, path: string, how: OpenHow, saved: Saved[] | null): Run<boolean> {
  const file = yield* open(sh, path, how.append ? '>>' : '&>')
  if (file === null) return false
  file.refs++
  for (const fd of [1, 2]) {
    keep(sh, fd, saved)
    sh.p.put(fd, file)
  }
  file.refs--
  return true
}
function* put(sh: Shell, r: Redirection, file: OpenFile, fd: number, saved: Saved[] | null): Run<boolean> {
  if (r.fdName !== null) {
    const at = sh.p.install(file, 10)
    sh.assign(r.fdName, String(at), false)
    return true
  }
  if (fd > 1023) return yield* complaint(sh, `${fd}: Bad file descriptor`)
  keep(sh, fd, saved)
  sh.p.put(fd, file)
  return true
}
function* duplicate(sh: Shell, r: Extract<Redirection, { kind: 'file' }>, digits: string, closes: boolean, saved: Saved[] | null): Run<boolean> {
  const { p } = sh
  if (digits === '') {
    const fd = r.fdName === null ? r.fd ?? (r.operator === '<&' ? 0 : 1) : Number(sh.get(r.fdName))
    if (r.fdName === null) keep(sh, fd, saved)
    p.close(fd)
    return true
  }
  const from = Number(digits), file = p.fds.get(from)
  if (file === undefined) return yield* complaint(sh, `${r.target.text}: Bad file descriptor`)
  const to = r.fd ?? (r.operator === '<&' ? 0 : 1)
  if (r.fdName === null && from === to) { p.closeOnExec.delete(to); return true }
  if (!(yield* put(sh, r, file, to, saved))) return false
  if (closes) {
    keep(sh, from, saved)
    p.close(from)
  }
  return true
}
function* complaint(sh: Shell, text: string): Run<boolean> {
  yield* sh.complain(text)
  return false
}
