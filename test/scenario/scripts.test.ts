/** Scripts of operators on simulated partitions: when they run, what they leave in the trace, what strikes them, and how they end. */
import { describe, expect, test } from 'vitest'
import { fingerprint, why } from '../../src/core/trace.ts'
import { chainOf } from '../../src/scenario/chain.ts'
import { simulate } from '../../src/scenario/run.ts'
import type { ScenarioInput } from '../../src/scenario/schema.ts'
import { transcriptOf, transcriptText } from '../../src/scenario/transcript.ts'

type Part = Partial<Pick<ScenarioInput, 'timeline' | 'operators' | 'until' | 'expect'>> & { terminal?: object }
const HOSTS = ['i5a', 'i5b', 'i5c'] as const
/** Three hosts, one mirror with a spare; `text` is called at 1h unless operators say otherwise. */
const story = (text: string, { terminal, operators, ...part }: Part = {}): ScenarioInput => ({
  until: '3h',
  system: {
    hypervisor: { systems: { p5: {} }, guests: { ...Object.fromEntries(HOSTS.map(host => [host, { on: 'p5', os: 'ibm-i', ipl: '20m' }])), router: { on: 'p5', os: 'linux' } } as never },
    vscsi: { spaces: Object.fromEntries(HOSTS.map((host, i) => [`d${i + 1}`, { host, to: 'router', size: '2 GiB', online: 'auto' }])) as never },
    scsi: { layout: { router: { prep: '8 MiB', root: 'rest' } } },
    md: { arrays: { md1: { on: 'router', raidDevices: 2, members: ['d1/root', 'd2/root'], spares: ['d3/root'], io: { commitEvery: '5s' } } } },
    ...terminal !== undefined && { terminal },
  } as never,
  operators: (operators ?? [{ name: 'admin', on: 'router', when: { at: '1h' } }]).map(o => ({ ...o, run: { file: 'x.sh', text } })) as never,
  ...part,
})
const typed = (input: ScenarioInput, seed: number | string = 1) => {
  const run = simulate(input, { seed, check: true })
  expect(run.broken).toEqual([])
  return { run, lines: transcriptOf(run.trace), printed: transcriptOf(run.trace).filter(({ kind }) => kind === 'stdout').map(({ text }) => text.trimEnd()) }
}

describe('a script', () => {
  test('runs when it is called, and every command and what it prints is in the trace with its line', () => {
    const { run, lines } = typed(story('echo one\nif true; then\n  echo two; fi\nexit 3\n'))
    expect(lines.map(({ kind, line, text }) => [kind, line, text.trimEnd()])).toEqual([
      ['open', null, 'admin starts x.sh on router'], ['command', 1, 'echo one'], ['stdout', 1, 'one'], ['command', 2, 'true'], ['command', 3, 'echo two'], ['stdout', 3, 'two'], ['command', 4, 'exit 3'],
      ['close', null, 's1 ends with status 3'],
    ])
    expect(run.trace.find(({ event }) => event.type === 'terminal.closed')!.event).toMatchObject({ script: 'x.sh', status: 3, how: 'ended' })
    expect(transcriptText(lines).slice(0, 3)).toEqual(['01:00:00  -- admin starts x.sh on router', '          1: $ echo one', '          | one'])
  })
  test('is told as one would type it, with its redirections', () => {
    const { lines } = typed(story('disk=sdb f=/tmp/x\necho "a b" > "/tmp/$disk" 2>&1\ncat < $f$(echo) 2> /dev/null\n[ -f $f ] && cat <<< "$disk"\n> "${f}1"\n'))
    expect(lines.filter(({ kind }) => kind === 'command').map(({ text }) => text)).toEqual([
      "echo 'a b' > /tmp/sdb 2>&1", 'cat < $f$(echo) 2> /dev/null', 'echo', '[ -f /tmp/x ]', '> /tmp/x1',
    ])
  })
  test('what a command brings about has the command as its cause, and that the call', () => {
    const { run } = typed(story('mdadm /dev/md1 --fail /dev/sda2\n'))
    const failed = run.trace.find(({ event }) => event.type === 'md.memberFailed')!
    const chain = why(run.trace, failed.seq).map(({ event }) => event.type)
    expect(chain.slice(0, 3)).toEqual(['md.memberFailed', 'md.fail', 'terminal.enter'])
    expect(chain).toContain('operator.scriptDue')
    // What wound the operator's clock up explains nothing.
    expect(chainOf(run, failed.seq)[0]!.event.type).toBe('operator.scriptDue')
  })
  test('sleeps in the time of the simulation, and sees what happened meanwhile', () => {
    const { printed } = typed(story('date +%s; sleep 1800; date +%s; grep -c _U /proc/mdstat\n', { timeline: [{ at: '1h10m', do: { type: 'hypervisor.crash', guest: 'i5a', down: '2h' } as never }], terminal: { date: '2026-01-05T00:00Z' } }))
    expect(Number(printed[1]) - Number(printed[0])).toBeGreaterThanOrEqual(1800)
    expect(printed[0]).toBe(String(Date.parse('2026-01-05T01:00Z') / 1000))
    // The spare has taken over long since.
    expect(printed[2]).toBe('0')
  })
  test('finds the files that the scenario puts there', () => {
    expect(typed(story('cat /etc/recovery.conf\n', { terminal: { files: { router: { '/etc/recovery.conf': 'mirrors=md1\n' } } } })).printed).toEqual(['mirrors=md1'])
  })
  test('is not called on a partition that is down, and ends with one that goes down under it', () => {
    const down = { type: 'hypervisor.crash', guest: 'router', down: '30m' } as never
    expect(typed(story('echo here\n', { timeline: [{ at: '50m', do: down }] })).lines).toEqual([])
    const { lines, run } = typed(story('echo before\nsleep 600\necho after\n', { timeline: [{ at: '1h5m', do: down }] }))
    expect(lines.filter(({ kind }) => kind === 'stdout').map(({ text }) => text)).toEqual(['before\n'])
    expect(run.trace.find(({ event }) => event.type === 'terminal.closed')!.event).toMatchObject({ how: 'guestDown', status: 137 })
  })
  test('VS-63 with dashes from a web page fails as it would, and a hint that the script cannot read says why', () => {
    const { lines } = typed(story('mdadm /dev/md1 \u2013-fail /dev/sda2 2>&1 | grep -c hint\n'))
    expect(lines.filter(({ kind }) => kind === 'hint').map(({ text }) => text)).toEqual([expect.stringContaining('dash')])
    expect(lines.filter(({ kind }) => kind === 'stdout').map(({ text }) => text)).toEqual(['0\n'])
    expect(transcriptText(lines).some(line => line.includes('? hotspare: hint: '))).toBe(true)
  })
  test('that pulls the plug of its own partition ends with it', () => {
    const { run, lines } = typed(story('echo b > /proc/sysrq-trigger\necho after\n'))
    expect(lines.at(-1)).toMatchObject({ kind: 'close', text: expect.stringContaining('ends with its partition') })
    expect(run.trace.some(({ event }) => event.type === 'hypervisor.guestDown' && event.guest === 'router' && event.how === 'crash')).toBe(true)
  })
  test('that runs away is stopped, and it is said where', () => {
    const { run } = typed(story('echo begin\nwhile :; do\n  :\ndone\n'))
    const close = run.trace.find(({ event }) => event.type === 'terminal.close')!.event as { how: string; message: string; line: number }
    expect(close).toMatchObject({ how: 'runaway', line: 3 })
    expect(close.message).toContain('busy loop at line 3')
  })
  test('the same seed gives the same trace, and nobody but the script itself moves the world', () => {
    const input = story('for i in 1 2 3; do echo $RANDOM; sleep $i; done\nmdadm /dev/md1 --fail /dev/sdb2 --remove /dev/sdb2\nmdadm /dev/md1 --add /dev/sdb2\n')
    expect(fingerprint(typed(input).run.trace)).toBe(fingerprint(typed(input).run.trace))
    expect(fingerprint(typed(input).run.trace)).not.toBe(fingerprint(typed(input, 2).run.trace))
  })
})

describe('who calls it', () => {
  test('a fact, each time; two operators at once', () => {
    const when = { type: 'hypervisor.guestUp', guest: 'i5a' }
    const { lines } = typed(story('echo $0 $1; sleep 1\n', { operators: [{ name: 'a', on: 'router', when, args: ['first'] }, { name: 'b', on: 'router', when, args: ['second'] }] as never, timeline: [{ at: '10m', do: { type: 'hypervisor.crash', guest: 'i5a', down: '10m' } as never }] }))
    expect(lines.map(({ session, kind, text }) => `${session} ${kind} ${text.trimEnd()}`)).toEqual([
      's1 open a starts x.sh first on router', 's1 command echo x.sh first', 's1 stdout x.sh first', 's1 command sleep 1', 's2 open b starts x.sh second on router', 's2 command echo x.sh second', 's2 stdout x.sh second', 's2 command sleep 1',
      's1 close s1 ends with status 0', 's2 close s2 ends with status 0',
    ])
  })
  test('mdadm --monitor, with event, array and device', () => {
    const { printed, run } = typed(story('#!/bin/bash\necho "called $*"\n', { operators: [{ name: 'watch', on: 'router', noticedBy: 'monitor' }] as never, timeline: [{ at: '1h', do: { type: 'hypervisor.crash', guest: 'i5a', down: '10m' } as never }] }))
    expect(printed).toContain('called Fail /dev/md1 /dev/sda2')
    expect(printed.some(text => text.startsWith('called SpareActive /dev/md1 /dev/sdc2'))).toBe(true)
    expect(run.world.terminal.failed).toBe(0)
  })
})

describe('a fault strikes', () => {
  const crash = { type: 'hypervisor.crash', guest: 'router', down: '10m' } as never
  const text = 'echo 1\necho 2\nfor i in a b; do\n  echo $i\n  echo then\ndone\necho 7\n'
  const struck = (step: object, seed = 1) => typed(story(text, { timeline: [{ ...step, do: crash } as never] }), seed).printed
  test('between two lines of a script, the first time or a later one', () => {
    expect(struck({ between: [1, 2] })).toEqual(['1'])
    expect(struck({ between: [4, 5] })).toEqual(['1', '2', 'a'])
    expect(struck({ between: [4, 5], time: 2 })).toEqual(['1', '2', 'a', 'then', 'b'])
    expect(struck({ between: [2, 1] })).toHaveLength(7)
    expect(struck({ between: [1, 2], script: 'another.sh' })).toHaveLength(7)
  })
  test('before the so-many-th statement', () => {
    const all = Array.from({ length: 9 }, (_, i) => struck({ before: i + 1 }).length)
    expect(all[0]).toBe(0)
    expect(all).toEqual(all.toSorted((a, b) => a - b))
    expect(all.at(-1)).toBeGreaterThan(4)
  })
  test('before one that is drawn from the seed', () => {
    const counts = Array.from({ length: 12 }, (_, seed) => struck({ between: 'drawn' }, seed).length)
    expect(counts).toEqual(Array.from({ length: 12 }, (_, seed) => struck({ between: 'drawn' }, seed).length))
    expect(new Set(counts).size).toBeGreaterThan(2)
  })
  test('and what follows upon it comes as long after', () => {
    const { run } = typed(story(text, { timeline: [{ between: [1, 2], do: { type: 'hypervisor.hang', guest: 'i5a' }, then: { after: '10m', do: { type: 'hypervisor.resume', guest: 'i5a' } } } as never] }))
    const at = (type: string) => run.trace.find(({ event }) => event.type === type)!.at
    expect(at('hypervisor.guestResumed') - at('hypervisor.guestHung')).toBe(600_000_000)
  })
})
