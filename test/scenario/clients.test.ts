/** Expectations about clients, and files that a scenario names. */
import { describe, expect, test } from 'vitest'
import { SECOND } from '../../src/base/time.ts'
import { becauseOf, chainOf } from '../../src/scenario/chain.ts'
import { gatheringsOf } from '../../src/scenario/gatherings.ts'
import { narrate, plainStyle } from '../../src/scenario/narrative.ts'
import { perfetto } from '../../src/scenario/perfetto.ts'
import { summaryOf } from '../../src/scenario/summary.ts'
import { tracksOf } from '../../src/scenario/tracks.ts'
import { formatIssue } from '../../src/scenario/issue.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { simulate, type Run } from '../../src/scenario/run.ts'
import { stack, type SimEvent } from '../../src/models/stack.ts'
import { opposites } from '../support/negate.ts'
import { changed, LAN, TWO_HOSTS } from './systems.ts'

function run(text: string, expectations: readonly string[]): Run {
  const { scenario, issues } = loadScenario(`${text}expect:\n${expectations.map(each => `  - ${each}`).join('\n')}\n`, 'x.yaml')
  expect(issues.map(formatIssue)).toEqual([])
  return simulate(scenario!)
}

type Case = readonly [expectation: string, met: boolean, words: string]
const cases: readonly Case[] = [
  ['{ client: c }', true, 'at the end c has a live default router: router fe80::84cc:38ff:fe12:c7cf'],
  ['{ client: c, preferredIn: "fec0:1::/64", by: 10s }', true, 'c has a preferred address in fec0:1::/64 by 00:00:10: it has a preferred one'],
  ['{ client: c, preferredIn: "fec0:1::/64", by: 1s }', false, 'c has a preferred address in fec0:1::/64 by 00:00:01: it has none'],
  ['{ client: c, preferredIn: "fec0:9::/64" }', false, 'at the end c has a preferred address in fec0:9::/64: it has none'],
  ['{ client: c, address: deprecated, at: 31m30s }', true, 'at 00:31:30 c has a deprecated global address: it has a deprecated one'],
  ['{ client: c, address: none, at: 35m }', true, 'at 00:35:00 c has no global address: it has none'],
  ['{ client: c, address: preferred, at: 35m }', false, 'at 00:35:00 c has a preferred global address: it has none'],
  ['{ client: c, router: false, at: 35m }', true, 'at 00:35:00 c has no live default router: no router'],
  ['{ client: c, router: "fe80::9", at: 20m }', false, 'at 00:20:00 c has the live default router fe80::9: router fe80::84cc:38ff:fe12:c7cf'],
  ['{ client: c, address: none, at: 1h5m }', true, 'at 01:05:00 c has no global address: it has none'],
  ['{ client: c, withoutAddressBetween: [8m, 8m13s] }', true, 'c is without a global address for 8m to 8m 13s: 8m 7s without, 1 time (and 10m 2s of its own downtime)'],
  ['{ client: c, withoutRouterAtMost: 0s }', false, 'c keeps its router: 9m 36s without, 1 time (and 10m 1s of its own downtime)'],
  ['{ client: c, withoutPreferredAtLeast: 10m }', false, 'c is without a preferred address at least 10m: 9m 7s without, 1 time (and 10m 2s of its own downtime)'],
  ['{ client: outside, withoutAddressAtMost: 0s }', false, 'outside keeps its address: it configures no addresses itself'],
  ['{ from: c, reaches: outside, at: 20m }', true, 'at 00:20:00 c, asking outside, gets answers: answered'],
  ['{ from: c, reaches: "fec0:2::2", answered: false, at: 35m }', true, 'at 00:35:00 c, asking fec0:2::2, gets no answer: lost'],
  ['{ from: c, reaches: outside, lost: 0 }', false, 'c, asking outside, loses no echo request: 21 of 219 echo requests lost'],
  ['{ from: r, reaches: c }', false, 'at the end r, asking c, gets answers: nobody has asked'],
]

describe('a client whose router falls silent for ten minutes, and which IPLs later', () => {
  const done = run(LAN, cases.map(([expectation]) => expectation))
  done.verdict.results.forEach((result, index) => {
    const [expectation, met, words] = cases[index]!
    test(`${met ? 'met' : 'not met'}: ${expectation}`, () => {
      expect(`${result.says}: ${result.figures}`).toBe(words)
      expect(result.met).toBe(met)
    })
  })

  test('what is lost before anything was ever answered does not count as lost', () => {
    const early = run(changed('timeline:\n', 'timeline:\n  - { at: 100ms, do: { type: ip.ping, node: c, to: "fec0:2::2" } }\n', LAN), ['{ from: c, reaches: outside, lost: 21 }'])
    expect(early.trace.find(({ event }) => event.type === 'ip.pingLost' || event.type === 'ip.replied')!.event.type).toBe('ip.pingLost')
    expect(early.verdict.results[0]!.figures).toBe('21 of 219 echo requests lost')
  })

  test('each has opposites, none of which is met', () => {
    const negated = done.verdict.results.flatMap(({ met, expectation }) => met ? opposites(expectation, done) : [])
    expect(negated.length).toBeGreaterThan(done.verdict.results.filter(({ met }) => met).length)
    expect(simulate({ ...done.scenario, expect: negated }).verdict.results.filter(({ met }) => met).map(({ says }) => says)).toEqual([])
  })
})

describe('a radvd.conf beside the scenario', () => {
  const inline = /config: "[^"]*"/.exec(LAN)![0], files: Record<string, string> = { 'lan.conf': 'interface eth0\n{\n  AdvSendAdvert on;\n  prefix fec0:1::/64 { };\n};\n', 'bad.conf': 'interface eth0\n{\n  AdvSndAdvert on;\n};\n' }
  const beside = { readFile: (path: string) => files[path], fileNames: () => [...Object.keys(files), 'scenario.yaml'] }
  const load = (text: string, ...more: (typeof beside)[]) => loadScenario(text, 'x.yaml', stack, ...more)
  const issues = (config: string, ...more: (typeof beside)[]) => load(changed(inline, config, LAN), ...more).issues.map(formatIssue)

  test('is read, and its text is what the daemon runs with', () => {
    const { scenario, issues } = load(changed(inline, 'config: lan.conf', LAN), beside)
    expect(issues).toEqual([])
    expect(scenario!.configs.radvd.daemons['ra' as never]!.config).toEqual({ file: 'lan.conf', text: files['lan.conf'] })
  })

  test('that is not there is an issue where it is named, with the name that was probably meant', () => {
    expect(issues('config: lann.conf', beside)).toEqual(['x.yaml:18:49: found "lann.conf", expected a file beside the scenario: there is none of this name; did you mean "lan.conf"?'])
    expect(issues('config: other.conf', { ...beside, fileNames: () => ['radvd.conf.old', 'seed-radvd.conf'] })).toEqual(['x.yaml:18:49: found "other.conf", expected a file beside the scenario, such as radvd.conf.old or seed-radvd.conf: there is none of this name'])
  })

  test('that radvd would not read is an issue in that file, at its line and column', () => {
    expect(issues('config: bad.conf', beside)).toEqual([expect.stringMatching(/^bad\.conf:3:3: error: .*AdvSndAdvert.*did you mean "AdvSendAdvert"/)])
  })

  test('written into the scenario it is told where the scenario has it', () => {
    expect(issues('config: "interface eth0 { AdvSndAdvert on; };"', beside)).toEqual([expect.stringMatching(/^x\.yaml:18:49: found .*expected a radvd\.conf that radvd reads; radvd\.conf:1:18: error/)])
  })

  test('without anybody who reads files its text is expected', () => {
    expect(issues('config: lan.conf')).toEqual(['x.yaml:18:49: found "lan.conf", expected the text of a radvd.conf, or { file, text }: no files are read here'])
  })

  test('may be what a running daemon is given instead', () => {
    const text = changed('{ at: 30m, do: { type: radvd.signal, daemon: ra, signal: KILL } }', '{ at: 30m, do: [{ type: radvd.writeConf, daemon: ra, text: lan.conf }] }', LAN)
    expect(load(text, beside).scenario!.timeline[0]!.request).toEqual({ type: 'radvd.writeConf', daemon: 'ra', text: files['lan.conf'] })
    expect(load(text.replace('lan.conf', 'lam.conf'), beside).issues.map(formatIssue)).toEqual([expect.stringMatching(/^x\.yaml:23:\d+: found "lam\.conf".*did you mean "lan\.conf"/)])
  })
})

describe('names of a network', () => {
  const issues = (from: string, to: string) => loadScenario(changed(from, to, LAN), 'x.yaml').issues.map(formatIssue)
  const cases: readonly (readonly [what: string, from: string, to: string, issue: string])[] = [
    ['the node of a daemon', 'on: r, profile: radvd', 'on: q, profile: radvd', 'found the node "q", expected c, r or outside; did you mean "c"?'],
    ['the node of a need', 'preferredAddress: c', 'preferredAddress: cc', 'found the node "cc", expected c, r or outside; did you mean "c"?'],
    ['the node that is to be reached', 'to: outside', 'to: outsid', 'found the node "outsid", expected c, r or outside; did you mean "outside"?'],
    ['a port of a switch', 'ports: { r: {}, c: {} }', 'ports: { r: {}, cc: {} }', 'cc'],
    ['the end of a cable', 'outside.eth0], latency', 'outside.eth1], latency', 'found the port "outside.eth1"'],
    ['the interface of a route', 'interface: outside.eth0', 'interface: outside.eth9', 'found the interface "outside.eth9", expected c.eth0, r.eth0, r.eth1 or outside.eth0; did you mean "outside.eth0"?'],
    ['the daemon of a request', 'daemon: ra, signal', 'daemon: rad, signal', 'found the daemon "rad", expected ra; did you mean "ra"?'],
    ['a link in a request', 'type: radvd.signal, daemon: ra, signal: KILL', 'type: net.cut, link: ioa', 'found the link "ioa", expected'],
    ['the interface of a request', 'type: radvd.signal, daemon: ra, signal: KILL', 'type: ip.setInterface, interface: c.eth1, up: false', 'found the interface "c.eth1", expected c.eth0'],
    ['the node of a request', 'type: radvd.signal, daemon: ra, signal: KILL', 'type: ip.setForwarding, node: rr, on: false', 'found the node "rr", expected c, r or outside; did you mean "r"?'],
    ['the switch of a request', 'type: radvd.signal, daemon: ra, signal: KILL', 'type: vswitch.setMode, switch: ETHERNET1, mode: vepa', 'found the switch "ETHERNET1", expected ETHERNET0; did you mean "ETHERNET0"?'],
    ['the client of an expectation', 'timeline:', 'expect: [{ client: cd }]\ntimeline:', 'found the node "cd", expected c, r or outside; did you mean "c"?'],
    ['whom an expectation wants to be reached', 'timeline:', 'expect: [{ from: c, reaches: outsde }]\ntimeline:', 'found the node "outsde", expected c, r or outside; did you mean "outside"?'],
    ['the interface of an event', 'timeline:', 'expect: [{ never: { type: slaac.routerRemoved, interface: c.eht0 } }]\ntimeline:', 'found the interface "c.eht0", expected c.eth0, r.eth0, r.eth1 or outside.eth0; did you mean "c.eth0"?'],
    ['the end towards which a cable is cut', 'type: radvd.signal, daemon: ra, signal: KILL', 'type: net.cut, link: ioa0, towards: c.eth0', 'found the port "c.eth0", expected r.eth1 or outside.eth0'],
    ['the client of an event', 'timeline:', 'expect: [{ never: { type: service.routerLost, client: cc } }]\ntimeline:', 'found the node "cc", expected c, r or outside; did you mean "c"?'],
  ]
  for (const [what, from, to, issue] of cases) test(`${what} must exist`, () => {
    const found = issues(from, to)
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(issue)
    expect(found[0]).toMatch(/^x\.yaml:\d+:\d+: /)
  })
})

test.each([
  ['an address of a group', '"fec0:1::1/64"', '"ff02::1/64"', 'found "ff02::1/64", expected the address of one interface'],
  ['no address', '"fec0:1::1/64"', '"::/64"', 'found "::/64", expected the address of one interface'],
  ['the same address twice, however it is written', '"fec0:1::1/64"', '"fec0:1::1/64", "FEC0:1:0::1/64"', 'found "FEC0:1:0::1/64" a second time, expected each address once'],
  ['a node that asks itself', 'to: outside', 'to: c', 'found "c" at both ends, expected another node than the one that asks'],
  ['a misspelt key beside the name of a client', 'timeline:', 'expect: [{ client: c, withoutRouterAtmost: 1m }]\ntimeline:', 'unknown key "withoutRouterAtmost" in expect[0], expected withoutRouterAtMost'],
] as const)('%s is reported', (_, from, to, issue) => {
  expect(loadScenario(changed(from, to, LAN), 'x.yaml').issues.map(formatIssue)).toEqual([expect.stringContaining(issue)])
})

test('a service that never was up meets no expectation but that it is down', () => {
  const never = LAN.replace('preferredAddress: c', 'defaultRouter: r')
  const results = run(never, ['{ service: net, downAtMost: 0s }', '{ service: net, outages: 0 }', '{ service: net, up: false }']).verdict.results
  expect(results.map(({ met, figures }) => [met, figures])).toEqual([[false, 'it never was up'], [false, 'it never was up'], [true, 'down']])
})

describe('a run of a network, told', () => {
  const told = (text: string, lines = 40) => narrate(simulate(loadScenario(text, 'x.yaml').scenario!), 'x.yaml', 'again', { ...plainStyle, lines }).join('\n')
  const crash = changed(/ {2}- \{ at: 30m[^]*$/.exec(LAN)![0], '  - { at: 30m, do: { type: hypervisor.crash, guest: r, down: 10m } }\n', LAN)

  test('says who kept what, and for how many seconds the others did not, and why', () => {
    expect(told(LAN).replaceAll(/\s+/g, ' ')).toMatch(/Clients: c was without an address for 8m \d+s, without a live router for 9m \d+s, and 10m 2s by its own downtime: at 00:30:00 ra is killed/)
    const without = LAN.replace(/ {2}- \{ at: [34]0m.*\n/g, '')
    expect(told(without)).toContain('Clients: c keeps its address and its router, but for its own downtime (10m 2s)')
  })

  test('names the profiles, and what has not been held against the real thing', () => {
    expect(told(LAN)).toContain('Profiles: rfc (c, outside), linux (r) and radvd-2.19 (ra); i5/OS hosts by the\n  standards (rfc): not verified against the real thing')
    expect(told(LAN)).toContain('Site-local: fec0:1::/64 works, though RFC 3879 has deprecated fec0::/10')
    expect(told(TWO_HOSTS)).not.toMatch(/Profiles|Clients|Site-local/)
  })

  test('silence is explained by what silenced', () => {
    const run = simulate(loadScenario(crash, 'x.yaml').scenario!), of = (type: string) => run.trace.find(({ event }) => event.type === type)!.seq
    for (const type of ['service.routerLost', 'service.wentDown']) expect(becauseOf(run, of(type))).toMatch(/^at 00:30:00 r crashes/)
    const before = simulate(loadScenario(crash.replace('timeline:\n', 'timeline:\n  - { at: 10m, do: { type: net.cut, link: ioa0 } }\n  - { at: 11m, do: { type: net.mend, link: ioa0 } }\n'), 'x.yaml').scenario!)
    expect(becauseOf(before, before.trace.find(({ event }) => event.type === 'service.routerLost')!.seq), 'what is over explains nothing').toMatch(/^at 00:30:00 r crashes/)
    const cut = simulate(loadScenario(crash.replace('type: hypervisor.crash, guest: r, down: 10m', 'type: net.cut, link: ioa0'), 'x.yaml').scenario!)
    expect(becauseOf(cut, cut.trace.find(({ event }) => event.type === 'service.wentDown')!.seq)).toMatch(/^at 00:30:00 ioa0 loses every frame, and nobody is told, then at 00:\d\d:\d\d net is down: c gets no answer from outside$/)
  })

  test('who lost its router while the last answer was under way, or long before it asked, is explained by that; nobody asks because he has asked before', () => {
    const text = LAN.replace(/timeline:[^]*$/, '').replace('[{ preferredAddress: c }, { defaultRouter: c }, ', '[').replace('every: 30s', 'every: 10s')
    const downBy = (request: string) => {
      const run = simulate(loadScenario(`${text}timeline: [{ at: 30m, do: ${request} }]\n`, 'x.yaml').scenario!), down = run.trace.find(({ event }) => event.type === 'service.wentDown')!
      return { because: becauseOf(run, down.seq), links: chainOf(run, down.seq).length }
    }
    expect(downBy('{ type: hypervisor.powerOff, guest: r }').because).toMatch(/^at 00:30:00 r is powered off/)
    expect(downBy('{ type: radvd.signal, daemon: ra, signal: KILL }').because).toMatch(/^at 00:30:00 ra is killed/)
    expect(downBy('{ type: ip.removeRoute, node: outside, destination: "::/0", via: "fec0:2::1", interface: outside.eth0 }').links).toBeLessThan(5)
  })

  test('a router that is heard but does not hear any more is explained by the cut, however often it is given up', () => {
    const cut = simulate(loadScenario(LAN.replace(/timeline:[^]*$/, 'timeline: [{ at: 30m, do: { type: net.cut, link: ETHERNET0/r.eth0, towards: r.eth0 } }]\n'), 'x.yaml').scenario!)
    const lost = cut.trace.filter(({ event }) => event.type === 'service.routerLost')
    expect(lost.length).toBeGreaterThan(1)
    for (const { seq } of lost) expect(becauseOf(cut, seq)).toMatch(/^at 00:30:00 ETHERNET0\/r\.eth0 loses every frame towards r\.eth0/)
  })

  test('where space is short what caused several failures is told once', () => {
    const failing = `${crash}expect: [{ service: net, downAtMost: 0s }, { client: c, withoutRouterAtMost: 0s }, { from: c, reaches: outside, lost: 0 }]\n`
    expect(told(failing, 90).match(/because at 00:30:00 r crashes/g)).toHaveLength(3)
    const brief = told(failing, 26)
    expect(brief.match(/because at 00:30:00 r crashes/g)).toHaveLength(1)
    expect(brief.match(/because of the same, at 00:30:00/g)).toHaveLength(2)
  })

  test('of several clients those that were down themselves are named', () => {
    const two = changed('ports: { r: {}, c: {} }', 'ports: { r: {}, c: {}, e: {} }', LAN).replace(/ {2}- \{ at: [34]0m.*\n/g, '').replace('      r: { profile', '      e: {}\n      r: { profile')
    expect(told(two).replaceAll(/\s+/g, ' ')).toContain('Clients: c, e keep their addresses and their router, but for the own downtime of c (10m 2s)')
  })

  test('a router that refuses its settings when it starts is named, with what it refuses', () => {
    expect(told(LAN.replace('MaxRtrAdvInterval 10;', 'MaxRtrAdvInterval 10; AdvDefaultLifetime 5;')).replaceAll(/\s+/g, ' ')).toMatch(/Clients: c never had a global address Silent router: ra refuses to advertise on eth0: AdvDefaultLifetime for eth0 \(5\) must be zero or between 10 and 9000 \(radvd\.conf\)/)
    expect(told(LAN)).not.toContain('Silent router')
  })

  test('what happens to many at once is one sentence', () => {
    const many = Array.from({ length: 9 }, (_, n) => `c${n}`), text = crash
      .replace('      c: {}\n      r: {', `      c: {}\n${many.map(name => `      ${name}: {}\n`).join('')}      r: {`).replace('{ r: {}, c: {} }', `{ r: {}, c: {}, ${many.map(name => `${name}: {}`).join(', ')} }`)
    const lines = told(text, 60)
    expect(lines).toMatch(/9 clients have no live default router any more/)
    expect(lines.match(/no live default router any more/g)!.length).toBeLessThan(4)
  })

  test('who has lost it in between did not find it together with the others', () => {
    const lost = { type: 'service.preferredLost', own: false, because: 'x' }, regained = { type: 'service.preferredRegained', micros: 1, ownMicros: 0 }
    const says = (lostAt: number) => {
      const events = [{ at: 1, ...lost, client: 'a' }, { at: 10, ...regained, client: 'a' }, { at: lostAt, ...lost, client: 'b' }, { at: 12, ...regained, client: 'b' }].toSorted((x, y) => x.at - y.at)
      return [...gatheringsOf(events.map(({ at, ...event }, seq) => ({ at: at * SECOND, seq, cause: -1, event: event as unknown as SimEvent }))).says.values()]
    }
    expect(says(2)).toContain('a and b have a preferred global address again')
    expect(says(11).join()).not.toContain('again')
  })

  test('addresses and routers stand in the summary, and on tracks', () => {
    const run = simulate(loadScenario(LAN, 'x.yaml').scenario!), summary = summaryOf(run, 'x.yaml', 'again')
    expect(summary['clients']).toMatchObject({ c: { address: { times: 1, has: true, ownMicros: expect.any(Number) as number }, router: { times: 1 } } })
    expect(summary['profiles']).toEqual({ nodes: { c: 'rfc', r: 'linux', outside: 'rfc' }, daemons: { ra: 'radvd-2.19' } })
    const track = tracksOf(run).find(({ group, name }) => group === 'clients' && name === 'c')!
    expect(track.stretches.map(({ state }) => state)).toEqual(['not configured', 'no address', 'address and router', 'no router', 'neither', 'no address', 'address and router', 'its own downtime', 'no address', 'address and router'])
    expect((perfetto(run)['traceEvents'] as { cat?: string }[]).some(({ cat }) => cat === 'clients')).toBe(true)
  })
})
