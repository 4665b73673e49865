/**
 * The guest of a recording: SCSI disks and mirrors, run by the simulator, and a shell in which the recorded commands run as they were typed.
 * What happens outside the guest (hosts that go and come, restarts) is asked of the models directly.
 */
import type { DeepReadonly } from '../../src/base/readonly.ts'
import { SECOND, type Micros } from '../../src/base/time.ts'
import type { LogLine } from '../../src/console/log.ts'
import type { Partition } from '../../src/console/partition.ts'
import { Terminals } from '../../src/console/terminals.ts'
import { initialWorld, type Refusal, type RequestOf } from '../../src/core/model.ts'
import { createSim, type Sim } from '../../src/core/sim.ts'
import type { GuestId } from '../../src/models/hypervisor/state.ts'
import { md } from '../../src/models/md/model.ts'
import { arrayNamed, syncProgress, type ArrayId, type MdState } from '../../src/models/md/state.ts'
import { scsi } from '../../src/models/scsi/model.ts'
import type { DiskId, ScsiState } from '../../src/models/scsi/state.ts'
import { fromBytes, toBytes } from '../../src/shell/kernel/bytes.ts'
import { failed } from '../../src/shell/kernel/errno.ts'
import { execute } from '../../src/shell/kernel/exec.ts'
import { SessionFile } from '../../src/shell/kernel/open-file.ts'
import type { Process } from '../../src/shell/kernel/process.ts'
import type { Run } from '../../src/shell/kernel/wait.ts'

const models = [scsi, md] as const
type World = { scsi: ScsiState; md: MdState }
export type Request = RequestOf<(typeof models)[number]>
export const GUEST = 'lpar1' as GuestId
/** Fast enough that only a limit, or the recording's own time stamps, decide how long a sync takes. */
export const FAST = 400_000
/** Seconds that a command may take longer than the recorded one did. */
const PATIENCE = 120

export interface Ran { out: string; err: string; status: number | null }
export interface Hardware { diskMib: number[]; hotplug: boolean; vscsi: boolean }

export class Guest {
  readonly sim: Sim<World, Request>
  readonly hardware: Hardware
  terminals: Terminals
  /** Simulated time at which the guest's clock stood at zero. */
  zero: Micros = 0
  private boots: LogLine[][] = []

  constructor(hardware: Hardware) {
    this.hardware = hardware
    const config = {
      scsi: scsi.config.parse({
        layout: { lpar1: { prep: '4 MiB', swap: '32 MiB', root: 'rest' } },
        disks: hardware.diskMib.map((mib, i) => ({ disk: `d${i + 1}`, guest: GUEST, host: i, sizeKib: mib * 1024 })),
      }),
      md: md.config.parse({ speed: { rate: FAST } }),
    }
    this.sim = createSim({ models, world: initialWorld(models, config as never) as World, seed: 1, onEntry: entry => this.terminals.onEntry(entry as never) }) as unknown as Sim<World, Request>
    this.terminals = this.boot()
  }
  private boot(): Terminals {
    const { vscsi } = this.hardware
    const terminals = new Terminals(this.sim as never, { ...(this.terminals !== undefined && { media: this.terminals.media }), driver: vscsi ? 'ibmvscsi' : 'virtio_scsi', scsiProc: !vscsi, ...(vscsi && { timeout: 120 }), queueDepth: vscsi ? 16 : 128, epoch: 1_795_210_200 * SECOND })
    const partition = terminals.partition(GUEST)
    this.boots.push(partition.log.journal as LogLine[])
    return terminals
  }
  get partition(): Partition { return this.terminals.partition(GUEST) }
  /** All that the kernel has said, over all boots. */
  get said(): LogLine[] { return this.boots.flat().filter(({ tag }) => tag === undefined) }

  get world(): DeepReadonly<World> { return this.sim.world }
  /** Guest time, in seconds. */
  get now(): number { return (this.sim.now - this.zero) / SECOND }
  advance(to: number): void {
    const at = this.zero + Math.round(to * SECOND)
    if (at > this.sim.now) this.terminals.advance(at)
  }
  do(request: Request): Refusal | undefined { return this.terminals.dispatch(request) }

  // Outside the guest.

  /** `medium`: the disk goes on to answer, and fails every read and write. */
  hostDown(host: number, medium = this.hardware.vscsi): void {
    const disk = `d${host}` as DiskId, { device } = this.world.scsi.disks[disk]!
    this.do({ type: medium ? 'scsi.breakMedium' : 'scsi.losePath', disk })
    if (this.hardware.hotplug && device !== null) this.do({ type: 'scsi.deleteDevice', guest: GUEST, name: this.world.scsi.devices[device]!.name })
  }
  hostUp(host: number): void {
    this.do({ type: 'scsi.restorePath', disk: `d${host}` as DiskId })
    if (this.hardware.hotplug) this.do({ type: 'scsi.scan', guest: GUEST, host: host - 1 })
  }
  /** The root of the recorded guests is in memory: nothing but what lies on the disks is left. */
  restart(orderly: boolean): void {
    if (orderly) this.run('sync', this.now, this.now)
    this.terminals.kernel.endAll(this.partition.machine)
    this.do({ type: 'md.powerDown', guest: GUEST, how: 'crash' })
    this.do({ type: 'scsi.busDown', guest: GUEST })
    this.sim.runUntil(this.sim.now + SECOND)
    this.zero = this.sim.now
    this.terminals = this.boot()
    this.partition.machine.bootedAt = this.zero
    this.do({ type: 'md.setSpeedLimit', guest: GUEST, min: 1000, max: 200_000, rate: FAST })
    this.do({ type: 'scsi.busUp', guest: GUEST })
  }
  /** How fast the recording's disks were, from its own time stamps: the speed of an emulator on a busy machine is no property of md. */
  pace(name: string, secondsLeft: number | undefined): void {
    const id = this.idOf(name), a = id === undefined ? undefined : this.world.md.arrays[id]
    if (a === undefined) return
    const left = a.sizeKib - (syncProgress(a, this.sim.now)?.doneKib ?? 0)
    this.do({ type: 'md.setSpeedLimit', guest: GUEST, rate: secondsLeft === undefined ? FAST : secondsLeft <= 0 ? FAST : Math.max(1000, Math.ceil(left / secondsLeft)) })
  }
  idOf(name: string): ArrayId | undefined {
    const id = arrayNamed(this.world.md, GUEST, name)
    return id === undefined || this.world.md.arrays[id]!.state === 'stopped' ? undefined : id
  }

  /** A command line that was typed at `from` and had ended at `to`; in so many seconds more it must have, or its status is null. */
  run(text: string, from: number, to: number, patience = PATIENCE): Ran {
    const sleeping = [...text.matchAll(/(?:^|[;&|] *)sleep (\d+(?:\.\d+)?)/g)].reduce((sum, [, seconds]) => sum + Number(seconds), 0)
    // What a command does, it does shortly before it ends; a scan waits for udev afterwards, and who waits for a sync does so all the time.
    const early = /> *\S*(scan|\/proc\/scsi\/scsi|\/delete)\b/.test(text) ? 0.15 : /--wait|mdadm -W|--monitor|--follow/.test(text) ? 0.02 : undefined
    this.advance(early === undefined ? Math.max(from, to - 0.02 - sleeping) : Math.min(to, from + early))
    if (/speed_limit_max/.test(text)) this.do({ type: 'md.setSpeedLimit', guest: GUEST, rate: FAST })
    const ran: Ran = { out: '', err: '', status: null }
    const file = (write: (bytes: string) => void): SessionFile => new SessionFile({ write })
    const { machine } = this.partition
    const p = this.terminals.kernel.spawn(machine, p => this.shell(p, text), {
      argv: ['bash'], env: new Map([['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], ['HOME', '/root'], ['LC_ALL', 'C']]),
      fds: new Map([[0, new SessionFile({ read: () => '' })], [1, file(bytes => { ran.out += bytes })], [2, file(bytes => { ran.err += bytes })]]),
    })
    this.terminals.advance(Math.max(this.sim.now, this.zero + Math.round(to * SECOND)))
    for (const end = this.sim.now + patience * SECOND; !p.dead && this.sim.now < end;) this.terminals.advance(this.sim.now + SECOND / 10)
    return { out: fromBytes(ran.out), err: fromBytes(ran.err), status: p.exit?.status ?? null }
  }
  private *shell(p: Process, text: string): Run {
    const status = yield* execute(p, ['bash', '-c', toBytes(text)])
    if (!failed(status)) return status
    yield* p.err(`bash: ${status.text}\n`)
    return 127
  }
}
