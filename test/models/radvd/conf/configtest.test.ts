/** `radvd --configtest`: the verdicts and words of the real 2.19, recorded, and the rules behind them one by one. */
import { describe, expect, test } from 'vitest'
import { parseRadvdConf } from '../../../../src/models/radvd/conf/parse.ts'
import { accepts, drawn, edges, eth0, oracle, said, started } from './recorded.ts'

const SYNTAX = { status: 1, says: ['radvd.conf:1 error: syntax error', 'exiting, failed to read config file'] }
const OK = { status: 0, says: ['config file, radvd.conf, syntax ok'] }

describe('as recorded', () => {
  test('RD-20 the sixty-four recorded configurations get the verdict and the words of radvd --configtest', () => {
    expect(started).toHaveLength(64)
    for (const { label, config, configtestExit, configtestOutput } of started)
      expect({ label, ...said(config) }).toEqual({ label, status: configtestExit, says: configtestOutput })
  })

  test('the verdicts of the oracle', () => {
    expect(oracle).toHaveLength(22)
    for (const { config, exit } of oracle) expect({ config, status: said(config).status }).toEqual({ config, status: exit })
  })

  test('files on the edges of the grammar', () => {
    expect(edges.length).toBeGreaterThan(150)
    for (const { config, status, says } of edges) expect({ config, ...said(config) }).toEqual({ config, status, says })
  })

  test('files drawn at random, when the real one was asked about them', () => {
    expect(drawn.filter(({ status }) => status === 0).length).toBeGreaterThan(80)
    expect(drawn.filter(({ status }) => status === 1).length).toBeGreaterThan(150)
    for (const { config, status, says } of drawn) expect({ config, ...said(config) }).toEqual({ config, status, says })
  })
})

describe('words', () => {
  test('RD-1 keywords are case sensitive', () => {
    expect(said(eth0('AdvSendAdvert on;'))).toEqual(OK)
    for (const wrong of ['advsendadvert on;', 'ADVSENDADVERT on;', 'AdvSendAdvert ON;', 'AdvDefaultPreference High;']) expect(said(eth0(wrong))).toEqual(SYNTAX)
    expect(said('Interface eth0 { };\n')).toEqual(SYNTAX)
  })

  test('RD-2 a switch is on or off, and nothing else', () => {
    for (const right of ['on', 'off']) expect(said(eth0(`AdvManagedFlag ${right};`))).toEqual(OK)
    for (const wrong of ['yes', 'no', 'true', 'false', '1', '0', 'enabled', '']) expect(said(eth0(`AdvManagedFlag ${wrong};`))).toEqual(SYNTAX)
  })

  test('RD-3 only the three intervals take decimals', () => {
    for (const option of ['MinRtrAdvInterval', 'MaxRtrAdvInterval', 'MinDelayBetweenRAs']) expect(said(eth0(`${option} 12.5;`))).toEqual(OK)
    for (const option of ['AdvDefaultLifetime', 'AdvReachableTime', 'AdvRetransTimer', 'AdvLinkMTU', 'AdvCurHopLimit', 'HomeAgentLifetime'])
      expect([said(eth0(`${option} 12;`)), said(eth0(`${option} 12.5;`))]).toEqual([OK, SYNTAX])
    expect(accepts(eth0('prefix fd00::/64 { AdvValidLifetime 86400.5; };'))).toBe(false)
  })

  test('RD-7 numbers end at 4294967295, which is also infinity', () => {
    expect(said(eth0('AdvRetransTimer 4294967295;'))).toEqual(OK)
    expect(said(eth0('AdvRetransTimer 4294967296;'))).toEqual(SYNTAX)
    expect(parseRadvdConf(eth0('prefix fd00::/64 { AdvValidLifetime infinity; };')).conf?.interfaces[0]?.prefixes[0]?.advValidLifetimeSeconds).toBe(4294967295)
    expect(said(eth0('AdvDefaultLifetime infinity;'))).toEqual(SYNTAX)
  })

  test('a preference is a word or a negative number, an unsigned number is something else', () => {
    for (const right of ['low', 'medium', 'high', '-1']) expect(accepts(eth0(`AdvDefaultPreference ${right};`))).toBe(true)
    for (const wrong of ['0', '1', '+1', 'best']) expect(accepts(eth0(`AdvDefaultPreference ${wrong};`))).toBe(false)
  })

  test('ND-72 an address is taken in any of its spellings and kept in the canonical one, but it cannot begin with "::" and go on', () => {
    const prefixOf = (text: string) => parseRadvdConf(eth0(`prefix ${text}/64;`)).conf?.interfaces[0]?.prefixes[0]?.prefix
    expect(['fec0:301:0:1234::', 'FEC0:0301:0000:1234:0:0:0:0', 'fd00:0:0:1:0:0:0:1', '::', '0::1'].map(prefixOf))
      .toEqual(['fec0:301:0:1234::', 'fec0:301:0:1234::', 'fd00:0:0:1::1', '::', '::1'])
    for (const wrong of ['::1', '::ffff:10.0.0.1', '1::2::3', '12345::', '1:2:3', 'fe80::1%eth0']) expect(accepts(eth0(`prefix ${wrong}/64;`))).toBe(false)
  })

  test('a comment needs its line feed, a carriage return has no place, and a name swallows what sticks to it', () => {
    expect(accepts('interface eth0 { }; # the end\n')).toBe(true)
    expect(accepts('interface eth0 { }; # the end')).toBe(false)
    expect(accepts('interface eth0 { };\r\n')).toBe(false)
    expect(accepts('interface eth0 { };\n# but here\r\n')).toBe(true)
    expect(parseRadvdConf('interface eth0#lan { };\n').conf?.interfaces[0]?.name).toBe('eth0#lan')
    expect(parseRadvdConf('interface "eth0" { };\n').conf?.interfaces[0]?.name).toBe('"eth0"')
  })
})

describe('blocks', () => {
  test('RD-4 a second definition of an interface is refused', () => {
    expect(said('interface eth0 { };\ninterface eth0 { };\n')).toEqual({ status: 1, says: ['duplicate interface definition for eth0', 'exiting, failed to read config file'] })
    expect(said('interface eth0 { };\ninterface eth1 { };\n')).toEqual(OK)
  })

  test('RD-4 of two long names that begin alike only the cut one is recognised', () => {
    const long = 'averyveryverylongname0', cut = long.slice(0, 15)
    expect(accepts(`interface ${long} { }; interface ${long} { };\n`)).toBe(true)
    expect(accepts(`interface ${long} { }; interface ${cut} { };\n`)).toBe(false)
  })

  test('RD-6 an option of another block is a syntax error', () => {
    expect(said(eth0('AdvValidLifetime 86400;'))).toEqual(SYNTAX)
    expect(said(eth0('prefix fd00::/64 { AdvSendAdvert on; };'))).toEqual(SYNTAX)
    expect(said(eth0('route fd00::/48 { AdvOnLink on; };'))).toEqual(SYNTAX)
    expect(said(eth0('RDNSS fd00::53 { AdvDNSSLLifetime 600; };'))).toEqual(SYNTAX)
  })

  test('braces are optional behind a prefix and required everywhere else', () => {
    expect(accepts(eth0('prefix fd00::/64;'))).toBe(true)
    for (const bare of ['route fd00::/48;', 'RDNSS fd00::53;', 'DNSSL example.org;', 'lowpanco;', 'abro fd00::1;']) {
      expect(accepts(eth0(bare))).toBe(false)
      expect(accepts(eth0(bare.replace(';', ' { };')))).toBe(true)
    }
    for (const empty of ['clients { };', 'AdvRASrcAddress { };']) expect(accepts(eth0(empty))).toBe(false)
  })

  test('RD-8 a suffix is made of letters, digits, hyphens and dots', () => {
    expect(said(eth0('DNSSL a-1.Example.org x { };'))).toEqual(OK)
    for (const wrong of ['ex_ample.org', '*.org', 'a@b', '"a"'])
      expect(said(eth0(`DNSSL ok ${wrong} { };`))).toEqual({ status: 1, says: ['invalid domain suffix specified', 'exiting, failed to read config file'] })
  })

  test('RD-9 three name servers in a block, four are too many', () => {
    expect(said(eth0('RDNSS fd00::1 fd00::2 fd00::3 { };'))).toEqual(OK)
    expect(said(eth0('RDNSS fd00::1 fd00::2 fd00::3 { }; RDNSS fd00::4 { };'))).toEqual(OK)
    expect(said(eth0('RDNSS fd00::1 fd00::2 fd00::3 fd00::4 { };'))).toEqual({ status: 1, says: ['too many addresses in RDNSS section', 'exiting, failed to read config file'] })
  })

  test('RD-10 what later versions know is refused, and the version is named', () => {
    const later: readonly (readonly [string, string])[] = [
      ['nat64prefix 64:ff9b::/96 { };', 'from radvd 2.20 on'], ['autoignoreprefixes { fd00::/64; };', 'from radvd 2.20 on'], ['AdvCaptivePortalAPI "https://a";', 'from radvd 2.20 on'],
      ['UnrestrictedUnicast on;', 'from radvd 2.20 on'], ['RemoveAdvOnExit on;', 'from radvd 2.20 on'], ['clients { !fe80::1; };', 'from radvd 2.20 on'],
      ['AdvDHCPv6PDPreferred on;', 'from radvd 2.21 on'], ['AdvSNACRouterFlag on;', 'only after 2.21'],
    ]
    for (const [option, version] of later) {
      expect(said(eth0(option))).toEqual(SYNTAX)
      const { refusals } = parseRadvdConf(eth0(option))
      expect(refusals).toHaveLength(1)
      expect(refusals[0]?.text).toContain(version)
    }
  })
})

describe('what is checked while reading', () => {
  test('RD-20 ranges are not: the interval, the timers and the lifetimes may be anything', () => {
    for (const option of ['MaxRtrAdvInterval 3;', 'MinRtrAdvInterval 500;', 'AdvReachableTime 99999999;', 'MinDelayBetweenRAs 1.5;', 'AdvCurHopLimit 300;', 'AdvLinkMTU 5;', 'AdvDefaultLifetime 99999;'])
      expect(said(eth0(option))).toEqual(OK)
  })

  test('RD-20 lengths are: 128 is the end, of prefixes and of routes', () => {
    expect([accepts(eth0('prefix fd00::/128;')), accepts(eth0('route fd00::/128 { };'))]).toEqual([true, true])
    expect(said(eth0('prefix fd00::/\n129;')).says[0]).toBe('invalid prefix length in radvd.conf, line 2')
    expect(said(eth0('route fd00::/\n129 { };')).says[0]).toBe('invalid route prefix length in radvd.conf, line 2')
  })

  test('RD-21 AdvValidLifetime 100 alone is refused, since the preferred default of 14400 is larger', () => {
    expect(said(eth0('prefix fd00::/64 { AdvValidLifetime 100;\n }\n;'))).toEqual(
      { status: 1, says: ['AdvValidLifeTime must be greater than AdvPreferredLifetime in radvd.conf, line 3', 'exiting, failed to read config file'] })
    expect(said(eth0('prefix fd00::/64 { AdvValidLifetime 14400; };'))).toEqual(OK)
    expect(said(eth0('prefix fd00::/64 { AdvValidLifetime 14399; };')).status).toBe(1)
    expect(said(eth0('prefix fd00::/64 { AdvPreferredLifetime infinity; };')).status).toBe(1)
  })

  test('Base6Interface takes a prefix of length 64 only', () => {
    expect(accepts(eth0('prefix ::/64 { Base6Interface ppp0; };'))).toBe(true)
    expect(said(eth0('prefix ::/48 { Base6Interface ppp0; };')).says[0]).toBe('only /64 is allowed with Base6Interface.  radvd.conf:1')
    expect(accepts(eth0('prefix ::/48 { Base6to4Interface ppp0; };'))).toBe(true)
  })

  test('lifetimes of name servers are grumbled about, twice when they are long, and never refused', () => {
    const stale = 'AdvRDNSSLifetime <= 2*MaxRtrAdvInterval would allow stale DNS servers to be deleted faster'
    const words = (lifetime: string) => said(eth0(`MaxRtrAdvInterval 100; RDNSS fd00::53 { AdvRDNSSLifetime ${lifetime}; };`)).says.slice(0, -1)
    expect([words('0'), words('99'), words('100'), words('200')]).toEqual([[], ['AdvRDNSSLifetime must be at least MaxRtrAdvInterval'], [], []])
    expect(words('201')).toEqual([`warning: ${stale}`, `warning: (radvd.conf:1) ${stale}`])
    expect(said(eth0('DNSSL a { AdvDNSSLLifetime infinity; };')).says[0]).toBe('warning: AdvDNSSLLifetime <= 2*MaxRtrAdvInterval would allow stale DNS suffixes to be deleted faster')
  })

  test('the name of the file stands in the words', () => {
    expect(said('', '/etc/radvd.conf').says).toEqual(['/etc/radvd.conf:1 error: syntax error', 'exiting, failed to read config file'])
  })
})
