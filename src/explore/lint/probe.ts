/**
 * Asks the commands themselves what they do not do: each call of the script is made once on a partition that exists for this only, with stand-ins where the
 * script has expansions, and what it complains of is read. So there is no second list of what is modelled that could be wrong.
 *
 * Nothing is judged but these complaints; a call that waits is left alone. The partition has three disks, and the mirrors md0 and md1 of two of them.
 */
import { SECOND } from '../../base/time.ts'
import { initialWorld } from '../../core/model.ts'
import { createSim } from '../../core/sim.ts'
import { Terminals, type Simulation } from '../../console/terminals.ts'
import type { GuestId } from '../../models/hypervisor/state.ts'
import type { stack, World } from '../../models/stack.ts'
import { readyScenario, type Scenario } from '../../scenario/build.ts'
import { startScript } from '../../shell/bash/start.ts'

const GUEST = 'lpar' as GuestId
let made: Scenario | null = null
const partition = (): Scenario => made ??= readyScenario({
  until: '1h',
  system: {
    hypervisor: { systems: { system: {} }, guests: { hosta: { on: 'system', os: 'linux' }, hostb: { on: 'system', os: 'linux' }, hostc: { on: 'system', os: 'linux' }, lpar: { on: 'system', os: 'linux' } } },
    vscsi: { spaces: { d1: { host: 'hosta', to: 'lpar', size: '1 GiB', online: 'auto' }, d2: { host: 'hostb', to: 'lpar', size: '1 GiB', online: 'auto' }, d3: { host: 'hostc', to: 'lpar', size: '1 GiB', online: 'auto' } } },
    scsi: { layout: { lpar: { prep: '8 MiB', swap: '100 MiB', root: 'rest' } } },
    md: { arrays: { md0: { on: 'lpar', members: ['d1/swap', 'd2/swap'] }, md1: { on: 'lpar', members: ['d1/root', 'd2/root'] } } },
  },
} as never)

function fresh(): Terminals {
  const scenario = partition(), sim = createSim({ models: scenario.models as typeof stack, world: initialWorld(scenario.models as typeof stack, scenario.configs), seed: '1', onEntry: entry => terminals?.onEntry(entry as never) })
  let terminals: Terminals | null = null
  return terminals = new Terminals(sim as unknown as Simulation & { world: World }, { limits: { statements: 2_000, output: 1 << 16, held: 1 << 20, files: 1 << 20, processes: 20 } })
}

const answers = new Map<string, string>()
/** What is said on stderr when these words are run, in bash or in sh. */
export function complaintsOf(argv: readonly string[], dialect: 'bash' | 'sh'): string {
  const key = [dialect, ...argv].join('\0'), known = answers.get(key)
  if (known !== undefined) return known
  const terminals = fresh()
  let said = ''
  startScript(terminals.kernel, terminals.partition(GUEST).machine, { name: 'lint', text: `#!/bin/${dialect}\n"$@"\n`, args: argv, stdin: '', stderr: bytes => { said += bytes } })
  terminals.advance(10 * SECOND)
  answers.set(key, said)
  return said
}

let names: readonly string[] | null = null
/** Everything that can be called there: programs and builtins. */
export function knownCommands(): readonly string[] {
  if (names !== null) return names
  const terminals = fresh()
  let out = ''
  startScript(terminals.kernel, terminals.partition(GUEST).machine, { name: 'lint', text: 'compgen -b; ls /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin\n', stdin: '', stdout: bytes => { out += bytes } })
  terminals.advance(10 * SECOND)
  return names = out.split('\n').filter(line => /^[\w.[-]+$/.test(line))
}
