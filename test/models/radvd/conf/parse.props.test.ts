/** Laws of reading: whatever stands in the file, we answer with a place and a reason, and never with a fault of our own. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { configtest } from '../../../../src/models/radvd/conf/configtest.ts'
import { formatConfIssue } from '../../../../src/models/radvd/conf/issue.ts'
import { lint } from '../../../../src/models/radvd/conf/lint.ts'
import { parseRadvdConf } from '../../../../src/models/radvd/conf/parse.ts'
import { startUp } from '../../../../src/models/radvd/conf/start.ts'
import { property } from '../../../support/property.ts'
import { drawnFile, mutated, noise } from './drawn.ts'

const anyFile = fc.oneof({ arbitrary: mutated(drawnFile), weight: 4 }, { arbitrary: drawnFile, weight: 2 }, { arbitrary: noise, weight: 1 })

/** Lines as radvd counts them: a line feed inside quotes is none, so a place may lie further to the right than the line is long. */
const inside = (text: string, line: number, column: number): boolean => {
  const all = text.split('\n')
  return line >= 1 && line <= all.length && column >= 1 && (text.includes('"') || column <= all[line - 1]!.length + 1)
}

describe('any file', () => {
  test('RD-20 is accepted or refused with a place in it and a reason, and linting never fails', () => {
    let refused = 0, accepted = 0
    property(fc.property(anyFile, text => {
      const { status, says, parsed } = configtest(text, 'radvd.conf')
      expect(status).toBe(parsed.refusals.length === 0 ? 0 : 1)
      expect(parsed.conf === null).toBe(status === 1)
      if (status === 0) accepted++
      else refused++
      expect(says.at(-1)).toBe(status === 0 ? 'config file, radvd.conf, syntax ok' : 'exiting, failed to read config file')
      for (const issue of lint(parsed)) {
        expect({ issue, inside: inside(text, issue.line, issue.column) }).toEqual({ issue, inside: true })
        expect(issue.text.length).toBeGreaterThan(10)
        expect(formatConfIssue('f', issue)).toMatch(/^f:\d+:\d+: (error|error at start-up|warning|note): [^\n]+ \[[A-Za-z0-9-]+\]$/)
      }
    }), { numRuns: 400 })
    expect(refused).toBeGreaterThan(100)
    expect(accepted).toBeGreaterThan(25)
  })

  test('radvd stops at the first fault: what it prints does not depend on what follows', () => {
    property(fc.property(mutated(drawnFile), fc.string({ maxLength: 20 }), (text, more) => {
      const { refusals, says } = parseRadvdConf(text)
      // A fault at the end of the file may be none when the file goes on, and a word may grow.
      fc.pre(refusals.length > 1 && refusals[0]!.rule !== 'end')
      expect(parseRadvdConf(`${text}\n${more}`).says).toEqual(says)
    }), { numRuns: 100 })
  })

  test('settings are plain data of bounded numbers', () => {
    property(fc.property(drawnFile, text => {
      const { conf } = parseRadvdConf(text)
      fc.pre(conf !== null)
      expect(JSON.parse(JSON.stringify(conf))).toEqual(conf)
      for (const one of conf.interfaces) {
        expect(one.name.length).toBeLessThanOrEqual(15)
        expect(one.advCurHopLimit).toBeLessThanOrEqual(255)
        for (const { length, advValidLifetimeSeconds: valid, advPreferredLifetimeSeconds: preferred } of one.prefixes) {
          expect(length).toBeLessThanOrEqual(128)
          expect(preferred).toBeLessThanOrEqual(valid)
        }
        for (const { servers } of one.rdnss) expect(servers.length).toBeLessThanOrEqual(3)
        const { settled, faults } = startUp(one)
        expect(faults.length === 0 && settled.advDefaultLifetimeSeconds > 9000).toBe(false)
      }
    }), { numRuns: 150 })
  })
})
