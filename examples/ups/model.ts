/**
 * An uninterruptible power supply: when the mains fail, its battery carries a managed system for so long, then the system is dark.
 *
 * A whole device in one folder. It owns the events `ups.*`, requests of the hypervisor what a dark system means, and nothing below
 * knows that it exists.
 */
import { defineModel, duration, entriesOf, hypervisor, id, table, type, type SystemId, type TimerId } from 'hotspare'
import { z } from 'zod'

const system = id<SystemId>('a managed system')
const upsConfig = z.record(system, z.strictObject({ battery: duration })).default({})
const upsRequests = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ups.loseMains'), system }),
  z.strictObject({ type: z.literal('ups.restoreMains'), system }),
])
type UpsFact = { type: 'ups.batteryEmptied'; system: SystemId }

interface Ups { batteryMicros: number; mains: boolean; emptyTimer: TimerId | null }
interface UpsState { ups: Record<SystemId, Ups> }

export const ups = defineModel({
  name: 'ups',
  uses: [hypervisor],
  config: upsConfig,
  state: (config: z.output<typeof upsConfig>): UpsState => ({
    ups: table(entriesOf(config).map(([name, { battery }]) => [name, { batteryMicros: battery, mains: true, emptyTimer: null }])),
  }),
  requests: upsRequests,
  facts: type<UpsFact>(),
  on: {
    'ups.loseMains'(s, { system }, cx) {
      const u = s.ups[system]
      if (!u) return cx.refuse({ status: 1, text: `ups: ${system} has none` })
      if (!u.mains) return cx.refuse({ status: 1, text: `ups: ${system} is on battery already` })
      u.mains = false
      u.emptyTimer = cx.after(u.batteryMicros, { type: 'ups.batteryEmptied', system })
    },
    'ups.restoreMains'(s, { system }, cx) {
      const u = s.ups[system]
      if (!u || u.mains) return cx.refuse({ status: 1, text: `ups: ${system} is not on battery` })
      u.mains = true
      if (u.emptyTimer === null) cx.emit({ type: 'hypervisor.systemPowerOn', system })
      else cx.cancel(u.emptyTimer)
      u.emptyTimer = null
    },
    'ups.batteryEmptied'(s, { system }, cx) {
      s.ups[system]!.emptyTimer = null
      cx.emit({ type: 'hypervisor.systemPowerOff', system })
    },
  },
  check: s => entriesOf(s.ups).some(([, u]) => u.mains && u.emptyTimer !== null) ? 'a battery runs down although the mains are there' : undefined,
})
