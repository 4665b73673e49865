/**
 * cat, tac, rev, nl: files copied, upside down, back to front, numbered. Source: GNU coreutils 9.1, util-linux 2.38 (rev).
 */
import { defineCommand } from '../kernel/command.ts'
import { failed } from '../kernel/errno.ts'
import { byLines, closeInput, complain, COPIES, openInput, out, quoteIfOdd, readChunk, slurp } from './io.ts'
import { options, type Options } from './options.ts'

const LONG = { 'show-all': 'A', 'number-nonblank': 'b', 'show-ends': 'E', number: 'n', 'squeeze-blank': 's', 'show-tabs': 'T', 'show-nonprinting': 'v' }

const cat = defineCommand({
  name: 'cat',
  *run(p) {
    const o = yield* options(p, { short: 'AbeEnstTuv', long: LONG })
    if (typeof o === 'number') return o
    const change = changer(o), target = p.fds.get(1)
    let status = 0
    for (const name of o.operands.length === 0 ? ['-'] : o.operands) {
      const input = yield* openInput(p, name)
      if (input === null) { status = 1; continue }
      const file = p.fds.get(input.fd), same = file?.node?.kind === 'file' && file.node === target?.node && file !== target && file.offset < file.node.content.length
      if (same) {
        yield* complain(p, `${quoteIfOdd(name)}: input file is output file`)
        status = 1
      } else for (;;) {
        const data = yield* readChunk(p, input.fd, COPIES)
        if (failed(data)) {
          yield* complain(p, `${quoteIfOdd(name)}: ${data.text}`)
          status = 1
          break
        }
        if (data === '') break
        if (!(yield* out(p, change === null ? data : change(data)))) return 1
      }
      closeInput(p, input)
    }
    return status
  },
})
/** What the options make of text; it remembers numbers and blank lines from chunk to chunk. */
function changer(o: Options): ((data: string) => string) | null {
  const nonblank = o.has('b'), number = nonblank || o.has('n'), squeeze = o.has('s'), ends = o.has('A', 'e', 'E'), tabs = o.has('A', 't', 'T'), visible = o.has('A', 'e', 't', 'v')
  if (!number && !squeeze && !ends && !tabs && !visible) return null
  let n = 0, blanks = 0, begun = false
  return data => {
    let text = ''
    for (let from = 0; from < data.length;) {
      const nl = data.indexOf('\n', from), end = nl < 0 ? data.length : nl, ended = nl >= 0, line = data.slice(from, end)
      from = end + 1
      if (!begun && line === '' && ended) {
        if (++blanks > 1 && squeeze) continue
      } else blanks = 0
      if (!begun && number && !(nonblank && line === '' && ended)) text += `${String(++n).padStart(6)}\t`
      const shown = show(line, visible, tabs)
      text += !ended ? shown : !ends ? `${shown}\n` : line.endsWith('\r') && !visible ? `${shown.slice(0, -1)}^M$\n` : `${shown}$\n`
      begun = !ended
    }
    return text
  }
}
function show(line: string, visible: boolean, tabs: boolean): string {
  if (!visible && !tabs) return line
  return line.replace(/[\0-\x1f\x7f-\xff]/g, char => {
    if (char === '\t') return tabs ? '^I' : char
    if (!visible) return char
    const c = char.charCodeAt(0), low = c & 127
    return `${c > 127 ? 'M-' : ''}${low === 127 ? '^?' : low < 32 ? `^${String.fromCharCode(low + 64)}` : String.fromCharCode(low)}`
  })
}

const tac = defineCommand({
  name: 'tac',
  *run(p) {
    const o = yield* options(p, { short: 'brs:', long: { before: 'b', regex: 'r', separator: 's:' } })
    if (typeof o === 'number') return o
    if (o.has('r')) {
      yield* complain(p, 'hotspare: tac option -r is not modelled')
      return 1
    }
    const end = o.get('s') || '\n'
    let status = 0
    for (const name of o.operands.length === 0 ? ['-'] : o.operands) {
      const text = yield* slurp(p, name, (name, no) => no.errno === 'ENOENT' || no.errno === 'EACCES' ? `failed to open ${quoteAlways(name)} for reading: ${no.text}` : `${quoteIfOdd(name)}: read error: ${no.errno === 'EISDIR' ? 'Invalid argument' : no.text}`)
      if (text === null) { status = 1; continue }
      const pieces = text.split(end)
      const turned = o.has('b') ? pieces.map((piece, i) => i === 0 ? piece : end + piece).reverse().join('')
        : pieces.map((piece, i) => i === pieces.length - 1 ? piece : piece + end).reverse().join('')
      if (!(yield* out(p, turned))) return 1
    }
    return status
  },
})
const quoteAlways = (name: string): string => `'${name}'`

const rev = defineCommand({
  name: 'rev',
  *run(p) {
    const o = yield* options(p, { short: 'V', long: {} }, { from: 'util-linux', version: '2.38.1' })
    if (typeof o === 'number') return o
    return yield* byLines(p, o.operands, (lines, open) => lines.map(line => [...line].reverse().join('')).join('\n') + (open ? '' : '\n'), '\n', (name, no) => `cannot open ${name}: ${no.text}`)
  },
})

const nl = defineCommand({
  name: 'nl',
  *run(p) {
    const o = yield* options(p, { short: 'b:d:f:h:i:l:n:ps:v:w:', long: { 'body-numbering': 'b:', 'header-numbering': 'h:', 'footer-numbering': 'f:', 'line-increment': 'i:', 'number-format': 'n:', 'number-separator': 's:', 'starting-line-number': 'v:', 'number-width': 'w:', 'no-renumber': 'p', 'join-blank-lines': 'l:', 'section-delimiter': 'd:' } })
    if (typeof o === 'number') return o
    const styles = [o.get('h') ?? 'n', o.get('b') ?? 't', o.get('f') ?? 'n'], width = Number(o.get('w') ?? 6), step = Number(o.get('i') ?? 1), first = Number(o.get('v') ?? 1), format = o.get('n') ?? 'rn', separator = o.get('s') ?? '\t'
    const bad = styles.find(style => !/^[atn]/.test(style))
    if (bad !== undefined) {
      yield* p.err(`${p.argv[0]}: ${bad.startsWith('p') ? `hotspare: nl style '${bad}' is not modelled` : `invalid body numbering style: '${bad}'\nTry '${p.argv[0]} --help' for more information.`}\n`)
      return 1
    }
    const blank = ' '.repeat(width + separator.length)
    let n = first, section = 1
    const count = (line: string): string => {
      const mark = line === '\\:\\:\\:' ? 0 : line === '\\:\\:' ? 1 : line === '\\:' ? 2 : -1
      if (mark >= 0) {
        section = mark
        if (!o.has('p')) n = first
        return ''
      }
      const style = styles[section]!
      if (style === 'n' || (style === 't' && line === '')) return `${blank}${line}`
      const digits = String(n)
      n += step
      return `${format === 'ln' ? digits.padEnd(width) : format === 'rz' ? (digits.startsWith('-') ? `-${digits.slice(1).padStart(width - 1, '0')}` : digits.padStart(width, '0')) : digits.padStart(width)}${separator}${line}`
    }
    return yield* byLines(p, o.operands, lines => lines.map(line => `${count(line)}\n`).join(''))
  },
})
export const CAT = [cat, tac, rev, nl]
