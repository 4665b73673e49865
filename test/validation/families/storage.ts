/** Redundant storage: mean time to data loss and the probability of one, of mirrors and groups of drives, with and without spares. */
import { absorbedBy } from '../../../src/study/exact/transient.ts'
import { meanTimeToAbsorption } from '../../../src/study/exact/absorption.ts'
import type { Chain } from '../../../src/study/exact/chain.ts'
import { figures, named, numberOr, numbersOf, YEAR_HOURS, type Family, type Parameters } from '../family.ts'
import { expOfRates, lossLevels, meanTimeUp } from '../math.ts'
import { chainOf, missions, regenerative, type Rules } from '../race.ts'
import type { Experiment } from '../experiment.ts'

interface Group { readonly n: number; readonly most: number; readonly lambda: number; readonly mu: number; readonly atOnce: boolean }
type Failed = { failed: number }

/** Drives that fail and are repaired, until `most` are gone at once. */
export const groupRules = ({ n, most, lambda, mu, atOnce }: Group): Rules<Failed> => ({
  initial: { failed: 0 },
  transitions: {
    fail: { rate: s => (n - s.failed) * lambda, fire: s => { s.failed++ }, failure: true },
    repair: { rate: s => (atOnce ? s.failed : Math.min(1, s.failed)) * mu, fire: s => { s.failed-- } },
  },
  lost: s => s.failed === most,
})
const mttdl = ({ n, most, lambda, mu, atOnce }: Group): number => meanTimeUp(lossLevels(n, most, lambda, mu, atOnce))
const solved = (group: Group): number => meanTimeToAbsorption(chainOf(groupRules(group)))
const lossesOf = (rules: Rules<any>): Experiment => regenerative(rules)((rare, plain) => [plain.time, rare.losses])
/** Lost by then: the exact solver, and by powers of a matrix. */
const lostBy = (group: Group, hours: number): number => {
  const chain = chainOf(groupRules(group))
  return absorbedBy(chain, hours)
}
const lostByPowers = (group: Group, hours: number): number => {
  const chain = chainOf(groupRules(group))
  return expOfRates(ratesOf(chain), hours)[0]![chain.states.indexOf(chain.absorbing![0]!)]!
}
const ratesOf = (chain: Chain): number[][] => chain.states.map(from => chain.states.map(to => chain.transitions.reduce((all, t) => all + (t.from === from && t.to === to ? t.rate : 0), 0)))

const mirror = (p: Parameters, n = 2): Group => {
  const { mttfHours, mttrHours } = numbersOf(p, 'mttfHours', 'mttrHours')
  return { n, most: n, lambda: 1 / mttfHours, mu: 1 / mttrHours, atOnce: true }
}
const missionHours = (p: Parameters, years = 10): number => numberOr(p, 'missionHours', numberOr(p, 'missionYears', years) * numberOr(p, 'yearHours', YEAR_HOURS))

const raid1: Family = {
  analytic(p) {
    const { lambda, mu } = mirror(p)
    // Two exponentials; the slow one from the product of both, the fast one from their sum: no digit is lost.
    const lost = (hours: number): number => {
      const b = 3 * lambda + mu, fast = (b + Math.sqrt(b * b - 8 * lambda * lambda)) / 2, slow = 2 * lambda * lambda / fast
      return (slow * Math.expm1(-fast * hours) - fast * Math.expm1(-slow * hours)) / (fast - slow)
    }
    return figures({
      mttdlHours: () => (mu + 3 * lambda) / (2 * lambda * lambda),
      mttdlApproxHours: () => mu / (2 * lambda * lambda),
      'probLoss*y': years => lost(missionHours(p, Number(years))),
      'expectedLossesPer*Arrays*y': (arrays, years) => Number(arrays) * lost(missionHours(p, Number(years))),
    })
  },
  otherwise(p) {
    const group = mirror(p)
    return figures({
      mttdlHours: () => solved(group),
      'probLoss*y': years => lostBy(group, missionHours(p, Number(years))),
      'expectedLossesPer*Arrays*y': (arrays, years) => Number(arrays) * lostByPowers(group, missionHours(p, Number(years))),
    })
  },
  simulated(p) {
    const rules = groupRules(mirror(p))
    return named({ mttdlHours: () => lossesOf(rules), 'probLoss*y': years => missions(rules, missionHours(p, Number(years))) })
  },
}

const raid5 = (p: Parameters) => {
  const { drives, mttfHours, mttrHours } = numbersOf(p, 'drives', 'mttfHours', 'mttrHours'), year = numberOr(p, 'yearHours', YEAR_HOURS)
  return { n: drives, most: 2, lambda: 1 / mttfHours, mu: 1 / mttrHours, atOnce: true, year }
}
const raid5Elerath: Family = {
  analytic(p) {
    const { n, lambda, mu, year } = raid5(p), approx = mu / (n * (n - 1) * lambda * lambda) / year
    return figures({
      mttdlYearsApprox: () => approx,
      mttdlYearsExact: () => (mu + (2 * n - 1) * lambda) / (n * (n - 1) * lambda * lambda) / year,
      'expectedDDFsPer*Groups*y': (groups, years) => numberOr(p, 'groups', Number(groups)) * numberOr(p, 'missionYears', Number(years)) / approx,
    })
  },
  otherwise(p) {
    const group = raid5(p)
    return figures({ mttdlYearsExact: () => solved(group) / group.year })
  },
  simulated(p) {
    const group = raid5(p)
    return named({ mttdlYearsExact: () => regenerative(groupRules(group))((rare, plain) => [plain.time / group.year, rare.losses]) })
  },
}

const mirror3: Family = {
  analytic(p) {
    const { lambda: l, mu: m } = mirror(p, 3)
    return figures({
      mttdlSerialHours: () => (11 * l * l + 4 * l * m + m * m) / (6 * l ** 3),
      mttdlParallelHours: () => (11 * l * l + 7 * l * m + 2 * m * m) / (6 * l ** 3),
    })
  },
  otherwise(p) {
    const group = mirror(p, 3)
    return figures({ mttdlSerialHours: () => solved({ ...group, atOnce: false }), mttdlParallelHours: () => solved(group) })
  },
  simulated(p) {
    const group = mirror(p, 3)
    return named({ mttdlSerialHours: () => lossesOf(groupRules({ ...group, atOnce: false })), mttdlParallelHours: () => lossesOf(groupRules(group)) })
  },
}

/** `good` members of two, `spares` that work (one of which is being filled where a member is missing), of three units in all. */
type Spared = { good: number; spares: number }
function spareRules(p: Parameters): Rules<Spared> {
  const { mttfHours, rebuildHours, replaceHours } = numbersOf(p, 'mttfHours', 'rebuildHours', 'replaceHours')
  return {
    initial: { good: 2, spares: 1 },
    transitions: {
      fail: { rate: s => s.good / mttfHours, fire: s => { s.good-- }, failure: true },
      rebuild: { rate: s => s.good === 1 && s.spares > 0 ? 1 / rebuildHours : 0, fire: s => { s.good++; s.spares-- } },
      replace: { rate: s => (3 - s.good - s.spares) / replaceHours, fire: s => { s.spares++ } },
    },
    lost: s => s.good === 0,
  }
}
/** Both members, then one and no disk to fill, then one that is being copied. */
function noSpareRules(p: Parameters): Rules<Spared> {
  const rules = spareRules(p), { replaceHours } = numbersOf(p, 'replaceHours')
  return { ...rules, initial: { good: 2, spares: 0 }, transitions: { ...rules.transitions, replace: { rate: s => s.good === 1 && s.spares === 0 ? 1 / replaceHours : 0, fire: s => { s.spares++ } } } }
}
const raid1Spare: Family = {
  analytic(p) {
    const withSpare = meanTimeToAbsorption(chainOf(spareRules(p))), without = meanTimeToAbsorption(chainOf(noSpareRules(p)))
    return figures({ mttdlHours: () => withSpare, mttdlNoSpareHours: () => without, improvementFactor: () => withSpare / without })
  },
  /** First steps: from each state a stay, then the mean from wherever it goes; solved by hand. */
  otherwise(p) {
    const { mttfHours, rebuildHours, replaceHours } = numbersOf(p, 'mttfHours', 'rebuildHours', 'replaceHours')
    const l = 1 / mttfHours, m = 1 / rebuildHours, r = 1 / replaceHours
    // Each as a + b × (mean with all well) + c × (mean with both members and no spare).
    const one = { stay: 1 / (l + m), back: m / (l + m) }
    const g1s1 = { stay: (1 + r * one.stay) / (l + m + r), well: r * one.back / (l + m + r), bare: m / (l + m + r) }
    const g1s0 = { stay: (1 + 2 * r * g1s1.stay) / (l + 2 * r), well: 2 * r * g1s1.well / (l + 2 * r), bare: 2 * r * g1s1.bare / (l + 2 * r) }
    const bare = { stay: (1 + 2 * l * g1s0.stay) / (2 * l + r), well: (2 * l * g1s0.well + r) / (2 * l + r), bare: 2 * l * g1s0.bare / (2 * l + r) }
    const fromBare = { stay: bare.stay / (1 - bare.bare), well: bare.well / (1 - bare.bare) }
    // 1 minus a return that is almost certain loses digits: what is lost on the way instead.
    const lostOne = l / (l + m), g1s1Lost = (l + r * lostOne) / (l + m + r), g1s0Lost = (l + 2 * r * g1s1Lost) / (l + 2 * r)
    const bareLost = 2 * l * g1s0Lost / (2 * l + r) / (1 - bare.bare)
    const withSpare = (1 / (2 * l) + g1s1.stay + g1s1.bare * fromBare.stay) / (g1s1Lost + g1s1.bare * bareLost)
    const waiting = 1 / (l + r) + r / (l + r) * one.stay, waitingLost = (l + r * lostOne) / (l + r), without = (1 / (2 * l) + waiting) / waitingLost
    return figures({ mttdlHours: () => withSpare, mttdlNoSpareHours: () => without, improvementFactor: () => withSpare / without })
  },
  simulated: p => named({ mttdlHours: () => lossesOf(spareRules(p)), mttdlNoSpareHours: () => lossesOf(noSpareRules(p)) }),
}

const raid6 = (p: Parameters): Group => {
  const { n, mttfHours, mttrHours } = numbersOf(p, 'n', 'mttfHours', 'mttrHours')
  return { n, most: 3, lambda: 1 / mttfHours, mu: 1 / mttrHours, atOnce: true }
}
/** Its rules, for what plain simulation says of it. */
export const raid6Rules = (p: Parameters): Rules<Failed> => groupRules(raid6(p))
export const raid6Mission = (p: Parameters): number => missionHours(p)
const rareRaid6: Family = {
  analytic: p => figures({ probLossInMission: () => lostBy(raid6(p), missionHours(p)), mttdlHours: () => mttdl(raid6(p)) }),
  otherwise: p => figures({ probLossInMission: () => lostByPowers(raid6(p), missionHours(p)), mttdlHours: () => solved(raid6(p)) }),
  simulated: p => named({ probLossInMission: () => missions(groupRules(raid6(p)), missionHours(p)), mttdlHours: () => lossesOf(groupRules(raid6(p))) }),
}

/** `RS(6,3)` is called RS6_3 in the name of a metric. */
const plainName = (name: string): string => name.replaceAll(/[()\s]/g, '').replaceAll(/[^A-Za-z0-9]/g, '_')
function stripe(p: Parameters, code: string): Group | undefined {
  const { lambdaPerDay, rhoPerDay } = numbersOf(p, 'lambdaPerDay', 'rhoPerDay')
  const found = Object.entries(p.codes as Record<string, readonly [number, number]>).find(([name]) => plainName(name) === plainName(code))
  return found && { n: found[1][0], most: found[1][0] - found[1][1] + 1, lambda: lambdaPerDay, mu: rhoPerDay, atOnce: false }
}
const stiff: Family = {
  analytic: p => figures({ 'mttf_*_days': code => { const group = stripe(p, code); return group && solved(group) } }),
  otherwise: p => figures({ 'mttf_*_days': code => { const group = stripe(p, code); return group && mttdl(group) } }),
  simulated: p => named({ 'mttf_*_days': code => { const group = stripe(p, code); return group && lossesOf(groupRules(group)) } }),
}

export const storage: Readonly<Record<string, Family>> = {
  'raid1-mttdl': raid1, 'raid5-mttdl-elerath': raid5Elerath, 'mirror3-mttdl': mirror3, 'raid1-spare-mttdl': raid1Spare, 'rare-raid6': rareRaid6, 'numeric-stability-ford': stiff,
}
