/**
 * Whether a verdict would be another one if a planning default were another figure (DD-100): each default that the run rests on is set
 * to either end of its range, as if the scenario had said so, and the run is done again. What then changes is reported.
 */
import { copy } from '../base/readonly.ts'
import { formatDuration } from '../base/time.ts'
import { DEFAULTS, type Default, type DefaultId } from '../models/defaults.ts'
import type { GuestConfig } from '../models/hypervisor/config.ts'
import { nwsdOf } from '../models/vscsi/config.ts'
import type { Scenario } from './build.ts'
import { simulate, type Run } from './run.ts'

export interface Sensitivity {
  readonly id: DefaultId
  readonly what: string
  /** The other figure, with its unit. */
  readonly value: string
  /** Expectations that are met as things are and not with this figure, or the other way round. */
  readonly changes: readonly { readonly says: string; readonly figures: string; readonly met: boolean }[]
}

/** Empty when nothing changes anywhere within the ranges. */
export function sensitivitiesOf(run: Run): Sensitivity[] {
  const found: Sensitivity[] = []
  for (const { id } of run.assumptions) {
    const { what, range }: Default = DEFAULTS[id]
    if (range === undefined || SET[id] === undefined) continue
    for (const value of range) {
      const { verdict } = simulate(withDefault(run.scenario, id, value)!, { seed: run.seed, until: run.until })
      const changes = verdict.results.filter((result, index) => result.met !== run.verdict.results[index]!.met).map(({ says, figures, met }) => ({ says, figures, met }))
      if (changes.length > 0) found.push({ id, what, value: defaultText(id, value), changes })
    }
  }
  return found
}

/** With its unit. */
export const defaultText = (id: DefaultId, value: number): string => DEFAULTS[id].unit === 'µs' ? formatDuration(value) : `${value} ${DEFAULTS[id].unit}`

type Configs = Scenario['configs']

/** Where in a scenario each planning default can be said; what is said there already stays. */
const SET: { readonly [I in DefaultId]?: (configs: Configs, value: number) => void } = {
  'DD-32': ({ hypervisor }, value) => { for (const system of Object.values<{ start?: unknown }>(hypervisor.systems)) system.start ??= value },
  'DD-33': onGuests(['linux'], (guest, value) => { guest.start ??= value }),
  'DD-34': onGuests(['linux', 'vios'], (guest, value) => { guest.shutdown ??= value }),
  'DD-35': onGuests(['vios'], (guest, value) => { guest.start ??= value }),
  'DD-36': onGuests(['ibm-i'], (guest, value) => { guest.ipl ??= value }),
  'DD-37': onGuests(['ibm-i'], (guest, value) => { guest.abnormalIpl ??= value }),
  'DD-38': onGuests(['ibm-i'], (guest, value) => { guest.shutdown ??= value }),
  'DD-39': ({ hypervisor, vscsi }, value) => {
    for (const space of Object.values(vscsi.spaces)) {
      if (hypervisor.guests[space.host]?.os !== 'ibm-i') continue
      const nwsd = nwsdOf(space, vscsi.nwsds), declared = vscsi.nwsds[nwsd]
      if (declared) declared.varyOn ??= value
      else vscsi.nwsds[nwsd] = { host: space.host, to: space.to, varyOn: value, ...(space.online !== undefined && { online: space.online }) }
    }
  },
  'DD-54': ({ md }, value) => { md.speed.rate ??= value },
}

/** Says a planning default in a scenario that has left it out; undefined for one that cannot be said there, or has no range. */
export function withDefault(scenario: Scenario, id: DefaultId, value: number): Scenario | undefined {
  const set = SET[id]
  if (set === undefined) return undefined
  const configs = copy(scenario.configs)
  set(configs, value)
  return { ...scenario, configs }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }
function onGuests(os: readonly string[], set: (guest: Writable<GuestConfig>, value: number) => void): (configs: Configs, value: number) => void {
  return ({ hypervisor }, value) => {
    for (const guest of Object.values<GuestConfig>(hypervisor.guests)) if (os.includes(guest.os)) set(guest, value)
  }
}
