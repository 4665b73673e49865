/** From the section of a scenario to the first slice: procedures with every default filled in, and the indexes by fact, guest and disk. */
import { SECOND, type Micros } from '../../base/time.ts'
import { table } from '../../base/id.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import type { GuestId } from '../hypervisor/state.ts'
import type { ArrayId, MdState } from '../md/state.ts'
import type { DiskId, ScsiState } from '../scsi/state.ts'
import { FOUNDING_STEPS, type OperatorConfig, type StepConfig } from './config.ts'
import type { Pattern } from './heard.ts'
import { operatorName, scriptFile } from './script.ts'
import type { Operator, OperatorState, Step } from './state.ts'

/** A script gives its commands about one a second. */
const STEP: Micros = SECOND

/** What a monitor tells of: a member that md has kicked. */
const MONITORED: Pattern = { type: 'md.memberFailed' }

export function initialOperators(config: OperatorConfig, world: DeepReadonly<{ scsi: ScsiState; md: MdState }>): OperatorState {
  const state: OperatorState = {
    operators: table(), triggers: table(), waiting: table(), clocks: [], places: table(), disksOf: table(), arraysOf: table(), caring: table(), silence: table(),
  }
  for (const disk of Object.keys(world.scsi.disks) as DiskId[]) {
    state.places[disk] = []
    ;(state.disksOf[world.scsi.disks[disk]!.guest] ??= []).push(disk)
  }
  for (const array of Object.keys(world.md.arrays) as ArrayId[]) {
    state.silence[array] = { since: null, times: 0, micros: 0, longestMicros: 0 }
    const { guest, members } = world.md.arrays[array]!
    if (members.length > 0) (state.arraysOf[guest] ??= []).push(array)
    for (const member of members) state.places[member.disk]?.push({ array, partition: member.partition })
  }
  config.forEach((given, i) => {
    const id = operatorName(given, i)
    state.operators[id] = operatorOf(given, i)
    ;(state.caring[given.on] ??= []).push(id)
    // Of a script, the real monitor is the one who calls it.
    if (given.noticedBy === 'monitor' && given.run === undefined) (state.triggers[MONITORED.type] ??= []).push({ operator: id, pattern: MONITORED })
    for (const when of given.when === undefined ? [] : Array.isArray(given.when) ? given.when : [given.when]) {
      if ('type' in when) (state.triggers[when.type] ??= []).push({ operator: id, pattern: when })
      else if ('cron' in when) state.clocks.push({ operator: id, at: 0, every: null, cron: when.cron })
      else state.clocks.push({ operator: id, at: when.at ?? ('every' in when ? when.every : 0), every: 'every' in when ? when.every : null, cron: null })
    }
  })
  return state
}

function operatorOf(given: OperatorConfig[number], index: number): Operator {
  const recover: StepConfig[] = given.restart ? [...FOUNDING_STEPS.slice(0, -1), 'restart', 'watch'] : [...FOUNDING_STEPS]
  const steps = given.do === 'recover' ? recover : given.do
  return {
    on: given.on as GuestId, script: scriptFile(given, index), disks: given.disks ?? null, arrays: given.arrays ?? null,
    steps: steps.map(step => stepOf(step, given)), after: given.after ?? 0,
    poll: typeof given.noticedBy === 'object' ? given.noticedBy.poll : null, look: null,
    careful: given.careful, restarts: steps.some(step => step === 'restart' || (typeof step === 'object' && 'step' in step && step.step === 'restart')), shortRemove: given.shortRemove, roundsLeft: given.rounds ?? null,
    steady: given.slips === undefined,
    slips: { skip: given.slips?.skip ?? 0, wrongHalf: given.slips?.wrongHalf ?? 0, twice: given.slips?.twice ?? 0, swap: given.slips?.swap ?? 0 },
    round: null, begins: null, next: [], rounds: 0, healthy: 0, gaveUp: 0, refused: 0, slipped: 0,
  }
}

function stepOf(step: StepConfig, { takes = STEP, timeout }: OperatorConfig[number]): Step {
  if (typeof step === 'string') return { kind: step, takes, disks: null, arrays: null, timeout: timeout ?? null }
  if ('step' in step)
    return { kind: step.step, takes: step.takes ?? takes, disks: step.disks ?? null, arrays: step.arrays ?? null, timeout: step.timeout ?? timeout ?? null }
  if ('pause' in step) return { kind: 'pause', takes: step.pause }
  if ('waitFor' in step) return { kind: 'waitFor', pattern: step.waitFor, timeout: step.timeout ?? timeout ?? null }
  return { kind: 'do', takes: step.takes ?? takes, request: step.do }
}
