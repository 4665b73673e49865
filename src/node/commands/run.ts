/** `hotspare run FILE…`: runs, tells, judges, and writes what was asked for. */
import type { PortId } from '../../models/net/ids.ts'
import { capture, portsOf } from '../../scenario/capture.ts'
import { listedNear } from '../../scenario/issue.ts'
import { narrate, plainStyle, type Style } from '../../scenario/narrative.ts'
import { junit, type Case } from '../../scenario/junit.ts'
import { perfetto } from '../../scenario/perfetto.ts'
import { summaryOf } from '../../scenario/summary.ts'
import { simulate, type Run } from '../../scenario/run.ts'
import { sensitivitiesOf, type Sensitivity } from '../../scenario/sensitivity.ts'
import { failuresAtMost } from '../../base/bound.ts'
import type { Micros } from '../../base/time.ts'
import { fingerprint } from '../../core/trace.ts'
import { traceText } from '../../scenario/trace-text.ts'
import { transcriptOf, transcriptText } from '../../scenario/transcript.ts'
import { writeWhole } from '../files.ts'
import { openAll, time, type Ready } from '../scenarios.ts'
import { colors, print, progress, quoted, UsageError } from '../terminal.ts'

export interface RunOptions {
  seed?: string; seeds?: number; until?: string
  transcript?: boolean; json?: boolean; trace?: string; perfetto?: string; pcap?: string; pcapPorts?: string; junit?: string; quiet?: boolean
  /** Of a story; default as many as a small terminal has. */
  lines?: number
}

export async function run(files: readonly string[], options: RunOptions): Promise<number> {
  const until = time(options.until, '--until'), seeds = options.seeds ?? 1
  for (const option of ['trace', 'perfetto', 'pcap', 'transcript'] as const)
    if (options[option] !== undefined && (files.length > 1 || seeds > 1)) throw new UsageError(`--${option} takes one scenario and one seed, found ${files.length > 1 ? `${files.length} scenarios` : `${seeds} seeds`}`)
  if (options.pcapPorts !== undefined && options.pcap === undefined) throw new UsageError('--pcap-ports takes a --pcap <file> to write them to')
  const first = options.seed
  if (seeds > 1 && first !== undefined && !/^\d+$/.test(first)) throw new UsageError(`--seed ${first}: expected a whole number to count --seeds from`)

  const ready = await openAll(files), cases: Case[] = [], bar = progress()
  let told = 0, met = true, spoken = false
  const total = ready.length * seeds
  for (const one of ready) {
    const runs: Run[] = [], different = new Set<string>()
    for (let i = 0; i < seeds; i++) {
      const seed = seeds === 1 ? first : String(Number(first ?? (/^\d+$/.test(one.scenario.seed) ? one.scenario.seed : 1)) + i)
      const done = simulate(one.scenario, {
        ...(seed !== undefined && { seed }), ...(until !== undefined && { until }),
        onEntry: watch(one.file, until ?? one.scenario.until, bar),
      })
      met &&= done.verdict.met
      const again = repeat(one.file, done, options), sensitivities = seeds === 1 && !options.quiet ? sensitive(done) : []
      if (options.junit !== undefined) cases.push({ file: one.file, run: done, repeat: again })
      if (options.json) print(JSON.stringify(summaryOf(done, one.file, again, sensitivities)))
      if (options.trace !== undefined) writeWhole(options.trace, traceText(done, one.file))
      if (options.perfetto !== undefined) writeWhole(options.perfetto, JSON.stringify(perfetto(done)))
      if (options.pcap !== undefined) writeWhole(options.pcap, capture(one.scenario, { seed: done.seed, until: done.until, ports: portsFor(one, options.pcapPorts) }))
      if (options.transcript) for (const line of transcriptText(transcriptOf(done.trace))) print(line)
      if (seeds === 1) spoken = tell(one, done, again, options, spoken, sensitivities) || spoken
      else if (different.size < 2) different.add(fingerprint(done.trace))
      if (seeds > 1) runs.push({ ...done, trace: done.verdict.met ? [] : done.trace })
      told++
      if (told < total) bar.at(told, total, 'runs')
    }
    if (seeds > 1) tellSeeds(one, runs, different.size > 1, options)
  }
  bar.end()
  if (options.junit !== undefined) writeWhole(options.junit, junit(cases))
  return met ? 0 : 1
}

/** The ports that were asked for, by their names; `i5a` is `i5a.eth0`. */
function portsFor({ file, scenario }: Ready, asked: string | undefined): readonly PortId[] {
  const { adapters, switches } = portsOf(scenario), known = [...adapters, ...switches]
  if (known.length === 0) throw new UsageError(`${file}: has no network, so there is nothing to capture`)
  if (asked === undefined) return adapters
  return asked.split(',').map(name => {
    const port = known.find(each => each === name.trim()) ?? known.find(each => each === `${name.trim()}.eth0`)
    if (port === undefined) throw new UsageError(`--pcap-ports: found ${name.trim() === '' ? 'an empty name' : `the port "${name.trim()}"`}, expected ${listedNear(name.trim(), known)}`)
    return port
  }).filter((port, n, all) => all.indexOf(port) === n)
}

/** Long runs say how far they are; asking the clock at every event would cost more than handling it. */
function watch(file: string, until: Micros, bar: ReturnType<typeof progress>): (entry: { at: Micros }) => void {
  let count = 0
  return ({ at }) => { if ((++count & 0xfff) === 0) bar.at(Math.round(at / 1e6), Math.round(until / 1e6), `${file}, simulated seconds`) }
}

/** A short run is done again at the ends of the ranges of what it rests on; a long one is not, that is a study. */
const sensitive = (run: Run): Sensitivity[] => run.trace.length * run.assumptions.length < 100_000 ? sensitivitiesOf(run) : []

export function style(): Style {
  return { ...plainStyle, strong: colors.bold, good: colors.green, bad: colors.red, faint: colors.dim }
}

function tell({ file }: Ready, run: Run, again: string, options: RunOptions, another: boolean, sensitivities: readonly Sensitivity[]): boolean {
  if (options.json || options.quiet && run.verdict.met) return false
  if (another || options.transcript) print('')
  for (const line of narrate(run, file, again, { ...style(), ...options.lines !== undefined && { lines: options.lines }, sensitivities })) print(line)
  return true
}

function tellSeeds({ file }: Ready, runs: readonly Run[], drawn: boolean, options: RunOptions): void {
  const failed = runs.filter(run => !run.verdict.met)
  if (options.json || options.quiet && failed.length === 0) return
  print(`${file}: ${runs.length - failed.length} of ${runs.length} seeds met all expectations.`)
  const [first] = failed
  if (!first) {
    print(drawn ? `So at most ${(100 * failuresAtMost(runs.length)).toPrecision(2)} % of all seeds fail (95 % confidence).`
      : 'Nothing in it is drawn: every seed gives the same run.')
    return
  }
  print(`The first that did not, seed ${first.seed}:`)
  print('')
  for (const line of narrate(first, file, repeat(file, first, options), style())) print(line)
}

/** The command that gives the same run again, wherever the seed and the end came from. */
function repeat(file: string, run: Run, options: RunOptions): string {
  return `hotspare run ${quoted(file)} --seed ${quoted(run.seed)}${options.until === undefined ? '' : ` --until ${options.until.replaceAll(/\s+/g, '')}`}`
}
