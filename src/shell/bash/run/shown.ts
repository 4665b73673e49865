/**
 * Redirections as somebody would type them who follows the script by hand, for those who watch: `> /sys/block/sda/device/delete`, `2>&1`.
 *
 * A target is expanded for that only where expanding it once more changes nothing: no substitution, no assignment, nothing that is drawn. Any other is
 * shown as it is written; so is one whose expansion fails, which the shell itself will say.
 */
import type { Part, Redirection, Word } from '../../syntax/tree.ts'
import { ExpansionFault } from '../expand/scope.ts'
import { expandTextNow } from '../expand/words.ts'
import type { Shell } from '../state.ts'
import { singleQuoted } from '../values.ts'

/** A word that a shell reads as this text. */
export const typed = (text: string): string => /^(?:[\w@%+=:,./-]+|\[|\])$/.test(text) ? text : singleQuoted(text)

const NONE: readonly string[] = []
export function shownRedirections(sh: Shell, redirections: readonly Redirection[]): readonly string[] {
  return redirections.length === 0 ? NONE : redirections.map(each => shown(sh, each))
}
function shown(sh: Shell, r: Redirection): string {
  const from = r.fdName !== null ? `{${r.fdName}}` : r.fd === null ? '' : String(r.fd)
  if (r.kind === 'here-document') return `${from}<<EOF`
  const target = targetOf(sh, r.target)
  if (r.kind === 'here-string') return `${from}<<< ${target}`
  return r.operator === '<&' || r.operator === '>&' ? `${from}${r.operator}${target}` : `${from}${r.operator} ${target}`
}
function targetOf(sh: Shell, word: Word): string {
  if (word.literal !== null) return typed(word.literal)
  if (!isRepeatable(word)) return word.text
  try {
    return typed(expandTextNow(sh, word))
  } catch (fault) {
    if (!(fault instanceof ExpansionFault)) throw fault
    return word.text
  }
}

const repeatable = new WeakMap<Word, boolean>()
function isRepeatable(word: Word): boolean {
  let known = repeatable.get(word)
  if (known === undefined) repeatable.set(word, known = !word.blocks && !word.braces && word.parts.every(isSteady))
  return known
}
function isSteady(part: Part): boolean {
  if (part.kind === 'text') return true
  if (part.kind === 'double') return part.parts.every(isSteady)
  if (part.kind !== 'parameter' || part.indirect || part.bad || /^S?RANDOM$/.test(part.name)) return false
  if (part.subscript !== null && part.subscript.all === null && part.subscript.key.literal === null) return false
  const { operation } = part
  switch (operation?.kind) {
    case undefined: return true
    case 'default': return (operation.operator === '-' || operation.operator === '+') && isRepeatable(operation.word)
    case 'remove': return isRepeatable(operation.pattern)
    case 'replace': return isRepeatable(operation.pattern) && isRepeatable(operation.replacement)
    case 'case': return operation.pattern === null || isRepeatable(operation.pattern)
    default: return false
  }
}
