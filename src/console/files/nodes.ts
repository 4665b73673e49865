/**
 * Computed parts of the file tree: directories whose entries follow the world, and files whose content does. Nodes are made when somebody
 * looks, and the same name gives the same node as long as it means the same thing; furnishing a machine therefore costs next to nothing.
 */
import { failed, type Failure } from '../../shell/kernel/errno.ts'
import { dynDirectory, dynFile, symlink, type Caller, type Directory, type DynFile, type Node } from '../../shell/kernel/tree.ts'

/** What is listed, and what a listed name is; a `key` that changes (another disk under the old name) makes a new node. */
export interface Listing { names(): Iterable<string>; make(name: string): Node; has?(name: string): boolean; key?(name: string): string }

export function listing({ names, make, has, key }: Listing): Directory {
  const made = new Map<string, { readonly key: string; readonly node: Node }>()
  const there = has ?? ((name: string) => { for (const one of names()) if (one === name) return true; return false })
  const nodeOf = (name: string): Node => {
    const now = key?.(name) ?? '', known = made.get(name)
    if (known !== undefined && known.key === now) return known.node
    const node = make(name)
    made.set(name, { key: now, node })
    return node
  }
  const dir = dynDirectory(function* () { for (const name of names()) yield [name, nodeOf(name)] as const }, name => there(name) ? nodeOf(name) : undefined)
  dir.names = names
  return dir
}

/** A directory with fixed names whose nodes are made when they are looked at. */
export function lazy(entries: Readonly<Record<string, () => Node>>): Directory {
  const names = Object.keys(entries)
  return listing({ names: () => names, has: name => Object.hasOwn(entries, name), make: name => entries[name]!() })
}

type Answer = undefined | Failure
/** A file of one line: what is read gets its line end, what is written comes without. */
export function attribute(read: (() => string | Failure) | null, write?: (word: string, p: Caller) => Answer, mode?: number): DynFile {
  const file = {
    ...(read !== null && { read: () => { const text = read(); return failed(text) ? text : `${text}\n` } }),
    ...(write !== undefined && { write: (bytes: string, p: Caller) => write(bytes.replace(/\n$/, ''), p) }),
  }
  return dynFile(file, mode ?? (write === undefined ? 0o444 : read === null ? 0o200 : 0o644))
}
/** A file of text as it is. */
export const textFile = (read: () => string, mode = 0o444): DynFile => dynFile({ read }, mode)
export const link = (target: string): Node => symlink(target)

/** kstrtoul(…, 10): digits, with one line end at most; null otherwise. */
export function wholeNumber(word: string): number | null {
  return /^\+?\d{1,18}$/.test(word) ? Number(word) : null
}
/** sysfs_streq: one line end at the end does not count. It is gone here already. */
export const isWord = <T extends string>(word: string, words: readonly T[]): word is T => (words as readonly string[]).includes(word)
