/**
 * Whoever does the runs of a study: one simulation of each of its systems, made when it is first asked for.
 *
 * What hands are given is plain data, so that it can be handed to another thread; what they give back depends on nothing but that and the numbers of the runs.
 */
import { stack } from '../models/stack.ts'
import type { Scenario } from '../scenario/build.ts'
import type { Method } from './method.ts'
import { ForkRunner } from './rare/fork-runner.ts'
import { Runner } from './runner.ts'
import type { Study } from './study.ts'
import type { RunTally } from './tally.ts'

export interface System { readonly scenario: Omit<Scenario, 'models'>; readonly method: Method }
export interface Orders { readonly study: Omit<Study, 'variants' | 'uncertain'>; readonly systems: readonly System[] }
export interface Work { readonly system: number; readonly runs: readonly number[] }

export function ordersOf(study: Study, systems: readonly { readonly scenario: Scenario; readonly method: Method }[]): Orders {
  const { variants: _v, uncertain: _u, ...rest } = study
  return { study: rest, systems: systems.map(({ scenario: { models: _m, ...scenario }, method }) => ({ scenario, method })) }
}

export class Hands {
  private readonly orders: Orders
  private readonly runners = new Map<number, { run(index: number): RunTally }>()

  constructor(orders: Orders) {
    this.orders = orders
  }

  run({ system, runs }: Work): RunTally[] {
    let runner = this.runners.get(system)
    if (runner === undefined) this.runners.set(system, runner = this.runnerOf(this.orders.systems[system]!))
    return runs.map(run => runner.run(run))
  }

  private runnerOf({ scenario, method }: System): { run(index: number): RunTally } {
    const study = { ...this.orders.study, variants: [], uncertain: [] }, whole = { ...scenario, models: stack }
    return method.kind === 'forks' ? new ForkRunner(study, whole, method.bias) : new Runner(study, whole)
  }
}
