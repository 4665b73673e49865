/** What radvd 2.19 said: recordings of the real program, and how a test asks ours the same. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../../../support/source.ts'
import { configtest } from '../../../../src/models/radvd/conf/configtest.ts'
import { formatConfIssue } from '../../../../src/models/radvd/conf/issue.ts'
import { lint } from '../../../../src/models/radvd/conf/lint.ts'
import { parseRadvdConf } from '../../../../src/models/radvd/conf/parse.ts'
import type { InterfaceConf } from '../../../../src/models/radvd/conf/settings.ts'
import { must } from '../../../../src/base/assert.ts'

const read = (path: string): unknown => JSON.parse(readFileSync(join(ROOT, 'test/golden/ra', path), 'utf8'))

export interface ConfigtestCase {
  readonly label: string
  readonly config: string
  readonly configtestExit: number
  readonly configtestOutput: readonly string[]
  /** `running`, or the exit status. */
  readonly start: 'running' | number
  readonly startOutput: readonly string[]
  /** Of ten seconds or so, in hexadecimal. */
  readonly advertisements: readonly string[]
}
export const started = (read('k01-configtest/facts.json') as { cases: ConfigtestCase[] }).cases
export const oracle = (read('k01-configtest/oracle.json') as { cases: { config: string; exit: number }[] }).cases
interface Recorded { readonly config: string; readonly status: number; readonly says: readonly string[] }
export const edges = (read('k01-configtest/edges.json') as { cases: Recorded[] }).cases
export const drawn = (read('k01-configtest/drawn.json') as { cases: Recorded[] }).cases

/** What `--configtest` would say, in one value. */
export const said = (config: string, file = 'radvd.conf'): { status: number; says: readonly string[] } => {
  const { status, says } = configtest(config, file)
  return { status, says }
}
export const accepts = (config: string): boolean => configtest(config, 'radvd.conf').status === 0

/** One interface with these options. */
export const eth0 = (options: string): string => `interface eth0 { ${options} };\n`
export const interfaceOf = (options: string): InterfaceConf => {
  const { conf, refusals } = parseRadvdConf(eth0(options))
  return must(must(conf, `radvd takes ${options}: ${refusals[0]?.text}`).interfaces[0], 'there is one interface')
}

/** Issues as a person sees them, without those that any file with a default router has. */
export const lines = (config: string, but: readonly string[] = ['single-router']): string[] =>
  lint(parseRadvdConf(config)).filter(({ rule }) => !but.includes(rule)).map(issue => formatConfIssue('radvd.conf', issue).replace('radvd.conf:', ''))
