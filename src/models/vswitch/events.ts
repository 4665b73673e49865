/** What may be asked of a switch, and what it tells of frames that end there. */
import { z } from 'zod'
import type { Micros } from '../../base/time.ts'
import { id } from '../schema.ts'
import { portName } from '../net/config.ts'
import type { PortId } from '../net/ids.ts'
import type { SwitchId } from './ids.ts'

const name = id<SwitchId>('a switch')

export const vswitchRequests = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('vswitch.setMode'), switch: name, mode: z.enum(['veb', 'vepa', 'private']), anyway: z.boolean().optional().describe('apply it although stations would lose each other') }),
  z.strictObject({ type: z.literal('vswitch.setRelay'), switch: name, port: portName, on: z.boolean() }).describe('reflective relay (hairpin) of a port of an adjacent bridge'),
])
export type VswitchRequest = z.output<typeof vswitchRequests>

/** Why a switch forwards a frame to nobody. */
export type SwitchDrop =
  | 'not in VLAN' | 'own address' | 'unregistered' | 'no uplink' | 'reflected' | 'not back' | 'isolated' | 'nobody listens' | 'frame budget'

export type VswitchFact =
  | { type: 'vswitch.dropped'; switch: SwitchId; port: PortId; reason: SwitchDrop }
  /** A frame has gone round more often than any frame of a sound network would; `cycle` are the switch ports it passes. */
  | { type: 'vswitch.loopFound'; cycle: readonly PortId[] }
  | { type: 'vswitch.modeChanged'; switch: SwitchId; mode: string }
  | { type: 'vswitch.trunkChanged'; switch: SwitchId; vlan: number; from: PortId | null; to: PortId | null }
  | { type: 'vswitch.addressAged'; switch: SwitchId; now: Micros }
