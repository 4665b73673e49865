/** Chains that others have published with their exact solutions: the workstation cluster and the tandem queue of the PRISM benchmarks; the two vSCSI hosts of the founding article. */
import { reward, stationary, upDown } from '../../../src/study/exact/stationary.ts'
import { figures, named, numbersOf, serviceFigures, YEAR_HOURS, type Family, type Parameters } from '../family.ts'
import { chainOf, regenerative, type Rules, type State } from '../race.ts'
import { downByCycles } from './availability.ts'

/** `sync`: copies in sync. With one: whether its host is there (`fresh`), and the other (`stale`), whose copy is being made then. */
type Hosts = { sync: number; fresh: number; stale: number }
function hosts(p: Parameters): Rules<Hosts> {
  const { meanTimeBetweenIplsHours, meanIplHours, meanResyncHours } = numbersOf(p, 'meanTimeBetweenIplsHours', 'meanIplHours', 'meanResyncHours')
  const lambda = 1 / meanTimeBetweenIplsHours, back = 1 / meanIplHours
  return {
    initial: { sync: 2, fresh: 1, stale: 1 },
    transitions: {
      either: { rate: s => s.sync === 2 ? 2 * lambda : 0, fire: s => { s.sync = 1; s.stale = 0 }, failure: true },
      freshGoes: { rate: s => s.sync === 1 ? s.fresh * lambda : 0, fire: s => { s.fresh = 0 }, failure: true },
      staleGoes: { rate: s => s.sync === 1 ? s.stale * lambda : 0, fire: s => { s.stale = 0 } },
      freshBack: { rate: s => (1 - s.fresh) * back, fire: s => { s.fresh = 1 } },
      staleBack: { rate: s => (1 - s.stale) * back, fire: s => { s.stale = 1 } },
      resynced: { rate: s => s.sync === 1 && s.fresh + s.stale === 2 ? 1 / meanResyncHours : 0, fire: s => { s.sync = 2 } },
    },
    rare: s => s.fresh === 0, rewards: [s => 1 - s.fresh], leaves: s => s.fresh === 1,
  }
}
const exposed = (s: Hosts): boolean => s.sync === 1 && s.fresh === 1
const vscsiIpl: Family = {
  analytic(p) {
    const chain = chainOf(hosts(p), s => s.fresh === 1), { unavailability, outageFrequency } = upDown(chain), longRun = stationary(chain)
    return figures({ ...serviceFigures(unavailability, outageFrequency), fractionOfTimeExposed: () => reward(longRun, state => exposed(chain.values[state]!) ? 1 : 0) })
  },
  /** The balance of each state, by hand: what leaves it enters it. */
  otherwise(p) {
    const { meanTimeBetweenIplsHours, meanIplHours, meanResyncHours } = numbersOf(p, 'meanTimeBetweenIplsHours', 'meanIplHours', 'meanResyncHours')
    const l = 1 / meanTimeBetweenIplsHours, m = 1 / meanIplHours, r = 1 / meanResyncHours
    // Down with both away (Fd), and with the stale host back (Fr), per time degraded (D) and resyncing (R): Fd (2m) = D l + Fr l, Fr (m + l) = R l + Fd m.
    const fd = (D: number, R: number): number => (D * l * (m + l) + R * l * l) / (2 * m * (m + l) - m * l), fr = (D: number, R: number): number => (R * l + fd(D, R) * m) / (m + l)
    // D (m + l) = S 2l + R l + Fd m, with S 2l = R r; both sides are linear in D and R.
    const ratio = (r + l + m * fd(0, 1)) / (m + l - m * fd(1, 0))
    const R = 1, D = ratio, S = r / (2 * l), down = fd(D, R) + fr(D, R), all = S + R + D + down
    return figures({ ...serviceFigures(down / all, (D + R) * l / all), fractionOfTimeExposed: () => (D + R) / all })
  },
  simulated(p) {
    return named({
      ...downByCycles(hosts(p), YEAR_HOURS, 60),
      fractionOfTimeExposed: () => { const { rare: _, ...rules } = hosts(p); return regenerative({ ...rules, rewards: [s => exposed(s) ? 1 : 0] })((_, plain) => [plain.sums[0]!, plain.time]) },
    })
  },
}

/** Workstations that work on the left and on the right, switches, the backbone; what is under repair: 0 nothing, 1 to 5 a kind. */
type Cluster = { left: number; right: number; leftSwitch: number; rightSwitch: number; backbone: number; repairs: number }
const KINDS = ['left', 'right', 'leftSwitch', 'rightSwitch', 'backbone'] as const
function cluster(N: number, needed: number): Rules<Cluster> {
  const full = { left: N, right: N, leftSwitch: 1, rightSwitch: 1, backbone: 1 }
  const fails = { left: 1 / 500, right: 1 / 500, leftSwitch: 1 / 4000, rightSwitch: 1 / 4000, backbone: 1 / 5000 }, takes = { left: 2, right: 2, leftSwitch: 0.25, rightSwitch: 0.25, backbone: 0.125 }
  const serves = (s: Cluster): boolean => (s.left >= needed && s.leftSwitch === 1) || (s.right >= needed && s.rightSwitch === 1)
    || (s.left + s.right >= needed && s.leftSwitch + s.rightSwitch + s.backbone === 3)
  return {
    initial: { ...full, repairs: 0 },
    transitions: Object.fromEntries(KINDS.flatMap((kind, i) => [
      [`${kind} fails`, { rate: (s: Cluster) => s[kind] * fails[kind], fire: (s: Cluster) => { s[kind]-- }, failure: true as const }],
      [`${kind} begins`, { rate: (s: Cluster) => s.repairs === 0 && s[kind] < full[kind] ? 10 : 0, fire: (s: Cluster) => { s.repairs = i + 1 } }],
      [`${kind} works`, { rate: (s: Cluster) => s.repairs === i + 1 ? takes[kind] : 0, fire: (s: Cluster) => { s.repairs = 0; s[kind]++ } }],
    ])),
    rare: s => !serves(s), rewards: [s => serves(s) ? 0 : 1], leaves: serves,
  }
}
const minimum = (N: number): number => Math.floor(0.75 * N)
const clusterPrism: Family = {
  analytic(p) {
    const { N } = numbersOf(p, 'N'), least = cluster(N, minimum(N)), premium = cluster(N, N)
    const chain = chainOf(premium), longRun = stationary(chain), down = (rules: Rules<Cluster>): number => reward(longRun, state => rules.rewards![0]!(chain.values[state]!))
    return figures({
      longRunProbPremium: () => 1 - down(premium), states: () => chain.states.length, longRunUnavailabilityOfMinimum: () => down(least),
      longRunUnavailabilityOfPremium: () => down(premium), longRunProbMinimum: () => 1 - down(least),
    })
  },
  /** States counted without exploring: what repairs takes needs a failed one of its kind. */
  otherwise(p) {
    const { N } = numbersOf(p, 'N')
    return figures({ states: () => (N + 1) ** 2 * 8 + 2 * N * (N + 1) * 8 + 3 * (N + 1) ** 2 * 4 })
  },
  simulated(p) {
    const { N } = numbersOf(p, 'N'), premium = downByCycles(cluster(N, N)), least = downByCycles(cluster(N, minimum(N)))
    return named({
      longRunProbPremium: premium.availability, longRunUnavailabilityOfMinimum: least.unavailability,
      longRunUnavailabilityOfPremium: premium.unavailability, longRunProbMinimum: least.availability,
    })
  },
}

/** Customers in queue C and its server's phase, customers in queue M. */
type Tandem = { sc: number; ph: number; sm: number }
function tandem(c: number): Rules<Tandem> {
  const moved = (s: Tandem): void => { s.sc--; s.sm++; s.ph = 1 }
  return {
    initial: { sc: 0, ph: 1, sm: 0 },
    transitions: {
      arrives: { rate: s => s.sc < c ? 4 * c : 0, fire: s => { s.sc++ } },
      completes: { rate: s => s.sc > 0 && s.ph === 1 && s.sm < c ? 1.8 : 0, fire: moved },
      goesOn: { rate: s => s.sc > 0 && s.ph === 1 ? 0.2 : 0, fire: s => { s.ph = 2 } },
      completesLate: { rate: s => s.sc > 0 && s.ph === 2 && s.sm < c ? 2 : 0, fire: moved },
      leaves: { rate: s => s.sm > 0 ? 4 : 0, fire: s => { s.sm-- } },
    },
    // Empty is rare: a cycle is from one time to the next with queue C full and queue M empty.
    rewards: [s => s.sc + s.sm],
  }
}
const tandemPrism: Family = {
  analytic: () => figures({
    'customers_c*': c => { const chain = chainOf(tandem(Number(c))); return reward(stationary(chain), state => chain.values[state]!.sc + chain.values[state]!.sm) },
    'states_c*': c => chainOf(tandem(Number(c))).states.length,
  }),
  otherwise: () => figures({
    'states_c*': c => (2 * Number(c) + 1) * (Number(c) + 1),
    // Power iteration of the uniformised chain: another way to the same vector.
    'customers_c*': c => { const chain = chainOf(tandem(Number(c))), pi = iterated(chain.values, tandem(Number(c))); return pi.reduce((all, each, n) => all + each * (chain.values[n]!.sc + chain.values[n]!.sm), 0) },
  }),
  simulated: () => named({
    'customers_c*': c => regenerative({ ...tandem(Number(c)), initial: { sc: Number(c), ph: 1, sm: 0 } }, 100)((_, plain) => [plain.sums[0]!, plain.time]),
  }),
}
function iterated<S extends State>(states: readonly S[], { transitions }: Rules<S>): number[] {
  const place = new Map(states.map((s, n) => [JSON.stringify(s), n]))
  const out = states.map(s => Object.values(transitions).flatMap(({ rate, fire }) => {
    const next = { ...s }
    if (rate(s) > 0) fire(next)
    return rate(s) > 0 ? [[place.get(JSON.stringify(next))!, rate(s)] as const] : []
  }))
  const most = 1.1 * Math.max(...out.map(row => row.reduce((all, [, rate]) => all + rate, 0)))
  let pi = states.map(() => 1 / states.length)
  for (let n = 0; n < 6000; n++) {
    const next = pi.slice()
    out.forEach((row, from) => { for (const [to, rate] of row) { next[from]! -= pi[from]! * rate / most; next[to]! += pi[from]! * rate / most } })
    pi = next
  }
  return pi
}

export const published: Readonly<Record<string, Family>> = { 'vscsi-ipl-resync': vscsiIpl, 'cluster-prism': clusterPrism, 'tandem-prism': tandemPrism }
