/**
 * What radvd takes without a word and is unwise, or worth knowing: prefixes, routes, name servers, search lists.
 *
 * Sources: RFC 3879 (fec0::/10), RFC 4861 6.3.4, RFC 4862 5.5.3, RFC 4191, RFC 8106 5.1, measured behaviour of radvd 2.19 and of Linux hosts.
 */
import { inside, network } from './address.ts'
import { given, placeOf, placesOf, preference, type Judging, type Say } from './advice.ts'
import type { Parsed } from './parse.ts'
import { INFINITE, type DnsslConf, type PrefixConf, type RadvdConf, type RdnssConf, type RouteConf } from './settings.ts'

const OPTION_MAX_OCTETS = 2048
const LABEL_MAX = 63
const seconds = (value: number): string => value === INFINITE ? 'infinity' : `${value} s`

export function advisePrefix({ parsed, one, say }: Judging, prefix: PrefixConf): void {
  const { prefix: address, length } = prefix, text = `${address}/${length}`, { head } = placesOf(parsed, prefix)
  const max = one.maxRtrAdvIntervalSeconds
  if (siteLocal(address)) say(head, 'warning', 'site-local', `${text} is site-local: fec0::/10 is deprecated (RFC 3879), use a prefix from fd00::/8 (RFC 4193) or a global one`)
  else if (inside(address, 'fe80::', 10)) say(head, 'warning', 'link-local', `hosts ignore the link-local prefix ${text}`)
  else if (inside(address, 'ff00::', 8)) say(head, 'warning', 'multicast', `${text} is multicast, no host takes an address from it`)
  else if (inside(address, '2001:db8::', 32) || inside(address, '3fff::', 20)) say(head, 'note', 'documentation', `${text} is reserved for documentation`)

  const everyPrefix = address === '::' && length === 64
  if (length !== 64 && prefix.advAutonomous)
    say(head, 'warning', 'prefix-length', `hosts form no address from a prefix of length ${length}: their interface identifier has 64 bits. Switch AdvAutonomous off if that is meant`)
  if (!prefix.advRouterAddr && !everyPrefix && network(address, length) !== address)
    say(head, 'warning', 'host-bits', `${address} has bits set behind its first ${length}, and they are sent`, `${network(address, length)}/${length}`)
  if (!prefix.advOnLink && !prefix.advAutonomous)
    say(placeOf(parsed, prefix, 'AdvOnLink'), 'warning', 'says-nothing', `with AdvOnLink and AdvAutonomous off ${text} tells hosts nothing`)

  const valid = prefix.advValidLifetimeSeconds, preferred = prefix.advPreferredLifetimeSeconds
  if (valid === 0) say(placeOf(parsed, prefix, 'AdvValidLifetime'), 'note', 'withdrawn', `${text} is withdrawn: hosts take it off the link at once, but keep their addresses for up to two hours (RFC 4862 5.5.3)`)
  else if (valid < max) say(placeOf(parsed, prefix, 'AdvValidLifetime'), 'warning', 'short-lifetime', `a valid lifetime of ${valid} s can end between two advertisements, which are up to ${max} s apart`)
  if (preferred === 0 && valid > 0) say(placeOf(parsed, prefix, 'AdvPreferredLifetime'), 'warning', 'deprecated', `addresses from ${text} are deprecated from the beginning`)
  else if (preferred > 0 && preferred < max)
    say(placeOf(parsed, prefix, 'AdvPreferredLifetime'), 'warning', 'short-lifetime', `a preferred lifetime of ${preferred} s can end between two advertisements, which are up to ${max} s apart`)
}

/** The same prefix twice on a link, or on two links. */
export function advisePrefixes(parsed: Parsed, conf: RadvdConf, say: Say): void {
  const seen = new Map<string, string>()
  for (const one of conf.interfaces)
    for (const prefix of one.prefixes) {
      const text = `${network(prefix.prefix, prefix.length)}/${prefix.length}`, elsewhere = seen.get(text), { head } = placesOf(parsed, prefix)
      if (elsewhere === one.name) say(head, 'warning', 'same-prefix', `${text} is advertised twice on ${one.name}, each time with lifetimes of its own`)
      else if (elsewhere !== undefined && text !== '::/64') say(head, 'warning', 'same-prefix', `${text} is advertised on ${elsewhere} too: hosts will believe that both are one link`)
      seen.set(text, elsewhere ?? one.name)
    }
}

export function adviseRoute({ parsed, one, settled, say }: Judging, route: RouteConf): void {
  const { prefix, length, advRouteLifetimeSeconds: lifetime } = route, { head } = placesOf(parsed, route)
  const max = one.maxRtrAdvIntervalSeconds, router = settled.advDefaultLifetimeSeconds
  if (prefix === '::' && (lifetime === 0) !== (router === 0))
    say(placeOf(parsed, route, 'AdvRouteLifetime'), 'warning', 'default-route', `route 0::/0 lifetime (${lifetime}) conflicts with AdvDefaultLifetime (${router}): exactly one of them is 0, and default routes will flap`)
  if (network(prefix, length) !== prefix) say(head, 'warning', 'host-bits', `${prefix} has bits set behind its first ${length}`, `${network(prefix, length)}/${length}`)
  if (siteLocal(prefix)) say(head, 'warning', 'site-local', `${prefix}/${length} is site-local: fec0::/10 is deprecated (RFC 3879)`)
  if (lifetime > 0 && lifetime < max)
    say(placeOf(parsed, route, 'AdvRouteLifetime'), 'warning', 'short-lifetime', `a route lifetime of ${lifetime} s can end between two advertisements, which are up to ${max} s apart`)
  preference(route.advRoutePreference, placeOf(parsed, route, 'AdvRoutePreference'), say)
  earlyDefault({ parsed, one, settled, say }, route, 'AdvRouteLifetime', lifetime, 'three times ')
}

export function adviseRdnss(judging: Judging, rdnss: RdnssConf): void {
  const { parsed, say } = judging, { head } = placesOf(parsed, rdnss)
  for (const server of rdnss.servers) {
    if (siteLocal(server)) say(head, 'warning', 'site-local', `the name server ${server} is site-local: fec0::/10 is deprecated (RFC 3879)`)
    if (server === '::' || inside(server, 'ff00::', 8)) say(head, 'warning', 'name-server', `${server} cannot be the address of a name server`)
  }
  dnsLifetime(judging, rdnss, 'AdvRDNSSLifetime', rdnss.advRdnssLifetimeSeconds, 'name servers')
}

export function adviseDnssl(judging: Judging, dnssl: DnsslConf): void {
  const { parsed, say } = judging, { head } = placesOf(parsed, dnssl)
  let octets = 8
  for (const suffix of dnssl.suffixes) {
    const labels = suffix.replace(/\.$/, '').split('.')
    octets += suffix.length + 2
    if (labels.some(label => label === '')) say(head, 'warning', 'suffix', `the suffix "${suffix}" has an empty label, which ends the name for whoever reads the option`)
    if (labels.some(label => label.length > LABEL_MAX)) say(head, 'warning', 'suffix', `a label of the suffix "${suffix}" is longer than ${LABEL_MAX} characters: the option cannot be read`)
  }
  if (octets > OPTION_MAX_OCTETS)
    say(head, 'fails', 'dnssl-length', `the suffixes take ${octets} octets, more than an option of ${OPTION_MAX_OCTETS}: radvd 2.19 exits when it is about to send`)
  dnsLifetime(judging, dnssl, 'AdvDNSSLLifetime', dnssl.advDnsslLifetimeSeconds, 'suffixes')
}

function dnsLifetime(judging: Judging, block: RdnssConf | DnsslConf, option: string, lifetime: number, what: string): void {
  const { parsed, one, say } = judging, max = one.maxRtrAdvIntervalSeconds, early = earlyDefault(judging, block, option, lifetime, '')
  // What radvd grumbles about while reading is reported already.
  if (early || lifetime === 0 || lifetime > max || (given(parsed, block, option) !== undefined && lifetime < placesOf(parsed, block).maxRtrAdvIntervalSeconds)) return
  say(placeOf(parsed, block, option), 'warning', 'dns-lifetime',
    `${given(parsed, block, option) ? '' : `the default of ${option} in 2.19 is MaxRtrAdvInterval: `}one advertisement lost and hosts drop the ${what} after ${seconds(lifetime)}; RFC 8106 asks for at least ${3 * max}, radvd 2.19 takes ${2 * max} without a word`)
}

/** A default made from an interval that was changed further down. */
function earlyDefault({ parsed, one, say }: Judging, block: RouteConf | RdnssConf | DnsslConf, option: string, lifetime: number, times: string): boolean {
  const { maxRtrAdvIntervalSeconds: then, head } = placesOf(parsed, block), max = one.maxRtrAdvIntervalSeconds
  if (given(parsed, block, option) !== undefined || then === max) return false
  say(head, 'warning', 'early-default', `${option} is ${lifetime} here, ${times}the MaxRtrAdvInterval as read so far (${then}); it is ${max} further down, and only blocks below that follow it`)
  return true
}

const siteLocal = (address: string): boolean => inside(address, 'fec0::', 10)
