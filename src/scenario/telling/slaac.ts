/** The events of hosts that configure themselves, told: routers, prefixes and addresses that come and go. */
import type { Said, SlaacFact, SlaacRequest } from '../../models/slaac/events.ts'
import { and, type FactRows, type RequestRows } from './telling.ts'

const GONE = {
  'lifetime zero': 'which says that it is no router any more', expired: 'which has not been heard for its lifetime', 'no router any more': 'which has cleared its Router flag',
  'we forward': 'since it forwards itself now', 'interface down': 'its interface is down',
} as const
const ENDED = { withdrawn: 'a router has withdrawn it', expired: 'its lifetime is over', 'interface down': 'the interface is down' } as const

const some = (said: readonly Said[]): string => {
  const hosts = new Set(said.flatMap(({ interfaces }) => interfaces))
  return hosts.size === 0 ? 'nobody' : hosts.size <= 3 ? and([...hosts]) : `${hosts.size} interfaces`
}
const routersOf = (said: readonly Said[]): string => said.length === 0 ? 'nobody hears an advertisement' : `${and([...new Set(said.map(({ packet }) => packet.source))])} will go on advertising to ${some(said)}`

export const slaacRequests: RequestRows<SlaacRequest> = {
  'slaac.solicit': { weight: 2, says: e => `${e.interface} looks for routers anew` },
  'slaac.standStill': { weight: 3, says: e => `${routersOf(e.said)}, so lifetimes stand still` },
  'slaac.runDown': { weight: 3, says: e => `${some(e.said)} may hear no more of it: lifetimes run down from the last advertisements` },
}

export const slaacFacts: FactRows<SlaacFact> = {
  'slaac.solicited': { weight: 3, fields: { interface: 'interface', attempt: 'number' }, says: e => `${e.interface} asks for routers, attempt ${e.attempt}` },
  'slaac.raIgnored': { weight: 2, fields: { interfaces: 'list', from: 'text', because: 'text' }, says: e => `${and(e.interfaces)} ignore an advertisement from ${e.from}: ${e.because}` },
  'slaac.routerAdded': {
    weight: 2, fields: { interface: 'interface', router: 'text', preference: 'text', lifetimeSeconds: 'number' },
    says: e => `${e.interface} has the default router ${e.router}, ${e.preference} preference, for ${e.lifetimeSeconds} s`,
  },
  'slaac.routerChanged': { weight: 2, fields: { interface: 'interface', router: 'text', preference: 'text' }, says: e => `${e.interface} gives ${e.router} ${e.preference} preference` },
  // What it means for the client is told by the services.
  'slaac.routerRemoved': { weight: e => e.because === 'interface down' ? 3 : 2, fields: { interface: 'interface', router: 'text', because: 'text' }, says: e => `${e.interface} gives up the default router ${e.router}, ${GONE[e.because]}` },
  'slaac.prefixAdded': { weight: 3, fields: { interface: 'interface', prefix: 'text' }, says: e => `${e.interface} takes ${e.prefix} to be on its link` },
  'slaac.prefixRemoved': { weight: e => e.because === 'interface down' ? 3 : 2, fields: { interface: 'interface', prefix: 'text', because: 'text' }, says: e => `${e.interface} no longer takes ${e.prefix} to be on its link: ${ENDED[e.because]}` },
  'slaac.routeLearned': { weight: 2, fields: { interface: 'interface', destination: 'text', router: 'text', preference: 'text' }, says: e => `${e.interface} learns the route to ${e.destination} through ${e.router}, ${e.preference} preference` },
  'slaac.routeForgotten': { weight: 2, fields: { interface: 'interface', destination: 'text', router: 'text', because: 'text' }, says: e => `${e.interface} forgets the route to ${e.destination} through ${e.router}: ${ENDED[e.because]}` },
  'slaac.addressFormed': {
    weight: 2, fields: { interface: 'interface', address: 'text', prefix: 'text', temporary: 'flag' },
    says: e => `${e.interface} forms the ${e.temporary ? 'temporary ' : ''}address ${e.address} of ${e.prefix}`,
  },
  'slaac.addressDeprecated': { weight: 2, fields: { interface: 'interface', address: 'text' }, says: e => `${e.address} of ${e.interface} is deprecated` },
  'slaac.addressRestored': { weight: 2, fields: { interface: 'interface', address: 'text' }, says: e => `${e.address} of ${e.interface} is preferred again` },
  'slaac.addressExpired': { weight: 2, fields: { interface: 'interface', address: 'text' }, says: e => `${e.address} of ${e.interface} is no longer valid` },
  'slaac.addressFailed': {
    weight: 1, fields: { interface: 'interface', address: 'text', retries: 'flag' },
    says: e => `${e.interface} goes without ${e.address}${e.retries ? ' and tries another' : ''}`,
  },
  'slaac.namesChanged': {
    weight: 2, fields: { interface: 'interface', servers: 'list', domains: 'list' },
    says: e => e.servers.length + e.domains.length === 0 ? `${e.interface} knows no name servers any more` : `${e.interface} asks the name servers ${and(e.servers)}, search domains ${and(e.domains)}`,
  },
  'slaac.siteLocalUsed': { weight: 2, label: 'Site-local', fields: { interface: 'interface', prefix: 'text' }, says: e => `${e.prefix} is site-local, which RFC 3879 has deprecated; it works all the same` },
  'slaac.due': { weight: 3, fields: { interface: 'interface' }, says: e => `something that ${e.interface} has learned may have ended` },
}
