/**
 * true, false, yes: the programs; shells have the first two as builtins as well.
 */
import { defineCommand } from '../kernel/command.ts'
import { out } from './io.ts'

export const TRUTH = [
  defineCommand({ name: 'true', *run() { return 0 } }),
  defineCommand({ name: 'false', *run() { return 1 } }),
  defineCommand({
    name: 'yes',
    *run(p) {
      const line = `${p.argv.slice(p.argv[1] === '--' ? 2 : 1).join(' ') || (p.argv.length > 1 ? '' : 'y')}\n`
      const block = line.repeat(Math.max(1, Math.floor(65_536 / line.length)))
      while (yield* out(p, block)) { /* until somebody has enough */ }
      return 1
    },
  }),
]
