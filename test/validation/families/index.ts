/** All families by name. */
import type { Family } from '../family.ts'
import { availability } from './availability.ts'
import { queues } from './queues.ts'
import { published } from './published.ts'
import { storage } from './storage.ts'

export const families: Readonly<Record<string, Family>> = { ...availability, ...published, ...queues, ...storage }
