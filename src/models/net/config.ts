/**
 * The section `net:` of a scenario: cables, and which adapters let every frame pass. Ports are mostly brought by the models above: an
 * interface of a node (`i5a.eth0`), a port of a switch (`ETHERNET0/i5a.eth0`).
 */
import { z } from 'zod'
import { parseMac, formatMac } from '../../base/ipv6.ts'
import { duration, probability } from '../schema.ts'
import type { LinkId, PortId } from './ids.ts'

const GOOD = /^[A-Za-z][\w.-]*(\/[A-Za-z][\w.-]*)?$/
/** `i5a.eth0`, `ETHERNET0/uplink`. */
export const portName = z.string().regex(GOOD, 'expected the name of a port, such as i5a.eth0 or ETHERNET0/uplink').transform(text => text as PortId)
export const linkName = z.string().regex(GOOD, 'expected the name of a link').transform(text => text as LinkId)

/** Six octets; not a group address, not all zeros (VE-72). Written in lower case with colons. */
export const mac = z.string().transform((text, cx) => {
  const bytes = parseMac(text)
  if (bytes === undefined) cx.addIssue({ code: 'custom', message: 'expected a MAC address such as 02:22:48:42:cb:34', input: text })
  else if ((bytes[0]! & 1) === 1) cx.addIssue({ code: 'custom', message: 'expected the address of one adapter: the group bit is set', input: text })
  else if (bytes.every(byte => byte === 0)) cx.addIssue({ code: 'custom', message: 'expected a MAC address that is not all zeros', input: text })
  return bytes ? formatMac(bytes) : text
})

const UNITS: Readonly<Record<string, number>> = { kbit: 1e3, Mbit: 1e6, Gbit: 1e9 }
/** `1 Gbit/s`, as bits per second. */
export const bandwidth = z.string().transform((text, cx) => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([kMG]bit)\/s$/.exec(text.trim()) ?? []
  const bits = Number(amount) * (UNITS[unit ?? ''] ?? NaN)
  if (!(bits > 0)) cx.addIssue({ code: 'custom', message: 'expected a bandwidth such as 1 Gbit/s', input: text })
  return bits
}).meta({ description: 'a bandwidth such as 1 Gbit/s' })

/** What a cable may be like; the same wherever cables are written. */
export const cable = {
  latency: duration.optional().describe('default 0s'), loss: probability.optional().describe('of each frame; default 0'),
  bandwidth: bandwidth.optional().describe('default: no limit'), up: z.boolean().optional(),
}

export const netConfig = z.strictObject({
  ports: z.record(portName, z.strictObject({ mac: mac.optional(), up: z.boolean().optional(), promiscuous: z.boolean().optional() })).default({}),
  links: z.record(linkName, z.strictObject({ ends: z.tuple([portName, portName]), ...cable })).default({}),
  capture: z.union([z.literal('all'), z.array(portName)], { error: 'expected a list of ports, or all' }).optional()
    .describe('ports at which everything that passes is told, as tcpdump would show it; changes no outcome'),
}).prefault({})
export type NetConfig = z.output<typeof netConfig>
