/**
 * mdadm 4.2 (Debian 12) as a command of a simulated partition: its words, its exit statuses, in the simulation's own time.
 *
 * What it does it asks of the models `md` and `scsi`; what it says stands in the files beside this one, by mode. Typographic dashes and quotes copied from a
 * web page are no options: they fail as they do in the real tool, and an observer of the machine gets a hint, for what a script reads must stay the tool's own
 * (VS-63). What is not modelled says so with a line that begins with `hotspare:`, and fails.
 */
import { defineCommand, type Command } from '../../../shell/kernel/command.ts'
import { failed } from '../../../shell/kernel/errno.ts'
import type { Process } from '../../../shell/kernel/process.ts'
import type { Run } from '../../../shell/kernel/wait.ts'
import type { Partition } from '../../partition.ts'
import { assembleMain } from './assemble.ts'
import { build } from './build.ts'
import { create } from './create.ts'
import { detailScan } from './detail.ts'
import { examineAll } from './examine.ts'
import { grow } from './grow.ts'
import { incrementalMain, runArrays } from './incremental.ts'
import { parseLine } from './line.ts'
import type { Line } from './line-parts.ts'
import { manageDevices, openArray } from './manage.ts'
import { miscAll, waitCleanAll } from './misc.ts'
import { monitor } from './monitor.ts'
import { setMode, stopAll, stopArray } from './stop.ts'
import { USAGE } from './texts.ts'
import { hintFor } from './typography.ts'
import { Tool } from './tool.ts'

export const mdadm = (partition: Partition): Command => defineCommand({
  name: 'mdadm', dir: '/usr/sbin', cost: 3_000,
  *run(p: Process): Run {
    const hint = hintFor(p.argv)
    if (hint !== null) for (const observer of p.machine.observers) observer.hint?.(p, hint)
    const line = parseLine(p.argv, partition.door.world.md.profile === 'mdadm-classic', path => { const node = p.find(path); return failed(node) ? node.text : null })
    if ('status' in line) {
      if (line.err !== '') yield* p.err(line.err)
      if (line.out !== '') yield* p.out(line.out)
      return line.status
    }
    const t = new Tool(p, partition, line)
    t.err(line.said)
    const status = yield* main(t, line)
    yield* t.flush(true)
    return status
  },
})

function* main(t: Tool, line: Line): Run {
  const ends = before(t, line)
  if (ends !== null) return ends
  const first = line.devices[0]
  switch (line.mode) {
    case 'manage': return yield* manage(t)
    case 'assemble': return yield* assembleMain(t)
    case 'build': case 'create': {
      if (line.writeBehind !== null && line.bitmap === null) { t.say('write-behind mode requires a bitmap.'); return 1 }
      if (line.raidDevices === 0) { t.say('no raid-devices specified.'); return 1 }
      if (line.mode === 'create') return yield* create(t)
      if (line.bitmap === 'internal' || line.bitmap === 'clustered') { t.say("'internal' and 'clustered' bitmaps not supported with --build"); return 1 }
      return build(t)
    }
    case 'grow': {
      const id = openArray(t, first!.name)
      return id === null ? 1 : tooFew(t) ? 2 : yield* grow(t, id)
    }
    case 'incremental': return yield* incrementalMain(t)
    case 'monitor': return yield* monitor(t)
    case 'auto-detect': t.unmodelled('option --auto-detect'); return 1
    default: return yield* misc(t)
  }
}

/** What is complained about before any mode begins; null: go on. */
function before(t: Tool, line: Line): number | null {
  if (line.mode === 'create' && line.journal) { t.say('--write-journal is only supported for RAID level 4/5/6.'); return 2 }
  if (line.mode === 'create' && line.policy !== null) {
    const no = line.level === null || line.level <= 0 ? `--consistency-policy not meaningful with level ${line.level === null ? '(null)' : line.level === 0 ? 'raid0' : 'linear'}.`
      : line.policy === 'journal' ? '--write-journal is required for consistency policy: journal' : line.policy === 'ppl' && line.level !== 5 ? 'PPL consistency policy is only supported for RAID level 5.'
        : line.policy === 'bitmap' && (line.bitmap ?? 'none') === 'none' ? '--bitmap is required for consistency policy: bitmap'
          : (line.bitmap ?? 'none') !== 'none' && line.policy !== 'bitmap' ? `--bitmap is not compatible with consistency policy: ${line.policy}` : null
    if (no !== null) { t.say(no); return 2 }
  }
  if (line.mode === null && line.devices.length > 0) {
    line.mode = 'misc'
    line.devmode = line.devices[0]!.how = 'Q'
  }
  if (line.mode === null) { t.err(USAGE); return 2 }
  if (line.symlinks !== null && !/^(yes|no)$/i.test(line.symlinks)) { t.say("option --symlinks must be 'no' or 'yes'"); return 2 }
  if (line.mode === 'manage' || line.mode === 'build' || line.mode === 'create' || line.mode === 'grow' || (line.mode === 'assemble' && !line.scan)) {
    const first = line.devices[0]
    if (first === undefined) { t.say('an md device must be given in this mode'); return 2 }
    if (line.mode !== 'manage' && line.mode !== 'grow') {
      const dev = t.device(first.name)
      if (first.name.slice(first.name.lastIndexOf('/') + 1).length > 32) { t.say(`Name ${first.name} is too long.`); return 1 }
      if ('kind' in dev && dev.kind !== 'md') { t.say(`device ${first.name} exists but is not an md array.`); return 1 }
    }
  }
  if (line.mode !== 'grow' && tooFew(t)) return 2
  if (line.scan && line.verbose < 2) line.brief = true
  return null
}
function tooFew(t: Tool): boolean {
  const { line } = t
  if (line.raidDevices !== 1 || line.force || line.level === -5) return false
  t.say("'1' is an unusual number of drives for an array, so it is probably\n     a mistake.  If you really mean it you will need to specify --force before\n     setting the number of drives.")
  return true
}

function* manage(t: Tool): Run {
  const { line } = t, [array, ...devices] = line.devices, path = array!.name, id = openArray(t, path)
  if (id === null) return 1
  let status = line.readonly > 0 ? setMode(t, id, path, 'readonly') : 0
  if (status === 0 && devices.length > 0) status = yield* manageDevices(t, id, path, devices)
  if (status === 0 && line.run > 0) status = runArrays(t, t.array(id).name)
  if (status === 0 && line.run < 0) status = yield* stopArray(t, id, path, line.verbose)
  return status
}

function* misc(t: Tool): Run {
  const { line } = t
  switch (line.devmode) {
    case 'E': {
      if (line.devices.length === 0 && !line.scan) { t.say('No devices to examine'); return 2 }
      const names = line.devices.length > 0 ? line.devices.map(({ name }) => name) : t.devices()
      if (names.length > 0) return yield* examineAll(t, names)
      t.say(`No devices listed in ${line.config ?? '/etc/mdadm.conf'}`)
      return 1
    }
    case 'DetailPlatform': return t.unmodelled('option --detail-platform')
    case 'UdevRules': return t.unmodelled('option --udev-rules')
  }
  if (line.devices.length > 0) return yield* miscAll(t)
  if (line.devmode === 'S' && line.scan) return yield* stopAll(t)
  if (line.devmode === 'D' && line.scan) return yield* detailScan(t)
  if (line.devmode === 'WaitClean' && line.scan) return yield* waitCleanAll(t)
  t.say('No devices given.')
  return 2
}
