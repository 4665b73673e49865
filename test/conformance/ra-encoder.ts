/** One configuration of an encoder corpus through parser, set-up and encoder: the ICMPv6 messages at start and at TERM. */
import { formatIpv6, linkLocalOf, parseMac } from '../../src/base/ipv6.ts'
import { advertisements } from '../../src/models/radvd/advertisement.ts'
import { parseRadvdConf } from '../../src/models/radvd/conf/parse.ts'
import { startUp } from '../../src/models/radvd/conf/start.ts'
import { toHex } from '../../src/wire/bytes.ts'
import type { RouterAdvertisement } from '../../src/wire/icmpv6.ts'
import { encodeIpv6 } from '../../src/wire/ipv6.ts'
import type { Vector } from './ra-bytes.ts'

/** Of several messages the recordings keep the first at start, and the last at TERM. */
export function advertised({ config, mac }: Pick<Vector, 'config' | 'mac'>): { first: string | null; final: string | null; messages: string[] } {
  const conf = parseRadvdConf(config, 'radvd.conf').conf?.interfaces[0]
  if (conf === undefined) return { first: null, final: null, messages: [] }
  const { settled, faults } = startUp(conf)
  const own = formatIpv6(linkLocalOf(parseMac(mac)!))
  const silent = faults.length > 0 || !conf.advSendAdvert || (conf.sourceAddresses.length > 0 && !conf.sourceAddresses.includes(own))
  const bytes = (ra: RouterAdvertisement): string => toHex(encodeIpv6({
    kind: 'ipv6', source: own, destination: 'ff02::1', hopLimit: 255, trafficClass: 0, flowLabel: 0, extensions: [], payload: { ...ra, code: 0 },
  }).subarray(40))
  const atStart = silent ? [] : advertisements(settled, mac).map(bytes), atTerm = silent ? [] : advertisements(settled, mac, 'final').map(bytes)
  return { first: atStart[0] ?? null, final: atTerm.at(-1) ?? null, messages: [...atStart, ...atTerm] }
}
