/**
 * A recorded session as data: what was typed when, what came out, and what happened outside the guest in between.
 * The format is described in test/golden/md/README.md.
 */
export interface Command { kind: 'command'; line: number; at: number; took: number; text: string; out: string[]; err: string[]; status: number }
export interface Directive { kind: 'directive'; line: number; name: string; args: string[]; waited: number }
export interface KernelLine { kind: 'kernel'; line: number; at: number; text: string }
export type Item = Command | Directive | KernelLine
export interface Transcript { name: string; hosts: number; diskMib: number[]; hotplug: boolean; hba: string; items: Item[]; complete: boolean }

export function parseTranscript(name: string, text: string): Transcript {
  const result: Transcript = { name, hosts: 1, diskMib: [128], hotplug: false, hba: '', items: [], complete: false }
  let at = 0, took = 0
  let open: Command | undefined
  for (const [index, line] of text.split('\n').entries()) {
    const { items } = result, last = items.at(-1)
    if (open !== undefined) {
      const [, status] = /^\[exit (\d+)\]$/.exec(line) ?? []
      if (line.startsWith('| ')) open.out.push(line.slice(2))
      else if (line.startsWith('! ')) open.err.push(line.slice(2))
      else if (line === '|') open.out.push('')
      else if (line === '!') open.err.push('')
      else if (status !== undefined) { open.status = Number(status); open = undefined }
      else open.text += `\n${line}`
      continue
    }
    if (line.startsWith('$ ')) {
      open = { kind: 'command', line: index + 1, at, took, text: line.slice(2), out: [], err: [], status: 0 }
      items.push(open)
    } else if (line.startsWith('@')) {
      const [word = '', ...args] = line.slice(1).trim().split(/\s+/)
      items.push({ kind: 'directive', line: index + 1, name: word, args, waited: 0 })
    } else if (line.startsWith('k [')) {
      const [, seconds, rest] = /^k \[\s*([\d.]+)\] (.*)$/.exec(line) ?? []
      items.push({ kind: 'kernel', line: index + 1, at: Number(seconds ?? 0), text: rest ?? '' })
    } else if (line.startsWith('# t=')) {
      at = Number(/t=([\d.]+)/.exec(line)?.[1] ?? 0)
      took = Number(/took=([\d.]+)/.exec(line)?.[1] ?? 0)
    } else if (line.startsWith('# waited')) {
      if (last?.kind === 'directive') last.waited = Number(/([\d.]+)/.exec(line)?.[1] ?? 0)
    } else if (line.startsWith('# machine:')) {
      const field = (key: string) => new RegExp(`${key}=(\\S+)`).exec(line)?.[1] ?? ''
      result.hosts = Number(field('hosts') || 1)
      result.diskMib = (field('disk_MiB') || '128').split(',').map(Number)
      result.hotplug = field('hotplug-events') === 'on' || /hotplug-events=on/.test(line)
      result.hba = field('hba')
    } else if (line === '# end') result.complete = true
  }
  return result
}
