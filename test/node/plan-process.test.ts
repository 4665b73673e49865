/**
 * `hotspare plan` as a process of its own, bundled as the package is: threads, signals, what is written when.
 *
 * The bundle lies under node_modules, so that it finds piscina, and in a folder of the shape of the package.
 */
import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StudyResult } from '../../src/study/result.ts'
import { SITE } from './studies.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
mkdirSync(join(root, 'node_modules/.cache'), { recursive: true })
const dir = mkdtempSync(join(root, 'node_modules/.cache/hotspare-')), bin = join(dir, 'dist/node'), study = join(dir, 'site.yaml')
afterAll(() => rmSync(dir, { recursive: true }))
beforeAll(async () => {
  copyFileSync(join(root, 'package.json'), join(dir, 'package.json'))
  writeFileSync(study, SITE)
  await build({
    entryPoints: { main: join(root, 'src/node/main.ts'), 'study-worker.bundle': join(root, 'src/node/study-worker.ts') }, outdir: bin, bundle: true, splitting: true, platform: 'node', format: 'esm', target: 'node20',
    external: ['piscina'], logLevel: 'error', banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  })
})

interface Ended { readonly status: number | null; readonly out: string; readonly err: string }
function hotspare(args: readonly string[], interrupt?: (out: { readonly err: string }) => boolean): Promise<Ended> {
  const child = spawn(process.execPath, [join(bin, 'main.js'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let out = '', err = '', sent = false
  const poll = interrupt === undefined ? undefined : setInterval(() => {
    if (sent || !interrupt({ err })) return
    sent = true
    child.kill('SIGINT')
  }, 20)
  child.stdout.on('data', data => { out += String(data) })
  child.stderr.on('data', data => { err += String(data) })
  return new Promise(resolve => child.on('close', status => {
    clearInterval(poll)
    resolve({ status, out, err })
  }))
}

test('one, two and three threads give the same JSON, byte for byte', async () => {
  const [one, two, three] = [await hotspare(['plan', study, '--method', 'runs', '--workers', '1', '--json']), await hotspare(['plan', study, '--method', 'runs', '--workers', '2', '--json']), await hotspare(['plan', study, '--method', 'runs', '--workers', '3', '--json'])]
  expect(one!.status).toBe(0)
  expect((JSON.parse(one!.out) as StudyResult).variants[0]!.runs).toBeGreaterThan(50)
  expect(two!.out).toBe(one!.out)
  expect(three!.out).toBe(one!.out)
})

test.each([1, 2])('Ctrl-C with %i threads tells what is known so far and says so; its file of runs is gone on with', async workers => {
  const kept = join(dir, `kept${workers}.ndjson`), endless = ['plan', study, '--method', 'runs', '--precision', '0.01%', '--years', '200000', '--workers', String(workers), '--resume', kept, '--json']
  const wrote = (): boolean => existsSync(kept) && readFileSync(kept, 'utf8').split('\n').length > 12
  const { status, out, err } = await hotspare(endless, wrote), result = JSON.parse(out) as StudyResult
  expect([status, result.ended]).toEqual([130, 'interrupted'])
  expect(err).toMatch(/interrupted: this is of the first \d+ runs only/)
  expect(new Set(result.variants.map(({ runs }) => runs)).size).toBe(1)
  // All that was counted is in the file, in whole lines, and nothing else is.
  const lines = readFileSync(kept, 'utf8').split('\n')
  expect(lines.at(-1)).toBe('')
  expect(lines).toHaveLength(2 + result.variants.length * result.variants[0]!.runs)
  if (workers === 1) return
  const more = String(result.variants[0]!.years + 20), again = await hotspare(['plan', study, '--method', 'runs', '--years', more, '--resume', kept, '--json']), whole = await hotspare(['plan', study, '--method', 'runs', '--years', more, '--json'])
  expect(again.out).toBe(whole.out)
})
