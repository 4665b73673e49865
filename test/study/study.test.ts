/** Studies as people write them, and what is said about those that cannot be run. */
import { describe, expect, test } from 'vitest'
import { formatIssue } from '../../src/scenario/issue.ts'
import { loadStudy } from '../../src/study/study.ts'

const SYSTEM = `system:
  hypervisor: { systems: { power5: {} }, guests: { a: { on: power5, os: ibm-i }, b: { on: power5, os: ibm-i } } }
  service: { services: { s: { needs: [{ any: [{ guest: a }, { guest: b }] }] } } }
faults:
  crashes: { crash: [a, b], upFor: { exponential: 1000h }, lasts: 2h }
`
const said = (text: string, beside = {}): string[] => loadStudy(text, 'study.yaml', beside).issues.map(formatIssue)

describe('a study', () => {
  test('has one variant by default, under its own name', () => {
    const { study, issues } = loadStudy(`name: A pair\n${SYSTEM}`, 'dir/study.yaml')
    expect(issues).toEqual([])
    expect(study).toMatchObject({ name: 'A pair', services: ['s'], precision: 0.05, variants: [{ name: 'A pair' }] })
  })

  test('variants change the base in the way of a merge patch, and the baseline comes first', () => {
    const { study } = loadStudy(`${SYSTEM}baseline: short\nvariants:\n  long: { faults: { crashes: { lasts: 5h } } }\n  short: { faults: { crashes: { crash: [a] } } }\n`, 'study.yaml')
    expect(study?.variants.map(({ name, scenario }) => [name, scenario.configs.fault['crashes' as never]])).toMatchObject([['short', { crash: ['a'], lasts: 7_200_000_000 }], ['long', { crash: ['a', 'b'], lasts: 18_000_000_000 }]])
  })

  test('takes its system from a scenario beside it', () => {
    const { study, issues } = loadStudy('base: pair.yaml\nfaults: { crashes: { lasts: 1h } }\n', 'study.yaml', { readFile: () => `name: x\nuntil: 1d\ntimeline: [{ at: 1h, do: { type: hypervisor.ipl, guest: a } }]\n${SYSTEM}` })
    expect(issues).toEqual([])
    expect(study?.variants[0]!.scenario).toMatchObject({ timeline: [], configs: { fault: { crashes: { lasts: 3_600_000_000, crash: ['a', 'b'] } } } })
  })

  test.each([
    ['a misspelt key', `${SYSTEM}precison: 5%\n`, 'study.yaml:6:1: unknown key "precison", expected precision'],
    ['a share that is none', `${SYSTEM}precision: five\n`, 'study.yaml:6:12: found "five", expected a share such as 5% or 0.05'],
    ['a problem in a variant', `${SYSTEM}variants:\n  x: { faults: { crashes: { lasts: 5 } } }\n`, 'study.yaml:7:36: found 5, expected a duration'],
    ['a guest that only a variant lost', `${SYSTEM}variants:\n  x: { system: { hypervisor: { guests: { b: null } } } }\n`, 'study.yaml:5:25: found the guest "b" in the variant "x", expected a'],
    ['a misspelt key of a variant', `${SYSTEM}variants:\n  x: { fault: {} }\n`, 'study.yaml:7:8: unknown key "fault", expected system, operators, faults'],
    ['a service there is not', `${SYSTEM}services: [t]\n`, 'study.yaml:6:12: found the service "t", expected s'],
    ['a baseline there is not', `${SYSTEM}baseline: z\nvariants: { x: {}, y: {} }\n`, 'study.yaml:6:11: found "z", expected x or y'],
    ['an input there is not', `${SYSTEM}uncertain: [{ input: faults.crashes.lasst, between: [1h, 2h] }]\n`, 'study.yaml:6:22: found "faults.crashes.lasst", but faults.crashes has no "lasst"; did you mean "lasts"?'],
    ['an end of a range that cannot be', `${SYSTEM}uncertain: [{ input: faults.crashes.lasts, between: [1h, 2] }]\n`, 'study.yaml:6:58: found 2, expected a duration'],
    ['nothing that fails', SYSTEM.slice(0, SYSTEM.indexOf('faults')), 'study.yaml:1:1: nothing ever fails, expected faults'],
    ['a story that is over when counting begins', `${SYSTEM.slice(0, SYSTEM.indexOf('faults'))}timeline: [{ at: 1h, do: { type: hypervisor.ipl, guest: a } }]\n`, 'study.yaml:1:1: nothing ever fails, expected faults'],
    ['no base of this name', 'base: x.yaml\n', 'study.yaml:1:7: found "x.yaml", expected a scenario beside the study'],
  ])('%s is told with its place and what was expected', (_, text, words) => {
    expect(said(text).join('\n')).toContain(words)
  })

  test('what is wrong in all variants is told once, what is wrong in some with their names', () => {
    const wrong = SYSTEM.replace('lasts: 2h', 'lasts: 2x'), three = `variants:\n  x: {}\n  y: {}\n  z: { faults: { crashes: { crash: [a] } } }\n`
    expect(said(wrong + three)).toEqual([expect.stringMatching(/^study.yaml:5:67: found "2x", expected a duration/)])
    expect(said(wrong + three.replace('[a] }', '[a], lasts: 1h }')).map(line => /^[^,]*/.exec(line)![0])).toEqual(['study.yaml:5:67: found "2x" in the variant "x"', 'study.yaml:5:67: found "2x" in the variant "y"'])
  })

  test('a run that would be too long is told once, where it was written, and costs too large to be squared are refused', () => {
    expect(said(`${SYSTEM}yearsPerRun: 250\n`)).toEqual(['study.yaml:6:14: found 250, expected at most 249 years with their warm-up'])
    expect(said(`${SYSTEM}warmUp: 300y\n`)).toEqual([expect.stringMatching(/^study.yaml:6:9: found .*, expected at most 249 years, and one to count$/)])
    expect(said(`${SYSTEM}costs: { perMinute: 1.0e+300 }\n`)).toEqual([expect.stringMatching(/^study.yaml:6:21: found 1e\+300, expected at most/)])
  })

  test('a problem of the base is told with its place there', () => {
    expect(said('base: pair.yaml\n', { readFile: () => SYSTEM.replace('2h', '2x') })).toEqual([expect.stringContaining('pair.yaml:5:67: found "2x", expected a duration')])
  })
})
