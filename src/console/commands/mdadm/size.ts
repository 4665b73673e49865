/** Sizes as mdadm reads and writes them. Source: mdadm 4.2 util.c parse_size, human_size, human_size_brief. */

/** Sectors of `64K`, `10M`, `8s`; a number alone is KiB. null: not a size. */
export function parseSize(text: string): number | null {
  const [, digits, unit] = /^\s*\+?(\d+)(K|M|G|T|s|)$/.exec(text) ?? []
  if (digits === undefined) return null
  const n = Number(digits)
  return n <= 0 ? null : n * { '': 2, K: 2, M: 2048, G: 2 ** 21, T: 2 ** 31, s: 1 }[unit as 'K']!
}
/** A whole number and nothing else; null otherwise. */
export const parseNumber = (text: string): number | null => (/^\s*[-+]?\d+$/.test(text) ? Number(text) : null)

const centi = (bytes: number, unit: number): string => (Math.floor((Math.floor(bytes * 200 / unit) + 1) / 2) / 100).toFixed(2)
const MIB = 1_048_576, GIB = 1_073_741_824, TIB = GIB * 1024
/** ` (90.00 MiB 94.37 MB)`, nothing below 5000 KiB. */
export function humanSize(bytes: number): string {
  if (bytes < 5000 * 1024) return ''
  const [binary, decimal, letter] = bytes < 2 * GIB ? [MIB, 1e6, 'M'] : bytes < 2 * TIB ? [GIB, 1e9, 'G'] : [TIB, 1e12, 'T']
  return ` (${centi(bytes, binary as number)} ${letter}iB ${centi(bytes, decimal as number)} ${letter}B)`
}
/** `90.00MiB`, `94.37MB`. */
export function humanSizeBrief(bytes: number, prefix: 'IEC' | 'JEDEC'): string {
  if (bytes < 5000 * 1024) return ''
  const [binary, decimal, letter] = bytes < 2 * GIB ? [MIB, 1e6, 'M'] : bytes < 2 * TIB ? [GIB, 1e9, 'G'] : [TIB, 1e12, 'T']
  return prefix === 'IEC' ? `${centi(bytes, binary as number)}${letter}iB` : `${centi(bytes, decimal as number)}${letter}B`
}
/** `64 KB`, whole units, rounded down. */
export function humanChunk(bytes: number): string {
  let rest = bytes, unit = 0
  for (; rest >= 1024; unit++) rest = Math.floor(rest / 1024)
  return `${rest} ${['B', 'KB', 'MB', 'GB', 'TB'][unit]}`
}
