/** The process kernel: who runs when, pipes, signals, files, and the clocks. Bodies of processes are written out here; no shell is involved. */
import { expect, test } from 'vitest'
import { E, failed } from '../../../src/shell/kernel/errno.ts'
import { Kernel } from '../../../src/shell/kernel/kernel.ts'
import { Machine } from '../../../src/shell/kernel/machine.ts'
import type { Process } from '../../../src/shell/kernel/process.ts'
import { dynFile, fifo, regularFile, symlink, directory, mountOver, unmount } from '../../../src/shell/kernel/tree.ts'
import { Runaway, TURN, type Run } from '../../../src/shell/kernel/wait.ts'

const SECOND = 1_000_000

function world(options: { pick?: (among: number) => number; limits?: Partial<Machine['limits']> } = {}) {
  let now = 0
  const kernel = new Kernel(() => now), machine = new Machine({ name: 'lpar', clock: () => now, costs: { statement: 0, fork: 0, exec: 0 }, ...options.limits && { limits: options.limits } })
  kernel.pick = options.pick
  const said: string[] = []
  return {
    kernel, machine, said,
    spawn: (body: (p: Process) => Run) => kernel.spawn(machine, body, { argv: ['test'], fds: new Map() }),
    say: (text: string) => { said.push(`${now / SECOND} ${text}`) },
    /** Until nobody wants to go on by itself. */
    drain(until = Infinity) {
      for (;;) {
        kernel.run()
        const next = kernel.nextAt()
        if (next === null || next > until) return
        now = Math.max(now, next)
      }
    },
    get now() { return now },
  }
}

test('who can run at the same instant runs in the order in which they became able to', () => {
  const w = world()
  for (const name of ['a', 'b', 'c']) w.spawn(function* () { w.say(name); yield TURN; w.say(`${name}2`); return 0 })
  w.drain()
  expect(w.said).toEqual(['0 a', '0 b', '0 c', '0 a2', '0 b2', '0 c2'])
})

test('an order picked from outside finds another interleaving', () => {
  const w = world({ pick: among => among - 1 })
  for (const name of ['a', 'b', 'c']) w.spawn(function* () { w.say(name); return 0 })
  w.drain()
  expect(w.said).toEqual(['0 c', '0 b', '0 a'])
})

test('sleepers wake in the order of their times', () => {
  const w = world()
  for (const seconds of [3, 1, 2]) w.spawn(function* (p) { yield* p.sleep(seconds * SECOND); w.say(`${seconds}`); return 0 })
  w.drain()
  expect(w.said).toEqual(['1 1', '2 2', '3 3'])
})

test('virtual CPU time that a process has used passes before it goes on', () => {
  const w = world()
  w.spawn(function* (p) { p.charge(5 * SECOND); w.say('charged'); yield* p.settle(); w.say('settled'); return 0 })
  w.drain()
  expect(w.said).toEqual(['0 charged', '5 settled'])
})

test('a pipe blocks its reader until something comes, its writer when it is full, and ends when the last writer has gone', () => {
  const w = world(), long = 'x'.repeat(150_000)
  const reader = w.spawn(function* (p) {
    const [out, into] = p.pipe()
    p.install(out)
    const child = p.fork(function* (c) { expect(yield* c.write(1, long)).toBeUndefined(); w.say('written'); return 0 }, { fds: new Map([[1, into]]) })
    expect(failed(child)).toBe(false)
    yield* p.sleep(SECOND)
    w.say('reads')
    const all = yield* p.readAll(0)
    w.say(`${(all as string).length}`)
    return (all as string) === long ? 0 : 1
  })
  w.drain()
  expect(w.said).toEqual(['1 reads', '1 written', '1 150000'])
  expect(reader.exit).toEqual({ status: 0 })
})

test('whoever writes into a pipe that nobody reads dies of SIGPIPE, or gets EPIPE if it ignores that', () => {
  const w = world(), answers: unknown[] = []
  const body = (ignore: boolean) => function* (p: Process): Run {
    const [out, into] = p.pipe()
    p.install(into, 1)
    p.install(out, 3)
    p.close(3)
    if (ignore) p.ignored.add('PIPE')
    answers.push(yield* p.write(1, 'x'))
    return 0
  }
  const dies = w.spawn(body(false)), lives = w.spawn(body(true))
  w.drain()
  expect(dies.exit).toEqual({ status: 141, signal: 'PIPE' })
  expect(lives.exit).toEqual({ status: 0 })
  expect(answers.at(-1)).toBe(E.EPIPE)
})

test('a signal that is caught wakes who waits, one that is ignored does not, one that is neither kills', () => {
  const w = world()
  const sleeper = (name: string, prepare: (p: Process) => void) => w.spawn(function* (p) { prepare(p); w.say(`${name} ${yield { kind: 'sleep', at: 60 * SECOND }}`); return 7 })
  const caught = sleeper('caught', p => p.caught.add('TERM')), ignored = sleeper('ignored', p => p.ignored.add('TERM')), neither = sleeper('neither', () => {})
  w.spawn(function* (p) {
    yield* p.sleep(SECOND)
    for (const each of [caught, ignored, neither]) expect(w.kernel.kill(p, each.pid, 'TERM')).toBeUndefined()
    return 0
  })
  w.drain()
  expect(w.said).toEqual(['1 caught signal', '60 ignored ready'])
  expect(neither.exit).toEqual({ status: 143, signal: 'TERM' })
  expect(w.kernel.kill(caught, 99_999, 'TERM')).toBe(E.ESRCH)
})

test('a parent is told of the end of each child, once', () => {
  const w = world(), ends: number[] = []
  w.spawn(function* (p) {
    const children = [3, 1, 2].map(n => p.fork(function* (c) { yield* c.sleep(n * SECOND); return n }))
    expect(yield* p.wait(children[2] as Process)).toBe(children[2])
    for (;;) {
      const ended = yield* p.wait(null)
      if (ended === null || ended === 'signal') break
      ends.push(ended.exit!.status)
    }
    return 0
  })
  w.drain()
  expect(ends).toEqual([3, 1].toSorted((a, b) => a - b))
})

test('a machine that stops ends everything on it, mid-statement, and what was to be cleaned up is not', () => {
  const w = world()
  const p = w.spawn(function* (p) { yield* p.sleep(10 * SECOND); w.say('never'); return 0 })
  w.drain(0)
  w.kernel.endAll(w.machine)
  w.drain()
  expect(w.said).toEqual([])
  expect(p.exit).toEqual({ status: 137, signal: 'KILL' })
})

test('a process that waits for the world goes on when that is so', () => {
  const w = world()
  let ready = false
  w.spawn(function* () { w.say(`${yield { kind: 'world', ready: () => ready, at: 9 * SECOND }}`); return 0 })
  w.kernel.run()
  expect([w.kernel.watches, w.kernel.stirred()]).toEqual([true, false])
  ready = true
  expect(w.kernel.stirred()).toBe(true)
  w.drain()
  expect(w.said).toEqual(['0 ready'])
})

test('a script that runs away takes its whole session with it, and says why', () => {
  const w = world(), told: unknown[] = []
  w.machine.observers.push({ runaway: (_, message, line) => told.push([message, line]) })
  const other = w.spawn(function* (p) { yield* p.sleep(SECOND); return 0 })
  const p = w.spawn(function* (p) {
    p.fork(function* (c) { yield* c.sleep(99 * SECOND); w.say('never'); return 0 })
    yield TURN
    throw new Runaway('busy loop at line 3', 3)
  })
  w.drain()
  expect(told).toEqual([['busy loop at line 3', 3]])
  expect([p.exit?.status, other.exit?.status, w.said]).toEqual([137, 0, []])
})

test('no more processes than a machine may have: fork answers EAGAIN', () => {
  const w = world({ limits: { processes: 3 } }), answers: unknown[] = []
  w.spawn(function* (p) { for (let i = 0; i < 4; i++) answers.push(p.fork(function* (c) { yield* c.sleep(SECOND); return 0 })); return 0 })
  w.drain()
  expect(answers.map(each => failed(each))).toEqual([false, false, true, true])
})

test('descriptors that were inherited share one offset; each open has its own', () => {
  const w = world(), seen: unknown[] = []
  w.machine.tree.put('/f', regularFile('one\ntwo\nthree\n'))
  w.spawn(function* (p) {
    const a = (yield* p.open('/f', { read: true })) as number
    p.dup(a, 9)
    seen.push(yield* p.read(a, 4), yield* p.read(9, 4), yield* p.readFile('/f'))
    return 0
  })
  w.drain()
  expect(seen).toEqual(['one\n', 'two\n', 'one\ntwo\nthree\n'])
})

test('opening, making and refusing as open(2) does', () => {
  const w = world(), seen: unknown[] = []
  w.machine.tree.put('/d/f', regularFile('old'))
  w.machine.tree.put('/d/link', symlink('f'))
  w.machine.tree.put('/d/loop', symlink('loop'))
  w.spawn(function* (p) {
    const ask = function* (path: string, how: Parameters<Process['open']>[1]): Run<void> { const fd = yield* p.open(path, how); seen.push(failed(fd) ? fd.errno : 'ok') }
    yield* ask('/d/none', { read: true })
    yield* ask('/none/f', { write: true, create: true })
    yield* ask('/d/f/x', { read: true })
    yield* ask('/d', { write: true })
    yield* ask('/d/f', { write: true, create: true, exclusive: true })
    yield* ask('/d/loop', { read: true })
    yield* ask('/d/f/', { read: true })
    yield* ask('/d/link', { write: true, truncate: true })
    yield* ask('/d/new', { write: true, create: true })
    seen.push(yield* p.readFile('/d/f'))
    return 0
  })
  w.drain()
  expect(seen).toEqual(['ENOENT', 'ENOENT', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ELOOP', 'ENOTDIR', 'ok', 'ok', ''])
})

test('the content of a computed file is taken when it is read from its beginning; one write is one action', () => {
  const w = world(), wrote: string[] = [], seen: unknown[] = []
  let value = 'a\n'
  w.machine.tree.put('/sys/x', dynFile({ read: () => value, write: bytes => { wrote.push(bytes); return bytes === 'bad\n' ? E.EINVAL : undefined } }))
  w.spawn(function* (p) {
    const fd = (yield* p.open('/sys/x', { read: true, write: true })) as number
    seen.push(yield* p.read(fd, 1))
    value = 'b\n'
    seen.push(yield* p.read(fd, 9), yield* p.readFile('/sys/x'), yield* p.write(fd, 'good\n'), yield* p.write(fd, 'bad\n'))
    return 0
  })
  w.drain()
  expect([seen, wrote]).toEqual([['a', '\n', 'b\n', undefined, E.EINVAL], ['good\n', 'bad\n']])
})

test('a FIFO holds who opens it until the other end has come', () => {
  const w = world()
  w.machine.tree.put('/f', fifo())
  w.spawn(function* (p) { const fd = (yield* p.open('/f', { read: true })) as number; w.say(`got ${yield* p.readAll(fd)}`); return 0 })
  w.spawn(function* (p) { yield* p.sleep(2 * SECOND); const fd = (yield* p.open('/f', { write: true })) as number; yield* p.write(fd, 'hello'); return 0 })
  w.drain()
  expect(w.said).toEqual(['2 got hello'])
})

test('what is mounted over a directory is seen instead of it, and gone with the unmount', () => {
  const { tree } = world().machine
  tree.put('/mnt/below', regularFile(''))
  const mnt = tree.find('/mnt', tree.root)
  expect(failed(mnt)).toBe(false)
  mountOver(mnt as never, directory({ above: regularFile('') }))
  expect([tree.find('/mnt/above', tree.root), tree.find('/mnt/below', tree.root)].map(each => failed(each))).toEqual([false, true])
  const up = tree.find('/mnt/..', tree.root)
  expect(up).toBe(tree.root)
  expect(unmount(mnt as never)).toBe(true)
  expect(failed(tree.find('/mnt/below', tree.root))).toBe(false)
})
