/**
 * Tab at the console: the console's own commands and what their words can be; at the partition commands, functions, builtins, variables, and files of
 * its tree; options of mdadm. Source: bash(1) 5.2, READLINE, Completing.
 */
import { fromBytes, toBytes } from '../../shell/kernel/bytes.ts'
import { failed } from '../../shell/kernel/errno.ts'
import type { Shell } from '../../shell/bash/state.ts'
import { inside, type Node } from '../../shell/kernel/tree.ts'
import { COMMANDS, commandNamed } from './commands.ts'
import type { Session } from './session.ts'

/** What the word before the cursor can become; and that word. */
export function complete(session: Session, line: string): [candidates: string[], word: string] {
  const own = /^:([\w?-]*)$/.exec(line)
  if (own !== null) return [COMMANDS.map(({ name }) => `:${name} `).filter(each => each.startsWith(line)), line]
  const command = /^:([\w-]+)\s/.exec(line)
  if (command !== null) {
    const word = /\S*$/.exec(line)![0]
    return [(commandNamed(command[1]!)?.complete?.(session) ?? []).filter(each => each.startsWith(word)).map(each => `${each} `), word]
  }
  const sh = session.lab.tty?.shell
  if (sh == null) return [[], line]
  const word = /(?:[^\s;&|<>()'"`=:]|\\.)*$/.exec(line)![0], before = line.slice(0, line.length - word.length)
  return [candidates(sh, toBytes(word), before).map(fromBytes), word]
}

function candidates(sh: Shell, word: string, before: string): string[] {
  const variable = /^(.*\$\{?)([A-Za-z_]\w*|)$/.exec(word)
  if (variable !== null) return variablesOf(sh).filter(name => name.startsWith(variable[2]!)).map(name => `${variable[1]}${name}${variable[1]!.endsWith('{') ? '}' : ''}`)
  const first = /(?:^|[;&|(]|\b(?:do|then|else|if|while|until|!|time|sudo))\s*(?:\w+=\S*\s+)*$/.test(before)
  if (first && !word.includes('/')) return commandsOf(sh).filter(name => name.startsWith(word)).map(name => `${name} `)
  const called = /(?:^|[;&|(])\s*(\w+)[^;&|(]*$/.exec(before)?.[1]
  if (called === 'mdadm' && word.startsWith('-')) return MDADM.filter(option => option.startsWith(word)).map(option => option.endsWith('=') ? option : `${option} `)
  return files(sh, word)
}
function variablesOf(sh: Shell): string[] {
  const names = new Set<string>()
  for (const scope of [sh.vars.globals, ...sh.vars.scopes]) for (const name of scope?.keys() ?? []) names.add(name)
  return [...names].sort()
}
const KEYWORDS = ['if', 'then', 'else', 'elif', 'fi', 'case', 'esac', 'for', 'while', 'until', 'do', 'done', 'function', 'select', 'time']
function commandsOf(sh: Shell): string[] {
  const names = new Set<string>([...KEYWORDS, ...sh.builtinNames, ...sh.functions.keys(), ...sh.aliases.keys()])
  for (const path of (sh.get('PATH') ?? '').split(':')) {
    const dir = sh.p.find(path === '' ? '.' : path)
    if (failed(dir) || dir.kind !== 'directory') continue
    for (const [name, node] of inside(dir).list()) if (node.kind === 'symlink' || (node.kind === 'file' && (node.mode & 0o111) !== 0)) names.add(name)
  }
  return [...names].sort()
}
function files(sh: Shell, word: string): string[] {
  const at = word.lastIndexOf('/') + 1, way = word.slice(0, at), start = word.slice(at).replace(/\\(.)/g, '$1')
  const home = sh.get('HOME') ?? '/root', path = way.replace(/\\(.)/g, '$1').replace(/^~(?=\/)/, home)
  const dir = sh.p.find(path === '' ? '.' : path)
  if (failed(dir) || dir.kind !== 'directory') return []
  const found: string[] = []
  for (const [name, node] of inside(dir).list()) if (name.startsWith(start) && (start.startsWith('.') || !name.startsWith('.'))) found.push(`${way}${name.replace(/[\s'"\\$&|;<>()*?[\]#~`!]/g, '\\$&')}${isDirectory(sh, `${path}${name}`, node) ? '/' : ' '}`)
  return found.sort()
}
function isDirectory(sh: Shell, path: string, node: Node): boolean {
  if (node.kind !== 'symlink') return node.kind === 'directory'
  const there = sh.p.find(path)
  return !failed(there) && there.kind === 'directory'
}

/** Of mdadm(8), those that are typed most. */
const MDADM = [
  '--add', '--add-spare', '--re-add', '--remove', '--fail', '--replace', '--with', '--detail', '--scan', '--examine', '--query', '--test', '--wait', '--stop', '--run', '--readonly', '--readwrite',
  '--zero-superblock', '--assemble', '--create', '--build', '--grow', '--monitor', '--incremental', '--examine-bitmap', '--export', '--brief', '--verbose', '--quiet', '--force', '--level=', '--raid-devices=',
  '--spare-devices=', '--metadata=', '--bitmap=', '--size=', '--name=', '--uuid=', '--assume-clean', '--oneshot', '--program=', '--mail=', '--delay=', '--daemonise', '--config=', '--update=', '--help', '--version',
]
