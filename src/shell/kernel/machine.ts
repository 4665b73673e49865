/**
 * One simulated machine, as its processes see it: file tree, names, clocks, random numbers, and the limits within which a script must stay.
 * The world outside the kernel (a partition of the hypervisor) stands behind the hooks; the shell knows no model.
 */
import { SECOND, type Micros } from '../../base/time.ts'
import type { Budget } from './budget.ts'
import { E, type Failure } from './errno.ts'
import type { Signal } from './signal.ts'
import { Tree, type Caller, type Node } from './tree.ts'
import { Runaway, type Run } from './wait.ts'

/** Virtual CPU time. */
export interface Costs { readonly statement: Micros; readonly fork: Micros; readonly exec: Micros; /** A shell that only computes waits for it in pieces of this size. */ readonly slice: Micros }
export const COSTS: Costs = { statement: 20, fork: 400, exec: 1_000, slice: 1_000 }

export interface Limits {
  /** Statements of one session without waiting in between: see budget.ts. */
  readonly statements: number
  /** Processes of the machine at a time. */
  readonly processes: number
  /** Bytes that a session prints, that lie in files, that one process holds. */
  readonly output: number
  readonly files: number
  readonly held: number
  /** Functions, subshells and `source` inside each other. */
  readonly depth: number
}
export const LIMITS: Limits = { statements: 250_000, processes: 512, output: 16 << 20, files: 256 << 20, held: 128 << 20, depth: 400 }

/** How a process ended. */
export type Exit = { readonly status: number; readonly signal?: undefined } | { readonly status: number; readonly signal: Signal }
/** As much of a process as those who watch it need. */
export interface Actor {
  readonly pid: number
  readonly ppid: number
  readonly session: number
  readonly argv: readonly string[]
  /** Of the script that it is a shell for, or that started it; null: it was not started by a script. */
  readonly line: number | null
  readonly scriptLine: number | null
  /** Of its session. */
  readonly budget: Budget
}
/** Who watches a machine: transcripts, faults between two lines, coverage. */
export interface Observer {
  /** A simple command is about to run; `words` are expanded, `redirections` as one would type them. Faults that strike here strike before it. */
  command?(p: Actor, line: number, words: readonly string[], redirections: readonly string[]): void
  /** A statement of a shell begins at this line of this file; cheap if it does nothing. */
  statement?(p: Actor, line: number, file: string): void
  exited?(p: Actor, exit: Exit): void
  /** It has become a daemon. */
  detached?(p: Actor): void
  /** A session was ended because it ran away. */
  runaway?(p: Actor, message: string, line: number | null): void
  /** What a command can tell about a mistake that the real tool says nothing of: for transcripts, never for the script. */
  hint?(p: Actor, text: string): void
}

/** What uname(2) says. */
export interface System { readonly release: string; readonly version: string; readonly arch: string }
const SYSTEM: System = { release: '6.1.0-50-amd64', version: '#1 SMP PREEMPT_DYNAMIC Debian 6.1.176-1 (2026-07-01)', arch: 'x86_64' }
/** One message to syslog(3). */
export interface LogMessage { readonly facility: string; readonly severity: string; readonly tag: string; readonly text: string }

export class Machine {
  readonly name: string
  hostname: string
  readonly system: System
  /** Who takes what logger(1) says, instead of /var/log/syslog. */
  syslog: ((message: LogMessage, p: Actor) => void) | null = null
  /** What sync(2) waits for, in the world outside; with a file, fsync(2). */
  sync: ((p: Caller & { readonly name: string }, file: { readonly node: Node | null } | null) => Run<undefined | Failure>) | null = null
  readonly tree: Tree
  readonly costs: Costs
  readonly limits: Limits
  readonly observers: Observer[] = []
  /** Microseconds since 1970 at simulated time 0. */
  readonly epoch: Micros
  /** Simulated time at which it was started last. */
  bootedAt: Micros = 0
  /** Uniform in [0, 1); a stream of the run's seed. */
  readonly random: () => number
  private readonly clock: () => Micros
  private bytes = 0
  private readonly refusals = new Map<number, number>()

  constructor(options: { name: string; hostname?: string; system?: Partial<System>; tree?: Tree; clock: () => Micros; epoch?: Micros; random?: () => number; costs?: Partial<Costs>; limits?: Partial<Limits> }) {
    this.name = options.name
    this.hostname = options.hostname ?? options.name
    this.system = { ...SYSTEM, ...options.system }
    this.tree = options.tree ?? new Tree()
    this.clock = options.clock
    this.epoch = options.epoch ?? 0
    this.random = options.random ?? (() => 0.5)
    this.costs = { ...COSTS, ...options.costs }
    this.limits = { ...LIMITS, ...options.limits }
  }

  get now(): Micros { return this.clock() }
  unixMicros(): Micros { return this.epoch + this.now }
  unixSeconds(): number { return Math.floor(this.unixMicros() / SECOND) }
  uptime(): Micros { return this.now - this.bootedAt }

  /** Bytes more (or fewer) in files. */
  account(bytes: number): Failure | undefined {
    if (bytes > 0 && this.bytes + bytes > this.limits.files) return E.ENOSPC
    this.bytes = Math.max(0, this.bytes + bytes)
    return undefined
  }
  checkHeld(bytes: number): void {
    if (bytes > this.limits.held) throw new Runaway(`more than ${this.limits.held >> 20} MiB held by one process`)
  }
  /** A fork that the limit of processes refused: a few are an accident, many are a fork bomb. */
  countRefusal(p: Actor, line: number): void {
    const n = (this.refusals.get(p.session) ?? 0) + 1
    this.refusals.set(p.session, n)
    if (n > 2 * this.limits.processes) throw new Runaway(`fork bomb at line ${line}: more than ${2 * this.limits.processes} forks refused`, line)
  }
  /** One more statement of a session. */
  countStatement(p: Actor, line: number, weight = 1): void {
    const over = p.budget.spend(weight, this.limits.statements, this.now)
    if (over !== null) throw new Runaway(over.busy ? `busy loop at line ${line}: more than ${over.most} statements without waiting` : `more than ${over.most} statements at line ${line}`, line)
  }
}
