/**
 * Hosts: stateless address autoconfiguration (RFC 4862) and what RFC 4861 says of a host that hears routers.
 *
 * For every interface of every node it forms the link-local address; hosts then solicit routers, keep the default router list and the
 * prefix list, and form addresses with their lifetimes. Routers do only the first. What is learned becomes requests of the stack below,
 * and only where something changes.
 */
import { keysOf } from '../../base/id.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import { defineModel, type } from '../../core/model.ts'
import { hypervisor } from '../hypervisor/model.ts'
import type { IpState } from '../ip/state.ts'
import { ip } from '../ip/model.ts'
import { net } from '../net/model.ts'
import { countingChanges } from '../revision.ts'
import { slaacConfig, type SlaacConfig } from './config.ts'
import { slaacRequests, type SlaacFact } from './events.ts'
import { addressChanged, addressRemoved, cameUp, due, resumed, roleChanged, wentDown } from './life.ts'
import { received } from './receive.ts'
import { removeRouter } from './routers.ts'
import { beginSolicitation } from './solicit.ts'
import { runDown, standStill } from './still.ts'
import { brokenRule, initialSlaac, type InterfaceId, type NodeId, type SlaacState } from './state.ts'

export const slaac = countingChanges(defineModel({
  name: 'slaac',
  uses: [hypervisor, net, ip],
  config: slaacConfig,
  state: (config: SlaacConfig, world: DeepReadonly<{ ip: IpState }>): SlaacState => initialSlaac(config, world.ip),
  requests: slaacRequests,
  facts: type<SlaacFact>(),
  on: {
    'ip.interfaceUp': (s, { interface: id }, cx) => cameUp(s.interfaces[id]!, id, cx),
    'ip.interfaceDown': (s, { interface: id, because }, cx) => wentDown(s.interfaces[id]!, id, because, cx),
    'ip.addressChanged': (s, { interface: id, address, state }, cx) => addressChanged(s.interfaces[id]!, id, address, state, cx),
    'ip.addressRemoved': (s, { interface: id, address }) => addressRemoved(s.interfaces[id]!, address),
    'ip.received': (s, { interfaces, packet }, cx) => received(s, interfaces, packet, cx),
    'ip.routerFlagCleared': (s, { interface: id, address }, cx) => removeRouter(s.interfaces[id]!, id, address, 'no router any more', cx),
    'ip.forwardingChanged'(s, { node, on }, cx) {
      for (const id of interfacesOf(s, node)) roleChanged(s.interfaces[id]!, id, on, cx)
    },
    'hypervisor.guestResumed'(s, { guest }, cx) {
      for (const id of interfacesOf(s, guest)) resumed(s, s.interfaces[id]!, id, cx)
    },
    'slaac.solicit'(s, { interface: id }, cx) {
      const i = s.interfaces[id]
      if (i === undefined) return cx.refuse({ status: 1, text: `Cannot find device "${id}"` })
      i.answered = false
      beginSolicitation(i, id, true, cx)
    },
    'slaac.standStill': (s, { said }, cx) => standStill(s, said, cx),
    'slaac.runDown': (s, { said }, cx) => runDown(s, said, cx),
    'slaac.due': (s, { interface: id }, cx) => due(s, s.interfaces[id]!, id, cx),
  },
  check: brokenRule,
}), ['ip.received', 'slaac.due'])

/** A node is called like the guest whose system it is. */
const interfacesOf = (s: SlaacState, node: string): InterfaceId[] => keysOf(s.interfaces).filter(id => s.interfaces[id]!.node === node as NodeId)
