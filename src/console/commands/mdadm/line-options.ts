/**
 * What an option means once the mode is known: one row for each, with the modes in which it is valid, and the complaints of mdadm about its argument.
 * Where a row is missing the option is not valid in that mode. Source: mdadm 4.2 mdadm.c main(), read as facts.
 */
import type { Found } from './getopt.ts'
import { pushDevice, stop, type Line } from './line-parts.ts'
import { parseNumber, parseSize } from './size.ts'
import { levelName, levelOf, metadataOf, POLICIES, UPDATE_LIST, UPDATES, type Mode } from './texts.ts'

/** A, B, C: assemble, build, create; F: monitor; G: grow; I: incremental; M: manage; X: misc. */
const LETTER: Readonly<Record<Mode, string>> = { assemble: 'A', build: 'B', create: 'C', monitor: 'F', grow: 'G', incremental: 'I', manage: 'M', misc: 'X', 'auto-detect': '' }
/** True if it has said why not. */
type Take = (line: Line, arg: string, found: Found) => unknown
const ROWS = new Map<string, { readonly modes: string; readonly take: Take }[]>()
function row(opts: string, modes: string, take: Take): void {
  for (const opt of opts.split(' ')) {
    const rows = ROWS.get(opt) ?? []
    rows.push({ modes, take })
    ROWS.set(opt, rows)
  }
}

/** False: not valid in this mode. */
export function takeOption(line: Line, found: Found): boolean {
  const letter = LETTER[line.mode!]
  for (const { modes, take } of ROWS.get(found.opt) ?? []) {
    if (!modes.includes(letter) || letter === '') continue
    take(line, found.arg ?? '', found)
    return true
  }
  return false
}

row('c ChunkSize', 'GCB', (line, arg) => {
  if (line.chunkKib !== 0) return stop(line, `chunk/rounding may only be specified once. Second value is ${arg}.`)
  const sectors = parseSize(arg)
  if (sectors === null || sectors < 8 || sectors % 2 === 1) return stop(line, `invalid chunk/rounding value: ${arg}`)
  line.chunkKib = sectors / 2
})
row('e', 'ICAX', (line, arg) => {
  if (line.metadata !== null) return stop(line, 'metadata information already given')
  line.metadata = metadataOf(arg)
  if (line.metadata === null) return stop(line, `unrecognised metadata identifier: ${arg}`)
})
row('W WriteMostly', 'MBC', line => { line.writeMostly = 'set' })
row('w', 'M', line => { line.writeMostly = 'clear' })
row('FailFast', 'MC', line => { line.failfast = 'set' })
row('NoFailFast', 'M', line => { line.failfast = 'clear' })
row('z', 'GCB', (line, arg) => {
  if (line.sizeKib !== 0) return stop(line, `size may only be specified once. Second value is ${arg}.`)
  const sectors = arg === 'max' ? 0 : parseSize(arg)
  if (sectors === null || (arg !== 'max' && sectors < 8)) return stop(line, `invalid size: ${arg}`)
  line.sizeKib = arg === 'max' ? 'max' : Math.floor(sectors / 2)
})
row('Z', 'G', (line, arg) => {
  if (line.arraySize !== 0) return stop(line, `array-size may only be specified once. Second value is ${arg}.`)
  const sectors = arg === 'max' ? 0 : parseSize(arg)
  if (sectors === null) return stop(line, `invalid array size: ${arg}`)
  line.arraySize = arg === 'max' ? 'max' : sectors
})
row('DataOffset', 'CG', (line, arg) => {
  if (line.dataOffset !== null) return stop(line, `data-offset may only be specified one. Second value is ${arg}.`)
  line.dataOffset = line.mode === 'create' && arg === 'variable' ? 'variable' : parseSize(arg)
  if (line.dataOffset === null) return stop(line, `invalid data-offset: ${arg}`)
})
row('l', 'GCB', (line, arg) => {
  if (line.level !== null) return stop(line, `raid level may only be set once.  Second value is ${arg}.`)
  line.level = levelOf(arg)
  if (line.level === null) return stop(line, `invalid raid level: ${arg}`)
  if (line.mode === 'build' && ![0, -1, 1, -4, -5, 10].includes(line.level)) return stop(line, `Raid level ${arg} not permitted with --build.`)
  if (line.spareDevices > 0 && line.level < 1 && line.level >= -1) return stop(line, `raid level ${arg} is incompatible with spare-devices setting.`)
})
row('p Layout', 'G', (line, arg) => {
  if (line.layout !== null) return stop(line, `layout may only be sent once.  Second value was ${arg}`)
  line.layout = arg
})
row('p Layout', 'CB', (line, arg) => {
  if (line.layout !== null) return stop(line, `layout may only be sent once.  Second value was ${arg}`)
  if (line.level === null) return stop(line, 'raid level must be given before layout.')
  if (![0, 5, 6, 10, -5].includes(line.level)) return stop(line, `layout not meaningful for ${line.level === 1 ? 'raid1' : line.level === -1 ? 'linear' : line.level === 4 ? 'raid4' : 'multipath'} arrays.`)
  line.layout = arg
  const known = LAYOUTS.get(line.level)
  if (known !== undefined && !known.test(arg)) return stop(line, line.level === 10 ? `layout for raid10 must be 'nNN', 'oNN' or 'fNN' where NN is a number, not ${arg}` : `layout ${arg} not understood for ${levelName(line.level)}.`)
  return undefined
})
const PARITY = '(left|right)-(a?symmetric)|[lr][as]|default|parity-(first|last)|ddf-(zero-restart|N-restart|N-continue)|[0-5]'
const LAYOUTS = new Map([
  [0, /^(original|alternate|dangerous|1|2)$/], [5, new RegExp(`^(${PARITY})$`)], [6, new RegExp(`^(${PARITY}|(left|right)-(a?symmetric)-6|parity-first-6)$`)], [10, /^[nof]\d+$/],
  [-5, /^((write|read)-(transient|persistent|all|fixable)|[wr][tpaf]|clear|flush|none|default)\d*$/],
])
row('AssumeClean', 'CBG', line => { line.assumeClean = true })
row('n', 'GCB', (line, arg) => {
  if (line.raidDevices !== 0) return stop(line, `raid-devices set twice: ${line.raidDevices} and ${arg}`)
  const n = parseNumber(arg)
  if (n === null || n <= 0) return stop(line, `invalid number of raid devices: ${arg}`)
  line.raidDevices = n
})
row('Nodes', 'AGC', (line, arg) => {
  const n = parseNumber(arg)
  if (n === null || n < 2) return stop(line, `clustered array needs two nodes at least: ${arg}`)
  line.nodes = n
})
row('ClusterName', 'CA', (line, arg) => (arg.length > 64 ? stop(line, 'Cluster name too big.') : undefined))
row('x', 'C', (line, arg) => {
  if (line.spareDevices !== 0) return stop(line, `spare-devices set twice: ${line.spareDevices} and ${arg}`)
  if (line.level !== null && line.level <= 0 && line.level >= -1) return stop(line, `spare-devices setting is incompatible with raid level ${line.level}`)
  const n = parseNumber(arg)
  if (n === null || n < 0) return stop(line, `invalid number of spare-devices: ${arg}`)
  line.spareDevices = n
})
row('a Auto', 'CBIA', (line, arg) => {
  if (!/^(no|yes|md|((yes|md|mdp|p|part\w*?)-?\d*))?$/i.test(arg)) return stop(line, `--auto flag arg of "${arg}" unrecognised: use no,yes,md,mdp,part\n        optionally followed by a number.`)
  line.autof = /^no$/i.test(arg) ? 1 : 2
})
row('Symlinks', 'CBA', (line, arg) => { line.symlinks = arg })
row('f Force', 'BGCAX', line => { line.force = true })
row('Force', 'M', line => { line.force = true })
row('FreezeReshape', 'AI', () => undefined)
row('u', 'CA', (line, arg) => {
  if (line.uuid !== null) return stop(line, `uuid cannot be set twice.  Second value ${arg}.`)
  line.uuid = parseUuid(arg)
  if (line.uuid === null) return stop(line, `Bad uuid: ${arg}`)
})
row('N', 'CAX', (line, arg) => {
  if (line.name !== '') return stop(line, `name cannot be set twice.   Second value ${arg}.`)
  if (line.mode === 'misc' && line.subarray === null) return stop(line, '-N/--name only valid with --update-subarray in misc mode')
  if (arg.length > 32) return stop(line, `name '${arg}' is too long, 32 chars max.`)
  line.name = arg
})
row('m SuperMinor', 'A', (line, arg) => {
  if (line.superMinor !== null) return stop(line, `super-minor cannot be set twice.  Second value: ${arg}.`)
  const n = parseNumber(arg)
  if (arg !== 'dev' && (n === null || n < 0)) return stop(line, `Bad super-minor number: ${arg}.`)
  line.superMinor = arg === 'dev' ? 'dev' : n
})
row('o', 'AMC', line => { line.readonly = 1 })
row('U', 'AX', (line, arg) => {
  if (line.update !== null) return stop(line, `Can only update one aspect of superblock, both ${line.update} and ${arg} given.`)
  if (line.mode === 'misc' && line.subarray === null) return stop(line, 'Only subarrays can be updated in misc mode')
  line.update = arg
  if (UPDATES.includes(arg)) return
  const help = arg === '?' || arg === 'help'
  line.ended ??= help ? { status: 0, out: `mdadm: ${UPDATE_LIST}`, err: '' } : { status: 2, out: '', err: `mdadm: '--update=${arg}' is invalid.  ${UPDATE_LIST}` }
})
row('U', 'M', (line, arg) => {
  if (line.devmode !== 'ReAdd') return stop(line, '--update in Manage mode only allowed with --re-add.', 1)
  if (line.update !== null) return stop(line, `Can only update one aspect of superblock, both ${line.update} and ${arg} given.`)
  line.update = arg
  if (!['devicesize', 'bbl', 'force-no-bbl', 'no-bbl'].includes(arg)) return stop(line, "only 'devicesize', 'bbl', 'no-bbl', and 'force-no-bbl' can be updated with --re-add")
})
row('NoDegraded', 'IA', line => {
  if (line.mode === 'incremental') line.said += 'mdadm: --no-degraded is deprecated in Incremental mode\n'
  line.run = -1
})
row('c ConfigFile', 'AIXF', takeConfig)
row('ConfigFile', 'C', takeConfig)
function takeConfig(line: Line, arg: string): unknown {
  if (line.config !== null) return stop(line, `configfile cannot be set twice.  Second value is ${arg}.`)
  line.config = arg
  return undefined
}
row('s', 'AXFI', line => { line.scan = true })

// Monitor.

row('m EMail', 'F', (line, arg) => {
  if (line.mail !== null) line.said += `mdadm: only specify one mailaddress. ${arg} ignored.\n`
  else line.mail = arg
})
row('p Program', 'F', (line, arg) => {
  if (line.program !== null) line.said += `mdadm: only specify one alter program. ${arg} ignored.\n`
  else line.program = arg
})
row('r Increment', 'F', (line, arg) => {
  const n = parseNumber(arg)
  if (n === null || n > 99 || n < 1) return stop(line, 'please specify positive integer between 1 and 99 as rebuild increments.')
  line.increments = n
})
row('d', 'FGBC', (line, arg) => {
  const n = parseNumber(arg)
  if (line.delay !== 0) line.said += `mdadm: only specify delay once. ${arg} ignored.\n`
  else if (n === null || n < 1) return stop(line, `invalid delay: ${arg}`)
  else line.delay = n
})
row('f Fork', 'F', line => { line.daemonise = true })
row('i', 'F', (line, arg) => {
  if (line.pidFile !== null) line.said += `mdadm: only specify one pid file. ${arg} ignored.\n`
  else line.pidFile = arg
})
row('1', 'F', line => { line.oneshot = true; line.spareSharing = false })
row('t', 'FMX', line => { line.test = true })
row('y', 'F', line => { line.syslog = true })
row('NoSharing', 'F', line => { line.spareSharing = false })

// Manage, grow, incremental.

row('a Add', 'GM', line => { line.devmode = 'a' })
row('AddSpare', 'M', line => { line.devmode = 'S' })
row('AddJournal', 'M', line => { line.devmode = 'j' })
row('ReAdd', 'M', line => { line.devmode = 'ReAdd' })
row('r Remove', 'M', line => { line.devmode = 'r' })
row('f Fail', 'MI', line => { line.devmode = 'f' })
row('Remove', 'I', line => { line.devmode = 'f' })
row('ClusterConfirm', 'M', line => { line.devmode = 'c' })
row('Replace', 'M', line => { line.devmode = 'Replace' })
row('With', 'M', line => {
  if (line.devmode !== 'Replace') return stop(line, '--with must follow --replace')
  line.devmode = 'With'
})
row('R', 'IMABC', line => {
  if (line.run < 0) return stop(line, 'Cannot both Stop and Run an array')
  line.run = 1
})
row('S', 'M', line => {
  if (line.run > 0) return stop(line, 'Cannot both Run and Stop an array')
  line.run = -1
})

// Misc.

row('Q D E Kill R S X ExamineBB o w W Wait WaitClean DetailPlatform KillSubarray UpdateSubarray Dump Restore Action', 'X', (line, arg, { opt, long }) => {
  if (opt === 'KillSubarray' || opt === 'UpdateSubarray') {
    if (line.subarray !== null) return stop(line, 'subarray can only be specified once')
    line.subarray = arg
  }
  if (opt === 'Action') {
    if (line.action !== null) return stop(line, 'Only one --action can be specified')
    if (!['idle', 'frozen', 'check', 'repair'].includes(arg)) return stop(line, 'action must be one of idle, frozen, check, repair')
    line.action = arg
  }
  const { devmode } = line
  if (devmode !== '' && devmode !== opt && (devmode === 'E' || (opt === 'E' && devmode !== 'Q')))
    return stop(line, `--examine/-E cannot be given with ${devmode === 'E' ? long ?? `-${opt}` : devmode.length === 1 ? `-${devmode}` : 'previous option'}`)
  line.devmode = opt
  if (opt === 'Dump' || opt === 'Restore') {
    if (line.dumpDirectory !== null) return stop(line, `dump/restore directory specified twice: ${line.dumpDirectory} and ${arg}`)
    line.dumpDirectory = arg
  }
})
row('UdevRules', 'X', (line, arg) => {
  if (line.devmode !== '' && line.devmode !== 'UdevRules') line.said += 'mdadm: --udev-rules must be the only option.\n'
  line.udevRules ??= arg
  line.devmode = 'UdevRules'
})
row('Sparc22', 'X', line => (line.devmode !== 'E' ? stop(line, '--sparc2.2 only allowed with --examine') : undefined))

// Bitmaps, backups, policies.

row('b Bitmap', 'A', (line, arg) => {
  if (arg === 'internal' || arg === 'clustered') line.said += 'mdadm: no need to specify --bitmap when assembling arrays with internal or clustered bitmap\n'
  else {
    line.bitmapFile = arg
    const no = line.cannotOpen(arg)
    if (no !== null || arg === '') return stop(line, `cannot open bitmap file ${arg}: ${no ?? 'No such file or directory'}`)
  }
  return undefined
})
row('b Bitmap', 'BCG', (line, arg) => {
  if (line.bitmap !== null) return stop(line, `bitmap cannot be set twice. Second value: ${arg}.`)
  line.bitmap = arg
  if (arg !== 'internal' && arg !== 'none' && arg !== 'clustered' && !arg.includes('/'))
    return stop(line, `bitmap file must contain a '/', or be 'internal', or be 'clustered', or 'none'\n       not '${arg}'`)
})
row('BitmapChunk', 'GBC', (line, arg) => {
  const sectors = parseSize(arg)
  if (sectors === null || (sectors & sectors - 1) !== 0) return stop(line, `invalid bitmap chunksize: ${arg}`)
  line.bitmapChunk = sectors * 512
})
// Without its argument, which the manual allows, 4.2 refuses it.
row('WriteBehind', 'GBC', (line, arg, { arg: given }) => {
  const n = parseNumber(arg)
  if (n === null || n < 0 || n > 16383) return stop(line, `Invalid value for maximum outstanding write-behind writes: ${given ?? '(null)'}.\n\tMust be between 0 and 16383.`)
  line.writeBehind = n
})
row('BackupFile', 'AG', (line, arg) => {
  if (line.backupFile !== null) return stop(line, `backup file already specified, rejecting ${arg}`)
  line.backupFile = arg
})
row('Continue', 'G', line => { line.continues = true })
row('InvalidBackup', 'A', () => undefined)
row('r RebuildMap', 'I', line => { line.rebuildMap = true })
row('Path', 'I', (line, arg) => { line.removePath = arg })
row('WriteJournal', 'C', (line, arg) => {
  if (line.journal) {
    line.said += `mdadm: Please specify only one journal device for the array.\nmdadm: Ignoring --write-journal ${arg}...\n`
    return
  }
  pushDevice(line, arg, 'j')
  line.journal = true
})
row('k', 'CG', (line, arg) => {
  if (!POLICIES.slice(2).includes(arg)) return stop(line, `Invalid consistency policy: ${arg}`)
  line.policy = arg
})

/** Four words with or without separators, as mdadm prints them; null: that is none. */
export function parseUuid(text: string): string | null {
  const digits = text.replace(/[:. -]/g, '')
  if (!/^[0-9a-fA-F]{32}$/.test(digits)) return null
  return digits.toLowerCase().replace(/(.{8})(?=.)/g, '$1:')
}
