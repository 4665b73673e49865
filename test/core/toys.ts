/**
 * Two toy models for the tests of the core: lamps whose bulbs burn out, and a house whose janitor replaces them and counts dark hours.
 * Small, but with all that a model may do: timers kept and cancelled, draws, refusals, facts that rise and requests that descend.
 */
import { z } from 'zod'
import { entriesOf, table, type Id } from '../../src/base/id.ts'
import { HOUR, MINUTE, type Micros } from '../../src/base/time.ts'
import { defineModel, initialWorld, type, type TimerId } from '../../src/core/model.ts'

export type LampId = Id<'lamp'>
export const lampId = (name: string) => name as LampId
const id = z.string().transform(text => text as LampId)

const lampConfig = z.array(id)
const lampRequests = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('lamp.switchOn'), lamp: id }),
  z.strictObject({ type: z.literal('lamp.switchOff'), lamp: id }),
  z.strictObject({ type: z.literal('lamp.replaceBulb'), lamp: id }),
])
type LampFact =
  | { type: 'lamp.lit'; lamp: LampId }
  | { type: 'lamp.wentDark'; lamp: LampId; because: 'switch' | 'bulb' }
  | { type: 'lamp.bulbBurntOut'; lamp: LampId }
export interface Lamp { lit: boolean; bulb: 'good' | 'burnt out'; burnsOut: TimerId | null; bulbs: number }
export interface LampState { lamps: Record<LampId, Lamp> }

export const lamp = defineModel({
  name: 'lamp',
  uses: [],
  config: lampConfig,
  state: (config: z.output<typeof lampConfig>): LampState => ({
    lamps: table(config.map(name => [name, { lit: false, bulb: 'good', burnsOut: null, bulbs: 1 }])),
  }),
  requests: lampRequests,
  facts: type<LampFact>(),
  on: {
    'lamp.switchOn'(s, { lamp }, cx) {
      const l = s.lamps[lamp]
      if (l === undefined) return cx.refuse({ status: 2, text: 'no such lamp' })
      if (l.lit) return cx.refuse({ status: 1, text: 'the lamp is lit already' })
      if (l.bulb !== 'good') return cx.refuse({ status: 1, text: 'the bulb is burnt out' })
      l.lit = true
      l.burnsOut = cx.after(cx.rng('life', lamp).weibull(100 * HOUR, 2), { type: 'lamp.bulbBurntOut', lamp })
      cx.emit({ type: 'lamp.lit', lamp })
    },
    'lamp.switchOff'(s, { lamp }, cx) {
      const l = s.lamps[lamp]
      if (l === undefined || !l.lit) return cx.refuse({ status: 1, text: 'the lamp is not lit' })
      if (l.burnsOut !== null) cx.cancel(l.burnsOut)
      l.lit = false
      l.burnsOut = null
      cx.emit({ type: 'lamp.wentDark', lamp, because: 'switch' })
    },
    'lamp.bulbBurntOut'(s, { lamp }, cx) {
      const l = s.lamps[lamp]!
      l.lit = false
      l.bulb = 'burnt out'
      l.burnsOut = null
      cx.emit({ type: 'lamp.wentDark', lamp, because: 'bulb' })
    },
    'lamp.replaceBulb'(s, { lamp }, cx) {
      const l = s.lamps[lamp]
      if (l === undefined || l.bulb === 'good') return cx.refuse({ status: 1, text: 'the bulb is good' })
      l.bulb = 'good'
      l.bulbs++
      cx.emit({ type: 'lamp.switchOn', lamp })
    },
  },
  check: s => entriesOf(s.lamps).some(([, l]) => l.lit && l.bulb !== 'good') ? 'a lamp shines without a bulb' : undefined,
})

const houseConfig = z.object({ janitor: z.boolean() })
type HouseFact = { type: 'house.janitorCame'; lamp: LampId } | { type: 'house.eveningFell'; day: number }
export interface HouseState { janitor: boolean; lit: number; dark: LampId[]; since: Micros; darkMicros: Micros }

export const house = defineModel({
  name: 'house',
  uses: [lamp],
  config: houseConfig,
  state: (config: z.output<typeof houseConfig>): HouseState => ({ janitor: config.janitor, lit: 0, dark: [], since: 0, darkMicros: 0 }),
  requests: z.never(),
  facts: type<HouseFact>(),
  on: {
    'sim.started'(_s, _event, cx) {
      cx.after(18 * HOUR, { type: 'house.eveningFell', day: 0 })
    },
    'house.eveningFell'(_s, { day }, cx) {
      for (const [lamp, { lit }] of entriesOf(cx.world.lamp.lamps)) if (!lit) cx.emit({ type: 'lamp.switchOn', lamp })
      cx.after(24 * HOUR, { type: 'house.eveningFell', day: day + 1 })
    },
    'lamp.lit'(s, { lamp }, cx) {
      if (s.lit === 0) s.darkMicros += cx.now - s.since
      s.lit++
      s.dark = s.dark.filter(other => other !== lamp)
    },
    'lamp.wentDark'(s, { lamp, because }, cx) {
      s.lit--
      s.dark.push(lamp)
      if (s.lit === 0) s.since = cx.now
      if (because === 'bulb' && s.janitor) cx.after(cx.rng('janitor', lamp).lognormal(30 * MINUTE, 0.5), { type: 'house.janitorCame', lamp })
    },
    'house.janitorCame'(_s, { lamp }, cx) {
      cx.emit({ type: 'lamp.replaceBulb', lamp })
    },
  },
  check: s => s.lit < 0 ? 'fewer than no lamps are lit' : undefined,
})

export const toys = [lamp, house] as const
export const toyWorld = (names: readonly string[], janitor = true) => initialWorld(toys, { lamp: names.map(lampId), house: { janitor } })
