/**
 * Signatures of slices made by leaving out: what only remembers, and the numbers of timers.
 *
 * Keys are meant by name, wherever in the slice they stand; things in a table may be called anything, even like a book, and stay. Equal
 * signatures must mean equal futures, so whoever is in doubt about a key leaves it in.
 */

/** `books`: keys that nothing in the future depends on. `timers`: keys of which only matters whether they are null. */
export function without<S>({ books, timers = [] }: { readonly books: readonly string[]; readonly timers?: readonly string[] }): (slice: S) => unknown {
  const dropped = new Set(books), flags = new Set(timers)
  return slice => strip(slice, dropped, flags)
}

function strip(value: unknown, books: ReadonlySet<string>, timers: ReadonlySet<string>): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(each => strip(each, books, timers))
  const isTable = Object.getPrototypeOf(value) === null, left: Record<string, unknown> = {}
  for (const [key, part] of Object.entries(value)) {
    if (isTable) left[key] = strip(part, books, timers)
    else if (timers.has(key)) left[key] = part !== null
    else if (!books.has(key)) left[key] = strip(part, books, timers)
  }
  return left
}
