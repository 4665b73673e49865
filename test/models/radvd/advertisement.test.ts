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
