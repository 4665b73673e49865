/** A run with shells in it, recorded: the journal holds every request that a shell dispatched, so the history of the world can be stepped without any shell. */
import { expect, test } from 'vitest'
import { initialWorld } from '../../src/core/model.ts'
import type { Entry } from '../../src/core/trace.ts'
import { stack, type SimEvent, type World } from '../../src/models/stack.ts'
import { record } from '../../src/record/history.ts'
import { Scripts } from '../../src/scenario/scripts.ts'
import { scenarioOf } from '../support/mirrors.ts'

test('what scripts asked of the models is in the journal, with its cause, and the world comes back from it event by event', () => {
  const scenario = scenarioOf('recover-script.yaml'), trace: Entry<SimEvent>[] = []
  let scripts: Scripts | null = null
  const recording = record({
    models: stack, world: initialWorld(stack, scenario.configs) as World, seed: 1, every: 64,
    onEntry: entry => { trace.push(entry as Entry<SimEvent>); scripts?.onEntry(entry as Entry<SimEvent>) },
  })
  for (const { at, request } of scenario.timeline) recording.schedule(at, request)
  scripts = new Scripts(recording, scenario, { seed: '1' })
  scripts.runUntil(scenario.until)

  const asked = recording.journal.filter(({ request }) => ['md.fail', 'md.remove', 'md.add', 'scsi.deleteDevice', 'scsi.scan'].includes(request.type))
  expect(asked.length).toBeGreaterThanOrEqual(6)
  for (const { cause } of asked) expect(trace.find(({ seq }) => seq === cause)?.event.type).toBe('terminal.enter')
  const moments = recording.window(0, recording.handled)
  expect(moments.map(({ entry }) => entry)).toEqual(trace)
  expect(moments.at(-1)!.world).toEqual(recording.world)
  const removed = moments.findIndex(({ entry }) => entry.event.type === 'md.remove')
  expect(moments[removed - 1]!.world).not.toEqual(moments[removed]!.world)
})
