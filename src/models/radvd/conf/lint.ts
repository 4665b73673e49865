/**
 * Everything there is to say about a radvd.conf: why it is refused, what fails when an interface is set up, what is unwise.
 *
 * A file that radvd refuses is judged no further: what was meant is not known before it can be read.
 */
import { adviseInterface, adviseRepeats, given, placesOf, type Say } from './advice.ts'
import { adviseDnssl, advisePrefix, advisePrefixes, adviseRdnss, adviseRoute } from './advice-options.ts'
import { inFileOrder, type ConfIssue } from './issue.ts'
import type { Parsed } from './parse.ts'
import type { InterfaceConf } from './settings.ts'
import { startUp, type StartFault } from './start.ts'
import type { Place } from './tokens.ts'

export function lint(parsed: Parsed): ConfIssue[] {
  const issues: ConfIssue[] = [...parsed.refusals, ...parsed.remarks]
  if (parsed.conf === null) return inFileOrder(issues)
  const say: Say = ({ line, column }, severity, rule, text, suggestion) => {
    issues.push({ line, column, severity, rule, text, ...suggestion === undefined ? {} : { suggestion } })
  }
  for (const one of parsed.conf.interfaces) {
    const { settled, faults } = startUp(one)
    for (const fault of faults) say(faultPlace(parsed, one, fault), 'fails', fault.option, `${fault.text}; ${consequence(one)}${hint(parsed, one, fault)}`)
    const judging = { parsed, one, settled, say }
    adviseInterface(judging)
    for (const prefix of one.prefixes) advisePrefix(judging, prefix)
    for (const route of one.routes) adviseRoute(judging, route)
    for (const rdnss of one.rdnss) adviseRdnss(judging, rdnss)
    for (const dnssl of one.dnssl) adviseDnssl(judging, dnssl)
  }
  advisePrefixes(parsed, parsed.conf, say)
  adviseRepeats(parsed, say)
  return inFileOrder(issues)
}

/** Refused, or something that is configured would not be sent. */
export const isWrong = ({ severity }: ConfIssue): boolean => severity === 'refused' || severity === 'fails'

const consequence = ({ name, ignoreIfMissing }: InterfaceConf): string =>
  ignoreIfMissing ? `radvd logs this and sends nothing on ${name}` : 'IgnoreIfMissing is off, so radvd exits with status 1'

/** At the option; one that is not given has its value from another. */
function faultPlace(parsed: Parsed, one: InterfaceConf, { option }: StartFault): Place {
  const others = { MinRtrAdvInterval: ['MaxRtrAdvInterval'], AdvDefaultLifetime: ['MaxRtrAdvInterval'], HomeAgentLifetime: ['AdvDefaultLifetime', 'MaxRtrAdvInterval'] }
  for (const word of [option, ...(others as Readonly<Record<string, readonly string[]>>)[option] ?? []]) {
    const assignment = given(parsed, one, word)
    if (assignment !== undefined) return assignment
  }
  return placesOf(parsed, one).head
}

function hint(parsed: Parsed, one: InterfaceConf, { option }: StartFault): string {
  const max = one.maxRtrAdvIntervalSeconds
  if (option === 'MinRtrAdvInterval' && one.minRtrAdvIntervalSeconds === null && max >= 4 && max < 10)
    return '. By default it is 0.33 of the maximum, even below 9 s: write MinRtrAdvInterval 3 beside it'
  if ((option === 'MaxRtrAdvInterval' && max > 1800 && max <= 65_535) || (option === 'AdvDefaultLifetime' && inLater(given(parsed, one, option)?.number)))
    return '. radvd 2.21 takes up to 65535'
  return ''
}

const inLater = (lifetime: number | undefined): boolean => lifetime !== undefined && lifetime > 9000 && lifetime <= 65_535
