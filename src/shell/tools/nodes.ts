/**
 * What ls, stat, find and chmod have in common: modes in letters, symbolic modes, users and groups, sizes, and inode numbers, which are given out as
 * nodes are first looked at, so that equal runs see equal numbers.
 */
import type { Machine } from '../kernel/machine.ts'
import { failed } from '../kernel/errno.ts'
import { inside, type Node } from '../kernel/tree.ts'

const numbers = new WeakMap<Machine, { next: number; of: WeakMap<Node, number> }>()
export function inodeOf(machine: Machine, node: Node): number {
  let book = numbers.get(machine)
  if (book === undefined) numbers.set(machine, book = { next: 131_073, of: new WeakMap() })
  let number = book.of.get(node)
  if (number === undefined) book.of.set(node, number = book.next++)
  return number
}

export const TYPE: Readonly<Record<Node['kind'], string>> = { file: '-', dyn: '-', directory: 'd', symlink: 'l', fifo: 'p', block: 'b', char: 'c' }
const BITS: Readonly<Record<Node['kind'], number>> = { file: 0o100000, dyn: 0o100000, directory: 0o040000, symlink: 0o120000, fifo: 0o010000, block: 0o060000, char: 0o020000 }
/** st_mode with the bits of the type. */
export const fullMode = (node: Node): number => BITS[node.kind] | node.mode & 0o7777
export function modeText(node: Node): string {
  const m = node.mode, three = (shift: number, special: number, s: string): string =>
    `${m >> shift & 4 ? 'r' : '-'}${m >> shift & 2 ? 'w' : '-'}${m & special ? (m >> shift & 1 ? s : s.toUpperCase()) : m >> shift & 1 ? 'x' : '-'}`
  return TYPE[node.kind] + three(6, 0o4000, 's') + three(3, 0o2000, 's') + three(0, 0o1000, 't')
}
/** As stat(2) tells it: what is computed has no size. */
export const sizeOfNode = (node: Node): number =>
  node.kind === 'file' ? (node.program === undefined ? node.content.length : 67_896) : node.kind === 'symlink' ? node.target.length : node.kind === 'directory' ? (node.set === undefined ? 0 : 4096) : 0
/** Blocks of 512 bytes. */
export const blocksOf = (node: Node): number => node.kind === 'file' ? Math.ceil(sizeOfNode(node) / 4096) * 8 : node.kind === 'directory' && node.set !== undefined ? 8 : 0
export function linksOf(node: Node): number {
  if (node.kind !== 'directory') return node.nlink
  let n = 2
  for (const [, child] of node.list()) if (child.kind === 'directory') n++
  return n
}

const table = (machine: Machine, file: string): [name: string, id: number][] => {
  const node = machine.tree.find(file, machine.tree.root)
  return failed(node) || node.kind !== 'file' ? [] : node.content.split('\n').map(line => line.split(':')).filter(fields => fields.length > 2).map(fields => [fields[0]!, Number(fields[2])])
}
export const nameOfUser = (machine: Machine, uid: number): string => table(machine, '/etc/passwd').find(([, id]) => id === uid)?.[0] ?? String(uid)
export const nameOfGroup = (machine: Machine, gid: number): string => table(machine, '/etc/group').find(([, id]) => id === gid)?.[0] ?? String(gid)
/** A number, or a name from /etc/passwd or /etc/group; null if there is none. */
export const userId = (machine: Machine, name: string): number | null => table(machine, '/etc/passwd').find(([each]) => each === name)?.[1] ?? (/^\+?\d+$/.test(name) ? Number(name) : null)
export const groupId = (machine: Machine, name: string): number | null => table(machine, '/etc/group').find(([each]) => each === name)?.[1] ?? (/^\+?\d+$/.test(name) ? Number(name) : null)

/** `755`, `u+x,go-w`, `a=rX`: how it changes a mode; null if it is no mode. */
export function modeChange(text: string, umask: number): ((mode: number, isDirectory: boolean) => number) | null {
  if (/^[0-7]{1,5}$/.test(text)) {
    const mode = parseInt(text, 8)
    if (mode > 0o7777) return null
    // Bits set-user-ID and set-group-ID of a directory stay unless five digits are given.
    return (old, isDirectory) => isDirectory && text.length < 5 ? mode | old & 0o6000 : mode & 0o7777
  }
  const clauses: { who: number; all: boolean; op: string; perms: string }[] = []
  for (const clause of text.split(',')) {
    const [all, who, actions] = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]|[0-7]+))+)$/.exec(clause) ?? []
    if (all === undefined) return null
    const mask = who === '' ? 0o7777 : [...who!].reduce((sum, letter) => sum | ({ u: 0o4700, g: 0o2070, o: 0o1007, a: 0o7777 } as Readonly<Record<string, number>>)[letter]!, 0)
    for (const [, op, perms] of actions!.matchAll(/([-+=])([rwxXst]*|[ugo]|[0-7]+)(?=[-+=]|$)/g)) clauses.push({ who: mask, all: who === '', op: op!, perms: perms! })
  }
  return (old, isDirectory) => {
    let mode = old
    for (const { who, all, op, perms } of clauses) {
      let bits = 0
      if (/^[0-7]+$/.test(perms)) bits = parseInt(perms, 8)
      else if (/^[ugo]$/.test(perms)) bits = (mode >> { u: 6, g: 3, o: 0 }[perms as 'u' | 'g' | 'o'] & 7) * 0o111
      else for (const letter of perms) bits |= letter === 'r' ? 0o444 : letter === 'w' ? 0o222 : letter === 'x' ? 0o111 : letter === 'X' ? (isDirectory || mode & 0o111 ? 0o111 : 0) : letter === 's' ? 0o6000 : 0o1000
      // Without a letter for whom, the umask counts.
      bits &= all ? who & ~(umask & 0o777) : who
      const cleared = all && op === '=' ? 0o777 | (isDirectory ? 0 : 0o7000) : who & (isDirectory ? 0o1777 : 0o7777)
      mode = op === '+' ? mode | bits : op === '-' ? mode & ~bits : mode & ~cleared | bits
    }
    return mode
  }
}

/** Entries by name, in the order of bytes; mounted roots are what one sees. */
export function entriesOf(dir: Node): [name: string, node: Node][] {
  if (dir.kind !== 'directory') return []
  const entries: [string, Node][] = []
  for (const [name, node] of inside(dir).list()) entries.push([name, node.kind === 'directory' ? inside(node) : node])
  return entries.sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0)
}
