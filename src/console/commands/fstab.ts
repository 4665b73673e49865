/**
 * /etc/fstab as libmount reads it: for mount, swapon and fsck, which all take their devices and options from there.
 * Source: fstab(5), util-linux 2.38.
 */
import { failed } from '../../shell/kernel/errno.ts'
import type { Process } from '../../shell/kernel/process.ts'
import type { Run } from '../../shell/kernel/wait.ts'

export interface Entry { readonly source: string; readonly target: string; readonly type: string; readonly options: readonly string[]; readonly pass: number }
const plain = (word: string): string => word.replace(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

export function* fstabOf(p: Process, path = '/etc/fstab'): Run<Entry[]> {
  const text = yield* p.readFile(path), entries: Entry[] = []
  for (const line of failed(text) ? [] : text.split('\n')) {
    const [source, target, type, options = 'defaults', , pass = '0'] = line.trim().split(/[ \t]+/)
    if (source !== undefined && target !== undefined && type !== undefined && !source.startsWith('#')) entries.push({ source: plain(source), target: plain(target), type, options: options.split(','), pass: Number(pass) })
  }
  return entries
}
