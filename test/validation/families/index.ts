/** All families by name. */
import type { Family } from '../family.ts'
import { arithmetic } from './arithmetic.ts'
import { autoconfiguration } from './autoconfiguration.ts'
import { availability } from './availability.ts'
import { fencing } from './fencing.ts'
import { latent } from './latent.ts'
import { mirrors } from './mirrors.ts'
import { published } from './published.ts'
import { queues } from './queues.ts'
import { storage } from './storage.ts'
import { time } from './time.ts'

export const families: Readonly<Record<string, Family>> = {
  ...availability, ...time, ...storage, ...latent, ...queues, ...published, ...arithmetic, ...fencing, ...mirrors, ...autoconfiguration,
}
