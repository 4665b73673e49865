/** What mdstat says of an array in one line: `[2/1] [U_]`; and who has which role in it. */
import type { AnyEvent } from '../core/model.ts'
import { roleOf, type ArrayView, type Role } from '../models/md/state.ts'

/** How many members it should have and how many are in sync, then each place: in sync or not. */
export function statusLine(array: ArrayView): string {
  if (array.state !== 'active') return array.state
  return `[${array.raidDevices}/${array.inSync}] ${flags(array)}`
}

export function flags(array: ArrayView): string {
  let text = ''
  for (let slot = 0; slot < array.raidDevices; slot++)
    text += array.members.some(member => member.slot === slot && member.inSync && !member.faulty) ? 'U' : '_'
  return `[${text}]`
}

export const membersIn = (array: ArrayView, role: Role): string[] => array.members.filter(member => roleOf(member) === role).map(({ name }) => name).sort()

/** Only md changes what mdstat shows. */
export const touches = (event: AnyEvent): boolean => event.type.startsWith('md.')
