/**
 * What the runs of one variant add up to, taken in the order of their numbers: the same runs, the same bits, whoever ran them.
 *
 * Runs are independent and alike, so everything is a mean over runs or a ratio of two; quantiles come from sketches of whole numbers. One number of each
 * run and service is kept, for comparing variants run by run.
 */
import { assert } from '../base/assert.ts'
import { YEAR, type Micros } from '../base/time.ts'
import type { Sla, Variant } from './study.ts'
import { mergeMoments, noMoments, noPairs, observe, observePair, type Moments, type PairMoments } from './stats/moments.ts'
import { noSketch, record, type Sketch } from './stats/sketch.ts'
import { mergedForks, type ForkTally, type RunTally, type ServiceTally } from './tally.ts'

export interface CauseSums { readonly down: Moments; readonly outages: Moments }
export interface ServiceSums {
  /** Over counted time, in microseconds. */
  readonly down: PairMoments
  readonly outages: PairMoments
  /** Downtime over outages. */
  readonly perOutage: PairMoments
  readonly lengths: Sketch
  readonly years: Sketch
  yearsWithin: number
  yearsWithout: number
  stuck: number
  readonly causes: Map<string, CauseSums>
  /** Of each run, in its order. */
  readonly downOf: number[]
  readonly outagesOf: number[]
  /** Downtime of each run by rule, for what a difference comes from. */
  readonly rulesOf: Map<string, number[]>
}
export interface ArraySums { readonly exposures: PairMoments; readonly exposed: PairMoments; readonly detection: PairMoments; readonly waiting: PairMoments; readonly recovery: PairMoments; /** Years with a loss, over counted time. */ readonly lost: PairMoments; losses: number; lossYears: number; /** Of each run, in its order. */ readonly exposedOf: number[] }
export interface ClientSums { readonly address: PairMoments; readonly preferred: PairMoments; readonly router: PairMoments }

export class Collected {
  runs = 0
  micros: Micros = 0
  events = 0
  readonly services = new Map<string, ServiceSums>()
  readonly arrays = new Map<string, ArraySums>()
  readonly clients = new Map<string, ClientSums>()
  readonly hits = new Map<string, PairMoments>()
  readonly capacity: Moments = noMoments()
  readonly notes = new Set<string>()
  readonly costOf: number[] = []
  forks: ForkTally | null = null
  private readonly sla: Sla | null
  private readonly variant: Pick<Variant, 'costs'>
  private readonly paidFor: readonly string[]

  constructor(variant: Pick<Variant, 'costs'>, { sla, services }: { readonly sla: Sla | null; readonly services: readonly string[] }) {
    this.variant = variant
    this.sla = sla
    this.paidFor = services
  }

  /** Runs come in the order of their numbers, none left out. */
  add(tally: RunTally): void {
    assert(tally.run === this.runs, 'runs are collected in the order of their numbers')
    const { micros } = tally
    this.runs++
    this.micros += micros
    this.events += tally.events
    for (const [name, service] of Object.entries(tally.services)) this.addService(name, service, micros)
    for (const [name, array] of Object.entries(tally.arrays)) {
      const sums = entry(this.arrays, name, () => ({ exposures: noPairs(), exposed: noPairs(), detection: noPairs(), waiting: noPairs(), recovery: noPairs(), lost: noPairs(), losses: 0, lossYears: 0, exposedOf: [] }))
      sums.exposedOf.push(array.exposedMicros)
      observePair(sums.exposures, micros, array.exposures)
      observePair(sums.exposed, micros, array.exposedMicros)
      observePair(sums.detection, micros, array.detectionMicros)
      observePair(sums.waiting, micros, array.waitingMicros)
      observePair(sums.recovery, micros, array.recoveryMicros)
      observePair(sums.lost, micros, array.lossYears)
      sums.losses += array.losses
      sums.lossYears += array.lossYears
    }
    for (const [name, client] of Object.entries(tally.clients)) {
      const sums = entry(this.clients, name, () => ({ address: noPairs(), preferred: noPairs(), router: noPairs() }))
      observePair(sums.address, micros, client.addressMicros)
      observePair(sums.preferred, micros, client.preferredMicros)
      observePair(sums.router, micros, client.routerMicros)
    }
    for (const [rule, hits] of Object.entries(tally.hits)) observePair(entry(this.hits, rule, noPairs), micros, hits)
    const down = Object.values(tally.down)
    observe(this.capacity, down.length === 0 ? 1 : 1 - down.reduce((sum, each) => sum + each, 0) / (down.length * micros))
    this.costOf.push(this.costOfRun(tally))
    for (const note of tally.notes) this.notes.add(note)
    if (tally.forks !== undefined) this.forks = this.forks === null ? tally.forks : mergedForks(this.forks, tally.forks)
  }

  private addService(name: string, tally: ServiceTally, micros: Micros): void {
    const sums = entry(this.services, name, (): ServiceSums => ({
      down: noPairs(), outages: noPairs(), perOutage: noPairs(), lengths: noSketch(), years: noSketch(), yearsWithin: 0, yearsWithout: 0, stuck: 0,
      causes: new Map(), downOf: [], outagesOf: [], rulesOf: new Map(),
    }))
    observePair(sums.down, micros, tally.downMicros)
    observePair(sums.outages, micros, tally.outages)
    observePair(sums.perOutage, tally.outages, tally.downMicros)
    tally.lengths.forEach((length, i) => record(sums.lengths, length, tally.weights?.[i] ?? 1))
    tally.years.forEach((down, year) => {
      const longest = tally.longest[year] ?? 0
      record(sums.years, down)
      if (down === 0) sums.yearsWithout++
      if (this.sla !== null && down <= (this.sla.downMicrosPerYear ?? Infinity) && longest <= (this.sla.outageMicros ?? Infinity)) sums.yearsWithin++
    })
    if (tally.stuck) sums.stuck++
    const runs = sums.downOf.length
    for (const { key, outages, downMicros } of tally.causes) {
      const cause = entry(sums.causes, key, () => ({ down: zeros(runs), outages: zeros(runs) }))
      observe(cause.down, downMicros)
      observe(cause.outages, outages)
      const rule = ruleOfKey(key), of = entry(sums.rulesOf, rule, (): number[] => [])
      while (of.length < runs) of.push(0)
      of[runs] = (of[runs] ?? 0) + downMicros
    }
    for (const { down, outages } of sums.causes.values()) if (down.n === runs) {
      observe(down, 0)
      observe(outages, 0)
    }
    sums.downOf.push(tally.downMicros)
    sums.outagesOf.push(tally.outages)
  }

  private costOfRun({ services, arrays, micros }: RunTally): number {
    const { perOutage = 0, perMinute = 0, perYear = 0, perDataLoss = 0 } = this.variant.costs
    let cost = 0
    for (const name of this.paidFor) cost += perOutage * (services[name]?.outages ?? 0) + perMinute * (services[name]?.downMicros ?? 0) / 60_000_000
    for (const { losses } of Object.values(arrays)) cost += perDataLoss * losses
    return perYear + cost * YEAR / micros
  }
}

/** The rule of a cause, of whatever phase: `fault crashes`. */
export const ruleOfKey = (key: string): string => key.split('\t').slice(0, 2).join(' ')

function entry<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key)
  if (value === undefined) map.set(key, value = make())
  return value
}

function zeros(n: number): Moments {
  const moments = noMoments()
  mergeMoments(moments, { ...noMoments(), n })
  return moments
}
