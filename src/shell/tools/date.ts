/**
 * date: the simulated clock in any format. The machine's time zone is UTC, so -u changes nothing. Source: GNU coreutils 9.1.
 */
import { defineCommand } from '../kernel/command.ts'
import { failed } from '../kernel/errno.ts'
import { parseDate } from './date-parse.ts'
import { complain, linesOf, misused, out, quote, slurp } from './io.ts'
import { options } from './options.ts'
import { strftime, type Instant } from './strftime.ts'

const ISO: Readonly<Record<string, string>> = { '': '%Y-%m-%d', date: '%Y-%m-%d', hours: '%Y-%m-%dT%H%:z', minutes: '%Y-%m-%dT%H:%M%:z', seconds: '%Y-%m-%dT%H:%M:%S%:z', ns: '%Y-%m-%dT%H:%M:%S,%N%:z' }
const RFC3339: Readonly<Record<string, string>> = { date: '%Y-%m-%d', seconds: '%Y-%m-%d %H:%M:%S%:z', ns: '%Y-%m-%d %H:%M:%S.%N%:z' }
/** A word of a list, or the beginning of one. */
const word = (given: string, list: Readonly<Record<string, string>>): string | undefined =>
  Object.hasOwn(list, given) ? list[given] : list[Object.keys(list).find(name => given !== '' && name.startsWith(given)) ?? '?']

export const DATE = [defineCommand({
  name: 'date',
  *run(p) {
    const o = yield* options(p, { short: 'd:f:I::r:Rs:u', long: { date: 'd:', file: 'f:', 'iso-8601': 'I::', reference: 'r:', 'rfc-email': 'R', 'rfc-822': 'R', 'rfc-2822': 'R', 'rfc-3339': '3:', set: 's:', utc: 'u', uct: 'u', universal: 'u', debug: 'debug', resolution: 'resolution' } }, { usage: '[OPTION]... [+FORMAT]' })
    if (typeof o === 'number') return o
    const micros = p.machine.unixMicros(), now: Instant = { seconds: Math.floor(micros / 1e6), nanos: micros % 1e6 * 1000 }
    let format = '%a %b %e %H:%M:%S %Z %Y'
    for (const [key, value] of o.all) {
      const chosen = key === 'R' ? '%a, %d %b %Y %H:%M:%S %z' : key === 'I' ? word(value, ISO) : key === '3' ? word(value, RFC3339) : format
      if (chosen === undefined) {
        yield* misused(p, `invalid argument ${quote(value)} for '--${key === 'I' ? 'iso-8601' : 'rfc-3339'}'\nValid arguments are:\n${(key === 'I' ? ['hours', 'minutes', 'date', 'seconds', 'ns'] : ['date', 'seconds', 'ns']).map(name => `  - '${name}'`).join('\n')}`)
        return 1
      }
      format = chosen
    }
    const [first, extra] = o.operands
    if (extra !== undefined) {
      yield* misused(p, `extra operand ${quote(extra)}`)
      return 1
    }
    if (first !== undefined && !first.startsWith('+')) {
      yield* (o.has('d', 'r', 'f') ? misused : complain)(p, o.has('d', 'r', 'f') ? `the argument ${quote(first)} lacks a leading '+';\nwhen using an option to specify date(s), any non-option\nargument must be a format string beginning with '+'` : `invalid date ${quote(first)}`)
      return 1
    }
    if (first?.startsWith('+') && o.has('R', 'I', '3')) {
      yield* complain(p, 'multiple output formats specified')
      return 1
    }
    if (first !== undefined) format = first.slice(1)
    if (o.has('s')) {
      yield* complain(p, 'cannot set date: Operation not permitted')
      return 1
    }
    const show = (at: Instant): string => `${strftime(format, at)}\n`
    if (o.has('f')) {
      const text = yield* slurp(p, o.get('f')!)
      if (text === null) return 1
      let status = 0
      for (const line of linesOf(text)) {
        const at = parseDate(line, now)
        if (at !== null) yield* out(p, show(at))
        else {
          yield* complain(p, `invalid date ${quote(line)}`)
          status = 1
        }
      }
      return status
    }
    let at: Instant | null = now
    if (o.has('r')) {
      const node = p.find(o.get('r')!)
      if (failed(node)) {
        yield* complain(p, `${o.get('r')}: ${node.text}`)
        return 1
      }
      at = { seconds: node.mtime, nanos: 0 }
    } else if (o.has('d')) at = parseDate(o.get('d')!, now)
    if (at === null) {
      yield* complain(p, `invalid date ${quote(o.get('d')!)}`)
      return 1
    }
    return (yield* out(p, show(at))) ? 0 : 1
  },
})]
