/**
 * Switches: the virtual ones of a hypervisor (VEB and VEPA) and the bridges around them.
 *
 * Each takes frames in at its ports and asks the wire to carry copies on. Rules: forwarding table F1 to F13, VE-1 to VE-29, VE-48,
 * VE-60 to VE-64; README.md says what is simplified.
 */
import { entriesOf, keysOf } from '../../base/id.ts'
import { defineModel, type } from '../../core/model.ts'
import { net } from '../net/model.ts'
import type { PortId } from '../net/ids.ts'
import { forgetBehind } from './bridge.ts'
import { vswitchConfig, type VswitchConfig } from './config.ts'
import { vswitchRequests, type VswitchFact } from './events.ts'
import { forgetLoops, takeIn, type Cx } from './forward.ts'
import { wiring } from './layout.ts'
import { pairsCut, refusalOf } from './modes.ts'
import { enter, initialVswitch, leave, uplinksOf, type VswitchState } from './state.ts'

export const vswitch = defineModel({
  name: 'vswitch',
  uses: [net],
  config: vswitchConfig,
  contributes: config => ({ net: wiring(config) }),
  state: (config: VswitchConfig, world): VswitchState => initialVswitch(config, world.net),
  requests: vswitchRequests,
  facts: type<VswitchFact>(),
  on: {
    'net.arrived'(s, { ports, frame, trail }, cx) {
      for (const port of ports) if (s.ports[port] !== undefined) takeIn(s, port, frame, trail, cx)
    },
    'net.carrierChanged'(s, { port, up }, cx) {
      const own = s.ports[port]
      if (own === undefined) return
      const name = own.switch, sw = s.switches[name]!
      // Where trunks or cables are concerned more than this port's own place may change.
      if (own.bridged || own.trunk !== null || sw.profile === 'linux-macvlan') sw.stale = true
      else if (!up) leave(s, sw, port)
      else if (cx.world.net.ports[port]!.carrier) enter(s, sw, port, cx.world.net)
      if (!up) forgetBehind(sw, port)
      // A station that comes or goes neither opens a loop nor closes one.
      if (own.bridged || own.trunk !== null) forgetLoops(s, name)
      chooseTrunks(s, port, cx)
    },
    'vswitch.setMode'(s, { switch: name, mode, anyway }, cx) {
      const sw = s.switches[name]
      if (sw === undefined) return cx.refuse({ status: 1, text: `vswitch: there is no switch ${name}` })
      const refusal = refusalOf(name, sw, mode, anyway === true || mode !== 'vepa' ? [] : pairsCut(s, name, cx.world.net), anyway === true)
      if (refusal !== undefined) return cx.refuse(refusal)
      if (sw.mode === mode) return
      sw.mode = mode
      sw.revision++
      forgetLoops(s, name)
      cx.emit({ type: 'vswitch.modeChanged', switch: name, mode })
    },
    'vswitch.setRelay'(s, { switch: name, port: key, on }, cx) {
      const id = (s.ports[key] !== undefined ? key : `${name}/${key}`) as PortId, port = s.ports[id]
      if (port === undefined || port.switch !== name) return cx.refuse({ status: 1, text: `vswitch: ${name} has no port ${key}` })
      if (s.switches[name]!.profile !== 'linux-bridge') return cx.refuse({ status: 1, text: `vswitch: reflective relay is a matter of the adjacent bridge, and ${name} is none` })
      if (port.relay === on) return
      port.relay = on
      s.switches[name]!.revision++
      forgetLoops(s, name)
      cx.emit({ type: 'vswitch.relayChanged', switch: name, port: id, on })
    },
    'vswitch.setTrunk'(s, { port: id, state }, cx) {
      const trunk = s.ports[id]?.trunk
      if (trunk === undefined || trunk === null) return cx.refuse({ status: 1, text: `vswitch: ${id} is no trunk` })
      trunk.state = state
      s.switches[s.ports[id]!.switch]!.revision++
      forgetLoops(s, s.ports[id]!.switch)
      chooseTrunks(s, id, cx)
    },
    'vswitch.refresh'(s, { adapter, at }, cx) {
      const mac = cx.world.net.ports[adapter]?.mac
      if (mac === undefined || mac === null) return cx.refuse({ status: 1, text: `vswitch: ${adapter} is no adapter with an address` })
      for (const { learned } of Object.values(s.switches)) for (const known of Object.values(learned)) {
        const station = known[mac]
        if (station !== undefined) station.at = Math.max(station.at, at)
      }
    },
  },
  check: s => {
    for (const [name, { taken, passedOn, dropped }] of entriesOf(s.switches)) {
      const ended = Object.values(dropped).reduce((sum, count) => sum + count, 0)
      if (taken !== passedOn + ended) return `${name}: of ${taken} frames ${passedOn} were passed on and ${ended} dropped`
    }
    return undefined
  },
})

/** In each VLAN of the trunk: which is active now (VE-24). */
function chooseTrunks(s: VswitchState, port: PortId, cx: Cx): void {
  const name = s.ports[port]!.switch, sw = s.switches[name]!
  if (s.ports[port]!.trunk === null && sw.profile !== 'linux-macvlan') return
  for (const key of keysOf(sw.vlans)) {
    const vlan = sw.vlans[key]!, before = vlan.uplinks, after = uplinksOf(s, sw, key, cx.world.net)
    if (before.length === after.length && before.every((id, n) => id === after[n])) continue
    const [from = null] = before, [to = null] = after
    vlan.uplinks = after
    sw.stale = true
    cx.emit({ type: 'vswitch.trunkChanged', switch: name, vlan: Number(key.slice(1)), from, to })
  }
}
