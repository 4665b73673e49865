/**
 * What is thrown where an expansion or an arithmetic expression fails: it takes the whole command with it. The interpreter reports the message with its
 * own prefix (`x.sh: line 3: `) and decides what ends.
 * Source of truth: bash(1) 5.2; which faults end the shell has been asked of bash 5.2.15.
 */

/**
 * `x: unbound variable`. A `fatal` one ends a non-interactive shell (with status 127 for `${x:?}` and unset variables, 1 otherwise: `status`);
 * others only what was read with it (the rest of the line); the script goes on.
 */
export class ExpansionFault {
  /** Somebody has said it already: where standard error was redirected, it had to be said there. */
  told = false
  readonly message: string
  readonly fatal: boolean
  readonly status: number
  constructor(message: string, { fatal = true, status = 1 }: { fatal?: boolean; status?: number } = {}) {
    this.message = message
    this.fatal = fatal
    this.status = status
  }
}

/** `1 +: syntax error: operand expected (error token is "+")`. `((`, `let` and `[[` put their own name before it, and go on. */
export class ArithmeticFault extends ExpansionFault {
  /** `unbound`: an unset variable under `set -u`, which ends the shell. */
  constructor(message: string, unbound = false) {
    super(message, { fatal: unbound })
  }
}
