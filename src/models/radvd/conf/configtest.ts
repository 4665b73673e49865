/**
 * `radvd --configtest` of 2.19: accepts or refuses a file, in radvd's words.
 *
 * The real program puts `[date] radvd (process number): ` before most lines; that is left out here. All of it goes to stderr.
 * Accepted does not mean usable: ranges are checked when an interface is set up (start.ts).
 */
import { parseRadvdConf, type Parsed } from './parse.ts'

export interface Verdict { readonly status: 0 | 1; readonly says: readonly string[]; readonly parsed: Parsed }

export function configtest(text: string, file: string): Verdict {
  const parsed = parseRadvdConf(text, file)
  return parsed.conf === null
    ? { status: 1, says: [...parsed.says, 'exiting, failed to read config file'], parsed }
    : { status: 0, says: [...parsed.says, `config file, ${file}, syntax ok`], parsed }
}
