import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { difference, mdstatOf } from './looks.ts'
import { parseMdadm } from './mdadm-line.ts'
import { replay } from './replay.ts'
import { rowOf } from './rows.ts'
import { idsInTitles, semanticsRow } from './semantics.ts'
import { braces, stepsOf } from './shell-line.ts'
import { Machine } from './machine.ts'

const dir = new URL('../golden/md/', import.meta.url)
const recordings = readdirSync(dir).filter(name => name.endsWith('.txt')).sort()

describe('every look of the recordings', () => {
  for (const file of recordings)
    test(`${file} GEN-4 the recording is right`, () => {
      const { differs } = rowOf('md-states', replay(file.replace('.txt', ''), readFileSync(new URL(file, dir), 'utf8')))
      // Disks that are probed concurrently at boot are listed in an order of chance.
      expect(differs.filter(({ why }) => !why.includes('probing at boot is concurrent'))).toEqual([])
    })
})

describe('the replayer itself', () => {
  test('a wrong look is seen: each of these changes makes one of a recording differ', () => {
    const text = readFileSync(new URL('s08-two-hosts-two-spares.txt', dir), 'utf8')
    for (const [from, to] of [['sdd3[3] sdc3[2](S)', 'sdd3[3](S) sdc3[2]'], ['[2/1] [_U]', '[2/1] [U_]'], ['recovery = 22.6%', 'resync = 22.6%'], ['[3:0:0:0]    disk', '[3:0:0:1]    disk'], ['   faulty   /dev/sda3', '   spare   /dev/sda3']] as const) {
      expect(text).toContain(from)
      expect(rowOf('x', replay('x', text.replace(from, to))).differs.length, from).toBeGreaterThan(0)
    }
  })
  test('a command that no request is known for is reported', () => {
    const units = replay('x', '# machine: hosts=1 disk_MiB=128\n# t=1.0 took=0.1\n$ frobnicate /dev/md1\n[exit 0]\n# end\n')
    expect(units).toEqual([{ id: 'x:3?', why: 'no request is known for: frobnicate /dev/md1' }])
  })
  test('what the recordings call volatile is not compared, and what they call exact is', () => {
    const line = (text: string) => `Personalities : [raid1] \n${text}\nunused devices: <none>\n`
    const a = line('md1 : active raid1 sdb3[2](F) sda3[0]\n      93120 blocks [2/1] [U_]\n      [==>.....]  recovery = 12.0% (1/2) finish=0.1min speed=1K/sec\n'), b = a.replace('12.0%', '55.5%').replace('sdb3[2]', 'sdb3[3]')
    expect(difference('mdstat', '', a, b)).toBeUndefined()
    expect(difference('mdstat', '', a, a.replace('sda3[0]', 'sda3[1]'))).toBeDefined()
    expect(mdstatOf(a)).toEqual(['md1 : active raid1 sdb3[*](F) sda3[0] | 93120 blocks [2/1] [U_] | recovery'])
  })
  test('mdadm is understood in other orders and forms', () => {
    const same = [
      'mdadm --create /dev/md1 --run --metadata=1.2 --level=1 --raid-devices=2 --spare-devices=1 /dev/sda3 /dev/sdb3 /dev/sdc3',
      'mdadm -C /dev/md1 -R -e 1.2 -l1 -n 2 -x1 /dev/sda3 /dev/sdb3 /dev/sdc3',
      'mdadm --create --level raid1 -n2 --spare-devices 1 --metadata 1.2 --run /dev/md1 /dev/sd{a,b,c}3',
    ].map(line => {
      const m = new Machine({ diskMib: [128, 128, 128], hotplug: false })
      const { looks } = m.run(`${line}; cat /proc/mdstat`, 1, 1.5)
      return mdstatOf(looks[0]!.text).join('\n').replace(/ \| resync/, '')
    })
    expect(new Set(same)).toEqual(new Set(['md1 : active raid1 sdc3[2](S) sdb3[1] sda3[0] | 92160 blocks super 1.2 [2/2] [UU]']))
    const fails = (line: string) => parseMdadm(stepsOf(line)[0]!.pipeline[0]!.words).steps
    expect(fails('mdadm --manage /dev/md1 --fail /dev/sda3 --remove /dev/sda3')).toEqual([{ op: 'fail', devices: ['/dev/sda3'] }, { op: 'remove', devices: ['/dev/sda3'] }])
    expect(fails('mdadm /dev/md1 --set-faulty /dev/sda3 /dev/sdb3')).toEqual([{ op: 'fail', devices: ['/dev/sda3', '/dev/sdb3'] }])
    expect(fails('mdadm --fail /dev/md1 /dev/sda3')).toEqual([{ op: 'fail', devices: ['/dev/sda3'] }])
    expect(parseMdadm(['mdadm', '-D', '/dev/md1', '/dev/md0'])).toMatchObject({ mode: 'detail', devices: ['/dev/md1', '/dev/md0'] })
    expect(parseMdadm(['mdadm', '-As'])).toMatchObject({ mode: 'assemble', options: { scan: true } })
    expect(parseMdadm(['mdadm', '-S', '/dev/md1'])).toMatchObject({ mode: 'stop', devices: ['/dev/md1'] })
    expect(parseMdadm(['mdadm', '-If', 'sdb3'])).toMatchObject({ mode: 'incremental', devices: ['sdb3'] })
  })
  test('typographic quotes are no quotes to it, and the short -r swallows what follows', () => {
    expect(stepsOf('echo “scsi remove-single-device 0 0 0 0” > /proc/scsi/scsi')[0]!.pipeline[0]!.words).toHaveLength(7)
    expect(parseMdadm(['mdadm', '/dev/md1', '-r', '/dev/sda3'])).toMatchObject({ mode: 'manage', steps: [] })
    expect(parseMdadm(['mdadm', '/dev/md1', '-r', '/dev/sda3'], { classic: true })).toMatchObject({ steps: [{ op: 'remove', devices: ['/dev/sda3'] }] })
  })
  test('lists, loops, groups in the background, braces and quotes', () => {
    const words = (line: string) => stepsOf(line).map(step => step.pipeline.map(one => one.words.join(' ')).join(' | '))
    expect(words('for h in 0 1; do echo "- - -" > /sys/class/scsi_host/host$h/scan; done; sync')).toEqual(['echo - - -', 'echo - - -', 'sync'])
    expect(stepsOf('for h in 0 1; do echo x > /f$h; done').map(step => step.pipeline[0]!.redirects[0]!.target)).toEqual(['/f0', '/f1'])
    expect(stepsOf('(while :; do dd of=/dev/md0; done >/dev/null 2>&1 &)')).toMatchObject([{ background: true }])
    expect(stepsOf("(timeout 12 bash -c 'while :; do dd of=/dev/md1; done' >/dev/null 2>&1 &)")).toMatchObject([{ background: true, seconds: 12 }])
    expect(braces('sd{a..c}{1,2}')).toEqual(['sda1', 'sda2', 'sdb1', 'sdb2', 'sdc1', 'sdc2'])
    expect(words('dd if=/dev/md1 2>/dev/null | md5sum && cat "/a b"')).toEqual(['dd if=/dev/md1 | md5sum', 'cat /a b'])
  })
  test('requirements are counted by the titles of tests', () => {
    // The sources are put together here, so that this file is not counted among those that name a requirement.
    const titled = (title: string, call = 'test'): string => `${call}(${title}, () => {})`
    expect([...idsInTitles(titled("'VS-1 VS-3 to VS-5, F2 and DD-54.min x'") + titled('`ND-7`', 'it.each([1])'))]).toEqual(['VS-1', 'VS-3', 'VS-4', 'VS-5', 'F2', 'DD-54', 'ND-7'])
    expect(semanticsRow('VS-1 a\nVS-2 a\nF1 b\n', [titled("'VS-1 x'")])).toMatchObject({
      passed: 1, total: 3, differs: [{ id: 'VS-2' }, { id: 'F1' }], parts: [{ name: 'a VS', passed: 1, total: 2 }, { name: 'b F', passed: 0, total: 1 }],
    })
  })
})
