/**
 * tail -f and -F: what is added to files, as it is added, until somebody ends it. By name it goes to a new file when a log has been rotated.
 * Source: GNU coreutils 9.1, with inotify: what is written is seen at the same instant; names are looked at once a second.
 */
import type { Micros } from '../../base/time.ts'
import { failed } from '../kernel/errno.ts'
import type { Process } from '../kernel/process.ts'
import type { Run } from '../kernel/wait.ts'
import { complain, out, quote } from './io.ts'

export interface Followed { readonly name: string; fd: number | null }

export function* follow(p: Process, files: readonly Followed[], { byName, titled, pid, every }: { byName: boolean; titled: boolean; pid: number | null; every: Micros }): Run {
  let shown = files[files.length - 1]
  const stirs = (): boolean => files.some(({ name, fd }) => {
    const file = fd === null ? undefined : p.fds.get(fd), node = file?.node
    return node?.kind === 'file' && node.content.length !== file!.offset || (byName && name !== '-' && p.machine.tree.find(name, p.cwd) !== (node ?? null) && !(node == null && failed(p.machine.tree.find(name, p.cwd))))
  })
  for (;;) {
    const gone = pid !== null && !p.kernel.processes.has(pid)
    for (const each of files) {
      if (byName && each.name !== '-') yield* reopen(p, each)
      if (each.fd === null) continue
      const file = p.fds.get(each.fd)!, { node } = file
      if (node?.kind === 'file' && node.content.length < file.offset) {
        yield* complain(p, `${each.name}: file truncated`)
        file.offset = 0
      }
      const data = yield* p.read(each.fd, 1 << 24)
      if (failed(data) || data === '') continue
      if (titled && shown !== each && !(yield* out(p, `\n==> ${each.name === '-' ? 'standard input' : each.name} <==\n`))) return 1
      shown = each
      if (!(yield* out(p, data))) return 1
    }
    if (gone) return 0
    const computed = files.some(({ fd }) => fd !== null && p.fds.get(fd)?.node?.kind !== 'file')
    yield { kind: 'world', ready: () => (pid !== null && !p.kernel.processes.has(pid)) || stirs(), ...(computed && { at: p.kernel.now + every }) }
  }
}

function* reopen(p: Process, each: Followed): Run<void> {
  const node = p.find(each.name), old = each.fd === null ? null : p.fds.get(each.fd)!.node
  if (failed(node)) {
    if (each.fd === null) return
    yield* complain(p, `${quote(each.name)} has become inaccessible: ${node.text}`)
    p.close(each.fd)
    each.fd = null
    return
  }
  if (node === old) return
  const fd = yield* p.open(each.name, { read: true }, 3)
  if (failed(fd)) return
  yield* complain(p, each.fd === null ? `${quote(each.name)} has appeared;  following new file` : `${quote(each.name)} has been replaced;  following new file`)
  if (each.fd !== null) p.close(each.fd)
  each.fd = fd
}
