import { expect, test } from 'vitest'
import { z } from 'zod'
import { HOUR } from '../../src/base/time.ts'
import { defineModel, initialWorld, type } from '../../src/core/model.ts'
import { createSim } from '../../src/core/sim.ts'
import { why, type Entry } from '../../src/core/trace.ts'
import { house, lamp, lampId, toys, toyWorld } from './toys.ts'

const hall = lampId('hall')
function started(names = ['hall', 'stairs']) {
  const entries: Entry[] = []
  const sim = createSim({ models: toys, world: toyWorld(names), seed: 7, onEntry: entry => entries.push(entry) })
  return { sim, types: () => entries.map(entry => entry.event.type), entries }
}

/** A model whose handler does what a test tells it. */
function told(handler: (cx: any, event: any) => void) {
  const model = defineModel({
    name: 'told', uses: [], config: z.object({}), state: (_config: object): object => ({ changes: 0 }),
    requests: z.object({ type: z.literal('told.act') }), facts: type<{ type: 'told.heard'; n: number }>(),
    on: { 'told.act'(_s, event, cx) { handler(cx, event) }, 'told.heard'(_s, event, cx) { handler(cx, event) } },
  })
  return createSim({ models: [model], world: initialWorld([model], { told: {} }), seed: 1 })
}

test('the start of the run is event 0, then comes what was scheduled before it, also at the same time', () => {
  const { sim, types, entries } = started()
  sim.schedule(0, { type: 'lamp.switchOff', lamp: hall })
  sim.schedule(18 * HOUR, { type: 'lamp.switchOn', lamp: hall })
  sim.runUntil(18 * HOUR)
  expect(types()).toEqual(['sim.started', 'lamp.switchOff', 'lamp.switchOn', 'house.eveningFell', 'lamp.lit', 'lamp.switchOn', 'lamp.lit'])
  expect(entries.map(({ seq, cause }) => [seq, cause])).toEqual([[0, -1], [1, -1], [2, -1], [3, 0], [5, 2], [6, 3], [9, 6]])
})

test('what a handler sends for now comes after everything that already waits for now', () => {
  const { sim, types } = started()
  sim.schedule(5, { type: 'lamp.switchOn', lamp: hall })
  sim.schedule(5, { type: 'lamp.switchOff', lamp: hall })
  sim.runUntil(5)
  expect(types()).toEqual(['sim.started', 'lamp.switchOn', 'lamp.switchOff', 'lamp.lit', 'lamp.wentDark'])
})

test('a dispatched request finds everything done that was due, and leaves everything done that it caused for now', () => {
  const { sim, types } = started()
  sim.schedule(0, { type: 'lamp.switchOn', lamp: hall })
  expect(sim.dispatch({ type: 'lamp.switchOff', lamp: hall })).toBeUndefined()
  expect(types()).toEqual(['sim.started', 'lamp.switchOn', 'lamp.lit', 'lamp.switchOff', 'lamp.wentDark'])
})

test('who dispatches a request gets its refusal; a refusal that followed from it is in the trace only', () => {
  const { sim, entries } = started()
  const no = { status: 1, text: 'the lamp is not lit' }
  expect(sim.dispatch({ type: 'lamp.switchOff', lamp: hall })).toEqual(no)
  expect(entries.at(-1)).toEqual({ at: 0, seq: 2, cause: -1, event: { type: 'lamp.switchOff', lamp: hall }, refusal: no })
  sim.dispatch({ type: 'lamp.switchOn', lamp: hall })
  while (entries.at(-1)!.event.type !== 'lamp.wentDark') sim.step()
  // Somebody is faster than the janitor, whose own replacement is then refused.
  expect(sim.dispatch({ type: 'lamp.replaceBulb', lamp: hall })).toBeUndefined()
  while (entries.at(-1)!.event.type !== 'lamp.replaceBulb') sim.step()
  expect(entries.at(-1)).toMatchObject({ cause: entries.at(-2)!.seq, refusal: { text: 'the bulb is good' } })
})

test('why: from an effect up its causes to what came from outside', () => {
  const { sim, entries } = started()
  sim.dispatch({ type: 'lamp.switchOn', lamp: hall })
  sim.runUntil(2000 * HOUR)
  const replaced = entries.find(entry => entry.event.type === 'lamp.replaceBulb' && 'lamp' in entry.event && entry.event.lamp === hall)!
  expect(why(entries, replaced.seq).map(entry => entry.event.type))
    .toEqual(['lamp.replaceBulb', 'house.janitorCame', 'lamp.wentDark', 'lamp.bulbBurntOut', 'lamp.switchOn'])
  expect(why(entries, 1e9)).toEqual([])
})

test('a cancelled timer does not come, and cancelling it once more, or after its time, does nothing', () => {
  const heard: number[] = []
  let timer = 0, other = 0
  const sim = told((cx, event) => {
    if (event.type === 'told.heard') heard.push(event.n)
    else if (heard.length === 0) {
      timer = cx.after(10, { type: 'told.heard', n: 1 })
      other = cx.after(20, { type: 'told.heard', n: 2 })
      cx.cancel(timer)
      cx.cancel(timer)
    } else {
      cx.cancel(other)
      cx.after(5, { type: 'told.heard', n: 3 })
    }
  })
  sim.dispatch({ type: 'told.act' })
  sim.runUntil(30)
  sim.dispatch({ type: 'told.act' })
  sim.runUntil(60)
  expect(heard).toEqual([2, 3])
})

test('an event that is due at this very moment can still be cancelled', () => {
  const heard: number[] = []
  const sim = told((cx, event) => {
    if (event.type === 'told.heard') heard.push(event.n)
    else cx.cancel(cx.after(0, { type: 'told.heard', n: 1 }))
  })
  sim.dispatch({ type: 'told.act' })
  expect(heard).toEqual([])
})

test('one step handles one event, none when nothing is due in time', () => {
  const { sim, types } = started()
  expect([sim.step(), types()]).toEqual([true, ['sim.started']])
  expect([sim.step(HOUR), sim.now]).toEqual([false, 0])
  expect([sim.step(), sim.now, sim.handled]).toEqual([true, 18 * HOUR, 2])
})

test('the world that a simulation is given stays as it was', () => {
  const world = toyWorld(['hall']), before = JSON.stringify(world)
  const sim = createSim({ models: toys, world, seed: 1 })
  sim.runUntil(100 * HOUR)
  expect(JSON.stringify(world)).toBe(before)
  expect(JSON.stringify(sim.world)).not.toBe(before)
})

test('a model whose handler has thrown is half changed: the simulation says so until it is restarted', () => {
  const sim = told(() => { throw new Error('boom') })
  expect(() => sim.dispatch({ type: 'told.act' })).toThrow('boom')
  for (const use of [() => sim.runUntil(1), () => sim.step(), () => sim.dispatch({ type: 'told.act' }), () => sim.snapshot(), () => sim.schedule(1, { type: 'told.act' })])
    expect(use).toThrow('after a handler has thrown')
  sim.restart({ seed: 1 })
  sim.runUntil(1)
  expect(sim.now).toBe(1)
})

test('a handler cannot run the simulation it runs in', () => {
  const nested: { run?: () => void } = {}
  const sim = told(() => nested.run!())
  nested.run = () => sim.runUntil(10)
  expect(() => sim.dispatch({ type: 'told.act' })).toThrow('inside a handler')
})

test('a million requests from outside at one instant are no standstill of the models', () => {
  const sim = told(() => {})
  sim.runUntil(1)
  for (let i = 0; i <= 1_000_000; i++) sim.dispatch({ type: 'told.act' })
  expect(sim.handled).toBe(1_000_002)
})
test('models that send one another events without end and without delay are found out', () => {
  const sim = told(cx => cx.emit({ type: 'told.heard', n: 1 }))
  expect(() => sim.dispatch({ type: 'told.act' })).toThrow('time goes on')
})

test('delays and times are whole microseconds and never in the past', () => {
  for (const wrong of [-1, 0.5, NaN, Infinity])
    expect(() => told(cx => cx.after(wrong, { type: 'told.heard', n: 0 })).dispatch({ type: 'told.act' }), String(wrong)).toThrow('a delay is')
  const { sim } = started()
  sim.runUntil(100)
  for (const wrong of [99, 100.5, NaN]) {
    expect(() => sim.schedule(wrong, { type: 'lamp.switchOn', lamp: hall })).toThrow('not over')
    if (wrong !== 100.5) expect(() => sim.runUntil(wrong)).toThrow('time only goes on')
  }
})

test('a request from outside is one that a model handles, and plain data', () => {
  const { sim } = started()
  const loose = sim as { dispatch(request: unknown): unknown; schedule(at: number, request: unknown): unknown }
  expect(() => loose.dispatch({ type: 'lamp.switchOnn', lamp: hall })).toThrow('only a request')
  expect(() => loose.dispatch({ type: 'lamp.lit', lamp: hall })).toThrow('only a request')
  for (const notPlain of [undefined, NaN, () => 0, Symbol('s'), 1n, { deep: [undefined] }])
    expect(() => loose.schedule(5, { type: 'lamp.switchOn', lamp: notPlain })).toThrow('an event carries')
})

test('a stack that is put together wrongly is found when the simulation is created', () => {
  const create = (models: readonly unknown[]) => () => createSim({ models: models as typeof toys, world: toyWorld([]), seed: 1 })
  expect(create([house, lamp])).toThrow('only models below')
  expect(create([lamp, lamp])).toThrow('a name of its own')
  expect(create([lamp, { ...house, name: 'sim' }])).toThrow('a name of its own')
  expect(create([lamp, { ...house, uses: [] }])).toThrow('listens to itself and to the models it uses')
  expect(create([{ ...lamp, on: { 'switchOn': () => {} } }])).toThrow('listens to itself')
})

test('check says what is broken about the world, model by model', () => {
  const { sim } = started()
  expect(sim.check()).toEqual([])
  const world = toyWorld(['hall'])
  world.lamp.lamps[hall]!.lit = true
  world.lamp.lamps[hall]!.bulb = 'burnt out'
  world.house.lit = -1
  expect(createSim({ models: toys, world, seed: 1 }).check())
    .toEqual(['lamp: a lamp shines without a bulb', 'house: fewer than no lamps are lit'])
})

test('who looks on for some types only is shown these and what comes from outside; of all else it learns number and cause', () => {
  const everything: Entry[] = [], shown: Entry[] = [], rest: [seq: number, cause: number][] = []
  const sims = [
    createSim({ models: toys, world: toyWorld(['hall', 'stairs']), seed: 7, onEntry: entry => everything.push(entry) }),
    createSim({ models: toys, world: toyWorld(['hall', 'stairs']), seed: 7, onEntry: entry => shown.push(entry), only: { types: new Set(['lamp.lit']), others: (seq, cause) => rest.push([seq, cause]) } }),
  ]
  for (const sim of sims) {
    sim.schedule(1 * HOUR, { type: 'lamp.switchOn', lamp: hall })
    sim.runUntil(18 * HOUR)
  }
  const isShown = ({ cause, event: { type } }: Entry): boolean => cause < 0 || type === 'lamp.lit'
  expect(shown).toEqual(everything.filter(isShown))
  expect(rest).toEqual(everything.filter(entry => !isShown(entry)).map(({ seq, cause }) => [seq, cause]))
  expect(rest.length).toBeGreaterThan(0)
})
