/**
 * Starting shells: the programs bash and sh with their options, and `startScript` for whoever drives a machine from outside.
 *
 * A shell takes its variables from the environment of its process. A script that comes through standard input is read line by line, so that commands
 * in it can read what follows them. Source: bash(1) 5.2, INVOCATION; dash(1).
 */
import { defineCommand, type Command } from '../kernel/command.ts'
import { failed } from '../kernel/errno.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Machine } from '../kernel/machine.ts'
import { SessionFile, type OpenFile } from '../kernel/open-file.ts'
import type { Process } from '../kernel/process.ts'
import type { Directory } from '../kernel/tree.ts'
import type { Run } from '../kernel/wait.ts'
import { parseScript } from '../syntax/parse.ts'
import { BASH_NAMES, DASH_NAMES } from './builtins/table.ts'
import { LETTERS, SET_OPTIONS, SHOPT_OPTIONS, type SetOption, type ShoptOption } from './options.ts'
import { readUpTo } from './read.ts'
import { interpreter, runUnits } from './run/interpreter.ts'
import { guarded } from './run/life.ts'
import { Shell } from './state.ts'
import { exitTrap } from './traps.ts'
import { EXPORT } from './variables.ts'

/** What somebody has who logs in as root. */
export const LOGIN_ENVIRONMENT: ReadonlyMap<string, string> = new Map([['HOME', '/root'], ['LANG', 'C'], ['LOGNAME', 'root'], ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
  ['PWD', '/root'], ['SHELL', '/bin/bash'], ['USER', 'root']])

interface Invocation { readonly command: string | null; readonly file: string | null; readonly args: readonly string[]; readonly stdin: boolean; readonly set: readonly (readonly [SetOption, boolean])[]; readonly shopt: readonly (readonly [string, boolean])[]; readonly login: boolean }

/** The shell of a process, with what the environment gives it. */
export function shellOf(p: Process, dialect: 'bash' | 'sh'): Shell {
  const sh = new Shell(p, interpreter)
  sh.dialect = dialect
  sh.builtinNames = dialect === 'sh' ? DASH_NAMES : BASH_NAMES
  for (const [name, value] of p.env) {
    const f = /^BASH_FUNC_(.+)%%$/.exec(name)?.[1]
    if (f !== undefined) imported(sh, f, value)
    else if (/^[A-Za-z_]\w*$/.test(name) && name !== 'SHELLOPTS' && name !== 'BASHOPTS' && name !== '_') {
      const v = sh.vars.ensureGlobal(name)
      v.flags |= EXPORT
      v.value = value
    }
  }
  const variable = (name: string, value: string, flags = 0): void => {
    const v = sh.vars.ensureGlobal(name)
    v.value = value
    v.flags |= flags
  }
  variable('IFS', ' \t\n')
  variable('OPTIND', '1')
  if (sh.vars.find('PATH') === undefined) variable('PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin')
  if (sh.vars.find('PS4') === undefined) variable('PS4', '+ ')
  if (dialect === 'sh') for (const letter of 'hB') sh.ownOptions().put(LETTERS.get(letter)!, false)
  const inherited = sh.get('PWD'), here = p.machine.tree.pathOf(p.cwd), named = inherited === undefined ? undefined : p.find(inherited)
  sh.cwdName = named !== undefined && !failed(named) && named === p.cwd && inherited!.startsWith('/') ? inherited! : here
  variable('PWD', sh.cwdName, EXPORT)
  if (dialect === 'bash') {
    const level = Number(sh.get('SHLVL') ?? 0)
    variable('SHLVL', String((Number.isInteger(level) ? level : 0) + 1), EXPORT)
  }
  sh.lastArgument = p.env.get('_') ?? p.argv[0] ?? ''
  sh.vars.exports++
  return sh
}
function imported(sh: Shell, name: string, text: string): void {
  const command = parseScript(`${name} ${text}`).units[0]?.list[0]?.pipelines[0]?.commands[0]
  if (command?.kind === 'function') sh.ownFunctions().set(name, { name, body: command.body, text: command.text, file: 'environment', line: command.line, exported: true })
}

const USAGE = `Usage:\tbash [GNU long option] [option] ...\n\tbash [GNU long option] [option] script-file ...\n`
/** The options of an invocation; a text if it is not one. */
function invocation(argv: readonly string[], dialect: 'bash' | 'sh'): Invocation | string {
  const set: [SetOption, boolean][] = [], shopt: [string, boolean][] = []
  let command = false, stdin = false, login = false, i = 1
  for (; i < argv.length; i++) {
    const word = argv[i]!
    if (word === '--' || word === '-') { i++; break }
    if (word.startsWith('--')) {
      if (word === '--posix') set.push(['posix', true])
      else if (word === '--login') login = true
      else if (word === '--verbose') set.push(['verbose', true])
      else if (word === '--rcfile' || word === '--init-file') i++
      else if (!['--norc', '--noprofile', '--noediting', '--restricted'].includes(word)) return `${argv[0]}: ${word}: invalid option\n${USAGE}`
      continue
    }
    if (!/^[-+]./.test(word)) break
    const on = word[0] === '-'
    for (const letter of word.slice(1)) {
      if (letter === 'c') command = true
      else if (letter === 's') stdin = true
      else if (letter === 'l') login = true
      else if (letter === 'i' || letter === 'r') continue
      else if (letter === 'o' || letter === 'O') {
        const name = argv[++i]
        const known: readonly string[] = letter === 'o' ? SET_OPTIONS : SHOPT_OPTIONS
        if (name === undefined || !known.includes(name)) return dialect === 'sh' ? `${argv[0]}: 0: Illegal option -o ${name ?? ''}\n` : `${argv[0]}: ${name ?? ''}: invalid ${letter === 'o' ? '' : 'shell '}option name\n`
        if (letter === 'o') set.push([name as SetOption, on])
        else shopt.push([name, on])
      } else {
        const option = LETTERS.get(letter)
        if (option === undefined) return dialect === 'sh' ? `${argv[0]}: 0: Illegal option -${letter}\n` : `${argv[0]}: -${letter}: invalid option\n${USAGE}`
        set.push([option, on])
      }
    }
  }
  const rest = argv.slice(i)
  if (command) return rest.length === 0 ? dialect === 'sh' ? `${argv[0]}: 0: -c requires an argument\n` : `${argv[0]}: -c: option requires an argument\n` : { command: rest[0]!, file: null, args: rest.slice(1), stdin: false, set, shopt, login }
  return stdin || rest.length === 0 ? { command: null, file: null, args: rest, stdin: true, set, shopt, login } : { command: null, file: rest[0]!, args: rest.slice(1), stdin: false, set, shopt, login }
}

function* main(p: Process, dialect: 'bash' | 'sh'): Run {
  if (dialect === 'bash' && p.argv[1] === '--version') {
    yield* p.out('GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\n')
    return 0
  }
  const how = invocation(p.argv, dialect)
  if (typeof how === 'string') {
    yield* p.err(how)
    return 2
  }
  const sh = shellOf(p, dialect)
  for (const [name, on] of how.set) sh.ownOptions().put(name, on)
  for (const [name, on] of how.shopt) sh.ownOptions().put(name as ShoptOption, on)
  if (how.command !== null) {
    sh.origin = 'c'
    sh.arg0 = how.args[0] ?? p.argv[0]!
    sh.positionals = how.args.slice(1)
    sh.fromString = true
    return yield* conducted(sh, () => runUnits(sh, parseScript(how.command!, { dialect }), { last: true, name: dialect === 'sh' ? '' : '-c', top: true, text: how.command! }))
  }
  sh.positionals = how.args
  if (how.file === null) {
    sh.arg0 = p.argv[0]!
    sh.origin = 's'
    return yield* conducted(sh, () => fromInput(sh))
  }
  const text = yield* scriptText(sh, how.file)
  return typeof text === 'number' ? text : yield* runText(sh, how.file, text)
}
function runText(sh: Shell, file: string, text: string): Run {
  sh.arg0 = sh.file = sh.mainFile = file
  return conducted(sh, () => runUnits(sh, parseScript(text, { dialect: sh.dialect }), { top: true, text }))
}
/** The text of a script file, or the status with which the shell ends. */
function* scriptText(sh: Shell, file: string): Run<string | number> {
  const { p } = sh, name = p.argv[0]!
  let path = file, node = p.find(path)
  if (failed(node) && !file.includes('/') && sh.dialect === 'bash')
    for (const dir of (sh.get('PATH') ?? '').split(':')) if (failed(node)) { path = `${dir}/${file}`; node = p.find(path) }
  const why = failed(node) ? node.text : node.kind === 'directory' ? 'Is a directory' : null
  if (why !== null) {
    yield* p.err(sh.dialect === 'sh' ? `${name}: 0: cannot open ${file}: ${failed(node) ? 'No such file' : why}\n` : why === 'Is a directory' ? `${file}: ${file}: ${why}\n` : `${name}: ${file}: ${why}\n`)
    return failed(node) ? sh.dialect === 'sh' ? 2 : 127 : 126
  }
  const text = yield* p.readFile(path)
  if (failed(text)) {
    yield* p.err(`${name}: ${file}: ${text.text}\n`)
    return 126
  }
  const head = text.slice(0, 80).split('\n')[0]!
  if (head.includes('\0')) {
    yield* p.err(`${file}: ${file}: cannot execute binary file\n`)
    return 126
  }
  return text
}
/** Line by line: what a line does not use is still there for the commands in it. */
function* fromInput(sh: Shell): Run {
  let text = '', line = 1
  for (;;) {
    const more = yield* readUpTo(sh.p, 0, '\n')
    if (failed(more)) return sh.status
    text += more
    if (more === '' && text === '') return sh.status
    const script = parseScript(text, { firstLine: line, dialect: sh.dialect })
    if (more !== '' && (script.fault !== null && isUnfinished(script.fault.messages) || wantsMore(text, script.units))) continue
    yield* runUnits(sh, script, { top: true, text })
    if (sh.unwind !== '' || script.fault !== null || more === '') return sh.status
    line += text.split('\n').length - 1
    text = ''
  }
}
export const isUnfinished = (messages: readonly string[]): boolean => messages.some(each => /unexpected end of file|unexpected EOF|end of file unexpected|Unterminated/i.test(each))
export const wantsMore = (text: string, units: readonly { readonly warnings: readonly unknown[] }[]): boolean => units.some(unit => unit.warnings.length > 0) || /(^|[^\\])(\\\\)*\\\n$/.test(text)

/** From the first command to the EXIT trap. */
export function* conducted(sh: Shell, body: () => Run): Run {
  sh.status = yield* guarded(sh, body)
  yield* exitTrap(sh)
  return sh.status
}

export const bash: Command = defineCommand({ name: 'bash', run: p => main(p, 'bash') })
/** Debian's sh is dash. */
export const sh: Command = defineCommand({ name: 'sh', run: p => main(p, 'sh') })
export const dash: Command = defineCommand({ name: 'dash', run: p => main(p, 'sh') })
export const SHELLS: readonly Command[] = [bash, sh, dash]

export interface ScriptStart {
  /** Its text, which need not be a file of the machine; or a `path` there. */
  readonly text?: string
  readonly path?: string
  /** What messages call it: `$0`. */
  readonly name?: string
  readonly args?: readonly string[]
  readonly env?: ReadonlyMap<string, string>
  readonly cwd?: Directory
  readonly stdin?: OpenFile | string
  readonly stdout?: OpenFile | ((bytes: string, pid: number) => void)
  readonly stderr?: OpenFile | ((bytes: string, pid: number) => void)
}
/** A script of a session of its own; it runs as its kernel does. `#!/bin/sh` asks for dash. */
export function startScript(kernel: Kernel, machine: Machine, { text, path, name, args = [], env = LOGIN_ENVIRONMENT, cwd, stdin, stdout, stderr }: ScriptStart): Process {
  const file = name ?? path ?? 'script', home = machine.tree.find(env.get('HOME') ?? '/', machine.tree.root)
  const fds = new Map<number, OpenFile>([[0, inputOf(stdin)], [1, outputOf(stdout)], [2, outputOf(stderr)]])
  return kernel.spawn(machine, p => started(p, file, text ?? null, path ?? file), {
    argv: ['bash', file, ...args], env, cwd: cwd ?? (!failed(home) && home.kind === 'directory' ? home : machine.tree.root), fds,
  })
}
function* started(p: Process, name: string, given: string | null, path: string): Run {
  const text = given ?? (yield* p.readFile(path))
  if (failed(text)) {
    yield* p.err(`bash: ${path}: ${text.text}\n`)
    return 127
  }
  const sh = shellOf(p, /^#![ \t]*\/(?:usr\/)?bin\/(?:env[ \t]+)?(?:sh|dash)\b/.test(text) ? 'sh' : 'bash')
  sh.positionals = p.argv.slice(2)
  for (const letter of /^#![ \t]*\S+[ \t]+-([a-z]+)[ \t]*\n/.exec(text)?.[1] ?? '') {
    const option = LETTERS.get(letter)
    if (option !== undefined) sh.ownOptions().put(option, true)
  }
  return yield* runText(sh, name, text)
}
function inputOf(given: OpenFile | string | undefined): OpenFile {
  if (typeof given === 'object') return given
  let rest = given ?? ''
  return new SessionFile({ read(max) { const data = rest.slice(0, max); rest = rest.slice(max); return data } })
}
function outputOf(given: OpenFile | ((bytes: string, pid: number) => void) | undefined): OpenFile {
  if (typeof given === 'object') return given
  return new SessionFile({ write: (bytes, p) => given?.(bytes, p.pid) })
}
