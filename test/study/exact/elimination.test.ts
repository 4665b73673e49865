/** The exact solver: the long run and absorption, by elimination without subtraction. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { absorptionProbabilities, meanTimesToAbsorption, meanTimeToAbsorption } from '../../../src/study/exact/absorption.ts'
import { explore, sparse, type Chain } from '../../../src/study/exact/chain.ts'
import { flow, reward, stationary, upDown } from '../../../src/study/exact/stationary.ts'
import { property } from '../../support/property.ts'
import { back, caseOf, connected, expectClose, reordered, units } from './chains.ts'

/** The last state is the end. */
const ending = (chain: Chain): Chain => ({ ...chain, absorbing: [chain.states.at(-1)!] })

describe('the long run', () => {
  test('as much flows into each state as out of it', () => property(fc.property(connected, chain => {
    const { probabilities } = stationary(chain), { out } = sparse(chain), into = new Float64Array(out.length), from = new Float64Array(out.length)
    out.forEach((row, n) => row.forEach((rate, to) => {
      into[to]! += probabilities[n]! * rate
      from[n]! += probabilities[n]! * rate
    }))
    expectClose(into, from, 1e-12)
    expect(Math.abs(probabilities.reduce((a, b) => a + b) - 1)).toBeLessThan(1e-14)
  })))

  test('no digits depend on the order in which states are taken out', () => property(fc.property(connected, chain => {
    expectClose(back(stationary(reordered(chain)).probabilities), stationary(chain).probabilities, 1e-13)
  })))

  test('what goes down comes up again: as many ways lead from up to down as back', () => property(fc.property(connected, chain => {
    const longRun = stationary(chain), { up } = sparse(chain)
    expectClose([flow(chain, longRun, (from, to) => !up[from]! && up[to]!)], [upDown(chain).outageFrequency], 1e-12)
  })))

  test('kofn-008 an unavailability of 1e-24 has all its digits', () => {
    const a = 1000 / 1002, holds = (n: number, k: number) => {
      const { unavailability } = upDown(units(n, 0, 1e-3, 0.5, n), state => n - state >= k)
      let wanted = 0
      for (let i = 0, ways = 1; i < k; ways = ways * (n - i) / (i + 1), i++) wanted += ways * a ** i * (1 - a) ** (n - i)
      return { unavailability, wanted }
    }
    for (const [n, k] of [[3, 2], [5, 2], [9, 1]] as const) {
      const { unavailability, wanted } = holds(n, k)
      // 1 - a has lost digits of its own.
      expectClose([unavailability], [wanted], 1e-11)
    }
  })

  test('a chain with several ends counts each with the probability to end there', () => {
    const { probabilities } = stationary({
      states: ['start', 'a1', 'a2', 'b'], initial: 'start', transitions: [
        { from: 'start', to: 'a1', rate: 1 }, { from: 'start', to: 'b', rate: 3 }, { from: 'a1', to: 'a2', rate: 1 }, { from: 'a2', to: 'a1', rate: 4 },
      ],
    })
    expectClose(probabilities, [0, 0.2, 0.05, 0.75], 1e-15)
  })

  test('a chain that fills up is solved, too: ten hosts, each up or down', () => {
    const hosts = 10, chain = explore((1 << hosts) - 1, state => Array.from({ length: hosts }, (_, h): [number, number] =>
      [state ^ 1 << h, state >> h & 1 ? 0.001 * (h + 1) : 0.5]), { name: state => `h${state}` })
    const { probabilities } = stationary(chain)
    const allUp = Array.from({ length: hosts }, (_, h) => 0.5 / (0.5 + 0.001 * (h + 1))).reduce((a, b) => a * b)
    expectClose([probabilities[0]!], [allUp], 1e-12)
  })

  test('machine-repair-009 one technician for six machines', () => {
    const { p, holds } = caseOf('machine-repair-009'), chain = units(p.N, 0, 1 / p.mttfHours, 1 / p.mttrHours, p.crew), longRun = stationary(chain)
    holds('expectedFailed', reward(longRun, failed => failed))
    holds('crewUtilisation', reward(longRun, failed => Math.min(failed, p.crew) / p.crew))
    holds('probAllUp', longRun.probabilities[0]!)
    holds('probAtLeastNeedUp', reward(longRun, failed => p.N - failed >= p.needUp ? 1 : 0))
  })

  test('vscsi-ipl-resync-007 ccf-beta-013 cluster-coverage-014 availability, outages and their length', () => {
    for (const id of ['vscsi-ipl-resync-007', 'cluster-coverage-014']) {
      const { chain, holds } = caseOf(id), found = upDown(chain)
      holds('availability', found.availability)
      holds('downtimeMinutesPerYear', found.unavailability * 8760 * 60)
      holds('outagesPerYear', found.outageFrequency * 8760)
    }
    caseOf('vscsi-ipl-resync-007').holds('meanOutageHours', upDown(caseOf('vscsi-ipl-resync-007').chain).meanOutage)
    caseOf('ccf-beta-013').holds('unavailability', upDown(caseOf('ccf-beta-013').chain).unavailability)
  })

  test('tandem-prism-039 the tandem queue has the published number of states and customers', () => {
    const { p, holds } = caseOf('tandem-prism-039')
    for (const c of p.c as number[]) {
      type Queues = readonly [first: number, phase: number, second: number]
      const chain = explore<Queues>([0, 1, 0], ([sc, ph, sm]) => {
        const ways: [Queues, number][] = []
        if (sc < c) ways.push([[sc + 1, ph, sm], 4 * c])
        if (sc > 0 && ph === 1) ways.push([[sc, 2, sm], 0.2])
        if (sc > 0 && sm < c) ways.push([[sc - 1, 1, sm + 1], ph === 1 ? 1.8 : 2])
        if (sm > 0) ways.push([[sc, ph, sm - 1], 4])
        return ways
      })
      holds(`states_c${c}`, chain.states.length)
      holds(`customers_c${c}`, reward(stationary(chain), n => chain.values[n]![0] + chain.values[n]![2]))
    }
  })
})

describe('absorption', () => {
  test('the mean time is the stay here and then what is left from where it leads', () => property(fc.property(connected, connectedChain => {
    const chain = ending(connectedChain), means = meanTimesToAbsorption(chain), { out, absorbing } = sparse(chain)
    const stepped = out.map((row, n) => {
      if (absorbing[n]) return 0
      let total = 0, later = 1
      row.forEach((rate, to) => {
        total += rate
        later += rate * means[to]!
      })
      return later / total
    })
    expectClose(means, stepped, 1e-12)
    expectClose(back(meanTimesToAbsorption(reordered(chain))), means, 1e-13)
  })))

  test('it ends in one of its ends: the probabilities add up to 1', () => property(fc.property(connected, fc.integer({ min: 1, max: 3 }), (chain, most) => {
    const absorbing = chain.states.slice(1, 1 + most), ends = { ...chain, absorbing }
    const sums = absorbing.map(end => absorptionProbabilities(ends, [end])).reduce((a, b) => a.map((each, n) => each + b[n]!))
    expectClose(sums, chain.states.map(() => 1), 1e-12)
  })))

  test('where it may never end, the mean time is infinite, and the probability is what it is', () => {
    const chain: Chain = {
      states: ['start', 'end', 'round', 'about'], initial: 'start', absorbing: ['end'], transitions: [
        { from: 'start', to: 'end', rate: 3 }, { from: 'start', to: 'round', rate: 1 }, { from: 'round', to: 'about', rate: 1 }, { from: 'about', to: 'round', rate: 1 },
      ],
    }
    expect(meanTimeToAbsorption(chain)).toBe(Infinity)
    expectClose(absorptionProbabilities(chain, ['end']), [0.75, 1, 0, 0], 1e-15)
  })

  test('numeric-stability-ford-028 4e15 days against recoveries of 22 minutes', () => {
    const { p: { lambdaPerDay, rhoPerDay, codes }, holds } = caseOf('numeric-stability-ford-028')
    const means: [string, number][] = Object.entries(codes as Record<string, [number, number]>).map(([code, [s, r]]) => [code, meanTimeToAbsorption(units(s, r, lambdaPerDay, rhoPerDay))])
    for (const [code, mean] of means) holds(`mttf_${code.replace(/\W+/g, '_').replace(/_$/, '').replace('RS_', 'RS')}_days`, mean)
  })

  test('raid1-mttdl-003 mirror3-mttdl-005 raid1-spare-mttdl-006 rare-raid6-027 mean time to data loss', () => {
    const raid1 = caseOf('raid1-mttdl-003'), mirror3 = caseOf('mirror3-mttdl-005'), spare = caseOf('raid1-spare-mttdl-006'), raid6 = caseOf('rare-raid6-027')
    raid1.holds('mttdlHours', meanTimeToAbsorption(raid1.chain))
    spare.holds('mttdlHours', meanTimeToAbsorption(spare.chain))
    mirror3.holds('mttdlSerialHours', meanTimeToAbsorption(units(3, 1, 1 / mirror3.p.mttfHours, 1 / mirror3.p.mttrHours)))
    mirror3.holds('mttdlParallelHours', meanTimeToAbsorption(units(3, 1, 1 / mirror3.p.mttfHours, 1 / mirror3.p.mttrHours, 3)))
    raid6.holds('mttdlHours', meanTimeToAbsorption(units(raid6.p.n, raid6.p.n - 2, 1 / raid6.p.mttfHours, 1 / raid6.p.mttrHours, raid6.p.n)))
  })
})
