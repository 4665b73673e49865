/** Scripts in virtual time, what they are charged for, who watches them, and how those that never end are ended. */
import { describe, expect, it } from 'vitest'
import { startScript } from '../../../src/shell/bash/start.ts'
import { furnish } from '../../../src/shell/furnish.ts'
import { Kernel } from '../../../src/shell/kernel/kernel.ts'
import { Machine, type Costs, type Limits, type Observer } from '../../../src/shell/kernel/machine.ts'

function start(text: string, { costs = {}, limits = {}, observer, kill }: { costs?: Partial<Costs>; limits?: Partial<Limits>; observer?: Observer; kill?: number } = {}) {
  let now = 0, out = '', err = '', runaway: string | null = null
  const kernel = new Kernel(() => now), machine = new Machine({ name: 'm', clock: () => now, costs, limits })
  furnish(machine, kernel)
  machine.observers.push({ runaway: (_, message) => { runaway ??= message } })
  const p = startScript(kernel, machine, { text, name: 'x.sh', stdout: bytes => { out += bytes }, stderr: bytes => { err += bytes } })
  if (observer !== undefined) machine.observers.push(observer)
  if (kill !== undefined) machine.observers.push({ statement: (each, line) => { if (each.pid === p.pid && line === kill) kernel.end(p, 137, 'KILL') } })
  for (let at: number | null = 0; at !== null; at = kernel.nextAt()) {
    now = Math.max(now, at)
    kernel.run()
  }
  return { out, err, now, runaway, status: p.exit?.status, machine }
}
const FREE: Costs = { statement: 0, fork: 0, exec: 0, slice: 1_000 }

describe('virtual time', () => {
  it('passes in sleep, and every clock of the shell shows it', () => {
    const { out, now } = start('a=$EPOCHSECONDS; sleep 2.5; echo $SECONDS $((EPOCHSECONDS - a)); SECONDS=100; sleep 3; echo $SECONDS', { costs: FREE })
    expect([out, now]).toEqual(['2 2\n103\n', 5_500_000])
  })
  it('of the parts of a pipeline and of jobs passes at once, not one after the other', () => {
    expect(start('sleep 3 | sleep 2; sleep 4 & sleep 1 & wait; echo $SECONDS', { costs: FREE })).toMatchObject({ out: '7\n', now: 7_000_000 })
  })
  it('is charged for statements: a loop that polls does not stop the clock', () => {
    const { out, now } = start('while [ $SECONDS -lt 1 ]; do :; done; echo $SECONDS')
    expect(out).toBe('1\n')
    expect(now).toBeGreaterThanOrEqual(1_000_000)
  })
  it('is charged for forks and programs to the child, so that jobs run at the same time', () => {
    const one = start('/bin/true', { costs: { statement: 0, fork: 1_000, exec: 10_000 } }).now
    expect(one).toBe(11_000)
    expect(start('/bin/true & /bin/true & wait', { costs: { statement: 0, fork: 1_000, exec: 10_000 } }).now).toBe(11_000)
  })
  it('read -t gives up when it is over, with what came till then', () => {
    expect(start('{ printf ab; sleep 5; } | { read -t 1 x; echo "$? $x $SECONDS"; }', { costs: FREE }).out).toBe('142 ab 1\n')
  })
})

describe('who watches', () => {
  it('is told the line of every statement and the words of every command', () => {
    const seen: string[] = []
    start('x=a\nfor i in 1 2\ndo\n  echo $x $i\ndone\n', { observer: { command: (_, line, words) => { seen.push(`${line}: ${words.join(' ')}`) } } })
    expect(seen).toEqual(['4: echo a 1', '4: echo a 2'])
  })
  it('knows of every program which line of the script it comes from, also out of functions and sourced files', () => {
    const seen: string[] = []
    start('f() {\n  cat /dev/null\n}\nf\necho "cat /dev/null" > /tmp/lib\n. /tmp/lib\nbash -c "cat /dev/null; :"\n',
      { observer: { exited: p => { if (p.argv[0] === 'cat') seen.push(String(p.scriptLine)) } } })
    expect(seen).toEqual(['2', '6', '7'])
  })
  it('may end the shell between two lines: nothing of the second happens', () => {
    expect(start('echo 1\necho 2\necho 3\n', { kill: 2 })).toMatchObject({ out: '1\n', status: 137 })
    expect(start('x=0\nwhile :\ndo x=$((x+1)); [ $x = 3 ] && echo three\n[ $x = 2 ] && y=1\necho $x\ndone\n', { kill: 5 }).out).toBe('')
  })
})

describe('what never ends', () => {
  it('a busy loop is ended by its budget of statements, with the line', () => {
    expect(start('x=1\nwhile :; do\n  :\ndone\n', { limits: { statements: 1_000 } }).runaway).toMatch(/^busy loop at line [23]: more than 1000 statements without waiting$/)
  })
  it('a loop that waits goes on, however long; one that only polls beside something that waits does not', () => {
    const limits = { statements: 200 }
    expect(start('for ((i = 0; i < 1000; i++)); do\n  sleep 10; :\ndone\necho $i\n', { limits })).toMatchObject({ runaway: null, out: '1000\n' })
    expect(start('while sleep 10; do :; done & while :; do\n  :\ndone\n', { limits }).runaway).toMatch(/^busy loop/)
    expect(start('while :; do (:); done', { limits }).runaway).toMatch(/^busy loop/)
    expect(start('while sleep 10; do :; done', { limits }).runaway).toMatch(/^more than 80000 statements at line 1$/)
  })
  it('a slow processor gives a busy loop no more room', () => {
    expect(start('while :; do /bin/true; done', { limits: { statements: 1_000 }, costs: { statement: 5_000, exec: 90_000, fork: 90_000 } }).runaway).toMatch(/^busy loop/)
  })
  it('a recursion without an end is ended, and FUNCNEST ends one in the words of bash', () => {
    expect(start('f() { f; }; f').runaway).toMatch(/nested too deeply/)
    expect(start('FUNCNEST=5; f() { f; }; f; echo never').err).toBe('x.sh: line 1: f: maximum function nesting level exceeded (5)\n')
  })
  it('eval and trap within themselves are ended too', () => {
    expect(start("x='eval \"$x\"'; eval \"$x\"").runaway).toMatch(/nested too deeply/)
  })
  it('a machine full of processes refuses another, and the shell says so and gives up', () => {
    const { err, status } = start('sleep 100 & sleep 100 & sleep 100 & sleep 100 & wait', { limits: { processes: 3 } })
    expect(err).toContain('x.sh: line 1: fork: retry: Resource temporarily unavailable\n')
    expect(status).toBe(254)
  })
  it('a variable that doubles is ended by what a process may hold', () => {
    expect(start('x=xxxxxxxxxxxxxxxx; while :; do x=$x$x; done', { limits: { held: 1 << 20 } }).runaway).toMatch(/held by one process/)
  })
})
