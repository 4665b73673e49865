import { expect, test } from 'vitest'
import { exp, ln, pow } from '../../src/base/ln.ts'
import { normalQuantile } from '../../src/base/normal.ts'

test('ln, exp and pow agree with those of the engine to the last digits', () => {
  let x = 0.37
  for (let i = 0; i < 4000; i++) {
    x = (x * 997.13 + 0.071) % 1
    const wide = 2 ** (x * 2000 - 1000), near = 1 + (x - 0.5) / 1000, power = x * 1400 - 700
    for (const value of [wide, near, x]) expect(Math.abs(ln(value) - Math.log(value))).toBeLessThanOrEqual(2e-15 * Math.max(1, Math.abs(Math.log(value))))
    expect(Math.abs(exp(power) / Math.exp(power) - 1)).toBeLessThan(2e-15)
    expect(Math.abs(pow(x, 1 / 3) / x ** (1 / 3) - 1)).toBeLessThan(5e-15)
  }
  expect([ln(1), exp(0), exp(-1000), pow(0, 2), exp(1000)]).toEqual([0, 1, 0, 0, Number.MAX_VALUE])
  expect(ln(2 ** -1022)).toBeCloseTo(-1022 * Math.LN2, 10)
})

test('the quantiles of the normal distribution are those of the tables', () => {
  const table = [[0.5, 0], [0.975, 1.959963984540054], [0.1, -1.2815515655446004], [0.999, 3.090232306167813], [1e-9, -5.997807015007687], [2 ** -54, -8.292361075813595], [1e-20, -9.262340089798408]] as const
  for (const [p, z] of table) expect(Math.abs(normalQuantile(p) - z), String(p)).toBeLessThan(4e-15 * Math.max(1, Math.abs(z)))
})
