/**
 * `npm run bench`: our own figures beside their targets, without peers. Each program runs once a round, in turn; shown is the median, in
 * CPU time, and the smallest and largest. Usage: run [ROUNDS]. For figures that mean something on another machine see `npm run bench:peers`.
 */
import { spawnSync } from 'node:child_process'
import { buildOurs, interleaved, ours } from './build.ts'
import { median, type Figure } from './measure.ts'

const rounds = Number(process.argv[2] ?? 3)
const note = (name: string) => (figure: Figure): number => Number(figure.notes?.[name])
const each = (unit: number) => ({ count, cpuSeconds }: Figure): number => cpuSeconds / count * unit
const perSecond = ({ count, cpuSeconds }: Figure): number => count / cpuSeconds
const million = (figure: Figure): number => perSecond(figure) / 1e6
const millionEvents = (figure: Figure): number => note('eventsPerSecond')(figure) / 1e6

type Command = readonly [program: string, ...args: (string | number)[]]
interface Row {
  readonly title: string
  readonly unit: string
  readonly digits: number
  readonly of: Command
  readonly measure: (figure: Figure) => number
  /** A ratio: to the same measure of this program in the same round. */
  readonly to?: Command
  readonly atLeast?: number
  readonly atMost?: number
}

const seconds = ({ cpuSeconds }: Figure): number => cpuSeconds
const eventRate = (figure: Figure): number => note('events')(figure) / figure.cpuSeconds / 1e6
/** So long that about as many advertisements are delivered with few hosts as with many. */
const FANOUTS = [[10, 60_000], [100, 40_000], [500, 15_000], [1000, 8000]] as const
const FANOUT: Readonly<Record<number, Command>> = Object.fromEntries(FANOUTS.map(([hosts, time]) => [hosts, ['network', 'fanout', hosts, time]]))
const STORM = (hosts: number): Command => ['network', 'storm', hosts, 0], DAY: Command = ['network', 'day', 20, 86_400]
const RECOVERY: Command = ['shell', 'recover', 1000]
/** Beside this machine's own bash and tools, where it has them. */
const BASH = spawnSync('bash', ['-c', 'command -v grep awk tr wc'], { stdio: 'ignore' }).status === 0
const SHELL: readonly (readonly [which: string, title: string])[] = [
  ['loop', 'shell: 20,000 turns of [ ] and $(( ))'], ['grep', 'shell: 100 × grep'], ['awk', 'shell: 100 × awk'], ['pipes', 'shell: 100 × a pipeline of three in $( )'],
]

const RARE: readonly (readonly [of: Command, what: string, seconds: number, gain: number])[] = [
  [['rare', 'r1', 60], '7e-8 of the time down, two copies and a spare', 0.5, 100], [['rare', 'r3', 60], '1.6e-11, three copies and a spare', 2, 1e4],
]

const PLAN: Command = ['plan', 10_000]
const PLAIN: Command = ['mirror', 'plain', 3, 10_000]
const ROWS: readonly Row[] = [
  ...[1e2, 1e3, 1e4, 1e5].flatMap((n): Row[] => [
    { title: `HOLD, ${n} pending: the queue alone`, unit: 'M events/s', digits: 2, of: ['hold', 'queue', n, 2e6], measure: million },
    { title: `HOLD, ${n} pending: through createSim`, unit: 'M events/s', digits: 2, of: ['hold', 'sim', n, 2e6], measure: million },
  ]),
  { title: 'HOLD, 1000 pending: delays from the streams', unit: 'M events/s', digits: 2, of: ['hold', 'rng', 1000, 1e6], measure: million },
  ...[10, 1000, 10_000].map((n): Row => ({ title: `cancel, re-arm and tick, ${n} things`, unit: 'ns', digits: 0, of: ['cancel', n, 1e6], measure: each(1e9), ...(n === 1000 && { atMost: 250 }) })),
  { title: '… memory grown meanwhile, 1000 things', unit: 'MiB', digits: 1, of: ['cancel', 1000, 1e6], measure: note('grownMiB'), atMost: 1 },
  { title: 'founding mirror, 3 hosts', unit: 'M events/s', digits: 2, of: PLAIN, measure: millionEvents, atLeast: 4 },
  { title: '… system-years, warm', unit: 'per second', digits: 0, of: PLAIN, measure: perSecond },
  { title: '… system-years, the first 2000 of the process', unit: 'per second', digits: 0, of: PLAIN, measure: note('coldYearsPerSecond') },
  { title: '… events for each crash of a host', unit: '', digits: 1, of: PLAIN, measure: note('eventsPerCrash') },
  { title: '… every entry handed to a listener', unit: '× of plain', digits: 2, of: ['mirror', 'listened', 3, 10_000], measure: millionEvents, to: PLAIN, atLeast: 0.85 },
  { title: '… every entry kept in memory', unit: '× of plain', digits: 2, of: ['mirror', 'kept', 3, 10_000], measure: millionEvents, to: PLAIN },
  { title: '… restarted for every year', unit: '× of plain', digits: 2, of: ['mirror', 'years', 3, 4000], measure: perSecond, to: PLAIN },
  { title: '… 300 hosts', unit: 'M events/s', digits: 2, of: ['mirror', 'plain', 300, 60], measure: millionEvents },
  { title: '… 300 hosts : 3 hosts', unit: '×', digits: 2, of: ['mirror', 'plain', 300, 60], measure: millionEvents, to: PLAIN, atLeast: 0.7 },
  ...RARE.flatMap(([of, what, seconds, gain]): Row[] => [
    { title: what, unit: 's to 10 %', digits: 2, of, measure: note('toTenPercent'), atMost: seconds },
    { title: '… than by plain runs', unit: '× faster', digits: 0, of, measure: note('gain'), atLeast: gain },
    { title: '… of the exact value', unit: '×', digits: 3, of, measure: note('ofExact') },
    { title: '… its relative standard error', unit: '', digits: 3, of, measure: note('relativeError') },
    { title: '… choosing the bias', unit: 's, once', digits: 2, of, measure: note('pilotSeconds') },
    { title: '… a fork with its branch', unit: 'µs', digits: 0, of, measure: note('microsPerFork') },
  ]),
  { title: 'hotspare plan: 10,000 years of the founding mirror', unit: 's of CPU', digits: 2, of: PLAN, measure: seconds, atMost: 4 },
  { title: '… a worker until it is ready', unit: 'ms of CPU', digits: 0, of: PLAN, measure: note('workerMillis'), atMost: 200 },
  { title: '… two workers, 40,000 years', unit: '× sooner', digits: 2, of: PLAN, measure: note('gain'), atLeast: 1.7 },
  { title: 'snapshot and restore, 50 hosts', unit: 'µs', digits: 0, of: ['past', 'snapshot', 50], measure: each(1e6), atMost: 1000 },
  { title: 'patches of any 1000 events, 50 hosts', unit: 'ms', digits: 1, of: ['past', 'patches', 50], measure: each(1e3), atMost: 30 },
  { title: 'recording, 3 hosts', unit: '× of running', digits: 2, of: ['past', 'record', 3], measure: note('ofPlain') },
  { title: 'recording, 50 hosts', unit: '× of running', digits: 2, of: ['past', 'record', 50], measure: note('ofPlain') },
  ...FANOUTS.map(([hosts]): Row => ({ title: `RA fan-out, ${hosts} hosts`, unit: 'M RAs/s', digits: 2, of: FANOUT[hosts]!, measure: million, ...(hosts === 500 && { atLeast: 2 }) })),
  { title: '… events, 500 hosts', unit: 'M events/s', digits: 2, of: FANOUT[500]!, measure: eventRate },
  { title: '… memory of the process, 10 hosts', unit: 'MiB', digits: 0, of: FANOUT[10]!, measure: note('peakMiB') },
  { title: '… memory of the process, 1000 hosts', unit: 'MiB', digits: 0, of: FANOUT[1000]!, measure: note('peakMiB') },
  { title: '… a delivery, 1000 hosts : 100 hosts', unit: '× the time', digits: 2, of: FANOUT[1000]!, measure: each(1), to: FANOUT[100]!, atMost: 1.5 },
  { title: '… a delivery, 1000 hosts : 10 hosts', unit: '× the time', digits: 2, of: FANOUT[1000]!, measure: each(1), to: FANOUT[10]!, atMost: 1.5 },
  { title: 'DAD storm, 200 hosts', unit: 's', digits: 3, of: STORM(200), measure: seconds, atMost: 0.2 },
  { title: '… the first of the process', unit: 's', digits: 3, of: STORM(200), measure: note('first') },
  { title: 'DAD storm, 1000 hosts', unit: 's', digits: 3, of: STORM(1000), measure: seconds },
  { title: '… for each host, 1000 hosts : 200 hosts', unit: '× the time', digits: 2, of: STORM(1000), measure: each(1), to: STORM(200), atMost: 1.5 },
  { title: 'a day of 50 routers with 20 hosts each', unit: 's', digits: 2, of: DAY, measure: seconds, atMost: 1 },
  { title: '… the first of the process', unit: 's', digits: 2, of: DAY, measure: note('first') },
  { title: '… events', unit: 'M events/s', digits: 2, of: DAY, measure: eventRate },
  { title: 'a recovery script with its simulation, warm', unit: 'ms', digits: 2, of: RECOVERY, measure: each(1e3), atMost: 5 },
  { title: '… runs 50 to 150 of the process', unit: 'ms', digits: 2, of: RECOVERY, measure: figure => note('median100')(figure) * 1e3 },
  { title: '… the first of the process', unit: 'ms', digits: 0, of: RECOVERY, measure: figure => note('first')(figure) * 1e3 },
  { title: '… heap grown in 500 runs', unit: 'MiB', digits: 1, of: RECOVERY, measure: note('grownMiB'), atMost: 1 },
  { title: '1000 schedules of hotspare check, two workers', unit: 's of CPU', digits: 1, of: ['shell', 'schedules', 500], measure: figure => 2 * figure.cpuSeconds, atMost: 10 },
  ...SHELL.flatMap(([which, title]): Row[] => [
    { title, unit: 'ms', digits: 1, of: ['shell', 'ours', which], measure: each(1e3) },
    ...BASH ? [{ title: '… : bash', unit: '× the time', digits: 2, of: ['shell', 'ours', which] as const, measure: seconds, to: ['shell', 'real', which] as const }] : [],
  ]),
]

buildOurs()
// Rows that measure several things with one program run it once.
const programs = [...new Map(ROWS.flatMap(({ of, to }) => to === undefined ? [of] : [of, to]).map(([program, ...args]) => [[program, ...args].join(' '), ours(program, ...args)]))]
const figures = interleaved(rounds, programs.map(([, program]) => ('run' in program ? program.run : [''])))
const figuresOf = (command: Command) => figures[programs.findIndex(([name]) => name === command.join(' '))]!
for (const { title, unit, digits, of, measure, to, atLeast, atMost } of ROWS) {
  const base = to && figuresOf(to).map(measure), values = figuresOf(of).map((figure, round) => measure(figure) / (base?.[round] ?? 1))
  const value = median(values), met = value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity)
  const target = atLeast !== undefined ? `at least ${atLeast}` : atMost !== undefined ? `at most ${atMost}` : ''
  const range = rounds > 1 ? `${Math.min(...values).toFixed(digits)} … ${Math.max(...values).toFixed(digits)}` : ''
  process.stdout.write(`${title.padEnd(48)}${value.toFixed(digits).padStart(9)} ${unit.padEnd(13)}${range.padEnd(19)}${target && `${target.padEnd(15)}${met ? 'met' : 'NOT MET'}`}`.trimEnd() + '\n')
}
