/**
 * Directories that are filled as they are looked at. The table of what makes each entry is shared by all machines; a node is made when a machine
 * first sees it, and is that machine's own from then on. What a script adds or takes away lies over the table.
 */
import { directory, regularFile, type Directory, type Node } from '../kernel/tree.ts'

export type Makers = ReadonlyMap<string, () => Node>

/** A directory with these entries, each made when it is first seen. */
export function shelf(makers: Makers, mode = 0o755): Directory {
  const own = directory({}, mode), { get, set, list, delete: drop } = own, gone = new Set<string>()
  const fill = (name: string): Node | undefined => {
    const make = makers.get(name)
    if (make === undefined || gone.has(name)) return undefined
    set!(name, make())
    return get(name)
  }
  own.get = name => get(name) ?? fill(name)
  own.list = () => {
    for (const name of makers.keys()) if (get(name) === undefined) fill(name)
    return list()
  }
  own.names = function* () { for (const [name] of own.list()) yield name }
  own.delete = name => {
    gone.add(name)
    drop!(name)
  }
  return own
}
/** A maker of a text file. */
export const text = (content: string, mode = 0o644) => (): Node => regularFile(content, mode)
