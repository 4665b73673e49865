/** How long hosts take to configure themselves, and how long what they configured lasts, by simulation against the derived figures. */
import { expect, test } from 'vitest'
import { createSim } from '../../src/core/sim.ts'
import { initialWorld } from '../../src/core/model.ts'
import { SECOND } from '../../src/base/time.ts'
import { boot } from '../../src/models/boot/model.ts'
import { hypervisor } from '../../src/models/hypervisor/model.ts'
import { ip } from '../../src/models/ip/model.ts'
import { md } from '../../src/models/md/model.ts'
import { net } from '../../src/models/net/model.ts'
import { radvd } from '../../src/models/radvd/model.ts'
import { scsi } from '../../src/models/scsi/model.ts'
import { slaac } from '../../src/models/slaac/model.ts'
import { vscsi } from '../../src/models/vscsi/model.ts'
import { vswitch } from '../../src/models/vswitch/model.ts'
import { ADDRESS, pio, ra, ready } from '../models/slaac/lab.ts'
import { caseNamed, expectCovers } from './cases.ts'

const lifetimes = caseNamed('slaac-lifetimes-020'), booted = caseNamed('slaac-boot-040')

/** Seconds after which an address is deprecated, and removed, when its router falls silent. */
function ends(valid: number, preferred: number): [deprecated: number, removed: number] {
  const l = ready(), start = l.sim.now
  l.say(ra([pio({ valid, preferred })]))
  l.run((valid + 10) * SECOND)
  return ['slaac.addressDeprecated', 'slaac.addressExpired'].map(type => (l.all(type)[0]!.at - start) / SECOND) as [number, number]
}

/** Seconds left of so many after an advertisement. */
function validAfter(remaining: number, advertised: number): number {
  const l = ready()
  l.say(ra([pio({ valid: remaining, preferred: 0 })]))
  l.say(ra([pio({ valid: advertised, preferred: 0 })]))
  return l.lifetimes()[0]
}

test('ND-62 ND-63 slaac-lifetimes-020: how long addresses last, and what an advertisement makes of it', () => {
  const [a, b] = [ends(2_592_000, 604_800), ends(86_400, 14_400)]
  expect({
    a_deprecatedAfter: a[0], a_removedAfter: a[1], b_deprecatedAfter: b[0], b_removedAfter: b[1],
    c_validAfter: validAfter(80_000, 0), d_validAfter: validAfter(5000, 3600), e_validAfter: validAfter(5000, 5400), f_validAfter: validAfter(5000, 9000),
  }).toEqual(Object.fromEntries(['a_deprecatedAfter', 'a_removedAfter', 'b_deprecatedAfter', 'b_removedAfter', 'c_validAfter', 'd_validAfter', 'e_validAfter', 'f_validAfter']
    .map(metric => [metric, lifetimes.value(metric)])))
})

test('slaac-lifetimes-020: the last advertisement of a router that deprecates its prefix, two hours and three seconds before the end', () => {
  const l = ready()
  l.say(ra([pio({ valid: 86_400, preferred: 14_400 })]))
  l.run(3 * SECOND)
  const start = l.sim.now
  l.say(ra([pio({ valid: 7203, preferred: 0 })], { routerLifetimeSeconds: 0 }))
  l.run(8000 * SECOND)
  expect((l.all('slaac.addressDeprecated')[0]!.at - start) / SECOND).toBe(lifetimes.value('g_deprecatedAfter'))
  expect((l.all('slaac.addressExpired')[0]!.at - start) / SECOND).toBe(lifetimes.value('g_removedAfter'))
})

const RUNS = 2500, LINK_UP = 100 * SECOND

/** Seconds from link up to a usable global address, each on a link of its own with a router that answers by multicast and says nothing else then. */
function configureTimes(): number[] {
  const models = [hypervisor, net, scsi, vscsi, md, boot, vswitch, ip, slaac, radvd] as const
  const conf = 'interface eth0 { AdvSendAdvert on; AdvRASolicitedUnicast off; MinRtrAdvInterval 1350; MaxRtrAdvInterval 1800; prefix 2001:db8:1::/64 { }; };\n'
  const sections: Record<string, unknown> = {
    vswitch: { switches: { lan: { profile: 'linux-bridge', ports: { r: {}, h: {} } } } },
    ip: { nodes: { r: { forwarding: true }, h: { interfaces: { eth0: { mac: '02:00:00:00:0c:01', up: false } } } } },
    slaac: { hosts: { h: { rsDelayAfterDad: true } } }, radvd: { daemons: { radvd: { on: 'r', profile: 'rfc', config: conf } } },
  }
  const world = initialWorld(models, Object.fromEntries(models.map(({ name, config }) => [name, (config as { parse(input: unknown): unknown }).parse(sections[name])])) as never)
  let usable = 0
  const sim = createSim({
    models, world, seed: 0,
    onEntry: ({ at, event }) => { if (event.type === 'ip.addressChanged' && event.address === ADDRESS && event.state === 'preferred') usable = at },
  })
  return Array.from({ length: RUNS }, (_, seed) => {
    sim.restart({ seed })
    sim.schedule(LINK_UP, { type: 'ip.setInterface', interface: 'h.eth0' as never, up: true })
    sim.runUntil(LINK_UP + 8 * SECOND)
    return (usable - LINK_UP) / SECOND
  })
}

test('ND-40 ND-83 slaac-boot-040: from link up to a usable global address, asked for and answered by multicast', () => {
  const times = configureTimes(), mean = times.reduce((sum, each) => sum + each, 0) / RUNS
  expectCovers(times, booted.value('meanSeconds'), 0.01)
  expect(Math.min(...times)).toBeGreaterThanOrEqual(booted.value('minSeconds'))
  expect(Math.max(...times)).toBeLessThanOrEqual(booted.value('maxSeconds'))
  // The sum of four uniform draws: its sample variance has a standard deviation of 2.4 % here.
  const variance = times.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (RUNS - 1)
  expect(Math.abs(variance / booted.value('varianceSeconds2') - 1)).toBeLessThan(0.08)
})
