/** What the handlers of an operator get besides their slice: everything below, to be looked at and asked of. */
import type { Context, RequestOf, WorldOf } from '../../core/model.ts'
import type { boot } from '../boot/model.ts'
import type { hypervisor } from '../hypervisor/model.ts'
import type { md } from '../md/model.ts'
import type { scsi } from '../scsi/model.ts'
import type { service } from '../service/model.ts'
import type { terminal } from '../terminal/model.ts'
import type { vscsi } from '../vscsi/model.ts'
import type { OperatorFact } from './events.ts'
import type { OperatorState } from './state.ts'

export type Below = readonly [typeof hypervisor, typeof scsi, typeof vscsi, typeof md, typeof boot, typeof service, typeof terminal]
export type Cx = Context<WorldOf<Below> & { operator: OperatorState }, OperatorFact | RequestOf<Below[number]>>
