/**
 * What a search has seen: distinct states of the mirrors, commands and lines of scripts that ran, kinds of fault by phase of recovery; and what it has not.
 */
import type { DeepReadonly } from '../base/readonly.ts'
import type { SimEvent, World } from '../models/stack.ts'
import { outcome } from '../models/scsi/state.ts'
import type { Varied } from '../scenario/vary.ts'
import type { Target } from './target.ts'

type View = DeepReadonly<World>
/** In which phase of the story a fault strikes. */
export const PHASES = ['all in sync', 'not yet noticed', 'exposed', 'recovering', 'script at work', 'partition down'] as const
export type Phase = (typeof PHASES)[number]

export function phaseOf(target: Target, world: View): Phase {
  for (const guest of target.clients) if (world.hypervisor.guests[guest]?.up !== true) return 'partition down'
  for (const { script } of Object.values(world.terminal.open)) if (target.scripts.includes(script)) return 'script at work'
  let exposed = false, unnoticed = false
  for (const id of target.arrays) {
    const a = world.md.arrays[id]!
    if (a.sync !== null) return 'recovering'
    if (a.inSync < a.raidDevices) exposed = true
    for (const m of a.members) if (!m.faulty && outcome(world.scsi, m.device, 'read') !== 'ok') unnoticed = true
  }
  return exposed ? 'exposed' : unnoticed ? 'not yet noticed' : 'all in sync'
}

/** As plain data, to be sent between workers and added up. */
export interface Covered {
  readonly states: readonly string[]
  readonly lines: readonly string[]
  readonly commands: readonly string[]
  /** `ipl × recovering`, `ipl of i5a`: how often. */
  readonly hits: Readonly<Record<string, number>>
}

export class Coverage {
  private readonly states = new Set<string>()
  private readonly lines = new Map<string, Set<number>>()
  private readonly commands = new Set<string>()
  private readonly hits = new Map<string, number>()

  line(script: string, line: number): void {
    const lines = this.lines.get(script)
    if (lines === undefined) this.lines.set(script, new Set([line]))
    else lines.add(line)
  }
  hit(kind: Varied, target: string, phase: Phase): void {
    for (const key of [`${kind} × ${phase}`, `${kind} of ${target}`]) this.hits.set(key, (this.hits.get(key) ?? 0) + 1)
  }
  event(event: SimEvent): void {
    if (event.type === 'terminal.enter') this.commands.add(event.command.split(' ', 1)[0]!)
  }
  /** Roles of members, paths of disks, who is up: everything that a person would call a different situation. */
  state(target: Target, world: View): void {
    let text = ''
    for (const id of target.arrays) {
      const a = world.md.arrays[id]!
      text += `${a.state[0]}${a.broken ? '!' : ''}${a.sync === null ? '' : a.sync.action[0]}${a.sync?.phase === 'delayed' ? 'd' : ''}`
      for (const m of a.members.toSorted((x, y) => x.disk < y.disk ? -1 : 1)) text += `${m.disk}${m.faulty ? 'F' : m.inSync ? 'A' : m.slot >= 0 ? 'R' : 'S'}`
      text += '|'
    }
    for (const disks of target.disksOf.values()) for (const disk of disks) text += `${world.scsi.disks[disk]!.path[0]}${world.scsi.disks[disk]!.device === null ? '-' : ''}`
    for (const guest of target.clients) text += world.hypervisor.guests[guest]!.state[0]
    this.states.add(text)
  }
  add(other: Covered): void {
    for (const each of other.states) this.states.add(each)
    for (const each of other.lines) this.line(each.slice(0, each.lastIndexOf(':')), Number(each.slice(each.lastIndexOf(':') + 1)))
    for (const each of other.commands) this.commands.add(each)
    for (const [key, n] of Object.entries(other.hits)) this.hits.set(key, (this.hits.get(key) ?? 0) + n)
  }
  covered(): Covered {
    return { states: [...this.states].sort(), lines: [...this.lines].flatMap(([script, lines]) => [...lines].map(line => `${script}:${line}`)).sort(), commands: [...this.commands].sort(), hits: Object.fromEntries([...this.hits].sort(([a], [b]) => a < b ? -1 : 1)) }
  }
}
