/**
 * A pipe: 64 KiB between whoever writes and whoever reads; also what stands behind a FIFO. Source: pipe(7), fifo(7).
 */
import { E, type Failure } from './errno.ts'
import { WaitQueue, type Wait } from './wait.ts'

const PIPE_BYTES = 65_536
/** Writes up to this size go in whole or not at all. */
const PIPE_BUF = 4096

export class Pipe {
  private chunks: string[] = []
  private used = 0
  readers = 0
  writers = 0
  /** Of a FIFO: how many have ever been there, for an open that waits for the other end. */
  readersSeen = 0
  writersSeen = 0
  readonly changed = new WaitQueue()
  private readonly wait: Wait = { kind: 'queue', queue: this.changed }
  private readonly wake: (queue: WaitQueue) => void

  constructor(wake: (queue: WaitQueue) => void) {
    this.wake = wake
  }

  /** '' at the end; a Wait while there may come more. */
  read(max: number): string | Wait {
    if (this.used === 0) return this.writers === 0 ? '' : this.wait
    let data = this.chunks.length === 1 ? this.chunks[0]! : this.chunks.join('')
    if (data.length > max) {
      this.chunks = [data.slice(max)]
      data = data.slice(0, max)
    } else this.chunks = []
    this.used -= data.length
    this.wake(this.changed)
    return data
  }
  /** How many bytes went in. */
  write(bytes: string): number | Failure | Wait {
    if (this.readers === 0) return E.EPIPE
    const room = PIPE_BYTES - this.used
    if (bytes.length === 0) return 0
    if (room <= 0 || (bytes.length <= PIPE_BUF && bytes.length > room)) return this.wait
    const part = bytes.length > room ? bytes.slice(0, room) : bytes
    this.chunks.push(part)
    this.used += part.length
    this.wake(this.changed)
    return part.length
  }
  open(reads: boolean, writes: boolean): void {
    if (reads) { this.readers++; this.readersSeen++ }
    if (writes) { this.writers++; this.writersSeen++ }
    this.wake(this.changed)
  }
  close(reads: boolean, writes: boolean): void {
    if (reads) this.readers--
    if (writes) this.writers--
    if (this.readers === 0 && this.writers === 0) {
      this.chunks = []
      this.used = 0
    }
    this.wake(this.changed)
  }
  get length(): number { return this.used }
}
