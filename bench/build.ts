/**
 * What a measurement needs: our own programs as the JavaScript that is shipped (what runs TypeScript directly adds code of its own to
 * every function), and the peers, built from bench/peers. What a machine lacks is named, with the way to install it; nothing is faked.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Figure } from './measure.ts'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '..'), built = join(root, 'node_modules/.cache/hotspare-bench'), bin = join(built, 'bin')
/** Debian's Python, which has python3-simpy3; another in the PATH may not. */
const PYTHON = '/usr/bin/python3'

/** A program to run, or what is missing to run it. */
export type Program = { readonly run: readonly [command: string, ...args: string[]] } | { readonly missing: string; readonly install: string }

/** Compiles bench and src; types are checked by `npm test`, so only a program that does not appear is an error. */
export function buildOurs(): void {
  spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'bench/tsconfig.json')])
  if (!existsSync(join(built, 'bench/hold.js'))) throw new Error('bench could not be compiled: see npm run types')
}

export const ours = (program: string, ...args: (string | number)[]): Program =>
  ({ run: [process.execPath, '--expose-gc', join(built, `bench/${program}.js`), ...args.map(String)] })

export function cpp(source: string, ...args: (string | number)[]): Program {
  const ns3 = source.endsWith('_ns3'), modules = source === 'ra_ns3' ? ['ns3-internet-apps', 'ns3-internet', 'ns3-network', 'ns3-core'] : ['ns3-core']
  if (!works('g++', '--version')) return { missing: 'a C++ compiler', install: 'apt-get install g++' }
  if (ns3 && !works('pkg-config', '--exists', ...modules)) return { missing: 'ns-3', install: 'apt-get install libns3-dev libgsl-dev pkg-config' }
  const program = join(bin, source)
  mkdirSync(bin, { recursive: true })
  const flags = ns3 ? execFileSync('pkg-config', ['--cflags', '--libs', ...modules], { encoding: 'utf8' }).replaceAll('\\;', '').trim().split(/\s+/) : ['-march=native']
  execFileSync('g++', ['-std=c++17', '-O2', join(here, `peers/${source}.cc`), '-o', program, ...flags], { stdio: ['ignore', 'inherit', 'inherit'] })
  return { run: [program, ...args.map(String)] }
}

export const simpy = (source: string, ...args: (string | number)[]): Program =>
  works(PYTHON, '-c', 'import simpy') ? { run: [PYTHON, join(here, `peers/${source}.py`), ...args.map(String)] }
  : { missing: 'SimPy', install: 'apt-get install python3-simpy3' }

export function figureOf([command, ...args]: readonly [string, ...string[]]): Figure {
  const lines = execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim().split('\n')
  return JSON.parse(lines.at(-1)!) as Figure
}

/** Each program once a round, in turn, so that whatever else the machine does meets them all. */
export function interleaved(rounds: number, programs: readonly (readonly [string, ...string[]])[]): Figure[][] {
  const figures = programs.map((): Figure[] => [])
  for (let round = 0; round < rounds; round++) for (const [i, program] of programs.entries()) figures[i]!.push(figureOf(program))
  return figures
}

function works(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}
