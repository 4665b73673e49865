/**
 * Fidelity state and fidelity frames give clients outages of the same distribution: two samples for each network and each thing that may happen to
 * it, compared by the test of Kolmogorov and Smirnov. Seeds are fixed; if the two were the same, one of these tests would fail in a thousand.
 */
import { describe, expect, test } from 'vitest'
import { SECOND } from '../../../src/base/time.ts'
import { RngStreams, type Draws } from '../../../src/core/rng.ts'
import { createSim, type Sim } from '../../../src/core/sim.ts'
import { stack, type SimEvent, type SimRequest, type World } from '../../../src/models/stack.ts'
import { worldOf, type Sections } from '../../support/systems.ts'

type Fidelity = 'frames' | 'state'
interface Lan { readonly sections: Sections; readonly maxSeconds: number; readonly meanSeconds: number }

const conf = (min: number, max: number, more = '', prefix = '2001:db8:1::/64', of = ''): string =>
  `interface eth0 { AdvSendAdvert on; MinRtrAdvInterval ${min}; MaxRtrAdvInterval ${max}; ${more} prefix ${prefix} { ${of} }; };`
const partitions = (names: readonly string[]) => ({ systems: { power5: {} }, guests: Object.fromEntries(names.map(name => [name, { on: 'power5', os: 'linux', start: '1s' }])) })
const named = <V>(names: readonly string[], value: V): Record<string, V> => Object.fromEntries(names.map(name => [name, value]))

/** The router of the founding story and three clients; machines beside a bridge that never ask; two routers for one host. */
const LANS = {
  founding: {
    maxSeconds: 600, meanSeconds: 400,
    sections: {
      hypervisor: partitions(['r']), vswitch: { switches: { ETHERNET0: { ports: named(['r', 'h', 'h2', 'h3'], {}) } } },
      ip: { nodes: { r: { profile: 'linux', forwarding: true }, ...named(['h', 'h2', 'h3'], {}) } }, radvd: { daemons: { radvd: { on: 'r', config: conf(200, 600) } } },
    },
  },
  bridged: {
    maxSeconds: 450, meanSeconds: 240,
    sections: {
      hypervisor: partitions(['r']),
      vswitch: { switches: { ETHERNET0: { ports: { r: {}, up: {} } }, lan: { profile: 'linux-bridge', ports: { p: {}, h: {}, h2: {} } } }, cables: [{ from: 'ETHERNET0/up', to: 'lan/p', latency: '1ms' }] },
      ip: { nodes: { r: { profile: 'linux', forwarding: true }, ...named(['h', 'h2'], { profile: 'linux' }) } }, slaac: { hosts: named(['h', 'h2'], { solicitations: 0 }) },
      radvd: { daemons: { radvd: { on: 'r', profile: 'radvd-2.19', startAfter: '5s', config: conf(30, 450, 'AdvDefaultLifetime 1000;', '2001:db8:1::/64', 'AdvPreferredLifetime 500; AdvValidLifetime 1200;') } } },
    },
  },
  two: {
    maxSeconds: 300, meanSeconds: 200,
    sections: {
      hypervisor: partitions(['r', 'q']), vswitch: { switches: { ETHERNET0: { ports: named(['r', 'q', 'h'], {}) } } },
      ip: { nodes: { ...named(['r', 'q'], { profile: 'linux', forwarding: true }), h: {} } }, slaac: { hosts: { h: { solicitations: 0 } } },
      radvd: { daemons: { radvd: { on: 'r', config: conf(100, 300, 'AdvDefaultLifetime 400;') }, other: { on: 'q', profile: 'radvd-2.19', startAfter: '3s', config: conf(100, 300, 'AdvDefaultLifetime 600;') } } },
    },
  },
} as const satisfies Record<string, Lan>

class Course {
  readonly sim: Sim<World, SimRequest>
  /** What clients went without, in seconds, since it was last asked. */
  private readonly without = new Map<string, number>()
  private readonly moments = new RngStreams('moments', {})
  private readonly lan: Lan
  private readonly periods: number

  constructor(lan: Lan, fidelity: Fidelity, draws?: Draws) {
    this.lan = lan
    // Long enough that nobody knows any more when the last advertisement was.
    this.periods = fidelity === 'state' ? 20 * lan.maxSeconds / lan.meanSeconds : 4
    this.sim = createSim({
      models: stack, seed: `fidelity ${fidelity}`, ...(draws && { draws }), world: worldOf({ ...lan.sections, radvd: { ...lan.sections['radvd'] as object, fidelity } }),
      onEntry: ({ event }) => {
        if (event.type === 'service.routerRegained' || event.type === 'service.preferredRegained') this.add(event)
      },
    })
  }
  private add(event: Extract<SimEvent, { type: 'service.routerRegained' | 'service.preferredRegained' }>): void {
    const key = `${event.client} ${event.type === 'service.routerRegained' ? 'router' : 'preferred'}`
    this.without.set(key, (this.without.get(key) ?? 0) + (event.micros + event.ownMicros) / SECOND)
  }
  anyMoment(): void {
    this.run((this.periods + 2 * this.moments.get('moment', 'any').uniform()) * this.lan.meanSeconds)
  }
  run(seconds: number): void {
    this.sim.runUntil(this.sim.now + Math.round(seconds * SECOND))
  }
  ask(request: object): void {
    const no = this.sim.dispatch(request as SimRequest)
    if (no !== undefined) throw new Error(no.text)
  }
  /** So often: it happens at some moment, and has passed when the client has all again. */
  sample(times: number, key: string, happens: (course: Course) => void): number[] {
    return Array.from({ length: times }, () => {
      this.anyMoment()
      this.without.clear()
      happens(this)
      this.run(2.2 * this.lan.maxSeconds)
      return this.without.get(key) ?? 0
    })
  }
}

/** The greatest distance between the shares of both samples that are not above any number. */
function distance(left: readonly number[], right: readonly number[]): number {
  const a = left.toSorted((x, y) => x - y), b = right.toSorted((x, y) => x - y)
  let i = 0, j = 0, most = 0
  while (i < a.length && j < b.length) {
    const at = Math.min(a[i]!, b[j]!)
    while (i < a.length && a[i]! <= at) i++
    while (j < b.length && b[j]! <= at) j++
    most = Math.max(most, Math.abs(i / a.length - j / b.length))
  }
  return most
}
/** Exceeded once in so many, by the limit distribution: sqrt(ln(2 / alpha) / 2) times what the sizes make of it. */
const critical = (n: number, m: number, alpha: number): number => Math.sqrt(Math.log(2 / alpha) / 2 * (n + m) / (n * m))

/** For each of the tests below, so that one of all of them fails in a thousand. */
const ALPHA = 1e-4

const crash = (guest: string, seconds: number) => (course: Course): void => {
  course.ask({ type: 'hypervisor.crash', guest, down: seconds * SECOND })
  course.run(seconds)
}
const cut = (link: string, seconds: number) => (course: Course): void => {
  course.ask({ type: 'net.cut', link })
  course.run(seconds)
  course.ask({ type: 'net.mend', link })
}
const switchedOff = (id: string) => (course: Course): void => {
  course.ask({ type: 'ip.setInterface', interface: id, up: false })
  course.ask({ type: 'ip.setInterface', interface: id, up: true })
}

/** Network, what is booked, what happens, and how often it is tried. */
const CASES: readonly (readonly [string, keyof typeof LANS, string, (course: Course) => void, number])[] = [
  ['a client of a router that crashes silently', 'founding', 'h router', crash('r', 2000), 300],
  ['a client whose link is cut', 'founding', 'h2 router', cut('ETHERNET0/h2.eth0', 1700), 300],
  ['a client behind a bridge when its router crashes: the default router', 'bridged', 'h router', crash('r', 1500), 300],
  ['a client behind a bridge when its router crashes: the preferred address', 'bridged', 'h preferred', crash('r', 700), 300],
  ['the cable between two switches is pulled', 'bridged', 'h2 preferred', course => {
    course.ask({ type: 'net.setLink', link: 'ETHERNET0/up', up: false })
    course.run(600)
    course.ask({ type: 'net.setLink', link: 'ETHERNET0/up', up: true })
  }, 300],
  ['a host that is restarted and does not ask', 'bridged', 'h2 router', switchedOff('h2.eth0'), 300],
  ['a host with two routers is restarted and does not ask', 'two', 'h router', switchedOff('h.eth0'), 300],
  ['one of two routers dies, and the other soon after', 'two', 'h router', course => {
    course.ask({ type: 'hypervisor.crash', guest: 'q', down: 1100 * SECOND })
    course.run(60)
    course.ask({ type: 'hypervisor.crash', guest: 'r', down: 1000 * SECOND })
    course.run(1040)
  }, 300],
]

describe('both fidelities give the same distribution of outages', () => {
  test.each(CASES)('ND-8 %s (%s)', (_, name, key, happens, times) => {
    const frames = new Course(LANS[name], 'frames').sample(times, key, happens), rested = new Course(LANS[name], 'state'), state = rested.sample(times, key, happens)
    expect(rested.sim.snapshot().rng['ra length'], 'rests were long').toBeDefined()
    expect(new Set(frames).size, 'these are outages of many lengths').toBeGreaterThan(times / 3)
    expect(distance(frames, state)).toBeLessThan(critical(times, times, ALPHA))
  })

  test('and a moment drawn anywhere in the longest interval, instead of in the one under way, would be found out', () => {
    const times = 300, longest: Draws = purpose => purpose === 'ra length' ? 1 - 1e-9 : undefined, [frames, wrong] = [new Course(LANS.bridged, 'frames'), new Course(LANS.bridged, 'state', longest)]
      .map(course => course.sample(times, 'h router', crash('r', 1500)))
    expect(distance(frames!, wrong!)).toBeGreaterThan(critical(times, times, ALPHA))
  })
})
