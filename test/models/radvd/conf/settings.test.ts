/** What a file means: defaults, the last assignment, the order of blocks; held against advertisements that the real radvd sent. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formatIpv6 } from '../../../../src/base/ipv6.ts'
import { must } from '../../../../src/base/assert.ts'
import { parseRadvdConf } from '../../../../src/models/radvd/conf/parse.ts'
import { INFINITE } from '../../../../src/models/radvd/conf/settings.ts'
import { startUp } from '../../../../src/models/radvd/conf/start.ts'
import { OPTIONS, type BlockKind } from '../../../../src/models/radvd/conf/vocabulary.ts'
import { ROOT } from '../../../support/source.ts'
import { interfaceOf } from './recorded.ts'

interface Option { readonly name?: string; readonly [field: string]: unknown }
interface Decoded { readonly [field: string]: unknown; readonly options: readonly Option[] }
interface Sent { readonly decoded: Decoded }
interface Vector { readonly label: string; readonly config: string; readonly first: Sent | null; readonly allMessages?: readonly string[] }
const { vectors } = JSON.parse(readFileSync(join(ROOT, 'test/golden/ra/i03-encoder-corpus/vectors.json'), 'utf8')) as { vectors: Vector[] }

/** The fields of the first advertisement that a file asks for. */
function asked(config: string) {
  const { settled } = startUp(must(must(parseRadvdConf(config).conf, 'the corpus is accepted').interfaces[0], 'there is an interface'), { maxMtuOctets: 1500 })
  const preference = ['medium', 'high', 'medium', 'low'], flag = Number
  const life = (seconds: number): number | string => seconds === INFINITE ? 'infinite' : seconds
  return {
    header: {
      curHopLimit: settled.advCurHopLimit, M: flag(settled.advManagedFlag), O: flag(settled.advOtherConfigFlag), H: flag(settled.advHomeAgentFlag),
      prf: preference[settled.advDefaultPreference & 3], routerLifetime: settled.advDefaultLifetimeSeconds,
      reachableTime: settled.advReachableTimeMilliseconds, retransTimer: settled.advRetransTimerMilliseconds,
    },
    PIO: settled.prefixes.filter(({ prefix }) => prefix !== '::').map(prefix => ({
      prefix: prefix.prefix, prefixLength: prefix.length, L: flag(prefix.advOnLink), A: flag(prefix.advAutonomous), R: flag(prefix.advRouterAddr),
      valid: life(prefix.advValidLifetimeSeconds), preferred: life(prefix.advPreferredLifetimeSeconds),
    })),
    RIO: settled.routes.map(route => ({ prefix: route.prefix, prefixLength: route.length, preference: preference[route.advRoutePreference & 3], lifetime: life(route.advRouteLifetimeSeconds) })),
    RDNSS: settled.rdnss.map(({ servers, advRdnssLifetimeSeconds }) => ({ servers, lifetime: life(advRdnssLifetimeSeconds) })),
    DNSSL: settled.dnssl.map(({ suffixes, advDnsslLifetimeSeconds }) => ({ names: suffixes, lifetime: life(advDnsslLifetimeSeconds) })),
    MTU: settled.advLinkMtuOctets === 0 ? [] : [{ mtu: settled.advLinkMtuOctets }],
    SLLAO: settled.advSourceLlAddress ? [{}] : [],
    ADVINTERVAL: settled.advIntervalOpt ? [{ intervalMs: Math.trunc(settled.maxRtrAdvIntervalSeconds * 1000) }] : [],
  }
}

/** Prefixes and link-layer addresses of an advertisement in hexadecimal, as far as an advertisement in several parts needs it. */
function optionsIn(hex: string): Option[] {
  const found: Option[] = [], octets = Buffer.from(hex, 'hex')
  for (let at = 16; at < octets.length; at += 8 * octets[at + 1]!) {
    if (octets[at] === 1) found.push({ name: 'SLLAO' })
    if (octets[at] !== 3) continue
    const flags = octets[at + 3]!, bit = (n: number): number => flags >> n & 1
    found.push({
      name: 'PIO', prefixLength: octets[at + 2]!, L: bit(7), A: bit(6), R: bit(5), valid: octets.readUInt32BE(at + 4), preferred: octets.readUInt32BE(at + 8),
      prefix: formatIpv6(octets, at + 16),
    })
  }
  return found
}

test('the settings of the encoder corpus are those that its first advertisements carry', () => {
  expect(vectors).toHaveLength(60)
  for (const { label, config, first, allMessages } of vectors) {
    const wanted = asked(config)
    if (first === null) {
      // Switched off, or told to send from an address that the interface did not have.
      const { advSendAdvert, sourceAddresses } = must(parseRadvdConf(config).conf?.interfaces[0], 'accepted')
      expect({ label, sends: advSendAdvert && sourceAddresses.length === 0 }).toEqual({ label, sends: false })
      continue
    }
    // Messages with a router lifetime; the others are those of the end.
    const options = allMessages?.filter(hex => hex.slice(12, 16) !== '0000').flatMap(optionsIn) ?? first.decoded.options
    for (const [kind, expected] of Object.entries(wanted))
      if (kind === 'header') expect({ label, ...first.decoded }).toMatchObject({ label, ...expected })
      else {
        // The link-layer option is in every part of a split advertisement.
        const found = options.filter(({ name }) => name === kind), once = kind === 'SLLAO' ? found.slice(0, 1) : found
        expect({ label, kind, found: once }).toMatchObject({ label, kind, found: expected })
        expect({ label, kind, count: once.length }).toEqual({ label, kind, count: (expected as readonly unknown[]).length })
      }
  }
})

describe('one option, one field', () => {
  test('the defaults of an interface and of its blocks are those of the manual page', () => {
    expect(startUp(interfaceOf('prefix fd00::/64; route fd00::/48 { }; RDNSS fd00::53 { }; DNSSL a { };')).settled).toEqual({
      name: 'eth0', ignoreIfMissing: true, advSendAdvert: false, unicastOnly: false, advRaSolicitedUnicast: true,
      maxRtrAdvIntervalSeconds: 600, minRtrAdvIntervalSeconds: 198, minDelayBetweenRasSeconds: 3, advManagedFlag: false, advOtherConfigFlag: false,
      advLinkMtuOctets: 0, advRaMtuOctets: 1280, advReachableTimeMilliseconds: 0, advRetransTimerMilliseconds: 0, advCurHopLimit: 64,
      advDefaultLifetimeSeconds: 1800, advDefaultPreference: 0, advSourceLlAddress: true,
      advHomeAgentFlag: false, advHomeAgentInfo: false, advIntervalOpt: false, advMobRtrSupportFlag: false, homeAgentLifetimeSeconds: 1800, homeAgentPreference: 0,
      prefixes: [{
        prefix: 'fd00::', length: 64, advOnLink: true, advAutonomous: true, advRouterAddr: false, advValidLifetimeSeconds: 86400, advPreferredLifetimeSeconds: 14400,
        deprecatePrefix: false, decrementLifetimes: false, base6Interface: null, base6to4Interface: null,
      }],
      routes: [{ prefix: 'fd00::', length: 48, advRouteLifetimeSeconds: 1800, advRoutePreference: 0, removeRoute: true }],
      rdnss: [{ servers: ['fd00::53'], advRdnssLifetimeSeconds: 600, flushRdnss: true }], dnssl: [{ suffixes: ['a'], advDnsslLifetimeSeconds: 600, flushDnssl: true }],
      clients: [], sourceAddresses: [], lowpan: [], abro: [],
    })
  })

  /** Option and value, and what of the block they change. */
  const cases: Readonly<Record<string, readonly (readonly [option: string, change: object])[]>> = {
    '': [
      ['IgnoreIfMissing off', { ignoreIfMissing: false }], ['AdvSendAdvert on', { advSendAdvert: true }], ['UnicastOnly on', { unicastOnly: true }], ['AdvRASolicitedUnicast off', { advRaSolicitedUnicast: false }],
      ['MaxRtrAdvInterval 4.5', { maxRtrAdvIntervalSeconds: 4.5 }], ['MinRtrAdvInterval 3', { minRtrAdvIntervalSeconds: 3 }], ['MinDelayBetweenRAs 0.03', { minDelayBetweenRasSeconds: 0.03 }],
      ['AdvManagedFlag on', { advManagedFlag: true }], ['AdvOtherConfigFlag on', { advOtherConfigFlag: true }], ['AdvLinkMTU 1400', { advLinkMtuOctets: 1400 }], ['AdvRAMTU 1500', { advRaMtuOctets: 1500 }],
      ['AdvReachableTime 30000', { advReachableTimeMilliseconds: 30000 }], ['AdvRetransTimer 1000', { advRetransTimerMilliseconds: 1000 }], ['AdvCurHopLimit 255', { advCurHopLimit: 255 }],
      ['AdvDefaultLifetime 0', { advDefaultLifetimeSeconds: 0 }], ['AdvDefaultPreference low', { advDefaultPreference: -1 }], ['AdvDefaultPreference high', { advDefaultPreference: 1 }], ['AdvSourceLLAddress off', { advSourceLlAddress: false }],
      ['AdvHomeAgentFlag on', { advHomeAgentFlag: true }], ['AdvHomeAgentInfo on', { advHomeAgentInfo: true }], ['AdvIntervalOpt on', { advIntervalOpt: true }], ['AdvMobRtrSupportFlag on', { advMobRtrSupportFlag: true }],
      ['HomeAgentLifetime 7', { homeAgentLifetimeSeconds: 7 }], ['HomeAgentPreference 7', { homeAgentPreference: 7 }],
    ],
    'prefix fd00::/64': [
      ['AdvOnLink off', { advOnLink: false }], ['AdvAutonomous off', { advAutonomous: false }], ['AdvRouterAddr on', { advRouterAddr: true }], ['AdvValidLifetime infinity', { advValidLifetimeSeconds: INFINITE }],
      ['AdvPreferredLifetime 5', { advPreferredLifetimeSeconds: 5 }], ['DeprecatePrefix on', { deprecatePrefix: true }], ['DecrementLifetimes on', { decrementLifetimes: true }],
      ['Base6Interface ppp0', { base6Interface: 'ppp0' }], ['Base6to4Interface ppp0', { base6to4Interface: 'ppp0' }],
    ],
    'route fd00::/48': [['AdvRouteLifetime 5', { advRouteLifetimeSeconds: 5 }], ['AdvRoutePreference low', { advRoutePreference: -1 }], ['RemoveRoute off', { removeRoute: false }]],
    'RDNSS fd00::53': [['AdvRDNSSLifetime 700', { advRdnssLifetimeSeconds: 700 }], ['FlushRDNSS off', { flushRdnss: false }], ['AdvRDNSSPreference 3', {}], ['AdvRDNSSOpen on', {}]],
    'DNSSL a': [['AdvDNSSLLifetime 700', { advDnsslLifetimeSeconds: 700 }], ['FlushDNSSL off', { flushDnssl: false }]],
    lowpanco: [['AdvContextLength 64', { contextLengthBits: 64 }], ['AdvContextCompressionFlag on', { compression: true }], ['AdvContextID 3', { contextId: 3 }], ['AdvLifeTime 9', { lifetimeMinutes: 9 }]],
    'abro fd00::1': [['AdvVersionLow 5', { versionLow: 5 }], ['AdvVersionHigh 6', { versionHigh: 6 }], ['AdvValidLifeTime 7', { validLifetimeMinutes: 7 }]],
  }
  for (const [head, options] of Object.entries(cases)) test(`every option ${head === '' ? 'of an interface' : `in ${head}`} changes its own field and no other`, () => {
    const block = (option: string): object => {
      const one = interfaceOf(head === '' ? option : `${head} { ${option} };`)
      return head === '' ? one : must([...one.prefixes, ...one.routes, ...one.rdnss, ...one.dnssl, ...one.lowpan, ...one.abro][0], 'the block was read')
    }
    const kind = head === '' ? 'interface' : head.split(' ')[0] as BlockKind
    expect(new Set(options.map(([option]) => option.split(' ')[0]))).toEqual(new Set(Object.keys(OPTIONS[kind])))
    const before = block('')
    for (const [option, change] of options) expect({ option, ...block(`${option};`) }).toEqual({ option, ...before, ...change })
  })
})

describe('which value counts', () => {
  test('RD-5 the last assignment of an option wins, and repeated blocks add up', () => {
    const one = interfaceOf(`MaxRtrAdvInterval 30; MaxRtrAdvInterval 60; prefix fd00:1::/64 { AdvOnLink off; AdvOnLink on; AdvOnLink off; }; prefix fd00:2::/64;
      route fd00:3::/48 { }; route fd00:4::/48 { }; RDNSS fd00::1 { }; RDNSS fd00::2 fd00::3 { }; DNSSL a { }; DNSSL b c { };`)
    expect(one.maxRtrAdvIntervalSeconds).toBe(60)
    expect(one.prefixes.map(({ prefix, advOnLink }) => [prefix, advOnLink])).toEqual([['fd00:1::', false], ['fd00:2::', true]])
    expect(one.routes.map(({ prefix }) => prefix)).toEqual(['fd00:3::', 'fd00:4::'])
    expect(one.rdnss.map(({ servers }) => servers)).toEqual([['fd00::1'], ['fd00::2', 'fd00::3']])
    expect(one.dnssl.map(({ suffixes }) => suffixes)).toEqual([['a'], ['b', 'c']])
  })

  test('RD-22 DD-7 a block above MaxRtrAdvInterval takes its defaults from 600, and the router lifetime does not depend on the order', () => {
    const blocks = 'RDNSS fd00::1 { }; DNSSL a { }; route fd00::/48 { };'
    const above = startUp(interfaceOf(`${blocks} MaxRtrAdvInterval 30;`)).settled, below = startUp(interfaceOf(`MaxRtrAdvInterval 30; ${blocks}`)).settled
    const defaults = ({ rdnss, dnssl, routes, advDefaultLifetimeSeconds, minRtrAdvIntervalSeconds }: typeof above) =>
      [rdnss[0]?.advRdnssLifetimeSeconds, dnssl[0]?.advDnsslLifetimeSeconds, routes[0]?.advRouteLifetimeSeconds, advDefaultLifetimeSeconds, minRtrAdvIntervalSeconds]
    expect(defaults(above)).toEqual([600, 600, 1800, 90, 0.33 * 30])
    expect(defaults(below)).toEqual([30, 30, 90, 90, 0.33 * 30])
  })

  test('RD-25 a prefix of ::/64 is kept as such, for the prefixes that the interface will have', () => {
    expect(interfaceOf('prefix ::/64;').prefixes.map(({ prefix, length }) => `${prefix}/${length}`)).toEqual(['::/64'])
  })

  test('a name server lifetime below the interval is kept, that of a search list is raised', () => {
    const one = interfaceOf('MaxRtrAdvInterval 100.5; RDNSS fd00::1 { AdvRDNSSLifetime 10; }; DNSSL a { AdvDNSSLLifetime 10; }; DNSSL b { AdvDNSSLLifetime 0; };')
    expect([one.rdnss[0]?.advRdnssLifetimeSeconds, ...one.dnssl.map(({ advDnsslLifetimeSeconds }) => advDnsslLifetimeSeconds)]).toEqual([10, 100, 0])
  })

  test('values are cut to the width of their fields: hop limit, home agent preference, AdvRAMTU, names', () => {
    expect(interfaceOf('AdvCurHopLimit 300;').advCurHopLimit).toBe(44)
    expect(interfaceOf('HomeAgentPreference 65537;').homeAgentPreference).toBe(1)
    expect([interfaceOf('AdvRAMTU 5;').advRaMtuOctets, interfaceOf('AdvRAMTU 999999;').advRaMtuOctets, interfaceOf('AdvRAMTU 1400;').advRaMtuOctets]).toEqual([1280, 131072, 1400])
    expect(interfaceOf('prefix ::/64 { Base6to4Interface averyveryverylongname0; };').prefixes[0]?.base6to4Interface).toBe('averyveryverylo')
    expect(interfaceOf('AdvDefaultPreference -99999999999999999999;').advDefaultPreference).toBe(0)
    expect(interfaceOf('AdvDefaultPreference -4294967295;').advDefaultPreference).toBe(1)
    expect(interfaceOf('AdvDefaultLifetime 4294967295;').advDefaultLifetimeSeconds).toBeNull()
  })

  test('clients and source addresses of a block are kept in the order of radvd, the last one first', () => {
    const one = interfaceOf('clients { fe80::1; fe80::2; }; clients { fe80::3; }; AdvRASrcAddress { fe80::a; fe80::b; };')
    expect([one.clients, one.sourceAddresses]).toEqual([['fe80::2', 'fe80::1', 'fe80::3'], ['fe80::b', 'fe80::a']])
  })

  test('6LoWPAN contexts and border routers are read', () => {
    const one = interfaceOf('lowpanco { AdvContextLength 64; AdvContextCompressionFlag on; AdvContextID 3; AdvLifeTime 70000; }; abro fd00::1 { AdvVersionLow 5; AdvVersionHigh 6; AdvValidLifeTime 7; };')
    expect(one.lowpan).toEqual([{ contextLengthBits: 64, compression: true, contextId: 3, lifetimeMinutes: 4464 }])
    expect(one.abro).toEqual([{ borderRouter: 'fd00::1', versionLow: 5, versionHigh: 6, validLifetimeMinutes: 7 }])
  })
})

test('the result is plain data: JSON takes it and gives it back', () => {
  const { conf } = parseRadvdConf(vectors.map(({ config }, n) => config.replace('eth0', `eth${n}`)).join(''))
  expect(conf?.interfaces).toHaveLength(60)
  expect(JSON.parse(JSON.stringify(conf))).toEqual(conf)
  expect(JSON.stringify(conf)).not.toContain('undefined')
})
