/** Shared Ethernet adapters: bridging, who is active, what clients see of a failover, and the loop when the control channel is lost. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SECOND } from '../../../src/base/time.ts'
import { readKeepAlive, keepAliveOf } from '../../../src/models/sea/frames.ts'
import { seaSection } from '../../../src/models/sea/config.ts'
import { property } from '../../support/property.ts'
import { BROADCAST, MACS, Pair, TARGET } from './pair.ts'

const CONTROL = 'ETHERNET0/vios1.ent3'

describe('the bridge', () => {
  test('VE-40 frames pass in both directions with their addresses, once', () => {
    const pair = new Pair()
    expect(pair.phases()).toEqual(['primary', 'backup'])
    for (const [from, to] of [['a', 'x'], ['x', 'a']] as const) {
      const { heard, frames } = pair.send(from, to)
      expect(heard).toEqual({ [to]: 1 })
      expect(frames[0]).toMatchObject({ source: MACS[from], destination: MACS[to], tags: [] })
    }
    expect(pair.send('x', BROADCAST).heard).toEqual({ a: 1, b: 1 })
    expect(pair.send('a', BROADCAST).heard).toEqual({ b: 1, x: 1 })
  })
  test('VE-40 tags are kept: an additional VLAN is tagged outside, and what is tagged outside comes to that VLAN', () => {
    const pair = new Pair(), { frames } = pair.send('c', BROADCAST)
    expect(frames.map(({ tags }) => tags.map(({ vlan }) => vlan))).toEqual([[10]])
    const back = pair.send('x', BROADCAST, { tags: [{ vlan: 10, priority: 5, dropEligible: false }] })
    expect(back.heard).toEqual({ c: 1 })
    expect(pair.send('x', BROADCAST, { tags: [{ vlan: 11, priority: 0, dropEligible: false }] }).heard).toEqual({})
    // Where another trunk has the VLAN, it goes there.
    const shared = new Pair({ shared: true })
    expect([shared.send('x', BROADCAST, { tags: [{ vlan: 10, priority: 0, dropEligible: false }] }).heard, shared.send('x', BROADCAST).heard]).toEqual([{ c: 1 }, { a: 1, b: 1 }])
  })
  test('VE-43 keep-alives stay on the control channel: nothing of it is bridged', () => {
    const pair = new Pair().run(10 * SECOND), seen = new Set(pair.events.filter(({ type }) => type === 'net.arrived')
      .filter(({ frame }) => frame.payload.etherType === 0x88b5).flatMap(({ ports }) => ports as string[]))
    expect([...seen].sort()).toEqual(['ETHERNET0/vios1.ent3', 'ETHERNET0/vios2.ent3', 'vios1.ent3', 'vios2.ent3'])
  })
  test('a keep-alive says what it was told', () => {
    property(fc.property(fc.record({ priority: fc.integer({ min: 1, max: 15 }), able: fc.boolean(), sharing: fc.boolean(), active: fc.array(fc.boolean(), { minLength: 1, maxLength: 16 }) }), said => {
      expect(readKeepAlive(keepAliveOf(MACS['a']!, said))).toEqual(said)
    }))
  })
})

describe('modes', () => {
  test('VE-41 auto: one is active for all trunks, the other bridges nothing; the lower priority, whoever has it', () => {
    const pair = new Pair({ shared: true })
    expect(pair.phases()).toEqual(['primary', 'backup'])
    for (const from of ['a', 'c', 'x']) pair.send(from, BROADCAST)
    const senders = pair.since(0, 'net.transmit').flatMap(({ ports }) => ports as string[])
    expect(senders.filter(port => ['vios2.ent0', 'vios2.ent1', 'vios2.ent2'].includes(port))).toEqual([])
    expect(pair.sea('sea2')).toMatchObject({ bridged: 0 })
    expect(pair.sea('sea1').bridged).toBeGreaterThanOrEqual(3)
    const other = new Pair({ shared: true, priorities: [2, 1] })
    expect(other.phases()).toEqual(['backup', 'primary'])
    expect(other.sea('sea2').active).toEqual([true, true])
    expect(other.reaches('a', 'x')).toBe(true)
  })
  test('VE-41 sharing: the trunks are divided, and all fall to one while the other is away', () => {
    const pair = new Pair({ shared: true, both: { mode: 'sharing' } }), active = () => [pair.sea('sea1').active, pair.sea('sea2').active]
    expect(active()).toEqual([[true, false], [false, true]])
    expect(pair.phases()).toEqual(['sharing', 'sharing'])
    const both = () => [pair.reaches('a', 'x'), Object.keys(pair.send('c', BROADCAST).heard)]
    expect(both()).toEqual([true, ['x']])
    pair.do('net.setLink', { link: 'outside/p1', up: false })
    pair.run(SECOND)
    expect(active()).toEqual([[false, false], [true, true]])
    expect(both()).toEqual([true, ['x']])
    pair.do('net.setLink', { link: 'outside/p1', up: true })
    pair.run(SECOND)
    expect(active()).toEqual([[true, false], [false, true]])
  })
  test('VE-41 sharing with a peer in mode auto: one is active for all', () => {
    expect(new Pair({ shared: true, one: { mode: 'sharing' } }).sea('sea1').active).toEqual([true, true])
  })
  test('VE-41 standby gives up the active role and does not take it, even alone; auto takes part again', () => {
    const pair = new Pair()
    pair.do('sea.setMode', { sea: 'sea1', mode: 'standby' })
    expect(pair.phases()).toEqual(['standby', 'primary'])
    pair.do('hypervisor.crash', { guest: 'vios2' })
    pair.run(5 * SECOND)
    expect(pair.phases()).toEqual(['standby', 'down'])
    pair.do('sea.setMode', { sea: 'sea1', mode: 'auto' })
    expect(pair.phases()).toEqual(['primary', 'down'])
  })
  test('VE-41 disabled: bridges whenever its partition is up, and hears nobody', () => {
    const pair = new Pair({ one: { mode: 'disabled' }, two: { mode: 'standby' } })
    pair.do('net.setLink', { link: 'outside/p1', up: false })
    pair.run(5 * SECOND)
    expect(pair.phases()).toEqual(['primary', 'standby'])
  })
  test('VE-41 what cannot be set is refused', () => {
    const pair = new Pair()
    expect(pair.do('sea.setMode', { sea: 'sea1', mode: 'sharing' })).toBe('sea: sea1 has one trunk, and sharing needs two or more')
    expect(pair.do('sea.setMode', { sea: 'sea9', mode: 'auto' })).toBe('sea: there is no shared Ethernet adapter sea9')
    pair.do('hypervisor.hang', { guest: 'vios1' })
    expect(pair.do('sea.setMode', { sea: 'sea1', mode: 'standby' })).toBe('sea: vios1 does not answer')
  })
  test('VE-25 more than sixteen trunks, none, or one of them twice are refused', () => {
    const section = (trunks: string[], more = {}) => seaSection.safeParse({ adapters: { s: { on: 'v', trunks, physical: 'ent0', ...more } } })
    const words = (trunks: string[], more = {}) => section(trunks, more).error?.issues.map(({ message }) => message) ?? []
    const many = Array.from({ length: 17 }, (_, n) => `e${n}`)
    expect(words(many.slice(1))).toEqual([])
    expect(words(many)).toEqual(['expected at most 16 trunk adapters: one primary and 15 more'])
    expect(words([])).toEqual(['expected at least one trunk adapter'])
    expect(words(['e1', 'ent0'])).toEqual(['expected each adapter once, and ent0 is there twice'])
    expect(words(['e1'], { mode: 'auto' })).toEqual(['expected a control channel (control) with this mode'])
    expect(words(['e1'], { mode: 'sharing', control: 'e2' })).toEqual(['expected two trunks or more with mode sharing'])
  })
})

describe('failover', () => {
  const changes = (pair: Pair, index: number, sea: string) => pair.since(index, 'sea.stateChanged').filter(event => event['sea'] === sea)

  test('VE-42 missed keep-alives: a dead partition, and one that hangs, are replaced within the time of the missed ones and one more', () => {
    for (const end of ['hypervisor.crash', 'hypervisor.hang']) for (const [keepAlive, missed] of [[0.5, 3], [2, 2]] as const) {
      const pair = new Pair({ both: { keepAlive: `${keepAlive * 1000}ms`, missed } }).run(200_000), index = pair.events.length, began = pair.sim.now
      pair.do(end, { guest: 'vios1' })
      pair.run(20 * SECOND)
      const [change] = changes(pair, index, 'sea2')
      expect(change).toMatchObject({ from: 'backup', to: 'primary', because: 'keep-alives missed', trunks: ['vios2.ent1'] })
      expect(change!.at - began).toBeGreaterThan((missed - 1) * keepAlive * SECOND)
      expect(change!.at - began).toBeLessThanOrEqual((missed + 1) * keepAlive * SECOND)
      expect(pair.reaches('a', 'x')).toBe(true)
    }
  })
  test('VE-42 a lost link is reported: the peer takes over at once, and gives the role back when the link is back', () => {
    const pair = new Pair(), index = pair.events.length
    pair.do('net.setLink', { link: 'outside/p1', up: false })
    expect(pair.phases()).toEqual(['limbo', 'primary'])
    expect(changes(pair, index, 'sea1')[0]).toMatchObject({ because: 'link lost', at: pair.sim.now, trunks: [] })
    expect(pair.reaches('a', 'x')).toBe(true)
    pair.do('net.setLink', { link: 'outside/p1', up: true })
    expect(pair.phases()).toEqual(['primary', 'backup'])
  })
  test('VE-42 somebody sets it standby', () => {
    const pair = new Pair(), index = pair.events.length
    pair.do('sea.setMode', { sea: 'sea1', mode: 'standby' })
    expect(changes(pair, index, 'sea1')[0]).toMatchObject({ from: 'primary', to: 'standby', because: 'set by hand' })
    expect(pair.reaches('x', 'a')).toBe(true)
  })
  test('VE-42 a target that no longer answers, though the link is there', () => {
    const pair = new Pair({ both: { target: TARGET } }).run(5 * SECOND), index = pair.events.length
    expect(pair.phases()).toEqual(['primary', 'backup'])
    pair.do('net.cut', { link: 'outside/p1' })
    pair.run(5 * SECOND)
    expect(pair.phases()).toEqual(['limbo', 'primary'])
    expect(changes(pair, index, 'sea1')[0]).toMatchObject({ because: 'target silent' })
    expect(pair.reaches('a', 'x')).toBe(true)
    pair.do('net.mend', { link: 'outside/p1' })
    pair.run(5 * SECOND)
    expect(pair.phases()).toEqual(['primary', 'backup'])
    const without = new Pair()
    without.do('net.cut', { link: 'outside/p1' })
    expect(without.run(20 * SECOND).phases(), 'without a target nobody notices').toEqual(['primary', 'backup'])
  })
  test('VE-43 without the control channel both are active, and a broadcast goes round until the switches stop it', () => {
    const pair = new Pair()
    expect(pair.since(0, 'vswitch.loopFound')).toEqual([])
    pair.do('net.cut', { link: CONTROL })
    pair.run(5 * SECOND)
    expect(pair.phases()).toEqual(['primary', 'primary'])
    const index = pair.events.length
    pair.send('x', BROADCAST)
    expect(pair.since(index, 'vswitch.loopFound').length).toBeGreaterThan(0)
    expect(pair.since(index, 'vswitch.dropped').map(({ reason }) => reason as string)).toContain('frame budget')
    pair.do('net.mend', { link: CONTROL })
    pair.run(SECOND)
    expect(pair.phases(), 'they hear each other again, and one gives way').toEqual(['primary', 'backup'])
    const after = pair.events.length
    expect(pair.send('x', BROADCAST).heard).toEqual({ a: 1, b: 1 })
    expect(pair.since(after, 'vswitch.loopFound')).toEqual([])
  })
  test('VE-44 the side of higher priority takes the role back when it returns; from its start until its link is there it is in limbo', () => {
    const pair = new Pair({ both: { linkDelay: '20s' } })
    expect(pair.do('hypervisor.crash', { guest: 'vios1', restart: true })).toBeUndefined()
    pair.run(10 * SECOND)
    expect(pair.phases()).toEqual(['down', 'primary'])
    pair.run(65 * SECOND)
    expect(pair.phases()).toEqual(['limbo', 'primary'])
    pair.run(20 * SECOND)
    expect(pair.phases()).toEqual(['primary', 'backup'])
    expect(pair.reaches('a', 'x')).toBe(true)
  })
  test('VE-44 without fail-back who is active stays so', () => {
    const pair = new Pair({ both: { failBack: false } })
    pair.do('net.setLink', { link: 'outside/p1', up: false })
    pair.do('net.setLink', { link: 'outside/p1', up: true })
    expect(pair.run(10 * SECOND).phases()).toEqual(['backup', 'primary'])
    pair.do('net.setLink', { link: 'outside/p2', up: false })
    expect(pair.phases()).toEqual(['primary', 'limbo'])
  })
  test('VE-45 the new active side announces its clients, so that the switch outside learns where they are', () => {
    for (const announce of [true, false]) {
      const pair = new Pair({ both: { announce } })
      for (const station of ['a', 'x']) pair.send(station, BROADCAST)
      const index = pair.events.length
      pair.do('sea.setMode', { sea: 'sea1', mode: 'standby' })
      const announced = pair.since(index, 'net.transmit').filter(({ frame }) => frame.payload.etherType === 0x8035 && frame.destination === BROADCAST)
      const seen = announced.filter(({ ports }) => (ports as string[])[0] === 'vios2.ent0').map(({ frame }) => `${frame.source as string} ${String(frame.tags[0]?.vlan ?? '')}`)
      expect(seen).toEqual(announce ? [`${MACS['a']!} `, `${MACS['b']!} `, `${MACS['c']!} 10`] : [])
      expect(pair.reaches('x', 'a'), 'to a, which has been silent since').toBe(announce)
      if (announce) continue
      pair.send('a', BROADCAST)
      expect(pair.reaches('x', 'a'), 'a has spoken').toBe(true)
      const forgetting = new Pair({ both: { announce } })
      forgetting.send('a', BROADCAST)
      forgetting.do('sea.setMode', { sea: 'sea1', mode: 'standby' })
      expect([299, 2].map(seconds => forgetting.run(seconds * SECOND).reaches('x', 'a')), 'until the ageing time').toEqual([false, true])
    }
  })
  test('VE-46 DD-22 clients see the detection, and the delay of a spanning tree where the outer port has one', () => {
    const outage = (spanningTree: string) => {
      const pair = new Pair({ both: { spanningTree } }).run(40 * SECOND), began = pair.sim.now
      pair.do('hypervisor.crash', { guest: 'vios1' })
      while (!pair.reaches('a', 'x') && pair.sim.now - began < 100 * SECOND) pair.run(50_000)
      return (pair.sim.now - began) / SECOND
    }
    const plain = outage('0s')
    expect(plain).toBeGreaterThan(1)
    expect(plain).toBeLessThan(2.1)
    const slow = outage('30s')
    expect(Math.abs(slow - plain - 30)).toBeLessThan(0.2)
  })
  test('VE-47 clients of one switch reach each other without any adapter in VEB mode, and do not in VEPA mode', () => {
    for (const mode of ['veb', 'vepa'] as const) {
      const pair = new Pair({ mode })
      for (const guest of ['vios1', 'vios2']) pair.do('hypervisor.crash', { guest })
      pair.run(5 * SECOND)
      expect(pair.phases()).toEqual(['down', 'down'])
      expect([mode, pair.reaches('a', 'b'), pair.reaches('a', 'x')]).toEqual([mode, mode === 'veb', false])
    }
  })
})

describe('as long as the control channel works', () => {
  const guest = fc.constantFrom('vios1', 'vios2'), sea = fc.constantFrom('sea1', 'sea2'), link = fc.constantFrom('outside/p1', 'outside/p2')
  const step = fc.oneof(
    fc.tuple(fc.constant('hypervisor.crash'), fc.record({ guest, restart: fc.constant(true) })),
    fc.tuple(fc.constant('net.setLink'), fc.record({ link, up: fc.boolean() })),
    fc.tuple(fc.constant('sea.setMode'), fc.record({ sea, mode: fc.constantFrom('auto', 'sharing', 'standby') })))
  test('VE-41 no trunk is ever bridged twice, and in the end every trunk is bridged that can be', () => {
    property(fc.property(fc.array(fc.tuple(step, fc.integer({ min: 0, max: 90 * SECOND })), { maxLength: 12 }), fc.boolean(), (steps, failBack) => {
      let events = 0
      const pair = new Pair({ shared: true, both: { failBack } }, ({ sim }) => {
        const { sea1, sea2 } = sim.world.sea.adapters
        for (const n of [0, 1]) if (sea1.active[n] && sea2.active[n]) throw new Error(`both bridge trunk ${n} at ${sim.now}`)
        const broken = ++events % 20 === 0 ? sim.check() : []
        if (broken.length > 0) throw new Error(broken.join())
      })
      for (const [[type, fields], wait] of steps) {
        pair.do(type, fields)
        pair.run(wait)
      }
      pair.run(120 * SECOND)
      const able = ['sea1', 'sea2'].filter(name => pair.sea(name).phase !== 'down' && pair.sea(name).mode !== 'standby' && pair.sim.world.net.ports[pair.sea(name).physical].carrier)
      for (const n of [0, 1]) expect(['sea1', 'sea2'].filter(name => pair.sea(name).active[n]).length).toBe(able.length > 0 ? 1 : 0)
    }), { numRuns: 25 })
  })
})
