import { describe, expect, test } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../../../src/base/time.ts'
import { commonCauses, powerControlLint } from '../../../src/models/vscsi/causes.ts'
import { vscsiConfig } from '../../../src/models/vscsi/config.ts'
import { CONNECTION_STEPS } from '../../../src/models/vscsi/state.ts'
import { outcome } from '../../../src/models/scsi/state.ts'
import { ibmI, lab, SECTIONS } from './support.ts'

const sections = (vscsi: object, guests: object = {}) =>
  ({ ...SECTIONS, hypervisor: { ...SECTIONS.hypervisor, guests: { ...SECTIONS.hypervisor.guests, ...guests } }, vscsi })

describe('the client\'s driver', () => {
  test('VS-1 connection set-up ends with the login, which grants 98 of 100 commands; fast fail is asked of a VIOS only', () => {
    const run = lab()
    expect(CONNECTION_STEPS.indexOf('register queue')).toBe(0)
    expect(CONNECTION_STEPS.at(-1)).toBe('SRP login')
    run.ask({ type: 'hypervisor.crash', guest: 'i5a' })
    run.ask({ type: 'hypervisor.crash', guest: 'vios' })
    run.after()
    expect(run.all('vscsi.loggedIn').map(({ event }) => event)).toMatchObject([
      { nwsd: 'vios-router', requestLimit: 98, fastFail: true }, { nwsd: 'i5a-router', requestLimit: 98, fastFail: false },
    ])
    // I/O comes after the login, never before it.
    const order = run.told.map(({ event }) => event.type === 'scsi.restorePath' ? `I/O ${event.disk as string}` : event.type === 'vscsi.loggedIn' ? `login ${event.nwsd as string}` : '')
    expect(order.indexOf('login i5a-router')).toBeLessThan(order.indexOf('I/O d1'))
    expect(order).toContain('I/O d1')
  })

  test('VS-2 a server that is away when the client boots: it logs in by itself later, and the disk appears only after a scan', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.crash', guest: 'i5a' })
    run.reboot()
    expect(run.device('d1')).toBeNull()
    expect(run.device('d2')?.name).toBe('sda')
    expect(run.nwsd('i5a-router').adapter).toMatchObject({ registered: true, requestLimit: -1 })
    run.after()
    expect(run.all('vscsi.loggedIn')).toHaveLength(1)
    expect(run.nwsd('i5a-router').adapter.requestLimit).toBe(98)
    expect(run.path('d1')).toBe('ok')
    expect(run.device('d1')).toBeNull()
    run.ask({ type: 'scsi.scan', guest: 'router', host: 0 })
    expect(run.device('d1')?.name).toBe('sdc')
  })

  test('VS-1 VS-7 a server that hangs while its client boots grants the login when it resumes', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.hang', guest: 'i5a' })
    run.reboot()
    expect(run.nwsd('i5a-router').adapter).toMatchObject({ registered: true, requestLimit: -1 })
    run.ask({ type: 'hypervisor.resume', guest: 'i5a' })
    expect(run.nwsd('i5a-router').adapter.requestLimit).toBe(98)
    expect(run.path('d1')).toBe('ok')
  })

  test('VS-3 VS-4 the client is told of a crash, a vary off and a planned end by a transport event; commands fail at once', () => {
    for (const end of [
      { type: 'hypervisor.crash', guest: 'i5a' }, { type: 'vscsi.varyOff', nwsd: 'i5a-router' }, { type: 'hypervisor.ipl', guest: 'i5a' },
      { type: 'hypervisor.powerOff', guest: 'i5a', how: 'vsp-hard' }, { type: 'hypervisor.systemPowerOff', system: 'power5' },
    ]) {
      const run = lab(), { device } = run.sim.world.scsi.disks['d1' as never]!
      run.ask(end)
      expect(run.all('vscsi.transportEvent').find(({ event }) => event.nwsd === 'i5a-router')).toMatchObject({ at: 0, event: { event: 'closed', guest: 'router' } })
      expect(run.path('d1')).toBe('lost')
      expect(run.nwsd('i5a-router').adapter.requestLimit).toBe(-1)
      for (const kind of ['read', 'write', 'flush'] as const) expect(outcome(run.sim.world.scsi, device!, kind)).toBe('error')
      run.ask({ type: 'scsi.awaitCommand', device })
      expect(run.all('scsi.commandsFailed').map(({ at }) => at)).toEqual([0])
    }
  })

  test('VS-5 of a hang nobody tells: commands wait, fail after minutes, and the device goes offline', () => {
    const run = lab()
    const device = run.sim.world.scsi.disks['d1' as never]!.device
    run.ask({ type: 'hypervisor.hang', guest: 'i5a' })
    run.ask({ type: 'scsi.awaitCommand', device })
    expect(run.path('d1')).toBe('silent')
    expect(run.all('vscsi.transportEvent')).toEqual([])
    run.after(120 * SECOND)
    expect(run.all('scsi.commandsFailed')).toEqual([])
    run.after(10 * MINUTE)
    expect(run.all('scsi.commandsFailed')[0]!.at).toBeGreaterThan(120 * SECOND)
    expect(run.device('d1')?.state).toBe('offline')
  })

  test('VS-5 a hung host that is then ended becomes a lost one: what waited fails at that moment', () => {
    const run = lab()
    const device = run.sim.world.scsi.disks['d1' as never]!.device
    run.ask({ type: 'hypervisor.hang', guest: 'i5a' })
    run.ask({ type: 'scsi.awaitCommand', device })
    run.after(30 * SECOND)
    run.ask({ type: 'hypervisor.powerOff', guest: 'i5a', how: 'vsp-hard', restart: true })
    expect(run.all('scsi.commandsFailed').map(({ at }) => at)).toEqual([30 * SECOND])
    run.after()
    expect(run.device('d1')?.state).toBe('running')
    expect(run.path('d1')).toBe('ok')
  })

  test('VS-6 only a migration of the client requeues what is outstanding: it is done after the new login, nothing fails', () => {
    const run = lab()
    const device = run.sim.world.scsi.disks['d1' as never]!.device
    run.ask({ type: 'vscsi.migrateClient', guest: 'router', pause: 3 * SECOND })
    run.ask({ type: 'scsi.awaitCommand', device })
    expect(run.all('vscsi.transportEvent').map(({ event }) => event.event)).toEqual(['migrated', 'migrated', 'migrated'])
    expect(run.nwsd('i5a-router').adapter.requestLimit).toBe(0)
    run.after(HOUR)
    expect(run.all('scsi.commandsCompleted').map(({ at }) => at)).toEqual([3 * SECOND])
    expect(run.all('scsi.commandsFailed')).toEqual([])
    expect(run.all('vscsi.loggedIn')).toHaveLength(3)
  })

  test('VS-6 a host that ends while the client moves is lost all the same', () => {
    const run = lab()
    run.ask({ type: 'vscsi.migrateClient', guest: 'router', pause: 3 * SECOND })
    run.ask({ type: 'hypervisor.crash', guest: 'i5a' })
    run.after(3 * SECOND)
    expect([run.path('d1'), run.path('d2')]).toEqual(['lost', 'ok'])
  })

  test('VS-7 a returning host logs in again by itself, and I/O works on the device that was there', () => {
    const run = lab()
    const before = run.device('d1')
    run.ask({ type: 'hypervisor.crash', guest: 'i5a' })
    run.after()
    expect(run.path('d1')).toBe('ok')
    expect(run.device('d1')).toEqual(before)
    expect(run.all('scsi.deviceAdded')).toEqual([])
  })

  test('VS-7 VS-8 a device that went offline stays so when its host returns, until it is removed and scanned', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.hang', guest: 'i5a' })
    run.ask({ type: 'scsi.awaitCommand', device: run.sim.world.scsi.disks['d1' as never]!.device })
    run.after(HOUR)
    run.ask({ type: 'hypervisor.resume', guest: 'i5a' })
    expect(run.path('d1')).toBe('ok')
    expect(run.device('d1')?.state).toBe('offline')
    run.ask({ type: 'scsi.scan', guest: 'router', host: 0 })
    expect(run.device('d1')?.state).toBe('offline')
    run.ask({ type: 'scsi.removeDevice', guest: 'router', host: 0, channel: 0, id: 0, lun: 0 })
    run.ask({ type: 'scsi.scan', guest: 'router', host: 0 })
    expect(run.device('d1')).toMatchObject({ state: 'running', name: 'sda' })
  })

  test('VS-8 removal and rescan are harmless where they are not needed', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.crash', guest: 'i5a' })
    run.after()
    run.ask({ type: 'scsi.removeDevice', guest: 'router', host: 0, channel: 0, id: 0, lun: 0 })
    run.ask({ type: 'scsi.scan', guest: 'router', host: 0 })
    expect(run.device('d1')).toMatchObject({ state: 'running', name: 'sda' })
  })
})

describe('NWSDs and storage spaces', () => {
  test('VS-20 a storage space has 1 MiB to 1000 GiB, and one server at most 64 of them', () => {
    const parse = (size: string) => vscsiConfig.parse({ spaces: { d1: { host: 'i5a', to: 'router', size } } })
    expect(parse('1 MiB').spaces['d1' as never]!.sizeKib).toBe(1024)
    expect(parse('1000 GiB').spaces['d1' as never]!.sizeKib).toBe(1000 * 1024 ** 2)
    expect(() => parse('1023 KiB')).toThrow('1 MiB to 1000 GiB')
    expect(() => parse('1001 GiB')).toThrow('1 MiB to 1000 GiB')
    const many = (n: number) => vscsiConfig.parse({ spaces: Object.fromEntries(Array.from({ length: n }, (_, i) => [`d${i}`, { host: 'i5a', to: 'router', sizeGib: 1 }])) })
    expect(() => many(64)).not.toThrow()
    expect(() => many(65)).toThrow('at most 64')
    expect(() => vscsiConfig.parse({ spaces: { d1: { host: 'i5a', to: 'router' } } })).toThrow('one of size and sizeGib')
  })

  test('VS-20 a space names an NWSD of its own host and client', () => {
    const nwsds = { net1: { host: 'i5a', to: 'router' } }
    expect(() => vscsiConfig.parse({ nwsds, spaces: { d1: { host: 'i5b', to: 'router', sizeGib: 1, nwsd: 'net1' } } })).toThrow('expected an NWSD of i5b for router')
    expect(() => vscsiConfig.parse({ nwsds, spaces: { d1: { host: 'i5a', to: 'router', sizeGib: 1, nwsd: 'net2' } } })).toThrow('declared under nwsds')
    expect(() => vscsiConfig.parse({ nwsds, spaces: { d1: { host: 'i5a', to: 'router', sizeGib: 1, nwsd: 'net1' } } })).not.toThrow()
  })

  test('VS-21 a disk is served only when its NWSD is varied on and its host is up', () => {
    const run = lab()
    run.ask({ type: 'vscsi.varyOff', nwsd: 'i5a-router' })
    expect([run.nwsd('i5a-router').state, run.path('d1')]).toEqual(['varied off', 'lost'])
    expect(run.ask({ type: 'vscsi.varyOff', nwsd: 'i5a-router' })?.status).toBe(1)
    run.ask({ type: 'vscsi.varyOn', nwsd: 'i5a-router' })
    expect([run.nwsd('i5a-router').state, run.path('d1')]).toEqual(['vary on pending', 'lost'])
    expect(run.ask({ type: 'vscsi.varyOn', nwsd: 'i5a-router' })?.status).toBe(1)
    run.after(30 * SECOND)
    expect([run.nwsd('i5a-router').state, run.path('d1')]).toEqual(['varied on', 'ok'])
    run.ask({ type: 'hypervisor.powerOff', guest: 'i5a', how: 'vsp-hard' })
    expect(run.ask({ type: 'vscsi.varyOn', nwsd: 'i5a-router' })).toMatchObject({ status: 1, text: 'Vary on of i5a-router failed: i5a is not active.' })
  })

  test('VS-21 an NWSD without any space left fails to vary on', () => {
    const run = lab()
    run.ask({ type: 'vscsi.varyOff', nwsd: 'i5a-router' })
    run.ask({ type: 'vscsi.loseSpace', space: 'd1' })
    run.ask({ type: 'vscsi.varyOn', nwsd: 'i5a-router' })
    expect(run.nwsd('i5a-router').state).toBe('failed')
    expect(run.ask({ type: 'vscsi.varyOn', nwsd: 'i5a-router' })?.status).toBe(1)
    run.ask({ type: 'vscsi.varyOff', nwsd: 'i5a-router' })
    run.ask({ type: 'vscsi.recreateSpace', space: 'd1' })
    run.ask({ type: 'vscsi.varyOn', nwsd: 'i5a-router' })
    run.after(30 * SECOND)
    expect(run.nwsd('i5a-router').state).toBe('varied on')
  })

  test('VS-21 of several NWSDs of one server resource only one is active', () => {
    const nwsds = { net1: { host: 'i5a', to: 'router', resource: 'CTL03' }, net2: { host: 'i5a', to: 'router', resource: 'CTL03', initially: 'varied off' } }
    const run = lab(sections({ nwsds, spaces: {
      d1: { host: 'i5a', to: 'router', size: '1 GiB', nwsd: 'net1' }, d2: { host: 'i5a', to: 'router', size: '1 GiB', nwsd: 'net2' },
    } }))
    expect([run.path('d1'), run.path('d2')]).toEqual(['ok', 'lost'])
    expect(run.ask({ type: 'vscsi.varyOn', nwsd: 'net2' })).toMatchObject({ status: 1, text: 'Resource CTL03 is in use by another network server.' })
    run.ask({ type: 'vscsi.varyOff', nwsd: 'net1' })
    run.ask({ type: 'vscsi.varyOn', nwsd: 'net2' })
    run.after(MINUTE)
    expect([run.path('d1'), run.path('d2')]).toEqual(['lost', 'ok'])
    expect(run.nwsd('net1').adapter.scsiHost).toBe(run.nwsd('net2').adapter.scsiHost)
  })

  test('VS-22 DD-39 ONLINE(*YES) is varied on some time after its host is up; ONLINE(*NO), the default, waits for somebody', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.crash', guest: 'i5a' })
    run.ask({ type: 'hypervisor.crash', guest: 'i5b' })
    run.after()
    expect(run.all('vscsi.nwsdChanged')).toMatchObject([{ at: 30 * MINUTE + 30 * SECOND, event: { nwsd: 'i5a-router', state: 'varied on' } }])
    expect(run.all('vscsi.nwsdLeftOff')).toMatchObject([{ at: 30 * MINUTE, event: { nwsd: 'i5b-router' } }])
    expect(run.nwsd('i5b-router').state).toBe('varied off')
    expect(run.path('d2')).toBe('lost')
    expect(run.sim.world.hypervisor.guests['i5b' as never]!.up).toBe(true)
    expect(run.sim.world.vscsi.assumed).toEqual(['DD-39'])
    run.ask({ type: 'vscsi.setOnline', nwsd: 'i5b-router', online: 'auto' })
    run.ask({ type: 'vscsi.varyOn', nwsd: 'i5b-router' })
    run.ask({ type: 'hypervisor.crash', guest: 'i5b' })
    run.after()
    expect(run.path('d2')).toBe('ok')
  })

  test('VS-22 a VIOS serves as soon as it is up, without being asked', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.crash', guest: 'vios' })
    run.after()
    expect(run.all('scsi.pathRestored')).toMatchObject([{ at: 4 * MINUTE, event: { disk: 'd3' } }])
  })

  test('VS-23 power control starts the client with vary on and ends it with vary off; two such NWSDs of one client are reported', () => {
    const nwsds = { net1: { host: 'i5a', to: 'router', powerControl: true, online: 'auto' }, net2: { host: 'i5b', to: 'router' } }
    const spaces = { d1: { host: 'i5a', to: 'router', size: '1 GiB' }, d2: { host: 'i5b', to: 'router', size: '1 GiB' } }
    const run = lab(sections({ nwsds, spaces }))
    const state = () => run.sim.world.hypervisor.guests['router' as never]!.state
    run.ask({ type: 'vscsi.varyOff', nwsd: 'net1' })
    run.after(10 * MINUTE)
    expect(state()).toBe('not activated')
    run.ask({ type: 'vscsi.varyOn', nwsd: 'net1' })
    run.after(10 * MINUTE)
    expect(state()).toBe('starting')
    run.ask({ type: 'vscsi.varyOff', nwsd: 'net2' })
    run.after(10 * MINUTE)
    expect(state()).toBe('starting')
    expect(powerControlLint(vscsiConfig.parse({ nwsds, spaces }).nwsds)).toEqual([])
    const both = { ...nwsds, net2: { ...nwsds.net2, powerControl: true } }
    expect(powerControlLint(vscsiConfig.parse({ nwsds: both, spaces }).nwsds)).toEqual([{ client: 'router', nwsds: ['net1', 'net2'] }])
  })

  test('VS-24 a planned IPL: vary off when the shutdown begins, transport event, host down, IPL, NWSD on, login', () => {
    const run = lab()
    run.told.length = 0
    run.ask({ type: 'hypervisor.ipl', guest: 'i5a' })
    run.after()
    expect(run.told.map(({ at, event }) => [at / SECOND, event.type])).toEqual([
      [0, 'hypervisor.ipl'], [0, 'hypervisor.shuttingDown'], [0, 'vscsi.transportEvent'], [0, 'scsi.losePath'], [0, 'scsi.pathLost'],
      [300, 'hypervisor.guestDown'], [300, 'hypervisor.guestStarting'], [900, 'hypervisor.guestUp'],
      [930, 'vscsi.nwsdChanged'], [930, 'vscsi.loggedIn'], [930, 'scsi.restorePath'], [930, 'scsi.pathRestored'],
    ])
  })

  test('VS-25 PM-12 restricted state of a host does not touch its disks', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.enterRestricted', guest: 'i5a' })
    run.ask({ type: 'hypervisor.enterRestricted', guest: 'i5b' })
    run.after()
    expect([run.path('d1'), run.path('d2')]).toEqual(['ok', 'ok'])
    expect(run.nwsd('i5a-router').state).toBe('varied on')
    expect(run.all('vscsi.transportEvent')).toEqual([])
  })

  test('VS-26 hosts and client on one managed system: a system IPL takes every disk', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.systemIpl', system: 'power5' })
    run.after(15 * MINUTE)
    expect(['d1', 'd2', 'd3'].map(run.path)).toEqual(['lost', 'lost', 'lost'])
    run.after()
    expect(['d1', 'd2', 'd3'].map(run.path)).toEqual(['ok', 'lost', 'ok'])
  })

  test('VS-26 common causes are listed: same system, same calendar, same host, same ASP', () => {
    const guests = { i5a: { on: 'p1' }, i5b: { on: 'p1' }, i5c: { on: 'p2' } }
    const spaces = {
      d1: { host: 'i5a', to: 'router' }, d2: { host: 'i5b', to: 'router' }, d3: { host: 'i5c', to: 'router' }, d4: { host: 'i5c', to: 'router', asp: 'asp2' }, d5: { host: 'i5c', to: 'router' },
    }
    const causes = (groups?: object, calendars?: object) => commonCauses({ guests, spaces, ...(groups && { groups }), ...(calendars && { calendars }) } as never)
    expect(causes({ md1: ['d1', 'd2'] })).toEqual([{ group: 'md1', kind: 'system', name: 'p1', disks: ['d1', 'd2'], total: true }])
    expect(causes({ md1: ['d1', 'd3'] })).toEqual([])
    expect(causes({ md1: ['d1', 'd3'] }, { sunday: ['i5a', 'i5c'] })).toMatchObject([{ kind: 'calendar', name: 'sunday', total: true }])
    expect(causes({ md1: ['d3', 'd4'] }).map(({ kind }) => kind)).toEqual(['system', 'host'])
    expect(causes({ md1: ['d3', 'd5'] }).map(({ kind, name }) => [kind, name])).toEqual([['system', 'p2'], ['host', 'i5c'], ['asp', 'i5c/asp1']])
    expect(causes()).toMatchObject([
      { group: 'router', kind: 'system', name: 'p1', total: false }, { kind: 'system', name: 'p2' }, { kind: 'host', name: 'i5c' }, { kind: 'asp', name: 'i5c/asp1', disks: ['d3', 'd5'] },
    ])
  })
})

describe('physical disks under a host', () => {
  const withAsp = (protection: string, disks: number) => lab(sections({
    asps: { i5a: { asp1: { protection, disks } } },
    spaces: { d1: { host: 'i5a', to: 'router', size: '1 GiB', online: 'auto' }, d2: { host: 'i5b', to: 'router', size: '1 GiB' } },
  }))
  const failure = { type: 'vscsi.failDisk', host: 'i5a', asp: 'asp1' }

  test('VS-20 an unprotected ASP loses its spaces with its first disk; a mirrored one, or one with parity, with the second', () => {
    const none = withAsp('none', 3)
    none.ask(failure)
    expect([none.path('d1'), none.path('d2')]).toEqual(['broken', 'ok'])
    expect(none.all('vscsi.spaceLost')).toMatchObject([{ event: { space: 'd1' } }])
    for (const protection of ['mirrored', 'parity']) {
      const run = withAsp(protection, 4)
      run.ask(failure)
      expect(run.path('d1')).toBe('ok')
      expect(run.all('vscsi.diskAbsorbed')).toHaveLength(1)
      run.ask({ type: 'vscsi.repairDisk', host: 'i5a', asp: 'asp1' })
      run.ask(failure)
      expect(run.path('d1')).toBe('ok')
      run.ask(failure)
      expect(run.path('d1')).toBe('broken')
      expect(run.all('vscsi.aspLost')).toHaveLength(1)
    }
  })

  test('VS-20 protection needs as many disks as it has parts', () => {
    expect(() => withAsp('mirrored', 1)).toThrow('at least 2')
    expect(() => withAsp('parity', 2)).toThrow('at least 3')
    expect(() => withAsp('none', 1)).not.toThrow()
    expect(() => lab(sections({ asps: { i5a: { asp2: { protection: 'none', disks: 1 } } }, spaces: { d1: { host: 'i5a', to: 'router', size: '1 GiB', asp: 'asp3' } } }))).toThrow('asp2')
  })

  test('VS-8 a space that was lost is made anew, empty: its client has to partition it again', () => {
    const run = withAsp('parity', 3)
    run.ask(failure)
    run.ask(failure)
    expect(run.ask({ type: 'vscsi.recreateSpace', space: 'd1' })).toMatchObject({ status: 1 })
    run.ask({ type: 'vscsi.repairDisk', host: 'i5a', asp: 'asp1' })
    expect(run.path('d1')).toBe('broken')
    expect(run.ask({ type: 'vscsi.recreateSpace', space: 'd1' })).toBeUndefined()
    expect(run.path('d1')).toBe('ok')
    expect(run.all('scsi.diskBlanked')).toMatchObject([{ event: { disk: 'd1' } }])
    expect(run.ask({ type: 'vscsi.recreateSpace', space: 'd1' })).toMatchObject({ status: 1 })
  })

  test('a lost space stays lost through the IPL of its host', () => {
    const run = withAsp('none', 1)
    run.ask({ type: 'vscsi.loseSpace', space: 'd1' })
    run.ask({ type: 'hypervisor.ipl', guest: 'i5a' })
    expect(run.path('d1')).toBe('lost')
    run.after()
    expect(run.nwsd('i5a-router').state).toBe('failed')
    expect(run.path('d1')).toBe('lost')
    run.ask({ type: 'vscsi.recreateSpace', space: 'd1' })
    run.after(MINUTE)
    expect(run.path('d1')).toBe('ok')
  })
})

test('the client sees its adapters in the order of the spaces, and the disks that are not served at the start are lost', () => {
  const run = lab(sections({
    nwsds: { net2: { host: 'i5b', to: 'router', initially: 'varied off' } },
    spaces: { d2: { host: 'i5b', to: 'router', size: '1 GiB' }, d1: { host: 'i5a', to: 'router', size: '1 GiB' }, d3: { host: 'i5c', to: 'router', size: '1 GiB' } },
  }, { i5c: { ...ibmI, initially: 'not activated' } }))
  expect(['d2', 'd1', 'd3'].map(disk => run.sim.world.scsi.disks[disk as never]!.host)).toEqual([0, 1, 2])
  expect(['d1', 'd2', 'd3'].map(run.path)).toEqual(['ok', 'lost', 'lost'])
  expect(run.sim.world.hypervisor.guests['i5a' as never]).toMatchObject({ servesStorage: true, virtualDisks: false })
  expect(run.sim.world.hypervisor.guests['router' as never]).toMatchObject({ servesStorage: false, virtualDisks: true })
})
