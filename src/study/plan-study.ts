/**
 * A study from beginning to end in one call and one thread: for tests and for programs. The command does the same runs in many threads.
 */
import { BadScenario } from '../scenario/issue.ts'
import type { Beside } from '../scenario/beside.ts'
import { Hands, ordersOf } from './hands.ts'
import { methodOf, type WantedMethod } from './method.ts'
import { Plan } from './plan.ts'
import type { StudyResult } from './result.ts'
import { checkStudy, type Study } from './study.ts'

export interface PlanStudyOptions {
  readonly method?: WantedMethod
  /** Exactly so many runs of each variant, whatever they show; default: until the study's precision is reached. */
  readonly runs?: number
  /** Also what the solver says, where all delays are exponential. */
  readonly exact?: boolean
  /** How files that the study names are read. */
  readonly beside?: Beside
}

/** Throws a BadScenario, which lists every issue, for a study that cannot be run, or cannot fork when it was asked to. */
export function planStudy(input: Study | Readonly<Record<string, unknown>>, { method = 'auto', runs, exact, beside }: PlanStudyOptions = {}): StudyResult {
  const study = readyStudy(input, beside), methods = study.variants.map(variant => {
    const chosen = methodOf(study, variant, method)
    if (typeof chosen === 'string') throw new BadScenario([{ path: ['variants', variant.name], at: 'value', found: 'cannot fork', expected: chosen }])
    return chosen
  })
  const plan = new Plan(runs === undefined ? study : { ...study, mostYears: runs * study.yearsPerRun }, methods)
  const hands = new Hands(ordersOf(study, study.variants.map(({ scenario }, i) => ({ scenario, method: methods[i]! }))))
  for (let round = plan.next(runs !== undefined); round !== null; round = plan.next(runs !== undefined)) {
    const { from, to } = round, numbers = Array.from({ length: to - from }, (_, i) => from + i)
    methods.forEach((_, system) => {
      for (const tally of hands.run({ system, runs: numbers })) plan.collect(system, tally)
    })
  }
  return plan.result({ hotspare: '', repeat: `planStudy(${study.name})`, ended: plan.precise ? 'precise' : 'years', exact })
}

function readyStudy(input: Study | Readonly<Record<string, unknown>>, beside: Beside | undefined): Study {
  if ('warmUp' in input && Array.isArray(input['variants'])) return input as Study
  const { study, problems } = checkStudy(input, 'study', beside)
  if (study === undefined) throw new BadScenario(problems)
  return study
}
