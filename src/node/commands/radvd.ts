/**
 * `hotspare radvd check FILE`: says what `radvd --configtest` of 2.19 says, and exits as it exits.
 * With `--lint` instead everything that is wrong or unwise, as file:line:column, also what would fail only when radvd starts;
 * exit status 1 if the file is refused or something in it would not be sent.
 */
import { readFileSync, statSync } from 'node:fs'
import { configtest } from '../../models/radvd/conf/configtest.ts'
import { formatConfIssue, inFileOrder, type ConfIssue } from '../../models/radvd/conf/issue.ts'
import { isWrong, lint } from '../../models/radvd/conf/lint.ts'
import { reason } from '../files.ts'
import { colors, report } from '../terminal.ts'

export function check(file: string, options: { readonly lint?: boolean }): number {
  let text: string, writable: boolean
  try {
    text = readFileSync(file, 'utf8')
    writable = (statSync(file).mode & 0o002) !== 0
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // A directory can be opened, and its reading is a fault of another kind.
    if (code === 'EISDIR') return report('input in flex scanner failed'), 2
    const unreadable = code === 'ENOENT' ? 'No such file or directory' : code === 'EACCES' ? 'Permission denied' : reason(error)
    for (const line of [`can't open ${file}: ${unreadable}`, 'Insecure file permissions, but continuing anyway', 'exiting, failed to read config file']) report(line)
    return 1
  }
  const verdict = configtest(text, file)
  if (options.lint !== true) {
    // The test of a file goes on where the daemon stops.
    if (writable) for (const line of [`Insecure file permissions (writable by others): ${file}`, 'Insecure file permissions, but continuing anyway']) report(line)
    for (const line of verdict.says) report(line)
    return verdict.status
  }
  const issues: ConfIssue[] = lint(verdict.parsed)
  if (writable) issues.push({ line: 1, column: 1, severity: 'fails', rule: 'permissions', text: 'the file is writable by others: radvd does not start with it' })
  for (const issue of inFileOrder(issues)) report(formatConfIssue(file, issue))
  report(`${file}: ${summary(issues)}`)
  return issues.some(isWrong) ? 1 : 0
}

function summary(issues: readonly ConfIssue[]): string {
  const count = (word: string, ...kinds: ConfIssue['severity'][]): string[] => {
    const n = issues.filter(({ severity }) => kinds.includes(severity)).length
    return n === 0 ? [] : [`${n} ${word}${n === 1 ? '' : 's'}`]
  }
  const all = [...count('error', 'refused', 'fails'), ...count('warning', 'warning'), ...count('note', 'note')]
  return all.length === 0 ? colors.green('nothing to say') : all.join(', ')
}
