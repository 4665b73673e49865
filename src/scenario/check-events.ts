/** Names inside events: requests of a timeline or an operator, and patterns that name a fact or a request. */
import { eventTypes, factFields, requestTypes } from './telling/index.ts'
import type { Kind } from './telling/telling.ts'
import { A, mustExist, type NameKind, type Names, type Report } from './names.ts'
import { describe, listed, listedNear, meant, unknownName, type Path } from './issue.ts'

/** What the fields of requests name. `array` of md.create is new, so it names nothing yet. */
const FIELDS: Readonly<Record<string, NameKind>> = {
  guest: 'guest', system: 'system', disk: 'disk', space: 'disk', array: 'array', nwsd: 'nwsd', host: 'guest', service: 'service',
  node: 'node', interface: 'interface', port: 'port', towards: 'port', link: 'link', switch: 'switch', daemon: 'daemon', sea: 'sea', component: 'component', crew: 'crew', part: 'part', fault: 'fault',
}
const OWN: Readonly<Record<string, Readonly<Record<string, NameKind | null>>>> = {
  'hypervisor.migrate': { to: 'system' }, 'boot.copyPrep': { from: 'disk', to: 'disk' }, 'md.create': { array: null },
  // A port of the switch that stands beside it, by its name there.
  'vswitch.setRelay': { port: null },
}

export function checkRequest(path: Path, names: Names, report: Report): void {
  const type = names.text(...path, 'type')
  if (type === undefined) return
  for (const [field] of names.entries(...path)) {
    const own = OWN[type]?.[field], kind = own === null ? undefined : own ?? FIELDS[field]
    if (kind && !(kind === 'array' && madeLater(names))) mustExist(kind, [...path, field], names, report)
  }
}

/** A scenario that creates arrays as it goes may name these too. */
export const madeLater = (names: Names): boolean => names.list('timeline').some((_, index) => {
  const step: Path = ['timeline', index, 'do']
  return [step, ...names.list(...step).map((__, turn): Path => [...step, turn])].some(each => names.text(...each, 'type') === 'md.create')
})

const NAMED: ReadonlySet<Kind> = new Set(Object.keys(A) as NameKind[])

/** A pattern: its type exists, it has these fields, and the things it names exist. */
export function checkEvent(path: Path, names: Names, report: Report): void {
  const type = names.text(...path, 'type')
  if (type === undefined) return
  const at = [...path, 'type'], known = eventTypes
  const fields = factFields.get(type)
  if (!fields) {
    if (requestTypes.includes(type)) return checkRequest(path, names, report)
    const [model] = type.split('.')
    // A model from elsewhere: its facts are known to its own compiler only.
    if (names.models.includes(model!) && !known.some(each => each.startsWith(`${model}.`))) return
    const near = known.filter(each => each.split('.')[0] === model)
    return report({ path: at, at: 'value', found: `found ${describe(type)}`, expected: `expected an event such as ${listedNear(type, near.length > 0 ? near : known)}`, ...meant(type, known) })
  }
  for (const [field, value] of names.entries(...path)) {
    if (field === 'type') continue
    const kind = fields[field]
    if (kind === undefined) report({ path: [...path, field], at: 'key', found: `unknown field ${describe(field)} of ${type}`, expected: `expected ${listed(Object.keys(fields), 'or')}`, ...meant(field, Object.keys(fields)) })
    else if (NAMED.has(kind) && typeof value === 'string') {
      const all = names.of(kind as NameKind)
      // Arrays may be created, so those of the scenario are not all there will ever be.
      if (all && !all.includes(value) && !(kind === 'array' && madeLater(names))) report(unknownName([...path, field], A[kind as NameKind], value, all))
    } else if (kind === 'number' && typeof value !== 'number') report({ path: [...path, field], at: 'value', found: `found ${describe(value)}`, expected: 'expected a number' })
    else if (kind === 'flag' && typeof value !== 'boolean') report({ path: [...path, field], at: 'value', found: `found ${describe(value)}`, expected: 'expected true or false' })
  }
}
