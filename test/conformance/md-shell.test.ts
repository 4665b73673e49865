import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { kernelMasked, masked } from './md-masks.ts'
import { kernelUnit, play, textUnits } from './md-shell.ts'
import { looksIn, stateUnits } from './md-states.ts'
import { rowOf } from './rows.ts'

const dir = new URL('../golden/md/', import.meta.url)
const recording = (name: string): string => readFileSync(new URL(`${name}.txt`, dir), 'utf8')

describe('GEN-4 every recording is right: what it shows of arrays and disks, and the kernel\'s lines in their order', () => {
  for (const file of readdirSync(dir).filter(name => name.endsWith('.txt')).sort())
    test(file, () => {
      const name = file.replace('.txt', ''), text = recording(name), played = play(name, text)
      expect(played.broken).toEqual([])
      // Disks that are probed concurrently at boot are listed in an order of chance.
      expect(rowOf('md-states', stateUnits(name, played)).differs.filter(({ why }) => !why.includes('probing at boot is concurrent'))).toEqual([])
      // With hot-plug events the emulated adapter adds a word of its own about a device that is still held.
      if (!/LUN assignments on this target have changed/.test(text)) expect(kernelUnit(name, played).why).toBeUndefined()
    })
})

describe('the replayer in the simulated shell', () => {
  const right = recording('s04-fail-by-command')
  const differs = (text: string) => {
    const played = play('x', text)
    return [...textUnits('x', played), ...stateUnits('x', played), kernelUnit('x', played)].filter(({ why }) => why !== undefined)
  }
  test('a recording that is right in every respect', () => expect(differs(right)).toEqual([]))
  test.each([
    ['a word on standard error', '! mdadm: set /dev/sda3 faulty in /dev/md1', '! mdadm: set /dev/sda3 failed in /dev/md1'], ['the stream', '! mdadm: added /dev/sda3', '| mdadm: added /dev/sda3'],
    ['a status', 'mdadm: added /dev/sda3\n[exit 0]', 'mdadm: added /dev/sda3\n[exit 1]'], ['a flag in mdstat', 'sda3[0](F)', 'sda3[0](S)'], ['a kernel line', 'md: recovery of RAID array md1', 'md: resync of RAID array md1'],
  ])('a wrong recording is seen: %s', (_what, from, to) => {
    expect(right.includes(from)).toBe(true)
    expect(differs(right.replace(from, to)).length).toBeGreaterThan(0)
  })
  test.each([
    ['sdd3[3] sdc3[2](S)', 'sdd3[3](S) sdc3[2]'], ['[2/1] [_U]', '[2/1] [U_]'], ['recovery = 22.6%', 'resync = 22.6%'], ['[3:0:0:0]    disk', '[3:0:0:1]    disk'], ['   faulty   /dev/sda3', '   spare   /dev/sda3'],
  ])('a wrong look is seen: %s', (from, to) => {
    const text = recording('s08-two-hosts-two-spares')
    expect(text).toContain(from)
    expect(stateUnits('x', play('x', text.replace(from, to))).filter(({ why }) => why !== undefined).length).toBeGreaterThan(0)
  })
  test('a command that is not there, and a directive that nobody knows, are reported', () => {
    const units = textUnits('x', play('x', '# machine: hosts=1 disk_MiB=128\n# t=1.0 took=0.1\n$ frobnicate /dev/md1\n[exit 0]\n@frobnicate\n# end\n'))
    expect(units).toEqual([{ id: 'x:3', why: 'frobnicate /dev/md1: ! expected nothing more, found "bash: line 1: frobnicate: command not found"' }, { id: 'x:check', why: 'the directive @frobnicate is not known' }])
  })
  test('what the README calls volatile is masked, and no more', () => {
    const same = (a: string, b: string, command = '') => expect(masked([a], command)).toEqual(masked([b], command))
    same('             Events : 0.27', '             Events : 0.31')
    same('              State : clean, degraded ', '              State : active, degraded ')
    same('      [==>..................]  recovery = 12.0% (11520/93120) finish=0.1min speed=11520K/sec', '      [====>................]  recovery = 23.0% (1/93120) finish=9.1min speed=1K/sec')
    same('100 / 200', '1 / 200', 'cat /sys/block/md1/md/sync_completed')
    expect(masked(['              State : clean '], '')).not.toEqual(masked(['              State : clean, degraded '], ''))
    const old = (line: string) => masked([line, '      93120 blocks [2/1] [U_]'], '')[0]
    expect(old('md1 : active raid1 sdc3[2] sdb3[3](F) sda3[0]')).toBe('md1 : active raid1 sdc3[*] sdb3[*](F) sda3[0]')
    expect(masked(['md1 : active raid1 sdb3[3](F) sda3[0]', '      92160 blocks super 1.2 [2/1] [U_]'], '')[0]).toBe('md1 : active raid1 sdb3[3](F) sda3[0]')
    expect(kernelMasked(['sd 1:0:0:0: [sdb] tag#37 FAILED', 'md: md1 stopped.', 'md1: bitmap file is out of date (0 < 19) -- forcing full recovery'])).toEqual(['md: md1 stopped.', 'md1: bitmap file is out of date (N < N) -- forcing full recovery'])
  })
  test('looks are found among other output', () => {
    expect(looksIn('lsscsi; cat /proc/mdstat', ['[0:0:0:0]    disk', 'something', 'Personalities : [raid1] ', 'unused devices: <none>']).map(({ kind }) => kind)).toEqual(['lsscsi', 'mdstat'])
    expect(looksIn('cat /sys/block/md1/md/level', ['raid1'])).toEqual([{ kind: 'file', what: 'cat /sys/block/md1/md/level', text: 'raid1' }])
    expect(looksIn('echo raid1', ['raid1'])).toEqual([])
  })
})
