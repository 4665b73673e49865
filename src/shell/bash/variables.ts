/**
 * Variables of a shell: values with attributes, arrays, and the scopes of functions (dynamic, as bash's `local`).
 *
 * A subshell starts with a copy. Copies share their variables until one of them writes: every variable carries the token of the store that may change it
 * in place, and a fork gives both stores new tokens. Source: bash(1), PARAMETERS, and the behaviour of bash 5.2.
 */

export const EXPORT = 1, READONLY = 2, INTEGER = 4, INDEXED = 8, ASSOC = 16, NAMEREF = 32, UPPER = 64, LOWER = 128, CAPITAL = 256, TRACED = 512
export const ARRAY = INDEXED | ASSOC

/** Elements in the order of their indices; those that come in order, as most do, are never sorted. */
export class Indexed {
  items: Map<number, string>
  private inOrder = true
  private last = -1
  constructor(values: Iterable<string> = []) {
    this.items = new Map()
    let i = 0
    for (const value of values) this.items.set(i++, value)
    this.last = i - 1
  }
  get size(): number { return this.items.size }
  get(i: number): string | undefined { return this.items.get(i) }
  set(i: number, value: string): void {
    if (i > this.last) this.last = i
    else if (!this.items.has(i)) this.inOrder = false
    this.items.set(i, value)
  }
  delete(i: number): void {
    this.items.delete(i)
    if (i === this.last) this.last = this.items.size === 0 ? -1 : Math.max(...this.tail())
  }
  private tail(): number[] {
    const keys = [...this.sorted().keys()]
    return keys.slice(-1)
  }
  /** The highest index, -1 if there is none. */
  get highest(): number { return this.last }
  private sorted(): Map<number, string> {
    if (!this.inOrder) {
      this.items = new Map([...this.items].sort((a, b) => a[0] - b[0]))
      this.inOrder = true
    }
    return this.items
  }
  keys(): number[] { return [...this.sorted().keys()] }
  values(): string[] { return [...this.sorted().values()] }
  entries(): [number, string][] { return [...this.sorted()] }
  copy(): Indexed {
    const other = new Indexed()
    other.items = new Map(this.items)
    other.inOrder = this.inOrder
    other.last = this.last
    return other
  }
}

export interface Variable {
  flags: number
  /** Undefined: declared, not set. An array has its elements instead. */
  value: string | undefined
  indexed: Indexed | null
  assoc: Map<string, string> | null
  owner: object
}
/** What a function made local, and whether `unset` has uncovered what was below. */
export type Scope = Map<string, Variable> & { /** Of `x=1 command`, not of a function. */ temporary?: boolean }
export type ReadonlyScope = ReadonlyMap<string, Variable>

export function isSet(v: Variable): boolean {
  return v.value !== undefined || (v.indexed !== null && v.indexed.size > 0) || (v.assoc !== null && v.assoc.size > 0)
}
/** `$x`: of an array its element 0. */
export function scalarOf(v: Variable): string | undefined {
  return v.indexed !== null ? v.indexed.get(0) : v.assoc !== null ? v.assoc.get('0') : v.value
}

export class Variables {
  private token: object = {}
  globals: ReadonlyScope
  /** A fork has the same map: it is copied before the first change. */
  private shared = false
  /** Of the functions that run, the innermost last; null: it has no locals (yet). */
  scopes: (Scope | null)[] = []
  /** Counts changes to what is exported. */
  exports = 0

  constructor(globals: ReadonlyScope = new Map()) {
    this.globals = globals
  }
  /** For a subshell. */
  fork(): Variables {
    const copy = new Variables(this.globals)
    copy.shared = this.shared = true
    copy.scopes = this.scopes.map(scope => scope && (scope.temporary === true ? Object.assign(new Map(scope), { temporary: true }) : new Map(scope)))
    copy.exports = this.exports
    this.token = {}
    return copy
  }

  private ownGlobals(): Scope {
    if (this.shared) this.globals = new Map(this.globals)
    this.shared = false
    return this.globals as Scope
  }
  find(name: string): Variable | undefined {
    const { scopes } = this
    for (let i = scopes.length - 1; i >= 0; i--) {
      const v = scopes[i]?.get(name)
      if (v !== undefined) return v
    }
    return this.globals.get(name)
  }
  /** Of the innermost function only. */
  local(name: string): Variable | undefined {
    let at = this.scopes.length - 1
    while (at > 0 && this.scopes[at]?.temporary === true) at--
    return this.scopes[at]?.get(name)
  }

  /** The variable, to be changed in place. */
  own(name: string, v: Variable): Variable {
    if (v.owner === this.token) return v
    const copy = { ...v, owner: this.token, indexed: v.indexed?.copy() ?? null, assoc: v.assoc && new Map(v.assoc) }
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const scope = this.scopes[i]
      if (scope?.get(name) === v) {
        scope.set(name, copy)
        return copy
      }
    }
    this.ownGlobals().set(name, copy)
    return copy
  }
  /** Where it is, or a new global one. */
  ensure(name: string): Variable {
    const v = this.find(name)
    return v === undefined ? this.make(this.ownGlobals(), name) : this.own(name, v)
  }
  ensureGlobal(name: string): Variable {
    const v = this.globals.get(name)
    if (v === undefined) return this.make(this.ownGlobals(), name)
    if (v.owner === this.token) return v
    const copy = { ...v, owner: this.token, indexed: v.indexed?.copy() ?? null, assoc: v.assoc && new Map(v.assoc) }
    this.ownGlobals().set(name, copy)
    return copy
  }
  ensureLocal(name: string): Variable {
    let at = this.scopes.length - 1
    while (at > 0 && this.scopes[at]?.temporary === true) at--
    return this.ensureIn(this.scopes[at] ??= new Map(), name)
  }
  private ensureIn(scope: Scope, name: string): Variable {
    const v = scope.get(name)
    return v === undefined ? this.make(scope, name) : this.own(name, v)
  }
  /** For the assignments before a command; `leave` ends it. */
  enterTemporary(): void { this.scopes.push(Object.assign(new Map<string, Variable>(), { temporary: true })) }
  ensureTemporary(name: string): Variable { return this.ensureIn(this.scopes[this.scopes.length - 1]!, name) }
  /** Whether a function runs: `local` has a place. */
  get inFunction(): boolean { return this.scopes.some(scope => scope?.temporary !== true) }
  private make(scope: Scope, name: string): Variable {
    const v: Variable = { flags: 0, value: undefined, indexed: null, assoc: null, owner: this.token }
    scope.set(name, v)
    return v
  }
  /** The innermost one goes. A local one of the function that runs stays, unset, so that what it covers stays covered. */
  unset(name: string): void {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const scope = this.scopes[i], v = scope?.get(name)
      if (v === undefined) continue
      if ((v.flags & EXPORT) !== 0) this.exports++
      if (i === this.scopes.length - 1) scope!.set(name, { flags: 0, value: undefined, indexed: null, assoc: null, owner: this.token })
      else scope!.delete(name)
      return
    }
    if (((this.globals.get(name)?.flags ?? 0) & EXPORT) !== 0) this.exports++
    this.ownGlobals().delete(name)
  }
  enter(): void { this.scopes.push(null) }
  leave(): void {
    const scope = this.scopes.pop()
    if (scope) for (const v of scope.values()) if ((v.flags & EXPORT) !== 0) { this.exports++; break }
  }
  /** All that can be seen, the inner ones before what they cover. */
  visible(): ReadonlyScope {
    if (this.scopes.length === 0) return this.globals
    const all = new Map(this.globals)
    for (const scope of this.scopes) if (scope) for (const [name, v] of scope) all.set(name, v)
    return all
  }
}

/** Letters as `declare -p` has them. */
export function attributesOf(v: Variable): string {
  const { flags } = v
  return (flags & INDEXED ? 'a' : '') + (flags & ASSOC ? 'A' : '') + (flags & INTEGER ? 'i' : '') + (flags & NAMEREF ? 'n' : '') + (flags & READONLY ? 'r' : '') +
    (flags & TRACED ? 't' : '') + (flags & EXPORT ? 'x' : '') + (flags & CAPITAL ? 'c' : '') + (flags & LOWER ? 'l' : '') + (flags & UPPER ? 'u' : '')
}
