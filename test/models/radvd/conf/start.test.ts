/** What radvd finds out only when it sets an interface up: its words, its limits, and that nothing is sent then. */
import { describe, expect, test } from 'vitest'
import { must } from '../../../../src/base/assert.ts'
import { parseRadvdConf } from '../../../../src/models/radvd/conf/parse.ts'
import { hundredths, startUp } from '../../../../src/models/radvd/conf/start.ts'
import { interfaceOf, lines, eth0, started } from './recorded.ts'

const ETHERNET = { maxMtuOctets: 1500 }
const faults = (options: string): string[] => startUp(interfaceOf(options), ETHERNET).faults.map(({ text }) => text)
const options = (text: string): string[] => startUp(interfaceOf(text), ETHERNET).faults.map(({ option }) => option)

describe('as recorded', () => {
  /** What is logged about reading the file, about devices, and about coming and going. */
  const OTHER = /^(version|sending stop|removing|returning|Exiting|exiting|\(privsep\)|AdvRDNSSLifetime must)|not found|does not exist|^radvd\.conf:|^invalid|^AdvValidLifeTime|^duplicate|^too many/

  test('RD-20 RD-23 what the recorded configurations made radvd log at start-up, and whether it then said anything on the wire', () => {
    let silent = 0
    for (const { label, config, start, startOutput, advertisements } of started) {
      const { conf } = parseRadvdConf(config)
      expect({ label, starts: start === 'running' || label.includes('IgnoreIfMissing off') }).toEqual({ label, starts: conf !== null })
      if (conf === null) continue
      const [one] = conf.interfaces, { says, faults: found } = startUp(must(one, 'one interface'), ETHERNET)
      expect({ label, says }).toEqual({ label, says: startOutput.filter(line => !OTHER.test(line)) })
      const sends = found.length === 0 && one?.name === 'eth0' && one.advSendAdvert
      expect({ label, sends }).toEqual({ label, sends: advertisements.length > 0 })
      if (found.length > 0) silent++
    }
    expect(silent).toBeGreaterThan(10)
  })
})

describe('limits', () => {
  test('RD-27 MaxRtrAdvInterval 4 to 9 fails without a MinRtrAdvInterval of its own, 9.1 is the smallest that works alone', () => {
    for (const max of ['4', '5', '9', '9.09']) expect([max, options(`MaxRtrAdvInterval ${max};`)]).toEqual([max, ['MinRtrAdvInterval']])
    expect(options('MaxRtrAdvInterval 9.1;')).toEqual([])
    expect(options('MaxRtrAdvInterval 4; MinRtrAdvInterval 3;')).toEqual([])
    expect(faults('MaxRtrAdvInterval 4;')).toEqual(['MinRtrAdvInterval for eth0 (1.32) must be at least 3.00 but no more than 3/4 of MaxRtrAdvInterval (3.00)'])
  })

  test('the largest interval is 1800, the longest router lifetime 9000 and the shortest the interval itself', () => {
    expect([options('MaxRtrAdvInterval 1800;'), options('MaxRtrAdvInterval 1800.5;'), options('MaxRtrAdvInterval 3001;')]).toEqual([[], ['MaxRtrAdvInterval'], ['MaxRtrAdvInterval', 'AdvDefaultLifetime']])
    expect(['0', '600', '9000'].map(lifetime => options(`AdvDefaultLifetime ${lifetime};`))).toEqual([[], [], []])
    expect(['599', '9001'].map(lifetime => options(`AdvDefaultLifetime ${lifetime};`))).toEqual([['AdvDefaultLifetime'], ['AdvDefaultLifetime']])
  })

  test('ND-24 with Mobile IPv6 the intervals may go down to 0.03 and 0.07 seconds', () => {
    const fast = 'MinRtrAdvInterval 0.03; MaxRtrAdvInterval 0.07; MinDelayBetweenRAs 0.03;'
    expect(options(fast)).toEqual(['MinRtrAdvInterval', 'MaxRtrAdvInterval', 'MinDelayBetweenRAs'])
    for (const mobile of ['AdvIntervalOpt on;', 'AdvHomeAgentFlag on;', 'prefix fd00::1/64 { AdvRouterAddr on; };']) expect([mobile, options(`${fast} ${mobile}`)]).toEqual([mobile, []])
    expect(options('AdvIntervalOpt on; MinRtrAdvInterval 0.02; MaxRtrAdvInterval 0.06; MinDelayBetweenRAs 0.02;')).toEqual(['MinRtrAdvInterval', 'MaxRtrAdvInterval', 'MinDelayBetweenRAs'])
    expect(startUp(interfaceOf('AdvIntervalOpt on;')).says).toEqual(['using Mobile IPv6 extensions'])
    expect(startUp(interfaceOf('prefix fd00::1/64 { AdvRouterAddr on; };')).says).toEqual([])
  })

  test('AdvLinkMTU is 0 or from 1280 to what the device carries', () => {
    expect(['0', '1280', '1500'].map(mtu => options(`AdvLinkMTU ${mtu};`))).toEqual([[], [], []])
    expect(['1', '1279', '1501'].map(mtu => options(`AdvLinkMTU ${mtu};`))).toEqual([['AdvLinkMTU'], ['AdvLinkMTU'], ['AdvLinkMTU']])
    expect(startUp(interfaceOf('AdvLinkMTU 9000;'), { maxMtuOctets: 9000 }).faults).toEqual([])
  })

  test('the home agent options need one another, and a lifetime from 1 to 65520', () => {
    expect(options('AdvHomeAgentInfo on;')).toEqual(['AdvHomeAgentInfo'])
    expect(options('AdvMobRtrSupportFlag on;')).toEqual(['AdvMobRtrSupportFlag'])
    const info = 'AdvHomeAgentFlag on; AdvHomeAgentInfo on; AdvMobRtrSupportFlag on;'
    expect(['1', '65520'].map(lifetime => options(`${info} HomeAgentLifetime ${lifetime};`))).toEqual([[], []])
    expect(['0', '65521'].map(lifetime => options(`${info} HomeAgentLifetime ${lifetime};`))).toEqual([['HomeAgentLifetime'], ['HomeAgentLifetime']])
    expect(options('HomeAgentLifetime 0;')).toEqual([])
    expect(startUp(interfaceOf(`${info} AdvDefaultLifetime 700;`)).settled.homeAgentLifetimeSeconds).toBe(700)
  })

  test('AdvReachableTime ends at an hour, AdvRetransTimer nowhere', () => {
    expect([options('AdvReachableTime 3600000;'), options('AdvReachableTime 3600001;'), options('AdvRetransTimer 4294967295;')]).toEqual([[], ['AdvReachableTime'], []])
  })

  test('RD-24 a default route with a lifetime while the router has none is said to flap, and nothing is refused', () => {
    const flaps = (text: string) => { const { says, faults: found } = startUp(interfaceOf(text)); return [says, found.length] }
    expect(flaps('AdvDefaultLifetime 0; route ::/0 { };')).toEqual([['route 0::/0 lifetime (1800) conflicts with AdvDefaultLifetime (0), default routes will flap!'], 0])
    expect(flaps('route ::/0 { AdvRouteLifetime 0; };')).toEqual([['route 0::/0 lifetime (0) conflicts with AdvDefaultLifetime (1800), default routes will flap!'], 0])
    expect([flaps('route ::/0 { };'), flaps('AdvDefaultLifetime 0; route ::/0 { AdvRouteLifetime 0; };'), flaps('AdvDefaultLifetime 0; route fd00::/48 { };')]).toEqual([[[], 0], [[], 0], [[], 0]])
  })

  test('RD-23 the linter says what a fault leads to: silence, or the end of radvd when IgnoreIfMissing is off', () => {
    const fault = 'AdvSendAdvert on; prefix fd00::/64; AdvDefaultLifetime 1;'
    expect(lines(eth0(fault))).toEqual(['1:54: error at start-up: AdvDefaultLifetime for eth0 (1) must be zero or between 600 and 9000; radvd logs this and sends nothing on eth0 [AdvDefaultLifetime]'])
    expect(lines(eth0(`${fault} IgnoreIfMissing off;`))[0]).toContain('IgnoreIfMissing is off, so radvd exits with status 1')
  })
})

test('numbers are printed as C prints them, an exact half goes to the even digit', () => {
  expect([0.125, 0.375, 0.625, 0.875, 4.125, 3.375, 1.005, 1.32, 0, 1e22].map(hundredths)).toEqual(['0.12', '0.38', '0.62', '0.88', '4.12', '3.38', '1.00', '1.32', '0.00', '10000000000000000000000.00'])
})
