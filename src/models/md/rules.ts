/**
 * What always holds for the slice of md, whatever breaks: slots, numbers and counts agree, nobody copies twice on one disk, nothing that
 * is stopped goes on. Checked after every event where a run is checked, so these may search; handlers may not.
 */
import type { ArrayId, ArrayView, MdView } from './state.ts'

export function ruleBroken(s: MdView): string | undefined {
  for (const id of Object.keys(s.arrays) as ArrayId[]) {
    const broken = arrayRuleBroken(s, id, s.arrays[id]!)
    if (broken !== undefined) return `${id}: ${broken}`
  }
  for (const { arrays } of Object.values(s.guests))
    for (const [i, one] of arrays.entries())
      for (const other of arrays.slice(i + 1))
        if (copies(s.arrays[one]!) && copies(s.arrays[other]!) && shareDevice(s.arrays[one]!, s.arrays[other]!)) return `${one} and ${other} copy on one disk at a time`
  return undefined
}

function arrayRuleBroken(s: MdView, id: ArrayId, a: ArrayView): string | undefined {
  // What is bound to an array that does not run is as the disks say, stale halves and all; nothing is counted before the start.
  const bound = a.state === 'inactive'
  let inSync = 0
  let failed = 0
  const numbers = new Set<number>()
  for (const m of a.members) {
    if (m.inSync && m.faulty) return 'a member is in sync and faulty'
    if (m.inSync && m.slot < 0) return 'a member in sync has no slot'
    if (m.inSync && !m.replacement) inSync++
    if (m.faulty) failed++
    if (m.slot >= a.raidDevices) return 'a slot beyond the raid devices'
    if (!bound && numbers.has(m.number)) return 'two members have one number'
    numbers.add(m.number)
    if (!(s.arraysOn[m.disk] ?? []).includes(id)) return 'a member is missing in the index of disks'
    for (const n of a.members) if (!bound && m !== n && m.slot >= 0 && n.slot === m.slot && m.replacement === n.replacement && !m.faulty && !n.faulty) return 'two members in one slot'
  }
  if (a.members.flatMap((m, i) => m.slot >= 0 ? [i] : []).join() !== a.slotted.join()) return 'the positions of members in slots are out of date'
  if (failed !== a.failed) return 'faulty members are miscounted'
  if (!bound && inSync !== a.inSync) return 'members in sync are miscounted'
  if (inSync > a.raidDevices) return 'more members in sync than raid devices'
  if (a.state === 'active' && inSync === 0) return 'it runs without a member in sync'
  if (a.state !== 'active' && (a.sync !== null || a.ioTimer !== null)) return 'it is stopped and goes on'
  if (a.sync !== null && a.sync.action === 'recovery' && !a.members.some(m => m.slot >= 0 && !m.inSync && !m.faulty)) return 'it recovers nothing'
  if (a.state === 'stopped' && a.access.readable) return 'it is stopped and readable'
  return undefined
}

const copies = (a: ArrayView): boolean => a.sync !== null && a.sync.phase === 'running'
function shareDevice(a: ArrayView, b: ArrayView): boolean {
  for (const m of a.members) for (const n of b.members) if (m.device === n.device) return true
  return false
}
