/**
 * Ids and tables. An id is a string that the compiler will not take for the id of another kind of thing; a table is a record of
 * things by id that may be called anything, even `constructor`, because it has no prototype.
 */

declare const kind: unique symbol
export type Id<Kind extends string> = string & { readonly [kind]: Kind }

/**
 * A record without a prototype. The JavaScript engine treats it as the hash table it is: models of hundreds of hosts run half as
 * fast again as with ordinary objects. Keys that look like integers would be iterated out of order, so ids never do.
 */
export function table<K extends string, V>(entries: Iterable<readonly [K, V]> = []): Record<K, V> {
  const result = Object.create(null) as Record<K, V>
  for (const [key, value] of entries) result[key] = value
  return result
}

/** Object.keys, entries that keep the kind of id. */
export const keysOf = <K extends string>(record: Readonly<Partial<Record<K, unknown>>>): K[] => Object.keys(record) as K[]
export const entriesOf = <K extends string, V>(record: Readonly<Record<K, V>>): [K, V][] => Object.entries(record) as [K, V][]
