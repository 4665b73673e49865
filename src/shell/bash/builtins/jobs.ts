/**
 * wait kill jobs fg bg disown trap suspend. `wait` returns above 128 as soon as a signal comes that is trapped; the trap runs after it.
 * kill(1) as a program shares what it does. Source: bash(1) 5.2, SHELL BUILTIN COMMANDS; observed.
 */
import { failed } from '../../kernel/errno.ts'
import type { Process } from '../../kernel/process.ts'
import { signalNamed, signalNumber, SIGNALS, type Signal } from '../../kernel/signal.ts'
import type { Run } from '../../kernel/wait.ts'
import { current, drop, isOver, jobLine, jobNamed, jobStatus, lastOf, notify, reap } from '../jobs.ts'
import type { Job, Shell, Status } from '../state.ts'
import { setTrap, trapLabel, trapNamed, trapOrder } from '../traps.ts'
import { dashQuoted, singleQuoted } from '../values.ts'
import { complain, letters, misuse, usage } from './common.ts'

/** Until the process has ended; the status of an interruption, if a signal that is trapped comes first. */
function* until(sh: Shell, over: () => boolean): Run<number | null> {
  const { p } = sh
  for (;;) {
    if (over()) return null
    if ((yield { kind: 'queue', queue: p.childEnded }) !== 'signal') continue
    const signal = p.pending.find(each => sh.traps.has(each))
    if (signal !== undefined && signal !== 'CHLD') return 128 + signalNumber(signal)
    yield* sh.interpreter.deliver(sh)
  }
}
export function* wait(sh: Shell, argv: string[]): Run {
  const { rest, bad, on } = letters(argv, 'fnp:')
  if (bad !== null) return yield* misuse(sh, 'wait', bad, 'wait [-fn] [-p var] [id ...]')
  if (sh.p.debt > 0) yield* sh.p.settle()
  reap(sh)
  const target = on.get('p')
  if (target !== undefined) sh.unset(target)
  if (on.has('n')) return yield* waitNext(sh, rest, target)
  if (rest.length === 0) {
    const stopped = yield* until(sh, () => sh.jobs.every(job => job.owner !== sh.p.pid || isOver(job)) && sh.substitutionChildren.every(each => each.dead))
    if (stopped !== null) return stopped
    yield* told(sh)
    sh.jobs = []
    return 0
  }
  let status = 0
  for (const id of rest) {
    const found = yield* sought(sh, id)
    if (typeof found === 'number') { status = found; continue }
    const { child, job } = found
    const stopped = yield* until(sh, () => job !== null ? isOver(job) : child!.dead)
    if (stopped !== null) return stopped
    yield* told(sh)
    status = child === null ? jobStatus(job!) : child.exit!.status
    if (target !== undefined) sh.assign(target, String((child ?? lastOf(job!)).pid), false)
    if (job !== null && isOver(job)) drop(sh, job)
  }
  return status
}
/** At the line of the `wait`. */
function* told(sh: Shell): Run<void> {
  const { reportLine } = sh
  sh.reportLine = sh.line
  const words = notify(sh, false)
  sh.reportLine = reportLine
  if (words !== '') yield* sh.p.write(2, words)
}
function* sought(sh: Shell, id: string): Run<number | { child: Process | null; job: Job | null }> {
  if (id.startsWith('%')) {
    const job = jobNamed(sh, id)
    if (job !== null && job !== 'ambiguous') return { child: null, job }
    yield* sh.complain(`wait: ${id}: ${job === null ? 'no such job' : 'ambiguous job spec'}`)
    return 127
  }
  if (!/^\d+$/.test(id)) {
    yield* sh.complain(`wait: \`${id}': not a pid or valid job spec`)
    return 1
  }
  const pid = Number(id)
  for (const job of sh.jobs) if (job.owner === sh.p.pid) for (const { child } of job.processes) if (child.pid === pid) return { child, job }
  const child = sh.p.children.get(pid)
  if (child !== undefined) return { child, job: null }
  const ended = sh.ended.get(pid) ?? sh.substitutionChildren.find(each => each.pid === pid)?.exit?.status
  if (ended !== undefined) return ended
  if (sh.dialect === 'bash') yield* sh.complain(`wait: pid ${pid} is not a child of this shell`)
  return 127
}
function* waitNext(sh: Shell, ids: readonly string[], target: string | undefined): Run {
  const jobs: Job[] = []
  for (const id of ids) {
    const found = yield* sought(sh, id)
    if (typeof found !== 'number') { const job = found.job ?? sh.jobs.find(each => each.processes.some(part => part.child === found.child)); if (job) jobs.push(job) }
  }
  const among = (): readonly Job[] => (ids.length > 0 ? jobs : sh.jobs).filter(job => !job.disowned && job.owner === sh.p.pid)
  if (among().length === 0) return 127
  let first: Job | undefined
  const stopped = yield* until(sh, () => (first = among().filter(isOver).sort((a, b) => endOf(a) - endOf(b))[0]) !== undefined)
  if (stopped !== null) return stopped
  reap(sh)
  yield* told(sh)
  drop(sh, first!)
  if (target !== undefined) sh.assign(target, String(lastOf(first!).pid), false)
  return jobStatus(first!)
}
const endOf = (job: Job): number => job.number

/** kill(1) and the builtin: `job` finds what `%1` means. */
export function* kill(p: Process, argv: readonly string[], say: (text: string) => Run<unknown>, job: ((spec: string) => Process | null) | null, usageText: string): Run {
  let signal: Signal | null = 'TERM', i = 1
  const first = argv[1]
  if (first === '-l' || first === '-L') return yield* list(p, argv.slice(2), first, say)
  if (first === '-s' || first === '-n') {
    const name = argv[2]
    if (name === undefined) { yield* say(`${first}: option requires an argument`); return 1 }
    signal = name === '0' || name === 'EXIT' ? null : signalNamed(name)
    if (signal === null && name !== '0') { yield* say(`${name}: invalid signal specification`); return 1 }
    i = 3
  } else if (first !== undefined && /^-./.test(first) && first !== '--') {
    signal = first === '-0' ? null : signalNamed(first.slice(1))
    if (signal === null && first !== '-0') { yield* say(`${first.slice(1)}: invalid signal specification`); return 1 }
    i = 2
  }
  if (argv[i] === '--') i++
  if (i >= argv.length) { yield* p.err(usageText); return job === null ? 1 : 2 }
  let status = 1
  let ok = 0, bad = 0
  for (const id of argv.slice(i)) {
    if (id.startsWith('%') && job !== null) {
      const target = job(id)
      if (target === null) { yield* say(`${id}: no such job`); bad++; continue }
      const no = signal === null ? undefined : p.kernel.kill(p, target.pid, signal)
      if (failed(no!)) bad++
      else ok++
      continue
    }
    if (!/^-?\d+$/.test(id)) { yield* say(job === null ? `failed to parse argument: '${id}'` : `${id}: arguments must be process or job IDs`); bad++; continue }
    const no = p.kernel.kill(p, Number(id), signal)
    if (no !== undefined) { yield* say(job === null ? `(${id}): ${no.text}` : `(${id}) - ${no.text}`); bad++ } else ok++
  }
  status = ok > 0 && (bad === 0 || job !== null) ? 0 : 1
  return status
}
function* list(p: Process, names: readonly string[], option: string, say: (text: string) => Run<unknown>): Run {
  if (names.length === 0) {
    const all = [...SIGNALS.map(each => [signalNumber(each), `SIG${each}`] as const), ...realTime()]
    yield* p.out(option === '-l' ? all.map(([n, name], i) => `${String(n).padStart(2)}) ${name}${i % 5 === 4 || i === all.length - 1 ? i === all.length - 1 ? '\t\n' : '\n' : '\t'}`).join('') : `${all.map(([n, name]) => `${n} ${name}`).join('\n')}\n`)
    return 0
  }
  for (const name of names) {
    const n = /^\d+$/.test(name) ? Number(name) > 128 ? Number(name) - 128 : Number(name) : null
    const signal = n === null ? signalNamed(name) : n === 0 ? null : signalNamed(String(n))
    if (n === 0) yield* p.out('EXIT\n')
    else if (signal === null) { yield* say(`${name}: invalid signal specification`); return 1 } else yield* p.out(`${n === null ? signalNumber(signal) : signal}\n`)
  }
  return 0
}
function realTime(): (readonly [number, string])[] {
  return Array.from({ length: 31 }, (_, i) => [34 + i, i === 0 ? 'SIGRTMIN' : i <= 15 ? `SIGRTMIN+${i}` : i === 30 ? 'SIGRTMAX' : `SIGRTMAX-${30 - i}`] as const)
}
export const killBuiltin = (sh: Shell, argv: string[]): Run => kill(sh.p, argv.map((word, i) => i > 1 && /^-[1-9]\d*$/.test(word) ? groupOf(sh, word) : word), text => sh.complain(`kill: ${text}`), spec => {
  const job = jobNamed(sh, spec)
  return job === null || job === 'ambiguous' ? null : job.processes.find(each => !each.child.dead)?.child ?? lastOf(job)
}, 'kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n')

/** With job control, any process of a job names its group. */
function groupOf(sh: Shell, word: string): string {
  const pid = -Number(word), job = sh.options.monitor ? sh.jobs.find(each => each.processes.some(({ child }) => child.pid === pid)) : undefined
  return job === undefined ? word : String(-job.processes[0]!.child.pgid)
}
export function* jobs(sh: Shell, argv: string[]): Run {
  const { rest, bad, on } = letters(argv, 'lnprsx')
  if (bad !== null) return yield* misuse(sh, 'jobs', bad, 'jobs [-lnprs] [jobspec ...] or jobs -x command [args]')
  reap(sh)
  let chosen: readonly Job[] = sh.jobs
  if (rest.length > 0) {
    const found: Job[] = []
    for (const spec of rest) {
      const job = jobNamed(sh, spec)
      if (job === null || job === 'ambiguous') return yield* complain(sh, 'jobs', `${spec}: no such job`)
      found.push(job)
    }
    chosen = found
  }
  if (on.has('r')) chosen = chosen.filter(job => !isOver(job) && !job.processes.some(each => each.child.stopped))
  if (on.has('s')) chosen = chosen.filter(job => !isOver(job) && job.processes.some(each => each.child.stopped))
  const text = chosen.map(job => on.has('p') ? `${job.processes[0]!.child.pid}\n` : jobLine(sh, job, on.has('l'))).join('')
  for (const job of [...sh.jobs]) if (isOver(job) && !on.has('p')) drop(sh, job)
  yield* sh.p.out(text)
  return 0
}
export function* disown(sh: Shell, argv: string[]): Run {
  const { rest, bad, on } = letters(argv, 'har')
  if (bad !== null) return yield* misuse(sh, 'disown', bad, 'disown [-h] [-ar] [jobspec ... | pid ...]')
  const chosen: Job[] = []
  if (on.has('a') || on.has('r')) chosen.push(...sh.jobs)
  else if (rest.length === 0) {
    const job = current(sh.jobs)
    if (job === null) return yield* complain(sh, 'disown', 'current: no such job')
    chosen.push(job)
  }
  for (const spec of rest) {
    const job = /^\d+$/.test(spec) ? sh.jobs.find(each => each.processes.some(part => part.child.pid === Number(spec))) : jobNamed(sh, spec)
    if (!job || job === 'ambiguous') return yield* complain(sh, 'disown', `${spec}: no such job`)
    chosen.push(job)
  }
  for (const job of chosen) {
    job.disowned = true
    if (!on.has('h')) drop(sh, job)
  }
  return 0
}
export function* foreground(sh: Shell, argv: string[]): Run {
  const name = argv[0]!
  if (!sh.options.monitor) return yield* complain(sh, name, 'no job control')
  const job = argv[1] === undefined ? current(sh.jobs) : jobNamed(sh, argv[1])
  if (job === null || job === 'ambiguous') return yield* complain(sh, name, `${argv[1] ?? 'current'}: no such job`)
  if (name === 'bg' && !job.processes.some(each => each.child.stopped)) {
    yield* sh.complain(`bg: job ${job.number} already in background`)
    return 0
  }
  for (const { child } of job.processes) child.raise('CONT')
  if (name === 'bg') { yield* sh.p.out(`[${job.number}]+ ${job.text} &\n`); return 0 }
  yield* sh.p.out(`${job.text}\n`)
  const stopped = yield* until(sh, () => isOver(job))
  reap(sh)
  drop(sh, job)
  return stopped ?? jobStatus(job)
}

export function* trap(sh: Shell, argv: string[]): Run {
  const { rest, bad, on } = letters(argv, 'lp')
  if (bad !== null) return yield* misuse(sh, 'trap', bad, 'trap [-lp] [[arg] signal_spec ...]')
  if (on.has('l')) return yield* list(sh.p, [], '-l', text => sh.complain(text))
  if (rest.length === 0 || on.has('p')) {
    const names: string[] = []
    for (const text of rest) {
      const name = trapNamed(text)
      if (name === null) return yield* complain(sh, 'trap', `${text}: invalid signal specification`)
      names.push(name)
    }
    const shown = sh.parentTraps ?? sh.traps
    yield* sh.p.out(trapOrder.filter(name => shown.has(name) && (rest.length === 0 || names.includes(name))).map(name => `trap -- ${sh.dialect === 'sh' ? dashQuoted(shown.get(name)!) : singleQuoted(shown.get(name)!)} ${sh.dialect === 'sh' ? name : trapLabel(name)}\n`).join(''))
    return 0
  }
  const single = rest.length === 1 || (/^\d+$/.test(rest[0]!) && trapNamed(rest[0]!) !== null)
  if (rest.length === 1 && trapNamed(rest[0]!) === null) return yield* usage(sh, 'trap', 'trap [-lp] [[arg] signal_spec ...]')
  const text = single || rest[0] === '-' ? null : rest[0]!
  let status = 0
  for (const each of single ? rest : rest.slice(1)) {
    const name = sh.dialect === 'sh' && ['ERR', 'DEBUG', 'RETURN'].includes(each) ? null : trapNamed(each)
    if (name === null) {
      if (sh.dialect === 'sh') yield* sh.p.write(2, `trap: ${each}: bad trap\n`)
      else yield* sh.complain(`trap: ${each}: invalid signal specification`)
      status = 1
    } else setTrap(sh, name, text)
  }
  return status
}
export function suspend(sh: Shell): Status { return complain(sh, 'suspend', 'cannot suspend: no job control') }
