/**
 * Tools that a real system has and this one has not: they are there, so that `command -v` finds them, and say with a failure status what they are
 * not, so that no script takes them for something that worked. ping is one of them as yet: the facts of the ip model's echo
 * do not say with which hop limit an answer came, nor which router said that there is no way.
 */
import { defineCommand, type Command } from '../../shell/kernel/command.ts'
import { complain } from '../../shell/tools/io.ts'

const absent = (name: string) => (): Command => defineCommand({
  name, dir: '/usr/sbin',
  *run(p) {
    yield* complain(p, `hotspare: ${name} is not modelled`)
    return 2
  },
})
export const absentTools = ['ping', 'ping6', 'rdisc6', 'parted', 'lsof', 'hdparm', 'smartctl', 'fstrim'].map(absent)
