/**
 * Words of an awk program. All are read at once: whether `/` divides or begins a regular expression is seen from the word before it.
 *
 * Strings keep unknown escapes as they are (mawk) or lose the backslash (gawk). Errors are in mawk's words, without `mawk: ` in front.
 * Source: POSIX awk, mawk 1.3.4 20200120 observed.
 */
export type TokenType = 'number' | 'string' | 'regex' | 'name' | 'call' | 'builtin' | 'keyword' | 'punctuation' | 'newline' | 'end'
export interface Token {
  readonly type: TokenType
  /** As written; of a string or regex its content. */
  readonly text: string
  readonly value?: number
  readonly line: number
  /** Directly before it stands no blank. */
  readonly tight: boolean
}
export interface Dialect {
  readonly name: 'mawk' | 'gawk'
  readonly builtins: ReadonlySet<string>
}
/** What the program text is not: `syntax error at or near =`. */
export class ProgramError extends Error {
  readonly line: number
  /** mawk writes some without the word `line`. */
  readonly bare: boolean
  constructor(message: string, line: number, bare = false) {
    super(message)
    this.line = line
    this.bare = bare
  }
}

const KEYWORDS = new Set(['BEGIN', 'END', 'if', 'else', 'while', 'for', 'do', 'break', 'continue', 'next', 'nextfile', 'exit', 'return', 'delete', 'in', 'getline', 'print', 'printf', 'function'])
const OPERATORS = ['**=', '**', '&&', '||', '++', '--', '+=', '-=', '*=', '/=', '%=', '^=', '==', '<=', '>=', '!=', '!~', '>>', '|&',
  '{', '}', '(', ')', '[', ']', ';', ',', '+', '-', '*', '/', '%', '^', '!', '>', '<', '|', '?', ':', '~', '$', '=']

/** After one of these `/` divides. mawk takes `n++ / 2` for the start of a regular expression. */
const divides = (last: Token | undefined, gawk: boolean): boolean => last !== undefined && (last.type === 'number' || last.type === 'string' || last.type === 'regex' || last.type === 'name' || last.type === 'builtin'
  || (last.type === 'punctuation' && (last.text === ')' || last.text === ']' || last.text === '$' || (gawk && (last.text === '++' || last.text === '--')))))

export function tokenize(text: string, dialect: Dialect): Token[] {
  const tokens: Token[] = [], gawk = dialect.name === 'gawk'
  let at = 0, line = 1, tight = false
  const push = (type: TokenType, word: string, value?: number): void => { tokens.push({ type, text: word, line, tight, ...(value !== undefined && { value }) }) }
  for (; at < text.length;) {
    const c = text[at]!
    if (c === ' ' || c === '\t' || c === '\r' || c === '\f' || c === '\v') { at++; tight = false; continue }
    if (c === '\\' && /^\\\r?\n/.test(text.slice(at, at + 3))) { at = text.indexOf('\n', at) + 1; line++; tight = false; continue }
    if (c === '#') { while (at < text.length && text[at] !== '\n') at++; continue }
    if (c === '\n') { push('newline', '\n'); line++; at++; tight = false; continue }
    if (c === '"') {
      const { value, end, lines } = quoted(text, at, line, gawk)
      push('string', value)
      at = end
      line += lines
    } else if (c === '/' && !divides(tokens[tokens.length - 1], gawk)) {
      const end = endOfRegex(text, at, line)
      push('regex', text.slice(at + 1, end).replace(/\\\//g, '/'))
      at = end + 1
    } else if (/[0-9]/.test(c) || (c === '.' && /[0-9]/.test(text[at + 1] ?? ''))) {
      const word = /^(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/.exec(text.slice(at, at + 400))![0]
      push('number', word, gawk && /^0[0-7]+$/.test(word) ? parseInt(word, 8) : Number(word))
      at += word.length
    } else if (/[A-Za-z_]/.test(c)) {
      let word = /^\w+/.exec(text.slice(at, at + 400))![0]
      at += word.length
      if (word === 'func') word = 'function'
      if (KEYWORDS.has(word) || (gawk && (word === 'switch' || word === 'case' || word === 'default'))) push('keyword', word)
      else if (dialect.builtins.has(word)) push('builtin', word)
      else push(text[at] === '(' ? 'call' : 'name', word)
    } else {
      const operator = OPERATORS.find(each => text.startsWith(each, at) && (gawk || !each.startsWith('**') && each !== '|&'))
      if (operator === undefined) throw new ProgramError(`unexpected character '${c}'`, line, true)
      push('punctuation', operator === '**' ? '^' : operator === '**=' ? '^=' : operator)
      at += operator.length
    }
    tight = true
  }
  tokens.push({ type: 'newline', text: '\n', line, tight: false }, { type: 'end', text: '', line: line + 1, tight: false })
  return tokens
}

/** The end of a regular expression: its `/`, which may stand in brackets. */
function endOfRegex(text: string, start: number, line: number): number {
  let bracket = -1
  for (let i = start + 1; i < text.length; i++) {
    const c = text[i]!
    if (c === '\n') break
    if (c === '\\') i++
    else if (bracket >= 0) {
      if (c === ']' && i > bracket) bracket = -1
      else if (c === '[' && text[i + 1] === ':') {
        const end = text.indexOf(':]', i + 2)
        if (end > 0) i = end + 1
      }
    } else if (c === '[') bracket = text[i + 1] === '^' ? i + (text[i + 2] === ']' ? 2 : 1) : i + (text[i + 1] === ']' ? 1 : 0)
    else if (c === '/') return i
  }
  throw new ProgramError(`runaway regular expression /${text.slice(start + 1).split('\n')[0]!.slice(0, 10)} ...`, line)
}

function quoted(text: string, start: number, line: number, gawk: boolean): { value: string; end: number; lines: number } {
  let lines = 0, i = start + 1
  for (; i < text.length && text[i] !== '"'; i++) {
    if (text[i] === '\n') break
    if (text[i] === '\\') {
      if (text[i + 1] === '\n') lines++
      i++
    }
  }
  if (text[i] !== '"') throw new ProgramError(`runaway string constant "${text.slice(start + 1).split('\n')[0]!.slice(0, 10)} ...`, line)
  return { value: unescapeString(text.slice(start + 1, i), gawk), end: i + 1, lines }
}

const SIMPLE: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }
/** Escapes of string constants, of `-v` and of assignments among the operands. */
export function unescapeString(text: string, gawk: boolean): string {
  if (!text.includes('\\')) return text
  return text.replace(/\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|(\r?\n)|([^]))/g, (all: string, octal?: string, hex?: string, newline?: string, letter?: string) => {
    if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8) & 255)
    if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16))
    if (newline !== undefined) return ''
    return SIMPLE[letter!] ?? (gawk && letter === '/' ? '/' : gawk ? letter! : all)
  })
}
