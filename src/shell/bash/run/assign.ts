/**
 * Assignments: scalars, elements, whole arrays. What an array is given is expanded before the array is touched: `a=("${a[@]}" x)`.
 * Source: bash(1) 5.2, Arrays.
 */
import type { Run } from '../../kernel/wait.ts'
import type { ArrayElement, Assignment, Subscript, Word } from '../../syntax/tree.ts'
import { ExpansionFault } from '../expand/scope.ts'
import { evaluateArithmetic, expandText, expandTextNow, expandWords } from '../expand/words.ts'
import type { Shell } from '../state.ts'
import { convert, doubleQuoted, traced } from '../values.ts'
import { ARRAY, ASSOC, EXPORT, Indexed, INDEXED, READONLY, scalarOf, type Variable } from '../variables.ts'

export interface Entry { readonly key: string | number | null; readonly value: string; readonly append: boolean }
export const isWord = (value: Assignment['value']): value is Word => !Array.isArray(value)

export function* assign(sh: Shell, a: Assignment): Run<void> {
  const { name, value, append } = a
  if (isWord(value)) {
    if (a.subscript === null) {
      const text = yield* expandText(sh, value)
      if (sh.options.xtrace) yield* trace(sh, `${name}${append ? '+' : ''}=${text === '' ? '' : traced(text)}`)
      return sh.assign(name, text, append)
    }
    const key = yield* keyOf(sh, name, a.subscript), text = yield* expandText(sh, value)
    if (sh.options.xtrace) yield* trace(sh, `${name}[${a.subscript.text}]${append ? '+' : ''}=${text === '' ? '' : traced(text)}`)
    return sh.assignElement(name, key, text, append)
  }
  if (sh.options.xtrace) yield* trace(sh, a.text)
  const target = sh.resolved(name), entries = yield* entriesOf(sh, value, sh.kind(target) === 'associative', target)
  setArray(sh, target, sh.vars.ensure(target), entries, append)
}
/** Without waiting; whoever calls has looked that nothing in it can. */
export function assignNow(sh: Shell, { name, value, append }: Assignment): void {
  sh.assign(name, expandTextNow(sh, value as Word), append)
}
/** An index (negative ones count from the end) or key. */
export function* keyOf(sh: Shell, name: string, subscript: Subscript): Run<number | string> {
  if (subscript.all !== null) throw new ExpansionFault(`${name}[${subscript.text}]: bad array subscript`, { fatal: false })
  if (sh.kind(name) === 'associative') {
    const key = yield* expandText(sh, subscript.key)
    if (key === '') throw new ExpansionFault(`${name}[${subscript.text}]: bad array subscript`, { fatal: false })
    return key
  }
  return indexIn(sh, name, Number(yield* evaluateArithmetic(sh, subscript.index)), subscript.text)
}
function indexIn(sh: Shell, name: string, index: number, text: string): number {
  if (index >= 0) return index
  const v = sh.find(name), at = index + (v?.indexed != null ? v.indexed.highest + 1 : v?.value !== undefined ? 1 : 0)
  if (at < 0) throw new ExpansionFault(`${name}[${text}]: bad array subscript`, { fatal: false })
  return at
}

/** What stands between the parentheses. */
export function* entriesOf(sh: Shell, elements: readonly ArrayElement[], associative: boolean, name: string): Run<Entry[]> {
  const entries: Entry[] = []
  if (associative && elements.length > 0 && elements[0]!.subscript === null) {
    const words: string[] = []
    for (const each of elements) words.push(...each.subscript === null ? [yield* expandText(sh, each.value)] : yield* expandWords(sh, [each.value]))
    for (let i = 0; i < words.length; i += 2) entries.push({ key: words[i]!, value: words[i + 1] ?? '', append: false })
    return entries
  }
  for (const { subscript, append, value } of elements) {
    if (subscript === null) {
      if (associative) { yield* sh.complain(`${name}: ${value.text}: must use subscript when assigning associative array`); continue }
      for (const text of value.literal !== null ? [value.literal] : yield* expandWords(sh, [value])) entries.push({ key: null, value: text, append: false })
    } else if (associative) entries.push({ key: yield* expandText(sh, subscript.key), value: yield* expandText(sh, value), append })
    else entries.push({ key: Number(yield* evaluateArithmetic(sh, subscript.index)), value: yield* expandText(sh, value), append })
  }
  return entries
}
export function setArray(sh: Shell, name: string, v: Variable, entries: readonly Entry[], append: boolean): void {
  if ((v.flags & READONLY) !== 0) throw new ExpansionFault(`${name}: readonly variable`, { fatal: false })
  if ((v.flags & ARRAY) === 0) sh.makeIndexed(v)
  if (sh.options.allexport) v.flags |= EXPORT
  if ((v.flags & ASSOC) !== 0) {
    const map = append ? v.assoc ?? new Map<string, string>() : new Map<string, string>()
    for (const { key, value, append: more } of entries) map.set(String(key), convert(sh, v, value, more ? map.get(String(key)) ?? '' : null))
    v.assoc = map
    return
  }
  const array = append ? v.indexed ?? new Indexed() : new Indexed()
  let next = array.highest + 1
  for (const { key, value, append: more } of entries) {
    const at = key === null ? next : Number(key) < 0 ? Number(key) + array.highest + 1 : Number(key)
    if (at < 0) throw new ExpansionFault(`${name}[${key}]: bad array subscript`, { fatal: false })
    array.set(at, convert(sh, v, value, more ? array.get(at) ?? '' : null))
    next = at + 1
  }
  v.indexed = array
  v.value = undefined
  if (array.size > 1_000_000) sh.p.machine.checkHeld(array.size * 100)
}

/** `declare -p` of one. */
export function declared(name: string, letters: string, v: Variable, keys: readonly (string | number)[]): string {
  const head = `declare -${letters === '' ? '-' : letters} ${name}`
  if ((v.flags & INDEXED) !== 0) return v.indexed === null ? head : `${head}=(${keys.map(key => `[${key}]=${doubleQuoted(v.indexed!.get(Number(key))!)}`).join(' ')})`
  if ((v.flags & ASSOC) !== 0) return v.assoc === null ? head : `${head}=(${keys.map(key => `[${/[^\w%+,./:=-]/.test(String(key)) ? doubleQuoted(String(key)) : key}]=${doubleQuoted(v.assoc!.get(String(key))!)} `).join('')})`
  const value = scalarOf(v)
  return value === undefined ? head : `${head}=${doubleQuoted(value)}`
}

/** A line of `set -x`. */
export function* trace(sh: Shell, text: string): Run<void> {
  const ps4 = sh.get('PS4')
  const prompt = ps4 === undefined ? '' : sh.interpreter.expandPrompt(sh, ps4)
  const depth = sh.traceDepth()
  const fd = sh.get('BASH_XTRACEFD')
  yield* sh.p.write(fd !== undefined && /^\d+$/.test(fd) && sh.p.fds.has(Number(fd)) ? Number(fd) : 2, `${prompt.slice(0, 1).repeat(depth)}${prompt.slice(1)}${text}\n`)
}
