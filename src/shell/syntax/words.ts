/**
 * Words of the parsing package → words of our tree. Texts are split into quoted and unquoted pieces here, once; extglob operators and braces become
 * ordinary unquoted text, since only the place where a word stands decides what they mean.
 * Source of truth: bash(1) 5.2, QUOTING and EXPANSION.
 */
import type {
  ArithmeticExpansionPart, Assignment as RawAssignment, CommandExpansionPart, DoubleQuotedChild, ParameterExpansionPart, ParameterOperation, ProcessSubstitutionPart,
  Word as RawWord, WordPart as RawPart,
} from 'unbash'
import { decodeAnsiC } from './ansi-c.ts'
import { compileArithmetic } from './arithmetic-parse.ts'
import { parseRaw, Source, type RawScript } from './source.ts'
import type { ArithmeticText, ArrayElement, Assignment, Operation, Parameter, Part, Script, Subscript, Word } from './tree.ts'

/** What converts a nested script; given by whoever converts commands, and it collects what is wrong in there. */
export interface Context {
  readonly source: Source
  /** dash, for which some words are ordinary. */
  readonly sh: boolean
  script(raw: RawScript, source: Source, apart: boolean): Script
}

// ---- making words

const SPECIAL = /[*?[{~(]/
export function makeWord(parts: readonly Part[], text: string): Word {
  const unquoted = (c: string): boolean => parts.some(each => each.kind === 'text' && !each.quoted && each.text.includes(c))
  const blocks = parts.some(partBlocks), braces = unquoted('{')
  return { parts, literal: blocks ? null : literalOf(parts), plain: !blocks && !braces && !unquoted('~') && arePlain(parts), braces, blocks, text, assignment: null }
}
function arePlain(parts: readonly Part[]): boolean {
  return parts.every(part => part.kind === 'text' || part.kind === 'double' && arePlain(part.parts) || part.kind === 'arithmetic' && part.expression.compiled !== null
    || part.kind === 'parameter' && part.operation === null && part.subscript === null && !part.length && !part.indirect && !part.bad && part.name !== '@' && part.name !== '*')
}
function literalOf(parts: readonly Part[]): string | null {
  let text = ''
  for (const part of parts) {
    if (part.kind === 'text') {
      if (!part.quoted && SPECIAL.test(part.text)) return null
      text += part.text
    } else if (part.kind === 'double') {
      const inner = literalOf(part.parts)
      if (inner === null) return null
      text += inner
    } else return null
  }
  return text
}
function partBlocks(part: Part): boolean {
  switch (part.kind) {
    case 'text': return false
    case 'double': return part.parts.some(partBlocks)
    case 'command': case 'process': return true
    case 'arithmetic': return part.expression.word.blocks
    case 'parameter': return (part.subscript?.key.blocks ?? false) || operationBlocks(part.operation)
  }
}
function operationBlocks(operation: Operation | null): boolean {
  switch (operation?.kind) {
    case 'default': return operation.word.blocks
    case 'remove': return operation.pattern.blocks
    case 'replace': return operation.pattern.blocks || operation.replacement.blocks
    case 'slice': return operation.offset.word.blocks || (operation.length?.word.blocks ?? false)
    case 'case': return operation.pattern?.blocks ?? false
    default: return false
  }
}
const quotedText = (text: string): Part => ({ kind: 'text', text, quoted: true })
export const literalWord = (text: string): Word => ({ parts: [quotedText(text)], literal: text, plain: true, braces: false, blocks: false, text, assignment: null })

/** Pieces of a word as they come; neighbours that are alike become one. */
class Pieces {
  readonly parts: Part[] = []
  add(part: Part): void {
    const last = this.parts.at(-1)
    if (part.kind === 'text' && last?.kind === 'text' && last.quoted === part.quoted) this.parts[this.parts.length - 1] = { kind: 'text', text: last.text + part.text, quoted: part.quoted }
    else this.parts.push(part)
  }
  text(text: string, quoted: boolean): void {
    this.add({ kind: 'text', text, quoted })
  }
  /** Unquoted text, in which a backslash quotes the next character and joins lines. */
  raw(text: string): void {
    if (!text.includes('\\')) return void (text !== '' && this.text(text, false))
    for (const [piece] of text.matchAll(/\\[^]|[^\\]+|\\$/g)) {
      if (piece === '\\\n') continue
      if (piece[0] === '\\' && piece.length === 2) this.text(piece[1]!, true)
      else this.text(piece, false)
    }
  }
}

// ---- the package's words

/** `inDouble`: an operand inside "…", where only $ ` " \ are special. */
export function toWord(raw: RawWord, context: Context, inDouble = false): Word {
  const { text, parts } = raw
  const pieces = new Pieces()
  if (inDouble) doubledOperand(parts ?? [{ type: 'Literal', value: raw.value, text, pos: raw.pos, end: raw.end }], pieces, context)
  else if (parts === undefined) pieces.raw(text)
  else for (const part of parts) add(part, pieces, context)
  const word = makeWord(pieces.parts, text)
  return context.sh && word.braces ? { ...word, braces: false } : word
}
function add(part: RawPart, pieces: Pieces, context: Context): void {
  switch (part.type) {
    case 'Literal': return pieces.raw(part.text)
    case 'Glob':
      if (part.kind !== 'bracket') return pieces.text(part.text, false)
      pieces.text('[', false)
      for (const each of part.parts) add(each, pieces, context)
      return pieces.text(']', false)
    case 'SingleQuoted': return pieces.text(part.text.slice(1, part.text.endsWith("'") && part.text.length > 1 ? -1 : undefined), true)
    case 'AnsiCQuoted': return context.sh ? pieces.text(`$${part.text.slice(2, -1)}`, true) : pieces.text(decodeAnsiC(part.text.slice(2, -1)), true)
    case 'DoubleQuoted': case 'LocaleString': return pieces.add({ kind: 'double', parts: doubleParts(part.parts, context) })
    case 'ExtendedGlob':
      pieces.text(`${part.operator}(`, false)
      if (part.parts === undefined) pieces.raw(part.pattern)
      else for (const each of part.parts) add(each, pieces, context)
      return pieces.text(')', false)
    case 'BraceExpansion':
      if (part.parts === undefined) return pieces.raw(part.text)
      pieces.text('{', false)
      for (const each of part.parts) add(each, pieces, context)
      return pieces.text('}', false)
    case 'ProcessSubstitution': return pieces.add(toProcess(part, context))
    default: return pieces.add(toExpansion(part, context, false))
  }
}
function doubleParts(parts: readonly (DoubleQuotedChild | RawPart)[], context: Context): readonly Part[] {
  const pieces = new Pieces()
  doubled(parts, pieces, context)
  return pieces.parts
}
/** There a closing brace can be quoted too. */
const doubledOperand = (parts: readonly RawPart[], pieces: Pieces, context: Context): void => doubled(parts, pieces, context, text => doubleText(text).replace(/\\}/g, '}'))
function doubled(parts: readonly RawPart[], pieces: Pieces, context: Context, unescape = doubleText): void {
  for (const part of parts)
    switch (part.type) {
      case 'Literal': pieces.text(unescape(part.text), true); break
      case 'DoubleQuoted': case 'LocaleString': doubled(part.parts, pieces, context); break
      case 'SingleQuoted': case 'AnsiCQuoted': pieces.text(part.text, true); break
      case 'Glob': case 'BraceExpansion': case 'ExtendedGlob': case 'ProcessSubstitution': pieces.text(doubleText(part.text), true); break
      default: pieces.add(toExpansion(part, context, true))
    }
}
const doubleText = (text: string): string => text.includes('\\') ? text.replace(/\\([$`"\\\n])/g, (_, c: string) => c === '\n' ? '' : c) : text

type ExpansionPart = Exclude<DoubleQuotedChild, { type: 'Literal' }>
function toExpansion(part: ExpansionPart, context: Context, inDouble: boolean): Part {
  switch (part.type) {
    case 'SimpleExpansion': return plainParameter(part.text)
    case 'ParameterExpansion': return toParameter(part, context, inDouble)
    case 'CommandExpansion': return toCommand(part, context)
    case 'ArithmeticExpansion': return toArithmetic(part, context)
  }
}
const plainParameter = (text: string): Part => text === '$' ? quotedText('$')
  : { kind: 'parameter', name: text.slice(1), subscript: null, length: false, indirect: false, operation: null, text, bad: false }
function toCommand(part: CommandExpansionPart, context: Context): Part {
  const { source } = context, line = source.line(part.pos)
  // A command substitution of bash 5.3.
  if (part.text.startsWith('${')) return badParameter(part.text)
  const { script } = part, backtick = part.text.startsWith('`')
  if (script === undefined) return { kind: 'command', text: part.text, line, script: { units: [], fault: null } }
  return { kind: 'command', text: part.text, line, script: context.script(script, script.source === undefined ? source : new Source(script.source, line), backtick) }
}
function toProcess(part: ProcessSubstitutionPart, context: Context): Part {
  return { kind: 'process', direction: part.operator, text: part.text, line: context.source.line(part.pos), script: part.script === undefined ? { units: [], fault: null } : context.script(part.script, context.source, false) }
}
function toArithmetic(part: ArithmeticExpansionPart, context: Context): Part {
  const text = part.text.startsWith('$((') ? part.text.slice(3, -2) : part.text.slice(2, -1), refused = context.sh ? notInDash(text) : null
  if (refused !== null) return badParameter(`arithmetic expression: expecting ${refused}: "${text}"`)
  return { kind: 'arithmetic', expression: arithmeticText(text, context.source.line(part.pos), context) }
}

/** What dash misses where an expression has operators of bash's own. */
const notInDash = (text: string): string | null => /\*\*|[\w})]\s*(?:\+\+|--)\s*(?:$|[^\w\s$(+-])/.test(text) ? 'primary' : /,|\b\d+#/.test(text) ? 'EOF' : null

// ---- ${…}

const badParameter = (text: string): Parameter => ({ kind: 'parameter', name: '', subscript: null, length: false, indirect: false, operation: null, text, bad: true })
const NAME = /^(?:[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])$/
function toParameter(raw: ParameterExpansionPart, context: Context, inDouble: boolean): Parameter {
  const { text, parameter: name, prefix, index, operation: rawOperation } = raw
  if (!NAME.test(name)) return badParameter(text)
  const subscript = index === undefined ? null : toSubscript(index, context)
  if (subscript !== null && (!/^[A-Za-z_]/.test(name) || subscript.text === '')) return badParameter(text)
  let operation: Operation | null = null
  if (rawOperation !== undefined) {
    const converted = toOperation(rawOperation, context, inDouble)
    if (converted === null) return badParameter(text)
    operation = converted
  }
  // dash knows the operators of POSIX only.
  if (context.sh && (prefix === '!' || subscript !== null || (operation !== null && operation.kind !== 'default' && operation.kind !== 'remove'))) return badParameter(text)
  const keys = prefix === '!' && subscript?.all != null && operation === null
  if (keys) operation = { kind: 'keys', operator: subscript.all! }
  const names = operation?.kind === 'names'
  if (prefix === '#' && operation !== null) return badParameter(text)
  return { kind: 'parameter', name, subscript: keys ? null : subscript, length: prefix === '#', indirect: prefix === '!' && !keys && !names, operation, text, bad: false }
}
function toOperation(raw: ParameterOperation, context: Context, inDouble: boolean): Operation | null {
  switch (raw.type) {
    case 'Default': {
      const { operator } = raw
      return { kind: 'default', operator: operator.at(-1) as '-', colon: operator.length === 2, word: toWord(raw.operand, context, inDouble) }
    }
    case 'Remove': return { kind: 'remove', operator: raw.operator, pattern: toWord(raw.operand, context) }
    case 'Replace': return { kind: 'replace', operator: raw.operator, pattern: toWord(raw.pattern, context), replacement: toWord(raw.replacement, context) }
    case 'Slice': return { kind: 'slice', offset: operand(raw.offset, context), length: raw.length === undefined ? null : operand(raw.length, context) }
    case 'CaseModification': return { kind: 'case', operator: raw.operator, pattern: raw.operand === undefined || raw.operand.text === '' ? null : toWord(raw.operand, context) }
    case 'Transform': return /^[QEPAaUuLKk]$/.test(raw.operand.text) ? { kind: 'transform', operator: raw.operand.text as 'Q' } : null
    case 'Names': return { kind: 'names', operator: raw.operator }
    case 'Unknown': {
      // Not documented: the other case.
      const found = /^(~~?)([^]*)$/.exec(raw.operator), pattern = found?.[2] === undefined || found[2] === '' ? undefined : parseRaw(`: ${found[2]}`).commands[0]?.command
      if (found === null) return null
      return { kind: 'case', operator: found[1] as '~', pattern: pattern?.type === 'Command' && pattern.suffix[0]?.type === 'Word' ? toWord(pattern.suffix[0], context) : null }
    }
  }
}
const operand = (raw: RawWord, context: Context): ArithmeticText => arithmeticText(raw.text, context.source.line(raw.pos), context)
function toSubscript(raw: RawWord, context: Context): Subscript {
  const { text } = raw
  return { text, all: text === '@' || text === '*' ? text : null, key: toWord(raw, context), index: arithmeticText(text, context.source.line(raw.pos), context) }
}

// ---- arithmetic

/** The text between `((` and `))`, brackets, semicolons: expanded as in double quotes, though quotes in it are removed. */
export function arithmeticText(text: string, line: number, context: Context): ArithmeticText {
  if (!/["'\\`$]/.test(text)) return { word: literalWord(text), text, compiled: compileArithmetic(text) }
  const bare = text.replace(/"/g, ''), compiled = /^(?:[^"'\\`$]|\$\{(?:[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[#?])\}|\$(?:[A-Za-z_][A-Za-z0-9_]*|[0-9#?]))*$/.test(bare) ? compileArithmetic(bare) : null
  return { word: expandedText(text.replace(/\\"|"/g, each => each === '"' ? '' : each), line, context), text, compiled }
}
/** Text as the body of a here-document: `$`, `` ` `` and `\` are special in it, nothing else. */
function expandedText(text: string, line: number, context: Context): Word {
  const opening = ': <<hotspare-end\n', raw = parseRaw(`${opening}${text}\nhotspare-end\n`), command = raw.commands[0]?.command
  const document = command?.type === 'Command' ? command.suffix[0] : undefined
  if (document?.type !== 'HereDoc') return literalWord(text)
  const inner: Context = { ...context, source: new Source(`${opening}${text}`, line - 1), script: (script, source, apart) => context.script(script, source, apart) }
  const parts = [...documentParts(document.body, inner)], last = parts.at(-1)
  if (last?.kind === 'text') parts[parts.length - 1] = quotedText(last.text.replace(/\n$/, ''))
  return makeWord(parts, text)
}
/** Parts of a here-document's body that is to be expanded. */
export function documentParts(body: { readonly text: string; readonly pos: number; readonly end: number; readonly parts: readonly RawPart[] | undefined }, context: Context): readonly Part[] {
  const pieces = new Pieces()
  const parts = body.parts ?? [{ type: 'Literal' as const, text: body.text, value: body.text, pos: body.pos, end: body.end }]
  for (const part of parts)
    switch (part.type) {
      case 'Literal': pieces.text(part.text.includes('\\') ? part.text.replace(/\\([$`\\\n])/g, (_, c: string) => c === '\n' ? '' : c) : part.text, true); break
      case 'SimpleExpansion': case 'ParameterExpansion': case 'CommandExpansion': case 'ArithmeticExpansion': pieces.add(toExpansion(part, context, true)); break
      default: pieces.text(part.text, true)
    }
  return pieces.parts
}

// ---- assignments

export function toAssignment(raw: RawAssignment, context: Context): Assignment {
  const { value } = raw
  return {
    name: raw.name, subscript: raw.index === undefined ? null : toSubscript(raw.index, context), append: raw.append === true, line: context.source.line(raw.pos), text: raw.text,
    value: value.type === 'Word' ? toWord(value, context) : value.elements.map(each => toElement(each, context)),
  }
}
/** `[key]=value` among the elements of an array: read as an assignment to an element. */
function toElement(raw: RawWord, context: Context): ArrayElement {
  if (raw.text.startsWith('[')) {
    const opening = 'x', again = parseRaw(opening + raw.text), command = again.commands[0]?.command
    if (again.errors === undefined && again.commands.length === 1 && command?.type === 'Command' && command.prefix.length === 1 && command.suffix.length === 0) {
      const [first] = command.prefix
      if (first?.type === 'Assignment' && first.value.type === 'Word' && first.index !== undefined) {
        const { subscript, append, value } = toAssignment(first, { ...context, source: new Source(opening + raw.text, context.source.line(raw.pos)) })
        return { subscript, append, value: value as Word }
      }
    }
  }
  return { subscript: null, append: false, value: toWord(raw, context) }
}
