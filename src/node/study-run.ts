/**
 * Does the runs that a study asks for, in this thread and in others, and hands on what they count in the order of their numbers.
 *
 * Threads only decide who does a run and when; which runs there are, and where they end, depends on the runs before. This thread is the first worker, so a
 * short study starts no other: each thread has to compile the simulator for itself, which costs about a second of CPU until it runs at full speed.
 */
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { bundle } from './bundled.ts'
import { Hands, type Orders, type Work } from '../study/hands.ts'
import type { Round } from '../study/plan.ts'
import type { RunTally } from '../study/tally.ts'

export interface Job {
  readonly orders: Orders
  /** Threads; undefined: as many as pay. */
  readonly workers: number | undefined
  /** No run has this number or a higher one. */
  readonly mostRuns: number
  /** Which runs come next, asked when all before have been handed on; null: that was all. */
  next(): Round | null
  /** Whether this run is to be done here. */
  readonly mine?: (run: number) => boolean
  /** What is known of earlier. */
  known(system: number, run: number): RunTally | undefined
  /** What a run of each system has counted, in the order of runs. */
  take(run: number, tallies: readonly RunTally[]): void
  /** After each piece of work: how many runs are still to come, about; null: nobody can tell. */
  left(): number | null
  readonly signal: AbortSignal
}

/** A piece of work is worth sending. */
const PIECE_MS = 25
const MOST_THREADS = 64
/** With less than this ahead no thread is started; nobody knows before the simulator is warm. */
const WORTH_MS = 4_000, WARM_MS = 1_000
/** Of a run this long one cannot wait for the end when somebody presses Ctrl-C: then others do it. */
const SLOW_MS = 500

/** False: the signal came before the end. */
export async function runStudy(job: Job): Promise<boolean> {
  const { orders, signal, mostRuns } = job, systems = orders.systems.length, hands = new Hands(orders)
  const done = orders.systems.map(() => new Map<number, RunTally>()), queue: Work[] = []
  const wanted = Math.min(MOST_THREADS, job.workers ?? availableParallelism()), file = workerFile(), start = process.cpuUsage()
  let round = job.next(), cursor = round?.from ?? 0, handedOn = cursor, perRun = PIECE_MS, fastest = Infinity, threads: Promise<void> | null = null, failure: unknown
  let pool: { run(work: Work): Promise<unknown>; destroy(): Promise<void> } | null = null
  const aborted = new Promise<undefined>(resolve => signal.addEventListener('abort', () => resolve(undefined), { once: true }))
  const isMine = (run: number): boolean => job.mine?.(run) ?? true

  const has = (system: number, run: number): RunTally | undefined => done[system]!.get(run) ?? job.known(system, run)
  /** Hands on all that is there in order, and asks for more where a round is over. */
  function drain(): void {
    while (round !== null) {
      for (; handedOn < round.to; handedOn++) {
        if (!isMine(handedOn)) continue
        const tallies = orders.systems.map((_, system) => has(system, handedOn))
        if (tallies.includes(undefined)) return
        for (const each of done) each.delete(handedOn)
        job.take(handedOn, tallies as RunTally[])
      }
      round = job.next()
    }
  }
  /** Alone, nothing beyond the round is begun; with others, no thread waits for the last of a round. */
  function nextWork(): Work | undefined {
    while (queue.length === 0 && cursor < mostRuns) {
      const runs: number[] = [], most = Math.max(1, Math.floor(PIECE_MS / perRun)), end = round !== null && cursor < round.to ? round.to : mostRuns
      for (; cursor < end && runs.length < most; cursor++) if (isMine(cursor)) runs.push(cursor)
      for (let system = 0; system < systems; system++) {
        const missing = runs.filter(run => job.known(system, run) === undefined)
        if (missing.length > 0) queue.push({ system, runs: missing })
      }
    }
    return queue.shift()
  }
  const over = (): boolean => round === null || signal.aborted
  function store({ system, runs }: Work, tallies: readonly RunTally[]): void {
    runs.forEach((run, i) => done[system]!.set(run, tallies[i]!))
    drain()
  }
  async function here(): Promise<void> {
    for (let work = over() ? undefined : nextWork(); work !== undefined; work = over() ? undefined : nextWork()) {
      const began = performance.now()
      store(work, hands.run(work))
      perRun = (performance.now() - began) / work.runs.length
      fastest = Math.min(fastest, perRun)
      // Ctrl-C and other threads are heard only between two turns of Node's own loop.
      await new Promise(resolve => setImmediate(resolve))
      if (!over() && threads === null && pays()) threads = elsewhere(perRun > SLOW_MS ? wanted : wanted - 1)
      if (threads !== null && perRun > SLOW_MS) return
    }
  }
  function pays(): boolean {
    if (wanted <= 1 || file === undefined) return false
    if (job.workers !== undefined || perRun > SLOW_MS) return true
    // On a machine that is busy with something else the clock on the wall says little.
    const { user, system } = process.cpuUsage(start), spent = (user + system) / 1000, left = spent < WARM_MS ? 0 : job.left()
    return left === null ? spent > WORTH_MS : left * fastest * systems > WORTH_MS
  }
  /** Two pieces under way for each thread: it has the next when it is done with one, also while this thread is at work. */
  const elsewhere = (count: number): Promise<void> => inThreads(count).catch((error: unknown) => {
    failure = error
    round = null
  })
  async function inThreads(count: number): Promise<void> {
    const { Piscina } = await import('piscina')
    pool = new Piscina({ filename: file!, minThreads: count, maxThreads: count, concurrentTasksPerWorker: 2, workerData: orders })
    await Promise.all(Array.from({ length: 2 * count }, async () => {
      for (let work = over() ? undefined : nextWork(); work !== undefined; work = over() ? undefined : nextWork()) {
        const tallies = await Promise.race([pool!.run(work), aborted])
        if (tallies === undefined) return
        store(work, tallies as RunTally[])
      }
    }))
  }
  try {
    drain()
    if (!over() && job.workers !== undefined && pays()) threads = elsewhere(wanted - 1)
    await here()
    await threads
    if (failure !== undefined) throw failure
  } finally {
    await (pool as { destroy(): Promise<void> } | null)?.destroy()
  }
  return round === null
}

/** From the sources there is none. */
function workerFile(): string | undefined {
  const compiled = fileURLToPath(new URL('./study-worker.js', import.meta.url))
  return bundle('study-worker') ?? (existsSync(compiled) ? compiled : undefined)
}
