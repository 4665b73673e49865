/** The events of switches, told. A loop is what nobody may overlook; a frame dropped is told to those who ask why. */
import type { SwitchDrop, VswitchFact, VswitchRequest } from '../../models/vswitch/events.ts'
import { shownMode } from '../../models/vswitch/modes.ts'
import type { Mode } from '../../models/vswitch/state.ts'
import { and, type FactRows, type RequestRows } from './telling.ts'

const DROPPED: Readonly<Record<SwitchDrop, string>> = {
  'not in VLAN': 'its port is not in that VLAN', 'own address': 'it is addressed to its sender', unregistered: 'nobody here has that address', 'no uplink': 'no trunk is active',
  'no member': 'nobody else is in the VLAN', reflected: 'it is one of its own, come back', 'not back': 'it would go back where it came from', isolated: 'its port is isolated',
  'reserved address': 'bridges keep such frames to themselves', 'standby trunk': 'the trunk it comes from is not active', 'frame budget': 'it has gone round too often',
}

export const vswitchRequests: RequestRows<VswitchRequest> = {
  'vswitch.setMode': { weight: 2, says: e => `${e.switch} is set to ${shownMode(e.mode)}${e.anyway ? ' all the same' : ''}` },
  'vswitch.setRelay': { weight: 2, says: e => `reflective relay of ${e.port} on ${e.switch} is switched ${e.on ? 'on' : 'off'}` },
  'vswitch.setTrunk': { weight: 2, says: e => e.state === 'auto' ? `the trunk ${e.port} goes by its priority` : `the trunk ${e.port} is made ${e.state}` },
  'vswitch.refresh': { weight: 3, says: e => `bridges go on as if they had heard ${e.adapter} all the time` },
}

export const vswitchFacts: FactRows<VswitchFact> = {
  'vswitch.dropped': { weight: 3, fields: { switch: 'switch', port: 'port', reason: 'text' }, says: e => `${e.switch} drops a frame from ${e.port}: ${DROPPED[e.reason]}` },
  'vswitch.loopFound': { weight: 0, label: 'Loop', fields: { cycle: 'list' }, says: e => `frames go round, coming in by ${and(e.cycle)}` },
  'vswitch.modeChanged': { weight: 1, fields: { switch: 'switch', mode: 'text' }, says: e => `${e.switch} is ${shownMode(e.mode as Mode)} now` },
  'vswitch.relayChanged': { weight: 1, fields: { switch: 'switch', port: 'port', on: 'flag' }, says: e => `${e.port} ${e.on ? 'sends back what came from there' : 'sends nothing back any more'}` },
  'vswitch.trunkChanged': {
    weight: 1, fields: { switch: 'switch', vlan: 'number', from: 'text', to: 'text' },
    says: e => e.to === null ? `VLAN ${e.vlan} of ${e.switch} has no active trunk` : `the trunk of VLAN ${e.vlan} on ${e.switch} is ${e.to}${e.from === null ? '' : `, no longer ${e.from}`}`,
  },
}
