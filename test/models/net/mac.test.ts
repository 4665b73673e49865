/** MAC addresses as platforms give them to adapters. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseMac } from '../../../src/base/ipv6.ts'
import { mac as macInConfig } from '../../../src/models/net/config.ts'
import { hmcMac, isAdapterMac, isGroupMac, kvmMac, MAC_BITS, macOfName, macsOfNames, powervmMac, vmwareMac, xenMac } from '../../../src/models/net/mac.ts'
import { property } from '../../support/property.ts'

const bits = fc.integer({ min: 0, max: 2 ** MAC_BITS - 1 })
const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, n) => from + n)
const octets = (mac: string): number[] => [...parseMac(mac)!]

describe('generators', () => {
  test('VE-28 PowerVM: any 48 bits, then the locally administered bit is set and the group bit clear', () => {
    expect(powervmMac(0)).toBe('02:00:00:00:00:00')
    expect(powervmMac(2 ** 48 - 1)).toBe('fe:ff:ff:ff:ff:ff')
    property(fc.property(bits, value => {
      const mac = octets(powervmMac(value)), number = mac.reduce((sum, octet) => sum * 256 + octet, 0)
      expect(mac[0]! & 3).toBe(2)
      // All other bits are those drawn.
      expect(number % 2 ** 40).toBe(value % 2 ** 40)
      expect((mac[0]! ^ Math.floor(value / 2 ** 40)) & ~3).toBe(0)
    }))
  })
  test('VE-28 the adapters of the recorded listing all could come from it', () => {
    for (const mac of ['02:22:48:42:cb:34', '22:39:7c:1b:88:0a', '36:31:00:ed:37:5b']) expect(powervmMac(parseInt(mac.replaceAll(':', ''), 16))).toBe(mac)
    for (const first of ['02', '1a', '3e', '52', 'ce', '22', '36', 'b2', 'ea', '36', '46']) expect(parseInt(first, 16) & 3).toBe(2)
  })
  test('VE-28 a console prints twelve upper-case hexadecimal digits', () => {
    expect(hmcMac('02:22:48:42:cb:34')).toBe('02224842CB34')
  })
  test('VE-28 addresses from names are unique among those asked for and those taken, and always the same', () => {
    property(fc.property(fc.uniqueArray(fc.string(), { maxLength: 30 }), names => {
      const taken = names.slice(0, 5).map(macOfName), macs = [...macsOfNames(names, taken).values()]
      expect(new Set([...macs, ...taken]).size).toBe(macs.length + new Set(taken).size)
      for (const mac of macs) expect(octets(mac)[0]! & 3).toBe(2)
    }))
    expect(macOfName('router.eth0')).toBe(macOfName('router.eth0'))
    const thousand = range(0, 5000).map(n => macOfName(`client${n}.eth0`))
    expect(new Set(thousand).size).toBe(5000)
    expect(macsOfNames(['a', 'b']).get('a')).toBe(macOfName('a'))
  })
  test('VE-70 Xen: 00:16:3e and 23 free bits, so that 3,400 guests clash in about one segment of two', () => {
    property(fc.property(bits, value => {
      const [a, b, c, d] = octets(xenMac(value))
      expect([a, b, c]).toEqual([0, 0x16, 0x3e])
      expect(d).toBeLessThan(0x80)
    }))
    expect(xenMac(2 ** 23 - 1)).toBe('00:16:3e:7f:ff:ff')
    expect(xenMac(2 ** 23)).toBe(xenMac(0))
    const noClash = range(0, 3400).reduce((chance, n) => chance * (1 - n / 2 ** 23), 1)
    expect(noClash).toBeGreaterThan(0.45)
    expect(noClash).toBeLessThan(0.55)
  })
  test('VE-71 KVM has 52:54:00; VMware 00:0c:29 by the host, 00:50:56:00 to 3f by hand and 80 to bf by vCenter', () => {
    property(fc.property(bits, value => {
      expect(kvmMac(value)).toMatch(/^52:54:00:/)
      expect(vmwareMac(value, 'host')).toMatch(/^00:0c:29:/)
      expect(vmwareMac(value, 'manual')).toMatch(/^00:50:56:[0-3]/)
      expect(vmwareMac(value, 'vcenter')).toMatch(/^00:50:56:[89ab]/)
    }))
    expect(kvmMac(2 ** 24 + 5)).toBe('52:54:00:00:00:05')
  })
  test('VE-72 no generator gives a group address or all zeros, and a section with one is refused', () => {
    property(fc.property(bits, value => {
      for (const mac of [powervmMac(value), xenMac(value), kvmMac(value), vmwareMac(value, 'host'), vmwareMac(value, 'manual'), vmwareMac(value, 'vcenter')]) {
        expect(isAdapterMac(mac)).toBe(true)
        expect(isGroupMac(mac)).toBe(false)
      }
    }))
    for (const bad of ['00:00:00:00:00:00', '01:00:00:00:00:01', '33:33:00:00:00:01', 'ff:ff:ff:ff:ff:ff']) {
      expect(isAdapterMac(bad)).toBe(false)
      expect(macInConfig.safeParse(bad).success).toBe(false)
    }
    expect(macInConfig.parse('02-22-48-42-CB-34')).toBe('02:22:48:42:cb:34')
  })
  test('VE-72 the group bit is the lowest of the first octet', () => {
    for (const n of range(0, 256)) expect(isGroupMac(`${n.toString(16).padStart(2, '0')}:00:00:00:00:01`)).toBe((n & 1) === 1)
  })
})
