/**
 * The names that a scenario gives to its things, read from it as it was written, so that names can be checked even where the rest of
 * it is wrong. A section that is misspelt or no mapping has unknown names: nothing is said about references to these.
 */
import { parseDuration, type Micros } from '../base/time.ts'
import { valueAt } from './explain.ts'
import { unknownName, type Path, type Problem } from './issue.ts'
import type { Kind } from './telling/telling.ts'

export type NameKind = Exclude<Kind, 'text' | 'number' | 'micros' | 'flag' | 'list'>

export const A: Readonly<Record<NameKind, string>> = {
  guest: 'the guest', system: 'the managed system', disk: 'the disk', array: 'the array', nwsd: 'the NWSD', service: 'the service',
  operator: 'the operator', fault: 'the fault', component: 'the component', crew: 'the crew', part: 'the spare part',
  node: 'the node', interface: 'the interface', port: 'the port', link: 'the link', switch: 'the switch', daemon: 'the daemon', sea: 'the shared Ethernet adapter',
}

export interface Names {
  /** Some section is misspelt, so that what seems to be missing may not be. */
  readonly misspelt: boolean
  /** The models of the stack. */
  readonly models: readonly string[]
  /** undefined: cannot be told. */
  of(kind: NameKind): readonly string[] | undefined
  at(...path: Path): unknown
  entries(...path: Path): [string, unknown][]
  list(...path: Path): unknown[]
  text(...path: Path): string | undefined
  time(...path: Path): Micros | undefined
}

export type Report = (problem: Problem) => void

/** A name must be one of those that exist, wherever these can be told. */
export function mustExist(kind: NameKind, path: Path, names: Names, report: Report): void {
  const name = names.text(...path), known = names.of(kind)
  if (name !== undefined && known !== undefined && !known.includes(name)) report(unknownName(path, A[kind], name, known))
}

export function keyMustExist(kind: NameKind, path: Path, names: Names, report: Report): void {
  const known = names.of(kind), name = String(path.at(-1))
  if (known !== undefined && !known.includes(name)) report({ ...unknownName(path, A[kind], name, known), at: 'key' })
}

export const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

export function namesOf(input: unknown, models: readonly string[]): Names {
  const at = (...path: Path) => valueAt(input, path)
  const entries = (...path: Path): [string, unknown][] => { const value = at(...path); return isRecord(value) ? Object.entries(value) : [] }
  const list = (...path: Path): unknown[] => { const value = at(...path); return Array.isArray(value) ? value : [] }
  const text = (...path: Path) => { const value = at(...path); return typeof value === 'string' ? value : undefined }
  const time = (...path: Path) => { const value = text(...path); return value === undefined ? undefined : parseDuration(value) }
  const misspelt = entries('system').some(([section]) => !models.includes(section))
  /** The keys of a mapping; none if it was left out; undefined if something else stands there, or may stand there misspelt. */
  const keys = (...path: Path): string[] | undefined => {
    for (let depth = 1; depth <= path.length; depth++) {
      const value = at(...path.slice(0, depth))
      if (value === undefined) return depth === 2 && misspelt ? undefined : depth > 2 && hasStrangeKeys(at(...path.slice(0, depth - 1)), path[depth - 1]!) ? undefined : []
      if (!isRecord(value)) return undefined
    }
    return entries(...path).map(([key]) => key)
  }
  /** Ports and links: those that are written, and those that switches and cables bring. */
  const wires = (kind: 'port' | 'link'): readonly string[] | undefined => {
    const own = keys('system', 'net', kind === 'port' ? 'ports' : 'links'), interfaces = made.interface ??= make('interface')
    if (own === undefined || interfaces === undefined || at('system', 'sea') !== undefined) return undefined
    const cables = list('system', 'vswitch', 'cables').map((_, index) => [text('system', 'vswitch', 'cables', index, 'from'), text('system', 'vswitch', 'cables', index, 'to')] as const)
    const ends = cables.flat().flatMap(end => end ?? [])
    const switched = entries('system', 'vswitch', 'switches').flatMap(([name]) => entries('system', 'vswitch', 'switches', name, 'ports').flatMap(([port]) =>
      ends.includes(`${name}/${port}`) ? [] : `${name}/${port.includes('.') ? port : `${port}.eth0`}`))
    return [...new Set(kind === 'port' ? [...interfaces, ...own, ...switched, ...ends.filter(end => end.includes('/'))] : [...own, ...switched, ...cables.flatMap(([from]) => from ?? [])])]
  }
  const made: { [K in NameKind]?: readonly string[] | undefined } = {}
  const make = (kind: NameKind): readonly string[] | undefined => {
    switch (kind) {
      case 'guest': return keys('system', 'hypervisor', 'guests')
      case 'system': return keys('system', 'hypervisor', 'systems')
      case 'array': return keys('system', 'md', 'arrays')
      case 'service': return keys('system', 'service', 'services')
      case 'fault': return keys('faults')
      case 'component': return keys('system', 'component')
      case 'crew': return keys('system', 'repair', 'crews')
      case 'part': return keys('system', 'repair', 'parts')
      case 'node': return keys('system', 'ip', 'nodes')
      case 'switch': return keys('system', 'vswitch', 'switches')
      case 'daemon': return keys('system', 'radvd', 'daemons')
      case 'sea': return keys('system', 'sea', 'adapters')
      case 'interface': return keys('system', 'ip', 'nodes')?.flatMap(node =>
        at('system', 'ip', 'nodes', node, 'interfaces') === undefined ? `${node}.eth0` : entries('system', 'ip', 'nodes', node, 'interfaces').map(([name]) => `${node}.${name}`))
      case 'port': case 'link': return wires(kind)
      case 'operator': return list('operators').map((_, index) => text('operators', index, 'name') ?? `operator${index + 1}`)
      case 'disk': {
        const spaces = keys('system', 'vscsi', 'spaces')
        return spaces && [...spaces, ...list('system', 'scsi', 'disks').flatMap((_, index) => text('system', 'scsi', 'disks', index, 'disk') ?? [])]
      }
      case 'nwsd': {
        const own = keys('system', 'vscsi', 'nwsds'), spaces = keys('system', 'vscsi', 'spaces')
        if (own === undefined || spaces === undefined) return undefined
        return [...new Set([...own, ...spaces.flatMap(space => defaultNwsd(text('system', 'vscsi', 'spaces', space, 'host'), text('system', 'vscsi', 'spaces', space, 'to'), text('system', 'vscsi', 'spaces', space, 'nwsd')))])]
      }
    }
  }
  return { misspelt, models, at, entries, list, text, time, of: kind => kind in made ? made[kind] : made[kind] = make(kind) }
}

/** With a key near the one that is missing, the mapping may well have it, misspelt. */
const hasStrangeKeys = (value: unknown, key: string | number) => isRecord(value) && Object.keys(value).some(each => each[0] === String(key)[0])

function defaultNwsd(host: string | undefined, client: string | undefined, own: string | undefined): string[] {
  return own !== undefined ? [own] : host === undefined || client === undefined ? [] : [`${host}-${client}`]
}
