/** What an mdadm command line comes to, piece by piece: the mode, the devices with what is to be done to each, and what options said. */
import type { MetadataName, Mode } from './texts.ts'

export type Flag = 'default' | 'set' | 'clear'
export interface DeviceArg { name: string; /** What is to be done with it: the code of the option before it, '' for none. */ how: string; writeMostly: Flag; failfast: Flag }
export interface Line {
  mode: Mode | null; devmode: string; devices: DeviceArg[]; said: string
  verbose: number; brief: boolean; noDevices: boolean; export: number; scan: boolean; force: boolean; test: boolean; run: number; readonly: number
  homehost: string | null; requireHomehost: boolean; prefer: string | null; update: string | null; config: string | null; metadata: MetadataName | null
  uuid: string | null; name: string; superMinor: number | 'dev' | null; level: number | null; raidDevices: number; spareDevices: number; sizeKib: number | 'max'; arraySize: number | 'max'
  chunkKib: number; layout: string | null; bitmap: string | null; bitmapChunk: number | null; writeBehind: number | null; assumeClean: boolean; dataOffset: number | 'variable' | null
  delay: number; mail: string | null; program: string | null; increments: number; daemonise: boolean; pidFile: string | null; oneshot: boolean; spareSharing: boolean; syslog: boolean
  action: string | null; autof: number; symlinks: string | null; policy: string | null; nodes: number; journal: boolean; ended: Ended | null; /** Why a file cannot be opened; null: it can. */ readonly cannotOpen: (path: string) => string | null; backupFile: string | null; continues: boolean; subarray: string | null
  writeMostly: Flag; failfast: Flag; rebuildMap: boolean; dumpDirectory: string | null; udevRules: string | null; bitmapFile: string | null; removePath: string | null
}
/** It ends before anything is done. */
export interface Ended { readonly status: number; readonly out: string; readonly err: string }

/** Before anything was read. */
export const blankLine = (cannotOpen: Line['cannotOpen']): Line => ({
  mode: null, devmode: '', devices: [], said: '', verbose: 0, brief: false, noDevices: false, export: 0, scan: false, force: false, test: false, run: 0, readonly: 0, homehost: null, requireHomehost: true,
  prefer: null, update: null, config: null, metadata: null, uuid: null, name: '', superMinor: null, level: null, raidDevices: 0, spareDevices: 0, sizeKib: 0, arraySize: 0, chunkKib: 0, layout: null,
  bitmap: null, bitmapChunk: null, writeBehind: null, assumeClean: false, dataOffset: null, delay: 0, mail: null, program: null, increments: 20, daemonise: false, pidFile: null, oneshot: false,
  spareSharing: true, syslog: false, action: null, autof: 0, symlinks: null, policy: null, nodes: 0, journal: false, ended: null, cannotOpen, backupFile: null, continues: false, subarray: null, writeMostly: 'default',
  failfast: 'default', rebuildMap: false, dumpDirectory: null, udevRules: null, bitmapFile: null, removePath: null,
})

/** It goes no further. */
export function stop(line: Line, text: string, status = 2): true {
  line.ended ??= { status, out: '', err: text === '' ? '' : `mdadm: ${text}\n` }
  return true
}

export const pushDevice = (line: Line, name: string, how = line.devmode): void => void line.devices.push({ name, how, writeMostly: line.writeMostly, failfast: line.failfast })
