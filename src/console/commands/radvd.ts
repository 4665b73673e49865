/**
 * radvd(8) and its unit: starts, tells, and reads the configuration of the daemon that the radvd model has for this partition. A file given with -C, or
 * an /etc/radvd.conf that a script has written, becomes the daemon's; without one it has the scenario's. Killing its process is not modelled.
 * Source: radvd 2.19 (options and words).
 */
import type { DeepReadonly } from '../../base/readonly.ts'
import { configtest } from '../../models/radvd/conf/configtest.ts'
import type { Daemon, DaemonId, RadvdState } from '../../models/radvd/state.ts'
import type { NodeId } from '../../models/ip/ids.ts'
import { defineCommand, type Command } from '../../shell/kernel/command.ts'
import { failed } from '../../shell/kernel/errno.ts'
import type { Process } from '../../shell/kernel/process.ts'
import type { Run } from '../../shell/kernel/wait.ts'
import { complain } from '../../shell/tools/io.ts'
import { getopt } from '../../shell/tools/options.ts'
import type { Partition } from '../partition.ts'

const CONF = '/etc/radvd.conf'
const stateOf = ({ door }: Partition): DeepReadonly<RadvdState> | undefined => door.world['radvd'] as DeepReadonly<RadvdState> | undefined
/** The one daemon of this partition; undefined: the scenario gives it none, or several, which have no names here. */
function daemonOf(partition: Partition): DaemonId | undefined {
  const names = stateOf(partition)?.byNode[partition.guest as string as NodeId] ?? []
  return names.length === 1 ? names[0] : undefined
}
const daemonNow = (partition: Partition, name: DaemonId): DeepReadonly<Daemon> => stateOf(partition)!.daemons[name]!
/** Whether it runs; null: there is none. */
export function radvdRuns(partition: Partition): boolean | null {
  const name = daemonOf(partition)
  return name === undefined ? null : daemonNow(partition, name).running
}

function* start(partition: Partition, p: Process, name: DaemonId, file: string | undefined): Run {
  const text = yield* p.readFile(file ?? CONF), { door } = partition
  if (failed(text)) {
    if (file !== undefined) { yield* complain(p, `can't open ${file}: ${text.text}`); return 1 }
  } else if (text !== daemonNow(partition, name).text) {
    const verdict = configtest(text, file ?? CONF)
    if (verdict.status !== 0) { yield* p.err(verdict.says.map(line => `${line}\n`).join('')); return 1 }
    const no = door.dispatch({ type: 'radvd.writeConf', daemon: name, text } as never)
    if (no !== undefined) { yield* p.err(`${no.text}\n`); return no.status }
  }
  const no = door.dispatch({ type: 'radvd.start', daemon: name } as never)
  if (no !== undefined) { yield* p.err(`${no.text}\n`); return no.status }
  while (daemonNow(partition, name).startTimer !== null) yield { kind: 'world', ready: () => daemonNow(partition, name).startTimer === null }
  if (daemonNow(partition, name).running) return 0
  yield* complain(p, 'exiting; hotspare: what it says is in the trace (radvd.logged)')
  return 1
}
function* stop(partition: Partition, name: DaemonId): Run {
  if (!daemonNow(partition, name).running) return 0
  if (partition.door.dispatch({ type: 'radvd.signal', daemon: name, signal: 'TERM' } as never) !== undefined) return 1
  while (daemonNow(partition, name).running) yield { kind: 'world', ready: () => !daemonNow(partition, name).running }
  return 0
}

/** What systemctl does with radvd.service. */
export function* radvdUnit(partition: Partition, p: Process, verb: string): Run {
  const name = daemonOf(partition)
  if (name === undefined) { yield* p.err(`Failed to ${verb} radvd.service: Unit radvd.service not found.\n`); return 5 }
  const running = daemonNow(partition, name).running
  switch (verb) {
    case 'start': return running ? 0 : yield* start(partition, p, name, undefined)
    case 'stop': return yield* stop(partition, name)
    case 'restart': case 'try-restart':
      if (verb === 'try-restart' && !running) return 0
      yield* stop(partition, name)
      return yield* start(partition, p, name, undefined)
    default:
      yield* p.err(`hotspare: systemctl ${verb} radvd.service is not modelled\n`)
      return 1
  }
}

export const radvd = (partition: Partition): Command => defineCommand({
  name: 'radvd', dir: '/usr/sbin',
  *run(p) {
    const o = getopt(p.argv, { short: 'C:cnd:f:hl:m:p:t:u:v', long: { config: 'C:', configtest: 'c', nodaemon: 'n', debug: 'd:', facility: 'f:', help: 'h', logfile: 'l:', logmethod: 'm:', pidfile: 'p:', chrootdir: 't:', username: 'u:', version: 'v' } })
    if (typeof o === 'string') { yield* complain(p, o); return 1 }
    const odd = o.all.find(([key]) => !'Ccv'.includes(key))
    if (odd !== undefined) { yield* complain(p, `hotspare: radvd option -${odd[0]} is not modelled`); return 1 }
    if (o.has('v')) { yield* p.out('Version: 2.19\n'); return 0 }
    const file = o.get('C'), name = daemonOf(partition)
    if (o.has('c')) {
      const text = yield* p.readFile(file ?? CONF)
      if (failed(text)) { yield* complain(p, `can't open ${file ?? CONF}: ${text.text}`); return 1 }
      const { status, says } = configtest(text, file ?? CONF)
      yield* p.err(says.map(line => `${line}\n`).join(''))
      return status
    }
    if (name === undefined) { yield* complain(p, 'hotspare: radvd is not modelled where the scenario does not give this partition one daemon'); return 1 }
    return yield* start(partition, p, name, file)
  },
})
