/**
 * What the sections about nodes say about each other: routes, settings and daemons of nodes and interfaces that exist. Works on what was
 * written, as check.ts does; cables and ports are check-net.ts's business.
 */
import { canonicalIpv6 } from '../base/ipv6.ts'
import { describe } from './issue.ts'
import { keyMustExist, mustExist, type Names, type Report } from './names.ts'

export function checkNodes(names: Names, report: Report): void {
  for (const [node] of names.entries('system', 'ip', 'nodes')) names.list('system', 'ip', 'nodes', node, 'routes').forEach((_, index) =>
    mustExist('interface', ['system', 'ip', 'nodes', node, 'routes', index, 'interface'], names, report))
  for (const [node] of names.entries('system', 'ip', 'nodes')) for (const [name] of names.entries('system', 'ip', 'nodes', node, 'interfaces')) {
    const path = ['system', 'ip', 'nodes', node, 'interfaces', name, 'addresses'], seen = new Set<string>()
    names.list(...path).forEach((given, index) => {
      const address = typeof given === 'string' ? canonicalIpv6(given.split('/')[0]!) : undefined
      if (address !== undefined && seen.has(address)) report({ path: [...path, index], at: 'value', found: `found ${describe(given)} a second time`, expected: 'expected each address once' })
      if (address !== undefined) seen.add(address)
    })
  }
  for (const [host] of names.entries('system', 'slaac', 'hosts')) keyMustExist(host.includes('.') ? 'interface' : 'node', ['system', 'slaac', 'hosts', host], names, report)
  for (const [daemon] of names.entries('system', 'radvd', 'daemons')) mustExist('node', ['system', 'radvd', 'daemons', daemon, 'on'], names, report)
  for (const [sea] of names.entries('system', 'sea', 'adapters')) mustExist('guest', ['system', 'sea', 'adapters', sea, 'on'], names, report)
  for (const [name] of names.entries('system', 'vswitch', 'switches')) mustExist('system', ['system', 'vswitch', 'switches', name, 'on'], names, report)
}
