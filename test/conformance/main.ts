/**
 * `npm run conformance`: how much of what was measured on the real thing the models reproduce. One table; `-- --json` prints
 * {rows: [{name, passed, total, differs}]}, `--only NAME` one row, `--md DIR` and `--ra DIR` take other recordings, `--validation FILE` other cases, `--transcript s05` only those whose name begins so, `-v` lists what differs.
 * The md rows look at one replay of the recordings; `mdadm-suite` needs a package that is not kept here, and runs only when `--only` names it.
 * The requirements are also counted by topic; with `-v` those that no test names are listed.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { raBytes } from './ra-bytes.ts'
import { switchRow } from './ra-switch.ts'
import { raTables } from './ra-tables.ts'
import { raTime } from './ra-time.ts'
import { mdadmSuiteRow } from './mdadm-suite.ts'
import { kernelUnit, play, textUnits, type Played } from './md-shell.ts'
import { rowOf, type Row } from './rows.ts'
import { stateUnits } from './md-states.ts'
import { shellBatteryRow } from './shell-battery.ts'
import { semanticsRow, type Part } from './semantics.ts'
import { validationRow } from './validation.ts'

const here = join(import.meta.dirname, '..')
const args = process.argv.slice(2)
const value = (name: string): string | undefined => {
  const at = args.findIndex(arg => arg === name || arg.startsWith(`${name}=`))
  return at < 0 ? undefined : args[at]!.includes('=') ? args[at]!.slice(name.length + 1) : args[at + 1]
}

/** The recordings of md as the simulated shell replays them, once for all rows that look at them. */
let played: Map<string, Played> | undefined
function mdPlayed(): Map<string, Played> {
  const dir = value('--md') ?? join(here, 'golden/md'), wanted = value('--transcript')
  return played ??= new Map(readdirSync(dir).filter(name => name.endsWith('.txt') && (wanted === undefined || name.startsWith(wanted))).sort()
    .map(file => [file.replace(/\.txt$/, ''), play(file.replace(/\.txt$/, ''), readFileSync(join(dir, file), 'utf8'))]))
}

const rows: Record<string, () => Row & { parts?: Part[] }> = {
  'md-states': () => rowOf('md-states', [...mdPlayed()].flatMap(([name, one]) => stateUnits(name, one))),
  'md-text': () => rowOf('md-text', [...mdPlayed()].flatMap(([name, one]) => textUnits(name, one))),
  'md-kernel': () => rowOf('md-kernel', [...mdPlayed()].map(([name, one]) => kernelUnit(name, one))),
  'md-transcripts': () => rowOf('md-transcripts', [...mdPlayed()].map(([name, one]) => {
    const wrong = [...textUnits(name, one), kernelUnit(name, one)].filter(({ why }) => why !== undefined)
    return { id: name, why: wrong.length === 0 ? undefined : `${wrong.length} units differ` }
  })),
  'shell-battery': shellBatteryRow,
  'mdadm-suite': () => mdadmSuiteRow(value('--test'), args.includes('-v')),
  'ra-bytes': () => ({ name: 'ra-bytes', ...raBytes(value('--ra') ?? join(here, 'golden/ra')) }),
  switch: () => ({ name: 'switch', ...switchRow(value('--ra') ?? join(here, 'golden/ra'), join(here, 'golden/oracle')) }),
  'ra-tables': () => ({ name: 'ra-tables', ...raTables(value('--ra') ?? join(here, 'golden/ra')) }),
  'ra-time': () => raTime(value('--ra') ?? join(here, 'golden/ra'), args.includes('-v') ? Infinity : 12),
  semantics: () => semanticsRow(readFileSync(join(here, 'golden/requirements'), 'utf8'), testFiles(here).map(file => readFileSync(file, 'utf8'))),
  validation: () => validationRow(readFileSync(value('--validation') ?? join(here, 'golden/validation.json'), 'utf8')),
}

function testFiles(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory() ? testFiles(join(dir, entry.name)) : entry.name.endsWith('.test.ts') ? [join(dir, entry.name)] : [])
}

/** What needs a source that is not kept here: only when it is asked for. */
const OPT_IN = ['mdadm-suite']
const only = value('--only')
if (only !== undefined && rows[only] === undefined) {
  console.error(`conformance: there is no row "${only}"; rows: ${Object.keys(rows).join(', ')}`)
  process.exit(2)
}
/** In the order of the table; null: not run. */
const table = Object.entries(rows).filter(([name]) => only === undefined || name === only)
  .map(([name, row]) => [name, only === undefined && OPT_IN.includes(name) ? null : row()] as const)
if (args.includes('--json')) console.log(JSON.stringify({ rows: table.flatMap(([, row]) => row ?? []) }))
else {
  const print = (name: string, passed: number | string, total: number | string, share: string): void =>
    console.log(`${name.padEnd(24)}${String(passed).padStart(7)}${String(total).padStart(7)}${share.padStart(9)}`)
  const line = (name: string, passed: number, total: number): void => print(name, passed, total, `${(100 * passed / Math.max(1, total)).toFixed(1)} %`)
  print('row', 'passed', 'total', 'share')
  for (const [rowName, row] of table) {
    if (row === null) {
      print(rowName, 'not', 'run', `  --only ${rowName}`)
      continue
    }
    const { name, passed, total, differs, parts = [] } = row
    line(name, passed, total)
    for (const part of parts) line(`  ${part.name}`, part.passed, part.total)
    if (args.includes('-v') || (name !== 'semantics' && differs.length <= 40)) for (const { id, why } of differs) console.log(`  ${id}  ${why}`)
  }
}
