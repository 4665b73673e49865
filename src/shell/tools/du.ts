/**
 * du: what files take on the disk, directories with all that lies in them. Source: GNU coreutils 9.1.
 */
import { defineCommand } from '../kernel/command.ts'
import { failed } from '../kernel/errno.ts'
import type { Process } from '../kernel/process.ts'
import { inside, type Node } from '../kernel/tree.ts'
import { globMatcher } from '../regex/glob.ts'
import type { Run } from '../kernel/wait.ts'
import { complain, misused, out, quote, sizeOf } from './io.ts'
import { human } from './ls.ts'
import { blocksOf, entriesOf, sizeOfNode } from './nodes.ts'
import { options, type Options } from './options.ts'

const LONG = {
  null: '0', all: 'a', 'apparent-size': 'A', 'block-size': 'B:', bytes: 'b', total: 'c', 'dereference-args': 'D', 'max-depth': 'd:', 'human-readable': 'h', si: 'si', dereference: 'L', 'count-links': 'l', 'no-dereference': 'P',
  'separate-dirs': 'S', summarize: 's', threshold: 't:', exclude: 'exclude:', 'one-file-system': 'x', time: 'time::', 'time-style': 'style:', 'exclude-from': 'X:', inodes: 'inodes', 'files0-from': 'from:',
}
/** Powers of 1000, rounded up. */
function si(bytes: number): string {
  let n = bytes, power = -1
  while (n >= 1000 && power < 7) { n /= 1000; power++ }
  if (power < 0) return String(bytes)
  const text = n < 10 ? (Math.ceil(n * 10) / 10).toFixed(1) : String(Math.ceil(n))
  return `${text === '10.0' ? '10' : text}${'kMGTPEZY'[power]}`
}

class Usage {
  readonly lines: string[] = []
  private readonly o: Options
  private readonly depth: number
  private readonly unit: number
  private readonly suffix: string
  private readonly least: number
  private readonly excluded: readonly { matches(text: string): boolean }[]
  private readonly seen = new Set<Node>()
  constructor(o: Options, depth: number, unit: number, suffix: string, least: number) {
    this.o = o
    this.depth = depth
    this.unit = unit
    this.suffix = suffix
    this.least = least
    this.excluded = o.every('exclude').map(pattern => globMatcher(pattern))
  }
  show(bytes: number, name: string): void {
    const { o } = this
    if (this.least >= 0 ? bytes < this.least : bytes > -this.least) return
    const way = o.lastOf('h', 'si', 'B', 'b', 'k', 'm')
    const size = o.has('inodes') ? String(bytes) : way === 'h' ? human(bytes) : way === 'si' ? si(bytes) : `${Math.ceil(bytes / this.unit)}${this.suffix}`
    this.lines.push(`${size}\t${name}${o.has('0') ? '\0' : '\n'}`)
  }
  /** The bytes of a file, or of all that lies in a directory. */
  visit(p: Process, node: Node, name: string, level: number): number {
    const { o } = this
    if (this.excluded.some(pattern => pattern.matches(name) || pattern.matches(name.slice(name.lastIndexOf('/') + 1)))) return 0
    if (node.kind !== 'directory' && node.nlink > 1 && !o.has('l')) {
      if (this.seen.has(node)) return 0
      this.seen.add(node)
    }
    const own = o.has('inodes') ? 1 : o.has('A', 'b') ? sizeOfNode(node) : blocksOf(node) * 512
    if (node.kind !== 'directory') {
      if (level === 0 || (o.has('a') && level <= this.depth)) this.show(own, name)
      return own
    }
    let all = own, separate = own
    const dir = inside(node)
    for (const [child, each] of entriesOf(dir)) {
      const target = o.has('L') && each.kind === 'symlink' ? p.machine.tree.find(child, dir) : each
      const bytes = this.visit(p, failed(target) ? each : target, `${name.replace(/(?<=.)\/+$/, '').replace(/^\/$/, '')}/${child}`, level + 1)
      all += bytes
      if (target === each && each.kind !== 'directory') separate += bytes
    }
    if (level <= this.depth) this.show(o.has('S') ? separate : all, name)
    return all
  }
}

const du = defineCommand({
  name: 'du',
  *run(p): Run {
    const o = yield* options(p, { short: '0aB:bcDd:HhkLlmPSst:X:x', long: LONG })
    if (typeof o === 'number') return o
    const depth = o.get('d') ?? (o.has('s') ? '0' : 'Infinity')
    if (o.has('time', 'X', 'from')) {
      yield* complain(p, 'hotspare: du options --time, --exclude-from and --files0-from are not modelled')
      return 1
    }
    if (!/^(?:\d+|Infinity)$/.test(depth)) {
      yield* misused(p, `invalid maximum depth ${quote(depth)}`)
      return 1
    }
    if (o.has('s') && (o.has('a') || (o.has('d') && Number(depth) !== 0))) {
      yield* misused(p, o.has('a') ? 'cannot both summarize and show all entries' : `warning: summarizing conflicts with --max-depth=${depth}`)
      return 1
    }
    const way = o.lastOf('B', 'b', 'k', 'm'), asked = o.get('B') ?? '', block = /^\d/.test(asked) ? asked : `1${asked}`
    const unit = way === 'b' ? 1 : way === 'm' ? 1_048_576 : way === 'B' ? sizeOf(block) : 1024, limit = /^-?/.exec(o.get('t') ?? '')![0], least = o.has('t') ? sizeOf(o.get('t')!.slice(limit.length)) : 0
    if (unit === null || unit === 0 || least === null) {
      yield* complain(p, unit === null || unit === 0 ? `invalid --block-size argument ${quote(asked)}` : `invalid --threshold argument ${quote(o.get('t')!)}`)
      return 1
    }
    const usage = new Usage(o, Number(depth), unit, way === 'B' && !/^\d/.test(asked) ? asked : '', limit === '-' ? -least : least)
    let status = 0, total = 0, told = 0
    for (const name of o.operands.length === 0 ? ['.'] : o.operands) {
      const node = p.find(name, o.has('L', 'D', 'H') || name.endsWith('/'))
      if (failed(node)) {
        status = 1
        yield* out(p, usage.lines.slice(told).join(''))
        told = usage.lines.length
        yield* complain(p, `cannot access ${quote(name)}: ${node.text}`)
        continue
      }
      // What lies in an operand before is not counted again.
      if (o.operands.length > 1 && alreadyIn(p, o.operands, name)) continue
      total += usage.visit(p, node, name, 0)
    }
    if (o.has('c')) usage.show(total, 'total')
    return (yield* out(p, usage.lines.slice(told).join(''))) ? status : 1
  },
})
function alreadyIn(p: Process, operands: readonly string[], name: string): boolean {
  const own = p.find(name, false)
  for (const other of operands.slice(0, operands.indexOf(name))) {
    const dir = p.find(other, false)
    if (failed(dir) || failed(own)) continue
    if (dir === own) return true
    for (let at = own.kind === 'directory' ? own.parent : parentOf(p, name); at !== null; at = at.parent) if (at === dir) return true
  }
  return false
}
function parentOf(p: Process, name: string): (Node & { kind: 'directory' }) | null {
  const place = p.machine.tree.place(name, p.cwd, false)
  return failed(place) ? null : place.dir
}
export const DU = [du]
