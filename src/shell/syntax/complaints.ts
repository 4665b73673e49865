/**
 * What is wrong with a script, in the words of bash and in those of dash, on the lines that they name.
 * Source of truth: bash 5.2.15 and dash 0.5.12, asked.
 */
import { REDIRECTING, type Wrong } from './scanner.ts'
import type { Source } from './source.ts'
import type { SyntaxFault } from './tree.ts'

export function inBash(wrong: Wrong, source: Source): SyntaxFault {
  const line = source.line(wrong.pos), { what, status } = wrong
  switch (wrong.kind) {
    case 'token': return { line, status, messages: [`syntax error near unexpected token \`${what}'`, `\`${source.lineText(wrong.pos)}'`] }
    case 'matching': return { line: what === ')end' ? source.endLine : line, status, messages: [`unexpected EOF while looking for matching \`${what[0]}'`] }
    case 'end': return { line: source.endLine, status, messages: ['syntax error: unexpected end of file'] }
    case 'plain': return { line, status: what.startsWith('syntax error: a') ? status : null, messages: what.split('\n') }
  }
}
export function inDash(wrong: Wrong, source: Source): SyntaxFault {
  const [what = '', expected] = wrong.what.split('\n'), line = wrong.kind === 'token' ? source.line(wrong.pos) + (what === 'newline' ? 1 : 0) : source.lastLine
  const expecting = expected === undefined ? '' : ` (expecting "${expected}")`
  switch (wrong.kind) {
    case 'token': return { line, status: 2, messages: [`Syntax error: ${what === 'newline' || what === ' word' ? what.trim() : REDIRECTING.has(what) ? 'redirection' : `"${what}"`} unexpected${expecting}`] }
    case 'matching': return { line, status: 2, messages: [
      what === '}' ? "Syntax error: Missing '}'" : what === '`' ? 'Syntax error: EOF in backquote substitution' : what.startsWith(')') ? 'Syntax error: end of file unexpected (expecting ")")' : 'Syntax error: Unterminated quoted string'] }
    case 'end': return { line, status: 2, messages: [`Syntax error: end of file unexpected${what === '' ? '' : ` (expecting "${what}")`}`] }
    case 'plain': return { line: source.line(wrong.pos), status: 2, messages: [what] }
  }
}
