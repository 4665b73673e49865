/**
 * Commands of the parsing package → commands of our tree, with lines and source text.
 * Source of truth: bash(1) 5.2, SHELL GRAMMAR.
 */
import type {
  CommandNode, CompoundCommand, CompoundList, Command as RawCommand, HereDoc, PipelineNode, Redirected, Redirection as RawRedirection, Statement as RawStatement, TestExpression, Word as RawWord,
} from 'unbash'
import { arithmeticText, documentParts, literalWord, makeWord, toAssignment, toWord, type Context } from './words.ts'
import type { Source } from './source.ts'
import type { ArithmeticText, Assignment, Command, List, Pipeline, Redirection, Simple, Statement, Test, Word } from './tree.ts'

const NONE: readonly Redirection[] = []

export function toStatement(raw: RawStatement, context: Context): Statement {
  const { source } = context, { command } = raw
  const pipelines = command.type === 'AndOr' ? command.commands.map(each => toPipeline(each, context)) : [toPipeline(command, context)]
  const text = source.text.slice(raw.pos, raw.end)
  return {
    line: source.line(raw.pos), pipelines, operators: command.type === 'AndOr' ? command.operators : [], background: raw.background === true,
    text: raw.background === true ? text.replace(/\s*&$/, '') : text,
  }
}
const toList = (raw: CompoundList, context: Context): List => raw.commands.map(each => toStatement(each, context))

function toPipeline(raw: PipelineNode, context: Context): Pipeline {
  const line = context.source.line(raw.pos)
  if (raw.type !== 'Pipeline') return { line, negated: false, time: null, commands: [toCommand(raw, context, NONE)], operators: [] }
  let negated = false, time: Pipeline['time'] = null
  for (const prefix of raw.prefixes) {
    if (prefix.type === 'Time') time = prefix.posix === undefined ? 'bash' : 'posix'
    else negated = !negated
  }
  return { line, negated, time, commands: raw.commands.map(each => toCommand(each, context, NONE)), operators: raw.operators }
}

function toCommand(raw: CommandNode | CompoundCommand | Redirected | CompoundList, context: Context, redirections: readonly Redirection[]): Command {
  const { source } = context, line = source.line(raw.pos)
  switch (raw.type) {
    case 'Command': return toSimple(raw, context)
    case 'Redirected': return toCommand(raw.command, context, raw.redirects.map(each => toRedirection(each, context)))
    case 'CompoundList': return { kind: 'group', line, redirections, body: toList(raw, context) }
    case 'BraceGroup': return { kind: 'group', line, redirections, body: toList(raw.body, context) }
    case 'Subshell': return { kind: 'subshell', line, redirections, body: toList(raw.body, context) }
    case 'If': return {
      kind: 'if', line, redirections, branches: [raw, ...raw.elif].map(each => ({ test: toList(each.clause, context), body: toList(each.then, context) })),
      otherwise: raw.else === undefined ? null : toList(raw.else, context),
    }
    case 'For': case 'Select': return {
      kind: raw.type === 'For' ? 'for' : 'select', line, redirections, name: raw.name.value,
      words: raw.wordlist === undefined ? null : raw.wordlist.map(each => toWord(each, context)), body: toList(raw.body, context),
    }
    case 'ArithmeticFor': {
      const [initial = null, test = null, step = null] = clauses(source.text.slice(raw.pos, raw.body.pos), line, context)
      return { kind: 'arithmetic-for', line, redirections, initial, test, step, body: toList(raw.body, context) }
    }
    case 'While': return { kind: 'while', line, redirections, until: raw.kind === 'until', test: toList(raw.clause, context), body: toList(raw.body, context) }
    case 'Case': return {
      kind: 'case', line, redirections, word: toWord(raw.word, context),
      items: raw.items.map(item => ({ patterns: item.pattern.map(each => toWord(each, context)), body: toList(item.body, context), end: item.terminator ?? ';;' })),
    }
    // dash looks for a command of this name.
    case 'TestCommand': return context.sh ? { kind: 'simple', line, redirections, assignments: [], words: [literalWord('[[')], text: source.text.slice(raw.pos, raw.end) } : { kind: 'conditional', line: source.line(raw.end - 1), redirections, test: toTest(raw.expression, context) }
    case 'ArithmeticCommand': return { kind: 'arithmetic-command', line: source.line(raw.end - 1), redirections, expression: arithmeticText(raw.body, line, context) }
    case 'Function': return { kind: 'function', line, redirections, name: raw.name.text, body: toCommand(raw.body, context, NONE), text: source.text.slice(raw.pos, raw.end) }
    case 'Coproc': return { kind: 'coproc', line, redirections, name: raw.name?.text ?? 'COPROC', body: toCommand(raw.body, context, NONE), text: source.text.slice(raw.pos, raw.end) }
  }
}
/** The three expressions of `for ((…;…;…))`. */
function clauses(head: string, line: number, context: Context): readonly (ArithmeticText | null)[] {
  const from = head.indexOf('((') + 2, parts: string[] = []
  let depth = 0, start = from
  for (let i = from; i < head.length; i++) {
    const c = head[i]
    if (c === '(') depth++
    else if (c === ';' && depth === 0 || c === ')' && depth === 0) {
      parts.push(head.slice(start, i))
      start = i + 1
      if (c === ')') break
    } else if (c === ')') depth--
  }
  return parts.map(each => each.trim() === '' ? null : arithmeticText(each, line, context))
}

function toSimple(raw: RawCommand, context: Context): Simple {
  const { source } = context
  const assignments: Assignment[] = [], redirections: Redirection[] = [], words: Word[] = []
  for (const each of raw.prefix) {
    if (each.type === 'Assignment') {
      // dash knows no +=, and looks for a command of that name.
      if (context.sh && each.append === true) words.push({ ...declared(toAssignment(each, context), source.text.slice(each.pos, each.end)), assignment: null })
      else assignments.push(toAssignment(each, context))
    } else redirections.push(toRedirection(each, context))
  }
  if (raw.name !== undefined) words.push(toWord(raw.name, context))
  for (const each of raw.suffix) {
    if (each.type === 'Word') words.push(toWord(each, context))
    else if (each.type === 'Assignment') words.push(declared(toAssignment(each, context), source.text.slice(each.pos, each.end)))
    else redirections.push(toRedirection(each, context))
  }
  return { kind: 'simple', line: lineOf(raw, source), assignments, words, redirections: redirections.length === 0 ? NONE : redirections, text: source.text.slice(raw.pos, raw.end) }
}
/** bash counts a command where its parser has seen enough to know it for one: after the word behind the first, or after what is no word. */
function lineOf({ name, prefix, suffix, pos }: RawCommand, source: Source): number {
  const [first] = prefix
  if (first !== undefined) return source.line(first.type === 'HereDoc' || first.end <= first.pos ? first.pos : first.end - 1)
  const [second] = suffix
  if (second === undefined) return source.line(name === undefined ? pos : name.end - 1)
  return source.line(second.type === 'Word' || second.type === 'Assignment' ? second.end - 1 : second.pos)
}
/** `name=value` after declare and its like. As a plain word it is name, operator and value, for whoever wants to see it in a trace. */
function declared(assignment: Assignment, text: string): Word {
  const { name, subscript, append, value } = assignment
  if (!('parts' in value)) return { ...literalWord(text), literal: null, plain: false, assignment }
  const head = `${name}${subscript === null ? '' : `[${subscript.text}]`}${append ? '+' : ''}=`
  return { ...makeWord([{ kind: 'text', text: head, quoted: true }, ...value.parts], text), braces: false, assignment }
}

function toRedirection(raw: RawRedirection, context: Context): Redirection {
  const { descriptor } = raw, line = context.source.line(raw.pos)
  const fd = descriptor?.type === 'FileDescriptor' ? descriptor.value : null, fdName = descriptor?.type === 'FileDescriptorVariable' ? descriptor.name : null
  if (raw.type === 'HereDoc') return { kind: 'here-document', fd, fdName, body: document(raw, context), line }
  const target: RawWord | undefined = raw.target
  const word = target === undefined ? literalWord('') : toWord(target, context)
  return raw.type === 'HereString' ? { kind: 'here-string', fd, fdName, target: word, line } : { kind: 'file', operator: raw.operator, fd, fdName, target: word, line }
}
function document(raw: HereDoc, context: Context): Word {
  const { body } = raw, quoted = raw.delimiter?.quoted === true
  if (quoted) return literalWord(raw.operator === '<<-' ? untabbed(body.text) : body.text)
  const parts = documentParts(body, context)
  return makeWord(raw.operator === '<<-' ? withoutTabs(parts) : parts, body.text)
}
const untabbed = (text: string): string => text.replace(/^\t+/gm, '')
/** Tabs at the beginning of lines; a line may begin in one text only, since expansions hold no lines of the document. */
function withoutTabs(parts: ReturnType<typeof documentParts>): ReturnType<typeof documentParts> {
  return parts.map((part, i) => part.kind !== 'text' ? part : { ...part, text: i === 0 ? untabbed(part.text) : part.text.replace(/\n\t+/g, '\n') })
}

function toTest(raw: TestExpression, context: Context): Test {
  switch (raw.type) {
    case 'TestUnary': return { kind: 'unary', operator: raw.operator, operand: toWord(raw.operand, context) }
    case 'TestBinary': return { kind: 'binary', operator: raw.operator, left: toWord(raw.left, context), right: toWord(raw.right, context) }
    case 'TestLogical': return raw.operands.slice(1).reduce<Test>((left, each) => ({ kind: raw.operator === '&&' ? 'and' : 'or', left, right: toTest(each, context) }), toTest(raw.operands[0]!, context))
    case 'TestNot': return raw.negations.length % 2 === 0 ? toTest(raw.operand, context) : { kind: 'not', operand: toTest(raw.operand, context) }
    case 'TestGroup': return toTest(raw.expression, context)
  }
}
