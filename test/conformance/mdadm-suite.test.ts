import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { raid1Tests, runDriver, type Sources } from './mdadm-suite.ts'

/** A driver of our own, in the manner of mdadm's: loop devices over files, tests that are sourced, a word for each. */
const DRIVER = `#!/bin/bash
targetdir=/var/tmp
[ -x $PWD/mdadm ] || exit 3
for d in 0 1 2; do
  [ -f $targetdir/mdtest$d ] || exit 4
  losetup /dev/loop$d $targetdir/mdtest$d
  eval dev$d=/dev/loop$d
  eval file$d=$targetdir/mdtest$d
done
trap 'for d in 0 1 2; do losetup -d /dev/loop$d; done' 0
for arg in $*; do
  script=tests/\${arg##*=}
  echo -n "$script... "
  if ( . $script ) > $targetdir/log 2>&1; then echo succeeded; else echo FAILED; fi
  $PWD/mdadm -Ssq
done
`
const MIRROR = `
$PWD/mdadm -CR /dev/md0 -l1 -n2 -e1.0 --assume-clean $dev0 $dev1 || exit 1
echo hello > $targetdir/hello
dd if=$targetdir/hello of=/dev/md0 2>/dev/null
cmp -n 6 $targetdir/hello $dev0 && cmp -n 6 $targetdir/hello $file1
`
const sources = (test: string): Sources => new Map([['test', DRIVER], ['tests/00raid1', test]])

describe('a driver in the manner of that of mdadm', () => {
  it('makes its loop devices, finds mdadm beside itself, and reads what lies on the members, through the device and through the file', () => {
    const { out, logs, status } = runDriver(sources(MIRROR), ['--tests=00raid1'])
    expect([out, status, logs.get('log')]).toEqual(['tests/00raid1... succeeded\n', 0, expect.stringContaining('mdadm: array /dev/md0 started.')])
  })
  it('a test that fails is told as failed, and so is what is not there', () => {
    expect(runDriver(sources(MIRROR.replace('of=/dev/md0', 'of=/dev/null')), ['--tests=00raid1']).out).toBe('tests/00raid1... FAILED\n')
    const { out, logs } = runDriver(sources('losetup /dev/loop5 /etc/passwd'), ['--tests=00raid1'])
    expect([out, logs.get('log')]).toEqual(['tests/00raid1... FAILED\n', expect.stringContaining('losetup: ')])
  })
  it('takes the tests that --raidtype=raid1 means', () => {
    expect(raid1Tests(new Map(['00raid1', '00raid10', '02r1add', '02r5grow', '01r10x', '04r1update', 'func.sh'].map(name => [`tests/${name}`, ''])))).toEqual(['00raid1', '02r1add', '04r1update'])
  })
  it('is not part of the table that is always printed', () => {
    expect(readFileSync(`${import.meta.dirname}/main.ts`, 'utf8')).toMatch(/OPT_IN = \['mdadm-suite'\]/)
  })
})
