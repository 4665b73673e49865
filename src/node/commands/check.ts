/** `hotspare check SCENARIO`: a recovery script against schedule after schedule of faults; what breaks is made small, told, and saved. */
import { availableParallelism } from 'node:os'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { basename, extname, join, relative, dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseDuration } from '../../base/time.ts'
import { asScenario } from '../../explore/save.ts'
import { merge, searchPart, smallestOf, type PartResult, type Smallest } from '../../explore/search.ts'
import { PHASES } from '../../explore/coverage.ts'
import { coverageText, failureText, verdict } from '../../explore/report.ts'
import { compareText } from '../../explore/compare.ts'
import { checkJunit } from '../../explore/junit.ts'
import { targetOf, type Target } from '../../explore/target.ts'
import { callers } from '../../explore/with-script.ts'
import type { Work } from '../check-worker.ts'
import { PROCEDURE } from '../../models/operator/config.ts'
import { readText, reason, scenarioFile, writeWhole } from '../files.ts'
import { relocated } from '../relocate.ts'
import { colors, print, progress, quoted, UsageError } from '../terminal.ts'
import { openForCheck } from './check-input.ts'

export interface CheckOptions {
  script?: string; against?: string; runs?: number; seed?: number; path?: string; maxFaults?: number; budget?: string; workers?: number
  junit?: string; json?: boolean; saveFailing?: string; quiet?: boolean
}
/** Schedules that a worker takes at a time. */
const PIECE = 20
/** What was asked for was not done, though nothing of what was done has failed: as a shell says of whoever ends by SIGINT. */
const INTERRUPTED = 130

export async function check(given: string, options: CheckOptions): Promise<number> {
  const { runs = 1000, seed = 1 } = options, script = options.script ?? null, ctrlC = { pressed: false }
  const opened = await openForCheck(given, script), { file } = opened, target = targetOf(opened.scenario)
  const repeat = (run: number): string => ['hotspare check', quoted(file), ...script === null ? [] : ['--script', quoted(script)], `--seed ${seed}`, ...options.maxFaults === undefined ? [] : [`--max-faults ${options.maxFaults}`], `--path ${run}`].join(' ')

  prepareOutput(given, options)
  if (options.path !== undefined) {
    const run = /^\d{1,9}$/.test(options.path) ? Number(options.path) : NaN
    if (Number.isNaN(run)) throw new UsageError(`--path ${options.path}: expected the number of a schedule, as a failure shows it`)
    const one = searchPart(target, { seed, most: options.maxFaults, part: { from: run, to: run + 1 } })
    return tell(file, given, script, target, one, smallestOf(target, seed, one.found, options.maxFaults), repeat, options)
  }
  const result = await search(file, script, target, runs, seed, options, ctrlC)
  if (result.runs === 0 && !ctrlC.pressed) throw new UsageError(`--budget ${options.budget}: over before a schedule was tried`)
  if (options.against !== undefined) {
    const other = await openForCheck(given, options.against), otherTarget = targetOf(other.scenario)
    const theirs = await search(file, options.against, otherTarget, runs, seed, options, ctrlC)
    const text = compareText(script ?? 'the scenario\'s own', result, options.against, theirs)
    if (options.json) print(JSON.stringify({ file, seed, ...text.data }))
    else for (const line of text.lines) print(line)
    return text.data.new.length > 0 ? 1 : ctrlC.pressed ? INTERRUPTED : 0
  }
  const status = await tell(file, given, script, target, result, smallestOf(target, seed, result.found, options.maxFaults), repeat, options)
  return status === 0 && ctrlC.pressed ? INTERRUPTED : status
}

async function tell(file: string, given: string, script: string | null, target: Target, result: PartResult, smallest: readonly Smallest[], repeat: (run: number) => string, options: CheckOptions): Promise<number> {
  const { seed = 1 } = options, failed = result.found.length > 0
  const saved = options.saveFailing === undefined ? [] : await save(options.saveFailing, given, script, target, smallest)
  if (options.junit !== undefined) writeWhole(options.junit, checkJunit(file, script, target, result, smallest, ({ run }) => repeat(run)))
  if (options.json) {
    const { covered, ...figures } = result
    print(JSON.stringify({ file, script, seed, ...figures, smallest: smallest.map(({ run, schedule, failure, outcome }) => ({ run, failure, schedule, struck: outcome.struck, repeat: repeat(run) })), states: covered.states.length, hits: covered.hits, victims: Object.fromEntries(target.victims), phases: PHASES, lines: covered.lines, saved }))
    return failed ? 1 : 0
  }
  if (!options.quiet || failed) {
    print(`${file}${script === null ? '' : `, ${script}`}, seed ${seed}`)
    const [first, ...more] = verdict(result)
    print(failed ? colors.red(first!) : colors.green(first!))
    for (const line of more) print(line)
    for (const each of smallest) {
      print('')
      failureText(target, result, each, repeat(each.run)).forEach((line, i) => print(i === 0 ? colors.bold(line) : line))
    }
    // One schedule says nothing about what a search has seen.
    if (options.path === undefined) for (const line of ['', ...coverageText(target, result.covered)]) print(line)
    for (const name of saved) print(`saved ${name}`)
  }
  return failed ? 1 : 0
}

/** What cannot be written is said before an hour of searching, not after it. */
function prepareOutput(given: string, { junit, saveFailing }: CheckOptions): void {
  if (junit !== undefined && !isDirectory(dirname(resolve(junit)))) throw new UsageError(`--junit ${junit}: cannot be written: no such directory`)
  if (junit !== undefined && isDirectory(junit)) throw new UsageError(`--junit ${junit}: cannot be written: is a directory`)
  if (saveFailing === undefined) return
  if (!/\.(ya?ml|json)$/.test(scenarioFile(given))) throw new UsageError(`--save-failing: ${given} is a program; expected a scenario in YAML`)
  try {
    mkdirSync(saveFailing, { recursive: true })
  } catch (error) {
    throw new UsageError(`--save-failing ${saveFailing}: cannot be made: ${reason(error)}`)
  }
}
const isDirectory = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

/** The pieces in order up to the first that is missing, so that the same number of schedules always means the same schedules. */
async function search(file: string, script: string | null, target: Target, runs: number, seed: number, options: CheckOptions, ctrlC: { pressed: boolean }): Promise<PartResult> {
  const budget = options.budget === undefined ? undefined : parseDuration(options.budget)
  if (options.budget !== undefined && budget === undefined) throw new UsageError(`--budget ${options.budget}: expected a duration such as 60s`)
  const until = budget === undefined ? Infinity : Date.now() + budget / 1000
  const parts = Array.from({ length: Math.ceil(runs / PIECE) }, (_, i) => ({ from: i * PIECE, to: Math.min(runs, (i + 1) * PIECE) }))
  const worker = fileURLToPath(new URL('../check-worker.js', import.meta.url)), wanted = Math.min(parts.length, 64, options.workers ?? Math.min(availableParallelism(), Math.ceil(runs / 100)))
  const bar = progress()
  let finished = 0
  const stop = (): void => { ctrlC.pressed = true }
  process.once('SIGINT', stop)
  const over = (): boolean => ctrlC.pressed || Date.now() >= until
  const done: (PartResult | undefined)[] = []
  try {
    // From the sources there is no worker to start: one thread does it all.
    if (wanted <= 1 || !existsSync(worker)) {
      for (const part of parts) {
        if (over()) break
        done.push(searchPart(target, { seed, most: options.maxFaults, part, stop: over }))
        bar.at(part.to, runs, 'schedules')
        // Ctrl-C is heard only between two turns of Node's own loop.
        await new Promise(resolve => setImmediate(resolve))
      }
    } else {
      const { Piscina } = await import('piscina')
      const pool = new Piscina({ filename: worker, minThreads: wanted, maxThreads: wanted })
      let next = 0
      await Promise.all(Array.from({ length: wanted }, async () => {
        for (let i = next++; i < parts.length && !over(); i = next++) {
          done[i] = await pool.run({ file: resolve(scenarioFile(file)), script: script === null ? null : resolve(script), seed, most: options.maxFaults ?? null, part: parts[i]! } satisfies Work) as PartResult
          bar.at(finished += parts[i]!.to - parts[i]!.from, runs, 'schedules')
        }
      }))
      await pool.destroy()
    }
  } finally {
    process.removeListener('SIGINT', stop)
    bar.end()
  }
  const gap = parts.findIndex((_, i) => done[i] === undefined)
  return merge((gap < 0 ? done : done.slice(0, gap)) as PartResult[])
}

async function save(dir: string, given: string, script: string | null, target: Target, smallest: readonly Smallest[]): Promise<string[]> {
  const from = scenarioFile(given), { writeYaml, readYaml } = await import('../../scenario/load.ts')
  return smallest.map(each => {
    const name = join(dir, `${basename(from, extname(from))}-${each.failure.rule.replaceAll(' ', '-')}-${each.run}.yaml`)
    const written = relocated(readYaml(readText(from)) as Record<string, unknown>, dirname(resolve(from)), resolve(dir))
    const input = script === null ? written : scripted(written, relative(resolve(dir), resolve(script)), target)
    writeWhole(name, writeYaml(asScenario(input, target, each)))
    return name
  })
}
/** With the script in the place of those that the scenario names, or of its procedures; without operators, called as `check` called it. */
function scripted(input: Record<string, unknown>, run: string, target: Target): Record<string, unknown> {
  const given = input['operators'] as Record<string, unknown>[] | undefined, operators: Record<string, unknown>[] = given !== undefined && given.length > 0 ? given : callers(target)
  return { ...input, operators: operators.map(o => ({ ...Object.fromEntries(Object.entries(o).filter(([key]) => !PROCEDURE.includes(key as never) && key !== 'do')), run })) }
}
