/**
 * Associative arrays, iterated in the order in which mawk does: scripts print what `for (k in a)` gives, so the order is visible.
 *
 * mawk keeps two hash tables over the same elements, one by number and one by text (FNV-1a), of equally many lists; an element that is found or made goes
 * to the front of its list, and the tables double when lists get longer than twelve on average. An array made by split() is a plain vector until something
 * else is done with it. Only the order depends on that: here elements carry the time of their last use, and the order is computed when it is asked for.
 * Source: experiments with mawk 1.3.4 20200120.
 */
import type { Value } from './value.ts'

export interface Element { readonly key: string; value: Value; /** Last use by text, by number. */ byText: number; byNumber: number }

const START_LISTS = 64, PER_LIST = 12
let clock = 1

function hash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h >>> 0
}

export class AwkArray {
  private readonly elements = new Map<string, Element>()
  private lists = START_LISTS
  /** A vector 1..n of split(), untouched so far. */
  private vector = false
  /** Texts are not in the table of texts yet. */
  private numbersOnly = true

  get size(): number { return this.elements.size }
  keys(): IterableIterator<string> { return this.elements.keys() }

  /** By a subscript that is a whole number. */
  atNumber(index: number): Element | undefined {
    const found = this.elements.get(String(index))
    if (found !== undefined && !this.vector) this.usedByNumber(found)
    return found
  }
  private usedByNumber(found: Element): void {
    if (found.byNumber === 0) found.byText = clock++
    found.byNumber = clock++
  }
  makeAtNumber(index: number): Element {
    const key = String(index), found = this.elements.get(key)
    if (found !== undefined) {
      if (!this.vector) this.usedByNumber(found)
      return found
    }
    if (this.vector) this.toTable()
    const made: Element = { key, value: undefined, byText: 0, byNumber: 0 }
    if (!this.numbersOnly) made.byText = clock++
    made.byNumber = clock++
    return this.add(made)
  }
  atText(key: string): Element | undefined {
    if (this.numbersOnly) this.addTexts()
    const found = this.elements.get(key)
    if (found !== undefined) found.byText = clock++
    return found
  }
  makeAtText(key: string): Element {
    return this.atText(key) ?? this.add({ key, value: undefined, byText: clock++, byNumber: 0 })
  }
  private add(element: Element): Element {
    this.elements.set(element.key, element)
    if (this.elements.size > this.lists * PER_LIST) this.lists *= 2
    return element
  }
  delete(key: string, byNumber: boolean): void {
    if (!byNumber && this.numbersOnly) this.addTexts()
    if (this.vector && key !== String(this.elements.size)) this.toTable()
    this.elements.delete(key)
    if (this.elements.size === 0) this.clear()
  }
  clear(): void {
    this.elements.clear()
    this.lists = START_LISTS
    this.vector = false
    this.numbersOnly = true
  }
  /** What split() leaves: 1..n. */
  fill(values: readonly Value[]): void {
    this.clear()
    for (const [n, value] of values.entries()) this.elements.set(String(n + 1), { key: String(n + 1), value, byText: 0, byNumber: 0 })
    this.vector = values.length > 0
  }
  /** The vector goes into the table of numbers, first element first. */
  private toTable(): void {
    this.vector = false
    for (const element of this.elements.values()) element.byNumber = clock++
    while (this.elements.size > this.lists * PER_LIST) this.lists *= 2
  }
  /** All go into the table of texts, list by list of the table of numbers. */
  private addTexts(): void {
    if (this.vector) this.toTable()
    this.numbersOnly = false
    if (this.elements.size === 0) return
    const mask = this.lists - 1
    for (const element of [...this.elements.values()].sort((a, b) => (Number(a.key) & mask) - (Number(b.key) & mask) || b.byNumber - a.byNumber)) if (element.byText === 0) element.byText = clock++
  }
  /** The subscripts in the order of `for (k in a)`. */
  order(): string[] {
    if (this.elements.size === 0) return []
    if (this.numbersOnly) this.addTexts()
    const mask = this.lists - 1
    return [...this.elements.values()].map(({ key, byText }) => ({ key, byText, list: hash(key) & mask })).sort((a, b) => a.list - b.list || b.byText - a.byText).map(({ key }) => key)
  }
}
