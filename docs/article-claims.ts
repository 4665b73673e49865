/**
 * What the founding article claims, what we say to it, and which scenario shows it. The figures are taken from the runs, never written
 * by hand; claims.ts makes docs/claims.md of all this.
 *
 * Quotations are the article's words, shortened where it digresses.
 */
import { detached, down, exposed, kept, line, named, refusals, when, type Figure } from './figures.ts'

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
      shown: [{ scenario: 'short-remove', figure: both(detached('md1'), named('d2')) }],
    },
    {
      says: 'Remove the vSCSI host controller from configuration: echo "scsi remove-single-device 0 0 0 0" > /proc/scsi/scsi.',
      verdict: 'not true',
      because: 'It removes one device. Other disks behind the same controller stay, and so does the controller.',
      shown: [{ scenario: 'step-three-removes-a-device', figure: both(named('d1', '90m'), named('d2', '90m'), named('d1')) }],
    },
    {
      says: 'echo "scsi remove-single-device …" and echo "- - -", as printed with typographic quotes.',
      verdict: 'not modelled yet',
      because: 'Typographic quotes are no quotes to a shell. It takes one to show it.',
      shown: [],
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
      because: 'Somebody or something must start the script: a monitor, or whoever sees that the host is back.',
      shown: [
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
    'IPv6 supports stateless auto configuration, which is similar in nature to DHCP but is far more capable.',
    'Turn on an IP interface on i5/OS by choosing stateless auto configuration and become completely configured to operate in your IPv6 network without manual client configuration.',
    'The only physical Ethernet IOA required on the whole system is the one attached to the Linux partition.',
    'With this service running on an interface that can communicate with the virtual Ethernet on your i5/OS partitions, you now have stateless auto configuration enabled for your System i.',
    'This example advertises the prefix to clients as a fec0:301:0:1234:: network with a 64-bit mask.',
  ].map((says): Claim => ({ says, verdict: 'not modelled yet', because: 'It takes the network half.', shown: [] })) },
]
