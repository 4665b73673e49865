/**
 * A scenario with another script in the place of its operators' procedures and scripts; without any operator, one that calls it whenever a host
 * of a partition, the disks that it serves, or the partition itself are back.
 */
import { MINUTE } from '../base/time.ts'
import type { GuestId } from '../models/hypervisor/state.ts'
import type { OperatorConfig } from '../models/operator/config.ts'
import { operatorConfig } from '../models/operator/config.ts'
import type { Scenario } from '../scenario/build.ts'
import { targetOf } from './target.ts'

export interface Script { readonly file: string; readonly text: string }

export function withScript(scenario: Scenario, script: Script): Scenario {
  const given = scenario.configs.operator
  const operators: OperatorConfig = given.length > 0 ? given.map(o => called(o, script)) : callers(scenario, script)
  return { ...scenario, configs: { ...scenario.configs, operator: operators } }
}

/** What only a procedure knows is left out. */
function called(o: OperatorConfig[number], run: Script): OperatorConfig[number] {
  const { disks: _d, arrays: _a, takes: _t, timeout: _o, slips: _s, ...rest } = o
  return { ...rest, run, do: 'recover', restart: false, shortRemove: false }
}

function callers(scenario: Scenario, run: Script): OperatorConfig {
  const { clients, world } = targetOf(scenario)
  return operatorConfig.parse(clients.map((on: GuestId) => {
    const hosts = [...new Set(Object.values(world.vscsi.nwsds).flatMap(({ client, host }) => client === on ? [host] : []))]
    const when = [
      ...hosts.flatMap(guest => [{ type: 'hypervisor.guestUp', guest }, { type: 'hypervisor.guestResumed', guest }]),
      { type: 'vscsi.loggedIn', guest: on }, { type: 'hypervisor.guestUp', guest: on },
    ]
    return { name: clients.length === 1 ? 'script' : `script-${on}`, on, when, after: `${MINUTE / 1_000_000}s`, run }
  }))
}
