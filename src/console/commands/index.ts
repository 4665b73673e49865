/**
 * The commands that only a simulated partition has: each is a function of the partition whose world it looks at and changes.
 * A new one is added here, once; furnish.ts puts them into the file tree (default /usr/bin; `dir` says otherwise).
 */
import type { Command } from '../../shell/kernel/command.ts'
import type { Partition } from '../partition.ts'
import { lsblk } from './lsblk.ts'
import { lsscsi } from './lsscsi.ts'
import { mdadm } from './mdadm/index.ts'
import { mke2fs, mkfs, mkfsXfs, mkswap } from './mkfs.ts'
import { mount } from './mount.ts'
import { swapoff, swapon } from './swap.ts'
import { df, findmnt, mountpoint, umount } from './umount.ts'

export type ConsoleCommand = (partition: Partition) => Command

export const consoleCommands: readonly ConsoleCommand[] = [
  mdadm, lsscsi, lsblk,
  ...['mke2fs', 'mkfs.ext2', 'mkfs.ext3', 'mkfs.ext4'].map(mke2fs), mkfs, mkfsXfs, mkswap, mount, umount, mountpoint, findmnt, df, swapon, swapoff,
]
