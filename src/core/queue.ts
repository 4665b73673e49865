/**
 * The events to come, in the order (time, running number) and no other.
 *
 * What is due at this very moment waits in a plain list, first come, first served: numbers only grow, so that list is in order by
 * itself. Everything later waits in a ladder queue: at the top `far`, an unsorted chain of what is later than all the rest; below it
 * rungs of ever finer buckets, unsorted too; at the foot `near`, a short sorted list. An event is sorted only when its bucket is
 * opened because it is the next one, so an event costs about the same among a hundred others as among a hundred thousand.
 *
 * Rules: the ladder holds only what is later than `now` · equal times always share a bucket, and leave for the due list together ·
 * a cancelled event leaves its slot empty until its turn comes, or until half the pool is such slots and they are swept out.
 * Events live in a pool of slots; chains are linked slots, and slot 0 ends a chain.
 */
import { assert } from '../base/assert.ts'
import type { Micros } from '../base/time.ts'

export interface Pending<E> {
  readonly at: Micros
  readonly seq: number
  /** The number of the event in whose handling this one was sent; -1 from outside. */
  readonly cause: number
  readonly event: E
}

interface Rung {
  heads: Int32Array
  buckets: number
  /** The buckets before this one have been opened. */
  next: number
  start: Micros
  perMicro: number
  size: number
}

/** A bucket of at most so many is sorted; a larger one gets a rung of its own. */
const SMALL = 32
/** Buckets for each event of a new rung: rather empty ones than crowded ones. */
const FINENESS = 2
/** Each rung is at least twice as fine as the one above; a bucket that so many could not part is sorted as it is. */
const MAX_RUNGS = 16

export class EventQueue<E> {
  now: Micros = 0
  /** The number of the next event to be pushed. */
  next = 0
  /** Number and cause of the event that was taken last. */
  seq = -1
  cause = -1

  private ats: Float64Array
  private seqs: Float64Array
  private causes: Float64Array
  private links: Int32Array
  /** Undefined where the slot is free, or its event was cancelled. */
  private events: (E | undefined)[] = [undefined]
  private used = 1
  private free = 0
  private dead = 0

  private dueFirst = 0
  private dueLast = 0
  private near: Int32Array // latest first: the next one is at the end
  private nearSize = 0
  private readonly rungs: Rung[] = []
  private depth = 0
  private far = 0
  private farSize = 0
  private farMin = Infinity
  private farMax = -Infinity
  /** Whatever is later than this belongs into `far`. */
  private farStart = -Infinity

  /** Slots by the low bits of the running number: how a timer is found that is cancelled soon. */
  private recent: Int32Array
  /** How one is found that was armed long ago: all that were pending when `indexed` was the newest number. */
  private readonly old = new Map<number, number>()
  private indexed = -1

  constructor(capacity = 256) {
    this.ats = new Float64Array(capacity)
    this.seqs = new Float64Array(capacity)
    this.causes = new Float64Array(capacity)
    this.links = new Int32Array(capacity)
    this.near = new Int32Array(capacity)
    this.recent = new Int32Array(4 * capacity)
  }

  /** Not before `now`. Returns the event's running number. */
  push(at: Micros, cause: number, event: E): number {
    const seq = this.next++
    this.place(at, seq, cause, event)
    return seq
  }

  /** The next event that is not later than `until`, or undefined. Sets `now`, `seq` and `cause`. */
  take(until: Micros): E | undefined {
    for (;;) {
      let slot = this.dueFirst
      if (slot !== 0) this.dueFirst = this.links[slot]!
      else if ((slot = this.advance(until)) === 0) return undefined
      const event = this.events[slot]
      this.release(slot)
      if (event !== undefined) {
        this.seq = this.seqs[slot]!
        this.cause = this.causes[slot]!
        return event
      }
      this.dead--
    }
  }

  /** Does nothing when the event has been taken or cancelled already. */
  cancel(seq: number): void {
    const slot = this.slotOf(seq)
    if (slot === 0 || this.events[slot] === undefined) return
    this.events[slot] = undefined
    if (++this.dead > 64 && 2 * this.dead > this.used) this.sweep()
  }

  /** To another time, later than `now`; it keeps its number. False when the event has been taken or cancelled, or is due now: it stays as it is. */
  move(seq: number, to: (at: Micros) => Micros): boolean {
    const slot = this.slotOf(seq), event = this.events[slot]
    if (event === undefined || this.ats[slot] === this.now) return false
    const at = to(this.ats[slot]!), cause = this.causes[slot]!
    assert(Number.isSafeInteger(at) && at > this.now, 'what is to come is moved to a whole microsecond to come')
    this.cancel(seq)
    const moved = this.insert(at, seq, cause, event), { recent } = this, low = seq & (recent.length - 1)
    if (recent[low] === slot || seq >= this.next - recent.length) recent[low] = moved
    if (seq <= this.indexed) this.old.set(seq, moved)
    return true
  }

  /** Everything pending, in order, as plain data. */
  list(): Pending<E>[] {
    const all: Pending<E>[] = []
    for (let slot = 1; slot < this.used; slot++) {
      const event = this.events[slot]
      if (event !== undefined) all.push({ at: this.ats[slot]!, seq: this.seqs[slot]!, cause: this.causes[slot]!, event })
    }
    return all.sort((a, b) => a.at - b.at || a.seq - b.seq)
  }

  /** Replaces everything: the clock, the number of the next event, and what is pending, in order. */
  load(now: Micros, next: number, pending: readonly Pending<E>[]): void {
    this.clear()
    this.now = now
    for (const { at, seq, cause, event } of pending) this.place(at, seq, cause, event)
    this.next = next
    this.indexRecent()
  }

  private clear(): void {
    this.seq = this.cause = this.indexed = -1
    this.free = this.dead = 0
    this.used = 1
    this.events.fill(undefined)
    this.dueFirst = this.dueLast = 0
    this.emptyLadder()
    this.recent.fill(0)
    this.old.clear()
  }

  private emptyLadder(): void {
    this.nearSize = this.depth = this.far = this.farSize = 0
    this.farMin = Infinity
    this.farMax = this.farStart = -Infinity
  }

  private place(at: Micros, seq: number, cause: number, event: E): void {
    const slot = this.insert(at, seq, cause, event)
    this.recent[seq & (this.recent.length - 1)] = slot
  }

  private insert(at: Micros, seq: number, cause: number, event: E): number {
    let slot = this.free
    if (slot !== 0) this.free = this.links[slot]!
    else if ((slot = this.used++) === this.ats.length) this.grow()
    this.ats[slot] = at
    this.seqs[slot] = seq
    this.causes[slot] = cause
    this.events[slot] = event
    if (at === this.now) this.appendDue(slot)
    else if (at > this.farStart) this.pushFar(slot, at)
    else this.pushLadder(slot, at)
    return slot
  }

  private release(slot: number): void {
    this.events[slot] = undefined
    this.links[slot] = this.free
    this.free = slot
  }

  private appendDue(slot: number): void {
    this.links[slot] = 0
    if (this.dueFirst === 0) this.dueFirst = slot
    else this.links[this.dueLast] = slot
    this.dueLast = slot
  }

  /** Moves the clock to the next time that has events; returns the first of them, the others are due now. */
  private advance(until: Micros): number {
    if (this.nearSize === 0 && !this.refill()) return 0
    const { near, ats } = this
    const slot = near[this.nearSize - 1]!, time = ats[slot]!
    if (time > until) return 0
    this.now = time
    this.nearSize--
    while (this.nearSize > 0 && ats[near[this.nearSize - 1]!] === time) this.appendDue(near[--this.nearSize]!)
    return slot
  }

  private pushFar(slot: number, at: Micros): void {
    this.links[slot] = this.far
    this.far = slot
    this.farSize++
    if (at < this.farMin) this.farMin = at
    if (at > this.farMax) this.farMax = at
  }

  private pushLadder(slot: number, at: Micros): void {
    for (let k = 0; k < this.depth; k++) {
      const rung = this.rungs[k]!, bucket = bucketOf(rung, at)
      if (bucket >= rung.next) return hang(rung, bucket, slot, this.links)
    }
    this.pushNear(slot)
  }

  private pushNear(slot: number): void {
    if (this.nearSize === this.near.length) this.near = longer(this.near)
    const { near, ats, seqs } = this
    const time = ats[slot]!, number = seqs[slot]!
    let i = this.nearSize++
    for (; i > 0; i--) {
      const other = near[i - 1]!, later = ats[other]!
      if (later > time || (later === time && seqs[other]! > number)) break
      near[i] = other
    }
    near[i] = slot
  }

  /** Opens the next bucket that holds something and sorts it into `near`. False when the ladder is empty. */
  private refill(): boolean {
    for (;;) {
      if (this.depth === 0) {
        if (this.farSize === 0) return false
        const chain = this.far, size = this.farSize, min = this.farMin, max = this.farMax
        this.far = this.farSize = 0
        this.farMin = Infinity
        this.farMax = -Infinity
        this.farStart = max
        if (size <= SMALL / 4 || min === max) return this.sort(chain)
        this.addRung(chain, size, min, max)
      }
      const rung = this.rungs[this.depth - 1]!
      if (rung.size === 0) {
        this.depth--
        continue
      }
      let bucket = rung.next
      while (rung.heads[bucket] === 0) bucket++
      rung.next = bucket + 1
      const chain = rung.heads[bucket]!, size = this.lengthOf(chain)
      rung.size -= size
      if (size <= SMALL || this.depth === MAX_RUNGS || !this.split(chain, size)) return this.sort(chain)
    }
  }

  private lengthOf(chain: number): number {
    let length = 0
    for (let slot = chain; slot !== 0; slot = this.links[slot]!) length++
    return length
  }

  /** False when all events of the chain have the same time: no rung can part them. */
  private split(chain: number, size: number): boolean {
    let min = Infinity, max = -Infinity
    for (let slot = chain; slot !== 0; slot = this.links[slot]!) {
      min = Math.min(min, this.ats[slot]!)
      max = Math.max(max, this.ats[slot]!)
    }
    if (min === max) return false
    this.addRung(chain, size, min, max)
    return true
  }

  private addRung(chain: number, size: number, min: Micros, max: Micros): void {
    const heads = this.rungs[this.depth]?.heads, buckets = FINENESS * size
    const rung: Rung = {
      heads: heads !== undefined && heads.length >= buckets ? heads.fill(0, 0, buckets) : new Int32Array(2 * buckets),
      buckets, next: 0, start: min, perMicro: buckets / (max - min), size: 0,
    }
    this.rungs[this.depth++] = rung
    for (let slot = chain, following = 0; slot !== 0; slot = following) {
      following = this.links[slot]!
      hang(rung, bucketOf(rung, this.ats[slot]!), slot, this.links)
    }
  }

  /** Into the empty `near`. A long chain is one that no rung could part: insertion alone would take quadratic time. */
  private sort(chain: number): true {
    const { ats, seqs } = this
    let slot = chain
    for (let i = 0; i < 2 * SMALL && slot !== 0; i++, slot = this.links[slot]!) this.pushNear(slot)
    if (slot === 0) return true
    const slots = [...this.near.subarray(0, this.nearSize)]
    for (; slot !== 0; slot = this.links[slot]!) slots.push(slot)
    slots.sort((a, b) => ats[b]! - ats[a]! || seqs[b]! - seqs[a]!)
    while (this.near.length < slots.length) this.near = longer(this.near)
    this.near.set(slots)
    this.nearSize = slots.length
    return true
  }

  /** 0 when the event is not pending; its slot may also be that of an event cancelled before. */
  private slotOf(seq: number): number {
    const slot = this.recent[seq & (this.recent.length - 1)]!
    if (slot !== 0 && this.seqs[slot] === seq) return slot
    if (seq >= this.next - this.recent.length) return 0
    if (seq > this.indexed) this.indexOld()
    const found = this.old.get(seq)
    return found !== undefined && this.seqs[found] === seq ? found : 0
  }

  /** Made anew at most once in as many events as `recent` is long, so a cancellation costs little on average. */
  private indexOld(): void {
    this.old.clear()
    this.indexed = this.next - 1
    for (let slot = 1; slot < this.used; slot++)
      if (this.events[slot] !== undefined) this.old.set(this.seqs[slot]!, slot)
  }

  /** Numbers nearer to one another than the table is long differ in their low bits: only those may be in it. */
  private indexRecent(): void {
    const { length } = this.recent
    for (let slot = 1; slot < this.used; slot++) {
      const seq = this.seqs[slot]!
      if (this.events[slot] !== undefined && seq >= this.next - length) this.recent[seq & (length - 1)] = slot
    }
  }

  /** Frees the slots of all cancelled events. The ladder starts afresh: what is left of it goes into `far`. */
  private sweep(): void {
    let slot = this.dueFirst
    this.dueFirst = this.dueLast = 0
    for (let following = 0; slot !== 0; slot = following) {
      following = this.links[slot]!
      if (this.events[slot] === undefined) this.release(slot)
      else this.appendDue(slot)
    }
    this.emptyLadder()
    this.free = this.dead = 0
    for (slot = this.used - 1; slot > 0; slot--) {
      if (this.events[slot] === undefined) this.release(slot)
      else if (this.ats[slot]! !== this.now) this.pushFar(slot, this.ats[slot]!)
    }
  }

  private grow(): void {
    this.ats = longer(this.ats)
    this.seqs = longer(this.seqs)
    this.causes = longer(this.causes)
    this.links = longer(this.links)
    this.recent = new Int32Array(4 * this.ats.length)
    this.indexRecent()
  }
}

/** Rounding is monotone, so a later time never gets an earlier bucket, and equal times get the same one. -1 before the first. */
function bucketOf(rung: Rung, at: Micros): number {
  const bucket = (at - rung.start) * rung.perMicro
  return bucket < 0 ? -1 : bucket < rung.buckets ? Math.floor(bucket) : rung.buckets - 1
}

function hang(rung: Rung, bucket: number, slot: number, links: Int32Array): void {
  links[slot] = rung.heads[bucket]!
  rung.heads[bucket] = slot
  rung.size++
}

function longer<A extends Int32Array | Float64Array>(short: A): A {
  const result = new (short.constructor as new (length: number) => A)(short.length * 2)
  result.set(short)
  return result
}
