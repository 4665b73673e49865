/**
 * An uninterruptible power supply: when the mains fail, its battery carries a managed system for so long, then the system is dark.
 *
 * The example of CONTRIBUTING.md: a whole device in one folder. It owns the events `ups.*`, requests of the hypervisor what a dark
 * system means, and nothing below knows that it exists.
 */
import { defineModel, duration, entriesOf, hypervisor, table, type, type SystemId, type TimerId } from 'hotspare'
import { z } from 'zod'

const upsConfig = z.record(z.string(), z.strictObject({ battery: duration }))
const upsRequests = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ups.loseMains'), system: z.string() }),
  z.strictObject({ type: z.literal('ups.restoreMains'), system: z.string() }),
])
type UpsFact = { type: 'ups.batteryEmptied'; system: string }

interface Ups { batteryMicros: number; mains: boolean; emptyAt: TimerId | null }
interface UpsState { ups: Record<string, Ups> }

export const ups = defineModel({
  name: 'ups',
  uses: [hypervisor],
  config: upsConfig,
  state: (config: z.output<typeof upsConfig>): UpsState => ({
    ups: table(entriesOf(config).map(([system, { battery }]) => [system, { batteryMicros: battery, mains: true, emptyAt: null }])),
  }),
  requests: upsRequests,
  facts: type<UpsFact>(),
  on: {
    'ups.loseMains'(s, { system }, cx) {
      const u = s.ups[system]
      if (!u) return cx.refuse({ status: 1, text: `ups: no such system: ${system}` })
      if (!u.mains) return cx.refuse({ status: 1, text: `ups: ${system} is on battery already` })
      u.mains = false
      u.emptyAt = cx.after(u.batteryMicros, { type: 'ups.batteryEmptied', system })
    },
    'ups.restoreMains'(s, { system }, cx) {
      const u = s.ups[system]
      if (!u || u.mains) return cx.refuse({ status: 1, text: `ups: ${system} is not on battery` })
      u.mains = true
      if (u.emptyAt !== null) cx.cancel(u.emptyAt)
      else cx.emit({ type: 'hypervisor.systemPowerOn', system: system as SystemId })
      u.emptyAt = null
    },
    'ups.batteryEmptied'(s, { system }, cx) {
      s.ups[system]!.emptyAt = null
      cx.emit({ type: 'hypervisor.systemPowerOff', system: system as SystemId })
    },
  },
  check: s => entriesOf(s.ups).some(([, u]) => u.mains && u.emptyAt !== null) ? 'a battery empties although the mains are there' : undefined,
})
