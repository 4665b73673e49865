/** What is said of networks that cannot be: where, what was found, what was expected. */
import { expect, test } from 'vitest'
import { loadScenario } from '../../src/scenario/load.ts'
import { formatIssue } from '../../src/scenario/issue.ts'

const issuesOf = (system: string, timeline = '[]') => loadScenario(`until: 1h\nsystem:\n${system}\ntimeline: ${timeline}\n`, 'x.yaml').issues.map(formatIssue)
const PORTS = '  net: { ports: { a.eth0: {}, b.eth0: {}, c.eth0: {} }, links: { l: { ends: [a.eth0, %s] } } }'
const net = (end: string) => PORTS.replace('%s', end)

test('cables need two ports that exist, each with one cable', () => {
  expect(issuesOf(net('b.eth0'))).toEqual([])
  expect(issuesOf(net('b.eth1'))).toEqual(['x.yaml:3:86: found the port "b.eth1", expected a.eth0, b.eth0 or c.eth0; did you mean "b.eth0"?'])
  expect(issuesOf(net('a.eth0'))).toEqual(['x.yaml:3:86: found the port "a.eth0" at both ends, expected two different ports'])
  expect(issuesOf(`${net('b.eth0')}\n  vswitch: { switches: { ETHERNET0: { ports: { c: {}, a: {} } } } }`))
    .toEqual(['x.yaml:4:55: found the port "a.eth0" with a second cable, expected one, and it leads to b.eth0'])
})
test('ports of switches and cables between them lead to something', () => {
  const vswitch = (ports: string, cables: string) => issuesOf(`${net('b.eth0')}\n  vswitch: { switches: { ETHERNET0: { ports: ${ports} } }, cables: ${cables} }`)
  expect(vswitch('{ c: {} }', '[]')).toEqual([])
  expect(vswitch('{ d: {} }', '[]')).toEqual([expect.stringMatching(/^x\.yaml:4:48: found the port "d\.eth0", expected .*; did you mean "a\.eth0"\?$/)])
  expect(vswitch('{}', '[{ from: ETHERNET0/uplink, to: vios.ent0 }]')).toEqual([expect.stringMatching(/^x\.yaml:4:93: found the port "vios\.ent0", expected /)])
  expect(vswitch('{}', '[{ from: ETHERNET0/uplink, to: c.eth0 }]')).toEqual([])
})
test('requests name ports and links that exist', () => {
  const asked = (request: string) => issuesOf(net('b.eth0'), `[{ at: 1m, do: ${request} }]`)
  expect(asked('{ type: net.setLink, link: l, up: false }')).toEqual([])
  expect(asked('{ type: net.cut, link: k }')).toEqual(['x.yaml:4:49: found the link "k", expected l; did you mean "l"?'])
  expect(asked('[{ type: net.cut, link: l, towards: b.eth1 }]')).toEqual([expect.stringContaining('found the port "b.eth1", expected a.eth0 or b.eth0; did you mean "b.eth0"?')])
  expect(asked('{ type: net.setPort, port: d.eth0, up: true }')).toEqual([expect.stringContaining('found the port "d.eth0"')])
})
test('of ports and interfaces the one with a letter changed is meant before one of the same name elsewhere', () => {
  expect(issuesOf(`${net('a.eth1')}\n  vswitch: { switches: { SW: { ports: { a: {} } } } }`)[0]).toMatch(/did you mean "a\.eth0"\?$/)
  expect(issuesOf(`${PORTS.replace('%s', 'bb.eth0').replace('links: { l', 'links: { m: { ends: [a.eth0, c.eth0] }, l')}`).join()).toContain('did you mean "b.eth0"?')
})
test('a section that is wrong in itself is reported alone: what seems to be missing may stand there', () => {
  expect(issuesOf(`${net('d.eth0')}\n  ip: { nodes: { d: { profil: rfc } } }`)).toEqual([expect.stringContaining('unknown key "profil"')])
  expect(issuesOf(`${net('d.eth0')}\n  ip: { nodes: { d: { profile: rfc } } }`)).toEqual([])
})
