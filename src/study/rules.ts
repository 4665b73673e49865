/** The rules of a variant's faults in words, with how often they strike: what a study rests on first of all. */
import { distributionText } from '../base/distribution-text.ts'
import { entriesOf } from '../base/id.ts'
import { KINDS, type FaultConfig } from '../models/fault/config.ts'
import { lawsOf, lifeText, statedOf } from '../models/fault/life.ts'
import type { Scenario } from '../scenario/build.ts'
import type { Figure, RuleResult } from './result.ts'

type Rule = FaultConfig[string & keyof FaultConfig]

export function ruleResults({ configs }: Scenario, perYear: (rule: string) => Figure): RuleResult[] {
  return entriesOf(configs.fault).map(([name, rule]) => ({ name, says: ruleText(rule as Rule), perYear: perYear(name) }))
}

function ruleText(rule: Rule): string {
  const kind = KINDS.find(each => rule[each] !== undefined)!, things = rule[kind] as readonly string[]
  return `${kind} of ${things.join(', ')}: ${clockText(rule)}${rule.lasts === undefined ? '' : `; lasts ${distributionText(rule.lasts)}`}`
}

function clockText(rule: Rule): string {
  const life = lifeText({ stated: statedOf(rule), ...lawsOf(rule) })
  if (life !== undefined) return rule.upFor === undefined ? life : `works for ${life}`
  if (rule.every !== undefined) return `every ${distributionText(rule.every)}${rule.together === true ? ', all at once' : rule.stagger === undefined ? '' : `, ${distributionText(rule.stagger)} apart`}`
  return rule.on ?? rule.cron ?? ''
}
