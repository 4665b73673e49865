/** Whatever happens to hosts, NWSDs and spaces: paths follow one rule, and the client's adapter knows what it can know. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MINUTE } from '../../../src/base/time.ts'
import { property } from '../../support/property.ts'
import { lab, SECTIONS } from './support.ts'

const host = fc.constantFrom('i5a', 'i5b', 'vios'), anyGuest = fc.constantFrom('i5a', 'i5b', 'vios', 'router')
const nwsd = fc.constantFrom('i5a-router', 'i5b-router', 'vios-router'), space = fc.constantFrom('d1', 'd2', 'd3')
const verb = (type: string, rest: Record<string, fc.Arbitrary<unknown>>) => fc.record({ type: fc.constant(type), ...rest })
const request: fc.Arbitrary<object> = fc.oneof(
  ...['ipl', 'crash', 'hang', 'resume', 'powerOn'].map(each => verb(`hypervisor.${each}`, { guest: anyGuest })),
  verb('hypervisor.powerOff', { guest: host, how: fc.constantFrom('os-immediate', 'vsp-hard') }),
  verb('hypervisor.systemIpl', { system: fc.constant('power5') }),
  verb('hypervisor.loadOs', { guest: fc.constant('router') }),
  verb('vscsi.varyOn', { nwsd }), verb('vscsi.varyOn', { nwsd }), verb('vscsi.varyOff', { nwsd }),
  verb('vscsi.loseSpace', { space }), verb('vscsi.recreateSpace', { space }),
  verb('vscsi.migrateClient', { guest: fc.constant('router') }),
)
const plan = fc.array(fc.tuple(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 * MINUTE })), request), { maxLength: 30 })

test('VS-3 VS-5 VS-21 a path is lost unless its NWSD is varied on, silent while the host hangs, broken without its space, else it works', () => {
  const seen = new Set<string>()
  property(fc.property(plan, steps => {
    const run = lab()
    for (const [wait, each] of steps) {
      run.after(wait)
      run.ask(each)
      expect(run.sim.check()).toEqual([])
      // Let a migration of the client settle: while it lasts, commands wait.
      if ((each as { type: string }).type === 'vscsi.migrateClient') run.after(MINUTE)
      const { hypervisor, vscsi, scsi } = run.sim.world
      for (const [disk, { nwsd, lost }] of Object.entries(vscsi.spaces)) {
        const n = vscsi.nwsds[nwsd]!, hostOf = hypervisor.guests[n.host]!
        const expected = n.state !== 'varied on' ? 'lost' : hostOf.hung ? 'silent' : lost ? 'broken' : 'ok'
        expect(scsi.disks[disk as never]!.path).toBe(expected)
        if (n.state === 'varied on') expect(hostOf.up).toBe(true)
        seen.add(expected)
      }
    }
  }), { numRuns: 200 })
  expect([...seen].toSorted()).toEqual(['broken', 'lost', 'ok', 'silent'])
})

test('VS-1 VS-4 VS-7 the adapter takes commands exactly while it is registered, its server serves, and it logged in', () => {
  property(fc.property(plan, steps => {
    const run = lab()
    for (const [wait, each] of steps) {
      run.after(wait)
      run.ask(each)
      if ((each as { type: string }).type === 'vscsi.migrateClient') run.after(MINUTE)
      for (const n of Object.values(run.sim.world.vscsi.nwsds)) {
        const { adapter } = n, serves = n.state === 'varied on', { hung } = run.sim.world.hypervisor.guests[n.host]!
        // A hung server granted its limit before it hung; only one who asks now gets none.
        if (serves && adapter.registered && !hung) expect(adapter.requestLimit).toBe(98)
        if (!serves || !adapter.registered) expect(adapter.requestLimit).toBe(-1)
      }
    }
  }), { numRuns: 200 })
})

test('VS-7 once every host is up again and every NWSD varied on, every path works, whatever happened before', () => {
  property(fc.property(plan, steps => {
    const run = lab()
    for (const [wait, each] of steps) {
      run.after(wait)
      run.ask(each)
    }
    run.after()
    for (const guest of ['i5a', 'i5b', 'vios']) {
      run.ask({ type: 'hypervisor.resume', guest })
      run.after()
      run.ask({ type: 'hypervisor.powerOn', guest })
    }
    run.after()
    for (const id of ['d1', 'd2', 'd3']) run.ask({ type: 'vscsi.recreateSpace', space: id })
    for (const id of ['i5a-router', 'i5b-router', 'vios-router']) run.ask({ type: 'vscsi.varyOn', nwsd: id })
    run.after()
    for (const disk of ['d1', 'd2', 'd3']) expect(run.path(disk)).toBe('ok')
  }), { numRuns: 100 })
})

test('GEN-2 one more host leaves what the others do as it was', () => {
  const drawn = { on: 'power5', os: 'ibm-i', ipl: { lognormal: ['10m', 0.5] as const }, shutdown: { exponential: '5m' } }
  const guests = { i5a: drawn, i5b: drawn, router: SECTIONS.hypervisor.guests.router }
  const nwsds = { net1: { host: 'i5a', to: 'router', online: 'auto', varyOn: { uniform: ['10s', '120s'] } } }
  const facts = (more: object, spaces: object) => {
    const run = lab({ hypervisor: { systems: { power5: {} }, guests: { ...guests, ...more } }, vscsi: { nwsds, spaces } })
    for (let i = 0; i < 5; i++) {
      for (const guest of Object.keys(more)) run.ask({ type: 'hypervisor.ipl', guest })
      run.ask({ type: 'hypervisor.ipl', guest: 'i5a' })
      run.after()
    }
    return run.told.filter(({ event }) => event.guest === 'i5a' || event.nwsd === 'net1').map(({ at, event }) => [at, event])
  }
  const d1 = { host: 'i5a', to: 'router', size: '1 GiB' }
  expect(facts({ i5z: drawn }, { d1, d9: { host: 'i5z', to: 'router', size: '1 GiB', online: 'auto' } })).toEqual(facts({}, { d1 }))
})
