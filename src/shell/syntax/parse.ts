/**
 * Text of a script → units, each of which the shell reads as a whole before it runs anything of it, and what is wrong after the last good one.
 * The package that parses is tolerant; here every error it found ends the script, in bash's words. Parsing the same text again costs a look-up.
 * Source of truth: bash(1) 5.2; wording and line numbers as bash 5.2.15 gives them.
 */
import { diagnose, type Diagnosis } from './diagnose.ts'
import { toStatement } from './commands.ts'
import { forEachChild, parseRaw, Source, type RawScript, type SyntaxNode } from './source.ts'
import type { Script, Statement, Unit } from './tree.ts'
import type { Context } from './words.ts'

export interface ParseOptions {
  /** The line of the file that the text begins on. */
  readonly firstLine?: number
  /** 'sh': what dash does not know is an error in dash's words. */
  readonly dialect?: 'bash' | 'sh'
}

const memo = new Map<string, Script>()
let held = 0
/** Repeats of a text cost nothing; what is kept is bounded. */
export function parseScript(text: string, { firstLine: line = 1, dialect = 'bash' }: ParseOptions = {}): Script {
  const key = line === 1 && dialect === 'bash' ? text : `${text}\0${line}\0${dialect}`
  const known = memo.get(key)
  if (known !== undefined) return known
  if (held > 4 << 20) {
    memo.clear()
    held = 0
  }
  held += text.length + 100
  const script = parseFresh(text, line, dialect)
  memo.set(key, script)
  return script
}

function parseFresh(text: string, line: number, dialect: 'bash' | 'sh'): Script {
  // A zero byte is not part of any script.
  const source = new Source(text.replaceAll('\0', ''), line)
  return toScript(parseRaw(source.text), source, dialect === 'sh')
}
/** A script, or one inside another; `[from, to)` of the text are its own. */
function toScript(raw: RawScript, source: Source, sh: boolean, within = false): Script {
  // What stands in `$(…)` is judged with the command that holds it.
  const start = raw.source === undefined ? raw.pos : 0, end = raw.source === undefined ? raw.end : source.text.length
  const found = within ? null : diagnose(source, start, end, { sh }) ?? missed(raw, source, sh)
  const groups = within || sh || !/[?*+@!]\(/.test(source.text) ? null : diagnose(source, start, end, { extglob: false })
  const context: Context = { source, sh, script: (inner, at, apart) => toScript(inner, at, sh, !apart) }
  const units: Unit[] = []
  let list: Statement[] = [], from = 0, to = 0
  const close = (): void => {
    if (list.length === 0) return
    const withoutExtglob = groups !== null && from <= groups.unit && groups.unit < to ? groups.fault : null
    units.push({ list, from, line: source.line(from), text: source.lines(from, to), warnings: unfinished(raw, source, from, to), withoutExtglob })
    list = []
  }
  for (const each of raw.commands) {
    if (found !== null && each.pos >= found.unit) break
    if (list.length > 0 && source.line(each.pos) !== source.line(Math.max(0, to - 1))) close()
    if (list.length === 0) from = each.pos
    list.push(toStatement(each, context))
    to = each.end
  }
  close()
  return { units, fault: found?.fault ?? null }
}
/** The package found something that our grammar lets pass. */
function missed(raw: RawScript, source: Source, sh: boolean): Diagnosis | null {
  if (sh || raw.errors === undefined || raw.errors.length === 0) return null
  const pos = Math.min(...raw.errors.map(each => each.pos)), rest = source.text.slice(pos).trimStart()
  let unit = 0
  for (const each of raw.commands) if (each.pos <= pos) unit = each.pos
  const line = source.line(pos), token = /^(?:\w+|[;&|]+|[^])/.exec(rest)?.[0]
  if (token === undefined) return { unit, fault: { line: source.endLine, status: 2, messages: ['syntax error: unexpected end of file'] } }
  return { unit, fault: { line, status: 2, messages: [`syntax error near unexpected token \`${token}'`, `\`${source.lineText(pos)}'`] } }
}
/** Here-documents that end with the file. */
function unfinished(raw: RawScript, source: Source, from: number, to: number): Unit['warnings'] {
  if (!source.text.slice(from, to).includes('<<')) return []
  const warnings: { line: number; message: string }[] = []
  for (const { delimiter, line } of openDocuments(raw, source, from, to)) warnings.push({ line: source.endLine - (source.text.endsWith('\n') ? 1 : 0), message: `warning: here-document at line ${line} delimited by end-of-file (wanted \`${delimiter}')` })
  return warnings
}
function* openDocuments(raw: RawScript, source: Source, from: number, to: number): Generator<{ delimiter: string; line: number }> {
  const pending: SyntaxNode[] = raw.commands.filter(each => each.pos >= from && each.pos < to)
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.type === 'HereDoc' && node.closing === undefined) yield { delimiter: node.delimiter?.value ?? '', line: source.line(node.pos) }
    else if (node.type !== 'CommandExpansion' && node.type !== 'ProcessSubstitution') forEachChild(node, child => { pending.push(child) })
  }
}
