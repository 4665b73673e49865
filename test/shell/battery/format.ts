/**
 * The files of the differential battery. A topic is two of them: `errexit.cases`, written by hand, and `errexit.expect`, written by
 * `npm run shell:record` from what the real bash, dash, mawk, gawk and GNU tools did.
 *
 *   %% name of the case           a case begins; then its script
 *   %sh | %gawk | %args a b | %loose     dash runs it; only where gawk is; its arguments; its stderr is not compared
 *   %uses mdstat2 scsi            files of `files/` that lie in its directory
 *   %each | %setup                each line is a case of its own, after these lines
 *   %file PATH | %stdin           a file in its directory; its input (default: none)
 *   %status N | %stdout | %stderr what was recorded; `escaped`: bytes that are not text as \xNN; `open`: the last newline is not part of it
 *
 * Lines outside a case are comments. A line of content that begins with `%` is written with a backslash before it.
 */
import { toBytes } from '../../../src/shell/kernel/bytes.ts'

export interface Case {
  readonly topic: string
  readonly name: string
  readonly shell: 'bash' | 'sh'
  readonly gawk: boolean
  readonly loose: boolean
  readonly args: readonly string[]
  /** Bytes. */
  readonly script: string
  readonly stdin: string
  readonly files: ReadonlyMap<string, string>
  /** Of all that is above: tells a recording of another script. */
  readonly print: string
}
export interface Outcome { readonly status: number; readonly stdout: string; readonly stderr: string }
export interface Recorded extends Outcome { readonly print: string }

/** Process ids in what bash says of a child that a signal ended are no one's to foresee. */
export const masked = (stderr: string): string =>
  stderr.replace(/(: line \d+: ) *\d+ (Killed|Terminated|Hangup|Aborted|Segmentation fault|User defined signal [12]|Broken pipe|Quit|Alarm clock)/g, '$1PID $2')

interface Section { readonly head: string; readonly rest: string; readonly lines: string[] }
interface Chapter { readonly name: string; readonly sections: Section[] }

function chapters(text: string): Chapter[] {
  const all: Chapter[] = []
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  for (const line of lines) {
    const [, head, rest = ''] = /^(%%|%[a-z]+)(?: (.*))?$/.exec(line) ?? []
    const chapter = all.at(-1)
    if (head === '%%') all.push({ name: rest, sections: [{ head: 'script', rest: '', lines: [] }] })
    else if (head !== undefined) chapter?.sections.push({ head: head.slice(1), rest, lines: [] })
    else chapter?.sections.at(-1)!.lines.push(/^\\+%/.test(line) ? line.slice(1) : line)
  }
  return all
}

const joined = (lines: readonly string[]): string => lines.map(line => `${line}\n`).join('')
function print(text: string): string {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0
  return h.toString(16).padStart(8, '0')
}
/** `x %open` in a section's head. */
const contentOf = (section: Section): string => {
  const text = joined(section.lines), whole = /\bopen\b/.test(section.rest) ? text.slice(0, -1) : text
  return /\bescaped\b/.test(section.rest) ? whole.replace(/\\(x[0-9a-f]{2}|\\)/g, (_, code: string) => code === '\\' ? '\\' : String.fromCharCode(parseInt(code.slice(1), 16))) : toBytes(whole)
}

/** A chapter with `%each` is as many as it has lines. */
function each(chapter: Chapter): Chapter[] {
  const { name, sections } = chapter
  if (!sections.some(({ head }) => head === 'each')) return [chapter]
  const shared = sections.filter(({ head }) => ['file', 'stdin', 'uses', 'sh', 'gawk', 'loose', 'args'].includes(head)).map(section => isFile(section) ? section : { ...section, lines: [] })
  const setup = sections.find(({ head }) => head === 'setup')?.lines.filter(line => line !== '') ?? []
  const lines = sections.filter(section => !isFile(section) && section.head !== 'setup').flatMap(section => section.lines).filter(line => line !== '')
  return lines.map(line => ({ name: `${name}: ${line.trim()}`, sections: [{ head: 'script', rest: '', lines: [...setup, line] }, ...shared] }))
}
const isFile = ({ head }: Section): boolean => head === 'file' || head === 'stdin'

/** `fixture` gives the content of the files that cases share. */
export function parseCases(topic: string, text: string, fixture: (name: string) => string): Case[] {
  return chapters(text).flatMap(each).map(({ name, sections }) => {
    const of = (head: string): Section | undefined => sections.find(section => section.head === head)
    // What follows a one-line directive still belongs to the script.
    const script = sections.filter(({ head }) => !['file', 'stdin', 'setup'].includes(head)).flatMap(({ lines }) => lines)
    for (const { head } of sections) if (!['script', 'sh', 'gawk', 'loose', 'args', 'file', 'stdin', 'uses', 'each', 'setup'].includes(head)) throw new Error(`${topic}: ${name}: what is %${head}?`)
    while (script.at(-1) === '') script.pop()
    const stdin = of('stdin'), shared = of('uses')?.rest.split(' ').map(each => [each, toBytes(fixture(each))] as const) ?? []
    return {
      topic, name, shell: of('sh') ? 'sh' as const : 'bash' as const, gawk: of('gawk') !== undefined, loose: of('loose') !== undefined,
      args: of('args')?.rest.split(' ').map(toBytes) ?? [], script: toBytes(joined(script)), stdin: stdin ? trimmed(stdin) : '',
      files: new Map([...shared, ...sections.filter(({ head }) => head === 'file').map(section => [section.rest.split(' ')[0]!, trimmed(section)] as const)]),
      print: print(JSON.stringify([sections, shared])),
    }
  })
}
/** Without the empty line that sets it off from the next case. */
const trimmed = (section: Section): string => contentOf({ ...section, lines: section.lines.at(-1) === '' ? section.lines.slice(0, -1) : section.lines })

export function parseRecorded(text: string): Map<string, Recorded> {
  const all = chapters(text)
  // An empty line sets each off from the next.
  for (const { sections } of all.slice(0, -1)) sections.at(-1)!.lines.pop()
  return new Map(all.map(({ name, sections }) => {
    const of = (head: string): Section | undefined => sections.find(section => section.head === head)
    const bytes = (head: string): string => { const section = of(head); return section ? contentOf(section) : '' }
    return [name, { print: of('print')?.rest ?? '', status: Number(of('status')?.rest), stdout: bytes('stdout'), stderr: bytes('stderr') }]
  }))
}

export function writeRecorded(all: ReadonlyMap<string, Recorded>): string {
  return [...all].map(([name, { print, status, stdout, stderr }]) =>
    `%% ${name}\n%print ${print}\n%status ${status}\n${stream('stdout', stdout)}${stream('stderr', stderr)}`).join('\n')
}
function stream(name: string, bytes: string): string {
  if (bytes === '') return ''
  const text = Buffer.from(bytes, 'latin1').toString('utf8'), plain = toBytes(text) === bytes && !/[\x00-\x08\x0b-\x1f\x7f\ufffd]|[\t ]\n|[\t ]$/.test(text)
  const shown = plain ? text : bytes.replace(/\\(?=x[0-9a-f]{2}|\\)|[^\n\x20-\x7e]|[\t ](?=\n|$)/g, char => char === '\\' ? '\\\\' : `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
  const open = !shown.endsWith('\n')
  const how = `${plain ? '' : ' escaped'}${open ? ' open' : ''}`
  return `%${name}${how}\n${(open ? `${shown}\n` : shown).split('\n').slice(0, -1).map(line => /^\\*%/.test(line) ? `\\${line}` : line).join('\n')}\n`
}
