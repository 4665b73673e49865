/** The events of the terminals, told: a row for each, with its sentence, how much it matters, and its fields. */
import type { TerminalFact, TerminalRequest } from '../../models/terminal/events.ts'
import { time, type FactRows, type RequestRows } from './telling.ts'

/** As much of a text as fits into a line of a story. */
const short = (text: string): string => {
  const [first = ''] = text.split('\n'), cut = first.length > 60 ? `${first.slice(0, 59)}…` : first
  return cut.length < text.trimEnd().length && !cut.endsWith('…') ? `${cut} …` : cut
}
const at = (line: number | null | undefined): string => line === null || line === undefined ? '' : `, line ${line}`
const ENDS = { ended: 'ends', killed: 'is killed', runaway: 'runs away and is stopped', guestDown: 'ends with its partition' } as const

export const terminalRequests: RequestRows<TerminalRequest> = {
  'terminal.open': { weight: 2, says: e => `${e.by} starts ${e.script}${e.args === undefined ? '' : ` ${e.args.join(' ')}`} on ${e.guest}` },
  'terminal.enter': { weight: 3, says: e => `${e.session}${at(e.line)}: ${short(e.command)}` },
  'terminal.print': { weight: 3, says: e => `${e.session} prints "${short(e.text)}"` },
  'terminal.close': { weight: 3, says: e => `${e.session} ${ENDS[e.how]} with status ${e.status}${e.message === undefined ? '' : `: ${e.message}`}` },
}

export const terminalFacts: FactRows<TerminalFact> = {
  'terminal.closed': {
    weight: e => e.status === 0 ? 2 : 1, fields: { session: 'text', guest: 'guest', script: 'text', status: 'number', how: 'text', micros: 'micros' },
    says: e => `${e.script} on ${e.guest} ${ENDS[e.how]} with status ${e.status} after ${time(e.micros)}`,
  },
}
