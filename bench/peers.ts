/**
 * `npm run bench:peers`: HOLD, the founding mirror and networks here and with peers, as ratios. Each line is a row of one table: so much a
 * second of CPU time (median of the rounds), then the ratio to C++'s std::priority_queue (networks: to ns-3) and to SimPy (medians of the
 * ratios within each round). Usage: peers [ROUNDS [WORD]], only tables with this word in their titles. A peer that is not installed leaves
 * its row out, and the exit code is then 1.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { buildOurs, cpp, interleaved, ours, simpy, type Program } from './build.ts'
import { median, type Figure } from './measure.ts'

const rounds = Number(process.argv[2] ?? 5), only = process.argv[3] ?? ''
const PENDING = [1e2, 1e3, 1e4, 1e5]
const say = (line: string) => void process.stdout.write(line + '\n')
const missing = new Map<string, string>()

const CPP = 'C++ std::priority_queue', NS3 = 'ns-3, map (its default)'

type Measure = (figure: Figure) => number
/** A program may be measured in another way than the others of its table. */
function table(title: string, programs: readonly (readonly [name: string, Program, Measure?])[], unit: Measure, digits: number): void {
  if (!title.includes(only)) return
  const present = programs.flatMap(([name, program, measure]) => {
    if ('run' in program) return [{ name, run: program.run, measure: measure ?? unit }]
    missing.set(program.missing, program.install)
    return []
  })
  const figures = interleaved(rounds, present.map(({ run }) => run)).map((row, i) => row.map(present[i]!.measure))
  const against = (name: string) => figures[present.findIndex(row => row.name === name)]
  const first = [CPP, NS3].find(name => present.some(row => row.name === name)), base = first === undefined ? undefined : against(first), simpy = against('SimPy')
  const ratio = (row: readonly number[], to: readonly number[] | undefined) => to === undefined ? '' : `${median(row.map((value, i) => value / to[i]!)).toFixed(2)} ×`
  say(`\n${title.padEnd(48)}${first ? `: ${first.slice(0, first.search(/[ ,]/))}` : ''}${simpy ? '   : SimPy'.padStart(12) : ''}`)
  for (const [i, { name }] of present.entries())
    say(`${name.padEnd(36)}${median(figures[i]!).toFixed(digits).padStart(9)}${ratio(figures[i]!, base).padStart(10)}${ratio(figures[i]!, simpy).padStart(12)}`)
}

buildOurs()
const heap = cpp('hold'), ns3 = cpp('hold_ns3')
const withArgs = (program: Program, ...args: (string | number)[]): Program => 'run' in program ? { run: [...program.run, ...args.map(String)] } : program
for (const n of PENDING) {
  const events = 2e6
  table(`HOLD, ${n} pending, million events/s`, [
    [CPP, withArgs(heap, n, events)],
    ['hotspare, the queue alone', ours('hold', 'queue', n, events)],
    ['hotspare, through createSim', ours('hold', 'sim', n, events)],
    ['ns-3, priority queue', withArgs(ns3, 'PriorityQueue', n, 1e6)],
    [NS3, withArgs(ns3, 'Map', n, 1e6)],
    ['SimPy', simpy('hold_simpy', n, 2e5)],
  ], ({ count, cpuSeconds }) => count / cpuSeconds / 1e6, 2)
}

if (existsSync(join(import.meta.dirname, '../src/models/stack.ts')))
  for (const [hosts, spares] of [[3, 1], [300, 298]] as const)
    table(`The founding mirror, ${hosts} hosts, system-years/s`, [
      ['SimPy', simpy('mirror_simpy', hosts === 3 ? 3000 : 100, hosts, spares)],
      ['hotspare, the shipped models, warm', ours('mirror', 'plain', hosts, hosts === 3 ? 10_000 : 60)],
      ['… from the start of the process', ours('mirror', 'plain', hosts, hosts === 3 ? 2000 : 20), ({ notes }) => Number(notes?.coldYearsPerSecond)],
    ], ({ count, cpuSeconds }) => count / cpuSeconds, 0)

type Network = readonly [title: string, args: readonly [string, number, number], Measure]
const aSecond: Measure = ({ cpuSeconds }) => 1 / cpuSeconds
const NETWORKS: readonly Network[] = [
  ['network: RA fan-out, 500 hosts, million deliveries/s', ['fanout', 500, 12_000], ({ count, cpuSeconds }) => count / cpuSeconds / 1e6],
  ['network: DAD storms of 200 hosts in a second', ['storm', 200, 0], aSecond],
  ['network: DAD storms of 1000 hosts in a second', ['storm', 1000, 0], aSecond],
  ['network: days of 50 routers with 20 hosts in a second', ['day', 20, 86_400], aSecond],
]
const ra = cpp('ra_ns3')
for (const [title, args, unit] of NETWORKS)
  table(title, [
    [NS3, withArgs(ra, 'Map', ...args)],
    ['hotspare, warm', ours('network', ...args)],
    ...(args[0] === 'fanout' ? [] : [['… the first of the process', ours('network', ...args), ({ notes }: Figure) => 1 / Number(notes?.first)] as const]),
  ], unit, 2)

for (const [what, install] of missing) say(`\nnot measured for lack of ${what}; on Debian: ${install}`)
process.exitCode = missing.size > 0 ? 1 : 0
