/**
 * Files that a scenario names instead of writing their text: a radvd.conf beside it, a script. They are read before the scenario is checked, so
 * that what is wrong in them is told with their own lines. How a file is read is the caller's business: nothing here touches a disk.
 */
import { nearest } from '../base/nearest.ts'
import { listed, type Path, type Problem } from './issue.ts'
import { isRecord } from './names.ts'

export interface Beside {
  /** The text of a file, named as in the scenario; undefined: there is no such file. */
  readonly readFile?: ((path: string) => string | undefined) | undefined
  /** What there is beside the scenario, for the name that was probably meant. */
  readonly fileNames?: (() => readonly string[]) | undefined
}

/** A text has blanks, braces or lines; the name of a file has none of them. */
const isName = (text: string): boolean => /^[\w.\/~@+-]+$/.test(text)

const CONF = { what: 'a radvd.conf', ending: /\.conf/ }, SCRIPT = { what: 'a script', ending: /\.(?:sh|bash)$/ }, ANY = { what: 'a file', ending: /./ }

/** The scenario with the texts of its files in their places. */
export function withFiles(input: unknown, beside: Beside): { value: unknown; problems: Problem[] } {
  const problems: Problem[] = []
  const read = (path: Path, file: string, { what, ending } = CONF): string | undefined => {
    const text = beside.readFile?.(file)
    if (text !== undefined) return text
    const known = (beside.fileNames?.() ?? []).filter(name => ending.test(name)), near = nearest(file, known)
    problems.push({ path, at: 'value', found: `found ${JSON.stringify(file)}`, ...near !== undefined && { suggestion: near }, expected:
      beside.readFile === undefined ? `expected the text of ${what}, or { file, text }: no files are read here`
      : `expected a file beside the scenario${known.length > 0 && near === undefined ? `, such as ${listed(known, 'or', 4)}` : ''}: there is none of this name` })
    return undefined
  }
  const filled = (written: unknown, path: Path, kind = CONF): unknown => {
    const text = typeof written === 'string' && isName(written) ? read(path, written, kind) : undefined
    return text === undefined ? written : { file: written, text }
  }
  const configs = changeEach(input, ['system', 'radvd', 'daemons', '*', 'config'], (written, path) => filled(written, path))
  const files = changeEach(configs, ['system', 'terminal', 'files', '*', '*'], (written, path) => filled(written, path, ANY))
  const scripts = changeEach(files, ['operators', '*', 'run'], (written, path) => filled(written, path, SCRIPT))
  const value = changeEach(scripts, ['timeline', '*', 'do'], (step, path) => Array.isArray(step) ? step.map((each: unknown, index) => writing(each, [...path, index])) : writing(step, path))
  return { value, problems }

  function writing(request: unknown, path: Path): unknown {
    if (!isRecord(request) || request['type'] !== 'radvd.writeConf') return request
    const { text } = request, found = typeof text === 'string' && isName(text) ? read([...path, 'text'], text) : undefined
    return found === undefined ? request : { ...request, text: found }
  }
}

/** A copy in which what stands at a path is changed; `*` stands for every key or place. */
function changeEach(value: unknown, path: readonly string[], change: (value: unknown, path: Path) => unknown, at: Path = []): unknown {
  const [key, ...rest] = path
  if (key === undefined) return value === undefined ? value : change(value, at)
  if (Array.isArray(value)) return key === '*' ? value.map((each: unknown, index) => changeEach(each, rest, change, [...at, index])) : value
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, key === '*' || key === name ? changeEach(each, rest, change, [...at, name]) : each]))
}
