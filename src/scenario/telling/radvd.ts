/** The events of router advertisement daemons, told: a row for each, with its sentence, how much it matters, and its fields. */
import type { RadvdFact, RadvdRequest } from '../../models/radvd/events.ts'
import type { Obstacle } from '../../models/radvd/state.ts'
import type { FactRows, RequestRows } from './telling.ts'

const TOLD: Readonly<Record<string, string>> = { TERM: 'to end', INT: 'to end', HUP: 'to read its file again', USR1: 'to begin its lifetimes anew', KILL: '' }
const ENDS: Readonly<Record<string, string>> = { 'its system has ended': 'ends with its system, without a word', terminated: 'ends in good order' }
const KEPT: Readonly<Record<Obstacle, string>> = {
  'not to all': 'they are not for all hosts', 'shrinking lifetimes': 'their lifetimes shrink', 'lifetimes shorter than the interval': 'a lifetime is shorter than the time between two of them',
  'remembered prefixes': 'the router keeps account of what it has advertised', 'in step': 'daemons were started in the same second and draw the same numbers', 'other lifetimes': 'routers do not agree about a lifetime',
  'temporary addresses': 'a host has temporary addresses', 'lost frames': 'a link loses frames', captured: 'somebody looks at the wire', 'heard elsewhere': 'they go through a shared Ethernet adapter',
  'address of two': 'a router shares an address with somebody', 'otherwise set': 'a host has made something else of them',
}
const everybody = (to: string): string => to === 'ff02::1' ? 'all hosts' : to

export const radvdRequests: RequestRows<RadvdRequest> = {
  'radvd.start': { weight: 2, says: e => `${e.daemon} is started` },
  'radvd.signal': { weight: 1, says: e => e.signal === 'KILL' ? `${e.daemon} is killed` : `${e.daemon} is told ${TOLD[e.signal]!} (SIG${e.signal})` },
  'radvd.writeConf': { weight: 1, says: e => `the file of ${e.daemon} is changed` },
}

export const radvdFacts: FactRows<RadvdFact> = {
  'radvd.started': { weight: 1, fields: { daemon: 'daemon' }, says: e => `${e.daemon} runs` },
  'radvd.startFailed': { weight: 1, fields: { daemon: 'daemon', because: 'text' }, says: e => `${e.daemon} does not start: ${e.because}` },
  'radvd.logged': { weight: 3, fields: { daemon: 'daemon', text: 'text' }, says: e => `${e.daemon} logs "${e.text}"` },
  'radvd.reloaded': { weight: 2, fields: { daemon: 'daemon' }, says: e => `${e.daemon} has read its file again` },
  'radvd.exited': { weight: 1, fields: { daemon: 'daemon', status: 'number', because: 'text' }, says: e => `${e.daemon} ${ENDS[e.because] ?? `has ended: ${e.because}`}` },
  'radvd.advertised': {
    weight: 3, fields: { daemon: 'daemon', interface: 'interface', to: 'text', occasion: 'text', routerLifetimeSeconds: 'number' },
    says: e => e.occasion === 'final' ? `${e.daemon} tells ${everybody(e.to)} on ${e.interface} that it is no router any more`
      : `${e.daemon} advertises on ${e.interface} to ${everybody(e.to)}${e.routerLifetimeSeconds === 0 ? ', but not itself as a router' : ''}`,
  },
  'radvd.sendFailed': { weight: 2, fields: { daemon: 'daemon', interface: 'interface' }, says: e => `${e.daemon} cannot send on ${e.interface}: its address is not usable yet, or the interface does not run` },
  'radvd.disagreed': { weight: 1, fields: { daemon: 'daemon', interface: 'interface', from: 'text', about: 'text' }, says: e => `another router on the link of ${e.interface}, ${e.from}, says something else than ${e.daemon}: ${e.about}` },
  'radvd.keptSending': { weight: 1, fields: { daemon: 'daemon', interface: 'interface', because: 'text' }, says: e => `advertisements on ${e.interface} go on one by one, although nothing changes: ${KEPT[e.because]}` },
  'radvd.startDue': { weight: 3, fields: { daemon: 'daemon' }, says: e => `the time has come for ${e.daemon} to start` },
  'radvd.stopDue': { weight: 3, fields: { daemon: 'daemon' }, says: e => `the time has come for ${e.daemon} to end` },
  'radvd.pageNeeded': { weight: 3, fields: { daemon: 'daemon' }, says: e => `${e.daemon} needs a page that cannot be read` },
  'radvd.due': { weight: 3, fields: { daemon: 'daemon', interface: 'interface' }, says: e => `${e.daemon} looks at its timer of ${e.interface}` },
}
