/** JSON Merge Patch (RFC 7396): how a variant changes the system it is a variant of. Pure; what is not changed is shared. */

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What is given replaces, mappings are merged, null takes away, lists are replaced whole. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch
  const result: Record<string, unknown> = isRecord(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = mergePatch(result[key], value)
  }
  return result
}

/** Whether a path is in a value. */
export function has(value: unknown, path: readonly (string | number)[]): boolean {
  let at: unknown = value
  for (const key of path) {
    if (Array.isArray(at) ? typeof key !== 'number' || key >= at.length : !isRecord(at) || !Object.hasOwn(at, key)) return false
    at = (at as Record<string | number, unknown>)[key]
  }
  return true
}

/** What stands there; undefined where nothing does. */
export const valueAt = (value: unknown, path: readonly (string | number)[]): unknown =>
  has(value, path) ? path.reduce<unknown>((at, key) => (at as Record<string | number, unknown>)[key], value) : undefined

/** A copy of the value in which something else stands at the path; undefined if the path is not there. */
export function replaced(value: unknown, path: readonly (string | number)[], by: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return by
  if (!has(value, [key])) return undefined
  const inner = replaced((value as Record<string | number, unknown>)[key], rest, by)
  if (inner === undefined) return undefined
  if (Array.isArray(value)) return value.map((each: unknown, index) => index === key ? inner : each)
  return { ...value as Record<string, unknown>, [key]: inner }
}
