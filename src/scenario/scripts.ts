/**
 * Scripts of operators, run in the shells of their partitions while the simulation goes on; what they type and print goes into the trace.
 *
 * A script begins when its operator calls it, and the real `mdadm --monitor` calls one that is noticed by it. A partition's files, its clock, and the order of
 * processes that can run at once come from the section `terminal`. Faults that strike between two lines strike here, before the second of them.
 */
import { must } from '../base/assert.ts'
import type { Micros } from '../base/time.ts'
import { RngStreams } from '../core/rng.ts'
import type { Sim } from '../core/sim.ts'
import { Terminals, type Simulation } from '../console/terminals.ts'
import { Tty } from '../console/tty.ts'
import type { GuestId } from '../models/hypervisor/state.ts'
import type { OperatorId } from '../models/operator/ids.ts'
import { baseName, operatorName, scriptFile } from '../models/operator/script.ts'
import type { SimEvent, SimRequest, World } from '../models/stack.ts'
import type { Entry } from '../core/trace.ts'
import type { End } from '../models/terminal/events.ts'
import type { SessionId } from '../models/terminal/ids.ts'
import { startLogin } from '../shell/bash/interactive.ts'
import { typed } from '../shell/bash/run/shown.ts'
import { startScript } from '../shell/bash/start.ts'
import { fromBytes, toBytes } from '../shell/kernel/bytes.ts'
import type { Actor, Exit, Observer } from '../shell/kernel/machine.ts'
import { SessionFile } from '../shell/kernel/open-file.ts'
import { regularFile } from '../shell/kernel/tree.ts'
import type { Scenario, Strike } from './build.ts'
import { Typist } from './typist.ts'

/** A simulation of the whole stack; `createSim` and a recording fit. */
export type ShellSim = Pick<Sim<World, SimRequest>, 'now' | 'world' | 'dispatch' | 'schedule' | 'runUntil' | 'step'>
/** Whoever looks on besides, for coverage: every statement of a shell, before it runs. */
export type Statement = (guest: GuestId, script: string, line: number, statement: number, start: number) => void

interface Session { readonly id: SessionId; readonly guest: GuestId; readonly script: string; /** Of the same script on any partition, counted from 1. */ readonly start: number; statements: number; line: number | null; /** Its `terminal.open`. */ opened: number; /** Its last `terminal.enter`, and the last of each process. */ entry: number; readonly entries: Map<number, number>; down: boolean; /** How the script itself ended; what it has left in the background may go on. */ exit: Exit | null; /** Somebody types. */ login: boolean }

export class Scripts {
  readonly terminals: Terminals
  readonly typist: Typist
  private readonly scenario: Scenario
  private readonly sim: ShellSim
  private readonly sessions = new Map<number, Session>()
  private readonly starts = new Map<string, number>()
  private readonly passed = new Map<Strike, number>()
  private opened = 0
  private readonly statement: Statement | undefined
  private readonly streams: RngStreams

  constructor(sim: ShellSim, scenario: Scenario, { seed, statement }: { readonly seed: string; readonly statement?: Statement | undefined }) {
    this.sim = sim
    this.scenario = scenario
    this.statement = statement
    this.streams = new RngStreams(seed)
    const { terminal } = scenario.configs, order = this.streams.get('terminal', 'order')
    this.terminals = new Terminals(sim as unknown as Simulation, {
      epoch: sim.world.terminal.epoch, random: (guest: GuestId) => { const rng = this.streams.get('terminal.random', guest); return () => rng.uniform() },
      costs: terminal.cpu, files: terminal.files,
      ...terminal.order === 'drawn' && { pick: (among: number) => order.int(among) },
      observers: [this.observer()], causeOf: p => { const session = this.sessions.get(p.session); return session && entryOf(session, p) },
    })
    this.typist = new Typist(this, scenario.typed)
    for (const { on, noticedBy, run } of scenario.configs.operator)
      if (noticedBy === 'monitor' && run !== undefined && this.terminals.runs(on)) this.terminals.soon(() => this.startMonitors(on))
  }

  /** Of the simulation, after each event. */
  readonly onEntry = (entry: Entry<SimEvent>): void => {
    this.terminals.onEntry(entry)
    const { event, seq } = entry
    switch (event.type) {
      case 'operator.scriptDue': return this.terminals.soon(() => this.call(event.operator, seq))
      case 'hypervisor.guestUp': return this.terminals.soon(() => this.startMonitors(event.guest))
      case 'hypervisor.guestDown':
        for (const session of this.sessions.values()) if (session.guest === event.guest) session.down = true
        return
      case 'terminal.open': case 'terminal.enter':
        for (const session of this.sessions.values())
          if (session.id === event.session) {
            session.entry = seq
            if (event.type === 'terminal.open') session.opened = seq
          }
    }
  }
  runUntil(time: Micros, stop?: () => boolean): void {
    this.typist.runUntil(time, stop)
  }
  /** Somebody logs in: what is typed at the terminal goes to a shell of its own. The partition runs. */
  login(guest: GuestId): Tty {
    const id = `s${++this.opened}` as SessionId, { machine } = this.terminals.partition(guest)
    const session: Session = { id, guest, script: 'login', start: 0, statements: 0, line: null, opened: -1, entry: -1, entries: new Map(), down: false, exit: null, login: true }
    const tty = new Tty(this.terminals.kernel, machine, (stream, text) => this.print(session, null, stream, text), command => this.sim.dispatch({ type: 'terminal.enter', session: id, line: null, command }, session.entry))
    const p = startLogin(this.terminals.kernel, machine, tty.start)
    tty.process = p
    this.sessions.set(p.session, session)
    this.sim.dispatch({ type: 'terminal.open', session: id, guest, script: 'login', by: 'somebody' })
    return tty
  }
  private print({ id, ...session }: Session, line: number | null, stream: 'stdout' | 'stderr', bytes: string, entry = session.entry): void {
    this.sim.dispatch({ type: 'terminal.print', session: id, line, stream, text: fromBytes(bytes) }, entry)
  }

  private call(operator: OperatorId, cause: number): void {
    const at = this.scenario.configs.operator.findIndex((each, i) => operatorName(each, i) === operator), given = must(this.scenario.configs.operator[at], 'an operator that calls is configured')
    // Nobody types on a partition that is down.
    if (!this.terminals.runs(given.on)) return
    const { text } = must(given.run, 'an operator that calls has a script')
    this.start(given.on, { name: scriptFile(given, at)!, text, args: given.args ?? [], by: operator, cause })
  }
  private startMonitors(guest: GuestId): void {
    this.scenario.configs.operator.forEach((given, i) => {
      const { on, noticedBy, run } = given
      if (on !== guest || noticedBy !== 'monitor' || run === undefined) return
      const operator = operatorName(given, i), program = `/usr/local/sbin/${baseName(scriptFile(given, i)!)}`
      this.put(guest, program, run.text)
      this.start(guest, { name: 'mdadm-monitor', text: `exec mdadm --monitor --scan --delay=60 --program=${program}\n`, args: [], by: operator, cause: -1 })
    })
  }
  private put(guest: GuestId, path: string, text: string): void {
    this.terminals.partition(guest).machine.tree.put(path, regularFile(toBytes(text), 0o755))
  }

  private start(guest: GuestId, { name, text, args, by, cause }: { name: string; text: string; args: readonly string[]; by: string; cause: number }): void {
    const id = `s${++this.opened}` as SessionId, script = baseName(name), start = (this.starts.get(script) ?? 0) + 1
    this.starts.set(script, start)
    const session: Session = { id, guest, script, start, statements: 0, line: null, opened: -1, entry: -1, entries: new Map(), down: false, exit: null, login: false }
    const print = (stream: 'stdout' | 'stderr') => new SessionFile({ write: (bytes, p) => {
      const { line, scriptLine } = p as unknown as Actor
      this.print(session, line ?? scriptLine, stream, bytes, entryOf(session, p as unknown as Actor))
    } })
    const { machine } = this.terminals.partition(guest)
    this.put(guest, `/root/${script}`, text)
    const p = startScript(this.terminals.kernel, machine, { name: script, text: toBytes(text), args: args.map(toBytes), stdout: print('stdout'), stderr: print('stderr') })
    this.sessions.set(p.session, session)
    this.sim.dispatch({ type: 'terminal.open', session: id, guest, script, by, ...args.length > 0 && { args: [...args] } }, cause)
  }

  private observer(): Observer {
    const runaway = new Map<number, { message: string; line: number | null }>()
    /** A script is at work as long as anything is that it has left in the background, daemons excepted; a login is over when its shell is. */
    const closeIfOver = (p: Actor): void => {
      const session = this.sessions.get(p.session)
      if (session === undefined || session.exit === null || (!session.login && this.terminals.kernel.inSession(p.session))) return
      const ran = runaway.get(p.session), { exit } = session
      const how: End = session.down ? 'guestDown' : ran !== undefined ? 'runaway' : exit.signal !== undefined ? 'killed' : 'ended'
      this.sim.dispatch({ type: 'terminal.close', session: session.id, status: ran === undefined ? exit.status : 137, how, ...ran !== undefined && { message: ran.message, line: ran.line } }, session.entry)
      this.sessions.delete(p.session)
    }
    return {
      command: (p, line, words, redirections) => {
        const session = this.sessions.get(p.session)
        // Of a login the line is told as it was typed.
        if (session === undefined || session.login) return
        session.line = line
        this.sim.dispatch({ type: 'terminal.enter', session: session.id, line, command: fromBytes([...words.map(typed), ...redirections].join(' ')) }, session.opened)
        session.entries.set(p.pid, session.entry)
      },
      statement: (p, line) => {
        const session = this.sessions.get(p.session)
        // Only the script itself, and the subshells it forks, have lines of the script.
        if (session === undefined || session.login || baseName(p.argv[0] ?? '') === 'mdadm') return
        session.statements++
        this.statement?.(session.guest, session.script, line, session.statements, session.start)
        for (const strike of this.scenario.strikes) if (this.strikes(strike, session, line)) this.strike(strike, session)
        session.line = line
      },
      hint: (p, text) => {
        const session = this.sessions.get(p.session)
        if (session !== undefined) this.sim.dispatch({ type: 'terminal.print', session: session.id, line: p.line ?? p.scriptLine, stream: 'hint', text: `${text}\n` }, entryOf(session, p))
      },
      runaway: (p, message, line) => { runaway.set(p.session, { message, line }) },
      exited: (p, exit: Exit) => {
        const session = this.sessions.get(p.session)
        if (session !== undefined && p.pid === p.session) session.exit = exit
        closeIfOver(p)
      },
      detached: p => closeIfOver(p),
    }
  }

  private strikes(strike: Strike, session: Session, line: number): boolean {
    const { between, before, script, time } = strike
    if (script !== null && baseName(script) !== session.script) return false
    if (before !== null) return session.start === time && session.statements === before
    if (between === 'drawn') return session.start === time && session.statements === this.drawn(strike, session)
    if (between === null || session.line !== between[0] || line !== between[1]) return false
    const passed = (this.passed.get(strike) ?? 0) + 1
    this.passed.set(strike, passed)
    return passed === time
  }
  /** Before one of as many statements as the script has lines with code. */
  private drawn(strike: Strike, { script }: Session): number {
    const text = this.scenario.configs.operator.find((given, i) => baseName(scriptFile(given, i) ?? '') === script)?.run?.text ?? ''
    const lines = text.split('\n').filter(line => /^\s*[^\s#]/.test(line)).length
    let drawn = this.draws.get(strike)
    if (drawn === undefined) this.draws.set(strike, drawn = 1 + this.streams.get('terminal.strike', String(this.scenario.strikes.indexOf(strike))).int(Math.max(1, lines)))
    return drawn
  }
  private readonly draws = new Map<Strike, number>()
  private strike({ requests, then }: Strike, { entry }: Session): void {
    for (const request of requests) this.terminals.dispatch(request, entry)
    if (then !== null) for (const request of then.requests) this.sim.schedule(this.sim.now + then.after, request)
  }
}

/** What a process was told to do: it may be a part of a pipeline, or the child that a shell has forked for its command. */
const entryOf = ({ entries, entry }: Session, { pid, ppid }: Pick<Actor, 'pid' | 'ppid'>): number => entries.get(pid) ?? entries.get(ppid) ?? entry

/** Whether a scenario needs a shell at all. */
export const hasScripts = ({ configs, typed }: Scenario): boolean => typed.length > 0 || configs.operator.some(({ run }) => run !== undefined)

