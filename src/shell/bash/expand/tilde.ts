/**
 * Tilde expansion: `~`, `~user`, `~+`, `~-` at the beginning of a word; in assignments after `=` and each `:` too.
 * Source of truth: bash(1) 5.2, Tilde Expansion.
 */
import type { Part, Word } from '../../syntax/tree.ts'
import type { Scope } from './scope.ts'

/** Parts in which leading tildes are replaced; what came of one is quoted, since it is neither split nor matched. */
export function withTildes(scope: Scope, parts: readonly Part[], assigning: boolean): readonly Part[] {
  if (!parts.some(part => part.kind === 'text' && !part.quoted && part.text.includes('~'))) return parts
  const out: Part[] = []
  parts.forEach((part, i) => {
    if (part.kind !== 'text' || part.quoted || !part.text.includes('~')) return void out.push(part)
    // A prefix that goes on in something quoted or expanded is none.
    const open = i < parts.length - 1
    let rest = part.text, begins = i === 0
    for (;;) {
      const at = begins && rest.startsWith('~') ? 0 : assigning ? afterColon(rest) : -1
      if (at < 0) break
      const tail = rest.slice(at), end = tail.search(assigning ? /[/:]/ : /\//), prefix = end < 0 ? tail : tail.slice(0, end)
      const home = end < 0 && open ? undefined : directory(scope, prefix.slice(1))
      const kept = rest.slice(0, at) + (home === undefined ? prefix : '')
      if (kept !== '') out.push({ kind: 'text', text: kept, quoted: false })
      if (home !== undefined) out.push({ kind: 'text', text: home, quoted: true })
      rest = end < 0 ? '' : tail.slice(end)
      begins = false
    }
    if (rest !== '') out.push({ kind: 'text', text: rest, quoted: false })
  })
  return out
}
const afterColon = (text: string): number => {
  const at = text.indexOf(':~')
  return at < 0 ? -1 : at + 1
}
function directory(scope: Scope, name: string): string | undefined {
  switch (name) {
    case '': return scope.get('HOME') ?? scope.home('root')
    case '+': return scope.get('PWD')
    case '-': return scope.get('OLDPWD')
    default: return /^[A-Za-z_][\w.-]*$/.test(name) ? scope.home(name) : undefined
  }
}
/** `name=~/x` as an argument: bash replaces that too. */
export function argumentTildes(scope: Scope, word: Word): readonly Part[] {
  const [first, ...rest] = word.parts
  const name = first?.kind === 'text' && !first.quoted ? /^[A-Za-z_][A-Za-z0-9_]*\+?=/.exec(first.text)?.[0] : undefined
  if (name === undefined || first?.kind !== 'text' || scope.options.posix) return withTildes(scope, word.parts, false)
  const tail: readonly Part[] = [{ kind: 'text', text: first.text.slice(name.length), quoted: false }, ...rest]
  return [{ kind: 'text', text: name, quoted: false }, ...withTildes(scope, tail, true)]
}
