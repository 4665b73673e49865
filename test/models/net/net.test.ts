/** The wire: where a copy of a frame goes, when, and why it does not. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SECOND } from '../../../src/base/time.ts'
import { canonical } from '../../../src/core/trace.ts'
import { decodeFrame, encodeFrame, type Frame } from '../../../src/wire/frame.ts'
import { toHex } from '../../../src/wire/bytes.ts'
import { property } from '../../support/property.ts'
import { BROADCAST, frameTo, link, port, Wire } from './wire.ts'

const GROUP = '33:33:00:00:00:01', OTHER_GROUP = '33:33:ff:00:00:01'
const macs = ['02:00:00:00:00:01', '02:00:00:00:00:02', '02:00:00:00:00:03'] as const

/** Ports p0, p1 … in pairs, each pair a cable; the last may stand alone. Two may have the same address, some take everything. */
interface Cable { latency: number; loss: 0 | 1; bandwidth: boolean }
interface Plan { ports: { mac: string | null; promiscuous: boolean }[]; cables: Cable[]; steps: Step[] }
type Step =
  | { kind: 'send'; from: number[]; to: string } | { kind: 'port'; at: number; up: boolean } | { kind: 'link'; at: number; up: boolean }
  | { kind: 'cut'; at: number; towards: 0 | 1 | null } | { kind: 'mend'; at: number } | { kind: 'loss'; at: number; loss: 0 | 1 }
  | { kind: 'group'; at: number; join: boolean; group: string } | { kind: 'wait'; micros: number }

const plans = (): fc.Arbitrary<Plan> => fc.integer({ min: 1, max: 4 }).chain(pairs => {
  const at = fc.nat({ max: pairs - 1 }), all = fc.nat({ max: 2 * pairs })
  const send = fc.record({ kind: fc.constant('send' as const), from: fc.uniqueArray(all, { minLength: 1 }), to: fc.constantFrom(...macs, GROUP, OTHER_GROUP, BROADCAST) })
  const step: fc.Arbitrary<Step> = fc.oneof({ weight: 4, arbitrary: send }, { weight: 4, arbitrary: send },
    fc.record({ kind: fc.constant('port' as const), at: all, up: fc.boolean() }), fc.record({ kind: fc.constant('link' as const), at, up: fc.boolean() }),
    fc.record({ kind: fc.constant('cut' as const), at, towards: fc.constantFrom(0 as const, 1 as const, null) }), fc.record({ kind: fc.constant('mend' as const), at }),
    fc.record({ kind: fc.constant('loss' as const), at, loss: fc.constantFrom(0 as const, 1 as const) }),
    fc.record({ kind: fc.constant('group' as const), at: all, join: fc.boolean(), group: fc.constantFrom(GROUP, OTHER_GROUP) }),
    fc.record({ kind: fc.constant('wait' as const), micros: fc.nat({ max: 300 }) }))
  return fc.record({
    ports: fc.array(fc.record({ mac: fc.constantFrom(null, ...macs), promiscuous: fc.boolean() }), { minLength: 2 * pairs + 1, maxLength: 2 * pairs + 1 }),
    cables: fc.array(fc.record({ latency: fc.constantFrom(0, 0, 100), loss: fc.constantFrom(0 as const, 0 as const, 1 as const), bandwidth: fc.boolean() }), { minLength: pairs, maxLength: pairs }),
    steps: fc.array(step, { maxLength: 40 }),
  })
})
const sectionOf = ({ ports, cables }: Plan) => ({
  ports: Object.fromEntries(ports.map(({ mac, promiscuous }, n) => [`p${n}`, { ...(mac !== null && { mac }), promiscuous }])),
  links: Object.fromEntries(cables.map(({ latency, loss, bandwidth }, n) => [`l${n}`, { ends: [`p${2 * n}`, `p${2 * n + 1}`], latency: `${latency / 1000}ms`, loss, ...(bandwidth && { bandwidth: '8 Mbit/s' }) }])),
})

/** What a network of such cables does, told over again without its code: loss is never or always, so everything is determined. */
class Shadow {
  plan: Plan; up: boolean[]; linkUp: boolean[]; cut: [boolean, boolean][]; loss: number[]; joined: Map<string, number>[]
  constructor(plan: Plan) {
    this.plan = plan
    this.up = plan.ports.map(() => true); this.linkUp = plan.cables.map(() => true); this.cut = plan.cables.map(() => [false, false])
    this.loss = plan.cables.map(({ loss }) => loss); this.joined = plan.ports.map(() => new Map())
  }
  carrier(n: number): boolean {
    const cable = n >> 1
    return cable < this.plan.cables.length && this.linkUp[cable]! && this.up[2 * cable]! && this.up[2 * cable + 1]!
  }
  /** The fate of a copy that leaves port n. */
  fate(n: number, to: string): string {
    const cable = n >> 1, far = n ^ 1, { cables, ports } = this.plan
    if (!this.up[n]) return 'port down'
    if (cable >= cables.length) return 'no link'
    if (!this.carrier(n)) return 'link down'
    if (this.cut[cable]![far & 1]) return 'cut'
    const { mac, promiscuous } = ports[far]!
    const meant = mac === null || promiscuous || mac === to || to === BROADCAST || (this.joined[far]!.get(to) ?? 0) > 0
    if (!meant) return 'not for this adapter'
    if (this.loss[cable] === 1) return 'lost'
    return cables[cable]!.latency > 0 || cables[cable]!.bandwidth ? 'under way' : 'delivered'
  }
}

describe('every copy has one fate', () => {
  test('frames are conserved on random cables: each copy is delivered, dropped for the right reason or under way', () => {
    property(fc.property(plans(), plan => {
      const wire = new Wire(sectionOf(plan)), shadow = new Shadow(plan), fates: Record<string, number> = {}
      for (const step of plan.steps) {
        const before = wire.entries.length
        switch (step.kind) {
          case 'send': {
            const expected = step.from.map(n => shadow.fate(n, step.to))
            for (const fate of expected) fates[fate] = (fates[fate] ?? 0) + 1
            const heard = wire.send(frameTo(step.to), ...step.from.map(n => `p${n}`)), delivered = step.from.filter((_, n) => expected[n] === 'delivered')
            expect(heard).toEqual(delivered.map(n => `p${n ^ 1}`))
            expect(wire.entries.slice(before).filter(({ event }) => event.type === 'net.arrived').length, 'one event for all copies').toBeLessThanOrEqual(1)
            const told = wire.drops(before).flatMap(line => line.replace(/^\D+ (?=p)/, '').split(', ')).sort()
            expect(told).toEqual(step.from.filter((_, n) => !['delivered', 'under way', 'not for this adapter'].includes(expected[n]!)).map(n => `p${n}`).sort())
            break
          }
          case 'port': shadow.up[step.at] = step.up; wire.do({ type: 'net.setPort', port: port(`p${step.at}`), up: step.up }); break
          case 'link': shadow.linkUp[step.at] = step.up; wire.do({ type: 'net.setLink', link: link(`l${step.at}`), up: step.up }); break
          case 'cut': {
            for (const end of [0, 1] as const) if (step.towards === null || step.towards === end) shadow.cut[step.at]![end] = true
            wire.do({ type: 'net.cut', link: link(`l${step.at}`), ...(step.towards !== null && { towards: port(`p${2 * step.at + step.towards}`) }) })
            break
          }
          case 'mend': shadow.cut[step.at] = [false, false]; wire.do({ type: 'net.mend', link: link(`l${step.at}`) }); break
          case 'loss': shadow.loss[step.at] = step.loss; wire.do({ type: 'net.setLoss', link: link(`l${step.at}`), loss: step.loss }); break
          case 'group': {
            const reasons = shadow.joined[step.at]!
            reasons.set(step.group, Math.max(0, (reasons.get(step.group) ?? 0) + (step.join ? 1 : -1)))
            wire.do({ type: step.join ? 'net.join' : 'net.leave', port: port(`p${step.at}`), group: step.group })
            break
          }
          case 'wait': wire.run(step.micros)
        }
        expect(wire.sim.check()).toEqual([])
        plan.ports.forEach((_, n) => expect(wire.net.ports[port(`p${n}`)]!.carrier, `carrier of p${n}`).toBe(shadow.carrier(n)))
      }
      wire.run(SECOND)
      const { sent, delivered, dropped, underWay } = wire.net
      expect(underWay, 'in the end nothing is under way').toBe(0)
      expect(sent).toBe(Object.values(fates).reduce((sum, count) => sum + count, 0))
      // What was under way may have found the link down when it landed, never anything else.
      expect(delivered + dropped['link down']).toBe((fates['delivered'] ?? 0) + (fates['under way'] ?? 0) + (fates['link down'] ?? 0))
      for (const reason of ['port down', 'no link', 'cut', 'lost', 'not for this adapter'] as const) expect([reason, dropped[reason]]).toEqual([reason, fates[reason] ?? 0])
    }), { numRuns: 300 })
  })
  test('nothing reaches its sender, a port that is down, or an adapter with another address', () => {
    property(fc.property(plans(), plan => {
      const wire = new Wire(sectionOf(plan)), up = new Set(plan.ports.map((_, n) => `p${n}`))
      for (const step of plan.steps) {
        if (step.kind === 'port') {
          if (step.up) up.add(`p${step.at}`)
          else up.delete(`p${step.at}`)
          wire.do({ type: 'net.setPort', port: port(`p${step.at}`), up: step.up })
        } else if (step.kind === 'send') {
          for (const n of step.from) for (const to of wire.send(frameTo(step.to), `p${n}`)) {
            expect(to).not.toBe(`p${n}`)
            expect(up.has(to)).toBe(true)
            const { mac, promiscuous } = plan.ports[Number(to.slice(1))]!
            if (mac !== null && !promiscuous && !step.to.startsWith('33:') && step.to !== BROADCAST) expect(mac).toBe(step.to)
          }
        } else if (step.kind === 'wait') {
          const before = wire.entries.length
          wire.run(step.micros)
          for (const to of wire.heard(before)) expect(up.has(to)).toBe(true)
        }
      }
    }), { numRuns: 100 })
  })
  test('two adapters may have the same address, as those of cloned partitions: both let it pass', () => {
    const wire = new Wire({
      ports: { s: {}, t: {}, a: { mac: macs[0] }, b: { mac: macs[0] } }, links: { sa: { ends: ['s', 'a'] }, tb: { ends: ['t', 'b'] } },
    })
    expect(wire.send(frameTo(macs[0]), 's', 't')).toEqual(['a', 'b'])
  })
})

describe('links', () => {
  const pair = (cable: object = {}) => new Wire({ ports: { a: {}, b: {} }, links: { l: { ends: ['a', 'b'], ...cable } } })
  const times = (wire: Wire) => wire.entries.flatMap(({ at, event }) => event.type === 'net.arrived' ? [at] : [])

  test('a cut in one direction loses what goes that way, and nobody is told', () => {
    const wire = pair()
    wire.do({ type: 'net.cut', link: link('l'), towards: port('b') })
    expect(wire.send(frameTo(BROADCAST), 'a')).toEqual([])
    expect(wire.send(frameTo(BROADCAST), 'b')).toEqual(['a'])
    expect(wire.entries.map(({ event }) => event.type)).not.toContain('net.carrierChanged')
    wire.do({ type: 'net.mend', link: link('l') })
    expect(wire.send(frameTo(BROADCAST), 'a')).toEqual(['b'])
  })
  test('both ends see a pulled cable and an adapter that is switched off, once', () => {
    const wire = pair(), seen = () => wire.entries.flatMap(({ event }) => event.type === 'net.carrierChanged' ? [`${event.port} ${event.up}`] : [])
    wire.do({ type: 'net.setLink', link: link('l'), up: false })
    wire.do({ type: 'net.setPort', port: port('a'), up: false })
    wire.do({ type: 'net.setLink', link: link('l'), up: true })
    expect(seen()).toEqual(['a false', 'b false'])
    wire.do({ type: 'net.setPort', port: port('a'), up: true })
    expect(seen()).toEqual(['a false', 'b false', 'a true', 'b true'])
  })
  test('frames wait for a link that is busy, each direction for itself; the time is that of their octets', () => {
    // 1000 octets at 1 Mbit/s are 8 ms.
    const wire = pair({ bandwidth: '1 Mbit/s', latency: '3ms' }), frame = frameTo(BROADCAST, 986)
    expect(encodeFrame(frame).length).toBe(1000)
    wire.send(frame, 'a')
    wire.send(frame, 'a')
    wire.send(frame, 'b')
    wire.run(SECOND)
    expect(times(wire)).toEqual([11_000, 11_000, 19_000])
    wire.send(frame, 'a')
    wire.run(SECOND)
    expect(times(wire).at(-1)).toBe(SECOND + 11_000)
  })
  test('what has left still arrives when the link is cut behind it, and not when the far adapter is off by then', () => {
    const wire = pair({ latency: '3ms' })
    wire.send(frameTo(BROADCAST), 'a')
    wire.do({ type: 'net.cut', link: link('l') })
    wire.run(5000)
    expect(wire.heard()).toEqual(['b'])
    wire.do({ type: 'net.mend', link: link('l') })
    wire.send(frameTo(BROADCAST), 'a')
    wire.do({ type: 'net.setPort', port: port('b'), up: false })
    wire.run(5000)
    expect(wire.heard()).toEqual(['b'])
    expect(wire.drops()).toEqual(['link down b'])
  })
  test('a group is left when the last of its reasons is gone', () => {
    const wire = new Wire({ ports: { a: {}, b: { mac: macs[0] } }, links: { l: { ends: ['a', 'b'] } } })
    const hears = () => wire.send(frameTo(GROUP), 'a').length
    const act = (type: 'net.join' | 'net.leave') => wire.do({ type, port: port('b'), group: GROUP })
    expect(hears()).toBe(0)
    act('net.join')
    act('net.join')
    act('net.leave')
    expect([hears(), wire.net.groups[GROUP]]).toEqual([1, ['b']])
    act('net.leave')
    expect([hears(), wire.net.groups]).toEqual([0, {}])
  })
  test('a lossy link loses about as many as it says', () => {
    const wire = pair({ loss: 0.25 })
    for (let n = 0; n < 2000; n++) wire.send(frameTo(BROADCAST), 'a')
    // Six standard deviations around the mean.
    expect(Math.abs(wire.net.dropped.lost - 500)).toBeLessThan(6 * Math.sqrt(2000 * 0.25 * 0.75))
  })
  test('another link, lossy or not, changes nothing about the others', () => {
    property(fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'x', 'y'), fc.constantFrom(BROADCAST, macs[0])), { maxLength: 40 }), fc.integer({ min: 0, max: 1000 }), fc.boolean(), (sends, seed, lossy) => {
      const own = { ports: { a: {}, b: {} }, links: { l: { ends: ['a', 'b'], loss: 0.5, latency: '1ms' } } }
      const alone = new Wire(own, seed)
      const beside = new Wire({ ports: { x: {}, y: { mac: macs[0] }, ...own.ports }, links: { m: { ends: ['x', 'y'], loss: lossy ? 0.5 : 0 }, ...own.links } }, seed)
      for (const [from, to] of sends) {
        if ('ab'.includes(from)) alone.send(frameTo(to), from)
        beside.send(frameTo(to), from)
        alone.run(300)
        beside.run(300)
      }
      const about = (wire: Wire) => wire.entries.filter(({ event }) => 'ports' in event && event.ports.every(each => 'ab'.includes(each))).map(({ at, event }) => canonical({ at, event }))
      expect(about(beside)).toEqual(about(alone))
    }), { numRuns: 60 })
  })
})

describe('frames from bytes', () => {
  test('whatever bytes are injected, the same bytes arrive, malformed as they may be', () => {
    const head = fc.uint8Array({ minLength: 12, maxLength: 12 })
    const rest = fc.oneof(fc.uint8Array({ minLength: 2, maxLength: 120 }), fc.uint8Array({ maxLength: 100 }).map(bytes => Uint8Array.of(0x86, 0xdd, 0x60, 0, 0, 0, 0, bytes.length, 58, 255, ...bytes)))
    property(fc.property(head, rest, (addresses, payload) => {
      const hex = toHex(Uint8Array.of(...addresses, ...payload)), wire = new Wire({ ports: { a: {}, b: { promiscuous: true } }, links: { l: { ends: ['a', 'b'] } } })
      expect(wire.do({ type: 'net.inject', port: port('a'), hex })).toBeUndefined()
      const [arrived] = wire.entries.flatMap(({ event }) => event.type === 'net.arrived' ? [event.frame] : [])
      expect(toHex(encodeFrame(arrived!))).toBe(hex)
      expect(wire.net.ports[port('b')]).toMatchObject({ receivedFrames: 1, receivedOctets: hex.length / 2 })
    }), { numRuns: 200 })
  })
  test('what cannot be done is refused in words', () => {
    const wire = new Wire({ ports: { a: {}, b: {} }, links: { l: { ends: ['a', 'b'] } } })
    expect(wire.do({ type: 'net.inject', port: port('a'), hex: '00'.repeat(13) })).toBe('net: a frame has at least 14 octets, this one has 13')
    expect(wire.do({ type: 'net.setPort', port: port('c'), up: true })).toBe('net: there is no port c')
    expect(wire.do({ type: 'net.setLink', link: link('k'), up: true })).toBe('net: there is no link k')
    expect(wire.do({ type: 'net.cut', link: link('l'), towards: port('c') })).toBe('net: l has no end c, only a and b')
  })
})

describe('captured ports', () => {
  test('see what their adapters do not let pass, after the latency; nothing else changes, not even what is drawn', () => {
    property(fc.property(plans(), fc.integer({ min: 0, max: 1000 }), (plan, seed) => {
      const section = sectionOf(plan), links = Object.fromEntries(Object.entries(section.links).map(([name, cable]) => [name, { ...cable, loss: cable.loss / 2 }]))
      const runs = [{}, { capture: 'all' }].map(more => {
        const wire = new Wire({ ...section, links, ...more }, seed)
        for (const step of plan.steps) {
          if (step.kind === 'send') wire.send(frameTo(step.to), ...step.from.map(n => `p${n}`))
          else if (step.kind === 'wait') wire.run(step.micros)
        }
        return wire.run(SECOND)
      }) as [Wire, Wire]
      const [plain, captured] = runs.map(wire => wire.entries.filter(({ event }) => event.type !== 'net.overheard').map(({ at, event }) => canonical({ at, event })))
      expect(captured).toEqual(plain)
      const overheard = runs.map(wire => wire.entries.flatMap(({ event }) => event.type === 'net.overheard' ? [...event.ports] : []).length)
      expect(overheard).toEqual([0, runs[0].net.dropped['not for this adapter']])
    }), { numRuns: 60 })
  })
})

test('a frame from its own encoding is itself', () => {
  const frame: Frame = frameTo(macs[1])
  expect(decodeFrame(encodeFrame(frame))).toEqual(frame)
})
