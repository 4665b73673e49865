/** Files: scenarios are read here, results are written whole or not at all. */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { nearest } from '../base/nearest.ts'
import { UsageError } from './terminal.ts'

/** Where the package keeps its scenarios; the same from the sources and from the built files. */
const SHIPPED = fileURLToPath(new URL('../../scenarios/', import.meta.url))
const STUDIES = join(SHIPPED, 'studies')
/** Made when the package is built. */
export const SCHEMA_FILE = fileURLToPath(new URL('../../dist/scenario.schema.json', import.meta.url))

/** In an order that teaches: the founding story, what breaks it, how it is run with care; what is not named here comes last. */
const TEACHING = [
  'founding-story', 'founding-two-hosts', 'founding-three-hosts', 'four-hosts-two-spares', 'three-way-mirror', 'both-halves-at-once', 'spare-lost-while-recovering',
  'second-ipl-too-early', 'second-ipl-in-time', 'silent-degradation', 'degradation-noticed', 'nwsd-left-offline', 'restricted-state',
  'hang-and-crash', 'physical-disk-fails', 'system-ipl', 'untouched-swap', 'swap-not-mirrored', 'rescan-without-removal',
  'short-remove', 'wrong-half', 'step-three-removes-a-device', 'late-disk', 'disks-of-other-sizes', 'prep-copied', 'prep-not-copied',
  'kernel-upgraded-once', 'stale-half-boots', 'rolling-maintenance-without-bitmap', 'rolling-maintenance-with-bitmap',
  'client-boots-degraded', 'router-loses-two-hosts', 'router-planned-shutdown', 'router-crash', 'two-routers-stop', 'two-routers-silent-death',
  'boot-race', 'deprecate-prefix', 'flash-renumbering', 'flash-renumbering-remedies', 'forwarding-off', 'rogue-ra',
]
const turn = (file: string): number => (TEACHING.indexOf(scenarioName(file)) + 1) || TEACHING.length + 1

/** Those in YAML; a scenario as a program needs the sources. */
export const shippedScenarios = (): string[] =>
  existsSync(SHIPPED) ? readdirSync(SHIPPED).filter(name => /\.ya?ml$/.test(name)).sort().sort((a, b) => turn(a) - turn(b)).map(name => join(SHIPPED, name)) : []

/** Studies are told apart from scenarios by where they are. */
export const shippedStudies = (): string[] => existsSync(STUDIES) ? readdirSync(STUDIES).filter(name => /\.ya?ml$/.test(name)).sort().map(name => join(STUDIES, name)) : []

export const scenarioName = (file: string): string => basename(file, extname(file))

/** A file as given, or a shipped scenario by its name with or without `.yaml`. */
export const scenarioFile = (given: string): string => fileOr(given, 'scenario', shippedScenarios())
/** The same of a study; a scenario can be planned with too. */
export const studyFile = (given: string): string => fileOr(given, 'study', [...shippedStudies(), ...shippedScenarios()])

function fileOr(given: string, kind: string, shipped: readonly string[]): string {
  if (existsSync(given) && !statSync(given).isDirectory()) return given
  const name = scenarioName(given), names = shipped.map(scenarioName), found = names.indexOf(name)
  if (found >= 0 && given === basename(given)) return shipped[found]!
  if (existsSync(given)) throw new UsageError(`${given}: is a directory, expected a ${kind} file`)
  const meant = nearest(name, names)
  throw new UsageError(`${given}: no such file, nor a shipped ${kind} of this name${meant === undefined ? '' : `; did you mean "${meant}"?`}`)
}

export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`${file}: ${reason(error)}`)
  }
}

/** Files that a scenario names are looked for beside it. */
export function besides(scenario: string): { readFile(path: string): string | undefined; fileNames(): string[] } {
  const folder = dirname(resolve(scenario))
  return {
    readFile: path => { const file = resolve(folder, path); return existsSync(file) && !statSync(file).isDirectory() ? readText(file) : undefined },
    fileNames: () => readdirSync(folder),
  }
}

/** Written beside its place under another name, then renamed: nobody ever sees half a file. */
export function writeWhole(file: string, content: string | Uint8Array): void {
  const beside = join(dirname(resolve(file)), `.${basename(file)}.${process.pid}.tmp`)
  try {
    writeFileSync(beside, content)
    renameSync(beside, file)
  } catch (error) {
    rmSync(beside, { force: true })
    throw new UsageError(`${file}: cannot be written: ${reason(error)}`)
  }
}

/** The value that a module exports as its scenario. */
export async function importScenario(file: string): Promise<unknown> {
  try {
    return ((await import(pathToFileURL(resolve(file)).href)) as { default?: unknown }).default
  } catch (error) {
    throw new UsageError(`${file}: cannot be loaded: ${reason(error)}`)
  }
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory', EACCES: 'permission denied', EISDIR: 'is a directory', ENOTDIR: 'not a directory', EEXIST: 'a file has this name',
  ENOSPC: 'no space left', EROFS: 'read-only file system', ERR_UNKNOWN_FILE_EXTENSION: 'this Node.js does not run TypeScript; compile it, or run it through tsx',
}
export const reason = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException
  return WORDS[code ?? ''] ?? message
}
