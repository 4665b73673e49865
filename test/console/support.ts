/** One guest with disks and mirrors, its partition, and somebody who reads and writes files there without a shell. */
import { Terminals, type TerminalOptions } from '../../src/console/terminals.ts'
import { createSim } from '../../src/core/sim.ts'
import { initialWorld } from '../../src/core/model.ts'
import type { GuestId } from '../../src/models/hypervisor/state.ts'
import { md } from '../../src/models/md/model.ts'
import { scsi } from '../../src/models/scsi/model.ts'
import type { DiskId } from '../../src/models/scsi/state.ts'
import { failed } from '../../src/shell/kernel/errno.ts'
import { SessionFile } from '../../src/shell/kernel/open-file.ts'
import type { Process } from '../../src/shell/kernel/process.ts'
import type { Run } from '../../src/shell/kernel/wait.ts'
import type { PlannedRequest, PlannedWorld } from '../models/md/planned.ts'

export const GUEST = 'router' as GuestId
const models = [scsi, md] as const

export interface House { readonly disks?: number; readonly arrays?: Record<string, Record<string, unknown>>; readonly layout?: Record<string, string>; readonly rate?: number; readonly options?: TerminalOptions }

export class Lab {
  readonly terminals: Terminals
  readonly sim

  constructor({ disks = 3, arrays = { md1: { members: ['d1/root', 'd2/root'], spares: ['d3/root'] } }, layout = { prep: '4 MiB', swap: '32 MiB', root: 'rest' }, rate = 20_000, options }: House = {}) {
    const config = {
      scsi: scsi.config.parse({ layout: { router: layout }, disks: Array.from({ length: disks }, (_, i) => ({ disk: `d${i + 1}`, guest: GUEST, host: i, sizeKib: 131_072 })) }),
      md: md.config.parse({ arrays: Object.fromEntries(Object.entries(arrays).map(([id, one]) => [id, { on: GUEST, ...one }])), speed: { rate } }),
    }
    this.sim = createSim({ models, world: initialWorld(models, config as never) as PlannedWorld, seed: 1, onEntry: entry => this.terminals.onEntry(entry as never) })
    this.terminals = new Terminals(this.sim as never, options)
  }
  get partition() { return this.terminals.partition(GUEST) }
  ask(request: PlannedRequest) { return this.terminals.dispatch(request as never) }
  wait(seconds: number): void { this.terminals.advance(this.sim.now + Math.round(seconds * 1e6)) }

  /** Runs this as a process to its end; what it returns, and what it prints. */
  process(body: (p: Process) => Run, seconds = 60): { status: number | null; out: string; p: Process } {
    let out = ''
    const p = this.terminals.spawn(GUEST, body, { argv: ['test'], fds: new Map([[1, new SessionFile({ write: bytes => { out += bytes } })]]) })!
    for (const end = this.sim.now + seconds * 1e6; !p.dead && this.sim.now < end;) this.wait(0.01)
    return { status: p.exit?.status ?? null, get out() { return out }, p }
  }
  /** The text of a file, or the errno. */
  read(path: string): string {
    let answer = ''
    this.process(function* (p) {
      const text = yield* p.readFile(path)
      answer = failed(text) ? text.errno : text
      return 0
    })
    return answer
  }
  /** The first byte of a file, or the errno. */
  head(path: string): string {
    let answer = ''
    this.process(function* (p) {
      const fd = yield* p.open(path, { read: true }), byte = failed(fd) ? fd : yield* p.read(fd, 1)
      answer = failed(byte) ? byte.errno : byte
      return 0
    })
    return answer
  }
  /** `ok`, or the errno of open or write, as `echo words > path` would find. */
  write(path: string, bytes: string): string {
    let answer = 'it waits'
    this.process(function* (p) {
      const fd = yield* p.open(path, { write: true, create: true, truncate: true })
      const no = failed(fd) ? fd : yield* p.write(fd, bytes)
      answer = no === undefined ? 'ok' : no.errno
      return 0
    })
    return answer
  }
  names(path: string): string[] {
    const node = this.partition.machine.tree.find(path, this.partition.machine.tree.root)
    return !failed(node) && node.kind === 'directory' ? [...node.list()].map(([name]) => name) : ['no directory']
  }
  loseDisk(n: number): void { this.ask({ type: 'scsi.losePath', disk: `d${n}` as DiskId }) }
  restoreDisk(n: number): void { this.ask({ type: 'scsi.restorePath', disk: `d${n}` as DiskId }) }
  /** What the kernel has said, without times. */
  get said(): string[] { return this.partition.log.kernel.map(({ text }) => text) }
}
