/**
 * ps, pgrep, pkill, pidof, killall: the table of processes. What is shown of memory and terminals is fixed. Source: procps 4.0.2, psmisc 23.6 (killall).
 */
import { SECOND } from '../../base/time.ts'
import { defineCommand } from '../kernel/command.ts'
import type { Process } from '../kernel/process.ts'
import { signalNamed, type Signal } from '../kernel/signal.ts'
import { compile } from '../regex/posix.ts'
import { complain, misused, out } from './io.ts'
import { options } from './options.ts'
import { strftime } from './strftime.ts'

const ours = (p: Process): Process[] => [...p.kernel.processes.values()].filter(each => each.machine === p.machine)
const state = (each: Process): string => each.stopped ? 'T' : each.waiting === null ? 'R' : 'S'
const clock = (seconds: number): string => [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(n => String(n).padStart(2, '0')).join(':')
const elapsed = (seconds: number): string => {
  const days = Math.floor(seconds / 86_400), text = clock(seconds % 86_400)
  return days > 0 ? `${String(days).padStart(2, '0')}-${text}` : text.replace(/^00:/, '')
}
interface Column { readonly title: string; readonly left?: boolean; readonly width: number; value(each: Process, p: Process): string }
const age = (each: Process): number => Math.floor((each.kernel.now - each.startedAt) / SECOND)
const command = (each: Process): string => each.argv.join(' ')
const COLUMNS: Readonly<Record<string, Column>> = {
  pid: { title: 'PID', width: 7, value: each => String(each.pid) }, ppid: { title: 'PPID', width: 7, value: each => String(each.ppid) }, pgid: { title: 'PGID', width: 7, value: each => String(each.pgid) }, sid: { title: 'SID', width: 7, value: each => String(each.session) },
  user: { title: 'USER', left: true, width: 8, value: () => 'root' }, uid: { title: 'UID', width: 5, value: () => '0' }, stat: { title: 'STAT', left: true, width: 4, value: state }, state: { title: 'S', left: true, width: 1, value: state },
  tty: { title: 'TT', left: true, width: 8, value: () => '?' }, tname: { title: 'TTY', left: true, width: 8, value: () => '?' }, time: { title: 'TIME', width: 8, value: each => clock(Math.floor(each.cpu / SECOND)) },
  etime: { title: 'ELAPSED', width: 11, value: each => elapsed(age(each)) }, etimes: { title: 'ELAPSED', width: 7, value: each => String(age(each)) }, start: { title: 'STARTED', width: 8, value: startOf }, stime: { title: 'STIME', left: true, width: 5, value: each => startOf(each).slice(0, 5) }, lstart: { title: 'STARTED', width: 24, value: each => strftime('%a %b %e %H:%M:%S %Y', { seconds: Math.floor((each.machine.epoch + each.startedAt) / SECOND), nanos: 0 }) },
  comm: { title: 'COMMAND', left: true, width: 15, value: each => each.name.slice(0, 15) }, cmd: { title: 'CMD', left: true, width: 27, value: command }, args: { title: 'COMMAND', left: true, width: 27, value: command },
  pcpu: { title: '%CPU', width: 4, value: () => '0.0' }, pmem: { title: '%MEM', width: 4, value: () => '0.1' }, vsz: { title: 'VSZ', width: 6, value: () => '7000' }, rss: { title: 'RSS', width: 5, value: () => '3600' }, c: { title: 'C', width: 2, value: () => '0' }, ni: { title: 'NI', width: 3, value: () => '0' }, pri: { title: 'PRI', width: 3, value: () => '19' },
}
function startOf(each: Process): string {
  return strftime('%H:%M:%S', { seconds: Math.floor((each.machine.epoch + each.startedAt) / SECOND), nanos: 0 })
}
const ALIASES: Readonly<Record<string, string>> = { command: 'args', ucmd: 'comm', ucomm: 'comm', euser: 'user', s: 'state', tt: 'tty', '%cpu': 'pcpu', '%mem': 'pmem', cputime: 'time', nice: 'ni', ruser: 'user', sess: 'sid', session: 'sid', pgrp: 'pgid', start_time: 'stime', fname: 'comm', rssize: 'rss', vsize: 'vsz', euid: 'uid' }

const ps = defineCommand({
  name: 'ps',
  *run(p) {
    const wanted: Column[] = [], pids = new Set<number>(), names = new Set<string>(), ppids = new Set<number>()
    let all = false, titles = true, full = false, bsd = false
    const problem = (text: string): string => `error: ${text}\n\nUsage:\n ps [options]\n\n Try 'ps --help <simple|list|output|threads|misc|all>'\n  or 'ps --help <s|l|o|t|m|a>'\n for additional help text.\n\nFor more details see ps(1).\n`
    const addColumns = (list: string): string | undefined => {
      for (const part of list.split(/[ ,]+/).filter(each => each !== '')) {
        const [, name = '', title] = /^([^=]+)(?:=(.*))?$/.exec(part) ?? [], column = COLUMNS[ALIASES[name] ?? name]
        if (column === undefined) return problem(`unknown user-defined format specifier "${name}"`)
        wanted.push(title === undefined ? column : { ...column, title })
      }
      return undefined
    }
    const numbers = (list: string, into: Set<number>): void => { for (const each of list.split(/[ ,]+/)) into.add(Number(each)) }
    for (let i = 1; i < p.argv.length; i++) {
      const arg = p.argv[i]!
      let wrong: string | undefined
      if (/^\d+$/.test(arg)) pids.add(Number(arg))
      else if (arg === '--no-headers' || arg === '--no-heading') titles = false
      else if (/^--(?:pid|ppid|format)=/.test(arg)) {
        const value = arg.slice(arg.indexOf('=') + 1)
        if (arg.startsWith('--format')) wrong = addColumns(value)
        else numbers(value, arg.startsWith('--pid') ? pids : ppids)
      } else if (arg === '--ppid' || arg === '--pid') numbers(p.argv[++i] ?? '', arg === '--pid' ? pids : ppids)
      else {
        const dashed = arg.startsWith('-')
        for (let j = dashed ? 1 : 0; j < arg.length && wrong === undefined; j++) {
          const letter = arg[j]!, rest = (): string => {
            const value = arg.slice(j + 1) || p.argv[++i] || ''
            j = arg.length
            return value
          }
          if (letter === 'o') wrong = addColumns(rest())
          else if (letter === 'p') numbers(rest(), pids)
          else if (letter === 'C') for (const name of rest().split(',')) names.add(name)
          else if (letter === 'e' || letter === 'A') all ||= dashed
          else if (letter === 'f' || letter === 'F') full = true
          else if (letter === 'h' && !dashed) titles = false
          else if ('au'.includes(letter) && !dashed) { bsd ||= letter === 'u'; all ||= arg.includes('x') }
          else if ('axwdlgNTHr'.includes(letter)) all ||= letter === 'x' || letter === 'd' || letter === 'a'
          else if ('uUGt'.includes(letter)) { rest(); all = true }
          else wrong = problem(`unsupported ${dashed ? 'SysV' : 'BSD'} option`)
        }
      }
      if (wrong !== undefined) {
        yield* p.err(wrong)
        return 1
      }
    }
    const chosen = ours(p).filter(each => pids.size + names.size + ppids.size > 0 ? pids.has(each.pid) || names.has(each.name) || ppids.has(each.ppid) : all || each.session === p.session).sort((a, b) => a.pid - b.pid)
    const named = (list: string): Column[] => list.split(' ').map(name => COLUMNS[name]!)
    const columns = wanted.length > 0 ? wanted : bsd ? named('user pid pcpu pmem vsz rss tname stat stime time args') : full ? [{ ...COLUMNS.user!, title: 'UID' }, ...named('pid ppid c stime tname time cmd')] : [...named('pid tname time'), { ...COLUMNS.comm!, title: 'CMD' }]
    const rows = chosen.map(each => columns.map(column => column.value(each, p))), lines: string[] = []
    const widths = columns.map((column, i) => Math.max(column.width, column.title.length, ...(column.title === 'COMMAND' || column.title === 'CMD' ? [] : rows.map(row => row[i]!.length))))
    const line = (cells: readonly string[]): string => cells.map((cell, i) => columns[i]!.left ? (i === cells.length - 1 ? cell : cell.padEnd(widths[i]!)) : cell.padStart(widths[i]!)).join(' ')
    if (titles && columns.some(({ title }) => title !== '')) lines.push(line(columns.map(({ title }) => title)))
    for (const row of rows) lines.push(line(row))
    if (!(yield* out(p, lines.map(each => `${each}\n`).join('')))) return 1
    return chosen.length === 0 && pids.size + names.size + ppids.size > 0 ? 1 : 0
  },
})

const finding = (name: 'pgrep' | 'pkill') => defineCommand({
  name,
  *run(p) {
    let signal: Signal | null = signalNamed('TERM')
    if (name === 'pkill') {
      const at = p.argv.findIndex((arg, i) => i > 0 && /^-(?:SIG)?[A-Z]+\d?$|^-\d+$/.test(arg) && signalNamed(arg.slice(1)) !== null && !/^-[P]$/.test(arg))
      if (at > 0) signal = signalNamed(p.argv.splice(at, 1)[0]!.slice(1))
    }
    const o = yield* options(p, { short: 'acd:efg:G:ilnoP:s:t:u:U:vx', long: { 'list-full': 'a', count: 'c', delimiter: 'd:', echo: 'e', full: 'f', pgroup: 'g:', 'ignore-case': 'i', 'list-name': 'l', newest: 'n', oldest: 'o', parent: 'P:', session: 's:', inverse: 'v', exact: 'x', signal: 'signal:', euid: 'u:', uid: 'U:' } }, { fail: 2, from: 'procps-ng', version: '4.0.2', usage: '[options] <pattern>' })
    if (typeof o === 'number') return o
    if (o.has('signal')) signal = signalNamed(o.get('signal')!)
    const [pattern, extra] = o.operands
    if (extra !== undefined || (pattern === undefined && !o.has('P', 'g', 's', 'u', 'U', 't'))) {
      yield* misused(p, extra !== undefined ? 'only one pattern can be provided' : 'no matching criteria specified')
      return 2
    }
    const regex = compile(o.has('x') ? `^(${pattern ?? ''})$` : pattern ?? '', { extended: true, icase: o.has('i') })
    if ('error' in regex) {
      yield* complain(p, regex.error)
      return 2
    }
    const parents = o.every('P').flatMap(list => list.split(',').map(Number)), groups = o.every('g').flatMap(list => list.split(',').map(Number))
    let found = ours(p).filter(each => {
      if (each === p) return false
      const text = o.has('f') ? each.argv.join(' ') : each.name.slice(0, 15), yes = (pattern === undefined || regex.exec(text) !== null) && (parents.length === 0 || parents.includes(each.ppid)) && (groups.length === 0 || groups.includes(each.pgid === 0 ? p.pgid : each.pgid))
      return yes !== o.has('v')
    }).sort((a, b) => a.pid - b.pid)
    if (o.has('n')) found = found.slice(-1)
    if (o.has('o')) found = found.slice(0, 1)
    if (name === 'pkill') {
      for (const each of found) {
        if (o.has('e')) yield* out(p, `${each.name} killed (pid ${each.pid})\n`)
        if (signal !== null) p.kernel.kill(p, each.pid, signal)
        if (p.dead) return 1
      }
      return found.length > 0 ? 0 : 1
    }
    const line = (each: Process): string => o.has('a') ? `${each.pid} ${each.argv.join(' ')}` : o.has('l') ? `${each.pid} ${each.name.slice(0, 15)}` : String(each.pid)
    if (o.has('c')) yield* out(p, `${found.length}\n`)
    else if (found.length > 0) yield* out(p, `${found.map(line).join(o.has('d') ? o.get('d')! : '\n')}\n`)
    return found.length > 0 ? 0 : 1
  },
})

/** The processes of a program by its name; a script counts by the name of its file where `scripts`. */
const named = (p: Process, name: string, scripts: boolean): Process[] =>
  ours(p).filter(each => each !== p && (name.includes('/') ? each.argv[0] === name : each.name === name || (scripts && /^(?:ba)?sh$/.test(each.name) && each.argv[1]?.replace(/^.*\//, '') === name))).sort((a, b) => b.pid - a.pid)
const pidof = defineCommand({
  name: 'pidof',
  *run(p) {
    const o = yield* options(p, { short: 'cno:qsxS:', long: { 'single-shot': 's' } }, { from: 'procps-ng', version: '4.0.2' })
    if (typeof o === 'number') return o
    const omitted = new Set(o.every('o').flatMap(list => list.split(',')).map(word => word === '%PPID' ? p.ppid : Number(word)))
    const pids = o.operands.flatMap(name => named(p, name, o.has('x')).map(({ pid }) => pid)).filter(pid => !omitted.has(pid)), shown = o.has('s') ? pids.slice(0, 1) : pids
    if (shown.length === 0) return 1
    return o.has('q') || (yield* out(p, `${shown.join(o.get('S') ?? ' ')}\n`)) ? 0 : 1
  },
})
const killall = defineCommand({
  name: 'killall',
  *run(p) {
    const at = p.argv.findIndex((arg, i) => i > 0 && arg.startsWith('-') && signalNamed(arg.slice(1)) !== null), given = at > 0 ? p.argv.splice(at, 1)[0]!.slice(1) : null
    const o = yield* options(p, { short: 'eIgiqrs:uvwl', long: { quiet: 'q', signal: 's:', verbose: 'v', wait: 'w', list: 'l' } }, { from: 'PSmisc', version: '23.6' })
    if (typeof o === 'number') return o
    const name = o.get('s') ?? given ?? 'TERM', signal = signalNamed(name), asks = name === '0'
    if (signal === null && !asks) {
      yield* complain(p, `${name}: unknown signal; ${p.argv[0]} -l lists signals.`)
      return 1
    }
    if (o.operands.length === 0) {
      yield* p.err(`Usage: killall [OPTION]... [--] NAME...\n`)
      return 1
    }
    let status = 0
    for (const each of o.operands) {
      const found = named(p, each, true)
      if (found.length === 0) {
        if (!o.has('q')) yield* complain(p, `${each}: no process found`)
        status = 1
      }
      for (const target of found) p.kernel.kill(p, target.pid, asks ? null : signal)
      if (o.has('w')) while (found.some(target => !target.dead)) yield* p.sleep(SECOND)
    }
    return status
  },
})
export const PROCESSES = [ps, finding('pgrep'), finding('pkill'), pidof, killall]
