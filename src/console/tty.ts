/**
 * The terminal at which somebody has logged in: lines go in, what the shell and its commands print comes out. A line is read by whoever reads
 * first, the shell or the command in its foreground; the terminal knows whether somebody waits for one, and with which prompt.
 * Source: termios(3), canonical mode.
 */
import type { LoginStart } from '../shell/bash/interactive.ts'
import type { Shell } from '../shell/bash/state.ts'
import { fromBytes } from '../shell/kernel/bytes.ts'
import type { Kernel } from '../shell/kernel/kernel.ts'
import type { Machine } from '../shell/kernel/machine.ts'
import { SessionFile } from '../shell/kernel/open-file.ts'
import type { Process } from '../shell/kernel/process.ts'
import { WaitQueue, type Wait } from '../shell/kernel/wait.ts'

type Stream = 'stdout' | 'stderr'

export class Tty {
  /** The login shell; the terminal is of no use without it. */
  process: Process | null = null
  shell: Shell | null = null
  /** What the shell asks with; null: a command reads, or nobody. */
  prompt: { readonly text: string; readonly more: boolean } | null = null
  readonly start: LoginStart
  private readonly kernel: Kernel
  private readonly machine: Machine
  private readonly entered: (command: string) => void
  private typed = ''
  private ended = false
  private readonly lines = new WaitQueue()
  private readonly wait: Wait = { kind: 'queue', queue: this.lines }

  constructor(kernel: Kernel, machine: Machine, print: (stream: Stream, bytes: string) => void, entered: (command: string) => void) {
    this.kernel = kernel
    this.machine = machine
    this.entered = entered
    const out = (stream: Stream) => new SessionFile({ tty: true, read: max => this.read(max), write: bytes => print(stream, bytes) })
    this.start = { stdin: out('stdout'), stdout: out('stdout'), stderr: out('stderr'), asks: prompt => { this.prompt = prompt }, began: sh => { this.shell = sh } }
  }

  get over(): boolean { return this.process?.dead === true }
  /** Somebody waits for a line. */
  get reads(): boolean { return this.lines.waiting.length > 0 }

  /** A line, without its end. */
  type(line: string): void {
    this.begin(fromBytes(line))
    this.typed += `${line}\n`
    this.kernel.wakeAll(this.lines)
  }
  /** Ctrl-D: whoever reads is at the end, once. */
  endInput(): void {
    this.begin('^D')
    this.ended = true
    this.kernel.wakeAll(this.lines)
  }
  /** Ctrl-C: everything in the foreground is interrupted; what was typed ahead is lost. */
  interrupt(): void {
    const login = this.process
    if (login === null) return
    this.begin('^C')
    this.typed = ''
    for (const p of [...this.kernel.processes.values()]) if (p.machine === this.machine && p.session === login.session) this.kernel.signal(p, 'INT')
  }
  /** Each line has a budget of its own. */
  private begin(command: string): void {
    this.process?.budget.renew(this.machine.now)
    this.entered(command)
  }
  private read(max: number): string | Wait {
    if (this.typed === '') {
      if (!this.ended) return this.wait
      this.ended = false
      return ''
    }
    const end = this.typed.indexOf('\n') + 1, line = this.typed.slice(0, Math.min(max, end))
    this.typed = this.typed.slice(line.length)
    return line
  }
}
