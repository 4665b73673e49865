/**
 * The order in which bash walks an associative array: through the buckets of its hash table, in each the newest first.
 * Source: bash 5.2, observed; the hash is FNV-1 with 32 bits, 1024 buckets at first, four times as many when there are twice as many keys as buckets.
 */

/** Buckets of a table that has grown to so many keys. */
function bucketsFor(keys: number): number {
  let buckets = 1024
  while (keys >= buckets * 2) buckets *= 4
  return buckets
}
function hashOf(key: string): number {
  let h = 2166136261
  for (let i = 0; i < key.length; i++) h = Math.imul(h, 16777619) ^ (key.charCodeAt(i) << 24 >> 24)
  return h >>> 0
}
export function hashOrder(map: ReadonlyMap<string, string>): readonly string[] {
  if (map.size < 2) return [...map.keys()]
  const mask = bucketsFor(map.size) - 1
  return [...map.keys()].map((key, i) => ({ key, i, bucket: hashOf(key) & mask })).sort((a, b) => a.bucket - b.bucket || b.i - a.i).map(({ key }) => key)
}
