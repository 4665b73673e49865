/**
 * A scenario with another script in the place of its operators' procedures and scripts; without any operator, one that calls it whenever a host
 * of a partition, the disks that it serves, or the partition itself are back.
 */
import type { GuestId } from '../models/hypervisor/state.ts'
import type { OperatorConfig } from '../models/operator/config.ts'
import { operatorConfig } from '../models/operator/config.ts'
import type { Scenario } from '../scenario/build.ts'
import { targetOf, type Target } from './target.ts'

export interface Script { readonly file: string; readonly text: string }

export function withScript(scenario: Scenario, script: Script): Scenario {
  const given = scenario.configs.operator
  const operators: OperatorConfig = given.length > 0 ? given.map(o => called(o, script)) : operatorConfig.parse(callers(targetOf(scenario)).map(caller => ({ ...caller, run: script })))
  return { ...scenario, configs: { ...scenario.configs, operator: operators } }
}

/** What only a procedure knows is left out. */
function called(o: OperatorConfig[number], run: Script): OperatorConfig[number] {
  const { disks: _d, arrays: _a, takes: _t, timeout: _o, slips: _s, ...rest } = o
  return { ...rest, run, do: 'recover', restart: false, shortRemove: false }
}

/** As a scenario would write it. */
export function callers({ clients, world }: Target): { name: string; on: GuestId; when: Record<string, string>[]; after: string }[] {
  return clients.map(on => {
    const hosts = [...new Set(Object.values(world.vscsi.nwsds).flatMap(({ client, host }) => client === on ? [host] : []))]
    const when = [
      ...hosts.flatMap(guest => [{ type: 'hypervisor.guestUp', guest }, { type: 'hypervisor.guestResumed', guest }]),
      { type: 'vscsi.loggedIn', guest: on }, { type: 'hypervisor.guestUp', guest: on },
    ]
    return { name: clients.length === 1 ? 'script' : `script-${on}`, on, when, after: '1m' }
  })
}
