/**
 * Programs that run another in a changed state: env, nohup, nice, ionice, setsid; and renice, printenv. Priorities are accepted and change nothing:
 * the simulated machine has all the CPU that it needs. Source: GNU coreutils 9.1, util-linux 2.38.
 */
import { defineCommand } from '../kernel/command.ts'
import { failed } from '../kernel/errno.ts'
import type { Process } from '../kernel/process.ts'
import { instead, launch, reap } from './child.ts'
import { complain, misused, out, quote } from './io.ts'
import { options } from './options.ts'

const env = defineCommand({
  name: 'env',
  *run(p) {
    const o = yield* options(p, { short: '+0C:iS:u:v', long: { 'ignore-environment': 'i', null: '0', unset: 'u:', chdir: 'C:', 'split-string': 'S:', debug: 'v' } }, { fail: 125, usage: '[OPTION]... [-] [NAME=VALUE]... [COMMAND [ARG]...]' })
    if (typeof o === 'number') return o
    const rest = [...(o.get('S')?.trim().split(/\s+/) ?? []), ...o.operands]
    const env = new Map(o.has('i') || rest[0] === '-' ? [] : p.env)
    p.env = env
    if (rest[0] === '-') rest.shift()
    for (const name of o.every('u')) env.delete(name)
    while (rest[0]?.includes('=')) {
      const [, name, value] = /^(.*?)=(.*)$/s.exec(rest.shift()!)!
      env.set(name!, value!)
    }
    if (rest.length === 0) return (yield* out(p, [...p.env].map(([name, value]) => `${name}=${value}${o.has('0') ? '\0' : '\n'}`).join(''))) ? 0 : 125
    if (o.has('0')) {
      yield* misused(p, 'cannot specify --null (-0) with command')
      return 125
    }
    if (o.has('C')) {
      const dir = p.find(o.get('C')!)
      if (failed(dir) || dir.kind !== 'directory') {
        yield* complain(p, `cannot change directory to ${quote(o.get('C')!)}: ${failed(dir) ? dir.text : 'Not a directory'}`)
        return 125
      }
      p.cwd = dir
    }
    return yield* instead(p, rest, p.argv[0]!, no => `${quote(rest[0]!)}: ${no.text}${no.errno === 'ENOENT' && rest[0]!.includes(' ') ? `\n${p.argv[0]}: use -[v]S to pass options in shebang lines` : ''}`)
  },
})
const printenv = defineCommand({
  name: 'printenv',
  *run(p) {
    const o = yield* options(p, { short: '+0', long: { null: '0' } }, { fail: 2 })
    if (typeof o === 'number') return o
    const end = o.has('0') ? '\0' : '\n', names = o.operands.filter(name => p.env.has(name))
    const text = o.operands.length === 0 ? [...p.env].map(([name, value]) => `${name}=${value}${end}`) : names.map(name => p.env.get(name)! + end)
    return (yield* out(p, text.join(''))) ? (names.length === o.operands.length ? 0 : 1) : 2
  },
})
const nohup = defineCommand({
  name: 'nohup',
  *run(p) {
    const o = yield* options(p, { short: '+' }, { fail: 125, usage: 'COMMAND [ARG]...' })
    if (typeof o === 'number') return o
    if (o.operands.length === 0) {
      yield* misused(p, 'missing operand')
      return 125
    }
    const tty = [0, 1, 2].map(fd => p.fds.get(fd)?.tty === true), said: string[] = []
    if (tty[0]) {
      const nothing = yield* p.openFile('/dev/null', { write: true })
      if (!failed(nothing)) p.put(0, nothing)
      said.push('ignoring input')
    }
    if (tty[1]) {
      let name = 'nohup.out', file = yield* p.openFile(name, { write: true, create: true, append: true })
      if (failed(file)) {
        name = `${p.env.get('HOME') ?? ''}/nohup.out`
        file = yield* p.openFile(name, { write: true, create: true, append: true })
      }
      if (failed(file)) {
        yield* complain(p, `failed to open ${quote(name)}: ${file.text}`)
        return 125
      }
      p.put(1, file)
      said.push(`appending output to ${quote(name)}`)
    }
    if (said.length > 0) yield* complain(p, said.join(' and '))
    if (tty[2]) p.dup(1, 2)
    p.ignored.add('HUP')
    return yield* instead(p, o.operands)
  },
})

const niceness = new WeakMap<Process, number>()
const nice = defineCommand({
  name: 'nice',
  *run(p) {
    p.argv = p.argv.flatMap((arg, i) => i === 1 && /^--?\d+$/.test(arg) ? ['-n', arg.slice(1)] : [arg])
    const o = yield* options(p, { short: '+n:', long: { adjustment: 'n:' } }, { fail: 125, usage: '[OPTION] [COMMAND [ARG]...]' })
    if (typeof o === 'number') return o
    const by = o.get('n') ?? '10'
    if (!/^[-+]?\d+$/.test(by)) {
      yield* complain(p, `invalid adjustment ${quote(by)}`)
      return 125
    }
    if (o.operands.length === 0) {
      if (!o.has('n')) return (yield* out(p, `${niceness.get(p) ?? 0}\n`)) ? 0 : 125
      yield* misused(p, 'a command must be given with an adjustment')
      return 125
    }
    niceness.set(p, Math.max(-20, Math.min(19, (niceness.get(p) ?? 0) + Number(by))))
    return yield* instead(p, o.operands, p.argv[0]!, no => `${quote(o.operands[0]!)}: ${no.text}`)
  },
})
const ionice = defineCommand({
  name: 'ionice',
  *run(p) {
    const o = yield* options(p, { short: '+c:n:p:P:u:t', long: { class: 'c:', classdata: 'n:', pid: 'p:', ignore: 't' } }, { from: 'util-linux', version: '2.38.1' })
    if (typeof o === 'number') return o
    const kind = o.get('c')
    if (kind !== undefined && !/^[0-3]$|^(?:none|realtime|best-effort|idle)$/.test(kind)) {
      yield* complain(p, `unknown prio class ${kind}`)
    }
    if (o.operands.length === 0 || o.has('p')) return kind === undefined && !o.has('n') && !(yield* out(p, 'none: prio 0\n')) ? 1 : 0
    return yield* instead(p, o.operands, p.argv[0]!, no => `failed to execute ${o.operands[0]}: ${no.text}`)
  },
})
const renice = defineCommand({
  name: 'renice',
  *run(p) {
    const o = yield* options(p, { short: '+n:p:g:u:', long: { priority: 'n:', pid: 'p:' } }, { from: 'util-linux', version: '2.38.1' })
    if (typeof o === 'number') return o
    const words = [...o.every('p'), ...o.operands.filter(word => word !== '-p')], to = Number(o.get('n') ?? words.shift())
    let status = 0
    for (const word of words) {
      const target = p.kernel.processes.get(Number(word))
      if (target === undefined || target.machine !== p.machine) {
        yield* complain(p, `failed to get priority for ${word} (process ID): No such process`)
        status = 1
        continue
      }
      const old = niceness.get(target) ?? 0
      niceness.set(target, to)
      yield* out(p, `${word} (process ID) old priority ${old}, new priority ${to}\n`)
    }
    return status
  },
})
const setsid = defineCommand({
  name: 'setsid',
  *run(p) {
    const o = yield* options(p, { short: '+cfw', long: { ctty: 'c', fork: 'f', wait: 'w' } }, { from: 'util-linux', version: '2.38.1' })
    if (typeof o === 'number') return o
    if (o.operands.length === 0) {
      yield* misused(p, 'no command specified')
      return 1
    }
    const words = (no: { text: string }): string => `failed to execute ${o.operands[0]}: ${no.text}`
    // A leader of a group cannot begin a session: a child does.
    if (p.pgid !== p.pid && !o.has('f')) {
      p.pgid = p.pid
      p.detach()
      return yield* instead(p, o.operands, p.argv[0]!, words)
    }
    const child = launch(p, o.operands, words, { pgid: 0 })
    if (failed(child)) {
      yield* complain(p, `fork: ${child.text}`)
      return 1
    }
    child.detach()
    return o.has('w') ? (yield* reap(p, child)).status : 0
  },
})
export const RUNUNDER = [env, printenv, nohup, nice, ionice, renice, setsid]
