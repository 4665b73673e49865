/**
 * Reading from a descriptor as the shell does: never a byte more than it needs, so that the next command goes on where it stopped.
 * From a file a block is taken and the offset set back (what follows in /dev/zero is as good); from a pipe or a terminal byte for byte. Source: POSIX.1-2017 read.
 */
import { E, failed, type Failure } from '../kernel/errno.ts'
import type { OpenFile } from '../kernel/open-file.ts'
import type { Process } from '../kernel/process.ts'
import type { Run } from '../kernel/wait.ts'

const seekable = (file: OpenFile): boolean => file.node !== null && (file.node.kind === 'file' || file.node.kind === 'dyn' || file.node.kind === 'block' || (file.node.kind === 'char' && !file.tty)) || file.name === 'pipe:[document]'

/** Up to and with the first of `ends` (or `max` bytes): the bytes, shorter at the end of the file. A failure may come after bytes: they are lost to it. */
export function* readUpTo(p: Process, fd: number, end: string | null, max = Infinity): Run<string | Failure> {
  const file = p.fds.get(fd)
  if (file === undefined) return E.EBADF
  let text = ''
  if (seekable(file)) {
    for (;;) {
      const want = Math.min(512, max - text.length), data = yield* p.read(fd, want)
      if (failed(data)) return data
      if (data === '') return text
      const at = end === null ? -1 : data.indexOf(end)
      if (at >= 0) {
        file.offset -= data.length - at - 1
        return text + data.slice(0, at + 1)
      }
      text += data
      if (text.length >= max) return text
      if (text.length > 65_536) p.machine.checkHeld(text.length)
    }
  }
  while (text.length < max) {
    const data = yield* p.read(fd, 1)
    if (failed(data)) return data
    if (data === '') return text
    text += data
    if (data === end) return text
    // Byte for byte is work: input without an end is a busy loop.
    if ((text.length & 15) === 0) p.machine.countStatement(p, p.line ?? p.scriptLine ?? 0)
  }
  return text
}
/** A line without its end; null at the end of the file. */
export function* readLine(p: Process, fd: number, end: string): Run<string | null> {
  const text = yield* readUpTo(p, fd, end)
  if (failed(text) || text === '') return null
  return text.endsWith(end) ? text.slice(0, -1) : text
}
