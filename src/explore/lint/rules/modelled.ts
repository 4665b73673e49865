/** What the simulated partition does not have or do: commands, builtins, options. A script that needs them runs otherwise here than on a real system. */
import { nearest } from '../../../base/nearest.ts'
import type { Part, Word } from '../../../shell/syntax/tree.ts'
import type { Hit, Rule } from '../finding.ts'
import { complaintsOf, knownCommands } from '../probe.ts'
import type { Script } from '../steps.ts'

/** In place of an expansion: something of the kind. */
function standIn(word: Word): string {
  if (word.literal !== null) return word.literal
  const text = word.parts.map(partOf).join('')
  return text.startsWith('/dev/') ? /md|array|raid/i.test(word.text) ? '/dev/md0' : '/dev/sda3' : text
}
function partOf(part: Part): string {
  switch (part.kind) {
    case 'text': return part.text
    case 'double': return part.parts.map(partOf).join('')
    case 'parameter': return /md|array|raid/i.test(part.name) ? '/dev/md0' : /dev|part|disk|member/i.test(part.name) ? '/dev/sda3' : '1'
    default: return '1'
  }
}

/** What mdadm is to add must be free, or it looks no further. */
const freed = (argv: readonly string[]): readonly string[] | null => /(^|\/)mdadm$/.test(argv[0]!) && argv.some(word => /^(-a|--add.*|--re-add|-C|--create)$/.test(word)) ? argv.map(word => word.replace(/^\/dev\/sd[a-z](?=\d)/, '/dev/sdc')) : null

interface Lack { readonly rule: string; readonly text: string; readonly word: Word | null }
const cache = new WeakMap<Script, { lack: Lack; at: Hit['at'] }[]>()
function lacks(script: Script): { lack: Lack; at: Hit['at'] }[] {
  const known = cache.get(script)
  if (known !== undefined) return known
  const found: { lack: Lack; at: Hit['at'] }[] = [], dialect = /^#![ \t]*\/(usr\/)?bin\/(env[ \t]+)?(sh|dash)\b/.test(script.text) ? 'sh' as const : 'bash' as const
  for (const { command, name } of script.sites) {
    // What the script, or a file that it reads, defines itself; and programs of the site's own.
    if (name === null || script.functions.has(name) || (name.includes('/') && !/^\/(usr\/)?s?bin\/[^/]+$/.test(name)) || /^(source|\.|exit|return|break|continue|exec|shift|eval|local|trap|wait)$/.test(name)) continue
    if (script.sites.some(each => each.name === 'alias' && each.command.text.includes(`${name}=`))) continue
    const argv = command.words.map(standIn), free = freed(argv), said = complaintsOf(argv, dialect) + (free === null ? '' : complaintsOf(free, dialect))
    const once = new Set<string>()
    for (const each of judged(said, argv)) {
      if (once.has(each.text)) continue
      once.add(each.text)
      const word = each.option === null ? null : command.words.find(({ literal }) => literal !== null && literal.startsWith('-') && (literal.includes(each.option!) || each.option!.startsWith(literal))) ?? null
      found.push({ lack: { rule: each.rule, text: each.text, word }, at: script.places.of(command, word ?? command.words[0]) })
    }
  }
  cache.set(script, found)
  return found
}

function* judged(said: string, argv: readonly string[]): Generator<{ rule: string; text: string; option: string | null }> {
  for (const line of said.split('\n')) {
    const ours = /hotspare: (.*)/.exec(line)?.[1]
    if (ours !== undefined) {
      yield /^the builtin /.test(ours) ? { rule: 'builtin-not-modelled', text: `${ours}: here it fails`, option: null } : { rule: 'option-not-modelled', text: `${ours}: here it fails`, option: /-[\w-]+/.exec(ours)?.[0] ?? null }
      continue
    }
    const name = /(?:^|: )([^:\s]+): (?:command )?not found$/.exec(line)?.[1] ?? /failed to run command ['\u2018](.+?)['\u2019]/.exec(line)?.[1] ?? /^xargs: ([^:]+): No such file/.exec(line)?.[1]
      ?? (argv[0]!.startsWith('/') && line.endsWith(`${argv[0]}: No such file or directory`) ? argv[0] : undefined)
    if (name !== undefined && argv.includes(name)) {
      const base = name.replace(/.*\//, '')
      const meant = nearest(base, knownCommands().filter(each => each[0] === base[0]))
      yield { rule: 'command-not-modelled', text: `${name} is not on the simulated partition: here it is "command not found"${meant === undefined ? '' : `; did you mean "${meant}"?`}`, option: null }
      continue
    }
    const option = /(?:invalid|illegal|unknown) option -- '?([^']+?)'?$/.exec(line)?.[1] ?? /unrecognized option '([^']+)'/.exec(line)?.[1] ?? /^[^:]+: unknown predicate .(-[\w-]+)/.exec(line)?.[1]
    if (option !== undefined) yield { rule: 'option-not-modelled', text: `${argv[0]} has no option ${option.length === 1 ? `-${option}` : option}, or it is not modelled: here it fails`, option: option.length === 1 ? `-${option}` : option }
  }
}

const rule = (name: string, why: string, instead: string): Rule => ({
  name, why, instead, see: 'asked of the simulated command itself',
  *find(script) { for (const { lack, at } of lacks(script)) if (lack.rule === name) yield { at, text: lack.text } },
})
export const MODELLED_RULES: readonly Rule[] = [
  rule('command-not-modelled', 'the simulated partition has no such command', 'one that it has, or a file of the scenario (terminal.files) in its place'),
  rule('builtin-not-modelled', 'the simulated shell does not do this builtin', 'do without it in what is to be tried'),
  rule('option-not-modelled', 'the simulated command does not do this option, and fails loudly', 'do without it in what is to be tried'),
]
