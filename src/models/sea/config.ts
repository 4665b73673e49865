/**
 * The section `sea:` of a scenario: shared Ethernet adapters on VIOS partitions.
 *
 * Adapters are named as on their partition: `ent1` of vios1 is the port `vios1.ent1`. The trunks' VLANs and priorities stand where their
 * ports do, under `vswitch`, and the cable of the physical adapter under `vswitch.cables`.
 */
import { z } from 'zod'
import { canonicalIpv6 } from '../../base/ipv6.ts'
import { duration, id } from '../schema.ts'
import type { GuestId } from '../hypervisor/ids.ts'
import type { SeaId } from './ids.ts'

export const MODES = ['disabled', 'auto', 'sharing', 'standby'] as const
/** VE-25: one primary trunk and 15 more. */
export const MOST_TRUNKS = 16

const adapter = z.string().regex(/^[A-Za-z]\w*$/, 'expected an adapter of the partition, such as ent1')
const address = z.string().transform((text, cx) => {
  const own = canonicalIpv6(text)
  if (own === undefined) cx.addIssue({ code: 'custom', message: 'expected an IPv6 address', input: text })
  return own ?? text
})

const seaConfig = z.strictObject({
  on: id<GuestId>('a guest'),
  trunks: z.array(adapter).min(1, 'expected at least one trunk adapter').max(MOST_TRUNKS, `expected at most ${MOST_TRUNKS} trunk adapters: one primary and 15 more`),
  physical: adapter.describe('the adapter whose cable leads outside'),
  control: adapter.optional().describe('the adapter of the control channel, on a VLAN of its own; none with mode disabled'),
  mode: z.enum(MODES).optional().describe('ha_mode; default auto with a control channel, disabled without'),
  failBack: z.boolean().optional().describe('give the active role back to a peer of higher priority that has returned; default true'),
  keepAlive: duration.optional().describe('between two keep-alives; default 500ms'),
  missed: z.number().int().min(1).optional().describe('so many keep-alives are missed before the peer is taken for dead; default 3'),
  linkDelay: duration.optional().describe('from the start of the partition until its physical adapter has a link; default 0s'),
  target: address.optional().describe('an address on the outer link that must answer (netaddr); its silence is a reason for failover'),
  announce: z.boolean().optional().describe('tell the outer switch where clients are now, after a failover; default true'),
  spanningTree: duration.optional().describe('so long the outer port forwards nothing after a failover or with a new link; 30s without edge port; default 0s'),
}).check(({ value: { trunks, physical, control, mode }, issues }) => {
  const all = [...trunks, physical, ...(control === undefined ? [] : [control])], twice = all.find((name, n) => all.indexOf(name) !== n)
  if (twice !== undefined) issues.push({ code: 'custom', path: ['trunks'], message: `expected each adapter once, and ${twice} is there twice`, input: trunks })
  if (control === undefined && mode !== undefined && mode !== 'disabled') issues.push({ code: 'custom', path: ['mode'], message: 'expected a control channel (control) with this mode', input: mode })
  if (mode === 'sharing' && trunks.length < 2) issues.push({ code: 'custom', path: ['trunks'], message: 'expected two trunks or more with mode sharing', input: trunks })
})

export const seaSection = z.strictObject({ adapters: z.record(id<SeaId>('a shared Ethernet adapter'), seaConfig).default({}) }).prefault({})
export type SeaConfig = z.output<typeof seaConfig>
export type SeaSection = z.output<typeof seaSection>
