/** `hotspare radvd check`: status and words of `radvd --configtest`, and with --lint everything else. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { started } from '../models/radvd/conf/recorded.ts'
import { hotspare } from './hotspare.ts'

const folder = mkdtempSync(join(tmpdir(), 'hotspare-radvd-'))
afterAll(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'radvd.conf')
const SEED = 'scenarios/seed-radvd.conf'
const check = (text: string, ...options: string[]) => {
  writeFileSync(path, text, { mode: 0o644 })
  chmodSync(path, 0o644)
  return hotspare('radvd', 'check', path, ...options)
}
const written = (err: string): string[] => err.replaceAll(path, 'radvd.conf').trimEnd().split('\n')

describe('hotspare radvd check', () => {
  test('RD-20 says what radvd --configtest says, on stderr, and exits as it exits', async () => {
    for (const { label, config, configtestExit, configtestOutput } of started) {
      const { status, out, err } = await check(config)
      expect({ label, status, out, err: written(err) }).toEqual({ label, status: configtestExit, out: '', err: configtestOutput })
    }
  })

  test('a file that is not there, and a directory', async () => {
    expect(await hotspare('radvd', 'check', 'no-such.conf')).toEqual({ status: 1, out: '', err: 'can\'t open no-such.conf: No such file or directory\nInsecure file permissions, but continuing anyway\nexiting, failed to read config file\n' })
    expect(await hotspare('radvd', 'check', folder)).toEqual({ status: 2, out: '', err: 'input in flex scanner failed\n' })
  })

  test('RD-26 a file that others may write is accepted by the test with two lines about it, and does not start', async () => {
    writeFileSync(path, readFileSync(SEED))
    chmodSync(path, 0o646)
    const plain = await hotspare('radvd', 'check', path), lint = await hotspare('radvd', 'check', path, '--lint')
    expect([plain.status, written(plain.err)]).toEqual([0, ['Insecure file permissions (writable by others): radvd.conf', 'Insecure file permissions, but continuing anyway', 'config file, radvd.conf, syntax ok']])
    expect([lint.status, written(lint.err)[0]]).toEqual([1, 'radvd.conf:1:1: error at start-up: the file is writable by others: radvd does not start with it [permissions]'])
    expect((await check(readFileSync(SEED, 'utf8'), '--lint')).status).toBe(0)
  })

  test('RD-61 --lint of the founding article\'s file: two warnings with their places, status 0', async () => {
    const { status, err } = await hotspare('radvd', 'check', SEED, '--lint')
    expect(status).toBe(0)
    expect(err.trimEnd().split('\n').map(line => line.replace(/(warning): .*\[/, '$1 ['))).toEqual([`${SEED}:7:11: warning [single-router]`, `${SEED}:11:12: warning [site-local]`, `${SEED}: 2 warnings`])
  })

  test('RD-20 --lint also tells what fails only at start-up, with status 1, where the plain check accepts', async () => {
    const text = 'interface eth0\n{\n    AdvSendAdvert on;\n    MaxRtrAdvInterval 3;\n    prefix fd00::/64;\n};\n'
    expect((await check(text)).status).toBe(0)
    const { status, err } = await check(text, '--lint')
    expect(status).toBe(1)
    expect(written(err).filter(line => line.includes('error at start-up'))).toHaveLength(2)
    expect(written(err).at(-1)).toBe('radvd.conf: 2 errors, 1 warning')
  })

  test('--lint of a file that is refused, and of one with nothing to say', async () => {
    const refused = await check('interface eth0\n{\n    AdvSendAdvert yes;\n};\n', '--lint')
    expect([refused.status, written(refused.err)]).toEqual([1, ['radvd.conf:3:19: error: found "yes", AdvSendAdvert takes on or off; did you mean "on"? [value]', 'radvd.conf: 1 error']])
    const good = await check('interface eth0 { AdvSendAdvert on; AdvDefaultPreference medium; prefix fd00::/64; };\n', '--lint')
    expect([good.status, written(good.err)]).toEqual([0, ['radvd.conf: nothing to say']])
  })
})
