/**
 * Processes of shells: a subshell as a fork with a copied state, and how it ends; forks that the machine refuses.
 * Virtual CPU time of a fork is the child's: it begins with it.
 */
import { SECOND } from '../../../base/time.ts'
import { failed } from '../../kernel/errno.ts'
import type { OpenFile } from '../../kernel/open-file.ts'
import type { Process } from '../../kernel/process.ts'
import type { Run } from '../../kernel/wait.ts'
import { ExpansionFault } from '../expand/scope.ts'
import { Shell } from '../state.ts'
import { exitTrap } from '../traps.ts'

export interface ForkHow { readonly fds?: ReadonlyMap<number, OpenFile>; /** Without a terminal: not interrupted with it, no input. */ readonly background?: boolean; /** Of the process group; 0: one of its own. */ readonly pgid?: number }

/** The child runs `body` with a copy of the shell. null: there can be no more processes, and that has been said. */
export function* forkShell(sh: Shell, body: (child: Shell) => Run, { fds, background, pgid }: ForkHow = {}): Run<Process | null> {
  const { p } = sh
  // A process weighs more than a statement.
  p.machine.countStatement(p, sh.line, 3)
  if (p.debt > 0) yield* p.settle()
  for (let pause = 1; ; pause *= 2) {
    const child = p.fork(inner => {
      const copy = new Shell(inner, sh.interpreter, sh)
      if (background && pgid === undefined) { inner.ignored.add('INT'); inner.ignored.add('QUIT'); copy.asynchronous = true }
      inner.charge(p.machine.costs.fork)
      inner.scriptLine = sh.scriptLine()
      inner.line = p.line
      return lifeOf(copy, body)
    }, { ...(fds !== undefined && { fds }), ...(pgid !== undefined && { pgid }) })
    if (!failed(child)) {
      for (const fd of sh.openSubstitutions) if (fds !== undefined) child.close(fd)
      return child
    }
    p.machine.countRefusal(p, sh.line)
    if (pause > 8) {
      yield* sh.complain(`fork: ${child.text}`)
      sh.status = 254
      sh.unwind = 'exit'
      return null
    }
    yield* sh.complain(`fork: retry: ${child.text}`)
    yield* p.sleep(pause * SECOND)
  }
}
function* lifeOf(sh: Shell, body: (child: Shell) => Run): Run {
  const { p } = sh
  if (p.debt > 0) yield* p.settle()
  sh.status = yield* guarded(sh, body)
  yield* exitTrap(sh)
  return sh.status
}
/** Runs it; an expansion that fails ends it with what bash says. */
export function* guarded(sh: Shell, body: (sh: Shell) => Run): Run {
  try {
    return yield* body(sh)
  } catch (fault) {
    if (!(fault instanceof ExpansionFault)) throw fault
    sh.unwind = ''
    return yield* sh.faulted(fault)
  }
}
