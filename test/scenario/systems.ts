/** Systems that many tests share, as text: two hosts and their mirror, in the words of a scenario file. */

export const TWO_HOSTS = `name: two hosts
until: 12h
system:
  hypervisor:
    systems: { power5: {} }
    guests:
      i5a: { on: power5, os: ibm-i, ipl: 25m }
      i5b: { on: power5, os: ibm-i, ipl: 25m }
      router: { on: power5, os: linux }
  vscsi:
    spaces:
      d1: { host: i5a, to: router, size: 20 GiB, online: auto }
      d2: { host: i5b, to: router, size: 20 GiB, online: auto }
  scsi:
    layout:
      router: { prep: 8 MiB, swap: 2 GiB, root: rest }
  md:
    arrays:
      md1: { on: router, raidDevices: 2, members: [d1/root, d2/root], io: { commitEvery: 5s } }
  service:
    services:
      routing: { needs: [{ guest: router }, { arrayWritable: md1 }] }
timeline:
  - { at: 1h, do: { type: hypervisor.ipl, guest: i5a } }
expect:
  - { service: routing, downAtMost: 0s }
`

/** The text with one piece replaced; a test whose piece is not there is a wrong test. */
export function changed(from: string, to: string, text = TWO_HOSTS): string {
  if (!text.includes(from)) throw new Error(`no ${JSON.stringify(from)} in the scenario`)
  return text.replace(from, to)
}

/** Three hosts, swap and root mirrored, one spare each; the primary's host IPLs, and an admin puts its disk back. */
export const THREE_HOSTS = `name: three hosts
until: 12h
system:
  hypervisor:
    systems: { power5: {} }
    guests:
      i5a: { on: power5, os: ibm-i, ipl: 25m, shutdown: 5m }
      i5b: { on: power5, os: ibm-i, ipl: 25m, shutdown: 5m }
      i5c: { on: power5, os: ibm-i, ipl: 25m, shutdown: 5m }
      router: { on: power5, os: linux }
  vscsi:
    spaces:
      d1: { host: i5a, to: router, size: 20 GiB, online: auto }
      d2: { host: i5b, to: router, size: 20 GiB, online: auto }
      d3: { host: i5c, to: router, size: 20 GiB, online: auto }
  scsi: { layout: { router: { prep: 8 MiB, swap: 2 GiB, root: rest } } }
  md:
    arrays:
      md0: { on: router, raidDevices: 2, members: [d1/swap, d2/swap], spares: [d3/swap] }
      md1: { on: router, raidDevices: 2, members: [d1/root, d2/root], spares: [d3/root], io: { commitEvery: 5s } }
    speed: { rate: 50000 }
  service:
    services:
      routing: { needs: [{ guest: router }, { arrayWritable: md1 }, { rootWritable: router }] }
timeline:
  - { at: 1h, do: { type: hypervisor.ipl, guest: i5a } }
operators:
  - { name: admin, on: router, when: { type: hypervisor.guestUp, guest: i5a }, after: 10m }
`

/** Both halves at once: the second host crashes while the spare is being filled, and nobody comes to boot the router. */
export const OUTAGE = changed('operators:\n  - { name: admin, on: router, when: { type: hypervisor.guestUp, guest: i5a }, after: 10m }\n', '  - { at: 1h4m, do: { type: hypervisor.crash, guest: i5b } }\n', THREE_HOSTS)

/** A client that configures itself, the router that advertises to it, and a machine outside, on a switch and a cable. */
export const LAN = `name: a client
until: 2h
system:
  hypervisor:
    systems: { power5: {} }
    guests:
      c: { on: power5, os: ibm-i, ipl: 10m, shutdown: 1m }
      r: { on: power5, os: linux }
  net: { links: { ioa0: { ends: [r.eth1, outside.eth0], latency: 1ms } } }
  vswitch: { switches: { ETHERNET0: { ports: { r: {}, c: {} } } } }
  ip:
    nodes:
      c: {}
      r: { profile: linux, forwarding: true, interfaces: { eth0: { addresses: ["fec0:1::1/64"] }, eth1: { addresses: ["fec0:2::1/64"] } } }
      outside: { interfaces: { eth0: { addresses: ["fec0:2::2/64"] } }, routes: [{ to: "::/0", via: "fec0:2::1", interface: outside.eth0 }] }
  radvd:
    daemons:
      ra: { on: r, profile: radvd-2.19, config: "interface eth0 { AdvSendAdvert on; MaxRtrAdvInterval 10; prefix fec0:1::/64 { AdvValidLifetime 120; AdvPreferredLifetime 60; }; };" }
  service:
    services:
      net: { needs: [{ preferredAddress: c }, { defaultRouter: c }, { reaches: { from: c, to: outside, every: 30s } }] }
timeline:
  - { at: 30m, do: { type: radvd.signal, daemon: ra, signal: KILL } }
  - { at: 40m, do: { type: radvd.start, daemon: ra } }
  - { at: 1h, do: { type: hypervisor.ipl, guest: c } }
`
