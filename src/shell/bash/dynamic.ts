/**
 * Special parameters, and variables that are computed when they are looked at: clocks, random numbers, the stack of calls.
 * All of them come from the simulated machine: nothing of the one that simulates it. Source: bash(1) 5.2, Shell Variables.
 */
import { SECOND, type Micros } from '../../base/time.ts'
import type { Process } from '../kernel/process.ts'
import type { Command } from '../syntax/tree.ts'
import { ExpansionFault } from './expand/scope.ts'
import { commandText } from './unparse.ts'
import { SET_OPTIONS, SHOPT_OPTIONS, type Options } from './options.ts'

/** As much of a shell as they need. */
export interface Dynamics {
  readonly p: Process
  readonly options: Options
  readonly positionals: readonly string[]
  readonly arg0: string
  readonly origin: string
  readonly status: number
  readonly pipeStatus: readonly number[]
  readonly shellPid: number
  readonly shellPpid: number
  readonly lastBackground: number | null
  readonly lastArgument: string
  readonly command: string | Command
  readonly line: number
  readonly file: string
  readonly mainFile: string
  readonly frames: readonly { readonly name: string; readonly file: string; readonly line: number; readonly callerFile: string }[]
  readonly dirStack: readonly string[]
  readonly cwdName: string
  readonly subshells: number
  readonly isSubshell: boolean
  readonly dialect: 'bash' | 'sh'
  readonly lostMeaning: ReadonlySet<string>
  secondsAt: Micros
  secondsFrom: number
  randomSeed: number
  randomLast: number
}

export const VERSION = '5.2.15(1)-release'

const DYNAMIC: ReadonlyMap<string, (sh: Dynamics) => string | undefined> = new Map<string, (sh: Dynamics) => string | undefined>([
  ['?', sh => String(sh.status)],
  ['#', sh => String(sh.positionals.length)],
  ['$', sh => String(sh.shellPid)],
  ['!', sh => sh.lastBackground === null ? undefined : String(sh.lastBackground)],
  ['-', sh => sh.options.letters(sh.origin)],
  ['0', sh => sh.arg0],
  ['_', sh => sh.lastArgument],
])
const seconds = (micros: Micros): string => String(Math.floor(micros / SECOND))
const CLOCKED: ReadonlyMap<string, (sh: Dynamics) => string | undefined> = new Map<string, (sh: Dynamics) => string | undefined>([
  ['RANDOM', random],
  ['SRANDOM', sh => String(Math.floor(sh.p.machine.random() * 4294967296))],
  ['SECONDS', sh => String(sh.secondsFrom + Math.floor(sh.p.machine.unixMicros() / SECOND) - Math.floor((sh.p.machine.epoch + sh.secondsAt) / SECOND))],
  ['EPOCHSECONDS', sh => seconds(sh.p.machine.unixMicros())],
  ['EPOCHREALTIME', sh => { const now = sh.p.machine.unixMicros(); return `${seconds(now)}.${String(Math.floor(now) % SECOND).padStart(6, '0')}` }],
  ['LINENO', sh => String(sh.line)],
  ['BASHPID', sh => String(sh.p.pid)],
  ['PPID', sh => String(sh.shellPpid)],
  ['UID', () => '0'],
  ['EUID', () => '0'],
  ['BASH_COMMAND', sh => typeof sh.command === 'string' ? sh.command : commandText(sh.command)],
  ['BASH_SUBSHELL', sh => String(sh.subshells)],
  ['SHELLOPTS', sh => sh.options.listed(SET_OPTIONS)],
  ['BASHOPTS', sh => sh.options.listed(SHOPT_OPTIONS)],
  ['BASH_VERSION', () => VERSION],
  ['BASH', () => '/usr/bin/bash'],
  ['HOSTTYPE', () => 'x86_64'],
  ['MACHTYPE', () => 'x86_64-pc-linux-gnu'],
  ['OSTYPE', () => 'linux-gnu'],
  ['HOSTNAME', sh => sh.p.machine.hostname],
])

/** undefined: there is no such variable, or it has no value. */
export function dynamicNamed(sh: Dynamics, name: string): string | undefined {
  const c = name.charCodeAt(0)
  if (c >= 0x31 && c <= 0x39) return sh.positionals[Number(name) - 1]
  const special = DYNAMIC.get(name)
  if (special !== undefined) return special(sh)
  if (sh.dialect === 'sh' && name !== 'LINENO' && name !== 'PPID') return undefined
  const clocked = CLOCKED.get(name)
  return clocked === undefined || sh.lostMeaning.has(name) ? undefined : clocked(sh)
}

/** Names of those that are there. */
export const dynamicNames = (sh: Dynamics, prefix: string): string[] => [...CLOCKED.keys(), 'BASH_VERSINFO', 'PIPESTATUS', 'FUNCNAME', 'BASH_SOURCE', 'BASH_LINENO', 'GROUPS', 'DIRSTACK']
  .filter(name => name.startsWith(prefix) && (dynamicNamed(sh, name) !== undefined || (arrayNamed(sh, name)?.length ?? 0) > 0))

/** Arrays of the same kind. */
export function arrayNamed(sh: Dynamics, name: string): readonly string[] | undefined {
  if (sh.dialect === 'sh') return undefined
  switch (name) {
    case 'PIPESTATUS': return sh.pipeStatus.map(String)
    case 'FUNCNAME': return sh.frames.length === 0 ? undefined : [...sh.frames.map(each => each.name).reverse(), ...(sh.mainFile === '' ? [] : ['main'])]
    case 'BASH_SOURCE': return sh.frames.length === 0 ? sh.mainFile === '' ? undefined : [sh.mainFile] : [...sh.frames.map(each => each.file).reverse(), ...(sh.mainFile === '' ? [] : [sh.mainFile])]
    case 'BASH_LINENO': return [...sh.frames.map(each => String(each.line)).reverse(), ...(sh.mainFile === '' ? [] : ['0'])]
    case 'BASH_VERSINFO': return ['5', '2', '15', '1', 'release', 'x86_64-pc-linux-gnu']
    case 'GROUPS': return ['0']
    case 'DIRSTACK': return [sh.cwdName, ...sh.dirStack]
    default: return undefined
  }
}

/** Assignments to variables that are not kept as they are. True if it was one. */
export function setDynamic(sh: Dynamics, name: string, value: string): boolean {
  if (sh.dialect === 'sh' || sh.lostMeaning.has(name)) return false
  switch (name) {
    case 'RANDOM':
      sh.randomSeed = Number(value) >>> 0
      sh.randomLast = 0
      return true
    case 'SECONDS':
      sh.secondsFrom = Math.trunc(Number(value)) || 0
      sh.secondsAt = sh.p.kernel.now
      return true
    case 'UID': case 'EUID': case 'PPID': case 'SHELLOPTS': case 'BASHOPTS': case 'BASH_VERSINFO': throw new ExpansionFault(`${name}: readonly variable`, { fatal: false })
    case 'LINENO': case 'BASHPID': case 'SRANDOM': case 'EPOCHSECONDS': case 'EPOCHREALTIME': case 'FUNCNAME': case 'GROUPS': case 'BASH_COMMAND': case 'BASH_SUBSHELL': case 'DIRSTACK': case 'PIPESTATUS': case 'BASH_SOURCE': case 'BASH_LINENO': return true
    default: return false
  }
}

/** The minimal standard generator, as bash has it; never the same number twice in a row. */
function random(sh: Dynamics): string {
  for (;;) {
    const last = sh.randomSeed === 0 ? 123_459_876 : sh.randomSeed | 0, high = Math.trunc(last / 127_773), t = 16_807 * (last - 127_773 * high) - 2_836 * high
    sh.randomSeed = (t < 0 ? t + 0x7fffffff : t) >>> 0
    const value = (sh.randomSeed >>> 16 ^ sh.randomSeed & 65_535) & 32_767
    if (value !== sh.randomLast) return String(sh.randomLast = value)
  }
}
