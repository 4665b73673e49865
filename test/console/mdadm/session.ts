/** A guest with a few disks and mdadm in its PATH, for tests: commands as words, events from outside, time. */
import { SECOND } from '../../../src/base/time.ts'
import { Terminals } from '../../../src/console/terminals.ts'
import type { Partition } from '../../../src/console/partition.ts'
import { initialWorld, type Refusal } from '../../../src/core/model.ts'
import { createSim, type Sim } from '../../../src/core/sim.ts'
import type { GuestId } from '../../../src/models/hypervisor/state.ts'
import { md } from '../../../src/models/md/model.ts'
import type { MdState } from '../../../src/models/md/state.ts'
import { scsi } from '../../../src/models/scsi/model.ts'
import type { ScsiState } from '../../../src/models/scsi/state.ts'
import { fromBytes, toBytes } from '../../../src/shell/kernel/bytes.ts'
import { failed } from '../../../src/shell/kernel/errno.ts'
import { execute } from '../../../src/shell/kernel/exec.ts'
import { SessionFile } from '../../../src/shell/kernel/open-file.ts'
import type { Process } from '../../../src/shell/kernel/process.ts'
import { regularFile } from '../../../src/shell/kernel/tree.ts'
import { mdstat } from '../../../src/console/views/mdstat.ts'

export const GUEST = 'lpar1' as GuestId
const models = [scsi, md] as const
export interface Answer { out: string; err: string; status: number | null }
export interface Setup { disks?: number; mib?: number | readonly number[]; md?: object }

export class Session {
  readonly sim: Sim<{ scsi: ScsiState; md: MdState }, never>
  readonly terminals: Terminals
  readonly hints: string[] = []
  constructor({ disks = 3, mib = 128, md: section = {} }: Setup = {}) {
    const config = {
      scsi: scsi.config.parse({
        layout: { lpar1: { prep: '4 MiB', swap: '32 MiB', root: 'rest' } },
        disks: Array.from({ length: disks }, (_, i) => ({ disk: `d${i + 1}`, guest: GUEST, host: i, sizeKib: (typeof mib === 'number' ? mib : mib[i]!) * 1024 })),
      }),
      md: md.config.parse({ speed: { rate: 40_000 }, ...section }),
    }
    this.sim = createSim({ models, world: initialWorld(models, config as never) as never, seed: 1, onEntry: entry => this.terminals.onEntry(entry as never) }) as never
    this.terminals = new Terminals(this.sim as never, { epoch: 1_795_210_200 * SECOND, observers: [{ hint: (_p, text) => void this.hints.push(text) }] })
  }
  get partition(): Partition { return this.terminals.partition(GUEST) }
  get world() { return this.sim.world }
  do(request: object): Refusal | undefined { return this.terminals.dispatch(request as never) }
  advance(seconds: number): void { this.terminals.advance(this.sim.now + Math.round(seconds * SECOND)) }
  /** Until nothing is copied any more. */
  settle(): void {
    for (let i = 0; i < 1000 && Object.values(this.sim.world.md.arrays).some(a => a.sync !== null); i++) this.advance(0.5)
  }

  /** Starts a command line (words parted by blanks; `input` is its standard input) and runs it to its end, or for so long. */
  start(words: string | readonly string[], input = ''): { p: Process; answer: Answer } {
    const argv = (typeof words === 'string' ? words.split(' ') : words).map(toBytes), answer: Answer = { out: '', err: '', status: null }
    let rest = input
    const p = this.terminals.kernel.spawn(this.partition.machine, function* (self) {
      const status = yield* execute(self, argv)
      return failed(status) ? 127 : status
    }, {
      argv, env: new Map([['PATH', '/usr/sbin:/usr/bin']]),
      fds: new Map([
        [0, new SessionFile({ read: max => { const part = rest.slice(0, max); rest = rest.slice(max); return part } })],
        [1, new SessionFile({ write: bytes => { answer.out += fromBytes(bytes) } })], [2, new SessionFile({ write: bytes => { answer.err += fromBytes(bytes) } })],
      ]),
    })
    return { p, answer }
  }
  run(words: string | readonly string[], { input = '', seconds = 30 }: { input?: string; seconds?: number } = {}): Answer {
    const { p, answer } = this.start(words, input)
    for (let i = 0; i < seconds * 10 && !p.dead; i++) this.advance(0.1)
    return { ...answer, status: p.exit?.status ?? null }
  }
  /** What it says on standard error; anything else would be a surprise. */
  err(words: string): string {
    const { out, err } = this.run(words)
    return out + err
  }
  file(path: string, text: string, mode = 0o644): void { this.partition.machine.tree.put(path, regularFile(text, mode)) }
  text(path: string): string {
    const node = this.partition.machine.tree.find(path, this.partition.machine.tree.root)
    return failed(node) || node.kind !== 'file' ? '' : node.content
  }
  get mdstat(): string { return mdstat(this.sim.world.md, GUEST, this.sim.now) }
}

/** A mirror of two with a spare, in sync. */
export function mirrored(more = '', setup: Setup = {}): Session {
  const s = new Session(setup)
  s.run(`mdadm --create /dev/md1 --run --metadata=1.2 --level=1 --raid-devices=2 --spare-devices=1${more} /dev/sda3 /dev/sdb3 /dev/sdc3`)
  s.settle()
  return s
}
