/**
 * timeout: a command with a deadline. It makes a process group of its own, so that what the command has started goes with it, passes on signals that it
 * gets itself, and dies with its group when the signal is KILL. Source: GNU coreutils 9.1.
 */
import type { Micros } from '../../base/time.ts'
import { defineCommand } from '../kernel/command.ts'
import { failed } from '../kernel/errno.ts'
import { signalNamed, signalNumber, type Signal } from '../kernel/signal.ts'
import { interval, launch } from './child.ts'
import { complain, misused, quote } from './io.ts'
import { options } from './options.ts'

const PASSED: readonly Signal[] = ['ALRM', 'INT', 'QUIT', 'HUP', 'TERM', 'PIPE', 'USR1', 'USR2']

export const TIMEOUT = [defineCommand({
  name: 'timeout',
  *run(p) {
    const o = yield* options(p, { short: '+k:s:v', long: { foreground: 'foreground', 'kill-after': 'k:', 'preserve-status': 'preserve', signal: 's:', verbose: 'v' } }, { fail: 125, usage: '[OPTION] DURATION COMMAND [ARG]...' })
    if (typeof o === 'number') return o
    const kill = o.has('k') ? interval(o.get('k')!) : 0, wanted = o.get('s'), signal = wanted === undefined ? 'TERM' : signalNamed(wanted)
    const duration = o.operands[0] === undefined ? 0 : interval(o.operands[0])
    if (kill === null || duration === null || signal === null) {
      yield* misused(p, signal === null ? `${quote(wanted!)}: invalid signal` : `invalid time interval ${quote(kill === null ? o.get('k')! : o.operands[0]!)}`)
      return 125
    }
    if (o.operands.length < 2) {
      yield* p.err(`Try '${p.argv[0]} --help' for more information.\n`)
      return 125
    }
    const foreground = o.has('foreground'), argv = o.operands.slice(1)
    if (!foreground) p.pgid = p.pid
    for (const each of PASSED) p.caught.add(each)
    p.caught.add(signal)
    p.ignored.delete('TERM')
    const child = launch(p, argv)
    if (failed(child)) {
      yield* complain(p, `fork system call failed: ${child.text}`)
      return 125
    }
    let late = false, next: Signal = signal, killAfter: Micros = kill
    let deadline = duration > 0 && duration !== Infinity ? p.kernel.now + duration : undefined
    const send = function* (asked: Signal | null) {
      const sent = asked ?? next
      if (asked === null) late = true
      if (killAfter > 0) {
        next = 'KILL'
        deadline = p.kernel.now + killAfter
        killAfter = 0
      } else if (asked === null) deadline = undefined
      if (o.has('v')) yield* complain(p, `sending signal ${sent} to command ${quote(argv[0]!)}`)
      p.kernel.kill(p, child.pid, sent)
      if (foreground) return
      if (sent !== 'KILL') p.ignored.add(sent)
      p.kernel.kill(p, 0, sent)
      if (sent === 'KILL' || sent === 'CONT') return
      p.kernel.kill(p, child.pid, 'CONT')
      p.kernel.kill(p, 0, 'CONT')
    }
    while (!child.dead) {
      const wake = yield { kind: 'queue', queue: p.childEnded, ...(deadline !== undefined && { at: deadline }) }
      if (wake === 'signal') {
        const came = p.pending.shift()
        p.seen = p.pending.length
        if (came !== undefined) yield* send(came === 'ALRM' ? null : came)
      } else if (wake === 'timeout') yield* send(null)
      if (p.dead) return 137
    }
    p.children.delete(child.pid)
    const { status, signal: by } = child.exit!
    if (by !== undefined && !late && by !== 'KILL') {
      // It died of a signal by itself: so do we.
      p.caught.delete(by)
      p.ignored.delete(by)
      p.raise(by)
      return 128 + signalNumber(by)
    }
    return late && !o.has('preserve') && by !== 'KILL' ? 124 : status
  },
})]
