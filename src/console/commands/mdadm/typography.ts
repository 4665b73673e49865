/** Dashes and quotes of a web page in a command line: what was meant, for whoever looks at the transcript (VS-63). The tool itself says nothing of it. */
import { fromBytes } from '../../../shell/kernel/bytes.ts'

const DASHES = /[\u2010-\u2015\u2212]/, QUOTES = /[\u2018-\u201f\u00ab\u00bb\u2032\u2033]/
export function hintFor(argv: readonly string[]): string | null {
  for (const word of argv.slice(1)) {
    // Almost every word is ASCII and says so at once.
    // eslint-disable-next-line no-control-regex
    if (/^[\x00-\x7f]*$/.test(word)) continue
    const text = fromBytes(word)
    if (DASHES.test(text)) return `the dash in "${text}" is a typographic one, as web pages have it: an option begins with - or --`
    if (QUOTES.test(text)) return `the quotes in "${text}" are typographic ones, as web pages have them: the shell knows only ' and "`
  }
  return null
}
