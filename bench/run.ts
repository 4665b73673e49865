/**
 * `npm run bench`: our own figures, without peers. Each program runs once a round, in turn; shown is the median, in CPU time.
 * Usage: run [ROUNDS]. For figures that mean something on another machine see `npm run bench:peers`.
 */
import { buildOurs, interleaved, ours } from './build.ts'
import { median, type Figure } from './measure.ts'

const rounds = Number(process.argv[2] ?? 3)
const note = (name: string) => (figure: Figure): number => Number(figure.notes?.[name])
const million = ({ count, cpuSeconds }: Figure) => count / cpuSeconds / 1e6
const nanos = ({ count, cpuSeconds }: Figure) => cpuSeconds / count * 1e9
const micros = ({ count, cpuSeconds }: Figure) => cpuSeconds / count * 1e6
const millis = ({ count, cpuSeconds }: Figure) => cpuSeconds / count * 1e3

type Row = readonly [title: string, unit: string, digits: number, measure: (figure: Figure) => number, program: string, ...args: (string | number)[]]
const ROWS: readonly Row[] = [
  ...[1e2, 1e3, 1e4, 1e5].flatMap((n): Row[] => [
    [`HOLD, ${n} pending: the queue alone`, 'million events/s', 2, million, 'hold', 'queue', n, 3e6],
    [`HOLD, ${n} pending: through createSim`, 'million events/s', 2, million, 'hold', 'sim', n, 3e6],
  ]),
  ['HOLD, 1000 pending: delays from the streams', 'million events/s', 2, million, 'hold', 'rng', 1000, 2e6],
  ...[10, 1000, 10_000].map((n): Row => [`cancel, re-arm and tick, ${n} things`, 'ns', 0, nanos, 'cancel', n, 2e6]),
  ['… memory grown meanwhile, 1000 things', 'MiB', 1, note('grownMiB'), 'cancel', 1000, 4e6],
  ['founding mirror, 3 hosts', 'million events/s', 2, f => note('eventsPerSecond')(f) / 1e6, 'mirror', 'plain', 3, 2000],
  ['… system-years', 'per second', 0, f => f.count / f.cpuSeconds, 'mirror', 'plain', 3, 2000],
  ['… events for each crash of a host', '', 1, note('eventsPerCrash'), 'mirror', 'plain', 3, 2000],
  ['… every entry handed to a listener', 'million events/s', 2, f => note('eventsPerSecond')(f) / 1e6, 'mirror', 'listened', 3, 2000],
  ['… every entry kept', 'million events/s', 2, f => note('eventsPerSecond')(f) / 1e6, 'mirror', 'kept', 3, 2000],
  ['… restarted for every year: system-years', 'per second', 0, f => f.count / f.cpuSeconds, 'mirror', 'years', 3, 2000],
  ['… 300 hosts', 'million events/s', 2, f => note('eventsPerSecond')(f) / 1e6, 'mirror', 'plain', 300, 20],
  ['snapshot and restore, 50 hosts', 'µs', 0, micros, 'past', 'snapshot', 50],
  ['patches of any 1000 events, 50 hosts', 'ms', 1, millis, 'past', 'patches', 50],
  ['recording, 3 hosts, of the speed of running', '×', 2, note('ofPlain'), 'past', 'record', 3],
  ['recording, 50 hosts', '×', 2, note('ofPlain'), 'past', 'record', 50],
]

buildOurs()
// Rows that measure several things with one program run it once.
const programs = [...new Map(ROWS.map(([, , , , program, ...args]) => [[program, ...args].join(' '), ours(program, ...args)]))]
const figures = interleaved(rounds, programs.map(([, program]) => ('run' in program ? program.run : [''])))
for (const [title, unit, digits, measure, ...key] of ROWS) {
  const row = figures[programs.findIndex(([name]) => name === key.join(' '))]!.map(measure)
  process.stdout.write(`${title.padEnd(48)}${median(row).toFixed(digits).padStart(9)} ${unit.padEnd(18)}${rounds > 1 ? `${Math.min(...row).toFixed(digits)} … ${Math.max(...row).toFixed(digits)}` : ''}\n`)
}
