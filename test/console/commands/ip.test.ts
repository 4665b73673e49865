/** ip, radvd and its unit on the router of the founding story: what they show of the network models, what they change there, and what they refuse. */
import { describe, expect, test } from 'vitest'
import { simulate } from '../../../src/scenario/run.ts'
import type { ScenarioInput } from '../../../src/scenario/schema.ts'
import { transcriptOf } from '../../../src/scenario/transcript.ts'

const HOSTS = ['i5a', 'i5b', 'i5c'] as const
const NETWORK = {
  net: { links: { ioa0: { ends: ['router.eth1', 'outside.eth0'], latency: '1ms' } } },
  vswitch: { switches: { ETHERNET0: { mode: 'veb', ports: { router: {}, i5a: {}, i5b: {}, i5c: {} } } } },
  ip: {
    nodes: {
      router: { profile: 'linux', forwarding: true, interfaces: { eth0: { mac: '02:00:00:00:00:01', addresses: ['fec0:301:0:1234::1/64'] }, eth1: { mac: '02:00:00:00:00:02', addresses: ['fec0:301:0:1::1/64'] } } },
      i5a: {}, i5b: {}, i5c: {},
      outside: { interfaces: { eth0: { addresses: ['fec0:301:0:1::2/64'] } } },
    },
  },
  radvd: { daemons: { radvd: { on: 'router', profile: 'radvd-2.19' } } },
}
/** What a script of the router prints at 1h, standard output and error apart, and the trace. */
function router(text: string, network: object = NETWORK) {
  const run = simulate({
    until: '1h30m',
    system: {
      hypervisor: { systems: { p5: {} }, guests: { ...Object.fromEntries(HOSTS.map(host => [host, { on: 'p5', os: 'ibm-i', ipl: '20m' }])), router: { on: 'p5', os: 'linux' } } },
      vscsi: { spaces: Object.fromEntries(HOSTS.map((host, i) => [`d${i + 1}`, { host, to: 'router', size: '2 GiB', online: 'auto' }])) },
      scsi: { layout: { router: { prep: '8 MiB', root: 'rest' } } },
      md: { arrays: { md1: { on: 'router', raidDevices: 2, members: ['d1/root', 'd2/root'], spares: ['d3/root'] } } },
      ...network,
    } as never,
    operators: [{ name: 'admin', on: 'router', when: { at: '1h' }, run: { file: 'x.sh', text } }] as never,
  } as ScenarioInput, { seed: 1, check: true })
  expect(run.broken).toEqual([])
  const of = (kind: string): string => transcriptOf(run.trace).filter(each => each.kind === kind).map(each => each.text).join('')
  return { run, out: of('stdout'), err: of('stderr') }
}

describe('ip shows', () => {
  test('addresses by interface, wider scopes first, as iproute2 writes them', () => {
    expect(router('ip -6 addr show dev eth0; ip -6 -o address; ip -br -6 a s eth1').out).toBe(
      '2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc pfifo_fast state UP group default qlen 1000\n' +
      '    inet6 fec0:301:0:1234::1/64 scope site \n       valid_lft forever preferred_lft forever\n    inet6 fe80::ff:fe00:1/64 scope link \n       valid_lft forever preferred_lft forever\n' +
      '1: lo    inet6 ::1/128 scope host \\       valid_lft forever preferred_lft forever\n' +
      '2: eth0    inet6 fec0:301:0:1234::1/64 scope site \\       valid_lft forever preferred_lft forever\n2: eth0    inet6 fe80::ff:fe00:1/64 scope link \\       valid_lft forever preferred_lft forever\n' +
      '3: eth1    inet6 fec0:301:0:1::1/64 scope site \\       valid_lft forever preferred_lft forever\n3: eth1    inet6 fe80::ff:fe00:2/64 scope link \\       valid_lft forever preferred_lft forever\n' +
      'eth1             UP             fec0:301:0:1::1/64 fe80::ff:fe00:2/64 \n')
  })
  test('routes in the order of the kernel, links with their state', () => {
    expect(router('ip -6 route add default via fec0:301:0:1::2 dev eth1; ip -6 route; ip -6 route show default; ip link set eth0 down; ip link show eth0').out).toBe(
      'fe80::/64 dev eth0 proto kernel metric 256 pref medium\nfe80::/64 dev eth1 proto kernel metric 256 pref medium\n' +
      'fec0:301:0:1::/64 dev eth1 proto kernel metric 256 pref medium\nfec0:301:0:1234::/64 dev eth0 proto kernel metric 256 pref medium\ndefault via fec0:301:0:1::2 dev eth1 metric 1024 pref medium\n' +
      'default via fec0:301:0:1::2 dev eth1 metric 1024 pref medium\n' +
      '2: eth0: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN mode DEFAULT group default qlen 1000\n    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n')
  })
})

test('/proc and /sys know the interfaces', () => {
  const { out, err } = router('cat /proc/net/if_inet6; ls /sys/class/net; cat /sys/class/net/eth1/{address,operstate,mtu}; ip link set eth0 down; cat /sys/class/net/eth0/operstate')
  expect(err).toBe('')
  expect(out).toBe(
    '00000000000000000000000000000001 01 80 10 80       lo\nfec00301000012340000000000000001 02 40 40 80     eth0\nfe80000000000000000000fffe000001 02 40 20 80     eth0\n' +
    'fec00301000000010000000000000001 03 40 40 80     eth1\nfe80000000000000000000fffe000002 03 40 20 80     eth1\neth0\neth1\nlo\n02:00:00:00:00:02\nup\n1500\ndown\n')
})

describe('ip changes', () => {
  test('an address is tentative at first, then there, and gone when it is deleted', () => {
    const { out, err } = router('ip -6 addr add 2001:db8::5/64 dev eth0; ip -o -6 addr show dev eth0 scope global; sleep 3; ip -o -6 addr show dev eth0 scope global; ip -6 addr del 2001:db8::5/64 dev eth0; ip -o -6 addr show dev eth0 scope global')
    expect(err).toBe('')
    expect(out.replace(/\\.*/g, '').split('\n')).toEqual(['2: eth0    inet6 2001:db8::5/64 scope global tentative ', '2: eth0    inet6 2001:db8::5/64 scope global ', ''])
  })
  test.each([
    ['ip -6 addr add fec0:301:0:1234::1/64 dev eth0', 'RTNETLINK answers: File exists\n', 2], ['ip -6 addr del 2001:db8::9/64 dev eth0', 'RTNETLINK answers: Cannot assign requested address\n', 2],
    ['ip -6 addr add 2001:db8::1/64', 'Not enough information: "dev" argument is required.\n', 255], ['ip -6 addr show dev eth7', 'Device "eth7" does not exist.\n', 1], ['ip link set eth7 up', 'Cannot find device "eth7"\n', 1],
    ['ip -6 route add foo dev eth0', 'Error: inet6 prefix is expected rather than "foo".\n', 1], ['ip -6 route del 2001:db8:7::/48', 'RTNETLINK answers: No such process\n', 2], ['ip foo', 'Object "foo" is unknown, try "ip help".\n', 1],
    ['ip -4 addr', 'ip: hotspare: ip option -4 is not modelled\n', 255], ['ip route', 'ip: hotspare: ip route of IPv4 (without -6) is not modelled\n', 255], ['ip link set eth0 mtu 1400', 'ip: hotspare: ip link set eth0 mtu 1400 is not modelled\n', 255],
    ['ping6 -c 1 ::1', 'ping6: hotspare: ping6 is not modelled\n', 2], ['smartctl -a /dev/sda', 'smartctl: hotspare: smartctl is not modelled\n', 2],
  ])('%s fails in the words of the tool', (line, words, status) => {
    const { out, err } = router(`${line}; echo $?`)
    expect([err, out]).toEqual([words, `${status}\n`])
  })
  test('a world without network models has no ip', () => {
    const { out, err } = router('ip -6 addr; echo $?', {})
    expect([err, out]).toEqual(['ip: hotspare: ip without a network of this partition in the scenario is not modelled\n', '255\n'])
  })
})

describe('radvd', () => {
  test('is stopped and started through its unit, and says goodbye in between', () => {
    const { run, out, err } = router('systemctl is-active radvd; systemctl stop radvd; systemctl is-active radvd; systemctl start radvd; systemctl is-active radvd; radvd; echo $?')
    expect(err).toBe('radvd already running, terminating.\n')
    expect(out).toBe('active\ninactive\nactive\n1\n')
    expect(run.trace.some(({ event }) => event.type === 'radvd.advertised' && event.occasion === 'final')).toBe(true)
  })
  test('reads the file it is given, or refuses it as it stands', () => {
    const { out, err } = router(`systemctl stop radvd
printf 'interface eth0 { AdvSendAdvert on; prefix 2001:db8:5::/64 { }; };\\n' > /tmp/good; echo 'interface eth0 {' > /tmp/bad
radvd -C /tmp/bad; echo $?; radvd -c -C /tmp/good; radvd -C /tmp/good; echo $?`)
    expect(out).toBe('1\n0\n')
    expect(err).toMatch(/failed to read config file\n.*\/tmp\/good, syntax ok\n$/)
  })
  test('a new prefix in its file reaches the hosts', () => {
    const { run } = router("systemctl stop radvd\nprintf 'interface eth0 { AdvSendAdvert on; prefix 2001:db8:5::/64 { }; };\\n' > /etc/radvd.conf; systemctl start radvd; sleep 60")
    expect(run.trace.some(({ event }) => event.type === 'slaac.prefixAdded' && event.interface === 'i5a.eth0' && event.prefix === '2001:db8:5::/64')).toBe(true)
  })
})
