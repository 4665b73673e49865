import fc from 'fast-check'
import { produce } from 'immer'
import { expect, test } from 'vitest'
import { SECOND } from '../../../src/base/time.ts'
import { canonical } from '../../../src/core/trace.ts'
import { outcome } from '../../../src/models/scsi/state.ts'
import { isCurrent } from '../../../src/models/md/shadow.ts'
import { syncPosition, type ArrayId, type MdState } from '../../../src/models/md/state.ts'
import { property } from '../../support/property.ts'
import { planned, type PlannedEvent, type PlannedRequest, type PlannedWorld } from './planned.ts'

const guest = 'router', arrays = ['md0', 'md1'], disks = 4
const step: fc.Arbitrary<PlannedRequest> = fc.oneof(
  ...(['scsi.losePath', 'scsi.restorePath', 'scsi.silencePath', 'scsi.restorePath'] as const).map(type => fc.integer({ min: 1, max: disks }).map(n => ({ type, disk: `d${n}` }))),
  fc.constantFrom<{ type: string }>({ type: 'md.fail' }, { type: 'md.remove' }, { type: 'md.add' }, { type: 'md.reAdd' }, { type: 'md.remove' }, { type: 'md.add' })
    .chain(({ type }) => fc.record({ type: fc.constant(type), array: fc.constantFrom(...arrays), device: fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.constantFrom(1, 2)).map(([letter, n]) => `sd${letter}${n}`) })),
  fc.constantFrom(...arrays).chain(array => fc.constantFrom<Record<string, unknown>>(
    { type: 'md.write', array }, { type: 'md.read', array }, { type: 'md.stop', array }, { type: 'md.setSyncAction', array, action: 'check' }, { type: 'md.setSyncAction', array, action: 'idle' },
    { type: 'md.remove', array, device: 'failed' }, { type: 'md.remove', array, device: 'detached' }, { type: 'md.fail', array, device: 'detached' }, { type: 'md.setBitmap', array, bitmap: 'internal' },
    { type: 'md.setBitmap', array, bitmap: 'internal', bitmapFile: '/bits', chunkKib: 4, bitmapDelay: 1 }, { type: 'md.setBitmap', array, bitmap: 'none' }, { type: 'md.setFlags', array, device: 'sda1', writeMostly: true },
    { type: 'md.grow', array, raidDevices: 3 }, { type: 'md.grow', array, raidDevices: 2 })),
  fc.integer({ min: 0, max: disks - 1 }).chain(host => fc.constantFrom<Record<string, unknown>>({ type: 'scsi.removeDevice', guest, host, channel: 0, id: 0, lun: 0 }, { type: 'scsi.scan', guest, host }, { type: 'scsi.scan', guest, host })),
  fc.constantFrom<Record<string, unknown>>({ type: 'md.assembleScan', guest }, { type: 'md.powerDown', guest, how: 'crash' }, { type: 'md.assembleScan', guest }),
) as fc.Arbitrary<PlannedRequest>
const plan = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), step), { maxLength: 40 })
type Plan = readonly (readonly [number, PlannedRequest])[]

function play(steps: Plan, options: { commit?: never; rate?: number; onEntry?: (event: PlannedEvent, world: PlannedWorld) => void } = {}) {
  const sim = planned({
    disks, layout: { swap: '32 MiB', root: 'rest' }, speed: { rate: options.rate ?? 10_000 }, ...(options.commit !== undefined && { commit: options.commit }),
    arrays: { md0: { members: ['d1/swap', 'd2/swap'], spares: ['d3/swap'] }, md1: { members: ['d1/root', 'd2/root'], spares: ['d3/root', 'd4/root'], io: { commitEvery: '5s' } } },
    ...(options.onEntry !== undefined && { onEntry: ({ event }) => options.onEntry!(event, sim.world as PlannedWorld) }),
  })
  let at = 0
  for (const [gap, request] of steps) {
    at += gap
    // The bus goes down and up with the guest.
    if (request.type === 'md.powerDown') for (const one of [request, { type: 'scsi.busDown', guest }, { type: 'scsi.busUp', guest }] as PlannedRequest[]) sim.schedule(at * SECOND, one)
    else sim.schedule(at * SECOND, request)
  }
  sim.runUntil((at + 3600) * SECOND)
  return sim
}

test('VS-45 VS-80 after every event: never more members in sync than raid devices, never two recoveries on one disk, whatever is asked and breaks', () => {
  let waits = 0
  property(fc.property(plan, steps => {
    let at = 0
    // Both arrays lose a half to begin with, and recoveries are so slow that one is waiting most of the time.
    const sim = play([], { rate: 1000, onEntry: event => { if (event.type === 'md.syncDelayed') waits++ } })
    for (const [array, device] of [['md0', 'sda1'], ['md1', 'sdb2']]) sim.dispatch({ type: 'md.fail', array, device } as PlannedRequest)
    for (const [gap, request] of steps) {
      at += gap
      sim.runUntil(sim.now + gap * SECOND)
      if (request.type === 'md.powerDown') for (const one of [request, { type: 'scsi.busDown', guest }, { type: 'scsi.busUp', guest }] as PlannedRequest[]) sim.dispatch(one)
      else sim.dispatch(request)
      expect(sim.check(), `after ${JSON.stringify(request)} at ${at}`).toEqual([])
      while (sim.step(sim.now + 5 * SECOND)) expect(sim.check(), `some time after ${JSON.stringify(request)} at ${at}`).toEqual([])
    }
  }), { numRuns: 80 })
  expect(waits, 'recoveries had to wait for each other').toBeGreaterThan(80)
})

test('VS-56 VS-51 whatever is assembled: each member that is in sync then has every acknowledged write on its disk, or the loss is told', () => {
  // Reboots are frequent here, and so are writes and losses: what stays behind must not come back as good.
  const half = fc.constantFrom<Record<string, unknown>>(...[1, 2, 3].flatMap(n => [{ type: 'scsi.losePath', disk: `d${n}` }, { type: 'scsi.restorePath', disk: `d${n}` }]))
  const written = fc.constantFrom(...arrays).map(array => ({ type: 'md.write', array }))
  const failed = fc.record({ type: fc.constant('md.fail'), array: fc.constantFrom(...arrays), device: fc.constantFrom('sda1', 'sdb1', 'sda2', 'sdb2') })
  const boot = fc.constantFrom('crash', 'orderly').map(how => ({ type: 'md.powerDown', guest, how }))
  const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.oneof(half, written, failed, boot, fc.constant({ type: 'md.assembleScan', guest }))) as fc.Arbitrary<[number, PlannedRequest]>, { maxLength: 30 })
  const seen = { current: 0, leftOut: 0 }
  property(fc.property(steps, steps => {
    play(steps, { onEntry: (event, { md }) => {
      if (event.type !== 'md.arrayStarted') return
      const a = md.arrays[event.array]!
      if (a.lostData) return
      for (const m of a.members) {
        const stored = (md as MdState).places[`${m.disk}/${m.partition}` as never]
        if (!m.inSync || stored?.content == null) continue
        expect(isCurrent(stored.content, a), `${event.array}: ${m.name} is taken as good`).toBe(true)
        seen.current++
      }
      for (const { content, contentOf } of Object.values((md as MdState).places)) if (contentOf === event.array && content !== null && !isCurrent(content, a)) seen.leftOut++
    } })
  }), { numRuns: 120 })
  expect(Math.min(...Object.values(seen)), 'members that are good and members that are stale').toBeGreaterThan(20)
})

test('in place and through immer the bus and the mirrors do the same', () => {
  property(fc.property(plan, steps => {
    const inPlace: string[] = [], drafted: string[] = []
    const one = play(steps, { onEntry: event => { inPlace.push(canonical(event)) } })
    const other = play(steps, { commit: produce as never, onEntry: event => { drafted.push(canonical(event)) } })
    expect(drafted).toEqual(inPlace)
    expect(canonical(other.world)).toBe(canonical(one.world))
  }), { numRuns: 40 })
})

test('VS-56 while md tells of no loss, what each member in sync will be read from has every acknowledged write', () => {
  property(fc.property(plan, steps => {
    const sim = play(steps)
    sim.runUntil(sim.now + 10 * SECOND)
    for (const id of arrays) {
      const before = sim.world.md.arrays[id as ArrayId]!
      if (before.state !== 'active' || before.lostData || before.broken || before.openers > 0) continue
      const names = before.members.map(m => m.name), readable = before.members.filter(m => m.inSync).every(m => outcome(sim.world.scsi, m.device, 'read') === 'ok')
      if (!readable || before.waitsFor.length > 0) continue
      sim.dispatch({ type: 'md.stop', array: id as ArrayId })
      const acknowledged = [...sim.world.md.arrays[id as ArrayId]!.acknowledged]
      sim.dispatch({ type: 'md.assemble', guest: guest as never, name: before.name, devices: names, run: true })
      const after = sim.world.md.arrays[id as ArrayId]!
      if (after.state !== 'active') continue
      expect(after.lostData).toBe(false)
      for (const m of after.members) {
        const { content } = (sim.world.md as MdState).places[`${m.disk}/${m.partition}` as never]!
        if (m.inSync) expect(isCurrent(content!, { acknowledged } as never), `${id} ${m.name}`).toBe(true)
      }
    }
  }), { numRuns: 120 })
})

test('VS-53 at the level of md: single losses, each after the recovery and the return of the one before, never cost a read or a write', () => {
  property(fc.property(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 8 }), losses => {
    const sim = planned({ disks: 3, arrays: { md1: { members: ['d1/root', 'd2/root'], spares: ['d3/root'], io: { commitEvery: '5s' } } } })
    let at = 10
    for (const n of losses) {
      sim.runUntil(at * SECOND)
      sim.dispatch({ type: 'scsi.losePath', disk: `d${n}` as never })
      // Detection takes five seconds at most, recovery 128 MiB at 20,000 KiB/s.
      sim.runUntil((at + 20) * SECOND)
      const { access, broken } = sim.world.md.arrays['md1' as ArrayId]!
      expect({ ...access, broken }).toEqual({ readable: true, writable: true, stalled: false, broken: false })
      sim.dispatch({ type: 'scsi.restorePath', disk: `d${n}` as never })
      sim.dispatch({ type: 'md.remove', array: 'md1' as ArrayId, device: 'failed' })
      sim.dispatch({ type: 'md.add', array: 'md1' as ArrayId, device: `sd${'abc'[n - 1]!}1` })
      at += 40
    }
  }), { numRuns: 60 })
})

test('VS-46 how far a sync is at a time is exact: looking more often changes nothing, and speed changes are accounted for', () => {
  property(fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 4000 }), fc.integer({ min: 1000, max: 40_000 })), { maxLength: 6 }), fc.array(fc.nat(20_000_000), { maxLength: 8 }), (changes, looks) => {
    const run = (look: boolean) => {
      let done = -1
      const sim = planned({ disks: 3, arrays: { md1: { members: ['d1/root', 'd2/root'], spares: ['d3/root'] } }, onEntry: ({ at, event }) => { if (event.type === 'md.syncDone') done = at } })
      sim.dispatch({ type: 'md.fail', array: 'md1' as ArrayId, device: 'sda1' })
      let at = 0
      for (const [gap, max] of changes) sim.schedule(at += gap * 1000, { type: 'md.setSpeedLimit', guest: guest as never, max })
      let last = 0
      if (look) for (const time of [...looks].sort((a, b) => a - b)) {
        sim.runUntil(Math.max(sim.now, time))
        const a = sim.world.md.arrays['md1' as ArrayId]!
        const position = a.sync === null ? a.sizeKib : syncPosition(a, sim.now)
        expect(position).toBeGreaterThanOrEqual(last)
        last = position
      }
      sim.runUntil(1000 * SECOND)
      return done
    }
    expect(run(true)).toBe(run(false))
  }), { numRuns: 60 })
})
