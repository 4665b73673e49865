/**
 * What the management interface says, word for word where the words are known (PM-4, PM-5), and otherwise the codes that pypowervm
 * looks for in the server's answer (PM-6, PM-7) with a sentence of our own. Status 0: done, with a warning, and nothing changed.
 */
import type { Refusal } from '../../core/model.ts'
import type { GuestId, PowerState, SystemId } from './state.ts'

export const poweringOff = (name: GuestId): string => `Powering off partition ${name}, this may take a few minutes.`
export const poweredOff = (name: GuestId): string => `Partition ${name} power-off successful.`

export const NOT_POWERED_OFF: Refusal = { status: 1, text: '[PVME01050010-0056] This task is only allowed when the partition is powered off.' }
export const noSuchPartition = (name: GuestId): Refusal => ({ status: 1, text: `There is no partition ${name}.` })
export const noSuchSystem = (name: SystemId): Refusal => ({ status: 1, text: `There is no managed system ${name}.` })

const OFF_ALREADY = '(HSCL1558, PVME04000005, PVME01050901)'
export const alreadyOff = (name: GuestId): Refusal => ({ status: 0, text: `Warning: partition ${name} is already powered off ${OFF_ALREADY}.` })
export const cannotRestart = (name: GuestId): Refusal =>
  ({ status: 1, text: `Partition ${name} cannot be restarted: it is powered off ${OFF_ALREADY}.` })
export const alreadyOn = (name: GuestId): Refusal =>
  ({ status: 0, text: `Warning: partition ${name} is already powered on (HSCL3681, PVME01042026).` })
export const noRmc = (name: GuestId): Refusal =>
  ({ status: 1, text: `Partition ${name} cannot be shut down by its operating system without RMC (HSCL0DB4, PVME01050905, PVME01050402).` })

export const notInState = (name: GuestId, state: PowerState): Refusal =>
  ({ status: 1, text: `Partition ${name}: this is not possible in the state ${state}.` })
export const doesNotAnswer = (name: GuestId): Refusal => ({ status: 1, text: `Partition ${name} does not answer.` })
export const ibmIOnly = (name: GuestId): Refusal => ({ status: 1, text: `Partition ${name}: only an IBM i partition has this.` })
export const notPossible = (name: GuestId, why: string): Refusal => ({ status: 1, text: `Partition ${name}: ${why}.` })
export const systemIs = (name: SystemId, phase: string): Refusal => ({ status: 1, text: `Managed system ${name} is ${phase}.` })
