/**
 * The parts of a word → a sink: texts, parameters with their operators, command, process and arithmetic substitution.
 *
 * These are generators only because a command substitution may wait; a word without one (`blocks`) runs through without a stop. The commonest words go
 * through `plainParts`, which is no generator at all.
 * Source of truth: bash(1) 5.2, EXPANSION.
 */
import { quoteGlob } from '../../regex/glob.ts'
import type { Run } from '../../kernel/wait.ts'
import { ArithmeticFault, evaluate as evaluateTree, type Integer } from '../../syntax/arithmetic.ts'
import type { ArithmeticText, Operation, Parameter, Part, Subscript, Word } from '../../syntax/tree.ts'
import { evaluate, indexFrom, keyOf, variablesOf } from './arithmetic.ts'
import { changeCase, declaration, declarationWords, escapeReplacement, keyValues, remove, replace, transform, type Of } from './operations.ts'
import { ExpansionFault, type Scope } from './scope.ts'
import { Joined, Separators, type Sink } from './sinks.ts'
import { withTildes } from './tilde.ts'

// ---- without waiting

/** Texts, `$x`, and arithmetic that is ready-made: straight through. */
export function plainParts(scope: Scope, parts: readonly Part[], sink: Sink, quoted: boolean): void {
  for (const part of parts)
    switch (part.kind) {
      case 'text': sink.text(part.text, quoted || part.quoted); break
      case 'double':
        if (part.parts.length === 0) sink.text('', true)
        else plainParts(scope, part.parts, sink, true)
        break
      case 'parameter': {
        const value = scope.get(part.name)
        if (value !== undefined) sink.value(value, quoted)
        else unset(scope, part, quoted, sink)
        break
      }
      case 'arithmetic': sink.value(String(within(() => compiledArithmetic(scope, part.expression) ?? substituted(scope, part.expression))), quoted)
    }
}
function unset(scope: Scope, { name, subscript }: Parameter, quoted: boolean, sink: Sink): void {
  if (scope.options.nounset) throw unbound(name, subscript)
  if (quoted) sink.value('', true)
}
const unbound = (name: string, subscript: Subscript | null): ExpansionFault =>
  new ExpansionFault(`${/^[\d!]/.test(name) ? '$' : ''}${name}${subscript === null ? '' : `[${subscript.text}]`}: unbound variable`)

/** With the values of its `$x` in their places; null if one of them is no plain number. */
export function compiledArithmetic(scope: Scope, { compiled, text }: ArithmeticText): Integer | null {
  if (compiled === null) return null
  const dollars: number[] = []
  for (const name of compiled.dollars) {
    const value = scope.get(name)
    if (value === undefined && scope.options.nounset) throw unbound(name, null)
    if (value === undefined || value.length > 15 || String(+value) !== value || !Number.isInteger(+value)) return null
    dollars.push(+value)
  }
  return evaluateTree(compiled.expression, text, variablesOf(scope), dollars)
}
/** The text with its plain `$x` expanded, evaluated. */
function substituted(scope: Scope, { word }: ArithmeticText): Integer {
  const sink = new Joined(' ')
  plainParts(scope, word.parts, sink, true)
  return evaluate(scope, sink.result)
}
// ---- all of it

/** `operand`: of `${x:-…}` outside quotes, where even the text itself is split. */
export function* expandParts(scope: Scope, parts: readonly Part[], sink: Sink, quoted: boolean, operand = false): Run<void> {
  for (const part of parts)
    switch (part.kind) {
      case 'text':
        if (operand && !quoted && !part.quoted) sink.value(part.text, false)
        else sink.text(part.text, quoted || part.quoted)
        break
      case 'double':
        if (part.parts.length === 0) sink.text('', true)
        else yield* expandParts(scope, part.parts, sink, true)
        break
      case 'parameter': yield* parameter(scope, part, sink, quoted); break
      case 'command': sink.value(withoutNewlines(yield* scope.substitute(part)), quoted); break
      case 'process': sink.text(yield* scope.process(part), true); break
      case 'arithmetic': sink.value(String(yield* arithmetic(scope, part.expression)), quoted)
    }
}
function withoutNewlines(text: string): string {
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === 10) end--
  return end === text.length ? text : text.slice(0, end)
}
export function* arithmetic(scope: Scope, expression: ArithmeticText, label = ''): Run<Integer> {
  const compiled = within(() => compiledArithmetic(scope, expression), label)
  if (compiled !== null) return compiled
  const text = yield* joined(scope, expression.word, { quoted: true })
  return within(() => evaluate(scope, text), label)
}
/** What goes wrong in there is no fault of the `((` or `[[` around it. */
function within<T>(compute: () => T, label = ''): T {
  try {
    return compute()
  } catch (error) {
    throw error instanceof ArithmeticFault ? new ExpansionFault(`${label}${error.message}`, { fatal: error.fatal }) : error
  }
}
/** A word as one text. */
export function* joined(scope: Scope, word: Word, { quoted = false, assigning = false, document = false, escape }: { quoted?: boolean; assigning?: boolean; document?: boolean; escape?: (text: string) => string } = {}): Run<string> {
  const sink = new Joined(Separators.of(scope.get('IFS')).first, escape, document)
  yield* expandParts(scope, quoted ? word.parts : withTildes(scope, word.parts, assigning), sink, quoted)
  return sink.result
}

// ---- ${…}

/** What an operator works on: one value, or the elements of a list. */
type Subject = { readonly kind: 'value'; readonly value: string | undefined; readonly name: string; readonly label: string; readonly key: number | string | null }
  | { readonly kind: 'list'; readonly values: readonly string[]; readonly star: boolean; readonly name: string; readonly label: string }

function* parameter(scope: Scope, part: Parameter, sink: Sink, quoted: boolean): Run<void> {
  if (part.bad) throw new ExpansionFault(`${part.text}: bad substitution`, { fatal: false })
  const { operation } = part
  if (operation?.kind === 'names') {
    const names = scope.names(part.name), star = operation.operator === '*', { text, first } = Separators.of(scope.get('IFS'))
    return quoted || !star && text === '' ? sink.list(names, star, quoted) : sink.value(names.join(first), false)
  }
  if (operation?.kind === 'keys') return sink.list(scope.keys(part.name).map(String), operation.operator === '*', quoted)
  const subject = part.indirect ? yield* indirect(scope, part) : yield* subjectOf(scope, part.name, part.subscript)
  if (subject === null) return
  if (part.length) return sink.value(String(lengthOf(scope, subject)), quoted)
  if (operation === null) return emit(scope, subject, sink, quoted)
  if (operation.kind === 'default') return yield* byDefault(scope, subject, operation, sink, quoted)
  if (subject.kind === 'value' && subject.value === undefined && operation.kind !== 'transform') {
    check(scope, subject)
    if (quoted) sink.value('', true)
    return
  }
  if (operation.kind === 'slice') return yield* slice(scope, subject, operation, sink, quoted)
  if (operation.kind === 'transform') return transformed(scope, subject, operation, sink, quoted)
  const change = yield* changeOf(scope, operation)
  if (subject.kind === 'list') sink.list(subject.values.map(change), subject.star && sink.document !== true, quoted)
  else sink.value(change(subject.value!), quoted)
}
function emit(scope: Scope, subject: Subject, sink: Sink, quoted: boolean): void {
  if (subject.kind === 'list') return sink.list(subject.values, subject.star && !(sink.document === true && subject.name === '*'), quoted)
  if (subject.value !== undefined) return sink.value(subject.value, quoted)
  check(scope, subject)
  if (quoted) sink.value('', true)
}
function check(scope: Scope, subject: Subject): void {
  if (subject.kind === 'value' && subject.value === undefined && scope.options.nounset) throw new ExpansionFault(`${/^[\d!]/.test(subject.label) ? '$' : ''}${subject.label}: unbound variable`)
}
function* subjectOf(scope: Scope, name: string, subscript: Subscript | null): Run<Subject> {
  if (name === '@' || name === '*') return { kind: 'list', values: scope.positionals, star: name === '*', name, label: name }
  if (subscript === null) return { kind: 'value', value: scope.get(name), name, label: name, key: null }
  const label = `${name}[${subscript.text}]`
  if (subscript.all !== null) return { kind: 'list', values: scope.values(name), star: subscript.all === '*', name, label }
  const key = yield* keyFrom(scope, name, subscript)
  if (key === null) yield* scope.complain?.(`${name}: bad array subscript`) ?? nothing()
  return { kind: 'value', value: key === null ? undefined : scope.element(name, key), name, label, key }
}
function* nothing(): Run<void> {}
/** A subscript's key or index; null: beyond the beginning. */
export function* keyFrom(scope: Scope, name: string, subscript: Subscript): Run<number | string | null> {
  if (scope.kind(name) === 'associative') return yield* joined(scope, subscript.key)
  return indexFrom(scope, name, yield* arithmetic(scope, subscript.index))
}
function lengthOf(scope: Scope, subject: Subject): number {
  if (subject.kind === 'list') {
    if (scope.options.nounset && subject.values.length === 0 && /^[A-Za-z_]/.test(subject.name) && scope.kind(subject.name) === 'unset') throw unbound(subject.name, null)
    return subject.values.length
  }
  check(scope, subject)
  return subject.value?.length ?? 0
}

/** `${!x}`: what the value of x names. */
function* indirect(scope: Scope, part: Parameter): Run<Subject | null> {
  const reference = part.subscript === null ? scope.nameref(part.name) : undefined
  if (reference !== undefined) return { kind: 'value', value: reference, name: part.name, label: part.name, key: null }
  const subject = yield* subjectOf(scope, part.name, part.subscript)
  const target = subject.kind === 'value' ? subject.value : subject.values.join(' ')
  if (target === undefined || subject.kind === 'list' && subject.values.length === 0) {
    // `${!1-x}` of nothing is nothing.
    if (part.operation?.kind === 'default') return { ...subject, kind: 'value', value: undefined, key: null }
    if (subject.kind === 'list') return null
    throw new ExpansionFault(`${part.name}: invalid indirect expansion`, { fatal: false })
  }
  const found = /^([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])(?:\[([^]*)\])?$/.exec(target)
  if (found === null || found[2] !== undefined && !/^[A-Za-z_]/.test(found[1]!)) throw new ExpansionFault(`${target}: invalid variable name`, { fatal: false })
  const [, name, subscript] = found as unknown as [string, string, string | undefined]
  if (subscript === undefined) return yield* subjectOf(scope, name, null)
  if (subscript === '@' || subscript === '*') return { kind: 'list', values: scope.values(name), star: subscript === '*', name, label: target }
  const key = keyOf(scope, name, subscript)
  return { kind: 'value', value: key === null ? undefined : scope.element(name, key), name, label: target, key }
}

function* byDefault(scope: Scope, subject: Subject, operation: Of<'default'>, sink: Sink, quoted: boolean): Run<void> {
  const { operator, colon, word } = operation
  const text = subject.kind === 'value' ? subject.value : subject.values.length === 0 ? undefined : subject.values.join(' ')
  const missing = text === undefined || colon && text === ''
  if (operator === '+' ? !missing : missing && operator === '-') return yield* operand(scope, word, sink, quoted)
  if (operator === '+') {
    if (quoted && subject.kind === 'value') sink.value('', true)
    return
  }
  if (!missing) return emit(scope, subject, sink, quoted)
  if (operator === '?') {
    const said = yield* joined(scope, word, { quoted })
    throw new ExpansionFault(`${subject.label}: ${word.text === '' ? `parameter ${colon ? 'null or ' : ''}not set` : said}`)
  }
  if (subject.kind === 'list' || !/^[A-Za-z_]/.test(subject.name)) throw new ExpansionFault(`$${subject.label}: cannot assign in this way`, { fatal: false })
  const value = yield* joined(scope, word, { quoted, assigning: true })
  if (subject.key === null) scope.set(subject.name, value)
  else scope.setElement(subject.name, subject.key, value)
  sink.value((subject.key === null ? scope.get(subject.name) : scope.element(subject.name, subject.key)) ?? '', quoted)
}
function* operand(scope: Scope, word: Word, sink: Sink, quoted: boolean): Run<void> {
  if (word.parts.length === 0) {
    if (quoted) sink.value('', true)
    return
  }
  yield* expandParts(scope, quoted ? word.parts : withTildes(scope, word.parts, false), sink, quoted, true)
}

function* changeOf(scope: Scope, operation: Exclude<Operation, Of<'default'> | Of<'slice'> | Of<'transform'>>): Run<(value: string) => string> {
  switch (operation.kind) {
    case 'remove': return remove(scope, operation.operator, yield* pattern(scope, operation.pattern))
    case 'case': return changeCase(scope, operation.operator, operation.pattern === null ? null : yield* pattern(scope, operation.pattern))
    case 'replace': {
      const wanted = yield* pattern(scope, operation.pattern)
      return replace(scope, operation.operator, wanted, yield* joined(scope, operation.replacement, { escape: escapeReplacement }))
    }
    default: return value => value
  }
}
export function* pattern(scope: Scope, word: Word): Run<string> {
  return word.literal !== null ? quoteGlob(word.literal) : yield* joined(scope, word, { escape: quoteGlob })
}

// ---- ${x:offset:length}

function* slice(scope: Scope, subject: Subject, operation: Of<'slice'>, sink: Sink, quoted: boolean): Run<void> {
  const label = `${subject.label}: `, offset = Number(yield* arithmetic(scope, operation.offset, label))
  const length = operation.length === null ? null : Number(yield* arithmetic(scope, operation.length, label))
  const negative = (): ExpansionFault => new ExpansionFault(`${operation.length!.text.trim()}: substring expression < 0`, { fatal: false })
  if (subject.kind === 'value') {
    const value = subject.value!, from = offset < 0 ? value.length + offset : offset
    if (from < 0 || from > value.length) return void (quoted && sink.value('', true))
    const end = length === null ? value.length : length < 0 ? value.length + length : from + length
    if (end < from) throw negative()
    return sink.value(value.slice(from, end), quoted)
  }
  if (length !== null && length < 0) throw negative()
  sink.list(sliced(scope, subject, offset, length ?? Infinity), subject.star, quoted)
}
function sliced(scope: Scope, subject: Extract<Subject, { kind: 'list' }>, offset: number, length: number): readonly string[] {
  const { name, values } = subject
  if (name === '@' || name === '*') {
    const all = [scope.get('0') ?? '', ...values], from = offset < 0 ? all.length + offset : offset
    return from < 0 ? [] : all.slice(from, from + length)
  }
  const keys = scope.keys(name), indexed = scope.kind(name) !== 'associative'
  if (!indexed) {
    // Those of an associative array count from 1, as positional parameters do.
    const from = offset < 0 ? values.length + 1 + offset : Math.max(0, offset - 1)
    return values.slice(from, from + length)
  }
  const from = offset < 0 ? Number(keys.at(-1) ?? -1) + 1 + offset : offset
  if (from < 0) return []
  const first = keys.findIndex(key => Number(key) >= from)
  return first < 0 ? [] : values.slice(first, first + length)
}

// ---- ${x@Q}

function transformed(scope: Scope, subject: Subject, { operator }: Of<'transform'>, sink: Sink, quoted: boolean): void {
  const { name } = subject
  if (subject.kind === 'list') {
    const { values, star } = subject, positional = name === '@' || name === '*'
    if (operator === 'A') return sink.list(positional ? ['set', '--', ...values.map(transform(scope, 'Q'))] : declarationWords(scope, name), star, quoted)
    if (operator === 'a') return sink.list(values.map(() => positional ? '' : scope.attributes(name)), star, quoted)
    if (operator === 'K' && !positional) return sink.value(keyValues(scope, name), quoted)
    if (operator === 'k' && !positional) return sink.list(scope.keys(name).flatMap(key => [String(key), scope.element(name, key) ?? '']), star, quoted)
    return sink.list(values.map(transform(scope, operator)), star, quoted)
  }
  const { value } = subject
  if (operator === 'A' && /^[A-Za-z_]/.test(name)) return sink.value(declaration(scope, name), quoted)
  if (operator === 'a' && /^[A-Za-z_]/.test(name) && (value !== undefined || scope.kind(name) !== 'unset')) return sink.value(scope.attributes(name), quoted)
  if (value === undefined) {
    check(scope, subject)
    return void (quoted && sink.value('', true))
  }
  sink.value(operator === 'a' ? '' : transform(scope, operator)(value), quoted)
}
