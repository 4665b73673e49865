/**
 * As much of a shell as tests of expansion need: assignments, `set`, `shopt`, and `show`, which prints its arguments in angle brackets, a line for each call.
 * A command substitution runs the same. What expansion refuses is printed as `! message`, and the rest of the line is left out.
 */
import { evaluate, indexFrom } from '../../../src/shell/bash/expand/arithmetic.ts'
import { ExpansionFault, type ExpansionOptions, type Scope, type VariableKind } from '../../../src/shell/bash/expand/scope.ts'
import { expandKeyNow, expandText, expandTextNow, expandWords } from '../../../src/shell/bash/expand/words.ts'
import { regularFile, Tree } from '../../../src/shell/kernel/tree.ts'
import type { Run } from '../../../src/shell/kernel/wait.ts'
import { parseScript } from '../../../src/shell/syntax/parse.ts'
import type { ArrayElement, Assignment, CommandSubstitution, Script, Simple } from '../../../src/shell/syntax/tree.ts'

interface Value { text?: string; indexed?: Map<number, string>; associative?: Map<string, string>; integer?: boolean }
class Play implements Scope {
  options: { -readonly [K in keyof ExpansionOptions]: boolean } = {
    nounset: false, noglob: false, posix: false, nullglob: false, failglob: false, dotglob: false, extglob: false, globstar: false, nocaseglob: false, nocasematch: false }
  variables = new Map<string, Value>([['IFS', { text: ' \t\n' }], ['HOME', { text: '/root' }]])
  positionals: readonly string[] = []
  readonly tree = new Tree()
  get cwd() { return this.tree.mkdirs('/var/play') }
  out = ''

  get(name: string): string | undefined {
    if (name === '#') return String(this.positionals.length)
    if (name === '?') return '0'
    if (name === '0') return 'bash'
    if (/^\d/.test(name)) return this.positionals[Number(name) - 1]
    const v = this.variables.get(name)
    return v?.indexed !== undefined ? v.indexed.get(0) : v?.associative !== undefined ? v.associative.get('0') : v?.text
  }
  kind(name: string): VariableKind {
    const v = this.variables.get(name)
    return v === undefined ? 'unset' : v.indexed !== undefined ? 'indexed' : v.associative !== undefined ? 'associative' : 'scalar'
  }
  element(name: string, key: number | string): string | undefined {
    const v = this.variables.get(name)
    return v?.indexed !== undefined ? v.indexed.get(Number(key)) : v?.associative !== undefined ? v.associative.get(String(key)) : Number(key) === 0 ? v?.text : undefined
  }
  keys(name: string): readonly (number | string)[] {
    const v = this.variables.get(name)
    return v?.indexed !== undefined ? [...v.indexed.keys()].sort((a, b) => a - b) : v?.associative !== undefined ? [...v.associative.keys()] : v?.text === undefined ? [] : [0]
  }
  values(name: string): readonly string[] { return this.keys(name).map(key => this.element(name, key)!) }
  attributes(name: string): string {
    const v = this.variables.get(name)
    return (v?.indexed !== undefined ? 'a' : '') + (v?.associative !== undefined ? 'A' : '') + (v?.integer === true ? 'i' : '')
  }
  nameref(): undefined { return undefined }
  names(prefix: string): readonly string[] { return [...this.variables.keys()].filter(name => name.startsWith(prefix)).sort() }
  set(name: string, value: string): void {
    const v = this.variables.get(name)
    if (v?.indexed !== undefined) v.indexed.set(0, value)
    else this.variables.set(name, { ...v, text: v?.integer === true ? String(evaluate(this, value)) : value })
  }
  setElement(name: string, key: number | string, value: string): void {
    const v = this.variables.get(name)
    if (v?.associative !== undefined) v.associative.set(String(key), value)
    else if (v?.indexed !== undefined) v.indexed.set(Number(key), value)
    else this.variables.set(name, { indexed: new Map([...(v?.text === undefined ? [] : [[0, v.text] as const]), [Number(key), value]]) })
  }
  *substitute({ script }: CommandSubstitution): Run<string> {
    const { out } = this
    this.out = ''
    yield* this.script(script)
    const said = this.out
    this.out = out
    return said
  }
  *process(): Run<string> { return '/dev/fd/63' }
  *complain(text: string): Run<void> { this.out += `! ${text}\n` }
  home(user: string): string | undefined { return user === 'root' ? '/root' : undefined }

  *script({ units, fault }: Script): Run<void> {
    for (const { list } of units)
      try {
        for (const { pipelines } of list) yield* this.command(pipelines[0]!.commands[0] as Simple)
      } catch (error) {
        if (!(error instanceof ExpansionFault)) throw error
        this.out += `! ${error.message}\n`
        if (error.fatal) return
      }
    for (const message of fault?.messages ?? []) this.out += `! ${message}\n`
  }
  private *command({ words, assignments }: Simple): Run<void> {
    for (const each of assignments) yield* this.assign(each)
    const [name, ...args] = yield* expandWords(this, words.filter(each => each.assignment === null))
    if (name === 'show') this.out += `${args.map(each => `<${each}>`).join('')}\n`
    else if (name === 'echo') this.out += `${args.join(' ')}\n`
    else if (name === 'set') {
      if (args[0] === '--') this.positionals = args.slice(1)
      else for (const c of args[0]!.slice(1)) this.options[c === 'u' ? 'nounset' : 'noglob'] = args[0]!.startsWith('-')
    } else if (name === 'shopt') for (const each of args.slice(1)) this.options[each as 'extglob'] = args[0] === '-s'
    else if (name === 'unset') for (const each of args) this.variables.delete(each)
    else if (name === 'touch') for (const each of args) this.tree.put(`/var/play/${each}`, regularFile(''))
    else if (name === 'declare') {
      for (const { assignment } of words) {
        if (assignment === null) continue
        if (args[0] === '-A') this.variables.set(assignment.name, { associative: new Map() })
        if (args[0] === '-i') this.variables.set(assignment.name, { integer: true })
        yield* this.assign(assignment)
      }
    }
  }
  private *assign({ name, subscript, value, append }: Assignment): Run<void> {
    if ('parts' in value) {
      const text = yield* expandText(this, value)
      if (subscript === null) return this.set(name, append ? (this.get(name) ?? '') + text : text)
      const key = expandKeyNow(this, name, subscript)
      return this.setElement(name, key!, append ? (this.element(name, key!) ?? '') + text : text)
    }
    const before = this.variables.get(name), associative = before?.associative !== undefined
    if (!append) this.variables.set(name, associative ? { associative: new Map() } : { indexed: new Map() })
    yield* this.elements(name, value, associative)
  }
  private *elements(name: string, elements: readonly ArrayElement[], associative: boolean): Run<void> {
    let next = Number(this.keys(name).at(-1) ?? -1) + 1
    for (const { subscript, value } of elements) {
      if (subscript === null) for (const each of yield* expandWords(this, [value])) this.setElement(name, next++, each)
      else {
        const key = associative ? expandTextNow(this, subscript.key) : indexFrom(this, name, evaluate(this, expandTextNow(this, subscript.key)))
        this.setElement(name, key!, yield* expandText(this, value))
        if (!associative) next = Number(key) + 1
      }
    }
  }
}
/** What a script shows. */
export function play(script: string): string {
  const it = new Play(), run = it.script(parseScript(script))
  if (run.next('ready').done !== true) throw new Error('nothing here waits')
  return it.out
}
