/**
 * What breaks, or is shut down, by itself: draws from the rules of the scenario and requests it of the models below.
 *
 * A calendar goes on whatever happens; who is down already is spared. A time to failure is drawn anew each time the thing works again. One
 * random stream for each rule, thing and purpose: another rule or thing never disturbs a draw.
 */
import { defineModel, type } from '../../core/model.ts'
import { component } from '../component/model.ts'
import { hypervisor } from '../hypervisor/model.ts'
import { md } from '../md/model.ts'
import { repair } from '../repair/model.ts'
import { scsi } from '../scsi/model.ts'
import { terminal } from '../terminal/model.ts'
import { vscsi } from '../vscsi/model.ts'
import { aspKey } from '../vscsi/state.ts'
import { beginCalendar, isCalendar, strokeOfCalendar } from './calendar.ts'
import { runOut, stopAll, wind, windAll } from './clocks.ts'
import { faultConfig, type FaultConfig } from './config.ts'
import { faultRequests, type FaultFact } from './events.ts'
import { clockKey, initialFaults, signature, type FaultId, type FaultState } from './state.ts'
import { mend } from './strike.ts'

export const fault = defineModel({
  name: 'fault',
  uses: [hypervisor, scsi, vscsi, md, component, terminal, repair],
  config: faultConfig,
  state: (config: FaultConfig): FaultState => initialFaults(config),
  requests: faultRequests,
  facts: type<FaultFact>(),
  on: {
    'sim.started'(s, _, cx) {
      for (const [name, rule] of Object.entries(s.rules)) if (isCalendar(rule)) beginCalendar(name as FaultId, rule, cx)
      for (const clock of s.clocks) wind(s, clock, cx)
    },
    'fault.struck'(s, { fault, thing }, cx) {
      const rule = s.rules[fault]!
      if (isCalendar(rule)) strokeOfCalendar(fault, rule, thing, cx)
      else runOut(s, fault, rule, thing, cx)
    },
    'fault.mended': (s, { fault, thing }, cx) => mend(s.rules[fault]!.kind, thing, cx),
    'repair.finished'(s, { fault, thing }, cx) {
      // A repair may also have been ordered by hand, for whatever.
      if (s.rules[fault] !== undefined) cx.emit({ type: 'fault.mended', fault, thing })
    },
    'hypervisor.guestUp': (s, { guest }, cx) => windAll(s, guest, cx),
    'hypervisor.guestResumed': (s, { guest }, cx) => windAll(s, guest, cx),
    'hypervisor.restrictedLeft': (s, { guest }, cx) => windAll(s, guest, cx),
    'hypervisor.systemUp': (s, { system }, cx) => windAll(s, clockKey('systemIpl', system), cx),
    'hypervisor.guestDown': (s, { guest }, cx) => stopAll(s, guest, cx),
    'vscsi.diskRepaired': (s, { host, asp }, cx) => windAll(s, clockKey('failDisk', aspKey(host, asp)), cx),
    'vscsi.spaceRecreated': (s, { space }, cx) => windAll(s, clockKey('loseSpace', space), cx),
    'component.repaired': (s, { component }, cx) => windAll(s, clockKey('fail', component), cx),
    'component.fedAgain': (s, { component }, cx) => windAll(s, clockKey('fail', component), cx),
    'component.failed': (s, { component }, cx) => stopAll(s, clockKey('fail', component), cx),
    'component.starved': (s, { component }, cx) => stopAll(s, clockKey('fail', component), cx),
  },
  signature,
})
