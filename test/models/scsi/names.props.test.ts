import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Session } from '../md/session.ts'
import { property } from '../../support/property.ts'

const hosts = 4
const step = fc.record({ host: fc.integer({ min: 1, max: hosts }), what: fc.constantFrom('drop', 'scan', 'down', 'up', 'hold', 'free') })

test('VS-10 whatever is removed, lost, held and scanned in whatever order, two live disks never share a name', () => {
  property(fc.property(fc.array(step, { maxLength: 30 }), steps => {
    const s = new Session(hosts)
    s.mirror('ab', { name: 'md0', partition: 2 })
    for (const { host, what } of steps) {
      const name = s.names()[`d${host}`]
      if (what === 'drop') s.type(`echo "scsi remove-single-device ${host - 1} 0 0 0" > /proc/scsi/scsi`)
      if (what === 'scan') s.type(`echo "- - -" > /sys/class/scsi_host/host${host - 1}/scan`)
      if (what === 'down') s.hostDown(host, false)
      if (what === 'up') s.hostUp(host)
      if (what === 'hold' && name !== undefined) s.type(`mdadm /dev/md0 -a /dev/${name}2`)
      if (what === 'free') s.type('mdadm /dev/md0 --remove detached')
      const names = Object.values(s.names())
      expect(new Set(names).size).toBe(names.length)
      expect(s.sim.check()).toEqual([])
    }
  }), { numRuns: 40 })
})

test('VS-10 VS-93 the seed\'s order gives the old name back whenever no earlier letter is free', () => {
  property(fc.property(fc.integer({ min: 2, max: 6 }), fc.nat(), (count, pick) => {
    const host = 1 + pick % count, s = new Session(count), name = s.names()[`d${host}`]!
    s.mirror('abcdef'.slice(0, count))
    s.hostDown(host, false)
    s.write()
    s.hostUp(host)
    s.recover(host, name, [['md1', 3]])
    expect(s.names()[`d${host}`]).toBe(name)
  }), { numRuns: 20 })
})
