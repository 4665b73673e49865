/** Bad input: every issue at once, with file, line and column, what was found, what was expected, and what was probably meant. */
import { describe, expect, test } from 'vitest'
import { loadScenario } from '../../src/scenario/load.ts'
import { formatIssue } from '../../src/scenario/issue.ts'
import { changed, TWO_HOSTS } from './systems.ts'

const issues = (text: string) => loadScenario(text, 'x.yaml').issues.map(formatIssue)

test('a good scenario has no issues', () => {
  const { scenario, issues } = loadScenario(TWO_HOSTS, 'x.yaml')
  expect(issues).toEqual([])
  expect(scenario?.until).toBe(12 * 3600e6)
  expect(scenario?.timeline).toEqual([{ at: 3600e6, request: { type: 'hypervisor.ipl', guest: 'i5a' } }])
})

describe('one mistake, one issue', () => {
  const cases: readonly (readonly [what: string, from: string, to: string, ...issues: string[]])[] = [
    ['a misspelt section', '  scsi:', '  scsy:',
      'x.yaml:14:3: unknown key "scsy" in system, expected hypervisor, net, scsi, vscsi, md, boot, vswitch, sea, ip, slaac, radvd, component, service, terminal or repair; did you mean "scsi"?'],
    ['a misspelt key', 'needs:', 'neds:', 'x.yaml:22:18: unknown key "neds" in system.service.services.routing, expected needs or stallTolerance; did you mean "needs"?'],
    ['a word that is not among those it may be', 'os: ibm-i', 'os: ibmi', 'x.yaml:7:30: found "ibmi", expected ibm-i, linux or vios; did you mean "ibm-i"?'],
    ['a key that is missing', 'until: 12h\n', '', 'x.yaml:1:1: the key "until" is missing, expected a duration such as 90s, 2h30m or 1d'],
    ['a number without a unit', '12h', '12', 'x.yaml:2:8: found 12, expected a duration such as 90s, 2h30m or 1d; did you mean "12s"?'],
    ['words that are no duration', '12h', 'soon', 'x.yaml:2:8: found "soon", expected a duration such as 90s, 2h30m or 1d'],
    ['nothing where something belongs', '12h', '', 'x.yaml:2:8: found nothing, expected a duration such as 90s, 2h30m or 1d'],
    ['a decimal size', '20 GiB', '20 GB', 'x.yaml:12:42: found "20 GB", expected a size such as 20 GiB or 128 MiB; did you mean "20 GiB"?'],
    ['a number where a word in quotes belongs', 'raidDevices: 2', 'raidDevices: 2, metadata: 1.2',
      'x.yaml:19:52: found 1.2, expected "0.90", "1.0", "1.1" or "1.2", in quotes'],
    ['a key twice', 'd2: { host', 'd1: { host', 'x.yaml:13:7: found the key "d1" a second time, expected each key once', 'x.yaml:19:61: found the disk "d2", expected d1; did you mean "d1"?'],
    ['a list where a mapping belongs', 'systems: { power5: {} }', 'systems: [power5]', 'x.yaml:5:14: found a list, expected a mapping'],
    ['an unknown type of request', 'hypervisor.ipl', 'hypervisor.ipll',
      'x.yaml:24:27: found "hypervisor.ipll", expected hypervisor.ipl, hypervisor.hang, hypervisor.crash, hypervisor.delete, hypervisor.resume, hypervisor.suspend, hypervisor.migrate, hypervisor.setRmc or 13 more; did you mean "hypervisor.ipl"?'],
    ['the right request of the wrong model', 'hypervisor.ipl', 'boot.ipl',
      'x.yaml:24:27: found "boot.ipl", expected boot.copyPrep, boot.updateKernel or boot.setBootOrder; did you mean "hypervisor.ipl"?'],
    ['an unknown field of a request', 'guest: i5a }', 'gest: i5a }', 'x.yaml:24:43: unknown key "gest" in timeline[0].do, expected type, guest, down or takes; did you mean "guest"?'],
    ['an unknown subject of an expectation', '{ service: routing,', '{ sevice: routing,',
      'x.yaml:26:7: unknown key "sevice" in expect[0], expected service, downAtMost, downAtLeast, downBetween, outages, longestAtMost, up, at or note; did you mean "service"?'],
    ['an expectation that is none', '{ service: routing, downAtMost: 0s }', 'nothing breaks',
      'x.yaml:26:5: found "nothing breaks", expected an expectation about a service, an array, a disk, a guest, an nwsd, a client, whom a node reaches, dataIntact, or what is refused, happens or never'],
    ['a fact that does not exist', '{ service: routing, downAtMost: 0s }', '{ never: { type: service.wentDwn } }',
      'x.yaml:26:22: found "service.wentDwn", expected an event such as service.wentDown, service.pingDue, service.cameUp, service.stallEnded, service.stallBegan, service.routerLost, service.patienceEnded, service.addressLost or 6 more; did you mean "service.wentDown"?'],
    ['a field that a fact does not have', '{ service: routing, downAtMost: 0s }', '{ never: { type: md.memberFailed, aray: md1 } }',
      'x.yaml:26:39: unknown field "aray" of md.memberFailed, expected array, device, disk or member; did you mean "array"?'],
    ['a distribution that does not exist', 'ipl: 25m }', 'ipl: { expo: 25m } }',
      'x.yaml:7:42: found a mapping, expected a duration such as 10m, or one of exponential, uniform, lognormal, weibull, gamma, trace, mixture, after'],
    ['flags without quotes', '{ service: routing, downAtMost: 0s }', '{ array: md1, flags: [U_] }', 'x.yaml:26:26: found a list, expected the flags that mdstat shows, in quotes: "[U_]"'],
    ['a disk where a partition of it belongs', '[d1/root,', '[d1,', 'x.yaml:19:52: found "d1", expected missing or disk/partition such as d1/root'],
    ['hours of a response that are none', 'expect:', 'operators:\n  - { on: router, after: { byHour: [{ hours: Mon-Fri 8-18, after: 10m }], otherwise: 1h } }\nexpect:',
      'x.yaml:26:46: found "Mon-Fri 8-18", expected hours such as "Mon-Fri 08:00-18:00", several apart by a comma'],
    ['a response by the hour without the other hours', 'expect:', 'operators:\n  - { on: router, after: { byHour: [{ hours: Mon-Fri 08:00-18:00, after: 10m }], otherwize: 1h } }\nexpect:',
      'x.yaml:26:82: unknown key "otherwize" in operators[0].after, expected byHour or otherwise; did you mean "otherwise"?'],
    ['a day that is none', 'expect:', 'faults:\n  weekly: { ipl: [i5a], on: Sunday 2am }\nexpect:', 'x.yaml:26:29: found "Sunday 2am", expected a day and a time such as "Sun 02:00", "Mon-Fri 22:00", "first Sun 02:00" or "daily 02:00"'],
    ['one of several triggers', 'expect:', 'operators:\n  - { on: router, when: [{ at: 3h }, { at: soon }] }\nexpect:', 'x.yaml:26:44: found "soon", expected a duration such as 90s, 2h30m or 1d'],
    ['a step that operators do not know', 'expect:', 'operators:\n  - { on: router, do: [fail, remve] }\nexpect:',
      'x.yaml:26:30: found "remve", expected fail, remove, removeDevice, waitForHost, scan, add, watch or restart; did you mean "remove"?'],
    ['a slip of a step that operators do not know', 'expect:', 'operators:\n  - { on: router, slips: { skip: { fial: 0.1 } } }\nexpect:',
      'x.yaml:26:36: unknown key "fial" in operators[0].slips.skip, expected fail, remove, removeDevice, waitForHost, scan, add, watch or restart; did you mean "fail"?'],
    ['a colon in a text', 'name: two hosts', 'name: hosts: two', 'x.yaml:1:7: found a colon in a text without quotes, expected the text in quotes'],
    ['no YAML', 'until: 12h', 'until: [12h', 'x.yaml:3:1: found text that is not YAML: flow sequence in block collection must be sufficiently indented and end with a ]'],
    ['a tab', '  hypervisor:', '\thypervisor:', 'x.yaml:4:1: found a tab, expected spaces as indentation'],
  ]
  for (const [what, from, to, ...expected] of cases) test(what, () => expect(issues(changed(from, to))).toEqual(expected))
})

describe('sections that do not fit each other', () => {
  const cases: readonly (readonly [what: string, from: string, to: string, ...issues: string[]])[] = [
    ['an unknown managed system', 'on: power5, os: linux', 'on: power6, os: linux', 'x.yaml:9:21: found the managed system "power6", expected power5; did you mean "power5"?'],
    ['an unknown host', 'host: i5a', 'host: i5x', 'x.yaml:12:19: found the guest "i5x", expected i5a, i5b or router; did you mean "i5a"?'],
    ['an unknown guest in a request', 'guest: i5a }', 'guest: i5x }', 'x.yaml:24:50: found the guest "i5x", expected i5a, i5b or router; did you mean "i5a"?'],
    ['an unknown disk', 'd2/root', 'd3/root', 'x.yaml:19:61: found the disk "d3", expected d1 or d2; did you mean "d1"?'],
    ['an unknown partition', 'd2/root', 'd2/rot', 'x.yaml:19:61: found the partition "rot", expected prep, swap or root; did you mean "root"?'],
    ['a partition twice', 'd2/root', 'd1/root', 'x.yaml:19:61: found "d1/root" a second time, expected each partition once'],
    ['an unknown array in a need', 'arrayWritable: md1', 'arrayWritable: md7', 'x.yaml:22:62: found the array "md7", expected md1; did you mean "md1"?'],
    ['an unknown service', 'service: routing,', 'service: rooting,', 'x.yaml:26:16: found the service "rooting", expected routing; did you mean "routing"?'],
    ['VS-26 a host on another managed system than its client', 'systems: { power5: {} }\n    guests:\n      i5a: { on: power5', 'systems: { power5: {}, blade: {} }\n    guests:\n      i5a: { on: blade',
      'x.yaml:12:19: found the host "i5a" on the managed system "blade", expected one on "power5", as its client router: virtual SCSI does not leave a managed system'],
    ['a member smaller than its array, in the words of mdadm', 'd2: { host: i5b, to: router, size: 20 GiB', 'd2: { host: i5b, to: router, size: 19 GiB',
      'x.yaml:19:61: found "d2/root" of 17817600 KiB in an array of 18866176 KiB: mdadm would say "d2/root not large enough to join array"; name the smallest partition first, or give the array a size'],
    ['RAID levels other than 1', 'raidDevices: 2', 'raidDevices: 2, level: 5', 'x.yaml:19:49: found 5, expected level 1: other RAID levels are not modelled'],
    ['more members than raid devices', 'raidDevices: 2', 'raidDevices: 1', 'x.yaml:19:51: found 2 members for 1 raid devices, expected one for each, the word missing for a place that is empty; more disks are spares'],
    ['a step after the end', 'at: 1h', 'at: 13h', 'x.yaml:24:11: found 13h, expected a time before the end of the run, 12h'],
    ['a look after the end', 'downAtMost: 0s', 'up: true, at: 1d', 'x.yaml:26:39: found 1d, expected a time before the end of the run, 12h'],
    ['the most before the least', 'downAtMost: 0s', 'downBetween: [2h, 1h]', 'x.yaml:26:38: found 2h and 1h, expected the least first, then the most'],
    ['VS-23 power control over one client on two NWSDs', '  scsi:', `    nwsds:
      a: { host: i5a, to: router, powerControl: true }
      b: { host: i5b, to: router, powerControl: true }
  scsi:`, 'x.yaml:16:49: found power control over router a second time, expected it on one NWSD at most, and a has it; better none, with several hosts'],
    ['an operator for a guest that is not there', 'expect:', 'operators:\n  - { on: rooter, when: { type: hypervisor.guestUp, guest: i5c } }\nexpect:',
      'x.yaml:26:11: found the guest "rooter", expected i5a, i5b or router; did you mean "router"?',
      'x.yaml:26:60: found the guest "i5c", expected i5a, i5b or router; did you mean "i5a"?'],
    ['a fault of what is not there', 'expect:', 'faults:\n  storms: { crash: [i5a, i5d], upFor: 100h }\nexpect:', 'x.yaml:26:26: found the guest "i5d", expected i5a, i5b or router; did you mean "i5a"?'],
    ['a feed of what is not there', '  scsi:', '  component: { ups: { feeds: [power6] } }\n  scsi:',
      'x.yaml:14:31: found the guest, managed system or component "power6", expected i5a, i5b, router, power5 or ups; did you mean "power5"?'],
    ['components that feed each other', '  scsi:', '  component: { ups: { feeds: [pdu] }, pdu: { feeds: [i5a, ups] } }\n  scsi:',
      'x.yaml:14:31: found "pdu", which feeds ups, expected a component not to feed itself, in whatever way',
      'x.yaml:14:59: found "ups", which feeds pdu, expected a component not to feed itself, in whatever way'],
    ['a feed that may be two things', '  scsi:', '  component: { ups: { feeds: [i5a] }, i5a: {} }\n  scsi:',
      'x.yaml:14:31: found "i5a", which is the guest and the component of that name, expected the name of one thing'],
    ['a need of a component that is not there', '{ arrayWritable: md1 }', '{ component: sun }, { arrayWritable: md1 }', 'x.yaml:22:58: found the component "sun", but there is none of these'],
    ['a crew and a part that are not there', 'expect:', 'faults:\n  boards: { crash: [i5a], upFor: 100h, lasts: 1h, crew: feild, part: bord }\nexpect:', 'x.yaml:26:57: found the crew "feild", but there is none of these',
      'x.yaml:26:70: found the spare part "bord", but there is none of these'],
  ]
  for (const [what, from, to, ...expected] of cases) test(what, () => expect(issues(changed(from, to))).toEqual(expected))
})

test('all issues of a file are reported at once, in its order', () => {
  const text = changed('ibm-i, ipl: 25m }', 'ibm-i, ipl: 25 }', changed('d2/root', 'd9/root', changed('at: 1h', 'at: later', changed('name:', 'nam:'))))
  expect(issues(text).map(issue => issue.split(':').slice(0, 3).join(':'))).toEqual(['x.yaml:1:1', 'x.yaml:7:42', 'x.yaml:19:61', 'x.yaml:24:11'])
})

test('an alias stands for what it repeats, and what is wrong with it is reported where it stands', () => {
  const text = changed('i5b: { on: power5, os: ibm-i, ipl: 25m }', 'i5b: *host', changed('i5a: {', 'i5a: &host {'))
  expect(issues(text)).toEqual([])
  expect(issues(text.replace('ipl: 25m', 'ipl: 25'))[0]).toBe('x.yaml:7:48: found 25, expected a duration such as 10m, or one of exponential, uniform, lognormal, weibull, gamma, trace, mixture, after; did you mean "25s"?')
})

test('JSON is a scenario file too', () => {
  expect(issues('{"until": "1h", "system": {}}')).toEqual([])
})
