/**
 * Replays recordings through the simulated shell, and compares: the text and status of each command (row md-text), the kernel's lines of each
 * transcript (md-kernel), and whether all of a transcript is right (md-transcripts).
 */
import { Guest, type Ran } from './md-guest.ts'
import { kernelMasked, masked } from './md-masks.ts'
import type { Unit } from './rows.ts'
import { parseTranscript, type Command, type Transcript } from './transcript.ts'

const START = /^md: (resync|recovery|data-check|requested-resync) of RAID array (md\d+)$/
const DONE = /^md: (md\d+): (resync|recovery|data-check|requested-resync) done\.$/

export interface Played { transcript: Transcript; commands: { id: string; command: Command; ran: Ran }[]; said: string[]; broken: string[] }

export function play(name: string, text: string): Played {
  const transcript = parseTranscript(name, text), result: Played = { transcript, commands: [], said: [], broken: [] }
  const { hosts, diskMib, hotplug, hba } = transcript
  const guest = new Guest({ diskMib: Array.from({ length: hosts }, (_, i) => diskMib[i] ?? diskMib.at(-1) ?? 128), hotplug, vscsi: /spapr-vscsi|ibmvscsi/.test(hba) })
  if (!transcript.complete) result.broken.push('the recording has no "# end": it is not complete')
  let end = 0
  for (const [index, item] of transcript.items.entries()) {
    if (item.kind === 'kernel') {
      const array = START.exec(item.text)?.[2], done = array === undefined ? undefined : doneAfter(transcript, index, array)
      if (array !== undefined) guest.pace(array, done === undefined ? undefined : done - Math.max(item.at, guest.now))
    } else if (item.kind === 'command') {
      end = item.at + item.took
      let ran: Ran
      try {
        ran = guest.run(item.text, item.at, end)
      } catch (error) {
        // The rest of this recording cannot be judged; what could not is told, and the others go on.
        result.broken.push(`line ${item.line}: the replay broke off: ${error instanceof Error ? error.stack?.split('\n').slice(0, 3).join(' ') : String(error)}`)
        result.said = guest.said.map(({ text: line }) => line)
        return result
      }
      result.commands.push({ id: `${name}:${item.line}`, command: item, ran })
    } else switch (item.name) {
      case 'host-down': case 'host-up': {
        // The directive has no time of its own: it is done some time before the next command.
        const next = nextCommand(transcript, index)
        guest.advance(next === undefined ? end + 0.35 : Math.max(end, next - 0.5))
        for (const host of item.args) if (item.name === 'host-down') guest.hostDown(Number(host))
        else guest.hostUp(Number(host))
        break
      }
      case 'reboot': case 'power-cut':
        guest.restart(item.name === 'reboot')
        end = 0
        break
      case 'sleep': end += Number.parseFloat(item.args[0] ?? '0'); break
      case 'boot-log': case 'wait-idle': case 'wait-mdstat': end += item.waited; break
      default: result.broken.push(`the directive @${item.name} is not known`)
    }
  }
  guest.advance(end + 1)
  result.said = guest.said.map(({ text: line }) => line)
  result.broken.push(...guest.sim.check())
  return result
}

/** Each command is a unit; a replay that broke off, or a rule that does not hold, is one more. */
export function textUnits(name: string, { transcript, commands, broken }: Played): Unit[] {
  const units: Unit[] = commands.map(({ id, command, ran }) => ({ id, why: textDiffers(command, ran) }))
  for (const item of transcript.items.filter((one): one is Command => one.kind === 'command').slice(commands.length)) units.push({ id: `${name}:${item.line}`, why: 'not reached' })
  return [...units, ...broken.map(why => ({ id: `${name}:check`, why }))]
}
function textDiffers(command: Command, ran: Ran): string | undefined {
  const { text, out, err, status } = command, lines = (bytes: string): string[] => bytes === '' ? [] : bytes.replace(/\n$/, '').split('\n')
  const why = first(masked(out, text), masked(lines(ran.out), text), '|') ?? first(masked(err, text), masked(lines(ran.err), text), '!')
    ?? (status === ran.status ? undefined : ran.status === null ? 'it has not ended' : `exit ${status} expected, found ${ran.status}`)
  return why === undefined ? undefined : `${text.split('\n')[0]!.slice(0, 100)}: ${why}`
}
function first(expected: string[], found: string[], stream: string): string | undefined {
  for (let i = 0; i < Math.max(expected.length, found.length); i++)
    if (expected[i] !== found[i]) return `${stream} expected ${expected[i] === undefined ? 'nothing more' : `"${expected[i]}"`}, found ${found[i] === undefined ? 'nothing more' : `"${found[i]}"`}`
  return undefined
}

/** The transcript's lines appear among those that were said, in their order. */
export function kernelUnit(name: string, { transcript, said }: Played): Unit {
  const expected = kernelMasked(transcript.items.flatMap(item => item.kind === 'kernel' ? [item.text] : [])), found = kernelMasked(said)
  let at = 0
  for (const [i, line] of expected.entries()) {
    const next = found.indexOf(line, at)
    if (next < 0) return { id: name, why: `line ${i + 1} of ${expected.length} does not come: "${line}"; after "${found[at - 1] ?? ''}" comes "${found[at] ?? 'nothing'}"` }
    at = next + 1
  }
  return { id: name, why: undefined }
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
