/** An mdadm command line taken apart: mode, options and devices, in whatever order and form they were typed (mdadm 4.2 ReadMe.c). */

export type Mode = 'create' | 'assemble' | 'manage' | 'misc' | 'grow' | 'incremental' | 'monitor' | 'detail' | 'examine' | 'stop' | 'run' | 'readonly' | 'readwrite' | 'zero' | 'action' | 'other'
export interface ManageStep { op: 'fail' | 'remove' | 'add' | 're-add' | 'add-spare' | 'replace' | 'with'; devices: string[] }
export interface MdadmLine { mode: Mode; devices: string[]; steps: ManageStep[]; options: Record<string, string | true>; unknown: string[] }

const MODES: Readonly<Record<string, Mode>> = {
  create: 'create', C: 'create', assemble: 'assemble', A: 'assemble', grow: 'grow', G: 'grow', incremental: 'incremental', I: 'incremental',
  monitor: 'monitor', follow: 'monitor', F: 'monitor', manage: 'manage', misc: 'misc', build: 'other', B: 'other',
  detail: 'detail', D: 'detail', examine: 'examine', E: 'examine', 'examine-bitmap': 'examine', X: 'examine', query: 'detail', Q: 'other',
  stop: 'stop', S: 'stop', readonly: 'readonly', o: 'readonly', readwrite: 'readwrite', w: 'readwrite', 'zero-superblock': 'zero', action: 'action',
  wait: 'other', W: 'other', 'wait-clean': 'other', version: 'other', V: 'other', help: 'other',
}
const MANAGE: Readonly<Record<string, ManageStep['op']>> = {
  fail: 'fail', 'set-faulty': 'fail', f: 'fail', remove: 'remove', add: 'add', a: 'add', 're-add': 're-add', 'add-spare': 'add-spare', replace: 'replace', with: 'with',
}
const VALUED: Readonly<Record<string, string>> = {
  level: 'level', l: 'level', 'raid-devices': 'raid-devices', 'raid-disks': 'raid-devices', n: 'raid-devices', 'spare-devices': 'spare-devices', 'spare-disks': 'spare-devices', x: 'spare-devices',
  metadata: 'metadata', e: 'metadata', bitmap: 'bitmap', b: 'bitmap', 'bitmap-chunk': 'bitmap-chunk', name: 'name', N: 'name', homehost: 'homehost', size: 'size', z: 'size',
  uuid: 'uuid', u: 'uuid', config: 'config', c: 'config', 'data-offset': 'data-offset', 'super-minor': 'super-minor', m: 'super-minor', update: 'update', U: 'update',
  'homecluster': 'homecluster', layout: 'layout', chunk: 'chunk', 'write-behind': 'write-behind', 'spare-group': 'spare-group', 'backup-file': 'backup-file', consistency: 'consistency', 'consistency-policy': 'consistency', k: 'consistency', delay: 'delay', d: 'delay', program: 'program', p: 'program', mail: 'mail', alert: 'program', action: 'action',
}
const FLAGS: Readonly<Record<string, string>> = {
  run: 'run', R: 'run', force: 'force', f: 'force', scan: 'scan', s: 'scan', verbose: 'verbose', v: 'verbose', quiet: 'quiet', q: 'quiet', brief: 'brief', 'assume-clean': 'assume-clean',
  oneshot: 'oneshot', '1': 'oneshot', test: 'test', t: 'test', daemonise: 'daemonise', 'no-degraded': 'no-degraded', fail: 'fail', remove: 'remove', 'write-mostly': 'write-mostly', export: 'export', Y: 'export', auto: 'auto', a: 'auto', 'no-bitmap': 'no-bitmap', 'no-sharing': 'no-sharing', failfast: 'failfast', prefer: 'prefer', 'freeze-reshape': 'freeze-reshape', readonly: 'readonly', o: 'readonly',
}

export function parseMdadm(words: readonly string[], { classic = false } = {}): MdadmLine {
  const line: MdadmLine = { mode: 'manage', devices: [], steps: [], options: {}, unknown: [] }
  let mode: Mode | undefined
  const option = (name: string, value: string | undefined, rest: string[]): void => {
    const manages = mode === undefined || mode === 'manage'
    if (name === 'r') {
      // The short form swallows its argument in 4.2 and does nothing (VS-94).
      if (mode === undefined || mode === 'manage' || mode === 'misc') {
        mode ??= 'manage'
        if (classic) line.steps.push({ op: 'remove', devices: [] })
        else rest.shift()
        return
      }
      line.options.remove = true
      return
    }
    const op = MANAGE[name]
    if (op !== undefined && (manages || (mode === 'grow' && (name === 'add' || name === 'a')))) {
      mode ??= 'manage'
      line.steps.push({ op, devices: value === undefined ? [] : [value] })
      return
    }
    if (MODES[name] !== undefined && !(mode === 'create' && name === 'o')) {
      if (mode === undefined || mode === 'misc' || mode === 'manage') mode = MODES[name]!
      if (name === 'action') line.options.action = value ?? rest.shift() ?? ''
      return
    }
    const flag = FLAGS[name]
    if (flag === 'run' && mode === undefined) { mode = 'run'; return }
    if (VALUED[name] !== undefined && !(mode === 'incremental' && name === 'f')) { line.options[VALUED[name]!] = value ?? rest.shift() ?? ''; return }
    if (flag !== undefined) { line.options[flag] = true; return }
    line.unknown.push(name)
  }
  const rest = words.slice(1)
  while (rest.length > 0) {
    const word = rest.shift()!
    if (word === '--') continue
    if (word.startsWith('--')) {
      const [name = '', value] = splitOnce(word.slice(2))
      option(name, value, rest)
    } else if (/^-[A-Za-z0-9]/.test(word)) {
      for (let i = 1; i < word.length; i++) {
        const letter = word[i]!
        const valued = VALUED[letter] !== undefined && !(letter === 'f' || (letter === 'm' && mode === 'monitor'))
        const isMode = MODES[letter] !== undefined && (mode === undefined || mode === 'misc')
        if (valued && !isMode && i + 1 < word.length) {
          option(letter, word.slice(i + 1).replace(/^=/, ''), rest)
          break
        }
        option(letter, undefined, rest)
      }
    } else if (line.steps.length > 0 && line.devices.length > 0) line.steps.at(-1)!.devices.push(word)
    else if (line.steps.length > 0 && (mode === undefined || mode === 'manage')) {
      if (line.devices.length === 0) line.devices.push(word)
    } else line.devices.push(word)
  }
  line.mode = mode ?? (line.devices.length > 0 ? 'manage' : 'other')
  return line
}

function splitOnce(text: string): [string, string | undefined] {
  const at = text.indexOf('=')
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}
