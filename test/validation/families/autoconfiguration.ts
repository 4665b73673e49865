/** Advertisements, default routes and addresses: renewal theory and the rules of RFC 4862, and the shipped daemons and hosts. */
import { figures, named, numberOr, numbersOf, type Family, type Parameters } from '../family.ts'
import { afterLifetimes, consecutiveLosses, gracefulStop, lifetimesLeft, survivals, waits } from '../advertised.ts'
import { configureTimes } from '../configured.ts'
import { integral } from '../math.ts'

const bounds = (p: Parameters) => {
  const { minRtrAdvInterval: min, maxRtrAdvInterval: max, advDefaultLifetime: lifetime } = numbersOf(p, 'minRtrAdvInterval', 'maxRtrAdvInterval', 'advDefaultLifetime')
  return { min, max, lifetime }
}
const raPeriod: Family = {
  /** Intervals are uniform; who comes at any time finds the age, and the rest, of a renewal process. */
  analytic(p) {
    const { min, max, lifetime } = bounds(p), period = (min + max) / 2, wait = (min * min + min * max + max * max) / 3 / (2 * period)
    return figures({
      meanWaitForNextRaSeconds: () => wait, meanRaPeriodSeconds: () => period, meanRouteSurvivalAfterCrashSeconds: () => lifetime - wait,
      minRouteSurvivalSeconds: () => lifetime - max, maxRouteSurvivalSeconds: () => lifetime, routeSurvivalAfterGracefulStopSeconds: () => 0,
      minConsecutiveLossesThatCanExpireRoute: () => Math.floor(lifetime / max),
    })
  },
  /** The age has the density of what survives; the rest is what the shipped daemon and host do. */
  otherwise(p) {
    const of = bounds(p), { min, max, lifetime } = of, survives = (age: number): number => age <= min ? 1 : (max - age) / (max - min)
    const moment = (n: number): number => integral(age => age ** n * survives(age), 0, min, 4) + integral(age => age ** n * survives(age), min, max, 4), period = moment(0)
    return figures({
      meanRaPeriodSeconds: () => period, meanWaitForNextRaSeconds: () => moment(1) / period, meanRouteSurvivalAfterCrashSeconds: () => lifetime - moment(1) / period,
      routeSurvivalAfterGracefulStopSeconds: () => gracefulStop(of), minConsecutiveLossesThatCanExpireRoute: () => consecutiveLosses(of),
    })
  },
  simulated(p) {
    const of = bounds(p)
    return named({
      meanWaitForNextRaSeconds: () => waits(of).wait, meanRaPeriodSeconds: () => waits(of).period, meanRouteSurvivalAfterCrashSeconds: () => survivals(of),
    })
  },
}

/** Valid and preferred lifetimes of the defaults (RFC 4861; radvd), and what a case says of remaining and advertised ones. */
const DEFAULTS: Readonly<Record<string, readonly [valid: number, preferred: number]>> = { a: [2_592_000, 604_800], b: [86_400, 14_400] }
const HEARD: Readonly<Record<string, readonly [remaining: number, advertised: number]>> = { c: [80_000, 0], d: [5000, 3600], e: [5000, 5400], f: [5000, 9000] }
/** Of the last advertisement of a router that deprecates its prefix: two hours, and three seconds more. */
const DEPRECATED: readonly [remaining: number, advertised: number] = [86_400, 7203]
const TWO_HOURS = 7200

const slaacLifetimes: Family = {
  /** RFC 4862 5.5.3 e. */
  analytic(p) {
    const after = ([remaining, advertised]: readonly [number, number]): number =>
      p.twoHourRule === false || advertised > TWO_HOURS || advertised > remaining ? advertised : remaining <= TWO_HOURS ? remaining : TWO_HOURS
    return figures({
      g_deprecatedAfter: () => 0, g_removedAfter: () => after(DEPRECATED),
      '*_deprecatedAfter': which => DEFAULTS[which]?.[1], '*_removedAfter': which => DEFAULTS[which]?.[0],
      '*_validAfter': which => { const heard = HEARD[which]; return heard && after(heard) },
    })
  },
  /** The shipped host; it keeps to the rule. */
  otherwise: () => figures({
    g_deprecatedAfter: () => afterLifetimes(86_400, 14_400, [7203, 0])[0], g_removedAfter: () => afterLifetimes(86_400, 14_400, [7203, 0])[1],
    '*_deprecatedAfter': which => { const d = DEFAULTS[which]; return d && afterLifetimes(...d)[0] }, '*_removedAfter': which => { const d = DEFAULTS[which]; return d && afterLifetimes(...d)[1] },
    '*_validAfter': which => { const heard = HEARD[which]; return heard && lifetimesLeft(...heard) },
  }),
}

const boot = (p: Parameters) => ({
  probes: numberOr(p, 'dupAddrDetectTransmits', 1), retrans: numberOr(p, 'retransTimerSeconds', 1), hostDelay: numberOr(p, 'maxRtrSolicitationDelay', 1), raDelay: numberOr(p, 'maxRaDelaySeconds', 0.5),
})
const slaacBoot: Family = {
  /** Three random delays of the host (before the first probe, the solicitation and the second probe), one of the router, and the probes of both addresses. */
  analytic(p) {
    const { probes, retrans, hostDelay, raDelay } = boot(p), fixed = 2 * probes * retrans, mean = fixed + 1.5 * hostDelay + raDelay / 2
    const variance = (3 * hostDelay ** 2 + raDelay ** 2) / 12
    return figures({ meanSeconds: () => mean, minSeconds: () => fixed, maxSeconds: () => fixed + 3 * hostDelay + raDelay, varianceSeconds2: () => variance })
  },
  otherwise(p) {
    const { probes, retrans, hostDelay, raDelay } = boot(p), parts = [hostDelay, hostDelay, hostDelay, raDelay], mean = (most: number): number => integral(t => t, 0, most, 1) / most
    return figures({
      meanSeconds: () => parts.reduce((all, most) => all + mean(most), 2 * probes * retrans),
      varianceSeconds2: () => parts.reduce((all, most) => all + integral(t => (t - mean(most)) ** 2, 0, most, 1) / most, 0),
    })
  },
  simulated(p) {
    const times = configureTimes(boot(p)), mean = slaacBoot.analytic(p)('meanSeconds') as number
    return named({ meanSeconds: () => times(seconds => seconds), varianceSeconds2: () => times(seconds => (seconds - mean) ** 2) })
  },
}

export const autoconfiguration: Readonly<Record<string, Family>> = { 'ra-period': raPeriod, 'slaac-lifetimes': slaacLifetimes, 'slaac-boot': slaacBoot }
