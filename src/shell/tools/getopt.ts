/**
 * getopt: puts the options of a script into an order that is easy to read, in quotes that the shell takes off again. Source: util-linux 2.38.
 */
import { defineCommand } from '../kernel/command.ts'
import type { Process } from '../kernel/process.ts'
import type { Run } from '../kernel/wait.ts'
import { misused, out } from './io.ts'
import { getopt as read } from './options.ts'

interface Wish { name: string; short: string; long: [name: string, value: '' | ':' | '::'][]; silent: boolean; quiet: boolean; plain: boolean; alternative: boolean; csh: boolean; words: readonly string[] }

const shellQuote = (word: string, csh: boolean): string => {
  let text = "'"
  for (const char of word) text += char === "'" ? "'\\''" : csh && char === '!' ? "'\\!'" : csh && char === '\n' ? '\\n' : csh && /\s/.test(char) ? `'\\${char}'` : char
  return `${text}'`
}
const OPTIONS = { short: '+ao:l:n:qQs:TuhV', long: { options: 'o:', longoptions: 'l:', quiet: 'q', 'quiet-output': 'Q', shell: 's:', test: 'T', unquoted: 'u', help: 'h', alternative: 'a', name: 'n:', version: 'V' } }

function* wishOf(p: Process): Run<Wish | number> {
  const base: Wish = { name: p.name, short: '', long: [], silent: false, quiet: false, plain: false, alternative: false, csh: false, words: [] }
  const [, first] = p.argv, old = p.env.has('GETOPT_COMPATIBLE')
  if (first === undefined) {
    yield* misused(p, 'missing optstring argument')
    return 2
  }
  // The old form: the short options as first word, and nothing quoted.
  if (old || !first.startsWith('-')) return { ...base, short: first.replace(/^[-+]+/, ''), plain: true, words: p.argv.slice(2) }
  const o = read(p.argv, OPTIONS)
  if (typeof o === 'string') {
    yield* misused(p, o)
    return 2
  }
  if (o.has('h')) return (yield* out(p, '\nUsage:\n getopt <optstring> <parameters>\n getopt [options] [--] <optstring> <parameters>\n getopt [options] -o|--options <optstring> [options] [--] <parameters>\n')) ? 0 : 1
  if (o.has('V')) return (yield* out(p, 'getopt from util-linux 2.38.1\n')) ? 0 : 1
  if (o.has('T')) return 4
  const shell = o.get('s') ?? 'bash', words = [...o.operands]
  if (!/^(?:bash|sh|t?csh)$/.test(shell)) {
    yield* misused(p, 'unknown shell after -s or --shell argument')
    return 2
  }
  let short = o.get('o')
  if (short === undefined) {
    short = words.shift()
    if (short === undefined) {
      yield* misused(p, 'missing optstring argument')
      return 2
    }
  }
  const long = o.every('l').flatMap(list => list.split(/[,\s]+/)).filter(name => name !== '').map(name => [name.replace(/:{1,2}$/, ''), /:{0,2}$/.exec(name)![0] as Wish['long'][number][1]] as Wish['long'][number])
  return { ...base, name: o.get('n') ?? p.name, short, long, silent: o.has('q'), quiet: o.has('Q'), plain: o.has('u'), alternative: o.has('a'), csh: shell.endsWith('csh'), words }
}

const getopt = defineCommand({
  name: 'getopt',
  *run(p) {
    const wish = yield* wishOf(p)
    if (typeof wish === 'number') return wish
    const order = wish.short.startsWith('+') || p.env.has('POSIXLY_CORRECT') ? 'first' : wish.short.startsWith('-') ? 'place' : 'any'
    const short = wish.short.replace(/^[-+]/, ''), mute = wish.silent || short.startsWith(':'), found: string[] = [], rest: string[] = []
    const show = (word: string): string => wish.plain ? word : shellQuote(word, wish.csh)
    let status = 0
    const wrong = function* (text: string): Run<void> {
      status = 1
      if (!mute) yield* p.err(`${wish.name}: ${text}\n`)
    }
    for (let i = 0, { words } = wish; i < words.length; i++) {
      const word = words[i]!
      if (word === '--') { rest.push(...words.slice(i + 1)); break }
      if (!word.startsWith('-') || word === '-') {
        if (order === 'first') { rest.push(...words.slice(i)); break }
        if (order === 'place') found.push(show(word))
        else rest.push(word)
        continue
      }
      const dashes = word.startsWith('--') ? 2 : 1
      if (dashes === 2 || (wish.alternative && (word.length > 2 || !short.includes(word[1]!)))) {
        const eq = word.indexOf('='), given = word.slice(dashes, eq < 0 ? undefined : eq), value = eq < 0 ? null : word.slice(eq + 1)
        const fits = wish.long.filter(([name]) => name.startsWith(given)), one = fits.find(([name]) => name === given) ?? (fits.every(([, value]) => value === fits[0]![1]) && fits.length === 1 ? fits[0] : undefined)
        const shown = '-'.repeat(dashes)
        if (one === undefined && (fits.length > 0 || dashes === 2 || !short.replaceAll(':', '').includes(word[1]!))) {
          yield* wrong(fits.length > 0 ? `option '${shown}${given}' is ambiguous; possibilities: ${fits.map(([name]) => `'${shown}${name}'`).join(' ')}` : `unrecognized option '${shown}${given}'`)
          continue
        }
        if (one !== undefined) {
          const [name, kind] = one
          if (kind === '' && value !== null) { yield* wrong(`option '${shown}${name}' doesn't allow an argument`); continue }
          if (kind === ':' && value === null && i + 1 >= words.length) { yield* wrong(`option '${shown}${name}' requires an argument`); continue }
          found.push(`--${name}`)
          if (kind === ':') found.push(show(value ?? words[++i]!))
          if (kind === '::') found.push(show(value ?? ''))
          continue
        }
      }
      for (let j = 1; j < word.length; j++) {
        const letter = word[j]!, at = letter === ':' ? -1 : short.indexOf(letter), left = word.slice(j + 1)
        if (at < 0) { yield* wrong(`invalid option -- '${letter}'`); continue }
        if (short[at + 1] !== ':') { found.push(`-${letter}`); continue }
        if (left === '' && short[at + 2] !== ':' && i + 1 >= words.length) yield* wrong(`option requires an argument -- '${letter}'`)
        else found.push(`-${letter}`, show(left !== '' || short[at + 2] === ':' ? left : words[++i]!))
        break
      }
    }
    if (!wish.quiet && !(yield* out(p, `${[...found, '--', ...rest.map(show)].map(word => ` ${word}`).join('')}\n`))) return 1
    return status
  },
})
export const GETOPT = [getopt]
