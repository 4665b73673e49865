/** What the console answers to questions: who is up and which disks there are, how late it is, why a service is down. */
import { formatDuration, SECOND } from '../../base/time.ts'
import { entriesOf } from '../../base/id.ts'
import { strftime } from '../../shell/tools/strftime.ts'
import { chainOf, chainSentence } from '../chain.ts'
import { statusLine } from '../mdstat.ts'
import { sentence } from '../telling/index.ts'
import { clock, wrap } from '../text.ts'
import { explainOutage, outagesOf, type OutageTold } from '../why.ts'
import type { At } from './command.ts'
import type { Lab } from './lab.ts'
import { unknown } from './words.ts'

/** `02:00:00, Mon 2026-01-05 02:00:00 UTC on the partitions`. */
export function timeLine({ now, world, scenario }: Lab): string {
  const date = strftime('%a %Y-%m-%d %H:%M:%S', { seconds: Math.floor((world.terminal.epoch + now) / SECOND), nanos: 0 })
  return `${clock(now)} of ${formatDuration(scenario.until)}; the partitions' clocks show ${date} UTC`
}

/** A line for each partition, its arrays and what it serves below it. */
export function hosts(session: At): void {
  const { lab } = session, say = (line: string): void => session.reply(line)
  const { hypervisor, vscsi, scsi, md } = lab.world, width = Math.max(...lab.guests.map(guest => guest.length))
  for (const guest of lab.guests) {
    const g = hypervisor.guests[guest]!
    say(`${guest.padEnd(width)}  ${g.os.padEnd(5)}  ${g.hung ? 'hangs' : g.up ? 'up' : g.state === 'running' ? 'not up' : g.state}${g.stuck === null ? '' : `: ${g.stuck}`}${lab.ttyOf(guest) === undefined ? '' : guest === lab.guest ? ', you are here' : ', logged in'}`)
    const below = (text: string): void => { for (const line of wrap(text, 78 - width, '  ')) say(`${' '.repeat(width + 2)}${line}`) }
    for (const nwsd of vscsi.servedBy[guest] ?? []) {
      const n = vscsi.nwsds[nwsd]!
      below(`${nwsd} (${n.state}) serves ${n.client}: ${n.spaces.map(space => `${space}${deviceOf(lab, space)}`).join(', ') || 'nothing'}`)
    }
    for (const [, array] of entriesOf(md.arrays)) {
      if (array.guest !== guest) continue
      below(`${array.name} ${statusLine(array)} ${array.members.map(({ name, faulty, inSync, slot }) => `${name}${faulty ? '(F)' : inSync ? '' : slot < 0 ? '(S)' : '(recovering)'}`).join(' ')}`)
    }
    const own = Object.values(scsi.devices).filter(device => device.guest === guest && vscsi.spaces[device.disk] === undefined)
    if (own.length > 0) below(`disks: ${own.map(({ name, state, path }) => `${name}${state !== 'running' ? ` ${state}` : path === 'ok' ? '' : ` ${path}`}`).join(', ')}`)
  }
}
function deviceOf({ world: { scsi } }: Lab, space: string): string {
  const disk = scsi.disks[space as never], device = disk?.device == null ? undefined : scsi.devices[disk.device]
  if (disk === undefined) return ''
  return device === undefined ? ' (no device)' : ` = ${device.name}${device.state !== 'running' ? ` (${device.state})` : disk.path === 'ok' ? '' : ` (${disk.path})`}`
}

/** The chain of causes of the outage that is, or was last; without one, of what is weak now. */
export function why(session: At, service?: string): string | undefined {
  const { lab } = session, services = Object.keys(lab.world.service.services)
  if (service !== undefined && !services.includes(service)) return unknown('the service', service, services)
  const outages = outagesOf(lab).filter(each => service === undefined || each.service === service)
  const last = outages.findLast(each => each.to === null) ?? outages.at(-1)
  if (last !== undefined) tell(session, last)
  else session.reply(services.length === 0 ? 'There is no service in this scenario.' : `No outage${service === undefined ? '' : ` of ${service}`} so far.`)
  for (const [id, array] of entriesOf(lab.world.md.arrays)) {
    if (array.state !== 'active' || array.inSync >= array.raidDevices) continue
    const seq = lab.trace.findLast(({ event }) => event.type === 'md.redundancyChanged' && event.array === id && event.inSync < event.of)?.seq
    for (const line of wrap(`${array.name} is on ${array.inSync} of ${array.raidDevices}${seq === undefined ? '' : `: ${chainSentence(lab, seq)}`}.`, 80, '  ')) session.reply(line)
  }
  return undefined
}
function tell(session: At, outage: OutageTold): void {
  const { lab } = session
  session.reply(`${outage.service} ${outage.to === null ? `is down since ${clock(outage.from)}` : `was down from ${clock(outage.from)} to ${clock(outage.to)}, ${formatDuration(outage.to - outage.from)}`}.`)
  let before = ''
  for (const { at, event } of chainOf(lab, outage.seq)) {
    if (event.type === 'sim.started') continue
    const now = clock(at)
    wrap(sentence(event), 68).forEach((line, i) => session.reply(`${(i === 0 && now !== before ? now : '').padEnd(11)} ${line}`))
    before = now
  }
  for (const line of explainOutage(lab, outage)) for (const part of wrap(line, 80, '  ')) session.reply(part)
}
