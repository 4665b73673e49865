/**
 * A furnished machine on which a test runs one program, or several after each other, until nothing more happens. Time moves only as they wait.
 */
import { furnish, install } from '../../../src/shell/furnish.ts'
import type { Command } from '../../../src/shell/kernel/command.ts'
import { failed } from '../../../src/shell/kernel/errno.ts'
import { execute } from '../../../src/shell/kernel/exec.ts'
import { Kernel } from '../../../src/shell/kernel/kernel.ts'
import { Machine, type Costs, type Exit, type Limits } from '../../../src/shell/kernel/machine.ts'
import { SessionFile } from '../../../src/shell/kernel/open-file.ts'
import { directory, regularFile, symlink } from '../../../src/shell/kernel/tree.ts'

export interface Ran { stdout: string; stderr: string; status: number; exit: Exit | null }
export interface Given { readonly stdin?: string; readonly files?: Readonly<Record<string, string>>; readonly commands?: readonly Command[]; readonly costs?: Partial<Costs>; readonly limits?: Partial<Limits>; readonly epochSeconds?: number; readonly umask?: number }

export class Box {
  now = 0
  readonly kernel = new Kernel(() => this.now)
  readonly machine: Machine
  readonly cwd = directory({}, 0o700)
  runaway: string | null = null
  constructor({ files = {}, commands = [], costs = { fork: 0, exec: 0, statement: 0 }, limits = {}, epochSeconds = 1_700_000_000 }: Given = {}) {
    let state = 12345
    this.machine = new Machine({ name: 'lpar1', clock: () => this.now, epoch: epochSeconds * 1_000_000, costs, limits, random: () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648 })
    furnish(this.machine, this.kernel)
    install(this.machine, commands)
    this.machine.observers.push({ runaway: (_p, message) => { this.runaway = message } })
    this.machine.tree.put('/root/w', this.cwd)
    for (const [path, content] of Object.entries(files)) this.put(path, content)
  }
  /** `name/`: a directory, `-> target` as content: a link. */
  put(path: string, content: string): void {
    if (path.endsWith('/')) return void this.machine.tree.mkdirs(`/root/w/${path}`)
    this.machine.tree.put(`/root/w/${path}`, content.startsWith('-> ') ? symlink(content.slice(3), 1_700_000_000) : regularFile(content, 0o644, 1_700_000_000))
  }
  content(path: string): string | null {
    const node = this.machine.tree.find(path, this.cwd)
    return failed(node) || node.kind !== 'file' ? null : node.content
  }
  /** Starts a program; what it has printed so far is in the answer as time goes on. */
  start(argv: readonly string[], { stdin = '', umask = 0o022 }: { stdin?: string; umask?: number } = {}): Ran & { pid: number } {
    const ran = { stdout: '', stderr: '', status: -1, exit: null as Exit | null, pid: 0 }
    let rest = stdin
    const input = new SessionFile({ read: max => { const data = rest.slice(0, max); rest = rest.slice(max); return data } })
    const fds = new Map([[0, input], [1, new SessionFile({ write: bytes => { ran.stdout += bytes } })], [2, new SessionFile({ write: bytes => { ran.stderr += bytes } })]])
    const p = this.kernel.spawn(this.machine, function* (self) {
      self.umask = umask
      const status = yield* execute(self, argv)
      if (!failed(status)) return status
      yield* self.err(`${argv[0]}: command not found\n`)
      return 127
    }, { argv, env: new Map([['PATH', '/usr/bin:/bin:/usr/sbin'], ['HOME', '/root'], ['PWD', '/root/w']]), cwd: this.cwd, fds })
    ran.pid = p.pid
    this.machine.observers.push({ exited: (ended, exit) => { if (ended.pid === p.pid) { ran.exit = exit; ran.status = exit.status } } })
    return ran
  }
  /** Until nothing more happens, or this simulated time. */
  advance(until = Infinity): void {
    this.kernel.run()
    for (let at = this.kernel.nextAt(); at !== null && at <= until; at = this.kernel.nextAt()) {
      this.now = Math.max(this.now, at)
      this.kernel.run()
    }
    if (until !== Infinity) this.now = until
  }
  run(argv: readonly string[], how: { stdin?: string; umask?: number } = {}): Ran {
    const ran = this.start(argv, how)
    this.advance()
    return ran
  }
}
/** One program on a machine of its own. */
export const run = (argv: readonly string[], given: Given = {}): Ran => new Box(given).run(argv, { ...(given.stdin !== undefined && { stdin: given.stdin }), ...(given.umask !== undefined && { umask: given.umask }) })
