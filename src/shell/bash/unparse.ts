/**
 * Commands as bash writes them when it shows them: `declare -f`, `type`, jobs, BASH_COMMAND. Words stay as written; the layout is bash's own.
 * Source: bash 5.2, observed.
 */
import type { Assignment, Command, List, Pipeline, Redirection, Simple, Statement, Test } from '../syntax/tree.ts'

export const commandText = (c: Command): string => new Printer(false).command(c, 0)
export const statementText = (st: Statement): string => new Printer(false).statement(st, 0)
export const functionText = (name: string, body: Command): string => `${name} () \n${new Printer(true).functionBody(body, 0)}`

const pad = (depth: number): string => '    '.repeat(depth)

class Printer {
  private inFunction: boolean
  constructor(inFunction: boolean) { this.inFunction = inFunction }

  functionBody(body: Command, depth: number): string {
    const before = this.inFunction
    this.inFunction = true
    const text = body.kind === 'group' ? this.command(body, depth) : `{ \n${pad(depth + 1)}${this.command(body, depth + 1)}\n${pad(depth)}}`
    this.inFunction = before
    return text
  }
  /** Statements of one block, without what follows the last. */
  list(list: List, depth: number): string {
    let text = ''
    list.forEach((st, i) => {
      text += this.statement(st, depth)
      if (st.background) text += ' &'
      if (i < list.length - 1) text += this.inFunction ? `${st.background || text.endsWith('EOF\n') ? '' : ';'}\n${pad(depth)}` : st.background ? ' ' : '; '
    })
    return text
  }
  /** With the semicolon that bodies of loops and branches end in. */
  private block(list: List, depth: number): string {
    const text = this.list(list, depth)
    return list[list.length - 1]?.background === true ? text : `${text};`
  }
  statement(st: Statement, depth: number): string {
    return st.pipelines.map((pl, i) => `${i === 0 ? '' : ` ${st.operators[i - 1]} `}${this.pipeline(pl, depth)}`).join('')
  }
  private pipeline({ commands, operators, negated, time }: Pipeline, depth: number): string {
    const text = commands.map((c, i) => `${i === 0 ? '' : operators[i - 1] === '|&' ? ' 2>&1 | ' : ' | '}${this.command(c, depth)}`).join('')
    return `${time === null ? '' : time === 'posix' ? 'time -p ' : 'time '}${negated ? '! ' : ''}${text}`
  }
  command(c: Command, depth: number): string {
    const text = this.bare(c, depth)
    return c.kind === 'simple' || c.redirections.length === 0 ? text : `${text} ${redirectionsText(c.redirections)}`
  }
  private bare(c: Command, depth: number): string {
    const inner = pad(depth + 1), here = pad(depth)
    switch (c.kind) {
      case 'simple': return simpleText(c)
      case 'if': {
        const of = (i: number, at: number): string => {
          const { test, body } = c.branches[i]!, more = c.branches[i + 1] !== undefined
          const otherwise = more ? `${pad(at)}else\n${pad(at + 1)}${of(i + 1, at + 1)};\n` : c.otherwise !== null ? `${pad(at)}else\n${pad(at + 1)}${this.block(c.otherwise, at + 1)}\n` : ''
          return `if ${this.list(test, at)}; then\n${pad(at + 1)}${this.block(body, at + 1)}\n${otherwise}${pad(at)}fi`
        }
        return of(0, depth)
      }
      case 'for': case 'select': return `${c.kind} ${c.name}${c.words === null ? ' in "$@"' : ` in ${c.words.map(each => each.text).join(' ')}`};\n${here}do\n${inner}${this.block(c.body, depth + 1)}\n${here}done`
      case 'arithmetic-for': return `for ((${c.initial?.text ?? '1'}; ${c.test?.text ?? '1'}; ${c.step?.text ?? '1'}))\n${here}do\n${inner}${this.block(c.body, depth + 1)}\n${here}done`
      case 'while': return `${c.until ? 'until' : 'while'} ${this.list(c.test, depth)}; do\n${inner}${this.block(c.body, depth + 1)}\n${here}done`
      case 'case': return `case ${c.word.text} in ${c.items.map(({ patterns, body, end }) =>
        `\n${inner}${patterns.map(each => each.text).join(' | ')})${body.length === 0 ? '' : `\n${pad(depth + 2)}${this.list(body, depth + 2)}`}\n${inner}${end}`).join('')}\n${here}esac`
      case 'subshell': return `( ${this.list(c.body, depth)} )`
      case 'group': return this.inFunction ? `{ \n${inner}${this.list(c.body, depth + 1)}\n${here}}` : `{ ${this.list(c.body, depth)}; }`
      case 'conditional': return `[[ ${testText(c.test)} ]]`
      case 'arithmetic-command': return `((${c.expression.text}))`
      case 'function': return `function ${c.name} () \n${here}${this.functionBody(c.body, depth)}`
      case 'coproc': return `coproc ${c.name} ${this.command(c.body, depth)}`
    }
  }
}
function simpleText(c: Simple): string {
  return [...c.assignments.map((a: Assignment) => a.text), ...c.words.map(each => each.text), ...c.redirections.length > 0 ? [redirectionsText(c.redirections)] : []].join(' ')
}
function redirectionsText(redirections: readonly Redirection[]): string {
  const documents: string[] = []
  const texts = redirections.map(r => {
    const from = r.fdName !== null ? `{${r.fdName}}` : r.fd === null ? '' : String(r.fd)
    if (r.kind === 'here-string') return `${from}<<< ${r.target.text}`
    if (r.kind === 'here-document') {
      documents.push(`\n${r.body.text}EOF\n`)
      return `${from}<<EOF`
    }
    const { operator, target } = r
    if (operator !== '<&' && operator !== '>&') return `${from}${operator} ${target.text}`
    return `${r.fd === null && r.fdName === null ? operator === '<&' ? '0' : '1' : from}${operator}${target.text}`
  })
  return texts.join(' ') + documents.join('')
}
export function testText(test: Test): string {
  switch (test.kind) {
    case 'and': return `${testText(test.left)} && ${testText(test.right)}`
    case 'or': return `${testText(test.left)} || ${testText(test.right)}`
    case 'not': return `! ${testText(test.operand)}`
    case 'unary': return `${test.operator} ${test.operand.text}`
    case 'binary': return `${test.left.text} ${test.operator} ${test.right.text}`
  }
}
