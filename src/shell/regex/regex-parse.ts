/**
 * POSIX regular expressions as trees: basic and extended, with GNU's extensions, read as glibc's regcomp reads them.
 *
 * What context allows (`*` at the start, `{` that is no interval, `)` alone) differs between regcomp, sed and grep: `dialect`. Errors are regerror's words.
 * Repetition is unfolded as glibc unfolds it (`x{2,4}` is `xx((x)?x)?`), since which copy of a group matches last decides what it holds.
 * Source: POSIX.1-2017 9.3 to 9.5, regex(7), GNU regex manual; glibc 2.36 and grep 3.8 tried.
 */
import { addRange, addSet, classNamed, emptySet, foldSet, invert, SPACE, WORD, type ByteSet } from './classes.ts'

export type Assertion = '^' | '$' | '`' | '\'' | '<' | '>' | 'b' | 'B'
export type Tree =
  | { readonly kind: 'empty' }
  | { readonly kind: 'set'; readonly set: ByteSet; readonly byte: number }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'reference'; readonly group: number }
  | { readonly kind: 'group'; readonly group: number; readonly of: Tree; /** Under a repetition: an empty turn undoes what it found. */ readonly optional: boolean }
  | { readonly kind: 'cat' | 'alt'; readonly of: readonly Tree[] }
  | { readonly kind: 'star' | 'maybe'; readonly of: Tree }

export interface Syntax {
  readonly extended?: boolean
  readonly icase?: boolean
  /** `^` and `$` match at newlines too, `.` and `[^…]` no newline: REG_NEWLINE. */
  readonly newline?: boolean
  /** regcomp itself, for bash's =~; sed minds a `)` alone; grep and expr pass over operators that have nothing to work on. */
  readonly dialect?: Dialect
}
export type Dialect = 'regcomp' | 'sed' | 'grep' | 'expr'
export interface Parsed { readonly tree: Tree; readonly groups: number; readonly references: boolean; /** What grep remarks: `* at start of expression`. */ readonly warnings: readonly string[] }
/** In regerror's words. */
export class RegexError {
  readonly error: string
  constructor(error: string) { this.error = error }
}

const MAX = 32_767
const EMPTY: Tree = { kind: 'empty' }
const byteOf = (byte: number, icase: boolean): Tree => {
  const set = emptySet()
  set[byte] = 1
  if (icase) foldSet(set)
  return { kind: 'set', set, byte: icase && set[byte ^ 32] === 1 && byte !== (byte ^ 32) && isLetter(byte) ? -1 : byte }
}
const isLetter = (byte: number): boolean => (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122)
const setTree = (set: ByteSet): Tree => ({ kind: 'set', set, byte: -1 })

/** `open`, `close`, `or`, `*`, `+`, `?`, `{`, `}`, `[`, `.`, `^`, `$` are operators; the rest says what it is. */
type Token = { readonly type: 'operator' | 'char' | 'reference' | 'assert' | 'class' | 'end' | 'backslash'; readonly text: string; readonly length: number }

export function parseRegex(pattern: string, syntax: Syntax): Parsed | RegexError {
  try {
    return new Parser(pattern, syntax).all()
  } catch (error) {
    if (error instanceof RegexError) return error
    throw error
  }
}
const fail = (error: string): never => { throw new RegexError(error) }

class Parser {
  private readonly pattern: string
  private readonly extended: boolean
  private readonly icase: boolean
  private readonly newline: boolean
  private readonly dialect: Dialect
  /** Whether operators must have something to work on, and must not follow each other. */
  private readonly strict: boolean
  private readonly warnings: string[] = []
  private at = 0
  private token: Token
  private groups = 0
  private references = false
  /** Groups that are complete where we are: only these can be referred to. */
  private complete = new Set<number>()
  private depth = 0

  constructor(pattern: string, { extended = false, icase = false, newline = false, dialect = 'regcomp' }: Syntax) {
    this.pattern = pattern
    this.extended = extended
    this.icase = icase
    this.newline = newline
    this.dialect = dialect
    this.strict = dialect === 'regcomp' || dialect === 'sed'
    this.token = this.peek(true)
  }
  all(): Parsed {
    const tree = this.alternatives(0)
        return { tree, groups: this.groups, references: this.references, warnings: this.warnings }
  }

  // Tokens.

  private next(anchors = false): void {
    this.at += this.token.length
    this.token = this.peek(anchors)
  }
  /** `anchors`: a `^` here is an anchor, in basic expressions too. */
  private peek(anchors: boolean): Token {
    const { pattern, at, extended } = this
    if (at >= pattern.length) return { type: 'end', text: '', length: 0 }
    const c = pattern[at]!
    if (c === '\\') {
      const d = pattern[at + 1]
      if (d === undefined) return { type: 'backslash', text: c, length: 1 }
      if (d >= '1' && d <= '9') return { type: 'reference', text: d, length: 2 }
      if ('<>bB`\''.includes(d)) return { type: 'assert', text: d, length: 2 }
      if ('wWsS'.includes(d)) return { type: 'class', text: d, length: 2 }
      return { type: !extended && '(){}|+?'.includes(d) ? 'operator' : 'char', text: d, length: 2 }
    }
    const operator = (): Token => ({ type: 'operator', text: c, length: 1 })
    switch (c) {
      case '*': case '[': case '.': return operator()
      case '(': case ')': case '{': case '}': case '|': case '+': case '?': return extended ? operator() : { type: 'char', text: c, length: 1 }
      case '^': return extended || anchors || at === 0 ? { type: 'assert', text: c, length: 1 } : { type: 'char', text: c, length: 1 }
      case '$': {
        const rest = pattern.slice(at + 1, at + 3)
        return extended || rest === '' || rest === '\\)' || rest === '\\|' ? { type: 'assert', text: c, length: 1 } : { type: 'char', text: c, length: 1 }
      }
    }
    return { type: 'char', text: c, length: 1 }
  }
  private is(text: string): boolean { return this.token.type === 'operator' && this.token.text === text }

  // The grammar.

  private alternatives(nest: number): Tree {
    if (++this.depth > 1000) fail('Memory exhausted')
    const before = new Set(this.complete), after = new Set<number>(), of: Tree[] = []
    for (;;) {
      this.complete = new Set(before)
      of.push(this.branch(nest))
      for (const group of this.complete) after.add(group)
      if (!this.is('|')) break
      this.next(true)
    }
    this.complete = after
    this.depth--
    return of.length === 1 ? of[0]! : { kind: 'alt', of }
  }
  private branch(nest: number): Tree {
    const of: Tree[] = []
    while (this.token.type !== 'end' && !this.is('|') && !(nest > 0 && this.is(')'))) {
      const tree = this.expression(nest)
      if (tree.kind !== 'empty') of.push(tree)
    }
    return of.length === 0 ? EMPTY : of.length === 1 ? of[0]! : { kind: 'cat', of }
  }
  private expression(nest: number): Tree {
    let tree: Tree
    const { type, text } = this.token
    switch (type) {
      case 'char': tree = byteOf(text.charCodeAt(0), this.icase); break
      case 'class': {
        const set = emptySet()
        addSet(set, text.toLowerCase() === 'w' ? WORD : SPACE)
        if (text < 'a') invert(set)
        tree = setTree(set)
        break
      }
      case 'reference':
        if (!this.complete.has(Number(text))) fail('Invalid back reference')
        this.references = true
        tree = { kind: 'reference', group: Number(text) }
        break
      case 'assert':
        // No repetition applies to an anchor: what follows begins anew.
        this.next(true)
        return { kind: 'assert', what: text as Assertion }
      case 'backslash': return fail('Trailing backslash')
      case 'end': return EMPTY
      case 'operator':
        if (text === '(') { tree = this.group(nest); break }
        if (text === '[') { tree = this.bracket(); break }
        if (text === '.') {
          const set = emptySet()
          addRange(set, 0, 255)
          if (this.newline) set[10] = 0
          tree = setTree(set)
          break
        }
        if (text === '|') return EMPTY
        if (text === '{' && !this.extended && this.strict) fail('Invalid preceding regular expression')
        if (text !== ')' && text !== '}' && this.extended) {
          if (this.strict) fail('Invalid preceding regular expression')
          // It is passed over, but a brace that begins no interval stands for itself.
          if (text !== '{' || this.interval() !== null) {
            this.warnings.push(`${text === '{' ? '{...}' : text} at start of expression`)
            if (text !== '{') this.next(true)
            return this.is('|') || (this.is(')') && nest > 0) ? EMPTY : this.expression(nest)
          }
        }
        if (text === ')' && !(this.extended && (this.dialect === 'regcomp' || this.dialect === 'grep'))) fail('Unmatched ) or \\)')
        tree = byteOf(text.charCodeAt(0), this.icase)
    }
    this.next()
    return this.repeated(tree)
  }
  private repeated(first: Tree): Tree {
    let tree = first
    for (let n = 0; this.token.type === 'operator' && '*+?{'.includes(this.token.text); n++) {
      const { text } = this.token
      if (n > 0 && !this.extended && this.strict && (text === '*' || text === '{')) fail('Invalid preceding regular expression')
      if (text === '{') {
        const bounds = this.interval()
        // It stands for itself.
        if (bounds === null) return { kind: 'cat', of: [tree, this.literalBrace()] }
        tree = times(tree, ...bounds)
      } else {
        this.next()
        tree = text === '*' ? times(tree, 0, -1) : text === '+' ? times(tree, 1, -1) : times(tree, 0, 1)
      }
    }
    return tree
  }
  private literalBrace(): Tree {
    this.next()
    return this.repeated(byteOf(123, false))
  }
  /** Past `{m,n}`: its bounds; null (and nothing passed) if it is none and may stand for itself. */
  private interval(): [from: number, to: number] | null {
    const close = this.extended ? '}' : '\\}', from = this.at + this.token.length, end = this.pattern.indexOf(close, from)
    const [, low = '', comma = '', high = ''] = /^(\d*)(,?)(\d*)$/.exec(this.pattern.slice(from, Math.max(from, end))) ?? []
    if (end < 0 || (low === '' && comma === '')) {
      if (this.extended && this.dialect === 'grep') return null
      fail(end < 0 ? 'Unmatched \\{' : 'Invalid content of \\{\\}')
    }
    const m = low === '' ? 0 : Math.min(MAX + 1, Number(low)), n = comma === '' ? m : high === '' ? -1 : Math.min(MAX + 1, Number(high))
    if (n >= 0 && m > n) fail('Invalid content of \\{\\}')
    if (Math.max(m, n) > MAX) fail('Regular expression too big')
    this.at = end + close.length
    this.token = this.peek(false)
    return [m, n]
  }
  private group(nest: number): Tree {
    const group = ++this.groups
    this.next(true)
    const of = this.is(')') ? EMPTY : this.alternatives(nest + 1)
    if (!this.is(')')) fail('Unmatched ( or \\(')
    this.complete.add(group)
    return { kind: 'group', group, of, optional: false }
  }

  // Bracket expressions. The token stays at `[`; afterwards it is as long as the whole.

  private bracket(): Tree {
    const { pattern } = this, unmatched = 'Unmatched [, [^, [:, [., or [='
    let at = this.at + 1
    const negated = pattern[at] === '^'
    if (negated) at++
    const set = emptySet()
    /** A byte, or -1 after a class. */
    const element = (hyphen: boolean): number => {
      const c = pattern[at]
      if (c === undefined) return fail(unmatched)
      const kind = pattern[at + 1]
      if (c === '[' && kind !== undefined && ':.='.includes(kind)) {
        const close = pattern.indexOf(`${kind}]`, at + 2), name = pattern.slice(at + 2, close)
        if (close < 0) return fail(unmatched)
        at = close + 2
        if (kind === ':') {
          const named = classNamed(this.icase && (name === 'upper' || name === 'lower') ? 'alpha' : name)
          addSet(set, named ?? fail('Invalid character class name'))
          return -1
        }
        if (name.length !== 1) return fail('Invalid collation character')
        if (kind === '=') set[name.charCodeAt(0)] = 1
        return kind === '=' ? -1 : name.charCodeAt(0)
      }
      if (c === '-' && !hyphen && pattern[at + 1] !== ']') return fail(pattern[at + 1] === undefined ? unmatched : 'Invalid range end')
      at++
      return c.charCodeAt(0)
    }
    for (let first = true; first || pattern[at] !== ']'; first = false) {
      const from = element(first)
      if (pattern[at] !== '-' || pattern[at + 1] === ']') {
        if (from >= 0) set[from] = 1
        continue
      }
      if (pattern[at + 1] === undefined) fail(unmatched)
      at++
      const to = element(true)
      if (from < 0 || to < 0 || from > to) fail('Invalid range end')
      addRange(set, from, to)
    }
    if (this.icase) foldSet(set)
    if (negated) {
      invert(set)
      if (this.newline) set[10] = 0
    }
    this.token = { type: 'operator', text: '[', length: at + 1 - this.at }
    return setTree(set)
  }
}

function times(tree: Tree, from: number, to: number): Tree {
  if (to === 0) return EMPTY
  const head: Tree[] = Array.from({ length: from }, () => tree)
  if (from === to) return head.length === 1 ? tree : { kind: 'cat', of: head }
  const copy: Tree = tree.kind === 'group' ? { ...tree, optional: true } : tree
  if (to < 0) return cat([...head, { kind: 'star', of: copy }])
  let tail: Tree = { kind: 'maybe', of: copy }
  for (let n = from + 2; n <= to; n++) tail = { kind: 'maybe', of: { kind: 'cat', of: [tail, copy] } }
  return cat([...head, tail])
}
const cat = (of: readonly Tree[]): Tree => of.length === 1 ? of[0]! : { kind: 'cat', of }
