/**
 * Slips that are the shell's: what `set -e` sees and what it does not, waits without a bound, text that came through a web page or another system.
 * Source: bash(1) 5.2, SHELL BUILTIN COMMANDS, set -e.
 */
import { fromBytes } from '../../../shell/kernel/bytes.ts'
import type { Command, List, Part, Simple, Word } from '../../../shell/syntax/tree.ts'
import type { Rule } from '../finding.ts'
import { nameOf, simpleIn, type Site } from '../sites.ts'
import type { Call } from '../steps.ts'

const changes = ({ line }: Call): boolean => line.mode === 'manage' && line.devices.length > 1 || line.devmode === 'Kill'
const last = ({ pipeline, index }: Site): boolean => index === pipeline.commands.length - 1
const isGrep = (name: string | null): boolean => name === 'grep' || name === 'egrep' || name === 'fgrep' || name === 'diff' || name === 'cmp'
/** The status of an assignment is that of its last `$(…)`. */
const substitutionsOf = (word: Word): Extract<Part, { kind: 'command' }>[] => word.parts.flatMap(part => part.kind === 'double' ? part.parts : [part]).filter(part => part.kind === 'command')
function lastOf(list: List): Simple | null {
  const each = list.at(-1)?.pipelines.at(-1)?.commands.at(-1)
  return each?.kind === 'simple' && list.at(-1)!.pipelines.length === 1 && !list.at(-1)!.pipelines[0]!.negated ? each : null
}

export const SHELL_RULES: readonly Rule[] = [
  {
    name: 'errexit-plain',
    why: 'under set -e the script ends here as soon as this finds or changes nothing: grep that matches nothing, and mdadm on a member that is already failed or gone, have status 1',
    instead: 'if mdadm …; then, or mdadm … || log "…"', see: 'VS-96; bash(1), set -e',
    *find(script) {
      if (!script.errexit) return
      const managing = new Set(script.calls.filter(changes).map(({ site }) => site))
      for (const site of script.sites) {
        if (site.judged || site.background || site.substituted || !last(site) || site.command.words.length === 0) {
          // x=$(grep …) ends it as well.
          if (!site.judged && site.command.words.length === 0) for (const { value } of site.command.assignments) if ('parts' in value)
            for (const { script: inner } of substitutionsOf(value)) if (isGrep(lastOf(inner.units.at(-1)?.list ?? [])?.words[0]?.literal ?? null)) yield { at: script.places.of(site.command), text: 'under set -e the script ends here when grep finds nothing; instead: x=$(grep … || true)' }
          continue
        }
        // Who asks for the status at once has thought of it, but it comes too late.
        if (isGrep(site.name) || managing.has(site)) yield { at: script.places.of(site.command) }
      }
    },
  },
  {
    name: 'local-hides-status',
    why: 'the status is that of the declaration, which is 0: neither set -e nor || sees that the command in $(…) failed',
    instead: 'local x; x=$(…)', see: 'bash(1), local; ShellCheck SC2155',
    *find(script) {
      for (const { command, judged, next } of script.sites) {
        if (!/^(local|declare|typeset|export|readonly)$/.test(command.words[0]?.literal ?? '')) continue
        if (!script.errexit && !judged && !/\$\?/.test(next?.text ?? '')) continue
        const word = command.words.find(({ assignment }) => assignment !== null && 'parts' in assignment.value && substitutionsOf(assignment.value).length > 0)
        if (word !== undefined) yield { at: script.places.of(command, word) }
      }
    },
  },
  {
    name: 'errexit-suspended',
    why: 'in a condition, or left of && and ||, set -e is off in the whole function: after a command that fails it goes on with the next one',
    instead: 'call it alone, or let each command in it end with || return', see: 'bash(1), set -e',
    *find(script) {
      if (!script.errexit) return
      for (const { command, judged, name } of script.sites) {
        const f = name === null ? undefined : script.functions.get(name)
        if (!judged || f === undefined) continue
        const body = [...simpleIn([{ pipelines: [{ commands: [f.body] }] } as unknown as List[number]])]
        const risky = body.filter(each => each.kind === 'simple' && /^(mdadm|dd|mount|umount|swapon|swapoff|mkfs.*|sfdisk)$/.test(each.words[0]?.literal ?? ''))
        if (risky.length > 1 || (risky.length === 1 && body.at(-1) !== risky[0])) yield { at: script.places.of(command), text: `set -e is off in ${name}, since its status is judged here: after a command that fails it goes on with the next one` }
      }
    },
  },
  {
    name: 'pipeline-status',
    why: 'the status of a pipeline is that of its last command: that mdadm failed is lost',
    instead: 'set -o pipefail, or > file and then tee', see: 'bash(1), Pipelines; VS-96',
    *find(script) {
      if (script.pipefail) return
      for (const call of script.calls) if (changes(call) && !last(call.site)) yield { at: script.places.of(call.site.command) }
    },
  },
  {
    name: 'waits-forever',
    why: 'a wait without a bound: if what it waits for never comes, the script is gone, and its lock with it',
    instead: 'for ((i = 0; i < 120; i++)); do …, or timeout', see: 'scenario recover-waits-forever',
    *find(script) {
      for (const loop of script.loops) {
        const inside = [...simpleIn(loop.body)], tests = [...simpleIn(loop.test)], all = [...tests, ...inside]
        const constant = tests.length === 1 && tests[0]!.kind === 'simple' && /^(:|true)$/.test(tests[0]!.words[0]?.literal ?? '') && !loop.until
        const waits = inside.some(each => is(each, /^(sleep|usleep)$/)) || tests.some(each => is(each, /^sleep$/)) || (inside.some(each => is(each, /^(:|true)$/)) && tests.some(each => is(each, /^(\[|test|grep|mdadm)$/)))
        const leaves = inside.some(each => is(each, /^(break|return|exit)$/)), reads = all.some(each => is(each, /^(read|mapfile|timeout)$/))
        // A daemon goes round for ever, as it should.
        if (!waits || reads || (constant && !leaves) || all.some(counts)) continue
        yield { at: script.places.lineStart(loop.line) }
      }
    },
  },
  {
    name: 'typography',
    why: 'a dash or quote as web pages print them: to the shell it is a letter like any other, and mdadm takes it for a device',
    instead: '- or --, " or \'', see: 'VS-63',
    *find(script) {
      for (const { command } of script.sites) for (const word of command.words) {
        const text = fromBytes(word.text), odd = /^[\u2010-\u2015\u2212]|[\u201c-\u201f\u2018\u201a\u201b]|^[^'"]*\u2019/.exec(text)
        if (odd !== null && !/^["'$]/.test(text)) yield { at: script.places.of(command, word), text: `"${odd[0].at(-1)}" is typographic, as web pages print it: to the shell it is a letter like any other (VS-63); write ${/[\u2010-\u2015\u2212]/.test(odd[0]) ? '- or --' : '" or \''}` }
      }
    },
  },
  {
    name: 'crlf',
    why: 'the lines end as on Windows: the carriage return becomes part of the last word of each line',
    instead: "sed -i 's/\\r$//' FILE", see: 'bash(1), Quoting',
    *find(script) {
      const at = script.original.indexOf('\r\n')
      // The lines before it have none.
      if (at >= 0) yield { at: script.places.at(at) }
    },
  },
]

const is = (each: Command, name: RegExp): boolean => each.kind === 'simple' && name.test(nameOf(each.words) ?? '')
/** It counts, or looks at a clock. */
const counts = (each: Command): boolean => each.kind === 'arithmetic-command' || (each.kind === 'simple' && (/^(let|expr)$/.test(each.words[0]?.literal ?? '') || (/^(\[|test)$/.test(nameOf(each.words) ?? '') && each.words.some(({ text }) => /^-(lt|le|gt|ge|eq|ne)$/.test(text)))))
  || (each.kind === 'conditional' && ['-lt', '-le', '-gt', '-ge', '-eq', '-ne', '<', '>'].includes('operator' in each.test ? each.test.operator : ''))
