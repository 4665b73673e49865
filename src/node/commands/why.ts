/** `hotspare why FILE`: the chain of causes of an outage, or of what a service is like at a time, in sentences. */
import { formatDuration } from '../../base/time.ts'
import { chainOf } from '../../scenario/chain.ts'
import { simulate } from '../../scenario/run.ts'
import { sentence } from '../../scenario/telling/index.ts'
import { clock, wrap } from '../../scenario/text.ts'
import { explainOutage, outagesOf, stateAt, type OutageTold } from '../../scenario/why.ts'
import { openAll, time } from '../scenarios.ts'
import { colors, print, UsageError } from '../terminal.ts'

export interface WhyOptions { outage?: number; at?: string; service?: string; seed?: string; until?: string }

export async function why(file: string, options: WhyOptions): Promise<void> {
  if (options.outage !== undefined && options.at !== undefined) throw new UsageError('--outage and --at are two questions; ask one at a time')
  const until = time(options.until, '--until'), at = time(options.at, '--at')
  const [ready] = await openAll([file])
  const run = simulate(ready!.scenario, { ...(options.seed !== undefined && { seed: options.seed }), ...(until !== undefined && { until }) })
  const services = Object.keys(run.world.service.services)
  if (options.service !== undefined && !services.includes(options.service)) throw new UsageError(`--service ${options.service}: expected ${services.join(' or ') || 'a service, of which there are none'}`)

  const wanted = options.service === undefined ? services : [options.service]
  if (at !== undefined) {
    if (at > run.until) throw new UsageError(`--at ${options.at}: expected a time before the end of the run, ${formatDuration(run.until)}`)
    for (const service of wanted) {
      const { up, outage } = stateAt(run, service, at)
      print(`${service} is ${up ? colors.green('up') : colors.red('down')} at ${clock(at)}.`)
      if (outage) tell(outage)
    }
    return
  }
  const outages = outagesOf(run).filter(outage => wanted.includes(outage.service))
  if (outages.length === 0) {
    print(`No outage${options.service === undefined ? '' : ` of ${options.service}`} in ${formatDuration(run.until)} (seed ${run.seed}).`)
    return
  }
  const number = options.outage ?? 1, outage = outages[number - 1]
  if (!outage) throw new UsageError(`--outage ${number}: there ${outages.length === 1 ? 'is one outage' : `are ${outages.length} outages`}`)
  print(colors.bold(`Outage ${number} of ${outages.length}: ${outage.service} is down from ${clock(outage.from)} ${outage.to === null ? 'to the end' : `to ${clock(outage.to)}, ${formatDuration(outage.to - outage.from)}`}.`))
  tell(outage)

  function tell(told: OutageTold): void {
    const chain = chainOf(run, told.seq)
    let before = ''
    for (const entry of chain) {
      if (entry.event.type === 'sim.started') continue
      const now = clock(entry.at)
      wrap(sentence(entry.event), 68).forEach((line, index) => print(`${(index === 0 && now !== before ? now : '').padEnd(11)} ${line}`))
      before = now
    }
    for (const line of explainOutage(run, told)) for (const part of wrap(line, 80, '  ')) print(part)
  }
}
