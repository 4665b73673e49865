/** What a terminal can do, and how the command talks to it: results on stdout, everything else on stderr. */
import { createColors } from 'picocolors'

/** Bad input or usage: the message is for the person, exit status 2, never a stack trace. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
/** By its name: a bundle has a class of its own. */
export const isUsageError = (error: unknown): error is UsageError => error instanceof Error && error.name === 'UsageError'

const wanted = (stream: NodeJS.WriteStream) => stream.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb'
export const colors = createColors(wanted(process.stdout))

/** A word as a shell wants it. */
export const quoted = (word: string): string => /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

export const print = (text: string): void => { process.stdout.write(`${text}\n`) }
export const complain = (text: string): void => { process.stderr.write(`hotspare: ${text}\n`) }
/** Issues stand at the beginning of the line, where editors look for file:line:column. */
export const report = (text: string): void => { process.stderr.write(`${text}\n`) }

/**
 * Progress of long work: one line that overwrites itself on a terminal, a JSON line now and then elsewhere. Silent for the first two
 * seconds, so that short runs say nothing.
 */
export interface Progress {
  at(done: number, of: number, what: string): void
  /** In other words; both are made only when they are shown. */
  say(line: () => string, data: () => object): void
  end(): void
}
export function progress(): Progress {
  const terminal = process.stderr.isTTY, start = Date.now(), pause = terminal ? 100 : 5_000
  let next = start + 2_000, shown = false
  const seconds = (): number => Math.round((Date.now() - start) / 1000)
  const say = (line: () => string, data: () => object): void => {
    const now = Date.now()
    if (now < next) return
    next = now + pause
    shown = true
    if (terminal) process.stderr.write(`\r\x1b[K${line().slice(0, (process.stderr.columns || 80) - 1)}`)
    else process.stderr.write(`${JSON.stringify(data())}\n`)
  }
  return {
    say,
    at: (done, of, what) => say(() => `${what}: ${done} of ${of}, ${seconds()} s`, () => ({ progress: what, done, of, seconds: seconds() })),
    end() { if (shown && terminal) process.stderr.write('\r\x1b[K') },
  }
}
