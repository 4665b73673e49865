/**
 * The commands that only a simulated partition has: each is a function of the partition whose world it looks at and changes.
 * A new one is added here, once; furnish.ts puts them into the file tree (default /usr/bin; `dir` says otherwise).
 */
import type { Command } from '../../shell/kernel/command.ts'
import type { Partition } from '../partition.ts'
import { mdadm } from './mdadm/index.ts'

export type ConsoleCommand = (partition: Partition) => Command

export const consoleCommands: readonly ConsoleCommand[] = [mdadm]
