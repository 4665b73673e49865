/**
 * printf(1) and the builtin of shells: the format is used again until the arguments are used up, and a wrong number is a complaint, not the end.
 *
 * The words and the small differences are those of bash 5.2, dash 0.5.12 and GNU coreutils 9.1; `dialect` says whose. Numbers with a point are those of an
 * x87 long double, as in bash and coreutils on Linux (dash: of a double). Bytes in, bytes out.
 */
import { parseWide, type Real } from './decimal.ts'
import { formatInteger, formatReal, formatString, parseFormat, settle, type Conversion } from './format.ts'

export interface Printed {
  readonly out: string
  /** Without the name in front: `abc: invalid number`; the caller adds `printf: ` and what else its shell says. */
  readonly errors: readonly string[]
  readonly status: number
}
export interface PrintfHooks {
  readonly dialect: 'bash' | 'dash' | 'coreutils'
  /** `%q`. */
  quote?(text: string): string
  /** `%(format)T`; the argument as a number: -1 now, -2 start of the shell. */
  time?(format: string, seconds: number): string
  /** `%n`. */
  assign?(name: string, value: string): void
}

/** What it prints for a format and arguments (without `printf` and options). */
export function printf(format: string, args: readonly string[], hooks: PrintfHooks): Printed {
  return new Printf(format, args, hooks).run()
}

const INTEGERS = 'diouxX', REALS = 'eEfFgGaA'
const SMALLEST = -(2n ** 63n), LARGEST = 2n ** 63n - 1n, ALL_ONES = 2n ** 64n - 1n

class Printf {
  private out = ''
  private at = 0
  private status = 0
  private readonly errors: string[] = []
  private readonly args: readonly string[]
  private readonly hooks: PrintfHooks
  private readonly format: string
  private stopped = false

  constructor(format: string, args: readonly string[], hooks: PrintfHooks) {
    this.format = format
    this.args = args
    this.hooks = hooks
  }

  run(): Printed {
    const pieces = parseFormat(this.format)
    do {
      const before = this.at
      for (const piece of pieces) {
        if (typeof piece === 'string') this.literal(piece)
        else this.convert(piece)
        if (this.stopped) return this.result()
      }
      if (this.at === before && this.at < this.args.length) {
        if (this.hooks.dialect === 'coreutils') this.errors.push(`warning: ignoring excess arguments, starting with '${this.args[this.at]!}'`)
        break
      }
    } while (this.at < this.args.length)
    return this.result()
  }
  private result(): Printed { return { out: this.out, errors: this.errors, status: this.status } }
  private complain(message: string, status = 1): void {
    this.errors.push(message)
    this.status = status
  }
  private stop(message: string): void {
    this.complain(message, this.hooks.dialect === 'dash' ? 2 : 1)
    this.stopped = true
  }
  private next(): string | undefined { return this.args[this.at++] }

  private literal(text: string): void {
    if (!text.includes('\\')) { this.out += text; return }
    const { bytes, end, problem } = unescape(text, this.hooks.dialect, false)
    this.out += bytes
    if (problem === undefined) { this.stopped = end; return }
    if (this.hooks.dialect === 'coreutils') this.stop(problem)
    else this.errors.push(problem)
  }

  private convert(piece: Conversion): void {
    const { dialect } = this.hooks, { type, time } = piece
    if (!this.known(piece)) {
      const plain = piece.text
      return this.stop(dialect === 'coreutils' ? `${plain}: invalid conversion specification`
        : dialect === 'dash' ? type === '' ? 'missing format character' : `${plain}: invalid directive`
          : type === '' ? "`%': missing format character" : `\`${type}': invalid format character`)
    }
    const layout = settle(piece, () => Number(this.integer(this.next() ?? '0', true)))
    if (time !== undefined) {
      const argument = this.next()
      this.out += formatString(layout, this.hooks.time!(time, argument === undefined ? -1 : Number(this.integer(argument, true))))
    } else if (INTEGERS.includes(type)) {
      const argument = this.next()
      this.out += formatInteger(layout, type, argument === undefined ? 0 : this.integer(argument, type === 'd' || type === 'i'))
    } else if (REALS.includes(type)) {
      const argument = this.next()
      this.out += formatReal(layout, type, argument === undefined ? 0 : this.real(argument))
    } else this.text(layout, type)
  }
  private known({ type, text, modifier, time }: Conversion): boolean {
    const { dialect } = this.hooks
    if (type === '') return false
    if (type === 'T') return time !== undefined && this.hooks.time !== undefined
    if (dialect !== 'bash' && (type === 'b' || type === 'q') && (dialect === 'coreutils' ? text.length > 2 : type === 'q')) return false
    if (type === 'q') return this.hooks.quote !== undefined
    if (type === 'n') return this.hooks.assign !== undefined
    if (dialect === 'dash' && (modifier !== '' || text.includes("'"))) return false
    return INTEGERS.includes(type) || REALS.includes(type) || type === 's' || type === 'c' || type === 'b'
  }
  private text(layout: Conversion, type: string): void {
    const argument = this.next()
    if (type === 'c') {
      // Without a character it is a NUL in bash and dash.
      this.out += argument === undefined || argument === '' ? formatString({ ...layout, precision: -1 }, this.hooks.dialect === 'coreutils' ? '' : '\0')
        : formatString({ ...layout, precision: -1 }, argument[0]!)
    } else if (type === 'b') {
      const { bytes, end, problem } = unescape(argument ?? '', this.hooks.dialect, true)
      this.out += formatString(layout, bytes)
      this.stopped = end
      if (problem !== undefined) {
        if (this.hooks.dialect === 'coreutils') this.stop(problem)
        else this.errors.push(problem)
      }
    } else if (type === 'q') this.out += formatString(layout, this.hooks.quote!(argument ?? ''))
    else if (type === 'n') { if (argument !== undefined) this.hooks.assign!(argument, String(this.out.length)) } else this.out += formatString(layout, argument ?? '')
  }

  /** An integer as strtoimax reads it: blanks, sign, 0x, 0; `'c` is the byte c. */
  private integer(text: string, signed: boolean): bigint {
    if (text[0] === "'" || text[0] === '"') return this.character(text)
    const [all, sign, digits] = /^[ \t\n\v\f\r]*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*|)/.exec(text) as unknown as [string, string, string]
    let value = digits === '' ? 0n : /^0[0-7]/.test(digits) ? BigInt(`0o${digits.slice(1)}`) : BigInt(digits)
    if (sign === '-') value = -value
    if (all.length < text.length || digits === '') this.wrong(text, digits === '' ? 0 : all.length)
    const tooLarge = signed ? value > LARGEST || value < SMALLEST : value > ALL_ONES || value < -ALL_ONES
    if (!tooLarge) return value
    this.outOfRange(text)
    return signed ? value > 0n ? LARGEST : SMALLEST : ALL_ONES
  }
  private real(text: string): Real {
    if (text[0] === "'" || text[0] === '"') return Number(this.character(text))
    const { value, length } = parseWide(text)
    if (length < text.length || length === 0) this.wrong(text, length)
    if (this.hooks.dialect !== 'dash') return value
    const double = typeof value === 'number' ? value : narrowed(text.slice(0, length))
    if (!Number.isFinite(double) && typeof value !== 'number') this.outOfRange(text)
    return double
  }
  private character(text: string): bigint {
    if (text.length > 2 && this.hooks.dialect === 'coreutils') this.errors.push(`warning: ${text.slice(2)}: character(s) following character constant have been ignored`)
    return BigInt(text.length > 1 ? text.charCodeAt(1) : 0)
  }
  private wrong(text: string, read: number): void {
    switch (this.hooks.dialect) {
      // An empty argument is 0 for bash and dash.
      case 'bash': if (text !== '') this.complain(`${text}: ${/^\s*[+-]?0[0-9]+$/.test(text) ? 'invalid octal number' : /^\s*[+-]?0[xX]/.test(text) ? 'invalid hex number' : 'invalid number'}`); break
      case 'dash': if (text !== '') this.complain(`${text}: ${read > 0 ? 'not completely converted' : 'expected numeric value'}`); break
      case 'coreutils': this.complain(`'${text}': ${read > 0 ? 'value not completely converted' : 'expected a numeric value'}`)
    }
  }
  private outOfRange(text: string): void {
    const words = 'Numerical result out of range'
    if (this.hooks.dialect === 'bash') this.errors.push(`warning: ${text}: ${words}`)
    else this.complain(this.hooks.dialect === 'dash' ? `${text}: ${words}` : `'${text}': ${words}`)
  }
}
/** A decimal number as a double; a hexadecimal one has few enough digits in practice. */
const narrowed = (text: string): number => Number(text.trim())

const SIMPLE: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' }

/**
 * Backslash escapes of a format, or of an argument of `%b` (`echo -e` has the same): \0nnn there. `end`: a `\c` was met.
 */
export function unescape(text: string, dialect: PrintfHooks['dialect'], argument: boolean): { readonly bytes: string; readonly end: boolean; readonly problem?: string } {
  if (!text.includes('\\')) return { bytes: text, end: false }
  let bytes = '', problem: string | undefined
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    if (c !== '\\') { bytes += c; continue }
    const letter = text[i + 1] ?? '', simple = SIMPLE[letter]
    if (simple !== undefined) { bytes += simple; i++; continue }
    const rest = text.slice(i + 1, i + 12)
    const octal = (argument ? /^0[0-7]{0,3}|^[1-7][0-7]{0,2}/ : /^[0-7]{1,3}/).exec(rest)
    if (octal !== null) {
      bytes += String.fromCharCode(parseInt(octal[0], 8) & 255)
      i += octal[0].length
    } else if (letter === 'c' && (argument || dialect === 'coreutils')) return { bytes, end: true, ...(problem !== undefined && { problem }) }
    else if (dialect !== 'dash' && (letter === 'e' || letter === 'E' && dialect === 'bash')) { bytes += '\x1b'; i++ } else if (dialect !== 'dash' && letter === 'x') {
      const hex = /^x([0-9a-fA-F]{1,2})/.exec(rest)
      if (hex !== null) {
        bytes += String.fromCharCode(parseInt(hex[1]!, 16))
        i += hex[0].length
      } else {
        problem = dialect === 'bash' ? 'missing hex digit for \\x' : 'missing hexadecimal number in escape'
        if (dialect === 'coreutils') return { bytes, end: true, problem }
        bytes += '\\'
      }
    } else if (dialect !== 'dash' && (letter === 'u' || letter === 'U') && /^u[0-9a-fA-F]|^U[0-9a-fA-F]/.test(rest)) {
      const [all, digits] = /^(?:u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8}))/.exec(rest)!.filter(part => part !== undefined) as [string, string]
      bytes += unicode(parseInt(digits, 16), letter)
      i += all.length
    } else if (!argument && (letter === '"' && dialect !== 'dash' || dialect === 'bash' && (letter === "'" || letter === '?'))) { bytes += letter; i++ } else bytes += '\\'
  }
  return { bytes, end: false, ...(problem !== undefined && { problem }) }
}
/** In the C locale only ASCII has a byte of its own; the others stay escapes. */
const unicode = (code: number, letter: string): string =>
  code < 0x80 ? String.fromCharCode(code) : letter === 'u' || code < 0x10000 ? `\\u${code.toString(16).toUpperCase().padStart(4, '0')}` : `\\U${code.toString(16).toUpperCase().padStart(8, '0')}`
