import { describe, expect, test } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../../../src/base/time.ts'
import { lab } from './support.ts'

const reboot = { type: 'hypervisor.ipl', guest: 'router' }

describe('PREP partitions', () => {
  test('VS-52 a partition boots from the first disk in its order that answers and holds a kernel', () => {
    const run = lab()
    run.ask(reboot)
    run.after()
    expect(run.last('boot.bootedFrom')).toMatchObject({ disk: 'd1', kernel: 1 })
    run.ask({ type: 'boot.setBootOrder', guest: 'router', order: ['d2', 'd1'] })
    run.ask(reboot)
    run.after()
    expect(run.last('boot.bootedFrom')).toMatchObject({ disk: 'd2' })
    run.ask({ type: 'hypervisor.crash', guest: 'i5b' })
    run.ask(reboot)
    run.after(10 * MINUTE)
    expect(run.last('boot.bootedFrom')).toMatchObject({ disk: 'd1' })
    expect(run.guest().up).toBe(true)
    expect(run.ask({ type: 'boot.setBootOrder', guest: 'router', order: ['d7'] })?.status).toBe(1)
  })

  test('VS-52 neither a silent disk nor one that cannot be read is booted from', () => {
    for (const trouble of [{ type: 'hypervisor.hang', guest: 'i5a' }, { type: 'vscsi.loseSpace', space: 'd1' }]) {
      const run = lab()
      run.ask(trouble)
      run.ask(reboot)
      run.after()
      expect(run.facts('boot.bootedFrom').map(({ event }) => event.disk)).toEqual(['d2'])
    }
  })

  test('VS-52 without a copy of PREP on the other disk the partition stops in open firmware; with one it boots', () => {
    const prep = { guests: { router: { prep: { d2: 'none' } } } }
    for (const copied of [false, true]) {
      const run = lab({ boot: prep })
      if (copied) expect(run.ask({ type: 'boot.copyPrep', guest: 'router', from: 'd1', to: 'd2' })).toBeUndefined()
      run.ask({ type: 'hypervisor.crash', guest: 'i5a' })
      run.ask(reboot)
      run.after(5 * MINUTE)
      expect(run.guest().state).toBe(copied ? 'running' : 'open firmware')
      expect(run.facts('boot.noBootDevice')).toHaveLength(copied ? 0 : 1)
      expect(run.guest().up).toBe(copied)
    }
  })

  test('VS-52 PM-1 what waits in open firmware boots when a boot device appears', () => {
    const run = lab({ boot: { guests: { router: { prep: { d2: 'none' } } } } })
    run.ask({ type: 'hypervisor.crash', guest: 'i5a' })
    run.ask(reboot)
    run.after(30 * MINUTE)
    expect(run.guest().state).toBe('open firmware')
    run.after()
    // Abnormal IPL, vary on, the retry, the start of Linux.
    expect(run.facts('hypervisor.guestUp').at(-1)!.at).toBe(30 * MINUTE + 30 * SECOND + 10 * SECOND + 90 * SECOND)
    expect(run.boot().bootedFrom).toBe('d1')
  })

  test('VS-52 dd copies the kernel as of then: an update on one disk leaves the other stale, and losing that disk boots the old kernel', () => {
    const run = lab()
    run.ask({ type: 'boot.updateKernel', guest: 'router' })
    expect([run.prep('d1'), run.prep('d2')]).toEqual([2, 1])
    run.ask({ type: 'hypervisor.crash', guest: 'i5a' })
    run.ask(reboot)
    run.after(5 * MINUTE)
    expect(run.last('boot.oldKernelBooted')).toMatchObject({ disk: 'd2', kernel: 1, newest: 2 })
    expect(run.boot().kernel).toBe(1)
    run.after()
    run.ask({ type: 'scsi.scan', guest: 'router', host: 0 })
    run.ask({ type: 'boot.copyPrep', guest: 'router', from: 'd1', to: 'd2' })
    expect([run.prep('d1'), run.prep('d2')]).toEqual([2, 2])
    run.ask({ type: 'boot.updateKernel', guest: 'router', disk: 'd2' })
    expect([run.prep('d1'), run.prep('d2')]).toEqual([2, 3])
    const stale = run.facts('boot.oldKernelBooted').length
    run.ask({ type: 'boot.setBootOrder', guest: 'router', order: ['d2', 'd1'] })
    run.ask(reboot)
    run.after()
    expect(run.boot()).toMatchObject({ kernel: 3, newestKernel: 3, bootedFrom: 'd2' })
    expect(run.facts('boot.oldKernelBooted')).toHaveLength(stale)
  })

  test('VS-52 a PREP partition that was stale from the beginning boots an old kernel', () => {
    const run = lab({ boot: { guests: { router: { prep: { d1: 'stale' } } } } })
    run.ask(reboot)
    run.after()
    expect(run.last('boot.oldKernelBooted')).toMatchObject({ disk: 'd1', kernel: 0, newest: 1 })
  })

  test('VS-52 dd fails where a disk does not answer or is not there, and copies nothing', () => {
    const run = lab({ boot: { guests: { router: { prep: { d2: 'none' } } } } })
    const copy = { type: 'boot.copyPrep', guest: 'router', from: 'd1', to: 'd2' }
    run.ask({ type: 'hypervisor.crash', guest: 'i5b' })
    expect(run.ask(copy)).toEqual({ status: 1, text: 'dd: error writing \'/dev/sdb1\': Input/output error' })
    run.ask({ type: 'scsi.deleteDevice', guest: 'router', name: 'sdb' })
    expect(run.ask(copy)?.text).toContain('No such file or directory')
    expect(run.prep('d2')).toBeNull()
    expect(run.ask({ type: 'boot.updateKernel', guest: 'router', disk: 'd2' })?.status).toBe(1)
    run.ask({ type: 'hypervisor.powerOff', guest: 'router', how: 'vsp-hard' })
    expect(run.ask({ ...copy, to: 'd1' })?.status).toBe(1)
    expect(run.boot().newestKernel).toBe(1)
  })

  test('VS-52 a storage space made anew has no kernel', () => {
    const run = lab()
    run.ask({ type: 'vscsi.loseSpace', space: 'd1' })
    run.ask({ type: 'vscsi.recreateSpace', space: 'd1' })
    expect(run.prep('d1')).toBeNull()
    run.ask(reboot)
    run.after()
    expect(run.last('boot.bootedFrom')).toMatchObject({ disk: 'd2' })
  })
})

describe('stale halves', () => {
  test('VS-51 booting from the half that was out while the other went on makes two truths', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.crash', guest: 'i5a' })
    run.after(25 * MINUTE)
    run.all('hypervisor.crash', 'i5b', 'router')
    run.after(20 * MINUTE)
    // i5a is back, i5b is not: all there is to boot from is the old half.
    expect(run.boot().bootedFrom).toBe('d1')
    expect(run.guest().up).toBe(true)
    expect(run.facts('boot.dataSplit').map(({ event }) => event)).toEqual([{ type: 'boot.dataSplit', guest: 'router', array: 'md1', disk: 'd1' }])
  })

  test('VS-51 with the newer half beside it the stale one is left out, and nothing is split', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.crash', guest: 'i5a' })
    run.after(40 * MINUTE)
    run.ask(reboot)
    run.after()
    expect(run.guest().up).toBe(true)
    expect(run.array().members.filter(member => member.inSync).map(member => member.disk)).toEqual(['d2'])
    expect(run.facts('boot.dataSplit')).toEqual([])
  })
})

describe('hosts that are away or silent at boot', () => {
  test('VS-2 a disk whose host was away at boot is not there after its return, until somebody scans', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.crash', guest: 'i5a' })
    run.ask(reboot)
    run.after()
    expect(run.facts('vscsi.loggedIn')).toHaveLength(1)
    expect(run.device('d1')).toBeNull()
    expect(run.device('d2')?.name).toBe('sda')
    run.ask({ type: 'scsi.scan', guest: 'router', host: 0 })
    expect(run.device('d1')?.name).toBe('sdb')
  })

  test('DD-52 the booting kernel waits 300 s for a server that is there and does not answer, and then does not look for its disk', () => {
    const run = lab({ hosts: 4, spares: 2 })
    run.all('hypervisor.hang', 'i5a', 'i5c')
    run.ask(reboot)
    run.after()
    expect(run.facts('boot.waitedForServer').map(({ at, event }) => [at / SECOND, event.disk])).toEqual([[330, 'd1'], [630, 'd3']])
    expect(run.last('hypervisor.guestUp')).toBeDefined()
    expect(run.facts('hypervisor.guestUp')[0]!.at).toBe((30 + 600 + 90) * SECOND)
    expect(run.device('d1')).toBeNull()
    run.ask({ type: 'hypervisor.resume', guest: 'i5a' })
    expect(run.device('d1')).toBeNull()
    run.ask({ type: 'scsi.scan', guest: 'router', host: 0 })
    expect(run.device('d1')).not.toBeNull()
  })

  test('DD-52 a server that answers, or is known to be gone, while the kernel waits ends the wait', () => {
    for (const [end, found] of [[{ type: 'hypervisor.resume', guest: 'i5a' }, true], [{ type: 'hypervisor.crash', guest: 'i5a' }, false]] as const) {
      const run = lab()
      run.ask({ type: 'hypervisor.hang', guest: 'i5a' })
      run.ask(reboot)
      run.after(100 * SECOND)
      run.ask(end)
      run.after(90 * SECOND)
      expect(run.facts('hypervisor.guestUp').map(({ at }) => at)).toEqual([190 * SECOND])
      expect(run.device('d1') !== null).toBe(found)
    }
  })

  test('DD-52 a guest that is powered off while its kernel waits does not come up later', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.hang', guest: 'i5a' })
    run.ask(reboot)
    run.after(100 * SECOND)
    expect(run.guest()).toMatchObject({ state: 'running', up: false, held: true })
    run.ask({ type: 'hypervisor.powerOff', guest: 'router', how: 'vsp-hard' })
    run.after()
    expect(run.guest()).toMatchObject({ state: 'not activated', held: false })
    expect(run.facts('hypervisor.guestUp')).toEqual([])
  })

  test('a kernel that finds no root array runs and does not come up; booted again when the disks are back it does', () => {
    const run = lab({ hosts: 3, spares: 1 })
    run.all('hypervisor.crash', 'i5a', 'i5b')
    run.ask({ type: 'hypervisor.powerOff', guest: 'router', how: 'vsp-hard', restart: true })
    run.after(10 * MINUTE)
    // All it sees is the spare: a kernel, and nothing of the root.
    expect(run.boot()).toMatchObject({ bootedFrom: 'd3', rootState: 'absent' })
    expect(run.guest()).toMatchObject({ state: 'running', up: false, stuck: 'the root array was not found' })
    run.after()
    expect(run.guest().up).toBe(false)
    run.ask(reboot)
    run.after()
    expect(run.guest()).toMatchObject({ up: true, stuck: null })
    expect(run.facts('boot.rootRestored')).toHaveLength(1)
  })
})

describe('a root array that fails under a running system', () => {
  test('VS-43 DD-56 both halves lost: the next commit finds out, the root is lost, and only a boot cures that', () => {
    const run = lab()
    run.after(HOUR)
    run.all('hypervisor.crash', 'i5a', 'i5b')
    expect(run.root()).toEqual({ readable: true, writable: true, stalled: false })
    run.after(5 * SECOND)
    expect(run.root()).toEqual({ readable: false, writable: false, stalled: false })
    expect(run.facts('boot.rootReadOnly')).toHaveLength(1)
    expect(run.facts('boot.rootLost')).toHaveLength(1)
    expect(run.facts('boot.rootLost')[0]!.at - HOUR).toBeLessThanOrEqual(5 * SECOND)
    run.after()
    expect(run.sim.world.scsi.disks['d1' as never]!.path).toBe('ok')
    expect(run.root()).toMatchObject({ readable: false, writable: false })
    expect(run.guest()).toMatchObject({ state: 'running', up: true })
    run.ask(reboot)
    run.after()
    expect(run.root()).toEqual({ readable: true, writable: true, stalled: false })
    expect(run.facts('boot.rootRestored')).toHaveLength(1)
  })

  test('VS-43 paths that are back before anybody writes were never missed', () => {
    const run = lab({ guests: { router: { on: 'power5', os: 'linux' } } })
    run.after(HOUR + SECOND)
    run.ask({ type: 'vscsi.migrateClient', guest: 'router', pause: SECOND })
    run.after()
    expect(run.facts('boot.rootReadOnly')).toEqual([])
    expect(run.root().writable).toBe(true)
  })

  test('VS-82 an array that is broken and can still be read leaves the root read-only, not lost', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.crash', guest: 'i5b' })
    run.after(MINUTE)
    run.ask({ type: 'md.fail', array: 'md1', device: 'sda3' })
    run.after(MINUTE)
    expect(run.root()).toEqual({ readable: true, writable: false, stalled: false })
    expect(run.facts('boot.rootLost')).toEqual([])
    expect(run.ask({ type: 'boot.updateKernel', guest: 'router' })).toEqual({ status: 1, text: 'Read-only file system' })
    run.ask({ type: 'hypervisor.crash', guest: 'i5a' })
    expect(run.root()).toEqual({ readable: false, writable: false, stalled: false })
  })

  test('VS-42 one half lost leaves the root as it is', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.crash', guest: 'i5a' })
    run.after()
    expect(run.root()).toEqual({ readable: true, writable: true, stalled: false })
    expect(run.facts('boot.rootReadOnly')).toEqual([])
  })

  test('VS-5 a root array that waits for a silent disk makes the system wait: it is up and serves nothing until then', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.hang', guest: 'i5a' })
    run.after(20 * SECOND)
    expect(run.root().stalled).toBe(true)
    expect(run.guest()).toMatchObject({ up: true, hung: false })
    run.after()
    expect(run.root()).toEqual({ readable: true, writable: true, stalled: false })
  })

  test('swap in use that cannot be read ends the system; swap on a mirror does not notice one half', () => {
    const run = lab({ swap: { raidDevices: 1, members: ['d1/swap'] }, boot: { guests: { router: { swap: 'md0' } } } })
    run.ask({ type: 'hypervisor.crash', guest: 'i5a' })
    expect(run.facts('boot.swapLost')).toHaveLength(1)
    expect(run.facts('hypervisor.guestDown').map(({ event }) => [event.guest, event.how])).toContainEqual(['router', 'crash'])
    run.after(10 * MINUTE)
    expect(run.guest().up).toBe(true)
    const mirrored = lab({ swap: { members: ['d1/swap', 'd2/swap'] }, boot: { guests: { router: { swap: 'md0' } } } })
    mirrored.ask({ type: 'hypervisor.crash', guest: 'i5a' })
    mirrored.after()
    expect(mirrored.facts('boot.swapLost')).toEqual([])
    const unused = lab({ swap: { raidDevices: 1, members: ['d1/swap'] } })
    unused.ask({ type: 'hypervisor.crash', guest: 'i5a' })
    expect(unused.facts('boot.swapLost')).toEqual([])
  })
})

describe('between the partition and its bus', () => {
  test('PM-9 an orderly end leaves the arrays clean, a crash takes them as they are', () => {
    for (const [end, how] of [[reboot, 'orderly'], [{ type: 'hypervisor.crash', guest: 'router' }, 'crash'],
      [{ type: 'hypervisor.powerOff', guest: 'router', how: 'vsp-hard' }, 'crash'], [{ type: 'hypervisor.systemIpl', system: 'power5' }, 'orderly']] as const) {
      const run = lab()
      run.ask(end)
      run.after(MINUTE)
      expect(run.facts('md.powerDown').map(({ event }) => event.how)).toEqual([how])
      expect(run.facts('scsi.busDown')).toHaveLength(1)
    }
  })

  test('a mounted root array cannot be stopped, before a boot and after it', () => {
    const run = lab()
    expect(run.ask({ type: 'md.stop', array: 'md1' })?.status).toBe(1)
    run.ask(reboot)
    run.after()
    expect(run.ask({ type: 'md.stop', array: 'md1' })?.status).toBe(1)
  })

  test('a client that is not activated at the beginning has no bus and no arrays, until it is powered on', () => {
    const run = lab({ guests: { router: { on: 'power5', os: 'linux', initially: 'not activated' } } })
    expect(run.sim.world.scsi.buses['router' as never]!.up).toBe(false)
    expect(run.array().state).toBe('stopped')
    run.ask({ type: 'hypervisor.powerOn', guest: 'router' })
    run.after(90 * SECOND)
    expect(run.guest().up).toBe(true)
    expect(run.array()).toMatchObject({ state: 'active', inSync: 2 })
  })

  test('VS-22 PM-13 after a system IPL the client waits in open firmware for the first host that serves', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.systemIpl', system: 'power5' })
    run.after()
    expect(run.facts('hypervisor.stateChanged').map(({ event }) => event.to)).toEqual(['open firmware', 'running'])
    expect(run.guest().up).toBe(true)
    expect(run.array().inSync).toBe(2)
  })

  test('a guest without a layout, a PREP partition or a root array boots all the same', () => {
    const run = lab({ layout: { root: 'rest' }, boot: { guests: { router: { root: false } } } })
    run.ask(reboot)
    run.after()
    expect(run.guest().up).toBe(true)
    expect(run.boot().root).toBeNull()
  })
})
