/** A client, a router, and a machine outside; what slaac would do for the client is asked for step by step. */
import { MINUTE, SECOND } from '../../../src/base/time.ts'
import type { SimRequest } from '../../../src/models/stack.ts'
import { play, type Plan, type Run } from '../../support/systems.ts'

export const ADDRESS = '2001:db8:1::c', ROUTER = 'fe80::1', OUTSIDE = '2001:db8:2::9'
export const at = (seconds: number, request: object): Plan[number] => ({ at: seconds * SECOND, request: request as SimRequest })

const sections = (services: object) => ({
  hypervisor: { systems: { power5: {} }, guests: { c: { on: 'power5', os: 'ibm-i', ipl: '10m', shutdown: '1m' }, r: { on: 'power5', os: 'linux' } } },
  net: { links: { lan: { ends: ['c.eth0', 'r.eth0'] }, wan: { ends: ['r.eth1', 'outside.eth0'] } } },
  ip: {
    nodes: {
      c: {},
      r: { forwarding: true, interfaces: { eth0: { addresses: ['2001:db8:1::1/64', `${ROUTER}/64`] }, eth1: { addresses: ['2001:db8:2::1/64'] } } },
      outside: { interfaces: { eth0: { addresses: [`${OUTSIDE}/64`] } }, routes: [{ to: '::/0', via: '2001:db8:2::1', interface: 'outside.eth0' }] },
    },
  },
  service: { services },
})

export const gain = (seconds: number): Plan => [
  at(seconds, { type: 'ip.addAddress', interface: 'c.eth0', address: ADDRESS, origin: 'ra', delayed: false, onLinkRoute: true }),
  at(seconds, { type: 'ip.addAddress', interface: 'c.eth0', address: 'fe80::c', origin: 'link-local', delayed: false }),
]
export const gainRouter = (seconds: number): Plan => [at(seconds, { type: 'ip.addRoute', node: 'c', destination: '::/0', via: ROUTER, interface: 'c.eth0', origin: 'ra' })]
export const loseAddress = (seconds: number): Plan => [at(seconds, { type: 'ip.removeAddress', interface: 'c.eth0', address: ADDRESS })]
export const loseRouter = (seconds: number): Plan => [at(seconds, { type: 'ip.removeRoute', node: 'c', destination: '::/0', via: ROUTER, interface: 'c.eth0' })]

export const lan = (services: object, ...plan: Plan[]): Run =>
  play(sections(services), plan.flat().toSorted((a, b) => a.at - b.at), { until: 30 * MINUTE, onEntry: ({ event }, sim) => { const [broken] = event.type.startsWith('service.') ? sim.check() : []; if (broken !== undefined) throw new Error(broken) } })
export const told = ({ trace }: Run, ...types: string[]) => trace.filter(({ event }) => types.includes(event.type)).map(({ at, event }) => [at / SECOND, event.type])
