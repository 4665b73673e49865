/** One worker of `hotspare check`: opens the scenario once, then runs the parts of the search that it is given. Started from the built files by piscina. */
import { searchPart, type Part, type PartResult } from '../explore/search.ts'
import { targetOf, type Target } from '../explore/target.ts'
import { openForCheck } from './commands/check-input.ts'

export interface Work { readonly file: string; readonly script: string | null; readonly seed: number; readonly most: number | null; readonly part: Part }

const opened = new Map<string, Promise<Target>>()

export default async function work({ file, script, seed, most, part }: Work): Promise<PartResult> {
  const key = `${file}\0${script ?? ''}`
  let target = opened.get(key)
  if (target === undefined) opened.set(key, target = openForCheck(file, script).then(({ scenario }) => targetOf(scenario)))
  return searchPart(await target, { seed, most: most ?? undefined, part })
}
