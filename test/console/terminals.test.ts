import { expect, test } from 'vitest'
import { Terminals } from '../../src/console/terminals.ts'
import { initialWorld } from '../../src/core/model.ts'
import { createSim } from '../../src/core/sim.ts'
import { hypervisor } from '../../src/models/hypervisor/model.ts'
import type { GuestId } from '../../src/models/hypervisor/state.ts'
import { md } from '../../src/models/md/model.ts'
import { scsi } from '../../src/models/scsi/model.ts'
import { regularFile } from '../../src/shell/kernel/tree.ts'
import type { Process } from '../../src/shell/kernel/process.ts'
import type { Run } from '../../src/shell/kernel/wait.ts'
import { Lab } from './support.ts'

const SECOND = 1_000_000
const router = 'router' as GuestId

/** A partition of a managed system, with one disk and no mirrors. */
class Partitioned {
  readonly terminals: Terminals
  readonly sim
  constructor() {
    const models = [hypervisor, scsi, md] as const
    const config = {
      hypervisor: hypervisor.config.parse({ systems: { power5: {} }, guests: { router: { on: 'power5', os: 'linux', start: '90s', shutdown: '30s' } } }),
      scsi: scsi.config.parse({ layout: { router: { root: 'rest' } }, disks: [{ disk: 'd1', guest: 'router', host: 0, sizeKib: 131_072 }] }), md: md.config.parse({}),
    }
    this.sim = createSim({ models, world: initialWorld(models, config as never) as never, seed: 1, onEntry: entry => this.terminals.onEntry(entry as never) }) as never as ConstructorParameters<typeof Terminals>[0]
    this.terminals = new Terminals(this.sim)
  }
  ask(request: Record<string, unknown>) { return this.terminals.dispatch(request as never) }
  start(body: (p: Process) => Run): Process { return this.terminals.spawn(router, body, { argv: ['sh'], fds: new Map() })! }
  get tree() { return this.terminals.partition(router).machine.tree }
  has(path: string): boolean { return !('errno' in this.tree.find(path, this.tree.root)) }
}

test('a process sleeps in the time of the simulation, and what it asks for happens at its time', () => {
  const lab = new Lab(), at: number[] = []
  lab.terminals.spawn(lab.partition.guest, function* (p) {
    for (let i = 0; i < 3; i++) {
      yield* p.sleep(2 * SECOND)
      at.push(p.kernel.now)
    }
    lab.partition.door.dispatch({ type: 'md.fail', array: 'md1', device: 'sdb3' } as never)
    return 0
  }, { argv: ['sh'], fds: new Map() })
  lab.terminals.advance(5 * SECOND)
  expect([at, lab.said]).toEqual([[2 * SECOND, 4 * SECOND], []])
  lab.terminals.advance(10 * SECOND)
  expect(at).toEqual([2, 4, 6].map(n => n * SECOND))
  expect(lab.partition.log.kernel.find(({ text }) => text.includes('Disk failure'))!.at).toBe(6 * SECOND)
  expect(lab.sim.now).toBe(10 * SECOND)
})

test('who waits for the world goes on at the very event, not at the end of the stretch', () => {
  const lab = new Lab()
  let doneAt = 0
  lab.write('/sys/block/md1/md/sync_action', 'check\n')
  const array = () => lab.sim.world.md.arrays['md1' as never]! as { sync: unknown; sizeKib: number }
  lab.terminals.spawn(lab.partition.guest, function* (p) {
    yield { kind: 'world', ready: () => array().sync === null }
    doneAt = p.kernel.now
    return 0
  }, { argv: ['sh'], fds: new Map() })
  const from = lab.sim.now
  lab.terminals.advance(3600 * SECOND)
  expect(doneAt).toBeGreaterThan(from)
  expect(doneAt).toBeLessThanOrEqual(from + Math.ceil(array().sizeKib / 20_000 * SECOND) + SECOND)
})

test('a partition that goes down ends its processes mid-script; files stay, /run and /tmp do not', () => {
  const s = new Partitioned()
  let line = 0
  const p = s.start(function* (p) {
    for (; ; line++) yield* p.sleep(SECOND)
  })
  s.terminals.advance(2.5 * SECOND)
  for (const path of ['/run/lock/x', '/tmp/x', '/root/x']) s.tree.put(path, regularFile('kept?'))
  s.terminals.partition(router).mounts.push({ source: '/dev/md1', target: '/mnt', type: 'ext4', options: 'rw' })
  s.sim.schedule(3.5 * SECOND, { type: 'hypervisor.crash', guest: router, restart: true } as never)
  s.terminals.advance(10 * SECOND)
  expect([p.dead, p.exit?.signal, line]).toEqual([true, 'KILL', 3])
  expect(s.terminals.spawn(router, () => { throw new Error('nobody can log in') }, { argv: ['sh'], fds: new Map() })).toBeNull()
  s.terminals.advance(200 * SECOND)
  expect(['/run/lock/x', '/tmp/x', '/root/x', '/run/lock'].map(path => s.has(path))).toEqual([false, false, true, true])
  const { machine, mounts } = s.terminals.partition(router)
  expect(mounts).toEqual([])
  expect(machine.bootedAt).toBe(93.5 * SECOND)
  expect(machine.uptime()).toBe(106.5 * SECOND)
})

test('a process that takes its own partition down does nothing more, not even in the same step', () => {
  const s = new Partitioned(), answers: unknown[] = []
  s.start(function* () {
    const { door } = s.terminals.partition(router)
    answers.push(door.dispatch({ type: 'hypervisor.powerOff', guest: router, how: 'vsp-hard' } as never))
    answers.push(door.dispatch({ type: 'hypervisor.powerOn', guest: router } as never))
    return 0
  })
  s.terminals.advance(SECOND)
  expect(answers).toEqual([undefined, { status: 137, text: 'Killed' }])
  expect(s.terminals.runs(router)).toBe(false)
})

test('a partition that hangs stands still, and goes on where it was', () => {
  const s = new Partitioned(), at: number[] = []
  s.start(function* (p) {
    for (let i = 0; i < 4; i++) {
      yield* p.sleep(SECOND)
      at.push(p.kernel.now / SECOND)
    }
    return 0
  })
  s.terminals.advance(1.5 * SECOND)
  s.ask({ type: 'hypervisor.hang', guest: router })
  s.terminals.advance(10 * SECOND)
  expect([at, s.terminals.runs(router)]).toEqual([[1], false])
  s.ask({ type: 'hypervisor.resume', guest: router })
  s.terminals.advance(20 * SECOND)
  expect(at).toEqual([1, 10, 11, 12])
})

test('what hears of an event may start something at that instant, before the next event', () => {
  const s = new Partitioned(), at: number[] = []
  const { onEntry } = s.terminals
  s.terminals.advance(SECOND)
  const sim = s.sim
  sim.schedule(3 * SECOND, { type: 'hypervisor.setRmc', guest: router, active: false } as never)
  sim.schedule(5 * SECOND, { type: 'hypervisor.setRmc', guest: router, active: true } as never)
  expect(onEntry).toBeTypeOf('function')
  let heard = 0
  const watch = (): void => { if (++heard === 1) s.terminals.soon(() => { s.start(function* (p) { at.push(p.kernel.now); return 0 }) }) }
  ;(s.terminals as { onEntry: unknown }).onEntry = (entry: never) => { onEntry(entry); watch() }
  s.terminals.advance(10 * SECOND)
  expect(at).toEqual([3 * SECOND])
})
