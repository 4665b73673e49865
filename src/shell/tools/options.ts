/**
 * Options of utilities, as getopt_long(3) of glibc reads them: options and operands may be mixed, `--` ends the options, long names may be shortened as
 * long as they are unique, and complaints have the words of glibc and of the GNU tools.
 *
 * A specification is a getopt string (`nb:c::`; a leading `+` stops at the first operand, as env and timeout must) and long names, each with the
 * key it stands for: `{ number: 'n', bytes: 'c:', color: 'color::' }`; `:` wants a value, `::` may have one.
 */
import type { Process } from '../kernel/process.ts'
import type { Run } from '../kernel/wait.ts'

export interface Spec {
  readonly short: string
  readonly long?: Readonly<Record<string, string>>
}
/** What --help and --version print, and the status for a bad option. */
export interface About {
  /** After `Usage: NAME `. */
  readonly usage?: string
  /** `GNU coreutils` … */
  readonly from?: string
  readonly version?: string
  readonly fail?: number
  /** The hint about --help has the name before it, as diffutils do. */
  readonly prefixed?: boolean
}

export class Options {
  /** In the order in which they stood: key and value ('' where there is none). */
  readonly all: [key: string, value: string][] = []
  readonly operands: string[] = []
  private readonly last = new Map<string, string>()

  add(key: string, value: string): void {
    this.all.push([key, value])
    this.last.set(key, value)
  }
  has(...keys: string[]): boolean { return keys.some(key => this.last.has(key)) }
  /** The value of the last one. */
  get(key: string): string | undefined { return this.last.get(key) }
  /** All values of one that may be repeated. */
  every(key: string): string[] { return this.all.filter(([each]) => each === key).map(([, value]) => value) }
  /** Which of several that exclude each other stood last. */
  lastOf(...keys: string[]): string | undefined {
    for (let i = this.all.length - 1; i >= 0; i--) if (keys.includes(this.all[i]![0])) return this.all[i]![0]
    return undefined
  }
}

/** Reads `argv` from place 1 on; a string is the complaint, without the name of the program. */
export function getopt(argv: readonly string[], { short, long = {} }: Spec): Options | string {
  const found = new Options(), ordered = short.startsWith('+')
  for (let i = 1; i < argv.length; i++) {
    const arg = argv[i]!
    if (arg === '--') {
      for (i++; i < argv.length; i++) found.operands.push(argv[i]!)
    } else if (arg.startsWith('--')) {
      const eq = arg.indexOf('='), given = eq < 0 ? arg.slice(2) : arg.slice(2, eq)
      const name = longName(given, long)
      if (name.error !== undefined) return name.error
      const meaning = long[name.full]!, wants = meaning.endsWith('::') ? 'may' : meaning.length > 1 && meaning.endsWith(':') ? 'must' : 'no', key = meaning.replace(/(?<=.):+$/, '')
      if (eq >= 0 && wants === 'no') return `option '--${name.full}' doesn't allow an argument`
      if (eq < 0 && wants === 'must') {
        if (i + 1 >= argv.length) return `option '--${name.full}' requires an argument`
        found.add(key, argv[++i]!)
      } else found.add(key, eq < 0 ? '' : arg.slice(eq + 1))
    } else if (arg.length > 1 && arg.startsWith('-')) {
      for (let j = 1; j < arg.length; j++) {
        const key = arg[j]!, at = key === ':' ? -1 : short.indexOf(key)
        if (at < 0 || key === '+') return `invalid option -- '${key}'`
        if (short[at + 1] !== ':') { found.add(key, ''); continue }
        const rest = arg.slice(j + 1)
        if (rest !== '' || short[at + 2] === ':') found.add(key, rest)
        else if (i + 1 < argv.length) found.add(key, argv[++i]!)
        else return `option requires an argument -- '${key}'`
        break
      }
    } else {
      found.operands.push(arg)
      if (ordered) {
        for (i++; i < argv.length; i++) found.operands.push(argv[i]!)
      }
    }
  }
  return found
}
function longName(given: string, long: Readonly<Record<string, string>>): { full: string; error?: undefined } | { error: string } {
  if (Object.hasOwn(long, given)) return { full: given }
  const possible = Object.keys(long).filter(name => name.startsWith(given))
  if (possible.length === 0) return { error: `unrecognized option '--${given}'` }
  // Two spellings of one option are no ambiguity.
  if (possible.some(name => long[name] !== long[possible[0]!])) return { error: `option '--${given}' is ambiguous; possibilities: ${possible.map(name => `'--${name}'`).join(' ')}` }
  return { full: possible[0]! }
}

/** Options of a running utility: a number is the status with which it ends at once (a complaint, --help, --version). */
export function* options(p: Process, spec: Spec, about: About = {}): Run<Options | number> {
  const long = { ...spec.long, ...(spec.long?.help === undefined && { help: '(help)' }), ...(spec.long?.version === undefined && { version: '(version)' }) }
  const found = getopt(p.argv, { short: spec.short, long }), name = p.argv[0]!
  if (typeof found === 'string') {
    yield* p.err(`${name}: ${found}\n${about.prefixed ? `${name}: ` : ''}Try '${name} --help' for more information.\n`)
    return about.fail ?? 1
  }
  const wish = found.all.find(([key]) => key === '(help)' || key === '(version)')?.[0]
  if (wish === undefined) return found
  yield* p.out(wish === '(help)' ? `Usage: ${name} ${about.usage ?? '[OPTION]... [FILE]...'}\n` : `${p.name} (${about.from ?? 'GNU coreutils'}) ${about.version ?? '9.1'}\n`)
  return 0
}
