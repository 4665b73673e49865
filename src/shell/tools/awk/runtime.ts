/**
 * The state of a running awk program: record and fields, special variables, files. Fields are cut only when they are looked at, and the record is put
 * together again only when it is asked for.
 * Source: POSIX awk; mawk 1.3.4 20200120 observed.
 */
import { lower, upper } from '../../regex/classes.ts'
import type { Regex } from '../../regex/posix.ts'
import type { Process } from '../../kernel/process.ts'
import { Runaway, type Run } from '../../kernel/wait.ts'
import { AwkArray } from './array.ts'
import { Files } from './io.ts'
import { cutter, splitter, type Cutter, type Splitter } from './records.ts'
import { awkRegex } from './regex.ts'
import { sortedKeys } from './sorting.ts'
import { fieldsByPattern, fieldsByWidths } from './fields.ts'
import { Input, num, numberText, type Value } from './value.ts'

/** In this order they are the first global variables. */
export const SPECIALS = ['NF', 'NR', 'FNR', 'FS', 'RS', 'OFS', 'ORS', 'CONVFMT', 'OFMT', 'SUBSEP', 'RSTART', 'RLENGTH', 'FILENAME', 'ENVIRON', 'ARGC', 'ARGV'] as const
export const GAWK_SPECIALS = [...SPECIALS, 'IGNORECASE', 'FPAT', 'FIELDWIDTHS', 'PROCINFO', 'RT', 'ERRNO', 'ARGIND', 'BINMODE', 'TEXTDOMAIN', 'LINT'] as const
export const SLOT = Object.fromEntries(GAWK_SPECIALS.map((name, slot) => [name, slot])) as Readonly<Record<typeof GAWK_SPECIALS[number], number>>

/** An error that ends the program with status 2: message without `mawk: `. `where`: with a line that says at which record. */
export class AwkError extends Error {
  readonly where: boolean
  constructor(message: string, where = true) {
    super(where ? `run time error: ${message}` : message)
    this.where = where
  }
}
/** Next, exit and the like from within a function. */
export class Unwind {
  readonly how: number
  constructor(how: number) { this.how = how }
}
export const NORMAL = 0, BREAK = 1, CONTINUE = 2, NEXT = 3, EXIT = 4, RETURN = 5, NEXTFILE = 6

const MOST_FIELDS = 32_767

export class Runtime {
  readonly p: Process
  readonly gawk: boolean
  readonly files: Files
  readonly globals: (Value | AwkArray)[]
  frame: (Value | AwkArray)[] = []
  depth = 0
  returned: Value = undefined
  status = 0
  steps = 0
  private work = 0
  seed = 0
  private random = 0

  private recordText = ''
  private recordValue: Value = undefined
  private recordDone = true
  private texts: string[] = []
  private values: Value[] = []
  private split = true

  private split1: Splitter
  cut: Cutter
  ofs = ' '
  ors = '\n'
  convfmt = '%.6g'
  ofmt = '%.6g'
  subsep = '\x1c'
  icase = false

  constructor(p: Process, gawk: boolean, globals: number) {
    this.p = p
    this.gawk = gawk
    this.files = new Files(p)
    this.globals = new Array<Value | AwkArray>(globals).fill(undefined)
    const g = this.globals
    g[SLOT.NF] = g[SLOT.NR] = g[SLOT.FNR] = 0
    g[SLOT.FS] = g[SLOT.OFS] = ' '
    g[SLOT.RS] = g[SLOT.ORS] = '\n'
    g[SLOT.CONVFMT] = g[SLOT.OFMT] = '%.6g'
    g[SLOT.SUBSEP] = '\x1c'
    g[SLOT.RSTART] = 0
    g[SLOT.RLENGTH] = -1
    g[SLOT.FILENAME] = gawk ? '' : undefined
    if (gawk) g[SLOT.IGNORECASE] = 0
    this.split1 = splitter(' ', gawk, this.regex)
    this.cut = cutter('\n', this.regex)
    // What srand() answers first: mawk starts with the time.
    this.seed = gawk ? 0 : p.machine.unixSeconds()
    this.random = Math.floor(p.machine.random() * 0x7fffffff) || 1
  }

  // Conversions.

  text = (value: Value): string =>
    typeof value === 'string' ? value : typeof value === 'object' ? value.text : value === undefined ? '' : Number.isInteger(value) && value < 1e9 && value > -1e9 && value !== 0 ? String(value) : numberText(value, this.convfmt, this.gawk)
  /** As print shows it. */
  shown(value: Value): string {
    return typeof value === 'number' ? numberText(value, this.ofmt, this.gawk) : this.text(value)
  }
  number(value: Value): number { return typeof value === 'number' ? value : num(value, this.gawk) }
  regex = (source: string): Regex => {
    const found = awkRegex(source, this)
    if (typeof found === 'string') throw new AwkError(`regular expression compile failed (${found})\n${source}`)
    return found
  }

  // Budgets.

  /** An iteration of a loop, a call of a function. There may be twenty for each statement that a shell may run. */
  step(): void {
    this.work++
    const { limits } = this.p.machine
    if (++this.steps > limits.statements * 20) throw new Runaway(`busy loop in ${this.p.name}: more than ${limits.statements * 20} steps`)
  }
  /** Half a microsecond of virtual time for each step and record since the last time. */
  charge(): void {
    this.p.charge(this.work >> 1)
    this.work &= 1
  }
  /** Writes what there is enough of, and lets time pass. */
  *settle(): Run<void> {
    this.charge()
    yield* this.files.settle()
    if (this.p.debt >= this.p.machine.costs.slice) yield* this.p.settle()
  }
  /** Texts and arrays within what a process may hold. */
  checked(text: string): string {
    if (text.length > 1 << 20) this.p.machine.checkHeld(text.length)
    return text
  }
  checkArray(array: AwkArray): void {
    const most = this.p.machine.limits.held >> 7
    if (array.size > most) throw new Runaway(`${this.p.name}: more than ${most} elements in an array`)
  }

  // Variables.

  array(local: boolean, slot: number): AwkArray {
    const from = local ? this.frame : this.globals
    const found = from[slot]
    return found instanceof AwkArray ? found : from[slot] = new AwkArray()
  }
  /** The subscripts of `for (k in a)`: mawk's order, or what gawk's PROCINFO["sorted_in"] asks for. */
  order(array: AwkArray): string[] {
    if (this.gawk) {
      const info = this.globals[SLOT.PROCINFO], how = info instanceof AwkArray && info !== array ? this.text(info.atText('sorted_in')?.value) : ''
      if (how !== '') return sortedKeys(this, array, how)
    }
    return array.order()
  }
  /** After an assignment to a special variable. */
  changed(slot: number): void {
    const value = this.globals[slot] as Value
    switch (slot) {
      case SLOT.FS: case SLOT.RS: case SLOT.IGNORECASE:
        this.icase = this.gawk && this.number(this.globals[SLOT.IGNORECASE] as Value) !== 0
        this.cut = cutter(this.text(this.globals[SLOT.RS] as Value), this.regex)
        // The record that is there is cut as it was read.
        if (!this.split) this.fields()
        this.split1 = this.makeSplitter()
        break
      case SLOT.FPAT: this.fields(); this.split1 = fieldsByPattern(this.text(value), this.regex); break
      case SLOT.FIELDWIDTHS: this.fields(); this.split1 = fieldsByWidths(this.text(value)); break
      case SLOT.OFS: this.ofs = this.text(value); break
      case SLOT.ORS: this.ors = this.text(value); break
      case SLOT.CONVFMT: this.convfmt = this.text(value); break
      case SLOT.OFMT: this.ofmt = this.text(value); break
      case SLOT.SUBSEP: this.subsep = this.text(value)
    }
  }
  private makeSplitter(): Splitter {
    return splitter(this.text(this.globals[SLOT.FS] as Value), this.gawk, this.regex, this.gawk && this.text(this.globals[SLOT.RS] as Value) === '')
  }
  /** For split() without a third argument. */
  get defaultSplitter(): Splitter { return this.split1 }

  // Record and fields.

  setRecord(text: string, value?: Value): void {
    this.recordText = text
    this.recordValue = value
    this.recordDone = true
    this.split = false
  }
  count(): void {
    this.work++
    const g = this.globals, nr = g[SLOT.NR], fnr = g[SLOT.FNR]
    g[SLOT.NR] = (typeof nr === 'number' ? nr : this.number(nr as Value)) + 1
    g[SLOT.FNR] = (typeof fnr === 'number' ? fnr : this.number(fnr as Value)) + 1
  }
  private fields(): string[] {
    if (!this.split) {
      this.texts = this.split1(this.recordText)
      if (this.values.length > 0) this.values = []
      this.split = true
    }
    return this.texts
  }
  record(): string {
    if (!this.recordDone) {
      this.recordText = this.checked(this.texts.join(this.ofs))
      this.recordValue = undefined
      this.recordDone = true
    }
    return this.recordText
  }
  private checkIndex(n: number): number {
    const index = Math.trunc(n)
    if (!(index >= 0)) throw new AwkError(this.gawk ? `attempt to access field ${index}` : `negative field index $${index}`)
    if (index > (this.gawk ? 10_000_000 : MOST_FIELDS)) throw new AwkError(`program limit exceeded: maximum number of fields size=${MOST_FIELDS}`, false)
    return index
  }
  fieldText(n: number): string {
    return n === 0 ? this.record() : this.fields()[this.checkIndex(n) - 1] ?? (n < 1 ? this.record() : '')
  }
  field(n: number): Value {
    const index = this.checkIndex(n)
    if (index === 0) {
      const text = this.record()
      return this.recordValue ??= new Input(text)
    }
    const texts = this.fields()
    if (index > texts.length) return undefined
    return this.values[index - 1] ??= new Input(texts[index - 1]!)
  }
  setField(n: number, value: Value): void {
    const index = this.checkIndex(n)
    if (index === 0) return this.setRecord(this.text(value), value)
    const texts = this.fields()
    while (texts.length < index) texts.push('')
    texts[index - 1] = this.text(value)
    this.values[index - 1] = value === undefined ? '' : value
    this.recordDone = false
  }
  get nf(): number { return this.fields().length }
  setNF(value: Value): void {
    const count = this.checkIndex(this.number(value)), texts = this.fields()
    while (texts.length < count) texts.push('')
    texts.length = count
    if (this.values.length > count) this.values.length = count
    this.recordDone = false
  }

  // Random numbers: a small generator whose start is drawn from the machine's.

  rand(): number {
    // xorshift32.
    let x = this.random | 0
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.random = x
    return (x >>> 0) / 4294967296
  }
  srand(seed: number): number {
    const before = this.seed
    this.seed = seed
    this.random = (Math.imul(Math.trunc(seed) | 0, 0x9e3779b1) ^ 0x5bd1e995) || 1
    for (let n = 0; n < 4; n++) this.rand()
    return before
  }
  // ASCII only.
  readonly lower = lower
  readonly upper = upper
}
