/** `hotspare check` as a command: what it refuses, what it writes, and that what it saved fails in the same way. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { readYaml } from '../../src/scenario/load.ts'
import { shipped } from '../support/mirrors.ts'
import { hotspare } from './hotspare.ts'

const dir = mkdtempSync(join(tmpdir(), 'hotspare-check-')), at = (name: string): string => join(dir, name)
afterAll(() => rmSync(dir, { recursive: true }))
const bare = (vary: object = {}): string => {
  const { operators: _o, timeline: _t, expect: _e, ...input } = readYaml(shipped('recover-script.yaml')) as Record<string, unknown>
  writeFileSync(at('system.yaml'), stringify({ ...input, vary }))
  return at('system.yaml')
}
writeFileSync(at('idle.sh'), '#!/bin/bash\nexit 0\n')

test.each<[string, object, string[], RegExp]>([
  ['a budget in which nothing can be tried', {}, ['--budget', '0s'], /over before a schedule was tried/],
  ['a path that names no schedule', {}, ['--path', '3x'], /--path 3x: expected the number of a schedule/],
  ['a report in no directory', {}, ['--junit', at('none/report.xml')], /no such directory/],
  ['a report where a directory is', {}, ['--junit', dir], /is a directory/],
  ['failures to be saved in a file', {}, ['--save-failing', at('idle.sh')], /a file has this name/],
  ['a host that serves no disk', { hosts: ['router'] }, [], /router serves no disk/],
])('refuses %s with status 2, before it runs anything', async (_, vary, more, says) => {
  const { status, out, err } = await hotspare('check', bare(vary), '--script', at('idle.sh'), '--runs', '2', ...more)
  expect([status, out]).toEqual([2, ''])
  expect(err).toMatch(says)
  expect(err).not.toMatch(/fault of hotspare/)
})

test('what it saves of a scenario without operators fails under hotspare run, and the script is called there', async () => {
  const file = bare({ how: ['hang'], hosts: ['i5a'], most: 1 })
  writeFileSync(at('forgets.sh'), shipped('scripts/recover-mirror.sh').replace(/^ *echo 1 > .*delete"\n/m, ''))
  const { status } = await hotspare('check', file, '--script', at('forgets.sh'), '--runs', '20', '--save-failing', at('failing'))
  expect(status).toBe(1)
  const saved = readdirSync(at('failing'))
  expect(saved.length).toBeGreaterThan(0)
  const again = await hotspare('run', join(at('failing'), saved[0]!), '--transcript')
  expect(again.status).toBe(1)
  expect(again.out).toContain('starts forgets.sh')
  expect(again.out).toMatch(/NOT MET +at the end md\d/)
  expect(readFileSync(join(at('failing'), saved[0]!), 'utf8')).toContain('hypervisor.guestResumed')
})
