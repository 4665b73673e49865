/**
 * What is bundled into one file when the package is built, for a short study is over before hundreds of small files are found and read.
 *
 * A bundle is a copy of what tsc has compiled: where something has been compiled since, it is left aside. From the sources there is none.
 */
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const changed = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.mtimeMs

/** The file, or undefined. */
export function bundle(name: 'planning' | 'study-worker'): string | undefined {
  const file = here(`./${name}.bundle.js`), made = changed(file)
  return made === undefined || ['../.pure.tsbuildinfo', '../.node.tsbuildinfo'].some(each => (changed(here(each)) ?? 0) > made) ? undefined : file
}
