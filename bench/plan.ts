/**
 * `hotspare plan` as it is built, whole processes with their start: the founding mirror, three hosts, plain runs. Needs `npm run prepare`.
 * Usage: plan YEARS. Printed: CPU seconds of all threads with one worker; the CPU that a worker costs until it is ready; and how much sooner two workers are
 * done, which says something only where two cores are idle.
 */
import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { cpuUsage } from 'node:process'
import { Worker } from 'node:worker_threads'
import { median, print } from './measure.ts'

const YEARS = Number(process.argv[2] ?? 10_000), study = resolve('bench/founding-mirror.yaml'), built = resolve('dist/node')

/** All threads of a process, told by itself when it ends. */
const TELL = 'data:text/javascript,process.on("exit",()=>{const{user,system}=process.cpuUsage();process.stderr.write("\\ncpu "+(user+system))})'
function plan(years: number, workers: number): { cpuSeconds: number; seconds: number } {
  const start = performance.now()
  const { stderr, status } = spawnSync(process.execPath, ['--import', TELL, join(built, 'main.js'), 'plan', study, '--years', String(years), '--method', 'runs', '--workers', String(workers), '--quiet'], { encoding: 'utf8' })
  const cpu = /cpu (\d+)$/.exec(stderr)?.[1]
  if (status !== 0 || cpu === undefined) throw new Error(`hotspare plan: ${stderr}`)
  return { cpuSeconds: Number(cpu) / 1e6, seconds: (performance.now() - start) / 1000 }
}
async function workerSeconds(): Promise<number> {
  const before = cpuUsage()
  await new Promise(done => new Worker(join(built, 'study-worker.bundle.js'), { workerData: { systems: [] }, execArgv: [] }).once('exit', done))
  const { user, system } = cpuUsage(before)
  return (user + system) / 1e6
}

const whole = plan(YEARS, 1), starts: number[] = []
for (let i = 0; i < 5; i++) starts.push(await workerSeconds())
const one = plan(4 * YEARS, 1), two = plan(4 * YEARS, 2)
print({ name: 'plan', count: YEARS, cpuSeconds: whole.cpuSeconds, notes: { workerMillis: median(starts) * 1000, gain: one.seconds / two.seconds } })
