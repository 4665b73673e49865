/**
 * What /proc and /sys say of network interfaces: /proc/net/if_inet6 and /sys/class/net/X with the attributes that scripts read. Only where the
 * scenario gives this partition a network.
 * Source: Linux net/ipv6/addrconf.c (if6_seq_show), net/core/net-sysfs.c; compared with a running system.
 */
import { must } from '../../base/assert.ts'
import { parseIpv6 } from '../../base/ipv6.ts'
import { toHex } from '../../wire/bytes.ts'
import type { Directory } from '../../shell/kernel/tree.ts'
import { addressesOf, networkOf, scopeOf, shown, stateOf, type Network, type Shown } from '../commands/ip.ts'
import type { Partition } from '../partition.ts'
import { attribute, lazy, listing } from './nodes.ts'

const hex = (n: number): string => n.toString(16).padStart(2, '0')
const SCOPES: Readonly<Record<string, number>> = { host: 0x10, link: 0x20, site: 0x40, global: 0 }
/** All addresses, one a line; in a system the order is that of a hash table, here that of the interfaces. */
export function ifInet6(partition: Partition): string {
  const network = networkOf(partition)
  if (network === undefined) return ''
  const line = (address: string, index: number, length: number, flags: number, name: string): string =>
    `${toHex(must(parseIpv6(address), 'an address is an address'))} ${hex(index)} ${hex(length)} ${hex(SCOPES[scopeOf(address)]!)} ${hex(flags)} ${name.padStart(8)}\n`
  let text = ''
  for (const { i, index, name } of shown(network)) {
    if (i === null) for (const address of ['::1', ...network.node.loopback.filter(each => each !== '::1')]) text += line(address, index, 128, 0x80, name)
    else for (const [address, a] of addressesOf(i)) {
      const tentative = a.state === 'tentative' || a.state === 'optimistic' || a.state === 'duplicate', dynamic = a.origin === 'ra' || a.origin === 'temporary'
      text += line(address, index, a.length, (dynamic ? 0 : 0x80) | (tentative ? 0x40 : 0) | (a.deprecated ? 0x20 : 0) | (a.state === 'duplicate' ? 8 : 0) | (a.state === 'optimistic' ? 4 : 0) | (a.dad ? 0 : 2) | (a.origin === 'temporary' ? 1 : 0), name)
    }
  }
  return text
}

/** /sys/class/net; the interfaces of a partition are those of the scenario and do not change. */
export function netClass(partition: Partition): Directory {
  const names = (): string[] => { const network = networkOf(partition); return network === undefined ? [] : [...shown(network)].map(({ name }) => name) }
  return listing({
    names,
    make(name) {
      const of = (tell: (network: Network, one: Shown) => string) => () => attribute(() => { const network = must(networkOf(partition), 'a network stays'), [one] = shown(network, name); return tell(network, one!) })
      return lazy({
        address: of((_, { i }) => i?.mac ?? '00:00:00:00:00:00'), ifindex: of((_, { index }) => String(index)), mtu: of((_, { i }) => String(i?.linkMtu ?? 65_536)),
        operstate: of((network, one) => stateOf(network, one).state.toLowerCase()), type: of((_, { i }) => i === null ? '772' : '1'), addr_len: of(() => '6'),
      })
    },
  })
}
