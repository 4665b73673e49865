/**
 * What the founding article claims, what we say to it, and which scenario shows it; then the same for what notes on PowerVM NovaLink say
 * of its management switch. The figures are taken from the runs, never written by hand; claims.ts makes docs/claims.md of all this.
 *
 * Quotations are the article's words, shortened where it digresses.
 */
import { answers, configured, count, detached, down, exposed, kept, lacks, line, named, outOf, printed, refusals, when, type Figure } from './figures.ts'

export const VERDICTS = ['true', 'true, one at a time', 'true, and more is needed', 'not always', 'not true', 'not any more', 'not modelled yet'] as const
export type ClaimVerdict = (typeof VERDICTS)[number]

export interface Claim {
  readonly says: string
  readonly verdict: ClaimVerdict
  /** Our answer, one or two sentences. */
  readonly because: string
  readonly shown: readonly { readonly scenario: string; readonly figure: Figure }[]
}
export interface Chapter { readonly title: string; readonly claims: readonly Claim[] }

const both = (...figures: Figure[]): Figure => run => figures.map(figure => figure(run)).join('; ')

export const chapters: readonly Chapter[] = [
  { title: 'The mirror and its hosts', claims: [
    {
      says: 'If mirroring is configured with hot spares, you could lose your primary, secondary, or tertiary vSCSI host without causing an outage for your Linux logical partition.',
      verdict: 'true, one at a time',
      because: 'Each may go as soon as the copy to the spare has ended, and not one second earlier.',
      shown: [
        { scenario: 'founding-three-hosts', figure: both(down('routing'), exposed('md1')) },
        { scenario: 'founding-story', figure: both(down('routing'), down('clients')) },
        { scenario: 'second-ipl-in-time', figure: down('routing') },
        { scenario: 'second-ipl-too-early', figure: down('routing') },
        { scenario: 'six-hosts', figure: both(down('routing'), exposed('md1')) },
      ],
    },
    {
      says: 'This means that you will have a logical partition that will run on virtualized DASD and will not be dependent on any single logical partition.',
      verdict: 'true, and more is needed',
      because: 'The mirror is not enough: swap must be mirrored too, and PREP be copied.',
      shown: [
        { scenario: 'founding-two-hosts', figure: both(down('routing'), exposed('md1')) },
        { scenario: 'swap-not-mirrored', figure: down('routing') },
        { scenario: 'prep-not-copied', figure: down('routing') },
      ],
    },
    {
      says: 'With the logical partition running and isolated from single or double fault due to a hosting partition availability …',
      verdict: 'true, one at a time',
      because: 'From a single fault, yes. From a double one only if the copy to a spare ends in between: spares that stand idle do not save two halves that go at once.',
      shown: [
        { scenario: 'four-hosts-two-spares', figure: both(down('routing'), line('md1', '4h')) },
        { scenario: 'spare-lost-while-recovering', figure: both(down('routing'), exposed('md1')) },
        { scenario: 'both-halves-at-once', figure: both(down('routing'), line('md1', '1h10m')) },
      ],
    },
    {
      says: 'Only two disks may be part of a mirror configuration; additional disks may be created as hot spares.',
      verdict: 'not true',
      because: 'It is the rule of the article\'s layout. md mirrors to three disks as well, and three survive what two with a spare do not.',
      shown: [{ scenario: 'three-way-mirror', figure: both(down('routing'), line('md1', '1h10m'), exposed('md1')) }],
    },
    {
      says: 'Identify at minimum two i5/OS logical partitions that you wish to host the vSCSI disks.',
      verdict: 'true',
      because: 'Two are enough, at the price of one copy for as long as a host is away and its disk is filled again.',
      shown: [{ scenario: 'founding-two-hosts', figure: both(down('routing'), exposed('md1')) }],
    },
    {
      says: 'Choose wisely as to minimize any possibility that all vSCSI host partitions will have simultaneous outages (outside of a system IPL).',
      verdict: 'true',
      because: 'And the exception is an outage for certain: client and hosts live on one managed system.',
      shown: [{ scenario: 'system-ipl', figure: down('routing') }],
    },
    {
      says: 'On each i5/OS vSCSI host, create an identically sized vSCSI disk.',
      verdict: 'not always',
      because: 'It must not be smaller than what the mirror uses of the others; a larger one only wastes the rest.',
      shown: [{ scenario: 'disks-of-other-sizes', figure: both(refusals('md.add'), kept('md1')) }],
    },
    {
      says: 'Assuming you are already following the recommended practice on your i5/OS partition and running some level of protection on your ASP (e.g., mirroring or parity), it would be somewhat redundant to do the same [RAID5] on your Linux partition.',
      verdict: 'true, and more is needed',
      because: 'A physical disk that fails below is made up for by the ASP. A host that goes away is not: that takes copies on other hosts. (RAID5 itself is not modelled.)',
      shown: [{ scenario: 'physical-disk-fails', figure: both(when('made up for', { type: 'vscsi.diskAbsorbed' }), when('space lost', { type: 'vscsi.spaceLost' }), down('routing')) }],
    },
  ] },
  { title: 'When a host goes down', claims: [
    {
      says: 'If an i5/OS partition that is being used for vSCSI disk in this solution IPLs or is down for any reason, it will cause the mirror to fail.',
      verdict: 'not always',
      because: 'An IPL or a crash shows with the next write. A hang shows after the nine minutes of error handling, in which every write waits. Restricted state does not stop disks at all. And an array that nobody uses never notices.',
      shown: [
        { scenario: 'hang-and-crash', figure: both(when('crash noticed', { type: 'md.memberFailed' }), when('hang noticed', { type: 'md.memberFailed' }, 2), down('routing')) },
        { scenario: 'restricted-state', figure: both(down('routing'), exposed('md1')) },
        { scenario: 'untouched-swap', figure: when('swap noticed', { type: 'md.memberFailed', array: 'md0' }) },
      ],
    },
    {
      says: 'When this happens, you are running exposed.',
      verdict: 'true',
      because: 'With a spare until that is filled. Without one until somebody has acted: the return of the host ends nothing.',
      shown: [
        { scenario: 'founding-three-hosts', figure: exposed('md1') },
        { scenario: 'silent-degradation', figure: both(exposed('md1'), down('routing')) },
        { scenario: 'degradation-noticed', figure: both(exposed('md1'), down('routing')) },
      ],
    },
    {
      says: 'The mirror will display the failed partition by running mdstat. … /dev/sdb3 would show failed in mdstat (/proc/mdstat).',
      verdict: 'true',
      because: 'For the root mirror, which is written every few seconds. What mdstat does not show is an array that has lost its last copy: it looks like one that has lost one.',
      shown: [
        { scenario: 'untouched-swap', figure: both(when('sdb3 failed', { type: 'md.memberFailed', device: 'sdb3' }), line('md1', '1h1m')) },
        { scenario: 'both-halves-at-once', figure: both(line('md1', '1h10m'), down('routing')) },
      ],
    },
    {
      says: 'If you aren\'t touching swap space, that partition may not show as failed.',
      verdict: 'true',
      because: 'Not for hours, not for months: only an I/O finds out.',
      shown: [{ scenario: 'untouched-swap', figure: both(line('md0', '2h59m'), when('noticed', { type: 'md.memberFailed', array: 'md0' })) }],
    },
  ] },
  { title: 'The recovery steps', claims: [
    {
      says: 'Mark any disk partitions that belong to the vSCSI host as failed: mdadm /dev/md0 -f /dev/sda3.',
      verdict: 'true, and more is needed',
      because: 'The right name, above all. mdadm calls the last good copy busy when it is failed by mistake, and breaks the array nevertheless.',
      shown: [{ scenario: 'wrong-half', figure: both(refusals('md.fail'), down('routing')) }],
    },
    {
      says: 'Remove partitions from the raid set: mdadm /dev/md0 -r /dev/sda3.',
      verdict: 'not any more',
      because: 'mdadm 4.2 swallows what follows the short -r, prints nothing, exits 0 and removes nothing; the disk then comes back under another name. --remove works.',
      shown: [
        { scenario: 'short-remove', figure: both(detached('md1'), named('d2')) },
        { scenario: 'recover-article-steps', figure: both(detached('md1'), named('d1'), kept('md1')) },
        { scenario: 'recover-article-steps-classic', figure: both(detached('md1'), named('d1'), kept('md1')) },
      ],
    },
    {
      says: 'Remove the vSCSI host controller from configuration: echo "scsi remove-single-device 0 0 0 0" > /proc/scsi/scsi.',
      verdict: 'not true',
      because: 'It removes one device. Other disks behind the same controller stay, and so does the controller.',
      shown: [{ scenario: 'step-three-removes-a-device', figure: both(named('d1', '90m'), named('d2', '90m'), named('d1')) }],
    },
    {
      says: 'echo "scsi remove-single-device …" and echo "- - -", as printed with typographic quotes.',
      verdict: 'not true',
      because: 'Typographic quotes are no quotes to a shell but letters, and the kernel refuses both lines: "echo: write error: Invalid argument". After an IPL nobody misses them; after a boot without the host the disk is never found.',
      shown: [{ scenario: 'recover-typographic-quotes', figure: both(printed('refused', 'Invalid argument'), named('d2', '3h'), named('d2')) }],
    },
    {
      says: 'Once the vSCSI host is available, rescan the vSCSI host bus.',
      verdict: 'true, and more is needed',
      because: 'Not the host must be available but its NWSD, and ONLINE(*NO) is the default. A scan before that finds nothing and says nothing.',
      shown: [{ scenario: 'nwsd-left-offline', figure: both(when('left off', { type: 'vscsi.nwsdLeftOff' }), when('found', { type: 'scsi.deviceAdded', disk: 'd1' }), down('routing')) }],
    },
    {
      says: 'If you don\'t remove all failed partitions in the mirror(s) before rescanning for the disks on that bus, a disk previously known as sdb may show up as sdc.',
      verdict: 'true',
      because: 'One member that is left behind holds the name, also one that nobody has touched. With three hosts sdb becomes sdd.',
      shown: [
        { scenario: 'rescan-without-removal', figure: both(named('d2', '2h1m'), named('d2')) },
        { scenario: 'untouched-swap', figure: named('d2') },
        { scenario: 'recover-no-removal-before-rescan', figure: both(named('d2'), kept('md1')) },
      ],
    },
    {
      says: 'To make sure you get the same numbering every time, you need to remove all failed partitions in the mirror.',
      verdict: 'true, and more is needed',
      because: 'The lowest free letter is given. It is the old one as long as no earlier letter is free: after a boot without the first disk it is not.',
      shown: [
        { scenario: 'founding-two-hosts', figure: both(named('d1'), named('d2')) },
        { scenario: 'late-disk', figure: both(named('d1'), named('d2')) },
      ],
    },
    {
      says: 'To get disks configured dynamically to come back online, you need to remove the failed vSCSI controller and rescan the bus.',
      verdict: 'not always',
      because: 'After an IPL or a crash the adapter logs in again by itself, and it is enough to add the partition. After a hang (the device is offline) or a boot without the host it is needed.',
      shown: [
        { scenario: 'hang-and-crash', figure: both(when('in sync after the crash', { type: 'md.syncDone' }), refusals('md.add'), when('in sync after removal and scan', { type: 'md.syncDone' }, 2)) },
        { scenario: 'late-disk', figure: both(named('d1', '3h59m'), named('d1')) },
      ],
    },
    {
      says: 'Add partition back into mirror: mdadm /dev/md0 -a /dev/sda3.',
      verdict: 'true',
      because: 'If a spare has taken over, the disk that returns is the spare from then on. Without a bitmap the whole of it is copied; with one, what has changed, so that hosts can be serviced closer together.',
      shown: [
        { scenario: 'founding-three-hosts', figure: kept('md1') },
        { scenario: 'rolling-maintenance-with-bitmap', figure: both(down('routing'), exposed('md1')) },
        { scenario: 'rolling-maintenance-without-bitmap', figure: down('routing') },
      ],
    },
    {
      says: 'These steps could be easily automated in a shell script.',
      verdict: 'true, and more is needed',
      because: 'A script can do it all. But somebody or something must start it (a monitor, or whoever sees that the host is back), and it must look before it acts, find what mdstat does not show, and let no second copy of itself run.',
      shown: [
        { scenario: 'recover-script', figure: both(down('routing'), kept('md0'), kept('md1')) },
        { scenario: 'recover-not-idempotent', figure: down('routing') },
        { scenario: 'recover-swap-member-forgotten', figure: both(line('md0', '1h40m'), named('d2')) },
        { scenario: 'recover-two-copies-racing', figure: both(named('d2'), kept('md1')) },
        { scenario: 'degradation-noticed', figure: both(down('routing'), exposed('md1')) },
        { scenario: 'silent-degradation', figure: both(down('routing'), exposed('md1')) },
      ],
    },
  ] },
  { title: 'Installing and booting', claims: [
    {
      says: 'The Linux installation should allow for mirroring of swap and other partitions.',
      verdict: 'true',
      because: 'It must: a page on a plain disk of a host that is down ends the partition, mirrored root or not.',
      shown: [{ scenario: 'swap-not-mirrored', figure: down('routing') }],
    },
    {
      says: 'This partition may not be mirrored; in this solution, the PREP partition was created on both sides of the mirror with both set to bootable.',
      verdict: 'true, and more is needed',
      because: 'The second one must be filled as well. And if both boot, so does the half that has been out of the mirror for a day.',
      shown: [
        { scenario: 'prep-not-copied', figure: down('routing') },
        { scenario: 'stale-half-boots', figure: both(when('old data in use', { type: 'boot.dataSplit' }), when('acknowledged writes lost', { type: 'md.dataLost' })) },
      ],
    },
    {
      says: 'To replicate the two identical PREP partitions the dd command can be utilized.',
      verdict: 'true',
      because: 'The router then boots from either side in the time that its own start takes.',
      shown: [{ scenario: 'prep-copied', figure: down('routing') }],
    },
    {
      says: 'Since the boot kernel should not change unless upgraded, performing this step once should be adequate.',
      verdict: 'true, and more is needed',
      because: 'It must be done again with every upgrade, or a boot from the other side brings the old kernel back without a word.',
      shown: [{ scenario: 'kernel-upgraded-once', figure: when('booted the old kernel', { type: 'boot.oldKernelBooted' }) }],
    },
    {
      says: 'A rescue kernel may be needed in order to change the boot partition.',
      verdict: 'not modelled yet',
      because: 'A boot order can be set; how one gets there cannot yet.',
      shown: [],
    },
  ] },
  { title: 'The IPv6 router', claims: [
    {
      says: 'The goal is to use vSCSI to mirror storage across logical partitions to create a highly available IPv6 router.',
      verdict: 'true, and more is needed',
      because: 'The mirror saves the router from its hosts, one at a time. It does not save the clients from the router: if that crashes they may hold a dead route for what is left of 1800 s. A second router ends that.',
      shown: [
        { scenario: 'founding-story', figure: both(outOf('routing'), outOf('clients')) },
        { scenario: 'router-loses-two-hosts', figure: both(outOf('routing'), lacks('i5c', 'router')) },
        { scenario: 'router-planned-shutdown', figure: both(outOf('outside'), count('packets into the dark', { type: 'ip.pingLost', because: 'timeout' })) },
        { scenario: 'router-crash', figure: both(outOf('outside'), when('the silent client gives it up', { type: 'slaac.routerRemoved', interface: 'i5b.eth0' })) },
        { scenario: 'two-routers-silent-death', figure: outOf('outside') },
        { scenario: 'two-routers-stop', figure: outOf('outside') },
        { scenario: 'client-boots-degraded', figure: both(outOf('routing'), configured('new')) },
      ],
    },
    {
      says: 'IPv6 supports stateless auto configuration, which is similar in nature to DHCP but is far more capable.',
      verdict: 'not always',
      because: 'No server keeps a list, so addresses outlast a router that is gone. But nobody can take them back at once either, and without an advertisement in time they end for all together.',
      shown: [
        { scenario: 'router-crash', figure: lacks('i5b', 'address') },
        { scenario: 'router-loses-two-hosts', figure: lacks('i5c', 'address') },
      ],
    },
    {
      says: 'Turn on an IP interface on i5/OS by choosing stateless auto configuration and become completely configured to operate in your IPv6 network without manual client configuration.',
      verdict: 'true, and more is needed',
      because: 'An address and a way out, within seconds. "Completely" would take name servers, and the article\'s radvd.conf names none (RDNSS). And a client believes whoever advertises.',
      shown: [
        { scenario: 'founding-story', figure: both(configured('i5a'), outOf('clients'), count('name servers learned', { type: 'slaac.namesChanged' })) },
        { scenario: 'rogue-ra', figure: outOf('outside') },
      ],
    },
    {
      says: 'The only physical Ethernet IOA required on the whole system is the one attached to the Linux partition.',
      verdict: 'true',
      because: 'All three clients reach the world through it. Their way out is as good as that one partition.',
      shown: [
        { scenario: 'founding-story', figure: both(lacks('i5a', 'router'), lacks('i5b', 'router'), lacks('i5c', 'router')) },
        { scenario: 'router-crash', figure: outOf('outside') },
      ],
    },
    {
      says: 'Many of these are default settings; your specific settings are the interface and the prefix.',
      verdict: 'true',
      because: 'The file that the scenario reads has no others. What the defaults mean shows when the router is lost: routes for half an hour, addresses for four hours preferred and a day in all.',
      shown: [{ scenario: 'founding-story', figure: both(configured('i5a'), configured('i5b'), configured('i5c')) }],
    },
    {
      says: 'With this service running on an interface that can communicate with the virtual Ethernet on your i5/OS partitions, you now have stateless auto configuration enabled for your System i.',
      verdict: 'true, and more is needed',
      because: 'On a switch that forwards between partitions (VEB) any port will do. On VEPA it must be the trunk, or the bridge outside must reflect. And radvd should not be faster than the interface it speaks on.',
      shown: [
        { scenario: 'founding-story', figure: configured('i5c') },
        { scenario: 'boot-race', figure: both(lacks('i5a', 'router'), lacks('i5b', 'router')) },
        { scenario: 'ra-from-vepa-port', figure: both(configured('b1'), configured('a1')) },
      ],
    },
    {
      says: 'This example advertises the prefix to clients as a fec0:301:0:1234:: network with a 64-bit mask.',
      verdict: 'true',
      because: 'Each client forms its address of it, to this day. But RFC 3879 has deprecated site-local prefixes (2004); one would take a unique local one (fd00::/8) now.',
      shown: [{ scenario: 'founding-story', figure: both(when('formed', { type: 'slaac.addressFormed', prefix: 'fec0:301:0:1234::/64' }), when('site-local noticed', { type: 'slaac.siteLocalUsed' })) }],
    },
  ] },
  { title: 'The management switch of NovaLink', claims: [
    {
      says: 'RMC connection between NovaLink and each LPAR is routed through a dedicated internal virtual switch (mandatory name is MGMTSWITCH) and the virtual network is using the PVID 4094.',
      verdict: 'true',
      because: 'Frames go that way. The name and the VLAN are rules that we took over: another spelling, mode or VLAN is an error of the scenario. What RMC says over it is not modelled.',
      shown: [{ scenario: 'mgmtswitch', figure: outOf('management') }],
    },
    {
      says: 'It uses an IPv6 link.',
      verdict: 'true',
      because: 'And needs nothing but the link: addresses made from the adapters, no prefix, no router.',
      shown: [{ scenario: 'mgmtswitch', figure: both(answers('lpar3', 'fe80::cc46:f5ff:fe7c:513f'), count('default routers', { type: 'slaac.routerAdded' })) }],
    },
    {
      says: 'VEPA mode has to be configured, so LPARs can NOT communicate directly to each other, network traffic will go out to the switch first.',
      verdict: 'true',
      because: 'Set to VEB, in spite of the warning, management works as before, and partitions answer each other.',
      shown: [
        { scenario: 'mgmtswitch', figure: answers('vios1', 'fe80::3431:ff:feed:375b') },
        { scenario: 'mgmtswitch-as-veb', figure: both(refusals('vswitch.setMode'), answers('lpar3', 'fe80::2039:7cff:fe1b:880a')) },
      ],
    },
    {
      says: 'The virtual switch is configured to communicate only with the trunk port. An LPAR can therefore use this virtual network only to connect with the NovaLink partition.',
      verdict: 'true, and more is needed',
      because: 'It is true since the NovaLink partition does not pass frames on. VEPA alone keeps nobody apart: behind a trunk whose bridge reflects, partitions reach each other.',
      shown: [
        { scenario: 'mgmtswitch', figure: answers('vios1', 'fe80::3431:ff:feed:375b') },
        { scenario: 'mode-change', figure: outOf('shop') },
      ],
    },
    {
      says: 'LPARs can connect with partitions other than the NovaLink partition only if a separate network is configured for this purpose.',
      verdict: 'true',
      because: 'The same two partitions reach each other over a switch of that kind, and not over the management switch.',
      shown: [{ scenario: 'mgmtswitch', figure: both(outOf('data'), answers('vios1', 'fe80::3431:ff:feed:375b')) }],
    },
    {
      says: 'The HMC can continue using RMC through the existing mechanisms.',
      verdict: 'true',
      because: 'The network of the partitions does not pass through the NovaLink partition and does not miss it.',
      shown: [{ scenario: 'mgmtswitch-without-novalink', figure: both(outOf('novalink'), outOf('hmc')) }],
    },
  ] },
]
