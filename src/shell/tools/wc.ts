/**
 * wc: lines, words, bytes, and the widest line. Widths of columns as GNU wc 9.1 finds them: from the sizes of the files, 7 where one has no size.
 */
import { defineCommand } from '../kernel/command.ts'
import { failed } from '../kernel/errno.ts'
import { chunkOf, closeInput, complain, openInput, out, quoteIfOdd } from './io.ts'
import { options } from './options.ts'

interface Counts { l: number; w: number; m: number; c: number; L: number }

export const WC = [defineCommand({
  name: 'wc',
  *run(p) {
    const o = yield* options(p, { short: 'clLmw', long: { bytes: 'c', chars: 'm', lines: 'l', words: 'w', 'max-line-length': 'L', 'files0-from': 'files0:' } })
    if (typeof o === 'number') return o
    if (o.has('files0')) {
      yield* complain(p, 'hotspare: wc option --files0-from is not modelled')
      return 1
    }
    const wanted = (['l', 'w', 'm', 'c', 'L'] as const).filter(key => o.has(key) || (!o.has('l', 'w', 'm', 'c', 'L') && 'lwc'.includes(key)))
    const names = o.operands.length === 0 ? ['-'] : o.operands, needs = { words: wanted.includes('w'), width: wanted.includes('L'), lines: wanted.includes('l') }
    let width = 1
    if (names.length > 1 || wanted.length > 1) {
      let sum = 0, unsized = false
      for (const name of names) {
        const node = name === '-' ? p.fds.get(0)?.node : p.find(name)
        if (node != null && failed(node)) continue
        if (node?.kind === 'file') sum += node.content.length
        else unsized = true
      }
      width = Math.max(String(sum).length, unsized ? 7 : 1)
    }
    const line = (counts: Counts, name: string): string => `${wanted.map(key => String(counts[key]).padStart(width)).join(' ')}${name === '' ? '' : ` ${name}`}\n`
    const total: Counts = { l: 0, w: 0, m: 0, c: 0, L: 0 }
    let status = 0
    for (const name of names) {
      const input = yield* openInput(p, name)
      if (input === null) { status = 1; continue }
      const counts: Counts = { l: 0, w: 0, m: 0, c: 0, L: 0 }
      let inWord = false, column = 0
      for (;;) {
        const data = yield* chunkOf(p, name, input.fd)
        if (data === null) { status = 1; break }
        if (data === '') break
        counts.c += data.length
        if (needs.lines) for (let at = data.indexOf('\n'); at >= 0; at = data.indexOf('\n', at + 1)) counts.l++
        if (needs.words) {
          // What cannot be printed neither makes a word nor ends one.
          const visible = data.replace(/[\0-\x08\x0e-\x1f\x7f-\xff]+/g, '')
          counts.w += (visible.match(/[!-~]+/g)?.length ?? 0) - (inWord && /^[!-~]/.test(visible) ? 1 : 0)
          if (visible !== '') inWord = /[!-~]$/.test(visible)
        }
        if (needs.width) for (const char of data) {
          if (char === '\n' || char === '\r' || char === '\f') { counts.L = Math.max(counts.L, column); column = 0 }
          else if (char === '\t') column += 8 - column % 8
          else if (char >= ' ' && char <= '~') column++
        }
      }
      counts.L = Math.max(counts.L, column)
      counts.m = counts.c
      closeInput(p, input)
      for (const key of ['l', 'w', 'm', 'c'] as const) total[key] += counts[key]
      total.L = Math.max(total.L, counts.L)
      if (!(yield* out(p, line(counts, o.operands.length === 0 ? '' : quoteIfOdd(name))))) return 1
    }
    if (names.length > 1 && !(yield* out(p, line(total, 'total')))) return 1
    return status
  },
})]
