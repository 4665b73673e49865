/** A scenario that is written to another folder names the files beside it so that they are found from there. */
import { relative, resolve } from 'node:path'

type Written = Record<string, unknown>
const isRecord = (value: unknown): value is Written => typeof value === 'object' && value !== null && !Array.isArray(value)
/** Where scenario/beside.ts looks for names of files; `*` stands for every key or place. */
const NAMED = [['system', 'radvd', 'daemons', '*', 'config'], ['system', 'terminal', 'files', '*', '*'], ['operators', '*', 'run'], ['timeline', '*', 'do', 'text'], ['timeline', '*', 'do', '*', 'text']]

export function relocated(input: Written, from: string, to: string): Written {
  if (from === to) return input
  return NAMED.reduce<unknown>((value, path) => changed(value, path, name => /^[\w./~@+-]+$/.test(name) ? relative(to, resolve(from, name)) : name), input) as Written
}
function changed(value: unknown, [key, ...rest]: readonly string[], change: (name: string) => string): unknown {
  if (key === undefined) return typeof value === 'string' ? change(value) : value
  if (Array.isArray(value)) return key === '*' ? value.map(each => changed(each, rest, change)) : value
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, key === '*' || key === name ? changed(each, rest, change) : each]))
}
