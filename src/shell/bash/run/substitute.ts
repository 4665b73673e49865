/**
 * Command and process substitution: a subshell with a pipe. Errexit does not reach into `$(…)` unless inherit_errexit or posix say so.
 * Source: bash(1) 5.2, EXPANSION.
 */
import { E, failed } from '../../kernel/errno.ts'
import type { Run } from '../../kernel/wait.ts'
import type { CommandSubstitution, ProcessSubstitution } from '../../syntax/tree.ts'
import { expandWords } from '../expand/words.ts'
import { waitFor } from '../jobs.ts'
import type { Shell } from '../state.ts'
import { forkShell } from './life.ts'

export function* substitute(sh: Shell, command: CommandSubstitution): Run<string> {
  const file = justFile(command)
  if (file !== null) return yield* contentOf(sh, file)
  const { p } = sh, [reading, writing] = p.pipe()
  const fds = new Map(p.fds).set(1, writing)
  const child = yield* forkShell(sh, copy => insideOf(copy, command), { fds })
  if (child === null) { reading.close(p); writing.close(p); sh.substituted = 254; return '' }
  const fd = p.install(reading, 10)
  p.closeOnExec.add(fd)
  let text = ''
  for (;;) {
    const data = yield* p.read(fd)
    if (failed(data)) {
      if (data !== E.EINTR) break
      if (sh.isFatalPending()) yield* sh.interpreter.deliver(sh)
      continue
    }
    if (data === '') break
    text += data
    p.machine.checkHeld(text.length)
  }
  p.close(fd)
  yield* waitFor(sh, [child])
  sh.status = sh.substituted = child.exit!.status
  // A zero byte cannot be in a value.
  if (!text.includes('\0')) return text
  yield* sh.complain('warning: command substitution: ignored null byte in input')
  return text.replaceAll('\0', '')
}
function* insideOf(sh: Shell, { script, text, line }: CommandSubstitution): Run {
  sh.subshellDepth++
  if (sh.options.errexit && !sh.options.inherit_errexit && !sh.options.posix) sh.ownOptions().errexit = false
  sh.conditions = sh.options.errexit ? sh.conditions : 0
  sh.loops = 0
  return yield* sh.interpreter.units(sh, script, { last: true, text, line })
}
/** The file of `$(<file)`. */
function justFile({ script }: CommandSubstitution) {
  if (script.fault !== null || script.units.length !== 1 || script.units[0]!.list.length !== 1) return null
  const { pipelines, background } = script.units[0]!.list[0]!, command = pipelines[0]!.commands[0]
  if (background || pipelines.length !== 1 || pipelines[0]!.commands.length !== 1 || pipelines[0]!.negated || command?.kind !== 'simple') return null
  const r = command.redirections[0]
  return command.words.length === 0 && command.assignments.length === 0 && command.redirections.length === 1 && r!.kind === 'file' && r!.operator === '<' && r!.fd === null ? r!.target : null
}
function* contentOf(sh: Shell, target: Parameters<typeof expandWords>[1][number]): Run<string> {
  const [path, ...more] = yield* expandWords(sh, [target])
  sh.substituted = 1
  if (path === undefined || more.length > 0) {
    yield* sh.complain(`${target.text}: ambiguous redirect`)
    return ''
  }
  const text = yield* sh.p.readFile(path)
  if (failed(text)) {
    yield* sh.complain(`${path}: ${text.text}`)
    return ''
  }
  sh.substituted = 0
  return text.replaceAll('\0', '')
}

/** The other end of the pipe stays open, as /dev/fd/63 downwards, until the command is over. */
export function* processSubstitution(sh: Shell, { direction, script, text, line }: ProcessSubstitution): Run<string> {
  const { p } = sh, [reading, writing] = p.pipe()
  const ours = direction === '<' ? reading : writing, theirs = direction === '<' ? writing : reading
  const fds = new Map(p.fds).set(direction === '<' ? 1 : 0, theirs)
  const child = yield* forkShell(sh, copy => {
    copy.jobs = []
    copy.loops = 0
    copy.openSubstitutions = []
    return copy.interpreter.units(copy, script, { last: true, text, line })
  }, { fds, background: false })
  if (child === null) { reading.close(p); writing.close(p); return '/dev/null' }
  sh.lastBackground = child.pid
  sh.substitutionChildren.push(child)
  let fd = 63
  while (fd > 10 && p.fds.has(fd)) fd--
  p.put(fd, ours)
  sh.openSubstitutions.push(fd)
  return `/dev/fd/${fd}`
}
/** The command that used them is over. */
export function closeSubstitutions(sh: Shell, keep: number): void {
  while (sh.openSubstitutions.length > keep) sh.p.close(sh.openSubstitutions.pop()!)
}
