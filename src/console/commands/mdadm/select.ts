/**
 * Which devices an assembly takes: those that match what is asked for, that agree with one another, and that nobody uses.
 *
 * With devices on the command line every mismatch is said and one without a superblock ends it; otherwise mismatches are passed over in silence.
 * Source: mdadm 4.2 Assemble.c select_devices, ident_matches; config.c conf_match, read as facts.
 */
import { failed } from '../../../shell/kernel/errno.ts'
import type { Run } from '../../../shell/kernel/wait.ts'
import { mayAssemble, oneOf, type ArrayLine } from './conf.ts'
import { examine, isLocal, minorOf, nameOf, type Super } from './super.ts'
import type { Tool } from './tool.ts'

/** What is asked for; an ARRAY line fits. */
export type Ident = Pick<ArrayLine, 'uuid' | 'name' | 'superMinor' | 'level' | 'raidDevices' | 'devices' | 'metadata'>
/** `used`: 0 not yet, 1 taken this time, 2 done with. */
export interface Candidate { readonly name: string; used: 0 | 1 | 2; found: Super | null }
export const candidates = (names: readonly string[]): Candidate[] => names.map(name => ({ name, used: 0, found: null }))

/** The first superblock that was taken, null if none was; false after a complaint that ends it. */
export function* selectDevices(t: Tool, list: readonly Candidate[], ident: Ident, inArgv: boolean, auto: boolean): Run<Super | null | false> {
  const report = (inArgv && t.line.verbose >= 0) || t.line.verbose > 0, say = (text: string): void => { if (report) t.say(text) }
  let first: Super | null = null
  const type = t.line.metadata ?? ident.metadata
  for (const one of list) if (one.used !== 0) one.used = 2
  for (const one of list) {
    if (one.used > 1) continue
    const { name } = one
    if (ident.devices !== null && !oneOf(ident.devices, name)) { say(`${name} is not one of ${ident.devices}`); continue }
    const looked = yield* examine(t, name)
    yield* t.flush()
    if (failed(looked)) { say(`cannot open device ${name}: ${looked.text}`); one.used = 2 }
    else if (looked.dev.kind === 'other') { t.say(`${name} is not a block device.`); one.used = 2 }
    else if (looked.found === 'nothing' || looked.found === 'mbr' || (type !== null && type !== looked.found.sb.metadata && !(type === '1' && looked.found.sb.metadata !== '0.90'))) {
      if (first !== null || type !== null) { say(`No super block found on ${name} (Expected magic a92b4efc, got 00000000)`); say(`no RAID superblock on ${name}`) }
      else say(looked.found === 'mbr' ? `Cannot assemble mbr metadata on ${name}` : `no recogniseable superblock on ${name}`)
      one.used = 2
    } else {
      one.found = looked.found
      if (auto && first === null && !mayAssemble(t.conf, one.found.sb.metadata, isLocal(one.found, t.homehost))) {
        say(`${name} has metadata type ${one.found.sb.metadata === '0.90' ? '0.90' : '1.x'} for which auto-assembly is disabled`)
        one.used = 2
      }
    }
    if (one.used === 2) {
      if (auto || !inArgv || ident.name !== '' || ident.superMinor !== null || ident.uuid !== null) continue
      t.say(`${name} has no superblock - assembly aborted`)
      return false
    }
    const found = one.found!
    if (!identMatches(t, ident, found, report ? name : null)) continue
    if (auto && !autoMatches(t, found, name, report)) continue
    if (t.openable(found.dev, true) !== undefined) { say(`${name} is busy - skipping`); continue }
    first ??= found
    if (first.array !== found.array || first.sb.metadata !== found.sb.metadata) {
      if (auto) continue
      const was = isLocal(first, t.homehost), is = isLocal(found, t.homehost)
      if (was && !is) { say(`${name} misses out due to wrong homehost`); continue }
      if (!was && is) {
        say(`${name} overrides previous devices due to good homehost`)
        for (const before of list) { if (before === one) break; if (before.used === 1) before.used = 0 }
        first = found
      } else {
        t.say(`superblock on ${name} doesn't match others - assembly aborted`)
        return false
      }
    }
    one.used = 1
  }
  return first
}

export function identMatches(t: Tool, ident: Ident, found: Super, name: string | null): boolean {
  const no = (text: string): false => { if (name !== null) t.say(`${name} ${text}`); return false }
  const { update } = t.line
  if (ident.uuid !== null && update !== 'uuid' && ident.uuid !== found.uuid) return no('has wrong uuid.')
  if (ident.name !== '' && update !== 'name' && !nameMatches(t, nameOf(found), ident.name)) return no('has wrong name.')
  if (ident.superMinor !== null && ident.superMinor !== (found.sb.metadata === '0.90' ? minorOf(found.a) : -1)) return no('has wrong super-minor.')
  if (ident.level !== null && ident.level !== 1) return no('has wrong raid level.')
  if (ident.raidDevices !== null && ident.raidDevices !== found.sb.raidDevices) return no('requires wrong number of drives.')
  return true
}
function nameMatches(t: Tool, found: string, required: string): boolean {
  if (found === required) return true
  const cut = found.indexOf(':')
  if (cut < 0) return false
  const home = t.homehost
  return (found.startsWith('any:') || home === 'any' || !t.requireHomehost || (home !== null && found.startsWith(`${home}:`))) && found.slice(cut + 1) === required
}

/** The ARRAY line that means this array; null: more than one does. */
export function confMatch(t: Tool, found: Super, name: string | null, verbose: number): ArrayLine | undefined | null {
  let match: ArrayLine | undefined
  for (const a of t.conf.arrays) {
    if (a.uuid !== null && a.uuid !== found.uuid) continue
    if (a.name !== '' && a.name.toLowerCase() !== nameOf(found).toLowerCase()) continue
    if (a.devices !== null && name !== null && !oneOf(a.devices, name)) continue
    if (a.superMinor !== null && a.superMinor !== (found.sb.metadata === '0.90' ? minorOf(found.a) : -1)) continue
    if (a.uuid === null && a.name === '' && a.devices === null && a.superMinor === null) continue
    if (match !== undefined) {
      if (verbose >= 0) t.say(match.devname !== null && a.devname !== null ? `we match both ${match.devname} and ${a.devname} - cannot decide which to use.` : 'multiple lines in mdadm.conf match')
      return null
    }
    match = a
  }
  return match
}
/** Nothing is assembled by itself that contradicts the configuration file. */
function autoMatches(t: Tool, found: Super, name: string, report: boolean): boolean {
  const match = confMatch(t, found, name, report ? t.line.verbose : -1)
  if (match === null) return false
  if (match === undefined) return true
  if (match.devname?.toLowerCase() === '<ignore>') {
    if (report) t.say(`${name} is a member of an explicitly ignored array`)
    return false
  }
  return identMatches(t, match, found, report ? name : null)
}
