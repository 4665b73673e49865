/** Names of network server descriptions and of storage pools, as the compiler tells them apart. */
import type { Id } from '../../base/id.ts'

export type NwsdId = Id<'Nwsd'>
/** Auxiliary storage pool of one host. */
export type AspId = Id<'Asp'>
