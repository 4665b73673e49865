/**
 * ls: names in the order of bytes (C locale), one to a line unless standard output is a terminal. Source: GNU coreutils 9.1.
 */
import { defineCommand } from '../kernel/command.ts'
import { failed } from '../kernel/errno.ts'
import type { Machine } from '../kernel/machine.ts'
import type { Process } from '../kernel/process.ts'
import { inside, type Node } from '../kernel/tree.ts'
import { complain, misused, out, quote } from './io.ts'
import { blocksOf, entriesOf, inodeOf, linksOf, modeText, nameOfGroup, nameOfUser, sizeOfNode } from './nodes.ts'
import { options, type Options } from './options.ts'
import { versions } from './sort-keys.ts'
import { strftime } from './strftime.ts'

interface Entry { readonly name: string; readonly node: Node }

const LONG = {
  all: 'a', 'almost-all': 'A', directory: 'd', classify: 'F::', 'human-readable': 'h', si: 'si', inode: 'i', 'numeric-uid-gid': 'n', 'no-group': 'G', recursive: 'R', reverse: 'r', size: 's', sort: 'sort:', time: 'time:', color: 'color::', 'full-time': 'full',
  'time-style': 'style:', dereference: 'L', 'group-directories-first': 'dirsfirst', 'ignore-backups': 'B', ignore: 'I:', hide: 'hide:', 'block-size': 'block:', format: 'format:', 'indicator-style': 'indicator:', 'file-type': 'type', literal: 'N', 'quote-name': 'Q', escape: 'b', width: 'w:', zero: 'zero', kibibytes: 'k', author: 'author', 'show-control-chars': 'show', 'hide-control-chars': 'q',
}
const SORTS: Readonly<Record<string, string>> = { none: 'U', size: 'S', time: 't', version: 'v', extension: 'X', name: '' }

const listing = (name: string) => defineCommand({
  name,
  *run(p) {
    const o = yield* options(p, { short: 'aAbBcCdDfFgGhHiI:klLmnNopqQrRsStT:uUvw:xXZ1', long: LONG }, { fail: 2 })
    if (typeof o === 'number') return o
    const sort = o.get('sort')
    if (sort !== undefined && SORTS[sort] === undefined) {
      yield* misused(p, `invalid argument ${quote(sort)} for '--sort'\nValid arguments are:\n${['none', 'time', 'size', 'extension', 'version', 'width'].map(each => `  - '${each}'`).join('\n')}`)
      return 1
    }
    const shape = new Shape(p, o), files: Entry[] = [], dirs: Entry[] = [], first: string[] = []
    let status = 0
    for (const path of o.operands.length === 0 ? ['.'] : o.operands) {
      const follow = !(shape.long || o.has('d', 'F')) || o.has('L', 'H')
      let node = p.find(path, follow)
      if (failed(node) && follow && !o.has('L')) node = p.find(path, false)
      if (failed(node)) {
        yield* complain(p, `cannot access ${quote(path)}: ${node.text}`)
        status = 2
      } else if (node.kind === 'directory' && !o.has('d')) dirs.push({ name: path, node })
      else files.push({ name: path, node })
    }
    if (files.length > 0) first.push(shape.show(shape.sorted(files)))
    const titled = o.has('R') || o.operands.length > 1
    const visit = function (dir: Entry): void {
      const { node } = dir, own = inside(node as Parameters<typeof inside>[0])
      let entries: Entry[] = entriesOf(own).map(([name, node]) => ({ name, node })).filter(({ name }) => shape.visible(name))
      if (o.has('a', 'f') && !(o.lastOf('a', 'A') === 'A')) entries = [{ name: '.', node: own }, { name: '..', node: own.parent ?? own }, ...entries]
      const text = `${first.length > 0 ? '\n' : ''}${titled ? `${dir.name}:\n` : ''}${shape.total(entries)}${shape.show(shape.sorted(entries), `${dir.name.replace(/(?<=.)\/+$/, '').replace(/^\/$/, '')}/`)}`
      first.push(text)
      if (o.has('R')) for (const each of shape.sorted(entries)) if (each.node.kind === 'directory' && each.name !== '.' && each.name !== '..') visit({ name: `${dir.name.replace(/(?<=.)\/+$/, '').replace(/^\/$/, '')}/${each.name}`, node: each.node })
    }
    for (const dir of shape.sorted(dirs)) visit(dir)
    if (!(yield* out(p, first.join('')))) return 2
    return status
  },
})

class Shape {
  readonly long: boolean
  private readonly p: Process
  private readonly o: Options
  private readonly machine: Machine
  constructor(p: Process, o: Options) {
    this.p = p
    this.o = o
    this.machine = p.machine
    this.long = o.has('l', 'g', 'n', 'o', 'full') || ['long', 'verbose'].includes(o.get('format') ?? '')
  }
  visible(name: string): boolean {
    const { o } = this
    if (o.has('B') && name.endsWith('~')) return false
    return o.has('a', 'A', 'f') || !name.startsWith('.')
  }
  sorted(entries: readonly Entry[]): Entry[] {
    const { o } = this, list = [...entries], way = SORTS[o.get('sort') ?? '?'] ?? o.lastOf('t', 'S', 'U', 'f', 'v', 'X') ?? ''
    if (way === 'U' || way === 'f') return list
    const byName = (a: Entry, b: Entry): number => a.name < b.name ? -1 : a.name > b.name ? 1 : 0
    const suffix = ({ name }: Entry): string => name.includes('.') ? name.slice(name.lastIndexOf('.')) : ''
    const order = way === 't' ? (a: Entry, b: Entry) => b.node.mtime - a.node.mtime || byName(a, b)
      : way === 'S' ? (a: Entry, b: Entry) => sizeOfNode(b.node) - sizeOfNode(a.node) || byName(a, b)
        : way === 'v' ? (a: Entry, b: Entry) => versions(a.name, b.name) || byName(a, b)
          : way === 'X' ? (a: Entry, b: Entry) => (suffix(a) < suffix(b) ? -1 : suffix(a) > suffix(b) ? 1 : byName(a, b)) : byName
    list.sort(o.has('r') ? (a, b) => order(b, a) : order)
    return o.has('dirsfirst') ? [...list.filter(({ node }) => node.kind === 'directory'), ...list.filter(({ node }) => node.kind !== 'directory')] : list
  }
  total(entries: readonly Entry[]): string {
    if (!this.long && !this.o.has('s')) return ''
    const blocks = entries.reduce((sum, { node }) => sum + blocksOf(node), 0) / 2
    return `total ${this.o.has('h') ? human(blocks * 1024) : blocks}\n`
  }
  private mark(node: Node): string {
    const { o } = this
    if (o.has('F') || o.get('indicator') === 'classify') {
      if ((node.kind === 'file' || node.kind === 'dyn') && node.mode & 0o111) return '*'
    } else if (o.has('p') || o.get('indicator') === 'slash') return node.kind === 'directory' ? '/' : ''
    else if (!o.has('type') && o.get('indicator') !== 'file-type') return ''
    return node.kind === 'directory' ? '/' : node.kind === 'symlink' ? '@' : node.kind === 'fifo' ? '|' : ''
  }
  private label(name: string): string {
    const { o } = this
    return o.has('Q') ? `"${name.replace(/["\\]/g, '\\$&')}"` : o.has('b') ? name.replace(/[ \\]/g, '\\$&').replace(/\n/g, '\\n') : name
  }
  show(entries: readonly Entry[], prefix = ''): string {
    const { o, machine } = this, end = o.has('zero') ? '\0' : '\n'
    if (!this.long) {
      const inodes = entries.map(({ node }) => o.has('i') ? String(inodeOf(machine, node)) : ''), sizes = entries.map(({ node }) => o.has('s') ? (o.has('h') ? human(blocksOf(node) * 512) : String(blocksOf(node) / 2)) : '')
      const wi = Math.max(0, ...inodes.map(text => text.length)), ws = Math.max(0, ...sizes.map(text => text.length))
      const names = entries.map(({ name, node }, i) => `${o.has('i') ? `${inodes[i]!.padStart(wi)} ` : ''}${o.has('s') ? `${sizes[i]!.padStart(ws)} ` : ''}${this.label(name)}${this.mark(node)}`)
      const format = o.get('format'), columns = o.has('C') || format === 'vertical' || format === 'horizontal' || o.has('x')
      if (o.has('m') || format === 'commas') return names.length === 0 ? '' : `${names.join(', ')}\n`
      if ((columns || this.p.fds.get(1)?.tty === true) && o.lastOf('C', '1', 'x') !== '1' && !o.has('zero')) return inColumns(names, Number(o.get('w') ?? this.p.env.get('COLUMNS') ?? 80) || 1e9, o.has('x') || format === 'horizontal')
      return names.map(name => name + end).join('')
    }
    const numeric = o.has('n')
    const rows = entries.map(({ name, node }) => [
      o.has('i') ? String(inodeOf(machine, node)) : '', o.has('s') ? (o.has('h') ? human(blocksOf(node) * 512) : String(blocksOf(node) / 2)) : '', modeText(node), String(linksOf(node)), o.has('g') ? '' : numeric ? String(node.uid) : nameOfUser(machine, node.uid), o.has('o', 'G') ? '' : numeric ? String(node.gid) : nameOfGroup(machine, node.gid),
      node.kind === 'block' || node.kind === 'char' ? `${node.major}, ${node.minor}` : o.has('h') ? human(sizeOfNode(node)) : String(sizeOfNode(node)), this.time(node.mtime),
      `${this.label(name)}${node.kind === 'symlink' ? ` -> ${node.target}${this.targetMark(name, prefix)}` : this.mark(node)}`,
    ])
    const used = rows[0]?.map((_, i) => i).filter(i => rows.some(row => row[i] !== '')) ?? [], widths = used.map(i => Math.max(...rows.map(row => row[i]!.length)))
    // Major and minor numbers have columns of their own.
    const devices = entries.some(({ node }) => node.kind === 'block' || node.kind === 'char')
    if (devices) {
      const minor = Math.max(...entries.map(({ node }) => node.kind === 'block' || node.kind === 'char' ? String(node.minor).length : 0)), major = Math.max(...entries.map(({ node }) => node.kind === 'block' || node.kind === 'char' ? String(node.major).length : 0)), at = used.indexOf(6)
      entries.forEach(({ node }, i) => { if (node.kind === 'block' || node.kind === 'char') rows[i]![6] = `${String(node.major).padStart(major)}, ${String(node.minor).padStart(minor)}` })
      widths[at] = Math.max(widths[at]!, major + 2 + minor)
    }
    const left = new Set([2, 4, 5, 7])
    return rows.map(row => used.map((i, n) => i === 8 ? row[i]! : left.has(i) ? row[i]!.padEnd(widths[n]!) : row[i]!.padStart(widths[n]!)).join(' ') + end).join('')
  }
  private targetMark(name: string, prefix: string): string {
    if (!this.o.has('F')) return ''
    const target = this.p.find(prefix + name)
    return failed(target) ? '' : this.mark(target)
  }
  private time(seconds: number): string {
    const { o } = this, style = o.has('full') ? 'full-iso' : o.get('style') ?? '', at = { seconds, nanos: 0 }
    if (style.startsWith('+')) return strftime(style.slice(1), at)
    if (style === 'full-iso') return strftime('%Y-%m-%d %H:%M:%S.%N %z', at)
    if (style === 'long-iso') return strftime('%Y-%m-%d %H:%M', at)
    const now = this.machine.unixSeconds(), recent = seconds <= now && seconds > now - 31_556_952 / 2
    if (style === 'iso') return strftime(recent ? '%m-%d %H:%M' : '%Y-%m-%d ', at)
    return strftime(recent ? '%b %e %H:%M' : '%b %e  %Y', at)
  }
}
/** `4.0K`, `12M`: rounded up, as -h does. */
export function human(bytes: number): string {
  if (bytes < 1024) return String(bytes)
  let n = bytes, unit = -1
  while (n >= 1024) { n /= 1024; unit++ }
  const tenths = Math.ceil(n * 10)
  if (tenths < 100) return `${Math.floor(tenths / 10)}.${tenths % 10}${'KMGTPE'[unit]}`
  return Math.ceil(n) >= 1024 ? `1.0${'KMGTPE'[unit + 1]}` : `${Math.ceil(n)}${'KMGTPE'[unit]}`
}
/** As many columns as fit, filled downwards (or across). */
function inColumns(names: readonly string[], width: number, across: boolean): string {
  if (names.length === 0) return ''
  for (let columns = Math.min(names.length, Math.max(1, Math.floor(width / 3))); ; columns--) {
    const rows = Math.ceil(names.length / columns), place = (i: number): number => across ? i % columns : Math.floor(i / rows), widths: number[] = []
    names.forEach((name, i) => { widths[place(i)] = Math.max(widths[place(i)] ?? 0, name.length + (place(i) === columns - 1 ? 0 : 2)) })
    if (columns > 1 && (widths.length < columns || widths.reduce((sum, w) => sum + w, 0) >= width)) continue
    const lines: string[] = []
    for (let r = 0; r < rows; r++) {
      let line = '', at = 0, start = 0
      for (let c = 0; c < columns; c++) {
        const name = names[across ? r * columns + c : c * rows + r]
        if (name === undefined) continue
        // Filled up with tabs where one takes the place of blanks.
        while (at < start) {
          const tab = Math.floor(start / 8) > Math.floor((at + 1) / 8)
          line += tab ? '\t' : ' '
          at += tab ? 8 - at % 8 : 1
        }
        line += name
        at = start + name.length
        start += widths[c]!
      }
      lines.push(`${line}\n`)
    }
    return lines.join('')
  }
}
export const LS = [listing('ls')]
