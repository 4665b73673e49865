/**
 * systemctl and service for the few units that are there, reboot and its kin, watch, mail, free, kernel modules, who uses a file. The monitor of md and radvd are processes
 * of the models: starting and stopping them asks there. Source: systemd 252, procps 4.0, bsd-mailx, kmod 30, psmisc.
 */
import { defineCommand, type Command } from '../../shell/kernel/command.ts'
import { failed } from '../../shell/kernel/errno.ts'
import { execute } from '../../shell/kernel/exec.ts'
import type { Process } from '../../shell/kernel/process.ts'
import type { Run } from '../../shell/kernel/wait.ts'
import { getopt } from '../../shell/tools/options.ts'
import { strftime } from '../../shell/tools/strftime.ts'
import { boxOf, deliver } from '../mail.ts'
import type { Partition } from '../partition.ts'
import { targetAt, unmodelled } from './device.ts'
import { radvdRuns, radvdUnit } from './radvd.ts'
import { users } from './umount.ts'

const ALWAYS = new Set(['multi-user.target', 'default.target', 'network.target', 'cron.service', 'rsyslog.service', 'systemd-journald.service', 'ssh.service'])
const full = (unit: string): string => (/\.\w+$/.test(unit) ? unit : `${unit}.service`)
/** null: there is no such unit. */
function isActive(partition: Partition, unit: string): boolean | null {
  const { door, guest } = partition
  if (unit === 'mdmonitor.service' || unit === 'mdadm.service') return door.world.md.guests[guest]?.monitor === true
  if (unit === 'radvd.service') return radvdRuns(partition)
  if (unit.endsWith('.mount') || unit.endsWith('.swap')) return null
  return ALWAYS.has(unit) ? true : null
}
export const systemctl = (partition: Partition): Command => defineCommand({
  name: 'systemctl',
  *run(p) {
    const words = p.argv.slice(1).filter(word => !word.startsWith('-')), quiet = p.argv.includes('-q') || p.argv.includes('--quiet'), [verb = 'list-units', ...units] = words
    switch (verb) {
      case 'daemon-reload': case 'daemon-reexec': case 'reset-failed': return 0
      case 'reboot': case 'poweroff': case 'halt': return yield* power(partition, p, verb, p.argv.includes('-f') || p.argv.includes('--force'))
      case 'is-system-running': yield* p.out('running\n'); return 0
      case 'is-active': case 'is-failed': case 'is-enabled': {
        let good = false
        for (const unit of units) {
          const active = isActive(partition, full(unit)), word = verb === 'is-enabled' ? active === null ? null : 'enabled' : active ? 'active' : 'inactive'
          if (word === null) yield* p.err(`Failed to get unit file state for ${full(unit)}: No such file or directory\n`)
          else if (!quiet) yield* p.out(`${word}\n`)
          good ||= verb === 'is-failed' ? false : active === true
        }
        return good ? 0 : verb === 'is-active' ? 3 : 1
      }
      case 'start': case 'stop': case 'restart': case 'reload': case 'try-restart': case 'enable': case 'disable': {
        let status = 0
        for (const each of units) {
          const unit = full(each), active = isActive(partition, unit), { guest, door } = partition
          if (active === null) { yield* p.err(unit.startsWith('radvd') || unit.endsWith('.mount') || unit.endsWith('.swap') ? `hotspare: systemctl ${verb} ${unit} is not modelled\n` : `Failed to ${verb} ${unit}: Unit ${unit} not found.\n`); status = 5; continue }
          if (unit === 'radvd.service') { status = (yield* radvdUnit(partition, p, verb)) || status; continue }
          if (!/^md(monitor|adm)\.service$/.test(unit)) { if (verb === 'stop') { yield* p.err(`hotspare: systemctl stop ${unit} is not modelled\n`); status = 1 } continue }
          if (verb === 'stop' || verb.endsWith('restart')) door.dispatch({ type: 'md.stopMonitor', guest } as never)
          if (verb === 'start' || verb === 'restart' || (verb === 'try-restart' && active)) door.dispatch({ type: 'md.startMonitor', guest } as never)
        }
        return status
      }
      case 'status': case 'show': case 'cat': {
        if (verb !== 'status') return yield* unmodelled(p, verb)
        let status = 0
        for (const each of units) {
          const unit = full(each), active = isActive(partition, unit)
          if (active === null) { yield* p.err(`Unit ${unit} could not be found.\n`); status = 4; continue }
          yield* p.out(`${active ? '*' : 'o'} ${unit}\n     Loaded: loaded (/lib/systemd/system/${unit}; enabled; preset: enabled)\n     Active: ${active ? 'active (running)' : 'inactive (dead)'}\n`)
          if (!active) status = 3
        }
        return status
      }
      default: return yield* unmodelled(p, verb)
    }
  },
})
export const service = (partition: Partition): Command => defineCommand({
  name: 'service', dir: '/usr/sbin',
  *run(p) {
    const [, unit, verb] = p.argv
    if (unit === undefined || verb === undefined) { yield* p.err('Usage: service < option > | --status-all | [ service_name [ command | --full-restart ] ]\n'); return 1 }
    if (isActive(partition, full(unit)) === null) { yield* p.err(`${unit}: unrecognized service\n`); return 1 }
    p.argv = ['systemctl', verb, unit]
    return yield* systemctl(partition).run(p)
  },
})

function* power(partition: Partition, p: Process, verb: string, force: boolean): Run {
  const { door, guest } = partition
  if (door.world.hypervisor === undefined) return yield* unmodelled(p, 'without a hypervisor')
  const restart = verb === 'reboot'
  const refusal = door.dispatch((force ? restart ? { type: 'hypervisor.crash', guest, restart } : { type: 'hypervisor.powerOff', guest, how: 'vsp-hard' } : { type: 'hypervisor.powerOff', guest, how: 'os-normal', ...(restart && { restart }) }) as never)
  if (refusal === undefined) return 0
  yield* p.err(`${p.name}: ${refusal.text}\n`)
  return 1
}
export const reboot = (name: string) => (partition: Partition): Command => defineCommand({
  name, dir: '/usr/sbin',
  *run(p) {
    const words = p.argv.slice(1)
    if (name !== 'shutdown') return yield* power(partition, p, name, words.some(word => /^-\w*f|^--force$/.test(word)))
    if (words.includes('-c')) return 0
    const when = words.find(word => !word.startsWith('-')) ?? '+1'
    if (when !== 'now' && when !== '+0') return yield* unmodelled(p, `at another time than now (${when})`)
    return yield* power(partition, p, words.some(word => /^-\w*r|^--reboot$/.test(word)) ? 'reboot' : 'poweroff', false)
  },
})

/** One frame after the other, as a terminal would show them; without one there is no screen to clear. It ends with -g, -e, or when somebody ends it. */
export const watch = (partition: Partition): Command => defineCommand({
  name: 'watch',
  *run(p) {
    const o = getopt(p.argv, { short: '+bcd::egn:pq:rtwxhv', long: { beep: 'b', color: 'c', differences: 'd::', errexit: 'e', chgexit: 'g', interval: 'n:', precise: 'p', 'no-title': 't', 'no-wrap': 'w', exec: 'x', version: 'v', help: 'h', equexit: 'q:' } })
    if (typeof o === 'string' || o.operands.length === 0) { yield* p.err(`${typeof o === 'string' ? `watch: ${o}\n` : ''}\nUsage:\n watch [options] command\n`); return 1 }
    const seconds = Math.max(0.1, Number((o.get('n') ?? '2').replace(',', '.'))), text = o.operands.join(' '), argv = o.has('x') ? o.operands : ['sh', '-c', text]
    if (Number.isNaN(seconds)) { yield* p.err(`watch: failed to parse argument: '${o.get('n')}'\n`); return 1 }
    for (let before: string | null = null; ;) {
      const [from, to] = p.pipe(), child = p.fork(function* (self) { const status = yield* execute(self, argv); return failed(status) ? 127 : status }, { fds: new Map([...p.fds, [1, to]]) })
      if (failed(child)) return 1
      const fd = p.install(from, 3)
      const frame = yield* p.readAll(fd)
      p.close(fd)
      yield* p.wait(child)
      const shown = failed(frame) ? '' : frame, title = `Every ${seconds.toFixed(1)}s: ${text}`, right = `${partition.machine.hostname}: ${strftime('%a %b %e %H:%M:%S %Y', { seconds: partition.machine.unixSeconds(), nanos: 0 })}`
      yield* p.out(`${o.has('t') ? '' : `${title.padEnd(Math.max(title.length + 2, 80 - right.length))}${right}\n\n`}${shown}`)
      if (o.has('e') && child.exit?.status !== 0) return 8
      if (o.has('g') && before !== null && before !== shown) return 0
      before = shown
      yield* p.sleep(Math.round(seconds * 1e6))
    }
  },
})

export const mail = (name: string) => (partition: Partition): Command => defineCommand({
  name, ...(name === 'sendmail' && { dir: '/usr/sbin' }),
  *run(p) {
    const o = getopt(p.argv, { short: name === 'sendmail' ? 'itb:f:F:o:v' : 'a:b:c:dEe:f:iIns:u:r:vN' })
    if (typeof o === 'string') { yield* p.err(`${name}: ${o}\n`); return 64 }
    const odd = name === 'sendmail' ? o.has('b') : o.has('f', 'e')
    if (odd) return yield* unmodelled(p, 'with this option')
    if (name !== 'sendmail' && o.operands.length === 0) {
      const text = yield* p.readFile(boxOf(partition, o.get('u') ?? 'root'))
      yield* p.out(failed(text) || text === '' ? 'No mail for root\n' : text)
      return failed(text) ? 1 : 0
    }
    const body = yield* p.readAll(0)
    if (failed(body)) { yield* p.err(`${name}: ${body.text}\n`); return 1 }
    const headed = name === 'sendmail', to = headed && o.has('t') ? /^To: *(.+)$/mi.exec(body)?.[1]?.split(/[ ,]+/) ?? [] : o.operands
    if (body === '' && !headed && !o.has('E')) yield* p.err('Null message body; hope that\'s ok\n')
    for (const address of [...to, ...(o.get('c')?.split(',') ?? []), ...(o.get('b') !== undefined && !headed ? o.get('b')!.split(',') : [])])
      deliver(partition, address, headed ? body : `To: ${to.join(', ')}\n${o.get('s') === undefined ? '' : `Subject: ${o.get('s')}\n`}${o.every('a').map(line => `${line}\n`).join('')}\n${body}`)
    return 0
  },
})

export const free = (): Command => defineCommand({
  name: 'free',
  *run(p) {
    const o = getopt(p.argv, { short: 'bkmghlwtsc:V', long: { bytes: 'b', kibi: 'k', mebi: 'm', gibi: 'g', human: 'h', total: 't', wide: 'w' } })
    if (typeof o === 'string' || o.has('h', 'l', 'w', 's', 'c', 't')) return yield* unmodelled(p, 'with these options')
    const info = yield* p.readFile('/proc/meminfo'), swaps = yield* p.readFile('/proc/swaps'), get = (key: string): number => Number(new RegExp(`^${key}: +(\\d+)`, 'm').exec(failed(info) ? '' : info)?.[1] ?? 0)
    const swap = failed(swaps) ? 0 : swaps.split('\n').slice(1).reduce((sum, line) => sum + Number(line.split(/\s+/)[2] ?? 0), 0), show = (kib: number): string => String(o.has('b') ? kib * 1024 : o.has('m') ? Math.floor(kib / 1024) : o.has('g') ? Math.floor(kib / 1_048_576) : kib).padStart(12)
    const total = get('MemTotal'), cache = get('Buffers') + get('Cached')
    yield* p.out(`               total        used        free      shared  buff/cache   available\nMem:    ${[total, total - get('MemAvailable'), get('MemFree'), 0, cache, get('MemAvailable')].map(show).join('')}\nSwap:   ${[swap, 0, swap].map(show).join('')}\n`)
    return 0
  },
})

const MODULES = ['raid1', 'md_mod', 'sd_mod', 'scsi_mod', 'ext4', 'jbd2', 'mbcache', 'crc16', 'ibmvscsi', 'scsi_transport_srp', 'loop', 'dm_mod']
/** All modules that matter are in; one that is taken out is not modelled. */
export const modprobe = (): Command => defineCommand({
  name: 'modprobe', dir: '/usr/sbin',
  *run(p) {
    const names = p.argv.slice(1).filter(word => !word.startsWith('-')).map(word => word.replaceAll('-', '_')), quiet = p.argv.includes('-q')
    if (p.argv.some(word => /^-\w*r/.test(word))) return yield* unmodelled(p, '-r')
    const missing = names.find((name, i) => (i === 0 || p.argv.includes('-a')) && !MODULES.includes(name) && !/^(raid\d+|md|linear|multipath|faulty|sg|xfs|fuse|tun|dummy)$/.test(name))
    if (missing === undefined) return 0
    if (!quiet) yield* p.err(`modprobe: FATAL: Module ${missing} not found in directory /lib/modules/${p.machine.system.release}\n`)
    return 1
  },
})
export const lsmod = (): Command => defineCommand({
  name: 'lsmod',
  *run(p) { yield* p.out(`Module                  Size  Used by\n${MODULES.map(name => `${name.padEnd(19)} ${'65536'.padStart(8)}  0\n`).join('')}`); return 0 },
})

export const fuser = (partition: Partition): Command => defineCommand({
  name: 'fuser',
  *run(p) {
    const o = getopt(p.argv, { short: 'acfiklmn:suvwMV' })
    if (typeof o === 'string') { yield* p.err(`${o}\n`); return 1 }
    if (o.has('i', 'l', 'n', 'u')) return yield* unmodelled(p, 'with these options')
    let any = false
    for (const path of o.operands) {
      const node = p.find(path)
      if (failed(node)) { yield* p.err(`Specified filename ${path} does not exist.\n`); continue }
      const target = targetAt(partition, p, path), mounted = target === undefined || failed(target) ? undefined : partition.mounts.find(mount => mount.source === `/dev/${target.name}`), root = mounted === undefined ? node : p.find(mounted.target)
      const found = o.has('m', 'M', 'c') && !failed(root) && root.kind === 'directory' ? users(partition, root) : [...partition.kernel.processes.values()].filter(each => each.machine === p.machine && (each.cwd === node || [...each.fds.values()].some(file => file.node === node)))
      const others = found.filter(each => each !== p)
      if (others.length === 0) continue
      any = true
      if (!o.has('s')) { yield* p.err(`${`${path}:`.padEnd(20)} `); yield* p.out(others.map(each => String(each.pid).padStart(6)).join('')); yield* p.err('\n') }
      if (o.has('k')) for (const each of others) partition.kernel.signal(each, 'KILL')
    }
    return any ? 0 : 1
  },
})
