/** For our own bugs only: the simulated system's "no" is a Refusal, bad input is a list of issues. Assertions stay on. */

/** The message is a constant: building one on each call would cost more than everything it guards. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`hotspare broke its own rule: ${message}`)
}

/** For a value that an id guarantees: `must(s.guests[guest], 'the guest exists')`. */
export function must<T>(value: T | undefined | null, message: string): T {
  if (value === undefined || value === null) throw new Error(`hotspare broke its own rule: ${message}`)
  return value
}
