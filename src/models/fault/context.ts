/** What the fault model reads and whom it asks: one name for all its files. */
import type { Context, RequestOf, WorldOf } from '../../core/model.ts'
import type { component } from '../component/model.ts'
import type { hypervisor } from '../hypervisor/model.ts'
import type { md } from '../md/model.ts'
import type { repair } from '../repair/model.ts'
import type { scsi } from '../scsi/model.ts'
import type { terminal } from '../terminal/model.ts'
import type { vscsi } from '../vscsi/model.ts'
import type { FaultFact } from './events.ts'
import type { FaultState } from './state.ts'

export type Below = readonly [typeof hypervisor, typeof scsi, typeof vscsi, typeof md, typeof component, typeof terminal, typeof repair]
export type Cx = Context<WorldOf<Below> & { fault: FaultState }, FaultFact | RequestOf<Below[number]>>
