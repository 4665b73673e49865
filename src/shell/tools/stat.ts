/**
 * stat: what is known of a file, in any format. The machine keeps one time of a file, that of its last change. Source: GNU coreutils 9.1.
 */
import { defineCommand } from '../kernel/command.ts'
import { failed } from '../kernel/errno.ts'
import type { Process } from '../kernel/process.ts'
import type { Node } from '../kernel/tree.ts'
import { formatInteger, formatString, PLAIN } from './format.ts'
import { complain, misused, out, quote, quoteIfOdd } from './io.ts'
import { blocksOf, fullMode, inodeOf, linksOf, modeText, nameOfGroup, nameOfUser, sizeOfNode } from './nodes.ts'
import { options } from './options.ts'
import { strftime } from './strftime.ts'
import { unescape } from './printf.ts'

const kindOf = (node: Node): string => node.kind === 'directory' ? 'directory' : node.kind === 'symlink' ? 'symbolic link' : node.kind === 'fifo' ? 'fifo' : node.kind === 'block' ? 'block special file' : node.kind === 'char' ? 'character special file' : sizeOfNode(node) === 0 ? 'regular empty file' : 'regular file'

/** The value of one directive; null if there is none by that letter. */
function valueOf(p: Process, letter: string, name: string, node: Node): string | number | null {
  const { machine } = p, device = node.kind === 'block' || node.kind === 'char' ? node : null
  switch (letter) {
    case 'n': return name
    case 'N': return node.kind === 'symlink' ? `${quote(name)} -> ${quote(node.target)}` : quoteIfOdd(name) === name ? `'${name}'` : quote(name)
    case 's': return sizeOfNode(node)
    case 'b': return blocksOf(node)
    case 'B': return 512
    case 'o': return 4096
    case 'f': return fullMode(node).toString(16)
    case 'F': return kindOf(node)
    case 'a': return (node.mode & 0o7777).toString(8)
    case 'A': return modeText(node)
    case 'u': return node.uid
    case 'g': return node.gid
    case 'U': return nameOfUser(machine, node.uid)
    case 'G': return nameOfGroup(machine, node.gid)
    case 'h': return linksOf(node)
    case 'i': return inodeOf(machine, node)
    case 'd': return 2304
    case 'D': return '900'
    case 't': return (device?.major ?? 0).toString(16)
    case 'T': return (device?.minor ?? 0).toString(16)
    case 'r': return device === null ? 0 : device.major * 256 + device.minor
    case 'm': return '/'
    case 'W': return 0
    case 'w': return '-'
    case 'X': case 'Y': case 'Z': return node.mtime
    case 'x': case 'y': case 'z': return strftime('%Y-%m-%d %H:%M:%S.%N %z', { seconds: node.mtime, nanos: 0 })
    case 'C': return '?'
    default: return null
  }
}

export const STAT = [defineCommand({
  name: 'stat',
  *run(p) {
    const o = yield* options(p, { short: 'c:fLt', long: { format: 'c:', printf: 'printf:', 'file-system': 'f', dereference: 'L', terse: 't', cached: 'cached:' } }, { usage: '[OPTION]... FILE...' })
    if (typeof o === 'number') return o
    if (o.has('f')) {
      yield* complain(p, 'hotspare: stat option -f is not modelled')
      return 1
    }
    if (o.operands.length === 0) {
      yield* misused(p, 'missing operand')
      return 1
    }
    const escaped = o.lastOf('c', 'printf') === 'printf', given = escaped ? unescape(o.get('printf')!, 'coreutils', false).bytes : o.get('c')
    let status = 0
    for (const name of o.operands) {
      const own = name === '-' ? p.fds.get(0)?.node ?? null : null, node = own ?? p.find(name, o.has('L'))
      if (failed(node)) {
        yield* complain(p, `cannot statx ${quote(name)}: ${node.text}`)
        status = 1
        continue
      }
      const device = node.kind === 'block' || node.kind === 'char'
      const format = given ?? (o.has('t') ? '%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %W %o'
        : `  File: ${node.kind === 'symlink' ? '%N' : '%n'}\n  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\nDevice: 9,0\tInode: %-11i Links: %-5h${device ? ` Device type: ${node.major},${node.minor}` : ''}\nAccess: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\nAccess: %x\nModify: %y\nChange: %z\n Birth: %w`)
      const text = show(p, format, name, node)
      if (!(yield* out(p, `${given === undefined && node.kind === 'symlink' ? text.replace(/^( {2}File: )'(.*)' -> '(.*)'$/m, '$1$2 -> $3') : text}${escaped ? '' : '\n'}`))) return 1
    }
    return status
  },
})]
function show(p: Process, format: string, name: string, node: Node): string {
  return format.replace(/%([-+ #0']*)(\d*)(?:\.(\d+))?([HL]?)([a-zA-Z%?])/g, (all, flags: string, width: string, precision: string | undefined, half: string, letter: string) => {
    if (letter === '%') return '%'
    if (half !== '' && 'dr'.includes(letter)) return String(node.kind === 'block' || node.kind === 'char' ? (half === 'H' ? node.major : node.minor) : letter === 'd' ? (half === 'H' ? 9 : 0) : 0)
    const value = valueOf(p, letter, name, node)
    if (value === null) return all.length === 2 ? '?' : all
    const layout = { ...PLAIN, minus: flags.includes('-'), plus: flags.includes('+'), space: flags.includes(' '), alternate: flags.includes('#'), zero: flags.includes('0'), width: Number(width || 0), precision: precision === undefined ? -1 : Number(precision) }
    if (typeof value === 'number') return formatInteger(layout, 'd', value)
    if ('af'.includes(letter) || 'tT'.includes(letter)) return formatInteger(layout, letter === 'a' ? 'o' : 'x', parseInt(value, letter === 'a' ? 8 : 16))
    return formatString(layout, value)
  })
}
