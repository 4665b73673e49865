/**
 * What names mean: type command -v hash alias unalias enable builtin caller help, and what a script does not need and this shell does not have.
 * Source: bash(1) 5.2, SHELL BUILTIN COMMANDS.
 */
import { failed } from '../../kernel/errno.ts'
import type { Run } from '../../kernel/wait.ts'
import { locate } from '../run/external.ts'
import type { Shell, Status } from '../state.ts'
import { functionText } from '../unparse.ts'
import { dashQuoted, singleQuoted } from '../values.ts'
import { complain, letters, misuse, print, usage } from './common.ts'

const KEYWORDS: ReadonlySet<string> = new Set(['if', 'then', 'else', 'elif', 'fi', 'case', 'esac', 'for', 'select', 'while', 'until', 'do', 'done', 'in', 'function', 'time', '{', '}', '!', '[[', ']]', 'coproc'])
export const SPECIAL: ReadonlySet<string> = new Set([':', '.', 'source', 'break', 'continue', 'eval', 'exec', 'exit', 'export', 'readonly', 'return', 'set', 'shift', 'times', 'trap', 'unset'])

function all(sh: Shell, name: string): string[] {
  if (name.includes('/')) {
    const node = sh.p.find(name)
    return !failed(node) && node.kind !== 'directory' && (node.mode & 0o111) !== 0 ? [name] : []
  }
  const found: string[] = []
  for (const dir of (sh.get('PATH') ?? '').split(':')) {
    const file = `${dir === '' ? '.' : dir}/${name}`, node = sh.p.find(file)
    if (!failed(node) && node.kind !== 'directory' && (node.mode & 0o111) !== 0) found.push(file)
  }
  return found
}
interface Meaning { readonly kind: 'alias' | 'keyword' | 'function' | 'builtin' | 'file'; readonly short: string; readonly long: string }
function* meanings(sh: Shell, name: string, how: { functions: boolean; every: boolean; paths: boolean }): Generator<Meaning> {
  if (!how.paths) {
    const alias = sh.aliases.get(name)
    if (alias !== undefined) yield { kind: 'alias', short: `alias ${name}=${singleQuoted(alias)}`, long: sh.dialect === 'sh' ? `${name} is an alias for ${alias}` : `${name} is aliased to \`${alias}'` }
    if (KEYWORDS.has(name)) yield { kind: 'keyword', short: name, long: `${name} is a shell keyword` }
    const f = sh.functions.get(name)
    if (f !== undefined && how.functions) yield { kind: 'function', short: name, long: sh.dialect === 'sh' ? `${name} is a shell function` : `${name} is a function\n${functionText(f.name, f.body)}` }
    if (sh.builtinNames.has(name) && !sh.disabled.has(name)) yield { kind: 'builtin', short: name, long: `${name} is a ${sh.options.posix && SPECIAL.has(name) ? 'special ' : ''}shell builtin` }
  }
  if (!how.every && sh.hashed.has(name)) {
    const { path } = sh.hashed.get(name)!
    yield { kind: 'file', short: path, long: `${name} is hashed (${path})` }
    return
  }
  for (const path of all(sh, name)) yield { kind: 'file', short: path, long: `${name} is ${path}` }
}
export function* describe(sh: Shell, caller: string, names: readonly string[], style: 'short' | 'long'): Run {
  let status = 0
  for (const name of names) {
    const meaning = meanings(sh, name, { functions: true, every: false, paths: false }).next().value as Meaning | undefined
    if (meaning !== undefined) yield* sh.p.out(`${style === 'short' ? meaning.short : meaning.long}\n`)
    else {
      status = sh.dialect === 'sh' ? 127 : 1
      if (style === 'long') yield* sh.complain(`${caller}: ${name}: not found`)
    }
  }
  return status
}
export function* type(sh: Shell, argv: string[]): Run {
  const { rest, bad, on } = letters(argv, 'afptP')
  if (bad !== null) return yield* misuse(sh, 'type', bad, 'type [-afptP] name [name ...]')
  let status = 0
  for (const name of rest) {
    const found = [...meanings(sh, name, { functions: !on.has('f'), every: on.has('a'), paths: on.has('P') })]
    const chosen = on.has('a') ? found : found.slice(0, 1)
    if (chosen.length === 0) {
      status = sh.dialect === 'sh' ? 127 : 1
      if (sh.dialect === 'sh') yield* sh.p.out(`${name}: not found\n`)
      else if (!on.has('t') && !on.has('p') && !on.has('P')) yield* sh.complain(`type: ${name}: not found`)
    }
    for (const meaning of chosen) {
      if (on.has('t')) yield* sh.p.out(`${meaning.kind}\n`)
      else if (on.has('p') || on.has('P')) { if (meaning.kind === 'file') yield* sh.p.out(`${meaning.short}\n`) } else yield* sh.p.out(`${meaning.long}\n`)
    }
  }
  return status
}
export function* hash(sh: Shell, argv: string[]): Run {
  const { rest, bad, on } = letters(argv, 'lrp:dt')
  if (bad !== null) return yield* misuse(sh, 'hash', bad, 'hash [-lr] [-p pathname] [-dt] [name ...]')
  if (on.has('r')) sh.hashed.clear()
  const path = on.get('p')
  if (rest.length === 0 && argv.length === 1) {
    if (sh.hashed.size === 0) yield* sh.p.out('hash: hash table empty\n')
    else yield* sh.p.out(`hits\tcommand\n${[...sh.hashed.values()].map(each => `${String(each.hits).padStart(4)}\t${each.path}\n`).join('')}`)
    return 0
  }
  let status = 0
  for (const name of rest) {
    if (path !== undefined) sh.hashed.set(name, { path, hits: 0 })
    else if (on.has('d')) sh.hashed.delete(name)
    else if (on.has('t') && sh.hashed.has(name)) yield* sh.p.out(`${sh.hashed.get(name)!.path}\n`)
    else if (sh.builtinNames.has(name) || sh.functions.has(name)) continue
    else if (failed(locate(sh, name))) {
      yield* sh.complain(`hash: ${name}: not found`)
      status = 1
    } else if (sh.hashed.has(name)) sh.hashed.set(name, { path: sh.hashed.get(name)!.path, hits: 0 })
  }
  return status
}
export function* alias(sh: Shell, argv: string[]): Run {
  const words = argv.slice(1).filter(each => each !== '-p')
  const shown = (name: string): string => sh.dialect === 'sh' ? `${name}=${dashQuoted(sh.aliases.get(name)!)}\n` : `alias ${name}=${singleQuoted(sh.aliases.get(name)!)}\n`
  let status = 0
  if (words.length === 0) yield* sh.p.out([...sh.aliases.keys()].sort().map(shown).join(''))
  for (const word of words) {
    const at = word.indexOf('=')
    if (at > 0) sh.aliases.set(word.slice(0, at), word.slice(at + 1))
    else if (sh.aliases.has(word)) yield* sh.p.out(shown(word))
    else {
      yield* sh.dialect === 'sh' ? sh.p.write(2, `alias: ${word} not found\n`) : sh.complain(`alias: ${word}: not found`)
      status = 1
    }
  }
  return status
}
export function* unalias(sh: Shell, argv: string[]): Run {
  const { rest, bad, on } = letters(argv, 'a')
  if (bad !== null || (rest.length === 0 && !on.has('a'))) return yield* usage(sh, 'unalias', 'unalias [-a] name [name ...]')
  if (on.has('a')) sh.aliases.clear()
  let status = 0
  for (const name of rest)
    if (!sh.aliases.delete(name)) {
      yield* sh.dialect === 'sh' ? sh.p.write(2, `unalias: ${name} not found\n`) : sh.complain(`unalias: ${name}: not found`)
      status = 1
    }
  return status
}
export function* enable(sh: Shell, argv: string[]): Run {
  const { rest, bad, on } = letters(argv, 'adnps')
  if (bad !== null) return yield* misuse(sh, 'enable', bad, 'enable [-a] [-dnps] [-f filename] [name ...]')
  if (rest.length === 0) {
    const names = [...sh.builtinNames].sort().filter(name => on.has('a') || sh.disabled.has(name) === on.has('n'))
    yield* sh.p.out(names.map(name => `enable ${sh.disabled.has(name) ? '-n ' : ''}${name}\n`).join(''))
    return 0
  }
  let status = 0
  for (const name of rest) {
    if (!sh.builtinNames.has(name)) {
      yield* sh.complain(`enable: ${name}: not a shell builtin`)
      status = 1
    } else if (on.has('n')) sh.disabled.add(name)
    else sh.disabled.delete(name)
  }
  return status
}
export function builtin(sh: Shell, argv: string[]): Status {
  const words = argv.slice(argv[1] === '--' ? 2 : 1)
  if (words.length === 0) return 0
  if (!sh.builtinNames.has(words[0]!)) return complain(sh, 'builtin', `${words[0]}: not a shell builtin`)
  return sh.interpreter.runWords(sh, words, { functions: false, builtins: true })
}
export function caller(sh: Shell, argv: string[]): Status {
  if (argv[1] !== undefined && !/^\d+$/.test(argv[1])) return badCaller(sh, argv[1])
  if (argv[1] === undefined && sh.frames.length === 0) return print(sh, 'caller', '0 NULL\n')
  const n = Number(argv[1] ?? 0), frames = [...sh.frames].reverse(), frame = frames[n]
  if (frame === undefined) return 1
  if (argv[1] === undefined) return print(sh, 'caller', `${frame.line} ${frame.callerFile || 'NULL'}\n`)
  return print(sh, 'caller', `${frame.line} ${frames[n + 1]?.name ?? 'main'} ${frame.callerFile || 'NULL'}\n`)
}
function* badCaller(sh: Shell, text: string): Run {
  yield* sh.complain(`caller: ${text}: invalid number`)
  return yield* usage(sh, 'caller', 'caller [expr]')
}
/** Of a shell that talks to a person. */
export function notModelled(sh: Shell, argv: string[]): Run {
  return (function* () {
    yield* sh.p.err(`hotspare: the builtin ${argv[0]} is not modelled\n`)
    return 1
  })()
}
export const logout = (sh: Shell): Status => complain(sh, 'logout', "not login shell: use `exit'")
export const help = (sh: Shell, argv: string[]): Status => argv[1] !== undefined && !sh.builtinNames.has(argv[1])
  ? complain(sh, 'help', `no help topics match \`${argv[1]}'.  Try \`help help' or \`man -k ${argv[1]}' or \`info ${argv[1]}'.`) : print(sh, 'help', argv[1] === undefined ? `GNU bash, version 5.2.15(1)-release\n${[...sh.builtinNames].sort().join(' ')}\n` : `${argv[1]}: a shell builtin\n`)
