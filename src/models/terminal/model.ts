/**
 * Terminals: which scripts and logins are at work on which partition, and how they ended. It runs nothing: the shell does, outside (src/console), and says so
 * here, so that the transcript of a run is part of its trace, and others (an operator who waits for a script, an expectation) can hear how it ended.
 * A partition that goes down takes its sessions with it; the shell's driver closes them.
 */
import { epochOf } from '../../base/cron.ts'
import { table } from '../../base/id.ts'
import type { Micros } from '../../base/time.ts'
import { defineModel, type } from '../../core/model.ts'
import { hypervisor } from '../hypervisor/model.ts'
import type { GuestId } from '../hypervisor/state.ts'
import { terminalConfig, type TerminalConfig } from './config.ts'
import { terminalRequests, type TerminalFact } from './events.ts'
import type { SessionId } from './ids.ts'

export interface Session { readonly guest: GuestId; readonly script: string; readonly by: string; readonly openedAt: Micros; /** Commands so far. */ commands: number; /** Of the script, where it was last. */ line: number | null }
export interface TerminalState {
  /** Microseconds since 1970 at the start of the run. */
  epoch: Micros
  /** Those that are at work. */
  open: Record<SessionId, Session>
  opened: number
  /** Ended with status 0, and otherwise. */
  succeeded: number
  failed: number
}

export const terminal = defineModel({
  name: 'terminal',
  uses: [hypervisor],
  config: terminalConfig,
  state: (config: TerminalConfig): TerminalState => ({ epoch: epochOf(config.date), open: table(), opened: 0, succeeded: 0, failed: 0 }),
  requests: terminalRequests,
  facts: type<TerminalFact>(),
  on: {
    'terminal.open'(s, { session, guest, script, by }, cx) {
      if (s.open[session] !== undefined) return cx.refuse({ status: 1, text: `there is a session ${session} already` })
      s.open[session] = { guest, script, by, openedAt: cx.now, commands: 0, line: null }
      s.opened++
    },
    'terminal.enter'(s, { session, line }, cx) {
      const at = s.open[session]
      if (at === undefined) return cx.refuse(noSession(session))
      at.commands++
      at.line = line
    },
    'terminal.print'(s, { session }, cx) {
      if (s.open[session] === undefined) cx.refuse(noSession(session))
    },
    'terminal.close'(s, { session, status, how }, cx) {
      const at = s.open[session]
      if (at === undefined) return cx.refuse(noSession(session))
      delete s.open[session]
      if (status === 0) s.succeeded++
      else s.failed++
      cx.emit({ type: 'terminal.closed', session, guest: at.guest, script: at.script, status, how, micros: cx.now - at.openedAt })
    },
  },
  check: s => s.opened === s.succeeded + s.failed + Object.keys(s.open).length ? undefined : 'a session that was opened is open or has ended',
})

const noSession = (session: SessionId) => ({ status: 1, text: `there is no session ${session}` })
