/**
 * Shared Ethernet adapters (SEA) of VIOS partitions: bridges between virtual switches and the outer network, in pairs that stand in for
 * each other.
 *
 * The two of a pair hear each other by keep-alives on a control channel. Who is active tells the virtual switch which trunk is (VE-24);
 * when the channel is lost while both live, both are, and the loop is there for the switches to find (VE-43). Rules: VE-40 to VE-47.
 */
import { entriesOf } from '../../base/id.ts'
import { defineModel, type } from '../../core/model.ts'
import { hypervisor } from '../hypervisor/model.ts'
import type { GuestId } from '../hypervisor/ids.ts'
import type { NetConfig } from '../net/config.ts'
import { net } from '../net/model.ts'
import { macsOfNames } from '../net/mac.ts'
import type { PortId } from '../net/ids.ts'
import { vswitch } from '../vswitch/model.ts'
import { announce, bridge } from './bridge.ts'
import { seaSection, type SeaSection } from './config.ts'
import type { Cx } from './context.ts'
import { duty, hasLink, isAble, phaseOf } from './duty.ts'
import { seaRequests, type SeaFact, type SeaReason } from './events.ts'
import { answerIn, keepAliveOf, questionTo, readKeepAlive } from './frames.ts'
import { initialSea } from './initial.ts'
import type { Sea, SeaId, SeaState } from './state.ts'

export const sea = defineModel({
  name: 'sea',
  uses: [hypervisor, net, vswitch],
  config: seaSection,
  contributes: config => ({ net: { ports: portsOf(config) } }),
  state: (config: SeaSection, world): SeaState => initialSea(config, world),
  requests: seaRequests,
  facts: type<SeaFact>(),
  on: {
    'sim.started'(s, _, cx) {
      for (const [id, own] of entriesOf(s.adapters)) {
        tellSwitch(own, cx)
        if (own.running) own.timer = cx.after(0, { type: 'sea.keepAliveDue', sea: id })
        else setPorts(own, false, cx)
      }
    },
    'sea.setMode'(s, { sea: id, mode }, cx) {
      const own = s.adapters[id]
      if (own === undefined) return cx.refuse({ status: 1, text: `sea: there is no shared Ethernet adapter ${id}` })
      if (!own.running) return cx.refuse({ status: 1, text: `sea: ${own.guest} does not answer` })
      if (own.control === null && mode !== 'disabled') return cx.refuse({ status: 1, text: `sea: ${id} has no control channel, which mode ${mode} needs` })
      if (mode === 'sharing' && own.trunks.length < 2) return cx.refuse({ status: 1, text: `sea: ${id} has one trunk, and sharing needs two or more` })
      if (own.mode === mode) return
      own.mode = mode
      cx.emit({ type: 'sea.modeChanged', sea: id, mode })
      decide(id, own, 'set by hand', cx)
      sayAlive(own, cx)
    },
    'sea.keepAliveDue'(s, { sea: id }, cx) {
      const own = s.adapters[id]!
      own.timer = cx.after(own.keepAlive, { type: 'sea.keepAliveDue', sea: id })
      ask(id, own, cx)
      if (own.peer !== null && cx.now - own.peer.heardAt > own.missed * own.keepAlive) {
        own.peer = null
        decide(id, own, 'keep-alives missed', cx)
      } else if (own.phase === 'starting' && cx.now >= own.listensUntil) {
        own.phase = 'backup'
        decide(id, own, 'alone', cx)
      }
      sayAlive(own, cx)
    },
    'sea.linkDue'(s, { sea: id }, cx) {
      const own = s.adapters[id]!
      own.linkTimer = null
      cx.emit({ type: 'net.setPort', port: own.physical, up: true })
    },
    'net.arrived'(s, { ports, frame, trail }, cx) {
      for (const port of ports) {
        const id = s.ports[port]
        if (id === undefined) continue
        const own = s.adapters[id]!
        if (!own.running) own.notBridged++
        else if (port === own.control) hear(id, own, readKeepAlive(frame), cx)
        else if (port === own.physical && own.target !== null && answerIn(frame, own.mac) === own.target) hearTarget(id, own, cx)
        else bridge(own, port, frame, trail, cx)
      }
    },
    'net.carrierChanged'(s, { port, up }, cx) {
      const id = s.ports[port], own = id === undefined ? undefined : s.adapters[id]!
      if (own === undefined || port !== own.physical || !own.running) return
      if (up) own.blockedUntil = cx.now + own.spanningTree
      own.unanswered = 0
      decide(id!, own, up ? 'link back' : 'link lost', cx)
    },
    'hypervisor.guestDown'(s, { guest }, cx) {
      for (const [id, own] of of(s, guest)) {
        own.running = false
        for (const timer of [own.timer, own.linkTimer]) if (timer !== null) cx.cancel(timer)
        own.timer = own.linkTimer = own.peer = null
        const from = own.phase
        own.phase = 'down'
        own.active = own.trunks.map(() => false)
        setPorts(own, false, cx)
        tellSwitch(own, cx)
        if (from !== 'down') cx.emit({ type: 'sea.stateChanged', sea: id, from, to: 'down', trunks: [], because: 'partition ended' })
      }
    },
    'hypervisor.guestUp'(s, { guest }, cx) {
      for (const [id, own] of of(s, guest)) {
        own.running = true
        own.unanswered = 0
        own.listensUntil = cx.now + own.missed * own.keepAlive
        own.phase = 'starting'
        cx.emit({ type: 'sea.stateChanged', sea: id, from: 'down', to: 'starting', trunks: [], because: 'partition started' })
        setPorts(own, true, cx)
        if (own.linkDelay > 0) own.linkTimer = cx.after(own.linkDelay, { type: 'sea.linkDue', sea: id })
        if (own.mode === 'disabled') decide(id, own, 'partition started', cx)
        own.timer = cx.after(0, { type: 'sea.keepAliveDue', sea: id })
      }
    },
    'hypervisor.guestHung'(s, { guest }, cx) {
      for (const [, own] of of(s, guest)) {
        own.running = false
        if (own.timer !== null) cx.cancel(own.timer)
        own.timer = null
      }
    },
    // It goes on as what it was, and learns from its peer what has happened meanwhile.
    'hypervisor.guestResumed'(s, { guest }, cx) {
      for (const [id, own] of of(s, guest)) {
        if (own.phase === 'down') continue
        own.running = true
        if (own.peer !== null) own.peer.heardAt = cx.now
        own.timer = cx.after(0, { type: 'sea.keepAliveDue', sea: id })
        decide(id, own, hasLink(own, cx.world.net) ? 'link back' : 'link lost', cx)
      }
    },
  },
  check: s => {
    for (const [id, { phase, active, running, mode }] of entriesOf(s.adapters)) {
      if (active.includes(true) !== (phase === 'primary' || phase === 'sharing')) return `${id} is ${phase} and ${active.includes(true) ? 'bridges' : 'bridges nothing'}`
      if (running && phase === 'down') return `${id} is down and runs`
      if (mode === 'standby' && running && active.includes(true)) return `${id} is set standby and bridges`
    }
    return undefined
  },
  deaf: s => Object.keys(s.adapters).length === 0,
})

function portsOf({ adapters }: SeaSection): NetConfig['ports'] {
  const controls = Object.values(adapters).flatMap(({ on, control }) => control === undefined ? [] : [`${on}.${control}`]), macs = macsOfNames(controls)
  return Object.fromEntries(Object.values(adapters).flatMap(({ on, trunks, physical, control }) => [
    ...[physical, ...trunks].map(name => [`${on}.${name}`, {}] as const),
    ...(control === undefined ? [] : [[`${on}.${control}`, { mac: macs.get(`${on}.${control}`)! }] as const]),
  ])) as NetConfig['ports']
}

function of(s: SeaState, guest: GuestId): readonly (readonly [SeaId, Sea])[] {
  const own = s.byGuest[guest]
  return own === undefined ? NONE : own.map(id => [id, s.adapters[id]!] as const)
}
const NONE: readonly (readonly [SeaId, Sea])[] = []

/** With a delay of the link the physical adapter follows later. */
function setPorts(own: Sea, up: boolean, cx: Cx): void {
  for (const { port } of own.trunks) cx.emit({ type: 'net.setPort', port, up })
  if (own.control !== null) cx.emit({ type: 'net.setPort', port: own.control, up })
  if (!up || own.linkDelay === 0) cx.emit({ type: 'net.setPort', port: own.physical, up })
}

/** Takes over, gives up, or stays as it is. */
function decide(id: SeaId, own: Sea, because: SeaReason, cx: Cx): void {
  const link = hasLink(own, cx.world.net), before = own.active, from = own.phase
  own.active = duty(own, link)
  own.phase = phaseOf(own, link)
  const changed = own.active.some((active, n) => active !== before[n])
  if (!changed && own.phase === from) return
  const trunks: PortId[] = own.trunks.flatMap(({ port }, n) => own.active[n] ? [port] : [])
  cx.emit({ type: 'sea.stateChanged', sea: id, from, to: own.phase, trunks, because })
  if (changed) tellSwitch(own, cx)
  const taken = own.trunks.flatMap((_, n) => own.active[n] && !before[n] ? [n] : [])
  if (taken.length > 0) {
    own.blockedUntil = Math.max(own.blockedUntil, cx.now + own.spanningTree)
    if (own.announce) announce(id, own, taken, cx)
  }
  sayAlive(own, cx)
}

function tellSwitch(own: Sea, cx: Cx): void {
  own.trunks.forEach(({ switchPort }, n) => {
    const trunk = cx.world.vswitch.ports[switchPort]?.trunk, state = own.active[n] ? 'active' : 'standby'
    if (trunk !== undefined && trunk !== null) cx.emit({ type: 'vswitch.setTrunk', port: switchPort, state })
  })
}

function sayAlive(own: Sea, cx: Cx): void {
  if (own.control === null || own.mode === 'disabled' || !own.running) return
  const mac = cx.world.net.ports[own.control]?.mac
  if (mac === undefined || mac === null) return
  const frame = keepAliveOf(mac, { priority: own.priority, able: isAble(own, cx.world.net), sharing: own.mode === 'sharing', active: own.active })
  cx.emit({ type: 'net.transmit', ports: [own.control], frame })
}

function hear(id: SeaId, own: Sea, heard: ReturnType<typeof readKeepAlive>, cx: Cx): void {
  if (heard === undefined || own.mode === 'disabled') return
  own.peer = { heardAt: cx.now, priority: heard.priority, able: heard.able, sharing: heard.sharing, active: [...heard.active] }
  decide(id, own, 'peer heard', cx)
}

/** Whoever is asked answers at once, so a question without an answer by the next one has been in vain. */
function ask(id: SeaId, own: Sea, cx: Cx): void {
  if (own.target === null || !hasLink(own, cx.world.net)) return
  own.unanswered++
  if (own.unanswered === own.missed + 1) decide(id, own, 'target silent', cx)
  cx.emit({ type: 'net.transmit', ports: [own.physical], frame: questionTo(own.target, own.mac) })
}

function hearTarget(id: SeaId, own: Sea, cx: Cx): void {
  own.unanswered = 0
  decide(id, own, 'target answers', cx)
}
