/**
 * sleep, seq, tee, shuf, sync, tty, stty, clear, tput, and the programs echo, printf, kill. Source: GNU coreutils 9.1, procps 4.0 (kill).
 */
import { defineCommand } from '../kernel/command.ts'
import { failed } from '../kernel/errno.ts'
import { SIGNALS, signalNamed, signalNumber } from '../kernel/signal.ts'
import { interval } from './child.ts'
import { complain, COPIES, linesOf, misused, out, quote, readChunk, slurp, worked } from './io.ts'
import { options } from './options.ts'
import { printf as formatted, unescape } from './printf.ts'

const sleep = defineCommand({
  name: 'sleep',
  *run(p) {
    const o = yield* options(p, { short: '' }, { usage: 'NUMBER[SUFFIX]...' })
    if (typeof o === 'number') return o
    if (o.operands.length === 0) {
      yield* misused(p, 'missing operand')
      return 1
    }
    const times = o.operands.map(interval), bad = times.map((time, i) => time === null ? o.operands[i]! : null).filter(word => word !== null)
    if (bad.length > 0) {
      for (const word of bad.slice(0, -1)) yield* complain(p, `invalid time interval ${quote(word)}`)
      yield* misused(p, `invalid time interval ${quote(bad[bad.length - 1]!)}`)
      return 1
    }
    const end = p.kernel.now + times.reduce<number>((sum, time) => sum + time!, 0)
    // Half of for ever is for ever.
    while (p.kernel.now < end) yield end === Infinity ? { kind: 'queue', queue: p.childEnded } : { kind: 'sleep', at: end }
    return 0
  },
})

const tee = defineCommand({
  name: 'tee',
  *run(p) {
    const o = yield* options(p, { short: 'aip', long: { append: 'a', 'ignore-interrupts': 'i', 'output-error': 'p' } })
    if (typeof o === 'number') return o
    if (o.has('i')) p.ignored.add('INT')
    if (o.has('p')) p.ignored.add('PIPE')
    const targets: { fd: number; name: string }[] = [{ fd: 1, name: 'standard output' }]
    let status = 0
    for (const name of o.operands) {
      const fd = yield* p.open(name, { write: true, create: true, truncate: !o.has('a'), append: o.has('a') }, 3)
      if (failed(fd)) {
        yield* complain(p, `${name}: ${fd.text}`)
        status = 1
      } else targets.push({ fd, name })
    }
    for (;;) {
      const data = yield* readChunk(p, 0, COPIES)
      if (failed(data)) {
        yield* complain(p, `read error: ${data.text}`)
        return 1
      }
      if (data === '') return status
      for (const target of [...targets]) {
        const no = yield* p.write(target.fd, data)
        if (p.dead) return 1
        if (no === undefined) continue
        if (!(o.has('p') && no.errno === 'EPIPE')) {
          yield* complain(p, `${target.name}: ${no.text}`)
          status = 1
        }
        targets.splice(targets.indexOf(target), 1)
      }
      if (targets.length === 0) return status
    }
  },
})

/** A decimal number as an integer of so many places. */
interface Decimal { readonly units: bigint; readonly places: number }
function decimal(text: string): Decimal | null {
  const [all, sign, whole = '', fraction = '', exponent] = /^\s*([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?$/.exec(text) ?? []
  if (all === undefined || whole + fraction === '') return null
  const by = Number(exponent ?? 0)
  if (Math.abs(by) > 400) return null
  const digits = BigInt((whole + fraction) || '0') * (by > fraction.length ? 10n ** BigInt(by - fraction.length) : 1n)
  return { units: sign === '-' ? -digits : digits, places: Math.max(0, fraction.length - by) }
}
const scaled = ({ units, places }: Decimal, to: number): bigint => units * 10n ** BigInt(to - places)
function plain(units: bigint, places: number): string {
  const digits = String(units < 0n ? -units : units).padStart(places + 1, '0')
  return `${units < 0n ? '-' : ''}${places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`}`
}
const seq = defineCommand({
  name: 'seq',
  *run(p) {
    // Negative numbers are no options.
    const at = p.argv.findIndex((arg, i) => i > 0 && /^-[\d.]/.test(arg))
    if (at > 0 && !p.argv.slice(0, at).includes('--') && !/^-(?:[fs]|-format|-separator)$/.test(p.argv[at - 1]!)) p.argv.splice(at, 0, '--')
    const o = yield* options(p, { short: '+f:s:w', long: { format: 'f:', separator: 's:', 'equal-width': 'w' } }, { usage: '[OPTION]... [FIRST [INCREMENT]] LAST' })
    if (typeof o === 'number') return o
    if (o.operands[1] === '--') o.operands.splice(1, 1)
    if (o.operands[2] === '--') o.operands.splice(2, 1)
    if (o.operands.length === 0 || o.operands.length > 3) {
      yield* misused(p, o.operands.length === 0 ? 'missing operand' : `extra operand ${quote(o.operands[3]!)}`)
      return 1
    }
    const numbers = o.operands.map(decimal), bad = o.operands.find((_, i) => numbers[i] === null)
    if (bad !== undefined) {
      yield* misused(p, `invalid floating point argument: ${quote(bad)}`)
      return 1
    }
    const one: Decimal = { units: 1n, places: 0 }, last = numbers[numbers.length - 1]!, first = numbers.length > 1 ? numbers[0]! : one, step = numbers.length > 2 ? numbers[1]! : one
    const places = Math.max(first.places, step.places), fine = Math.max(places, last.places), by = scaled(step, fine), end = scaled(last, fine)
    if (by === 0n) {
      yield* misused(p, `invalid Zero increment value: ${quote(o.operands[1]!)}`)
      return 1
    }
    const separator = o.get('s') ?? '\n', format = o.get('f')
    const shown = (units: bigint): string => plain(units / 10n ** BigInt(fine - places), places)
    const start = scaled(first, fine)
    const width = o.has('w') ? Math.max(shown(start).length, shown(start + (end - start) / by * by).length) : 0
    let text = '', some = false
    for (let n = start; by > 0n ? n <= end : n >= end; n += by) {
      const number = shown(n)
      text += (some ? separator : '') + (format !== undefined ? formatted(format, [plain(n, fine)], { dialect: 'coreutils' }).out
        : number.length >= width ? number : number.startsWith('-') ? `-${number.slice(1).padStart(width - 1, '0')}` : number.padStart(width, '0'))
      some = true
      if (text.length >= 32_768) {
        worked(p, text.length)
        if (!(yield* out(p, text))) return 1
        text = ''
      }
    }
    return some && !(yield* out(p, `${text}\n`)) ? 1 : 0
  },
})

const shuf = defineCommand({
  name: 'shuf',
  *run(p) {
    const o = yield* options(p, { short: 'ei:n:o:rz', long: { echo: 'e', 'input-range': 'i:', 'head-count': 'n:', output: 'o:', 'random-source': 'source:', repeat: 'r', 'zero-terminated': 'z' } })
    if (typeof o === 'number') return o
    const end = o.has('z') ? '\0' : '\n', [, low, high] = /^(\d+)-(\d+)$/.exec(o.get('i') ?? '') ?? [], count = Number(o.get('n') ?? Infinity)
    if (o.has('source') || (o.has('r') && !Number.isFinite(count))) {
      yield* complain(p, `hotspare: shuf ${o.has('source') ? 'option --random-source' : 'option -r without -n'} is not modelled`)
      return 1
    }
    if (o.has('i') && (low === undefined || Number(low) > Number(high) + 1)) {
      yield* complain(p, `invalid input range: ${quote(o.get('i')!)}`)
      return 1
    }
    if (Number.isNaN(count)) {
      yield* complain(p, `invalid line count: ${quote(o.get('n')!)}`)
      return 1
    }
    let lines: string[]
    if (o.has('e')) lines = o.operands
    else if (low !== undefined) {
      p.machine.checkHeld((Number(high) - Number(low)) * 16)
      lines = Array.from({ length: Number(high) - Number(low) + 1 }, (_, i) => String(Number(low) + i))
    } else {
      const text = yield* slurp(p, o.operands[0] ?? '-')
      if (text === null) return 1
      lines = linesOf(text, end)
    }
    const drawn: string[] = [], { random } = p.machine
    if (o.has('r')) for (let i = 0; i < count && lines.length > 0; i++) drawn.push(lines[Math.floor(random() * lines.length)]!)
    else {
      const left = [...lines]
      for (let i = 0; i < Math.min(count, lines.length); i++) {
        const j = i + Math.floor(random() * (left.length - i)), taken = left[j]!
        left[j] = left[i]!
        left[i] = taken
        drawn.push(taken)
      }
    }
    const text = drawn.map(line => line + end).join(''), target = o.get('o')
    if (target === undefined) return (yield* out(p, text)) ? 0 : 1
    const fd = yield* p.open(target, { write: true, create: true, truncate: true }, 3)
    if (failed(fd)) {
      yield* complain(p, `${target}: ${fd.text}`)
      return 1
    }
    yield* p.write(fd, text)
    p.close(fd)
    return 0
  },
})

const echo = defineCommand({
  name: 'echo',
  *run(p) {
    let i = 1, newline = true, escapes = false
    for (; /^-[neE]+$/.test(p.argv[i] ?? ''); i++) for (const letter of p.argv[i]!.slice(1)) {
      if (letter === 'n') newline = false
      else escapes = letter === 'e'
    }
    const text = p.argv.slice(i).join(' ')
    if (!escapes) return (yield* out(p, text + (newline ? '\n' : ''))) ? 0 : 1
    const { bytes, end } = unescape(text, 'coreutils', true)
    return (yield* out(p, bytes + (newline && !end ? '\n' : ''))) ? 0 : 1
  },
})
const printf = defineCommand({
  name: 'printf',
  *run(p) {
    const args = p.argv.slice(p.argv[1] === '--' ? 2 : 1)
    if (args.length === 0) {
      yield* misused(p, 'missing operand')
      return 1
    }
    const printed = formatted(args[0]!, args.slice(1), { dialect: 'coreutils' })
    if (!(yield* out(p, printed.out))) return 1
    for (const text of printed.errors) yield* complain(p, text)
    return printed.status
  },
})

const kill = defineCommand({
  name: 'kill',
  *run(p) {
    const words = p.argv.slice(1)
    let signal = signalNamed('TERM'), asks = false
    if (words[0] === '-l' || words[0] === '-L' || words[0] === '--list') {
      if (words[1] === undefined) return (yield* out(p, `${SIGNALS.join(' ')}\n`)) ? 0 : 1
      const named = signalNamed(words[1])
      return named === null ? 1 : (yield* out(p, `${/^\d/.test(words[1]) ? named : signalNumber(named)}\n`)) ? 0 : 1
    }
    const first = words[0]
    if (first !== undefined && /^-(?!-$)./.test(first)) {
      words.shift()
      const name = first === '-s' || first === '--signal' || first === '-n' ? words.shift() ?? '' : first.replace(/^-(?:s|-signal=)?/, '')
      asks = name === '0'
      signal = signalNamed(name)
      if (signal === null && !asks) {
        yield* complain(p, `unknown signal name ${name}`)
        return 1
      }
    }
    if (words[0] === '--') words.shift()
    if (words.length === 0) {
      yield* p.err('\nUsage:\n kill [options] <pid> [...]\n\nOptions:\n <pid> [...]            send signal to every <pid> listed\n -<signal>, -s, --signal <signal>\n')
      return 1
    }
    let status = 0
    for (const word of words) {
      if (!/^-?\d+$/.test(word)) {
        yield* complain(p, `failed to parse argument: '${word}'`)
        return 1
      }
      const no = p.kernel.kill(p, Number(word), asks ? null : signal)
      if (no === undefined) continue
      yield* complain(p, `(${word}): ${no.text}`)
      status = 1
    }
    return status
  },
})

const sync = defineCommand({
  name: 'sync',
  *run(p) {
    const o = yield* options(p, { short: 'df', long: { data: 'd', 'file-system': 'f' } }, { usage: '[OPTION] [FILE]...' })
    if (typeof o === 'number') return o
    if (o.operands.length === 0 && p.machine.sync !== null) yield* p.machine.sync(p, null)
    let status = 0
    for (const name of o.operands) {
      const file = yield* p.openFile(name, { read: true }), no = failed(file) ? file : p.machine.sync === null ? undefined : yield* p.machine.sync(p, file)
      if (no === undefined) continue
      yield* complain(p, `error ${failed(file) ? 'opening' : 'syncing'} ${quote(name)}: ${no.text}`)
      status = 1
    }
    return status
  },
})
const tty = defineCommand({
  name: 'tty',
  *run(p) {
    const o = yield* options(p, { short: 's', long: { silent: 's', quiet: 's' } }, { fail: 2 })
    if (typeof o === 'number') return o
    const file = p.fds.get(0), is = file?.tty === true
    if (!o.has('s')) yield* out(p, `${is ? file.name : 'not a tty'}\n`)
    return is ? 0 : 1
  },
})
const stty = defineCommand({
  name: 'stty',
  *run(p) {
    if (p.fds.get(0)?.tty !== true) {
      yield* complain(p, "'standard input': Inappropriate ioctl for device")
      return 1
    }
    if (p.argv[1] === 'size') return (yield* out(p, '24 80\n')) ? 0 : 1
    if (p.argv.length > 1) return 0
    return (yield* out(p, 'speed 38400 baud; line = 0;\n')) ? 0 : 1
  },
})
const clear = defineCommand({ name: 'clear', *run(p) { return (yield* out(p, '\x1b[H\x1b[2J\x1b[3J')) ? 0 : 1 } })
const SEQUENCES: Readonly<Record<string, string>> = { bold: '\x1b[1m', sgr0: '\x1b(B\x1b[m', rev: '\x1b[7m', smul: '\x1b[4m', rmul: '\x1b[24m', clear: '\x1b[H\x1b[2J', el: '\x1b[K', cr: '\r', cup: '\x1b[1;1H', civis: '\x1b[?25l', cnorm: '\x1b[?25h' }
const tput = defineCommand({
  name: 'tput',
  *run(p) {
    const words = p.argv[1] === '-T' ? p.argv.slice(3) : p.argv.slice(1), [name = '', value] = words, term = p.argv[1] === '-T' ? p.argv[2] : p.env.get('TERM')
    if (term === undefined || term === '') {
      yield* p.err('tput: No value for $TERM and no -T specified\n')
      return 2
    }
    const numbers: Readonly<Record<string, string>> = { cols: '80', lines: '24', colors: '8' }
    const text = Object.hasOwn(numbers, name) ? `${numbers[name]}\n` : name === 'setaf' ? `\x1b[3${value}m` : name === 'setab' ? `\x1b[4${value}m` : Object.hasOwn(SEQUENCES, name) ? SEQUENCES[name] : undefined
    if (text !== undefined) return (yield* out(p, text)) ? 0 : 1
    yield* complain(p, `hotspare: tput capability '${name}' is not modelled`)
    return 4
  },
})
export const SMALL = [sleep, tee, seq, shuf, echo, printf, kill, sync, tty, stty, clear, tput]
