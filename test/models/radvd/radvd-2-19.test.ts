import { describe, expect, test } from 'vitest'
import { ALL, eth0, FAST, gaps, HOST, Lab, PREFIX, ROUTER } from './lab.ts'
import { near } from './near.ts'

const slow = eth0('AdvRASolicitedUnicast off;')

describe('the plan', () => {
  test('RD-30 the first advertisement at once, two fixed gaps of 16 s, then draws between the intervals', () => {
    const [first, ...rest] = gaps([0, ...new Lab({ conf: eth0() }).until(4000).times()])
    expect(first).toBeLessThan(0.1)
    expect(rest.slice(0, 2)).toEqual([near(16), near(16)])
    expect(rest.length).toBeGreaterThan(7)
    for (const gap of rest.slice(2)) {
      expect(gap).toBeGreaterThanOrEqual(198)
      expect(gap).toBeLessThanOrEqual(600)
    }
    expect(new Set(rest.slice(2)).size).toBe(rest.length - 2)
  })
  test('RD-30 with a maximum below 16 s the fixed gaps are that maximum', () => {
    expect(gaps(new Lab().until(10).times())).toEqual([near(4), near(4)])
  })
  test('RD-60 DD-5 DD-6 the founding file: lifetime 1800, hop limit 64, no flags, valid 86400, preferred 14400, source link-layer address', () => {
    const [{ message, prefixes, from, to }] = new Lab({ daemon: { config: undefined } }).until(1).ras() as [ReturnType<Lab['ras']>[number]]
    expect([from, to, message.hopLimit, message.managed, message.otherConfig, message.routerLifetimeSeconds]).toEqual([ROUTER, ALL, 64, false, false, 1800])
    expect(prefixes).toEqual([[PREFIX, 86_400, 14_400]])
    expect(message.options.map(({ kind }) => kind)).toEqual(['prefix', 'source-link-layer'])
  })
  test('daemons started in the same second draw the same numbers, others do not (a06)', () => {
    const nodes = Object.fromEntries(['r1', 'r2', 'r3'].map((name, n) => [name, { forwarding: true, interfaces: { eth0: { addresses: [`fe80::${n + 1}/64`], dad: false } } }]))
    const daemon = (on: string, startAfter: string) => ({ on, profile: 'radvd-2.19', config: eth0(FAST), startAfter })
    const lab = new Lab({ nodes, daemons: { a: daemon('r1', '100ms'), b: daemon('r2', '900ms'), c: daemon('r3', '1100ms') } }).until(60)
    const [a, b, c] = ['r1', 'r2', 'r3'].map(name => gaps(lab.times(0, `${name}.eth0`)).map(gap => Math.round(gap * 1e6)))
    expect(a!.length).toBeGreaterThan(12)
    expect(b!.slice(0, a!.length - 1)).toEqual(a!.slice(0, -1))
    expect(c!.slice(2)).not.toEqual(a!.slice(2, c!.length))
  })
})

describe('solicitations', () => {
  test('RD-31 DD-3 an answer to one goes out at once, any number of times, and leaves the plan alone', () => {
    const lab = new Lab({ conf: eth0() }).until(40), planned = lab.sim.world.radvd.daemons['radvd' as never]!.advertisers[0]!.dueAt
    for (let n = 0; n < 50; n++) lab.solicit()
    expect(lab.ras(40).map(({ at, to }) => [at, to])).toEqual(Array.from({ length: 50 }, () => [40, HOST]))
    expect(lab.sim.world.radvd.daemons['radvd' as never]!.advertisers[0]!.dueAt).toBe(planned)
  })
  test('RD-32 an answer to all at once when the last is old enough; else 3 s after it and up to half a second', () => {
    const lab = new Lab({ conf: slow }).until(24.5)
    lab.until(60).solicit()
    expect(lab.times(33)).toEqual([60])
    lab.until(61).solicit()
    const [, delayed] = lab.until(64).times(60) as [number, number]
    expect(delayed).toBeGreaterThanOrEqual(63)
    expect(delayed).toBeLessThan(63.5)
  })
  test('RD-32 every further solicitation draws that time anew, and one after the 3 s is answered at once', () => {
    const due = (lab: Lab) => lab.sim.world.radvd.daemons['radvd' as never]!.advertisers[0]!.dueAt, lab = new Lab({ conf: slow })
    lab.until(60).solicit()
    const seen = new Set<number | null>()
    for (const at of [60.5, 61, 61.5, 62]) {
      lab.until(at).solicit()
      seen.add(due(lab))
    }
    expect(seen.size).toBe(4)
    for (const at of seen) expect(at! / 1e6 - 63).toSatisfy((late: number) => late >= 0 && late < 0.5)
    // The draw of the last one lies behind the moment at which the next one comes.
    const late = Array.from({ length: 40 }, (_, seed) => {
      const one = new Lab({ conf: slow, seed }).until(60)
      one.solicit()
      one.until(62).solicit()
      const before = due(one)! / 1e6
      one.until(63.0001).solicit()
      return [before, one.times(60.1)[0]]
    })
    expect(late.filter(([before]) => before! > 63.0001).every(([, at]) => at === 63.0001)).toBe(true)
  })
  test('RD-33 in the initial phase such an answer waits for min(16 s, Max) from now instead', () => {
    const lab = new Lab({ conf: slow }).until(2)
    lab.solicit()
    expect(lab.until(33).times()).toEqual([near(0.02), near(18)])
  })
  test('RD-34 answers to one count as initial: three of them and the next multicast gap is a normal one', () => {
    const lab = new Lab({ conf: eth0() })
    for (const at of [3, 5, 7]) lab.until(at).solicit()
    expect(lab.until(200).times()).toEqual([near(0.02), near(16.02)])
    expect(new Lab({ conf: eth0() }).until(200).times().length).toBe(3)
  })
  test('RD-39 a solicitation of nobody is answered to all; one from nobody with a link-layer address is not', () => {
    const lab = new Lab({ conf: eth0() }).until(60)
    lab.solicit({ source: '::' })
    expect(lab.ras(60).map(({ to }) => to)).toEqual([ALL])
    lab.until(90).solicit({ source: '::', payload: { kind: 'RS', code: 0, options: [{ kind: 'source-link-layer', address: '02:00:00:00:0c:01' }] } })
    expect(lab.ras(61)).toEqual([])
  })
  test.each([
    ['hop limit 254', { hopLimit: 254 }], ['code 1', { payload: { kind: 'RS', code: 1, options: [] } }],
    ['a wrong checksum', { payload: { kind: 'RS', code: 0, checksum: 1, options: [] } }],
    ['an option of length zero', { payload: { kind: 'RS', code: 0, options: [{ kind: 'malformed', bytes: '0100000000000000' }] } }],
    ['six octets', { payload: { kind: 'malformed', code: 0, type: 133, body: '0000' } }],
    ['a fragment header', { extensions: [{ header: 'fragment', offset: 0, more: false, identification: 1 }] }],
  ])('RD-39 ND-2 a solicitation with %s is not answered', (_, packet) => {
    const lab = new Lab({ conf: eth0() }).until(60)
    lab.solicit()
    expect(lab.ras(60).length).toBe(1)
    lab.solicit(packet as never)
    expect(lab.until(65).ras(60).length).toBe(1)
    expect(lab.logged.at(-1)).toMatch(/invalid RS/)
  })
  test('RD-35 UnicastOnly: silent until somebody with an address asks, and no last advertisement', () => {
    const lab = new Lab({ conf: eth0('UnicastOnly on;') }).until(1000)
    expect(lab.ras()).toEqual([])
    lab.solicit({ source: '::' })
    lab.solicit()
    lab.signal('TERM')
    expect(lab.ras().map(({ to, lifetime }) => [to, lifetime])).toEqual([[HOST, 1800]])
  })
  test('RD-35 clients: nothing to all, an advertisement to each at the usual times, and others are not answered', () => {
    const lab = new Lab({ conf: eth0(`${FAST} clients { ${HOST}; fe80::2; };`) }).until(9)
    expect(lab.times()).toEqual([])
    expect(lab.ras().map(({ to }) => to)).toEqual(Array.from({ length: 3 }, () => ['fe80::2', HOST]).flat())
    lab.solicit()
    lab.solicit({ source: 'fe80::77' })
    expect(lab.ras(9).map(({ to }) => to)).toEqual([HOST])
  })
  test('RD-35 what goes to clients does not count for MinDelayBetweenRAs, the start does: as measured, a solicitation in the first 3 s pushes the plan', () => {
    const lab = new Lab({ conf: eth0(`${FAST} AdvRASolicitedUnicast off; clients { ${HOST}; };`) }).until(2.5)
    lab.solicit()
    expect(lab.until(3.3).ras(2.5)).toEqual([])
    for (const at of [3.4, 3.5, 3.6]) lab.until(at).solicit()
    expect(lab.ras(3).map(({ at }) => at)).toEqual([3.4, 3.5, 3.6].map(at => near(at)))
  })
})

describe('the interface', () => {
  const bare = { addresses: [] }
  const address = (dad = true) => ({ type: 'ip.addAddress', interface: 'router.eth0', address: ROUTER, origin: 'link-local', dad, delayed: false })

  test('RD-51 what cannot be sent from a tentative address counts as sent: the first advertisement comes 16 s later', () => {
    const lab = new Lab({ conf: eth0(), port: bare, daemon: { startAfter: '100ms' } })
    lab.ask(address())
    lab.until(60)
    expect(lab.facts('radvd.sendFailed').map(({ at }) => at / 1e6)).toEqual([near(0.12)])
    expect(lab.times()).toEqual([near(16.12), near(32.12)])
  })
  test('RD-51 DD-14 a link that comes up under a running daemon: 17 s, unless the address is usable by then', () => {
    const lab = new Lab({ conf: eth0(), port: { ...bare, up: false } }).until(5)
    const up = (dad: boolean) => {
      lab.ask({ type: 'ip.setInterface', interface: 'router.eth0', up: true })
      lab.ask(address(dad))
    }
    up(true)
    expect(lab.until(100).times()).toEqual([near(22), near(38)])
    lab.ask({ type: 'ip.setInterface', interface: 'router.eth0', up: false })
    lab.until(110)
    up(false)
    expect(lab.until(130).times(100)).toEqual([near(111), near(127)])
  })
  test('RD-51 hosts that ask meanwhile are answered as soon as the address is usable', () => {
    const lab = new Lab({ conf: eth0(), port: bare, daemon: { startAfter: '100ms' } })
    lab.ask(address())
    lab.until(0.5).solicit()
    lab.until(3).solicit()
    expect(lab.until(15).ras().map(({ at, to }) => [at, to])).toEqual([[3, HOST]])
  })
  test('RD-50 a new address: set up again, as in the beginning, one second after it is usable', () => {
    const lab = new Lab({ conf: eth0() }).until(100)
    lab.ask({ type: 'ip.addAddress', interface: 'router.eth0', address: 'fd00::1', dad: true, delayed: false })
    expect(lab.until(140).times(100)).toEqual([near(102), near(118), near(134)])
  })
  test('RD-50 one second after the last change, not the first', () => {
    const lab = new Lab({ conf: eth0() })
    for (const [n, at] of [100, 100.6, 101.2].entries()) lab.until(at).ask({ type: 'ip.addAddress', interface: 'router.eth0', address: `fd00::${n + 1}`, dad: false })
    expect(lab.until(110).times(100)).toEqual([near(102.2)])
  })
  test('RD-49 its own system hears what it says to all, and only that', () => {
    const lab = new Lab({ conf: eth0() }).until(20)
    const heard = () => lab.facts('ip.received').filter(({ event }) => event.interfaces.includes('router.eth0') && event.packet.payload.kind === 'RA').length
    expect(heard()).toBe(2)
    lab.solicit()
    expect(heard()).toBe(2)
    expect(new Lab({ profile: 'rfc' }).until(60).facts('ip.received').some(({ event }) => event.interfaces.includes('router.eth0'))).toBe(false)
  })
  test('RD-52 an interface that is not ready is looked at again after ten times the maximum', () => {
    const lab = new Lab({ conf: eth0(`${FAST} AdvLinkMTU 1600;`) }).until(10)
    expect(lab.ras()).toEqual([])
    // A device that tells nobody of its new size.
    ;(lab.sim.world.ip.interfaces['router.eth0' as never] as { linkMtu: number }).linkMtu = 9000
    expect(lab.until(50).times()).toEqual([near(40.02), near(44.02), near(48.02)])
  })
  test('RD-40 the source is the link-local address, or the first of AdvRASrcAddress that the interface has', () => {
    const port = { addresses: [`${ROUTER}/64`, 'fe80::7/64'] }
    const from = (options: string) => new Lab({ port, conf: eth0(`${FAST} ${options}`) }).until(1).ras().map(ra => ra.from)
    expect(from('')).toEqual([ROUTER])
    expect(from('AdvRASrcAddress { fe80::9; fe80::7; };')).toEqual(['fe80::7'])
    expect(from('AdvRASrcAddress { fe80::9; };')).toEqual([])
  })
  test('RD-23 a fault that only the set-up finds: logged, and silent, or with IgnoreIfMissing off the end', () => {
    const silent = new Lab({ conf: eth0('MaxRtrAdvInterval 4;') }).until(100)
    expect(silent.logged).toContain('MinRtrAdvInterval for eth0 (1.32) must be at least 3.00 but no more than 3/4 of MaxRtrAdvInterval (3.00)')
    expect([silent.running, silent.ras().length]).toEqual([true, 0])
    const ended = new Lab({ conf: eth0('MaxRtrAdvInterval 4; IgnoreIfMissing off;') }).until(1)
    expect(ended.facts('radvd.exited').map(({ event }) => event.status)).toEqual([1])
    const missing = new Lab({ conf: 'interface eth9 { AdvSendAdvert on; IgnoreIfMissing off; };' }).until(1)
    expect(missing.running).toBe(false)
  })
  test('RD-25 the prefix ::/64 stands for those the interface has, without the link-local one', () => {
    const port = { addresses: [`${ROUTER}/64`, 'fd00:1::7/64', 'fd00:1::8/64', '2001:db8:5::1/56'] }
    const [ra] = new Lab({ port, conf: eth0(FAST, 'prefix ::/64 { AdvValidLifetime 500; AdvPreferredLifetime 400; };') }).until(1).ras()
    expect(ra!.prefixes).toEqual([['fd00:1::', 500, 400], ['2001:db8:5::', 500, 400]])
    expect(ra!.message.options.flatMap(option => option.kind === 'prefix' ? [option.length] : [])).toEqual([64, 56])
  })
  test('RD-36 forwarding that is off is noticed once: before the start by a line in the log, later by one advertisement', () => {
    const off = new Lab({ forwarding: false }).until(30)
    expect(new Set(off.ras().map(({ lifetime }) => lifetime))).toEqual(new Set([12]))
    expect(off.logged.some(text => text.includes('forwarding'))).toBe(true)
    const later = new Lab().until(10)
    later.ask({ type: 'ip.setForwarding', node: 'router', on: false })
    later.until(30)
    later.ask({ type: 'ip.setForwarding', node: 'router', on: true })
    later.ask({ type: 'ip.setForwarding', node: 'router', on: false })
    expect(later.until(50).ras(10).map(({ lifetime }) => lifetime === 0)).toEqual([true, ...Array.from({ length: later.ras(10).length - 1 }, () => false)])
  })
  test('RD-37 ND-19 options that do not fit go out in several messages at one moment, told as one advertisement', () => {
    const many = Array.from({ length: 60 }, (_, n) => `prefix fd00:${(n + 1).toString(16)}::/64 { };`).join(' ')
    const lab = new Lab({ conf: eth0(FAST, many) }).until(1)
    expect(lab.ras().map(({ at, prefixes }) => [at, prefixes.length])).toEqual([[near(0.02), 37], [near(0.02), 23]])
    expect(lab.facts('radvd.advertised').length).toBe(1)
  })
})

describe('lifetimes that shrink', () => {
  const shrinking = (valid: number, preferred: number) => eth0(FAST, `prefix ${PREFIX}/64 { DecrementLifetimes on; AdvValidLifetime ${valid}; AdvPreferredLifetime ${preferred}; };`)

  test('RD-38 whole seconds since the advertisement before, the rest forgotten; at 0 the prefix is left out', () => {
    const lab = new Lab({ conf: shrinking(60, 30) }).until(80), ras = lab.ras(), seen = ras.flatMap(({ prefixes }) => prefixes)
    let left = 30
    ras.forEach(({ at, prefixes }, n) => {
      if (n > 0) left -= Math.floor(at - ras[n - 1]!.at + 1e-9)
      expect(prefixes).toEqual(left > 0 ? [[PREFIX, left + 30, left]] : [])
    })
    expect(left).toBeLessThan(0)
    expect(seen.length).toBeLessThan(12)
  })
  test('RD-38 RD-59 SIGUSR1 makes them full again, counted from the advertisement before', () => {
    const lab = new Lab({ conf: shrinking(300, 200) }).until(15), before = lab.ras().at(-1)!
    lab.until(lab.sim.world.radvd.daemons['radvd' as never]!.advertisers[0]!.dueAt! / 1e6 - 0.1).signal('USR1')
    const [next] = lab.until(20).ras(15.001)
    expect(next!.prefixes).toEqual([[PREFIX, 300 - Math.floor(next!.at - before.at), 200 - Math.floor(next!.at - before.at)]])
    expect(next!.prefixes[0]![1]).toBeGreaterThan(before.prefixes[0]![1])
  })
  test('RD-38 as measured, infinity shrinks like any other lifetime, and what the last one deprecates does not shrink in it', () => {
    const lab = new Lab({ conf: shrinking(0xffffffff, 0xffffffff) }).until(15), [first, second] = lab.ras()
    expect(first!.prefixes).toEqual([[PREFIX, 0xffffffff, 0xffffffff]])
    const left = 0xffffffff - Math.floor(second!.at - first!.at + 1e-9)
    expect(second!.prefixes).toEqual([[PREFIX, left, left]])
    const last = (more: string) => {
      const ending = new Lab({ conf: shrinking(300, 200).replace('on; Adv', `on; ${more} Adv`) }).until(3.5)
      ending.signal('TERM')
      return ending.ras().at(-1)!.prefixes
    }
    expect([last('DeprecatePrefix on;'), last('')]).toEqual([[[PREFIX, 300, 0]], [[PREFIX, 297, 197]]])
  })
  test('RD-56 the last one: a deprecated prefix has preferred 0 and at most two hours', () => {
    const last = (options: string) => {
      const lab = new Lab({ conf: eth0(FAST, `prefix ${PREFIX}/64 { ${options} };`) }).until(5)
      lab.signal('TERM')
      return lab.ras().at(-1)!
    }
    expect(last('')).toMatchObject({ lifetime: 0, prefixes: [[PREFIX, 86_400, 14_400]] })
    expect(last('DeprecatePrefix on;')).toMatchObject({ lifetime: 0, prefixes: [[PREFIX, 7200, 0]] })
    expect(last('DeprecatePrefix on; AdvValidLifetime 500; AdvPreferredLifetime 400;').prefixes).toEqual([[PREFIX, 500, 0]])
  })
})
