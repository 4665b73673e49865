/** gawk's other ways to cut a record into fields: FPAT says what a field is, FIELDWIDTHS how wide each is (`2 3:4 *`). Source: gawk 5.2 manual. */
import type { RegexOf, Splitter } from './records.ts'

export function fieldsByPattern(pattern: string, regexOf: RegexOf): Splitter {
  const regex = regexOf(pattern)
  return text => {
    const fields: string[] = []
    for (let at = 0; at <= text.length;) {
      const found = regex.find(text, at, at > 0)
      if (found === null) break
      // An empty field counts only where no field has just ended.
      if (found[1] > found[0] || at === 0 || found[0] > at) fields.push(text.slice(found[0], found[1]))
      at = found[1] > found[0] ? found[1] : found[1] + 1
    }
    return fields
  }
}
export function fieldsByWidths(widths: string): Splitter {
  const parts = widths.trim().split(/\s+/).map(part => {
    const [, skip, width] = /^(?:(\d+):)?(\d+|\*)$/.exec(part) ?? []
    return { skip: Number(skip ?? 0), width: width === '*' ? Infinity : Number(width ?? 0) }
  })
  return text => {
    const fields: string[] = []
    let at = 0
    for (const { skip, width } of parts) {
      at += skip
      if (at >= text.length) break
      fields.push(text.slice(at, at + width))
      at += width
    }
    return fields
  }
}
