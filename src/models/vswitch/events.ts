/** What may be asked of a switch, and what it tells of frames that end there. */
import { z } from 'zod'
import { id } from '../schema.ts'
import { portName } from '../net/config.ts'
import type { PortId } from '../net/ids.ts'
import type { SwitchId } from './ids.ts'
import { MODES } from './shape.ts'

const name = id<SwitchId>('a switch')

export const vswitchRequests = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('vswitch.setMode'), switch: name, mode: z.enum(MODES), anyway: z.boolean().optional().describe('apply it although stations would lose each other') }),
  z.strictObject({ type: z.literal('vswitch.setRelay'), switch: name, port: portName, on: z.boolean() }).describe('reflective relay (hairpin) of a port of an adjacent bridge'),
  z.strictObject({ type: z.literal('vswitch.setTrunk'), port: portName, state: z.enum(['auto', 'active', 'standby']) })
    .describe('auto: active when no trunk of a lower priority has a carrier; the others whatever the priorities say'),
  z.strictObject({ type: z.literal('vswitch.refresh'), adapter: portName, at: z.number().int().nonnegative() })
    .describe('what bridges have learned of this station is as if it had been heard then: for frames that were not sent one by one'),
])
export type VswitchRequest = z.output<typeof vswitchRequests>

/** Why a switch forwards a frame to nobody. */
export type SwitchDrop =
  /** The port is not in the VLAN of the frame's tag. */
  | 'not in VLAN'
  /** To the station that sent it. */
  | 'own address'
  | 'unregistered'
  | 'no uplink'
  /** Nobody but the sender is in the VLAN. */
  | 'no member'
  /** It has come back from the uplink, sent by a station of this switch. */
  | 'reflected'
  /** To the port it came from, which does no reflective relay. */
  | 'not back'
  | 'isolated'
  /** To a group address that bridges keep to themselves. */
  | 'reserved address'
  /** From a trunk that is not active. */
  | 'standby trunk'
  | 'frame budget'

export type VswitchFact =
  | { type: 'vswitch.dropped'; switch: SwitchId; port: PortId; reason: SwitchDrop }
  /** A frame has come back to a switch that had passed it on; `cycle` are the ports by which it came into each switch. */
  | { type: 'vswitch.loopFound'; cycle: readonly PortId[] }
  | { type: 'vswitch.modeChanged'; switch: SwitchId; mode: string }
  | { type: 'vswitch.relayChanged'; switch: SwitchId; port: PortId; on: boolean }
  | { type: 'vswitch.trunkChanged'; switch: SwitchId; vlan: number; from: PortId | null; to: PortId | null }
