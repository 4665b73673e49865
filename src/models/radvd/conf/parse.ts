/**
 * Reads a radvd.conf as radvd 2.19 reads it: same grammar, same checks at the same moment, same words.
 *
 * radvd acts on a statement as soon as its last token is read and stops at the first fault, so what it prints and where it stops are
 * kept apart from what we find out: reading goes on behind a fault, statement by statement, to report the other ones too.
 * Ranges are not checked here (radvd does that when it sets an interface up, see start.ts), but lengths, counts of name servers,
 * characters of suffixes and valid against preferred are.
 * Source: the grammar of radvd 2.19; order and text of messages measured with `--configtest`.
 */
import { canonical } from './address.ts'
import { must } from '../../../base/assert.ts'
import { assignAbro, assignDnssl, assignInterface, assignLowpan, assignPrefix, assignRdnss, assignRoute, interfaceName, type Value } from './assign.ts'
import { noAddress, noStatement, notHere, noValue, quoted, type Complaint } from './complaint.ts'
import type { ConfIssue, Severity } from './issue.ts'
import {
  dnsslDefaults, interfaceDefaults, prefixDefaults, rdnssDefaults, routeDefaults,
  type AbroConf, type DnsslConf, type InterfaceConf, type LowpanConf, type PrefixConf, type RadvdConf, type RdnssConf, type RouteConf,
} from './settings.ts'
import { tokens, type Place, type Token, type TokenKind } from './tokens.ts'
import { HOME, KEYWORDS, statementsOf, valueKind, type BlockKind, type ValueKind } from './vocabulary.ts'

export type Block = InterfaceConf | PrefixConf | RouteConf | RdnssConf | DnsslConf | LowpanConf | AbroConf

/** One `option value;`, with the value as written. */
export interface Assignment extends Place { readonly number: number; readonly text: string }

/** Where a block and its options stand, for whoever judges them later. */
export interface BlockPlaces {
  /** Of the keyword, and of the name or first address behind it. */
  readonly at: Place
  readonly head: Place
  /** Every assignment of an option; the last one counts. */
  readonly options: ReadonlyMap<string, readonly Assignment[]>
  /** The maximum interval at the moment when the block was opened: defaults were made from it. */
  readonly maxRtrAdvIntervalSeconds: number
}

export interface AddressPlace { readonly block: 'clients' | 'AdvRASrcAddress'; readonly address: string; readonly place: Place }

export interface Parsed {
  /** null: refused. */
  readonly conf: RadvdConf | null
  /** What radvd prints while it reads, without its verdict. */
  readonly says: readonly string[]
  /** Faults in the order of the file; radvd stops at the first. */
  readonly refusals: readonly ConfIssue[]
  /** What radvd only grumbles about while reading. */
  readonly remarks: readonly ConfIssue[]
  readonly places: ReadonlyMap<Block, BlockPlaces>
  /** Of addresses in clients and AdvRASrcAddress blocks, by interface. */
  readonly addressPlaces: ReadonlyMap<InterfaceConf, readonly AddressPlace[]>
}

const FITTING: Readonly<Record<ValueKind, readonly TokenKind[]>> = {
  switch: ['switch'], number: ['number'], seconds: ['number', 'decimal'], preference: ['signed'], lifetime: ['number', 'infinity'], name: ['name'],
}
const PREFIX_MAX = 128
const NAME_MAX = 255
const SERVERS_MAX = 3

export function parseRadvdConf(text: string, file = 'radvd.conf'): Parsed {
  const stream = tokens(text, KEYWORDS)
  let next = 0
  const conf: RadvdConf = { interfaces: [] }
  const says: string[] = [], refusals: ConfIssue[] = [], remarks: ConfIssue[] = []
  const places = new Map<Block, { at: Place; head: Place; options: Map<string, Assignment[]>; maxRtrAdvIntervalSeconds: number }>()
  const addressPlaces = new Map<InterfaceConf, AddressPlace[]>()

  const peek = (): Token => must(stream[next], 'the stream ends with a token of its own')
  const take = (): Token => {
    const token = peek()
    if (token.kind !== 'end') next++
    return token
  }
  const isMark = (mark: string): boolean => peek().kind === 'mark' && peek().text === mark
  const isWord = (word: string): boolean => peek().kind === 'word' && peek().text === word
  const at = ({ line, column }: Place): Place => ({ line, column })

  /** As long as radvd still reads, its words count. */
  const say = (message: string): void => { if (refusals.length === 0) says.push(message) }
  const refuse = (place: Place, message: string, complaint: Complaint): void => {
    say(message)
    refusals.push({ ...at(place), severity: 'refused', ...complaint })
  }
  const remark = (place: Place, severity: Severity, rule: string, words: string): void => { remarks.push({ ...at(place), severity, rule, text: words }) }
  const syntaxError = (place: Place, complaint: Complaint): void => refuse(place, `${file}:${peek().line} error: syntax error`, complaint)

  /** Skips to the end of the statement at hand, whole blocks included, but not out of the enclosing one. */
  function skipStatement(): void {
    for (let depth = 0; peek().kind !== 'end'; take()) {
      if (depth === 0 && isMark('}')) return
      if (depth === 0 && isMark(';')) return void take()
      if (isMark('{')) depth++
      else if (isMark('}')) depth--
    }
  }

  /** A mark, or a complaint. A forgotten semicolon is taken as written when the next statement begins. */
  function mark(wanted: string, behind: string, inside: BlockKind | 'file'): boolean {
    if (isMark(wanted)) return take(), true
    const token = peek(), last = must(stream[next - 1], 'a mark is never the first token')
    const forgotten = wanted === ';' && (isMark('}') || token.kind === 'end' || beginsStatement(token, inside))
    syntaxError(forgotten ? last.after : token, forgotten
      ? { rule: 'semicolon', text: `";" is missing behind ${behind}` }
      : notHere(token, `"${wanted}" behind ${behind}`))
    return forgotten
  }

  const beginsStatement = (token: Token, inside: BlockKind | 'file'): boolean => token.kind === 'word'
    && (inside === 'file' ? token.text === 'interface' : statementsOf(inside).includes(token.text) || (inside === 'interface' && HOME.has(token.text)))

  function addressAt(what: string): string | null {
    const token = peek()
    if (token.kind === 'address') return must(canonical(take().text), 'the scanner has checked the address')
    syntaxError(token, noAddress(token, what))
    return null
  }

  function lengthAt(what: string): number | null {
    if (!mark('/', what, 'interface')) return null
    const token = peek()
    if (token.kind === 'number') return take().value
    syntaxError(token, notHere(token, 'a prefix length'))
    return null
  }

  const open = (block: Block, keyword: Token, head: Place, maxRtrAdvIntervalSeconds: number): void => {
    places.set(block, { at: at(keyword), head: at(head), options: new Map(), maxRtrAdvIntervalSeconds })
  }

  /** `option value ;` for every option up to the closing brace, which is left standing. */
  function options<B extends Block>(kind: BlockKind, block: B, assign: Readonly<Record<string, (block: B, value: Value) => void>>,
    inner?: (token: Token) => boolean, done?: (option: Token, value: Value) => void): void {
    while (!isMark('}') && peek().kind !== 'end') {
      const token = peek()
      if (inner?.(token)) continue
      const wanted = token.kind === 'word' ? valueKind(kind, token.text) : undefined
      if (wanted === undefined) {
        // A brace is missing: the next interface is read where it belongs.
        if (isWord('interface')) return
        syntaxError(token, noStatement(token, kind))
        skipStatement()
        continue
      }
      take()
      const value = peek()
      if (!FITTING[wanted].includes(value.kind)) {
        syntaxError(value, noValue(value, token.text, wanted))
        skipStatement()
        continue
      }
      take()
      if (!mark(';', `${token.text} ${quoted(value.text)}`, kind)) {
        skipStatement()
        continue
      }
      const given: Value = { number: value.value, text: value.text.slice(0, NAME_MAX) }
      const { options: known } = must(places.get(block), 'an open block has its places')
      known.set(token.text, [...known.get(token.text) ?? [], { ...at(token), ...given }])
      must(assign[token.text], 'every option of the vocabulary can be assigned')(block, given)
      done?.(token, given)
    }
  }

  function readInterface(): void {
    const keyword = take(), name = peek()
    if (name.kind !== 'name') {
      syntaxError(name, notHere(name, 'the name of an interface'))
      return skipStatement()
    }
    take()
    const given = name.text.slice(0, NAME_MAX)
    // The whole name is compared with names that were cut: of two equal long names the second is not found out.
    if (conf.interfaces.some(other => other.name === given))
      refuse(name, `duplicate interface definition for ${given}`, { rule: 'duplicate-interface', text: `interface ${quoted(given)} is defined a second time` })
    const one = interfaceDefaults(interfaceName(given))
    open(one, keyword, name, one.maxRtrAdvIntervalSeconds)
    if (given.length > one.name.length)
      remark(name, 'warning', 'interface-name', `the name is cut to its first 15 characters, ${quoted(one.name)}`)
    if (!mark('{', `interface ${quoted(given)}`, 'file')) return skipStatement()
    options('interface', one, assignInterface, token => block(one, token))
    if (!mark('}', `the options of interface ${quoted(given)}`, 'file')) return
    if (!mark(';', `the interface block of ${quoted(given)}`, 'file')) skipStatement()
    conf.interfaces.push(one)
  }

  /** A block inside an interface block; false if the token opens none. */
  function block(one: InterfaceConf, keyword: Token): boolean {
    if (keyword.kind !== 'word' || keyword.text === 'interface') return false
    const read = BLOCK_READERS[keyword.text]
    if (read === undefined) return false
    take()
    if (!read(one, keyword)) skipStatement()
    return true
  }

  const closed = (kind: BlockKind): boolean => mark('}', `the options of ${kind}`, kind) && mark(';', `the ${kind} block`, 'interface')

  function readPrefix(one: InterfaceConf, keyword: Token): boolean {
    const head = peek(), prefix = addressAt('a prefix, such as fd00:1::/64')
    const length = prefix === null ? null : lengthAt('the prefix')
    if (prefix === null || length === null) return false
    if (length > PREFIX_MAX) tooLong('prefix length', length)
    const made = prefixDefaults(prefix, length & 0xff)
    open(made, keyword, head, one.maxRtrAdvIntervalSeconds)
    if (isMark('{')) {
      take()
      options('prefix', made, assignPrefix)
      if (!mark('}', 'the options of prefix', 'prefix')) return false
    }
    if (!mark(';', 'the prefix', 'interface')) return false
    const end = must(stream[next - 1], 'a semicolon has been read')
    const { options: given } = must(places.get(made), 'the prefix is open')
    const valid = given.get('AdvValidLifetime')?.at(-1), preferred = given.get('AdvPreferredLifetime')?.at(-1)
    if (made.advPreferredLifetimeSeconds > made.advValidLifetimeSeconds)
      refuse(valid ?? preferred ?? head, `AdvValidLifeTime must be greater than AdvPreferredLifetime in ${file}, line ${end.line}`, {
        rule: 'preferred-above-valid',
        text: `AdvPreferredLifetime ${made.advPreferredLifetimeSeconds}${preferred ? '' : ' (the default)'} is greater than AdvValidLifetime ${made.advValidLifetimeSeconds}${valid ? '' : ' (the default)'}`,
      })
    else if (made.base6Interface !== null && made.length !== 64)
      refuse(given.get('Base6Interface')?.at(-1) ?? head, `only /64 is allowed with Base6Interface.  ${file}:${end.line}`,
        { rule: 'base6-length', text: `Base6Interface needs a prefix length of 64, not ${made.length}` })
    one.prefixes.push(made)
    return true
  }

  function tooLong(what: string, length: number): void {
    const token = must(stream[next - 1], 'a length has been read')
    refuse(token, `invalid ${what} in ${file}, line ${token.line}`, { rule: 'prefix-length', text: `a ${what} is at most 128, not ${length}` })
  }

  function readRoute(one: InterfaceConf, keyword: Token): boolean {
    const head = peek(), prefix = addressAt('a prefix, such as 2001:db8::/32')
    const length = prefix === null ? null : lengthAt('the route')
    if (prefix === null || length === null) return false
    if (length > PREFIX_MAX) tooLong('route prefix length', length)
    const made = routeDefaults(prefix, length & 0xff, one.maxRtrAdvIntervalSeconds)
    open(made, keyword, head, one.maxRtrAdvIntervalSeconds)
    if (!mark('{', 'the route (its braces are required)', 'interface')) return false
    options('route', made, assignRoute)
    if (!closed('route')) return false
    one.routes.push(made)
    return true
  }

  function readRdnss(one: InterfaceConf, keyword: Token): boolean {
    const head = peek(), made = rdnssDefaults(one.maxRtrAdvIntervalSeconds)
    open(made, keyword, head, one.maxRtrAdvIntervalSeconds)
    do {
      const token = peek(), server = addressAt(made.servers.length === 0 ? 'the address of a name server' : 'another address or "{"')
      if (server === null) return false
      if (made.servers.push(server) === SERVERS_MAX + 1)
        refuse(token, 'too many addresses in RDNSS section', { rule: 'rdnss-servers', text: 'more than three name servers in one RDNSS block; radvd 2.20 takes up to 127, and a second block is allowed' })
    } while (!isMark('{'))
    take()
    options('RDNSS', made, assignRdnss, undefined, (option, value) => {
      if (option.text === 'AdvRDNSSLifetime') dnsLifetime(one, option, value.number)
      if (option.text === 'AdvRDNSSPreference' || option.text === 'AdvRDNSSOpen') {
        say(`ignoring deprecated RDNSS ${option.text === 'AdvRDNSSOpen' ? 'open flag' : 'preference'}`)
        remark(option, 'warning', 'ignored', `${option.text} is ignored`)
      }
    })
    if (!closed('RDNSS')) return false
    one.rdnss.push(made)
    return true
  }

  function readDnssl(one: InterfaceConf, keyword: Token): boolean {
    const head = peek(), made = dnsslDefaults(one.maxRtrAdvIntervalSeconds)
    open(made, keyword, head, one.maxRtrAdvIntervalSeconds)
    do {
      const token = peek()
      if (token.kind !== 'name') {
        syntaxError(token, notHere(token, made.suffixes.length === 0 ? 'a domain suffix' : 'another suffix or "{"'))
        return false
      }
      take()
      const suffix = token.text.slice(0, NAME_MAX), wrong = /[^A-Za-z0-9.-]/.exec(suffix)?.[0]
      if (wrong !== undefined)
        refuse(token, 'invalid domain suffix specified', { rule: 'suffix', text: `${quoted(wrong)} in the suffix ${quoted(suffix)}: letters, digits, "-" and "." only` })
      made.suffixes.push(suffix)
    } while (!isMark('{'))
    take()
    options('DNSSL', made, assignDnssl(one.maxRtrAdvIntervalSeconds), undefined, (option, value) => {
      if (option.text === 'AdvDNSSLLifetime') dnsLifetime(one, option, value.number)
    })
    if (!closed('DNSSL')) return false
    one.dnssl.push(made)
    return true
  }

  /** The words of 2.19, which says some of it twice and compares with the interval as read so far. */
  function dnsLifetime({ maxRtrAdvIntervalSeconds: max }: InterfaceConf, option: Token, seconds: number): void {
    const rdnss = option.text === 'AdvRDNSSLifetime', semicolon = must(stream[next - 1], 'a semicolon has been read')
    const stale = `${option.text} <= 2*MaxRtrAdvInterval would allow stale DNS ${rdnss ? 'servers' : 'suffixes'} to be deleted faster`
    if (seconds > 2 * max) say(`warning: ${stale}`)
    if (seconds < max && seconds !== 0) {
      say(`${option.text} must be at least MaxRtrAdvInterval`)
      remark(option, 'warning', 'dns-lifetime', `${option.text} ${seconds} is below MaxRtrAdvInterval (${max} as read so far): ${rdnss ? 'the value is sent all the same and hosts drop the servers between two advertisements' : 'radvd raises it'}`)
    }
    if (seconds > 2 * max && rdnss) say(`warning: (${file}:${semicolon.line}) ${stale}`)
    if (seconds > 2 * max) remark(option, 'note', 'dns-lifetime', `${option.text} ${seconds} is above twice MaxRtrAdvInterval (${max} as read so far): a name server that is gone stays with the hosts for long`)
  }

  function readAddresses(one: InterfaceConf, keyword: Token): boolean {
    const kind = keyword.text === 'clients' ? 'clients' : 'AdvRASrcAddress'
    if (!mark('{', kind, 'interface')) return false
    const list: string[] = []
    do {
      const token = peek(), address = addressAt('an address')
      if (address === null || !mark(';', 'the address', kind)) {
        skipStatement()
        if (isMark('}')) break
        if (peek().kind === 'end') return false
        continue
      }
      list.unshift(address)
      addressPlaces.set(one, [...addressPlaces.get(one) ?? [], { block: kind, address, place: at(token) }])
    } while (!isMark('}'))
    take()
    if (!mark(';', `the ${kind} block`, 'interface')) return false
    one[kind === 'clients' ? 'clients' : 'sourceAddresses'].push(...list)
    return true
  }

  function readLowpan(one: InterfaceConf, keyword: Token): boolean {
    const made: LowpanConf = { contextLengthBits: 0, compression: false, contextId: 0, lifetimeMinutes: 0 }
    open(made, keyword, keyword, one.maxRtrAdvIntervalSeconds)
    if (!mark('{', 'lowpanco', 'interface')) return false
    options('lowpanco', made, assignLowpan)
    if (!closed('lowpanco')) return false
    one.lowpan.push(made)
    return true
  }

  function readAbro(one: InterfaceConf, keyword: Token): boolean {
    const head = peek(), borderRouter = addressAt('the address of a border router')
    if (borderRouter === null) return false
    if (isMark('/')) {
      const length = lengthAt('the border router')
      if (length === null) return false
      const token = must(stream[next - 1], 'a length has been read')
      say(`${file}:${token.line} abro prefix length deprecated, remove trailing '/${length | 0}'`)
      remark(token, 'warning', 'abro-length', `a border router has no prefix length any more, remove "/${length}"`)
    }
    const made: AbroConf = { borderRouter, versionLow: 0, versionHigh: 0, validLifetimeMinutes: 0 }
    open(made, keyword, head, one.maxRtrAdvIntervalSeconds)
    if (!mark('{', 'the border router', 'interface')) return false
    options('abro', made, assignAbro)
    if (!closed('abro')) return false
    one.abro.push(made)
    return true
  }

  const BLOCK_READERS: Readonly<Record<string, (one: InterfaceConf, keyword: Token) => boolean>> = {
    prefix: readPrefix, route: readRoute, RDNSS: readRdnss, DNSSL: readDnssl, clients: readAddresses, AdvRASrcAddress: readAddresses,
    lowpanco: readLowpan, abro: readAbro,
  }

  do {
    if (isWord('interface')) readInterface()
    else {
      syntaxError(peek(), noStatement(peek(), 'file'))
      if (isMark('}')) take()
      else skipStatement()
    }
  } while (peek().kind !== 'end')

  return { conf: refusals.length === 0 ? conf : null, says, refusals, remarks, places, addressPlaces }
}
