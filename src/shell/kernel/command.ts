/**
 * A command of the simulated machine: a file in /usr/bin or /sbin whose content is a generator. One `defineCommand` for each, in a file of its own
 * (or with its siblings); `tools/index.ts` and the console put them into the file tree.
 */
import type { Micros } from '../../base/time.ts'
import type { Process } from './process.ts'
import { regularFile, type Node, type Program, type RegularFile } from './tree.ts'
import type { Run } from './wait.ts'

export interface Command extends Program {
  /** Where it lies, without the name. Default /usr/bin. */
  readonly dir?: string
  /** Virtual CPU time besides fork and exec. */
  readonly cost?: Micros
  /** argv is `p.argv`, with the name in place 0. Returns the exit status. */
  run(p: Process): Run
}
export const defineCommand = (command: Command): Command => command

/** The file that it is. */
export const programFile = (command: Command): RegularFile => ({ ...regularFile('\x7fELF', 0o755), program: command })
/** What a file runs, if it is one of ours. */
export const commandIn = (node: Node): Command | undefined => node.kind === 'file' ? node.program as Command | undefined : undefined
