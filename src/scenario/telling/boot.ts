/** The events of booting, told: a row for each, with its sentence, how much it matters, and its fields. */
import type { BootFact, BootRequest } from '../../models/boot/events.ts'
import { and, type FactRows, type RequestRows } from './telling.ts'

const booted = { guest: 'guest', disk: 'disk', kernel: 'number' } as const

export const bootRequests: RequestRows<BootRequest> = {
  'boot.copyPrep': { weight: 1, says: e => `${e.guest} copies its PREP partition from ${e.from} to ${e.to}` },
  'boot.updateKernel': { weight: 1, says: e => `${e.guest} gets a new kernel${e.disk === undefined ? '' : `, written to the PREP partition of ${e.disk}`}` },
  'boot.setBootOrder': { weight: 1, says: e => `${e.guest} is to boot from ${and(e.order)}` },
}

export const bootFacts: FactRows<BootFact> = {
  'boot.bootedFrom': { weight: 1, fields: booted, says: e => `${e.guest} boots from ${e.disk}, kernel ${e.kernel}` },
  'boot.oldKernelBooted': { weight: 1, fields: { ...booted, newest: 'number' }, says: e => `the PREP partition of ${e.disk} is stale: ${e.guest} runs kernel ${e.kernel} where ${e.newest} is the newest` },
  'boot.noBootDevice': { weight: 1, fields: { guest: 'guest' }, says: e => `${e.guest} finds no disk to boot from` },
  'boot.waitedForServer': { weight: 2, fields: { guest: 'guest', disk: 'disk' }, says: e => `${e.guest} has waited for the server of ${e.disk}, which does not answer` },
  'boot.arraysAssembled': { weight: 3, fields: { guest: 'guest' }, says: e => `${e.guest} has assembled its arrays` },
  'boot.rootMissing': { weight: 1, fields: { guest: 'guest' }, says: e => `${e.guest} does not find its root file system` },
  'boot.swapLost': { weight: 1, fields: { guest: 'guest' }, says: e => `${e.guest} has lost what it swapped out: it cannot go on, and must be booted` },
  'boot.retried': { weight: 2, fields: { guest: 'guest' }, says: e => `${e.guest} tries again to boot` },
  'boot.rootReadOnly': { weight: 1, fields: { guest: 'guest' }, says: e => `the root file system of ${e.guest} goes read-only, until the next boot` },
  'boot.rootLost': { weight: 1, fields: { guest: 'guest' }, says: e => `${e.guest} cannot read its root file system: programs die, it must be booted` },
  'boot.rootRestored': { weight: 2, fields: { guest: 'guest' }, says: e => `the root file system of ${e.guest} reads and writes again` },
  'boot.dataSplit': { weight: 0, label: 'TWO TRUTHS', fields: { guest: 'guest', array: 'array', disk: 'disk' }, says: e => `${e.array} goes on from ${e.disk}, an older copy than another one that exists` },
  'boot.prepCopied': { weight: 3, fields: { guest: 'guest', from: 'disk', to: 'disk', kernel: 'number' }, says: e => `the PREP partition of ${e.to} now holds kernel ${e.kernel}` },
  'boot.kernelUpdated': { weight: 2, fields: booted, says: e => `the PREP partition of ${e.disk} now holds kernel ${e.kernel}; the others do not` },
}
