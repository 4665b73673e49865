/** The console's session: interrupting, several partitions, what can be completed, what happens when a partition goes. */
import { expect, test } from 'vitest'
import { loadScenario, readYaml } from '../../src/scenario/load.ts'
import { complete } from '../../src/scenario/lab/complete.ts'
import { Session } from '../../src/scenario/lab/session.ts'
import { changed, THREE_HOSTS } from './systems.ts'

const TWO_ROUTERS = changed('      router: { on: power5, os: linux }\n', '      router: { on: power5, os: linux }\n      other: { on: power5, os: linux }\n', THREE_HOSTS)
function sit(text = THREE_HOSTS): { session: Session; type(...lines: string[]): string; told: string[] } {
  let shown = ''
  const told: string[] = [], { scenario } = loadScenario(text, 'lab.yaml')
  const session = new Session(scenario!, { show: piece => { shown += piece }, tell: line => { told.push(line) }, save: () => '' }, { input: readYaml(text) })
  run(session.begin(0, 'router' as never))
  return {
    session, told,
    type(...lines) {
      shown = ''
      for (const line of lines) run(session.enter(line))
      return shown
    },
  }
}
const run = (work: Iterable<void>): void => { for (const _ of work) continue }

test('whoever presses Ctrl-C while a command goes on has the prompt back at that instant, and the rest of the line does not run', () => {
  const { session, type } = sit()
  session.lab.patience = 1e15
  let slices = 0
  for (const _ of session.enter('while sleep 1; do :; done; echo never')) if (++slices === 3) session.lab.interrupted = true
  expect([slices, session.prompt]).toEqual([3, 'root@router:~# '])
  expect(session.lab.now).toBeGreaterThan(60_000_000)
  expect(type('echo $?')).toBe('130\n')
})
test('a trap takes the interrupt, and what ignores it goes on', () => {
  const { type } = sit()
  expect(type(':patience 5s', 'trap "echo caught" INT', 'sleep 60', ':ctrl-c', 'trap "" INT', 'sleep 8; echo on', ':ctrl-c')).toBe('caught\non\n')
})
test('two partitions have a shell each; what the other one prints is shown when one comes back to it', () => {
  const { session, type } = sit(TWO_ROUTERS)
  expect(type('x=here; (sleep 5; echo late) &', ':login other', 'echo "$HOSTNAME ${x-nothing}"', ':advance 10s')).toMatch(/^\[1\] \d+\nother nothing\n$/)
  expect(type(':login router', 'echo $x')).toMatch(/^late\nhere\n/)
  expect(session.lab.steps.filter(({ kind }) => kind === 'login')).toHaveLength(2)
})
test('a partition that crashes takes its shell with it; once it is up again the next line logs in anew', () => {
  const { session, type, told } = sit()
  type('x=1', ':crash router')
  expect([session.prompt, session.lab.tty]).toEqual(['hotspare> ', undefined])
  type('echo $x')
  expect(told.at(-1)).toMatch(/^router (is|does not).*; nothing is typed there$/)
  expect(type(':until guest up router', 'echo ${x-gone}')).toBe('gone\n')
})
test('a busy loop ends the login, and it is said why', () => {
  const { told, type } = sit()
  type('while :; do :; done')
  expect(told.at(-1)).toMatch(/^the login on router has ended, busy loop at line 1: .*; the next line begins another$/)
  expect(type('exec echo gone')).toBe('gone\n')
})
test('who comes while the partition is down waits for it, and is logged in with the next line', () => {
  const { session, told, type } = sit(changed('do: { type: hypervisor.ipl, guest: i5a }', 'do: { type: hypervisor.crash, guest: router }', THREE_HOSTS.replace('at: 1h', 'at: 0s')))
  expect(told).toEqual([expect.stringMatching(/^router is .*; :until guest up router waits for it$/)])
  expect([session.prompt, type(':until guest up router', 'pwd')]).toEqual(['hotspare> ', '/root\n'])
})
test('Tab completes commands, variables, files of the partition, options of mdadm, and the words of the console', () => {
  const { session, type } = sit()
  type('mytune=1; touch "/tmp/a file"')
  expect(complete(session, 'mda')).toEqual([['mdadm '], 'mda'])
  expect(complete(session, 'cat /proc/mds')).toEqual([['/proc/mdstat '], '/proc/mds'])
  expect(complete(session, 'ls /sys/class/scsi_h')).toEqual([['/sys/class/scsi_host/'], '/sys/class/scsi_h'])
  expect(complete(session, 'cat /tmp/a')[0]).toEqual(['/tmp/a\\ file '])
  expect(complete(session, 'echo $mytu')).toEqual([['$mytune'], '$mytu'])
  expect(complete(session, 'mdadm --zero')[0]).toEqual(['--zero-superblock '])
  expect(complete(session, ':unt')).toEqual([[':until '], ':unt'])
  expect(complete(session, ':ipl i5')[0]).toEqual(['i5a ', 'i5b ', 'i5c '])
  expect(complete(session, ':until gu')[0]).toEqual(['guest '])
})
test('a line that begins with a colon and a blank, or no letter, is the shell\'s', () => {
  const { type } = sit()
  expect(type(': ${x:=set}; echo $x', ':', 'echo $?')).toBe('set\n0\n')
})
