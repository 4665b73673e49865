/** Families that are answered by arithmetic: networks of blocks, drive lives, conversions, tiers, timeouts, migration. */
import { cdf, cumulativeHazard, density, hazard, meanOf, quantile, survival, varianceOf, type Distribution } from '../../../src/base/distribution.ts'
import { HOUR, SECOND } from '../../../src/base/time.ts'
import { figures, named, numberOr, numbersOf, YEAR_HOURS, type Family, type Parameters } from '../family.ts'
import { integral, sum } from '../math.ts'
import { hoursText, lives, repairTimes } from '../shipped.ts'

/** Edges s-1, s-2, 1-t, 2-t, 1-2. */
const EDGES = ['s1', 's2', '1t', '2t', 'bridge']
type Five = readonly number[]
const bridgeFigures = (reliability: (p: Five) => number) => (p: Parameters) => {
  const even = p.p as Five, edge = (name: string): number => EDGES.indexOf(name === '12' || name === 'Bridge' ? 'bridge' : name.replace('-', ''))
  const birnbaum = (n: number): number | undefined => n < 0 ? undefined : reliability(even.with(n, 1)) - reliability(even.with(n, 0))
  return figures({
    reliability: () => reliability(even), reliabilityAsym: () => reliability(p.pAsym as Five),
    birnbaumImportanceOfBridgeEdge: () => birnbaum(4), 'birnbaumImportanceOfEdge_*': name => birnbaum(edge(name)),
  })
}
const rbdBridge: Family = {
  /** By whether the bridge works: then two parallel pairs in series, else two series pairs in parallel. */
  analytic: bridgeFigures(([s1, s2, t1, t2, b]) => {
    const or = (x: number, y: number): number => x + y - x * y
    return b! * or(s1!, s2!) * or(t1!, t2!) + (1 - b!) * or(s1! * t1!, s2! * t2!)
  }),
  otherwise: bridgeFigures(p => {
    let works = 0
    for (let set = 0; set < 32; set++) {
      const up = (n: number): boolean => (set >> n & 1) === 1
      const one = up(0) || (up(1) && up(4)), two = up(1) || (up(0) && up(4))
      if ((one && up(2)) || (two && up(3))) works += p.reduce((all, each, n) => all * (up(n) ? each : 1 - each), 1)
    }
    return works
  }),
}

/** Of a life in hours; the parameters are a location, a scale and a shape. */
const lifeOf = (p: Parameters): { location: number; scale: number; shape: number; law: Distribution } => {
  const { shape } = numbersOf(p, 'shape'), location = numberOr(p, 'location', numberOr(p, 'locationHours', 0)), scale = numberOr(p, 'scaleHours', numberOr(p, 'scale', NaN))
  const weibull = { weibull: [scale, shape] as const }
  return { location, scale, shape, law: location === 0 ? weibull : { after: location, then: weibull } }
}
const weibull: Family = {
  analytic(p) {
    const { law } = lifeOf(p), mission = (): number => numbersOf(p, 'missionHours').missionHours
    return figures({
      meanLifeHours: () => meanOf(law), mean: () => meanOf(law), median: () => quantile(law, 0.5), variance: () => varianceOf(law),
      'b*LifeHours': percent => quantile(law, Number(percent) / 100), probFailByMission: () => cdf(law, mission()),
      expectedFailuresMinimalRepair: () => cumulativeHazard(law, mission()), hazardAtMissionPerHour: () => hazard(law, mission()), 'P(>*h)': t => survival(law, Number(t)),
    })
  },
  /** From the density alone; and from the formula of the survival function. */
  otherwise(p) {
    const { law, location, scale, shape } = lifeOf(p), mission = (): number => numbersOf(p, 'missionHours').missionHours
    const hazardTo = (t: number): number => ((t - location) / scale) ** shape
    // In the variable in which the law is exponential, its moments are smooth but for their beginning.
    const moment = (f: (t: number) => number): number => integral(v => 3 * v * v * Math.exp(-(v ** 3)) * f(location + scale * v ** (3 / shape)), 0, 3.5, 64)
    const meanLife = moment(t => t)
    return figures({
      meanLifeHours: () => meanLife, mean: () => meanLife, variance: () => moment(t => (t - meanLife) ** 2),
      median: () => location + scale * Math.log(2) ** (1 / shape), 'b*LifeHours': percent => location + scale * (-Math.log1p(-Number(percent) / 100)) ** (1 / shape),
      probFailByMission: () => -Math.expm1(-hazardTo(mission())), expectedFailuresMinimalRepair: () => hazardTo(mission()),
      hazardAtMissionPerHour: () => density(law, mission()) / Math.exp(-hazardTo(mission())), 'P(>*h)': t => Math.exp(-hazardTo(Number(t))),
    })
  },
  simulated(p) {
    const { location, scale, shape } = lifeOf(p), unit = scale > 1000 ? SECOND : HOUR
    const law = (unit: number) => { const weibull = { weibull: [hoursText(scale, unit), shape] }; return location === 0 ? weibull : { after: hoursText(location, unit), then: weibull } }
    const times = (y: (hours: number) => number) => repairTimes(law(unit), 1, unit)(y)
    return named({
      probFailByMission: () => lives(law(HOUR), numbersOf(p, 'missionHours').missionHours), mean: () => times(t => t), meanLifeHours: () => times(t => t), 'P(>*h)': t => times(hours => hours > Number(t) ? 1 : 0),
    })
  },
}

const repairLognormal: Family = {
  analytic(p) {
    const { mttfHours, responseHours, lognormalMu, lognormalSigma } = numbersOf(p, 'mttfHours', 'responseHours', 'lognormalMu', 'lognormalSigma')
    const law: Distribution = { after: responseHours, then: { lognormal: [Math.exp(lognormalMu), lognormalSigma] } }
    return figures({
      meanOutageHours: () => meanOf(law), availability: () => mttfHours / (mttfHours + meanOf(law)),
      'probOutageOver*h': t => survival(law, Number(t)), 'p*OutageHours': percent => quantile(law, Number(`0.${percent}`)),
    })
  },
  /** Over the normal law by quadrature. */
  otherwise(p) {
    const { mttfHours, responseHours: r, lognormalMu: mu, lognormalSigma: sigma } = numbersOf(p, 'mttfHours', 'responseHours', 'lognormalMu', 'lognormalSigma')
    const normal = (z: number): number => Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI), over = (t: number): number => integral(normal, (Math.log(t - r) - mu) / sigma, 12, 64)
    const mean = r + integral(z => normal(z) * Math.exp(mu + sigma * z), -12, 14, 64)
    return figures({
      meanOutageHours: () => mean, availability: () => mttfHours / (mttfHours + mean), 'probOutageOver*h': t => over(Number(t)),
      'p*OutageHours': percent => {
        let low = r + 1e-9, high = 1e6
        for (let n = 0; n < 200; n++) {
          const middle = Math.sqrt(low * high)
          if (over(middle) > 1 - Number(`0.${percent}`)) low = middle
          else high = middle
        }
        return low
      },
    })
  },
  simulated(p) {
    const { mttfHours, responseHours, lognormalMu, lognormalSigma } = numbersOf(p, 'mttfHours', 'responseHours', 'lognormalMu', 'lognormalSigma')
    const times = repairTimes({ after: hoursText(responseHours), then: { lognormal: [hoursText(Math.exp(lognormalMu)), lognormalSigma] } }, mttfHours)
    return named({ meanOutageHours: () => times(t => t), 'probOutageOver*h': t => times(hours => hours > Number(t) ? 1 : 0) })
  },
}

const afr: Family = {
  analytic(p) {
    const { datasheetMttfHours: mttf, fieldArr } = numbersOf(p, 'datasheetMttfHours', 'fieldArr'), year = numberOr(p, 'yearHours', YEAR_HOURS)
    return figures({
      afrLinearPercent: () => 100 * year / mttf, afrExponentialPercent: () => -100 * Math.expm1(-year / mttf),
      fieldImpliedMttfHours: () => year / fieldArr, ratioFieldToDatasheet: () => mttf * fieldArr / year,
    })
  },
  otherwise(p) {
    const { datasheetMttfHours: mttf } = numbersOf(p, 'datasheetMttfHours')
    return figures({ afrExponentialPercent: () => 100 * cdf({ exponential: mttf }, numberOr(p, 'yearHours', YEAR_HOURS)) })
  },
}

interface Tier { readonly tier: number; readonly plannedHours: number; readonly failuresPerYear: number; readonly hoursPerFailure: number }
const uptimeTiers: Family = {
  analytic(p) {
    const year = numberOr(p, 'yearHours', YEAR_HOURS), tiers = p.tiers as readonly Tier[]
    const of = (name: string, figure: (down: number) => number): number | undefined => {
      const tier = tiers.find(({ tier }) => String(tier) === name)
      return tier && figure(tier.plannedHours + tier.failuresPerYear * tier.hoursPerFailure)
    }
    return figures({ 'downHoursTier*': n => of(n, down => down), 'availabilityTier*': n => of(n, down => 1 - down / year), 'printedTier*': n => of(n, down => 1 - down / year) })
  },
}

/** One chain of host, VMM and guest, two of them, and the SAN that both need. */
const virtParams: Family = {
  analytic(p) {
    const n = numbersOf(p, 'hostMttfDays', 'hostMttrDays', 'sanMttfDays', 'sanMttrDays', 'vmmMttfHours', 'vmmMttrMinutes', 'vmMttfHours', 'vmMttrMinutes')
    const up = (mttf: number, mttr: number): number => mttf / (mttf + mttr), downOf = (mttf: number, mttr: number): number => mttr / (mttf + mttr)
    const chain = up(n.hostMttfDays, n.hostMttrDays) * up(n.vmmMttfHours * 60, n.vmmMttrMinutes) * up(n.vmMttfHours * 60, n.vmMttrMinutes)
    const two = 1 - (1 - chain) ** 2, system = two * up(n.sanMttfDays, n.sanMttrDays)
    return figures({
      oneChain: () => chain, twoChains: () => two, systemWithSan: () => system, downtimeMinutesPerYear: () => (1 - system) * YEAR_HOURS * 60,
      shareOfDowntimeFromSan: () => downOf(n.sanMttfDays, n.sanMttrDays) / (1 - system),
    })
  },
  /** Every combination of seven components. */
  otherwise(p) {
    const n = numbersOf(p, 'hostMttfDays', 'hostMttrDays', 'sanMttfDays', 'sanMttrDays', 'vmmMttfHours', 'vmmMttrMinutes', 'vmMttfHours', 'vmMttrMinutes')
    const one = [n.hostMttrDays / (n.hostMttfDays + n.hostMttrDays), n.vmmMttrMinutes / (n.vmmMttfHours * 60 + n.vmmMttrMinutes), n.vmMttrMinutes / (n.vmMttfHours * 60 + n.vmMttrMinutes)]
    const down = [...one, ...one, n.sanMttrDays / (n.sanMttfDays + n.sanMttrDays)]
    const chance = (works: (up: (i: number) => boolean) => boolean): number => sum(Array.from({ length: 128 }, (_, set) => {
      const up = (i: number): boolean => (set >> i & 1) === 1
      return works(up) ? down.reduce((all, q, i) => all * (up(i) ? 1 - q : q), 1) : 0
    }))
    const a = (up: (i: number) => boolean): boolean => up(0) && up(1) && up(2), b = (up: (i: number) => boolean): boolean => up(3) && up(4) && up(5)
    const fails = chance(up => !(up(6) && (a(up) || b(up))))
    return figures({
      oneChain: () => chance(a), twoChains: () => chance(up => a(up) || b(up)), systemWithSan: () => chance(up => up(6) && (a(up) || b(up))), downtimeMinutesPerYear: () => fails * YEAR_HOURS * 60,
      shareOfDowntimeFromSan: () => chance(up => !up(6)) / fails,
    })
  },
}

/** After so long without service a client makes one more attempt, of at most a minute. */
const LAST_ATTEMPT = 60
const timeouts: Family = {
  analytic(p) {
    const { apdTimeoutSeconds: apd, vscsiPathTimeoutSeconds: path } = numbersOf(p, 'apdTimeoutSeconds', 'vscsiPathTimeoutSeconds')
    return figures({
      'apd_outage*_hostIoFailed': seconds => Number(seconds) > apd, 'apd_outage*_hostIoFailedAt': seconds => Number(seconds) > apd ? apd : undefined,
      vscsi_earliestDetectionSeconds: () => path, vscsi_latestDetectionSeconds: () => path + LAST_ATTEMPT,
    })
  },
}

const copying = (p: Parameters) => numbersOf(p, 'memoryMB', 'bandwidthMBps', 'dirtyMBps', 'thresholdMB', 'maxRounds', 'resumeSeconds')
const precopy: Family = {
  analytic(p) {
    const { memoryMB, bandwidthMBps, dirtyMBps, thresholdMB, maxRounds, resumeSeconds } = copying(p)
    let left = memoryMB, sent = 0, rounds = 0
    while (left > thresholdMB && rounds < maxRounds) {
      sent += left
      left = Math.min(memoryMB, dirtyMBps * left / bandwidthMBps)
      rounds++
    }
    const down = left / bandwidthMBps + resumeSeconds
    return figures({
      preCopyRounds: () => rounds, finalSetMB: () => left, transferredMB: () => sent + left, downtimeSeconds: () => down, totalSeconds: () => sent / bandwidthMBps + down,
    })
  },
  /** Geometric sums. */
  otherwise(p) {
    const { memoryMB, bandwidthMBps, dirtyMBps, thresholdMB, maxRounds, resumeSeconds } = copying(p), x = Math.min(1, dirtyMBps / bandwidthMBps)
    const enough = x < 1 ? Math.max(0, Math.ceil(Math.log(thresholdMB / memoryMB) / Math.log(x))) : thresholdMB >= memoryMB ? 0 : Infinity
    const rounds = Math.min(maxRounds, enough), last = memoryMB * x ** rounds, sent = memoryMB * (x < 1 ? (1 - x ** (rounds + 1)) / (1 - x) : rounds + 1)
    return figures({
      preCopyRounds: () => rounds, finalSetMB: () => last, transferredMB: () => sent, downtimeSeconds: () => last / bandwidthMBps + resumeSeconds, totalSeconds: () => sent / bandwidthMBps + resumeSeconds,
    })
  },
}

export const arithmetic: Readonly<Record<string, Family>> = {
  'rbd-bridge': rbdBridge, weibull, 'repair-lognormal': repairLognormal, afr, 'uptime-tiers': uptimeTiers, 'virt-params': virtParams, timeouts, precopy,
}
