/** What the handlers of shared Ethernet adapters may read and send. */
import type { Context } from '../../core/model.ts'
import type { NetRequest } from '../net/events.ts'
import type { VswitchRequest } from '../vswitch/events.ts'
import type { SeaFact } from './events.ts'
import type { Below, SeaState } from './state.ts'

export type Cx = Pick<Context<Below & { sea: SeaState }, NetRequest | VswitchRequest | SeaFact>, 'now' | 'world' | 'emit' | 'after' | 'cancel'>
