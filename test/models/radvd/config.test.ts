import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT } from '../../support/source.ts'
import { parseRadvdConf } from '../../../src/models/radvd/conf/parse.ts'
import { confFaults, radvdConfig } from '../../../src/models/radvd/config.ts'
import { DEFAULT_CONF } from '../../../src/models/radvd/default-conf.ts'
import { startUp } from '../../../src/models/radvd/conf/start.ts'

const issues = (daemon: object) => {
  const parsed = radvdConfig.safeParse({ daemons: { radvd: { on: 'router', ...daemon } } })
  return parsed.success ? [] : parsed.error.issues.map(({ path, message, ...rest }) => ({ path: path.join('.'), message, params: 'params' in rest ? rest.params : undefined }))
}

describe('the section of a scenario', () => {
  test('RD-60 the file that is taken when none is given is the one that is shipped as the example', () => {
    const shipped = parseRadvdConf(readFileSync(join(ROOT, 'scenarios/seed-radvd.conf'), 'utf8')).conf
    expect(shipped).not.toBeNull()
    expect(parseRadvdConf(DEFAULT_CONF).conf).toEqual(shipped)
  })
  test('what radvd would refuse is a problem with file, line and column; all of them are told', () => {
    const conf = { file: 'lan.conf', text: 'interface eth0\n{\n    AdvSendAdvert maybe;\n    advmanagedflag on;\n};\n' }
    const found = issues({ config: conf })
    expect(found.map(({ path }) => path)).toEqual(['daemons.radvd.config', 'daemons.radvd.config'])
    expect(found[0]!.message).toContain('AdvSendAdvert takes on or off')
    expect(found.map(({ params }) => params)).toEqual([{ place: { file: 'lan.conf', line: 3, column: 19 } }, { place: { file: 'lan.conf', line: 4, column: 5 } }])
    expect(confFaults(conf).length).toBe(2)
    expect(issues({ config: conf.text })[0]!.message).toContain('radvd.conf:3:19')
  })
  test('what fails only at set-up is no problem of the scenario: it is simulated', () => {
    expect(issues({ config: 'interface eth0 { AdvSendAdvert on; MaxRtrAdvInterval 4; };' })).toEqual([])
  })
  test('what only profile rfc has is refused for radvd 2.19', () => {
    expect(issues({ profile: 'radvd-2.19', finalAdvertisements: 2, shortPrefixLifetimes: true }).map(({ path }) => path)).toEqual(['daemons.radvd.finalAdvertisements', 'daemons.radvd.shortPrefixLifetimes'])
    expect(issues({ finalAdvertisements: 2, shortPrefixLifetimes: true, deprecateRememberedPrefixes: true })).toEqual([])
    expect(issues({ finalAdvertisements: 4 }).length).toBe(1)
  })
  test('the loss of the root is survived for a while, or for good', () => {
    expect(issues({ afterRootLoss: 'keeps running' })).toEqual([])
    expect(issues({ afterRootLoss: { diesAfter: { uniform: ['1m', '5m'] } } })).toEqual([])
    expect(issues({ afterRootLoss: 'dies' })[0]!.message).toContain('keeps running')
  })
})

test('RD-27 the limits of profile rfc: a minimum of its own below 9 s, and intervals and lifetimes up to 65535 s', () => {
  const settled = (options: string) => startUp(parseRadvdConf(`interface eth0 { ${options} };`).conf!.interfaces[0]!, undefined, 'rfc')
  const min = (max: number) => settled(`MaxRtrAdvInterval ${max};`).settled.minRtrAdvIntervalSeconds
  expect([4, 8, 9, 10, 600].map(min)).toEqual([3, 6, 3, 3.3000000000000003, 198])
  expect(settled('MaxRtrAdvInterval 65535;').faults).toEqual([])
  expect(settled('MaxRtrAdvInterval 65535;').settled.advDefaultLifetimeSeconds).toBe(65_535)
  expect(settled('MaxRtrAdvInterval 65536;').faults.map(({ option }) => option)).toEqual(['MaxRtrAdvInterval', 'AdvDefaultLifetime'])
  expect(settled('MaxRtrAdvInterval 3.9;').faults.map(({ option }) => option)).toEqual(['MinRtrAdvInterval', 'MaxRtrAdvInterval'])
})
