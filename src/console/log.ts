/**
 * What a partition's kernel and its programs say: the ring buffer (dmesg) and the journal, which rsyslog also writes to /var/log/syslog and kern.log.
 * The ring buffer is in memory and begins anew with each boot; files persist. Nothing reaches a root that cannot be written.
 */
import { SECOND, type Micros } from '../base/time.ts'
import { failed } from '../shell/kernel/errno.ts'
import type { Machine } from '../shell/kernel/machine.ts'
import { strftime } from '../shell/tools/strftime.ts'

/** `level`: 0 emergency to 7 debug. `tag`: who said it, `mdadm[312]`; absent: the kernel. */
export interface LogLine { readonly at: Micros; readonly level: number; readonly text: string; readonly tag?: string }

/** The ring buffer holds about so many lines. */
const RING = 4_000

export class PartitionLog {
  /** Since the last boot: what dmesg shows. */
  readonly kernel: LogLine[] = []
  /** Everything, the kernel's lines too: what journalctl shows. */
  readonly journal: LogLine[] = []
  private machine: Machine | null = null
  private writable: () => boolean = () => true
  private readonly clock: () => Micros
  constructor(clock: () => Micros) {
    this.clock = clock
  }

  kernelSays(text: string, level = 6, at = this.clock()): void {
    const line = { at, level, text }
    this.kernel.push(line)
    if (this.kernel.length > RING) this.kernel.splice(0, RING / 4)
    this.keep(line)
  }
  /** What a program says to syslog(3). */
  says(tag: string, text: string, level = 6): void {
    this.keep({ at: this.clock(), level, text, tag })
  }
  private keep(line: LogLine): void {
    this.journal.push(line)
    if (this.machine !== null) this.file(this.machine, line)
  }
  /** From now on there is a machine with files; what was said before is in them already. */
  attach(machine: Machine, writable: () => boolean): void {
    this.machine = machine
    this.writable = writable
    for (const line of this.journal) this.file(machine, line)
  }
  /** The kernel begins to count anew. */
  boot(): void { this.kernel.length = 0 }

  private file(machine: Machine, line: LogLine): void {
    if (!this.writable()) return
    const text = syslogText(machine, line)
    append(machine, '/var/log/syslog', text)
    if (line.tag === undefined) append(machine, '/var/log/kern.log', text)
  }
}

/** `Jan  5 00:00:07 lpar1 kernel: [    7.507758] md/raid1:md0: …`, as rsyslog's traditional format has it. */
function syslogText(machine: Machine, { at, text, tag }: LogLine): string {
  const seconds = Math.floor((machine.epoch + at) / SECOND)
  return `${strftime('%b %e %H:%M:%S', { seconds, nanos: 0 })} ${machine.hostname} ${tag ?? `kernel: [${stamp(at - machine.bootedAt)}]`}${tag === undefined ? '' : ':'} ${text}\n`
}
/** `    7.507758`, seconds since the boot. */
export function stamp(since: Micros): string {
  const micros = Math.max(0, since)
  return `${String(Math.floor(micros / SECOND)).padStart(5)}.${String(micros % SECOND).padStart(6, '0')}`
}

/** rsyslog keeps its files open; one that was deleted is not made again. */
function append(machine: Machine, path: string, text: string): void {
  const node = machine.tree.find(path, machine.tree.root)
  if (failed(node) || node.kind !== 'file' || machine.account(text.length) !== undefined) return
  node.content += text
  node.mtime = machine.unixSeconds()
}
