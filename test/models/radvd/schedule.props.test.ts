import fc from 'fast-check'
import { produce } from 'immer'
import { expect, test } from 'vitest'
import { property } from '../../support/property.ts'
import { ALL, eth0, gaps, HOST, Lab } from './lab.ts'

interface Case { readonly min: number; readonly max: number; readonly unicast: boolean; readonly asked: readonly { readonly at: number; readonly known: boolean }[]; readonly seed: number }
const EPSILON = 2e-6
const END = 400

/** Intervals of every size, and solicitations as they come: alone, in bursts, from hosts with and without an address. */
const anyCase: fc.Arbitrary<Case> = fc.record({
  max: fc.constantFrom(4, 5, 9, 12, 16, 30, 60, 120, 200),
  part: fc.double({ min: 0, max: 1, noNaN: true }),
  unicast: fc.boolean(),
  asked: fc.array(fc.record({ wait: fc.oneof(fc.constantFrom(0, 0.001, 0.5), fc.double({ min: 0, max: 4, noNaN: true }), fc.double({ min: 0, max: 60, noNaN: true })), known: fc.boolean() }), { maxLength: 25 }),
  seed: fc.integer({ min: 1, max: 1e6 }),
}).map(({ max, part, asked, ...rest }) => {
  let at = 0
  return { ...rest, max, min: Math.round((3 + part * (0.75 * max - 3)) * 1000) / 1000, asked: asked.map(({ wait, known }) => ({ known, at: at += wait })).filter(each => each.at < END - 30) }
})
const run = (profile: 'rfc' | 'radvd-2.19', { min, max, unicast, asked, seed }: Case, more: object = {}): Lab => {
  const lab = new Lab({ profile, seed, conf: eth0(`MinRtrAdvInterval ${min}; MaxRtrAdvInterval ${max}; ${unicast ? '' : 'AdvRASolicitedUnicast off;'}`), ...more })
  for (const { at, known } of asked) lab.until(at).solicit(known ? {} : { source: '::' })
  return lab.until(END)
}
const multicast = (lab: Lab) => lab.facts('radvd.advertised').filter(({ event }) => event.to === ALL).map(({ at, event }) => ({ at: at / 1e6, occasion: String(event.occasion) }))

test('ND-11 ND-8 DD-4 never two to all within three seconds, never two unasked ones within MinRtrAdvInterval, and never more than MaxRtrAdvInterval apart', () => {
  property(fc.property(anyCase, each => {
    const sent = multicast(run('rfc', each))
    expect(sent.length).toBeGreaterThan(0)
    sent.forEach(({ at, occasion }, n) => {
      if (n === 0) return
      const gap = at - sent[n - 1]!.at
      expect(gap).toBeGreaterThanOrEqual(3 - EPSILON)
      expect(gap).toBeLessThanOrEqual(each.max + EPSILON)
      if (occasion === 'periodic') expect(gap).toBeGreaterThanOrEqual(Math.min(each.min, n <= 3 ? 16 : Infinity) - EPSILON)
    })
  }), { numRuns: 60 })
})

test('ND-12 ND-13 whoever asks is answered: within half a second, or half a second after the three that must lie between two to all', () => {
  property(fc.property(anyCase, each => {
    const lab = run('rfc', each), sent = lab.ras()
    for (const { at, known } of each.asked) {
      const within = each.unicast && known ? 0.5 : 3.5
      const answer = sent.find(ra => ra.at >= at - EPSILON && (ra.to === ALL || (known && ra.to === HOST)))
      expect(answer!.at - at).toBeLessThanOrEqual(within + EPSILON)
    }
  }), { numRuns: 60 })
})

test('RD-31 RD-32 RD-33 RD-34 radvd 2.19: every answer to one at once; gaps between those to all are fixed while fewer than three were sent, and drawn afterwards', () => {
  property(fc.property(anyCase, each => {
    const lab = run('radvd-2.19', each), fixed = Math.min(16, each.max)
    const told = lab.facts('radvd.advertised').map(({ at, event }) => ({ at: at / 1e6, all: event.to === ALL }))
    if (each.unicast) for (const { at, known } of each.asked.filter(one => one.at > 0.02)) if (known) expect(told.some(ra => !ra.all && Math.abs(ra.at - at) < EPSILON)).toBe(true)
    const all = told.flatMap(({ at, all }, n) => all ? [{ at, before: n }] : [])
    gaps(all.map(({ at }) => at)).forEach((gap, n) => {
      const { at, before } = all[n]!, relevant = each.asked.filter(one => !(each.unicast && one.known))
      // Of several at the moment of an answer the first was answered with it.
      const asked = [...relevant.filter(one => Math.abs(one.at - at) < EPSILON).slice(1), ...relevant.filter(one => one.at >= at + EPSILON && one.at <= at + gap + EPSILON)]
      expect(gap).toBeGreaterThanOrEqual(3 - EPSILON)
      // Counted with this one: answers that came since do not shorten a gap that has begun.
      if (asked.length > 0) expect(gap).toBeLessThanOrEqual(Math.max(each.max, 3 + fixed) + EPSILON)
      else if (before + 1 < 3) expect(gap).toBeCloseTo(fixed, 4)
      else {
        expect(gap).toBeGreaterThanOrEqual(each.min - EPSILON)
        expect(gap).toBeLessThanOrEqual(each.max + EPSILON)
      }
    })
  }), { numRuns: 60 })
})

test('on drafts it tells the same as in place, and nothing of a draft leaves it', () => {
  property(fc.property(anyCase, fc.constantFrom('rfc' as const, 'radvd-2.19' as const), (each, profile) => {
    const short = { ...each, asked: each.asked.slice(0, 6) }, conf = `interface eth0 { AdvSendAdvert on; MinRtrAdvInterval ${each.min}; MaxRtrAdvInterval ${each.max};
      prefix fd00::/64 { DecrementLifetimes on; }; RDNSS fd00::1 { }; DNSSL example.org { }; route fd01::/48 { }; };`
    const [inPlace, onDrafts] = [{}, { commit: produce as never }].map(more => run(profile, short, { conf, daemon: profile === 'rfc' ? { deprecateRememberedPrefixes: true } : {}, ...more }))
    expect(JSON.stringify(onDrafts!.told)).toBe(JSON.stringify(inPlace!.told))
  }), { numRuns: 6 })
})
