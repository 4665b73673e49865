/**
 * What breaks a promise. Safety: data is lost, a partition goes on from an older copy than there is, a script takes a service down, or a service is down that the
 * promise keeps up. Liveness: faults are over, and within the stated time not everything is in sync again under the old names.
 */
import type { DeepReadonly } from '../base/readonly.ts'
import { formatDuration, type Micros } from '../base/time.ts'
import { why, type Entry } from '../core/trace.ts'
import type { SimEvent, World } from '../models/stack.ts'
import type { ServiceState } from '../models/service/state.ts'
import type { Target } from './target.ts'

type View = DeepReadonly<World>
export const RULES = ['data lost', 'wrong half', 'outage by the script', 'outage', 'runaway script', 'script still at work', 'not in sync', 'not under the old names', 'spares missing', 'partition down', 'service down'] as const
export type Rule = (typeof RULES)[number]
export interface Failure {
  readonly rule: Rule
  /** A sentence without a full stop. */
  readonly says: string
  readonly at: Micros
  /** The event that broke it; -1: none, it is what did not happen. */
  readonly seq: number
  /** The mirror that it is about. */
  readonly array?: string
}

/** Whether an event breaks the promise by itself. */
export function unsafe(target: Target, world: View, trace: readonly Entry<SimEvent>[], entry: Entry<SimEvent>): Failure | undefined {
  const { event, at, seq } = entry
  switch (event.type) {
    case 'md.dataLost': return { rule: 'data lost', says: `data that ${event.array} had acknowledged is lost`, at, seq }
    case 'boot.dataSplit': return { rule: 'wrong half', says: `${event.guest} goes on from ${event.disk}, an older copy of ${event.array} than there is`, at, seq }
    case 'terminal.close': return event.how === 'runaway' ? { rule: 'runaway script', says: `a script runs away: ${event.message ?? ''}`, at, seq } : undefined
    case 'service.wentDown': case 'service.cameUp': {
      if (!target.services.includes(event.service)) return undefined
      const chain = why(trace, seq)
      // A partition that ends takes its services with it; so does its restart.
      if (chain.some(({ event }) => event.type === 'hypervisor.guestDown' && target.clients.includes(event.guest))) return undefined
      if (event.type === 'service.wentDown') {
        const command = chain.find(({ event }) => event.type === 'terminal.enter')
        return command === undefined ? undefined : { rule: 'outage by the script', says: `${event.service} goes down by a command: ${(command.event as { command: string }).command}`, at, seq }
      }
      const { outageAtMost } = target.scenario.promise
      if (event.downMicros <= (outageAtMost ?? 0) || ownFault(target, trace, at - event.downMicros, at)) return undefined
      // Nobody's script can help whoever waits for a disk that neither answers nor fails.
      if (outageAtMost === undefined && chain.some(({ event }) => event.type === 'hypervisor.guestHung' || event.type === 'hypervisor.guestResumed' || event.type === 'scsi.pathSilent' || event.type === 'scsi.commandsFailed')) return undefined
      return { rule: 'outage', says: `${event.service} was down for ${formatDuration(event.downMicros)}${outageAtMost === undefined ? '' : `, more than ${formatDuration(outageAtMost)}`}`, at, seq }
    }
  }
  return undefined
}

/** A raw write to a partition that is a copy of a mirror in use: what was read there a moment ago is gone, whatever the mirror thinks of it. */
export function overwrites(world: View, { event, at, seq }: Entry<SimEvent>): Failure | undefined {
  if (event.type !== 'md.writePlace') return undefined
  const device = Object.values(world.scsi.devices).find(({ disk, name, state }) => state === 'running' && world.scsi.disks[disk]?.guest === event.guest && event.device.replace(/\d+$/, '') === name)
  for (const [id, { guest, state, members }] of Object.entries(world.md.arrays))
    if (guest === event.guest && state === 'active' && members.some(m => m.inSync && !m.faulty && m.disk === device?.disk && m.name === event.device))
      return { rule: 'data lost', says: `${event.device} is a copy of ${id} and is written over behind its back`, at, seq, array: id }
  return undefined
}

/** A partition with mirrors was itself on its way down or up. */
function ownFault(target: Target, trace: readonly Entry<SimEvent>[], from: Micros, to: Micros): boolean {
  for (let i = trace.length - 1; i >= 0 && trace[i]!.at >= from; i--) {
    const { event, at } = trace[i]!
    if (at <= to && (event.type === 'hypervisor.guestDown' || event.type === 'hypervisor.guestUp' || event.type === 'hypervisor.shuttingDown') && target.clients.includes(event.guest)) return true
  }
  return false
}

/** What is not as it should be again. */
export function notWhole(target: Target, world: View): Failure | undefined {
  const { promise } = target.scenario, at = 0, seq = -1
  for (const guest of target.clients) if (world.hypervisor.guests[guest]?.up !== true) return { rule: 'partition down', says: `${guest} is not up`, at, seq }
  for (const id of target.arrays) {
    const array = world.md.arrays[id]!, before = target.world.md.arrays[id]!
    if (array.state !== 'active' || array.broken) return { rule: 'not in sync', says: `${id} does not run${array.broken ? ': it is broken' : ''}`, at, seq, array: id }
    const faulty = array.members.filter(each => each.faulty)
    if (array.inSync < array.raidDevices || array.sync !== null) return { rule: 'not in sync', says: `${id} has ${array.inSync} of ${array.raidDevices} members in sync${array.sync === null ? '' : `, ${array.sync.action} at work`}`, at, seq, array: id }
    for (const { inSync, device, name } of array.members)
      if (inSync && world.scsi.devices[device]?.state !== 'running') return { rule: 'not in sync', says: `${id} counts ${name} in sync, and that device is gone`, at, seq, array: id }
    if (promise.spares && array.members.length - faulty.length < before.members.length) return { rule: 'spares missing', says: `${id} has ${array.members.length - faulty.length} of ${before.members.length} members${faulty.length > 0 ? `, ${faulty.map(({ name }) => name).join(', ')} faulty` : ''}`, at, seq, array: id }
    if (faulty.length > 0) return { rule: 'spares missing', says: `${id} still holds ${faulty.map(({ name }) => name).join(', ')}, faulty`, at, seq, array: id }
  }
  if (promise.sameNames) for (const guest of target.clients) {
    const names = namesOn(world, guest), before = namesOn(target.world, guest)
    if (names.join() !== before.join()) return { rule: 'not under the old names', says: `the disks of ${guest} are called ${names.join(', ')} and were called ${before.join(', ')}`, at, seq }
  }
  const { services } = world.service as DeepReadonly<ServiceState>
  for (const id of target.services) if (services[id as never] !== undefined && (services[id as never] as { status: string }).status === 'down') return { rule: 'service down', says: `${id} is still down`, at, seq }
  return undefined
}
const namesOn = (world: View, guest: string): string[] => Object.values(world.scsi.devices).filter(({ disk }) => world.scsi.disks[disk]?.guest === guest).map(({ name }) => name).sort()
