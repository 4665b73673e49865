/**
 * The section `radvd:` of a scenario: which daemons advertise, on which nodes, by which rules and with which radvd.conf.
 *
 * A configuration is the text of a file; a scenario that names a file hands its name over with the text, so that what is wrong with it
 * is told with the line and column in that file. Only what radvd refuses to read is refused here: what fails at set-up is simulated.
 */
import { z } from 'zod'
import { distribution, duration, id } from '../schema.ts'
import type { NodeId } from '../ip/ids.ts'
import { formatConfIssue, shownConfIssue } from './conf/issue.ts'
import { parseRadvdConf } from './conf/parse.ts'
import { DEFAULT_CONF } from './default-conf.ts'
import type { DaemonId } from './ids.ts'

/** GEN-1: RFC 4861 as it is written, or what radvd 2.19 was measured to do. */
export const RADVD_PROFILES = ['rfc', 'radvd-2.19'] as const
export type RadvdProfile = (typeof RADVD_PROFILES)[number]

export interface ConfFile { readonly file: string; readonly text: string }

/** What radvd would refuse to read, as `file:line:column: error: …`, one for each fault. */
export const confFaults = ({ file, text }: ConfFile): string[] => parseRadvdConf(text, file).refusals.map(issue => formatConfIssue(file, issue))

const confFile = z.union([z.string(), z.strictObject({ file: z.string().min(1), text: z.string() })], { error: 'expected the text of a radvd.conf' })
  .transform((written, cx): ConfFile => {
    const conf = typeof written === 'string' ? { file: 'radvd.conf', text: written } : written
    for (const issue of parseRadvdConf(conf.text, conf.file).refusals)
      cx.addIssue(typeof written === 'string'
        ? { code: 'custom', message: `expected a radvd.conf that radvd reads; ${formatConfIssue(conf.file, issue)}`, input: written }
        : { code: 'custom', message: shownConfIssue(issue), input: written, params: { place: { file: conf.file, line: issue.line, column: issue.column } } })
    return { file: conf.file, text: conf.text }
  })

const daemonConfig = z.strictObject({
  on: id<NodeId>('a node'),
  profile: z.enum(RADVD_PROFILES).optional().describe('default rfc'),
  config: confFile.optional().describe('the text of a radvd.conf; default: AdvSendAdvert on and prefix fec0:301:0:1234::/64 on eth0'),
  start: z.boolean().optional().describe('started with its system; default true, false: only when asked'),
  startAfter: duration.optional().describe('from the system being up to the start of the daemon; default 0s'),
  stopAfter: duration.optional().describe('from the beginning of an orderly shutdown to SIGTERM; default 0s'),
  afterRootLoss: z.union([z.literal('keeps running'), z.strictObject({ diesAfter: distribution })], { error: 'expected keeps running, or diesAfter with a duration' }).optional()
    .describe('when its root file system can no longer be read; default: dies at once, of its next page fault'),
  finalAdvertisements: z.number().int().min(1).max(3).optional().describe('when it ceases to advertise (RFC 4861 6.2.5); default 3; profile rfc only'),
  deprecateRememberedPrefixes: z.boolean().optional().describe('what was advertised before a restart goes on with a preferred lifetime of 0 (RFC 9096); profile rfc only'),
  shortPrefixLifetimes: z.boolean().optional().describe('prefixes live no longer than three advertisements, twice that until invalid (RFC 9096); profile rfc only'),
}).check(cx => {
  if ((cx.value.profile ?? 'rfc') === 'rfc') return
  for (const key of ['finalAdvertisements', 'deprecateRememberedPrefixes', 'shortPrefixLifetimes'] as const)
    if (cx.value[key] !== undefined) cx.issues.push({ code: 'custom', path: [key], message: `expected it only with profile rfc: radvd 2.19 has nothing of the kind`, input: cx.value[key] })
})
export type DaemonConfig = z.output<typeof daemonConfig>

export const FIDELITIES = ['frames', 'state'] as const

export const radvdConfig = z.strictObject({
  fidelity: z.enum(FIDELITIES).optional().describe('frames, the default: every advertisement is sent; state, for long runs: those of a steady network, which change nothing, are not'),
  daemons: z.record(id<DaemonId>('a radvd'), daemonConfig).default({}),
}).prefault({})
export type RadvdConfig = z.output<typeof radvdConfig>

export const confOf = (config: DaemonConfig): ConfFile => config.config ?? { file: 'radvd.conf', text: DEFAULT_CONF }
