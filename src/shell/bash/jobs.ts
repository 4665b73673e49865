/**
 * Children of a shell: background jobs, what is remembered of those that have ended, and what a shell that is not interactive says of
 * children that a signal killed. Source: bash(1) 5.2, JOB CONTROL; observed.
 */
import type { Process } from '../kernel/process.ts'
import { signalText } from '../kernel/signal.ts'
import type { Run } from '../kernel/wait.ts'
import type { Job, Shell } from './state.ts'

export const lastOf = (job: Job): Process => job.processes[job.processes.length - 1]!.child
export const isOver = (job: Job): boolean => job.processes.every(each => each.child.dead)
export function jobStatus(job: Job): number {
  if (!job.pipefail) return lastOf(job).exit!.status
  for (let i = job.processes.length - 1; i >= 0; i--) if (job.processes[i]!.child.exit!.status !== 0) return job.processes[i]!.child.exit!.status
  return 0
}

export function addJob(sh: Shell, processes: Job['processes'], text: string): Job {
  let number = 0
  for (const job of sh.jobs) number = Math.max(number, job.number)
  const job: Job = { number: number + 1, text, processes, owner: sh.p.pid, told: false, disowned: false, pipefail: sh.options.pipefail, started: sh.p.kernel.now }
  sh.jobs.push(job)
  return job
}
/** Takes note of the background processes that have ended. */
export function reap(sh: Shell): void {
  for (const job of sh.jobs)
    if (job.owner === sh.p.pid) for (const { child } of job.processes)
      if (child.dead && sh.p.children.delete(child.pid)) sh.ended.set(child.pid, child.exit!.status)
}
/** Between commands: jobs that have ended are dropped, and a death by a signal is told. */
export function notify(sh: Shell, finish: boolean): string {
  if (sh.jobs.length === 0) return ''
  reap(sh)
  let text = ''
  for (const job of [...sh.jobs]) {
    if (!isOver(job)) continue
    if (!job.told) {
      const words = deathNotice(sh, job.processes, job.pipefail) || controlled(sh, job)
      text += words
      job.told = true
      if (words !== '') drop(sh, job)
    }
    if (finish) drop(sh, job)
  }
  return text
}
/** With job control, also the deaths that nobody is told of without it. */
function controlled(sh: Shell, job: Job): string {
  return sh.options.monitor && sh.dialect === 'bash' && !sh.isSubshell && lastOf(job).exit!.signal !== undefined ? jobLine(sh, job) : ''
}
export function drop(sh: Shell, job: Job): void {
  const at = sh.jobs.indexOf(job)
  if (at >= 0) sh.jobs.splice(at, 1)
}

const SILENT: readonly string[] = ['INT', 'PIPE', 'TERM']
/** `x.sh: line 3: 312 Killed                  sleep 100`; '' if there is nothing to say. Of a job in the background. */
export function deathNotice(sh: Shell, processes: Job['processes'], _pipefail = false): string {
  const signal = processes[processes.length - 1]!.child.exit!.signal
  if (signal === undefined || SILENT.includes(signal) || sh.traps.has(signal) || sh.dialect === 'sh') return ''
  const lines = processes.map(({ child, text }, i) =>
    `${i === 0 ? `${sh.file || sh.arg0}: line ${sh.reportLine || 1}: ${String(child.pid).padStart(5)}` : String(child.pid).padStart(10)} ${stateOf(child).padEnd(24)}${i === 0 ? '' : '| '}${text}\n`)
  return lines.join('')
}
/** The same for one that was waited for; a terminated one is named, without a line. */
export function foregroundNotice(sh: Shell, processes: Job['processes']): string {
  const signal = processes[processes.length - 1]!.child.exit!.signal
  if (signal === undefined || sh.subshellDepth > 0) return ''
  if (sh.dialect === 'sh') return SILENT.includes(signal) && signal !== 'TERM' ? '' : `${signalText(signal)}\n`
  if (sh.interactive && !sh.isSubshell && sh.file === '') return signal === 'INT' || signal === 'PIPE' ? '' : `${signalText(signal)}\n`
  if (signal === 'TERM') return 'Terminated\n'
  if (sh.traps.has(signal) && !SILENT.includes(signal)) return `${signalText(signal)}\n`
  return deathNotice(sh, processes)
}
function stateOf(child: Process): string {
  const { signal, status } = child.exit!
  return signal === undefined ? status === 0 ? 'Done' : `Exit ${status}` : signalText(signal)
}

/** Until this child has ended. A signal that is trapped is kept until then; one that ends the shell is not. */
export function* waitFor(sh: Shell, children: readonly Process[]): Run<void> {
  const { p } = sh
  const polite = !p.caught.has('INT') && !p.ignored.has('INT')
  if (polite) p.caught.add('INT')
  for (const child of children) {
    for (;;) {
      const answer = yield* p.wait(child)
      if (answer !== 'signal') break
      if (sh.isFatalPending()) yield* sh.interpreter.deliver(sh)
    }
  }
  if (!polite) return
  const interrupted = p.pending.indexOf('INT')
  if (!sh.traps.has('EXIT')) p.caught.delete('INT')
  if (interrupted < 0) return
  p.pending.splice(interrupted, 1)
  p.seen = Math.min(p.seen, p.pending.length)
  // Whoever is interrupted together with its child dies of it; a child that made something else of it spares the shell.
  if (children[children.length - 1]?.exit?.signal === 'INT') yield* sh.interpreter.dieOf(sh, 'INT')
}

/** The job that `%1`, `%+`, `%-`, `%name`, `%?text` mean. */
export function jobNamed(sh: Shell, spec: string): Job | null | 'ambiguous' {
  const name = spec.replace(/^%/, ''), { jobs } = sh
  if (name === '' || name === '+' || name === '%') return current(jobs)
  if (name === '-') return previous(jobs)
  if (/^\d+$/.test(name)) return jobs.find(job => job.number === Number(name)) ?? null
  const found = jobs.filter(job => name.startsWith('?') ? job.text.includes(name.slice(1)) : job.text.startsWith(name))
  return found.length > 1 ? 'ambiguous' : found[0] ?? null
}
export const current = (jobs: readonly Job[]): Job | null => jobs[jobs.length - 1] ?? null
export const previous = (jobs: readonly Job[]): Job | null => jobs[jobs.length - 2] ?? current(jobs)

/** A line of `jobs`. */
export function jobLine(sh: Shell, job: Job, long = false): string {
  const mark = job === current(sh.jobs) ? '+' : job === sh.jobs[sh.jobs.length - 2] ? '-' : ' '
  const over = isOver(job), stopped = job.processes.some(each => each.child.stopped)
  const state = over ? stateOf(lastOf(job)) : stopped ? 'Stopped' : 'Running'
  return `[${job.number}]${mark} ${long ? `${String(job.processes[0]!.child.pid).padStart(5)} ` : ' '}${state.padEnd(24)}${job.text}${over || stopped ? '' : ' &'}\n`
}
