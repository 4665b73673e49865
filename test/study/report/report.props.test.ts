/** What every report and table of figures must be, whatever anybody has named his things, and whatever was seen. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvOf } from '../../../src/study/report/csv.ts'
import { htmlOf } from '../../../src/study/report/html.ts'
import { figureMarkup } from '../../../src/study/report/bars.ts'
import { layout } from '../../../src/study/report/picture.ts'
import { numberScale, timeScale } from '../../../src/study/report/scale.ts'
import type { Topology, Unit } from '../../../src/study/result.ts'
import { property } from '../../support/property.ts'
import { tagsOf, textOf } from './markup.ts'
import { fullResult } from './results.ts'

const hostile = fc.oneof(
  fc.constantFrom('<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '\' onload=\'x', '</title></style>', '&lt;', '=1+2', '-2+3', '@SUM(A1)', '+1', 'a,b\r\n"c"', '\u202Eeno', '\u0000\u001B[31m', '\uD800'),
  fc.string({ maxLength: 20, unit: 'binary' }),
)

describe('names are text', () => {
  const shapeOf = (document: string): string[] => tagsOf(document).map(({ name, close, attributes }) => `${close ? '/' : ''}${name} ${[...attributes.keys()].join(' ')}`)
  const plain = shapeOf(htmlOf(fullResult(text => `x${text}`)))

  test('a report has the same elements and attributes whatever things are called', () => {
    property(fc.property(hostile, name => {
      const document = htmlOf(fullResult(text => `${name}${text}`))
      expect(shapeOf(document)).toEqual(plain)
      expect(document).not.toMatch(/[\u0000-\u0008\u202E]|\p{Surrogate}/u)
    }), { numRuns: 16 })
  })

  test('what can be shown is shown as it was written', () => {
    property(fc.property(fc.constantFrom('<b>', 'a & b', '"quoted"', '&amp;', 'naïve – ☃'), name => {
      expect(textOf(htmlOf(fullResult(text => `${name} ${text}`)))).toContain(`${name} Two hosts or more`)
    }), { numRuns: 8 })
  })

  test('a table of figures is RFC 4180, and no cell of it is a formula', () => {
    const plainRows = parsed(csvOf(fullResult()))
    property(fc.property(hostile, name => {
      const text = csvOf(fullResult(each => `${name}${each}`)), rows = parsed(text)
      expect(rows.length).toBe(plainRows.length)
      expect(rows.filter(row => row.length !== 9 || row.slice(0, 4).some(cell => /^[=+\-@\t\r\n]/.test(cell)))).toEqual([])
      expect(rows.map(row => row.slice(4))).toEqual(plainRows.map(row => row.slice(4)))
      expect(rows[1]![0]).toBe(`${/^[=+\-@\t\r\n]/.test(name) ? '\'' : ''}${name}two hosts`)
    }), { numRuns: 30 })
  })
})

/** A reader of RFC 4180 that knows nothing of the writer. */
function parsed(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = [], at = 0
  while (at < text.length) {
    let cell = ''
    if (text[at] === '"') {
      for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
        if (text[at] === '"') at++
        cell += text[at]
      }
      at++
    } else {
      let end = at
      while (text[end] !== ',' && text[end] !== '\r') end++
      cell = text.slice(at, end)
      if (/["\n]/.test(cell)) throw new Error(`not quoted: ${cell}`)
      at = end
    }
    row.push(cell)
    if (text[at] === ',') at++
    else {
      if (text.slice(at, at + 2) !== '\r\n') throw new Error(`no end of line: ${text.slice(at, at + 20)}`)
      rows.push(row)
      row = []
      at += 2
    }
  }
  return rows
}

test('what was never seen has a bound and no value', () => {
  const unit = fc.constantFrom<Unit>('min/yr', 'per year', 's/yr', 'h/yr', 'nines', 'min', 'h')
  property(fc.property(unit, fc.option(fc.double({ min: 1e-9, max: 1e6, noNaN: true })), (of, high) => {
    const text = textOf(figureMarkup({ value: null, low: 0, high, unit: of, seen: 0 }).markup)
    expect(text).toMatch(/none seen|not known/)
    expect(text).not.toMatch(/^ ?0 /)
  }))
})

describe('axes', () => {
  const good = (values: readonly number[], scale: ReturnType<typeof numberScale>): void => {
    const sorted = [...values].sort((a, b) => a - b), places = sorted.map(scale.at)
    places.forEach((place, i) => {
      expect(place).toBeGreaterThanOrEqual(0)
      expect(place).toBeLessThanOrEqual(100)
      if (i > 0) expect(place).toBeGreaterThanOrEqual(places[i - 1]!)
    })
    if (sorted.at(-1)! > sorted[0]! * 1.01 && sorted[0]! > 0) expect(places.at(-1)!).toBeGreaterThan(places[0]!)
    expect(scale.ticks.length).toBeGreaterThanOrEqual(1)
    expect(new Set(scale.ticks.map(({ label }) => label)).size).toBe(scale.ticks.length)
    scale.ticks.forEach(({ at }, i) => { if (i > 0) expect(at - scale.ticks[i - 1]!.at).toBeGreaterThan(20) })
  }
  test('of numbers keep order, and marks keep their distance', () => {
    property(fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }).map(each => Math.abs(each) < 1e-6 ? 0 : each), { minLength: 1, maxLength: 8 }), fc.boolean(), (values, withZero) => good(values, numberScale(values, withZero))), { numRuns: 300 })
    property(fc.property(fc.array(fc.double({ min: -7, max: 7, noNaN: true }).map(each => 10 ** each), { minLength: 1, maxLength: 8 }), values => good(values, numberScale(values))), { numRuns: 300 })
  })
  test('of times keep order, and marks keep their distance', () => {
    property(fc.property(fc.array(fc.double({ min: 0, max: 15.5, noNaN: true }).map(each => Math.round(10 ** each)), { minLength: 1, maxLength: 8 }), values => good(values, timeScale(values))), { numRuns: 300 })
  })
})

test('boxes of a picture lie beside one another or inside, never across', () => {
  const count = fc.integer({ min: 0, max: 9 }), name = fc.string({ minLength: 1, maxLength: 30 })
  property(fc.property(fc.array(fc.record({ guests: count, hosts: count, arrays: fc.integer({ min: 0, max: 4 }) }), { minLength: 1, maxLength: 4 }), count, count, count, name, (systems, services, switches, components, label) => {
    const many = (n: number, kind: Topology['nodes'][number]['kind'], prefix: string, inside?: string): Topology['nodes'][number][] => Array.from({ length: n }, (_, i) => ({ id: `${prefix}${i}`, kind, label, ...inside !== undefined && { inside } }))
    const nodes = [
      ...systems.flatMap((system, s) => [{ id: `s${s}`, kind: 'system' as const, label }, ...many(system.guests, 'guest', `g${s}.`, `s${s}`), ...many(system.hosts, 'host', `h${s}.`, `s${s}`), ...system.guests > 0 ? many(system.arrays, 'array', `a${s}.`, `g${s}.0`) : []]),
      ...many(services, 'service', 'v'), ...many(switches, 'switch', 'w'), ...many(components, 'component', 'c'),
    ]
    const { boxes, width, height } = layout({ nodes, edges: [] })
    expect(boxes.map(({ node }) => node.id).sort()).toEqual(nodes.map(({ id }) => id).sort())
    for (const a of boxes) {
      expect(Math.min(a.x, a.y)).toBeGreaterThanOrEqual(0)
      expect(a.x + a.width).toBeLessThanOrEqual(width)
      expect(a.y + a.height).toBeLessThanOrEqual(height)
      for (const b of boxes) if (a !== b) {
        const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
        const inside = (x: typeof a, y: typeof b): boolean => x.x >= y.x && x.y >= y.y && x.x + x.width <= y.x + y.width && x.y + x.height <= y.y + y.height
        expect(apart || (a.node.inside === b.node.id || b.node.inside === a.node.id ? inside(a, b) || inside(b, a) : 'inside' in a.node && nodes.some(({ id, inside: outer }) => id === a.node.inside && outer === b.node.id) || 'inside' in b.node && nodes.some(({ id, inside: outer }) => id === b.node.inside && outer === a.node.id))).toBe(true)
      }
    }
  }), { numRuns: 60 })
})
