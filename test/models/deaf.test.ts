/** A model says to which facts it is deaf, so that they need not be handed to it; nothing may depend on that. */
import { expect, test } from 'vitest'
import { createSim } from '../../src/core/sim.ts'
import { initialWorld, type Model } from '../../src/core/model.ts'
import { fingerprint, type Entry } from '../../src/core/trace.ts'
import { stack, type SimEvent } from '../../src/models/stack.ts'
import { shippedScenarios } from '../support/scenarios.ts'

const attentive = stack.map(({ deaf: _, ...model }: Model) => model) as unknown as typeof stack

test('with all models listening to everything, every scenario goes the same way', async () => {
  let heard = 0
  for (const { name, scenario } of await shippedScenarios()) {
    const [a, b] = [stack, attentive].map(models => {
      const entries: Entry<SimEvent>[] = [], sim = createSim({ models, world: initialWorld(stack, scenario.configs), seed: '1', onEntry: entry => entries.push(entry) })
      for (const { at, request } of scenario.timeline) sim.schedule(at, request)
      for (let i = 0; i < 1000 && sim.step(scenario.until); i++);
      return entries
    })
    expect([name, fingerprint(a!)]).toEqual([name, fingerprint(b!)])
    const { world } = createSim({ models: stack, world: initialWorld(stack, scenario.configs), seed: '1' })
    for (const { event: { type } } of a!) for (const { name: model, deaf, on } of stack as readonly Model[]) if (on[type] !== undefined && deaf?.(world[model as never], type) === true) heard++
  }
  expect(heard).toBeGreaterThan(0)
})
