/** Studies that are run with all their side studies, in this thread. */
import { Hands, ordersOf } from '../../../src/study/hands.ts'
import { Plan } from '../../../src/study/plan.ts'
import type { Method } from '../../../src/study/method.ts'
import type { StudyResult } from '../../../src/study/result.ts'
import type { Study } from '../../../src/study/study.ts'
import { WhatIf } from '../../../src/study/whatif/whatif.ts'
import { studyOf } from '../studies.ts'

export const PLAIN: Method = { kind: 'runs', because: null }

/** So many runs of each variant. */
export function planned(study: Study, runs: number, method: Method = PLAIN): Plan {
  const plan = new Plan(study, study.variants.map(() => method)), hands = new Hands(ordersOf(study, study.variants.map(({ scenario }) => ({ scenario, method }))))
  study.variants.forEach((_, system) => { for (let run = 0; run < runs; run++) plan.collect(system, hands.run({ system, runs: [run] })[0]!) })
  return plan
}

export function withSides(input: Record<string, unknown>, runs: number, method?: Method): { result: StudyResult; sideRuns: number } {
  const study = studyOf(input), plan = planned(study, runs, method), whatIf = new WhatIf(plan, {})
  for (let sides = whatIf.next(); sides.length > 0; sides = whatIf.next()) {
    const hands = new Hands(ordersOf(study, sides))
    sides.forEach((side, system) => { for (let run = 0; run < whatIf.runs; run++) whatIf.collect(side, hands.run({ system, runs: [run] })[0]!) })
  }
  return { result: whatIf.addTo(plan.result({ hotspare: '0.0.0', repeat: '', ended: 'years' })), sideRuns: whatIf.runs }
}

export interface Part { readonly mttf: number; readonly mttr: number }

/** Components with a clock each; `needs` is what the service needs. */
export const parts = (of: Readonly<Record<string, Part>>, needs: readonly unknown[]): Record<string, unknown> => ({
  system: { component: Object.fromEntries(Object.keys(of).map(name => [name, {}])), service: { services: { serving: { needs } } } },
  faults: Object.fromEntries(Object.entries(of).map(([name, { mttf, mttr }]) => [`${name}-fails`, { fail: [name], upFor: { exponential: `${mttf}h` }, lasts: { exponential: `${mttr}h` } }])),
})

/** Four in series, of case series-attribution-031. */
export const SERIES: Readonly<Record<string, Part>> = { power: { mttf: 50_000, mttr: 8 }, hypervisor: { mttf: 6000, mttr: 1 }, vios: { mttf: 2000, mttr: 0.5 }, guest: { mttf: 1500, mttr: 0.25 } }
export const needsAll = (names: readonly string[]): unknown[] => names.map(component => ({ component }))
