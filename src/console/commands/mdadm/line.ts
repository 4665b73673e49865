/**
 * An mdadm command line taken apart by mdadm's own rules: first what holds in every mode, then what sets the mode, then what the mode makes of it.
 *
 * A device before any option leaves the mode open; `--add` and its like choose manage, `--stop` and its like misc; two modes are refused by name.
 * A complaint that goes on is collected in `said`. Source: mdadm 4.2 mdadm.c main(), read as facts; measured with the real binary.
 */
import { Getopt, type Found } from './getopt.ts'
import { takeOption } from './line-options.ts'
import { blankLine, pushDevice, stop, type Ended, type Line } from './line-parts.ts'
import { helpText, USAGE, VERSION, type Mode } from './texts.ts'

const SETS: Readonly<Record<string, Mode>> = { A: 'assemble', B: 'build', C: 'create', F: 'monitor', G: 'grow', I: 'incremental', AutoDetect: 'auto-detect', Manage: 'manage', Misc: 'misc', NoSharing: 'monitor' }
const FORCES_MISC = ['D', 'E', 'X', 'Q', 'ExamineBB', 'Dump', 'Restore', 'Action']
const OPENS_MANAGE = ['a', 'Add', 'AddSpare', 'AddJournal', 'r', 'Remove', 'Replace', 'With', 'f', 'Fail', 'ReAdd', 'ClusterConfirm']
const OPENS_MISC = ['R', 'S', 'o', 'w', 'W', 'Wait', 'WaitClean', 'DetailPlatform', 'KillSubarray', 'UpdateSubarray', 'UdevRules', 'Kill']
const TAKES_BITMAP: readonly (Mode | null)[] = ['assemble', 'build', 'create', 'grow', 'incremental', 'manage']

export function parseLine(argv: readonly string[], classic: boolean, cannotOpen: Line['cannotOpen'] = () => null): Line | Ended {
  const line = blankLine(cannotOpen), words = new Getopt(argv, classic)
  takeAll(line, words)
  return line.ended === null ? line : { ...line.ended, err: line.said + line.ended.err }
}
function takeAll(line: Line, words: Getopt): void {
  let help = 0
  for (let found = words.next(); found !== null && line.ended === null; found = words.next()) {
    if ('complaint' in found) { line.ended = { status: 2, out: '', err: found.complaint + USAGE }; return }
    const { opt, arg } = found
    switch (opt) {
      case 'HelpOptions': help = 2; continue
      case 'h': help = 1; continue
      case 'V': line.ended = { status: 0, out: '', err: VERSION }; return
      case 'v': line.verbose++; continue
      case 'q': line.verbose--; continue
      case 'Y': line.export++; continue
      case 'Brief': line.brief = true; continue
      case 'NoDevices': line.noDevices = true; continue
      case 'OffRoot': continue
      case 'Prefer': line.prefer = `/${arg}/`; continue
      case 'HomeHost':
        if (arg!.toLowerCase() === '<ignore>') line.requireHomehost = false
        else line.homehost = arg
        continue
      case 'b':
        if (!TAKES_BITMAP.includes(line.mode)) { line.brief = true; continue }
    }
    const mode = newMode(line, found, words)
    if (mode === null || line.ended !== null) continue
    if (SETS[opt] !== undefined && opt !== 'NoSharing') continue
    if (opt === 'device') takeDevice(line, arg!)
    else if (!takeOption(line, found))
      stop(line, found.long !== null ? `:option ${found.long} not valid in ${mode} mode` : `option -${opt} not valid in ${mode} mode`)
  }
  if (help > 0) line.ended ??= { status: 0, out: helpText(line.mode), err: '' }
}

/** The mode after this option; null: it was a device that leaves it open. */
function newMode(line: Line, { opt, arg, long }: Found, words: Getopt): Mode | null {
  const { mode } = line, typed = long ?? `-${opt}`
  let next: Mode | null = mode
  if (SETS[opt] !== undefined) next = SETS[opt]
  else if (FORCES_MISC.includes(opt)) next = 'misc'
  else if (mode === null && OPENS_MANAGE.includes(opt)) next = 'manage'
  else if (mode === null && OPENS_MISC.includes(opt)) next = 'misc'
  if ((SETS[opt] !== undefined && opt !== 'NoSharing' && opt !== 'Misc' && opt !== 'F' && opt !== 'AutoDetect') || (mode === null && OPENS_MANAGE.includes(opt)))
    words.shorts = ['A', 'B', 'C', 'I'].includes(opt) ? 'auto' : 'bitmap'
  if (mode !== null && next !== mode) stop(line, `${typed} would set mdadm mode to "${next}", but it is already set to "${mode}".`)
  if (mode === null && next !== null) {
    line.mode = next
    if (next === 'misc' && line.devices.length > 0) stop(line, `No action given for ${line.devices[0]!.name} in --misc mode\n       Action options must come before device names`)
  }
  if (mode !== null || next !== null) return next
  if ((opt === 'c' || opt === 'ConfigFile') && /^--?h/.test(arg!)) {
    line.ended = { status: 0, out: 'hotspare: mdadm.conf(5) tells of DEVICE, ARRAY, MAILADDR, MAILFROM, PROGRAM, CREATE, HOMEHOST, AUTO and MONITORDELAY lines.\n', err: '' }
    return null
  }
  if (opt !== 'device') {
    stop(line, `${typed} does not set the mode, and so cannot be the first option.`)
    return null
  }
  if (line.devices.length > 0) stop(line, `An option must be given to set the mode before a second device\n       (${arg}) is listed`)
  else pushDevice(line, arg!)
  return null
}

function takeDevice(line: Line, name: string): void {
  if (line.devices.length > 0 && line.devmode === 'DetailPlatform') {
    line.said += `mdadm: controller may only be specified once. ${name} ignored\n`
    return
  }
  if (line.devices.length > 0 && line.mode === 'manage' && line.devmode === '') stop(line, `Must give one of -a/-r/-f for subsequent devices at ${name}`)
  if (line.devices.length > 0 && line.mode === 'grow' && line.devmode === '') stop(line, `Must give -a/--add for devices to add: ${name}`)
  pushDevice(line, name)
}
