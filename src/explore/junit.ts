/** A check as JUnit XML: a suite for the scenario, a case for each rule that a schedule can break. */
import { escapeXml, quoteXml } from '../scenario/junit.ts'
import { RULES } from './judge.ts'
import { failureText } from './report.ts'
import type { PartResult, Smallest } from './search.ts'
import type { Target } from './target.ts'

export function checkJunit(file: string, script: string | null, target: Target, result: PartResult, smallest: readonly Smallest[], repeat: (smallest: Smallest) => string): string {
  const name = `${target.scenario.name ?? file}${script === null ? '' : `, ${script}`}`, broken = new Set(result.found.map(({ rule }) => rule))
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites name="hotspare check" tests="${RULES.length}" failures="${broken.size}" errors="0">`,
    `  <testsuite name=${quoteXml(name)} tests="${RULES.length}" failures="${broken.size}" errors="0" skipped="0" time="0">`]
  for (const rule of RULES) {
    const open = `    <testcase name=${quoteXml(`${result.runs} schedules: never ${rule}`)} classname=${quoteXml(file)} time="0"`, each = smallest.find(({ failure }) => failure.rule === rule)
    if (!broken.has(rule)) lines.push(`${open}/>`)
    else lines.push(`${open}>`, `      <failure message=${quoteXml(each?.failure.says ?? rule)} type="check">${escapeXml(each === undefined ? rule : failureText(target, result, each, repeat(each)).join('\n'))}</failure>`, '    </testcase>')
  }
  return `${[...lines, '  </testsuite>', '</testsuites>'].join('\n')}\n`
}
