/**
 * `hotspare merge PART...`: the parts of a study put together, with the digits that the study in one piece would have.
 *
 * Every run of the study must be there, once; the same run twice is counted once, and if the two say different things, one of the files is not what it says.
 */
import { Plan } from '../../study/plan.ts'
import { listed } from '../../scenario/issue.ts'
import { differences, readRuns, type ReadRuns } from '../run-file.ts'
import { fingerprintOf, studyOf } from '../study-input.ts'
import { checkOutputs, tell, type Outputs } from '../study-output.ts'
import { addSides, wantsSides, type SideOptions } from '../study-sides.ts'
import { complain, UsageError } from '../terminal.ts'
import { VERSION } from '../version.ts'
import { repeatOf } from './plan.ts'

export async function merge(files: readonly string[], options: Outputs & SideOptions): Promise<number> {
  checkOutputs(options)
  const parts = files.map(readRuns), [first, ...others] = parts, { header } = first!
  for (const { file, cut } of parts) if (cut) complain(`${file}: the last line was cut short, and is not counted`)
  for (const { file, header: other } of others) {
    const differs = differences(other, header, 'there', `in ${first!.file}`, false)
    if (differs !== undefined) throw new UsageError(`${file}: is not of the same study: ${differs}`)
  }
  const study = studyOf(header.source), fingerprint = study && fingerprintOf(study, VERSION)
  if (study === undefined || JSON.stringify(fingerprint) !== JSON.stringify(header.fingerprint))
    throw new UsageError(`${first!.file}: was written by version ${header.fingerprint['the version of hotspare']} of hotspare, this is ${VERSION}; expected the same`)
  const absent = Array.from({ length: header.shard.of }, (_, i) => i + 1).filter(part => !parts.some(({ header: { shard } }) => shard.part === part))
  if (absent.length > 0) throw new UsageError(`part ${listed(absent.map(String), 'and')} of ${header.shard.of} ${absent.length === 1 ? 'is' : 'are'} missing: ${listed(absent.map(part => `--shard ${part}/${header.shard.of}`), 'and')}`)

  const all = together(parts), plan = new Plan(study, header.methods)
  for (let round = plan.next(header.exactly); round !== null; round = plan.next(header.exactly))
    for (let run = round.from; run < round.to; run++) study.variants.forEach((_, system) => plan.collect(system, all.get(`${system} ${run}`)?.tally ?? missing(parts, run)))
  const ended = plan.precise ? 'precise' : 'years'
  const result = plan.result({ hotspare: VERSION, ended, repeat: repeatOf({ study, source: header.source }, header.asked, ended, plan) })
  await tell(wantsSides(options) ? await addSides(plan, result, header.source, options) : result, null, options)
  return 0
}

type Counted = ReadRuns['tallies'][number][1]

function together(parts: readonly ReadRuns[]): Map<string, { tally: Counted; text: string; file: string }> {
  const all = new Map<string, { tally: Counted; text: string; file: string }>()
  for (const { file, tallies } of parts) for (const [system, tally] of tallies) {
    const key = `${system} ${tally.run}`, text = JSON.stringify(tally), other = all.get(key)
    if (other !== undefined && other.text !== text) throw new UsageError(`${file}: run ${tally.run} is not what it is in ${other.file}; one of them is not of this study`)
    all.set(key, { tally, text, file })
  }
  return all
}

function missing(parts: readonly ReadRuns[], run: number): never {
  const { shard } = parts[0]!.header, part = run % shard.of + 1, { file } = parts.find(({ header }) => header.shard.part === part)!
  throw new UsageError(`${file}: run ${run} is missing: part ${part} of ${shard.of} is not complete; the command that wrote it goes on with it`)
}
