/** Two scripts on the same schedules: which failures are new, which are gone, which both have. */
import { plural, wrap } from '../scenario/text.ts'
import type { Found, PartResult } from './search.ts'

export interface Compared { readonly runs: number; readonly new: readonly Found[]; readonly gone: readonly Found[]; readonly common: readonly Found[] }

/** `mine` is the script under test, `theirs` the one it is compared with. Failures are equal if the same schedule breaks the same rule. */
export function compare(mine: PartResult, theirs: PartResult): Compared {
  const runs = Math.min(mine.runs, theirs.runs), key = ({ run, rule }: Found) => `${run} ${rule}`
  const had = new Set(theirs.found.map(key)), have = new Set(mine.found.map(key)), within = (found: readonly Found[]) => found.filter(({ run }) => run < runs)
  return { runs, new: within(mine.found).filter(each => !had.has(key(each))), gone: within(theirs.found).filter(each => !have.has(key(each))), common: within(mine.found).filter(each => had.has(key(each))) }
}

export function compareText(name: string, mine: PartResult, other: string, theirs: PartResult): { lines: string[]; data: Compared } {
  const data = compare(mine, theirs)
  const told = (what: string, found: readonly Found[]): string[] => [`${what}: ${found.length}`, ...[...new Set(found.map(({ rule }) => rule))].flatMap(rule => {
    const those = found.filter(each => each.rule === rule)
    return wrap(`${rule}: ${plural(those.length, 'schedule')}, the first number ${those[0]!.run}: ${those[0]!.says}`, 80, '    ', '  ')
  })]
  return { data, lines: [`${name} against ${other}, ${plural(data.runs, 'schedule')} each`, ...told('new failures', data.new), ...told('gone', data.gone), ...told('common', data.common)] }
}
