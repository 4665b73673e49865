/**
 * What may be asked of managed systems and their partitions, and what they tell.
 *
 * One fact for each thing that happens. An edge of the partition states that has a fact of its own (`shuttingDown`, `guestDown`,
 * `guestStarting`, `guestUp`) is told by that fact alone; `stateChanged` tells the other edges, `starting → open firmware` for one.
 */
import { z } from 'zod'
import { duration, id } from '../schema.ts'
import type { GuestId, SystemId } from './ids.ts'

const guest = id<GuestId>('a guest')
const system = id<SystemId>('a managed system')

/** `hardware discovery` belongs to the enumeration, but no edge leads there. */
export type PowerState =
  | 'not activated' | 'starting' | 'open firmware' | 'running' | 'shutting down' | 'error' | 'hardware discovery'
  | 'suspending' | 'suspended' | 'resuming' | 'migrating running' | 'migrating not active'

/** How a partition may be powered off; left out, the whole escalation of its kind of system. */
export const POWER_OFF = ['os-normal', 'os-immediate', 'vsp-normal', 'vsp-hard'] as const
export type PowerOff = (typeof POWER_OFF)[number]

const down = duration.optional().describe('from its end, or the beginning of its shutdown, until it is up again; instead of the configured durations')
const takes = duration.optional().describe('the start alone, instead of the configured duration')

export const hypervisorRequests = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('hypervisor.powerOn'), guest, takes,
    iplSource: z.enum(['a', 'b', 'c', 'd']).optional().describe('IBM i only'),
    keylock: z.enum(['normal', 'manual']).optional().describe('IBM i only'),
  }),
  z.strictObject({
    type: z.literal('hypervisor.powerOff'), guest, how: z.enum(POWER_OFF).optional().describe('default: escalate'),
    restart: z.boolean().optional(), timeout: duration.optional().describe('of the first step of an escalation'),
  }),
  z.strictObject({ type: z.literal('hypervisor.ipl'), guest, down, takes }).describe('planned: orderly shutdown, then start'),
  z.strictObject({ type: z.literal('hypervisor.crash'), guest, down, takes, restart: z.boolean().optional().describe('default: as configured') }),
  z.strictObject({ type: z.literal('hypervisor.hang'), guest }),
  z.strictObject({ type: z.literal('hypervisor.resume'), guest }).describe('a hang, or a suspension, ends'),
  z.strictObject({ type: z.literal('hypervisor.suspend'), guest }),
  z.strictObject({ type: z.literal('hypervisor.migrate'), guest, to: system, takes: duration.optional() }),
  z.strictObject({ type: z.literal('hypervisor.enterRestricted'), guest }),
  z.strictObject({ type: z.literal('hypervisor.leaveRestricted'), guest }),
  z.strictObject({ type: z.literal('hypervisor.attendIpl'), guest }).describe('the operator whom a manual IPL waits for'),
  z.strictObject({ type: z.literal('hypervisor.bootFromFirmware'), guest }).describe('boot is retried from open firmware'),
  z.strictObject({ type: z.literal('hypervisor.setRmc'), guest, active: z.boolean() }),
  z.strictObject({ type: z.literal('hypervisor.delete'), guest }),
  z.strictObject({ type: z.literal('hypervisor.loseManagement'), system }),
  z.strictObject({ type: z.literal('hypervisor.restoreManagement'), system }),
  z.strictObject({ type: z.literal('hypervisor.systemIpl'), system, takes: duration.optional().describe('the system alone, to standby') }),
  z.strictObject({ type: z.literal('hypervisor.systemPowerOff'), system }).describe('at once, as when the power fails'),
  z.strictObject({ type: z.literal('hypervisor.systemPowerOn'), system, takes: duration.optional() }),
  // The answers of whoever knows the partition's disks (the boot model) to `firmwareReached`.
  z.strictObject({
    type: z.literal('hypervisor.loadOs'), guest, hold: z.boolean().optional().describe('the kernel waits for its disks until asked once more'),
    stuck: z.string().optional().describe('why the system does not come up although its kernel runs'),
  }),
  z.strictObject({ type: z.literal('hypervisor.stopInFirmware'), guest, reason: z.string() }),
])
export type HypervisorRequest = z.output<typeof hypervisorRequests>

/** Why a partition has ended. Only `ipl` and `shutdown` are orderly; with `system` it depends on how the system ended. */
export type EndKind = 'ipl' | 'shutdown' | 'crash' | 'system' | 'hard'

export type HypervisorFact =
  | { type: 'hypervisor.stateChanged'; guest: GuestId; from: PowerState; to: PowerState }
  /** An orderly shutdown begins: services stop, NWSDs are varied off now. Never told before a hard power-off or a crash. */
  | { type: 'hypervisor.shuttingDown'; guest: GuestId; how: PowerOff }
  /** A step of an escalation has had its time; the next one follows. */
  | { type: 'hypervisor.powerOffTimedOut'; guest: GuestId; how: PowerOff }
  /** The partition has ended. `orderly`: it has shut down by itself, so that its disks are in order. */
  | { type: 'hypervisor.guestDown'; guest: GuestId; how: EndKind; orderly: boolean }
  | { type: 'hypervisor.guestStarting'; guest: GuestId }
  /** Only for guests that boot from virtual disks: whoever knows these answers with loadOs or stopInFirmware. */
  | { type: 'hypervisor.firmwareReached'; guest: GuestId }
  | { type: 'hypervisor.guestUp'; guest: GuestId }
  /** The kernel runs, the system does not come up. */
  | { type: 'hypervisor.startStuck'; guest: GuestId; reason: string }
  /** A manual IPL waits for its operator. */
  | { type: 'hypervisor.iplStopped'; guest: GuestId }
  | { type: 'hypervisor.guestHung'; guest: GuestId }
  | { type: 'hypervisor.guestResumed'; guest: GuestId }
  | { type: 'hypervisor.restrictedEntered'; guest: GuestId }
  | { type: 'hypervisor.restrictedLeft'; guest: GuestId }
  | { type: 'hypervisor.guestMigrated'; guest: GuestId; from: SystemId; to: SystemId }
  | { type: 'hypervisor.guestDeleted'; guest: GuestId }
  | { type: 'hypervisor.managementLost'; system: SystemId }
  | { type: 'hypervisor.managementRestored'; system: SystemId }
  | { type: 'hypervisor.systemDown'; system: SystemId }
  | { type: 'hypervisor.systemUp'; system: SystemId }
