/**
 * The section `vswitch:` of a scenario: switches with their ports, and the cables between switches.
 *
 * A port is called after what it leads to: `i5a` means the interface `i5a.eth0`, `i5b.eth1` another one; what a cable names (`uplink`,
 * `p1`) leads where the cable leads. PowerVM is the default profile (VE-20 to VE-24, VE-60); a Linux bridge is the usual switch outside.
 */
import { z } from 'zod'
import { cable, mac, portName } from '../net/config.ts'
import { duration, id } from '../schema.ts'
import type { SystemId } from '../hypervisor/ids.ts'
import type { SwitchId } from './ids.ts'

export const PROFILES = ['powervm', 'linux-bridge', 'linux-macvlan'] as const
export const MODES = ['veb', 'vepa', 'bridge', 'private'] as const
/** VE-20: what pypowervm calls MAX_VLANS_PER_VEA. */
export const MOST_TAGGED = 20

const vlan = z.number().int().min(1, 'expected a VLAN from 1 to 4094').max(4094, 'expected a VLAN from 1 to 4094')

const portConfig = z.strictObject({
  vlan: vlan.optional().describe('of untagged frames (PVID); default 1, on MGMTSWITCH 4094'),
  tagged: z.array(vlan).optional().describe('additional VLANs, whose frames carry a tag here; at most 20 on PowerVM. Default for an uplink: all of the switch'),
  trunk: z.union([z.literal(false), z.number().int().min(1).max(15)], { error: 'expected a priority from 1 (wins) to 15, or false' }).optional()
    .describe('priority of a trunk adapter, the lower wins; a cable is a trunk of priority 1 unless this says otherwise'),
  relay: z.boolean().optional().describe('linux-bridge: reflective relay, hairpin: what came in here may go out here; default false'),
  isolated: z.boolean().optional().describe('linux-bridge: isolated ports do not reach each other; default false'),
  promiscuous: z.boolean().optional().describe('powervm: also gets frames to addresses that nobody has registered; default false'),
  allowed: z.array(mac).optional().describe('powervm: addresses registered beside that of the adapter'),
  ...cable,
})
export type PortConfig = z.output<typeof portConfig>

const switchConfig = z.strictObject({
  profile: z.enum(PROFILES).optional().describe('default powervm'),
  mode: z.enum(MODES).optional().describe('powervm: veb (default) or vepa; linux-macvlan: vepa (default), bridge or private'),
  id: z.number().int().min(0).max(15).optional().describe('of a virtual switch on its managed system; default: ETHERNET0 is 0, the others in order'),
  name: z.string().regex(/^[A-Za-z]\w*$/).optional().describe('as the system shows it, where two systems have one of the same name; default: its name here'),
  on: id<SystemId>('a managed system').optional().describe('whose virtual switch it is, where there are several'),
  ageing: duration.optional().describe('linux-bridge: how long an address that was learned is kept; default 300s'),
  ports: z.record(z.string().regex(/^[A-Za-z][\w.-]*$/, 'expected a guest, an interface such as i5a.eth1, or the end of a cable'), portConfig.prefault({})).default({}),
})
export type SwitchConfig = z.output<typeof switchConfig>

const cableConfig = z.strictObject({
  from: portName.describe('a port of a switch, such as ETHERNET0/uplink'),
  to: portName.describe('a port of another switch, or an adapter such as vios1.ent1'),
  ...cable,
})
export type CableConfig = z.output<typeof cableConfig>

export const vswitchShape = z.strictObject({
  switches: z.record(id<SwitchId>('a switch'), switchConfig).default({}),
  cables: z.array(cableConfig).default([]),
})
export type VswitchConfig = z.output<typeof vswitchShape>
