/** Why something happened: the walk from an event up its causes, told from the first cause on. */
import type { Micros } from '../base/time.ts'
import { why, type Entry } from '../core/trace.ts'
import type { SimEvent } from '../models/stack.ts'
import type { Run } from './run.ts'
import { silencerOf } from './silence.ts'
import { sentence, weightOf } from './telling/index.ts'
import { clock } from './text.ts'

/**
 * The first cause first, the event itself last. A clock that strikes by itself is a first cause: what wound it up long ago, the end
 * of its last stroke, explains nothing.
 */
export function chainOf(run: Pick<Run, 'trace'>, seq: number): Entry<SimEvent>[] {
  const chain = why(run.trace, seq), struck = chain.findIndex(({ event }) => event.type === 'fault.struck' || event.type === 'operator.clockStruck')
  // Of an operator's clock it says enough whom it called.
  if (struck >= 0) return chain.slice(0, chain[struck]!.event.type === 'fault.struck' ? struck + 1 : Math.max(struck, 1)).reverse()
  const silent = silencerOf(run.trace, chain)
  return silent === undefined ? sinceAsked(chain).reverse() : [...chainOf(run, silent.seq), ...chain.slice(0, silent.links).reverse()]
}

/** Who asks every ten seconds asks because ten seconds have passed: what came before the question is no cause of the answer. */
function sinceAsked(chain: Entry<SimEvent>[]): Entry<SimEvent>[] {
  const due = chain.findIndex(({ event }) => event.type === 'service.pingDue'), asked = chain[due - 1]?.event.type === 'ip.ping' ? due - 1 : due
  return due < 0 ? chain : chain.slice(0, Math.max(asked, 1))
}

/** One sentence with the links that matter: where it began, what it led to. */
export function chainSentence(run: Pick<Run, 'trace'>, seq: number): string {
  const chain = chainOf(run, seq)
  const links = chain.filter((entry, index) => index === 0 ? entry.event.type !== 'sim.started' : index === chain.length - 1 || weightOf(entry.event) <= 1)
  const told = links.length > 5 ? [...links.slice(0, 2), ...links.slice(-3)] : links
  let before = -1
  return told.map(({ at, event }) => {
    const when = clock(at) === clock(before) ? '' : `at ${clock(at)} `
    before = at
    return `${when}${sentence(event)}`
  }).join(', then ')
}

export interface Weakness { readonly what: string; readonly since: Micros; readonly seq: number }

/**
 * What a chain of causes does not show: that an array of which it speaks had been on one copy already, or had lost another disk in the
 * same moment, and what that came from.
 */
export function weakenedBefore(run: Pick<Run, 'trace' | 'start'>, seq: number): Weakness[] {
  const chain = chainOf(run, seq), [root] = chain, last = chain.at(-1)
  if (!root || !last) return []
  const because = 'because' in last.event ? last.event.because ?? '' : ''
  const arrays = Object.keys(run.start.md.arrays).filter(array => because.includes(array) || chain.some(({ event }) => 'array' in event && event.array === array))
  const exposed = new Map<string, Weakness>(), gone = new Map<string, Weakness>()
  for (const { at, seq, event } of run.trace) {
    if (seq === last.seq) break
    switch (event.type) {
      case 'service.exposureBegan': if (event.copies > 0 && !exposed.has(event.array)) exposed.set(event.array, { what: `${event.array} had been on one copy`, since: at, seq }); break
      case 'service.exposureEnded': exposed.delete(event.array); break
      case 'scsi.pathLost': case 'scsi.pathSilent': case 'scsi.mediumBroken': gone.set(event.disk, { what: `${event.disk} had been gone`, since: at, seq }); break
      case 'scsi.pathRestored': gone.delete(event.disk); break
    }
  }
  // What came of the same first cause is part of the same story.
  const ofItself = ({ seq }: Weakness) => chainOf(run, seq)[0]?.seq !== root.seq
  const weaknesses = arrays.flatMap(array => exposed.get(array) ?? []).filter(ofItself)
  if (weaknesses.length > 0) return weaknesses
  const disks = new Set(arrays.flatMap(array => run.start.md.arrays[array as never]!.members.map(({ disk }) => disk)))
  return [...disks].flatMap(disk => gone.get(disk) ?? []).filter(ofItself)
}

/** The chain in a sentence, and what had weakened the system before it ended. */
export function becauseOf(run: Pick<Run, 'trace' | 'start'>, seq: number): string {
  const before = weakenedBefore(run, seq).map(({ what, since, seq }) => {
    const [root] = chainOf(run, seq)
    return `; ${what} since ${clock(since)}${root && root.event.type !== 'sim.started' ? `, when ${sentence(root.event)}` : ''}`
  })
  return `${chainSentence(run, seq)}${before.join('')}`
}
