/** What `hotspare init` writes: a scenario that runs as it is, with the places to change marked by comments. */

export const template = (schema: string): string => `# yaml-language-server: $schema=${schema}
name: My hosts
story: One line that says what happens here, and why anyone should care.
until: 2d                        # how long to simulate: 90s, 2h30m, 1d

system:
  hypervisor:
    systems: { power5: {} }      # managed systems
    guests:                      # partitions: hosts of disks, and the client that mirrors over them
      # ipl: what a planned IPL of yours really takes; left out, a planning default is used, and the verdict says so
      hosta: { on: power5, os: ibm-i, ipl: 25m }
      hostb: { on: power5, os: ibm-i, ipl: { lognormal: [25m, 0.3] } }   # or drawn anew each time
      hostc: { on: power5, os: ibm-i, ipl: 25m, abnormalIpl: 1h }        # after a crash it takes longer
      client: { on: power5, os: linux }
  vscsi:
    spaces:                      # storage spaces; the client sees them as sda, sdb, sdc, in this order
      # online: auto is ONLINE(*YES); left out it is *NO, and after an IPL somebody must vary on
      diska: { host: hosta, to: client, size: 20 GiB, online: auto }
      diskb: { host: hostb, to: client, size: 20 GiB, online: auto }
      diskc: { host: hostc, to: client, size: 20 GiB, online: auto }
  scsi:
    layout:                      # partitions 1, 2, 3 of every disk of the client
      client: { prep: 8 MiB, swap: 2 GiB, root: rest }
  md:
    arrays:
      # io: an idle array does not notice a dead disk; a file system that commits every 5 s does
      md0: { on: client, raidDevices: 2, members: [diska/swap, diskb/swap], spares: [diskc/swap], io: idle }
      md1: { on: client, raidDevices: 2, members: [diska/root, diskb/root], spares: [diskc/root], io: { commitEvery: 5s } }
    speed: { rate: 50000 }       # KiB/s that your disks give a recovery: it decides how long you are exposed
#  net:                           # take the # away, and client is an IPv6 router too, of the hosts and by one cable to the world
#    links: { ioa0: { ends: [client.eth1, outside.eth0], latency: 1ms } }
#  vswitch: { switches: { ETHERNET0: { ports: { client: {}, hosta: {}, hostb: {}, hostc: {} } } } }
#  ip:
#    nodes:
#      client:
#        profile: linux
#        forwarding: true
#        interfaces: { eth0: { addresses: ["fec0:301:0:1234::1/64"] }, eth1: { addresses: ["fec0:301:0:1::1/64"] } }
#      hosta: {}                  # the hosts find address and router by themselves
#      hostb: {}
#      hostc: {}
#      outside:
#        interfaces: { eth0: { addresses: ["fec0:301:0:1::2/64"] } }
#        routes: [{ to: "::/0", via: "fec0:301:0:1::1", interface: outside.eth0 }]
#  radvd: { daemons: { radvd: { on: client, profile: radvd-2.19 } } }   # config: FILE is your radvd.conf
  service:
    services:
      mine: { needs: [{ guest: client }, { arrayWritable: md1 }, { rootWritable: client }] }

timeline:                        # what happens when
  - { at: 1h, do: { type: hypervisor.ipl, guest: hosta } }
  - { at: 6h, do: { type: hypervisor.ipl, guest: hostb } }
  - { at: 1d, do: { type: hypervisor.crash, guest: hostc } }

operators:                       # who brings a disk back into its mirrors, and how late
  - name: admin
    on: client
    when:
      - { type: hypervisor.guestUp, guest: hosta }
      - { type: hypervisor.guestUp, guest: hostb }
      - { type: hypervisor.guestUp, guest: hostc }
    after: 15m
    do: recover

# faults:                        # what breaks by itself; try --seeds 100 with it
#   crashes: { crash: [hosta, hostb, hostc], upFor: { exponential: 2000h } }

expect:                          # what you count on; hotspare run fails if one is not met
  - { service: mine, downAtMost: 0s }
  - { array: md1, inSyncBy: 5h }
  - { array: md1, inSync: 2 }
  - { dataIntact: true }
#  - { client: hosta, withoutAddressAtMost: 0s, withoutRouterAtMost: 0s }   # of the network: but for its own downtime
`
