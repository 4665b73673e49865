/**
 * The section `component:` of a scenario: things outside the stack that work or do not, and what they feed.
 *
 * Feeds of one kind stand in for each other: what they feed is down when none of them works. Feeds of different kinds are needed all.
 * Without a kind, all feeds are of one.
 */
import { z } from 'zod'
import { id } from '../schema.ts'
import type { ComponentId } from './ids.ts'

/** Of feeds that say no kind. */
export const FEED = 'feed'

export const componentConfig = z.record(id<ComponentId>('a component'), z.strictObject({
  feeds: z.array(id('a guest, a managed system or a component')).min(1).optional().describe('guests, managed systems and other components that are down without it'),
  kind: z.string().regex(/^[A-Za-z][\w -]*$/, 'expected a word such as power').optional()
    .describe('feeds of one kind stand in for each other, one of each kind is needed; default: all feeds are of one kind'),
}).prefault({})).default({})
export type ComponentConfig = z.output<typeof componentConfig>
