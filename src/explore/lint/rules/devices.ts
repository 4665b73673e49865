/** Slips with the names of devices: globs and variables that become several words, names that are kept although a rescan changes them, files that not every kernel has. */
import type { Part, Word } from '../../../shell/syntax/tree.ts'
import type { Rule } from '../finding.ts'
import { bare, unwrapped, writes, type Script } from '../steps.ts'

/** Commands to which one word too many is a disk too many. */
const TOUCHES = /^(mdadm|dd|rm|wipefs|mkfs.*|mke2fs|sfdisk|parted|blockdev|sgdisk|mkswap|shred)$/
const DEVICE = /dev|disk|part|disc|drive|member|sd|md|raid|array/i

export const DEVICE_RULES: readonly Rule[] = [
  {
    name: 'unquoted-device',
    why: 'unquoted it becomes as many words as it has blanks or matches: none, or a disk that was not meant',
    instead: '"$disk", and for each of several a loop with a test', see: 'bash(1), Word Splitting, Pathname Expansion',
    *find(script) {
      const safe = literalVariables(script)
      for (const { command } of script.sites) {
        const words = unwrapped(command.words)
        if (!TOUCHES.test((words[0]?.literal ?? '').replace(/.*\//, ''))) continue
        for (const word of words.slice(1)) {
          const glob = word.parts.some(part => part.kind === 'text' && !part.quoted && /[*?]|\[[^\]]+\]/.test(part.text)) && /^["']?\/dev\//.test(word.text) && !word.text.startsWith('-')
          if (glob) yield { at: script.places.of(command, word), text: `${word.text} unquoted is every device that matches when this runs, also the one that was not meant, or the pattern itself if none does; go through them in a loop, with a test of each` }
          else if (word.parts.some(part => part.kind === 'parameter' && part.operation === null && !safe.has(part.name) && (/\/dev\//.test(word.text) || DEVICE.test(part.name)))) yield { at: script.places.of(command, word) }
        }
      }
    },
  },
  {
    name: 'letters-kept',
    why: 'the name is from before the scan: a disk that comes back gets the lowest free letter, and this may be another disk, or none',
    instead: '[ -b … ] first, or find it anew: by its host under /sys/class/scsi_host, or by mdadm --examine', see: 'VS-9, VS-93; scenario recover-no-removal-before-rescan',
    *find(script) {
      const scan = script.steps.find(({ act }) => act === 'scan')
      if (scan === undefined) return
      const before = new Set(script.steps.filter(({ act, turn }) => (act === 'fail' || act === 'remove') && turn < scan.turn).map(({ what }) => stem(what)))
      for (const { act, site, what, word, turn } of script.steps)
        if (act === 'add' && turn > scan.turn && before.has(stem(what)) && !looked(script, scan.turn, turn, what)) yield { at: script.places.of(site.command, word ?? undefined) }
    },
  },
  {
    name: 'scsi-proc',
    why: '/proc/scsi/scsi is only there if the kernel was built with it, and Debian\'s is not',
    instead: 'echo 1 > /sys/block/sdX/device/delete; echo "- - -" > /sys/class/scsi_host/hostN/scan', see: 'VS-62',
    *find(script) {
      for (const site of script.sites) for (const { path, target } of writes(site)) if (path === '/proc/scsi/scsi' && !/-[ew] \/proc\/scsi\/scsi/.test(script.text)) yield { at: script.places.of(site.command, target), severity: 'note' }
    },
  },
  {
    name: 'asks',
    why: 'mdadm --create and mkfs ask before they overwrite something, and in a script nobody answers',
    instead: 'mdadm --create --run, mkfs -F, or yes |', see: 'mdadm(8), --run',
    *find(script) {
      for (const { site, line } of script.calls)
        if (line.mode === 'create' && line.run === 0 && site.index === 0 && !site.command.redirections.some(r => r.kind !== 'file')) yield { at: script.places.of(site.command) }
      for (const { command, index } of script.sites)
        if (/^(mkfs\.ext[234]|mke2fs)$/.test(command.words[0]?.literal ?? '') && index === 0 && !command.words.some(({ text }) => /^-[a-zA-Z]*[Fn]/.test(text))) yield { at: script.places.of(command) }
    },
  },
]

/** Which disk or variable a name speaks of. */
const stem = (what: string): string => bare(what).replace(/^\/dev\//, '').replace(/(\D)\d+$/, '$1')
function looked({ steps, sites }: Script, from: number, to: number, what: string): boolean {
  const key = stem(what)
  const tested = steps.some(({ act, turn, what: other }) => act === 'look' && turn > from && turn < to && stem(other) === key)
  // A function of one's own that is given the name may well look.
  return tested || sites.slice(from + 1, to).some(({ name, command, judged }) => judged && name !== null && command.words.slice(1).some(({ text }) => stem(text) === key))
}
/** Variables that only ever hold one plain word: what they are made of is a plain word, or one of them. */
function literalVariables({ sites }: Script): Set<string> {
  const values = new Map<string, (Word | null)[]>(), note = (name: string, value: Word | null): void => void values.set(name, [...values.get(name) ?? [], value])
  for (const { command, loops } of sites) {
    for (const { name, value } of command.assignments) note(name, 'parts' in value ? value : null)
    for (const { assignment } of command.words) if (assignment !== null) note(assignment.name, 'parts' in assignment.value ? assignment.value : null)
    for (const loop of loops) if (loop.kind === 'for') for (const word of loop.words ?? [null]) note(loop.name, word !== null && (word.braces || isDeviceGlob(word)) ? PLAIN : word)
    if (command.words[0]?.literal === 'read') for (const { text } of command.words.slice(1)) note(text, null)
  }
  const safe = new Set(values.keys())
  for (let before = -1; before !== safe.size;) {
    before = safe.size
    for (const [name, all] of values) if (all.some(value => value === null || (value !== PLAIN && !value.parts.every(part => isPlain(part, safe))))) safe.delete(name)
  }
  return safe
}
const PLAIN = { parts: [] } as unknown as Word
/** Names of devices and of what lies in sysfs have no blanks. */
const isDeviceGlob = (word: Word): boolean => /^["']?\/(dev|sys)\//.test(word.text) && word.parts.every(part => part.kind !== 'command')
function isPlain(part: Part, safe: ReadonlySet<string>): boolean {
  switch (part.kind) {
    case 'text': return /^[\w:./-]*$/.test(part.text)
    case 'double': return part.parts.every(each => isPlain(each, safe))
    case 'parameter': return safe.has(part.name) && (part.operation === null || part.operation.kind === 'remove')
    case 'arithmetic': return true
    default: return false
  }
}
