/**
 * An mdadm command line taken apart by mdadm's own rules: first what holds in every mode, then what sets the mode, then what the mode makes of it.
 *
 * A device before any option leaves the mode open; `--add` and its like choose manage, `--stop` and its like misc; two modes are refused by name.
 * A complaint that goes on is collected in `said`. Source: mdadm 4.2 mdadm.c main(), read as facts; measured with the real binary.
 */
import { Getopt, type Found } from './getopt.ts'
import { takeOption } from './line-options.ts'
import { helpText, USAGE, VERSION, type MetadataName, type Mode } from './texts.ts'

export type Flag = 'default' | 'set' | 'clear'
export interface DeviceArg { name: string; /** What is to be done with it: the code of the option before it, '' for none. */ how: string; writeMostly: Flag; failfast: Flag }
export interface Line {
  mode: Mode | null; devmode: string; devices: DeviceArg[]; said: string
  verbose: number; brief: boolean; noDevices: boolean; export: number; scan: boolean; force: boolean; test: boolean; run: number; readonly: number
  homehost: string | null; requireHomehost: boolean; prefer: string | null; update: string | null; config: string | null; metadata: MetadataName | null
  uuid: string | null; name: string; superMinor: number | 'dev' | null; level: number | null; raidDevices: number; spareDevices: number; sizeKib: number | 'max'; arraySize: number | 'max'
  chunkKib: number; layout: string | null; bitmap: string | null; bitmapChunk: number | null; writeBehind: number | null; assumeClean: boolean; dataOffset: number | 'variable' | null
  delay: number; mail: string | null; program: string | null; increments: number; daemonise: boolean; pidFile: string | null; oneshot: boolean; spareSharing: boolean; syslog: boolean
  action: string | null; autof: number; symlinks: string | null; policy: string | null; nodes: number; journal: boolean; ended: Ended | null; backupFile: string | null; continues: boolean; subarray: string | null
  writeMostly: Flag; failfast: Flag; rebuildMap: boolean; dumpDirectory: string | null; udevRules: string | null; bitmapFile: string | null; removePath: string | null
}
/** It ends before anything is done. */
export interface Ended { readonly status: number; readonly out: string; readonly err: string }

const blank = (): Line => ({
  mode: null, devmode: '', devices: [], said: '', verbose: 0, brief: false, noDevices: false, export: 0, scan: false, force: false, test: false, run: 0, readonly: 0, homehost: null, requireHomehost: true,
  prefer: null, update: null, config: null, metadata: null, uuid: null, name: '', superMinor: null, level: null, raidDevices: 0, spareDevices: 0, sizeKib: 0, arraySize: 0, chunkKib: 0, layout: null,
  bitmap: null, bitmapChunk: null, writeBehind: null, assumeClean: false, dataOffset: null, delay: 0, mail: null, program: null, increments: 20, daemonise: false, pidFile: null, oneshot: false,
  spareSharing: true, syslog: false, action: null, autof: 0, symlinks: null, policy: null, nodes: 0, journal: false, ended: null, backupFile: null, continues: false, subarray: null, writeMostly: 'default',
  failfast: 'default', rebuildMap: false, dumpDirectory: null, udevRules: null, bitmapFile: null, removePath: null,
})

const SETS: Readonly<Record<string, Mode>> = { A: 'assemble', B: 'build', C: 'create', F: 'monitor', G: 'grow', I: 'incremental', AutoDetect: 'auto-detect', Manage: 'manage', Misc: 'misc', NoSharing: 'monitor' }
const FORCES_MISC = ['D', 'E', 'X', 'Q', 'ExamineBB', 'Dump', 'Restore', 'Action']
const OPENS_MANAGE = ['a', 'Add', 'AddSpare', 'AddJournal', 'r', 'Remove', 'Replace', 'With', 'f', 'Fail', 'ReAdd', 'ClusterConfirm']
const OPENS_MISC = ['R', 'S', 'o', 'w', 'W', 'Wait', 'WaitClean', 'DetailPlatform', 'KillSubarray', 'UpdateSubarray', 'UdevRules', 'Kill']
const TAKES_BITMAP: readonly (Mode | null)[] = ['assemble', 'build', 'create', 'grow', 'incremental', 'manage']

export function parseLine(argv: readonly string[], classic: boolean): Line | Ended {
  const line = blank(), words = new Getopt(argv, classic)
  takeAll(line, words)
  return line.ended === null ? line : { ...line.ended, err: line.said + line.ended.err }
}
/** It goes no further. */
export function stop(line: Line, text: string, status = 2): true {
  line.ended ??= { status, out: '', err: text === '' ? '' : `mdadm: ${text}\n` }
  return true
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
export const pushDevice = (line: Line, name: string, how = line.devmode): void => void line.devices.push({ name, how, writeMostly: line.writeMostly, failfast: line.failfast })
