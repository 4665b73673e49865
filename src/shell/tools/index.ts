/**
 * The list of all commands that a machine has whatever it is for: core utilities, text tools, shells. Commands that need to know a partition
 * (mdadm, lsblk, dmesg …) are the console's. A command that is not here or there does not exist: `command not found`.
 */
import type { Command } from '../kernel/command.ts'
import { CAT } from './cat.ts'
import { COLUMNS } from './columns.ts'
import { CUT } from './cut.ts'
import { HEAD } from './head.ts'
import { SORT } from './sort.ts'
import { TR } from './tr.ts'
import { TRUTH } from './truth.ts'
import { UNIQ } from './uniq.ts'
import { WC } from './wc.ts'

export const COMMANDS: readonly Command[] = [
  ...CAT, ...COLUMNS, ...CUT, ...HEAD, ...SORT, ...TR, ...TRUTH, ...UNIQ, ...WC,
]
