/**
 * Interfaces on which a daemon will never advertise, since it refuses their settings when it sets them up. The file is read without
 * complaint, so the scenario is valid and the run shows what comes of it; who wonders why no client ever has an address is told here.
 */
import { entriesOf } from '../base/id.ts'
import { parseRadvdConf } from '../models/radvd/conf/parse.ts'
import { startUp } from '../models/radvd/conf/start.ts'
import { confOf } from '../models/radvd/config.ts'
import type { Scenario } from './build.ts'

export function muteInterfaces({ configs }: Pick<Scenario, 'configs'>): string[] {
  return entriesOf(configs.radvd?.daemons ?? {}).flatMap(([name, daemon]) => {
    const { file, text } = confOf(daemon)
    return (parseRadvdConf(text, file).conf?.interfaces ?? []).flatMap(one =>
      startUp(one, { maxMtuOctets: null }, daemon.profile ?? 'rfc').faults.slice(0, 1).map(fault => `${name} refuses to advertise on ${one.name}: ${fault.text} (${file})`))
  })
}
