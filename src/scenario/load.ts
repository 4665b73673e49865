/**
 * From the text of a scenario to a scenario, or to every issue it has, each with file, line and column.
 *
 * The only user of the YAML parser (JSON is YAML too). Syntax comes first: a text that is no YAML has no further issues. Then the
 * schema, then what its parts say about each other; all of it is reported at once.
 */
import { Document, isAlias, isCollection, isMap, isNode, isPair, isSeq, LineCounter, parse, parseDocument, type Node, type Pair } from 'yaml'
import type { Model } from '../core/model.ts'
import { stack } from '../models/stack.ts'
import { withFiles, type Beside } from './beside.ts'
import { checkScenario, type Scenario } from './build.ts'
import type { Issue, Path, Place, Problem } from './issue.ts'

export interface Loaded {
  /** Missing if there are issues. */
  readonly scenario: Scenario | undefined
  readonly issues: readonly Issue[]
}

export function loadScenario(text: string, file: string, models: readonly Model[] = stack, beside: Beside = {}): Loaded {
  const read = readDocument(text, file)
  if (read.value === undefined) return { scenario: undefined, issues: read.issues }
  const filled = withFiles(read.value.data, beside), { scenario, problems } = checkScenario(filled.value, models)
  const missing = new Set(filled.problems.map(({ path }) => JSON.stringify(path)))
  const issues = placed(read, [...filled.problems, ...problems.filter(({ path }) => !missing.has(JSON.stringify(path)))])
  return { scenario: issues.length === 0 ? scenario : undefined, issues }
}

/** A text of YAML as plain data, and where in it a path stands. */
export interface ReadDocument {
  /** Missing if the text cannot be read at all; the issues then say why. */
  readonly value: { readonly data: unknown } | undefined
  readonly issues: readonly Issue[]
  placeOf(problem: Problem): Place
}

export function readDocument(text: string, file: string): ReadDocument {
  const lines = new LineCounter()
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, stringKeys: true, logLevel: 'silent' })
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(Math.min(offset, text.length))
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const placeOf = (problem: Problem): Place => place(offsetOf(doc, problem))
  const broken = [...doc.errors, ...doc.warnings].map((error): Issue => ({
    path: [], at: 'value', place: place(error.pos[0]), ...inOurWords(error.code, error.message, text.slice(error.pos[0])),
  }))
  // Behind the first error of syntax the parser only guesses; whatever follows from its guesses would mislead.
  const syntax = doc.errors.findIndex(error => error.code !== 'DUPLICATE_KEY')
  if (syntax >= 0) return { value: undefined, issues: broken.slice(0, syntax + 1), placeOf }
  try {
    return { value: { data: doc.toJS({ maxAliasCount: 100 }) as unknown }, issues: broken, placeOf }
  } catch (error) {
    // An alias without an anchor, or a handful of aliases that would unfold into millions of nodes.
    return { value: undefined, issues: [...broken, { path: [], at: 'value', place: place(0), found: `found ${(error as Error).message}`, expected: '' }], placeOf }
  }
}

/** The issues of a document: those of its text, and these problems with their places, in the order of the text. */
export function placed(read: ReadDocument, problems: readonly Problem[]): Issue[] {
  const issues = [...read.issues, ...problems.map((problem): Issue => ({ ...problem, place: read.placeOf(problem) }))]
  issues.sort((a, b) => a.place!.line - b.place!.line || a.place!.column - b.place!.column)
  // What stands in another file has its own place, and is told where that file is named.
  const own = new Map(problems.flatMap(problem => problem.place === undefined ? [] : [[`${JSON.stringify(problem.path)} ${problem.found}`, problem.place] as const]))
  return issues.map(issue => ({ ...issue, place: own.get(`${JSON.stringify(issue.path)} ${issue.found}`) ?? issue.place! }))
}

/** A scenario that is known to be in order, as the data that its author wrote; and back. */
export const readYaml = (text: string): unknown => parse(text)
export function writeYaml(input: unknown): string {
  const doc = new Document(input), typed = doc.get('typed')
  // What was typed is read line by line.
  if (isSeq(typed)) for (const step of typed.items) if (isMap(step)) step.flow = true
  return doc.toString({ lineWidth: 0, flowCollectionPadding: true })
}

function inOurWords(code: string, message: string, text: string): Pick<Problem, 'found' | 'expected'> {
  switch (code) {
    case 'DUPLICATE_KEY': return { found: `found the key "${/^["']?([^\s:"']+)/.exec(text)?.[1] ?? ''}" a second time`, expected: 'expected each key once' }
    case 'TAB_AS_INDENT': return { found: 'found a tab', expected: 'expected spaces as indentation' }
    case 'BLOCK_AS_IMPLICIT_KEY': return { found: 'found a colon in a text without quotes', expected: 'expected the text in quotes' }
    case 'MULTIPLE_DOCS': return { found: 'found a second document', expected: 'expected one scenario per file' }
    default: return { found: `found text that is not YAML`, expected: message.replace(/\s*\n[^]*$/, '').replace(/^[A-Z](?=[a-z])/, letter => letter.toLowerCase()) }
  }
}

/** Where the key or the value at a path stands; of what is missing, where the mapping stands that lacks it. */
function offsetOf(doc: Document, { path, at }: Problem): number {
  let node: unknown = doc.contents, offset = startOf(node) ?? 0
  for (const [depth, part] of path.entries()) {
    const last = depth === path.length - 1
    const next = child(resolve(node, doc), part)
    if (next === undefined) return offset
    offset = (last && at === 'key' ? startOf(next.key) : startOf(next.value) ?? startOf(next.key)) ?? offset
    // A mapping that lacks something is named by its key, which is easier to see than the place of its first entry.
    if (!last && isCollection(next.value) && next.key !== undefined && child(resolve(next.value, doc), path[depth + 1]!) === undefined) offset = startOf(next.key) ?? offset
    node = next.value
  }
  return offset
}

function child(node: unknown, part: Path[number]): { key?: unknown; value: unknown } | undefined {
  if (isSeq(node)) return typeof part === 'number' && part < node.items.length ? { value: node.items[part] } : undefined
  if (!isMap(node)) return undefined
  const pair = node.items.find((item): item is Pair => isPair(item) && String(isNode(item.key) ? (item.key as { value?: unknown }).value : item.key) === String(part))
  return pair && { key: pair.key, value: pair.value }
}

const resolve = (node: unknown, doc: Document): unknown => isAlias(node) ? node.resolve(doc) : node
const startOf = (node: unknown): number | undefined => isNode(node) ? (node as Node).range?.[0] : undefined
