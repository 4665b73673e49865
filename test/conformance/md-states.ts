/**
 * The looks of a recording: what a command shows of arrays, disks and files of /sys, among whatever else it prints. Each command that shows
 * something is a unit of the row md-states, compared by what it says and not by its letters.
 */
import { difference, type Look } from './looks.ts'
import type { Played } from './md-shell.ts'
import type { Unit } from './rows.ts'

const BEGINS: readonly (readonly [Look['kind'], RegExp, RegExp])[] = [
  ['mdstat', /^Personalities/, /^(md\d+ :|\s|$|unused)/], ['detail', /^\/dev\/md.*:$/, /^(\s|$|[A-Z][A-Za-z ]+ : )/], ['scsi', /^Attached devices/, /^(Host:| )/],
  ['lsscsi', /^\[\d+:/, /^\[\d+:/], ['partitions', /^major minor/, /^(\s+\d+\s+\d+|$)/],
]

/** Blocks that are recognised by how they begin; then, of a plain `cat` of /sys or /proc/sys, the lines that are left. */
export function looksIn(command: string, lines: readonly string[]): Look[] {
  const looks: Look[] = [], rest: string[] = []
  for (let at = 0; at < lines.length;) {
    const found = BEGINS.find(([, begins]) => begins.test(lines[at]!))
    if (found === undefined) {
      rest.push(lines[at++]!)
      continue
    }
    const [kind, , goesOn] = found, from = at++
    while (at < lines.length && goesOn.test(lines[at]!)) at++
    looks.push({ kind, what: command, text: lines.slice(from, at).join('\n') })
  }
  if (rest.length > 0 && /^cat (\/sys|\/proc\/sys)\/[^|]*$/.test(command)) looks.push({ kind: 'file', what: command, text: rest.join('\n') })
  return looks
}

export function stateUnits(name: string, { commands, broken }: Played): Unit[] {
  const units: Unit[] = []
  for (const { id, command, ran } of commands) {
    const expected = looksIn(command.text, command.out), found = looksIn(command.text, ran.out.replace(/\n$/, '').split('\n'))
    if (expected.length === 0) continue
    let why = expected.length === found.length ? undefined : `${expected.map(({ kind }) => kind).join(', ')} expected, found ${found.map(({ kind }) => kind).join(', ') || 'nothing'}: ${ran.err.split('\n')[0]}`
    for (let i = 0; why === undefined && i < expected.length; i++) why = difference(expected[i]!.kind, expected[i]!.what, expected[i]!.text, found[i]!.text)
    units.push({ id, why })
  }
  return [...units, ...broken.map(why => ({ id: `${name}:check`, why }))]
}
