/**
 * Every option of a radvd.conf: in which block it may stand, what kind of value it takes, and from which version on radvd knows it.
 *
 * The parser, the linter and its "did you mean" all read these tables. Options of later versions are listed only so that a file which
 * uses them is told the version instead of a bare "syntax error"; 2.19 refuses them.
 * Source: radvd.conf(5) of 2.19 and the grammar of that version; for later versions the release notes.
 */

export type BlockKind = 'interface' | 'prefix' | 'route' | 'RDNSS' | 'DNSSL' | 'clients' | 'AdvRASrcAddress' | 'lowpanco' | 'abro'

/**
 * `seconds` takes decimals, `number` does not. `lifetime` takes `infinity`. `preference` is low, medium, high or a negative number:
 * radvd's scanner takes an unsigned number for something else, so `AdvDefaultPreference 1` is an error.
 */
export type ValueKind = 'switch' | 'number' | 'seconds' | 'preference' | 'lifetime' | 'name'

export const OPTIONS = {
  interface: {
    IgnoreIfMissing: 'switch', AdvSendAdvert: 'switch', UnicastOnly: 'switch', AdvRASolicitedUnicast: 'switch',
    MaxRtrAdvInterval: 'seconds', MinRtrAdvInterval: 'seconds', MinDelayBetweenRAs: 'seconds',
    AdvManagedFlag: 'switch', AdvOtherConfigFlag: 'switch', AdvLinkMTU: 'number', AdvRAMTU: 'number',
    AdvReachableTime: 'number', AdvRetransTimer: 'number', AdvCurHopLimit: 'number',
    AdvDefaultLifetime: 'number', AdvDefaultPreference: 'preference', AdvSourceLLAddress: 'switch',
    AdvHomeAgentFlag: 'switch', AdvHomeAgentInfo: 'switch', AdvIntervalOpt: 'switch', AdvMobRtrSupportFlag: 'switch',
    HomeAgentLifetime: 'number', HomeAgentPreference: 'number',
  },
  prefix: {
    AdvOnLink: 'switch', AdvAutonomous: 'switch', AdvRouterAddr: 'switch', AdvValidLifetime: 'lifetime', AdvPreferredLifetime: 'lifetime',
    DeprecatePrefix: 'switch', DecrementLifetimes: 'switch', Base6Interface: 'name', Base6to4Interface: 'name',
  },
  route: { AdvRouteLifetime: 'lifetime', AdvRoutePreference: 'preference', RemoveRoute: 'switch' },
  RDNSS: { AdvRDNSSLifetime: 'lifetime', FlushRDNSS: 'switch', AdvRDNSSPreference: 'number', AdvRDNSSOpen: 'switch' },
  DNSSL: { AdvDNSSLLifetime: 'lifetime', FlushDNSSL: 'switch' },
  clients: {},
  AdvRASrcAddress: {},
  lowpanco: { AdvContextLength: 'number', AdvContextCompressionFlag: 'switch', AdvContextID: 'number', AdvLifeTime: 'number' },
  abro: { AdvVersionLow: 'number', AdvVersionHigh: 'number', AdvValidLifeTime: 'number' },
} as const satisfies Readonly<Record<BlockKind, Readonly<Record<string, ValueKind>>>>

export type OptionOf<B extends BlockKind> = keyof (typeof OPTIONS)[B] & string

/** Keywords that open a block; all but `interface` stand inside one. */
export const BLOCKS = ['interface', 'prefix', 'route', 'RDNSS', 'DNSSL', 'clients', 'AdvRASrcAddress', 'lowpanco', 'abro'] as const satisfies readonly BlockKind[]

/** Known to the scanner of 2.19 but to no rule of its grammar: always a syntax error. */
const IDLE = ['AdvContextPrefix', 'Adv6LBRaddress']

const allOptions: readonly (readonly [option: string, block: BlockKind])[] =
  BLOCKS.flatMap(block => Object.keys(OPTIONS[block]).map(option => [option, block] as const))

export const KEYWORDS: ReadonlySet<string> = new Set([...BLOCKS, ...allOptions.map(([option]) => option), ...IDLE])

/** The block in which an option belongs. */
export const HOME: ReadonlyMap<string, BlockKind> = new Map(allOptions)

export const valueKind = (block: BlockKind, option: string): ValueKind | undefined =>
  Object.hasOwn(OPTIONS[block], option) ? (OPTIONS[block] as Readonly<Record<string, ValueKind>>)[option] : undefined

/** What may begin a statement inside a block. */
export const statementsOf = (block: BlockKind): readonly string[] =>
  block === 'interface' ? [...BLOCKS.filter(inner => inner !== 'interface'), ...Object.keys(OPTIONS.interface)] : Object.keys(OPTIONS[block])

/** First radvd that knows the word; `after 2.21` is in its repository, not in a release. */
export const NEWER: ReadonlyMap<string, string> = new Map([
  ['nat64prefix', '2.20'], ['autoignoreprefixes', '2.20'], ['AdvCaptivePortalAPI', '2.20'], ['UnrestrictedUnicast', '2.20'],
  ['RemoveAdvOnExit', '2.20'], ['AdvDHCPv6PDPreferred', '2.21'], ['AdvSNACRouterFlag', 'after 2.21'],
])

/** The keyword that a newer radvd, which ignores case, would read. */
export function inOtherCase(word: string): string | undefined {
  const low = word.toLowerCase()
  for (const keyword of [...KEYWORDS, ...NEWER.keys(), 'on', 'off', 'infinity', 'low', 'medium', 'high'])
    if (keyword !== word && keyword.toLowerCase() === low) return keyword
  return undefined
}
