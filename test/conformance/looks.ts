/** Looks as structures, so that two of them are compared by what they say and not by what the recordings' README calls volatile. */

/** What a command shows of the state. */
export interface Look { kind: 'mdstat' | 'detail' | 'scsi' | 'lsscsi' | 'partitions' | 'file'; what: string; text: string }

/** The first difference in words, undefined if the two say the same. */
export function difference(kind: Look['kind'], what: string, expected: string, found: string): string | undefined {
  if (kind === 'mdstat') return first(mdstatOf(expected), mdstatOf(found))
  if (kind === 'detail') return first(detailOf(expected), detailOf(found))
  if (kind === 'file' && /sync_completed|sync_speed$/.test(what)) return undefined
  const why = first(lines(expected), lines(found))
  // The kernel probes the disks of a booting guest one beside the other where hot-plug events are on: who comes first is chance.
  return why !== undefined && kind === 'partitions' && lines(expected).sort().join() === lines(found).sort().join() ? `the same lines in another order (probing at boot is concurrent in the recording, by host number here): ${why}` : why
}

const lines = (text: string): string[] => text.split('\n').map(line => line.trimEnd()).filter(line => line !== '')

function first(expected: string[], found: string[]): string | undefined {
  for (let i = 0; i < Math.max(expected.length, found.length); i++)
    if (expected[i] !== found[i]) return `expected ${expected[i] === undefined ? 'nothing more' : `"${expected[i]}"`}, found ${found[i] === undefined ? 'nothing more' : `"${found[i]}"`}`
  return undefined
}

/** One line for each array: members in order with numbers and flags, size, metadata, slots, what goes on, whether there is a bitmap. */
export function mdstatOf(text: string): string[] {
  const result: string[] = []
  for (const line of text.split('\n')) {
    if (/^md\d+ : /.test(line)) result.push(line.trimEnd())
    else if (/^\s+\d+ blocks/.test(line)) result.push(`${result.pop() ?? ''} | ${line.trim()}`)
    else if (/=\s*(DELAYED|PENDING)/.test(line)) result.push(`${result.pop() ?? ''} | ${line.trim()}`)
    else if (/^\s+\[[=>.]+\]/.test(line)) result.push(`${result.pop() ?? ''} | ${/(\w+) =/.exec(line)?.[1] ?? ''}`)
    else if (/^\s+bitmap:/.test(line)) result.push(`${result.pop() ?? ''} | bitmap ${/(\d+KB) chunk/.exec(line)?.[1] ?? ''}`)
  }
  // With 0.90 the numbers of members that are not in their slots change at every superblock write.
  return result.map(line => / super /.test(line) ? line : line.replace(/(sd\w+)\[(\d+)\](\([FSR]\))?/g, (whole, name: string, number: string, flag = '') =>
    flag === '(F)' || flag === '(S)' || Number(number) >= Number(/\[(\d+)\/\d+\]/.exec(line)?.[1] ?? 0) ? `${name}[*]${flag as string}` : whole))
}

const COMPARED = ['Version', 'Raid Level', 'Array Size', 'Used Dev Size', 'Raid Devices', 'Total Devices', 'Preferred Minor', 'Persistence', 'Intent Bitmap', 'State',
  'Active Devices', 'Working Devices', 'Failed Devices', 'Spare Devices', 'Consistency Policy', 'Rebuild Status', 'Resync Status', 'Check Status']

export function detailOf(text: string): string[] {
  const result: string[] = []
  const old = /Version : 0\.90/.test(text)
  const rest: string[] = []
  for (const line of text.split('\n')) {
    const [, name = '', value = ''] = /^\s*([A-Z][A-Za-z ]+?) : (.*)$/.exec(line) ?? []
    if (COMPARED.includes(name)) result.push(`${name} : ${maskValue(name, value)}`)
    // Rows: number, major, minor, slot, state, device.
    const [, number, major, minor, slot, state] = /^\s+(\d+|-)\s+(\d+)\s+(\d+)\s+(\d+|-)\s+(.*\S)\s*$/.exec(line) ?? []
    if (number === undefined) continue
    const row = `${old && (slot === '-' || /spare|faulty/.test(state!)) ? '*' : number} ${major} ${minor} ${slot} ${state!.replace(/\s+/g, ' ')}`
    if (slot === '-') rest.push(row)
    else result.push(row)
  }
  return [...result, ...(old ? rest.sort() : rest)]
}

/** Clean or active depends on how long ago the last write was; how far a sync is on the emulator's speed. */
function maskValue(name: string, value: string): string {
  if (name === 'State') return value.trim().replace(/^(clean|active)/, '*')
  if (name.endsWith(' Status')) return '*'
  return value.trim()
}
