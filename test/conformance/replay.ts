/** Replays one recording and compares every look. */
import { Machine } from './machine.ts'
import { difference, type Look } from './looks.ts'
import type { Unit } from './rows.ts'
import { parseTranscript, type Transcript } from './transcript.ts'


const START = /^md: (resync|recovery|data-check|requested-resync) of RAID array (md\d+)$/
const DONE = /^md: (md\d+): (resync|recovery|data-check|requested-resync) done\.$/

export function replay(name: string, text: string): Unit[] {
  const units: Unit[] = []
  try {
    play(name, text, units)
  } catch (error) {
    // The rest of this recording cannot be judged; what could not is told, and the others go on.
    units.push({ id: `${name}:stopped`, why: `the replay broke off: ${error instanceof Error ? error.message : String(error)}` })
  }
  return units
}

function play(name: string, text: string, units: Unit[]): void {
  const transcript = parseTranscript(name, text)
  if (!transcript.complete) units.push({ id: `${name}:end`, why: 'the recording has no "# end": it is not complete' })
  const machine = new Machine({ diskMib: disksOf(transcript), hotplug: transcript.hotplug })
  const medium = /spapr-vscsi|ibmvscsi/.test(transcript.hba)
  let end = 0
  for (const [index, item] of transcript.items.entries()) {
    const id = `${name}:${item.line}`
    if (item.kind === 'kernel') {
      const [, , array] = START.exec(item.text) ?? [], done = array === undefined ? undefined : doneAfter(transcript, index, array)
      if (array !== undefined) machine.pace(array, done === undefined ? undefined : done - Math.max(item.at, machine.now))
    } else if (item.kind === 'directive') {
      const next = nextCommand(transcript, index)
      switch (item.name) {
        case 'host-down': case 'host-up':
          // The directive has no time of its own: it is done some time before the next command.
          machine.advance(next === undefined ? end + 0.35 : Math.max(end, next - 0.5))
          for (const host of item.args) if (item.name === 'host-down') machine.hostDown(Number(host), medium)
          else machine.hostUp(Number(host))
          break
        case 'reboot': case 'power-cut':
          machine.restart(item.name === 'reboot')
          end = 0
          break
        case 'sleep': end += Number.parseFloat(item.args[0] ?? '0'); break
        case 'boot-log': case 'wait-idle': case 'wait-mdstat': end += item.waited; break
        default: units.push({ id, why: `the directive @${item.name} is not known` })
      }
    } else {
      end = item.at + item.took
      const { looks, unmapped, mixed } = machine.run(item.text, item.at, end)
      machine.learn(looks, item.out)
      for (const what of unmapped) units.push({ id: `${id}?`, why: `no request is known for: ${what}` })
      const refused = item.status !== 0 && looks.length > 0 && item.out.length === 0
      if (looks.length > 0 && !refused) units.push({ id, why: compare(looks, item.out, mixed) })
    }
  }
  for (const broken of machine.sim.check()) units.push({ id: `${name}:check`, why: broken })
}

/** The output of a command belongs to its looks, one after the other; each begins and ends in its own way. */
function compare(looks: Look[], out: string[], mixed: boolean): string | undefined {
  if (looks.length === 1 && !mixed) return difference(looks[0]!.kind, looks[0]!.what, out.join('\n'), looks[0]!.text)
  let at = 0
  for (const { kind, what, text } of looks) {
    const from = kind === 'file' ? at : out.findIndex((line, n) => n >= at && BEGINS[kind].test(line))
    if (from < 0 || from >= out.length) {
      if (mixed && kind === 'file') continue
      return `${what}: not in the output that was recorded`
    }
    let to = from + 1
    while (kind !== 'file' && to < out.length && GOES_ON[kind].test(out[to]!)) to++
    at = to
    const why = difference(kind, what, out.slice(from, to).join('\n'), text)
    // Among other output a single word cannot be told from anybody else's.
    if (why !== undefined && !(mixed && kind === 'file')) return `${what}: ${why}`
  }
  return undefined
}
type Block = Exclude<Look['kind'], 'file'>
const BEGINS: Readonly<Record<Block, RegExp>> = { mdstat: /^Personalities/, detail: /^\/dev\/md.*:$/, scsi: /^Attached devices/, lsscsi: /^\[\d+:/, partitions: /^major minor/ }
const GOES_ON: Readonly<Record<Block, RegExp>> = {
  mdstat: /^(md\d+ :|\s|$|unused)/, detail: /^(\s|$)/, scsi: /^(Host:| )/, lsscsi: /^\[\d+:/, partitions: /^(\s+\d+\s+\d+|$)/,
}

function doneAfter({ items }: Transcript, index: number, array: string): number | undefined {
  for (const item of items.slice(index + 1)) {
    if (item.kind === 'directive' && (item.name === 'reboot' || item.name === 'power-cut')) return undefined
    // With another limit half-way the two time stamps say nothing about the disks.
    if (item.kind === 'command' && /speed_limit|sync_speed|sync_max|sync_min/.test(item.text)) return undefined
    if (item.kind !== 'kernel') continue
    if (DONE.exec(item.text)?.[1] === array) return item.at
    if (item.text.startsWith(`md: ${array}: `) || START.exec(item.text)?.[2] === array) return undefined
  }
  return undefined
}
function nextCommand({ items }: Transcript, index: number): number | undefined {
  for (const item of items.slice(index + 1)) {
    if (item.kind === 'command') return item.at
    if (item.kind === 'directive' && (item.name === 'reboot' || item.name === 'power-cut')) return undefined
  }
  return undefined
}
const disksOf = ({ hosts, diskMib }: Transcript): number[] => Array.from({ length: hosts }, (_, i) => diskMib[i] ?? diskMib.at(-1) ?? 128)
