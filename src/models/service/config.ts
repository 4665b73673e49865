/**
 * The section `service:` of a scenario: what each service needs.
 *
 * A need is one fact about the system (`{ guest: router }`, `{ arrayWritable: md1 }`) or a combination (`all`, `any`, `atLeast … of`),
 * nested as deep as one likes. All needs in a service's list must be met.
 */
import { z } from 'zod'
import { duration, id } from '../schema.ts'
import type { ArrayId } from '../md/state.ts'
import type { GuestId } from '../hypervisor/state.ts'
import type { DiskId } from '../scsi/state.ts'
import type { ServiceId } from './state.ts'

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
  | { readonly all: readonly Need[] }
  | { readonly any: readonly Need[] }
  | { readonly atLeast: number; readonly of: readonly Need[] }
/** As people write it: names are plain text. */
export type NeedInput =
  | { guest: string } | { arrayReadable: string } | { arrayWritable: string } | { arrayRedundant: string }
  | { rootReadable: string } | { rootWritable: string } | { disk: string } | { service: string }
  | { all: NeedInput[] } | { any: NeedInput[] } | { atLeast: number; of: NeedInput[] }

const KINDS = ['guest', 'arrayReadable', 'arrayWritable', 'arrayRedundant', 'rootReadable', 'rootWritable', 'disk', 'service', 'all', 'any', 'atLeast'] as const

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
