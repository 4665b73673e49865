/**
 * Perl's regular expressions for `grep -P`, through those of JavaScript: what both mean alike, and what can be said in the other's words (`\K`, `\h`,
 * `(?i)`, POSIX classes). What cannot, and what could run away (a repetition of what repeats), is refused by name. Source: pcrepattern(3).
 */
const CLASSES: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z', digit: '0-9', alnum: 'A-Za-z0-9', upper: 'A-Z', lower: 'a-z', space: '\\t-\\r ', blank: '\\t ', punct: '!-\\/:-@[-`{-~', print: ' -~', graph: '!-~',
  cntrl: '\\x00-\\x1f\\x7f', xdigit: '0-9A-Fa-f', word: '\\w',
}

/** The expression, or what stands in its way. */
export function perlRegex(pattern: string, icase: boolean): RegExp | string {
  let flags = icase ? 'gi' : 'g', source = '', at = 0
  const inline = /^\(\?([im]+)\)/.exec(pattern)
  if (inline !== null) {
    if (inline[1]!.includes('i')) flags = 'gi'
    at = inline[0].length
  }
  /** For each open group: whether something in it repeats without bound. */
  const repeats = [false]
  let closed = false
  for (; at < pattern.length; at++) {
    const c = pattern[at]!, rest = pattern.slice(at)
    const wasClosed = closed
    closed = false
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
    } else if (c === ')') {
      closed = repeats.length > 1 && repeats.pop()!
      source += c
    } else if (c === '*' || c === '+' || (c === '{' && /^\{\d+,\d*\}/.test(rest))) {
      if (wasClosed) return 'a repetition of what repeats'
      const whole = c === '{' ? /^\{\d+,\d*\}/.exec(rest)![0] : c
      source += whole
      at += whole.length - 1
      if (pattern[at + 1] === '+') return `the possessive ${whole}+`
      for (let i = 0; i < repeats.length; i++) repeats[i] = true
    } else source += c === '{' && !/^\{\d+\}/.test(rest) ? '\\{' : c === '}' && !/\{\d+$/.test(source) ? '\\}' : c
  }
  try {
    return new RegExp(source, flags)
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
