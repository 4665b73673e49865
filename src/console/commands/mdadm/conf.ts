/**
 * mdadm.conf(5): words in lines, quotes, a line that begins with a blank goes on; keywords by their first three letters or more. Complaints are
 * collected, for mdadm says them when it first looks. Source: mdadm 4.2 config.c, read as facts.
 */
import { globMatcher } from '../../../shell/regex/glob.ts'
import { parseUuid } from './line-options.ts'
import { levelOf, metadataOf, type MetadataName } from './texts.ts'

export interface ArrayLine {
  devname: string | null; uuid: string | null; name: string; superMinor: number | null; level: number | null; raidDevices: number | null; spares: number; devices: string | null; spareGroup: string | null
  metadata: MetadataName | null; bitmapFile: string | null; container: boolean; assembled: boolean
}
export interface Conf {
  arrays: ArrayLine[]; devices: string[]; mail: string | null; mailFrom: string | null; program: string | null; homehost: string | null; requireHomehost: boolean; delay: number
  /** Default metadata of CREATE. */
  metadata: MetadataName | null; bblist: boolean; /** How auto-assembly treats a metadata name: AUTO lines. */ auto: { readonly all: 'yes' | 'no' | 'homehost'; readonly one: ReadonlyMap<string, 'yes' | 'no' | 'homehost'> }
  said: string
}
export const emptyConf = (): Conf => ({
  arrays: [], devices: [], mail: null, mailFrom: null, program: null, homehost: null, requireHomehost: true, delay: 0, metadata: null, bblist: true, auto: { all: 'yes', one: new Map() }, said: '',
})

const KEYWORDS = ['devices', 'array', 'mailaddr', 'mailfrom', 'program', 'create', 'homehost', 'homecluster', 'auto', 'policy', 'part-policy', 'sysfs', 'monitordelay']

/** Lines of words, the first of each is its keyword. */
export function confLines(text: string): string[][] {
  const lines: string[][] = []
  for (const raw of text.split('\n')) {
    const words = wordsOf(raw)
    if (words.length === 0) continue
    if (/^[ \t]/.test(raw) && lines.length > 0) lines.at(-1)!.push(...words)
    else lines.push(words)
  }
  return lines
}
function wordsOf(line: string): string[] {
  const words: string[] = []
  for (let i = 0; i < line.length;) {
    if (line[i] === ' ' || line[i] === '\t') { i++; continue }
    if (line[i] === '#') break
    let word = '', quote = ''
    for (; i < line.length && (quote !== '' || (line[i] !== ' ' && line[i] !== '\t')); i++) {
      const c = line[i]!
      if (quote !== '' && c === quote) quote = ''
      else if (quote === '' && (c === "'" || c === '"')) quote = c
      else word += c
    }
    words.push(word)
  }
  return words
}

export function readConf(conf: Conf, text: string): void {
  const say = (what: string): void => { conf.said += `mdadm: ${what}\n` }
  for (const [first = '', ...words] of confLines(text)) {
    const keyword = first.length < 3 ? undefined : KEYWORDS.find(one => one.startsWith(first.toLowerCase()))
    switch (keyword) {
      case 'devices':
        for (const word of words) if (word.startsWith('/') || /^(partitions|containers)$/i.test(word)) conf.devices.push(word)
        else say(`unreconised word on DEVICE line: ${word}`)
        break
      case 'array': arrayLine(conf, words, say); break
      case 'mailaddr': conf.mail ??= words[0] ?? null; break
      case 'mailfrom': if (words.length > 0) conf.mailFrom = [...conf.mailFrom === null ? [] : [conf.mailFrom], ...words].join(' '); break
      case 'program': conf.program ??= words[0] ?? null; break
      case 'homehost':
        for (const word of words) if (/^<ignore>$/i.test(word)) conf.requireHomehost = false
        else conf.homehost ??= /^<none>$/i.test(word) ? '' : word
        break
      case 'monitordelay': conf.delay ||= Number.parseInt(words[0] ?? '0', 10) || 0; break
      case 'create': createLine(conf, words, say); break
      case 'auto': autoLine(conf, words); break
      case undefined: say(`Unknown keyword ${first}`); break
      // Clusters, policies and values for sysfs are not modelled: what they would do is done by nobody.
      default: if (words.length > 0) conf.said += `hotspare: the ${keyword.toUpperCase()} line of mdadm.conf is not modelled\n`
    }
  }
}

function arrayLine(conf: Conf, words: readonly string[], say: (what: string) => void): void {
  const a: ArrayLine = {
    devname: null, uuid: null, name: '', superMinor: null, level: null, raidDevices: null, spares: 0, devices: null, spareGroup: null, metadata: null, bitmapFile: null, container: false, assembled: false,
  }
  for (const word of words) {
    const cut = word.indexOf('='), key = word.slice(0, cut).toLowerCase(), value = word.slice(cut + 1)
    if (word.startsWith('/') || cut < 0) {
      const fine = /^<ignore>$/i.test(word) || word.startsWith('/dev/md/') || !/^[/<]/.test(word) || /^\/dev\/md(_d)?\d+$/.test(word)
      if (!fine) say(`${word} is an invalid name for an md device - ignored.`)
      else if (a.devname !== null) say(`only give one device per ARRAY line: ${a.devname} and ${word}`)
      else a.devname = word
    } else switch (key) {
      case 'uuid':
        if (a.uuid !== null) say(`only specify uuid once, ${word} ignored.`)
        else if ((a.uuid = parseUuid(value)) === null) say(`bad uuid: ${word}`)
        break
      case 'super-minor':
        if (a.superMinor !== null) say(`only specify super-minor once, ${word} ignored.`)
        else if (/^\s*\+?\d+$/.test(value)) a.superMinor = Number(value)
        else say(`invalid super-minor number: ${word}`)
        break
      case 'name':
        if (a.name !== '') say(`only specify name once, ${word} ignored.`)
        else if (value.length > 32) say(`name too long, ignoring ${word}`)
        else a.name = value
        break
      case 'bitmap': a.bitmapFile = value; break
      case 'devices': if (a.devices !== null) say(`only specify devices once (use a comma separated list). ${word} ignored`); else a.devices = value; break
      case 'spare-group': if (a.spareGroup !== null) say(`only specify one spare group per array. ${word} ignored.`); else a.spareGroup = value; break
      case 'level': a.level = levelOf(value); break
      case 'disks': case 'num-devices': a.raidDevices = Number.parseInt(value, 10) || 0; break
      case 'spares': a.spares = Number.parseInt(value, 10) || 0; break
      case 'metadata': if ((a.metadata = metadataOf(value)) === null) say(`metadata format ${value} unknown, ignored.`); break
      case 'auto': break
      case 'member': case 'container': a.container = true; break
      default: say(`unrecognised word on ARRAY line: ${word}`)
    }
  }
  if (a.uuid === null && a.devices === null && a.superMinor === null && a.name === '' && !a.container) say(`ARRAY line ${a.devname ?? '(null)'} has no identity information.`)
  else conf.arrays.push(a)
}

function createLine(conf: Conf, words: readonly string[], say: (what: string) => void): void {
  for (const word of words) {
    const [, key = '', value = ''] = /^([\w-]+)=(.*)$/.exec(word.toLowerCase()) ?? []
    if (key === 'metadata') { if ((conf.metadata = metadataOf(value)) === null) say(`metadata format ${value} unknown, ignoring`) }
    else if (key === 'bbl') conf.bblist = value !== 'no'
    else if (!['auto', 'owner', 'group', 'mode', 'symlinks', 'names'].includes(key)) say(`unrecognised word on CREATE line: ${word}`)
  }
}
function autoLine(conf: Conf, words: readonly string[]): void {
  if (conf.auto.one.size > 0 || conf.auto.all !== 'yes') return
  const one = new Map<string, 'yes' | 'no' | 'homehost'>()
  let all: 'yes' | 'no' | 'homehost' = 'yes', home = false
  for (const raw of words) {
    const word = raw.toLowerCase()
    if (word === 'yes') break
    if (word === 'no') { all = home ? 'homehost' : 'no'; break }
    if (word === 'homehost') { home = true; continue }
    if (!/^[-+]/.test(word)) continue
    const value = word.startsWith('+') ? 'yes' : home ? 'homehost' : 'no', kind = word.slice(1)
    if (kind === 'all') { all = value; break }
    const name = kind === '0' || kind === '0.90' ? '0.90' : /^1(\.|$)/.test(kind) ? '1.x' : ''
    if (name !== '' && !one.has(name)) one.set(name, value)
  }
  conf.auto = { all, one }
}

/** Whether two names mean the same array: `/dev/md/1`, `/dev/md1`, `md1` and `1` do. */
export const sameName = (a: string, b: string): boolean => bare(a) === bare(b)
const bare = (name: string): string => name.replace(/^\/dev\/md\//, '').replace(/^\/dev\//, '').replace(/^md(?=\d)/, '')
export const arrayLineFor = (conf: Conf, name: string): ArrayLine | undefined => conf.arrays.find(a => a.devname !== null && sameName(name, a.devname))
/** No ARRAY line claims this name. */
export const nameIsFree = (conf: Conf, name: string): boolean =>
  !conf.arrays.some(a => (a.devname !== null && sameName(name, a.devname)) || (a.name !== '' && sameName(name, a.name)) || (a.superMinor !== null && sameName(name, String(a.superMinor))))
/** One of these patterns, in which no star goes over a slash. */
export const oneOf = (patterns: string, name: string): boolean => patterns.split(',').some(pattern => {
  const parts = pattern.split('/'), names = name.split('/')
  return parts.length === names.length && parts.every((part, i) => globMatcher(part).matches(names[i]!))
})
/** DEVICE lines permit it; without any, everything is permitted. */
export const isPermitted = (conf: Conf, name: string): boolean => conf.devices.length === 0 || conf.devices.some(one => /^partitions$/i.test(one) || oneOf(one, name))
/** Auto-assembly of this kind of metadata, on an array of this host or not. */
export function mayAssemble(conf: Conf, metadata: string, local: boolean): boolean {
  const how = conf.auto.one.get(metadata === '0.90' ? '0.90' : '1.x') ?? conf.auto.all
  return how === 'yes' || (how === 'homehost' && local)
}
