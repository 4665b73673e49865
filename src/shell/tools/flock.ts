/**
 * flock: locks on files between processes. A lock belongs to the open file description: descriptors that were inherited or duplicated share it, and it
 * goes when the last of them is closed. Source: util-linux 2.38, flock(2).
 */
import { defineCommand } from '../kernel/command.ts'
import { failed } from '../kernel/errno.ts'
import type { OpenFile } from '../kernel/open-file.ts'
import type { Process } from '../kernel/process.ts'
import type { Node } from '../kernel/tree.ts'
import { WaitQueue, type Run } from '../kernel/wait.ts'
import { interval, launch, reap } from './child.ts'
import { complain, misused } from './io.ts'
import { options } from './options.ts'

interface Lock { readonly holders: Map<OpenFile, 'shared' | 'exclusive'>; readonly changed: WaitQueue }
const locks = new WeakMap<Node | OpenFile, Lock>()
/** What has no node (a pipe of the session) is locked by itself. */
const keyOf = (file: OpenFile): Node | OpenFile => file.node ?? file

/** flock(2): 'busy' where it would wait. */
function tryLock(p: Process, file: OpenFile, kind: 'shared' | 'exclusive' | 'none'): 'done' | 'busy' {
  const key = keyOf(file), lock = locks.get(key) ?? { holders: new Map(), changed: new WaitQueue() }
  locks.set(key, lock)
  if (kind === 'none') {
    if (lock.holders.delete(file)) p.kernel.wakeAll(lock.changed)
    return 'done'
  }
  for (const [other, held] of lock.holders) if (other !== file && (held === 'exclusive' || kind === 'exclusive')) return 'busy'
  const old = lock.holders.get(file)
  lock.holders.set(file, kind)
  if (old === 'exclusive' && kind === 'shared') p.kernel.wakeAll(lock.changed)
  if (!released.has(file)) {
    released.add(file)
    const { close } = file
    file.close = caller => {
      if (lock.holders.delete(file)) p.kernel.wakeAll(lock.changed)
      close.call(file, caller)
    }
  }
  return 'done'
}
const released = new WeakSet<OpenFile>()

function* take(p: Process, file: OpenFile, kind: 'shared' | 'exclusive' | 'none', until: number | null): Run<boolean> {
  for (;;) {
    if (tryLock(p, file, kind) === 'done') return true
    if (until !== null && p.kernel.now >= until) return false
    yield { kind: 'queue', queue: locks.get(keyOf(file))!.changed, ...(until !== null && until !== Infinity && { at: until }) }
  }
}

export const FLOCK = [defineCommand({
  name: 'flock',
  *run(p) {
    const o = yield* options(p, { short: '+c:eE:FnosuvVw:x', long: { shared: 's', exclusive: 'x', unlock: 'u', nonblock: 'n', nb: 'n', timeout: 'w:', wait: 'w:', 'conflict-exit-code': 'E:', close: 'o', 'no-fork': 'F', command: 'c:', verbose: 'v' } }, { fail: 64, from: 'util-linux', version: '2.38.1' })
    if (typeof o === 'number') return o
    const conflict = Number(o.get('E') ?? 1), kind = { s: 'shared', u: 'none', x: 'exclusive', e: 'exclusive' }[o.lastOf('s', 'u', 'x', 'e') ?? 'x'] as 'shared' | 'exclusive' | 'none'
    if (!(conflict >= 0 && conflict <= 255)) {
      yield* complain(p, 'exit code out of range (expected 0 to 255)')
      return 64
    }
    const wait = o.has('w') ? interval(o.get('w')!) : null
    if (o.has('w') && wait === null) {
      yield* complain(p, `invalid timeout value: '${o.get('w')}'`)
      return 64
    }
    const until = o.has('n') ? p.kernel.now : wait === null ? null : p.kernel.now + wait, [target, ...rest] = o.operands
    if (target === undefined) {
      yield* (p.argv.length < 2 ? misused : complain)(p, p.argv.length < 2 ? 'not enough arguments' : 'requires file descriptor, file or directory')
      return 64
    }
    if (rest.length > 0 || o.has('c')) return yield* locked(p, target, commandOf(rest, o.get('c')), kind, until, { conflict, close: o.has('o') })
    if (!/^\s*[-+]?\d+$/.test(target)) {
      yield* complain(p, `bad file descriptor: '${target}'`)
      return 64
    }
    const file = p.fds.get(Number(target))
    if (file === undefined) {
      yield* complain(p, `${Number(target)}: Bad file descriptor`)
      return 65
    }
    return (yield* take(p, file, kind, until)) ? 0 : conflict
  },
})]
const commandOf = (rest: readonly string[], c: string | undefined): readonly string[] | string =>
  c !== undefined ? ['/bin/sh', '-c', c] : rest[0] === '-c' || rest[0] === '--command' ? (rest.length === 2 ? ['/bin/sh', '-c', rest[1]!] : '-c requires exactly one command argument') : rest

function* locked(p: Process, name: string, argv: readonly string[] | string, kind: 'shared' | 'exclusive' | 'none', until: number | null, how: { conflict: number; close: boolean }): Run {
  if (typeof argv === 'string') {
    yield* complain(p, argv)
    return 64
  }
  let fd = yield* p.open(name, { read: true, create: true }, 3)
  if (fd !== undefined && failed(fd) && fd.errno === 'EISDIR') fd = yield* p.open(name, { read: true }, 3)
  if (failed(fd)) {
    yield* complain(p, `cannot open lock file ${name}: ${fd.text}`)
    return fd.errno === 'ENOMEM' || fd.errno === 'EMFILE' ? 71 : fd.errno === 'EROFS' ? 73 : 66
  }
  if (!(yield* take(p, p.fds.get(fd)!, kind, until))) return how.conflict
  const fds = new Map(p.fds)
  if (how.close) fds.delete(fd)
  const child = launch(p, argv, no => `failed to execute ${argv[0]}: ${no.text}`, { fds })
  if (failed(child)) {
    yield* complain(p, `fork failed: ${child.text}`)
    return 71
  }
  const { status } = yield* reap(p, child)
  return status === 127 || status === 126 ? 69 : status
}
