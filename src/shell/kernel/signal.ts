/**
 * Signals of the simulated kernel: names, numbers (x86 and POWER agree), what happens by default, and the words bash has for a death.
 * Source: signal(7).
 */
const NUMBERS = {
  HUP: 1, INT: 2, QUIT: 3, ILL: 4, TRAP: 5, ABRT: 6, BUS: 7, FPE: 8, KILL: 9, USR1: 10, SEGV: 11, USR2: 12, PIPE: 13, ALRM: 14, TERM: 15, STKFLT: 16,
  CHLD: 17, CONT: 18, STOP: 19, TSTP: 20, TTIN: 21, TTOU: 22, URG: 23, XCPU: 24, XFSZ: 25, VTALRM: 26, PROF: 27, WINCH: 28, IO: 29, PWR: 30, SYS: 31,
} as const
export type Signal = keyof typeof NUMBERS
export const signalNumber = (signal: Signal): number => NUMBERS[signal]
export const SIGNALS = Object.keys(NUMBERS) as readonly Signal[]

const IGNORED: readonly Signal[] = ['CHLD', 'URG', 'WINCH', 'CONT']
const STOPPING: readonly Signal[] = ['STOP', 'TSTP', 'TTIN', 'TTOU']
export const defaultAction = (signal: Signal): 'terminate' | 'ignore' | 'stop' =>
  IGNORED.includes(signal) ? 'ignore' : STOPPING.includes(signal) ? 'stop' : 'terminate'

/** `TERM`, `SIGTERM`, `15`; null if there is none. */
export function signalNamed(text: string): Signal | null {
  if (/^\d+$/.test(text)) return SIGNALS.find(each => NUMBERS[each] === Number(text)) ?? null
  const name = text.toUpperCase().replace(/^SIG/, '')
  return (SIGNALS as readonly string[]).includes(name) ? name as Signal : ({ CLD: 'CHLD', POLL: 'IO', IOT: 'ABRT' } as const)[name] ?? null
}

const WORDS: { readonly [S in Signal]?: string } = {
  HUP: 'Hangup', INT: 'Interrupt', QUIT: 'Quit', ILL: 'Illegal instruction', TRAP: 'Trace/breakpoint trap', ABRT: 'Aborted', BUS: 'Bus error', FPE: 'Floating point exception',
  KILL: 'Killed', USR1: 'User defined signal 1', SEGV: 'Segmentation fault', USR2: 'User defined signal 2', PIPE: 'Broken pipe', ALRM: 'Alarm clock', TERM: 'Terminated',
  XCPU: 'CPU time limit exceeded', XFSZ: 'File size limit exceeded', VTALRM: 'Virtual timer expired', PROF: 'Profiling timer expired', PWR: 'Power failure', SYS: 'Bad system call',
}
/** `Terminated`, as strsignal(3) says. */
export const signalText = (signal: Signal): string => WORDS[signal] ?? `Signal ${NUMBERS[signal]}`
