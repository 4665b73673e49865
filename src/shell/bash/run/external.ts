/**
 * Programs: found on PATH (remembered, as bash hashes them), run in a child or, where nothing comes after them, in place of the shell.
 * A text file without `#!` is run as a script of bash. Failures have bash's words: not found is 127, not to be run is 126.
 * Source: bash(1) 5.2, COMMAND EXECUTION; observed.
 */
import { E, failed, type Failure } from '../../kernel/errno.ts'
import { become, DEFAULT_PATH, imageOf, lookUp } from '../../kernel/exec.ts'
import type { Run } from '../../kernel/wait.ts'
import type { Redirection, Simple } from '../../syntax/tree.ts'
import { foregroundNotice, waitFor } from '../jobs.ts'
import { redirect } from '../redirect.ts'
import type { Shell } from '../state.ts'
import { ansiQuoted, hasControl } from '../values.ts'
import { callFunction } from './functions.ts'
import { forkShell } from './life.ts'
import { report } from './lists.ts'

/** Where the file lies that a name means. */
export function locate(sh: Shell, name: string, path?: string): string | Failure {
  if (name.includes('/')) return name
  if (path === undefined) {
    const known = sh.hashed.get(name)
    if (known !== undefined && sh.hashedFor === sh.get('PATH') && !failed(sh.p.find(known.path))) {
      sh.hashed.set(name, { path: known.path, hits: known.hits + 1 })
      return known.path
    }
  }
  const dirs = path ?? sh.get('PATH')
  // An empty PATH is the directory one is in.
  if (dirs === '') return `./${name}`
  const found = lookUp(sh.p, name, dirs ?? DEFAULT_PATH)
  if (path !== undefined || failed(found)) return found
  if (sh.hashedFor !== dirs) {
    sh.hashed.clear()
    sh.hashedFor = dirs
  }
  sh.hashed.set(name, { path: found, hits: 1 })
  return found
}

export function* external(sh: Shell, argv: readonly string[], c: Simple | null, last: boolean, path?: string): Run {
  const file = locate(sh, argv[0]!, path), redirections = c?.redirections ?? []
  if (failed(file) && file === E.ENOENT) {
    const handler = sh.functions.get('command_not_found_handle')
    if (handler !== undefined) return yield* callFunction(sh, handler, ['command_not_found_handle', ...argv])
  }
  if (last && replaceable(sh)) return yield* program(sh, argv, file, redirections)
  const child = yield* forkShell(sh, copy => program(copy, argv, file, redirections))
  if (child === null) return sh.status
  yield* waitFor(sh, [child])
  const words = child.exit!.signal === undefined ? '' : foregroundNotice(sh, [{ child, text: c?.text ?? argv.join(' ') }])
  if (words !== '') yield* sh.p.write(2, words)
  if (sh.jobs.length > 0) yield* report(sh, false)
  return child.exit!.status
}
/** Whether there is nothing left for the shell to do afterwards. */
const replaceable = (sh: Shell): boolean => {
  for (const [name, text] of sh.traps) if (text !== '' && name !== 'ERR' && name !== 'DEBUG' && name !== 'RETURN') return false
  return sh.unwind === '' && (!sh.options.errexit || !sh.traps.has('ERR'))
}

/** In this process. */
function* program(sh: Shell, argv: readonly string[], file: string | Failure, redirections: readonly Redirection[]): Run {
  sh.traps.clear()
  return (yield* redirect(sh, redirections, null)) ? yield* replace(sh, argv, file) : sh.dialect === 'sh' ? 2 : 1
}
/** The process becomes the program; status and words of the failure if it cannot. */
export function* replace(sh: Shell, argv: readonly string[], file: string | Failure, env?: ReadonlyMap<string, string>): Run {
  const { p } = sh, name = argv[0]!
  if (failed(file)) return yield* sh.fail(file === E.EACCES ? `${name}: Permission denied` : sh.dialect === 'sh' ? `${name}: not found` : `${hasControl(name) ? ansiQuoted(name) : name}: command not found`, file === E.EACCES ? 126 : 127)
  let image = imageOf(p, file, argv)
  if (image === E.ENOEXEC) {
    const node = p.find(file)
    if (!failed(node) && node.kind === 'file' && isBinary(node.content)) return yield* sh.fail(`${name}: cannot execute binary file: Exec format error`, 126)
    const shell = sh.dialect === 'sh' ? '/bin/sh' : '/bin/bash'
    image = imageOf(p, shell, [shell.slice(5), file, ...argv.slice(1)])
  }
  if (failed(image)) return yield* refusal(sh, name, file, image)
  const own = new Map(env ?? sh.environment())
  own.set('_', file)
  if (!own.has('SHLVL')) own.set('SHLVL', '0')
  p.env = own
  return yield* become(p, image)
}
const isBinary = (content: string): boolean => content.slice(0, content.indexOf('\n') < 0 ? 128 : Math.min(128, content.indexOf('\n'))).includes('\0') || content.startsWith('\x7fELF')
function refusal(sh: Shell, name: string, file: string, no: Failure): Run {
  const node = sh.p.find(file)
  if (failed(node) && node === E.ENOTDIR) return sh.fail(`${name}: ${node.text}`, 126)
  if (failed(node)) return sh.fail(sh.dialect === 'sh' && no === E.ENOENT ? `${name}: not found` : `${name}: ${node.text}`, node === E.ENOENT || node === E.ENOTDIR ? 127 : 126)
  if (node.kind === 'directory') return sh.fail(sh.dialect === 'sh' ? `${name}: Permission denied` : `${name}: Is a directory`, 126)
  if (no === E.ENOENT) return sh.fail(sh.dialect === 'sh' ? `${name}: not found` : `${name}: cannot execute: required file not found`, 127)
  return sh.fail(`${name}: ${no.text}`, 126)
}

/** `exec command`. */
export function* execInPlace(sh: Shell, argv: readonly string[], { path, env, name }: { path?: string; env?: ReadonlyMap<string, string>; name?: string }): Run {
  const file = locate(sh, argv[0]!, path)
  if (failed(file)) {
    yield* sh.complain(`exec: ${argv[0]}: ${file === E.ENOENT ? 'not found' : file.text}`)
    return file === E.ENOENT ? 127 : 126
  }
  const image = imageOf(sh.p, file, argv)
  if (failed(image) && image !== E.ENOEXEC) return yield* refusal(sh, argv[0]!, file, image)
  sh.traps.clear()
  const status = yield* replace(sh, name === undefined ? argv : argv, file, env)
  sh.unwind = 'exit'
  return status
}
