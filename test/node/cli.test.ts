/** The command: what it answers, with which status, and what it leaves behind. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { TWO_HOSTS } from '../scenario/systems.ts'
import { hotspare } from './hotspare.ts'

const folder = mkdtempSync(join(tmpdir(), 'hotspare-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, text?: string): string => {
  const path = join(folder, name)
  if (text !== undefined) writeFileSync(path, text)
  return path
}

describe('usage', () => {
  const wrong: readonly (readonly [args: string[], words: string])[] = [
    [['rum'], 'unknown command \'rum\'\n(Did you mean run?)'],
    [['run'], 'missing required argument \'file\''],
    [['run', 'x.yaml', '--sede', '3'], 'unknown option \'--sede\'\n(Did you mean --seed?)'],
    [['run', 'no-such-file.yaml'], 'no-such-file.yaml: no such file, nor a shipped scenario of this name'],
    [['run', 'src'], 'src: is a directory, expected a scenario file'],
    [['run', 'founding-two-hosts', '--until', 'noon'], '--until noon: expected a duration such as 90s, 2h30m or 1d'],
    [['run', 'founding-two-hosts', '--seeds', '0'], 'expected at least 1'],
    [['run', 'founding-two-hosts', '--seeds', '3', '--trace', 'x'], '--trace takes one scenario and one seed, found 3 seeds'],
    [['run', 'founding-two-hosts', '--seed', 'x', '--seeds', '3'], '--seed x: expected a whole number to count --seeds from'],
    [['why', 'founding-two-hosts', '--outage', '1', '--at', '2h'], '--outage and --at are two questions; ask one at a time'],
    [['why', 'founding-two-hosts', '--service', 'rooting'], '--service rooting: expected routing'],
    [['why', 'founding-two-hosts', '--at', '2d'], '--at 2d: expected a time before the end of the run, 12h'],
    [['diff', 'package.json', 'package.json'], 'package.json:1:1: found something else than an event, expected a trace written by hotspare run --trace'],
  ]
  for (const [args, words] of wrong) test(`hotspare ${args.join(' ')}`, async () => {
    const { status, out, err } = await hotspare(...args)
    expect({ status, out }).toEqual({ status: 2, out: '' })
    expect(err).toContain(words)
    expect(err).not.toMatch(/\n {4}at |Error:/)
  })

  test('help is no error', async () => {
    const { status, out, err } = await hotspare('--help')
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(out).toContain('Usage: hotspare')
  })
})

describe('run', () => {
  test('status 0 when every expectation is met, 1 when one is not, 2 when nothing could be run', async () => {
    const good = file('good.yaml', TWO_HOSTS), bad = file('unmet.yaml', TWO_HOSTS.replace('downAtMost: 0s', 'downAtLeast: 1h')), broken = file('broken.yaml', 'until: 3\n')
    expect((await hotspare('run', good)).status).toBe(0)
    expect((await hotspare('run', bad)).status).toBe(1)
    expect((await hotspare('run', good, bad)).status).toBe(1)
    const { status, out, err } = await hotspare('run', good, broken)
    expect({ status, out }).toEqual({ status: 2, out: '' })
    expect(err).toBe(`${broken}:1:1: the key "system" is missing, expected a mapping\n${broken}:1:8: found 3, expected a duration such as 90s, 2h30m or 1d; did you mean "3s"?\nhotspare: 2 issues, nothing was run\n`)
  })

  test('--quiet says only what is not met', async () => {
    expect((await hotspare('run', file('good.yaml', TWO_HOSTS), '--quiet')).out).toBe('')
    expect((await hotspare('run', file('unmet.yaml', TWO_HOSTS.replace('downAtMost: 0s', 'downAtLeast: 1h')), '--quiet')).out).toContain('NOT met')
  })

  test('--json is one object per run, with the line that repeats it', async () => {
    const path = file('good.yaml', TWO_HOSTS), { out } = await hotspare('run', path, '--json', '--seeds', '2')
    const runs = out.trim().split('\n').map(line => JSON.parse(line) as { seed: string; met: boolean; repeat: string; expectations: { met: boolean }[] })
    expect(runs.map(({ seed, met, repeat, expectations }) => [seed, met, repeat, expectations.length])).toEqual([
      ['1', true, `hotspare run ${path} --seed 1`, 1], ['2', true, `hotspare run ${path} --seed 2`, 1],
    ])
  })

  test('a run repeated by its line gives the same trace; another scenario does not, and diff says where they part', async () => {
    const path = file('good.yaml', TWO_HOSTS), other = file('other.yaml', TWO_HOSTS.replace('at: 1h', 'at: 2h'))
    const [a, b, c] = [file('a.ndjson'), file('b.ndjson'), file('c.ndjson')]
    await hotspare('run', path, '--seed', '7', '--trace', a)
    await hotspare('run', path, '--seed', '7', '--trace', b)
    await hotspare('run', other, '--seed', '7', '--trace', c)
    expect(readFileSync(a, 'utf8')).toBe(readFileSync(b, 'utf8'))
    expect(await hotspare('diff', a, b)).toMatchObject({ status: 0, err: '' })
    const { status, out } = await hotspare('diff', a, c)
    expect(status).toBe(1)
    expect(out).toMatch(/^The first difference is at 01:00:00, event \d+ of the trace:\n/)
    expect(out).toContain(`"type":"hypervisor.ipl"`)
  })

  test('outputs appear whole: what cannot be written leaves nothing behind', async () => {
    const before = readdirSync(folder).length
    const { status, err } = await hotspare('run', file('good.yaml', TWO_HOSTS), '--junit', join(folder, 'none', 'x.xml'))
    expect(status).toBe(2)
    expect(err).toContain('cannot be written: no such file or directory')
    expect(readdirSync(folder).length).toBe(before)
    await hotspare('run', file('good.yaml', TWO_HOSTS), '--junit', file('x.xml'))
    expect(readdirSync(folder).filter(name => name.endsWith('.tmp'))).toEqual([])
    expect(existsSync(file('x.xml'))).toBe(true)
  })
})

describe('init', () => {
  test('writes a scenario that is valid and runs, and overwrites nothing unasked', async () => {
    const path = file('mine.yaml')
    expect((await hotspare('init', path)).status).toBe(0)
    expect(readFileSync(path, 'utf8')).toMatch(/^# yaml-language-server: \$schema=\.\.?\//)
    expect(await hotspare('validate', path)).toMatchObject({ status: 0, out: `${path}: valid\n  common cause: all disks of md0 and md1 are on one managed system, power5\n` })
    expect((await hotspare('run', path, '--quiet')).status).toBe(0)
    const network = file('network.yaml', readFileSync(path, 'utf8').replaceAll(/^#(?= {2}(?! crashes))/gm, ''))
    const told = await hotspare('run', network)
    expect(told.status, 'what is commented out runs as well').toBe(0)
    expect(told.out.replaceAll(/\s+/g, ' ')).toContain('Clients: hosta, hostb, hostc keep their addresses and their router, but for their own downtime')
    writeFileSync(path, 'precious\n')
    expect((await hotspare('init', path)).status).toBe(2)
    expect(readFileSync(path, 'utf8')).toBe('precious\n')
    expect((await hotspare('init', path, '--force')).status).toBe(0)
    expect(readFileSync(path, 'utf8')).not.toBe('precious\n')
  })
})

test('the list begins with the founding story, and has every shipped scenario and study once, studies last', async () => {
  const { out } = await hotspare('list'), names = [...out.matchAll(/^  (\S+)$/gm)].map(([, name]) => name!)
  expect(names.slice(0, 3)).toEqual(['founding-story', 'founding-two-hosts', 'founding-three-hosts'])
  const inFolder = (folder: string): string[] => readdirSync(new URL(folder, import.meta.url)).flatMap(file => /^(.*)\.yaml$/.exec(file)?.[1] ?? []).toSorted(), studies = inFolder('../../scenarios/studies/')
  expect(names.slice(0, -studies.length).toSorted()).toEqual(inFolder('../../scenarios/'))
  expect(names.slice(-studies.length)).toEqual(studies)
})

test('hotspare alone lists the shipped scenarios with their stories', async () => {
  const { status, out } = await hotspare()
  expect(status).toBe(0)
  for (const name of readdirSync('scenarios').filter(each => each.endsWith('.yaml'))) expect(out).toContain(`  ${name.replace('.yaml', '')}\n      `)
  expect(out.split('\n').filter(line => line.length > 80)).toEqual([])
})

test('a scenario may be a JavaScript module; what it throws or lacks is bad input', async () => {
  const good = file('good.mjs', "export default { until: '1h', system: { hypervisor: { systems: { s: {} }, guests: { a: { on: 's', os: 'linux' } } } }, expect: [{ guest: 'a' }] }\n")
  expect((await hotspare('run', good)).out).toContain('met      at the end a is up: up')
  expect(await hotspare('run', file('wrong.mjs', "export default { until: '1h', system: { hypervisr: {} } }\n"))).toMatchObject({
    status: 2, err: `${file('wrong.mjs')}: system.hypervisr: unknown key "hypervisr" in system, expected hypervisor, net, scsi, vscsi, md, boot, vswitch, sea, ip, slaac, radvd, component, service, terminal or repair; did you mean "hypervisor"?\nhotspare: one issue, nothing was run\n` })
  expect(await hotspare('run', file('none.mjs', 'export const x = 1\n'))).toMatchObject({ status: 2, err: expect.stringContaining('exports no scenario') as string })
  expect(await hotspare('run', file('throws.mjs', "throw new Error('no luck')\n"))).toMatchObject({ status: 2, err: `hotspare: ${file('throws.mjs')}: cannot be loaded: no luck\n` })
})

test('files that are no scenarios at all are bad input', async () => {
  for (const text of ['', '\n', 'hello', '- 1', '\0\0\0', '{', '"', '# only a comment', 'a: &a [*a]', '? {a: 1}\n: 2']) {
    const { status, err } = await hotspare('run', file('odd.yaml', text))
    expect([text, status]).toEqual([text, 2])
    expect(err).toMatch(/^\S+odd\.yaml:\d+:\d+: \S/)
  }
})

test('help needs neither schemas nor models: nothing that cli.ts imports at once leads there', () => {
  const seen = new Set<string>()
  const visit = (path: string): void => {
    if (seen.has(path)) return
    seen.add(path)
    for (const [, from] of readFileSync(path, 'utf8').matchAll(/^(?:import|export) (?!type).*from '(.*)'$/gm))
      if (from!.startsWith('.')) visit(join(path, '..', from!))
      else expect(['commander', 'picocolors']).toContain(from!.replace(/^node:.*/, 'commander'))
  }
  visit('src/node/main.ts')
  expect([...seen].filter(path => !path.startsWith('src/node/'))).toEqual([])
})

test('the JSON Schema accepts the keys of a scenario and no others', async () => {
  const { out } = await hotspare('schema')
  const schema = JSON.parse(out) as { properties: Record<string, unknown>; required: string[]; additionalProperties: boolean }
  expect(Object.keys(schema.properties)).toEqual(['$schema', 'name', 'story', 'claim', 'source', 'until', 'seed', 'system', 'timeline', 'typed', 'operators', 'faults', 'expect', 'vary', 'promise'])
  expect(schema).toMatchObject({ required: ['until', 'system'], additionalProperties: false })
})

describe('many seeds', () => {
  test('failures that were not seen are bounded, not called none: with 95 % confidence about three in as many seeds as were run', async () => {
    const drawn = file('drawn.yaml', TWO_HOSTS.replace('ipl: 25m }', 'ipl: { uniform: [20m, 30m] } }'))
    const { status, out } = await hotspare('run', drawn, '--seeds', '30')
    expect([status, out.split('\n').slice(1)]).toEqual([0, ['So at most 9.5 % of all seeds fail (95 % confidence).', '']])
    // (1 - 0.095)^30 = 5 %
    expect((1 - 0.095) ** 30).toBeCloseTo(0.05, 3)
  })

  test('where nothing is drawn, more seeds tell nothing more', async () => {
    const { out } = await hotspare('run', file('fixed.yaml', TWO_HOSTS), '--seeds', '3')
    expect(out).toContain('3 of 3 seeds met all expectations.\nNothing in it is drawn: every seed gives the same run.')
  })
})
