/**
 * The word that was probably meant, for messages about unknown names. Capitals do not count as a difference: whoever cares about them
 * says so in the message.
 */

/** The nearest of the known words, if it is near enough: a third of its letters may be wrong, and of a short word one. */
export function nearest(word: string, known: readonly string[], difference = lettersBetween): string | undefined {
  let best: string | undefined, least = Infinity
  for (const candidate of known) {
    const far = word === candidate ? Infinity : difference(word, candidate)
    if (far < least && far <= Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3))) {
      best = candidate
      least = far
    }
  }
  return best
}

/** Letters to insert, delete, replace or swap; small and capital letters are one. Words of very different lengths are just far apart. */
export function lettersBetween(one: string, other: string): number {
  const a = one.toLowerCase(), b = other.toLowerCase()
  if (Math.abs(a.length - b.length) > 12) return 99
  let before: readonly number[] = [], previous: readonly number[] = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : Infinity
      row.push(Math.min(row[j - 1]! + 1, previous[j]! + 1, previous[j - 1]! + same, swapped))
    }
    before = previous
    previous = row
  }
  return previous[b.length]!
}
