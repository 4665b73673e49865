/**
 * `hotspare lint SCRIPT…`: what the simulated partition does not have or do, and the classical slips, as file:line:column that editors jump to.
 * Exit status: 0 nothing but notes, 1 a warning, 2 a file that cannot be read or a script with an error of syntax.
 */
import { formatFinding, lint as findings, RULES, type Finding } from '../../explore/lint/index.ts'
import { readText } from '../files.ts'
import { colors, complain, print, report, UsageError } from '../terminal.ts'

export interface LintOptions { json?: boolean; rules?: boolean }

export function lint(files: readonly string[], options: LintOptions): number {
  if (options.rules) return rules(options)
  if (files.length === 0) throw new UsageError('lint: expected a script, or --rules')
  let status = 0
  const all: { file: string; findings: readonly Finding[]; fault: string[] }[] = []
  for (const file of files) {
    let text: string
    try {
      text = readText(file)
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      complain(error.message)
      status = 2
      continue
    }
    const { findings: found, fault } = findings(text), said = fault === null ? [] : fault.messages.map(message => `${file}: line ${fault.line}: ${message}`)
    all.push({ file, findings: found, fault: said })
    status = Math.max(status, fault !== null ? 2 : found.some(({ severity }) => severity === 'warning') ? 1 : 0)
  }
  if (options.json) {
    for (const each of all) print(JSON.stringify(each))
    return status
  }
  for (const { file, findings: found, fault } of all) {
    for (const line of fault) report(line)
    for (const finding of found) print(formatFinding(file, finding))
    print(`${file}: ${fault.length > 0 ? 'an error of syntax, ' : ''}${summary(found, fault.length > 0)}`)
  }
  return status
}

function summary(found: readonly Finding[], faulty: boolean): string {
  const count = (word: 'warning' | 'note'): string[] => {
    const n = found.filter(({ severity }) => severity === word).length
    return n === 0 ? [] : [`${n} ${word}${n === 1 ? '' : 's'}`]
  }
  const words = [...count('warning'), ...count('note')]
  return words.length > 0 ? words.join(', ') : faulty ? 'nothing else to say' : colors.green('nothing to say')
}

function rules(options: LintOptions): number {
  for (const { name, why, instead, see } of RULES)
    if (options.json) print(JSON.stringify({ rule: name, why, instead, see }))
    else print(`${name}\n  ${why}\n  instead: ${instead}\n  see: ${see}`)
  return 0
}
