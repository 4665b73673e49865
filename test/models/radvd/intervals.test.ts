import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { must } from '../../../src/base/assert.ts'
import { parseRadvdConf } from '../../../src/models/radvd/conf/parse.ts'
import { gaps, Lab } from './lab.ts'

/**
 * The gaps between multicast advertisements of the real program against ours: the same file, the same number of interfaces, watched for the
 * same time, so that a window that cuts long gaps off cuts them off in both. Two-sample test of Kolmogorov and Smirnov, level 0.1 % each.
 */
const C = 1.9495
const SEEDS = [1, 2, 3]
const golden = join(import.meta.dirname, '..', '..', 'golden', 'ra')

interface Fleet { readonly recorded: readonly number[]; readonly conf: string; readonly seconds: number }
function fleet(name: string): Fleet {
  const read = (file: string) => readFileSync(join(golden, name, file), 'utf8')
  const { endedAt, derived } = JSON.parse(read('facts.json')) as { endedAt: number; derived: { gapsPerInterface: Record<string, number[]> } }
  return { conf: read('radvd.conf'), seconds: Math.floor(endedAt), recorded: Object.values(derived.gapsPerInterface).flatMap(each => each.slice(2)) }
}

function simulated(conf: string, seconds: number): number[] {
  const names = must(parseRadvdConf(conf).conf, 'the recorded file parses').interfaces.map(({ name }) => name)
  const interfaces = Object.fromEntries(names.map((name, n) => [name, { addresses: [`fe80::${(n + 1).toString(16)}/64`], dad: false }]))
  return SEEDS.flatMap(seed => {
    const lab = new Lab({ seed, checked: false, nodes: { fleet: { forwarding: true, interfaces } }, daemons: { radvd: { on: 'fleet', profile: 'radvd-2.19', config: conf } } }).until(seconds)
    return names.flatMap(name => gaps(lab.times(0, `fleet.${name}`)).slice(2))
  })
}

/** The greatest distance between the two shares below a value, and the distance that chance exceeds once in a thousand times. */
function distance(a: readonly number[], b: readonly number[]): { distance: number; limit: number } {
  const share = (sample: readonly number[], value: number) => sample.filter(each => each <= value).length / sample.length
  return {
    distance: Math.max(...[...a, ...b].map(value => Math.abs(share(a, value) - share(b, value)))),
    limit: C * Math.sqrt((a.length + b.length) / (a.length * b.length)),
  }
}

describe('intervals, against radvd 2.19', () => {
  test.each([['a02-fleet-3-4', 300], ['a05-fleet-20-60', 200], ['a03-fleet-default', 200]])('RD-30 DD-1 the gaps of %s come from the same distribution', (name, least) => {
    const { conf, seconds, recorded } = fleet(name), ours = simulated(conf, seconds)
    expect(recorded.length).toBeGreaterThan(least)
    expect(ours.length).toBeGreaterThan(2 * least)
    const found = distance(recorded, ours)
    expect(found.distance).toBeLessThan(found.limit)
  })
  test('the test tells a maximum that is a tenth smaller, and a draw that prefers long gaps', () => {
    const { conf, seconds, recorded } = fleet('a05-fleet-20-60')
    const shorter = distance(recorded, simulated(conf.replaceAll('MaxRtrAdvInterval 60', 'MaxRtrAdvInterval 54'), seconds))
    expect(shorter.distance).toBeGreaterThan(shorter.limit)
    const bent = distance(recorded, simulated(conf, seconds).map(gap => 20 + 40 * Math.sqrt((gap - 20) / 40)))
    expect(bent.distance).toBeGreaterThan(bent.limit)
  })
})
