/**
 * `hotspare lint`: what in a script is not modelled, and the classical slips of recovery scripts, each as a named rule.
 *
 * Pure: text in, findings out. A comment `# hotspare-lint: ignore=rule,other` silences these rules on its own line, or, on a line of its own, on the next line
 * of code; before the first command of the script, in all of it. Rules read the same tree that the simulated shell runs.
 */
import { fromBytes, toBytes } from '../../shell/kernel/bytes.ts'
import { parseScript } from '../../shell/syntax/parse.ts'
import { inFileOrder, type Finding, type Rule } from './finding.ts'
import { DEVICE_RULES } from './rules/devices.ts'
import { MDSTAT_RULES } from './rules/mdstat.ts'
import { MODELLED_RULES } from './rules/modelled.ts'
import { ORDER_RULES } from './rules/order.ts'
import { SHELL_RULES } from './rules/shell.ts'
import { scriptOf } from './steps.ts'

export { formatFinding, type Finding, type Rule } from './finding.ts'

export const RULES: readonly Rule[] = [...MODELLED_RULES, ...ORDER_RULES, ...DEVICE_RULES, ...MDSTAT_RULES, ...SHELL_RULES]

export interface Linted {
  readonly findings: readonly Finding[]
  /** Of a script that no shell would run to its end: in the shell's words. */
  readonly fault: { readonly line: number; readonly messages: readonly string[] } | null
}

export function lint(text: string): Linted {
  // With carriage returns nothing else could be read as it is meant.
  const original = toBytes(text), bytes = original.replace(/\r\n/g, '\n')
  const tree = parseScript(bytes, { dialect: /^#![ \t]*\/(usr\/)?bin\/(env[ \t]+)?(sh|dash)\b/.test(bytes) ? 'sh' : 'bash' })
  const script = scriptOf(bytes, tree, original), silent = silenced(bytes), found = new Map<string, Finding>()
  for (const rule of RULES)
    for (const { at, text: said, severity } of rule.find(script)) {
      if (silent(at.line, rule.name)) continue
      const finding: Finding = { ...at, severity: severity ?? 'warning', rule: rule.name, text: said === undefined ? `${rule.why}; instead: ${rule.instead} (${rule.see})` : fromBytes(said) }
      const key = `${at.line}:${at.column}:${rule.name}:${said ?? ''}`
      if (!found.has(key)) found.set(key, finding)
    }
  return { findings: inFileOrder([...found.values()]), fault: tree.fault === null ? null : { line: tree.fault.line, messages: tree.fault.messages.map(fromBytes) } }
}
/** Which rules a comment silences where. */
function silenced(text: string): (line: number, rule: string) => boolean {
  const everywhere = new Set<string>(), at = new Map<number, string[]>(), lines = text.split('\n')
  let begun = false
  lines.forEach((line, i) => {
    const code = line.replace(/(^|\s)#.*$/, '').trim(), rules = /#\s*hotspare-lint:\s*ignore=([\w,-]+)/.exec(line)?.[1]?.split(',')
    if (rules !== undefined) {
      if (code !== '') at.set(i + 1, [...at.get(i + 1) ?? [], ...rules])
      else if (!begun) for (const rule of rules) everywhere.add(rule)
      else {
        let next = i + 1
        while (next < lines.length && /^\s*(#|$)/.test(lines[next]!)) next++
        at.set(next + 1, [...at.get(next + 1) ?? [], ...rules])
      }
    }
    begun ||= code !== ''
  })
  return (line, rule) => everywhere.has(rule) || (at.get(line)?.includes(rule) ?? false)
}
