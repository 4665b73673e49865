import { describe, expect, test } from 'vitest'
import { ALL, eth0, FAST, gaps, HOST, Lab, PREFIX, ROUTER, type LabOptions } from './lab.ts'
import { near } from './near.ts'

const rfc = (options: LabOptions = {}): Lab => new Lab({ profile: 'rfc', ...options })
const toAll = eth0('AdvRASolicitedUnicast off;')
const quiet = { forwarding: true }
const old = (lab: Lab, from = 0) => lab.ras(from).map(({ at, from: source, lifetime }) => [at, source, lifetime])

describe('the plan', () => {
  test('ND-9 DD-2 the first three draws are cut to 16 s, and only cut: shorter ones stay', () => {
    expect(gaps(rfc({ conf: eth0() }).until(300).times()).slice(0, 3)).toEqual([near(16), near(16), near(16)])
    const drawn = Array.from({ length: 30 }, (_, seed) => gaps(rfc({ conf: eth0('MinRtrAdvInterval 3; MaxRtrAdvInterval 60;'), seed }).until(60).times()).slice(0, 3)).flat()
    expect(drawn.filter(gap => gap > 16.001)).toEqual([])
    const cut = drawn.filter(gap => gap > 15.999).length
    expect(cut).toBeGreaterThan(30)
    expect(drawn.length - cut).toBeGreaterThan(5)
  })
  test('ND-8 DD-1 afterwards each multicast advertisement is followed by a draw between the intervals', () => {
    const later = gaps(rfc({ conf: eth0() }).until(40_000).times()).slice(3)
    expect(later.length).toBeGreaterThan(80)
    expect(Math.min(...later)).toBeGreaterThanOrEqual(198)
    expect(Math.max(...later)).toBeLessThanOrEqual(600)
    expect(Math.max(...later) - Math.min(...later)).toBeGreaterThan(350)
  })
  test('RD-27 a maximum below 9 s works without a minimum, which is then 0.75 of it, and never below 3 s', () => {
    expect(gaps(rfc({ conf: eth0('MaxRtrAdvInterval 4;') }).until(100).times()).every(gap => gap >= 3 && gap <= 4)).toBe(true)
    expect(gaps(rfc({ conf: eth0('MaxRtrAdvInterval 9;') }).until(300).times()).every(gap => gap >= 3 && gap <= 9)).toBe(true)
    expect(new Lab({ conf: eth0('MaxRtrAdvInterval 4;') }).until(100).times()).toEqual([])
  })
  test('intervals and lifetimes up to 65535 s (RFC 8319) are taken, more is not', () => {
    const lifetime = (options: string) => rfc({ conf: eth0(options) }).until(1).ras().map(ra => ra.lifetime)
    expect(lifetime('MaxRtrAdvInterval 65535;')).toEqual([65_535])
    expect(lifetime('AdvDefaultLifetime 65535;')).toEqual([65_535])
    expect(lifetime('MaxRtrAdvInterval 65536;')).toEqual([])
    expect(new Lab({ conf: eth0('AdvDefaultLifetime 9001;') }).until(1).ras()).toEqual([])
  })
  test('ND-7 ND-18 from the link-local address, hop limit 255, to all nodes; all options every time', () => {
    const lab = rfc({ conf: eth0(`${FAST} AdvLinkMTU 1400; RDNSS 2001:db8::1 { };`) }).until(30)
    for (const ra of lab.ras()) {
      expect([ra.from, ra.to]).toEqual([ROUTER, ALL])
      expect(ra.message.options.map(({ kind }) => kind)).toEqual(['prefix', 'rdnss', 'mtu', 'source-link-layer'])
    }
    expect(lab.facts('ip.sendOnLink').every(({ event }) => event.packet.hopLimit === 255)).toBe(true)
  })
  test('ND-24 the interval option says MaxRtrAdvInterval in milliseconds, and lets the intervals go down to 0.03 and 0.07 s', () => {
    const lab = rfc({ conf: eth0('AdvIntervalOpt on; MinRtrAdvInterval 0.03; MaxRtrAdvInterval 0.07; MinDelayBetweenRAs 0.03;') }).until(2)
    expect(lab.ras()[0]!.message.options).toContainEqual({ kind: 'interval', intervalMillis: 70 })
    const [...apart] = gaps(lab.times())
    expect(apart.length).toBeGreaterThan(25)
    expect(Math.min(...apart)).toBeGreaterThanOrEqual(0.03 - 1e-9)
    expect(Math.max(...apart)).toBeLessThanOrEqual(0.07 + 1e-9)
  })
  test('ND-22 the link-local prefix is not advertised', () => {
    expect(rfc({ conf: eth0(FAST, 'prefix fe80::/64 { }; prefix fd00::/64 { };') }).until(1).ras()[0]!.prefixes.map(([prefix]) => prefix)).toEqual(['fd00::'])
  })
})

describe('which interfaces advertise', () => {
  test('ND-4 none without AdvSendAdvert, without an assigned link-local address, or while it is down', () => {
    expect(rfc({ conf: `interface eth0 { prefix ${PREFIX}/64 { }; };` }).until(100).ras()).toEqual([])
    const lab = rfc({ conf: eth0(FAST), port: { addresses: [] } }).until(5)
    lab.ask({ type: 'ip.addAddress', interface: 'router.eth0', address: ROUTER, origin: 'link-local', dad: true, delayed: false })
    expect(lab.until(8).times()[0]).toBe(6)
    lab.ask({ type: 'ip.setInterface', interface: 'router.eth0', up: false })
    expect(lab.until(30).times(8.001)).toEqual([])
  })
  test('ND-5 ND-4 a solicitation on an interface that does not advertise is not answered', () => {
    const lab = rfc({ conf: `interface eth0 { prefix ${PREFIX}/64 { }; };` }).until(10)
    lab.solicit()
    expect(lab.until(12).ras()).toEqual([])
  })
  test('ND-6 a router listens to all routers', () => {
    expect(rfc().sim.world.ip.interfaces['router.eth0' as never]!.groups['ff02::2']).toBeGreaterThan(0)
  })
  test('an interface that comes back begins as in the beginning, three seconds apart at least', () => {
    const lab = rfc({ conf: eth0() }).until(100)
    const bounce = () => [false, true].forEach(up => lab.ask({ type: 'net.setLink', link: 'router.eth0', up }))
    bounce()
    expect(lab.until(132.1).times(99)).toEqual([near(100), near(116), near(132)])
    lab.until(132.5)
    bounce()
    expect(lab.until(136).times(132.2)).toEqual([near(135)])
  })
})

describe('solicitations', () => {
  const answersOf = (conf: string, asked: readonly number[], seeds = 40, source = HOST) => Array.from({ length: seeds }, (_, seed) => {
    const lab = rfc({ conf, seed })
    for (const at of asked) lab.until(at).solicit({ source })
    return lab.until(asked.at(-1)! + 5).ras(asked[0]).map(({ at, to }) => [at - asked[0]!, to] as const)
  })

  test('ND-12 DD-3 an answer to one waits up to half a second, a different time each time', () => {
    const answers = answersOf(eth0(), [100]), waits = answers.map(([first]) => first![0])
    expect(answers.every(each => each.length === 1 && each[0]![1] === HOST)).toBe(true)
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...waits)).toBeLessThanOrEqual(0.5)
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(0.35)
  })
  test('ND-12 one answer for several questions, its delay counted from the first', () => {
    for (const answers of answersOf(eth0(), [100, 100, 100])) expect(answers.length).toBe(1)
    for (const answers of answersOf(toAll, [100, 100, 100.0001])) expect(answers.length).toBe(1)
    for (const conf of [eth0(), toAll]) {
      const alone = answersOf(conf, [100], 15), again = answersOf(conf, [100, 100.2], 15)
      expect(again.map(([first]) => first)).toEqual(alone.map(([first]) => first))
    }
  })
  test('ND-12 what is due anyway before that is the answer', () => {
    const due = rfc({ conf: eth0() }).until(16.5).times()[1]!
    const lab = rfc({ conf: eth0() }).until(due - 0.000_002)
    lab.solicit()
    expect(lab.until(20).ras(1).map(({ at, to }) => [at, to])).toEqual([[due, ALL]])
  })
  test('ND-13 DD-4 by multicast, not within three seconds of the last one: then and a draw', () => {
    for (const [first] of answersOf(toAll, [17])) {
      expect(first![0]).toBeGreaterThanOrEqual(2)
      expect(first![0]).toBeLessThanOrEqual(2.5)
    }
    for (const [first] of answersOf(toAll, [100])) expect(first![0]).toBeLessThanOrEqual(0.5)
  })
  test('ND-14 an answer to one leaves the plan alone, one to all moves it', () => {
    const due = (lab: Lab) => lab.sim.world.radvd.daemons['radvd' as never]!.advertisers[0]!.dueAt!
    const one = rfc({ conf: eth0() }).until(100), before = due(one)
    one.solicit()
    expect(due(one.until(101))).toBe(before)
    const all = rfc({ conf: toAll }).until(100)
    all.solicit()
    const sent = all.until(101).times(99)[0]!
    expect(due(all) / 1e6 - sent).toBeGreaterThanOrEqual(198)
  })
  test('a solicitation of nobody is answered to all', () => {
    expect(answersOf(eth0(), [100], 5, '::').every(each => each.length === 1 && each[0]![1] === ALL)).toBe(true)
  })
  test('RD-33 solicitations in the beginning are answered like all others', () => {
    for (const [first] of answersOf(toAll, [2])) expect(first![0]).toBeLessThanOrEqual(1.5)
  })
  test('a flood of them is answered once, to all', () => {
    const lab = rfc({ conf: eth0() }).until(100)
    for (let n = 0; n < 500; n++) lab.solicit({ source: `fe80::1:${n.toString(16)}` })
    const answers = lab.until(103).ras(100)
    expect(answers.length).toBeLessThanOrEqual(65)
    expect(answers.filter(({ to }) => to === ALL).length).toBe(1)
  })
})

describe('ceasing to be a router', () => {
  test.each([1, 2, 3])('ND-16 %i final advertisements, three seconds apart, then the end', count => {
    const lab = rfc({ conf: eth0(), daemon: { finalAdvertisements: count } }).until(100)
    lab.signal('TERM')
    lab.until(400)
    expect(old(lab, 100)).toEqual([100, 103, 106].slice(0, count).map(at => [near(at), ROUTER, 0]))
    expect(lab.facts('radvd.exited').map(({ at, event }) => [at / 1e6, event.status])).toEqual([[100 + 3 * (count - 1), 0]])
  })
  test('ND-16 three unless it is said otherwise, and none of them within three seconds of the last', () => {
    const lab = rfc({ conf: eth0() }).until(17)
    lab.signal('INT')
    expect(old(lab.until(60), 17)).toEqual([19, 22, 25].map(at => [near(at), ROUTER, 0]))
  })
  test('ND-17 forwarding that is off: router lifetime 0 in every advertisement from now on, and three of them soon', () => {
    const lab = rfc({ conf: eth0('AdvDefaultPreference high;') }).until(100)
    lab.ask({ type: 'ip.setForwarding', node: 'router', on: false })
    const off = lab.until(2000).ras(100)
    expect(off.slice(0, 3).map(({ at }) => at)).toEqual([near(100), near(116), near(132)])
    expect(off.every(({ lifetime, message }) => lifetime === 0 && message.preference === 'medium')).toBe(true)
    expect(off[0]!.prefixes).toEqual([[PREFIX, 86_400, 14_400]])
    lab.ask({ type: 'ip.setForwarding', node: 'router', on: true })
    expect(lab.until(2010).ras(2000)[0]).toMatchObject({ lifetime: 1800, message: { preference: 'high' } })
    expect(rfc({ ...quiet, forwarding: false }).until(10).ras().every(({ lifetime }) => lifetime === 0)).toBe(true)
  })
  test('ND-10 a file that is read again is advertised as in the beginning', () => {
    const lab = rfc({ conf: eth0() }).until(100)
    lab.write(eth0('', 'prefix fd00:2::/64 { };'))
    lab.signal('HUP')
    const after = lab.until(140).ras(100)
    expect(after.map(({ at, prefixes }) => [at, prefixes[0]![0]])).toEqual([100, 116, 132].map(at => [near(at), 'fd00:2::']))
  })
  test('ND-16 an interface that is no longer in the file, or no longer to advertise, says so', () => {
    for (const conf of [`interface eth0 { AdvSendAdvert off; prefix ${PREFIX}/64 { }; };`, 'interface eth1 { AdvSendAdvert on; };']) {
      const lab = rfc({ conf: eth0() }).until(100)
      lab.write(conf)
      lab.signal('HUP')
      expect(old(lab.until(1000), 100)).toEqual([100, 103, 106].map(at => [near(at), ROUTER, 0]))
      expect(lab.running).toBe(true)
    }
  })
  test('a file that cannot be read is not taken, the old one goes on', () => {
    const lab = rfc().until(10)
    lab.write('interface eth0 { AdvSendAdvert maybe; };')
    lab.signal('HUP')
    expect(lab.until(30).times(10.001).length).toBeGreaterThan(4)
  })
  test('ND-21 another link-local address: goodbye from the old one, and a beginning from the new one', () => {
    const lab = rfc({ conf: eth0() }).until(100)
    lab.ask({ type: 'ip.addAddress', interface: 'router.eth0', address: 'fe80::77', origin: 'link-local', dad: false })
    lab.ask({ type: 'ip.removeAddress', interface: 'router.eth0', address: ROUTER })
    expect(old(lab.until(130), 100)).toEqual([...[100, 103, 106].map(at => [near(at), ROUTER, 0]), ...[109, 125].map(at => [near(at), 'fe80::77', 1800])])
  })
})

describe('other routers', () => {
  const theirs = (valid: number, preferred: number, prefix = PREFIX) => ({
    kind: 'prefix' as const, prefix, length: 64, onLink: true, autonomous: true, routerAddress: false, dhcpv6PdPreferred: false, validSeconds: valid, preferredSeconds: preferred,
  })
  const found = (payload: Parameters<Lab['hear']>[0], options = FAST, source = HOST) => {
    const lab = rfc({ conf: eth0(options) }).until(5)
    lab.hear(payload, source)
    lab.hear(payload, source)
    return lab.facts('radvd.disagreed').map(({ event }) => event.about)
  }

  test('ND-20 what they disagree about is told once and changes nothing', () => {
    expect(found({ hopLimit: 32, managed: true, otherConfig: true, reachableTimeMillis: 5, retransTimerMillis: 6, options: [{ kind: 'mtu', mtu: 1400 }, theirs(600, 300)] },
      `${FAST} AdvReachableTime 7; AdvRetransTimer 8; AdvLinkMTU 1500;`)).toEqual([
      'AdvCurHopLimit', 'AdvManagedFlag', 'AdvOtherConfigFlag', 'AdvReachableTime', 'AdvRetransTimer', 'AdvLinkMTU',
      `AdvValidLifetime of ${PREFIX}/64`, `AdvPreferredLifetime of ${PREFIX}/64`,
    ])
  })
  test('ND-20 zero says nothing, other prefixes are no disagreement, and neither are preferences', () => {
    expect(found({ hopLimit: 0, reachableTimeMillis: 0, preference: 'high', options: [theirs(1, 1, 'fd00::'), theirs(86_400, 14_400)] }, `${FAST} AdvReachableTime 7; AdvLinkMTU 1500;`)).toEqual([])
  })
  test('ND-20 ND-44 an invalid advertisement is compared with nothing', () => {
    expect(found({ managed: true }, FAST, 'fd00::5')).toEqual([])
  })
  test('ND-20 the routers that are remembered are bounded', () => {
    const lab = rfc().until(5)
    for (let n = 1; n < 200; n++) lab.hear({ managed: true }, `fe80::${n.toString(16)}`)
    expect(lab.facts('radvd.disagreed').length).toBe(16)
  })
})

describe('lifetimes and remedies', () => {
  const prefix = (options: string) => `prefix ${PREFIX}/64 { ${options} };`

  test('lifetimes that shrink are counted from the start, and go on being advertised until the prefix is invalid', () => {
    const lab = rfc({ conf: eth0(FAST, prefix('DecrementLifetimes on; AdvValidLifetime 60; AdvPreferredLifetime 30;')) }).until(90)
    for (const { at, prefixes } of lab.ras())
      expect(prefixes).toEqual(at >= 60 ? [] : [[PREFIX, 60 - Math.floor(at), Math.max(0, 30 - Math.floor(at))]])
    lab.signal('USR1')
    const [again] = lab.until(95).ras(90)
    expect(again!.prefixes[0]![1]).toBeGreaterThan(54)
  })
  test('ND-68 ND-69 a prefix that was advertised before a restart is deprecated, for those hosts that may still have it', () => {
    const run = (deprecateRememberedPrefixes: boolean) => {
      const lab = rfc({ conf: eth0(FAST, prefix('AdvValidLifetime 9000; AdvPreferredLifetime 4000;')), daemon: { deprecateRememberedPrefixes } }).until(100)
      lab.signal('KILL')
      lab.write(eth0(FAST, 'prefix fd00:2::/64 { };'))
      lab.ask({ type: 'radvd.start', daemon: 'radvd' })
      const [first] = lab.until(104).ras(100)
      return { first: first!.prefixes, later: lab.until(9200).ras(9150)[0]!.prefixes }
    }
    const fresh = ['fd00:2::', 86_400, 14_400]
    expect(run(false)).toEqual({ first: [fresh], later: [fresh] })
    expect(run(true)).toEqual({ first: [fresh, [PREFIX, 7200, 0]], later: [fresh] })
  })
  test('ND-69 short lifetimes: three advertisements long, and twice that until invalid; shorter ones stay', () => {
    const lifetimes = (options: string, more = '') => rfc({ conf: eth0(more, prefix(options)), daemon: { shortPrefixLifetimes: true } }).until(1).ras()[0]!.prefixes[0]!.slice(1)
    expect(lifetimes('')).toEqual([3600, 1800])
    expect(lifetimes('', 'MaxRtrAdvInterval 100; AdvDefaultLifetime 900;')).toEqual([1800, 900])
    expect(lifetimes('AdvValidLifetime 500; AdvPreferredLifetime 400;')).toEqual([500, 400])
  })
})
