/**
 * The shell of somebody who logs in: it asks for lines with a prompt, keeps its state between them, asks on where a construct is not finished, and
 * tells of jobs before the next prompt. An interrupt drops what runs and what was typed. Job control (`fg`, `bg`, stopping) is not modelled, and
 * says so, as in a shell without `set -m`. Source: bash(1) 5.2, INVOCATION, PROMPTING, JOB CONTROL.
 */
import { failed } from '../kernel/errno.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Machine } from '../kernel/machine.ts'
import type { OpenFile } from '../kernel/open-file.ts'
import type { Process } from '../kernel/process.ts'
import type { Run } from '../kernel/wait.ts'
import { parseScript } from '../syntax/parse.ts'
import { deathNotice, drop, isOver, jobLine, reap } from './jobs.ts'
import { readUpTo } from './read.ts'
import { runUnits } from './run/interpreter.ts'
import { conducted, isUnfinished, LOGIN_ENVIRONMENT, shellOf, wantsMore } from './start.ts'
import type { Shell } from './state.ts'

export interface LoginStart {
  readonly stdin: OpenFile
  readonly stdout: OpenFile
  readonly stderr: OpenFile
  readonly cwd?: string
  readonly env?: ReadonlyMap<string, string>
  /** It asks for a line: for the next command, or for `more` of this one. null: it has its line. */
  asks(prompt: { readonly text: string; readonly more: boolean } | null): void
  /** For whoever completes what is typed. */
  began?(sh: Shell): void
}
/** Debian's bash.bashrc has it so, in a place where nobody else's prompt is set. */
const PROMPT = '\\u@\\h:\\w\\$ '

export function startLogin(kernel: Kernel, machine: Machine, how: LoginStart): Process {
  const home = machine.tree.find(how.cwd ?? '/root', machine.tree.root), { stdin, stdout, stderr } = how
  return kernel.spawn(machine, p => login(p, how), {
    argv: ['-bash'], env: how.env ?? new Map([...LOGIN_ENVIRONMENT, ['TERM', 'dumb']]), fds: new Map([[0, stdin], [1, stdout], [2, stderr]]),
    cwd: !failed(home) && home.kind === 'directory' ? home : machine.tree.root,
  })
}

function* login(p: Process, how: LoginStart): Run {
  const sh = shellOf(p, 'bash')
  sh.interactive = true
  sh.origin = 'i'
  sh.arg0 = '-bash'
  sh.options.put('expand_aliases', true)
  sh.vars.ensureGlobal('PS1').value = PROMPT
  sh.vars.ensureGlobal('PS2').value = '> '
  p.caught.add('INT')
  how.began?.(sh)
  return yield* conducted(sh, function* () {
    for (const file of ['/etc/profile', '/root/.bashrc']) {
      const text = failed(p.find(file)) ? '' : yield* p.readFile(file)
      if (!failed(text) && text !== '') yield* sh.interpreter.source(sh, file, null, text)
    }
    return yield* converse(sh, how)
  })
}

function* converse(sh: Shell, { asks }: LoginStart): Run {
  const { p } = sh
  let text = '', line = 1
  for (;;) {
    if (text === '') yield* before(sh)
    if (sh.unwind === 'exit') return yield* left(sh)
    sh.unwind = ''
    if (!sh.traps.has('INT') && !p.ignored.has('INT')) p.caught.add('INT')
    asks({ text: sh.interpreter.expandPrompt(sh, sh.get(text === '' ? 'PS1' : 'PS2') ?? ''), more: text !== '' })
    const more = yield* readUpTo(p, 0, '\n')
    asks(null)
    if (failed(more)) {
      if (p.pending.length === 0) return sh.status
      yield* sh.interpreter.deliver(sh)
      text = ''
      sh.status = 130
      continue
    }
    if (more === '' && text === '') return yield* left(sh)
    text += more
    const script = parseScript(text, { firstLine: line })
    if (more !== '' && ((script.fault !== null && isUnfinished(script.fault.messages)) || wantsMore(text, script.units))) continue
    line += text.split('\n').length - 1
    const typed = text
    text = ''
    yield* runUnits(sh, script, { text: typed })
    yield* p.settle()
    if ((sh.unwind as string) === 'exit') return yield* left(sh)
  }
}

/** What is told and done before a prompt. */
function* before(sh: Shell): Run<void> {
  const { p } = sh
  reap(sh)
  for (const job of [...sh.jobs]) {
    if (!isOver(job)) continue
    if (!job.disowned && !job.told) yield* p.write(2, jobLine(sh, job))
    else if (!job.told) yield* p.write(2, deathNotice(sh, job.processes))
    drop(sh, job)
  }
  const text = sh.get('PROMPT_COMMAND')
  if (text === undefined || text === '') return
  const { status } = sh
  yield* sh.interpreter.evaluate(sh, text, { line: 1 })
  sh.status = status
}
function* left(sh: Shell): Run {
  // After exec it is another program that has ended.
  if (sh.p.argv[0] === '-bash') yield* sh.p.write(2, 'logout\n')
  return sh.status
}
