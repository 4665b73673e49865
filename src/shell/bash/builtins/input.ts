/**
 * read mapfile getopts. `read` takes no byte more than its line: the next command goes on where it stopped. Source: bash(1) 5.2, SHELL BUILTIN COMMANDS.
 */
import { SECOND } from '../../../base/time.ts'
import { E, failed } from '../../kernel/errno.ts'
import type { Run } from '../../kernel/wait.ts'
import { ExpansionFault } from '../expand/scope.ts'
import { readUpTo } from '../read.ts'
import type { Shell } from '../state.ts'
import { isName } from '../values.ts'
import { setArray } from '../run/assign.ts'
import { complain, letters, misuse, usage } from './common.ts'

const READ = 'read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]'

export function* read(sh: Shell, argv: string[]): Run {
  const { rest, bad, missing, on } = letters(argv, 'ersa:d:i:n:N:p:t:u:')
  if (bad !== null) return yield* misuse(sh, 'read', bad, READ)
  if (missing !== null) { yield* sh.complain(`read: ${missing}: option requires an argument`); return yield* usage(sh, 'read', READ) }
  const fd = Number(on.get('u') ?? 0), raw = on.has('r'), exact = on.get('N'), some = on.get('n')
  for (const [letter, what] of [['t', 'timeout specification'], ['u', 'file descriptor specification'], ['n', 'number'], ['N', 'number']] as const) {
    const value = on.get(letter)
    if (value !== undefined && !/^\d*\.?\d*$/.test(value)) return yield* complain(sh, 'read', letter === 'n' || letter === 'N' ? `${value}: invalid number` : `${value}: invalid ${what}`)
  }
  for (const name of rest) if (!/^[A-Za-z_]\w*(\[.*\])?$/s.test(name)) return yield* complain(sh, 'read', `\`${name}': not a valid identifier`)
  const { p } = sh, file = p.fds.get(fd)
  if (file === undefined) return yield* complain(sh, 'read', fd === 0 && !on.has('u') ? 'read error: 0: Bad file descriptor' : `${fd}: invalid file descriptor: Bad file descriptor`)
  if (on.has('p') && file.tty) yield* p.err(on.get('p')!)
  const end = exact !== undefined ? null : on.has('d') ? on.get('d')!.slice(0, 1) || '\0' : '\n', limit = exact ?? some
  const max = limit === undefined ? Infinity : Number(limit)
  const timeout = on.get('t') !== undefined ? Number(on.get('t')) : null
  if (timeout === 0) return readable(sh, fd)
  const got = max === 0 ? { text: '', status: 0 } : yield* gather(sh, fd, end, max, raw, timeout === null ? null : p.kernel.now + Math.round(timeout * SECOND))
  if (got.error !== undefined) return yield* complain(sh, 'read', got.error)
  return yield* distribute(sh, rest, on.get('a'), got.text, raw, exact !== undefined, got.status)
}
/** `-t 0`: whether there is something to read. */
function readable(sh: Shell, fd: number): number {
  const file = sh.p.fds.get(fd)!
  if (!('pipe' in file)) return 0
  const { pipe } = file as unknown as { pipe: { length: number; writers: number } }
  return pipe.length > 0 || pipe.writers === 0 ? 0 : 1
}

/** A backslash keeps the byte after it from being split or ending the line: it stays before it for `distribute`. */
function* gather(sh: Shell, fd: number, end: string | null, max: number, raw: boolean, deadline: number | null): Run<{ text: string; status: number; error?: string }> {
  let text = '', count = 0
  for (;;) {
    const data = deadline === null ? yield* readUpTo(sh.p, fd, end, max - count) : yield* before(sh, fd, end, max - count, deadline)
    if (typeof data === 'object' && 'late' in data) return { text: text + data.late, status: 142 }
    if (failed(data)) {
      if (data !== E.EINTR) return { text: '', status: 1, error: `read error: ${fd}: ${data.text}` }
      yield* sh.interpreter.deliver(sh)
      if (sh.unwind !== '') return { text, status: 128 }
      continue
    }
    if (data === '') return { text, status: 1 }
    const ended = end !== null && data.endsWith(end), body = ended ? data.slice(0, -1) : data
    const clean = end === '\0' ? body : body.replaceAll('\0', '')
    count += data.length
    text += clean
    if (!raw && ended && odd(text)) {
      // The backslash hides the end; of a newline nothing stays.
      text = end === '\n' ? text.slice(0, -1) : text + end
      continue
    }
    if (ended || count >= max) {
      if (!raw && !ended && odd(text)) { max++; continue }
      return { text, status: 0 }
    }
    if (end === null && count < max) return { text, status: 1 }
    if (!ended) return { text, status: 1 }
  }
}
const odd = (text: string): boolean => (/\\*$/.exec(text)![0].length & 1) === 1
/** Byte for byte until the deadline; what has come till then. */
function* before(sh: Shell, fd: number, end: string | null, max: number, deadline: number): Run<string | { late: string } | typeof E.EINTR | typeof E.EIO> {
  const { p } = sh, file = p.fds.get(fd)!
  let text = ''
  while (text.length < max) {
    const answer = file.read(1, p)
    if (typeof answer === 'string') {
      if (answer === '') return text
      text += answer
      if (answer === end) return text
      continue
    }
    if (failed(answer)) return E.EIO
    if ('next' in answer) { const data = yield* answer; if (failed(data) || data === '') return text; text += data; if (data === end) return text; continue }
    if (p.kernel.now >= deadline) return { late: text }
    const wake = yield { ...answer, at: Math.min(deadline, 'at' in answer && answer.at !== undefined ? answer.at : deadline) } as typeof answer
    if (wake === 'signal') { yield* sh.interpreter.deliver(sh); if (sh.unwind !== '') return text }
  }
  return text
}

function* distribute(sh: Shell, names: readonly string[], array: string | undefined, text: string, raw: boolean, whole: boolean, status: number): Run {
  try {
    const ifs = sh.get('IFS') ?? ' \t\n'
    if (array !== undefined) {
      const target = sh.resolved(array), v = sh.vars.ensure(target)
      setArray(sh, target, v, (whole ? [plainOf(text, raw)] : fields(text, ifs, raw, Infinity)).map(value => ({ key: null, value, append: false })), false)
    } else if (names.length === 0) put(sh, 'REPLY', plainOf(text, raw))
    else {
      const values = whole ? [plainOf(text, raw)] : fields(text, ifs, raw, names.length)
      names.forEach((name, i) => put(sh, name, values[i] ?? ''))
    }
  } catch (fault) {
    if (!(fault instanceof ExpansionFault)) throw fault
    yield* sh.complain(fault.message)
    return 1
  }
  return status
}
function put(sh: Shell, name: string, value: string): void {
  const [, array, key] = /^(\w+)\[(.*)\]$/s.exec(name) ?? []
  if (array === undefined) sh.assign(name, value, false)
  else sh.assignElement(array, sh.kind(array) === 'associative' ? key! : Number(sh.integer(key!)), value, false)
}
const plainOf = (text: string, raw: boolean): string => raw || !text.includes('\\') ? text : text.replace(/\\([^]?)/g, '$1')

/** The last of `max` fields holds all that is left, without the white space at its end. */
export function fields(text: string, ifs: string, raw: boolean, max: number): string[] {
  const isIfs = (c: string | undefined): boolean => c !== undefined && ifs.includes(c), isWhite = (c: string | undefined): boolean => isIfs(c) && (c === ' ' || c === '\t' || c === '\n')
  const out: string[] = []
  let i = 0
  while (isWhite(text[i])) i++
  while (i < text.length) {
    if (out.length === max - 1) {
      out.push(lastField(text.slice(i), raw, isIfs, isWhite))
      return out
    }
    let field = ''
    for (; i < text.length && !isIfs(text[i]); i++) {
      if (!raw && text[i] === '\\') { i++; if (i < text.length) field += text[i]! } else field += text[i]!
    }
    out.push(field)
    while (isWhite(text[i])) i++
    if (isIfs(text[i])) {
      i++
      while (isWhite(text[i])) i++
    }
  }
  return out
}
function lastField(rest: string, raw: boolean, isIfs: (c: string | undefined) => boolean, isWhite: (c: string | undefined) => boolean): string {
  let end = rest.length
  while (end > 0 && isWhite(rest[end - 1]) && (raw || rest[end - 2] !== '\\')) end--
  let value = rest.slice(0, end)
  // One delimiter that ends the only field left goes too.
  const first = [...value].findIndex((c, i) => isIfs(c) && !isWhite(c) && (raw || value[i - 1] !== '\\'))
  if (first >= 0 && /^.$/s.test(value.slice(first)) ) value = value.slice(0, first).replace(/[ \t\n]+$/, all => [...all].every(isWhite) ? '' : all)
  return plainOf(value, raw)
}

export function* mapfile(sh: Shell, argv: string[]): Run {
  const name = argv[0]!, words = `${name} [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]`
  const { rest, bad, missing, on } = letters(argv, 'd:n:O:s:tu:C:c:')
  if (bad !== null || missing !== null) return yield* misuse(sh, name, bad ?? missing!, words)
  const target = rest[0] ?? 'MAPFILE', fd = Number(on.get('u') ?? 0), end = on.has('d') ? on.get('d')!.slice(0, 1) || '\0' : '\n'
  if (!isName(target)) return yield* complain(sh, name, `\`${target}': not a valid identifier`)
  if (!sh.p.fds.has(fd)) return yield* complain(sh, name, `${fd}: invalid file descriptor: Bad file descriptor`)
  for (const [letter, what] of [['n', 'line count'], ['s', 'line count'], ['O', 'array origin'], ['c', 'callback quantum']] as const)
    if (on.has(letter) && !/^\d+$/.test(on.get(letter)!)) return yield* complain(sh, name, `${on.get(letter)}: invalid ${what}`)
  const limit = Number(on.get('n') ?? 0), origin = Number(on.get('O') ?? 0), callback = on.get('C'), every = Number(on.get('c') ?? 5000)
  let skip = Number(on.get('s') ?? 0), at = origin
  const at_ = sh.resolved(target), v = sh.vars.ensure(at_)
  if (v.assoc !== null) return yield* complain(sh, name, `${target}: not an indexed array`)
  const values: { key: number; value: string; append: boolean }[] = []
  if (!on.has('O')) setArray(sh, at_, v, [], false)
  while (limit === 0 || values.length < limit) {
    const text = yield* readUpTo(sh.p, fd, end)
    if (failed(text)) { if (text === E.EINTR) { yield* sh.interpreter.deliver(sh); continue } break }
    if (text === '') break
    sh.p.machine.countStatement(sh.p, sh.line)
    if (skip > 0) { skip--; continue }
    const value = on.has('t') && text.endsWith(end) ? text.slice(0, -1) : text
    if (callback !== undefined && (values.length + 1) % every === 0) yield* sh.interpreter.evaluate(sh, `${callback} ${at} '${value.replaceAll("'", "'\\''")}'`, { line: sh.line })
    values.push({ key: at++, value, append: false })
  }
  setArray(sh, at_, sh.vars.ensure(at_), values, true)
  return 0
}

export function* getopts(sh: Shell, argv: string[]): Run {
  const [, spec, name, ...given] = argv
  if (spec === undefined || name === undefined) return yield* usage(sh, 'getopts', 'getopts optstring name [arg ...]')
  if (!isName(name)) return yield* complain(sh, 'getopts', `\`${name}': not a valid identifier`)
  const args = argv.length > 3 ? given : sh.positionals, silent = spec.startsWith(':')
  let index = Math.max(1, Number(sh.get('OPTIND') ?? 1) || 1)
  if (index !== sh.optPlace) { sh.optPlace = index; sh.optWord = 0 }
  const done = (status: number, value: string): number => {
    sh.optPlace = index
    sh.assign('OPTIND', String(index), false)
    if (isName(name)) sh.assign(name, value, false)
    return status
  }
  const word = args[index - 1]
  if (sh.optWord === 0) {
    if (word === undefined || word[0] !== '-' || word === '-') { sh.unset('OPTARG'); return done(1, '?') }
    if (word === '--') { index++; sh.unset('OPTARG'); return done(1, '?') }
    sh.optWord = 1
  }
  const letter = word![sh.optWord]!, at = letter === ':' ? -1 : spec.indexOf(letter, silent ? 1 : 0)
  sh.optWord++
  const ends = sh.optWord >= word!.length
  if (at < 0) {
    if (ends) { index++; sh.optWord = 0 }
    if (silent) sh.assign('OPTARG', letter, false)
    else { sh.unset('OPTARG'); if (sh.get('OPTERR') !== '0') yield* sh.p.err(`${sh.arg0}: illegal option -- ${letter}\n`) }
    return done(0, '?')
  }
  if (spec[at + 1] !== ':') {
    if (ends) { index++; sh.optWord = 0 }
    sh.unset('OPTARG')
    return done(0, letter)
  }
  const value = ends ? args[index] : word!.slice(sh.optWord)
  index += ends ? 2 : 1
  sh.optWord = 0
  if (value !== undefined) {
    sh.assign('OPTARG', value, false)
    return done(0, letter)
  }
  index = Math.min(index, args.length + 1)
  if (silent) { sh.assign('OPTARG', letter, false); return done(0, ':') }
  sh.unset('OPTARG')
  if (sh.get('OPTERR') !== '0') yield* sh.p.err(`${sh.arg0}: option requires an argument -- ${letter}\n`)
  return done(0, '?')
}
