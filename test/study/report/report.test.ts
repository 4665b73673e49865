/** Reports of real studies and of a made-up one that has everything: well-formed, self-contained, the same each time, and its bars add up. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { resultJsonSchema, resultSchema, studyJsonSchema } from '../../../src/study/json-schema.ts'
import { Plan } from '../../../src/study/plan.ts'
import { ForkRunner } from '../../../src/study/rare/fork-runner.ts'
import { csvOf } from '../../../src/study/report/csv.ts'
import { htmlOf } from '../../../src/study/report/html.ts'
import type { StudyResult } from '../../../src/study/result.ts'
import { Runner } from '../../../src/study/runner.ts'
import { loadStudy } from '../../../src/study/study.ts'
import { readDocument } from '../../../src/scenario/load.ts'
import { filesUnder, ROOT } from '../../support/source.ts'
import { hosts, studyOf } from '../studies.ts'
import { tagsOf, textOf } from './markup.ts'
import { fullResult } from './results.ts'

const SHIPPED = 'scenarios/studies/two-or-three-hosts.yaml'
const results = new Map<string, StudyResult>([['made up', fullResult()]])

beforeAll(() => {
  const small = studyOf({ name: 'Two hosts', sla: { availability: '99%' }, costs: { perMinute: 1 }, ...hosts({ hosts: 2, needed: 1, mttfHours: 500, mttrHours: 20 }), variants: { one: {}, two: { faults: { crashes: { lasts: { exponential: '10h' } } } } } })
  const plain = new Plan(small, small.variants.map(() => ({ kind: 'runs', because: null })))
  small.variants.forEach((variant, i) => {
    const runner = new Runner(small, variant.scenario)
    for (let run = 0; run < 6; run++) plain.collect(i, runner.run(run))
  })
  results.set('runs', plain.result({ hotspare: '0', repeat: 'hotspare plan small.yaml', ended: 'years' }))
  const shipped = loadStudy(readFileSync(join(ROOT, SHIPPED), 'utf8'), SHIPPED).study!, forked = new Plan(shipped, shipped.variants.map(() => ({ kind: 'forks', bias: 60 })))
  shipped.variants.forEach((variant, i) => {
    const runner = new ForkRunner(shipped, variant.scenario, 60)
    for (let run = 0; run < 2; run++) forked.collect(i, runner.run(run))
  })
  results.set('forks', forked.result({ hotspare: '0', repeat: `hotspare plan ${SHIPPED}`, ended: 'budget' }))
})

describe.each(['made up', 'runs', 'forks'])('the report of a study: %s', name => {
  test('is well-formed, needs nothing from elsewhere, and runs nothing', () => {
    const document = htmlOf(results.get(name)!), tags = tagsOf(document)
    expect(tags.filter(tag => /^(script|iframe|img|object|embed|form)$/.test(tag.name))).toEqual([])
    expect(tags.flatMap(({ attributes }) => [...attributes]).filter(([key, value]) => key === 'src' || key.startsWith('on') || (key === 'href' && !/^#|^data:,$/.test(value)))).toEqual([])
    expect(document).not.toMatch(/url\(|@import|https?:|NaN|undefined|Infinity/)
  })

  test('says the same of the same result, also of one that was written to a file', () => {
    const result = results.get(name)!, again = JSON.parse(JSON.stringify(result)) as StudyResult
    expect(htmlOf(again)).toBe(htmlOf(result))
    expect(csvOf(again)).toBe(csvOf(result))
  })

  test('begins with the verdict, then what to beware of, then figures', () => {
    const text = textOf(htmlOf(results.get(name)!)), result = results.get(name)!, at = [...result.verdict, ...result.variants[0]!.warnings].map(sentence => text.indexOf(sentence.replaceAll(/\s+/g, ' ')))
    expect(at).not.toContain(-1)
    expect(at).toEqual([...at].sort((a, b) => a - b))
    expect(text.indexOf('figures with 95 % intervals')).toBeGreaterThan(at.at(-1)!)
    expect(text).toContain(result.repeat)
  })

  test('bars of causes begin where the one before ended, and fill the whole', () => {
    const tables = htmlOf(results.get(name)!).split('<table class="bars">').filter(table => table.includes('>Cause</th>'))
    expect(tables.length).toBeGreaterThan(0)
    for (const table of tables) {
      const bars = [...table.slice(0, table.indexOf('</table>')).matchAll(/class="fill" x="([\d.]+)%" width="([\d.]+)%"/g)].map(([, x, width]) => [Number(x), Number(width)] as const), parts = bars.slice(0, -1)
      expect(bars.at(-1)).toEqual([0, 100])
      parts.forEach(([x], i) => expect(x).toBeCloseTo(i === 0 ? 0 : parts[i - 1]![0] + parts[i - 1]![1], 1))
      expect(parts.at(-1)![0] + parts.at(-1)![1]).toBeCloseTo(100, 1)
    }
  })

  test('the result is what its schema says, as the compiler and as others read it', () => {
    const result = JSON.parse(JSON.stringify(results.get(name)!)) as unknown
    expect(resultSchema.parse(result)).toEqual(result)
    expect(z.fromJSONSchema(resultJsonSchema() as never).parse(result)).toEqual(result)
    expect(z.fromJSONSchema(resultJsonSchema() as never).safeParse({ ...result as object, extra: 1 }).success).toBe(false)
  })
})

test('where no outage was seen, the report and the table tell the bound', () => {
  const result = fullResult(), text = textOf(htmlOf(result))
  expect(text).toMatch(/below 52.6 min\/yr none seen/)
  expect(text).toMatch(/below 0.0075 a year none seen/)
  expect(text).not.toMatch(/ 0 (min\/yr|a year|h\/yr|s\/yr)/)
  expect(csvOf(result)).toContain('four hosts,service,routing,downtime,,0,52.6,min/yr,0\r\n')
})

test('rare outages make a year with a picture that is called approximate', () => {
  const document = htmlOf(fullResult()), at = document.indexOf('approximate: outages as a Poisson process')
  expect(document.slice(at, at + 3000)).toMatch(/<svg class="plot v1"/)
})

test('every shipped study is one by the schema that editors have', () => {
  const schema = studyJsonSchema() as { properties: object; required?: string[]; else: { properties: object; required: string[] } }
  const whole = z.fromJSONSchema({ ...schema, if: undefined, else: undefined, properties: { ...schema.properties, ...schema.else.properties }, required: [...schema.required ?? [], ...schema.else.required] } as never)
  const files = filesUnder('scenarios/studies', path => path.endsWith('.yaml'))
  expect(files.length).toBeGreaterThan(0)
  for (const file of files) {
    const data = readDocument(readFileSync(join(ROOT, file), 'utf8'), file).value!.data as Record<string, unknown>
    if (!('base' in data)) expect(whole.safeParse(data).error?.issues ?? []).toEqual([])
    expect(whole.safeParse({ ...data, presicion: '5%' }).success).toBe(false)
  }
})
