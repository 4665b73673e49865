/** The cases that are shipped: test/golden/validation.json. */
import { readFileSync } from 'node:fs'
import type { Case } from './family.ts'

export const { cases } = JSON.parse(readFileSync(new URL('../golden/validation.json', import.meta.url), 'utf8')) as { cases: Case[] }

export function caseNamed(id: string): Case & { readonly parameters: Readonly<Record<string, number>>; value(metric: string): number } {
  const found = cases.find(each => each.id === id)
  if (found === undefined) throw new Error(`no case ${id}`)
  const value = (metric: string): number => {
    const figure = found.expected.find(each => each.metric === metric)
    if (figure === undefined) throw new Error(`${id} has no figure ${metric}`)
    return figure.value as number
  }
  return { ...found, parameters: found.parameters as Readonly<Record<string, number>>, value }
}
