/**
 * dmesg and journalctl: what the partition's kernel and programs have said. Nobody follows for ever: -f and -w print what is there and then what comes, until they are
 * killed. Source: util-linux 2.38 dmesg, systemd 252 journalctl.
 */
import { SECOND, type Micros } from '../../base/time.ts'
import { defineCommand, type Command } from '../../shell/kernel/command.ts'
import type { Process } from '../../shell/kernel/process.ts'
import type { Run } from '../../shell/kernel/wait.ts'
import { parseDate } from '../../shell/tools/date-parse.ts'
import { getopt } from '../../shell/tools/options.ts'
import { strftime } from '../../shell/tools/strftime.ts'
import { stamp, type LogLine } from '../log.ts'
import type { Partition } from '../partition.ts'
import { ctime } from './mdadm/ctime.ts'

const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug']
/** Lines as they come; only a signal ends it. */
function* follow(p: Process, lines: readonly LogLine[], from: number, show: (line: LogLine) => string): Run {
  for (let at = from; ;) {
    for (; at < lines.length; at++) { const text = show(lines[at]!); if (text !== '') yield* p.out(text) }
    if (at > lines.length) at = lines.length
    yield { kind: 'world', ready: () => lines.length !== at }
  }
}

export const dmesg = (partition: Partition): Command => defineCommand({
  name: 'dmesg',
  *run(p) {
    const o = getopt(p.argv, { short: 'CcDdEeF:f:HhJkL::l:n:PprSs:TtuVWwx', long: {
      clear: 'C', 'read-clear': 'c', 'console-off': 'D', 'show-delta': 'd', 'console-on': 'E', reltime: 'e', facility: 'f:', human: 'H', kernel: 'k', color: 'L::', level: 'l:', 'console-level': 'n:', nopager: 'P', raw: 'r', 'force-prefix': 'p',
      syslog: 'S', ctime: 'T', notime: 't', 'time-format': '(format):', userspace: 'u', follow: 'w', 'follow-new': 'W', decode: 'x', version: 'V', help: 'h', since: '(since):', until: '(until):', json: 'J',
    } })
    if (typeof o === 'string') { yield* p.err(`dmesg: ${o}\nTry 'dmesg --help' for more information.\n`); return 1 }
    if (o.has('V')) { yield* p.out('dmesg from util-linux 2.38.1\n'); return 0 }
    const odd = ['e', 'F', 'J', '(format)', '(since)', '(until)', 'd'].find(key => o.has(key))
    if (odd !== undefined) { yield* p.err(`hotspare: dmesg ${odd.startsWith('(') ? `--${odd.slice(1, -1)}` : `-${odd}`} is not modelled\n`); return 1 }
    const { log, machine } = partition, wanted = o.get('l')?.split(',').flatMap(name => name.endsWith('+') ? LEVELS.slice(0, LEVELS.indexOf(name.slice(0, -1)) + 1) : [name])
    const unknown = wanted?.find(name => !LEVELS.includes(name))
    if (unknown !== undefined) { yield* p.err(`dmesg: unknown level '${unknown}'\n`); return 1 }
    if (o.has('n', 'D', 'E')) return 0
    const show = ({ at, level, text }: LogLine): string => {
      if (wanted !== undefined && !wanted.includes(LEVELS[level]!)) return ''
      const since = at - machine.bootedAt, time = o.has('t') ? '' : o.has('T') ? `[${ctime(Math.floor((machine.epoch + at) / SECOND))}] ` : `[${stamp(since)}] `
      return `${o.has('r') ? `<${level}>` : o.has('x') ? `kern  :${LEVELS[level]!.padEnd(6)}: ` : ''}${time}${text}\n`
    }
    if (o.has('C')) { log.kernel.length = 0; return 0 }
    if (o.has('W')) return yield* follow(p, log.kernel, log.kernel.length, show)
    if (o.has('w')) return yield* follow(p, log.kernel, 0, show)
    const text = log.kernel.map(show).join('')
    if (o.has('c')) log.kernel.length = 0
    if (text !== '') yield* p.out(text)
    return 0
  },
})

export const journalctl = (partition: Partition): Command => defineCommand({
  name: 'journalctl',
  *run(p) {
    // `-n 20` and `-b 0`: these values may stand by themselves.
    const argv = p.argv.reduce<string[]>((words, word) => { if (/^-?\d+$/.test(word) && /^-\w*[nb]$/.test(words.at(-1) ?? '')) words.push(words.pop()! + word); else words.push(word); return words }, [])
    const o = getopt(argv, { short: 'ab::c:D:efF:g:hkmM:n::No:p:qrS:t:u:U:x', long: {
      all: 'a', boot: 'b::', follow: 'f', lines: 'n::', dmesg: 'k', output: 'o:', priority: 'p:', quiet: 'q', reverse: 'r', since: 'S:', until: 'U:', identifier: 't:', unit: 'u:', 'no-pager': '(np)', 'no-tail': '(nt)', 'no-hostname': '(nh)', grep: 'g:', catalog: 'x',
      sync: '(sync)', flush: '(sync)', rotate: '(sync)', 'list-boots': '(boots)', 'vacuum-time': '(v):', 'vacuum-size': '(v):', 'disk-usage': '(du)', utc: '(utc)', version: '(version)', 'pager-end': 'e',
    } })
    if (typeof o === 'string') { yield* p.err(`journalctl: ${o}\n`); return 1 }
    if (o.has('(sync)', '(v)')) return 0
    const odd = ['c', 'D', 'F', 'm', 'M', 'x', '(boots)', '(du)'].find(key => o.has(key) && key !== 'x'), format = o.get('o') ?? 'short'
    if (odd !== undefined || !/^(short|short-precise|short-iso|cat)$/.test(format)) { yield* p.err(`hotspare: journalctl ${odd === undefined ? `-o ${format}` : `-${odd}`} is not modelled\n`); return 1 }
    const { log, machine } = partition, now = { seconds: machine.unixSeconds(), nanos: 0 }
    const time = (text: string | undefined): Micros | null | undefined => { const date = text === undefined ? undefined : parseDate(text.replace(/^(\d+)\s*(s|m|min|h)\w* ago$/, '$1 $2 ago'), now); return date === undefined ? undefined : date === null ? null : date.seconds * SECOND - machine.epoch }
    const since = time(o.get('S')), until = time(o.get('U')), boot = o.has('b') || o.has('k'), back = Number(o.get('b') || 0)
    if (since === null || until === null) { yield* p.err(`Failed to parse timestamp: ${o.get('S') ?? o.get('U')}\n`); return 1 }
    if (boot && back !== 0) { yield* p.err('hotspare: journalctl -b of an earlier boot is not modelled\n'); return 1 }
    const priority = o.get('p') === undefined ? 7 : /^\d$/.test(o.get('p')!) ? Number(o.get('p')) : LEVELS.indexOf(o.get('p')!.replace(/ing$/, '')), units = o.every('u').map(unit => unit.replace(/\.service$/, '')), pattern = o.get('g')
    const passes = (line: LogLine): boolean => line.level <= priority && !(boot && line.at < machine.bootedAt) && !(o.has('k') && line.tag !== undefined) && !(since !== undefined && line.at < since) && !(until !== undefined && line.at > until) &&
      (o.every('t').length === 0 || o.every('t').includes(nameOf(line))) && (units.length === 0 || units.some(unit => ofUnit(line, unit))) && (pattern === undefined || line.text.includes(pattern))
    const show = (line: LogLine): string => {
      const seconds = Math.floor((machine.epoch + line.at) / SECOND), micros = String((machine.epoch + line.at) % SECOND).padStart(6, '0'), date = { seconds, nanos: 0 }
      if (format === 'cat') return `${line.text}\n`
      const when = format === 'short-iso' ? `${strftime('%Y-%m-%dT%H:%M:%S', date)}+0000` : `${strftime('%b %d %H:%M:%S', date)}${format === 'short-precise' ? `.${micros}` : ''}`
      return `${when} ${o.has('(nh)') ? '' : `${machine.hostname} `}${line.tag ?? 'kernel'}: ${line.text}\n`
    }
    let lines = log.journal.filter(passes)
    const last = o.has('n') ? Number(o.get('n') || 10) : o.has('f') && !o.has('(nt)') ? 10 : Infinity
    if (Number.isFinite(last)) lines = last === 0 ? [] : lines.slice(-last)
    if (o.has('r')) lines.reverse()
    if (lines.length === 0 && !o.has('q', 'f')) { yield* p.out('-- No entries --\n'); return pattern === undefined ? 0 : 1 }
    if (lines.length > 0) yield* p.out(lines.map(show).join(''))
    return o.has('f') ? yield* follow(p, log.journal, log.journal.length, line => (passes(line) ? show(line) : '')) : 0
  },
})
const nameOf = ({ tag }: LogLine): string => (tag === undefined ? 'kernel' : tag.replace(/\[\d+\]$/, ''))
/** mdmonitor is the mdadm that watches; other units are called as their programs. */
const ofUnit = (line: LogLine, unit: string): boolean => nameOf(line) === (unit === 'mdmonitor' || unit === 'mdadm' ? 'mdadm' : unit)
