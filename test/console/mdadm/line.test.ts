import { describe, expect, it } from 'vitest'
import { parseLine } from '../../../src/console/commands/mdadm/line.ts'
import type { Ended, Line } from '../../../src/console/commands/mdadm/line-parts.ts'
import { toBytes } from '../../../src/shell/kernel/bytes.ts'

const USAGE = 'Usage: mdadm --help\n  for help\n'
const parse = (text: string, classic = false): Line | Ended => parseLine(['mdadm', ...text.split(' ').filter(word => word !== '').map(toBytes)], classic)
const ended = (text: string): Ended => { const line = parse(text); if (!('status' in line)) throw new Error(`${text} does not end`); return line }
const line = (text: string, classic = false): Line => { const got = parse(text, classic); if ('status' in got) throw new Error(got.err); return got }

/** What the real mdadm 4.2 answered to each (run without an md driver). */
const MEASURED: readonly (readonly [text: string, status: number, err: string])[] = [
  ['--foo=bar', 2, `mdadm: unrecognized option '--foo=bar'\n${USAGE}`],
  ['-z', 2, `mdadm: option requires an argument -- 'z'\n${USAGE}`],
  ['--level', 2, `mdadm: option '--level' requires an argument\n${USAGE}`],
  ['--manage=3', 2, `mdadm: option '--manage' doesn't allow an argument\n${USAGE}`],
  ['--mon=3', 2, `mdadm: option '--monitor' doesn't allow an argument\n${USAGE}`],
  ['--re', 2, `mdadm: option '--re' is ambiguous; possibilities: '--restore' '--re-add' '--remove' '--replace' '--readonly' '--readwrite' '--rebuild-map'\n${USAGE}`],
  ['--versio', 0, 'mdadm - v4.2 - 2021-12-30 - Debian 4.2-5\n'],
  ['/dev/md1 /dev/sda3', 2, 'mdadm: An option must be given to set the mode before a second device\n       (/dev/sda3) is listed\n'],
  ['/dev/md0 --misc', 2, 'mdadm: No action given for /dev/md0 in --misc mode\n       Action options must come before device names\n'],
  ['--create --assemble', 2, 'mdadm: --assemble would set mdadm mode to "assemble", but it is already set to "create".\n'],
  ['--raid-devices=2', 2, 'mdadm: --raid-devices does not set the mode, and so cannot be the first option.\n'],
  ['--test', 2, 'mdadm: --test does not set the mode, and so cannot be the first option.\n'],
  ['-D -E', 2, 'mdadm: --examine/-E cannot be given with -D\n'],
  ['-C /dev/md1 -l 9', 2, 'mdadm: invalid raid level: 9\n'],
  ['-C /dev/md1 -l 1 -n x', 2, 'mdadm: invalid number of raid devices: x\n'],
  ['--create /dev/md0 -x 1 -l 0', 2, 'mdadm: raid level 0 is incompatible with spare-devices setting.\n'],
  ['-C /dev/md0 --size=abc', 2, 'mdadm: invalid size: abc\n'],
  ['-C --bitmap=foo', 2, "mdadm: bitmap file must contain a '/', or be 'internal', or be 'clustered', or 'none'\n       not 'foo'\n"],
  ['-C --auto=x', 2, 'mdadm: --auto flag arg of "x" unrecognised: use no,yes,md,mdp,part\n        optionally followed by a number.\n'],
  ['--manage /dev/md0 /dev/sda1', 2, 'mdadm: Must give one of -a/-r/-f for subsequent devices at /dev/sda1\n'],
  ['--action=foo /dev/md0', 2, 'mdadm: action must be one of idle, frozen, check, repair\n'],
]

describe('the command line of mdadm', () => {
  it('answers as the real tool does to what it does not understand', () => {
    for (const [text, status, err] of MEASURED) expect([text, ended(text).status, ended(text).err]).toEqual([text, status, err])
  })
  it('VS-94 the short -r of 4.2 swallows its argument, and in the profile mdadm-classic names devices to remove', () => {
    expect(line('/dev/md0 -r /dev/sdb2').devices.map(({ name }) => name)).toEqual(['/dev/md0'])
    expect(line('/dev/md0 -r /dev/sdb2', true).devices.map(({ name, how }) => [name, how])).toEqual([['/dev/md0', ''], ['/dev/sdb2', 'r']])
    expect(line('/dev/md0 --remove /dev/sdb2').devices[1]).toMatchObject({ name: '/dev/sdb2', how: 'r' })
  })
  it('VS-63 typographic dashes are no options: the word is a device, or its first byte an unknown letter', () => {
    expect(ended('/dev/md1 –-add /dev/sda3').err).toContain('An option must be given to set the mode before a second device')
    expect(ended('/dev/md1 -– /dev/sda3').err).toContain("invalid option -- '\xe2'")
  })
  it('takes several steps of one line in their order', () => {
    expect(line('/dev/md1 -f /dev/sdb3 --remove /dev/sdb3 -a /dev/sdc3 /dev/sdd3').devices.map(({ name, how }) => `${how}${name.slice(5)}`)).toEqual(['md1', 'fsdb3', 'rsdb3', 'asdc3', 'asdd3'])
  })
  it('takes options in other orders and forms', () => {
    const same = ['--create /dev/md1 --run --metadata=1.2 --level=1 --raid-devices=2 --spare-devices=1 /dev/sda3 /dev/sdb3 /dev/sdc3', '-C /dev/md1 -R -e 1.2 -l1 -n 2 -x1 /dev/sda3 /dev/sdb3 /dev/sdc3',
      '--create --level raid1 -n2 --spare-devices 1 --metadata 1.2 --run /dev/md1 /dev/sda3 /dev/sdb3 /dev/sdc3', '-CRl1 -n2 -x1 -e1.2 /dev/md1 /dev/sda3 /dev/sdb3 /dev/sdc3'].map(text => ({ ...line(text), cannotOpen: null }))
    for (const one of same) expect(one).toEqual(same[0])
    expect(same[0]).toMatchObject({ mode: 'create', level: 1, raidDevices: 2, spareDevices: 1 })
    const steps = (text: string): string[] => line(text).devices.slice(1).map(({ name, how }) => `${how} ${name}`)
    expect(steps('--manage /dev/md1 --fail /dev/sda3 --remove /dev/sda3')).toEqual(['f /dev/sda3', 'r /dev/sda3'])
    expect(steps('/dev/md1 --set-faulty /dev/sda3 /dev/sdb3')).toEqual(['f /dev/sda3', 'f /dev/sdb3'])
    expect(steps('--fail /dev/md1 /dev/sda3')).toEqual(['f /dev/sda3'])
    expect(line('-D /dev/md1 /dev/md0').devices.map(({ name }) => name)).toEqual(['/dev/md1', '/dev/md0'])
    expect(line('-As')).toMatchObject({ mode: 'assemble', scan: true })
    expect(line('-If sdb3')).toMatchObject({ mode: 'incremental', devices: [{ name: 'sdb3' }] })
  })
  it('looks at nothing behind two dashes', () => {
    expect(line('--detail /dev/md0 -- --scan /dev/md1')).toMatchObject({ scan: false, devices: [{ name: '/dev/md0' }] })
  })
  it('a long option may be shortened as long as it means one thing', () => {
    expect(line('--zero /dev/sda3').devmode).toBe('Kill')
    expect(line('--asse /dev/md0').mode).toBe('assemble')
    expect(line('--create --raid-di=2').raidDevices).toBe(2)
    expect(ended('--exam /dev/sda3').err).toContain("option '--exam' is ambiguous; possibilities: '--examine' '--examine-bitmap' '--examine-badblocks'")
  })
})
