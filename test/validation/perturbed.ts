/** The parameters of a case with one of them changed by a tenth: counts by one, shares and loads downwards, what lies deeper too. */
import type { Parameters } from './family.ts'

const COUNTS = new Set(['n', 'k', 'N', 'c', 'K', 'crew', 'needUp', 'drives', 'maxRounds', 'dirtyChunks', 'dupAddrDetectTransmits', 'codes', 'tier', 'simulatedGroups'])
const SHARES = new Set(['p', 'pAsym', 'coverage', 'beta', 'rho', 'lambda', 'meanService'])
/** They take part in nothing, or only together with others. */
const FIXED = new Set(['tier', 'simulatedGroups', 'k', 'needUp'])

export interface Changed { readonly name: string; readonly parameters: Parameters }

export const oneByOne = (parameters: Parameters): Changed[] => places(parameters, []).map((path, i) =>
  ({ name: path.join('.'), parameters: changed(parameters, path, path[0] as string, i) as Parameters }))
export const allAtOnce = (parameters: Parameters): Changed =>
  ({ name: 'all at once', parameters: places(parameters, []).reduce((all, path, i) => changed(all, path, path[0] as string, i) as Parameters, parameters) })

function places(value: unknown, path: readonly string[]): (readonly string[])[] {
  if (typeof value === 'number') return path.some(name => FIXED.has(name)) ? [] : [path]
  return typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, inner]) => places(inner, [...path, key])) : []
}
function changed(value: unknown, [key, ...rest]: readonly string[], name: string, i: number): unknown {
  if (key === undefined) {
    const number = value as number
    // Chunks are powers of two; 1800 times 1.1 is 1980.
    return COUNTS.has(name) ? number + 1 : name === 'bitmapChunkMiB' ? number / 2 : Number((number * (SHARES.has(name) || i % 2 === 1 ? 0.9 : 1.1)).toPrecision(12))
  }
  return Array.isArray(value) ? value.with(Number(key), changed(value[Number(key)], rest, name, i))
    : { ...value as object, [key]: changed((value as Record<string, unknown>)[key], rest, name, i) }
}
