/**
 * Builtins that print, compute and look: echo printf test [ true false : let pwd cd pushd popd dirs umask ulimit times.
 * Those that are programs too share what they do with them. Source: bash(1) 5.2, SHELL BUILTIN COMMANDS; dash(1) where the dialect says so.
 */
import { failed } from '../../kernel/errno.ts'
import type { Run } from '../../kernel/wait.ts'
import { ArithmeticFault } from '../../syntax/arithmetic.ts'
import { printf, unescape } from '../../tools/printf.ts'
import { strftime } from '../../tools/strftime.ts'
import type { Shell, Status } from '../state.ts'
import { testExpression } from '../test.ts'
import { backslashed } from '../values.ts'
import { EXPORT } from '../variables.ts'
import { complain, letters, misuse, print, usage, type Builtin } from './common.ts'

export const succeed: Builtin = () => 0
export const fail: Builtin = () => 1

export function echo(sh: Shell, argv: string[]): Status {
  let i = 1, newline = true, escapes = sh.options.xpg_echo || sh.dialect === 'sh'
  if (sh.dialect === 'sh') { if (argv[1] === '-n') { newline = false; i++ } }
  else
    for (; i < argv.length; i++) {
      const word = argv[i]!
      if (word.length < 2 || word[0] !== '-' || !/^-[neE]+$/.test(word)) break
      for (const letter of word.slice(1)) if (letter === 'n') newline = false; else escapes = letter === 'e'
    }
  let text = i === argv.length - 1 ? argv[i]! : argv.slice(i).join(' ')
  if (escapes && text.includes('\\')) {
    const { bytes, end } = unescape(text, sh.dialect === 'sh' ? 'dash' : 'bash', true)
    text = bytes
    if (end) newline = false
  }
  return print(sh, 'echo', newline ? `${text}\n` : text)
}

export function printfBuiltin(sh: Shell, argv: string[]): Status {
  const { rest, bad, missing, on } = letters(argv, sh.dialect === 'sh' ? '' : 'v:')
  const words = 'printf [-v var] format [arguments]'
  if (bad !== null) return misuse(sh, 'printf', bad, words)
  const target = on.get('v')
  if (missing !== null || rest.length === 0) return usage(sh, 'printf', words)
  if (target !== undefined && !/^[A-Za-z_]\w*(\[.+\])?$/s.test(target)) return complain(sh, 'printf', `\`${target}': not a valid identifier`, 2)
  const { out, errors, status } = printf(rest[0]!, rest.slice(1), {
    dialect: sh.dialect === 'sh' ? 'dash' : 'bash', quote: backslashed,
    time: (format, seconds) => strftime(format === '' ? '%H:%M:%S' : format, { seconds: seconds === -1 ? sh.p.machine.unixSeconds() : seconds === -2 ? Math.floor((sh.p.machine.epoch + sh.secondsAt) / 1e6) : seconds, nanos: 0 }),
    assign: (name, value) => sh.assign(name, value, false),
  })
  if (target !== undefined) {
    const [, array, key] = /^(\w+)\[(.*)\]$/s.exec(target) ?? []
    if (array === undefined) sh.assign(target, out, false)
    else sh.assignElement(array, sh.kind(array) === 'associative' ? key! : Number(sh.integer(key!)), out, false)
    return errors.length === 0 ? status : told(sh, errors, status)
  }
  if (errors.length === 0) {
    const written = print(sh, 'printf', out)
    return written === 0 ? status : written
  }
  return told(sh, errors, status, out)
}
function* told(sh: Shell, errors: readonly string[], status: number, out = ''): Run {
  for (const error of errors) yield* sh.complain(`printf: ${error}`)
  const written = print(sh, 'printf', out)
  if (typeof written !== 'number') yield* written
  return status
}

export function test(sh: Shell, argv: string[]): Status {
  const name = argv[0]!
  let args = argv.slice(1)
  if (name === '[') {
    if (args[args.length - 1] !== ']') return complain(sh, '[', sh.dialect === 'sh' ? 'missing ]' : "missing `]'", 2)
    args = args.slice(0, -1)
  }
  // dash knows = only.
  if (sh.dialect === 'sh' && args[1] === '==' && args.length <= 4) return complain(sh, argv[0]!, `${args[0]}: unexpected operator`, 2)
  const answer = testExpression(sh, args)
  return typeof answer === 'string' ? complain(sh, name, answer, 2) : answer ? 0 : 1
}

export function let_(sh: Shell, argv: string[]): Status {
  if (argv.length < 2) return complain(sh, 'let', 'expression expected')
  let value: number | bigint = 0
  for (const text of argv.slice(argv[1] === '--' ? 2 : 1)) {
    try {
      value = sh.integer(text)
    } catch (fault) {
      if (fault instanceof ArithmeticFault) return complain(sh, 'let', fault.message)
      throw fault
    }
  }
  return Number(value) === 0 ? 1 : 0
}

// Directories.

/** The way there without `.` and `..`; `/a/../b` is `/b` whatever /a is. */
export function logical(cwd: string, path: string): string {
  const parts: string[] = []
  for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..') parts.pop()
    else parts.push(part)
  }
  return `/${parts.join('/')}`
}
/** Changes to a directory; what is wrong, if it cannot. */
export function go(sh: Shell, path: string, physical: boolean): string | undefined {
  const { p } = sh, target = physical ? path : logical(sh.cwdName, path), node = path === '' ? p.cwd : p.find(target)
  if (failed(node)) return node.text
  if (node.kind !== 'directory') return 'Not a directory'
  p.cwd = node
  const old = sh.cwdName
  sh.cwdName = physical ? p.machine.tree.pathOf(node) : target
  setExported(sh, 'OLDPWD', old)
  setExported(sh, 'PWD', sh.cwdName)
  return undefined
}
function setExported(sh: Shell, name: string, value: string): void {
  const v = sh.vars.ensure(name)
  v.flags |= EXPORT
  sh.write(v, value)
}
export function* cd(sh: Shell, argv: string[]): Run {
  const { rest, bad, on, order } = letters(argv, 'LPe@')
  if (bad !== null) return yield* misuse(sh, 'cd', bad, 'cd [-L|[-P [-e]] [-@]] [dir]')
  if (rest.length > 1 && sh.dialect === 'bash') return yield* complain(sh, 'cd', 'too many arguments')
  const physical = on.has('P') && order.lastIndexOf('P') > order.lastIndexOf('L')
  let [dir] = rest, show = false
  if (dir === undefined) {
    dir = sh.get('HOME')
    if (dir === undefined) return yield* complain(sh, 'cd', 'HOME not set')
  } else if (dir === '-') {
    dir = sh.get('OLDPWD')
    if (dir === undefined) return yield* complain(sh, 'cd', 'OLDPWD not set')
    show = true
  } else if (!/^(\/|\.\.?(\/|$))/.test(dir) && sh.get('CDPATH')) {
    for (const prefix of sh.get('CDPATH')!.split(':')) {
      const candidate = prefix === '' || prefix === '.' ? dir : `${prefix}/${dir}`
      if (go(sh, candidate, physical) !== undefined) continue
      if (candidate !== dir) yield* sh.p.out(`${sh.cwdName}\n`)
      return 0
    }
  }
  const wrong = go(sh, dir, physical)
  if (wrong !== undefined) return yield* complain(sh, 'cd', sh.dialect === 'sh' ? `can't cd to ${dir}` : `${dir}: ${wrong}`, sh.dialect === 'sh' ? 2 : 1)
  if (show) yield* sh.p.out(`${sh.cwdName}\n`)
  return 0
}
export function pwd(sh: Shell, argv: string[]): Status {
  const { bad, on } = letters(argv, 'LP')
  if (bad !== null) return misuse(sh, 'pwd', bad, 'pwd [-LP]')
  return print(sh, 'pwd', `${on.has('P') ? sh.p.machine.tree.pathOf(sh.p.cwd) : sh.cwdName}\n`)
}

const shortened = (sh: Shell, path: string): string => {
  const home = sh.get('HOME')
  return home !== undefined && home !== '/' && (path === home || path.startsWith(`${home}/`)) ? `~${path.slice(home.length)}` : path
}
function shown(sh: Shell): string { return `${[sh.cwdName, ...sh.dirStack].map(each => shortened(sh, each)).join(' ')}\n` }
export function* pushd(sh: Shell, argv: string[]): Run {
  const quiet = argv[1] === '-n', [dir] = argv.slice(quiet ? 2 : 1)
  if (dir === undefined) {
    const [top] = sh.dirStack
    if (top === undefined) return yield* complain(sh, 'pushd', 'no other directory')
    sh.dirStack[0] = sh.cwdName
    const wrong = go(sh, top, false)
    if (wrong !== undefined) return yield* complain(sh, 'pushd', `${top}: ${wrong}`)
  } else if (/^[+-]\d+$/.test(dir)) {
    const all = [sh.cwdName, ...sh.dirStack], n = Number(dir.slice(1)), at = dir[0] === '+' ? n : all.length - 1 - n
    if (at < 0 || at >= all.length) return yield* complain(sh, 'pushd', `${dir}: directory stack index out of range`)
    const turned = [...all.slice(at), ...all.slice(0, at)]
    const wrong = go(sh, turned[0]!, false)
    if (wrong !== undefined) return yield* complain(sh, 'pushd', `${turned[0]}: ${wrong}`)
    sh.dirStack = turned.slice(1)
  } else if (quiet) sh.dirStack.unshift(dir)
  else {
    const from = sh.cwdName, wrong = go(sh, dir, false)
    if (wrong !== undefined) return yield* complain(sh, 'pushd', `${dir}: ${wrong}`)
    sh.dirStack.unshift(from)
  }
  yield* sh.p.out(shown(sh))
  return 0
}
export function* popd(sh: Shell, argv: string[]): Run {
  const quiet = argv[1] === '-n', [which] = argv.slice(quiet ? 2 : 1)
  if (sh.dirStack.length === 0) return yield* complain(sh, 'popd', 'directory stack empty')
  if (which !== undefined && /^[+-]\d+$/.test(which)) {
    const n = Number(which.slice(1)), at = which[0] === '+' ? n : sh.dirStack.length - n
    if (at < 0 || at > sh.dirStack.length) return yield* complain(sh, 'popd', `${which}: directory stack index out of range`)
    if (at > 0) {
      sh.dirStack.splice(at - 1, 1)
      yield* sh.p.out(shown(sh))
      return 0
    }
  }
  const to = sh.dirStack.shift()!
  if (!quiet) {
    const wrong = go(sh, to, false)
    if (wrong !== undefined) return yield* complain(sh, 'popd', `${to}: ${wrong}`)
  }
  yield* sh.p.out(shown(sh))
  return 0
}
export function dirs(sh: Shell, argv: string[]): Status {
  const all = [sh.cwdName, ...sh.dirStack]
  let lines = false, numbers = false, full = false
  for (const word of argv.slice(1)) {
    if (/^[+-]\d+$/.test(word)) {
      const n = Number(word.slice(1)), one = word[0] === '+' ? all[n] : all[all.length - 1 - n]
      if (one === undefined) return complain(sh, 'dirs', all.length === 1 ? 'directory stack empty' : `${word.slice(1)}: directory stack index out of range`)
      return print(sh, 'dirs', `${full ? one : shortened(sh, one)}\n`)
    }
    if (!/^-[clpv]+$/.test(word)) return misuse(sh, 'dirs', word, 'dirs [-clpv] [+N] [-N]')
    if (word.includes('c')) { sh.dirStack = []; return 0 }
    if (word.includes('l')) full = true
    if (word.includes('p')) lines = true
    if (word.includes('v')) numbers = true
  }
  const texts = all.map(each => full ? each : shortened(sh, each))
  return print(sh, 'dirs', numbers ? texts.map((each, i) => `${String(i).padStart(2)}  ${each}\n`).join('') : lines ? `${texts.join('\n')}\n` : `${texts.join(' ')}\n`)
}

// The process.

export function umask(sh: Shell, argv: string[]): Status {
  const { rest, bad, on } = letters(argv, 'pS')
  if (bad !== null) return misuse(sh, 'umask', bad, 'umask [-p] [-S] [mode]')
  const { p } = sh, [mode] = rest
  const symbolic = (mask: number): string => ['u', 'g', 'o'].map((who, i) => { const m = ~mask >> (6 - 3 * i); return `${who}=${m & 4 ? 'r' : ''}${m & 2 ? 'w' : ''}${m & 1 ? 'x' : ''}` }).join(',')
  if (mode === undefined) {
    const text = on.has('S') ? symbolic(p.umask) : p.umask.toString(8).padStart(4, '0')
    return print(sh, 'umask', `${on.has('p') ? on.has('S') ? 'umask -S ' : 'umask ' : ''}${text}\n`)
  }
  if (/^\d/.test(mode)) {
    if (!/^[0-7]{1,4}$/.test(mode) || parseInt(mode, 8) > 0o777) return complain(sh, 'umask', `${mode}: octal number out of range`)
    p.umask = parseInt(mode, 8)
  } else {
    let allowed = ~p.umask & 0o777
    for (const clause of mode.split(',')) {
      const [all, who, operator, perms] = /^([ugoa]*)([-+=])([rwx]*)$/.exec(clause) ?? []
      if (all === undefined) return complain(sh, 'umask', `\`${clause[0]}': invalid symbolic mode operator`)
      const bits = (perms!.includes('r') ? 4 : 0) | (perms!.includes('w') ? 2 : 0) | (perms!.includes('x') ? 1 : 0)
      for (const [letter, shift] of [['u', 6], ['g', 3], ['o', 0]] as const) {
        if (who !== '' && !who!.includes('a') && !who!.includes(letter)) continue
        allowed = operator === '+' ? allowed | bits << shift : operator === '-' ? allowed & ~(bits << shift) : (allowed & ~(7 << shift)) | bits << shift
      }
    }
    p.umask = ~allowed & 0o777
  }
  return on.has('S') ? print(sh, 'umask', `${symbolic(p.umask)}\n`) : 0
}
const LIMITS: Readonly<Record<string, readonly [string, string]>> = {
  c: ['core file size              (blocks, -c)', '0'], f: ['file size                   (blocks, -f)', 'unlimited'], n: ['open files                          (-n)', '1024'],
  u: ['max user processes                  (-u)', '512'], v: ['virtual memory          (kbytes, -v)', 'unlimited'], s: ['stack size              (kbytes, -s)', '8192'], t: ['cpu time               (seconds, -t)', 'unlimited'],
}
/** Limits of the simulated machine are what they are: they can be asked, and lowering them says that it has no effect. */
export function* ulimit(sh: Shell, argv: string[]): Run {
  const { rest, bad, on, order } = letters(argv, 'SHabcdefiklmnpqrstuvxPRT')
  if (bad !== null) return yield* misuse(sh, 'ulimit', bad, 'ulimit [-SHabcdefiklmnpqrstuvxPRT] [limit]')
  if (on.has('a')) {
    yield* sh.p.out(Object.values(LIMITS).map(([label, value]) => `${label} ${value}\n`).join(''))
    return 0
  }
  const letter = [...order].find(each => each !== 'S' && each !== 'H') ?? 'f'
  if (rest[0] === undefined) {
    yield* sh.p.out(`${LIMITS[letter]?.[1] ?? 'unlimited'}\n`)
    return 0
  }
  if (rest[0] === 'unlimited' || rest[0] === 'hard' || rest[0] === 'soft' || rest[0] === LIMITS[letter]?.[1] || letter === 'c' || letter === 'n') return 0
  yield* sh.p.err(`hotspare: ulimit -${letter} ${rest[0]} is not modelled\n`)
  return 1
}
export function times(sh: Shell, argv: string[]): Status {
  if (argv.length > 1 && argv[1]!.startsWith('-')) return misuse(sh, 'times', argv[1]!.slice(0, 2), 'times')
  const own = sh.p.cpu / 1e6, text = `${Math.floor(own / 60)}m${(own % 60).toFixed(3)}s`
  return print(sh, 'times', `${text} 0m0.000s\n0m0.000s 0m0.000s\n`)
}
