/** Sessions at the console, as files under test/transcripts: what a person types, and sees in 80 columns without colour. `npx vitest run test/node/console.test.ts -u` rewrites them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, expect, test, vi } from 'vitest'
import { changed, OUTAGE, THREE_HOSTS } from '../scenario/systems.ts'
import { hotspare, type Ran } from './hotspare.ts'

const folder = mkdtempSync(join(tmpdir(), 'hotspare-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string): string => join(folder, name)
writeFileSync(file('three.yaml'), THREE_HOSTS)
writeFileSync(file('outage.yaml'), OUTAGE)

/** The lines as they come over a pipe. */
async function typed(args: readonly string[], lines: readonly string[]): Promise<Ran> {
  const stdin = vi.spyOn(process, 'stdin', 'get').mockReturnValue(Readable.from(lines.map(line => `${line}\n`)) as never)
  try {
    return await hotspare('console', ...args)
  } finally {
    stdin.mockRestore()
  }
}

const SESSIONS: Readonly<Record<string, readonly [args: string, ...lines: string[]]>> = {
  'console-recovery': ['three.yaml --at 50m', 'cat /proc/mdstat', ':hosts', ':advance 20m', 'mdadm --detail /dev/md1 | tail -5', ':until guest up i5a', ':log', ':back 2', ':time'],
  'console-shell': ['three.yaml', 'cd /etc; x=5', 'echo $x in $PWD', 'for d in a b; do', '  echo /dev/sd$d', 'done', 'f() { nosuch; echo "status $?"; }', 'f', 'read answer', 'yes', 'echo "$answer"; fi',
    'echo ${z?not set}', 'sleep 90 & ', 'jobs', ':advance 2m', 'pwd', ':patience 1m', 'sleep 300; echo never', ':time', ':ctrl-c', 'echo $?', 'exit', 'echo ${x-gone}', 'cat <<end'],
  'console-outage': ['outage.yaml', ':until service down routing', ':why', ':hang router', 'uptime', ':resume router', 'uptime | cut -d, -f1'],
  'console-slips': ['three.yaml', ':iple i5a', ':ipl i5x', ':advance', ':advance 10', ':until in-sink', ':until md7 clean', ':until md.syncDon', ':until md.syncDone aray=md1', ':until 3h within', ':login i5a', ':login rooter', ':back', ':back x',
    ':vary-off i5a-ruoter', ':do vscsi.loseSpce', ':do vscsi.loseSpace space=d9', ':do hypervisor.crash guest=i5b donw=3m', ':ipl i5a down=never', ':patience soon', ':save', ':expect md.syncDone', ':why rooting', ': a shell knows this', ':crash i5a', ':crash i5a', ':expect in-sync'],
  'console-help': ['three.yaml', ':help'],
}
for (const [name, [args, ...lines]] of Object.entries(SESSIONS)) test(name, async () => {
  const { status, out, err } = await typed([...args.split(' ').map(word => word.endsWith('.yaml') ? file(word) : word), '--echo'], lines)
  const shown = `$ hotspare console ${args}\n${out}${err}[exit ${status}]\n`.replaceAll(`${folder}/`, '')
  expect(shown.split('\n').filter(row => row.length > 80 && !/^(hotspare: |-bash: |.*[#>] )/.test(row)), 'wider than 80 columns').toEqual([])
  await expect(shown).toMatchFileSnapshot(`../transcripts/${name}.txt`)
})

test('over a pipe there are no prompts, and what was typed wrongly is told on stderr', async () => {
  expect(await typed([file('three.yaml')], ['echo one', ':advnce 3m', 'echo two'])).toEqual({ status: 2, out: 'one\ntwo\n', err: expect.stringContaining('did you mean "advance"?') })
  expect(await typed([file('three.yaml')], ['echo -n one'])).toEqual({ status: 0, out: 'one\n', err: '' })
})
test('an expectation that is not met, or not within its time, is status 1', async () => {
  expect((await typed([file('three.yaml')], [':expect in-sync'])).status).toBe(0)
  expect((await typed([file('three.yaml')], [':until md1 degraded within 5h', ':expect in-sync'])).status).toBe(1)
  expect((await typed([file('three.yaml')], [':until md1 stopped within 1m'])).status).toBe(1)
})
test('what is said ends with :quit, and with the end of the input', async () => {
  expect((await typed([file('three.yaml')], ['echo one', ':quit', 'echo two'])).out).toBe('one\n')
})
test('a session that was saved is a scenario that gives it again, and can be gone on with', async () => {
  const lab = file('lab.yaml')
  const first = await typed([file('three.yaml'), '--at', '10m', '--seed', '7'], ['x=kept', ':crash i5c', 'mdadm /dev/md1 --fail /dev/sdb3', ':advance 10m', 'cat /proc/mdstat > /root/seen', `:save ${lab}`])
  expect(first.err).toBe('')
  expect(readFileSync(lab, 'utf8')).toContain('line: mdadm /dev/md1 --fail /dev/sdb3')
  const again = await hotspare('run', lab, '--transcript')
  expect(again.out).toContain('$ mdadm /dev/md1 --fail /dev/sdb3')
  expect((await typed([lab, '--at', '30m'], ['echo $x', 'grep -c sdb3.*F /root/seen'])).out).toBe('kept\n1\n')
})
test('a partition without a shell, or that does not exist, is no place to log in to', async () => {
  expect(await typed([file('three.yaml'), '--on', 'i5a'], [])).toMatchObject({ status: 2, err: expect.stringContaining('only on partitions that run linux: router') })
  expect(await typed([file('three.yaml'), '--on', 'rooter'], [])).toMatchObject({ status: 2, err: expect.stringContaining('did you mean "router"?') })
  writeFileSync(file('none.yaml'), changed('    routing: { needs', '    rooting: { needs', THREE_HOSTS.replaceAll('os: linux', 'os: vios')))
  expect((await typed([file('none.yaml')], ['ls'])).err).toContain('no partition of this scenario runs linux')
})
