/**
 * The transcript of a run: what was typed on the partitions and what they answered, with simulated times and lines of the script. Read from the trace.
 */
import type { Micros } from '../base/time.ts'
import type { Entry } from '../core/trace.ts'
import type { SimEvent } from '../models/stack.ts'
import { sentence } from './telling/index.ts'
import { clock } from './text.ts'

export interface Line {
  readonly at: Micros
  readonly seq: number
  readonly session: string
  /** `open`, `close`: a sentence. `command`: what was typed. `stdout`, `stderr`: what came. `world`: something else that happened. */
  readonly kind: 'open' | 'close' | 'command' | 'stdout' | 'stderr' | 'hint' | 'world'
  readonly line: number | null
  readonly text: string
}

export function transcriptOf(trace: Iterable<Entry<SimEvent>>, { world = () => false }: { readonly world?: (event: SimEvent) => boolean } = {}): Line[] {
  const lines: Line[] = []
  for (const { at, seq, event } of trace) {
    switch (event.type) {
      case 'terminal.open': lines.push({ at, seq, session: event.session, kind: 'open', line: null, text: sentence(event) }); break
      case 'terminal.enter': lines.push({ at, seq, session: event.session, kind: 'command', line: event.line, text: event.command }); break
      case 'terminal.close': lines.push({ at, seq, session: event.session, kind: 'close', line: event.line ?? null, text: sentence(event) }); break
      case 'terminal.print': {
        // Output comes in pieces; a person sees lines.
        const last = lines.at(-1)
        if (last?.kind === event.stream && last.session === event.session && last.at === at && !last.text.endsWith('\n')) lines[lines.length - 1] = { ...last, text: last.text + event.text }
        else lines.push({ at, seq, session: event.session, kind: event.stream, line: event.line, text: event.text })
        break
      }
      default: if (world(event)) lines.push({ at, seq, session: '', kind: 'world', line: null, text: sentence(event) })
    }
  }
  return lines
}

/** As text, a command per line, its output below it. Sessions are told apart where several are at work at once. */
export function transcriptText(lines: readonly Line[]): string[] {
  const several = overlap(lines)
  const text: string[] = []
  let before = ''
  for (const { at, kind, line, session, text: said } of lines) {
    const when = clock(at), shown = when === before ? ' '.repeat(when.length) : when
    before = when
    const who = several && session !== '' ? `${session} ` : ''
    if (kind === 'stdout' || kind === 'stderr' || kind === 'hint') {
      for (const each of said.replace(/\n$/, '').split('\n')) text.push(`${' '.repeat(when.length)}  ${who}${{ stdout: '| ', stderr: '! ', hint: '? hotspare: hint: ' }[kind]}${each}`)
    } else if (kind === 'command') text.push(`${shown}  ${who}${line === null ? '' : `${line}: `}$ ${said}`)
    else text.push(`${shown}  ${kind === 'world' ? '** ' : `${who}-- `}${said}`)
  }
  return text
}

function overlap(lines: readonly Line[]): boolean {
  const open = new Set<string>()
  for (const { kind, session } of lines) {
    if (session === '') continue
    if (kind === 'close') open.delete(session)
    else open.add(session)
    if (open.size > 1) return true
  }
  return false
}
