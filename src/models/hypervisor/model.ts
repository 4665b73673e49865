/**
 * Managed systems and partitions: power states, planned IPL, crash, hang, restricted state, and the IPL of a whole system.
 *
 * It knows nothing of disks. Who does (vscsi for hosts, boot for clients) listens to `shuttingDown`, `guestDown`, `guestUp` and answers
 * `firmwareReached`. Sources: pypowervm's enumerations and power module; IBM i IPL and restricted state; see README.md.
 */
import type { DeepReadonly } from '../../base/readonly.ts'
import { defineModel, type, type Refusal } from '../../core/model.ts'
import { take } from '../span.ts'
import { hypervisorConfig } from './config.ts'
import { POWER_OFF, hypervisorRequests, type HypervisorFact } from './events.ts'
import { become, beginEnd, cease, cutDumpShort, escalation, guestIn, next, start, startOs, takeStep } from './life.ts'
import { EDGES, inStartOrder, initialHypervisor, signature, type Guest, type GuestId, type HypervisorState, type SystemId } from './state.ts'
import { endAllNow, endNextWave, guestEnded, setManaged, startGuests, startSystem } from './systems.ts'
import * as texts from './texts.ts'

export const hypervisor = defineModel({
  name: 'hypervisor',
  uses: [],
  config: hypervisorConfig,
  state: initialHypervisor,
  requests: hypervisorRequests,
  facts: type<HypervisorFact>(),
  on: {
    'hypervisor.powerOn'(s, { guest, takes, iplSource, keylock }, cx) {
      const g = existing(s, guest)
      if (g === undefined) return cx.refuse(texts.noSuchPartition(guest))
      const { phase } = s.systems[g.system]!
      if (phase !== 'up') return cx.refuse(texts.systemIs(g.system, phase))
      if (g.state === 'running' || g.state === 'starting' || g.state === 'open firmware') return cx.refuse(texts.alreadyOn(guest))
      if (g.state !== 'not activated') return cx.refuse(texts.notInState(guest, g.state))
      if (g.os !== 'ibm-i' && (iplSource !== undefined || keylock !== undefined)) return cx.refuse(texts.ibmIOnly(guest))
      if (iplSource !== undefined) g.iplSource = iplSource
      if (keylock !== undefined) g.keylock = keylock
      g.startMicros = takes ?? null
      start(s, guest, cx)
    },
    'hypervisor.powerOff'(s, { guest, how, restart = false, timeout = s.powerOffTimeout }, cx) {
      const g = existing(s, guest)
      if (g === undefined) return cx.refuse(texts.noSuchPartition(guest))
      const steps = how === undefined ? escalation(g) : [how]
      switch (g.state) {
        case 'not activated':
          return cx.refuse(restart ? texts.cannotRestart(guest) : texts.alreadyOff(guest))
        case 'error':
          if (how !== undefined && how !== 'vsp-hard') return cx.refuse(texts.notInState(guest, g.state))
          become(s, guest, 'not activated', cx)
          if (restart) start(s, guest, cx)
          return
        case 'shutting down':
          if (how === undefined || g.ending === null || !g.alive || POWER_OFF.indexOf(how) <= POWER_OFF.indexOf(g.ending.how)) return cx.refuse(texts.notInState(guest, g.state))
          return beginEnd(s, guest, { restart: restart || g.ending.restart, steps, timeout, system: g.ending.system }, cx)
        case 'running':
          if ((how === 'os-normal' || how === 'os-immediate') && g.os !== 'ibm-i' && !g.rmc) return cx.refuse(texts.noRmc(guest))
          // While it dumps after a crash nobody listens but the service processor.
          if (!g.alive && how !== undefined && how !== 'vsp-hard') return cx.refuse(texts.doesNotAnswer(guest))
          g.startMicros = null
          return g.alive ? beginEnd(s, guest, { restart, steps, timeout }, cx) : cutDumpShort(s, guest, restart, cx)
        default:
          return cx.refuse(texts.notInState(guest, g.state))
      }
    },
    'hypervisor.powerOffTimedOut'(s, { guest }, cx) {
      const g = guestIn(s, guest), { ending } = g
      g.timer = null
      if (ending === null) return
      ending.how = ending.next.shift()!
      ending.timeout = s.powerOffTimeout
      takeStep(s, guest, cx)
    },
    'hypervisor.ipl'(s, { guest, down, takes }, cx) {
      const g = existing(s, guest)
      if (g === undefined) return cx.refuse(texts.noSuchPartition(guest))
      if (g.state !== 'running') return cx.refuse(texts.notInState(guest, g.state))
      if (g.hung || !g.alive) return cx.refuse(texts.doesNotAnswer(guest))
      let shutdownMicros = g.up ? take(g.shutdown, s.assumed, cx, 'shutdown', guest) : 0
      if (down !== undefined && shutdownMicros > down) shutdownMicros = down
      g.startMicros = takes ?? (down === undefined ? null : down - shutdownMicros)
      beginEnd(s, guest, { restart: true, steps: ['os-normal'], timeout: 0, shutdownMicros }, cx)
    },
    'hypervisor.crash'(s, { guest, down, takes, restart }, cx) {
      const g = existing(s, guest)
      if (g === undefined) return cx.refuse(texts.noSuchPartition(guest))
      if (!g.alive || (g.state !== 'running' && g.state !== 'shutting down')) return cx.refuse(texts.notInState(guest, g.state))
      let dumpMicros = -1
      if (g.state === 'running' && (restart ?? g.autoRestart)) {
        dumpMicros = take(g.dumpTime, s.assumed, cx, 'dump', guest)
        if (down !== undefined && dumpMicros > down) dumpMicros = down
      }
      g.dumpMicros = dumpMicros
      g.startMicros = takes ?? (down === undefined ? null : down - (dumpMicros < 0 ? 0 : dumpMicros))
      if (g.timer !== null) cx.cancel(g.timer)
      // Gone from this moment: what else is asked of it now finds nobody.
      cease(g)
      cx.emit({ type: 'hypervisor.guestDown', guest, how: 'crash', orderly: false })
    },
    'hypervisor.guestDown'(s, { guest, how, orderly }, cx) {
      const g = guestIn(s, guest), { ending } = g
      // Only a controlled or immediate end by the system itself, with all jobs ended, makes the next IPL a normal one.
      g.lastEnd = orderly && (g.os !== 'ibm-i' || ending?.how !== 'vsp-normal') ? 'normal' : 'abnormal'
      // After a crash somebody may have powered it off at the very same moment.
      if (g.state !== 'running' && g.state !== 'shutting down') return
      cease(g)
      g.ending = null
      if (g.state === 'running') {
        if (g.dumpMicros < 0) become(s, guest, 'error', cx)
        else next(g, g.dumpMicros, { type: 'hypervisor.guestStarting', guest }, cx)
      } else if (ending?.restart) start(s, guest, cx)
      else become(s, guest, 'not activated', cx, how !== 'crash')
      if (ending?.system) guestEnded(s, g.system, cx)
    },
    'hypervisor.guestStarting'(s, { guest }, cx) {
      const g = guestIn(s, guest)
      g.timer = null
      if (g.state !== 'starting') become(s, guest, 'starting', cx, true)
      g.alive = true
      if (g.virtualDisks) return next(g, take(g.firmware, s.assumed, cx, 'firmware', guest), { type: 'hypervisor.firmwareReached', guest }, cx)
      // Disks of its own: the boot device is there.
      become(s, guest, 'running', cx, true)
      startOs(s, guest, cx)
    },
    'hypervisor.firmwareReached'(s, { guest }) {
      guestIn(s, guest).timer = null
    },
    'hypervisor.loadOs'(s, { guest, hold = false, stuck }, cx) {
      const g = existing(s, guest)
      if (g === undefined) return cx.refuse(texts.noSuchPartition(guest))
      if (!g.held && !inFirmware(g)) return cx.refuse(texts.notInState(guest, g.state))
      if (!g.held) become(s, guest, 'running', cx)
      g.held = hold
      g.stuck = stuck ?? null
      if (hold) return
      if (stuck === undefined) return startOs(s, guest, cx)
      g.startMicros = null
      cx.emit({ type: 'hypervisor.startStuck', guest, reason: stuck })
    },
    'hypervisor.stopInFirmware'(s, { guest, reason }, cx) {
      const g = existing(s, guest)
      if (g === undefined) return cx.refuse(texts.noSuchPartition(guest))
      if (!inFirmware(g)) return cx.refuse(texts.notInState(guest, g.state))
      g.stuck = reason
      if (g.state === 'starting') become(s, guest, 'open firmware', cx)
    },
    'hypervisor.bootFromFirmware'(s, { guest }, cx) {
      const g = existing(s, guest)
      if (g === undefined) return cx.refuse(texts.noSuchPartition(guest))
      if (g.state !== 'open firmware') return cx.refuse(texts.notInState(guest, g.state))
      cx.emit({ type: 'hypervisor.firmwareReached', guest })
    },
    'hypervisor.guestUp'(s, { guest }) {
      const g = guestIn(s, guest)
      g.timer = null
      g.attended = false
      g.up = true
    },
    'hypervisor.iplStopped'(s, { guest }) {
      const g = guestIn(s, guest)
      g.timer = null
      g.attended = true
    },
    'hypervisor.attendIpl'(s, { guest }, cx) {
      const g = existing(s, guest)
      if (g === undefined) return cx.refuse(texts.noSuchPartition(guest))
      if (!g.attended || g.timer !== null) return cx.refuse(texts.notPossible(guest, 'no IPL waits for an operator'))
      next(g, 0, { type: 'hypervisor.guestUp', guest }, cx)
    },

    'hypervisor.hang'(s, { guest }, cx) {
      const no = refuseUnlessAnswering(s, guest)
      if (no !== undefined) return cx.refuse(no)
      guestIn(s, guest).hung = true
      cx.emit({ type: 'hypervisor.guestHung', guest })
    },
    'hypervisor.resume'(s, { guest }, cx) {
      const g = existing(s, guest)
      if (g === undefined) return cx.refuse(texts.noSuchPartition(guest))
      if (!g.hung) return cx.refuse(texts.notPossible(guest, 'it neither hangs nor is it suspended'))
      if (g.state === 'suspended') {
        become(s, guest, 'resuming', cx)
        become(s, guest, 'running', cx)
      }
      g.hung = false
      cx.emit({ type: 'hypervisor.guestResumed', guest })
      // A shutdown that nobody carried out goes on now; a hard one is under way already.
      if (g.state === 'shutting down' && g.ending !== null && g.ending.how !== 'vsp-hard') takeStep(s, guest, cx)
    },
    'hypervisor.suspend'(s, { guest }, cx) {
      const no = refuseUnlessAnswering(s, guest)
      if (no !== undefined) return cx.refuse(no)
      become(s, guest, 'suspending', cx)
      become(s, guest, 'suspended', cx)
      guestIn(s, guest).hung = true
      cx.emit({ type: 'hypervisor.guestHung', guest })
    },
    'hypervisor.migrate'(s, { guest, to, takes = 0 }, cx) {
      const g = existing(s, guest), target = s.systems[to]
      if (g === undefined) return cx.refuse(texts.noSuchPartition(guest))
      if (target === undefined) return cx.refuse(texts.noSuchSystem(to))
      if (target.phase !== 'up' || to === g.system) return cx.refuse(texts.systemIs(to, to === g.system ? 'where the partition is already' : target.phase))
      if (g.servesStorage || g.virtualDisks) return cx.refuse(texts.notPossible(guest, 'its virtual disks belong to this managed system'))
      if (g.state !== 'not activated') {
        const no = refuseUnlessAnswering(s, guest)
        if (no !== undefined) return cx.refuse(no)
      }
      become(s, guest, g.state === 'running' ? 'migrating running' : 'migrating not active', cx)
      next(g, takes, { type: 'hypervisor.guestMigrated', guest, from: g.system, to }, cx)
    },
    'hypervisor.guestMigrated'(s, { guest, from, to }, cx) {
      const g = guestIn(s, guest)
      g.timer = null
      s.systems[from]!.guests = s.systems[from]!.guests.filter(id => id !== guest)
      s.systems[to]!.guests.push(guest)
      inStartOrder(s, s.systems[to]!)
      g.system = to
      become(s, guest, g.alive ? 'running' : 'not activated', cx)
    },

    'hypervisor.enterRestricted'(s, { guest }, cx) {
      const no = refuseUnlessAnswering(s, guest)
      if (no !== undefined) return cx.refuse(no)
      const g = guestIn(s, guest)
      if (g.os !== 'ibm-i') return cx.refuse(texts.ibmIOnly(guest))
      if (g.restricted) return cx.refuse(texts.notPossible(guest, 'it is in restricted state already'))
      g.restricted = true
      cx.emit({ type: 'hypervisor.restrictedEntered', guest })
    },
    'hypervisor.leaveRestricted'(s, { guest }, cx) {
      const no = refuseUnlessAnswering(s, guest)
      if (no !== undefined) return cx.refuse(no)
      const g = guestIn(s, guest)
      if (!g.restricted) return cx.refuse(texts.notPossible(guest, 'it is not in restricted state'))
      g.restricted = false
      cx.emit({ type: 'hypervisor.restrictedLeft', guest })
    },
    'hypervisor.setRmc'(s, { guest, active }, cx) {
      const g = existing(s, guest)
      if (g === undefined) return cx.refuse(texts.noSuchPartition(guest))
      g.rmc = active
    },
    'hypervisor.delete'(s, { guest }, cx) {
      const g = existing(s, guest)
      if (g === undefined) return cx.refuse(texts.noSuchPartition(guest))
      if (g.state !== 'not activated') return cx.refuse(texts.NOT_POWERED_OFF)
      g.deleted = true
      const system = s.systems[g.system]!
      system.guests = system.guests.filter(id => id !== guest)
      cx.emit({ type: 'hypervisor.guestDeleted', guest })
    },

    'hypervisor.loseManagement'(s, { system }, cx) {
      const y = s.systems[system]
      if (y === undefined) return cx.refuse(texts.noSuchSystem(system))
      if (!y.managed) return cx.refuse(texts.systemIs(system, 'not managed already'))
      setManaged(s, system, false)
      cx.emit({ type: 'hypervisor.managementLost', system })
    },
    'hypervisor.restoreManagement'(s, { system }, cx) {
      const y = s.systems[system]
      if (y === undefined) return cx.refuse(texts.noSuchSystem(system))
      if (y.managed) return cx.refuse(texts.systemIs(system, 'managed already'))
      setManaged(s, system, true)
      cx.emit({ type: 'hypervisor.managementRestored', system })
    },
    'hypervisor.systemIpl'(s, { system, takes }, cx) {
      const no = refuseUnless(s, system, 'up')
      if (no !== undefined) return cx.refuse(no)
      const y = s.systems[system]!
      y.phase = 'ending'
      y.startMicros = takes ?? null
      endNextWave(s, system, cx)
    },
    'hypervisor.systemPowerOff'(s, { system }, cx) {
      const y = s.systems[system]
      if (y === undefined) return cx.refuse(texts.noSuchSystem(system))
      if (y.phase === 'down') return cx.refuse(texts.systemIs(system, 'down already'))
      if (y.timer !== null) cx.cancel(y.timer)
      y.timer = y.startMicros = null
      y.phase = 'down'
      endAllNow(s, system, cx)
    },
    'hypervisor.systemPowerOn'(s, { system, takes }, cx) {
      const no = refuseUnless(s, system, 'down')
      if (no !== undefined) return cx.refuse(no)
      s.systems[system]!.startMicros = takes ?? null
      startSystem(s, system, cx)
    },
    'hypervisor.systemUp'(s, { system }, cx) {
      const y = s.systems[system]!
      y.timer = null
      y.phase = 'up'
      y.ipls++
      startGuests(s, system, cx)
    },
  },
  check: s => {
    for (const id in s.guests) {
      const no = brokenRule(s.guests[id as GuestId]!)
      if (no !== undefined) return `partition ${id} ${no}`
    }
    return undefined
  },
  signature,
})

function brokenRule(g: DeepReadonly<Guest>): string | undefined {
  if (EDGES[g.state] === undefined) return 'is in a state that does not exist'
  if (g.up && !g.alive) return 'has a system that is up but does not execute'
  if (g.hung && !g.up) return 'hangs but is not up'
  if (g.held && (g.up || g.state !== 'running' || g.timer !== null)) return 'holds its kernel back although it goes on'
  if (g.alive && (g.state === 'not activated' || g.state === 'error')) return 'executes although it ended'
  if (g.up && (g.state === 'starting' || g.state === 'open firmware')) return 'is up before it was loaded'
  if (g.restricted && (g.os !== 'ibm-i' || !g.up)) return 'is in a restricted state it cannot be in'
  if (g.state === 'suspended' && !g.hung) return 'is suspended and answers'
  return undefined
}

const existing = (s: HypervisorState, id: GuestId): Guest | undefined => s.guests[id]?.deleted === false ? s.guests[id] : undefined

const inFirmware = (g: Guest): boolean => g.alive && g.timer === null && (g.state === 'starting' || g.state === 'open firmware')

function refuseUnlessAnswering(s: HypervisorState, id: GuestId): Refusal | undefined {
  const g = existing(s, id)
  if (g === undefined) return texts.noSuchPartition(id)
  if (g.state !== 'running') return texts.notInState(id, g.state)
  return g.up && !g.hung ? undefined : texts.doesNotAnswer(id)
}

function refuseUnless(s: HypervisorState, id: SystemId, phase: 'up' | 'down'): Refusal | undefined {
  const y = s.systems[id]
  if (y === undefined) return texts.noSuchSystem(id)
  return y.phase === phase ? undefined : texts.systemIs(id, y.phase)
}
