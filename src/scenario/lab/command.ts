/** What a command of the console is: its name, what it is given, what it can be completed to, and what it does with a session. */
import type { GuestId } from '../../models/hypervisor/state.ts'
import type { Lab, Work } from './lab.ts'

/** As much of a session as its commands need. */
export interface At {
  readonly lab: Lab
  readonly input: unknown
  readonly before: number
  unmet: boolean
  over: boolean
  readonly screen: { save(file: string): string }
  reply(line: string): void
  note(line: string): void
  interrupt(): Work
  forget(): void
}
export interface Command {
  readonly name: string
  readonly args: string
  readonly help: string
  /** It changes something, so that one can go back to before it. */
  readonly acts?: boolean
  /** What its words can be. */
  readonly complete?: (session: At) => readonly (string | GuestId)[]
  /** A text: why it cannot be done. */
  run(session: At, words: readonly string[]): Work<string | undefined | void>
}
