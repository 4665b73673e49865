/**
 * Prompts (PS4, `${x@P}`): backslash escapes, then parameters. Source: bash(1) 5.2, PROMPTING.
 */
import type { Shell } from '../state.ts'
import { strftime } from '../../tools/strftime.ts'
import { dynamicNamed } from '../dynamic.ts'

export function expandPrompt(sh: Shell, text: string, parameters: (text: string) => string): string {
  const escaped = text.includes('\\') ? text.replace(/\\(D\{([^}]*)\}|[0-7]{3}|.)/gs, (all, code: string, format: string | undefined) => escape(sh, all, code, format)) : text
  return /[$`]/.test(escaped) ? parameters(escaped) : escaped
}
function escape(sh: Shell, all: string, code: string, format: string | undefined): string {
  const time = (pattern: string): string => strftime(pattern, { seconds: sh.p.machine.unixSeconds(), nanos: 0 })
  if (format !== undefined) return time(format === '' ? '%H:%M:%S' : format)
  if (/^[0-7]{3}$/.test(code)) return String.fromCharCode(parseInt(code, 8) & 255)
  switch (code) {
    case 'h': return sh.p.machine.hostname.replace(/\..*$/, '')
    case 'H': return sh.p.machine.hostname
    case 'u': return 'root'
    case 'w': return tilde(sh)
    case 'W': return tilde(sh).replace(/^.*\/(?=.)/, '')
    case 's': return sh.arg0.replace(/^.*\//, '')
    case '$': return '#'
    case 't': return time('%H:%M:%S')
    case 'T': return time('%I:%M:%S')
    case 'A': return time('%H:%M')
    case 'd': return time('%a %b %d')
    case 'n': return '\n'
    case 'r': return '\r'
    case 'e': return '\x1b'
    case 'a': return '\x07'
    case '\\': return '\\'
    case '[': case ']': return ''
    case 'j': return String(sh.jobs.length)
    case 'v': return (dynamicNamed(sh, 'BASH_VERSION') ?? '').slice(0, 3)
    case '#': case '!': return '1'
    default: return all
  }
}
/** Where one is, from home on. */
function tilde(sh: Shell): string {
  const home = sh.get('HOME') ?? '', { cwdName } = sh
  return home.length > 1 && (cwdName === home || cwdName.startsWith(`${home}/`)) ? `~${cwdName.slice(home.length)}` : cwdName
}
