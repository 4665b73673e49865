/**
 * The list of all commands that a machine has whatever it is for: core utilities, text tools, shells. Commands that need to know a partition
 * (mdadm, lsblk, dmesg …) are the console's. A command that is not here or there does not exist: `command not found`.
 */
import type { Command } from '../kernel/command.ts'
import { TRUTH } from './truth.ts'

export const COMMANDS: readonly Command[] = [
  ...TRUTH,
]
