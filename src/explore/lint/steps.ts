/**
 * What the commands of a script do to mirrors and disks: the steps of a recovery, in the order in which they would be taken. mdadm's own command line is
 * taken apart by the simulated mdadm, so that lint and simulation cannot disagree about what an option means.
 */
import { parseLine } from '../../console/commands/mdadm/line.ts'
import type { Line } from '../../console/commands/mdadm/line-parts.ts'
import type { Script as Tree, Word } from '../../shell/syntax/tree.ts'
import { Places } from './places.ts'
import { nameOf, walk, type Site, type Walk } from './sites.ts'

export type Act = 'fail' | 'remove' | 'add' | 'zero' | 'create' | 'delete' | 'scan' | 'look' | 'read' | 'wait' | 'sleep' | 'reboot'
export interface Step {
  readonly act: Act
  readonly site: Site
  /** What it is done to, as written: a device, a path. */
  readonly what: string
  readonly word: Word | null
  /** Its place among the commands of the script. */
  readonly turn: number
}
/** mdadm as called at a site. */
export interface Call { readonly site: Site; readonly line: Line; readonly words: readonly Word[]; /** Of each device of the line. */ readonly devices: readonly (Word | null)[] }
export interface Script extends Walk {
  /** As bytes; lines end with a newline alone. */
  readonly text: string
  /** As it was given. */
  readonly original: string
  readonly tree: Tree
  readonly places: Places
  readonly steps: readonly Step[]
  readonly calls: readonly Call[]
  readonly errexit: boolean
  readonly pipefail: boolean
}

export function scriptOf(text: string, tree: Tree, original = text): Script {
  const walked = walk(tree), places = new Places(text), steps: Step[] = [], calls: Call[] = []
  walked.sites.forEach((site, turn) => {
    const words = unwrapped(site.command.words), name = base(nameOf(words) ?? ''), say = (act: Act, what: string, word: Word | null = null): void => void steps.push({ act, site, what, word, turn })
    for (const { path, value } of writes(site)) {
      if (/\/device\/delete$/.test(path) || (/\/proc\/scsi\/scsi$/.test(path) && /remove-single-device/.test(value))) say('delete', path)
      else if (/\/scan$/.test(path) || (/\/proc\/scsi\/scsi$/.test(path) && /add-single-device/.test(value))) say('scan', path)
      else if (/\/state$|\bstate\b/.test(path) && (value === 'faulty' || value === 'remove')) say(value === 'faulty' ? 'fail' : 'remove', path)
    }
    if (site.command.words.some(word => /\/proc\/mdstat/.test(word.text)) || site.command.redirections.some(r => r.kind === 'file' && /\/proc\/mdstat/.test(r.target.text))) say('look', '/proc/mdstat')
    else if (site.command.words.some(word => /\/sys\/.*md\/|\/dev\/disk\/by-/.test(word.text))) say('look', 'sysfs')
    if (name === 'test' || name === '[') for (const [i, word] of words.entries()) if (/^-[ebr]$/.test(word.text)) say('look', bare(words[i + 1]?.text ?? ''), words[i + 1] ?? null)
    if (name === 'dd') for (const word of words) if (/^"?if=/.test(word.text)) say('read', bare(word.text).replace(/^if=/, ''), word)
    if (/^(head|od|hexdump|xxd|cat|cmp|hdparm|sg_turs|smartctl|badblocks)$/.test(name)) for (const word of words) if (/^["']?\/dev\/(?!null|zero)/.test(word.text)) say('read', bare(word.text), word)
    if (['blkid', 'lsblk', 'blockdev', 'udevadm', 'findmnt'].includes(name)) say(name === 'udevadm' ? 'wait' : 'look', name)
    if (name === 'sleep') say('sleep', '')
    if (['reboot', 'shutdown', 'poweroff', 'halt'].includes(name)) say('reboot', name)
    if (name === 'mdadm') {
      const call = callOf(site, words)
      if (call === null) return
      calls.push(call)
      const { line } = call
      line.devices.forEach(({ how, name: device }, i) => {
        // The array itself.
        if (line.mode === 'manage' && i === 0) return
        const word = call.devices[i]!, what = bare(word?.text ?? device)
        if (line.mode === 'manage') { if (how === 'f') say('fail', what, word); else if (how === 'r') say('remove', what, word); else if (/^(a|S|ReAdd|)$/.test(how)) say('add', what, word) } else if (how === 'Kill') say('zero', what, word)
        else if (how === 'Wait' || how === 'W') say('wait', what, word)
        else if (/^(D|Q|E)$/.test(how)) say('look', what, word)
      })
      if (line.mode === 'create') say('create', '')
    }
  })
  const sets = walked.sites.filter(({ name }) => name === 'set').flatMap(({ command }) => command.words.slice(1).map(({ text: t }) => t))
  const shebang = /^#![^\n]*bash[^\n]* -([a-z]+)|^#![^\n]*\/sh -([a-z]+)/.exec(text)
  return {
    ...walked, text, original, tree, places, steps, calls,
    errexit: sets.some((each, i) => /^-[a-z]*e/.test(each) || (each === 'errexit' && /^-[a-z]*o$/.test(sets[i - 1] ?? ''))) || /e/.test(shebang?.[1] ?? shebang?.[2] ?? ''),
    pipefail: sets.includes('pipefail'),
  }
}

const base = (name: string): string => name.slice(name.lastIndexOf('/') + 1)
/** As written, without quotes. */
export const bare = (text: string): string => text.replace(/["']/g, '').replace(/\$\{(\w+)\}/g, '$$$1')

/** Programs that run another: what comes after their own words. A number says how many operands they take first. */
const WRAPPERS: Readonly<Record<string, number>> = { sudo: 0, nice: 0, ionice: 0, nohup: 0, command: 0, exec: 0, env: 0, setsid: 0, stdbuf: 0, time: 0, timeout: 1, flock: 1 }
export function unwrapped(words: readonly Word[]): readonly Word[] {
  const operands = WRAPPERS[base(words[0]?.literal ?? '')]
  if (operands === undefined) return words
  let i = 1, left = operands
  for (; i < words.length; i++) {
    const { text } = words[i]!
    if (/^-[nwcEsku]$/.test(text) && /^\d+$/.test(words[i + 1]?.text ?? '')) i++
    else if (text.startsWith('-') || /^\w+=/.test(text)) continue
    else if (left-- > 0) continue
    else break
  }
  return i < words.length ? unwrapped(words.slice(i)) : words
}

/** Files that an echo, a printf or a tee writes. */
export function* writes({ command, pipeline, index }: Site): Generator<{ readonly path: string; readonly value: string; readonly target: Word }> {
  const said = (words: readonly Word[]): string => words.slice(1).map(({ literal, text }) => literal ?? text).join(' ')
  for (const r of command.redirections) if (r.kind === 'file' && r.operator.startsWith('>')) yield { path: bare(r.target.text), value: said(command.words), target: r.target }
  if (command.words[0]?.literal !== 'tee') return
  const before = pipeline.commands[index - 1], value = before?.kind === 'simple' ? said(before.words) : ''
  for (const word of command.words.slice(1)) if (!word.text.startsWith('-')) yield { path: bare(word.text), value, target: word }
}

/** Words that are expansions are devices to mdadm, whatever they will be. Null: mdadm would only say how it is used. */
function callOf(site: Site, words: readonly Word[]): Call | null {
  const argv = words.map((word, i) => {
    if (word.literal !== null) return word.literal
    return word.text.startsWith('-') ? word.text.replace(/=.*/, '=1') : `/dev/\u0001${i}`
  })
  // The short -r as it is meant.
  const line = parseLine(argv, true)
  if ('status' in line) return null
  let at = 0
  const devices = line.devices.map(({ name }) => {
    const i = argv.indexOf(name, at)
    if (i < 0) return null
    at = i + 1
    return words[i]!
  })
  return { site, line, words, devices }
}
