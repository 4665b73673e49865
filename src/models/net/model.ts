/**
 * Ports and links: carries frames from one end to the other, or counts why not.
 */
import { defineModel, type } from '../../core/model.ts'
import { netConfig, type NetConfig } from './config.ts'
import { netRequests, type NetFact } from './events.ts'
import { initialNet, type NetState } from './state.ts'

export const net = defineModel({
  name: 'net',
  uses: [],
  config: netConfig,
  state: (config: NetConfig): NetState => initialNet(config),
  requests: netRequests,
  facts: type<NetFact>(),
  on: {
    'net.transmit': () => {},
    'net.inject': () => {},
    'net.setPort': () => {},
    'net.setLink': () => {},
    'net.cut': () => {},
    'net.mend': () => {},
    'net.setLoss': () => {},
    'net.join': () => {},
    'net.leave': () => {},
  },
})
