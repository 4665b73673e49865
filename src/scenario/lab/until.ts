/**
 * What one can wait for at the console: `in-sync`, `md1 clean`, `guest up i5a`, `service down routing`, a time, or a fact with its fields. Each
 * becomes a question that is asked after every event, or what is wrong with it.
 */
import { parseDuration, type Micros } from '../../base/time.ts'
import type { Entry } from '../../core/trace.ts'
import { answers } from '../../models/hypervisor/state.ts'
import { syncProgress } from '../../models/md/state.ts'
import type { SimEvent } from '../../models/stack.ts'
import { eventTypes, factFields } from '../telling/index.ts'
import type { Lab } from './lab.ts'
import { unknown } from './words.ts'

export interface Condition {
  readonly says: string
  /** Whether it holds now; a fact never does, it happens. */
  holds(): boolean
  hear?(entry: Entry<SimEvent>): void
}
export interface Time { readonly at: Micros }

const GUEST = ['up', 'down'] as const
const SERVICE = ['up', 'down'] as const
const ARRAY = ['in-sync', 'clean', 'degraded', 'recovering', 'stopped'] as const
export const CONDITIONS: readonly string[] = ['in-sync', 'guest', 'service', 'array', 'time']

/** A condition, a time, or what is wrong. */
export function condition(lab: Lab, words: readonly string[]): Condition | Time | string {
  const [first = '', second = '', third = ''] = words
  if (first === '') return 'expected what to wait for: in-sync, md1 clean, guest up i5a, service down NAME, a time such as 3h, or a fact such as md.syncDone'
  const time = parseDuration(first)
  if (time !== undefined && words.length === 1) return time < lab.now ? 'that time is over; :back goes back' : { at: time }
  const arrays = arrayNames(lab), services = Object.keys(lab.world.service.services), { guests } = lab
  if (first === 'in-sync') return second === '' ? { says: 'all arrays in sync', holds: () => arrayNames(lab).every(name => arrayIs(lab, name, 'in-sync')) } : array(second, 'in-sync')
  if (first === 'array') return array(second, third)
  if (first === 'guest') return (GUEST as readonly string[]).includes(second) ? guest(third, second) : guest(second, third)
  if (first === 'service') return (SERVICE as readonly string[]).includes(second) ? service(third, second) : service(second, third)
  if (arrays.includes(first)) return array(first, second)
  if ((guests as string[]).includes(first)) return guest(first, second)
  if (services.includes(first)) return service(first, second)
  if (first.includes('.')) return fact(first, words.slice(1))
  return unknown('what to wait for', first, [...CONDITIONS, ...arrays, ...guests, ...services])

  function array(name: string, state: string): Condition | string {
    if (!arrays.includes(name)) return unknown('the array', name, arrays)
    if (!(ARRAY as readonly string[]).includes(state)) return unknown('the state of an array', state, ARRAY)
    return { says: `${name} ${state}`, holds: () => arrayIs(lab, name, state) }
  }
  function guest(name: string, state: string): Condition | string {
    if (!(guests as string[]).includes(name)) return unknown('the guest', name, guests)
    if (!(GUEST as readonly string[]).includes(state)) return unknown('the state of a guest', state, GUEST)
    return { says: `${name} ${state}`, holds: () => answers(lab.world.hypervisor.guests[name as never]!) === (state === 'up') }
  }
  function service(name: string, state: string): Condition | string {
    if (!services.includes(name)) return unknown('the service', name, services)
    if (!(SERVICE as readonly string[]).includes(state)) return unknown('the state of a service', state, SERVICE)
    return { says: `${name} ${state}`, holds: () => lab.world.service.services[name as never]!.status === state }
  }
}

/** By the name that it has now; another array may come to have it. */
export const arrayNames = (lab: Lab): string[] => Object.values(lab.world.md.arrays).map(({ name }) => name)
function arrayIs(lab: Lab, name: string, state: string): boolean {
  const a = Object.values(lab.world.md.arrays).find(each => each.name === name), active = a?.state === 'active'
  switch (state) {
    // A write under way makes it `active` for the fifth of a second; nobody waits for that.
    case 'in-sync': case 'clean': return active && a.inSync === a.raidDevices && a.sync === null
    case 'degraded': return active && a.inSync < a.raidDevices
    case 'recovering': return active && syncProgress(a, lab.now) !== undefined
    default: return !active
  }
}

function fact(type: string, words: readonly string[]): Condition | string {
  if (!eventTypes.includes(type)) return unknown('the event', type, eventTypes)
  const fields = factFields.get(type), wanted: [string, string][] = []
  for (const word of words) {
    const at = word.indexOf('='), name = word.slice(0, at)
    if (at < 1) return `found ${word}, expected a field and its value such as array=md1`
    if (fields !== undefined && !(name in fields)) return unknown(`the field of ${type}`, name, Object.keys(fields))
    wanted.push([name, word.slice(at + 1)])
  }
  let happened = false
  return {
    says: [type, ...words].join(' '), holds: () => happened,
    hear({ event, refusal }) { happened ||= refusal === undefined && event.type === type && wanted.every(([name, value]) => String((event as unknown as Record<string, unknown>)[name]) === value) },
  }
}
