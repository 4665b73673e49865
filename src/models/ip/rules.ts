/** What holds after every event about interfaces, their addresses and their neighbours, whatever happens below and above. */
import { entriesOf } from '../../base/id.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import { groupOf } from './kinds.ts'
import { MAX_NEIGHBOURS, QUEUE_LENGTH } from './neighbours.ts'
import { isTentative, type Interface, type IpState } from './state.ts'

/** The first rule that is broken, as a sentence. */
export function brokenRule(s: DeepReadonly<IpState>): string | undefined {
  for (const [id, i] of entriesOf(s.interfaces)) {
    const node = s.nodes[i.node]!
    if (i.running && !(i.up && node.up && !i.disabled && !(node.restricted && !node.hung))) return `interface ${id} runs although it is off`
    const broken = brokenAddress(i)
    if (broken !== undefined) return `address ${broken} of ${id}`
    const wrong = brokenNeighbour(i, node.hung)
    if (wrong !== undefined) return `to ${id} neighbour ${wrong}`
  }
  return undefined
}

function brokenAddress(i: DeepReadonly<Interface>): string | undefined {
  if (i.disabled && Object.keys(i.addresses).length > 0) return 'is there although IPv6 is off'
  for (const [address, a] of entriesOf(i.addresses)) {
    if (a.timer !== null && (!isTentative(a) || !i.running)) return `${address} has a timer although it is not being probed`
    if (!isTentative(a) && a.probesLeft > 0) return `${address} has probes left`
    if (i.running && i.groups[groupOf(address)] === undefined) return `${address} cannot be found: its group was not joined`
  }
  return undefined
}

function brokenNeighbour(i: DeepReadonly<Interface>, hung: boolean): string | undefined {
  const neighbours = entriesOf(i.neighbours)
  if (neighbours.length > MAX_NEIGHBOURS) return 'cache is larger than it may be'
  for (const [address, { state, mac, queue, dueAt, timer, timerAt }] of neighbours) {
    const unknown = state === 'incomplete' || state === 'failed'
    if ((mac === null) !== unknown) return `${address} is ${state} ${unknown ? 'with' : 'without'} a MAC address`
    if (queue.length > (state === 'incomplete' ? QUEUE_LENGTH : 0)) return `${address} is ${state} and keeps packets waiting`
    if (dueAt === null && state !== 'stale' && state !== 'failed') return `${address} is ${state} for ever`
    if (dueAt !== null && (timer === null ? !hung : timerAt > dueAt)) return `${address} has no timer for what is due`
  }
  return undefined
}
