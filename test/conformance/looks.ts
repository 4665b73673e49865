/**
 * What a look at the system says, as structure: the same parser reads the recorded text and ours, so that what is compared is arrays,
 * members, numbers, flags, states and names, and not the figures that the recordings call volatile (progress, speed, times, events).
 */

export interface Look { readonly kind: string; readonly facts: readonly string[] }

/** The kind of look a command is, or undefined where its output is not a state of the system. */
export function lookOf(command: string): string | undefined {
  const text = command.trim()
  if (/[|>]/.test(text)) return undefined
  if (text === 'cat /proc/mdstat') return 'mdstat'
  if (text === 'cat /proc/scsi/scsi') return 'scsi'
  if (text === 'cat /proc/partitions') return 'partitions'
  if (text === 'lsscsi') return 'lsscsi'
  if (/^mdadm (--detail|-D) \/dev\/\S+$/.test(text)) return 'detail'
  const files = /^cat((?: \S+)+)$/.exec(text)?.[1]?.trim().split(' ')
  if (files?.every(file => /\/(array_state|sync_action|degraded|state|last_sync_action|mismatch_cnt|raid_disks)$/.test(file))) return 'sysfs'
  return undefined
}

export function readLook(kind: string, lines: readonly string[]): Look {
  const read = READERS[kind]
  return { kind, facts: read ? read(lines) : lines }
}

const READERS: Readonly<Record<string, (lines: readonly string[]) => string[]>> = {
  mdstat: readMdstat,
  detail: readDetail,
  scsi: lines => lines.filter(l => l.startsWith('Host:')),
  lsscsi: lines => lines.map(l => l.replaceAll(/\s+/g, ' ').trim()),
  partitions: lines => lines.filter(l => /^\s*\d/.test(l)).map(l => l.trim().split(/\s+/).join(' ')),
  sysfs: lines => [...lines],
}

/** One line per array: name, state words, level, members in order, blocks and metadata, `[n/m] [U_]`, operation, bitmap chunk. */
function readMdstat(lines: readonly string[]): string[] {
  const arrays: string[] = []
  for (const line of lines) {
    const head = /^(md\S*) : (.*)$/.exec(line)
    if (head) { arrays.push(`${head[1]}: ${head[2]}`); continue }
    if (arrays.length === 0 || /^(Personalities|unused)/.test(line)) continue
    const operation = /(resync|recovery|check|repair|reshape) ?= ?(DELAYED|PENDING|\s*[\d.]+%)/.exec(line)
    const told = operation ? `${operation[1]}${/DELAYED|PENDING/.test(operation[2]!) ? `=${operation[2]}` : ''}`
      : line.trim().replace(/bitmap: \d+\/\d+ pages \[\d+KB\]/, 'bitmap').replaceAll(/\s+/g, ' ')
    if (told !== '') arrays[arrays.length - 1] += ` | ${told}`
  }
  return arrays
}

const COMPARED = ['Version', 'Raid Level', 'Array Size', 'Used Dev Size', 'Raid Devices', 'Total Devices', 'State', 'Active Devices',
  'Working Devices', 'Failed Devices', 'Spare Devices', 'Consistency Policy', 'Intent Bitmap']

/** The lines that do not depend on the time of day; `clean` and `active` count as equal, since writes may be fresh. */
function readDetail(lines: readonly string[]): string[] {
  const facts: string[] = []
  for (const line of lines) {
    const field = /^\s*([A-Z][A-Za-z ]+?) : (.*?)\s*$/.exec(line)
    if (field && COMPARED.includes(field[1]!)) facts.push(`${field[1]}: ${field[2]!.replace(/^(clean|active)\b/, 'in service')}`)
    else if (/^\s*(Rebuild|Resync|Check) Status :/.test(line)) facts.push(line.trim().split(' : ')[0]!)
    else if (/^\s+(\d+|-)\s+\d+\s+\d+\s+(\d+|-)\s+/.test(line)) facts.push(line.trim().split(/\s+/).join(' '))
  }
  return facts
}
