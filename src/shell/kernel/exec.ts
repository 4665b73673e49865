/**
 * exec(2) and execvp(3): which program a file is, and running it in place of what the process was. A file that begins with `#!` is run by the
 * interpreter named there; a file without it is ENOEXEC, and a shell (or execvp) gives it to /bin/sh.
 */
import { commandIn, type Command } from './command.ts'
import { E, failed, type Failure } from './errno.ts'
import type { Process } from './process.ts'
import type { Run } from './wait.ts'

const EXEC_WEIGHT = 10
export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** The file that a command's name means: as written if it has a slash, the first that may be run on PATH otherwise. */
export function lookUp(p: Process, name: string, path = p.env.get('PATH') ?? DEFAULT_PATH): string | Failure {
  if (name === '') return E.ENOENT
  if (name.includes('/')) return name
  let answer: Failure = E.ENOENT
  for (const dir of path.split(':')) {
    const file = dir === '' ? `./${name}` : `${dir}/${name}`, node = p.find(file)
    if (failed(node)) continue
    if (node.kind !== 'directory' && (node.mode & 0o111) !== 0) return file
    if (node.kind !== 'directory') answer = E.EACCES
  }
  return answer
}

/** A command of ours, with the arguments that it gets. */
export interface Image { readonly command: Command; readonly argv: readonly string[] }
export function imageOf(p: Process, file: string, argv: readonly string[], depth = 0): Image | Failure {
  const node = p.find(file)
  if (failed(node)) return node
  if (node.kind !== 'file' || (node.mode & 0o111) === 0) return E.EACCES
  const command = commandIn(node)
  if (command !== undefined) return { command, argv }
  if (!node.content.startsWith('#!')) return E.ENOEXEC
  if (depth > 4) return E.ELOOP
  const [, interpreter, argument] = /^#![ \t]*([^ \t\n]*)[ \t]*([^\n]*?)[ \t]*(?:\n|$)/.exec(node.content.slice(0, 256)) ?? []
  if (!interpreter) return E.ENOEXEC
  return imageOf(p, interpreter, [interpreter, ...(argument ? [argument] : []), file, ...argv.slice(1)], depth + 1)
}

/** The process becomes the program of this file and runs to its end; a failure leaves it as it was. */
export function* exec(p: Process, file: string, argv: readonly string[]): Run<number | Failure> {
  let image = imageOf(p, file, argv)
  if (image === E.ENOEXEC) image = imageOf(p, '/bin/sh', ['/bin/sh', file, ...argv.slice(1)])
  return failed(image) ? image : yield* become(p, image)
}
/** The same for an image already looked up. */
export function* become(p: Process, { command, argv }: Image): Run {
  for (const fd of p.closeOnExec) p.close(fd)
  p.closeOnExec.clear()
  p.caught.clear()
  p.pending.length = p.seen = 0
  p.argv = [...argv]
  p.line = null
  p.charge(p.machine.costs.exec + (command.cost ?? 0))
  // xargs or a loop of programs is as much of a busy loop as one of builtins, and each costs more than a statement.
  p.machine.countStatement(p, p.scriptLine ?? 0, EXEC_WEIGHT)
  yield* p.settle()
  return yield* command.run(p)
}
/** execvp(3): by name. */
export function* execute(p: Process, argv: readonly string[]): Run<number | Failure> {
  const file = lookUp(p, argv[0]!)
  return failed(file) ? file : yield* exec(p, file, argv)
}
