/**
 * The section `hypervisor:` of a scenario: managed systems and the partitions on them.
 *
 * Durations may be fixed or drawn. Where one is left out, the planning default of its kind of system is used and noted as assumed.
 */
import { z } from 'zod'
import { distribution, duration, id } from '../schema.ts'
import type { GuestId, SystemId } from './ids.ts'

const IBM_I_ONLY = ['ipl', 'abnormalIpl', 'iplSource', 'keylock'] as const

export const guestConfig = z.strictObject({
  on: id<SystemId>('a managed system'),
  os: z.enum(['ibm-i', 'linux', 'vios']),
  ipl: distribution.optional().describe('IBM i: a normal IPL, from the end of the last run to running jobs; default 10m'),
  abnormalIpl: distribution.optional().describe('IBM i: the IPL after anything but an orderly end; default 30m'),
  start: distribution.optional().describe('Linux, VIOS: from boot to running services; default 90s, VIOS 4m'),
  shutdown: distribution.optional().describe('an orderly shutdown; default 30s, IBM i 5m'),
  firmware: distribution.optional().describe('from power-on to the boot device, for guests that boot from virtual disks; default 0s'),
  dumpTime: distribution.optional().describe('after a crash, before the restart; default 0s'),
  autoRestart: z.boolean().optional().describe('start again after a crash; default true'),
  autoStart: z.boolean().optional().describe('start with the managed system; default true'),
  priority: z.number().int().min(0).max(255).optional().describe('availability priority: higher starts first; default 127, VIOS 191'),
  rmc: z.boolean().optional().describe('the management connection into the system works, which an OS shutdown needs; default true'),
  iplSource: z.enum(['a', 'b', 'c', 'd']).optional().describe('IBM i; default b'),
  keylock: z.enum(['normal', 'manual']).optional().describe('IBM i: a manual IPL stops for an operator; default normal'),
  initially: z.enum(['running', 'not activated']).optional().describe('default running'),
  virtualDisks: z.boolean().optional().describe('boots from virtual disks; known from the other sections'),
  servesStorage: z.boolean().optional().describe('starts before its clients; known from the other sections'),
}).check(cx => {
  const guest = cx.value
  for (const key of IBM_I_ONLY)
    if (guest.os !== 'ibm-i' && guest[key] !== undefined)
      cx.issues.push({ code: 'custom', path: [key], message: `expected ${key} only with os: ibm-i`, input: guest[key] })
  if (guest.os === 'ibm-i' && guest.start !== undefined)
    cx.issues.push({ code: 'custom', path: ['start'], message: 'expected ipl and abnormalIpl instead of start with os: ibm-i', input: guest.start })
})
export type GuestConfig = z.output<typeof guestConfig>

export const hypervisorConfig = z.strictObject({
  systems: z.record(id<SystemId>('a managed system'), z.strictObject({
    start: distribution.optional().describe('from power-on to standby; default 10m'),
  }).prefault({})).default({}),
  guests: z.record(id<GuestId>('a guest'), guestConfig).default({}),
  powerOffTimeout: duration.optional().describe('of the first step of a power-off that escalates; default 30m'),
}).prefault({})
export type HypervisorConfig = z.output<typeof hypervisorConfig>
