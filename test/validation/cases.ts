/** The published and derived figures that simulations are compared with: test/golden/validation.json. */
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { estimate } from '../support/estimate.ts'

interface Figure { readonly metric: string; readonly value: number; readonly unit: string; readonly simTolerance?: string }
interface Case { readonly id: string; readonly parameters: Readonly<Record<string, number>>; readonly expected: readonly Figure[] }

const { cases } = JSON.parse(readFileSync(new URL('../golden/validation.json', import.meta.url), 'utf8')) as { cases: Case[] }

export function caseNamed(id: string): { parameters: Readonly<Record<string, number>>; value(metric: string): number } {
  const found = cases.find(each => each.id === id)
  if (found === undefined) throw new Error(`no case ${id}`)
  return {
    parameters: found.parameters,
    value: metric => {
      const figure = found.expected.find(each => each.metric === metric)
      if (figure === undefined) throw new Error(`${id} has no figure ${metric}`)
      return figure.value
    },
  }
}

/** The 99.9 % interval covers the value, and it is narrow enough to mean something. */
export function expectCovers(runs: readonly number[], value: number, relativeHalfWidth: number): void {
  const { low, high, halfWidth, mean } = estimate(runs)
  expect(halfWidth / mean, 'the interval is too wide to tell').toBeLessThanOrEqual(relativeHalfWidth)
  expect(low, `[${low}, ${high}] lies above ${value}`).toBeLessThanOrEqual(value)
  expect(high, `[${low}, ${high}] lies below ${value}`).toBeGreaterThanOrEqual(value)
}
