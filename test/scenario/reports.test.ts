/** What a run is turned into: common causes, assumptions, tracks, Perfetto and JUnit files, the story. */
import { describe, expect, test } from 'vitest'
import { loadScenario } from '../../src/scenario/load.ts'
import { narrate, plainStyle } from '../../src/scenario/narrative.ts'
import { junit } from '../../src/scenario/junit.ts'
import { perfetto } from '../../src/scenario/perfetto.ts'
import { sensitivitiesOf } from '../../src/scenario/sensitivity.ts'
import { simulate, type Run } from '../../src/scenario/run.ts'
import { tracksOf } from '../../src/scenario/tracks.ts'
import { stateAt } from '../../src/scenario/why.ts'
import { shippedScenarios } from '../support/scenarios.ts'
import { changed, OUTAGE, THREE_HOSTS, TWO_HOSTS } from './systems.ts'

const ran = (text: string): Run => simulate(loadScenario(text, 'x.yaml').scenario!)
const outage = ran(`${OUTAGE}expect:\n  - { service: routing, downAtMost: "0s" }\n  - { service: routing, outages: 1 }\n`)

describe('VS-26 common causes are reported, and nothing is refused for them', () => {
  test('one managed system', () => {
    expect(ran(TWO_HOSTS).causes).toEqual(['all disks of md1 are on one managed system, power5'])
  })
  test('one calendar', () => {
    expect(ran(changed('guest: i5a } }', 'guest: i5a } }\n  - { at: 1h, do: { type: hypervisor.ipl, guest: i5b } }')).causes)
      .toContain('all disks of md1 go down by one calendar, with i5a and i5b: IPL at 01:00:00')
  })
  test('one host and one ASP', () => {
    expect(ran(changed('host: i5b', 'host: i5a')).causes).toEqual(['all disks of md1 are on one managed system, power5', 'all disks of md1 go down by one calendar, with i5a: IPL at 01:00:00', 'all disks of md1 are served by one host, i5a'])
  })
  test('one rule of faults', () => {
    expect(ran(changed('expect:', 'faults:\n  power: { crash: [i5a, i5b], every: 2000h, together: true }\nexpect:')).causes)
      .toContain('all disks of md1 go down by one calendar, with i5a and i5b: the fault "power", every 83d 8h')
  })
})

test('DD-100 a result that rests on planning defaults names them with the letter P, and no others', () => {
  const { assumptions } = ran(TWO_HOSTS)
  expect(assumptions.map(({ id, value }) => `${id} ${value}`)).toEqual(['DD-38 5m (1m to 30m)', 'DD-39 30 s (10 s to 2m)'])
  // The speed of a recovery matters once there is one: here a spare is filled.
  const filled = ran(THREE_HOSTS.replace('    speed: { rate: 50000 }\n', '')).assumptions
  expect(filled.map(({ id, value }) => `${id} ${value}`)).toContain('DD-54 50000 KiB/s (1000 KiB/s to 200000 KiB/s)')
  expect(narrate(ran(TWO_HOSTS), 'x', 'y').join('\n')).toContain('Rests on planning defaults (P): DD-38 IBM i PWRDWNSYS, controlled; DD-39')
  const own = changed('ipl: 25m }', 'ipl: 25m, shutdown: 5m }', changed('  service:', '    speed: { rate: 50000 }\n  service:', changed('  scsi:', '    nwsds: { i5a-router: { host: i5a, to: router, online: auto, varyOn: 30s } }\n  scsi:')))
  expect(ran(own).assumptions.map(({ id }) => id)).toEqual([])
})

describe('DD-100 a report whose conclusion changes within the range of a planning default says so', () => {
  const slow = THREE_HOSTS.replace('    speed: { rate: 50000 }\n', '')
  test('a recovery at the lowest speed is not done in time', () => {
    const run = ran(`${slow}expect:\n  - { array: md1, inSyncBy: 2h }\n  - { service: routing, downAtMost: 0s }\n`), sensitivities = sensitivitiesOf(run)
    expect(sensitivities).toEqual([{
      id: 'DD-54', what: 'md recovery speed', value: '1000 KiB/s', changes: [{ says: 'md1 is in sync by 02:00:00', met: false, figures: '[2/1] [_U]' }],
    }])
    expect(narrate(run, 'x', 'y', { ...plainStyle, sensitivities })).toContain('With DD-54 at 1000 KiB/s NOT met: md1 is in sync by 02:00:00')
  })
  test('nothing is said where nothing changes, nor about what the scenario states itself', () => {
    expect(sensitivitiesOf(ran(`${slow}expect:\n  - { service: routing, downAtMost: 0s }\n`))).toEqual([])
    expect(sensitivitiesOf(ran(`${THREE_HOSTS}expect:\n  - { array: md1, inSyncBy: 2h }\n`))).toEqual([])
  })
  test('every planning default that a scenario can rest on can be set to the ends of its range', () => {
    const text = changed('ibm-i, ipl: 25m }', 'ibm-i }', changed('timeline:', `timeline:
  - { at: 2h, do: { type: hypervisor.crash, guest: i5b } }
  - { at: 8h, do: { type: hypervisor.systemIpl, system: power5 } }`, TWO_HOSTS.replace('expect:\n  - { service: routing, downAtMost: 0s }\n', '')))
    const at = (times: string) => ran(`${text}expect:\n${times}`)
    // Each is up some seconds after it would be with the defaults, and not so with the other end of the range.
    const changesWith = (expectation: string) => sensitivitiesOf(at(`  - ${expectation}\n`)).map(({ id, value }) => `${id} ${value}`)
    expect(changesWith('{ guest: i5a, up: true, at: 75m30s }')).toEqual(['DD-36 25m', 'DD-38 30m'])
    expect(changesWith('{ guest: i5a, up: false, at: 74m30s }')).toEqual(['DD-36 5m', 'DD-38 1m'])
    expect(changesWith('{ nwsd: i5a-router, state: varied on, at: 75m45s }')).toEqual(['DD-36 25m', 'DD-38 30m', 'DD-39 2m'])
  })
})

describe('the story', () => {
  test('is at most 30 lines of 80 columns, however much happens', () => {
    const busy = changed('expect:', 'faults:\n  crashes: { crash: [i5a, i5b], upFor: { exponential: 10h } }\nexpect:', changed('until: 12h', 'until: 90d'))
    for (const text of [TWO_HOSTS, THREE_HOSTS, OUTAGE, busy]) {
      const lines = narrate(ran(text), 'scenarios/a-scenario-with-a-name.yaml', 'hotspare run scenarios/a-scenario-with-a-name.yaml --seed 1')
      expect(lines.length).toBeLessThanOrEqual(30)
      expect(lines.filter(line => line.length > 80)).toEqual([])
    }
  })

  test('of every shipped scenario fits on a page, with all that is to be said about it', async () => {
    for (const { path, scenario } of await shippedScenarios()) {
      const run = simulate(scenario), lines = narrate(run, path, `hotspare run ${path} --seed 1`, { ...plainStyle, sensitivities: sensitivitiesOf(run) })
      expect([path, lines.length <= 30, lines.filter(line => line.length > 80)]).toEqual([path, true, []])
      // Sentences of the verdict are never cut.
      expect(lines.filter(line => /^  (met|NOT MET) .*…/.test(line))).toEqual([])
      // Every outage of a service is told, or the story says that there is more.
      if (run.trace.some(({ event }) => event.type === 'service.wentDown')) expect(lines.join(' ').replaceAll(/\s+/g, ' ')).toMatch(/OUTAGE: |--trace FILE/)
    }
  })

  test('tells an outage however little room there is, and ends with the line that repeats the run', () => {
    const lines = narrate(outage, 'x.yaml', 'hotspare run x.yaml --seed 1', { ...plainStyle, lines: 20 })
    expect(lines.some(line => line.includes('OUTAGE: routing is down: md1 cannot be written'))).toBe(true)
    expect(lines.at(-1)).toBe('Again: hotspare run x.yaml --seed 1')
  })

  test('tells as many outages as there is room for, with what began the first and how they ended, and says how many moments are missing', async () => {
    const shipped = await shippedScenarios(), story = (wanted: string, lines: number) =>
      narrate(simulate(shipped.find(({ name }) => name === wanted)!.scenario), wanted, 'again', { ...plainStyle, lines }).join(' ').replaceAll(/\s+/g, ' ')
    const whole = story('sea-failover', 30)
    expect(whole).toMatch(/00:02:00 vios1 crashes OUTAGE: told is down: .* 00:06:30 tree is up again after 29.5 s … --trace FILE writes every event/)
    const told = story('sea-failover', 24)
    expect(told).toMatch(/00:02:00 vios1 crashes OUTAGE: told is down: .* … \d more moments?; --trace FILE writes every event/)
    expect(told).not.toContain('tree is up again after 29.5 s')
    expect(story('sea-control-channel-lost', 30)).toMatch(/00:02:00 ETHERNET0\/vios1.ent2 loses every frame, and nobody is told 00:02:02 Loop: /)
  })

  test('tells what the operator does, and why, in one sentence', () => {
    const told = narrate(ran(THREE_HOSTS), 'x', 'y').join(' ').replaceAll(/\s+/g, ' ')
    expect(told).toContain('01:40:00 admin puts d1 back: fails sda2 (unnoticed by idle md0), removes, rescans, adds sda2 and sda3; spare sdc2 takes over -> md0')
    expect(told).not.toContain('md0 drops sda2')
    expect(told).toContain('01:40:42 sdc2 is in sync: two copies again')
  })

  test('shows mdstat when it changes, once for all that happened in that second', () => {
    const told = narrate(ran(THREE_HOSTS), 'x', 'y').join(' ').replaceAll(/\s+/g, ' ')
    expect(told.match(/md1 \[2.*?\]  ?\[..\]/g)).toEqual(['md1 [2/2] [UU]', 'md1 [2/1] [_U]', 'md1 [2/2] [UU]'])
    expect(told).toMatch(/01:00:00 i5a IPLs;[^>]*md1 drops sda3 \(d1\), one copy is left; spare sdc3 takes over -> md1 \[2\/1\] \[_U\]/)
  })

  test('a refused request is told with the words of the refusal', () => {
    const text = changed('timeline:', 'timeline:\n  - { at: 30m, do: { type: md.remove, array: md1, device: sdb3 } }')
    expect(narrate(ran(text), 'x', 'y').join(' ').replaceAll(/\s+/g, ' ')).toContain('00:30:00 mdadm md1 --remove sdb3: refused, "mdadm: hot remove failed for /dev/sdb3: Device or resource busy"')
  })
})

describe('tracks', () => {
  const tracks = tracksOf(outage)
  test('there is one for each guest, disk, array and service, and each is without a gap', () => {
    expect(tracks.map(({ group, name }) => `${group} ${name}`)).toEqual([
      'guests i5a', 'guests i5b', 'guests i5c', 'guests router', 'disks d1', 'disks d2', 'disks d3', 'arrays md0', 'arrays md1', 'services routing'])
    for (const { stretches } of tracks) {
      expect([stretches[0]!.from, stretches.at(-1)!.to]).toEqual([0, outage.until])
      stretches.forEach((stretch, index) => { if (index > 0) expect(stretch.from).toBe(stretches[index - 1]!.to) })
    }
  })
  test('states follow what happened', () => {
    const states = (name: string) => tracks.find(track => track.name === name)!.stretches.map(({ state }) => state)
    expect(states('routing')).toEqual(['up', 'down'])
    expect(states('d1')).toEqual(['reachable', 'lost', 'reachable'])
    expect(states('md1').slice(0, 2)).toEqual(['[2/2] [UU]', '[2/1] [_U]'])
  })
  test('the Perfetto file names every track, and nothing in it lies outside the run', () => {
    const { traceEvents } = perfetto(outage) as { traceEvents: { ph: string; name: string; pid: number; tid: number; ts?: number; dur?: number; args: { name?: string } }[] }
    expect(traceEvents.filter(({ name }) => name === 'process_name').map(({ args }) => args.name)).toEqual(['guests', 'disks', 'arrays', 'services', 'clients'])
    const threads = new Set(traceEvents.filter(({ name }) => name === 'thread_name').map(({ pid, tid }) => `${pid} ${tid}`))
    expect(threads.size).toBe(tracks.length)
    for (const { ph, pid, tid, ts = 0, dur = 0 } of traceEvents.filter(({ ph }) => ph !== 'M')) {
      expect(['X', 'i']).toContain(ph)
      expect(threads.has(`${pid} ${tid}`)).toBe(true)
      expect(ts >= 0 && dur >= 0 && ts + dur <= outage.until).toBe(true)
    }
  })
})

test('JUnit XML has a case for each expectation, and a failure that says why and how to repeat it', () => {
  const xml = junit([{ file: 'a & b.yaml', run: outage, repeat: 'hotspare run "a" --seed 1' }])
  expect(xml).toContain('<testsuites name="hotspare" tests="2" failures="1" errors="0">')
  expect(xml).toContain('<testcase name="2. routing has 1 outage" classname="a &amp; b.yaml" time="0"/>')
  expect(xml).toMatch(/<failure message="down 10h 56m in 1 outage" type="expectation">routing is down at most 0 s[^<]*because at 01:04:00 i5b crashes[^<]*again: hotspare run "a" --seed 1<\/failure>/)
  expect(xml.replaceAll(/<[^<>]*>/g, '')).not.toMatch(/[<>]|&(?!amp;|lt;|gt;|quot;)/)
})

test('the state of a service at a time is that of its outages', () => {
  expect([stateAt(outage, 'routing', 3600e6).up, stateAt(outage, 'routing', 7200e6).up]).toEqual([true, false])
})
