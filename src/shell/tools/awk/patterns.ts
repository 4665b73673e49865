/** The right side of `~` and the like: a regular expression written out is compiled once, any other value is taken as the text of one. */
import type { Run } from '../../kernel/wait.ts'
import type { Regex } from '../../regex/posix.ts'
import { textOf, valueOf, type Code, type Now } from './code.ts'
import { ProgramError } from './lexer.ts'
import { awkRegex } from './regex.ts'
import type { Runtime } from './runtime.ts'
import type { Expression } from './tree.ts'

export interface Matcher { readonly now: Now<Regex> | null; get(rt: Runtime): Run<Regex> }
interface Compiler { expression(e: Expression): Code; readonly gawk: boolean }

export function matcher(e: Expression, { expression, gawk }: Compiler): Matcher {
  if (e.k === 'regex' || e.k === 'string') {
    const source = e.k === 'regex' ? e.source : e.value, regex = awkRegex(source, { gawk })
    // mawk looks when it reads the program.
    if (typeof regex === 'string') throw new ProgramError(`regular expression compile failed (${regex})\n${source}`, 1)
    if (!gawk) return always(() => regex)
    return always(rt => rt.icase ? rt.regex(source) : regex)
  }
  const code = expression(e)
  if (code.now === null) return { now: null, *get(rt) { return rt.regex(rt.text(yield* valueOf(code, rt))) } }
  const text = textOf(code)
  // The same text as the last time is the usual case.
  let last = '', icase = false, regex: Regex | null = null
  return always(rt => {
    const source = text(rt)
    if (regex === null || source !== last || icase !== rt.icase) {
      regex = rt.regex(source)
      last = source
      icase = rt.icase
    }
    return regex
  })
}
// eslint-disable-next-line require-yield -- the other kind waits
const always = (now: Now<Regex>): Matcher => ({ now, *get(rt) { return now(rt) } })
