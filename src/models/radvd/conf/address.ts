/**
 * Addresses of a radvd.conf as text: in the form of RFC 5952, and what they have in common with a prefix.
 *
 * radvd's scanner takes no dotted numbers and no zones, so neither is read here.
 */

function groups(text: string): number[] | null {
  if (!/^[0-9a-fA-F:]+$/.test(text)) return null
  const parts = text.split('::')
  if (parts.length > 2) return null
  const read = (part: string): number[] => part === '' ? [] : part.split(':').map(group => /^[0-9a-fA-F]{1,4}$/.test(group) ? parseInt(group, 16) : NaN)
  const head = read(parts[0]!), tail = parts.length === 2 ? read(parts[1]!) : []
  const all = parts.length === 2 ? [...head, ...Array<number>(Math.max(0, 8 - head.length - tail.length)).fill(0), ...tail] : head
  if (parts.length === 2 && head.length + tail.length > 7) return null
  return all.length === 8 && all.every(group => !Number.isNaN(group)) ? all : null
}
export function canonical(text: string): string | null {
  const all = groups(text)
  if (all === null) return null
  let best = -1, run = 1
  for (let i = 0; i < 8; i++) {
    let n = 0
    while (i + n < 8 && all[i + n] === 0) n++
    if (n > run) { best = i; run = n }
  }
  const hex = (list: number[]): string => list.map(group => group.toString(16)).join(':')
  return best < 0 ? hex(all) : `${hex(all.slice(0, best))}::${hex(all.slice(best + run))}`
}
export function inside(address: string, prefix: string, length: number): boolean {
  const a = groups(address), p = groups(prefix)
  if (a === null || p === null) return false
  return a.every((group, i) => {
    const bits = Math.min(16, Math.max(0, length - 16 * i))
    const mask = bits === 0 ? 0 : (0xffff << (16 - bits)) & 0xffff
    return (group & mask) === (p[i]! & mask)
  })
}
/** Host bits cut off. */
export function network(address: string, length: number): string {
  const all = groups(address)
  if (all === null) return address
  return canonical(all.map((group, i) => {
    const bits = Math.min(16, Math.max(0, length - 16 * i))
    return bits === 0 ? 0 : group & ((0xffff << (16 - bits)) & 0xffff)
  }).map(group => group.toString(16)).join(':')) ?? address
}
