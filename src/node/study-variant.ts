/** `study.yaml#variant`: one variant of a study, named on the command line. Without a name the only one is meant; where there are several, which ones is told. */
import { listedNear, meant } from '../scenario/issue.ts'
import { quoted, UsageError } from './terminal.ts'

export interface Named { readonly file: string; readonly variant: string | undefined }
export function splitName(given: string): Named {
  const at = given.lastIndexOf('#')
  return at < 0 ? { file: given, variant: undefined } : { file: given.slice(0, at), variant: given.slice(at + 1) }
}

/** The variant that is named; the only one, where there is one. */
export function pick<V extends { readonly name: string }>(variants: readonly V[], { variant, file }: Named, given: string): V {
  const names = variants.map(({ name }) => name), found = variant === undefined ? variants.length === 1 ? variants[0] : undefined : variants.find(({ name }) => name === variant)
  if (found !== undefined) return found
  if (variant === undefined) throw new UsageError(`${given}: has variants; expected which one, such as ${quoted(`${file}#${names[0]!}`)}; they are ${listedNear('', names)}`)
  const { suggestion } = meant(variant, names)
  throw new UsageError(`${given}: has no variant "${variant}"; it has ${listedNear(variant, names)}${suggestion === undefined ? '' : `; did you mean "${suggestion}"?`}`)
}
