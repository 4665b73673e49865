/**
 * Running moments of what runs gave: number, mean, and the sums of squared and cubed deviations, of one quantity or of two together.
 *
 * Updates and merges are those of Welford, Chan and Pébay (Sandia report SAND2008-6212): nothing large is ever subtracted from something
 * large. The same observations in the same order give the same bits; a merge of parts gives the same number up to rounding, and the same
 * bits for the same parts in the same order. All of it is plain data that survives JSON.
 */
export interface Moments {
  n: number
  /** How many were not zero: zeros alone say nothing about how large the others are. */
  nonzero: number
  mean: number
  /** Sums of the second and third powers of the deviations from the mean. */
  m2: number
  m3: number
}

export const noMoments = (): Moments => ({ n: 0, nonzero: 0, mean: 0, m2: 0, m3: 0 })

export function observe(m: Moments, value: number): void {
  const before = m.n, n = m.n = before + 1, delta = value - m.mean, step = delta / n, square = delta * step * before
  if (value !== 0) m.nonzero++
  m.mean += step
  m.m3 += square * step * (n - 2) - 3 * step * m.m2
  m.m2 += square
}

export function momentsOf(values: Iterable<number>): Moments {
  const m = noMoments()
  for (const value of values) observe(m, value)
  return m
}

export function mergeMoments(into: Moments, from: Moments): void {
  if (from.n === 0) return
  const a = into.n, b = from.n, n = a + b, delta = from.mean - into.mean, share = a * b / n
  into.m3 += from.m3 + delta * delta * delta * share * (a - b) / n + 3 * delta * (a * from.m2 - b * into.m2) / n
  into.m2 += from.m2 + delta * delta * share
  into.mean += delta * b / n
  into.n = n
  into.nonzero += from.nonzero
}

/** Of one observation; 0 while there are fewer than two. */
export const variance = ({ n, m2 }: Moments): number => n < 2 ? 0 : m2 / (n - 1)
/** Of the mean. */
export const standardError = (m: Moments): number => m.n < 2 ? Infinity : Math.sqrt(variance(m) / m.n)
/** Of one observation, without bias in its numerator; 0 while it cannot be told. */
export function skewness(m: Moments): number {
  const v = variance(m)
  return m.n < 3 || v === 0 ? 0 : m.n * m.m3 / ((m.n - 1) * (m.n - 2)) / (v * Math.sqrt(v))
}

/** Two quantities of the same runs: means, and the sums of products of two and three deviations. */
export interface PairMoments {
  n: number
  /** How many y were not zero. */
  nonzero: number
  x: number
  y: number
  xx: number
  xy: number
  yy: number
  xxx: number
  xxy: number
  xyy: number
  yyy: number
}

export const noPairs = (): PairMoments => ({ n: 0, nonzero: 0, x: 0, y: 0, xx: 0, xy: 0, yy: 0, xxx: 0, xxy: 0, xyy: 0, yyy: 0 })

export function observePair(p: PairMoments, x: number, y: number): void {
  const before = p.n, n = p.n = before + 1, dx = x - p.x, dy = y - p.y, sx = dx / n, sy = dy / n, third = before * (n - 2)
  if (y !== 0) p.nonzero++
  p.x += sx
  p.y += sy
  p.xxx += dx * sx * sx * third - 3 * sx * p.xx
  p.xxy += dx * sx * sy * third - 2 * sx * p.xy - sy * p.xx
  p.xyy += dx * sy * sy * third - 2 * sy * p.xy - sx * p.yy
  p.yyy += dy * sy * sy * third - 3 * sy * p.yy
  p.xx += dx * sx * before
  p.xy += dx * sy * before
  p.yy += dy * sy * before
}

export function pairsOf(pairs: Iterable<readonly [x: number, y: number]>): PairMoments {
  const p = noPairs()
  for (const [x, y] of pairs) observePair(p, x, y)
  return p
}

export function mergePairs(into: PairMoments, from: PairMoments): void {
  if (from.n === 0) return
  const a = into.n, b = from.n, n = a + b, dx = from.x - into.x, dy = from.y - into.y, share = a * b / n, third = share * (a - b) / n
  const between = (inA: number, inB: number): number => (a * inB - b * inA) / n
  const xx = between(into.xx, from.xx), xy = between(into.xy, from.xy), yy = between(into.yy, from.yy)
  into.xxx += from.xxx + dx * dx * dx * third + 3 * dx * xx
  into.xxy += from.xxy + dx * dx * dy * third + 2 * dx * xy + dy * xx
  into.xyy += from.xyy + dx * dy * dy * third + 2 * dy * xy + dx * yy
  into.yyy += from.yyy + dy * dy * dy * third + 3 * dy * yy
  into.xx += from.xx + dx * dx * share
  into.xy += from.xy + dx * dy * share
  into.yy += from.yy + dy * dy * share
  into.x += dx * b / n
  into.y += dy * b / n
  into.n = n
  into.nonzero += from.nonzero
}

/** The moments of y - r x. */
export const residual = (p: PairMoments, r: number): Moments => ({
  n: p.n, nonzero: p.nonzero, mean: p.y - r * p.x,
  m2: Math.max(0, p.yy - 2 * r * p.xy + r * r * p.xx),
  m3: p.yyy - 3 * r * p.xyy + 3 * r * r * p.xxy - r * r * r * p.xxx,
})
