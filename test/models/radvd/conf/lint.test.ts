/** What the linter says, rule by rule: place, degree, reason, and what was probably meant. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { must } from '../../../../src/base/assert.ts'
import { lint } from '../../../../src/models/radvd/conf/lint.ts'
import { parseRadvdConf } from '../../../../src/models/radvd/conf/parse.ts'
import { startUp } from '../../../../src/models/radvd/conf/start.ts'
import { ROOT } from '../../../support/source.ts'
import { eth0, lines } from './recorded.ts'

const SEED = readFileSync(join(ROOT, 'scenarios/seed-radvd.conf'), 'utf8')
const GOOD = 'AdvSendAdvert on; AdvDefaultPreference high; prefix fd00:1::/64;'
/** With a suffix of ten characters more they take 2048 octets. */
const SUFFIXES = Array.from({ length: 39 }, (_, n) => `${'a'.repeat(48)}${10 + n}`).join(' ')
/** Rules and degrees only. */
const rules = (options: string): string[] => lint(parseRadvdConf(eth0(`${GOOD} ${options}`))).map(({ rule, severity }) => `${severity} ${rule}`)

describe('files', () => {
  test('RD-60 RD-61 ND-71 the configuration of the founding article is accepted, its prefix is deprecated, and one router is no redundancy', () => {
    const { conf } = parseRadvdConf(SEED)
    expect(conf?.interfaces).toMatchObject([{ name: 'eth0', advSendAdvert: true, maxRtrAdvIntervalSeconds: 600, prefixes: [{ prefix: 'fec0:301:0:1234::', length: 64, advOnLink: true, advAutonomous: true, advValidLifetimeSeconds: 86400, advPreferredLifetimeSeconds: 14400 }] }])
    expect(startUp(must(conf?.interfaces[0], 'accepted')).settled).toMatchObject({ advDefaultLifetimeSeconds: 1800, minRtrAdvIntervalSeconds: 198, advCurHopLimit: 64, advManagedFlag: false, advOtherConfigFlag: false, advSourceLlAddress: true })
    const found = lint(parseRadvdConf(SEED))
    expect(found.map(({ line, column, severity, rule }) => [line, column, severity, rule])).toEqual([[7, 11, 'warning', 'single-router'], [11, 12, 'warning', 'site-local']])
    expect(found[0]?.text).toContain('no redundancy: hosts keep a silent default router for up to 1800 s')
    expect(found[1]?.text).toBe('fec0:301:0:1234::/64 is site-local: fec0::/10 is deprecated (RFC 3879), use a prefix from fd00::/8 (RFC 4193) or a global one')
  })

  test('a file with nothing unwise in it gets no word', () => {
    expect(rules('MaxRtrAdvInterval 30; RDNSS fd00::53 { AdvRDNSSLifetime 60; }; route fd00:2::/48 { };')).toEqual([])
    expect(lines(eth0('AdvSendAdvert on; AdvDefaultLifetime 0; prefix 2a00:1450::/64;'), [])).toEqual([])
  })

  test('a file that is refused is not advised upon', () => {
    expect(lines(eth0('AdvSendAdvert of; prefix fec0::/64;'), [])).toEqual(['1:32: error: found "of", AdvSendAdvert takes on or off; did you mean "on"? [value]'])
  })
})

describe('refusals', () => {
  const reasons: readonly (readonly [options: string, line: string])[] = [
    ['advsendadvert on;', '1:18: error: "advsendadvert" is not known: keywords are case sensitive before radvd 2.20; did you mean "AdvSendAdvert"? [case]'],
    ['AdvSendAdverts on;', '1:18: error: radvd knows no "AdvSendAdverts" in an interface block; did you mean "AdvSendAdvert"? [unknown-option]'],
    ['AdvFrobnicate on;', '1:18: error: radvd knows no "AdvFrobnicate" in an interface block [unknown-option]'],
    ['AdvValidLifetime 5;', '1:18: error: "AdvValidLifetime" belongs in a prefix block, not in an interface block [wrong-block]'],
    ['AdvSendAdvert yes;', '1:32: error: found "yes", AdvSendAdvert takes on or off; did you mean "on"? [value]'],
    ['AdvSendAdvert ;', '1:32: error: a value is missing: AdvSendAdvert takes on or off [value]'],
    ['AdvDefaultLifetime 12.5;', '1:37: error: found "12.5", AdvDefaultLifetime takes a whole number up to 4294967295; only the three intervals take decimals [value]'],
    ['AdvDefaultLifetime 30m;', '1:37: error: found "30m", AdvDefaultLifetime takes a whole number up to 4294967295; did you mean "1800"? [value]'],
    ['AdvDefaultLifetime -1;', '1:37: error: found "-1", AdvDefaultLifetime takes a whole number up to 4294967295, nothing below zero [value]'],
    ['AdvRetransTimer 4294967296;', '1:34: error: 4294967296 is too large, AdvRetransTimer takes a whole number up to 4294967295 [value]'],
    ['AdvDefaultPreference 1;', '1:39: error: found "1", AdvDefaultPreference takes low, medium or high; did you mean "high"? [value]'],
    ['prefix fd00::/64 { AdvValidLifetime forever; };', '1:54: error: found "forever", AdvValidLifetime takes whole seconds up to 4294967295, or infinity; did you mean "infinity"? [value]'],
    ['AdvSendAdvert on\nAdvManagedFlag on;', '1:34: error: ";" is missing behind AdvSendAdvert "on" [semicolon]'],
    ['prefix fd00:: { };', '1:32: error: found "{", expected "/" behind the prefix [syntax]'],
    ['prefix ::1/64;', '1:25: error: radvd reads no address that begins with "::" and goes on; did you mean "0::1"? [address]'],
    ['prefix 12345::/64;', '1:25: error: "12345::" is no IPv6 address [address]'],
    ['prefix 10.0.0.0/8;', '1:25: error: found "10.0.0.0", expected a prefix, such as fd00:1::/64: dotted numbers are not read [address]'],
    ['clients { fe80::1%eth0; };', '1:28: error: found "fe80::1%eth0": an address in this file has no zone; did you mean "fe80::1"? [address]'],
    ['prefix fd00::/129;', '1:32: error: a prefix length is at most 128, not 129 [prefix-length]'],
    ['prefix fd00::/64 { AdvValidLifetime 100; };', '1:37: error: AdvPreferredLifetime 14400 (the default) is greater than AdvValidLifetime 100 [preferred-above-valid]'],
    ['route fd00::/48;', '1:33: error: found ";", expected "{" behind the route (its braces are required) [syntax]'],
    ['DNSSL ex_ample.org { };', '1:24: error: "_" in the suffix "ex_ample.org": letters, digits, "-" and "." only [suffix]'],
    ['AdvCaptivePortalAPI "x";', '1:18: error: "AdvCaptivePortalAPI" is known from radvd 2.20 on, this is 2.19 [version]'],
    ['autoIgnorePrefixes { fd00::/64; };', '1:18: error: "autoIgnorePrefixes" is known from radvd 2.20 on, this is 2.19 [version]'],
    ['AdvSendAdvert on;|', '1:35: error: the character | stands nowhere in a radvd.conf but in comments, expected an option or "}" in an interface block [character]'],
  ]
  for (const [options, line] of reasons) test(`why ${JSON.stringify(options)} is refused`, () => {
    expect(lines(`interface eth0 { ${options} };\n`)).toEqual([line])
  })

  test('the end of a file: a comment without a line feed, a missing semicolon, a missing brace, nothing at all', () => {
    expect(lines('interface eth0 { };\n# the end')).toEqual(['2:1: error: a comment on the last line needs a line feed at its end [comment]'])
    expect(lines('interface eth0 { }\n')).toEqual(['1:19: error: ";" is missing behind the interface block of "eth0" [semicolon]'])
    expect(lines('interface eth0 {\n')).toEqual(['2:1: error: the file ends here, expected "}" behind the options of interface "eth0" [end]'])
    expect(lines('')).toEqual(['1:1: error: the file ends here, expected interface [end]'])
    expect(lines('interface eth0 { };\r\n')).toEqual(['1:20: error: a carriage return: radvd takes lines that end in a line feed only [crlf]'])
  })

  test('every fault is reported, each at its place, and a good statement between them is none', () => {
    expect(lines('interface eth0\n{\n  AdvSendAdvert yes;\n  AdvManagedFlag on\n  prefix fd00::/64 { AdvOnLin on; AdvAutonomous off; };\n  RDNSS fd00::1 fd00::2 fd00::3 fd00::4 { };\n};\ninterface eth0 { };\ninterfaces eth1 { };\n').map(line => line.replace(/ error.*\[/, ' ['))).toEqual(
      ['3:17: [value]', '4:20: [semicolon]', '5:22: [unknown-option]', '6:33: [rdnss-servers]', '8:11: [duplicate-interface]', '9:1: [unknown-option]'])
  })
})

describe('advice', () => {
  const cases: readonly (readonly [what: string, options: string, expected: readonly string[]])[] = [
    ['a link-local prefix', 'prefix fe80::/64;', ['warning link-local']],
    ['a multicast prefix', 'prefix ff02::/64;', ['warning multicast']],
    ['a prefix for documentation', 'prefix 2001:db8::/64;', ['note documentation']],
    ['a length without addresses', 'prefix fd00:2::/48;', ['warning prefix-length']],
    ['a length that is only on-link', 'prefix fd00:2::/48 { AdvAutonomous off; };', []],
    ['host bits', 'prefix fd00:2::1/64;', ['warning host-bits']],
    ['host bits that are meant', 'prefix fd00:2::1/64 { AdvRouterAddr on; };', []],
    ['the prefixes of the interface', 'prefix ::/64;', []],
    ['a prefix that says nothing', 'prefix fd00:2::/64 { AdvOnLink off; AdvAutonomous off; };', ['warning says-nothing']],
    ['the same prefix twice', 'prefix fd00:1::/64;', ['warning same-prefix']],
    ['a withdrawn prefix', 'prefix fd00:2::/64 { AdvValidLifetime 0; AdvPreferredLifetime 0; };', ['note withdrawn']],
    ['a deprecated prefix', 'prefix fd00:2::/64 { AdvPreferredLifetime 0; };', ['warning deprecated']],
    ['lifetimes below the interval', 'prefix fd00:2::/64 { AdvValidLifetime 500; AdvPreferredLifetime 599; };', []],
    ['a valid lifetime below the interval', 'prefix fd00:2::/64 { AdvValidLifetime 599; AdvPreferredLifetime 0; };', ['warning short-lifetime', 'warning deprecated']],
    ['a preferred lifetime below the interval', 'prefix fd00:2::/64 { AdvPreferredLifetime 599; };', ['warning short-lifetime']],
    ['a preferred lifetime of the interval', 'prefix fd00:2::/64 { AdvPreferredLifetime 600; };', []],
    ['a route below the interval', 'route fd00:2::/48 { AdvRouteLifetime 599; };', ['warning short-lifetime']],
    ['a route that is removed', 'route fd00:2::/48 { AdvRouteLifetime 0; };', []],
    ['host bits of a route', 'route fd00:2::1/48 { };', ['warning host-bits']],
    ['a site-local route', 'route fec0:1::/48 { };', ['warning site-local']],
    ['default routes that flap', 'route ::/0 { AdvRouteLifetime 0; };', ['warning default-route']],
    ['default routes that agree', 'route ::/0 { };', []],
    ['a preference of a route', 'route fd00:2::/48 { AdvRoutePreference -2; };', ['warning preference']],
    ['the default lifetime of name servers', 'RDNSS fd00::53 { };', ['warning dns-lifetime']],
    ['a lifetime of name servers equal to the interval', 'RDNSS fd00::53 { AdvRDNSSLifetime 600; };', ['warning dns-lifetime']],
    ['a lifetime of name servers below the interval', 'RDNSS fd00::53 { AdvRDNSSLifetime 599; };', ['warning dns-lifetime']],
    ['a good lifetime of name servers', 'RDNSS fd00::53 { AdvRDNSSLifetime 1200; };', []],
    ['a long lifetime of name servers', 'RDNSS fd00::53 { AdvRDNSSLifetime 1201; };', ['note dns-lifetime']],
    ['name servers that are withdrawn', 'RDNSS fd00::53 { AdvRDNSSLifetime 0; };', []],
    ['a site-local name server', 'RDNSS fec0::53 { AdvRDNSSLifetime 1200; };', ['warning site-local']],
    ['a multicast name server', 'RDNSS ff02::53 { AdvRDNSSLifetime 1200; };', ['warning name-server']],
    ['options that are ignored', 'RDNSS fd00::53 { AdvRDNSSLifetime 1200; AdvRDNSSOpen on; AdvRDNSSPreference 1; };', ['warning ignored', 'warning ignored']],
    ['an empty label', 'DNSSL a..b { AdvDNSSLLifetime 1200; };', ['warning suffix']],
    ['a label of 64 characters', `DNSSL ${'a'.repeat(64)}.b { AdvDNSSLLifetime 1200; };`, ['warning suffix']],
    ['a label of 63 characters', `DNSSL ${'a'.repeat(63)}.b. { AdvDNSSLLifetime 1200; };`, []],
    ['suffixes that do not fit', `DNSSL ${SUFFIXES} ${'b'.repeat(11)} { AdvDNSSLLifetime 1200; };`, ['fails dnssl-length']],
    ['suffixes that just fit', `DNSSL ${SUFFIXES} ${'b'.repeat(10)} { AdvDNSSLLifetime 1200; };`, []],
    ['a source that hosts ignore', 'AdvRASrcAddress { fd00::1; };', ['warning source-address']],
    ['a source that hosts take', 'AdvRASrcAddress { fe80::1; };', []],
    ['clients', 'clients { fe80::1; };', ['note clients']],
    ['unicast only', 'UnicastOnly on;', ['note unicast-only']],
    ['a hop limit that is cut', 'AdvCurHopLimit 256;', ['warning hop-limit']],
    ['a small hop limit', 'AdvCurHopLimit 5;', ['warning hop-limit']],
    ['no hop limit', 'AdvCurHopLimit 0;', []],
    ['an AdvRAMTU that is not taken', 'AdvRAMTU 100;', ['note ra-mtu']],
    ['a large link MTU', 'AdvLinkMTU 9000;', ['warning link-mtu']],
    ['a retransmission timer of 5 ms', 'AdvRetransTimer 5;', ['warning retrans-timer']],
    ['a reachable time of 99 ms', 'AdvReachableTime 99;', ['warning reachable-time']],
    ['a router lifetime of less than two intervals', 'AdvDefaultLifetime 1199;', ['warning lifetime-slack']],
    ['a router lifetime of two intervals', 'AdvDefaultLifetime 1200;', []],
    ['a preference that is ignored', 'AdvDefaultLifetime 0;', ['warning preference-ignored']],
    ['managed addresses beside autonomous ones', 'AdvManagedFlag on;', ['note managed']],
    ['an option twice', 'AdvManagedFlag off; AdvManagedFlag off;', ['warning repeated-option']],
    ['nothing is sent', 'AdvSendAdvert off;', ['warning send-off', 'warning repeated-option']],
    ['a border router with a length', 'abro fd00::1/64 { };', ['warning abro-length']],
    ['the interval of one of them', 'MaxRtrAdvInterval 4;', ['fails MinRtrAdvInterval']],
  ]
  for (const [what, options, expected] of cases) test(what, () => {
    if (what === 'lifetimes below the interval') expect(parseRadvdConf(eth0(options)).conf).toBeNull()
    else expect(rules(options).sort()).toEqual([...expected].sort())
  })

  test('RD-22 a default made from an interval that is changed further down is pointed out', () => {
    const early = lint(parseRadvdConf('interface eth0 {\n RDNSS fd00::53 { };\n route fd00::/48 { };\n MaxRtrAdvInterval 30;\n DNSSL a { AdvDNSSLLifetime 60; };\n};\n')).filter(({ rule }) => rule === 'early-default')
    expect(early.map(({ line, column, text }) => [line, column, text])).toEqual([
      [2, 8, 'AdvRDNSSLifetime is 600 here, the MaxRtrAdvInterval as read so far (600); it is 30 further down, and only blocks below that follow it'],
      [3, 8, 'AdvRouteLifetime is 1800 here, three times the MaxRtrAdvInterval as read so far (600); it is 30 further down, and only blocks below that follow it'],
    ])
  })

  test('RD-27 a small interval alone is told what to add', () => {
    expect(lines(eth0('AdvSendAdvert on;\nMaxRtrAdvInterval 5; prefix fd00::/64;'))).toEqual(['2:1: error at start-up: MinRtrAdvInterval for eth0 (1.65) must be at least 3.00 but no more than 3/4 of MaxRtrAdvInterval (3.75); radvd logs this and sends nothing on eth0. By default it is 0.33 of the maximum, even below 9 s: write MinRtrAdvInterval 3 beside it [MinRtrAdvInterval]'])
  })

  test('limits that a later version widens name it', () => {
    for (const option of ['MaxRtrAdvInterval 1801;', 'MaxRtrAdvInterval 65535;', 'AdvDefaultLifetime 9001;', 'AdvDefaultLifetime 65535;']) expect([option, lines(eth0(option)).join()]).toEqual([option, expect.stringContaining('radvd 2.21 takes up to 65535')])
    for (const option of ['MaxRtrAdvInterval 65536; AdvDefaultLifetime 0;', 'AdvDefaultLifetime 65536;', 'MaxRtrAdvInterval 3;']) expect(lines(eth0(option)).join()).not.toContain('2.21')
  })

  test('the same prefix on two interfaces, a long name, a prefix that is missing', () => {
    const two = 'AdvSendAdvert on; prefix fd00::/64;'
    expect(lines(`interface eth0 { ${two} };\ninterface eth1 { ${two} };\n`)).toEqual(['2:43: warning: fd00::/64 is advertised on eth0 too: hosts will believe that both are one link [same-prefix]'])
    expect(lines(`interface averyveryverylongname0 { ${two} };\n`)).toEqual(['1:11: warning: the name is cut to its first 15 characters, "averyveryverylo" [interface-name]'])
    expect(lines(eth0('AdvSendAdvert on;'))).toEqual(['1:11: note: no prefix on eth0: hosts learn a router, but form no address from it [no-prefix]'])
  })
})
