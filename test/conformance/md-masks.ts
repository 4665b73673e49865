/**
 * What the recordings call volatile, masked: the README's first list as compare.py has it, and the kinds of difference that were seen between
 * two recordings of the same scenario.
 */
const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}:[0-9a-f]{8}:[0-9a-f]{8}:[0-9a-f]{8}/g, 'UUID'],
  [/(Creation Time|Update Time) : .*/, '$1 : T'],
  [/Checksum : \w+/, 'Checksum : C'],
  [/\[[=>.]{21,22}\] +(\w+) = .*/, 'PROGRESS $1'],
  [/(Status) : \d+% complete/, '$1 : N%'],
  [/(Events(?: Cleared)?) : [\d.]+/, '$1 : N'],
  [/Offset : \d+ sectors$/, 'Offset : N sectors'],
  [/\(\d+ < \d+\)/g, '(N < N)'],
  // An array is active until 0.2 s after the last write; bits of a bitmap are cleared lazily.
  [/(\bState : )(?:clean|active)\b/, '$1S'],
  [/bitmap: \d+\/(\d+) pages \[\d+KB\]/, 'bitmap: N/$1 pages [NKB]'],
  [/(Bitmap : \d+ bits \(chunks\), ).*/, '$1N'],
  // The clock of the recorded guest.
  [/^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d: /, 'CLOCK: '],
  [/^(\d+(?:\.\d+)? [kMG]?B.*|\d+ bytes .*) copied, .*/, '$1 copied'],
]

const REBUILD = /^Rebuild\d+ \/dev\//
/** Lines to compare. The order of bracketed numbers of spares and failed members is chance with metadata 0.90. */
export function masked(lines: readonly string[], command: string): string[] {
  const text = lines.join('\n')
  const old = (line: string, i: number): boolean => !/ super /.test(lines[i + 1] ?? '') && /^md\d+ : active/.test(line)
  // How far a sync was, and how often, when the monitor looked.
  if (lines.some(line => REBUILD.test(line))) return masked(lines.filter(line => !REBUILD.test(line)), command)
  const old90 = /Version : 0\.90/.test(text)
  return lines.map((line, i) => {
    let result = line
    for (const [pattern, by] of VOLATILE) result = result.replace(pattern, by)
    if (/sync_completed|sync_speed(?!_)/.test(command)) result = result.replace(/\d+/g, 'N')
    if (old(line, i)) result = result.replace(/(sd\w+)\[(\d+)\](\([FSR]\))?/g, (whole, name: string, number: string, flag: string | undefined) => {
      const of = Number(/\[(\d+)\/\d+\]/.exec(lines[i + 1] ?? '')?.[1] ?? 0)
      return flag === '(F)' || flag === '(S)' || Number(number) >= of ? `${name}[*]${flag ?? ''}` : whole
    })
    if (old90 && /^\s+\d+\s+\d+\s+\d+\s+(-|\d+)\s+(spare|faulty)/.test(line)) result = result.replace(/^\s+\d+/, '       *')
    return result
  })
}

const KERNEL_VOLATILE = /tag#|I\/O error, dev|callbacks suppressed|super_written|page read|unable to read partition|Mode Sense|Attached scsi generic/
/** Kernel lines that are compared. At which block a read failed, and how often that repeats, depends on the requests that were under way. */
export function kernelMasked(lines: readonly string[]): string[] {
  return lines.filter(line => !KERNEL_VOLATILE.test(line)).map(line => line.replace(/\(\d+ < \d+\)/g, '(N < N)').replace(/for block \d+$/, 'for block N'))
    .filter((line, i, all) => line !== all[i - 1] || !/unrecoverable/.test(line))
}
