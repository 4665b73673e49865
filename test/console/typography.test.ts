/** Quotes and dashes of a printed page, as somebody pastes them into a script: bash and the kernel take them for ordinary letters. */
import { describe, expect, test } from 'vitest'
import { startScript } from '../../src/shell/bash/start.ts'
import { fromBytes, toBytes } from '../../src/shell/kernel/bytes.ts'
import { SessionFile } from '../../src/shell/kernel/open-file.ts'
import { Lab } from './support.ts'

function typed(lab: Lab, text: string): { out: string; err: string; status: number | null } {
  const said = { out: '', err: '' }
  const to = (stream: 'out' | 'err') => new SessionFile({ write: bytes => { said[stream] += fromBytes(bytes) } })
  const p = startScript(lab.terminals.kernel, lab.partition.machine, { name: 'bash', text: toBytes(text), stdout: to('out'), stderr: to('err') })
  lab.wait(1)
  return { ...said, status: p.exit?.status ?? null }
}
const names = (lab: Lab): string[] => lab.names('/sys/block').filter(name => name.startsWith('sd'))
const REFUSED = 'bash: line 1: echo: write error: Invalid argument\n'

describe('typographic quotes', () => {
  test('VS-63 do not quote: they are letters of the first and the last word', () => {
    expect(typed(new Lab(), 'printf "%s\\n" “a  b”\n')).toEqual({ out: '“a\nb”\n', err: '', status: 0 })
  })
  test('VS-63 round a line for /proc/scsi/scsi make one that the kernel refuses, and the device stays', () => {
    const lab = new Lab({ arrays: {} }), before = names(lab)
    expect(typed(lab, 'echo “scsi remove-single-device 1 0 0 0” > /proc/scsi/scsi\n')).toEqual({ out: '', err: REFUSED, status: 1 })
    expect(names(lab)).toEqual(before)
    // With the quotes of a typewriter it goes.
    expect(typed(lab, 'echo "scsi remove-single-device 1 0 0 0" > /proc/scsi/scsi\n').status).toBe(0)
    expect(names(lab)).toEqual(before.filter(name => name !== 'sdb'))
  })
  test('VS-63 round the wildcards of a scan make a channel that there is not, and nothing is found', () => {
    const lab = new Lab({ arrays: {} })
    typed(lab, 'echo 1 > /sys/block/sdb/device/delete\n')
    expect(typed(lab, 'echo “- - -” > /sys/class/scsi_host/host1/scan\n')).toEqual({ out: '', err: REFUSED, status: 1 })
    expect(names(lab)).not.toContain('sdb')
    expect(typed(lab, 'echo "- - -" > /sys/class/scsi_host/host1/scan\n').status).toBe(0)
    expect(names(lab)).toContain('sdb')
  })
})

test('VS-63 a typographic dash before an option of mdadm is no option: nothing is added, and mdadm says what it took it for', () => {
  const lab = new Lab({ arrays: { md1: { members: ['d1/root', 'd2/root'] } } })
  expect(typed(lab, 'mdadm /dev/md1 –-add /dev/sdc3\n')).toEqual({ out: '', err: 'mdadm: An option must be given to set the mode before a second device\n       (–-add) is listed\n', status: 2 })
  expect(typed(lab, 'cat /proc/mdstat\n').out).not.toContain('sdc3')
  expect(typed(lab, 'mdadm /dev/md1 --add /dev/sdc3\n').status).toBe(0)
  expect(typed(lab, 'cat /proc/mdstat\n').out).toContain('sdc3')
})
