/**
 * Failures that were not seen are bounded: with probability p of a failure, n runs all succeed with (1 - p)^n, and where that is below 5 % we would have
 * seen one. About 3 / n, and never less than what n runs can tell (95 % confidence).
 */
export const failuresAtMost = (n: number): number => 1 - 0.05 ** (1 / n)
