/**
 * Expansion against what bash 5.2.15 shows for the same lines. `cases.txt` holds scripts and, behind `=>`, what each line that shows something prints.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { play } from './play.ts'

const text = readFileSync(new URL('./cases.txt', import.meta.url), 'latin1')
for (const block of text.split(/^== /m).slice(1)) {
  const [title = '', ...rest] = block.split('\n'), lines = rest.join('\n')
  describe(title, () => {
    lines.split(/^--\n/m).forEach((each, i) => {
      const [script = '', expected = ''] = each.split(/^=>\n/m)
      test(`${i + 1}: ${script.split('\n')[0]!.slice(0, 80)}`, () => expect(play(script)).toBe(expected))
    })
  })
}
