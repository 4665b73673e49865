/**
 * What may be asked of components, and what they tell: of their own failures and repairs, and of those that stop for want of what feeds them.
 */
import { z } from 'zod'
import { id } from '../schema.ts'
import type { ComponentId } from './ids.ts'

const component = id<ComponentId>('a component')

export const componentRequests = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('component.fail'), component }),
  z.strictObject({ type: z.literal('component.repair'), component }),
])
export type ComponentRequest = z.output<typeof componentRequests>

export type ComponentFact =
  /** It has failed itself. */
  | { type: 'component.failed'; component: ComponentId }
  | { type: 'component.repaired'; component: ComponentId }
  /** Nothing of a kind that feeds it works any more; it is whole itself, or has failed besides. */
  | { type: 'component.starved'; component: ComponentId; kind: string }
  | { type: 'component.fedAgain'; component: ComponentId }
