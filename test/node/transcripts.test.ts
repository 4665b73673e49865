/** What a person sees, as files under test/transcripts: 80 columns, no colour. `npx vitest run test/node/transcripts.test.ts -u` rewrites them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { OUTAGE, THREE_HOSTS, TWO_HOSTS } from '../scenario/systems.ts'
import { hotspare } from './hotspare.ts'
import { SITE, WORSE } from './studies.ts'

const folder = mkdtempSync(join(tmpdir(), 'hotspare-'))
afterAll(() => rmSync(folder, { recursive: true }))
const files: Readonly<Record<string, string>> = {
  'good.yaml': `${THREE_HOSTS}expect:\n  - { service: routing, downAtMost: 0s }\n  - { array: md1, inSyncBy: 2h }\n`,
  'unmet.yaml': `${OUTAGE}expect:\n  - { service: routing, downAtMost: 0s }\n  - { array: md1, inSync: 2 }\n`,
  'site.yaml': SITE,
  'worse.yaml': WORSE,
  'broken-study.yaml': SITE.replace('precision: 20%', 'precision: 20 percent').replace('[a, b], upFor', '[a, c], upFor').replace('question:', 'qestion:'),
  'broken.yaml': TWO_HOSTS.replace('ibm-i', 'ibmi').replace('d2/root', 'd3/root').replace('until: 12h', 'until: 12').replace('hypervisor.ipl', 'hypervisor.ip'),
}
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)

const SESSIONS: Readonly<Record<string, readonly string[]>> = {
  'help': ['--help', 'run --help', 'why --help', 'plan --help', 'merge --help'],
  'founding-story': ['story', 'run founding-three-hosts', 'run founding-two-hosts'],
  'verdicts': ['run good.yaml', 'run unmet.yaml', 'run good.yaml unmet.yaml --quiet', 'run unmet.yaml --seeds 3'],
  'why': ['why unmet.yaml', 'why unmet.yaml --at 30m --service routing', 'why unmet.yaml --at 2h', 'why good.yaml', 'why unmet.yaml --outage 2'],
  'check': ['check recover-not-idempotent --path 8', 'check recover-no-removal-before-rescan --runs 20', 'check recover-script --runs 10', 'check founding-story', 'check recover-script --script nowhere.sh', 'check recover-script --budget soon'],
  'plan': [
    'plan site.yaml --years 100 --method runs', 'plan site.yaml --precision 30% --quiet', 'plan worse.yaml --years 100 --method runs --quiet --baseline site.yaml --max-regression 10%',
    'plan site.yaml --shard 1/2', 'plan broken-study.yaml', 'merge site.yaml', 'plan recover-script --budget soon',
  ],
  'bad-input': ['validate good.yaml broken.yaml', 'run broken.yaml', 'run nowhere.yaml', 'rum good.yaml', 'run good.yaml --sed 3'],
}

for (const [name, lines] of Object.entries(SESSIONS)) test(name, async () => {
  let text = ''
  for (const line of lines) {
    const { status, out, err } = await hotspare(...line.split(' ').map(word => word in files ? join(folder, word) : word))
    text += `$ hotspare ${line}\n${out}${err}[exit ${status}]\n\n`
  }
  // How far a long run is, is told only where the machine is slow.
  const shown = text.replaceAll(`${folder}/`, '').replaceAll(/^\{"progress".*\n/gm, '')
  expect(shown.split('\n').filter(row => row.length > 80 && !/^\S+\.yaml:\d|^ *hotspare[: ]|^\$ hotspare/.test(row)), 'wider than 80 columns').toEqual([])
  await expect(shown).toMatchFileSnapshot(`../transcripts/${name}.txt`)
})
