/**
 * The section `service:` of a scenario: what each service needs.
 *
 * A need is one fact about the system (`{ guest: router }`, `{ arrayWritable: md1 }`) or a combination (`all`, `any`, `atLeast … of`),
 * nested as deep as one likes. All needs in a service's list must be met.
 */
import { z } from 'zod'
import { MILLISECOND, type Micros } from '../../base/time.ts'
import { duration, id } from '../schema.ts'
import type { NodeId } from '../ip/ids.ts'
import { ipv6Address, ipv6Prefix } from '../ip/words.ts'
import type { ArrayId } from '../md/state.ts'
import type { GuestId } from '../hypervisor/state.ts'
import type { DiskId } from '../scsi/state.ts'
import type { ComponentId } from '../component/ids.ts'
import type { ServiceId } from './state.ts'

/** Any address of more than link-local scope, or one within a prefix. */
export type AddressNeed = NodeId | { readonly of: NodeId; readonly in: string }
export interface ReachNeed {
  readonly from: NodeId
  /** A node, or an address. */
  readonly to: string
  readonly every?: Micros | undefined
  readonly timeout?: Micros | undefined
  readonly lost?: number | undefined
}

export type Need =
  /** The guest's operating system is up and answers. */
  | { readonly guest: GuestId }
  | { readonly arrayReadable: ArrayId }
  | { readonly arrayWritable: ArrayId }
  /** More than one good copy can be reached at this moment: for service levels that count exposure as an outage. */
  | { readonly arrayRedundant: ArrayId }
  | { readonly rootReadable: GuestId }
  | { readonly rootWritable: GuestId }
  /** The path to a storage space works. */
  | { readonly disk: DiskId }
  | { readonly service: ServiceId }
  /** Something outside the stack works, and has what it needs itself. */
  | { readonly component: ComponentId }
  | { readonly preferredAddress: AddressNeed }
  /** A route to everywhere, via a router that is not known to be silent. */
  | { readonly defaultRouter: NodeId }
  /** Echo requests are answered. */
  | { readonly reaches: ReachNeed }
  | { readonly all: readonly Need[] }
  | { readonly any: readonly Need[] }
  | { readonly atLeast: number; readonly of: readonly Need[] }
/** As people write it: names are plain text. */
export type NeedInput =
  | { guest: string } | { arrayReadable: string } | { arrayWritable: string } | { arrayRedundant: string }
  | { rootReadable: string } | { rootWritable: string } | { disk: string } | { service: string } | { component: string }
  | { preferredAddress: string | { of: string; in: string } } | { defaultRouter: string }
  | { reaches: { from: string; to: string; every?: string; timeout?: string; lost?: number } }
  | { all: NeedInput[] } | { any: NeedInput[] } | { atLeast: number; of: NeedInput[] }

const KINDS = ['guest', 'arrayReadable', 'arrayWritable', 'arrayRedundant', 'rootReadable', 'rootWritable', 'disk', 'service', 'component',
  'preferredAddress', 'defaultRouter', 'reaches', 'all', 'any', 'atLeast'] as const

const node = id<NodeId>('a node')
const reachNeed = z.strictObject({
  from: node, to: z.string().transform((text, cx): string => {
    const parsed = (text.includes(':') ? ipv6Address : node).safeParse(text)
    if (!parsed.success) cx.addIssue({ code: 'custom', message: 'expected a node, or an IPv6 address', input: text })
    return parsed.data ?? text
  }).describe('a node, or an IPv6 address'),
  every: duration.optional().describe('an echo request so often; default 10s'), timeout: duration.optional().describe('what is not answered within it is lost; default 1s'),
  lost: z.number().int().positive().optional().describe('out of reach after so many in a row; default 1'),
}).check(cx => {
  const { every = 10_000 * MILLISECOND, timeout = 1000 * MILLISECOND } = cx.value
  if (every <= timeout) cx.issues.push({ code: 'custom', path: ['every'], message: 'expected longer than the timeout, or answers could not be told apart', input: every })
})

/** One object with one key, rather than a union of eleven objects: a misspelt key is then reported as such. */
export const need: z.ZodType<Need, NeedInput> = z.lazy(() => z.strictObject({
  guest: id<GuestId>('a guest').optional().describe('the guest is up and answers'),
  arrayReadable: id<ArrayId>('an array').optional(),
  arrayWritable: id<ArrayId>('an array').optional(),
  arrayRedundant: id<ArrayId>('an array').optional().describe('two good copies can be reached'),
  rootReadable: id<GuestId>('a guest').optional(),
  rootWritable: id<GuestId>('a guest').optional(),
  disk: id<DiskId>('a storage space').optional().describe('the path to a storage space works'),
  service: id<ServiceId>('a service').optional(),
  component: id<ComponentId>('a component').optional().describe('something outside the stack works: a SAN, a power feed'),
  preferredAddress: z.union([node, z.strictObject({ of: node, in: ipv6Prefix })], { error: 'expected a node, or { of: a node, in: a prefix }' }).optional()
    .describe('the node has a preferred address of more than link-local scope'),
  defaultRouter: node.optional().describe('the node has a default route, via a router not known to be silent'),
  reaches: reachNeed.optional().describe('echo requests of a node are answered'),
  all: z.array(need).min(1).optional(),
  any: z.array(need).min(1).optional(),
  atLeast: z.number().int().positive().optional(),
  of: z.array(need).min(1).optional(),
}).check(cx => {
  const given = KINDS.filter(kind => cx.value[kind] !== undefined)
  const complain = (message: string) => cx.issues.push({ code: 'custom', message, input: cx.value })
  if (given.length !== 1) complain(`expected exactly one need of ${KINDS.join(', ')}${given.length > 1 ? `, found ${given.join(' and ')}` : ''}`)
  if ((cx.value.atLeast === undefined) !== (cx.value.of === undefined)) complain('expected atLeast and of together: { atLeast: 2, of: [...] }')
  if (cx.value.atLeast !== undefined && cx.value.of !== undefined && cx.value.atLeast > cx.value.of.length)
    complain(`expected at most ${cx.value.of.length} for atLeast, which is how many needs follow`)
}).transform(value => value as Need) as unknown as z.ZodType<Need, NeedInput>)

export const serviceConfig = z.strictObject({
  services: z.record(id<ServiceId>('a service'), z.strictObject({
    needs: z.array(need).min(1),
    stallTolerance: duration.optional().describe('how long its users put up with writes that wait for a silent disk; default 0s: waiting is an outage'),
  })).default({}),
}).prefault({})
export type ServiceConfig = z.output<typeof serviceConfig>
