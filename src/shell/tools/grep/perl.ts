/**
 * Perl's regular expressions for `grep -P`, through those of JavaScript: what both mean alike, and what can be said in the other's words (`\K`, `\h`,
 * `(?i)`, POSIX classes). What cannot, and what could run away (a repetition of what repeats), is refused by name. Source: pcrepattern(3).
 */
const CLASSES: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z', digit: '0-9', alnum: 'A-Za-z0-9', upper: 'A-Z', lower: 'a-z', space: '\\t-\\r ', blank: '\\t ', punct: '!-\\/:-@[-`{-~', print: ' -~', graph: '!-~',
  cntrl: '\\x00-\\x1f\\x7f', xdigit: '0-9A-Fa-f', word: '\\w',
}

/** Steps that a match on one line may cost, by an estimate from above. */
const STEPS = 1e8
/** What repeats without bound, and the character that must follow it ('' at the end of the expression, null: anything may). */
interface Repeated { readonly runs: RegExp; follows: string | null }
export interface Perl { readonly regex: RegExp; /** Whether a match on this line ends in a time that can be waited for. */ bearable(line: string): boolean }

/** Each repetition may end in as many places as its longest run has, or as what follows it stands in the line; all with each other, from each start. */
function bearable(line: string, repeated: readonly Repeated[]): boolean {
  if (repeated.length < 2 && line.length < 10_000) return true
  let steps = line.length
  for (const { runs, follows } of repeated) {
    if (follows === '') continue
    let run = 1
    for (const [text] of line.matchAll(runs)) run = Math.max(run, text.length + 1)
    steps *= follows === null ? run : Math.min(run, line.split(follows).length)
  }
  return steps <= STEPS
}

/** The expression, or what stands in its way. */
export function perlRegex(pattern: string, icase: boolean): Perl | string {
  let flags = icase ? 'gi' : 'g', source = '', at = 0
  const inline = /^\(\?([im]+)\)/.exec(pattern)
  if (inline !== null) {
    if (inline[1]!.includes('i')) flags = 'gi'
    at = inline[0].length
  }
  /** For each open group: whether something in it repeats without bound. */
  const repeats = [false], alternatives = [false], opened: number[] = [], repeated: Repeated[] = []
  let atom = 0, choice = false
  let closed = false
  for (; at < pattern.length; at++) {
    const c = pattern[at]!, rest = pattern.slice(at)
    const wasClosed = closed, wasChoice = choice
    closed = choice = false
    if (!/[*+{?]/.test(c)) atom = source.length
    if (c === '\\') {
      const d = pattern[++at] ?? ''
      if (d === '') return '\\ at end of pattern'
      if (d === 'K') {
        if (repeats.length > 1) return '\\K inside a group'
        source = `(?<=${source})`
      } else if (d === 'h') source += '[ \\t]'
      else if (d === 's' || d === 'S') source += d === 's' ? '[\\t-\\r ]' : '[^\\t-\\r ]'
      else if (d === 'A') source += '^'
      else if (d === 'z' || d === 'Z') source += '$'
      else if (/[dDwWbBntrfvx0-9]/.test(d)) source += `\\${d}`
      else if (d === 'e') source += '\\x1b'
      else if (d === 'a') source += '\\x07'
      else if (/[A-Za-z]/.test(d)) return `\\${d}`
      else source += /[\^$\\.*+?()[\]{}|/-]/.test(d) ? `\\${d}` : d
    } else if (c === '[') {
      const set = bracket(pattern, at)
      if (set === null) return 'a bracket expression'
      source += set.source
      at = set.end - 1
    } else if (c === '.') source += '[^\\n]'
    else if (c === '(') {
      const special = /^\(\?(:|=|!|<=|<!|<[A-Za-z_]\w*>|P<[A-Za-z_]\w*>)/.exec(rest)
      if (rest.startsWith('(?') && special === null) return rest.slice(0, 4)
      if (rest.startsWith('(*')) return rest.slice(0, 4)
      const head = special === null ? '(' : special[0].replace('?P<', '?<')
      source += head
      at += (special === null ? 1 : special[0].length) - 1
      repeats.push(false)
      alternatives.push(false)
      opened.push(atom)
    } else if (c === ')') {
      closed = repeats.length > 1 && repeats.pop()!
      choice = alternatives.length > 1 && alternatives.pop()!
      atom = opened.pop() ?? atom
      source += c
    } else if (c === '*' || c === '+' || (c === '{' && /^\{\d+,\d*\}/.test(rest))) {
      if (wasClosed) return 'a repetition of what repeats'
      if (wasChoice) return 'a repetition of alternatives'
      try {
        const next = /^(?:[*+]|\{\d+,\d*\})([A-Za-z0-9 :=,;_/#@%&"'<>~!-]?)(?![*?{])/.exec(rest)
        repeated.push({ runs: new RegExp(`(?:${source.slice(atom)})+`, flags), follows: next === null || (next[1] === '' && rest.length > next[0].length) ? null : next[1]! })
      } catch { return 'an expression that cannot be read' }
      const whole = c === '{' ? /^\{\d+,\d*\}/.exec(rest)![0] : c
      source += whole
      at += whole.length - 1
      if (pattern[at + 1] === '+') return `the possessive ${whole}+`
      for (let i = 0; i < repeats.length; i++) repeats[i] = true
    } else {
      if (c === '|') alternatives[alternatives.length - 1] = true
      source += c === '{' && !/^\{\d+\}/.test(rest) ? '\\{' : c === '}' && !/\{\d+$/.test(source) ? '\\}' : c
    }
  }
  try {
    return { regex: new RegExp(source, flags), bearable: line => bearable(line, repeated) }
  } catch {
    return 'an expression that cannot be read'
  }
}

function bracket(pattern: string, open: number): { readonly source: string; readonly end: number } | null {
  let at = open + 1, source = '['
  if (pattern[at] === '^') { source += '^'; at++ }
  for (let first = true; at < pattern.length && (first || pattern[at] !== ']'); first = false) {
    const c = pattern[at]!, named = /^\[:(\w+):\]/.exec(pattern.slice(at))
    if (named !== null) {
      const set = CLASSES[named[1]!]
      if (set === undefined) return null
      source += set
      at += named[0].length
    } else if (c === '\\') {
      const d = pattern[at + 1] ?? ''
      source += d === 's' ? '\\t-\\r ' : d === 'h' ? ' \\t' : `\\${d}`
      at += 2
    } else {
      source += c === '[' || c === ']' ? `\\${c}` : c
      at++
    }
  }
  return at < pattern.length ? { source: `${source}]`, end: at + 1 } : null
}
