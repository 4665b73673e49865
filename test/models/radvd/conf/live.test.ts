/**
 * Our reading against the real radvd 2.19, where it is installed: the same verdict and the same words for files drawn at random.
 * Only `radvd --configtest` is run, never the daemon. Without it this is skipped, and says so; the recordings beside it stand alone.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { property } from '../../../support/property.ts'
import { drawnFile, mutated, noise } from './drawn.ts'
import { said } from './recorded.ts'

const installed = /^Version: (\S+)/m.exec(spawnSync('radvd', ['--version'], { encoding: 'utf8' }).stderr ?? '')?.[1] ?? 'none'
const comparable = installed === '2.19'
if (!comparable) process.stderr.write(`\nSKIPPED: files drawn at random are not compared with the real radvd: found ${installed === 'none' ? 'no radvd' : `radvd ${installed}`}, need 2.19 (Debian 12: apt-get install radvd)\n\n`)

const folder = mkdtempSync(join(tmpdir(), 'hotspare-radvd-'))
afterAll(() => rmSync(folder, { recursive: true }))

function real(text: string): { status: number | null; says: string[] } {
  writeFileSync(join(folder, 'radvd.conf'), text, { mode: 0o644 })
  const { status, stdout, stderr } = spawnSync('radvd', ['--configtest', '-C', 'radvd.conf'], { cwd: folder, encoding: 'utf8' })
  return { status, says: (stdout + stderr).split('\n').filter(line => line !== '').map(line => line.replace(/^\[[^\]]*\] radvd \(\d+\): /, '')) }
}

describe.skipIf(!comparable)(`against radvd ${installed}`, () => {
  const runs = Number(process.env['RADVD_RUNS'] ?? 40)
  for (const [what, files] of [['drawn', drawnFile], ['mutated', mutated(drawnFile)], ['meaningless', noise]] as const)
    test(`RD-20 ${what} files get the same verdict and the same words`, () => {
      let compared = 0
      property(fc.property(files, text => {
        expect(said(text)).toEqual(real(text))
        compared++
      }), { numRuns: runs })
      expect(compared).toBe(runs)
    })
})
