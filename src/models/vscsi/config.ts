/**
 * The section `vscsi:` of a scenario: which host serves which storage space to which client, and on what it lies.
 *
 * Spaces of one host for one client share an NWSD, made without being asked, called `host-client`; declare one under `nwsds` to say
 * more about it. The client sees its adapters in the order of the spaces, as host0, host1 and so on.
 */
import { z } from 'zod'
import { table } from '../../base/id.ts'
import type { Kib } from '../../base/time.ts'
import { distribution, id, size } from '../schema.ts'
import type { GuestId } from '../hypervisor/state.ts'
import type { DiskId } from '../scsi/state.ts'
import type { AspId, NwsdId } from './ids.ts'

/** Limits of a storage space, and how many may be linked to one server. */
export const SMALLEST_KIB: Kib = 1024
export const LARGEST_KIB: Kib = 1000 * 1024 ** 2
export const MOST_SPACES = 64

const online = z.enum(['auto', 'manual'])

const spaceConfig = z.strictObject({
  host: id<GuestId>('a guest'),
  to: id<GuestId>('a guest'),
  size: size.optional(),
  sizeGib: z.number().positive().optional(),
  online: online.optional().describe('ONLINE(*YES): varied on with the host, or ONLINE(*NO): by hand; default manual, for a VIOS auto'),
  asp: id<AspId>('an ASP').optional().describe('default asp1'),
  nwsd: id<NwsdId>('an NWSD').optional(),
}).check(cx => {
  const { size, sizeGib } = cx.value
  const complain = (message: string, key: string, input: unknown): void => {
    cx.issues.push({ code: 'custom', path: [key], message, input })
  }
  if ((size === undefined) === (sizeGib === undefined)) return complain('expected one of size and sizeGib', size === undefined ? 'size' : 'sizeGib', sizeGib)
  const kib = size ?? Math.round(sizeGib! * 1024 ** 2)
  if (kib < SMALLEST_KIB || kib > LARGEST_KIB)
    complain('expected a size of 1 MiB to 1000 GiB, the limits of a storage space', size === undefined ? 'sizeGib' : 'size', size ?? sizeGib)
}).transform(({ size, sizeGib, ...rest }) => ({ ...rest, sizeKib: (size ?? Math.round((sizeGib ?? 0) * 1024 ** 2)) as Kib }))

const nwsdConfig = z.strictObject({
  host: id<GuestId>('a guest'),
  to: id<GuestId>('a guest'),
  online: online.optional(),
  resource: z.string().regex(/^[A-Za-z]\w*$/).optional().describe('the server adapter, such as CTL03: only one active NWSD at a time'),
  powerControl: z.boolean().optional().describe('vary on starts the client, vary off ends it; at most one NWSD of a client, better none'),
  varyOn: distribution.optional().describe('from the host being up, or the command, to the disk being served; default 30s, VIOS 0s'),
  initially: z.enum(['varied on', 'varied off']).optional(),
})

export const vscsiConfig = z.strictObject({
  spaces: z.record(id<DiskId>('a storage space'), spaceConfig).default({}),
  nwsds: z.record(id<NwsdId>('an NWSD'), nwsdConfig).default({}),
  asps: z.record(id<GuestId>('a guest'), z.record(id<AspId>('an ASP'), z.strictObject({
    protection: z.enum(['none', 'mirrored', 'parity']),
    disks: z.number().int().positive(),
  }))).default({}).describe('auxiliary storage pools of the hosts; one that is not declared is unprotected'),
}).prefault({}).check(cx => {
  const { spaces, nwsds, asps } = cx.value, linked: Record<string, number> = table()
  const complain = (path: string[], message: string, input: unknown) => cx.issues.push({ code: 'custom', path, message, input })
  for (const [name, space] of Object.entries(spaces)) {
    const server = space.nwsd === undefined ? undefined : nwsds[space.nwsd]
    if (space.nwsd !== undefined && server === undefined) complain(['spaces', name, 'nwsd'], `expected one of the NWSDs declared under nwsds`, space.nwsd)
    else if (server !== undefined && (server.host !== space.host || server.to !== space.to))
      complain(['spaces', name, 'nwsd'], `expected an NWSD of ${space.host} for ${space.to}, ${space.nwsd} is of ${server.host} for ${server.to}`, space.nwsd)
    if (space.asp !== undefined && asps[space.host] !== undefined && asps[space.host]![space.asp] === undefined)
      complain(['spaces', name, 'asp'], `expected one of the ASPs of ${space.host}: ${Object.keys(asps[space.host]!).join(', ')}`, space.asp)
    const key = nwsdOf(space, nwsds)
    linked[key] = (linked[key] ?? 0) + 1
    if (linked[key] === MOST_SPACES + 1) complain(['spaces', name], `expected at most ${MOST_SPACES} storage spaces linked to ${key}`, name)
  }
  for (const [host, declared] of Object.entries(asps))
    for (const [name, { protection, disks }] of Object.entries(declared)) {
      const least = protection === 'mirrored' ? 2 : protection === 'parity' ? 3 : 1
      if (disks < least) complain(['asps', host, name, 'disks'], `expected at least ${least} disks with protection ${protection}`, disks)
    }
})
export type VscsiConfig = z.output<typeof vscsiConfig>

/** The NWSD that a space is linked to: the one it names, else the first declared for its host and client, else their own. */
export function nwsdOf(space: { host: GuestId; to: GuestId; nwsd?: NwsdId | undefined }, nwsds: VscsiConfig['nwsds']): NwsdId {
  if (space.nwsd !== undefined) return space.nwsd
  for (const [id, { host, to }] of Object.entries(nwsds)) if (host === space.host && to === space.to) return id as NwsdId
  return `${space.host}-${space.to}` as NwsdId
}
