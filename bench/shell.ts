/**
 * Scripts in the simulated shell. Usage: shell WHAT WHICH
 *   ours WHICH       one of SCRIPTS, on a furnished machine without a simulation
 *   real WHICH       the same text in this machine's bash, with its children's CPU time
 *   recover RUNS     scenarios/recover-script.yaml with one fault: script and simulation from the beginning, again and again
 *   schedules RUNS   what a worker of `hotspare check` does: so many schedules of that scenario, from the start of the process
 * What came out of a script is compared with what it should print, so that one that does nothing is noticed.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryUsage } from 'node:process'
import { fileURLToPath } from 'node:url'
import { assert, must } from '../src/base/assert.ts'
import { MINUTE } from '../src/base/time.ts'
import { runSchedule } from '../src/explore/runner.ts'
import { runSeed, searchPart } from '../src/explore/search.ts'
import { targetOf } from '../src/explore/target.ts'
import { loadScenario } from '../src/scenario/load.ts'
import { startScript } from '../src/shell/bash/start.ts'
import { furnish } from '../src/shell/furnish.ts'
import { Kernel } from '../src/shell/kernel/kernel.ts'
import { Machine } from '../src/shell/kernel/machine.ts'
import { cpuSecondsOf, median, print } from './measure.ts'

const [what = 'recover', which = '1000'] = process.argv.slice(2)

const LINES = 'for ((n = 0; n < 200; n++)); do echo "sd$n[$n] $((n * 7919 % 1000)) active"; done > lines'
/** Each prints one word at its end. */
const SCRIPTS: Readonly<Record<string, { readonly text: string; readonly prints: string }>> = {
  loop: { text: 'i=0; while [ "$i" -lt 20000 ]; do i=$((i + 1)); done; echo $i', prints: '20000' },
  grep: { text: `${LINES}; n=0; for ((i = 0; i < 100; i++)); do grep -q "sd$i.*active" lines && n=$((n + 1)); done; echo $n`, prints: '100' },
  awk: { text: `${LINES}; n=0; for ((i = 0; i < 100; i++)); do n=$(awk -v n=$n '$2 > 500 { s++ } END { print n + s }' lines); done; echo $n`, prints: '9900' },
  pipes: { text: 'n=0; for ((i = 0; i < 100; i++)); do n=$((n + $(echo a b c | tr a-c A-C | wc -w))); done; echo $n', prints: '300' },
}

if (what === 'ours') {
  const { text, prints } = must(SCRIPTS[which], 'a script by name'), times: number[] = []
  for (let round = 0; round < 30; round++) times.push(cpuSecondsOf(() => assert(printed(text) === prints, `${which} prints ${prints}`)))
  print({ name: `shell, ${which}`, count: 1, cpuSeconds: median(times.slice(10)), notes: { first: times[0]! } })
} else if (what === 'real') {
  const { text, prints } = must(SCRIPTS[which], 'a script by name'), dir = mkdtempSync(join(tmpdir(), 'hotspare-bench-')), times: number[] = []
  for (let round = 0; round < 5; round++) {
    const { stdout } = spawnSync('bash', ['-c', `${text}; times`], { cwd: dir, encoding: 'utf8' }), [said, own, children] = stdout.split('\n')
    assert(said === prints, `${which} prints ${prints}`)
    times.push(secondsIn(own!) + secondsIn(children!))
  }
  rmSync(dir, { recursive: true })
  print({ name: `bash, ${which}`, count: 1, cpuSeconds: median(times) })
} else {
  const root = fileURLToPath(new URL('../../../../scenarios/', import.meta.url)), file = 'recover-script.yaml', readFile = (name: string) => readFileSync(join(root, name), 'utf8')
  const target = targetOf(must(loadScenario(readFile(file), file, undefined, { readFile }).scenario, 'the scenario is valid')), runs = Number(which)
  if (what === 'schedules') {
    let found = 0, struck = 0
    const cpuSeconds = cpuSecondsOf(() => {
      const result = searchPart(target, { seed: 1, part: { from: 0, to: runs } })
      found = result.found.length
      struck = result.struck
    })
    print({ name: `${runs} schedules`, count: runs, cpuSeconds, notes: { found, struck, peakMiB: Math.round(memoryUsage.rss() / 2 ** 20) } })
  } else {
    const times: number[] = []
    let events = 0, commands = 0, held = 0
    for (let run = 0; run < runs; run++) {
      times.push(cpuSecondsOf(() => {
        const { failure, trace, events: handled } = runSchedule(target, { delay: null, drawnOrder: false, faults: [{ kind: 'hang', target: 'i5a', at: 10 * MINUTE, lasts: 541e6 }] }, runSeed(1, 7))
        assert(failure === null, 'the script keeps its promise')
        events = handled
        commands = trace.filter(({ event }) => event.type === 'terminal.enter').length
      }))
      if (run === runs >> 1) held = heapMiB()
    }
    print({ name: `recovery, ${runs} runs`, count: 1, cpuSeconds: median(times.slice(runs >> 1)), notes: { first: times[0]!, median100: median(times.slice(50, 150)), events, commands, grownMiB: heapMiB() - held } })
  }
}

/** The last word that a script prints on a machine of its own. */
function printed(text: string): string {
  let now = 0, said = ''
  const kernel = new Kernel(() => now), machine = new Machine({ name: 'bench', clock: () => now })
  furnish(machine, kernel)
  startScript(kernel, machine, { text, stdout: bytes => void (said += bytes) })
  for (;;) {
    kernel.run()
    const next = kernel.nextAt()
    if (next === null) return said.trim()
    now = next
  }
}
function heapMiB(): number {
  globalThis.gc?.()
  return memoryUsage().heapUsed / 2 ** 20
}
/** `0m0.012s 0m0.004s`, as `times` has it. */
function secondsIn(line: string): number {
  return [...line.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0)
}
