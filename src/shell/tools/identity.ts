/**
 * which, id, whoami, groups, hostname, uname, arch, nproc, uptime, who, w, logger: who and where one is. Everybody is root here.
 * Source: debianutils 5.7 (which), GNU coreutils 9.1, hostname 3.23, procps 4.0, util-linux 2.38 (logger).
 */
import { SECOND } from '../../base/time.ts'
import { defineCommand } from '../kernel/command.ts'
import { failed } from '../kernel/errno.ts'
import { DEFAULT_PATH } from '../kernel/exec.ts'
import { complain, linesOf, misused, out, quote, slurp } from './io.ts'
import { nameOfGroup, nameOfUser, userId } from './nodes.ts'
import { options } from './options.ts'
import { strftime } from './strftime.ts'

const which = defineCommand({
  name: 'which',
  *run(p) {
    const o = yield* options(p, { short: 'as' }, { fail: 2, from: 'debianutils', version: '5.7' })
    if (typeof o === 'number') return o
    let status = o.operands.length === 0 ? 1 : 0, text = ''
    for (const name of o.operands) {
      const files = name.includes('/') ? [name] : (p.env.get('PATH') ?? DEFAULT_PATH).split(':').map(dir => `${dir || '.'}/${name}`)
      const found = files.filter(file => {
        const node = p.find(file)
        return !failed(node) && node.kind === 'file' && (node.mode & 0o111) !== 0
      })
      if (found.length === 0) status = 1
      else text += (o.has('a') ? found : found.slice(0, 1)).map(file => `${file}\n`).join('')
    }
    return o.has('s') || (yield* out(p, text)) ? status : 1
  },
})
const id = defineCommand({
  name: 'id',
  *run(p) {
    const o = yield* options(p, { short: 'agGnruzZ', long: { group: 'g', groups: 'G', name: 'n', real: 'r', user: 'u', zero: 'z' } }, { usage: '[OPTION]... [USER]...' })
    if (typeof o === 'number') return o
    const name = o.operands[0], uid = name === undefined ? 0 : userId(p.machine, name)
    if (uid === null) {
      yield* complain(p, `${quote(name!)}: no such user`)
      return 1
    }
    if (o.has('n', 'r') && !o.has('u', 'g', 'G')) {
      yield* complain(p, 'cannot print only names or real IDs in default format')
      return 1
    }
    const passwd = p.find('/etc/passwd'), gid = failed(passwd) || passwd.kind !== 'file' ? uid : Number(passwd.content.split('\n').map(line => line.split(':')).find(fields => fields[2] === String(uid))?.[3] ?? uid)
    const user = nameOfUser(p.machine, uid), group = nameOfGroup(p.machine, gid)
    const text = o.has('u') ? (o.has('n') ? user : String(uid)) : o.has('g', 'G') ? (o.has('n') ? group : String(gid)) : `uid=${uid}(${user}) gid=${gid}(${group}) groups=${gid}(${group})`
    return (yield* out(p, `${text}\n`)) ? 0 : 1
  },
})
const whoami = defineCommand({
  name: 'whoami',
  *run(p) {
    const o = yield* options(p, { short: '' })
    if (typeof o === 'number') return o
    if (o.operands.length > 0) {
      yield* misused(p, `extra operand ${quote(o.operands[0]!)}`)
      return 1
    }
    return (yield* out(p, 'root\n')) ? 0 : 1
  },
})
const groups = defineCommand({
  name: 'groups',
  *run(p) {
    const o = yield* options(p, { short: '' })
    if (typeof o === 'number') return o
    return (yield* out(p, o.operands.length === 0 ? 'root\n' : o.operands.map(name => `${name} : ${name}\n`).join(''))) ? 0 : 1
  },
})
const hostname = defineCommand({
  name: 'hostname',
  *run(p) {
    const o = yield* options(p, { short: 'adfF:iIsyA', long: { short: 's', fqdn: 'f', long: 'f', domain: 'd', file: 'F:', 'ip-address': 'i', 'all-ip-addresses': 'I', alias: 'a' } }, { from: 'hostname', version: '3.23' })
    if (typeof o === 'number') return o
    if (o.operands[0] !== undefined) {
      p.machine.hostname = o.operands[0]
      return 0
    }
    if (o.has('i', 'I', 'A', 'y', 'F')) {
      yield* complain(p, 'hotspare: only the options -s, -f and -d of hostname are modelled')
      return 1
    }
    const name = p.machine.hostname, [short = '', ...domain] = name.split('.')
    return (yield* out(p, `${o.has('s') ? short : o.has('d') ? domain.join('.') : name}\n`)) ? 0 : 1
  },
})
const uname = defineCommand({
  name: 'uname',
  *run(p) {
    const o = yield* options(p, { short: 'amnoprsvi', long: { all: 'a', 'kernel-name': 's', sysname: 's', nodename: 'n', 'kernel-release': 'r', release: 'r', 'kernel-version': 'v', machine: 'm', processor: 'p', 'hardware-platform': 'i', 'operating-system': 'o' } })
    if (typeof o === 'number') return o
    if (o.operands.length > 0) {
      yield* misused(p, `extra operand ${quote(o.operands[0]!)}`)
      return 1
    }
    const { release, version, arch } = p.machine.system, all = o.has('a')
    const parts = [['s', 'Linux'], ['n', p.machine.hostname], ['r', release], ['v', version], ['m', arch], ['p', 'unknown'], ['i', 'unknown'], ['o', 'GNU/Linux']] as const
    const chosen = parts.filter(([key]) => o.has(key) || (all && key !== 'p' && key !== 'i') || (o.all.length === 0 && key === 's'))
    return (yield* out(p, `${chosen.map(([, text]) => text).join(' ')}\n`)) ? 0 : 1
  },
})
const arch = defineCommand({ name: 'arch', *run(p) { return (yield* out(p, `${p.machine.system.arch}\n`)) ? 0 : 1 } })
const nproc = defineCommand({ name: 'nproc', *run(p) { return (yield* out(p, '1\n')) ? 0 : 1 } })
const uptime = defineCommand({
  name: 'uptime',
  *run(p) {
    const o = yield* options(p, { short: 'ps', long: { pretty: 'p', since: 's' } }, { from: 'procps-ng', version: '4.0.2' })
    if (typeof o === 'number') return o
    const seconds = Math.floor(p.machine.uptime() / SECOND), days = Math.floor(seconds / 86_400), hours = Math.floor(seconds / 3600) % 24, minutes = Math.floor(seconds / 60) % 60
    const at = { seconds: p.machine.unixSeconds(), nanos: 0 }, some = (n: number, name: string): string[] => n === 0 ? [] : [`${n} ${name}${n === 1 ? '' : 's'}`]
    const text = o.has('s') ? strftime('%Y-%m-%d %H:%M:%S', { seconds: at.seconds - seconds, nanos: 0 })
      : o.has('p') ? `up ${[...some(Math.floor(days / 7), 'week'), ...some(days % 7, 'day'), ...some(hours, 'hour'), ...some(minutes, 'minute')].join(', ') || '0 minutes'}`
        : ` ${strftime('%H:%M:%S', at)} up ${days > 0 ? `${days} day${days === 1 ? '' : 's'}, ` : ''}${hours > 0 ? `${String(hours).padStart(2)}:${String(minutes).padStart(2, '0')}` : `${minutes} min`},  0 users,  load average: 0.00, 0.00, 0.00`
    return (yield* out(p, `${text}\n`)) ? 0 : 1
  },
})
const who = defineCommand({ name: 'who', *run() { return 0 } })

const FACILITIES = ['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron', 'authpriv', 'ftp', 'local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7', 'security']
const SEVERITIES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug', 'panic', 'error', 'warn']
const logger = defineCommand({
  name: 'logger',
  *run(p) {
    const o = yield* options(p, { short: '+def:hin:P:p:sTt:u:V', long: { id: 'id::', file: 'f:', priority: 'p:', stderr: 's', tag: 't:', 'no-act': 'noact', 'skip-empty': 'e', server: 'n:', port: 'P:', socket: 'u:', 'prio-prefix': 'prefix', size: 'size:' } }, { from: 'util-linux', version: '2.38.1', usage: '[options] [<message>]' })
    if (typeof o === 'number') return o
    const [, facility = 'user', severity] = /^(?:(.*)\.)?(.*)$/.exec(o.get('p') ?? 'user.notice')!
    if (!FACILITIES.includes(facility) || !SEVERITIES.includes(severity!)) {
      yield* complain(p, `unknown ${FACILITIES.includes(facility) ? 'priority' : 'facility'} name: ${FACILITIES.includes(facility) ? severity : facility}`)
      return 1
    }
    if (o.has('n')) {
      yield* complain(p, 'hotspare: logger option -n is not modelled')
      return 1
    }
    const tag = o.get('t') ?? 'root', pid = o.has('i') || o.has('id') ? `[${o.get('id') || p.pid}]` : ''
    let lines: string[]
    if (o.operands.length > 0) lines = [o.operands.join(' ')]
    else {
      const text = yield* slurp(p, o.get('f') ?? '-', (name, no) => `file ${name}: ${no.text}`)
      if (text === null) return 1
      lines = linesOf(text)
    }
    for (const text of lines) {
      if (o.has('e') && text.trim() === '') continue
      if (o.has('s')) yield* p.err(`<${FACILITIES.indexOf(facility) * 8 + SEVERITIES.indexOf(severity!)}>${strftime('%b %e %H:%M:%S', { seconds: p.machine.unixSeconds(), nanos: 0 })} ${tag}${pid}: ${text}\n`)
      if (o.has('noact')) continue
      if (p.machine.syslog !== null) {
        p.machine.syslog({ facility, severity: severity!, tag: `${tag}${pid}`, text }, p)
        continue
      }
      const fd = yield* p.open('/var/log/syslog', { write: true, create: true, append: true }, 3)
      if (failed(fd)) continue
      yield* p.write(fd, `${strftime('%b %e %H:%M:%S', { seconds: p.machine.unixSeconds(), nanos: 0 })} ${p.machine.hostname} ${tag}${pid}: ${text}\n`)
      p.close(fd)
    }
    return 0
  },
})
export const IDENTITY = [which, id, whoami, groups, hostname, uname, arch, nproc, uptime, who, logger]
