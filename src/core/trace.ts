/**
 * What happened: one entry per handled event, in order. Entries are plain data; a trace is a list of them, and everything here reads.
 *
 * Two runs are the same when their traces have the same fingerprint; if not, the first difference says when they parted. Why something
 * happened is a walk up the causes, from each event to the one in whose handling it was sent.
 */
import type { AnyEvent, Refusal } from './model.ts'
import type { Pending } from './queue.ts'

/** One line of the trace. `cause` is the `seq` of the event in whose handling this one was sent, -1 for what came from outside. */
export interface Entry<E extends AnyEvent = AnyEvent> extends Pending<E> {
  readonly refusal?: Refusal
}

const CHUNK = 4096
interface Columns<E> {
  readonly at: Float64Array
  readonly seq: Float64Array
  readonly cause: Float64Array
  readonly event: E[]
}

/**
 * Collects a run: `onEntry: trace.add`. In columns, because keeping millions of small objects costs several times what making them does;
 * an entry is put together when it is asked for.
 */
export class Trace<E extends AnyEvent = AnyEvent> implements Iterable<Entry<E>> {
  length = 0
  private readonly chunks: Columns<E>[] = []
  private readonly refusals = new Map<number, Refusal>()

  readonly add = ({ at, seq, cause, event, refusal }: Entry<E>): void => {
    const i = this.length % CHUNK
    if (i === 0) this.chunks.push({ at: new Float64Array(CHUNK), seq: new Float64Array(CHUNK), cause: new Float64Array(CHUNK), event: [] })
    const last = this.chunks[this.chunks.length - 1]!
    last.at[i] = at
    last.seq[i] = seq
    last.cause[i] = cause
    last.event.push(event)
    if (refusal !== undefined) this.refusals.set(this.length, refusal)
    this.length++
  }

  entry(index: number): Entry<E> | undefined {
    if (index < 0 || index >= this.length) return undefined
    const chunk = this.chunks[Math.floor(index / CHUNK)]!, i = index % CHUNK, refusal = this.refusals.get(index)
    const entry = { at: chunk.at[i]!, seq: chunk.seq[i]!, cause: chunk.cause[i]!, event: chunk.event[i]! }
    return refusal === undefined ? entry : { ...entry, refusal }
  }

  *[Symbol.iterator](): Iterator<Entry<E>> {
    for (let i = 0; i < this.length; i++) yield this.entry(i)!
  }

  list(): Entry<E>[] {
    return [...this]
  }
}

/** From an event up its causes to what came from outside; empty when the trace does not hold it. */
export function why<E extends AnyEvent>(trace: readonly Entry<E>[], seq: number): Entry<E>[] {
  const chain: Entry<E>[] = []
  let before = trace.length
  for (let wanted = seq; ; wanted = chain.at(-1)!.cause) {
    // A cause was handled earlier than its effect, so each search goes on where the last one ended.
    let i = before - 1
    while (i >= 0 && trace[i]!.seq !== wanted) i--
    if (i < 0) return chain
    chain.push(trace[i]!)
    before = i
  }
}

export interface Difference<E extends AnyEvent = AnyEvent> {
  /** Position in both traces. */
  readonly index: number
  /** Undefined where that trace has ended already. */
  readonly left: Entry<E> | undefined
  readonly right: Entry<E> | undefined
}

/** Where two traces part; undefined when they are the same. */
export function firstDifference<E extends AnyEvent>(left: readonly Entry<E>[], right: readonly Entry<E>[]): Difference<E> | undefined {
  const length = Math.max(left.length, right.length)
  for (let index = 0; index < length; index++) {
    const a = left[index], b = right[index]
    if (a === undefined || b === undefined || canonical(a) !== canonical(b)) return { index, left: a, right: b }
  }
  return undefined
}

/** The same for the same entries, in every JavaScript engine and whatever the order in which an event's fields were written. */
export function fingerprint(trace: Iterable<Entry>): string {
  const print = new Fingerprint()
  for (const entry of trace) print.add(entry)
  return print.text()
}

/** A fingerprint in the making, for runs that are too long to be kept: `onEntry: print.add`. */
export class Fingerprint {
  private high = 0xcbf29ce4 | 0
  private low = 0x84222325 | 0
  private count = 0

  readonly add = (entry: Entry): void => {
    const text = canonical(entry)
    let { high, low } = this
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      high = Math.imul(high ^ code, 0x9e3779b1)
      low = Math.imul(low ^ code, 0x5f356495)
    }
    // Each lane takes up the other, so that 64 bits and not twice 32 must agree.
    this.high = high ^ (low >>> 15)
    this.low = low ^ (high >>> 13)
    this.count++
  }

  /** Sixteen hexadecimal digits and the number of entries. */
  text(): string {
    return `${hex(this.high)}${hex(this.low)}-${this.count}`
  }
}

const hex = (lane: number) => (lane >>> 0).toString(16).padStart(8, '0')

/** JSON with the fields in alphabetical order. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const record = value as Readonly<Record<string, unknown>>
  return `{${Object.keys(record).sort().map(key => `${JSON.stringify(key)}:${canonical(record[key])}`).join()}}`
}
