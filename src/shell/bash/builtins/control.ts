/**
 * Builtins that steer: break continue return exit shift eval exec source command builtin set shopt. Source: bash(1) 5.2, SHELL BUILTIN COMMANDS.
 */
import { failed } from '../../kernel/errno.ts'
import { DEFAULT_PATH } from '../../kernel/exec.ts'
import type { Run } from '../../kernel/wait.ts'
import { LETTERS, SET_OPTIONS, SHOPT_OPTIONS, type SetOption, type ShoptOption } from '../options.ts'
import type { Shell, Status } from '../state.ts'
import { complain, letters, misuse, print, usage } from './common.ts'
import { describe } from './names.ts'
import { listed } from './declare.ts'

const NOT_IN_DASH: readonly string[] = ['pipefail', 'errtrace', 'functrace', 'posix', 'history', 'histexpand', 'braceexpand', 'hashall', 'interactive-comments', 'keyword', 'onecmd', 'physical', 'privileged']
const INTEGER = /^[ \t]*[-+]?\d+[ \t]*$/

export function break_(sh: Shell, argv: string[]): Status {
  const name = argv[0] as 'break' | 'continue', n = argv[1] === '--' ? argv[2] : argv[1]
  if (sh.loops === 0) return sh.dialect === 'sh' ? 0 : noLoop(sh, name)
  if (n !== undefined && !INTEGER.test(n)) {
    sh.unwind = 'exit'
    sh.status = 128
    return complain(sh, name, `${n}: numeric argument required`, 128)
  }
  const levels = n === undefined ? 1 : Number(n)
  if (levels < 1) {
    sh.unwind = 'break'
    sh.levels = sh.loops
    return complain(sh, name, `${n}: loop count out of range`)
  }
  sh.unwind = name
  sh.levels = Math.min(levels, sh.loops)
  return 0
}
function* noLoop(sh: Shell, name: string): Run {
  yield* sh.complain(`${name}: only meaningful in a \`for', \`while', or \`until' loop`)
  return 0
}
export function return_(sh: Shell, argv: string[]): Status {
  const n = argv[1] === '--' ? argv[2] : argv[1]
  const possible = sh.frames.length > 0 || (sh.dialect === 'sh')
  if (n !== undefined && !INTEGER.test(n)) return badReturn(sh, n, possible)
  if (!possible) return complain(sh, 'return', "can only `return' from a function or sourced script", 2)
  sh.returned = n === undefined ? sh.status : Number(BigInt(n.trim()) & 255n)
  sh.unwind = 'return'
  // What `$?` is in a RETURN trap.
  return sh.status
}
function* badReturn(sh: Shell, n: string, possible: boolean): Run {
  yield* sh.complain(`return: ${n}: numeric argument required`)
  if (!possible) return yield* complain(sh, 'return', "can only `return' from a function or sourced script", 2)
  sh.returned = 2
  sh.unwind = 'return'
  return 2
}
export function exit(sh: Shell, argv: string[]): Status {
  const n = argv[1] === '--' ? argv[2] : argv[1]
  sh.unwind = 'exit'
  if (n !== undefined && !INTEGER.test(n)) {
    sh.status = 2
    return complain(sh, 'exit', sh.dialect === 'sh' ? `Illegal number: ${n}` : `${n}: numeric argument required`, 2)
  }
  if (argv.length > 2 && argv[1] !== '--') {
    sh.unwind = ''
    return complain(sh, 'exit', 'too many arguments')
  }
  if (n !== undefined) sh.status = Number(BigInt(n.trim()) & 255n)
  return sh.status
}
export function shift(sh: Shell, argv: string[]): Status {
  const n = argv[1] === '--' ? argv[2] : argv[1]
  if (n !== undefined && !INTEGER.test(n)) return complain(sh, 'shift', `${n}: numeric argument required`)
  const by = n === undefined ? 1 : Number(n)
  if (by < 0) return complain(sh, 'shift', `${n}: shift count out of range`)
  if (by > sh.positionals.length) {
    if (sh.dialect === 'sh') { sh.unwind = 'exit'; sh.status = 2; return sh.fail("shift: can't shift that many", 2) }
    return sh.options.shift_verbose ? complain(sh, 'shift', `${n ?? 1}: shift count out of range`) : 1
  }
  sh.positionals = sh.positionals.slice(by)
  return 0
}
export function eval_(sh: Shell, argv: string[]): Status {
  const words = argv.slice(argv[1] === '--' ? 2 : 1)
  if (sh.dialect === 'bash' && argv[1] !== undefined && /^-[^-]/.test(argv[1])) return misuse(sh, 'eval', argv[1].slice(0, 2), 'eval [arg ...]')
  const text = words.join(' ')
  return text.trim() === '' ? 0 : sh.interpreter.evaluate(sh, text, { line: sh.line, name: 'eval' })
}
export function exec(sh: Shell, argv: string[]): Status {
  const { rest, bad, on } = letters(argv, 'cla:')
  if (bad !== null) return misuse(sh, 'exec', bad, 'exec [-cl] [-a name] [command [argument ...]] [redirection ...]')
  return rest.length === 0 ? 0 : replaced(sh, rest, on)
}
function* replaced(sh: Shell, words: string[], on: ReadonlyMap<string, string>): Run {
  const status = yield* sh.interpreter.execInPlace(sh, words, { ...(on.has('a') && { name: on.get('a')! }), ...(on.has('c') && { env: new Map() }) })
  if (!sh.options.execfail) {
    sh.status = status
    sh.unwind = 'exit'
  }
  return status
}
export function* source(sh: Shell, argv: string[]): Run {
  const name = argv[0]!, words = argv.slice(argv[1] === '--' ? 2 : 1), [path, ...given] = words
  if (path === undefined) {
    if (sh.dialect === 'sh') return 0
    yield* sh.complain(`${name}: filename argument required`)
    return yield* usage(sh, name, `${name} filename [arguments]`)
  }
  const file = findSource(sh, path), text = file === null ? null : yield* sh.p.readFile(file)
  if (file === null || text === null || failed(text)) {
    const words = sh.dialect === 'sh' ? `.: ${path.includes('/') ? `cannot open ${path}: No such file` : `${path}: not found`}` : `${path.includes('/') || text === null || !failed(text) ? path : path}: ${text !== null && failed(text) ? text.errno === 'EISDIR' ? 'is a directory' : text.text : 'No such file or directory'}`
    yield* sh.complain(text !== null && failed(text) && text.errno === 'EISDIR' ? `${name}: ${words}` : words)
    if (sh.options.posix || sh.dialect === 'sh') { sh.unwind = 'exit'; sh.status = sh.dialect === 'sh' ? 2 : 1; return sh.status }
    return 1
  }
  return yield* sh.interpreter.source(sh, file, given.length > 0 ? given : null, text)
}
function findSource(sh: Shell, path: string): string | null {
  if (path.includes('/')) return path
  for (const dir of (sh.get('PATH') ?? '').split(':')) {
    const file = `${dir === '' ? '.' : dir}/${path}`, node = sh.p.find(file)
    if (!failed(node) && node.kind !== 'directory') return file
  }
  return sh.dialect === 'bash' && !sh.options.posix && !failed(sh.p.find(path)) ? path : null
}
export function command(sh: Shell, argv: string[]): Status {
  const { rest, bad, on } = letters(argv, 'pVv')
  if (bad !== null) return misuse(sh, 'command', bad, 'command [-pVv] command [arg ...]')
  if (rest.length === 0) return 0
  if (on.has('v') || on.has('V')) return describe(sh, 'command', rest, on.has('V') ? 'long' : 'short')
  return sh.interpreter.runWords(sh, rest, { functions: false, builtins: true, ...(on.has('p') && { path: DEFAULT_PATH }) })
}

// Options.

export function set(sh: Shell, argv: string[]): Status {
  if (argv.length === 1) return print(sh, 'set', listed(sh))
  let i = 1
  for (; i < argv.length; i++) {
    const word = argv[i]!
    if (word === '--') { sh.positionals = argv.slice(i + 1); return 0 }
    if (word === '-') {
      sh.ownOptions().xtrace = sh.ownOptions().verbose = false
      if (i + 1 < argv.length) sh.positionals = argv.slice(i + 1)
      return 0
    }
    if (!/^[-+]./.test(word)) break
    const on = word[0] === '-'
    for (const letter of word.slice(1)) {
      if (letter === 'o') {
        const name = argv[i + 1]
        if (name === undefined || (/^[-+]/.test(name) && false)) return print(sh, 'set', SET_OPTIONS.map(each => on ? `${each.padEnd(15)}\t${sh.options.is(each) ? 'on' : 'off'}\n` : `set ${sh.options.is(each) ? '-' : '+'}o ${each}\n`).join(''))
        i++
        if (sh.dialect === 'sh' && NOT_IN_DASH.includes(name)) return sh.fail(`set: Illegal option -o ${name}`, 2)
        if (!(SET_OPTIONS as readonly string[]).includes(name)) return sh.dialect === 'sh' ? sh.fail(`set: Illegal option -o ${name}`, 2) : complain(sh, 'set', `${name}: invalid option name`, 2)
        sh.ownOptions().put(name as SetOption, on)
        continue
      }
      const option = LETTERS.get(letter)
      if (option === undefined && sh.dialect === 'sh') return sh.fail(`set: Illegal option ${word[0]}${letter}`, 2)
      if (option === undefined) return misuse(sh, 'set', `${word[0]}${letter}`, 'set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]')
      sh.ownOptions().put(option, on)
    }
  }
  if (i < argv.length) sh.positionals = argv.slice(i)
  return 0
}
export function shopt(sh: Shell, argv: string[]): Status {
  const { rest, bad, on } = letters(argv, 'pqsuo')
  if (bad !== null) return misuse(sh, 'shopt', bad, 'shopt [-pqsu] [-o] [optname ...]')
  const known: readonly string[] = on.has('o') ? SET_OPTIONS : SHOPT_OPTIONS, is = (name: string): boolean => sh.options.is(name as ShoptOption)
  const line = (name: string): string => on.has('p') ? on.has('o') ? `set ${is(name) ? '-' : '+'}o ${name}\n` : `shopt ${is(name) ? '-s' : '-u'} ${name}\n` : `${name.padEnd(15)}\t${is(name) ? 'on' : 'off'}\n`
  if (rest.length === 0) {
    const wanted = on.has('s') ? known.filter(is) : on.has('u') ? known.filter(name => !is(name)) : known
    return on.has('q') ? 0 : print(sh, 'shopt', wanted.map(line).join(''))
  }
  return shoptNames(sh, rest, known, on, is, line)
}
function* shoptNames(sh: Shell, names: readonly string[], known: readonly string[], on: ReadonlyMap<string, string>, is: (name: string) => boolean, line: (name: string) => string): Run {
  let status = 0
  for (const name of names) {
    if (!known.includes(name)) {
      yield* sh.complain(`shopt: ${name}: invalid ${on.has('o') ? '' : 'shell '}option name`)
      status = 1
    } else if (on.has('s') || on.has('u')) sh.ownOptions().put(name as ShoptOption, on.has('s'))
    else {
      if (!is(name)) status = 1
      if (!on.has('q')) yield* sh.p.out(line(name))
    }
  }
  return status
}
