/**
 * swapon and swapoff. Swap on an array holds it; nothing is ever swapped out. Words of util-linux 2.38: 255 where the kernel or the header refuses.
 * Source: swapon(8), Linux mm/swapfile.c; recording s05.
 */
import { defineCommand, type Command } from '../../shell/kernel/command.ts'
import { failed } from '../../shell/kernel/errno.ts'
import type { Process } from '../../shell/kernel/process.ts'
import type { Run } from '../../shell/kernel/wait.ts'
import { getopt } from '../../shell/tools/options.ts'
import { procSwaps } from '../files/proc.ts'
import type { Partition } from '../partition.ts'
import { canonical, hold, holds, humanSize, inUse, sourceOf, targetAt } from './device.ts'
import { fstabOf } from './fstab.ts'

const LONG = { all: 'a', discard: 'd::', ifexists: 'e', fixpgsz: 'f', options: 'o:', priority: 'p:', summary: 's', fstab: 'T:', show: '(show)::', noheadings: '(noheadings)', raw: '(raw)', bytes: '(bytes)', verbose: 'v', help: 'h', version: 'V' }
const COLUMNS = ['NAME', 'TYPE', 'SIZE', 'USED', 'PRIO', 'UUID', 'LABEL']

export const swapon = (partition: Partition): Command => defineCommand({
  name: 'swapon', dir: '/usr/sbin', cost: 1_000,
  *run(p) {
    const o = getopt(p.argv, { short: 'ad::efhL:o:p:sT:U:vV', long: LONG })
    if (typeof o === 'string') { yield* p.err(`swapon: ${o}\nTry 'swapon --help' for more information.\n`); return 1 }
    if (o.has('V')) { yield* p.out('swapon from util-linux 2.38.1\n'); return 0 }
    if (o.has('s')) { yield* p.out(procSwaps(partition)); return 0 }
    if (o.has('(show)') || (!o.has('a', 'L', 'U') && o.operands.length === 0)) return yield* show(partition, p, o.get('(show)') ?? '', { head: !o.has('(noheadings)'), raw: o.has('(raw)'), bytes: o.has('(bytes)') })
    const words = [...o.every('L').map(label => `LABEL=${label}`), ...o.every('U').map(uuid => `UUID=${uuid}`), ...o.operands]
    let status = 0
    if (o.has('a')) for (const entry of yield* fstabOf(p)) {
      if (entry.type !== 'swap' || entry.options.includes('noauto')) continue
      const source = yield* sourceOf(partition, p, entry.source)
      if (source !== null && partition.swaps.some(swap => swap.path === source)) continue
      if ((source === null || failed(p.find(source))) && (o.has('e') || entry.options.includes('nofail'))) continue
      status = (yield* on(partition, p, entry.source, Number(/^pri=(\d+)$/.exec(entry.options.find(each => each.startsWith('pri=')) ?? '')?.[1] ?? -1))) || status
    }
    for (const word of words) status = (yield* on(partition, p, word, Number(o.get('p') ?? -1))) || status
    return status
  },
})

function* show(partition: Partition, p: Process, wanted: string, { head, raw, bytes }: { head: boolean; raw: boolean; bytes: boolean }): Run {
  const columns = wanted === '' ? COLUMNS.slice(0, 5) : wanted.toUpperCase().split(','), bad = columns.find(each => !COLUMNS.includes(each))
  if (bad !== undefined) { yield* p.err(`swapon: unknown column: ${bad}\n`); return 1 }
  const lines: string[][] = []
  for (const { path, sizeKib, usedKib, priority } of partition.swaps) {
    const target = targetAt(partition, p, path), held = target === undefined || failed(target) ? null : yield* holds(partition, p, target), size = (kib: number): string => (bytes ? String(kib * 1024) : humanSize(kib * 1024))
    const known = held === null || failed(held) ? { uuid: '', label: '' } : held
    const cells: Readonly<Record<string, string>> = { NAME: path, TYPE: 'partition', SIZE: size(sizeKib), USED: size(usedKib), PRIO: String(priority), UUID: known.uuid, LABEL: known.label }
    lines.push(columns.map(column => cells[column]!))
  }
  if (lines.length === 0) return 0
  if (head) lines.unshift(columns)
  const widths = columns.map((_c, i) => Math.max(...lines.map(line => line[i]!.length)))
  yield* p.out(lines.map(line => `${raw ? line.join(' ') : line.map((text, i) => (/^(SIZE|USED|PRIO)$/.test(columns[i]!) ? text.padStart(widths[i]!) : i === line.length - 1 ? text : text.padEnd(widths[i]!))).join(' ')}\n`).join(''))
  return 0
}

function* on(partition: Partition, p: Process, word: string, priority: number): Run {
  const fail = function* (text: string, status = 255): Run { yield* p.err(`swapon: ${text}\n`); return status }
  const path = yield* sourceOf(partition, p, word)
  if (path === null) return yield* fail(`cannot find the device for ${word}`)
  const target = targetAt(partition, p, path)
  if (failed(target)) return yield* fail(`cannot open ${path}: ${target.text}`)
  if (target === undefined) return yield* fail(`${path}: read swap header failed`)
  if (target.isFile) { yield* p.err('hotspare: swapon of a file is not modelled\n'); return 255 }
  const name = canonical(target), no = target.device.open?.(p, true)
  if (no !== undefined) return yield* fail(`cannot open ${path}: ${no.text}`)
  if (inUse(partition, target.name) !== null) return yield* fail(`${path}: swapon failed: Device or resource busy`)
  const held = yield* holds(partition, p, target)
  if (failed(held) || held?.type !== 'swap') return yield* fail(`${path}: read swap header failed`)
  hold(partition, target.block, 'hold')
  const pages = Math.floor(target.device.size() / 4096), sizeKib = (pages - 1) * 4, prio = priority >= 0 ? priority : Math.min(-1, ...partition.swaps.map(swap => swap.priority)) - 1
  partition.swaps.push({ path: name, sizeKib, usedKib: 0, priority: prio })
  partition.log.kernelSays(`Adding ${sizeKib}k swap on ${name}.  Priority:${prio} extents:1 across:${sizeKib}k `)
  return 0
}

export const swapoff = (partition: Partition): Command => defineCommand({
  name: 'swapoff', dir: '/usr/sbin', cost: 1_000,
  *run(p) {
    const o = getopt(p.argv, { short: 'ahL:U:vV', long: { all: 'a', verbose: 'v', help: 'h', version: 'V' } })
    if (typeof o === 'string') { yield* p.err(`swapoff: ${o}\nTry 'swapoff --help' for more information.\n`); return 1 }
    const words = [...o.every('L').map(label => `LABEL=${label}`), ...o.every('U').map(uuid => `UUID=${uuid}`), ...o.operands]
    if (words.length === 0 && !o.has('a')) { yield* p.err("swapoff: bad usage\nTry 'swapoff --help' for more information.\n"); return 16 }
    let status = 0
    const off = (at: number): void => {
      const [swap] = partition.swaps.splice(at, 1), target = targetAt(partition, p, swap!.path)
      if (target !== undefined && !failed(target)) hold(partition, target.block, 'release')
    }
    if (o.has('a')) while (partition.swaps.length > 0) off(partition.swaps.length - 1)
    for (const word of words) {
      const path = yield* sourceOf(partition, p, word), target = path === null ? null : targetAt(partition, p, path), name = target === null || target === undefined || failed(target) ? path ?? word : canonical(target)
      const at = partition.swaps.findIndex(swap => swap.path === name)
      if (at >= 0) { off(at); continue }
      yield* p.err(target !== null && failed(target) ? `swapoff: ${word}: swapoff failed: ${target.text}\n` : path === null ? `swapoff: cannot find the device for ${word}\n` : `swapoff: ${word}: swapoff failed: Invalid argument\n`)
      status = path === null ? 8 : 4
    }
    return status
  },
})
