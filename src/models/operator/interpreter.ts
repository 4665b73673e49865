/**
 * Whose script it is: the simulated partitions have bash and sh (dash), nothing else. Without a `#!` line a script is one of bash.
 * Source: execve(2), "Interpreter scripts".
 */
const SHELLS = ['bash', 'sh', 'dash']

/** The interpreter that its first line names, if there is none such on a partition; null: it can run. */
export function foreignInterpreter(text: string): string | null {
  const [, path = '', rest = ''] = /^(?:\ufeff|\xef\xbb\xbf)?#![ \t]*(\S+)[ \t]*([^\n\r]*)/.exec(text) ?? []
  if (path === '') return null
  const words = rest.split(/\s+/).filter(word => !word.startsWith('-') && !word.includes('=')), name = (/(?:^|\/)env$/.test(path) ? words[0] ?? '' : path).replace(/^.*\//, '')
  return SHELLS.includes(name) ? null : name
}
