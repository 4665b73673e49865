/**
 * Configuration files drawn at random: mostly right, with a twist here and there, and then mutated, so that both sides of every
 * decision of the parser are met often.
 */
import fc from 'fast-check'

const pick = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values)
const join = (...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> => fc.tuple(...parts).map(all => all.join(''))
const mostly = (usual: fc.Arbitrary<string>, odd: fc.Arbitrary<string>, of = 12): fc.Arbitrary<string> =>
  fc.oneof({ arbitrary: usual, weight: of - 1 }, { arbitrary: odd, weight: 1 })

const numbers = pick('0', '1', '2', '3', '4', '5', '9', '10', '30', '64', '255', '256', '600', '1200', '1201', '1280', '1800', '7200', '9000', '9001', '14400', '86400', '4294967295')
const blank = mostly(pick(' ', '  ', '\t', '\n', ' \n  '), pick(' # note\n', '\n#; }\n', '', '\r\n', '\f'), 25)
const onOff = mostly(pick('on', 'off'), pick('yes', 'On', '1', 'infinity', 'maybe'))
const number = mostly(numbers, pick('-1', '4294967296', '007', '1.5', 'infinity', '1e3', 'x', '99999999999999999999'), 20)
const seconds = mostly(fc.oneof(numbers, pick('4.5', '7.5', '0.07', '12.125', '0.5')), pick('.5', '5.', '-3', 'on', '1.2.3'))
const lifetime = mostly(fc.oneof(numbers, pick('infinity')), pick('forever', '-1', '2.5', '4294967296', 'Infinity'), 20)
const preference = mostly(pick('low', 'medium', 'high', '-1', '-5'), pick('1', '0', 'High', 'best', '+1', '-99999999999999999999'))
const address = mostly(pick('fec0:301:0:1234::', '2001:db8::1', 'fe80::1', 'fe80::ff:fe00:a0ff', '::', '1:2:3:4:5:6:7:8', 'ff02::1', 'fd00:1::', '1:2:3:4:5:6:7::', 'ABCD::ef'),
  pick('::1', '12345::', '1::2::3', '10.0.0.1', '::ffff:1.2.3.4', 'fe80::1%eth0', '!fe80::1', '1:2:3', 'g::', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8::'))
const length = mostly(pick('64', '48', '128', '0', '65', '32'), pick('129', '1.5', 'x', '-1', '4294967295'))
const name = mostly(pick('eth0', 'eth1', 'v0', 'br-lan', 'eth0.100', 'averyveryverylongname0', 'averyveryverylo', '"eth0"', 'wg_0'), pick('on', '12', 'prefix', 'a|b', 'abcd::', 'é', 'L"x"', 'low'))
const suffix = mostly(pick('example.org', 'a', 'lab.example.org', 'ab.cd', '1.2.3', 'x-y', '.', 'a..b'), pick('ex_ample', '12', '1.5', 'on', 'a/b', '"a"', 'dead::', 'route'))
const semicolon = mostly(pick(';'), pick('', ';;', ' ;', ':', '}'), 40)

const option = (word: string, value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  join(mostly(pick(word), pick(word.toLowerCase(), `${word}s`, word.slice(1)), 40), mostly(pick(' '), blank, 4), value, semicolon, blank)
const optionsOf = (...all: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.array(fc.oneof(...all), { maxLength: 4 }).map(list => list.join(''))
const braced = (inner: fc.Arbitrary<string>): fc.Arbitrary<string> => join(mostly(pick(' { ', '\n{\n'), pick(' ', '{{'), 40), inner, mostly(pick('}'), pick('', '};'), 40))

const prefix = join(pick('prefix '), address, mostly(pick('/'), pick('', ' / ', '//'), 30), length, mostly(braced(optionsOf(
  option('AdvOnLink', onOff), option('AdvAutonomous', onOff), option('AdvRouterAddr', onOff), option('AdvValidLifetime', lifetime),
  option('AdvPreferredLifetime', lifetime), option('DeprecatePrefix', onOff), option('DecrementLifetimes', onOff),
  option('Base6Interface', name), option('Base6to4Interface', name))), pick(''), 5), semicolon, blank)
const route = join(pick('route '), address, pick('/'), length, mostly(braced(optionsOf(
  option('AdvRouteLifetime', lifetime), option('AdvRoutePreference', preference), option('RemoveRoute', onOff))), pick(''), 20), semicolon, blank)
const rdnss = join(pick('RDNSS '), fc.array(address, { minLength: 1, maxLength: 3 }).map(list => list.join(' ')), mostly(pick(''), pick(' 1::2 3::4 5::6'), 20),
  braced(optionsOf(option('AdvRDNSSLifetime', lifetime), option('AdvRDNSSLifetime', lifetime), option('FlushRDNSS', onOff), option('AdvRDNSSPreference', number), option('AdvRDNSSOpen', onOff))), semicolon, blank)
const dnssl = join(pick('DNSSL '), fc.array(suffix, { minLength: 1, maxLength: 3 }).map(list => list.join(' ')),
  braced(optionsOf(option('AdvDNSSLLifetime', lifetime), option('AdvDNSSLLifetime', lifetime), option('FlushDNSSL', onOff))), semicolon, blank)
const addresses = join(pick('clients', 'AdvRASrcAddress'), pick(' { '), fc.array(join(address, semicolon, blank), { maxLength: 3 }).map(list => list.join('')), pick('}'), semicolon, blank)
const lowpan = join(pick('lowpanco'), braced(optionsOf(option('AdvContextLength', number), option('AdvContextCompressionFlag', onOff), option('AdvContextID', number), option('AdvLifeTime', number), option('AdvContextPrefix', address))), semicolon, blank)
const abro = join(pick('abro '), address, mostly(pick(''), join(pick('/'), number), 4), braced(optionsOf(option('AdvVersionLow', number), option('AdvVersionHigh', number), option('AdvValidLifeTime', number))), semicolon, blank)
const later = pick('nat64prefix 64:ff9b::/96 { };', 'autoignoreprefixes { 1::/64; };', 'AdvCaptivePortalAPI "https://a";', 'UnrestrictedUnicast on;', 'RemoveAdvOnExit on;')

const switches = ['IgnoreIfMissing', 'AdvSendAdvert', 'UnicastOnly', 'AdvRASolicitedUnicast', 'AdvManagedFlag', 'AdvOtherConfigFlag', 'AdvSourceLLAddress', 'AdvHomeAgentFlag', 'AdvHomeAgentInfo', 'AdvIntervalOpt', 'AdvMobRtrSupportFlag']
const counts = ['AdvLinkMTU', 'AdvRAMTU', 'AdvReachableTime', 'AdvRetransTimer', 'AdvCurHopLimit', 'AdvDefaultLifetime', 'HomeAgentLifetime', 'HomeAgentPreference']
const intervals = ['MaxRtrAdvInterval', 'MinRtrAdvInterval', 'MinDelayBetweenRAs']
const plain = fc.oneof(
  fc.constantFrom(...switches).chain(word => option(word, onOff)), fc.constantFrom(...counts).chain(word => option(word, number)),
  fc.constantFrom(...intervals).chain(word => option(word, seconds)), option('AdvDefaultPreference', preference))

const item = fc.oneof(
  { arbitrary: plain, weight: 6 }, { arbitrary: prefix, weight: 3 }, { arbitrary: route, weight: 2 }, { arbitrary: rdnss, weight: 3 }, { arbitrary: dnssl, weight: 3 },
  { arbitrary: addresses, weight: 1 }, { arbitrary: lowpan, weight: 1 }, { arbitrary: abro, weight: 1 }, { arbitrary: fc.oneof(later, option('AdvValidLifetime', lifetime)), weight: 1 })
const interfaceBlock = join(pick('interface '), name, blank, braced(fc.array(item, { maxLength: 4 }).map(list => list.join(''))), semicolon, blank)

/** A file that is right more often than not. */
export const drawnFile: fc.Arbitrary<string> = fc.array(interfaceBlock, { minLength: 1, maxLength: 2 }).map(list => list.join(''))

/** Characters and pieces cut out, doubled, moved and put in. */
export const mutated = (file: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(file, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 12 }), pick('cut', 'double', 'put', 'swap'), pick(';', '{', '}', '/', '"', '#', '\n', '\r', '\0', ' ', '::', 'é', '\u{1F600}', '-', '9', 'x', 'L"', '\\', 'interface e1 { };')), { maxLength: 4 }))
    .map(([text, changes]) => changes.reduce((now, [where, size, how, put]) => {
      const at = now.length === 0 ? 0 : where % now.length, piece = now.slice(at, at + size), [head, tail] = [now.slice(0, at), now.slice(at + size)]
      return how === 'cut' ? head + tail : how === 'double' ? head + piece + piece + tail : how === 'swap' ? tail + piece + head : head + put + piece + tail
    }, text))

/** Anything at all. */
export const noise: fc.Arbitrary<string> = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.array(pick('interface', 'eth0', '{', '}', ';', 'prefix', '1::/64', 'on', 'AdvSendAdvert', '"', '#', '\n', ' ', 'RDNSS', 'clients', '/'), { maxLength: 20 }).map(list => list.join(' ')))
