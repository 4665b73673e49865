import { describe, expect, test } from 'vitest'
import { eth0, FAST, Lab, PREFIX, ROUTER, type LabOptions } from './lab.ts'
import { near } from './near.ts'

const changed = eth0(FAST, 'prefix fd00:2::/64 { };')

describe('signals, profile radvd-2.19', () => {
  test.each(['TERM', 'INT'])('RD-55 SIG%s: exactly one last advertisement, at once, even right behind another, and the end', which => {
    const lab = new Lab().until(4.1)
    expect(lab.times().at(-1)).toBeCloseTo(4.02)
    lab.signal(which)
    expect(lab.until(60).ras(4.1).map(({ at, from, lifetime }) => [at, from, lifetime])).toEqual([[4.1, ROUTER, 0]])
    expect(lab.facts('radvd.exited').map(({ at, event }) => [at / 1e6, event.status])).toEqual([[4.1, 0]])
  })
  test('RD-57 SIGKILL: nothing is said', () => {
    const lab = new Lab().until(10)
    lab.signal('KILL')
    expect(lab.until(60).ras(10)).toEqual([])
    expect(lab.running).toBe(false)
  })
  test('RD-53 SIGHUP: as in the beginning at once, and what is no longer in the file is not withdrawn', () => {
    const lab = new Lab().until(30)
    lab.write(changed)
    lab.signal('HUP')
    const after = lab.until(43).ras(30)
    expect(after.slice(0, 3).map(({ at }) => at)).toEqual([near(30), near(34), near(38)])
    expect(after.every(({ prefixes, lifetime }) => lifetime === 12 && prefixes.length === 1 && prefixes[0]![0] === 'fd00:2::')).toBe(true)
  })
  test('RD-53 SIGHUP with AdvSendAdvert off: nothing is said at all, not at the end either', () => {
    const lab = new Lab().until(30)
    lab.write(`interface eth0 { AdvSendAdvert off; prefix ${PREFIX}/64 { }; };`)
    lab.signal('HUP')
    lab.until(60)
    lab.solicit()
    expect(lab.running).toBe(true)
    lab.signal('TERM')
    expect(lab.ras(30)).toEqual([])
  })
  test('RD-54 SIGHUP with a file that does not parse: it ends with status 1 and says nothing', () => {
    const lab = new Lab().until(10)
    expect(lab.write('interface eth0 { AdvSendAdvert maybe; };')).toBeUndefined()
    expect(lab.running).toBe(true)
    lab.signal('HUP')
    expect(lab.facts('radvd.exited').map(({ event }) => event.status)).toEqual([1])
    expect(lab.until(60).ras(10)).toEqual([])
    expect(lab.logged).toContain('radvd.conf:1 error: syntax error')
    expect(lab.ask({ type: 'radvd.start', daemon: 'radvd' })).toBeUndefined()
    lab.until(61)
    expect(lab.facts('radvd.startFailed').map(({ event }) => event.because)).toEqual(['failed to read config file'])
  })
  test('a file that was changed is read by nobody before the next start or SIGHUP', () => {
    const lab = new Lab().until(5)
    lab.write(changed)
    expect(lab.until(60).ras(5).every(({ prefixes }) => prefixes[0]![0] === PREFIX)).toBe(true)
    lab.signal('KILL')
    lab.ask({ type: 'radvd.start', daemon: 'radvd' })
    expect(lab.until(61).ras(60).map(({ prefixes }) => prefixes[0]![0])).toEqual(['fd00:2::'])
  })
  test('signals for a daemon that does not run, a second start and unknown names are refused', () => {
    const lab = new Lab().until(1)
    expect(lab.ask({ type: 'radvd.start', daemon: 'radvd' })).toMatchObject({ status: 1 })
    lab.signal('KILL')
    expect(lab.signal('HUP')).toMatchObject({ text: 'kill: radvd: No such process' })
    for (const request of [{ type: 'radvd.start' }, { type: 'radvd.signal', signal: 'TERM' }, { type: 'radvd.writeConf', text: '' }]) expect(lab.ask({ ...request, daemon: 'other' })).toBeDefined()
  })
})

/** The router is a partition with its root on two disks of two hosts. */
const partition = (options: LabOptions = {}, start = '90s'): Lab => new Lab({
  ...options,
  sections: {
    hypervisor: {
      systems: { power5: {} },
      guests: { i5a: { on: 'power5', os: 'ibm-i', ipl: '10m' }, i5b: { on: 'power5', os: 'ibm-i', ipl: '10m' }, router: { on: 'power5', os: 'linux', start, shutdown: '30s' } },
    },
    vscsi: { spaces: { d1: { host: 'i5a', to: 'router', size: '1 GiB', online: 'auto' }, d2: { host: 'i5b', to: 'router', size: '1 GiB', online: 'auto' } } },
    scsi: { layout: { router: { prep: '8 MiB', root: 'rest' } } },
    md: { arrays: { md1: { on: 'router', members: ['d1/root', 'd2/root'], io: { commitEvery: '5s' } } } },
  },
})
const loseRoot = (lab: Lab): void => ['d1', 'd2'].forEach(disk => lab.ask({ type: 'scsi.losePath', disk }))

describe('its system', () => {
  test('an orderly shutdown says goodbye at its beginning, and a boot starts it again', () => {
    const lab = partition().until(100)
    lab.ask({ type: 'hypervisor.ipl', guest: 'router' })
    lab.until(400)
    const [last, first] = lab.ras(100)
    expect([last!.at, last!.lifetime]).toEqual([100, 0])
    expect([first!.at, first!.lifetime]).toEqual([near(220.02), 12])
  })
  test('ND-16 what does not fit into the shutdown is not said: stopAfter and a short shutdown', () => {
    const finals = (daemon: object) => {
      const lab = partition({ profile: 'rfc', daemon }).until(100)
      lab.ask({ type: 'hypervisor.ipl', guest: 'router' })
      return lab.until(200).ras(100).filter(({ lifetime }) => lifetime === 0).length
    }
    expect([finals({}), finals({ stopAfter: '25s' }), finals({ stopAfter: '31s' })]).toEqual([3, 2, 0])
  })
  test.each(['rfc', 'radvd-2.19'] as const)('ND-23 RD-57 a crash says nothing, and neither does a hard power-off (%s)', profile => {
    for (const request of [{ type: 'hypervisor.crash' }, { type: 'hypervisor.powerOff', how: 'vsp-hard' }]) {
      const lab = partition({ profile }).until(100)
      lab.ask({ ...request, guest: 'router' })
      expect(lab.facts('radvd.exited').length).toBe(1)
      expect(lab.until(150).ras(100)).toEqual([])
    }
  })
  test('startAfter: the daemon comes so long after its system; without start only when asked', () => {
    expect(partition({ daemon: { startAfter: '7s' } }).until(20).times()[0]).toBeCloseTo(7.02)
    const asked = partition({ daemon: { start: false } }).until(50)
    expect(asked.ras()).toEqual([])
    asked.ask({ type: 'radvd.start', daemon: 'radvd' })
    expect(asked.until(51).times()).toEqual([near(50.02)])
  })
  test('RD-51 a boot after which radvd starts before its address is usable: the first advertisement comes 16 s later than it could', () => {
    // What slaac does for every interface that comes up.
    const boot = (startAfter: string) => {
      const lab = partition({ conf: eth0(), port: { addresses: [] }, daemon: { startAfter } }, '60s').until(10)
      lab.ask({ type: 'hypervisor.crash', guest: 'router' })
      lab.until(70).ask({ type: 'ip.addAddress', interface: 'router.eth0', address: ROUTER, origin: 'link-local', delayed: false })
      return lab.until(100).times(60)[0]
    }
    expect(boot('500ms')).toBeCloseTo(86.52)
    expect(boot('5s')).toBeCloseTo(75.02)
  })
  test.each(['rfc', 'radvd-2.19'] as const)('a hang is silence; what is overdue follows when it ends (%s)', profile => {
    const lab = partition({ profile }).until(30)
    lab.ask({ type: 'hypervisor.hang', guest: 'router' })
    expect(lab.until(100).ras(30)).toEqual([])
    lab.solicit()
    expect(lab.signal('TERM')).toMatchObject({ status: 1 })
    lab.ask({ type: 'hypervisor.resume', guest: 'router' })
    const after = lab.until(108).times(100)
    expect(after[0]).toBe(100)
    expect(after.length).toBeGreaterThan(1)
  })
  test('a start that falls into a hang comes when it ends', () => {
    const lab = partition({ daemon: { startAfter: '20s' } }).until(10)
    lab.ask({ type: 'hypervisor.hang', guest: 'router' })
    expect(lab.until(50).running).toBe(false)
    lab.ask({ type: 'hypervisor.resume', guest: 'router' })
    expect(lab.until(51).times()).toEqual([50])
  })
})

describe('its disks', () => {
  test('ND-23 RD-57 both halves of its root gone: it dies at its next page fault, at once unless it is said otherwise, and says nothing', () => {
    const lab = partition({ profile: 'rfc' }).until(100)
    loseRoot(lab)
    lab.until(200)
    const [lost] = lab.facts('boot.rootLost'), [gone] = lab.facts('radvd.exited')
    expect(gone).toMatchObject({ at: lost!.at, event: { status: 135 } })
    expect(lab.ras(lost!.at / 1e6)).toEqual([])
    expect(lab.sim.world.radvd.assumed).toEqual(['DD-57'])
  })
  test('it may live on the pages it has: for so long, or for good', () => {
    const later = partition({ daemon: { afterRootLoss: { diesAfter: '60s' } } }).until(100)
    loseRoot(later)
    later.until(300)
    expect(later.facts('radvd.exited')[0]!.at - later.facts('boot.rootLost')[0]!.at).toBe(60e6)
    expect(later.sim.world.radvd.assumed).toEqual([])
    const never = partition({ daemon: { afterRootLoss: 'keeps running' } }).until(100)
    loseRoot(never)
    expect(never.until(300).times(200).length).toBeGreaterThan(20)
  })
  test('from a root that cannot be read nothing starts, nothing is read again and nothing is written', () => {
    const lab = partition({ daemon: { afterRootLoss: 'keeps running' } }).until(100)
    loseRoot(lab)
    lab.until(120)
    expect(lab.write(changed)).toMatchObject({ text: 'radvd.conf: Input/output error' })
    lab.signal('HUP')
    expect(lab.running).toBe(false)
    expect(lab.until(150).ras(120)).toEqual([])
    expect(lab.ask({ type: 'radvd.start', daemon: 'radvd' })).toMatchObject({ text: 'radvd: Input/output error' })
  })
  test('one half gone means nothing to it', () => {
    const lab = partition().until(100)
    lab.ask({ type: 'scsi.losePath', disk: 'd1' })
    expect(lab.until(200).times(150).length).toBeGreaterThan(10)
  })
  test('a boot from a root that is there again starts it', () => {
    const lab = partition().until(100)
    loseRoot(lab)
    lab.until(200)
    for (const disk of ['d1', 'd2']) lab.ask({ type: 'scsi.restorePath', disk })
    lab.ask({ type: 'hypervisor.powerOff', guest: 'router', how: 'vsp-hard', restart: true })
    expect(lab.until(320).times(200).length).toBeGreaterThan(3)
  })
})
