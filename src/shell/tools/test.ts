/**
 * test and [ as programs: the expressions are those of the shell's builtins (bash/test.ts), the complaints have the program's name.
 */
import { testExpression } from '../bash/test.ts'
import { defineCommand } from '../kernel/command.ts'
import { complain } from './io.ts'

const testing = (name: string) => defineCommand({
  name,
  *run(p) {
    const args = p.argv.slice(1)
    if (name === '[' && args.pop() !== ']') {
      yield* complain(p, "missing ']'")
      return 2
    }
    const answer = testExpression({ p }, args)
    if (typeof answer === 'boolean') return answer ? 0 : 1
    yield* complain(p, answer)
    return 2
  },
})
export const TEST = [testing('test'), testing('[')]
