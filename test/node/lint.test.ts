/** `hotspare lint`: what it prints, where, and with which status it ends. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { hotspare } from './hotspare.ts'

const folder = mkdtempSync(join(tmpdir(), 'hotspare-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

test('a clean script, one with a slip, one with an error, one that is not there: 0, 1, 2, 2', async () => {
  const good = file('good.sh', '#!/bin/bash\necho well\n'), slip = file('slip.sh', '#!/bin/bash\nflock /run/x mdadm /dev/md1 -r /dev/sda3\n'), bad = file('bad.sh', 'echo hi\nif true; then\n')
  expect(await hotspare('lint', good)).toEqual({ status: 0, out: `${good}: nothing to say\n`, err: '' })
  const { status, out } = await hotspare('lint', slip, good)
  expect(status).toBe(1)
  expect(out).toMatch(/^\S+slip\.sh:2:29: warning: the short -r .* \[short-remove\]\n\S+slip\.sh: 1 warning\n\S+good\.sh: nothing to say\n$/)
  expect(await hotspare('lint', bad)).toMatchObject({ status: 2, err: `${bad}: line 3: syntax error: unexpected end of file\n` })
  expect(await hotspare('lint', join(folder, 'none.sh'), slip, good)).toMatchObject({ status: 2, err: `hotspare: ${join(folder, 'none.sh')}: no such file or directory\n`, out })
  expect((await hotspare('lint')).status).toBe(2)
})
test('a note fails nothing', async () => {
  const { status, out } = await hotspare('lint', file('note.sh', 'echo x > /proc/scsi/scsi\n'))
  expect({ status, note: out.includes(': note: ') }).toEqual({ status: 0, note: true })
})
test('as JSON, an object per script; the rules with what to write instead', async () => {
  const { out } = await hotspare('lint', '--json', file('j.sh', 'mdadm /dev/md1 -r /dev/sda3 # hotspare-lint: ignore=no-lock\n'))
  expect(JSON.parse(out)).toMatchObject({ file: join(folder, 'j.sh'), fault: [], findings: [{ line: 1, column: 16, severity: 'warning', rule: 'short-remove' }] })
  const rules = await hotspare('lint', '--rules')
  expect(rules).toMatchObject({ status: 0, err: '' })
  expect(rules.out).toMatch(/^short-remove\n {2}the short -r .*\n {2}instead: --remove\n {2}see: VS-94/m)
})
