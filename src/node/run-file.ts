/**
 * A file of what runs have counted: a study that can be gone on with (`--resume`), or one part of it (`--shard`); parts are merged from it.
 *
 * NDJSON: a header with the study itself and with what decides the digits of its runs, then one line per run and system, in order. Lines are written
 * whole and each has its own sum, so that what was cut short, damaged or belongs elsewhere is found out and not counted.
 */
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import type { Method, WantedMethod } from '../study/method.ts'
import type { RunTally } from '../study/tally.ts'
import { reason } from './files.ts'
import type { StudySource } from './study-input.ts'
import { UsageError } from './terminal.ts'

const FORMAT = 'hotspare-runs-1'
export interface Shard { readonly part: number; readonly of: number }
export interface Header {
  readonly format: typeof FORMAT
  readonly source: StudySource
  /** See `fingerprintOf`. */
  readonly fingerprint: Readonly<Record<string, string>>
  readonly methods: readonly Method[]
  readonly shard: Shard
  /** Runs of the whole study at most, and whether it does them all, whatever they show. */
  readonly mostRuns: number
  readonly exactly: boolean
  /** What was asked for besides, to say how it is repeated. */
  readonly asked: { readonly precision?: string | undefined; readonly years?: number | undefined; readonly seed?: string | undefined; readonly fidelity?: 'state' | 'frames' | undefined; readonly method?: WantedMethod | undefined }
}
export interface ReadRuns {
  readonly file: string
  readonly header: Header
  readonly tallies: readonly (readonly [system: number, tally: RunTally])[]
  /** Bytes of whole lines; what comes after them is half a line. */
  readonly whole: number
  readonly cut: boolean
}

export function readRuns(file: string): ReadRuns {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`${file}: ${reason(error)}`)
  }
  const end = text.lastIndexOf('\n') + 1, lines = text.slice(0, end).split('\n').slice(0, -1)
  const header = lines[0] === undefined ? undefined : unsealed(lines[0]) as Header | undefined
  if (header?.format !== FORMAT) throw new UsageError(`${file}:1: is not a file of runs as plan --resume and plan --shard write it${lines.length === 0 ? ': it has no whole line' : ''}`)
  const tallies = lines.slice(1).map((line, i) => {
    const found = unsealed(line)
    if (found === undefined) throw new UsageError(`${file}:${i + 2}: the line is damaged; expected it as it was written`)
    return found as [number, RunTally]
  })
  return { file, header, tallies, whole: Buffer.byteLength(text.slice(0, end)), cut: end < text.length }
}

/** `{"sum":"1c291ca3","line":…}`, the sum of what comes after `"line":` without the last brace. */
const sealed = (value: unknown): string => {
  const text = JSON.stringify(value)
  return `{"sum":"${sumOf(text)}","line":${text}}\n`
}
function unsealed(line: string): unknown {
  const [, sum, text] = /^\{"sum":"([0-9a-f]{8})","line":(.*)\}$/.exec(line) ?? []
  return text !== undefined && sumOf(text) === sum ? JSON.parse(text) : undefined
}
const sumOf = (text: string): string => crc32(text).toString(16).padStart(8, '0')

/** At most so much work is lost when the process is killed. */
const FLUSH_MS = 500

/** Opens the file to go on with it, or begins it; says what it already has. */
export function openRuns(file: string, header: Header): { earlier: ReadRuns | undefined; append(system: number, tally: RunTally): void; flush(): void } {
  let earlier: ReadRuns | undefined, pending = '', flushed = Date.now()
  if (existsSync(file) && readFileSync(file).length > 0) {
    earlier = readRuns(file)
    const differs = differences(earlier.header, header)
    if (differs !== undefined) throw new UsageError(`${file}: has runs of another study: ${differs}`)
    if (earlier.cut) write(file, () => truncateSync(file, earlier!.whole))
  } else write(file, () => appendFileSync(file, sealed(header)))
  return {
    earlier,
    append: (system, tally) => {
      pending += sealed([system, tally])
      if (Date.now() - flushed > FLUSH_MS) flush()
    },
    flush,
  }
  function flush(): void {
    if (pending !== '') write(file, () => appendFileSync(file, pending))
    pending = ''
    flushed = Date.now()
  }
}

function write(file: string, action: () => void): void {
  try {
    action()
  } catch (error) {
    throw new UsageError(`${file}: cannot be written: ${reason(error)}`)
  }
}

/** What a file has and the other has not, in words; undefined: they belong together. */
export function differences(there: Header, here: Header, inThat = 'there', inThis = 'here', parts = true): string | undefined {
  const of = ({ fingerprint, methods, shard, mostRuns, exactly }: Header): Record<string, string> => ({
    ...fingerprint, 'the method': methods.map(method => method.kind === 'forks' ? `forks ${method.bias}` : 'runs').join(', '),
    ...parts && { 'the part': `${shard.part}/${shard.of}` }, 'the number of parts': String(shard.of), ...(!parts || shard.of > 1) && { 'the number of runs': `${exactly ? '' : 'at most '}${mostRuns}` },
  })
  const a = of(there), b = of(here), all = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(key => a[key] !== b[key])
  // The method follows from the study; of another study it says nothing more.
  const found = all.length > 1 ? all.filter(key => key !== 'the method') : all
  if (found.length === 0) return undefined
  return found.map(key => a[key] === undefined ? `${key} is only ${inThis}` : b[key] === undefined ? `${key} is only ${inThat}` : /^[0-9a-f]{16}$/.test(a[key]) ? `${key} is another` : `${key} is ${a[key]} ${inThat} and ${b[key]} ${inThis}`).join('; ')
}
