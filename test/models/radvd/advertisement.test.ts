import { join } from 'node:path'
import { expect, test } from 'vitest'
import { vectorsOf } from '../../conformance/ra-bytes.ts'
import { advertised } from '../../conformance/ra-encoder.ts'

const corpus = vectorsOf(join(import.meta.dirname, '..', '..', 'golden', 'ra', 'i03-encoder-corpus')).map(vector => ({ ...vector, title: `${vector.case}: ${vector.label}` }))

test.each(corpus)('RD-37, RD-56 the advertisements of configuration $title are those of radvd, at start and at TERM', vector => {
  const { first, final, messages } = advertised(vector)
  expect([first, final]).toEqual([vector.first?.icmpv6 ?? null, vector.final?.icmpv6 ?? null])
  if (vector.allMessages !== undefined) expect(messages).toEqual(vector.allMessages)
})

test('home agent information that says no more than the default is not sent', () => {
  const lengths = ['', 'HomeAgentPreference 1;', 'HomeAgentLifetime 900;', 'AdvMobRtrSupportFlag on;'].map(more =>
    advertised({ mac: '02:00:00:00:a0:00', config: `interface eth0 { AdvSendAdvert on; AdvHomeAgentFlag on; AdvHomeAgentInfo on; ${more} };` }).first!.length / 2)
  expect(lengths).toEqual([24, 32, 32, 32])
})
