/** The second half of addresses, and what happens when somebody else has it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatIpv6, parseIpv6, parsePrefix } from '../../../src/base/ipv6.ts'
import { sha1Compress } from '../../../src/base/sha1.ts'
import { stableAddress } from '../../../src/models/slaac/identifiers.ts'
import { ofHex } from '../../../src/wire/bytes.ts'
import { property } from '../../support/property.ts'
import { ROOT } from '../../support/source.ts'
import { ADDRESS, ETH0, lab, LINK_LOCAL, pio, ra, ready, SECOND, taken, type Lab } from './lab.ts'

interface Vector { secret: string; prefix: string; permanentHardwareAddress: string; dadCount: number; address: string }
const { vectors } = JSON.parse(readFileSync(join(ROOT, 'test/golden/ra/stable-privacy-vectors.json'), 'utf8')) as { vectors: Vector[] }
const SECRET = '2001:db8:1:2:3:4:5:6', VETH = { stableSecret: SECRET, addressGeneration: 'stable-privacy', permanentAddress: 'none' }
const SITE = 'fec0:301:0:1234::', FIRST = `${SITE.slice(0, -1)}fc9:ecaa:3e78:f197`, SECOND_TRY = `${SITE.slice(0, -1)}86c4:7aac:9838:ce49`
const globals = (l: Lab): string[] => Object.keys(l.states()).filter(address => !address.startsWith('fe80'))

describe('how identifiers are made', () => {
  test('the compression of one block gives what the whole hash gives for a message that fits in it', () => {
    property(fc.property(fc.uint8Array({ maxLength: 55 }), message => {
      const block = new Uint8Array(64)
      block.set(message)
      block[message.length] = 0x80
      new DataView(block.buffer).setUint32(60, 8 * message.length)
      const words = Array.from(sha1Compress(block), word => word.toString(16).padStart(8, '0')).join('')
      expect(words).toBe(createHash('sha1').update(message).digest('hex'))
    }))
  })

  test.each(vectors)('ND-67 the stable address of $prefix after $dadCount duplicates is that of Linux: $address', ({ secret, prefix, permanentHardwareAddress, dadCount, address }) => {
    expect(formatIpv6(stableAddress(parseIpv6(secret)!, parsePrefix(prefix)!.address, ofHex(permanentHardwareAddress), dadCount))).toBe(address)
  })

  test('ND-67 modified EUI-64 is equal across prefixes, a stable identifier differs from prefix to prefix and stays for each', () => {
    const identifiers = (host: object, seed = 1): string[] => {
      const l = ready(host, { seed })
      l.say(ra([pio(), pio({ prefix: '2001:db8:2::' })]))
      return l.host.addresses.map(({ address }) => address).map(address => address.replace(/^2001:db8:\d:(0:)?:?/, ''))
    }
    expect(identifiers({})).toEqual(['ff:fe00:c01', 'ff:fe00:c01'])
    const [one, two] = identifiers(VETH)
    expect(one).not.toBe(two)
    expect(identifiers(VETH, 2)).toEqual([one, two])
    expect(identifiers({ ...VETH, permanentAddress: '02:00:00:00:0c:01' })).not.toContain(one)
    expect(identifiers({ addressGeneration: 'random' }, 2)).not.toEqual(identifiers({ addressGeneration: 'random' }, 3))
  })

  test('as measured: Linux told to make stable addresses but no secret makes no link-local address, and global ones of the hardware address', () => {
    const l = ready({ addressGeneration: 'stable-privacy' }, { profile: 'linux' })
    l.say(ra([pio({ prefix: SITE })]))
    l.run(3 * SECOND)
    expect(Object.keys(l.states())).toEqual(['fec0:301:0:1234:0:ff:fe00:c01'])
  })

  test('as recorded (d03, d05): none makes no link-local address but a global one, a token is in global ones alone', () => {
    const none = ready({ addressGeneration: 'none' }, { profile: 'linux' }), token = ready({ token: '::beef' }, { profile: 'linux' }), stable = ready(VETH, { profile: 'linux' })
    for (const l of [none, token, stable]) {
      l.say(ra([pio({ prefix: SITE })]))
      l.run(3 * SECOND)
    }
    expect([Object.keys(none.states()), Object.keys(token.states()), Object.keys(stable.states())]).toEqual([
      ['fec0:301:0:1234:0:ff:fe00:c01'], [LINK_LOCAL, 'fec0:301:0:1234::beef'], ['fe80::ff05:eb87:4e94:b3ad', FIRST],
    ])
  })
})

describe('duplicates', () => {
  /** Every attempt at this address fails; the others pass. */
  const refusing = (l: Lab, micros: number, address: (target: string) => boolean): void => {
    let seen = 0
    for (const end = l.sim.now + micros; l.sim.now < end;) {
      l.run(SECOND / 4)
      for (; seen < l.told.length; seen++) {
        const { event } = l.told[seen]!
        if (event.type === 'ip.addressChanged' && event['state'] === 'tentative' && address(event['address'])) l.say(taken(event['address']))
      }
    }
  }
  const started = (host: object, profile: 'rfc' | 'linux'): Lab => {
    const l = ready(host, { profile })
    l.say(ra([pio({ prefix: SITE })]))
    return l
  }

  test.each(['rfc', 'linux'] as const)('ND-86 profile %s: after a duplicate a stable identifier has another to try, a second later', profile => {
    const l = started(VETH, profile), failed = l.sim.now
    l.say(taken(FIRST))
    expect(globals(l)).toEqual([])
    l.run(SECOND - 1)
    expect(globals(l)).toEqual([])
    l.run(1)
    expect([globals(l), (l.sim.now - failed) / SECOND]).toEqual([[SECOND_TRY], 1])
    l.run(3 * SECOND)
    expect(l.states()[SECOND_TRY]).toBe('preferred')
  })

  test('ND-86 three other identifiers are tried, then the host gives up', () => {
    const l = started(VETH, 'rfc')
    refusing(l, 20 * SECOND, target => target.startsWith('fec0'))
    expect(l.all('slaac.addressFailed').map(({ event }) => event['retries'])).toEqual([true, true, true, false])
    l.say(ra([pio({ prefix: SITE })]))
    expect(globals(l)).toEqual([])
  })

  test('ND-86 the link-local address too: another identifier, and then solicitations', () => {
    const l = lab(VETH, { profile: 'linux' })
    l.say(taken('fe80::ff05:eb87:4e94:b3ad'))
    l.run(4 * SECOND)
    expect(l.states()).toEqual({ 'fe80::ff05:eb87:4e94:b3ad': 'duplicate', 'fe80::aef7:1885:4039:9db': 'preferred' })
    expect(l.all('slaac.solicited').length).toBeGreaterThan(0)
  })

  test('profile linux, as recorded (e08): the first identifier is tried again at every advertisement, the second is not refreshed', () => {
    const l = started(VETH, 'linux')
    refusing(l, 10 * SECOND, target => target === FIRST)
    l.say(ra([pio({ prefix: SITE })]))
    expect(globals(l)).toEqual([SECOND_TRY, FIRST])
    expect(l.lifetimes(SECOND_TRY)[0]).toBe(86_390)
  })

  test('profile rfc: an address that came after a duplicate is refreshed like any other', () => {
    const l = started(VETH, 'rfc')
    refusing(l, 10 * SECOND, target => target === FIRST)
    l.say(ra([pio({ prefix: SITE })]))
    expect([globals(l), l.lifetimes(SECOND_TRY)[0]]).toEqual([[SECOND_TRY], 86_400])
  })

  test.each(['rfc', 'linux'] as const)('ND-86 profile %s: a duplicate of the hardware address is gone at once, and tried again at the next advertisement (as recorded, e07)', profile => {
    const l = ready({}, { profile })
    l.say(ra([pio()]))
    l.say(taken(ADDRESS))
    expect(globals(l)).toEqual([])
    l.run(10 * SECOND)
    expect(globals(l)).toEqual([])
    l.say(ra([pio()]))
    l.run(3 * SECOND)
    expect(l.states()[ADDRESS]).toBe('preferred')
  })

  test('a link-local address that failed stays so (linux), or IP is switched off on the interface (rfc), until it is switched off and on', () => {
    const linux = lab({}, { profile: 'linux' }), rfc = lab()
    for (const l of [linux, rfc]) {
      l.say(taken(LINK_LOCAL))
      l.run(10 * SECOND)
      l.say(ra([pio()]))
      l.run(3 * SECOND)
    }
    expect([linux.states(), rfc.states()]).toEqual([{ [LINK_LOCAL]: 'duplicate', [ADDRESS]: 'preferred' }, {}])
    for (const up of [false, true]) linux.ask({ type: 'ip.setInterface', interface: ETH0, up })
    linux.run(3 * SECOND)
    expect(linux.states()).toEqual({ [LINK_LOCAL]: 'preferred' })
  })

  test('ND-90 with optimisticDad addresses are optimistic while they are probed, and probed at once', () => {
    const l = lab({ optimisticDad: true }, { profile: 'linux' })
    expect(l.states()).toEqual({ [LINK_LOCAL]: 'optimistic' })
    l.run(SECOND)
    expect(l.states()).toEqual({ [LINK_LOCAL]: 'preferred' })
    l.say(ra([pio()]))
    expect(l.states()[ADDRESS]).toBe('optimistic')
    l.run(SECOND)
    expect(l.states()[ADDRESS]).toBe('preferred')
  })
})
