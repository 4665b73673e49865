/** Verdicts as JUnit XML: a suite per run, a case per expectation. Follows the schema that Jenkins, GitLab and GitHub actions read. */
import { becauseOf } from './chain.ts'
import type { Run } from './run.ts'

export interface Case { readonly file: string; readonly run: Run; readonly repeat: string }

export function junit(cases: readonly Case[]): string {
  const failures = (run: Run) => run.verdict.results.filter(result => !result.met).length
  const sum = (of: (run: Run) => number) => cases.reduce((total, { run }) => total + of(run), 0)
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="hotspare" tests="${sum(run => run.verdict.results.length)}" failures="${sum(failures)}" errors="0">`]
  for (const { file, run, repeat } of cases) {
    const name = run.scenario.name ?? file
    lines.push(`  <testsuite name=${quoteXml(`${name}, seed ${run.seed}`)} tests="${run.verdict.results.length}" failures="${failures(run)}" errors="0" skipped="0" time="0">`)
    run.verdict.results.forEach((result, index) => {
      const open = `    <testcase name=${quoteXml(`${index + 1}. ${result.says}`)} classname=${quoteXml(file)} time="0"`
      if (result.met) {
        lines.push(`${open}/>`)
        return
      }
      const because = result.cause === null ? '' : `\nbecause ${becauseOf(run, result.cause)}`
      lines.push(`${open}>`, `      <failure message=${quoteXml(result.figures)} type="expectation">${escapeXml(`${result.says}: ${result.figures}${because}\nagain: ${repeat}`)}</failure>`, '    </testcase>')
    })
    lines.push('  </testsuite>')
  }
  return `${[...lines, '</testsuites>'].join('\n')}\n`
}

/** Characters that XML 1.0 does not know at all are left out, also as references. */
export const escapeXml = (text: string): string => text.replaceAll(/[^\t\n\r -\uFFFD\u{10000}-\u{10FFFF}]/gu, '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
export const quoteXml = (text: string): string => `"${escapeXml(text).replaceAll('"', '&quot;').replaceAll(/[\t\n\r]/g, ' ')}"`
