/**
 * The cases of the battery in the simulated shell: each on a fresh machine, in its own directory, until nothing on it runs any more.
 * Used by the test of the battery, the conformance row `shell-battery`, and the tests that draw or mutate scripts.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { furnish } from '../../src/shell/furnish.ts'
import { failed } from '../../src/shell/kernel/errno.ts'
import { execute } from '../../src/shell/kernel/exec.ts'
import { Kernel } from '../../src/shell/kernel/kernel.ts'
import { Machine, type Limits } from '../../src/shell/kernel/machine.ts'
import { SessionFile } from '../../src/shell/kernel/open-file.ts'
import { regularFile } from '../../src/shell/kernel/tree.ts'
import { masked, parseCases, parseRecorded, type Case, type Outcome, type Recorded } from './battery/format.ts'
import { KNOWN } from './battery/known.ts'

const HERE = join(import.meta.dirname, 'battery')
const text = (...path: string[]): string => readFileSync(join(HERE, ...path), 'utf8')
const topics = (ending: string): string[] => readdirSync(HERE).filter(name => name.endsWith(ending)).map(name => name.slice(0, -ending.length)).sort()

export const allCases = (): Case[] => topics('.cases').flatMap(topic => parseCases(topic, text(`${topic}.cases`), name => text('files', name)))
export const allRecorded = (): Map<string, Map<string, Recorded>> => new Map(topics('.expect').map(topic => [topic, parseRecorded(text(`${topic}.expect`))]))

export interface Simulated extends Outcome {
  /** Why the session was ended early, if it was. */
  readonly runaway: string | null
  /** Processes that wait for each other, or for what never comes. */
  readonly stuck: number
  readonly micros: number
  readonly machine: Machine
}
export interface Session {
  readonly argv: readonly string[]
  readonly files?: ReadonlyMap<string, string>
  readonly stdin?: string
  readonly limits?: Partial<Limits>
  /** Simulated seconds after which it is left alone. */
  readonly seconds?: number
}
const DIRECTORY = '/tmp/battery', EPOCH = 1_700_000_000_000_000

/** A session on a machine of its own, from the start of the command until all that it started has ended. */
export function session({ argv, files = new Map(), stdin = '', limits = {}, seconds = 60 }: Session): Simulated {
  let now = 0, stdout = '', stderr = '', at = 0, runaway: string | null = null, draws = 1
  const random = (): number => { draws = draws * 48271 % 2147483647; return draws / 2147483647 }
  const kernel = new Kernel(() => now), machine = new Machine({ name: 'lpar1', clock: () => now, epoch: EPOCH, random, limits })
  furnish(machine, kernel)
  machine.observers.push({ runaway: (_, message) => { runaway ??= message } })
  const cwd = machine.tree.mkdirs(DIRECTORY)
  for (const [name, content] of files) machine.tree.put(`${DIRECTORY}/${name}`, regularFile(content, 0o644, EPOCH / 1_000_000))
  const input = new SessionFile({ read(max) { const part = stdin.slice(at, at + max); at += part.length; return part } })
  const first = kernel.spawn(machine, function* (p) {
    const status = yield* execute(p, argv)
    return failed(status) ? 127 : status
  }, {
    argv, cwd, env: new Map([['PATH', '/usr/bin:/bin'], ['LC_ALL', 'C'], ['HOME', '/root'], ['TZ', 'UTC']]),
    fds: new Map([[0, input], [1, new SessionFile({ write: bytes => { stdout += bytes } })], [2, new SessionFile({ write: bytes => { stderr += bytes } })]]),
  })
  for (;;) {
    kernel.run()
    const next = kernel.nextAt()
    if (next === null || next > seconds * 1_000_000) break
    now = next
  }
  const stuck = kernel.processes.size
  kernel.endAll(machine)
  return { status: first.exit?.status ?? -1, stdout, stderr: masked(stderr), runaway, stuck, micros: now, machine }
}

export const simulate = (one: Case): Simulated =>
  session({ argv: [one.shell, 'case.sh', ...one.args], files: new Map([...one.files, ['case.sh', one.script]]), stdin: one.stdin })

export interface Verdict { readonly id: string; /** null: same status and stdout. */ readonly differs: string | null; readonly stderrDiffers: string | null; readonly known: string | undefined }

export function judge(one: Case, recorded: Recorded | undefined): Verdict {
  const id = `${one.topic}: ${one.name}`, known = KNOWN.get(id)
  if (recorded === undefined) return { id, differs: 'it is not recorded', stderrDiffers: null, known }
  if (recorded.print !== one.print) return { id, differs: 'another script was recorded: npm run shell:record', stderrDiffers: null, known }
  try {
    const got = simulate(one)
    const ended = got.runaway ?? (got.stuck > 0 ? `${got.stuck} processes never end` : null)
    const differs = got.status !== recorded.status || got.stdout !== recorded.stdout
      ? `${ended === null ? '' : `${ended}; `}status ${got.status}, recorded ${recorded.status}${difference('stdout', got.stdout, recorded.stdout)}${got.stderr === recorded.stderr ? '' : `\n  stderr ${shown(got.stderr)}`}` : null
    return { id, differs, stderrDiffers: one.loose || got.stderr === recorded.stderr ? null : difference('stderr', got.stderr, recorded.stderr), known }
  } catch (error) {
    return { id, differs: `internal error: ${error instanceof Error ? error.stack?.split('\n').slice(0, 4).join(' ') : String(error)}`, stderrDiffers: null, known }
  }
}
const shown = (bytes: string): string => JSON.stringify(bytes.length > 400 ? `${bytes.slice(0, 400)}…` : bytes)
function difference(stream: string, got: string, wanted: string): string {
  if (got === wanted) return ''
  const a = got.split('\n'), b = wanted.split('\n'), i = a.findIndex((line, j) => line !== b[j]), line = i < 0 ? a.length : i
  return `\n  ${stream} line ${line + 1}: ${shown(a.slice(line, line + 3).join('\n'))}\n  recorded${' '.repeat(Math.max(1, stream.length))}    : ${shown(b.slice(line, line + 3).join('\n'))}`
}
export function judgeAll(): Verdict[] {
  const recorded = allRecorded()
  return allCases().map(one => judge(one, recorded.get(one.topic)?.get(one.name)))
}
