/**
 * Cases of the battery in which the simulated shell is known to differ from the real one, each with its reason. A case that no longer differs must go:
 * the test says so. `topic: name of the case` → why.
 */
export const KNOWN: ReadonlyMap<string, string> = new Map<string, string>([
])
/** The same for what a case prints on stderr only. */
export const KNOWN_STDERR: ReadonlyMap<string, string> = new Map<string, string>([
])
