/**
 * declare typeset local export readonly unset: attributes and scopes of variables, and how they are listed. Source: bash(1) 5.2, SHELL BUILTIN COMMANDS.
 */
import type { Run } from '../../kernel/wait.ts'
import { ArithmeticFault } from '../../syntax/arithmetic.ts'
import { ExpansionFault } from '../expand/scope.ts'
import { expandText } from '../expand/words.ts'
import { declared, entriesOf, isWord, keyOf, setArray, trace } from '../run/assign.ts'
import type { Shell, Status } from '../state.ts'
import { functionText } from '../unparse.ts'
import { dashQuoted, doubleQuoted, isName, quotedIfNeeded, singleQuoted } from '../values.ts'
import { ARRAY, ASSOC, attributesOf, CAPITAL, EXPORT, INDEXED, INTEGER, isSet, LOWER, NAMEREF, READONLY, scalarOf, TRACED, UPPER, type Variable } from '../variables.ts'
import { complain, misuse, print, type Argument } from './common.ts'

const FLAGS: Readonly<Record<string, number>> = { a: INDEXED, A: ASSOC, i: INTEGER, l: LOWER, n: NAMEREF, r: READONLY, t: TRACED, u: UPPER, x: EXPORT, c: CAPITAL }
const USAGE: Readonly<Record<string, string>> = {
  declare: 'declare [-aAfFgiIlnrtux] [name[=value] ...] or declare -p [-aAfFilnrtux] [name ...]', typeset: 'typeset [-aAfFgiIlnrtux] name[=value] ... or typeset -p [-aAfFilnrtux] [name ...]',
  local: 'local [option] name[=value] ...', export: 'export [-fn] [name[=value] ...] or export -p', readonly: 'readonly [-aAf] [name[=value] ...] or readonly -p',
}
const ALLOWED: Readonly<Record<string, string>> = { declare: 'aAfFgiIlnprtux', typeset: 'aAfFgiIlnprtux', local: 'aAfFgiIlnprtux', export: 'fnp', readonly: 'aAfp' }

export function* declare(sh: Shell, argv: string[]): Run {
  const name = argv[0]!, args = argv.slice(1) as Argument[]
  let on = 0, off = 0, print_ = false, functions = false, names = false, global = false, inherit = false, i = 0
  for (; i < args.length; i++) {
    const word = args[i]!
    if (typeof word !== 'string' || !/^[-+]./.test(word)) break
    if (word === '--') { i++; break }
    for (const letter of word.slice(1)) {
      if (!ALLOWED[name]!.includes(letter)) return yield* misuse(sh, name, `${word[0]}${letter}`, USAGE[name]!)
      if (name === 'export' && letter === 'n') { off |= EXPORT; continue }
      if (letter === 'p') print_ = true
      else if (letter === 'f') functions = true
      else if (letter === 'F') functions = names = true
      else if (letter === 'g') global = true
      else if (letter === 'I') inherit = true
      else if (word[0] === '-') on |= FLAGS[letter]!
      else off |= FLAGS[letter]!
    }
  }
  const rest = args.slice(i)
  if (name === 'export' && (off & EXPORT) === 0) on |= EXPORT
  if (name === 'readonly') on |= READONLY
  if (name === 'local' && !sh.vars.inFunction) return yield* complain(sh, 'local', 'can only be used in a function')
  if (functions) return yield* functionsOf(sh, name, rest, { names, on, off })
  if (rest.length === 0) return yield* listing(sh, name, on, print_)
  if (print_ && name !== 'export' && name !== 'readonly') return yield* printed(sh, name, rest)
  const how = { name, on, off, local: name === 'local' || (name !== 'export' && name !== 'readonly' && !global && sh.vars.inFunction), global, inherit: inherit || sh.options.localvar_inherit }
  let status = 0
  for (const arg of rest) {
    try {
      if (!(yield* one(sh, arg, how))) status = 1
    } catch (fault) {
      if (fault instanceof ArithmeticFault) throw new ExpansionFault(`${name}: ${fault.message}`, { fatal: false })
      if (!(fault instanceof ExpansionFault) || fault.fatal || !/readonly variable$/.test(fault.message)) throw fault
      yield* sh.complain(name === 'export' || name === 'readonly' ? fault.message : `${name}: ${fault.message}`)
      status = 1
    }
  }
  return status
}

interface How { readonly name: string; readonly on: number; readonly off: number; readonly local: boolean; readonly global: boolean; readonly inherit: boolean }
function* one(sh: Shell, arg: Argument, how: How): Run<boolean> {
  const { on, off } = how
  const [, text, bracket, plus, value] = (typeof arg === 'string' ? /^([^=[+]*)(\[.*?\])?(?:(\+?)=(.*))?$/s.exec(arg) ?? ['', arg] : ['', arg.assignment.name]) as (string | undefined)[]
  if (!isName(text!)) {
    const shown = typeof arg === 'string' ? arg : arg.shown
    return yield* not(complain(sh, how.name, `\`${shown}': not a valid identifier`))
  }
  const name = how.local || (on & NAMEREF) !== 0 ? text! : sh.resolved(text!)
  if (how.local && name === '-') return true
  const before = sh.vars.find(name), fresh = how.local && sh.vars.local(name) === undefined
  if (fresh && before !== undefined && (before.flags & READONLY) !== 0 && sh.vars.globals.get(name) === before) return yield* not(complain(sh, how.name, `${name}: readonly variable`))
  // What it is given is expanded before there is a new variable of that name: `local x=$x`.
  const gives = typeof arg === 'string' ? value : undefined
  const scalar = typeof arg !== 'string' && isWord(arg.assignment.value) ? yield* expandText(sh, arg.assignment.value) : gives
  const elements = typeof arg !== 'string' && !isWord(arg.assignment.value) ? arg.assignment.value : null
  const entries = elements === null ? null : yield* entriesOf(sh, elements, (on & ASSOC) !== 0 || (!fresh && ((before?.flags ?? 0) & ASSOC) !== 0), name)
  const v = how.local ? sh.vars.ensureLocal(name) : how.global ? sh.vars.ensureGlobal(name) : sh.vars.ensure(name)
  if (fresh && how.inherit && before !== undefined) Object.assign(v, { flags: before.flags & ~NAMEREF, value: before.value, indexed: before.indexed?.copy() ?? null, assoc: before.assoc && new Map(before.assoc) })
  if (fresh && before !== undefined && before.owner !== v.owner && (before.flags & EXPORT) !== 0 && scalar === undefined && entries === null && v.value === undefined) v.flags |= EXPORT
  if ((v.flags & READONLY) !== 0 && ((off & READONLY) !== 0 || scalar !== undefined || entries !== null)) return yield* not(how.name === 'export' || how.name === 'readonly' ? sh.fail(`${name}: readonly variable`) : complain(sh, how.name, `${name}: readonly variable`))
  if ((on & ASSOC) !== 0 && (v.flags & INDEXED) !== 0) return yield* not(complain(sh, how.name, `${name}: cannot convert indexed to associative array`))
  if ((on & INDEXED) !== 0 && (v.flags & ASSOC) !== 0) return yield* not(complain(sh, how.name, `${name}: cannot convert associative to indexed array`))
  if ((off & ARRAY & v.flags) !== 0) return yield* not(complain(sh, how.name, `${name}: cannot destroy array variables in this way`))
  if ((on & INDEXED) !== 0 && (v.flags & INDEXED) === 0) sh.makeIndexed(v)
  if ((on & ASSOC) !== 0 && (v.flags & ASSOC) === 0) {
    v.flags |= ASSOC
    if (v.value !== undefined) v.assoc = new Map([['0', v.value]])
    v.value = undefined
  }
  if ((on & (UPPER | LOWER | CAPITAL)) !== 0) v.flags &= ~(UPPER | LOWER | CAPITAL)
  v.flags = (v.flags | (on & ~READONLY & ~ARRAY)) & ~off
  if (((on | off) & EXPORT) !== 0) sh.vars.exports++
  const append = typeof arg === 'string' ? plus === '+' : arg.assignment.append
  if (entries !== null) setArray(sh, name, v, entries, append)
  else if (scalar !== undefined) {
    if ((on & NAMEREF) !== 0) {
      if (!/^[A-Za-z_]\w*(\[.*\])?$/s.test(scalar)) { v.flags &= ~NAMEREF; return yield* not(complain(sh, how.name, `\`${scalar}': invalid variable name for name reference`)) }
      v.value = scalar
    } else if (typeof arg !== 'string' && arg.assignment.subscript !== null) sh.assignElement(name, yield* keyOf(sh, name, arg.assignment.subscript), scalar, append)
    else if (bracket !== undefined) sh.assignElement(name, (v.flags & ASSOC) !== 0 ? bracket.slice(1, -1) : Number(sh.integer(bracket.slice(1, -1))), scalar, append)
    else sh.write(v, scalar, append, name)
  }
  if (sh.options.xtrace && (how.name === 'export' || how.name === 'readonly') && (scalar !== undefined || entries !== null)) yield* trace(sh, `${name}=${scalar !== undefined ? quotedIfNeeded(scalar) : typeof arg === 'string' ? '' : arg.assignment.text.replace(/^[^=]*=/, '')}`)
  if ((on & READONLY) !== 0) v.flags |= READONLY
  return true
}
function* not(run: Run): Run<boolean> { yield* run; return false }

// Listings.

function line(sh: Shell, name: string, v: Variable, command: string): string {
  if (sh.dialect === 'sh') return `${command} ${name}${v.value === undefined ? '' : `=${dashQuoted(v.value)}`}\n`
  return `${declared(name, attributesOf(v), v, sh.keys(name))}\n`
}
const sorted = (sh: Shell): [string, Variable][] => [...sh.vars.visible()].sort(([a], [b]) => a < b ? -1 : 1)
function* listing(sh: Shell, name: string, on: number, print_: boolean): Run {
  if (name === 'local') {
    const own = sh.vars.scopes[sh.vars.scopes.length - 1]
    yield* sh.p.out([...own ?? []].sort(([a], [b]) => a < b ? -1 : 1).map(([each, v]) => plainLine(sh, each, v)).join(''))
    return 0
  }
  if (name === 'declare' || name === 'typeset') {
    if (on === 0 && !print_) { yield* sh.p.out(listed(sh)); return 0 }
  }
  yield* sh.p.out(sorted(sh).filter(([, v]) => on === 0 || (v.flags & on) === on).map(([each, v]) => line(sh, each, v, name)).join(''))
  return 0
}
function* printed(sh: Shell, name: string, names: readonly Argument[]): Run {
  let status = 0
  for (const arg of names) {
    const each = typeof arg === 'string' ? arg : arg.shown, v = sh.vars.find(each)
    if (v !== undefined) yield* sh.p.out(line(sh, each, v, name))
    else if (sh.kind(each) === 'indexed') yield* sh.p.out(`declare -a ${each}=(${sh.values(each).map((value, i) => `[${i}]=${doubleQuoted(value)}`).join(' ')})\n`)
    else if (sh.get(each) !== undefined) yield* sh.p.out(`declare -${['UID', 'EUID', 'PPID'].includes(each) ? 'ir' : '-'} ${each}=${doubleQuoted(sh.get(each)!)}\n`)
    else {
      yield* sh.complain(`${name}: ${each}: not found`)
      status = 1
    }
  }
  return status
}
function plainLine(sh: Shell, name: string, v: Variable): string {
  if (!isSet(v)) return ''
  return (v.flags & ARRAY) !== 0 ? `${declared(name, '', v, sh.keys(name)).replace(/^declare -- /, '')}\n` : `${name}=${quotedIfNeeded(scalarOf(v)!)}\n`
}
/** All variables and functions, as `set` shows them. */
export function listed(sh: Shell): string {
  return sorted(sh).map(([name, v]) => plainLine(sh, name, v)).join('') + [...sh.functions.values()].map(f => `${functionText(f.name, f.body)}\n`).join('')
}
function* functionsOf(sh: Shell, name: string, names: readonly Argument[], how: { names: boolean; on: number; off: number }): Run {
  if (names.length === 0) {
    const all = [...sh.functions.values()].sort((a, b) => a.name < b.name ? -1 : 1)
    yield* sh.p.out(all.map(f => how.names ? `declare -f ${f.name}\n` : `${functionText(f.name, f.body)}\n`).join(''))
    return 0
  }
  let status = 0
  for (const each of names) {
    const f = sh.functions.get(each as string)
    if (f === undefined) {
      if (name === 'export' || name === 'readonly') yield* sh.complain(`${name}: ${each}: not a function`)
      status = 1
    } else if (name === 'export') {
      sh.ownFunctions().set(f.name, { ...f, exported: (how.off & EXPORT) === 0 })
      sh.vars.exports++
    } else if (name === 'readonly' || (how.on & READONLY) !== 0) sh.readonlyFunctions.add(f.name)
    else yield* sh.p.out(how.names ? `${f.name}\n` : `${functionText(f.name, f.body)}\n`)
  }
  return status
}

export function* unset(sh: Shell, argv: string[]): Run {
  let functions = false, variables = false, reference = false, i = 1, status = 0
  for (; i < argv.length && /^-./.test(argv[i]!); i++) {
    if (argv[i] === '--') { i++; break }
    for (const letter of argv[i]!.slice(1)) {
      if (letter === 'f') functions = true
      else if (letter === 'v') variables = true
      else if (letter === 'n') reference = true
      else return yield* misuse(sh, 'unset', `-${letter}`, 'unset [-f] [-v] [-n] [name ...]')
    }
  }
  for (const word of argv.slice(i)) {
    if (functions) {
      if (sh.readonlyFunctions.has(word)) { yield* sh.complain(`unset: ${word}: cannot unset: readonly function`); status = 1 } else if (sh.ownFunctions().delete(word)) sh.vars.exports++
      continue
    }
    const [, array, key] = /^([A-Za-z_]\w*)\[(.*)\]$/s.exec(word) ?? [], name = reference ? word : sh.resolved(array ?? word)
    if (!isName(name)) {
      if (sh.ownFunctions().delete(word)) continue
      if (variables) { yield* sh.complain(`unset: \`${word}': not a valid identifier`); status = 1 }
      continue
    }
    const v = sh.vars.find(name)
    if (v !== undefined && (v.flags & READONLY) !== 0) {
      yield* sh.complain(`unset: ${name}: cannot unset: readonly variable`)
      status = 1
    } else if (array !== undefined) {
      if (!(yield* unsetElement(sh, name, key!))) status = 1
    } else if (v !== undefined || variables || sh.get(name) !== undefined) sh.unset(name)
    else sh.ownFunctions().delete(name)
  }
  return status
}
function* unsetElement(sh: Shell, name: string, key: string): Run<boolean> {
  const found = sh.vars.find(name)
  if (found === undefined) return true
  const v = sh.vars.own(name, found)
  if (v.assoc !== null) {
    if (key === '@' || key === '*') v.assoc.clear()
    else v.assoc.delete(key.replace(/^(["'])(.*)\1$/s, '$2'))
    return true
  }
  if ((key === '@' || key === '*') && v.indexed !== null) {
    v.indexed = null
    return true
  }
  const n = Number(sh.integer(key)), at = n < 0 ? n + (v.indexed?.highest ?? 0) + 1 : n
  if (at < 0) return yield* not(complain(sh, 'unset', `[${key}]: bad array subscript`))
  if (v.indexed !== null) v.indexed.delete(at)
  else if (at === 0) sh.unset(name)
  else if ((v.flags & INDEXED) === 0) return yield* not(complain(sh, 'unset', `${name}: not an array variable`))
  return true
}
/** `alias -p`, `trap -p`: names with what they stand for. */
export const pairs = (sh: Shell, name: string, all: Iterable<readonly [string, string]>): Status => print(sh, name, [...all].map(([each, text]) => `${each}=${singleQuoted(text)}\n`).join(''))
