/**
 * The library's door: run a scenario, ask about the run, define models and scenarios.
 *
 *     import { defineScenario, simulate } from 'hotspare'
 *     const run = simulate(defineScenario({ until: '12h', system: { … } }), { seed: 7 })
 *     run.verdict.met
 */
export { defineScenario, scenarioJsonSchema, type RequestInput, type ScenarioInput, type StepInput } from './scenario/schema.ts'
export { checkScenario, type Scenario, type Step } from './scenario/build.ts'
export { loadScenario, type Loaded } from './scenario/load.ts'
export { BadScenario, formatIssue, type Issue, type Problem } from './scenario/issue.ts'
export { simulate, type Options, type Run, type StatusChange } from './scenario/run.ts'
export type { Expectation, ExpectationInput } from './scenario/expectation.ts'
export type { Result, Verdict } from './scenario/expect.ts'
export { sensitivitiesOf, type Sensitivity } from './scenario/sensitivity.ts'
export { narrate, plainStyle, type Style } from './scenario/narrative.ts'
export { chainOf, chainSentence } from './scenario/chain.ts'
export { outagesOf, stateAt } from './scenario/why.ts'
export { sentence } from './scenario/telling/index.ts'
export { tracksOf, type Track } from './scenario/tracks.ts'
export { perfetto } from './scenario/perfetto.ts'
export { junit } from './scenario/junit.ts'
export { summaryOf } from './scenario/summary.ts'

export { createSim, type Sim, type SimOptions, type Snapshot } from './core/sim.ts'
export { canonical, fingerprint, Fingerprint, firstDifference, why, type Difference, type Entry } from './core/trace.ts'
export { defineModel, initialWorld, type, type Context, type Model, type Refusal, type TimerId } from './core/model.ts'
export { stack, type SimEvent, type SimRequest, type World } from './models/stack.ts'
export { DEFAULTS, type Default, type DefaultId } from './models/defaults.ts'
export { DAY, formatClock, formatDuration, HOUR, MINUTE, parseDuration, SECOND, YEAR, type Kib, type Micros } from './base/time.ts'
export type { Distribution } from './base/distribution.ts'
export { entriesOf, keysOf, table, type Id } from './base/id.ts'

// What a model of one's own stands on: the models below it, their ids, and the words of its section.
export { hypervisor } from './models/hypervisor/model.ts'
export { scsi } from './models/scsi/model.ts'
export { vscsi } from './models/vscsi/model.ts'
export { md } from './models/md/model.ts'
export { boot } from './models/boot/model.ts'
export { ip } from './models/ip/model.ts'
export { radvd } from './models/radvd/model.ts'
export { service } from './models/service/model.ts'
export { slaac } from './models/slaac/model.ts'
export type { GuestId, SystemId } from './models/hypervisor/state.ts'
export type { DeviceId, DiskId } from './models/scsi/state.ts'
export type { ArrayId } from './models/md/state.ts'
export type { InterfaceId, NodeId } from './models/ip/state.ts'
export type { DaemonId } from './models/radvd/ids.ts'
export { distribution, duration, id, size } from './models/schema.ts'
