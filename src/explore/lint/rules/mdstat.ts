/** Slips in reading /proc/mdstat: names that are part of other names, columns that move, spares and failed members taken for copies. Source: VS-50, VS-85, VS-86, recorded. */
import type { Rule } from '../finding.ts'
import type { Site } from '../sites.ts'
import type { Script } from '../steps.ts'
import type { Word } from '../../../shell/syntax/tree.ts'

/** Commands that read mdstat, themselves or through a pipe, with the words that are patterns or programs. */
function* readers({ sites, functions }: Script): Generator<{ readonly site: Site; readonly name: string; readonly words: readonly Word[] }> {
  for (const site of sites) {
    const name = (site.name ?? '').replace(/.*\//, '')
    if (!/^([mg]?awk|[ef]?grep|sed|cut)$/.test(name)) continue
    const feeds = site.pipeline.commands.slice(0, site.index + 1).some(each => each.kind === 'simple' && (/mdstat/.test(each.text) || /mdstat/.test(functions.get(each.words[0]?.literal ?? '')?.text ?? '')))
    if (feeds) yield { site, name, words: site.command.words.slice(1).filter(({ text }) => !/^-|^["']?\/proc\/mdstat/.test(text)) }
  }
}
const textOf = (word: Word): string => word.literal ?? word.text.replace(/^["']|["']$/g, '')

export const MDSTAT_RULES: readonly Rule[] = [
  {
    name: 'md-prefix',
    why: 'the name is also in longer names: md1 in md10 and md127',
    instead: 'grep "^md1 :" or awk \'$1 == "md1"\'', see: 'VS-50; scenario recover-parses-mdstat-wrongly',
    *find(script) {
      for (const { site, name, words } of readers(script)) {
        if (name === 'cut' || (/grep/.test(name) && site.command.words.some(({ text }) => /^-[a-zA-Z]*[wx]/.test(text)))) continue
        for (const word of words) if (/grep/.test(name) ? /^\^?(md\d+|\$\{?\w*(md|array|raid)\w*\}?)$/i.test(textOf(word)) : /\/\^?md\d+\//.test(textOf(word))) yield { at: script.places.of(site.command, word) }
      }
    },
  },
  {
    name: 'mdstat-column',
    why: 'members stand in the order in which they came, with (F) and (S) behind them: what is in a fixed column today is another member tomorrow',
    instead: 'go through the fields from the fifth on and look at each', see: 'VS-85, VS-86 (recorded)',
    *find(script) {
      for (const { site, name, words } of readers(script)) {
        if (name === 'cut' && site.command.words.some(({ text }) => /^-[cf]/.test(text))) yield { at: script.places.of(site.command) }
        if (/awk/.test(name)) for (const word of words) if (/print[^;}]*\$[5-9]\b/.test(textOf(word))) yield { at: script.places.of(site.command, word) }
      }
    },
  },
  {
    name: 'single-digit',
    why: 'one digit is read of a number that can have more: arrays are called md127, and a member that was replaced often is number 10',
    instead: 'md[0-9]+ and \\[[0-9]+\\]', see: 'VS-50, VS-86',
    *find(script) {
      for (const { site, words } of readers(script)) for (const word of words)
        if (/(md|\\\[)(\[0-9\]|\[\[:digit:\]\]|\\d)(?![*+{]|\\[+{?]|\[0-9\])/.test(textOf(word)) && !/md\[0-9\]["']?$/.test(word.text)) yield { at: script.places.of(site.command, word) }
    },
  },
  {
    name: 'place-as-name',
    why: 'a letter of [U_] is a slot of the array: which disk stands there only mdadm --detail or the number in sysfs tells',
    instead: 'the (F) behind the member, or /sys/block/mdN/md/rdN', see: 'VS-50, VS-49; scenario recover-parses-mdstat-wrongly',
    *find(script) {
      if (!/mdstat/.test(script.text)) return
      for (const { word, line } of script.patterns) {
        const text = textOf(word).replace(/\\/g, '')
        if (/U_|_U/.test(text) && /^[*?[\]U_"']+$/.test(text)) yield { at: script.places.lineStart(line) }
      }
    },
  },
  {
    name: 'spares-counted',
    why: 'what stands in the list of members is no copy yet: spares are in it, marked (S) or just being copied to',
    instead: 'count the U in [UU], or read in_sync from /sys/block/mdN/md/dev-*/state', see: 'VS-50, VS-54; scenario recover-counts-spares',
    *find(script) {
      if (script.text.includes('(S)') && !/^\s*#.*\(S\)/m.test(script.text) || /spare|\[UU|tr -cd U/.test(code(script))) return
      for (const { site, words } of readers(script)) {
        const counted = site.pipeline.commands.slice(site.index).some(each => each.kind === 'simple' && (each.words[0]?.literal === 'wc' || each.words.some(({ text }) => /^-[a-z]*c$/.test(text))))
        const members = site.pipeline.commands.some(each => each.kind === 'simple' && each.words.some(word => /\\\[|\(F\)/.test(textOf(word))))
        if (counted && members && words.length > 0) return yield { at: script.places.of(site.command) }
      }
    },
  },
]
/** Without comments. */
const code = ({ text }: Script): string => text.replace(/^\s*#.*$/gm, '')
