/**
 * What a shell keeps records of: functions, jobs, what is running, and why it is being left. Plain data; state.ts holds it.
 * Source: bash(1) 5.2, FUNCTIONS, JOB CONTROL.
 */
import type { Process } from '../kernel/process.ts'
import type { Command } from '../syntax/tree.ts'

export interface ShellFunction { readonly name: string; readonly body: Command; readonly text: string; readonly file: string; readonly line: number; exported: boolean }
export interface Job {
  readonly number: number
  readonly text: string
  /** The process that started it: its subshells only know of it. */
  readonly owner: number
  readonly processes: readonly { readonly child: Process; readonly text: string }[]
  /** Its end has been told, or need not be. */
  told: boolean
  disowned: boolean
  pipefail: boolean
  started: number
}
/** A function that runs, or a file that is read by `source`. */
export interface Frame { readonly name: string; readonly file: string; /** Where it was called. */ readonly line: number; readonly callerFile: string; readonly isFunction: boolean; returnTrapSeen?: boolean }
/** Why what runs is being left. */
export type Unwind = '' | 'break' | 'continue' | 'return' | 'exit' | 'discard'
