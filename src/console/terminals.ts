/**
 * Couples the process kernel with a simulation: scripts on any partition, in the simulation's own time.
 *
 * Everything that can run does so at the simulation's `now`; then the world goes on, event by event, until one of them concerns somebody here or
 * the next process wants to go on. A partition that goes down ends all its processes at once, mid-script, and keeps nothing but its
 * files; one that hangs stands still. `onEntry` only notes what happened: the simulation must call it after each event.
 */
import { assert } from '../base/assert.ts'
import type { Micros } from '../base/time.ts'
import type { AnyEvent, Refusal } from '../core/model.ts'
import { answers, type GuestId } from '../models/hypervisor/state.ts'
import { Kernel, type Spawn } from '../shell/kernel/kernel.ts'
import type { Observer } from '../shell/kernel/machine.ts'
import type { Process } from '../shell/kernel/process.ts'
import type { Run } from '../shell/kernel/wait.ts'
import { forgetMemory, furnishPartition, type FurnishOptions } from './furnish.ts'
import { KernelVoice, type Heard } from './kernel-log.ts'
import { PartitionLog } from './log.ts'
import { Media } from './media.ts'
import type { Door, Partition } from './partition.ts'
import { mountedVolumes } from './volumes.ts'

/** `createSim` and a recording fit. */
export interface Simulation extends Door {
  schedule(at: Micros, request: AnyEvent): unknown
  runUntil(time: Micros): void
  step(until?: Micros): boolean
}
export interface TerminalOptions extends FurnishOptions {
  /** Which of so many runnable processes goes first; absent: the one that has waited longest. */
  readonly pick?: (among: number) => number
  /** Who watches each machine. */
  readonly observers?: readonly Observer[]
  /** The entry of the trace that a request of this process follows from. */
  readonly causeOf?: (p: Process) => number | undefined
  /** What lies on the disks, where somebody has been at them before. */
  readonly media?: Media
}
/** Somebody has ended while it was on the CPU: what it still asks for does not happen. */
const GONE: Refusal = { status: 137, text: 'Killed' }
export class Terminals {
  readonly kernel: Kernel
  readonly media: Media
  private readonly sim: Simulation
  private readonly options: TerminalOptions
  private readonly partitions = new Map<GuestId, Partition>()
  private readonly hung = new Map<GuestId, Process[]>()
  private readonly logs = new Map<GuestId, PartitionLog>()
  private readonly voice: KernelVoice
  private readonly bootedAt = new Map<GuestId, Micros>()
  private calls: (() => void)[] = []
  private changes: { readonly guest: GuestId; readonly at: Micros; readonly to: 'down' | 'up' | 'hung' | 'resumed' }[] = []

  constructor(sim: Simulation, options: TerminalOptions = {}) {
    this.sim = sim
    this.options = options
    this.media = options.media ?? new Media()
    this.kernel = new Kernel(() => sim.now)
    this.kernel.pick = options.pick
    this.voice = new KernelVoice(() => sim.world, (guest, text, level, at) => this.logOf(guest).kernelSays(text, level, at), { ...(options.inquiry && { inquiry: options.inquiry }), ...(options.driver !== undefined && { driver: options.driver }) })
  }

  /** For whoever hears an event and must not act yet: done right after it, before the next. */
  soon(call: () => void): void {
    this.calls.push(call)
  }

  /** What the simulation tells after each event. Most are of no interest here; their names say so quickly. */
  readonly onEntry = (entry: Heard): void => {
    const { at, event } = entry, { type } = event
    if (type.startsWith('md.') || type.startsWith('scsi.') || type.startsWith('vscsi.')) {
      if (this.media.used) this.media.hear(event, this.sim.world)
      return this.voice.hear(entry)
    }
    if (!type.startsWith('hypervisor.')) return
    // An orderly shutdown unmounts: what has not been committed is, while the arrays still run.
    if (type === 'hypervisor.guestDown' && (event as unknown as { orderly: boolean }).orderly) this.unmountAll((event as unknown as { guest: GuestId }).guest)
    const to = type === 'hypervisor.guestDown' ? 'down' : type === 'hypervisor.guestUp' ? 'up' : type === 'hypervisor.guestHung' ? 'hung' : type === 'hypervisor.guestResumed' ? 'resumed' : undefined
    if (to !== undefined) this.changes.push({ guest: (event as unknown as { guest: GuestId }).guest, at, to })
  }
  private unmountAll(guest: GuestId): void {
    const partition = this.partitions.get(guest)
    for (const volume of partition === undefined ? [] : mountedVolumes(partition)) volume.commitAtEnd()
  }
  private logOf(guest: GuestId): PartitionLog {
    let log = this.logs.get(guest)
    if (log === undefined) this.logs.set(guest, log = new PartitionLog(() => this.sim.now))
    return log
  }

  /** Furnished when it is first asked for. */
  partition(guest: GuestId): Partition {
    const known = this.partitions.get(guest)
    if (known !== undefined) return known
    const { sim } = this, self = this
    const door: Door = {
      get now() { return sim.now },
      get world() { return sim.world },
      dispatch(request, cause) {
        const asking = self.kernel.current
        if (asking?.dead) return GONE
        const answer = sim.dispatch(request, cause ?? (asking === null ? undefined : self.options.causeOf?.(asking)))
        // Whoever has just switched itself off does no more.
        self.apply()
        return answer
      },
    }
    const partition = furnishPartition(guest, door, this.kernel, { log: this.logOf(guest), media: this.media, touched: disk => this.voice.touch(disk, sim.now) }, this.options)
    partition.machine.bootedAt = this.bootedAt.get(guest) ?? 0
    for (const observer of this.options.observers ?? []) partition.machine.observers.push(observer)
    this.partitions.set(guest, partition)
    return partition
  }

  /** For whoever acts while a process runs (an observer): what the request does to partitions is done before this returns. */
  dispatch(request: AnyEvent, cause?: number): Refusal | undefined {
    const answer = this.sim.dispatch(request, cause)
    this.apply()
    return answer
  }
  /** A process from outside on a partition: null where that does not run. */
  spawn(guest: GuestId, body: (p: Process) => Run, how: Spawn): Process | null {
    return this.runs(guest) ? this.kernel.spawn(this.partition(guest).machine, body, how) : null
  }
  /** Whether the system of a partition is up and answers, so that something can be started on it. A stack without a hypervisor always runs. */
  runs(guest: GuestId): boolean {
    const { hypervisor } = this.sim.world
    if (hypervisor === undefined) return true
    const there = hypervisor.guests[guest]
    return there !== undefined && answers(there)
  }

  /** Everything up to and including this time, or the instant at which `stop` first says so: processes and events. Stopping changes nothing but where it ends. */
  advance(until: Micros, stop?: () => boolean): void {
    const { kernel, sim } = this
    assert(until >= sim.now, 'time only goes on')
    for (;;) {
      this.settle()
      if (stop?.()) until = sim.now
      const at = kernel.nextAt()
      let next = at === null || at > until ? until : Math.max(at, sim.now), stirred = false
      while (!stirred && sim.step(next)) {
        if (until > sim.now && stop?.()) until = next = sim.now
        stirred = this.changes.length > 0 || this.calls.length > 0 || (kernel.watches && kernel.stirred())
      }
      if (stirred) continue
      sim.runUntil(next)
      if (at === null || at > until) return
    }
  }
  /** Everything that can be done at this instant without an event. */
  private settle(): void {
    do {
      this.apply()
      this.kernel.run()
    } while (this.changes.length > 0 || this.calls.length > 0)
  }

  /** What has become of partitions since. */
  private apply(): void {
    this.voice.flush()
    if (this.changes.length === 0 && this.calls.length === 0) return
    for (const { guest, at, to } of this.changes.splice(0)) {
      if (to === 'up') this.bootedAt.set(guest, at)
      if (to === 'down') this.logs.get(guest)?.boot()
      const partition = this.partitions.get(guest)
      if (partition === undefined) continue
      const { machine } = partition
      if (to === 'down') {
        this.hung.delete(guest)
        this.kernel.endAll(machine)
        forgetMemory(partition)
      } else if (to === 'up') {
        machine.bootedAt = at
      } else if (to === 'hung') {
        const still = [...this.kernel.processes.values()].filter(p => p.machine === machine && !p.stopped)
        for (const p of still) p.stopped = true
        this.hung.set(guest, still)
      } else {
        for (const p of this.hung.get(guest) ?? []) if (!p.dead) this.kernel.signal(p, 'CONT')
        this.hung.delete(guest)
      }
    }
    for (const call of this.calls.splice(0)) call()
  }
}
