/** Read-only views for the compiler; nothing is frozen at run time. And a copy of plain data that keeps tables tables. */

type Leaf = string | number | boolean | null | undefined
/** Leaves come first: otherwise a branded id, which is a string *and* an object to the compiler, would be taken apart. */
export type DeepReadonly<T> = T extends Leaf ? T : { readonly [K in keyof T]: DeepReadonly<T[K]> }

/** A copy of plain data, several times faster than structuredClone. Objects without a prototype stay without one. */
export function copy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copy) as T
  if (Object.getPrototypeOf(value) === null) {
    const result = Object.create(null) as T
    for (const key in value) result[key] = copy(value[key])
    return result
  }
  const result = { ...value }
  for (const key in result) {
    const part = result[key]
    if (typeof part === 'object' && part !== null) result[key] = copy(part)
  }
  return result
}

/**
 * Makes copies of plain data that survives JSON, each as dear as two of `copy`. What JSON.parse makes is to the engine of the same shape as what a literal
 * makes, and what is spread is not: code that meets both, at first compiled for one of them, is compiled twice and stays slower.
 */
export function copies<T>(value: T): () => T {
  const text = JSON.stringify(value)
  return () => withTables(value, JSON.parse(text) as T)
}

/** Where the original has objects without a prototype, `made` gets some. */
function withTables<T>(value: T, made: T): T {
  if (typeof value !== 'object' || value === null) return made
  const isTable = Object.getPrototypeOf(value) === null, result = isTable ? Object.create(null) as T : made
  for (const key in value) {
    const part = withTables(value[key], made[key])
    if (isTable || part !== made[key]) result[key] = part
  }
  return result
}
