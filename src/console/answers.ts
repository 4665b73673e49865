/**
 * From the models' refusals, which carry the words of the tool that would have said them, to the errno that the kernel gave that tool; and
 * what a file says that is there but whose write is not modelled.
 */
import type { AnyEvent, Refusal } from '../core/model.ts'
import { E, type Failure } from '../shell/kernel/errno.ts'
import type { Partition } from './partition.ts'

const BY_LENGTH = Object.values(E).sort((a, b) => b.text.length - a.text.length)

/** The words of strerror at the end of a refusal; `otherwise` where there are none. */
export function errnoOf(refusal: Refusal, otherwise: Failure = E.EINVAL): Failure {
  const text = refusal.text.trimEnd()
  for (const each of BY_LENGTH) if (text.endsWith(each.text)) return each
  return otherwise
}

/** A request whose answer is only whether it was refused, and with which errno. */
export function ask(partition: Partition, request: AnyEvent): undefined | Failure {
  const refusal = partition.door.dispatch(request)
  return refusal === undefined ? undefined : errnoOf(refusal)
}

/** Loud and distinct: EOPNOTSUPP for the one who writes, and a line in the kernel's log that says why. */
export function notModelled({ log }: Partition, what: string): Failure {
  log.kernelSays(`hotspare: ${what} is not modelled`, 3)
  return E.EOPNOTSUPP
}
