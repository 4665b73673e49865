/** Mathematics that closed forms and their checks share. */

export const choose = (n: number, k: number): number => {
  let result = 1
  for (let i = 1; i <= k; i++) result = result * (n - k + i) / i
  return result
}
export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

/** So many of `n`, each with probability `a` and not with `b` = 1 - a: both are given, for each may be the one with the digits. */
export function binomial(n: number, a: number, b: number, counts: (i: number) => boolean): number {
  let result = 0
  for (let i = 0; i <= n; i++) if (counts(i)) result += choose(n, i) * a ** i * b ** (n - i)
  return result
}

/**
 * Mean time of a birth-death chain from 0 to `levels.length`: from each level to the next it takes a stay, and as often as it falls back all
 * of the way up from the level below. Nothing is subtracted, so stiff chains keep their digits.
 */
export function meanTimeUp(levels: readonly (readonly [up: number, down: number])[]): number {
  let total = 0, below = 0
  for (const [up, down] of levels) total += below = 1 / up + down / up * below
  return total
}

/** Drives that fail at `lambda` each and are repaired at `mu`, all at once or one at a time, until `most` are gone. */
export const lossLevels = (n: number, most: number, lambda: number, mu: number, atOnce: boolean): (readonly [number, number])[] =>
  Array.from({ length: most }, (_, failed) => [(n - failed) * lambda, (atOnce ? failed : Math.min(1, failed)) * mu] as const)

/** Gauss-Legendre with 20 points on each of so many equal pieces. */
export function integral(f: (x: number) => number, from: number, to: number, pieces = 32): number {
  const width = (to - from) / pieces
  let total = 0
  for (let n = 0; n < pieces; n++) for (const [x, weight] of GAUSS) total += weight * f(from + (n + (1 + x) / 2) * width)
  return total * width / 2
}
const GAUSS: readonly (readonly [number, number])[] = Array.from({ length: 20 }, (_, i) => {
  let x = Math.cos(Math.PI * (i + 0.75) / 20.5)
  for (let step = 0; step < 50; step++) x -= legendre(x)[0] / legendre(x)[1]
  const slope = legendre(x)[1]
  return [x, 2 / ((1 - x * x) * slope * slope)] as const
})
/** P20 and its derivative. */
function legendre(x: number): readonly [number, number] {
  let before = 1, now = x
  for (let n = 2; n <= 20; n++) [before, now] = [now, ((2 * n - 1) * x * now - (n - 1) * before) / n]
  return [now, 20 * (x * now - before) / (x * x - 1)]
}

/** The matrix exponential of rates without subtraction: a short time by uniformisation, then doubled. Rows: from. */
export function expOfRates(rates: readonly (readonly number[])[], time: number): number[][] {
  const most = Math.max(...rates.map(row => sum(row.filter(rate => rate > 0)))), doublings = Math.max(0, Math.ceil(Math.log2(most * time)) + 1), t = most * time / 2 ** doublings
  const jump = rates.map((row, i) => row.map((rate, j) => i === j ? 1 - sum(row.filter((_, k) => k !== i)) / most : rate / most))
  let power = jump.map((row, i) => row.map((_, j) => Number(i === j))), weight = Math.exp(-t), result = power.map(row => row.map(x => x * weight))
  for (let n = 1; n < 40; n++) {
    power = times(power, jump)
    weight *= t / n
    result = result.map((row, i) => row.map((x, j) => x + weight * power[i]![j]!))
  }
  for (let n = 0; n < doublings; n++) result = times(result, result)
  return result
}
const times = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number[][] => a.map(row => b[0]!.map((_, j) => sum(row.map((x, k) => x * b[k]![j]!))))
