/**
 * The list of all commands that a machine has whatever it is for: core utilities, text tools, shells. Commands that need to know a partition
 * (mdadm, lsblk, dmesg …) are the console's. A command that is not here or there does not exist: `command not found`.
 */
import type { Command } from '../kernel/command.ts'
import { SHELLS } from '../bash/start.ts'
import { ATTRIBUTES } from './attributes.ts'
import { AWK } from './awk/command.ts'
import { CAT } from './cat.ts'
import { COLUMNS } from './columns.ts'
import { COPY } from './copy.ts'
import { CUT } from './cut.ts'
import { DATE } from './date.ts'
import { DD } from './dd.ts'
import { DIFF } from './diff.ts'
import { DU } from './du.ts'
import { DUMP } from './dump.ts'
import { EXPR } from './expr.ts'
import { FIND } from './find.ts'
import { FLOCK } from './flock.ts'
import { GETOPT } from './getopt.ts'
import { GREP } from './grep.ts'
import { HEAD } from './head.ts'
import { IDENTITY } from './identity.ts'
import { LS } from './ls.ts'
import { NAMES } from './names.ts'
import { NUMFMT } from './numfmt.ts'
import { OTHERS } from './others.ts'
import { PROCESSES } from './processes.ts'
import { REMOVE } from './remove.ts'
import { RUNUNDER } from './run-under.ts'
import { SED } from './sed.ts'
import { SMALL } from './small.ts'
import { SORT } from './sort.ts'
import { SPLIT } from './split.ts'
import { STAT } from './stat.ts'
import { SUMS } from './sums.ts'
import { TEST } from './test.ts'
import { TIMEOUT } from './timeout.ts'
import { TR } from './tr.ts'
import { TRUTH } from './truth.ts'
import { UNIQ } from './uniq.ts'
import { WC } from './wc.ts'
import { XARGS } from './xargs.ts'

export const COMMANDS: readonly Command[] = [
  ...ATTRIBUTES, ...AWK, ...CAT, ...COLUMNS, ...COPY, ...CUT, ...DATE, ...DD, ...DIFF, ...DU, ...DUMP, ...EXPR, ...FIND, ...FLOCK, ...GETOPT, ...GREP, ...HEAD,
  ...IDENTITY, ...LS, ...NAMES, ...NUMFMT, ...OTHERS, ...PROCESSES, ...REMOVE, ...RUNUNDER, ...SED, ...SHELLS, ...SMALL, ...SORT, ...SPLIT, ...STAT, ...SUMS, ...TEST,
  ...TIMEOUT, ...TR, ...TRUTH, ...UNIQ, ...WC, ...XARGS,
]
