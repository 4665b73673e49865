/**
 * The commands and their options. Each command is loaded only when it runs, so that `--help` costs little more than Node itself.
 *
 * Exit status: 0 all expectations met, 1 one was not (plan: more downtime than a baseline allows), 2 bad input or usage, 3 a fault of hotspare itself, 130 Ctrl-C.
 */
import { pathToFileURL } from 'node:url'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { bundle } from './bundled.ts'
import { complain, isUsageError } from './terminal.ts'
import { VERSION } from './version.ts'

/** The commands about studies. */
async function planning(): Promise<typeof import('./planning.ts')> {
  const file = bundle('planning')
  return file === undefined ? import('./planning.ts') : import(pathToFileURL(file).href) as Promise<typeof import('./planning.ts')>
}

const count = (text: string): number => {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError('expected a whole number')
  return value
}
const positive = (text: string): number => {
  const value = Number(text)
  if (!(value > 0 && value < 1e9)) throw new InvalidArgumentError('expected a number of years')
  return value
}
const atLeastOne = (text: string): number => {
  if (count(text) === 0) throw new InvalidArgumentError('expected at least 1')
  return count(text)
}

/** Arguments without `node` and the script; the result is the exit status. */
export async function cli(args: readonly string[]): Promise<number> {
  let status = 0
  try {
    // Alone it shows what there is to see.
    await programOf(done => { status = done ?? 0 }).parseAsync(args.length > 0 ? [...args] : ['list'], { from: 'user' })
    return status
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (isUsageError(error)) {
      complain(error.message)
      return 2
    }
    complain(error instanceof Error ? (process.env['HOTSPARE_DEBUG'] ? error.stack ?? error.message : error.message) : String(error))
    complain('this is a fault of hotspare itself; HOTSPARE_DEBUG=1 shows where')
    return 3
  }
}

type Status = number | undefined | void

function programOf(done: (status: Status) => void): Command {
  const program = new Command('hotspare')
    .description('Simulates virtualized systems, their mirrors and hot spares, and tells what survives.')
    .version(VERSION)
    .showHelpAfterError('(hotspare --help lists the commands and options)')
    .configureOutput({
        writeOut: text => process.stdout.write(text),
        writeErr: text => process.stderr.write(text.replace(/^error: /, 'hotspare: ')),
      })
    .addHelpText('after', '\nExit status: 0 all expectations met, 1 one is not, 2 bad input or usage.')
    .exitOverride()

  program.command('list').description('the shipped scenarios, a line each')
    .action(async () => done(await (await import('./commands/list.ts')).list()))

  program.command('run').description('run scenarios and judge what they expect')
    .argument('<file...>', 'scenario files, or names of shipped scenarios')
    .option('--seed <seed>', 'another seed than the scenario\'s')
    .option('--seeds <n>', 'run with this many seeds, from the given one on', atLeastOne)
    .option('--until <time>', 'another end of the run, such as 12h')
    .option('--json', 'one JSON object per run')
    .option('--transcript', 'what scripts typed and were answered, with simulated times and script lines')
    .option('--trace <file>', 'every event, as NDJSON')
    .option('--perfetto <file>', 'a timeline for https://ui.perfetto.dev')
    .option('--pcap <file>', 'the frames that ports saw, as pcapng')
    .option('--pcap-ports <ports>', 'only these, separated by commas; default: all adapters')
    .option('--junit <file>', 'the expectations as JUnit XML')
    .option('--quiet', 'only what is not met')
    .action(async (files: string[], options) => done(await (await import('./commands/run.ts')).run(files, options)))

  program.command('why').description('why a service was down: the chain of causes')
    .argument('<file>', 'a scenario file, or the name of a shipped scenario')
    .option('--outage <n>', 'the n-th outage', atLeastOne)
    .option('--at <time>', 'the state at this time')
    .option('--service <name>', 'of this service')
    .option('--seed <seed>', 'another seed than the scenario\'s')
    .option('--until <time>', 'another end of the run')
    .action(async (file: string, options) => done(await (await import('./commands/why.ts')).why(file, options)))

  program.command('console').description('a terminal of the simulated system: log in, type commands, let time pass, break things')
    .argument('<file>', 'a scenario file, or the name of a shipped scenario')
    .option('--at <time>', 'when you come, such as 2h')
    .option('--on <guest>', 'the partition to log in to')
    .option('--seed <seed>', 'another seed than the scenario\'s')
    .option('--echo', 'over a pipe: also show the prompts and what was typed')
    .action(async (file: string, options) => done(await (await import('./commands/console.ts')).console(file, options)))

  program.command('check').description('a recovery script against thousands of schedules of faults; what breaks it, made as small as it gets')
    .argument('<scenario>', 'a scenario file, or the name of a shipped scenario')
    .option('--script <file>', 'the script to try, instead of those that the scenario names')
    .option('--against <file>', 'another script on the same schedules: which failures are new, gone, common')
    .option('--runs <n>', 'schedules to try, default 1000', atLeastOne)
    .option('--seed <n>', 'another series of schedules, default 1', count)
    .option('--path <path>', 'only this one, as a failure names it')
    .option('--max-faults <n>', 'faults in one schedule at most', atLeastOne)
    .option('--budget <time>', 'stop after this long, such as 60s')
    .option('--workers <n>', 'threads; default: one per core', atLeastOne)
    .option('--junit <file>', 'the rules as JUnit XML')
    .option('--json', 'one JSON object')
    .option('--save-failing <dir>', 'write each failure as a scenario of its own')
    .option('--quiet', 'only what breaks')
    .action(async (file: string, options) => done(await (await import('./commands/check.ts')).check(file, options)))

  program.command('lint').description('what in a script is not modelled, and the classical slips of recovery scripts')
    .argument('[script...]', 'shell scripts')
    .option('--json', 'one JSON object per script')
    .option('--rules', 'the rules, with what to write instead')
    .action(async (files: string[], options) => done((await import('./commands/lint.ts')).lint(files, options)))

  program.command('plan').description('a study: availability with its interval, its causes, and what another design would change')
    .argument('<study>', 'a study file, or the name of a shipped study or scenario')
    .option('--precision <share>', 'of the downtime, such as 5%: until its 95 % interval is within this')
    .option('--years <n>', 'simulated years of each variant at most; without --precision exactly so many', positive)
    .option('--budget <time>', 'stop after this long, such as 60s')
    .option('--workers <n>', 'threads; default: as many as pay', atLeastOne)
    .option('--seed <seed>', 'another seed than the study\'s')
    .addOption(new Option('--fidelity <which>', 'of router advertisements').choices(['state', 'frames']))
    .option('--exact', 'also what the solver says of the same models, where all their delays are exponential')
    .addOption(new Option('--method <which>', 'plain runs, or forks for rare outages').choices(['auto', 'runs', 'forks']))
    .option('--json', 'one JSON object')
    .option('--csv [file]', 'the figures, a line each')
    .option('--report <file>', 'one HTML file')
    .option('--importance', 'what each thing and each uncertain input matters; a report has it anyway')
    .option('--baseline <file>', 'an earlier result (--json) or study to compare the downtime with')
    .option('--max-regression <budget>', 'exit 1 if it is worse by more than this, such as \'1 min/yr\' or 5%')
    .option('--resume <file>', 'keep what runs have counted in this file, and go on from it')
    .option('--shard <i/n>', 'only part i of n, into --out; needs --years')
    .option('--out <file>', 'where the part goes; hotspare merge puts parts together')
    .option('--quiet', 'only the verdict')
    .action(async (file: string, options) => done(await (await planning()).plan(file, options)))

  program.command('compare').description('two designs over the same runs: the interval of their difference, and what it comes from')
    .argument('<a>', 'a study or scenario, or one variant of it: study.yaml#variant; or an earlier result (--json)')
    .argument('<b>', 'the other: told is how b differs from a')
    .option('--precision <amount>', 'of the difference: \'0.5 min/yr\', or a share of the larger downtime; default 5%')
    .option('--years <n>', 'simulated years of each at most; without --precision exactly so many', positive)
    .option('--budget <time>', 'stop after this long, such as 60s')
    .option('--workers <n>', 'threads; default: as many as pay', atLeastOne)
    .option('--seed <seed>', 'another seed than that of a')
    .addOption(new Option('--fidelity <which>', 'of router advertisements').choices(['state', 'frames']))
    .addOption(new Option('--method <which>', 'plain runs, or forks for rare outages').choices(['auto', 'runs', 'forks']))
    .option('--json', 'one JSON object')
    .option('--report <file>', 'one HTML file')
    .option('--quiet', 'only the verdict')
    .action(async (a: string, b: string, options) => done(await (await planning()).compare(a, b, options)))

  program.command('calendar').description('a maintenance calendar: what its windows expose, how far apart they must be, which are in each other\'s way')
    .argument('<file>', 'a study or scenario, or one variant of it: study.yaml#variant')
    .option('--json', 'one JSON object')
    .action(async (file: string, options) => done(await (await planning()).calendar(file, options)))

  program.command('merge').description('the parts of a study, put together as if it had been run in one piece')
    .argument('<part...>', 'files written by plan --shard')
    .option('--json', 'one JSON object')
    .option('--csv [file]', 'the figures, a line each')
    .option('--report <file>', 'one HTML file')
    .option('--importance', 'what each thing and each uncertain input matters; a report has it anyway')
    .option('--quiet', 'only the verdict')
    .action(async (files: string[], options) => done(await (await planning()).merge(files, options)))

  program.command('validate').description('report everything that is wrong with scenarios, without running them')
    .argument('<file...>')
    .action(async (files: string[]) => done(await (await import('./commands/validate.ts')).validate(files)))

  program.command('init').description('write a commented scenario to make your own')
    .argument('[file]', 'where to', 'hotspare.yaml')
    .option('--force', 'overwrite what is there')
    .action(async (file: string, options) => done(await (await import('./commands/init.ts')).init(file, options)))

  program.command('schema').description('the JSON Schema of scenario files, for editors')
    .option('--study', 'of study files')
    .option('--study-result', 'of what plan --json prints')
    .option('--out <file>', 'write it to a file')
    .action(async options => done(await (await import('./commands/schema.ts')).schema(options)))

  program.command('diff').description('the first difference of two traces')
    .argument('<a>', 'a trace written by run --trace').argument('<b>')
    .action(async (a: string, b: string) => done(await (await import('./commands/diff.ts')).diff(a, b)))

  const radvd = program.command('radvd').description('configuration files of the router advertisement daemon')
  radvd.command('check').description('accept or refuse a radvd.conf as radvd --configtest does')
    .argument('<file>', 'a radvd.conf')
    .option('--lint', 'all that is wrong or unwise instead, with its place; also what fails only when radvd starts')
    .action(async (file: string, options) => done((await import('./commands/radvd.ts')).check(file, options)))

  const ra = program.command('ra').description('router advertisements and what travels with them')
  ra.command('decode').description('what is in a frame, packet or ICMPv6 message; an advertisement also as radvdump shows it')
    .argument('<hex...>', 'its bytes as hexadecimal digits')
    .option('--interface <name>', 'the name to show for the interface that received it', 'eth0')
    .action(async (hex: string[], options) => done((await import('./commands/ra.ts')).decode(hex, options)))

  program.command('story', { hidden: true }).description('the founding story, or another scenario, for a first look')
    .argument('[file]', 'a scenario', 'founding-story')
    .action(async (file: string) => done(await (await import('./commands/story.ts')).story(file)))
  return program
}
