/**
 * The list of models, bottom first. World, events and the sections of a scenario are derived from it; a new device is one line here.
 * A model may use only models before it.
 */
import type { ConfigsOf, FactOf, Model, RequestOf, WorldOf } from '../core/model.ts'
import { boot } from './boot/model.ts'
import { component } from './component/model.ts'
import { fault } from './fault/model.ts'
import { hypervisor } from './hypervisor/model.ts'
import { ip } from './ip/model.ts'
import { md } from './md/model.ts'
import { net } from './net/model.ts'
import { operator } from './operator/model.ts'
import { radvd } from './radvd/model.ts'
import { repair } from './repair/model.ts'
import { scsi } from './scsi/model.ts'
import { sea } from './sea/model.ts'
import { service } from './service/model.ts'
import { slaac } from './slaac/model.ts'
import { terminal } from './terminal/model.ts'
import { vscsi } from './vscsi/model.ts'
import { vswitch } from './vswitch/model.ts'

export const stack = [hypervisor, net, scsi, vscsi, md, boot, vswitch, sea, ip, slaac, radvd, component, service, terminal, operator, repair, fault] as const satisfies readonly Model[]

export type Stack = typeof stack
export type World = WorldOf<Stack>
export type Configs = ConfigsOf<Stack>
export type SimRequest = RequestOf<Stack[number]>
export type SimFact = FactOf<Stack[number]>
export type SimEvent = SimRequest | SimFact | { readonly type: 'sim.started' }
