/**
 * What operators do, told as a person tells it: one sentence for a round of work, where the trace has a line for each command.
 *
 * A round is all that an operator does from `operator.started` on. A command that was refused is not part of the sentence: it is news.
 */
import type { Micros } from '../base/time.ts'
import type { Entry } from '../core/trace.ts'
import type { SimEvent } from '../models/stack.ts'
import type { Run } from './run.ts'
import { and } from './telling/telling.ts'

export interface Rounds {
  /** By the number of the `operator.started`: the sentence. */
  readonly says: ReadonlyMap<number, string>
  /** What the sentences have told already. */
  readonly told: ReadonlySet<number>
  /** When the round began out of which an event came; of rounds that have a sentence. */
  readonly began: ReadonlyMap<number, Micros>
}

interface Round { readonly seq: number; readonly operator: string; readonly disks: readonly string[]; readonly deeds: Deed[] }
/** What is done with several things one after the other is one deed: `adds sda2 and sda3`. */
interface Deed { readonly verb: string; readonly things: string[]; readonly note: string }

export function roundsOf(run: Pick<Run, 'trace' | 'start'>): Rounds {
  const from = new Map<number, Entry<SimEvent>>(), told = new Set<number>(), steps = new Map<number, Round>(), open = new Map<string, Round>(), rounds: Round[] = []
  const failing = new Map<number, Round>(), lost = new Map<string, number>(), joined = new Map<string, number>()
  for (const entry of run.trace) {
    const { at, seq, cause, event, refusal } = entry, start = event.type === 'operator.started' ? entry : from.get(cause)
    if (start !== undefined) from.set(seq, start)
    const round = steps.get(cause)
    switch (event.type) {
      case 'operator.started': {
        const begun = { seq, operator: event.operator, disks: event.disks, deeds: [] }
        open.set(event.operator, begun)
        rounds.push(begun)
        break
      }
      case 'operator.stepDone': {
        const current = open.get(event.operator)
        if (current) steps.set(seq, current)
        break
      }
      case 'operator.finished': open.delete(event.operator); break
      case 'scsi.pathLost': case 'scsi.pathSilent': lost.set(event.disk, at); break
      case 'md.memberAdded': joined.set(`${event.array} ${event.disk}`, at); break
      case 'md.memberFailed': {
        const failed = failing.get(cause), gone = lost.get(event.disk)
        if (!failed) break
        told.add(seq)
        const unnoticed = gone !== undefined && gone >= (joined.get(`${event.array} ${event.disk}`) ?? 0)
        const idle = run.start.md.arrays[event.array]?.io.kind === 'idle' ? 'idle ' : ''
        add(failed, 'fails', event.device, unnoticed ? ` (unnoticed by ${idle}${event.array})` : ` of ${event.array}`)
        break
      }
    }
    if (!round || refusal) continue
    if (tell(round, { seq, event })) told.add(seq)
  }
  const says = sentences(rounds)
  return { says, told, began: new Map([...from].flatMap(([seq, start]) => says.has(start.seq) ? [[seq, start.at] as const] : [])) }

  function tell(round: Round, { seq, event }: Pick<Entry<SimEvent>, 'seq' | 'event'>): boolean {
    switch (event.type) {
      // Told when it has an effect.
      case 'md.fail': failing.set(seq, round); return true
      case 'md.remove': case 'scsi.removeDevice': case 'scsi.deleteDevice': add(round, 'removes'); return true
      case 'scsi.scan': case 'scsi.addDevice': add(round, 'rescans'); return true
      case 'md.add': case 'md.reAdd': add(round, 'adds', event.device); return true
      default: return false
    }
  }
}

function add({ deeds }: Round, verb: string, thing?: string, note = ''): void {
  const last = deeds.at(-1)
  if (last?.verb !== verb || last.note !== note) deeds.push({ verb, things: thing === undefined ? [] : [thing], note })
  else if (thing !== undefined && !last.things.includes(thing)) last.things.push(thing)
}

/** Whoever does the same again does it as before. */
function sentences(rounds: readonly Round[]): Map<number, string> {
  const says = new Map<number, string>(), known = new Set<string>()
  for (const { seq, operator, disks, deeds } of rounds) {
    if (deeds.length === 0) continue
    const adds = deeds.some(({ verb }) => verb === 'adds')
    const subject = adds && disks.length > 0 ? `${operator} puts ${and(disks)} back` : `${operator} repairs the mirrors`
    const kind = `${operator}: ${deeds.map(({ verb, things, note }) => `${verb} ${things.length}${note}`).join()}`
    const details = deeds.map(({ verb, things, note }) => `${verb}${things.length === 0 ? '' : ` ${and(things)}`}${note}`).join(', ')
    says.set(seq, known.has(kind) ? `${subject} as before` : `${subject}: ${details}`)
    known.add(kind)
  }
  return says
}

