/** What may be asked of network servers (NWSDs), ASPs and virtual SCSI adapters, and what they tell. */
import { z } from 'zod'
import { duration, id } from '../schema.ts'
import type { GuestId } from '../hypervisor/state.ts'
import type { DiskId } from '../scsi/state.ts'
import type { AspId, NwsdId } from './ids.ts'
import type { NwsdState } from './state.ts'

const nwsd = id<NwsdId>('an NWSD')
const space = id<DiskId>('a storage space')
const host = id<GuestId>('a guest'), asp = id<AspId>('an ASP')

export const vscsiRequests = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('vscsi.varyOn'), nwsd }),
  z.strictObject({ type: z.literal('vscsi.varyOff'), nwsd }),
  z.strictObject({ type: z.literal('vscsi.setOnline'), nwsd, online: z.enum(['auto', 'manual']) }).describe('CHGNWSD ONLINE(*YES) or (*NO)'),
  z.strictObject({ type: z.literal('vscsi.failDisk'), host, asp }).describe('one physical disk of the ASP fails'),
  z.strictObject({ type: z.literal('vscsi.repairDisk'), host, asp }).describe('one is replaced and rebuilt'),
  z.strictObject({ type: z.literal('vscsi.loseSpace'), space }),
  z.strictObject({ type: z.literal('vscsi.recreateSpace'), space }).describe('an empty space in its place'),
  z.strictObject({
    type: z.literal('vscsi.migrateClient'), guest: id<GuestId>('a guest'), pause: duration.optional().describe('default 1s'),
  }).describe('the client moves: its adapters are told so, and requeue what is outstanding'),
])
export type VscsiRequest = z.output<typeof vscsiRequests>

export type VscsiFact =
  /** Told when the state settles; that a vary on is pending needs no fact. What ends a state because the host ends is the transport event. */
  | { type: 'vscsi.nwsdChanged'; nwsd: NwsdId; state: NwsdState }
  /** The host is up, and nobody varies this on: ONLINE(*NO). */
  | { type: 'vscsi.nwsdLeftOff'; nwsd: NwsdId }
  /** The client's adapter is told that its partner has gone (`closed`), or that it has been moved itself (`migrated`, format 6). */
  | { type: 'vscsi.transportEvent'; nwsd: NwsdId; guest: GuestId; event: 'closed' | 'migrated' }
  /** Connection set-up is complete: from now on the adapter takes this many commands. */
  | { type: 'vscsi.loggedIn'; nwsd: NwsdId; guest: GuestId; requestLimit: number; fastFail: boolean }
  /** A physical disk failed and the protection of its ASP made up for it. */
  | { type: 'vscsi.diskAbsorbed'; host: GuestId; asp: AspId; failed: number }
  | { type: 'vscsi.aspLost'; host: GuestId; asp: AspId }
  | { type: 'vscsi.diskRepaired'; host: GuestId; asp: AspId; failed: number }
  | { type: 'vscsi.spaceLost'; space: DiskId }
  | { type: 'vscsi.spaceRecreated'; space: DiskId }
  | { type: 'vscsi.clientSettled'; guest: GuestId }
