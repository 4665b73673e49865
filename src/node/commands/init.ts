/** `hotspare init`: a commented scenario of one's own hosts, to be changed where the comments say so. */
import { existsSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { SCHEMA_FILE, writeWhole } from '../files.ts'
import { print, UsageError } from '../terminal.ts'
import { template } from '../template.ts'

export function init(file: string, options: { force?: boolean }): void {
  if (existsSync(file) && !options.force) throw new UsageError(`${file}: there is such a file already; --force overwrites it`)
  const path = relative(dirname(resolve(file)), SCHEMA_FILE)
  writeWhole(file, template(path.startsWith('.') ? path : `./${path}`))
  print(`${file} is written: put in your hosts, then: hotspare run ${file}`)
}
