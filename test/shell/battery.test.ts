/** Every case of the differential battery gives in the simulated shell what it gave in the real one. */
import { describe, expect, it } from 'vitest'
import { allCases, allRecorded, judge } from './battery.ts'
import { KNOWN, KNOWN_STDERR } from './battery/known.ts'

const cases = allCases(), recorded = allRecorded()

describe('the battery', () => {
  it('has a recording for every case, and none without one', () => {
    const ids = cases.map(({ topic, name }) => `${topic}: ${name}`)
    expect(new Set(ids).size).toBe(ids.length)
    expect([...recorded].flatMap(([topic, of]) => [...of.keys()].map(name => `${topic}: ${name}`)).sort()).toEqual([...ids].sort())
    expect(ids.length).toBeGreaterThanOrEqual(500)
    for (const id of [...KNOWN.keys(), ...KNOWN_STDERR.keys()]) expect(ids).toContain(id)
  })
  for (const topic of recorded.keys())
    describe(topic, () => {
      for (const one of cases)
        if (one.topic === topic)
          it(one.name, () => {
            const { id, differs, stderrDiffers } = judge(one, recorded.get(topic)?.get(one.name))
            if (KNOWN.has(id)) return expect(differs, 'it is the same now: take it out of known.ts').not.toBeNull()
            expect(differs).toBeNull()
            if (KNOWN_STDERR.has(id)) return expect(stderrDiffers, 'it is the same now: take it out of known.ts').not.toBeNull()
            expect(stderrDiffers).toBeNull()
          })
    })
})
