/**
 * The IPv6 stack of nodes: interfaces, addresses and their duplicate address detection, neighbours, routes, forwarding, echo.
 *
 * It forms no addresses and knows no lifetimes: slaac and people ask it to add and remove. A node called like a guest is that guest's
 * system and follows it; others are always up. Handlers only look up and refuse here, the rules are in the files beside this one.
 */
import type { Id } from '../../base/id.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import { defineModel, type } from '../../core/model.ts'
import type { GuestId, HypervisorState } from '../hypervisor/state.ts'
import { hypervisor } from '../hypervisor/model.ts'
import { net } from '../net/model.ts'
import { countingChanges } from '../revision.ts'
import { dropAddress, setState } from './addresses.ts'
import { ipConfig, type IpConfig } from './config.ts'
import { addAddress } from './configure.ts'
import { dadDue } from './dad.ts'
import { announce } from './discovery.ts'
import { neighbourDue, ping, pingLost } from './echo.ts'
import { ipRequests, type IpFact } from './events.ts'
import { carrierChanged, disableInterface, nodeEnded, nodeHung, nodeRestricted, nodeResumed, nodeStarted, setForwarding, startAll, switchInterface } from './interfaces.ts'
import { report } from './mld.ts'
import { setParameters } from './parameters.ts'
import { receive } from './receive.ts'
import { addRoute, removeRoute } from './routes.ts'
import { brokenRule } from './rules.ts'
import { sendOnLink } from './send.ts'
import { initialIp, isAssigned, portsOf, type Interface, type IpState, type NodeId } from './state.ts'
import * as texts from './texts.ts'

export const ip = countingChanges(defineModel({
  name: 'ip',
  uses: [hypervisor, net],
  config: ipConfig,
  contributes: (config: IpConfig) => ({ net: { ports: portsOf(config) } }),
  state: (config: IpConfig, world: DeepReadonly<{ hypervisor: HypervisorState }>): IpState => initialIp(config, world.hypervisor),
  requests: ipRequests,
  facts: type<IpFact>(),
  on: {
    'sim.started': (s, _, cx) => startAll(s, cx),
    'hypervisor.guestUp': (s, { guest }, cx) => whereKnown(s, guest, node => nodeStarted(s, node, cx)),
    'hypervisor.guestDown': (s, { guest }, cx) => whereKnown(s, guest, node => nodeEnded(s, node, cx)),
    'hypervisor.guestHung': (s, { guest }) => whereKnown(s, guest, node => nodeHung(s, node)),
    'hypervisor.guestResumed': (s, { guest }, cx) => whereKnown(s, guest, node => nodeResumed(s, node, cx)),
    'hypervisor.restrictedEntered': (s, { guest }, cx) => whereKnown(s, guest, node => nodeRestricted(s, node, cx)),
    'hypervisor.restrictedLeft': (s, { guest }, cx) => whereKnown(s, guest, node => nodeStarted(s, node, cx)),

    'net.carrierChanged': (s, { port }, cx) => carrierChanged(s, port, cx),
    'net.arrived': (s, { ports, frame }, cx) => receive(s, ports, frame, cx),

    'ip.setInterface'(s, { interface: id, up }, cx) {
      const i = s.interfaces[id]
      if (i === undefined) return cx.refuse(texts.noSuchDevice(id))
      if (!answers(s, i)) return cx.refuse(texts.doesNotAnswer(i.node))
      switchInterface(s, id, up, cx)
    },
    'ip.setForwarding'(s, { node, on }, cx) {
      if (s.nodes[node] === undefined) return cx.refuse(texts.noSuchNode(node))
      setForwarding(s, node, on, cx)
    },
    'ip.disable'(s, { interface: id }, cx) {
      if (s.interfaces[id] === undefined) return cx.refuse(texts.noSuchDevice(id))
      disableInterface(s, id, cx)
    },
    'ip.addAddress'(s, { interface: id, ...address }, cx) {
      const i = s.interfaces[id]
      if (i === undefined) return cx.refuse(texts.noSuchDevice(id))
      // What the system asks of itself at the moment it hangs is done when it goes on; a person's command finds nobody.
      const { up, hung, restricted } = s.nodes[i.node]!, byItself = address.origin !== undefined && address.origin !== 'static'
      if (!up || restricted || (hung && !byItself)) return cx.refuse(texts.doesNotAnswer(i.node))
      if (i.disabled) return cx.refuse(texts.DISABLED)
      if (i.addresses[address.address] !== undefined) return cx.refuse(texts.EXISTS)
      addAddress(s, id, address, cx)
    },
    'ip.removeAddress'(s, { interface: id, address }, cx) {
      const i = s.interfaces[id]
      if (i === undefined) return cx.refuse(texts.noSuchDevice(id))
      if (i.addresses[address] === undefined) return cx.refuse(texts.NO_SUCH_ADDRESS)
      dropAddress(s, id, address, cx)
    },
    'ip.setDeprecated'(s, { interface: id, address, deprecated }, cx) {
      const a = s.interfaces[id]?.addresses[address]
      if (a === undefined) return cx.refuse(texts.NO_SUCH_ADDRESS)
      if (a.deprecated === deprecated) return
      a.deprecated = deprecated
      if (isAssigned(a)) setState(s, id, address, deprecated ? 'deprecated' : 'preferred', cx)
    },
    'ip.addRoute': (s, route, cx) => addRoute(s, route, cx),
    'ip.removeRoute': (s, route, cx) => removeRoute(s, route, cx),
    'ip.setParameters': (s, parameters, cx) => setParameters(s, parameters, cx),
    'ip.sendOnLink': (s, request, cx) => sendOnLink(s, request, cx),
    'ip.announce': (s, request, cx) => announce(s, request, cx),
    'ip.ping': (s, request, cx) => ping(s, request, cx),

    'ip.neighbourDue': (s, entry, cx) => neighbourDue(s, entry, cx),
    'ip.pingLost': (s, lost) => pingLost(s, lost),
    'ip.dadDue': (s, { interface: id, address }, cx) => dadDue(s, id, address, cx),
    'ip.reportDue'(s, { interface: id }, cx) {
      s.interfaces[id]!.reportTimer = null
      report(s, id, cx)
    },
  },
  check: brokenRule,
  deaf: s => Object.keys(s.nodes).length === 0,
}), ['net.arrived', 'ip.sendOnLink'])

/** A guest's system, where the scenario gives it a network. */
function whereKnown(s: IpState, guest: GuestId, then: (node: NodeId) => void): void {
  const node = guest as Id<string> as NodeId
  if (s.nodes[node] !== undefined) then(node)
}

function answers(s: IpState, i: Interface): boolean {
  const { up, hung, restricted } = s.nodes[i.node]!
  return up && !hung && !restricted
}
