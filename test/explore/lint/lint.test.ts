/** What `hotspare lint` says of the shipped scripts, of each slip by itself, and of the same without the slip; and that whatever is not modelled is asked of the commands themselves. */
import { describe, expect, test } from 'vitest'
import { lint, RULES } from '../../../src/explore/lint/index.ts'
import { shipped } from '../../support/mirrors.ts'

const SHEBANG = '#!/bin/bash\n'
const rulesIn = (body: string): string[] => [...new Set(lint(SHEBANG + body).findings.map(({ rule }) => rule))]
const placesOf = (text: string, rule: string): string[] => lint(text).findings.filter(each => each.rule === rule).map(({ line, column }) => `${line}:${column}`)

describe('the shipped scripts', () => {
  test('there is nothing to say about the good one', () => {
    expect(lint(shipped('scripts/recover-mirror.sh'))).toEqual({ findings: [], fault: null })
  })
  test('VS-94 the short -r of the article stands at its two places', () => {
    expect(placesOf(shipped('scripts/article-steps.sh'), 'short-remove')).toEqual(['9:16', '10:16'])
  })
  test.each([
    ['article-steps', ['fails-unseen', 'letters-kept', 'status-ignored']],
    ['no-removal-before-rescan', ['delete-before-remove']],
    ['waits-forever', ['waits-forever']],
    ['parses-mdstat-wrongly', ['md-prefix', 'place-as-name']],
    ['counts-spares', ['spares-counted']],
    ['not-idempotent', ['fails-unseen']],
    ['two-copies-racing', ['no-lock']],
    ['swap-member-forgotten', ['letters-kept']],
  ])('the flaw of %s is found', (name, rules) => {
    const { findings, fault } = lint(shipped(`scripts/${name}.sh`))
    expect(fault).toBeNull()
    expect(findings.filter(({ severity }) => severity === 'warning').map(({ rule }) => rule)).toEqual(expect.arrayContaining(rules))
  })
})

/** A slip, and the same without it. */
const SLIPS: readonly (readonly [rule: string, slip: string, without: string])[] = [
  ['errexit-plain', 'set -e\ngrep -q U_ /proc/mdstat\necho degraded', 'set -e\nif grep -q U_ /proc/mdstat; then echo degraded; fi'],
  ['errexit-plain', 'set -e\nmdadm /dev/md1 --fail /dev/sda3', 'set -e\nmdadm /dev/md1 --fail /dev/sda3 || echo no'],
  ['errexit-plain', 'set -e\nx=$(grep md1 /etc/fstab)', 'set -e\nx=$(grep md1 /etc/fstab || true)'],
  ['local-hides-status', 'set -e\nf() { local x=$(cat /etc/fstab); echo "$x"; }\nf', 'set -e\nf() { local x; x=$(cat /etc/fstab); echo "$x"; }\nf'],
  ['errexit-suspended', 'set -e\nf() { dd if=/dev/sda of=/dev/null; echo read; }\nif f; then echo yes; fi', 'set -e\nf() { dd if=/dev/sda of=/dev/null; echo read; }\nf'],
  ['pipeline-status', 'mdadm /dev/md1 --add /dev/sdb3 | tee log', 'set -o pipefail\nmdadm /dev/md1 --add /dev/sdb3 | tee log'],
  ['waits-forever', 'until [ -b /dev/sdb ]; do sleep 5; done', 'for ((i = 0; i < 9; i++)); do [ -b /dev/sdb ] && break; sleep 5; done'],
  ['waits-forever', 'while true; do [ -b /dev/sdb ] && break; sleep 5; done', 'n=0; while true; do [ -b /dev/sdb ] && break; sleep 5; n=$((n + 1)); [ $n -lt 9 ] || exit 1; done'],
  ['waits-forever', 'while ! grep -q UU /proc/mdstat; do sleep 5; done', 'while true; do grep -q UU /proc/mdstat || logger degraded; sleep 60; done'],
  ['typography', 'mdadm /dev/md0 \u2013\u2013detail', 'mdadm /dev/md0 --detail'],
  ['typography', 'echo \u201c- - -\u201d > /dev/null', 'echo "\u201c- - -\u201d" > /dev/null'],
  ['short-remove', 'mdadm /dev/md1 -r /dev/sda3', 'mdadm /dev/md1 --remove /dev/sda3'],
  ['remove-before-fail', 'mdadm /dev/md1 --remove /dev/sda3\nmdadm /dev/md1 --fail /dev/sda3', 'mdadm /dev/md1 --fail /dev/sda3\nmdadm /dev/md1 --remove /dev/sda3'],
  ['remove-before-fail', 'mdadm /dev/md1 --remove /dev/sda3 --fail /dev/sda3', 'mdadm /dev/md1 --fail /dev/sda3 --remove /dev/sda3'],
  ['delete-before-remove', 'echo 1 > /sys/block/sdb/device/delete\nmdadm /dev/md1 --remove /dev/sdb3', 'mdadm /dev/md1 --remove /dev/sdb3\necho 1 > /sys/block/sdb/device/delete'],
  ['scan-before-delete', 'echo "- - -" > /sys/class/scsi_host/host1/scan\necho 1 > /sys/block/sdb/device/delete', 'echo 1 > /sys/block/sdb/device/delete\necho "- - -" > /sys/class/scsi_host/host1/scan'],
  ['wrong-half', 'd=sda; if dd if="/dev/$d" of=/dev/null count=1; then mdadm /dev/md1 --fail "/dev/${d}3"; fi', 'd=sda; if ! dd if="/dev/$d" of=/dev/null count=1; then mdadm /dev/md1 --fail "/dev/${d}3"; fi'],
  ['wrong-half', 'ok() { dd if="/dev/$1" of=/dev/null; }\nok sda && mdadm /dev/md1 --fail /dev/sda3', 'ok() { dd if="/dev/$1" of=/dev/null; }\nok sda || mdadm /dev/md1 --fail /dev/sda3'],
  ['fails-unseen', 'mdadm /dev/md1 --fail /dev/sda3', 'grep -q "sda3.*U_" /proc/mdstat && mdadm /dev/md1 --fail /dev/sda3'],
  ['no-wait-after-add', 'mdadm /dev/md1 --add /dev/sda3\nmdadm /dev/md1 --fail /dev/sdb3', 'mdadm /dev/md1 --add /dev/sda3\nmdadm --wait /dev/md1\nmdadm /dev/md1 --fail /dev/sdb3'],
  ['status-ignored', 'mdadm /dev/md1 --remove /dev/sdb3\necho 1 > /sys/block/sdb/device/delete', 'mdadm /dev/md1 --remove /dev/sdb3 || exit 1\necho 1 > /sys/block/sdb/device/delete'],
  ['no-lock', 'mdadm /dev/md1 --fail /dev/sda3', 'exec 9> /run/x.lock; flock -n 9 || exit 1\nmdadm /dev/md1 --fail /dev/sda3'],
  ['unquoted-device', 'rm /dev/sd[ab]1', 'rm "/dev/sd[ab]1"'],
  ['unquoted-device', 'mdadm --zero-superblock /dev/sd[ab]1', 'for part in /dev/sd[ab]1; do mdadm --zero-superblock $part; done'],
  ['unquoted-device', 'read -r disk; mdadm --zero-superblock /dev/$disk', 'read -r disk; mdadm --zero-superblock "/dev/$disk"'],
  ['letters-kept', 'mdadm /dev/md1 --remove /dev/sdb3\necho "- - -" > /sys/class/scsi_host/host1/scan\nmdadm /dev/md1 --add /dev/sdb3', 'mdadm /dev/md1 --remove /dev/sdb3\necho "- - -" > /sys/class/scsi_host/host1/scan\n[ -b /dev/sdb3 ] && mdadm /dev/md1 --add /dev/sdb3'],
  ['scsi-proc', 'echo x > /proc/scsi/scsi', 'echo 1 > /sys/block/sdb/device/delete'],
  ['asks', 'mdadm --create /dev/md5 -l1 -n2 /dev/sda1 /dev/sdb1', 'mdadm --create /dev/md5 --run -l1 -n2 /dev/sda1 /dev/sdb1'],
  ['md-prefix', 'grep md1 /proc/mdstat', 'grep "^md1 :" /proc/mdstat'],
  ['md-prefix', "cat /proc/mdstat | awk '/md1/ { print }'", "cat /proc/mdstat | awk '$1 == \"md1\" { print }'"],
  ['mdstat-column', "awk '/^md1 / { print $5 }' /proc/mdstat", "awk '/^md1 / { print $NF }' /proc/mdstat"],
  ['single-digit', "grep -o 'sda3\\[[0-9]\\]' /proc/mdstat", "grep -o 'sda3\\[[0-9]*\\]' /proc/mdstat"],
  ['place-as-name', 's=$(cat /proc/mdstat)\ncase $s in *_U*) echo sda ;; esac', 's=$(cat /proc/mdstat)\ncase $s in *_*) echo degraded ;; esac'],
  ['spares-counted', "grep '^md1 :' /proc/mdstat | grep -o 'sd[a-z]*3\\[[0-9]*\\]' | wc -l", "grep '^md1 :' /proc/mdstat | grep -v '(S)' | grep -o 'sd[a-z]*3\\[[0-9]*\\]' | wc -l"],
  ['crlf', 'echo a\r\necho b\r', 'echo a\necho b'],
  ['command-not-modelled', 'mdamd --detail /dev/md0', 'mdamd() { :; }\nmdamd --detail /dev/md0'],
  ['builtin-not-modelled', 'complete -F f g', 'type f'],
  ['option-not-modelled', 'mdadm --detail-platform', 'mdadm --detail --scan'],
  ['option-not-modelled', 'cp --parents a b', 'cp -a a b'],
]
test.each(SLIPS)('%s: %j', (rule, slip, without) => {
  expect(rulesIn(slip)).toContain(rule)
  expect(rulesIn(without)).not.toContain(rule)
})
test('every rule has a slip that shows it', () => {
  expect(RULES.map(({ name }) => name).filter(name => !SLIPS.some(([rule]) => rule === name))).toEqual([])
  expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length)
})

test('a name that does not exist comes with the one that was meant', () => {
  expect(lint('#!/bin/sh\nmdamd /dev/md0\n').findings).toMatchObject([{ line: 2, column: 1, text: expect.stringContaining('did you mean "mdadm"?') as string }])
})
test('columns count characters, and equal commands on one line each have their own', () => {
  expect(placesOf("echo 'äöü'; frob; frob\n", 'command-not-modelled')).toEqual(['1:13', '1:19'])
})
test('a comment silences a rule on its line, on the next, or, before all commands, everywhere', () => {
  const slip = 'mdadm /dev/md1 -r /dev/sda3'
  expect(placesOf(`:\n${slip} # hotspare-lint: ignore=short-remove\n${slip}\n`, 'short-remove')).toEqual(['3:16'])
  expect(placesOf(`:\n# hotspare-lint: ignore=short-remove,no-lock\n\n${slip}\n${slip}\n`, 'short-remove')).toEqual(['5:16'])
  expect(placesOf(`#!/bin/sh\n# hotspare-lint: ignore=short-remove\n:\n${slip}\n`, 'short-remove')).toEqual([])
  expect(placesOf(`:\n${slip} # hotspare-lint: ignore=no-lock\n`, 'short-remove')).toEqual(['2:16'])
})
test('an error of syntax is told in the words of bash, with what stands before it', () => {
  expect(lint('frobnicate\nif true; then\n')).toMatchObject({ findings: [{ rule: 'command-not-modelled' }], fault: { line: 3, messages: ['syntax error: unexpected end of file'] } })
})
