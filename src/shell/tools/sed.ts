/**
 * sed: the stream editor, GNU's 4.9. The script's grammar is in sed/script.ts, its cycle in sed/run.ts. Source: sed(1) 4.9.
 */
import { defineCommand, type Command } from '../kernel/command.ts'
import type { Process } from '../kernel/process.ts'
import type { Run } from '../kernel/wait.ts'
import { getopt } from './options.ts'
import { Sed } from './sed/run.ts'
import { parseSed, SedError, type Chunk } from './sed/script.ts'

const USAGE = 'Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n'
const LONG = {
  debug: 'debug', 'in-place': 'i::', expression: 'e:', file: 'f:', 'follow-symlinks': 'follow', 'line-length': 'l:', 'null-data': 'z', posix: 'posix', quiet: 'n', 'regexp-extended': 'E', sandbox: 'sandbox',
  separate: 's', silent: 'n', unbuffered: 'u', 'zero-terminated': 'z', help: 'help', version: 'version',
}

const sed = defineCommand({
  name: 'sed',
  *run(p) {
    const o = getopt(p.argv, { short: 'bsnrzuEe:f:l:i::', long: LONG })
    if (typeof o === 'string') return yield* refuse(p, `sed: ${o}\n${USAGE}`)
    if (o.has('help', 'version')) {
      yield* p.out(o.has('help') ? USAGE : 'sed (GNU sed) 4.9\n')
      return 0
    }
    for (const key of ['debug', 'sandbox']) if (o.has(key)) return yield* refuse(p, `hotspare: sed --${key} is not modelled\n`)
    const chunks: Chunk[] = []
    for (const [key, value] of o.all) {
      if (key === 'e') chunks.push({ text: value, file: null })
      if (key !== 'f') continue
      const text: string | { readonly text: string } = value === '-' ? yield* p.readAll(0) : yield* p.readFile(value)
      if (typeof text !== 'string') return yield* refuse(p, `sed: couldn't open file ${value}: ${text.text}\n`, 4)
      chunks.push({ text: text.replace(/\n$/, ''), file: value })
    }
    const files = [...o.operands]
    if (chunks.length === 0) {
      if (files.length === 0) return yield* refuse(p, USAGE)
      chunks.push({ text: files.shift()!, file: null })
    }
    const width = o.get('l')
    const script = parseSed(chunks, { extended: o.has('E', 'r'), nul: o.has('z') })
    if (script instanceof SedError) return yield* refuse(p, `${script.text.startsWith('hotspare:') ? '' : 'sed: '}${script.text}\n`, script.status)
    const inPlace = o.has('i') ? o.get('i')! : null
    return yield* new Sed(p, script.commands, files.length === 0 ? ['-'] : files, {
      quiet: o.has('n') || script.quiet, separate: o.has('s') || inPlace !== null, inPlace, nul: o.has('z'), posix: o.has('posix'), width: parseInt(width ?? '70', 10) || 0, unbuffered: o.has('u'),
    }).run()
  },
})
export const SED: readonly Command[] = [sed]

function* refuse(p: Process, text: string, status = 1): Run {
  yield* p.err(text)
  return status
}
