/**
 * The commands that only a simulated partition has: each is a function of the partition whose world it looks at and changes.
 * A new one is added here, once; furnish.ts puts them into the file tree (default /usr/bin; `dir` says otherwise).
 */
import type { Command } from '../../shell/kernel/command.ts'
import type { Partition } from '../partition.ts'
import { blkid, wipefs } from './blkid.ts'
import { blockdev, fdisk, losetup, partprobe, sfdisk, udevadm } from './disks.ts'
import { dumpe2fs, e2fsck, e2label, fsck, resize2fs } from './fsck.ts'
import { dmesg, journalctl } from './logs.ts'
import { ip } from './ip.ts'
import { lsblk } from './lsblk.ts'
import { lsscsi } from './lsscsi.ts'
import { mdadm } from './mdadm/index.ts'
import { mke2fs, mkfs, mkfsXfs, mkswap } from './mkfs.ts'
import { mount } from './mount.ts'
import { absentTools } from './ping.ts'
import { radvd } from './radvd.ts'
import { swapoff, swapon } from './swap.ts'
import { free, fuser, lsmod, mail, modprobe, reboot, service, systemctl, watch } from './system.ts'
import { df, findmnt, mountpoint, umount } from './umount.ts'

export type ConsoleCommand = (partition: Partition) => Command

export const consoleCommands: readonly ConsoleCommand[] = [
  mdadm, lsscsi, lsblk,
  ...['mke2fs', 'mkfs.ext2', 'mkfs.ext3', 'mkfs.ext4'].map(mke2fs), mkfs, mkfsXfs, mkswap, mount, umount, mountpoint, findmnt, df, swapon, swapoff,
  blkid, wipefs, blockdev, partprobe, udevadm, losetup, sfdisk, fdisk,
  fsck, ...['e2fsck', 'fsck.ext2', 'fsck.ext3', 'fsck.ext4'].map(e2fsck), ...['dumpe2fs', 'tune2fs'].map(dumpe2fs), e2label, resize2fs,
  dmesg, journalctl, systemctl, service, ...['reboot', 'poweroff', 'halt', 'shutdown'].map(reboot), watch, ...['mail', 'mailx', 'sendmail'].map(mail), free, modprobe, lsmod, fuser,
  ip, radvd, ...absentTools,
]
