/**
 * Utilities that wait do so in virtual time: sleep, timeout, flock, tail -f; and those that never stop are stopped.
 */
import { describe, expect, test } from 'vitest'
import { Box, run } from './machine.ts'

describe('time passes only as somebody waits', () => {
  test('sleep adds up its operands', () => {
    const box = new Box()
    box.run(['sleep', '1.5', '0.5m'])
    expect(box.now).toBe(31_500_000)
  })
  test('timeout ends a command at its deadline with 124, and with 137 where it must kill', () => {
    const box = new Box()
    expect(box.run(['timeout', '10', 'sleep', '60']).status).toBe(124)
    expect(box.now).toBe(10_000_000)
    expect(run(['timeout', '-s', 'KILL', '10', 'sleep', '60']).exit).toEqual({ status: 137, signal: 'KILL' })
    expect(run(['timeout', '--preserve-status', '10', 'sleep', '60']).status).toBe(143)
    expect(run(['timeout', '10', 'false']).status).toBe(1)
  })
  test('timeout takes down what its command has started', () => {
    const box = new Box()
    box.run(['timeout', '2', 'xargs', '-a', '/etc/hostname', '-I{}', 'sleep', '99'])
    expect([...box.kernel.processes.values()].map(p => p.name)).toEqual([])
  })
  test('a lock is held as long as the command under it runs, and -w gives up in time', () => {
    const box = new Box()
    box.start(['flock', 'lock', 'sleep', '10'])
    const refused = box.start(['flock', '-n', 'lock', 'true']), late = box.start(['flock', '-w', '3', '-E', '9', 'lock', 'true']), patient = box.start(['flock', 'lock', 'date', '+%s'])
    box.advance()
    expect([refused.status, late.status, patient.status, patient.stdout]).toEqual([1, 9, 0, '1700000010\n'])
  })
  test('shared locks stand beside each other, an exclusive one waits for both', () => {
    const box = new Box()
    box.start(['flock', '-s', 'lock', 'sleep', '4'])
    const beside = box.start(['flock', '-s', '-n', 'lock', 'true']), alone = box.start(['flock', '-x', '-n', 'lock', 'true'])
    box.advance()
    expect([beside.status, alone.status]).toEqual([0, 1])
  })
  test('tail -f shows what is added as it is added', () => {
    const box = new Box({ files: { log: 'old\n' } }), tail = box.start(['timeout', '30', 'tail', '-f', 'log'])
    box.advance(5_000_000)
    box.start(['tee', '-a', 'log'], { stdin: 'new\n' })
    box.advance(6_000_000)
    expect(tail.stdout).toBe('old\nnew\n')
    box.advance()
    expect(tail.status).toBe(124)
  })
  test('yes into nothing runs into the budget, not into the night', () => {
    const box = new Box({ limits: { statements: 200 } })
    box.run(['dd', 'if=/dev/zero', 'of=/dev/null'])
    expect(box.runaway).toContain('busy loop')
    expect(box.now).toBeGreaterThan(0)
  })
  test('a file can grow only as far as the machine holds', () => {
    const box = new Box({ limits: { files: 1 << 20 } }), ran = box.run(['dd', 'if=/dev/zero', 'of=x', 'bs=64k', 'status=none'])
    expect([ran.stderr, ran.status]).toEqual(["dd: error writing 'x': No space left on device\n", 1])
  })
  test('a machine does not see what another one changes in its programs', () => {
    const one = new Box(), two = new Box()
    one.run(['rm', '/usr/bin/cat'])
    one.run(['chmod', '000', '/usr/bin/wc'])
    expect(one.run(['cat', '/etc/hostname']).status).toBe(127)
    expect(two.run(['cat', '/etc/hostname']).stdout).toBe('lpar1\n')
    expect(two.run(['stat', '-c', '%a', '/usr/bin/wc']).stdout).toBe('755\n')
  })
})
