/**
 * As much of bash as the recorded command lines need: lists, pipes, redirections, for-loops, groups in the background, quotes.
 * The real shell of the simulator comes with the console; this one only finds out what was typed, it runs nothing.
 */
export interface Simple { words: string[]; redirects: { op: string; target: string }[] }
export interface Step { pipeline: Simple[]; background: boolean; seconds: number | null; /** What joins it to the one before: it runs only if that succeeded, or failed. */ after: '&&' | '||' | null }

type Token = { op: string } | { word: string; quoted: boolean }

/** The simple commands of a line in the order in which they run, loops unrolled. */
export function stepsOf(text: string): Step[] {
  const tokens = tokenize(text), steps: Step[] = []
  let at = 0
  const opAt = (i: number) => { const t = tokens[i]; return t !== undefined && 'op' in t ? t.op : undefined }
  const wordAt = (i: number) => { const t = tokens[i]; return t !== undefined && 'word' in t ? t.word : undefined }

  let after: Step['after'] = null
  const list = (until: string[], variables: Record<string, string>, background: boolean): void => {
    while (at < tokens.length) {
      const word = wordAt(at), op = opAt(at)
      if ((word !== undefined && until.includes(word)) || (op !== undefined && until.includes(op))) return
      if (op === ';' || op === '&&' || op === '||' || op === '\n') { after = op === '&&' || op === '||' ? op : null; at++; continue }
      if (op === '&') { at++; if (steps.length > 0) steps.at(-1)!.background = true; continue }
      if (op === '(' || word === '{') {
        at++
        const from = steps.length
        list([op === '(' ? ')' : '}'], variables, background)
        at++
        while (opAt(at) === '>' || opAt(at) === '>>' || opAt(at) === '<') at += 2
        if (opAt(at) === '&') { at++; for (const step of steps.slice(from)) step.background = true }
        continue
      }
      // The condition is run, and then what follows if it holds; the other branch is not.
      if (word === 'if' || word === 'then' || word === 'fi' || word === '!') { at++; continue }
      if (word === 'else' || word === 'elif') { while (at < tokens.length && wordAt(at) !== 'fi') at++; continue }
      if (word === 'for') { loop(variables, background); continue }
      if (word === 'while' || word === 'until') {
        while (at < tokens.length && wordAt(at) !== 'do') at++
        at++
        // Endless in the recordings: what it does goes on in the background.
        list(['done'], variables, true)
        at++
        while (opAt(at) === '>' || opAt(at) === '>>') at += 2
        continue
      }
      pipeline(variables, background)
    }
  }
  const loop = (variables: Record<string, string>, background: boolean): void => {
    const name = wordAt(at + 1) ?? '', values: string[] = []
    at += 3
    while (at < tokens.length && wordAt(at) !== undefined && wordAt(at) !== 'do') values.push(...braces(expand(wordAt(at++)!, variables)))
    while (at < tokens.length && wordAt(at) !== 'do') at++
    const body = at + 1
    for (const value of values) {
      at = body
      list(['done'], { ...variables, [name]: value }, background)
    }
    at++
  }
  const pipeline = (variables: Record<string, string>, background: boolean): void => {
    const commands: Simple[] = [{ words: [], redirects: [] }]
    for (; at < tokens.length; at++) {
      const token = tokens[at]!, command = commands.at(-1)!
      if ('word' in token) {
        if (token.word === 'done' || token.word === '}') break
        command.words.push(...(token.quoted ? [expand(token.word, variables)] : braces(expand(token.word, variables))))
      } else if (token.op === '|') commands.push({ words: [], redirects: [] })
      else if (token.op.includes('>') || token.op === '<') {
        const next = tokens[++at]
        command.redirects.push({ op: token.op, target: next !== undefined && 'word' in next ? expand(next.word, variables) : '' })
      } else break
    }
    if (commands[0]!.words.length > 0 || commands[0]!.redirects.length > 0) unwrap({ pipeline: commands, background, seconds: null, after }, steps)
    after = null
  }
  list([], {}, false)
  return steps
}

/** `timeout 12 bash -c '…'`, `bash -c '…'`, `sudo …`: what is inside. */
function unwrap(step: Step, into: Step[]): void {
  const words = step.pipeline[0]!.words
  if (words[0] === 'sudo' || words[0] === 'nohup' || words[0] === 'exec' || words[0] === 'command') return unwrap({ ...step, pipeline: [{ ...step.pipeline[0]!, words: words.slice(1) }, ...step.pipeline.slice(1)] }, into)
  if (words[0] === 'timeout') return unwrap({ ...step, seconds: Number.parseFloat(words[1] ?? '0'), pipeline: [{ ...step.pipeline[0]!, words: words.slice(2) }, ...step.pipeline.slice(1)] }, into)
  if ((words[0] === 'bash' || words[0] === 'sh') && words[1] === '-c') {
    for (const inner of stepsOf(words[2] ?? '')) into.push({ ...inner, background: inner.background || step.background, seconds: step.seconds ?? inner.seconds })
    return
  }
  into.push(step)
}

function expand(word: string, variables: Record<string, string>): string {
  return word.replace(/\$\{?(\w+)\}?/g, (whole, name: string) => variables[name] ?? whole)
}

/** `sd{a,b}3`, `{1..3}`, and `sd[abc]3`, which in /dev means the same. */
export function braces(word: string): string[] {
  const [, head = '', set, tail = ''] = /^(\/dev\/sd)\[([a-z-]+)\](.*)$/.exec(word) ?? []
  if (set !== undefined) return [...(/^[a-z]-[a-z]$/.test(set) ? Array.from({ length: set.charCodeAt(2) - set.charCodeAt(0) + 1 }, (_, i) => String.fromCharCode(set.charCodeAt(0) + i)) : set)].flatMap(letter => braces(head + letter + tail))
  const [, before = '', inner = '', after = ''] = /^(.*?)\{([^{}]*(?:,|\.\.)[^{}]*)\}(.*)$/.exec(word) ?? []
  if (inner === '') return [word]
  const [, from, to] = /^(\w+)\.\.(\w+)$/.exec(inner) ?? []
  const numeric = /^\d+$/.test(from ?? ''), code = (text: string) => numeric ? Number(text) : text.charCodeAt(0)
  const values = from === undefined ? inner.split(',')
    : Array.from({ length: Math.abs(code(to!) - code(from)) + 1 }, (_, i) => numeric ? String(code(from) + i) : String.fromCharCode(code(from) + i))
  return values.flatMap(value => braces(before + value + after))
}

/** Where the parenthesis that opens at this place is closed again. */
function closing(text: string, from: number): number {
  let depth = 0
  for (let i = from; i < text.length; i++) {
    if (text[i] === '(') depth++
    else if (text[i] === ')' && --depth === 0) return i
  }
  return -1
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let word: string | undefined
  let quoted = false
  const flush = () => {
    if (word !== undefined) tokens.push({ word, quoted })
    word = undefined
    quoted = false
  }
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    if (c === "'" || c === '"') {
      let end = i + 1
      let value = ''
      for (; end < text.length && text[end] !== c; end++) {
        if (c === '"' && text[end] === '\\' && '"\\$`'.includes(text[end + 1] ?? '')) end++
        value += text[end]!
      }
      word = (word ?? '') + value
      quoted = true
      i = end
    } else if (c === '\\') word = (word ?? '') + (text[++i] ?? '')
    else if (c === ' ' || c === '\t') flush()
    else if ((c === '$' && text[i + 1] === '(') || c === '`') {
      // What another command would put here is not known.
      const end = c === '`' ? text.indexOf('`', i + 1) : closing(text, i + 1)
      word = (word ?? '') + '$?'
      i = end < 0 ? text.length : end
    } else if (c === '#' && word === undefined) break
    else if (';|&()<>\n'.includes(c)) {
      // `2>` and `2>&1`: the number belongs to the redirection.
      const number = (c === '>' || c === '<') && word !== undefined && /^\d$/.test(word) ? word : ''
      if (number !== '') word = undefined
      flush()
      const two = text.slice(i, i + 2)
      if (two === '>&' || two === '<&') {
        const [all] = /^[<>]&\d?-?/.exec(text.slice(i)) ?? [two]
        i += all.length - 1
        continue
      }
      if (two === '&>') { tokens.push({ op: '>' }); i++; continue }
      if (['&&', '||', '>>', ';;'].includes(two)) { tokens.push({ op: two.startsWith('>') ? number + two : two }); i++; continue }
      tokens.push({ op: c === '>' || c === '<' ? number + c : c })
    } else word = (word ?? '') + c
  }
  flush()
  return tokens
}
