/**
 * The process kernel: runs simulated processes until all of them wait, and knows when the next one wants to go on.
 *
 * Processes that can run do so first in, first out within one instant; a `pick` from the seed may permute that, to find races. Nothing here knows what
 * the world outside is: whoever drives it moves the clock, calls `run`, and asks `nextAt` when to come again.
 * Source of truth: POSIX.1-2017 2.4 (signals) and wait(2), kill(2).
 */
import { assert } from '../../base/assert.ts'
import type { Micros } from '../../base/time.ts'
import { E, type Failure } from './errno.ts'
import type { Machine } from './machine.ts'
import type { OpenFile } from './open-file.ts'
import { Process, type Fork, type Scheduler } from './process.ts'
import { defaultAction, signalNumber, type Signal } from './signal.ts'
import type { Directory } from './tree.ts'
import { Runaway, WaitQueue, type Run, type Wait, type Wake } from './wait.ts'

interface Timer { readonly at: Micros; readonly number: number; readonly process: Process; readonly wait: number }
export interface Spawn {
  readonly argv: readonly string[]
  readonly env?: ReadonlyMap<string, string>
  readonly cwd?: Directory
  readonly fds: ReadonlyMap<number, OpenFile>
}

/** Turns of all processes without the clock moving. */
const RESUMED = 200_000

export class Kernel implements Scheduler {
  private readonly clock: () => Micros
  readonly processes = new Map<number, Process>()
  private runnable: Process[] = []
  private timers: Timer[] = []
  private readonly watchers = new Set<Process>()
  private nextPid = 300
  private timerNumber = 0
  nextPipe = 10_000
  private instant: Micros | -1 = -1
  private resumed = 0
  /** Which of so many runnable processes goes first; absent: the one that has waited longest. */
  pick: ((among: number) => number) | undefined
  /** The process that is on the CPU. */
  current: Process | null = null

  constructor(clock: () => Micros) {
    this.clock = clock
  }
  get now(): Micros { return this.clock() }

  /** A process from outside: a login, cron, a monitor's program. The first of a session. */
  spawn(machine: Machine, body: (p: Process) => Run, { argv, env, cwd, fds }: Spawn): Process {
    const pid = this.nextPid++
    const p = new Process(this, machine, pid, { argv, env: env ?? new Map(), cwd: cwd ?? machine.tree.root, session: pid })
    return this.begin(p, body, fds)
  }
  fork(parent: Process, body: (child: Process) => Run, how: Fork): Process | Failure {
    const { machine } = parent
    if (this.processes.size >= machine.limits.processes) {
      let n = 0
      for (const each of this.processes.values()) if (each.machine === machine) n++
      if (n >= machine.limits.processes) return E.EAGAIN
    }
    const pid = this.nextPid++
    const child = new Process(this, machine, pid, { parent, argv: how.argv ?? parent.argv, env: how.env ?? parent.env, cwd: parent.cwd, ...(how.pgid !== undefined && { pgid: how.pgid === 0 ? pid : how.pgid }) })
    for (const fd of parent.closeOnExec) child.closeOnExec.add(fd)
    parent.children.set(pid, child)
    return this.begin(child, body, how.fds ?? parent.fds)
  }
  private begin(p: Process, body: (p: Process) => Run, fds: ReadonlyMap<number, OpenFile>): Process {
    for (const [fd, file] of fds) {
      file.refs++
      p.fds.set(fd, file)
    }
    this.processes.set(p.pid, p)
    p.running = body(p)
    this.runnable.push(p)
    return p
  }

  /** Everything that can run now, until nothing can. Returns whether anything did. */
  run(): boolean {
    assert(this.current === null, 'the process kernel is not entered twice')
    this.wakeTimers()
    this.askWatchers()
    let ran = false
    while (this.runnable.length > 0) {
      const p = this.pick === undefined ? this.runnable.shift()! : this.runnable.splice(this.pick(this.runnable.length), 1)[0]!
      if (!p.dead && !p.stopped) this.resume(p)
      ran = true
      if (this.runnable.length === 0) this.askWatchers()
    }
    return ran
  }
  /** When the next process wants to go on, if nothing happens before; null: never by itself. */
  nextAt(): Micros | null {
    for (let top = this.timers[0]; top !== undefined; top = this.timers[0]) {
      if (!top.process.dead && top.process.waits === top.wait && top.process.waiting !== null) return top.at
      popTimer(this.timers)
    }
    return null
  }
  /** Whether somebody waits for the world: then it is to be asked after every event there. */
  get watches(): boolean { return this.watchers.size > 0 }
  /** Asked after an event of the world: whether somebody who waits for it would go on. */
  stirred(): boolean {
    for (const p of this.watchers) if (p.waiting?.kind === 'world' && p.waiting.ready()) return true
    return false
  }

  private resume(p: Process): void {
    this.current = p
    p.waiting = null
    if (this.now !== this.instant) { this.instant = this.now; this.resumed = 0 }
    try {
      // Two that hand something to and fro without using any time would go on for ever.
      if (++this.resumed > RESUMED) throw new Runaway(`busy loop of processes: more than ${RESUMED} turns in one instant`)
      const { wake } = p
      p.wake = 'ready'
      const step = p.running!.next(wake)
      if (p.dead) return
      if (step.done) this.end(p, step.value & 255)
      else this.park(p, step.value)
    } catch (error) {
      if (!(error instanceof Runaway)) throw error
      const line = error.line ?? p.line ?? p.scriptLine
      for (const observer of p.machine.observers) observer.runaway?.(p, error.message, line)
      for (const each of [...this.processes.values()]) if (each.session === p.session && each.machine === p.machine) this.end(each, 137, 'KILL')
    } finally {
      this.current = null
    }
  }
  private park(p: Process, wait: Wait): void {
    if (wait.kind === 'turn') return void this.runnable.push(p)
    // A signal that came while it ran is answered at once.
    if (p.pending.length > p.seen) {
      p.seen = p.pending.length
      return this.ready(p, 'signal')
    }
    p.seen = p.pending.length
    p.waiting = wait
    p.waits++
    if (wait.kind === 'queue') wait.queue.waiting.push(p)
    else if (wait.kind === 'world') this.watchers.add(p)
    if (wait.at !== undefined) pushTimer(this.timers, { at: wait.at, number: this.timerNumber++, process: p, wait: p.waits })
  }
  private ready(p: Process, wake: Wake): void {
    const { waiting } = p
    if (waiting?.kind === 'queue') {
      const at = waiting.queue.waiting.indexOf(p)
      if (at >= 0) waiting.queue.waiting.splice(at, 1)
    } else if (waiting?.kind === 'world') this.watchers.delete(p)
    p.waiting = null
    p.wake = wake
    this.runnable.push(p)
  }
  wakeAll(queue: WaitQueue): void {
    if (queue.waiting.length === 0) return
    for (const p of queue.waiting.splice(0)) this.ready(p as Process, 'ready')
  }
  private wakeTimers(): void {
    for (let top = this.timers[0]; top !== undefined && top.at <= this.now; top = this.timers[0]) {
      popTimer(this.timers)
      const p = top.process, { wait } = top
      if (!p.dead && p.waiting !== null && p.waits === wait) this.ready(p, p.waiting.kind === 'sleep' ? 'ready' : 'timeout')
    }
  }
  private askWatchers(): void {
    if (this.watchers.size === 0) return
    for (const p of [...this.watchers]) if (p.waiting?.kind === 'world' && p.waiting.ready()) this.ready(p, 'ready')
  }

  /** kill(2) for one process: delivered at once. */
  signal(p: Process, signal: Signal): void {
    if (p.dead) return
    if (signal === 'CONT' && p.stopped) {
      p.stopped = false
      if (p.waiting === null) this.runnable.push(p)
    }
    if (signal !== 'KILL' && signal !== 'STOP') {
      if (p.ignored.has(signal)) return
      if (p.caught.has(signal)) {
        if (!p.pending.includes(signal)) p.pending.push(signal)
        if (p.waiting !== null) this.ready(p, 'signal')
        return
      }
    }
    switch (defaultAction(signal)) {
      case 'ignore': return
      case 'stop': p.stopped = true; return
      case 'terminate': this.end(p, 128 + signalNumber(signal), signal)
    }
  }
  /** kill(2): a pid, a group as a negative number. */
  kill(from: Process, pid: number, signal: Signal | null): Failure | undefined {
    const targets = [...this.processes.values()].filter(p => p.machine === from.machine && (pid > 0 ? p.pid === pid : pid === 0 ? p.pgid === from.pgid : p.pgid === -pid))
    // One that has ended and is not waited for yet can still be signalled.
    if (targets.length === 0) return pid > 0 && from.children.has(pid) ? undefined : E.ESRCH
    if (signal !== null) for (const p of targets) this.signal(p, signal)
    return undefined
  }
  /** It is over: files are closed, the parent is told, orphans go to init. */
  end(p: Process, status: number, signal?: Signal): void {
    if (p.dead) return
    p.exit = signal === undefined ? { status } : { status, signal }
    if (p.waiting !== null) {
      const { waiting } = p
      if (waiting.kind === 'queue') waiting.queue.waiting.splice(waiting.queue.waiting.indexOf(p), 1)
      this.watchers.delete(p)
      p.waiting = null
    }
    for (const fd of [...p.fds.keys()]) p.close(fd)
    this.processes.delete(p.pid)
    for (const child of p.children.values()) child.ppid = 1
    const parent = this.processes.get(p.ppid)
    if (parent !== undefined && parent.children.has(p.pid)) {
      this.wakeAll(parent.childEnded)
      if (parent.caught.has('CHLD')) this.signal(parent, 'CHLD')
    }
    for (const observer of p.machine.observers) observer.exited?.(p, p.exit)
    // A generator that is running now cannot be ended from within: it is dropped when it yields.
    if (this.current !== p) p.running?.return(status)
    p.running = null
  }
  /** Whether anybody of a session is left that is no daemon. */
  inSession(session: number): boolean {
    for (const each of this.processes.values()) if (each.session === session && !each.daemon) return true
    return false
  }
  /** The machine stops: everything on it ends at once, mid-script. */
  endAll(machine: Machine): void {
    for (const p of [...this.processes.values()]) if (p.machine === machine) this.end(p, 137, 'KILL')
  }
}

// A binary heap on (time, number).

const before = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.number < b.number)
function pushTimer(heap: Timer[], timer: Timer): void {
  let i = heap.push(timer) - 1
  for (let up = (i - 1) >> 1; i > 0 && before(timer, heap[up]!); i = up, up = (i - 1) >> 1) heap[i] = heap[up]!
  heap[i] = timer
}
function popTimer(heap: Timer[]): void {
  const last = heap.pop()!
  if (heap.length === 0) return
  let i = 0
  for (let child = 1; child < heap.length; child = 2 * i + 1) {
    if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++
    if (!before(heap[child]!, last)) break
    heap[i] = heap[child]!
    i = child
  }
  heap[i] = last
}
