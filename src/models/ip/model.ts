/**
 * The IPv6 stack of nodes: interfaces, addresses and their duplicate address detection, neighbours, routes, forwarding, echo.
 */
import { defineModel, type } from '../../core/model.ts'
import { hypervisor } from '../hypervisor/model.ts'
import { net } from '../net/model.ts'
import { ipConfig, type IpConfig } from './config.ts'
import { ipRequests, type IpFact } from './events.ts'
import { initialIp, type IpState } from './state.ts'

export const ip = defineModel({
  name: 'ip',
  uses: [hypervisor, net],
  config: ipConfig,
  state: (config: IpConfig): IpState => initialIp(config),
  requests: ipRequests,
  facts: type<IpFact>(),
  on: {
    'ip.setInterface': () => {},
    'ip.setForwarding': () => {},
    'ip.disable': () => {},
    'ip.addAddress': () => {},
    'ip.removeAddress': () => {},
    'ip.setDeprecated': () => {},
    'ip.addRoute': () => {},
    'ip.removeRoute': () => {},
    'ip.setParameters': () => {},
    'ip.sendOnLink': () => {},
    'ip.ping': () => {},
  },
})
