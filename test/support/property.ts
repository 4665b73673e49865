/**
 * Runs a property. A failure says what failed, in its smallest form, and how to run just that case again: put the printed seed and path
 * into `{ seed, path }`.
 */
import fc from 'fast-check'

export function property<Ts extends [unknown, ...unknown[]]>(
  law: fc.IProperty<Ts>, parameters: fc.Parameters<Ts> = {},
): void {
  const result = fc.check(law, parameters)
  if (!result.failed) return
  const { seed, counterexamplePath: path, numRuns, numShrinks } = result
  const again = `repeat with { seed: ${seed}, path: '${path ?? ''}' } (run ${numRuns}, shrunk ${numShrinks} times)`
  const cause = result.errorInstance
  throw new Error(`${again}\ncounterexample: ${fc.stringify(result.counterexample)}\n${cause instanceof Error ? cause.message : String(cause)}`, { cause })
}
