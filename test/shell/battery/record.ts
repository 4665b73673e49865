/**
 * `npm run shell:record [-- TOPIC…] [--check]`: runs the cases of the battery with the real tools and writes what they did beside them.
 *
 * Each case runs twice, in a fresh directory of another name each time, with nothing in its environment; a case whose runs differ, that shows where
 * it ran, or that does not end is refused. Cases that need gawk keep what is recorded where there is none. `--check` writes nothing and says what differs.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { masked, parseCases, parseRecorded, writeRecorded, type Case, type Outcome, type Recorded } from './format.ts'

const here = import.meta.dirname
const PATH = '/usr/bin:/bin'
const which = (tool: string): string | undefined => (process.env['PATH'] ?? PATH).split(':').map(dir => join(dir, tool)).find(path => existsSync(path))
const found = which('gawk'), gawk = found !== undefined && spawnSync(found, ['--version']).status === 0 ? found : undefined

const fixture = (name: string): string => readFileSync(join(here, 'files', name), 'utf8')

/** What the real one does; null: it did not end in time. */
export function runReal(one: Case, dir: string): Outcome | null {
  writeFileSync(join(dir, 'case.sh'), one.script, 'latin1')
  for (const [name, content] of one.files) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), content, 'latin1')
  }
  process.umask(0o022)
  // Pipes, not the sockets that node would give: /dev/stdin and /dev/stdout can be opened as in a shell's pipeline. It ends when nobody holds them any more.
  const wrapper = `path=$1 shell=$2; shift 2
    { { cat ../stdin | env -i "PATH=$path" LC_ALL=C HOME=/root TZ=UTC "$shell" case.sh "$@" 1>&4 2>&5 4>&- 5>&-; echo $? > ../status; } 5>&1 4>&3 3>&- | cat > ../stderr; } 3>&1 | cat > ../stdout`
  writeFileSync(join(dir, '../stdin'), one.stdin, 'latin1')
  const { error } = spawnSync('bash', ['-c', wrapper, 'record', one.gawk ? `${PATH}:${dirname(gawk!)}` : PATH, one.shell === 'sh' ? 'dash' : 'bash', ...one.args],
    { cwd: dir, timeout: 10_000, killSignal: 'SIGKILL', stdio: 'ignore' })
  if (error && (error as NodeJS.ErrnoException).code === 'ETIMEDOUT') return null
  const read = (name: string): string => readFileSync(join(dir, '..', name), 'latin1')
  return { status: Number(read('status')), stdout: read('stdout'), stderr: masked(read('stderr')) }
}

function record(one: Case): Recorded | string {
  const runs: Outcome[] = []
  for (const prefix of ['battery-', 'another-place-']) {
    const above = mkdtempSync(join(tmpdir(), prefix)), dir = join(above, 'in')
    mkdirSync(dir)
    try {
      const run = runReal(one, dir)
      if (run === null) return 'does not end'
      if (`${run.stdout}${run.stderr}`.includes(dir)) return `shows its directory: ${JSON.stringify(`${run.stdout}${run.stderr}`)}`
      runs.push(one.loose ? { ...run, stderr: '' } : run)
    } finally {
      rmSync(above, { recursive: true, force: true })
    }
  }
  const [a, b] = runs.map(run => JSON.stringify(run))
  return a === b ? { print: one.print, ...runs[0]! } : `two runs differ:\n  ${a}\n  ${b}`
}

function versions(): string {
  const first = (tool: string, ...args: string[]): string => {
    const { stdout, stderr } = spawnSync(tool, args, { encoding: 'utf8' })
    return `${tool}: ${(stdout || stderr || 'none').split('\n')[0]}`
  }
  return [first('bash', '--version'), first('dpkg-query', '-W', '-f', 'dash ${Version}', 'dash').replace(/^.*: /, 'dash: '), first('mawk', '-W', 'version'),
    ...(gawk ? [first(gawk, '--version').replace(/^.*: /, 'gawk: ')] : []), first('grep', '--version'), first('sed', '--version'), first('sort', '--version'),
    first('find', '--version'), first('diff', '--version'), first('flock', '--version')].join('\n') + '\n'
}

if (process.argv[1] === import.meta.filename) {
  const args = process.argv.slice(2), check = args.includes('--check'), topics = args.filter(arg => !arg.startsWith('-'))
  if (!execFileSync('sh', ['-c', 'awk -W version 2>&1; true'], { encoding: 'utf8' }).startsWith('mawk')) throw new Error('the awk on PATH is not mawk')
  let cases = 0, refused = 0, differ = 0
  for (const file of readdirSync(here).filter(name => name.endsWith('.cases')).sort()) {
    const topic = file.replace(/\.cases$/, ''), to = join(here, `${topic}.expect`)
    if (topics.length > 0 && !topics.includes(topic)) continue
    const before = existsSync(to) ? parseRecorded(readFileSync(to, 'utf8')) : new Map<string, Recorded>(), after = new Map<string, Recorded>()
    for (const one of parseCases(topic, readFileSync(join(here, file), 'utf8'), fixture)) {
      cases++
      const was = before.get(one.name)
      if (after.has(one.name)) { console.error(`${topic}: ${one.name}: twice`); refused++; continue }
      if (one.gawk && gawk === undefined) {
        if (was) after.set(one.name, was)
        console.error(`${topic}: ${one.name}: there is no gawk here; ${was ? 'what is recorded stays' : 'not recorded'}`)
        continue
      }
      const now = record(one)
      if (typeof now === 'string') { console.error(`${topic}: ${one.name}: refused: ${now}`); refused++; continue }
      after.set(one.name, now)
      if (was && JSON.stringify(was) !== JSON.stringify(now)) { differ++; if (check) console.error(`${topic}: ${one.name}: was ${JSON.stringify(was)}\n  is ${JSON.stringify(now)}`) }
    }
    if (!check) writeFileSync(to, writeRecorded(after))
  }
  if (!check && topics.length === 0) writeFileSync(join(here, 'tools.txt'), versions())
  console.log(`${cases} cases, ${refused} refused, ${differ} other than before${check ? '; nothing written' : ''}`)
  process.exitCode = refused > 0 || (check && differ > 0) ? 1 : 0
}
