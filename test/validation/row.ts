/** The row `validation`: one unit is one expected figure of one case. Theory must be within its tolerance, and, where a case asks for it, simulation too. */
import { estimate, type Estimate } from './experiment.ts'
import type { Case, Figure, Value } from './family.ts'
import { families } from './families/index.ts'
import { plainly } from './plain.ts'
import { demandOf, differsFrom, disagrees } from './tolerance.ts'

export interface Judged { readonly id: string; readonly figure: Figure; readonly theory?: Value | undefined; readonly simulated?: Estimate; readonly why: string | undefined }

/** Cases that give measurements without what would be needed to compute them. */
const NO_MODEL: Readonly<Record<string, string>> = { 'migration-published': 'measured by its authors; memory and dirty rates of the guests are not in the case, so there is nothing to compute' }

export function judge(of: Case, figure: Figure): Judged {
  const id = `${of.id} ${figure.metric}`, family = families[of.family]
  if (family === undefined) return { id, figure, why: NO_MODEL[of.family] ?? `there is no family ${of.family}` }
  try {
    const theory = family.analytic(of.parameters)(figure.metric), wrong = theory === undefined && figure.simTolerance !== undefined ? undefined : differsFrom(figure, theory)
    if (wrong !== undefined || figure.simTolerance === undefined) return { id, figure, theory, why: wrong }
    const demand = demandOf(figure), experiment = family.simulated?.(of.parameters)(figure.metric)
    if (demand === undefined) return { id, figure, theory, why: `what it asks of a simulation is not understood: ${figure.simTolerance}` }
    if (experiment === undefined) return { id, figure, theory, why: 'no simulation gives it' }
    const simulated = estimate(experiment, demand.aim)
    return { id, figure, theory, simulated, why: disagrees(demand, figure.value as number, simulated) ?? (demand.plain && plainly(of)) }
  } catch (error) {
    return { id, figure, why: (error as Error).message }
  }
}

export const judgeAll = (cases: readonly Case[]): Judged[] => cases.flatMap(one => one.expected.map(figure => judge(one, figure)))
