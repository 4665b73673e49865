/**
 * The actions of a recorded timeline as requests, its settings as sections: what `ip link`, radvd, ping, sysctl and `ip token` were told.
 */
import { SECOND } from '../../src/base/time.ts'
import type { Action, Happening, Recording } from './ra-recording.ts'
import { settingsOf } from './ra-sysctl.ts'
import type { RaTopology } from './ra-topology.ts'

type Written = Record<string, any>

/** What ping was told and how it ended, in the words of a run. */
export const recordedPings = ({ actions }: Recording): Happening[] =>
  actions.filter(action => action.do === 'ping').map(({ t, ns, dst, sent, received }) => ({ at: t, host: ns, text: `ping ${dst}: ${received} of ${sent}` }))

const PING_INTERVAL = 0.3, PING_WAIT = 1

/** The commands of iproute2 and sysctl that mean a request. */
function requestOf(ns: string, command: string): Written | undefined {
  const [, verb, address, length, device] = /^ip (?:-6 )?addr(?:ess)? (add|del) ([0-9a-f:]+)\/(\d+) dev (\S+)(?: nodad)?$/.exec(command) ?? []
  if (verb === 'add') return { type: 'ip.addAddress', interface: `${ns}.${device}`, address, length: Number(length), ...(command.endsWith(' nodad') && { dad: false }) }
  if (verb === 'del') return { type: 'ip.removeAddress', interface: `${ns}.${device}`, address }
  const [, name, state] = /^ip link set (?:dev )?(\S+) (up|down)$/.exec(command) ?? []
  if (name !== undefined) return { type: 'ip.setInterface', interface: `${ns}.${name}`, up: state === 'up' }
  const [, on] = /^sysctl -w net\.ipv6\.conf\.all\.forwarding=(\d)$/.exec(command) ?? []
  return on === undefined ? undefined : { type: 'ip.setForwarding', node: ns, on: on !== '0' }
}

export interface Asked { readonly t: number; readonly request: Written; readonly ping?: Action }

export function requestsOf(recording: Recording, portOf: (namespace: string, device: string) => string): Asked[] {
  const { actions, files, interfaces, topology } = recording, content = new Map(files)
  const owned = new Set(interfaces.map(({ host, device }) => `${host}.${device}`)), written = new Map<string, string>()
  return actions.flatMap((action): Asked[] => {
    const { t, do: what, ns, dev, id, conf } = action
    switch (what) {
      case 'link_up': case 'link_down': {
        const up = what === 'link_up', name = `${ns}.${dev}`, { carrierAt } = action, far = carrierAt === undefined ? undefined : farEnd(topology, name)
        if (far !== undefined) {
          const port = portOf(...far)
          return [
            { t, request: { type: 'net.setPort', port, up: false } }, { t, request: { type: 'ip.setInterface', interface: name, up } },
            { t: carrierAt, request: { type: 'net.setPort', port, up } },
          ]
        }
        return [{ t: carrierAt ?? t, request: owned.has(name) ? { type: 'ip.setInterface', interface: name, up } : { type: 'net.setPort', port: portOf(ns, dev!), up } }]
      }
      case 'radvd_start': {
        const text = content.get(conf)!, changed = (written.get(id) ?? text) !== text
        written.set(id, text)
        return [...(changed ? [{ t, request: { type: 'radvd.writeConf', daemon: id, text } }] : []), { t, request: { type: 'radvd.start', daemon: id } }]
      }
      case 'write_conf': {
        const text = content.get(action['content']) ?? action['content']
        content.set(action['file'], text)
        const readers = new Set(actions.filter(one => one.do === 'radvd_start' && one['conf'] === action['file']).map(one => one['id'] as string))
        return [...readers].map(daemon => ({ t, request: { type: 'radvd.writeConf', daemon, text } }))
      }
      case 'signal': return [{ t, request: { type: 'radvd.signal', daemon: id, signal: String(action['signal']).replace(/^SIG/, '') } }]
      case 'send_frame': return [{ t, request: { type: 'net.inject', port: portOf(ns, dev!), hex: action['frame'] } }]
      case 'ping': return pingTimes(recording, action).map(start => ({
        t: start, ping: action, request: { type: 'ip.ping', node: ns, to: action['dst'], timeout: PING_WAIT * SECOND, ...(dev !== null && { interface: `${ns}.${dev}` }) },
      }))
      case 'command': {
        if (isSetting(action, actions)) return []
        const request = requestOf(ns, action['command'])
        if (request !== undefined) return [{ t, request }]
      }
    }
    throw new Error(`nothing is known of ${what} ${action['command'] ?? ''}`)
  })
}

function farEnd({ links }: RaTopology, name: string): [namespace: string, device: string] | undefined {
  for (const link of links) {
    if (link.kind !== 'veth' || (link.a !== name && link.b !== name)) continue
    const other = link.a === name ? link.b : link.a, dot = other.indexOf('.')
    return [other.slice(0, dot), other.slice(dot + 1)]
  }
  return undefined
}

/** The time of a ping is when it ended: when its requests were seen, or else by how long it must have waited for answers. */
function pingTimes({ echoes }: Recording, { t, ns, dst, sent, received, rc }: Action): number[] {
  const start = rc === 2 ? t : t - (sent - 1) * PING_INTERVAL - (received < sent ? PING_WAIT + 0.02 : 0.01)
  const seen = rc === 2 ? [] : echoes.filter(({ at, host, to }) => host === ns && to === dst && at <= t && at > start - 0.2)
  return Array.from({ length: sent }, (_, n) => (seen.length === sent ? seen[n]!.at : start + n * PING_INTERVAL))
}

/**
 * The section `slaac.hosts`: sysctls of the topology, then those of commands given before the interface is up, which then have the same
 * effect, and the token.
 */
export function hostsOf({ topology, interfaces, actions, tokens }: Recording): Written {
  const hosts: Written = {}
  for (const { host, device } of interfaces) {
    const commands = actions.filter(action => action.ns === host && isSetting(action, actions)).map(({ command }) => command as string)
    const own: Written = settingsOf(sysctlOf(topology, host, commands), device).host
    const token = commands.map(command => TOKEN.exec(command)).find(match => match?.[2] === device)?.[1] ?? tokens.get(`${host}.${device}`)
    hosts[`${host}.${device}`] = { ...own, ...(token !== undefined && { token }) }
  }
  return hosts
}

const sysctlOf = ({ namespaces }: RaTopology, host: string, commands: readonly string[]): Record<string, string | number> => {
  const set = commands.flatMap(command => {
    const [, name, value] = SYSCTL.exec(command) ?? []
    return name === undefined ? [] : [[name, value!] as const]
  })
  return { ...namespaces[host]?.sysctl, ...Object.fromEntries(set) }
}

const SYSCTL = /^sysctl -w (net\.ipv6\.conf\.[\w.-]+)=(\S+)$/, TOKEN = /^ip token set (\S+) dev (\S+)$/

/** Is it a setting of a host, made before its interface is up? */
function isSetting({ do: what, ns, t, command = '' }: Action, actions: readonly Action[]): boolean {
  const up = actions.find(one => one.do === 'link_up' && one.ns === ns)
  return what === 'command' && (SYSCTL.test(command) || TOKEN.test(command)) && up !== undefined && up.t >= t
}
